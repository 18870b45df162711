"""What is promised for a clock while its ticket changes, and how a change reaches the clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TypeAlias

from .business_time import Boundary
from .calendar_table import OpenTable
from .ticket_story import Name, Story

Circumstances: TypeAlias = Mapping[str, str | None]

NOTHING_GIVEN: Circumstances = {}

# The events that may change what is promised; each brings its new value.
CHANGES_TERMS = frozenset(
    {Name.PRIORITY, Name.LEVEL, Name.POLICY, Name.CALENDAR, Name.CHANNEL, Name.TEAM}
)


class Mode(StrEnum):
    """What a change in mid-ticket does to a clock that runs.

    `keep_elapsed`: time used stays used, the rest follows the new terms. `from_start`: as if the
    new terms had held since the start. `forward_only`: a running cycle keeps its terms, the next
    one gets the new. `frozen`: the ticket keeps the first terms it had.
    """

    KEEP_ELAPSED = "keep_elapsed"
    FROM_START = "from_start"
    FORWARD_ONLY = "forward_only"
    FROZEN = "frozen"


KEEPS_A_LOST_PROMISE = frozenset({Mode.FORWARD_ONLY, Mode.FROZEN})


@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised for one clock of one ticket from an instant on.

    `target_s` counts seconds in which `calendar` is open; None means no promise.
    """

    since_s: int
    target_s: int | None
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """How changes of the target and of the calendar reach a running clock.

    With `grace_s`, open seconds, a change never makes a promise late at once: the target is at
    least what was used up to the change and the grace, but for that never more than it was.
    The grace is `grace_s` or that share of the new target, whichever is longer.
    """

    target: Mode = Mode.KEEP_ELAPSED
    calendar: Mode = Mode.KEEP_ELAPSED
    grace_s: int | None = None
    grace_share: float = 0.0

    def grace_for(self, target_s: int) -> int:
        """The grace of a change to a target, in open seconds; 0 if there is none."""
        return 0 if self.grace_s is None else max(self.grace_s, int(self.grace_share * target_s))


@dataclass(frozen=True, slots=True)
class Promised:
    """The terms of one clock, oldest first, and how to count them."""

    terms: tuple[Terms, ...]
    tables: Mapping[str, OpenTable]
    changes: Changes = Changes()
    boundary: Boundary = Boundary.CLOSING


def terms_over(
    told: Story,
    promise_of: Callable[[Circumstances], tuple[int | None, str]],
    given: Circumstances = NOTHING_GIVEN,
) -> tuple[Terms, ...]:
    """The terms of a clock over a ticket's story, one for each time they became others.

    `promise_of` is given the newest value of each event in `CHANGES_TERMS`, before the first one
    that of `given`, and tells the target in open seconds, or None, and the calendar.
    """
    now = dict(given)
    terms: list[Terms] = []
    for at_s, events in groupby(told, key=lambda event: event.at_s):
        news = {event.name: event.value for event in events if event.name in CHANGES_TERMS}
        now |= news
        if news or not terms:
            new = Terms(at_s, *promise_of(now))
            terms += [] if terms and _same(new, terms[-1]) else [new]
    return tuple(terms)


def known_terms(promised: Promised, seen_s: int) -> tuple[Terms, ...]:
    """The terms given by `seen_s`; none if nothing is promised then."""
    known = [terms for terms in promised.terms if terms.since_s <= seen_s]
    given = tuple(terms for terms in known if terms.target_s is not None)
    is_lost = bool(known) and known[-1].target_s is None
    return () if is_lost and promised.changes.target not in KEEPS_A_LOST_PROMISE else given


def in_force(terms: tuple[Terms, ...], mode: Mode, started_s: int) -> tuple[Terms, ...]:
    """Those of the terms that count for a cycle, one after the other."""
    if mode is Mode.FROZEN:
        return terms[:1]
    old = [one for one in terms if one.since_s <= started_s]
    force = (*old[-1:], *terms[len(old) :])
    return force[:1] if mode is Mode.FORWARD_ONLY else force


def _same(one: Terms, other: Terms) -> bool:
    return (one.target_s, one.calendar) == (other.target_s, other.calendar)
