"""Whom a late ticket waited for: the strip of one cycle."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from .business_time import explain
from .clock_kinds import ClockKind
from .clock_readings import Piece, calendars_of, cut, seen
from .clock_terms import Promised
from .clocks import NEW_TICKET, Cycle, Pace, Stretch
from .ticket_story import Story, TicketNow, after


class Who(StrEnum):
    """Whom a ticket waits for."""

    AGENT = "agent"
    NOBODY = "nobody yet"
    OTHER_TEAM = "another team"
    HOLD = "on hold"
    CUSTOMER = "customer"
    OUTSIDE = "outside hours"
    DONE = "done"


# Whom a ticket in one of these statuses waits for, whoever has it.
BY_STATUS = {"pending": Who.CUSTOMER, "hold": Who.HOLD}
# For these it waits while nobody works as well.
AT_ALL_HOURS = frozenset({Who.DONE})


@dataclass(frozen=True, slots=True)
class Wait:
    """Time between two instants, and whom the ticket waited for."""

    start_s: int
    end_s: int
    who: Who


def waits(
    kind: ClockKind,
    cycle: Cycle,
    told: Story,
    promised: Promised,
    *,
    now_s: int,
    ticket: TicketNow = NEW_TICKET,
) -> tuple[Wait, ...]:
    """The time of a cycle up to `now_s`, in order and without a hole; none without a promise.

    `ticket` is what the ticket was before its story. Of time in which it was not done only that
    counts in which the calendar of the promise is open; the rest lies outside hours.
    """
    calendars = calendars_of(cycle, promised, now_s)
    found: list[Wait] = []
    for start_s, end_s, then in _stays(cycle, told, now_s, ticket):
        who = waits_for(kind, then, cycle.team)
        stretch = Stretch(start_s, end_s, Pace.RUNS, then.status)
        pieces = cut(stretch, calendars, end_s) if calendars else ()
        found += [one for piece in pieces for one in _by_hours(piece, who)]
    return tuple(_joined(found))


def waits_for(kind: ClockKind, ticket: TicketNow, team: str | None) -> Who:
    """Whom a ticket waits for in opening hours, in a cycle that began with `team`."""
    if ticket.status in kind.done:
        return Who.DONE
    if ticket.status in BY_STATUS:
        return BY_STATUS[ticket.status]
    if ticket.team and team and ticket.team != team:
        return Who.OTHER_TEAM
    return Who.AGENT if ticket.agent else Who.NOBODY


def _by_hours(piece: Piece, who: Who) -> Iterator[Wait]:
    """The time of a piece, cut where its calendar opens and closes."""
    for span in explain(piece.table, piece.start_s, piece.end_s):
        counts = span.counted or who in AT_ALL_HOURS
        yield Wait(span.start_s, span.end_s, who if counts else Who.OUTSIDE)


def _stays(
    cycle: Cycle, told: Story, now_s: int, ticket: TicketNow
) -> Iterator[tuple[int, int, TicketNow]]:
    """What the ticket was from one event of the cycle to the next."""
    ends_s = seen(cycle, now_s)
    changes = [(cycle.started_s, ticket)]
    for event in told:
        ticket = after(ticket, event)
        changes.append((min(max(event.at_s, cycle.started_s), ends_s), ticket))
    for (start_s, then), (end_s, _) in pairwise([*changes, (ends_s, ticket)]):
        if start_s < end_s:
            yield start_s, end_s, then


def _joined(found: list[Wait]) -> Iterator[Wait]:
    """The waits with neighbours for the same joined."""
    joined: list[Wait] = []
    for one in found:
        goes_on = joined and joined[-1].who is one.who
        joined.append(replace(joined.pop(), end_s=one.end_s) if goes_on else one)
    yield from joined
