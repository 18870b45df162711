"""Intervals of shares, honest when the same customers come again and again."""

from dataclasses import dataclass
from math import sqrt
from typing import TypeAlias

Z_95 = 1.959963984540054  # two-sided 95 %

Interval: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ClusterSums:
    """Sums over clusters: of sizes squared, of sizes × hits, of hits squared; none if not known."""

    clusters: int = 0
    sizes_squared: int = 0
    sizes_by_hits: int = 0
    hits_squared: int = 0


UNCLUSTERED = ClusterSums()


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
    share = hits / size
    if sums.clusters < 2 or hits in (0, size):
        # Nothing differs, so nothing tells how alike a cluster is: as if all in it were the same.
        return max(1.0, sums.sizes_squared / size)
    squares = sums.hits_squared - 2 * share * sums.sizes_by_hits + share**2 * sums.sizes_squared
    variance = sums.clusters / (sums.clusters - 1) * max(0.0, squares) / size**2
    return max(1.0, variance / (share * (1 - share) / size))


def clustered_wilson(hits: int, size: int, sums: ClusterSums, z: float = Z_95) -> Interval:
    """Wilson's interval on the effective sample: the size over the design effect."""
    effect = design_effect(hits, size, sums)
    return wilson(hits / effect, size / effect, z)
