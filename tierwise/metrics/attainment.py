"""Attainment: the share of promises kept, what is still open, and whether a target is met."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .intervals import UNCLUSTERED, ClusterSums, Interval, clustered_wilson

FEWEST, ENOUGH = 10, 30  # below the first nothing is judged, below the second it is shown pale
WIDEST = 0.30  # a wider interval carries no headline


class Verdict(StrEnum):
    """What the interval says of the target."""

    ON_TARGET = "on target"
    BELOW = "below"
    TOO_CLOSE = "too close to call"
    TOO_FEW = "too few to say"
    NO_TARGET = "no target"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many promises were kept, came late or are open past their time; the rest is not decided.

    `not_due` are open or kept already, and due later; `not_counted` had no promise or went with
    their ticket.
    """

    met: int = 0
    late: int = 0
    open_late: int = 0
    not_due: int = 0
    not_counted: int = 0
    clusters: ClusterSums = UNCLUSTERED

    @property
    def decided(self) -> int:
        """All that was due: the open ones past their time too."""
        return self.met + self.late + self.open_late


@dataclass(frozen=True, slots=True)
class Attainment:
    """The share of promises kept, 0 to 1, with its 95 % interval; None where nothing was due.

    `is_pale` says that too little is behind it for a headline.
    """

    counts: Counts
    share: float | None
    low: float | None
    high: float | None
    target: float | None
    verdict: Verdict
    is_pale: bool


def attainment(counts: Counts, target: float | None = None) -> Attainment:
    """met / (met + late + open past due), by Wilson's interval on the effective sample.

    >>> found = attainment(Counts(met=2, late=1, open_late=1, not_due=1, not_counted=1))
    >>> found.share, found.verdict.value
    (0.5, 'no target')
    """
    if not counts.decided:
        verdict = Verdict.NO_TARGET if target is None else Verdict.TOO_FEW
        return Attainment(counts, None, None, None, target, verdict, is_pale=True)
    low, high = clustered_wilson(counts.met, counts.decided, counts.clusters)
    return Attainment(
        counts,
        counts.met / counts.decided,
        low,
        high,
        target,
        _verdict(counts.decided, (low, high), target),
        is_pale=counts.decided < ENOUGH or high - low > WIDEST,
    )


def _verdict(decided: int, interval: Interval, target: float | None) -> Verdict:
    low, high = interval
    if target is None:
        return Verdict.NO_TARGET
    if decided < FEWEST:
        return Verdict.TOO_FEW
    if low >= target:
        return Verdict.ON_TARGET
    return Verdict.BELOW if high < target else Verdict.TOO_CLOSE


def asked_on_average(parts: Iterable[Attainment]) -> float | None:
    """The share that several promises ask together, each by what was due of it."""
    due = [(one.counts.decided, one.target) for one in parts if one.target is not None]
    whole = sum(decided for decided, _ in due)
    # Rounded, so that one target everywhere is that target.
    return round(sum(n * target for n, target in due) / whole, 12) if whole else None
