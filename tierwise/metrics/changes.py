"""How figures changed, and whether they reach what was aimed at, from their intervals alone."""

from collections.abc import Sequence
from enum import StrEnum
from math import erfc, hypot, sqrt

from .comparisons import Difference, discoveries
from .figures import Figure
from .intervals import Z_95
from .metric import Better


class Judged(StrEnum):
    """What the interval of a figure says of its target."""

    MET = "met"
    MISSED = "missed"
    UNDECIDED = "undecided"
    NO_FIGURE = "too few to say"


def judge(figure: Figure, target: float, better: Better) -> Judged:
    """Whether a target is reached; undecided while the interval holds it.

    Where nothing is uncertain the value decides. For a figure that is better neither way the
    target is the most it should be.
    """
    if figure.value is None:
        return Judged.NO_FIGURE
    low = figure.value if figure.low is None else figure.low
    high = _upper(figure)
    if better is Better.UP:
        low, high, target = -high, -low, -target
    if high <= target:
        return Judged.MET
    return Judged.MISSED if low > target else Judged.UNDECIDED


def _upper(figure: Figure) -> float:
    """The upper end; without end where only the lower one is reached."""
    if figure.high is not None or figure.value is None:
        return figure.high or 0.0
    return figure.value if figure.low is None else float("inf")


def difference(now: Figure, before: Figure) -> Difference | None:
    """One figure less another; None unless both have a value and an interval.

    The interval is made of the two (Zou & Donner 2008, Statistics in Medicine 27, 1693–1702): of
    two shares by Wilson it is Newcombe's. p is that of a normal with the same half towards 0.
    """
    if now.value is None or before.value is None:
        return None
    if None in {now.low, now.high, before.low, before.high}:
        return None
    ends = (now.low or 0.0, now.high or 0.0, before.low or 0.0, before.high or 0.0)
    low_1, high_1, low_2, high_2 = ends
    apart = now.value - before.value
    low = apart - hypot(now.value - low_1, high_2 - before.value)
    high = apart + hypot(high_1 - now.value, before.value - low_2)
    towards = apart - low if apart > 0 else high - apart
    z = abs(apart) * Z_95 / towards if towards else float("inf") if apart else 0.0
    return Difference(apart, low, high, erfc(z / sqrt(2)))


def sure_changes(family: Sequence[Difference | None]) -> tuple[bool, ...]:
    """Which differences of a family are more than chance; a family is one KPI in one dimension."""
    known = [one for one in family if one is not None]
    told = iter(discoveries([one.p for one in known]) if known else ())
    return tuple(one is not None and next(told) for one in family)
