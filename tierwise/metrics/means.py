"""Means with intervals that hold when the values are skewed, or come from the same customers.

Which is right when:

- a score, ease or cost, which has ends or is near symmetric: `clustered_mean`, t over customers;
- a duration of which only sums are known: `duration_mean_interval`, which takes `cox_interval`
  where logarithms look normal and `abc_interval` where they do not, and never t;
- a mean of few values that are all at hand: `bca_interval`, the yardstick of the others.

How often intervals that should hold the mean in 95 % of samples did so, of 4 000 samples (1 500
for BCa) of log-normal lengths, σ 1.4:

=======  ====  ====  ====  ====  ======
sample   t     BCa   ABC   Cox   chosen
=======  ====  ====  ====  ====  ======
n = 30   .81   .86   .87   .94   .94
n = 50   .84   .87   .88   .95   .95
n = 100  .87   .91   .91   .95   .95
n = 300  .90   .92   .92   .95   .94
=======  ====  ====  ====  ====  ======

No interval that trusts the sample alone reaches 95 % here: the rare long wait that carries the
mean is not in it. Cox's does, and fails where logarithms are not normal (Weibull lengths of shape
0.6: 32 % at n = 100, by the choice 92 %), so the choice between the two is tested each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, expm1, inf, log, sqrt
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .intervals import Z_95, Interval, student_t

_LARGEST_LOG = 709.0  # of a number that floats can hold
_ROUNDING = 1e-9  # equal durations are log-normal too
# Beyond it Cox's point hangs on waits that no sample holds, so nothing can speak against it.
_WIDEST_LOGS = 3.0
_STEEPEST = 1 / 6  # acceleration of the most skewed sample there is, whose skewness is √n


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums of powers of values; those of two samples may be added.

    Sums of cubes of seconds do not fit whole numbers of 64 bits: sum real ones.
    """

    n: int
    total: float
    squares: float
    cubes: float

    @classmethod
    def of(cls, values: ArrayLike) -> Self:
        """The sums of these values."""
        x = np.asarray(values, dtype=np.float64)
        return cls(x.size, float(x.sum()), float((x**2).sum()), float((x**3).sum()))

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.n + other.n,
            self.total + other.total,
            self.squares + other.squares,
            self.cubes + other.cubes,
        )

    @property
    def mean(self) -> float:
        """The mean; ZeroDivisionError without values."""
        return self.total / self.n

    @property
    def variance(self) -> float:
        """The variance between values, estimated with n − 1."""
        return self.n / (self.n - 1) * self._spread

    @property
    def skewness(self) -> float:
        """The skewness of the sample, within ±√n; 0 where nothing differs."""
        mean, spread = self.mean, self._spread
        if spread == 0:
            return 0.0
        third = self.cubes / self.n - 3 * mean * self.squares / self.n + 2 * mean**3
        return float(np.clip(third / spread**1.5, -sqrt(self.n), sqrt(self.n)))

    @property
    def _spread(self) -> float:
        return max(0.0, self.squares / self.n - self.mean**2)


@dataclass(frozen=True, slots=True)
class LogMoments(Moments):
    """The same of natural logarithms of durations; those of 0 have none and are not in `n`."""

    fourths: float = 0.0

    @classmethod
    def of_durations(cls, durations: ArrayLike) -> Self:
        """The sums of the logarithms of those above 0."""
        x = np.asarray(durations, dtype=np.float64)
        logs = np.log(x[x > 0])
        return replace(cls.of(logs), fourths=float((logs**4).sum()))

    def __add__(self, other: Self) -> Self:
        whole = Moments.__add__(self, other)
        return replace(whole, fourths=self.fourths + other.fourths)

    @property
    def excess(self) -> float:
        """The kurtosis of the sample over that of a normal; 0 where nothing differs."""
        mean, spread = self.mean, self._spread
        if spread == 0:
            return 0.0
        powers = self.fourths - 4 * mean * self.cubes + 6 * mean**2 * self.squares
        return (powers / self.n - 3 * mean**4) / spread**2 - 3


@dataclass(frozen=True, slots=True)
class ClusterMoments:
    """Sums over clusters: of sizes squared, of sizes × totals, of totals squared."""

    clusters: int
    sizes_squared: float
    sizes_by_totals: float
    totals_squared: float


def abc_interval(moments: Moments, effect: float = 1.0) -> Interval:
    """The analytic BCa bootstrap of a mean: what resampling would give, from three sums.

    DiCiccio & Efron 1992, Biometrika 79(2), 231–245: for a mean bias and curvature vanish, so the
    acceleration a = skewness / (6 √n) is also the bias correction. Quantiles are Student's, which
    of small samples is the better half. `effect` is the design effect of clusters.
    """
    size = _size(moments.n, effect)
    error = sqrt(moments.variance / size)
    steep = min(_STEEPEST, max(-_STEEPEST, moments.skewness / (6 * sqrt(size))))
    t = student_t(size - 1)
    return (
        moments.mean + error * _bent(steep, steep - t),
        moments.mean + error * _bent(steep, steep + t),
    )


def _bent(steep: float, w: float) -> float:
    """How many standard errors away the end is; infinitely many where the curve has no end."""
    slack = 1 - steep * w
    return w / slack**2 if slack > 0 else inf if w > 0 else -inf


def cox_interval(logs: LogMoments, effect: float = 1.0) -> Interval:
    """The interval of the mean of log-normal values, with Student's quantile.

    Cox in Land 1972, Technometrics 14(1), 145–158; Zhou & Gao 1997, Statistics in Medicine 16,
    783–790. Wrong without end where logarithms are not normal.
    """
    size = _size(logs.n, effect)
    centre = logs.mean + logs.variance / 2
    half = student_t(size - 1) * sqrt(_log_variance(logs.variance, size))
    return exp(centre - half), exp(centre + half) if centre + half < _LARGEST_LOG else inf


def _log_variance(variance: float, size: float) -> float:
    """The variance of the logarithm of Cox's point."""
    return variance / size + variance**2 / (2 * (size - 1))


def duration_mean_interval(durations: Moments, logs: LogMoments, effect: float = 1.0) -> Interval:
    """The 95 % interval of the mean of durations, from sums: Cox's or the analytic BCa.

    `effect` is the design effect of customers who come again, see `mean_design_effect`. The mean
    itself always lies within. ValueError for fewer than two.
    """
    if not looks_log_normal(durations, logs, effect):
        return abc_interval(durations, effect)
    low, high = cox_interval(logs, effect)
    return min(low, durations.mean), max(high, durations.mean)


def looks_log_normal(durations: Moments, logs: LogMoments, effect: float = 1.0) -> bool:
    """Whether none of three tests at 5 % speaks against it; not if some took no time at all.

    Nor if lengths differ so much that the tests are blind: from seconds to weeks, say.

    The logarithms are not skewed, and neither flat (two humps, as of chats and mails together) nor
    peaked (Jarque & Bera 1980, Economics Letters 6(3), 255–259); and Cox's point is no farther
    from the mean than two estimates of the same thing are (Hausman 1978, Econometrica 46(6),
    1251–1271).
    """
    if logs.n < max(2, durations.n) or logs.variance > _WIDEST_LOGS:
        return False
    size = logs.n / effect
    is_skewed = abs(logs.skewness) > Z_95 * sqrt(6 / size)
    is_bent = abs(logs.excess) > Z_95 * sqrt(24 / size)
    return not is_skewed and not is_bent and _is_near(durations, logs, size)


def _is_near(durations: Moments, logs: LogMoments, size: float) -> bool:
    distance = log(durations.mean) - logs.mean - logs.variance / 2
    # The mean varies more than Cox's point, which makes the most of what is log-normal.
    excess = expm1(logs.variance) - logs.variance - logs.variance**2 / 2
    return abs(distance) <= Z_95 * sqrt(max(0.0, excess) / size) + _ROUNDING


def clustered_mean(n: float, total: float, sums: ClusterMoments) -> Interval:
    """The t interval of a mean, or of any total over any size, by the spread between clusters.

    The ratio linearised (Cochran 1977, Sampling Techniques, §6.3), with a degree less than there
    are clusters. ValueError for fewer than two.
    """
    half = student_t(_freedom(sums)) * sqrt(_ratio_variance(n, total, sums))
    return total / n - half, total / n + half


def mean_design_effect(moments: Moments, sums: ClusterMoments) -> float:
    """By how much clusters widen the variance of a mean: at least 1."""
    if sums.clusters < 2 or moments.variance == 0:
        # Nothing tells how alike a cluster is: as if all in it were the same.
        return max(1.0, sums.sizes_squared / moments.n)
    variance = _ratio_variance(moments.n, moments.total, sums)
    return max(1.0, variance / (moments.variance / moments.n))


def _ratio_variance(n: float, total: float, sums: ClusterMoments) -> float:
    mean = total / n
    squares = sums.totals_squared - 2 * mean * sums.sizes_by_totals + mean**2 * sums.sizes_squared
    return sums.clusters / _freedom(sums) * max(0.0, squares) / n**2


def _freedom(sums: ClusterMoments) -> int:
    if sums.clusters < 2:
        raise ValueError("no spread between fewer than two clusters")
    return sums.clusters - 1


def bca_interval(
    values: Sequence[float], chance: np.random.Generator, samples: int = 2_000
) -> Interval:
    """The bias-corrected and accelerated bootstrap of a mean, by resampling.

    Efron 1987, J. Am. Statist. Assoc. 82(397), 171–185. ValueError for fewer than two.
    """
    from scipy.special import ndtr, ndtri

    known = np.asarray(values, dtype=np.float64)
    moments = Moments.of(known - known.mean())
    _size(moments.n, 1.0)
    means = _resampled(known, chance, samples)
    steep = moments.skewness / (6 * sqrt(moments.n))
    below = np.mean(means < known.mean()) + np.mean(means == known.mean()) / 2
    bias = float(ndtri(np.clip(below, 1 / samples, 1 - 1 / samples)))
    ends = (bias + w / (1 - steep * w) for w in (bias - Z_95, bias + Z_95))
    low, high = np.quantile(means, [float(ndtr(end)) for end in ends])
    return float(low), float(high)


def _resampled(
    values: NDArray[np.float64], chance: np.random.Generator, samples: int
) -> NDArray[np.float64]:
    """Means of samples with replacement, in parts, so that they fit in memory."""
    at_once = max(1, 1_000_000 // len(values))
    sizes = [min(at_once, samples - done) for done in range(0, samples, at_once)]
    drawn = (chance.choice(values, (size, len(values))).mean(axis=1) for size in sizes)
    return np.concatenate(list(drawn))


def _size(n: int, effect: float) -> float:
    """The effective size, at least 2 values."""
    if n < 2:
        raise ValueError("no interval from fewer than two values")
    return max(2.0, n / effect)
