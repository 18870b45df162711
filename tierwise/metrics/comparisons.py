"""Comparisons: by how much two figures differ, and which differences are more than chance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import erfc, hypot, sqrt

import numpy as np

from .intervals import Z_95, Interval, Tally, wilson

FALSE_DISCOVERIES = 0.05  # the share of arrows that may be chance, within one family
_FARTHEST_Z = 40.0  # beyond it a p is 0 in floating point
_HALVINGS = 60


class Arrow(StrEnum):
    """Which way a figure went, if that can be told."""

    UP = "up"
    DOWN = "down"
    NONE = "no clear change"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value that is near normal, and its variance: the standard error squared."""

    value: float
    variance: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure less another, its 95 % interval, and the p of there being no difference.

    The interval leaves 0 exactly where p < 0.05.
    """

    value: float
    low: float
    high: float
    p: float


def share_difference(one: Tally, other: Tally) -> Difference:
    """One share less another by Newcombe's hybrid score interval; p is where that touches 0.

    Newcombe 1998, Statistics in Medicine 17, 873–890, method 10. Give effective tallies where
    customers come again. ValueError for an empty sample.
    """
    low, high = newcombe(one, other)
    value = one.hits / one.size - other.hits / other.size
    return Difference(value, low, high, _p_of(value, lambda z: newcombe(one, other, z)))


def newcombe(one: Tally, other: Tally, z: float = Z_95) -> Interval:
    """The interval of a difference of two shares."""
    first, second = one.hits / one.size, other.hits / other.size
    low_1, high_1 = wilson(one.hits, one.size, z)
    low_2, high_2 = wilson(other.hits, other.size, z)
    apart = first - second
    return (
        apart - hypot(first - low_1, high_2 - second),
        apart + hypot(high_1 - first, second - low_2),
    )


def _p_of(value: float, interval: Callable[[float], Interval]) -> float:
    """Two-sided p: of the widest interval that leaves 0, found by halving."""
    near, far = 0.0, _FARTHEST_Z
    if value == 0:
        return 1.0
    for _ in range(_HALVINGS):
        middle = (near + far) / 2
        low, high = interval(middle)
        near, far = (middle, far) if low > 0 or high < 0 else (near, middle)
    return erfc(near / sqrt(2))


def mean_difference(one: Estimate, other: Estimate) -> Difference:
    """One mean less another, of independent samples; normal, so of 30 and more each."""
    value, error = one.value - other.value, sqrt(one.variance + other.variance)
    half = Z_95 * error
    return Difference(value, value - half, value + half, _normal_p(value, error))


def _normal_p(value: float, error: float) -> float:
    if value == 0:
        return 1.0
    return erfc(abs(value) / error / sqrt(2)) if error else 0.0


def adjusted(p_values: Sequence[float]) -> tuple[float, ...]:
    """The p of each as one of a family: the share of false discoveries if it is called one.

    Benjamini & Hochberg 1995, J. R. Statist. Soc. B 57(1), 289–300. A family is one metric by one
    dimension at one refresh.

    >>> adjusted([0.01, 0.04, 0.03])
    (0.03, 0.04, 0.04)
    """
    p = np.asarray(p_values, dtype=np.float64)
    falling = np.argsort(-p, kind="stable")
    scaled = p[falling] * (len(p) / np.arange(len(p), 0, -1))
    found = np.empty(len(p))
    found[falling] = np.minimum(1.0, np.minimum.accumulate(scaled))
    return tuple(found.tolist())


def discoveries(p_values: Sequence[float], at: float = FALSE_DISCOVERIES) -> tuple[bool, ...]:
    """Which of a family are more than chance.

    >>> discoveries([0.01, 0.04, 0.2])
    (True, False, False)
    """
    return tuple(p <= at for p in adjusted(p_values))


def arrows(differences: Sequence[Difference], at: float = FALSE_DISCOVERIES) -> tuple[Arrow, ...]:
    """An arrow for each of a family, only where the difference leaves 0 after adjustment."""
    told = discoveries([one.p for one in differences], at)
    pairs = zip(differences, told, strict=True)
    return tuple(_arrow(one) if is_told else Arrow.NONE for one, is_told in pairs)


def _arrow(difference: Difference) -> Arrow:
    return Arrow.UP if difference.value > 0 else Arrow.DOWN
