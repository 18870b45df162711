"""Contacts: each wish to write with its luck and its course, as the desk will meet it.

Every chance is drawn here, before anything is queued: the same customers meet the same luck
however the desk is staffed.
"""

from itertools import product, starmap
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .support_demand import Wishes
from .support_orders import NOBODY, Ints, Orders, ranks_of
from .support_world import CHANNELS, EVERY_CAUSE, MINUTE_S, Cause, Channel, World

ASK, LOOK, PASS, SOLVE = "ask", "look", "pass", "solve"
_GOES = 6
_WORK_SPREAD = 0.55
# What each go at a ticket leads to, by what it needs.
_COURSES = {
    (asks, looks, passes): (ASK,) * asks + (LOOK,) * looks + (PASS,) * passes + (SOLVE,)
    for asks, looks, passes in product(range(2), repeat=3)
}


class Dice(NamedTuple):
    """The luck of a ticket: each an even draw between 0 and 1."""

    note: float
    replies: float
    thanks: float
    reopens: float
    escalates: float
    satisfied: float
    leaves: float
    bot: float
    writes_instead: float
    reads: float
    finds: float


class Gaps(NamedTuple):
    """How long others take, as multiples of the mean."""

    patience: float
    customer: float
    warehouse: float
    reopens: float


class Contact(NamedTuple):
    """Somebody is about to write.

    `rank` is 0 for those who had spent most, then 1 and 2; `course` is what each go leads to and
    `work_s` how long each takes; `again` is the number of the contact that this one repeats.
    """

    number: int
    at_s: int
    began_s: int
    customer: str | None
    order: str | None
    cause: Cause
    channel: Channel
    rank: int
    again: int
    course: tuple[str, ...]
    work_s: tuple[int, ...]
    dice: Dice
    gaps: Gaps


def contacts_of(world: World, orders: Orders, wishes: Wishes) -> list[Contact]:
    """The wishes in their order, each as a contact."""
    n, chance = len(wishes), np.random.default_rng((world.seed, 2))
    ranks = ranks_of(world, orders, wishes.customer, wishes.at_s)
    names, ids = [*orders.names, None], [*orders.ids, None]
    columns = (
        range(n),
        wishes.at_s.tolist(),
        wishes.began_s.tolist(),
        [names[place] for place in wishes.customer.tolist()],
        [ids[place] for place in _told(orders, wishes).tolist()],
        [EVERY_CAUSE[place] for place in wishes.cause.tolist()],
        [CHANNELS[place] for place in wishes.channel.tolist()],
        ranks.tolist(),
        wishes.again.tolist(),
        _courses(wishes.cause, chance),
        _work(wishes, chance),
        starmap(Dice, chance.random((n, len(Dice._fields))).tolist()),
        starmap(Gaps, chance.standard_exponential((n, len(Gaps._fields))).tolist()),
    )
    return list(starmap(Contact, zip(*columns, strict=True)))


def _told(orders: Orders, wishes: Wishes) -> Ints:
    """The order a ticket names: none that is still to come."""
    is_placed = orders.placed_s[wishes.order] <= wishes.at_s
    return np.where(is_placed, wishes.order, NOBODY)


def _courses(cause: Ints, chance: np.random.Generator) -> list[tuple[str, ...]]:
    chances = np.array([(one.asks, one.looks, one.passes) for one in EVERY_CAUSE])
    needs = chance.random((len(cause), 3)) < chances[cause]
    return [_COURSES[tuple(need)] for need in needs.astype(int).tolist()]


def _work(wishes: Wishes, chance: np.random.Generator) -> list[tuple[int, ...]]:
    """Seconds of each go, lognormal round the median of the cause and the pace of the channel."""
    minutes = np.array([cause.work_minutes for cause in EVERY_CAUSE])[wishes.cause]
    pace = np.array([channel.pace for channel in CHANNELS])[wishes.channel]
    spread = np.exp(_WORK_SPREAD * chance.standard_normal((len(wishes), _GOES)))
    seconds: NDArray[np.float64] = MINUTE_S * (minutes * pace)[:, None] * spread
    return [tuple(row) for row in np.maximum(seconds, 30).astype(int).tolist()]
