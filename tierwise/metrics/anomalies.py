"""Days and hours with more tickets than the season explains, and slow drifts.

Counts of support vary more than independent customers would make them (a release, an outage, a
newsletter), so the tail is that of a negative binomial: variance = mean + dispersion × mean².
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .comparisons import adjusted
from .volume import seasonal_index

Floats = NDArray[np.float64]

LEVEL_WEEKS = 8
RAREST = 0.01
LEAST_MORE = 0.2  # over the expected
LEAST_EXTRA = 5.0  # tickets
SLACK, LIMIT = 0.5, 5.0  # of the CUSUM, in standard deviations


@dataclass(frozen=True, slots=True, eq=False)
class Season:
    """What is usual, learnt from the past: the level, each slot's index, and the dispersion.

    `mass` and `seen` are the remembered tickets and the remembered index they came with; their
    ratio is the level, tickets in a slot of index 1.
    """

    index: Floats
    mass: float
    seen: float
    dispersion: float

    @property
    def level(self) -> float:
        return self.mass / self.seen


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """One look at each slot: what was expected, how likely so many were, and whether to say so."""

    expected: Floats
    chance: Floats
    alarm: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Drift:
    """Since which slot the counts went a new way, when that was certain, and which way."""

    since: int
    noticed: int
    is_up: bool


def learn_season(
    counts: ArrayLike, slots: ArrayLike, many: int, flagged: ArrayLike | None = None
) -> Season:
    """What is usual, from counts in the order they came; the last eight weeks weigh most.

    `slots` is the slot of the week of each (`many` in all: 7 days, 168 hours). Flagged ones are
    not learnt from. Each slot has to be there once at least: ValueError otherwise.
    """
    count, slot = np.asarray(counts, np.float64), np.asarray(slots, np.int64)
    usual = np.ones(len(count), np.bool_) if flagged is None else ~np.asarray(flagged, np.bool_)
    index = seasonal_index(count[usual], slot[usual], many)
    if np.isnan(index).any():
        raise ValueError("a season is learnt from at least one whole week of usual slots")
    weights = np.where(usual, _keep(many) ** np.arange(len(count))[::-1], 0.0)
    mass, seen = float(weights @ count), float(weights @ index[slot])
    expected = mass / seen * index[slot]
    return Season(index, mass, seen, dispersion(count[usual], expected[usual], many))


def dispersion(counts: ArrayLike, expected: ArrayLike, learnt: int = 0) -> float:
    """The dispersion α of var = μ + α μ² by moments; 0 if the counts vary like Poisson's or less.

    `learnt` is how many numbers the expected were fitted with: the residuals are so much smaller.
    """
    count, mean = np.asarray(counts, np.float64), np.asarray(expected, np.float64)
    squares = (count - mean) ** 2 * len(count) / max(1, len(count) - learnt)
    whole = float((mean**2).sum())
    return max(0.0, float((squares - mean).sum()) / whole) if whole else 0.0


def chance_of_so_many(counts: ArrayLike, expected: ArrayLike, dispersion: float) -> Floats:
    """P(X ≥ count) of a negative binomial (NB2) with this mean, Poisson's without dispersion.

    By the incomplete beta function (Abramowitz and Stegun 26.5.26).

    >>> [float(chance_of_so_many(65, 50, spread).round(3)) for spread in (0.05, 0)]
    [0.138, 0.024]
    """
    from scipy.special import betainc, gammainc

    count, mean = np.asarray(counts, np.float64), np.asarray(expected, np.float64)
    least = np.maximum(count, 1.0)
    if dispersion > 0:
        size = 1 / dispersion
        tail = betainc(least, size, mean / (mean + size))
    else:
        tail = gammainc(least, mean)
    return np.where(count > 0, tail, 1.0)


def look(season: Season, counts: ArrayLike, slots: ArrayLike) -> tuple[Looks, Season]:
    """Look at new slots all at once (one refresh), and learn from those without alarm.

    An alarm has p < 1 % after Benjamini and Hochberg over the slots, 20 % over the expected and
    five tickets more.
    """
    count, slot = np.asarray(counts, np.float64), np.asarray(slots, np.int64)
    expected = season.level * season.index[slot]
    chance = np.array(adjusted(chance_of_so_many(count, expected, season.dispersion).tolist()))
    alarm = is_alarm(count, expected, chance)
    return Looks(expected, chance, alarm), _learnt(season, count, slot, alarm)


def is_alarm(counts: Floats, expected: Floats, chance: Floats) -> NDArray[np.bool_]:
    """Whether counts are rarely so high, and by enough to matter."""
    extra = counts - expected
    return (chance < RAREST) & (extra >= LEAST_MORE * expected) & (extra >= LEAST_EXTRA)


def find_drift(season: Season, counts: ArrayLike, slots: ArrayLike) -> Drift | None:
    """The first slow drift away from the season, up or down; None if there is none.

    CUSUM (Page 1954, Biometrika 41, 100–115) of standardised counts: half a standard deviation is
    let pass in each slot, five together are a drift.
    """
    count, slot = np.asarray(counts, np.float64), np.asarray(slots, np.int64)
    mean = season.level * season.index[slot]
    off = (count - mean) / np.sqrt(np.maximum(mean + season.dispersion * mean**2, 1e-12))
    found = [drift for sign in (1, -1) if (drift := _first(sign * off, is_up=sign > 0))]
    return min(found, key=lambda drift: drift.noticed, default=None)


def _first(off: Floats, *, is_up: bool) -> Drift | None:
    total, since = 0.0, 0
    for place, one in enumerate(off.tolist()):
        total = max(0.0, total + one - SLACK)
        if total == 0:
            since = place + 1
        if total > LIMIT:
            return Drift(since, place, is_up)
    return None


def _keep(many: int) -> float:
    """What is left of a slot's weight when the next is there: a smoothing span of eight weeks."""
    return 1 - 2 / (LEVEL_WEEKS * many + 1)


def _learnt(
    season: Season, counts: Floats, slots: NDArray[np.int64], alarm: NDArray[np.bool_]
) -> Season:
    weights = np.where(alarm, 0.0, _keep(len(season.index)) ** np.arange(len(counts))[::-1])
    before = _keep(len(season.index)) ** len(counts)
    return Season(
        season.index,
        season.mass * before + float(weights @ counts),
        season.seen * before + float(weights @ season.index[slots]),
        season.dispersion,
    )
