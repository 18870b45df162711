"""What a resolution costs, and which level the money of support goes to."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .figures import Figure, Reason, missing

DRAWS = 2000
FEWEST_DAYS = 14  # days vary by weekday: two weeks at least before an interval says anything


def cost_per_resolution(cost_minor: float, resolutions: int) -> Figure:
    """All that support cost / tickets resolved for the first time, in minor units.

    Reopened tickets add cost and no output; merged tickets and spam are no output either.

    >>> cost_per_resolution(1_200_000, 2_000).value
    600.0
    """
    if not resolutions:
        return missing(Reason.NOTHING)
    return Figure(cost_minor / resolutions, None, None, resolutions)


def cost_per_resolution_by_days(
    costs_minor: ArrayLike, resolutions: ArrayLike, chance: np.random.Generator
) -> Figure:
    """The same from costs and resolutions of each day, with an interval by drawing days again."""
    cost, done = np.asarray(costs_minor, np.float64), np.asarray(resolutions, np.float64)
    plain = cost_per_resolution(float(cost.sum()), int(done.sum()))
    if plain.value is None or len(cost) < FEWEST_DAYS:
        return plain
    rows = chance.integers(len(cost), size=(DRAWS, len(cost)))
    drawn, of = cost[rows].sum(axis=1), done[rows].sum(axis=1)
    low, high = np.quantile(drawn[of > 0] / of[of > 0], (0.025, 0.975))
    return Figure(plain.value, float(low), float(high), plain.n)


@dataclass(frozen=True, slots=True)
class LevelWork:
    """What a level took: seconds of handling and first resolutions; `overhead_key` is its weight.

    The key is a setting and printed: tickets, customers, handle time, whatever causes the
    overhead.
    """

    handled_s: float
    resolutions: int
    overhead_key: float


@dataclass(frozen=True, slots=True)
class LevelCost:
    """Minor units a level cost in all, and per resolution."""

    cost_minor: float
    per_resolution: Figure


def cost_by_level(
    labour_minor: float, overhead_minor: float, work: Mapping[str, LevelWork]
) -> dict[str, LevelCost]:
    """Labour by handle time, overhead by its key; the levels' costs add up to all of it.

    What nothing tells apart (no handling at all, no key) is divided evenly.

    >>> work = {"vip": LevelWork(3600, 10, 10), "basic": LevelWork(3600, 90, 90)}
    >>> [cost.per_resolution.value for cost in cost_by_level(1000, 500, work).values()]
    [55.0, 10.555555555555555]
    """
    labour = _divided(labour_minor, {name: one.handled_s for name, one in work.items()})
    overhead = _divided(overhead_minor, {name: one.overhead_key for name, one in work.items()})
    costs = {name: labour[name] + overhead[name] for name in work}
    return {
        name: LevelCost(costs[name], cost_per_resolution(costs[name], one.resolutions))
        for name, one in work.items()
    }


def _divided(amount: float, keys: Mapping[str, float]) -> dict[str, float]:
    whole = sum(keys.values())
    if not whole:
        return {name: amount / len(keys) for name in keys}
    return {name: amount * key / whole for name, key in keys.items()}
