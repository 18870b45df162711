"""Demand: which orders make customers write, when, and by which channel."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .support_calendar import MONDAY, SATURDAY, is_shut, local_days, weekday
from .support_orders import NOBODY, Ints, Orders
from .support_world import (
    CAUSES,
    CHANNELS,
    DAY_S,
    DELAYED,
    EMAIL,
    EVERY_CAUSE,
    HOUR_S,
    OUTAGE,
    PHONE,
    QUESTION,
    REFUND,
    SPAM,
    WEB,
    WEEK,
    Cause,
    Channel,
    World,
)

_SPREAD = 0.6
_LATER = 0.6
_OUTAGE_HOUR = 10
_ACTIVE_S = 90 * DAY_S
_AGAIN_S = 8 * HOUR_S
_CHANNEL = {channel: place for place, channel in enumerate(CHANNELS)}
_CAUSE = {cause: place for place, cause in enumerate(EVERY_CAUSE)}


@dataclass(frozen=True, slots=True)
class Wishes:
    """Who will write, as columns: places of orders, customers, causes and channels.

    `began_s` is when what it is about began, `again` the place of the wish that is repeated.
    """

    order: Ints
    customer: Ints
    cause: Ints
    channel: Ints
    at_s: Ints
    began_s: Ints
    again: Ints

    def __len__(self) -> int:
        return len(self.at_s)


@dataclass(frozen=True, slots=True)
class Demand:
    """All who will write, the first one first; `defect` is the cause of each order, or -1."""

    wishes: Wishes
    defect: Ints
    outages: tuple[tuple[int, int], ...]


class Writers:
    """Draws who writes and when, for one world and its orders."""

    def __init__(self, world: World, orders: Orders) -> None:
        self._world, self._orders = world, orders
        self._chance = np.random.default_rng((world.seed, 1))
        self._days = local_days(world.zone, int(orders.placed_s[0]), orders.ends_s)
        self._placed_day = self._days.days(orders.placed_s)

    def demand(self) -> Demand:
        """Everybody who will write until the last order."""
        defect = self._defects()
        begins = self._outages()
        kinds = (
            self._about(np.flatnonzero(defect != NOBODY), defect),
            self._by_order(REFUND, self._orders.is_refund, -1),
            self._by_order(QUESTION, ~self._orders.is_refund, -1),
            _from_nobody(self._by_order(SPAM, ~self._orders.is_refund, 1)),
            _by(EMAIL, self._by_order(DELAYED, ~self._orders.is_refund, 1)),
            *(self._outage(begin_s) for begin_s in begins),
        )
        once = _joined(*kinds)
        wishes = _joined(once, self._again(once))
        ends = tuple((begin_s, begin_s + self._world.outage_s) for begin_s in begins)
        return Demand(_in_order(wishes, self._orders), defect, ends)

    def _defects(self) -> Ints:
        """What is wrong with each order: a place in CAUSES, or -1."""
        borders = np.cumsum([cause.chance for cause in CAUSES])
        place = np.searchsorted(borders, self._chance.random(len(self._orders.ids)))
        is_wrong = (place < len(CAUSES)) & ~self._orders.is_refund
        return np.where(is_wrong, place, NOBODY)

    def _about(self, order: Ints, defect: Ints) -> Wishes:
        medians = np.array([cause.after_days for cause in CAUSES])
        return self._wishes(order, defect[order], 1 + self._days_later(medians[defect[order]]))

    def _by_order(self, cause: Cause, of: NDArray[np.bool_], sign: int) -> Wishes:
        """Some of these orders make somebody write, after them or before."""
        drawn = self._chance.random(len(of)) < cause.chance
        order = np.flatnonzero(of & drawn)
        later = sign * (1 + self._days_later(np.full(len(order), cause.after_days)))
        return self._wishes(order, np.full(len(order), _CAUSE[cause]), later)

    def _days_later(self, medians: NDArray[np.float64]) -> Ints:
        spread = np.exp(_SPREAD * self._chance.standard_normal(len(medians)))
        return np.asarray(medians * spread).astype(np.int64)

    def _wishes(self, order: Ints, cause: Ints, later: Ints) -> Wishes:
        day = self._weekly(self._placed_day[order] + later, later > 0)
        channel = self._channels(day)
        at_s = self._days.instants(day, self._seconds(channel))
        placed_s = self._orders.placed_s[order]
        customer = self._orders.customer[order]
        began_s, again = np.minimum(placed_s, at_s), np.full(len(order), NOBODY)
        return Wishes(order, customer, cause, channel, at_s, began_s, again)

    def _weekly(self, day: Ints, forward: NDArray[np.bool_]) -> Ints:
        """The day itself or one of the six beside it, as the days of the week are liked."""
        steps = np.arange(7)
        places = day[:, None] + np.where(forward, 1, -1)[:, None] * steps
        likes = np.array(WEEK)[(places - MONDAY) % 7] * _LATER**steps
        drawn = self._chance.random(len(day)) * likes.sum(axis=1)
        taken = (likes.cumsum(axis=1) < drawn[:, None]).sum(axis=1)
        return np.asarray(places[np.arange(len(day)), taken])

    def _channels(self, day: Ints) -> Ints:
        """A channel for each; on days without work nobody takes the phone, so people write."""
        shares = np.cumsum([channel.share for channel in CHANNELS])
        drawn = self._chance.random(len(day)) * shares[-1]
        channel = np.minimum(np.searchsorted(shares, drawn), len(CHANNELS) - 1)
        closed = [
            one for one in np.unique(day).tolist() if is_shut(one) or weekday(one) >= SATURDAY
        ]
        silent = (channel == _CHANNEL[PHONE]) & np.isin(day, closed)
        return np.where(silent, _CHANNEL[EMAIL], channel)

    def _seconds(self, channel: Ints) -> Ints:
        """Seconds since midnight, as the hours of the channel are liked."""
        borders = np.array([np.cumsum(one.hours) / sum(one.hours) for one in CHANNELS])
        drawn = self._chance.random(len(channel))
        hour = (borders[channel] < drawn[:, None]).sum(axis=1)
        return np.asarray(hour * HOUR_S + self._chance.integers(0, HOUR_S, len(channel)))

    def _outages(self) -> tuple[int, ...]:
        """When the shop breaks down: at ten on working days."""
        first, last = int(self._placed_day[0]), int(self._placed_day[-1])
        near = (first + int(share * (last - first)) for share in self._world.outages)
        days = np.array([_working_day(day) for day in near], np.int64)
        return tuple(self._days.instants(days, np.full(len(days), _OUTAGE_HOUR * HOUR_S)).tolist())

    def _outage(self, begin_s: int) -> Wishes:
        """Recent customers who notice, most of them at once."""
        orders = self._orders
        recent = (orders.placed_s < begin_s) & (orders.placed_s >= begin_s - _ACTIVE_S)
        active = np.unique(orders.customer[recent & (orders.customer != NOBODY)])
        customer = active[self._chance.random(len(active)) < OUTAGE.chance]
        n = len(customer)
        at_s = begin_s + (self._chance.exponential(HOUR_S, n)).astype(np.int64)
        channel = self._channels(self._days.days(at_s))
        none = np.full(n, NOBODY)
        cause = np.full(n, _CAUSE[OUTAGE])
        return Wishes(none, customer, cause, channel, at_s, np.full(n, begin_s), none)

    def _again(self, once: Wishes) -> Wishes:
        """Some who have written about an order write again elsewhere, hours later."""
        drawn = self._chance.random(len(once)) < self._world.again_elsewhere
        is_placed = (once.order != NOBODY) & (once.began_s < once.at_s)
        place = np.flatnonzero(drawn & is_placed & (once.cause != _CAUSE[DELAYED]))
        at_s = once.at_s[place] + self._chance.exponential(_AGAIN_S, len(place)).astype(np.int64)
        by = np.where(once.channel[place] == _CHANNEL[EMAIL], _CHANNEL[WEB], _CHANNEL[EMAIL])
        order, customer = once.order[place], once.customer[place]
        return Wishes(order, customer, once.cause[place], by, at_s, once.began_s[place], place)


def _by(channel: Channel, wishes: Wishes) -> Wishes:
    """The same, all by one channel."""
    return replace(wishes, channel=np.full(len(wishes), _CHANNEL[channel]))


def _from_nobody(wishes: Wishes) -> Wishes:
    """The same from nobody, about nothing, by the form on the web."""
    none = np.full(len(wishes), NOBODY)
    return replace(_by(WEB, wishes), customer=none, order=none)


def _joined(*parts: Wishes) -> Wishes:
    columns = (np.concatenate([getattr(part, name) for part in parts]) for name in Wishes.__slots__)
    return Wishes(*columns)


def _in_order(wishes: Wishes, orders: Orders) -> Wishes:
    """The wishes of the time of the orders in the order of time; `again` follows them."""
    within = (wishes.at_s > orders.placed_s[0]) & (wishes.at_s < orders.ends_s)
    place = np.flatnonzero(within)
    place = place[np.argsort(wishes.at_s[place], kind="stable")]
    became = np.full(len(wishes) + 1, NOBODY)
    became[place] = np.arange(len(place))
    columns = {name: getattr(wishes, name)[place] for name in Wishes.__slots__}
    return Wishes(**columns | {"again": became[columns["again"]]})


def _working_day(day: int) -> int:
    return next(one for one in range(day, day + 14) if weekday(one) < SATURDAY and not is_shut(one))
