"""Which terms count when many cycles are looked at, after each change and now."""

from dataclasses import dataclass

import numpy as np

from .clock_arrays import Cycles
from .clock_terms import KEEPS_A_LOST_PROMISE, Changes, Mode
from .ranges import Flags, Whole, spread
from .terms_arrays import NO_PROMISE, Promises, last_by


@dataclass(frozen=True, slots=True, eq=False)
class Force:
    """For each look the terms that count: `count` of `Promises.given` from `first` on."""

    first: Whole
    count: Whole

    @property
    def last(self) -> Whole:
        """The last of the terms, where there is one."""
        return np.asarray(self.first + self.count - 1)

    def of(self, looks: Whole) -> "Force":
        """The terms that count for some of the looks."""
        return Force(self.first[looks], self.count[looks])


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """Every cycle seen once from each change of its terms on, up to the next one.

    A look knows what was promised at `since_s` and sees the time until `until_s`. The looks of a
    cycle follow one another, and `final[i]` is that of cycle i which sees all.
    """

    cycle: Whole
    since_s: Whole
    until_s: Whole
    final: Whole
    target: Force
    calendar: Force

    @property
    def has_promise(self) -> Flags:
        return np.asarray(self.target.count > 0)


def looks(cycles: Cycles, terms: Promises, changes: Changes, now_s: int) -> Looks:
    """The looks at cycles, each with the terms in force as `in_force` has them."""
    begun = last_by(terms.ticket, terms.since_s, cycles.ticket, cycles.started_s)
    ended = last_by(terms.ticket, terms.since_s, cycles.ticket, cycles.ended_s)
    cycle, known = spread(begun, ended - begun + 1)
    since_s = np.maximum(cycles.started_s[cycle], terms.since_s[known])
    final = np.cumsum(ended - begun + 1) - 1
    until_s = np.append(since_s[1:], [now_s])[: len(cycle)]
    until_s[final] = now_s
    first = terms.given_by[terms.begins[cycles.ticket]][cycle]
    old = terms.given_by[begun + 1][cycle]
    given = first, np.maximum(old - 1, first), terms.given_by[known + 1]
    is_lost = terms.target_s[known] == NO_PROMISE
    hidden = is_lost & (changes.target not in KEEPS_A_LOST_PROMISE)
    target = _in_force(changes.target, given, hidden)
    calendar = _in_force(changes.calendar, given, hidden)
    if changes.calendar is Mode.FROM_START:
        calendar = Force(calendar.last, np.minimum(calendar.count, 1))
    return Looks(cycle, since_s, until_s, final, target, calendar)


def _in_force(mode: Mode, given: tuple[Whole, Whole, Whole], hidden: Flags) -> Force:
    """The terms that count, of those given: from which on, since the start, and up to which."""
    first, started, end = given
    since = first if mode is Mode.FROZEN else started
    count = np.where(hidden, 0, end - since)
    is_one = mode in {Mode.FROZEN, Mode.FORWARD_ONLY}
    return Force(since, np.minimum(count, 1) if is_one else count)
