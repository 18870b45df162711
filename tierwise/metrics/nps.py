"""NPS: promoters less detractors, and what customers did who moved from one band to another."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from math import sqrt

from .comparisons import Difference, Estimate, mean_difference
from .intervals import Z_95, Interval
from .means import ClusterMoments, clustered_mean

TRANSITION_NOTE = (
    "An association: customers who moved up may have come to like us for reasons that also make "
    "them buy more. One row a customer, so nobody counts twice."
)


class Band(StrEnum):
    """What a score from 0 to 10 makes of a customer."""

    DETRACTOR = "detractor"
    PASSIVE = "passive"
    PROMOTER = "promoter"


_BANDS = tuple(Band)
_BAND_FROM = (7, 9)  # passives from the first, promoters from the second


@dataclass(frozen=True, slots=True)
class Bands:
    """How many answers fell into each band; of an effective sample they need not be whole."""

    promoters: float
    passives: float
    detractors: float

    @property
    def n(self) -> float:
        return self.promoters + self.passives + self.detractors


@dataclass(frozen=True, slots=True)
class Answer:
    """What a customer answered when."""

    customer: str
    at_s: int
    score: float


@dataclass(frozen=True, slots=True)
class Moved:
    """Two answers of one customer, and what was spent in equal times after each."""

    before: float
    after: float
    spent_before_minor: int
    spent_after_minor: int


@dataclass(frozen=True, slots=True)
class Transition:
    """Customers who went from one band to another.

    `spend_change` is what all of them spent later over what they spent before, less 1; None where
    they spent nothing before. The interval is of customers; None of fewer than two.
    """

    before: Band
    after: Band
    customers: int
    spend_change: float | None
    low: float | None
    high: float | None


def band_of(score: float) -> Band:
    """0–6 detractor, 7–8 passive, 9–10 promoter; ValueError for any other score.

    >>> [band_of(score).value for score in (6, 7, 8, 9)]
    ['detractor', 'passive', 'passive', 'promoter']
    """
    if not 0 <= score <= 10:
        raise ValueError(f"expected a score from 0 to 10, found {score}")
    return _BANDS[bisect_right(_BAND_FROM, score)]


def bands(scores: Iterable[float]) -> Bands:
    """How many of the scores fall into each band."""
    found = [band_of(score) for score in scores]
    return Bands(*(found.count(band) for band in reversed(_BANDS)))


def nps(counted: Bands) -> float | None:
    """100 × (share of promoters less share of detractors); None without answers.

    >>> nps(Bands(promoters=4, passives=3, detractors=3))
    10.0
    """
    return 100 * (counted.promoters - counted.detractors) / counted.n if counted.n else None


def adjusted_interval(counted: Bands) -> Interval:
    """The interval to show: three answers are added, spread as if the bands were chance.

    It holds as often as it says even of 10 answers (adjusted Wald, after Bonett & Price 2012,
    J. Educ. Behav. Statist. 37(4), 479–488), and never leaves -100 to 100.
    """
    return wald_interval(_with_three(counted))


def wald_interval(counted: Bands) -> Interval:
    """The plain interval, only to show why not: it shrinks to a point where all are alike.

    Within -100 to 100 as well. ValueError without answers.
    """
    half, centre = Z_95 * standard_error(counted), nps(counted) or 0.0
    return max(-100.0, centre - half), min(100.0, centre + half)


def standard_error(counted: Bands) -> float:
    """Of a score, in points, from the spread of the answers."""
    if not counted.n:
        raise ValueError("no spread without answers")
    up, down = counted.promoters / counted.n, counted.detractors / counted.n
    return 100 * sqrt(max(0.0, up + down - (up - down) ** 2) / counted.n)


def nps_difference(one: Bands, other: Bands) -> Difference:
    """One score less another, of different answers, in points."""
    return mean_difference(_estimate(one), _estimate(other))


def _estimate(counted: Bands) -> Estimate:
    # Where all are alike nothing tells how sure that is, so three more answers do.
    error = standard_error(counted) or standard_error(_with_three(counted))
    return Estimate(nps(counted) or 0.0, error**2)


def _with_three(counted: Bands) -> Bands:
    return Bands(counted.promoters + 0.75, counted.passives + 1.5, counted.detractors + 0.75)


def one_each(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """The last answer of each customer; of several in one second, the one told last."""
    by_time = sorted(answers, key=lambda answer: answer.at_s)
    return tuple({answer.customer: answer for answer in by_time}.values())


def transitions(moved: Sequence[Moved]) -> tuple[Transition, ...]:
    """All nine ways from band to band, worst first; show `TRANSITION_NOTE` with them."""
    return tuple(
        _transition(before, after, [one for one in moved if _way(one) == (before, after)])
        for before, after in product(_BANDS, _BANDS)
    )


def _way(moved: Moved) -> tuple[Band, Band]:
    return band_of(moved.before), band_of(moved.after)


def _transition(before: Band, after: Band, moved: Sequence[Moved]) -> Transition:
    earlier = sum(one.spent_before_minor for one in moved)
    later = sum(one.spent_after_minor for one in moved)
    if earlier <= 0:
        return Transition(before, after, len(moved), None, None, None)
    low, high = _change_interval(moved, earlier, later)
    return Transition(before, after, len(moved), later / earlier - 1, low, high)


def _change_interval(
    moved: Sequence[Moved], earlier: int, later: int
) -> tuple[float | None, float | None]:
    """Of a ratio of sums over customers, each of whom is a cluster; never below -100 %."""
    if len(moved) < 2:
        return None, None
    sums = ClusterMoments(
        len(moved),
        sum(one.spent_before_minor**2 for one in moved),
        sum(one.spent_before_minor * one.spent_after_minor for one in moved),
        sum(one.spent_after_minor**2 for one in moved),
    )
    low, high = clustered_mean(earlier, later, sums)
    return max(-1.0, low - 1), high - 1
