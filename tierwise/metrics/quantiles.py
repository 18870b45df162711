"""Medians and other quantiles of what is fully known, with intervals from order statistics."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr, bdtrik

from .intervals import TAIL_95, Interval

_SHORT_OF_WHOLE = 1e-9  # so that a rounding error below a whole number is not rounded up


@dataclass(frozen=True, slots=True)
class Ranks:
    """Which of the sorted values, from 1, bound the quantile, and how often they hold it."""

    low: int
    high: int
    coverage: float


def quantile(values: ArrayLike, q: float) -> float:
    """The quantile of type 7, as PERCENTILE_CONT has it; ValueError without values.

    Hyndman & Fan 1996, The American Statistician 50(4), 361–365.

    >>> quantile([8, 2, 3, 3], 0.5)
    3.0
    """
    known = np.asarray(values, dtype=np.float64)
    if not known.size:
        raise ValueError("no quantile without values")
    return float(np.quantile(known, q))


def ranks(n: int, q: float) -> Ranks | None:
    """The ranks of a 95 % interval, with at most 2.5 % left out at either end.

    Their coverage is exact whatever the distribution, and more than 95 % (David & Nagaraja 2003,
    Order Statistics, §7.1). None where n is too small for both ends; see `smallest_sample`.

    >>> ranks(20, 0.5)
    Ranks(low=6, high=15, coverage=0.9586105346679688)
    """
    if n < smallest_sample(q):
        return None
    low, high = _binomial_quantile(n, q, TAIL_95), _binomial_quantile(n, q, 1 - TAIL_95) + 1
    return Ranks(low, high, float(bdtr(high - 1, n, q) - bdtr(low - 1, n, q)))


def _binomial_quantile(n: int, q: float, chance: float) -> int:
    """The smallest count that is not exceeded with at least this chance."""
    count = ceil(float(bdtrik(chance, n, q)))
    is_enough_before = count > 0 and bdtr(count - 1, n, q) >= chance
    return count - 1 if is_enough_before else count


def smallest_sample(q: float) -> int:
    """The smallest n for which a quantile has an interval of two ends.

    >>> [smallest_sample(q) for q in (0.5, 0.9, 0.95)]
    [6, 36, 72]
    """
    return ceil(log(TAIL_95) / log(max(q, 1 - q)) - _SHORT_OF_WHOLE)


def quantile_interval(values: Sequence[float], q: float) -> Interval | None:
    """The 95 % interval of a quantile, in any order of values; None where they are too few."""
    at = ranks(len(values), q)
    if at is None:
        return None
    sorted_values = np.sort(np.asarray(values, dtype=np.float64))
    return float(sorted_values[at.low - 1]), float(sorted_values[at.high - 1])
