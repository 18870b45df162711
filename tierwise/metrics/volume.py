"""How many tickets: contact rates, the backlog and its checks, and how the week goes."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .figures import Figure, Reason, missing
from .intervals import Interval, garwood
from .shares import share

Floats = NDArray[np.float64]

SURE = 3.0  # standard errors by which a backlog may miss Little's law
DRAWS = 1000


def contact_rate(tickets: int, those: float, per: int) -> Figure:
    """Tickets per so many of those who could write (customers, orders), Garwood's interval.

    A few who write often make it too narrow: look at the share of customers who wrote too.

    >>> round(contact_rate(18, 600, 1000).value, 6)
    30.0
    """
    if not those:
        return missing(Reason.NOTHING)
    low, high = garwood(tickets, those / per)
    return Figure(tickets / those * per, low, high, tickets)


@dataclass(frozen=True, slots=True)
class Abandonment:
    """Calls and chats given up: all of them, and without those given up at once on either side."""

    every: Figure
    without_short: Figure


def abandonment(offered: int, abandoned: int, short: int) -> Abandonment:
    """`abandoned` of `offered`, `short` of them within the first seconds: misdials, mostly.

    Whoever takes a callback has not given up.

    >>> round(abandonment(1000, 60, 15).without_short.value, 4)
    0.0457
    """
    return Abandonment(share(abandoned, offered), share(abandoned - short, offered - short))


def expected_backlog(arrivals_per_day: float, mean_days: float) -> float:
    """Tickets in the system when arrivals and departures balance: Little 1961, L = λ W."""
    return arrivals_per_day * mean_days


def fits_littles_law(backlog: float, expected: float) -> bool:
    """Whether a backlog at one instant is within three standard errors of the expected.

    Tickets that do not wait for each other would make it a Poisson number; a queue sways more, so
    a miss says "look here", not "wrong".
    """
    return abs(backlog - expected) <= SURE * sqrt(expected)


def backlog_gap(before: int, after: int, came: int, went: int) -> int:
    """Tickets the books do not explain; 0 if they are right.

    `came` are new and reopened, `went` resolved and gone (merged, spam, deleted while open).
    """
    return after - (before + came - went)


def net_flow(new: int, reopened: int, resolved: int) -> int:
    """By how much the backlog grew."""
    return new + reopened - resolved


def seasonal_index(counts: ArrayLike, slots: ArrayLike, many: int) -> Floats:
    """The mean of each slot (weekday, hour of the week) over the mean of all; NaN if never seen.

    Each slot's sum is divided by how often that slot was there, so a month with five Mondays has
    no busier Mondays.

    >>> seasonal_index([10, 10, 10, 40], [0, 0, 0, 1], 2).round(3).tolist()
    [0.571, 2.286]
    """
    count, slot = np.asarray(counts, np.float64), np.asarray(slots, np.int64)
    seen = np.bincount(slot, minlength=many).astype(np.float64)
    sums = np.bincount(slot, count, minlength=many)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums / seen / count.mean(), np.float64)


def seasonal_intervals(weeks: ArrayLike, chance: np.random.Generator) -> list[Interval]:
    """The 95 % interval of each slot's index, by drawing whole weeks again; `weeks` × slots."""
    rows = np.asarray(weeks, np.float64)
    drawn = rows[chance.integers(len(rows), size=(DRAWS, len(rows)))].sum(axis=1)
    index = drawn / drawn.mean(axis=1, keepdims=True)
    low, high = np.quantile(index, (0.025, 0.975), axis=0)
    return list(zip(low.tolist(), high.tolist(), strict=True))
