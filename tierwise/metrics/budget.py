"""The error budget of a promise: what it allows, what is used, and how long the rest lasts.

Time is open seconds of the promise's calendar since the period began, so nights burn nothing;
what lies before the period has negative seconds.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .attainment import ENOUGH
from .figures import Figure, Reason, missing
from .intervals import Interval, wilson

Floats = NDArray[np.float64]

PERIOD_DAYS = 28


@dataclass(frozen=True, slots=True)
class Budget:
    """How many breaches a promise allows over what was decided, and how many there were.

    `used` is a share of the allowed, above 1 if overdrawn; it and `left` are None where nothing
    is allowed, as by a promise of 100 %.
    """

    events: int
    breaches: int
    allowed: float

    @property
    def used(self) -> float | None:
        return self.breaches / self.allowed if self.allowed else None

    @property
    def left(self) -> float | None:
        return None if self.used is None else 1 - self.used


def error_budget(events: int, breaches: int, target: float) -> Budget:
    """The budget of a promise to keep `target`, 0 to 1, of its clocks in time.

    >>> budget = error_budget(1000, 30, 0.95)
    >>> round(budget.allowed, 6), round(budget.used, 6), round(budget.left, 6)
    (50.0, 0.6, 0.4)
    """
    return Budget(events, breaches, (1 - target) * events)


def burn_rate(breaches: int, events: int, target: float, effect: float = 1.0) -> Figure:
    """How many times faster than allowed the budget goes: the share of breaches / (1 − target).

    Wilson's interval on events / `effect` (the design effect). A promise of 100 % has no budget
    that could burn: no figure.

    >>> round(burn_rate(12, 60, 0.95).value, 6)
    4.0
    """
    if not events:
        return missing(Reason.NOTHING)
    if target >= 1:
        return missing(Reason.NO_PROMISE, events)
    low, high = wilson(breaches / effect, events / effect)
    budget = 1 - target
    return Figure(
        breaches / events / budget, low / budget, high / budget, events, is_pale=events < ENOUGH
    )


def largest_burn(target: float) -> float:
    """The burn rate when everything is late: no alarm may wait for more."""
    return 1 / (1 - target) if target < 1 else inf


def days_to_exhaustion(left: float, burn: float, period_days: float = PERIOD_DAYS) -> float | None:
    """Days until nothing is left at this burn rate; 0 if it is gone, None if it never will be."""
    if left <= 0:
        return 0.0
    return left * period_days / burn if burn > 0 else None


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """Clocks that were kept or missed: when, in rising open seconds, and 1 for a miss or 0."""

    at_s: Floats
    missed: Floats

    def within(self, from_s: ArrayLike, to_s: ArrayLike) -> tuple[Floats, Floats]:
        """How many were decided and how many of them missed in each (from, to]."""
        begin = np.searchsorted(self.at_s, from_s, side="right")
        end = np.searchsorted(self.at_s, to_s, side="right")
        misses = np.concatenate([[0.0], np.cumsum(self.missed)])
        return np.asarray(end - begin, dtype=np.float64), misses[end] - misses[begin]


def decided(fulfilled_s: ArrayLike, due_s: ArrayLike, now_s: float) -> Decided:
    """Clocks as they count by `now_s`: at the fulfilment or the due time, whichever is first.

    `fulfilled_s` is NaN while a clock is open, and at the due time is in time. An open clock past
    its due time is a miss then, not when somebody answers. `due_s` is NaN for what has no promise.
    """
    fulfilled, due = np.asarray(fulfilled_s, np.float64), np.asarray(due_s, np.float64)
    at = np.fmin(fulfilled, due)
    is_missed = ~(fulfilled <= due)
    counts = ~np.isnan(due) & np.where(is_missed, at < now_s, at <= now_s)
    order = np.argsort(at[counts], kind="stable")
    return Decided(at[counts][order], is_missed[counts][order].astype(np.float64))


@dataclass(frozen=True, slots=True, eq=False)
class BurnDown:
    """What the page of a budget draws: breaches by the end of each day of the period.

    `pace` is an even use of all that is allowed; `used` is NaN for days to come; `low` and `high`
    are where the breaches are expected, NaN for days that are over.
    """

    allowed: float
    pace: Floats
    used: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class BurnTerms:
    """What a budget is judged by: the target share, the period in open seconds, the design effect.

    `effect` is how much more breaches cluster than independent ones, measured on history.
    """

    target: float
    period_s: float
    effect: float = 1.0


def burn_down(
    clocks: Decided, day_ends_s: ArrayLike, now_s: float, terms: BurnTerms, *, recent_s: float
) -> BurnDown:
    """Breaches day by day, and where they will be if all goes on as in the last `recent_s`.

    `day_ends_s`: open seconds at the end of each day, rising to the period's length; closed days
    add none. What is allowed counts the clocks expected for the rest of the period too.
    """
    ends = np.asarray(day_ends_s, np.float64)
    so_far, used_so_far = (float(part) for part in clocks.within(0.0, now_s))
    events, misses = (float(part) for part in clocks.within(now_s - recent_s, now_s))
    ahead = np.maximum(ends - now_s, 0.0) / recent_s * events
    band = [_to_come(misses, events, one, terms.effect) for one in ahead]
    low, high = np.array(band).reshape(-1, 2).T + used_so_far
    whole = so_far + max(0.0, terms.period_s - now_s) / recent_s * events
    allowed = (1 - terms.target) * whole
    # The day of `now` has both: what is used so far, and its end that is still to come.
    begins = np.concatenate([[0.0], ends[:-1]])
    is_to_come = (begins >= now_s) & (ends > now_s)
    return BurnDown(
        allowed,
        allowed * ends / terms.period_s,
        np.where(is_to_come, np.nan, clocks.within(0.0, np.minimum(ends, now_s))[1]),
        np.where(ends <= now_s, np.nan, low),
        np.where(ends <= now_s, np.nan, high),
    )


def _to_come(misses: float, events: float, ahead: float, effect: float) -> Interval:
    """Breaches among `ahead` clocks to come, if they are like the recent ones.

    The share to come differs from the recent one as two samples do, so that its interval is that
    of a sample of 1 / (1/events + 1/ahead).
    """
    if not (events and ahead):
        return 0.0, 0.0
    size = 1 / (effect / events + effect / ahead)
    low, high = wilson(misses / events * size, size)
    return low * ahead, high * ahead
