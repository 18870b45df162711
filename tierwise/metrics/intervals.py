"""Intervals of shares and counts, honest when the same customers come again and again."""

from dataclasses import dataclass
from math import sqrt
from typing import TypeAlias

Z_95 = 1.959963984540054  # two-sided 95 %
TAIL_95 = 0.025  # left out at either end

Interval: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ClusterSums:
    """Sums over clusters: of sizes squared, of sizes × hits, of hits squared; none if not known."""

    clusters: int = 0
    sizes_squared: int = 0
    sizes_by_hits: int = 0
    hits_squared: int = 0


UNCLUSTERED = ClusterSums()


@dataclass(frozen=True, slots=True)
class Tally:
    """So many of so many; of an effective sample neither need be whole."""

    hits: float
    size: float

    @property
    def share(self) -> float | None:
        """0 to 1; None if there is nothing to share."""
        return self.hits / self.size if self.size else None


def wilson(hits: float, size: float, z: float = Z_95) -> Interval:
    """The interval of a share; `size` may be an effective sample, so not whole.

    Wilson 1927, JASA 22(158), 209–212. ValueError for an empty sample: it says nothing.

    >>> low, high = wilson(15, 20)
    >>> round(low, 3), round(high, 3)
    (0.531, 0.888)
    """
    if size <= 0:
        raise ValueError("no interval without a sample")
    share, z2 = hits / size, z * z
    centre = (share + z2 / (2 * size)) / (1 + z2 / size)
    half = z / (1 + z2 / size) * sqrt(share * (1 - share) / size + z2 / (4 * size * size))
    # At the ends the bound is the share itself, but for the last digit.
    return min(share, max(0.0, centre - half)), max(share, min(1.0, centre + half))


def design_effect(hits: int, size: int, sums: ClusterSums) -> float:
    """By how much clusters widen the variance of a share: at least 1.

    The variance of a ratio of sums over clusters (Cochran 1977, Sampling Techniques, §9A) over
    that of independent answers.
    """
    if sums.sizes_squared <= size:
        return 1.0  # nobody came twice
    share = hits / size
    if sums.clusters < 2 or hits in (0, size):
        # Nothing differs, so nothing tells how alike a cluster is: as if all in it were the same.
        return max(1.0, sums.sizes_squared / size)
    squares = sums.hits_squared - 2 * share * sums.sizes_by_hits + share**2 * sums.sizes_squared
    variance = sums.clusters / (sums.clusters - 1) * max(0.0, squares) / size**2
    return max(1.0, variance / (share * (1 - share) / size))


def clustered_wilson(hits: int, size: int, sums: ClusterSums, z: float = Z_95) -> Interval:
    """Wilson's interval on the effective sample: the size over the design effect."""
    tally = effective_tally(hits, size, sums)
    return wilson(tally.hits, tally.size, z)


def effective_tally(hits: int, size: int, sums: ClusterSums) -> Tally:
    """The same share of the effective sample: as if everybody came once."""
    effect = design_effect(hits, size, sums)
    return Tally(hits / effect, size / effect)


def garwood(count: float, exposure: float = 1.0) -> Interval:
    """The exact interval of a Poisson count per `exposure`, of which nobody knows a largest.

    Garwood 1936, Biometrika 28(3/4), 437–442. ValueError if nothing was exposed.

    >>> low, high = garwood(10)
    >>> round(low, 3), round(high, 3)
    (4.795, 18.39)
    """
    from scipy.special import gammaincinv  # slow to load, and most pages count shares only

    if exposure <= 0:
        raise ValueError("no rate without exposure")
    low = float(gammaincinv(count, TAIL_95)) if count else 0.0
    return low / exposure, float(gammaincinv(count + 1, 1 - TAIL_95)) / exposure


def student_t(freedom: float) -> float:
    """What stands for `Z_95` where the spread is estimated with so many degrees of freedom."""
    from scipy.special import stdtrit  # slow to load, see garwood

    return float(stdtrit(freedom, 1 - TAIL_95))


def kish_size(sum_w: float, sum_w2: float) -> float:
    """The effective size of a weighted sample, from the sums of weights and of their squares.

    Kish 1965, Survey Sampling, §11.7. 0 without weights.

    >>> kish_size(4.0, 4.0), kish_size(1.5, 1.25)
    (4.0, 1.8)
    """
    return sum_w * sum_w / sum_w2 if sum_w2 else 0.0
