"""Plain shares with their interval, and how two groups' shares of one thing compare."""

from dataclasses import dataclass
from math import exp, log, sqrt

from .attainment import ENOUGH, WIDEST
from .figures import Figure, Reason, missing
from .intervals import UNCLUSTERED, Z_95, ClusterSums, clustered_wilson

FOUR_FIFTHS = 0.8


def share(hits: int, size: int, clusters: ClusterSums = UNCLUSTERED) -> Figure:
    """Hits of all, Wilson's interval on the effective sample; pale below 30 or if it is wide.

    >>> share(15, 20).value, share(0, 0).reason.value
    (0.75, 'nothing in these days')
    """
    if not size:
        return missing(Reason.NOTHING)
    low, high = clustered_wilson(hits, size, clusters)
    is_pale = size < ENOUGH or high - low > WIDEST
    return Figure(hits / size, low, high, size, is_pale=is_pale)


@dataclass(frozen=True, slots=True)
class Selection:
    """Shares of two groups that got something, and the lower over the higher.

    `needs_review` by the four-fifths rule: it screens, it proves nothing; look at the interval.
    """

    one: Figure
    other: Figure
    ratio: Figure
    needs_review: bool


def selection_rate_ratio(
    one_hits: int, one_size: int, other_hits: int, other_size: int
) -> Selection:
    """How evenly a level reaches two groups; 1 is evenly.

    The interval is normal in the logarithm (Katz 1978, Biometrics 34, 469–474); with half a hit
    added to each where one has none, or all.

    >>> found = selection_rate_ratio(60, 500, 24, 300)
    >>> round(found.ratio.value, 3), found.needs_review
    (0.667, True)
    """
    one, other = share(one_hits, one_size), share(other_hits, other_size)
    if one.value is None or other.value is None:
        return Selection(one, other, missing(Reason.NOTHING), needs_review=False)
    low, high = (one_hits, one_size), (other_hits, other_size)
    ratio = _ratio(low, high) if one.value <= other.value else _ratio(high, low)
    is_low = ratio.value is not None and round(ratio.value, 12) < FOUR_FIFTHS
    return Selection(one, other, ratio, needs_review=is_low)


def _ratio(low: tuple[int, int], high: tuple[int, int]) -> Figure:
    """Rate over rate of (hits, size); no figure where nobody got anything."""
    (few, few_of), (many, many_of) = low, high
    if not many:
        return missing(Reason.NOTHING, few_of + many_of)
    value = few / few_of / (many / many_of)
    added = 0.5 if few == 0 or few == few_of or many == many_of else 0.0
    hits = (few + added, many + added)
    sizes = (few_of + added, many_of + added)
    centre = log(hits[0] / sizes[0] * sizes[1] / hits[1])
    error = sqrt(1 / hits[0] - 1 / sizes[0] + 1 / hits[1] - 1 / sizes[1])
    low_end, high_end = exp(centre - Z_95 * error), exp(centre + Z_95 * error)
    is_pale = min(few_of, many_of) < ENOUGH
    return Figure(
        value, min(value, low_end), max(value, high_end), few_of + many_of, is_pale=is_pale
    )
