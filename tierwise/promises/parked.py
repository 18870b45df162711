"""Tickets parked as pending while their customer waits: the pause that hides a wait."""

from collections.abc import Iterator
from dataclasses import dataclass

from .clock_kinds import Trigger
from .ticket_story import Story, TicketNow, after, meaning, up_to

PARKED = frozenset({"pending"})
_ASKS = frozenset({Trigger.OPENED, Trigger.ASKED})


@dataclass(frozen=True, slots=True)
class Parked:
    """Time in which clocks may have stood still although an answer was owed."""

    start_s: int
    end_s: int


def parked(told: Story, now_s: int) -> tuple[Parked, ...]:
    """When a ticket was pending while a message of its customer had no public answer yet."""
    found: list[Parked] = []
    for start_s, end_s in _stays(told, now_s):
        goes_on = found and found[-1].end_s == start_s
        found.append(Parked(found.pop().start_s if goes_on else start_s, end_s))
    return tuple(found)


def _stays(told: Story, now_s: int) -> Iterator[tuple[int, int]]:
    ticket, owed = TicketNow(), False
    seen = up_to(told, now_s)
    ends = [*(event.at_s for event in seen[1:]), now_s]
    for event, end_s in zip(seen, ends, strict=True):
        ticket, owed = after(ticket, event), _owed(meaning(event.name, event.actor), owed=owed)
        if owed and ticket.status in PARKED and event.at_s < end_s:
            yield event.at_s, end_s


def _owed(meant: Trigger | None, *, owed: bool) -> bool:
    return meant in _ASKS or (owed and meant is not Trigger.ANSWERED)
