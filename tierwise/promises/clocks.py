"""The clock of a promise on one ticket: a fold over its story, with every stretch of its time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce
from typing import TypeAlias

from .clock_kinds import Action, ClockKind, Phase
from .ticket_story import Story, TicketEvent, TicketNow, after, triggers


class Pace(StrEnum):
    """Whether a cycle's time counts, opening hours apart."""

    RUNS = "runs"
    PAUSED = "paused"
    STOPPED = "done"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time of a cycle in one status, perhaps none; without an end it lasts."""

    start_s: int
    end_s: int | None
    pace: Pace
    status: str


@dataclass(frozen=True, slots=True)
class Cycle:
    """From one start of a clock to its end; stretches follow one another without a hole."""

    started_s: int
    team: str | None = None
    stretches: tuple[Stretch, ...] = ()
    ended_s: int | None = None
    is_cancelled: bool = False


Cycles: TypeAlias = tuple[Cycle, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock after some events of its ticket."""

    kind: ClockKind
    phase: Phase
    ticket: TicketNow
    cycles: Cycles = ()


NEW_TICKET = TicketNow()


def begin(kind: ClockKind, ticket: TicketNow = NEW_TICKET) -> Clock:
    """The clock of a ticket to which nothing has happened yet."""
    return Clock(kind, kind.first, ticket)


def clock_of(kind: ClockKind, told: Story, ticket: TicketNow = NEW_TICKET) -> Clock:
    """The clock after the whole story of a ticket, which was `ticket` before it."""
    return reduce(advance, told, begin(kind, ticket))


def advance(clock: Clock, event: TicketEvent) -> Clock:
    """The clock after one more event, which stands after all those before it in the story.

    A late event, a copy and a retraction change the past: make the story anew and fold it.
    """
    happened = triggers(clock.kind, clock.ticket, event)
    moved = replace(clock, ticket=after(clock.ticket, event))
    for trigger in happened:
        move = clock.kind.moves.get((moved.phase, trigger))
        if move:
            cycles = _ACTIONS[move.action](moved, event.at_s)
            moved = replace(moved, phase=move.then, cycles=cycles)
    return _in_step(moved, event.at_s)


def _start(clock: Clock, at_s: int) -> Cycles:
    return (*clock.cycles, Cycle(at_s, clock.ticket.team, (_fresh(clock, at_s),)))


def _stop(clock: Clock, at_s: int) -> Cycles:
    *earlier, last = clock.cycles
    return (*earlier, replace(last, stretches=_ended(last, at_s), ended_s=at_s))


def _reset(clock: Clock, at_s: int) -> Cycles:
    return _start(replace(clock, cycles=_stop(clock, at_s)), at_s)


def _cancel(clock: Clock, at_s: int) -> Cycles:
    *earlier, last = _stop(clock, at_s)
    return (*earlier, replace(last, is_cancelled=True))


def _resume(clock: Clock, at_s: int) -> Cycles:
    *earlier, last = clock.cycles
    ended_s = at_s if last.ended_s is None else last.ended_s
    rest = Stretch(ended_s, at_s, Pace.STOPPED, Pace.STOPPED)
    stretches = (*last.stretches, rest, _fresh(clock, at_s))
    return (*earlier, replace(last, stretches=stretches, ended_s=None))


def _wait(clock: Clock, _at_s: int) -> Cycles:
    return clock.cycles


_ACTIONS: Mapping[Action, Callable[[Clock, int], Cycles]] = {
    Action.START: _start,
    Action.STOP: _stop,
    Action.RESET: _reset,
    Action.RESUME: _resume,
    Action.CANCEL: _cancel,
    Action.WAIT: _wait,
}


def _in_step(clock: Clock, at_s: int) -> Clock:
    """The clock with a new stretch if the ticket's status is not that of the last one."""
    if clock.phase is not Phase.RUNNING:
        return clock
    *earlier, last = clock.cycles
    if last.stretches[-1].status == clock.ticket.status:
        return clock
    grown = replace(last, stretches=(*_ended(last, at_s), _fresh(clock, at_s)))
    return replace(clock, cycles=(*earlier, grown))


def _ended(cycle: Cycle, at_s: int) -> tuple[Stretch, ...]:
    *earlier, last = cycle.stretches
    return (*earlier, replace(last, end_s=at_s))


def _fresh(clock: Clock, at_s: int) -> Stretch:
    status = clock.ticket.status
    pace = Pace.PAUSED if status in clock.kind.pauses else Pace.RUNS
    return Stretch(at_s, None, pace, status)
