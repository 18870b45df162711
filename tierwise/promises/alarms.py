"""Warnings before a promise breaks and the breach itself, each at the instant it was reached."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tierwise.facts.promises_kept import BREACH, Alarm
from tierwise.levels.policy_values import WarnAt

from .business_time import deadline
from .calendar_table import OpenTable
from .clock_readings import Reading, State, read_clock
from .clock_terms import Promised, Terms
from .clocks import Clock


def warnings_of(
    ticket_id: str, clock: Clock, promised: Promised, *, at: Iterable[WarnAt], now_s: int
) -> Iterator[Alarm]:
    """The warnings that open cycles of a clock have reached by `now_s`.

    The instants are arithmetic, whenever somebody looks. A warning counts open time like the
    promise itself; one with more time left than was promised is none.
    """
    readings = read_clock(clock, promised, now_s)
    for warn in at:
        sooner = read_clock(clock, _nearer(promised, warn), now_s)
        pairs = zip(readings, sooner, strict=True)
        yield from (
            _warning(ticket_id, one, warn, early) for one, early in pairs if _is_due(one, early)
        )


def breach(ticket_id: str, clock: str, cycle: int, due_s: int) -> Alarm:
    """The alarm of a promise that broke."""
    return Alarm(ticket_id, clock, cycle, BREACH, due_s, due_s, due_s)


def not_before(alarm: Alarm, hours: OpenTable | None) -> Alarm:
    """The alarm, to be told when the hours in which alarms are told are open; None is always."""
    if hours is None:
        return alarm
    return replace(alarm, tell_s=deadline(hours, alarm.at_s, 0))


def _is_due(reading: Reading, early: Reading) -> bool:
    return reading.state in (State.RUNNING, State.PAUSED) and early.state is State.BREACHED


def _warning(ticket_id: str, reading: Reading, warn: WarnAt, early: Reading) -> Alarm:
    at_s = early.due_s or 0
    of = (ticket_id, reading.clock, reading.cycle)
    return Alarm(*of, str(warn), at_s, at_s, reading.due_s)


def _nearer(promised: Promised, warn: WarnAt) -> Promised:
    """A warning is a promise of less time."""
    return replace(promised, terms=tuple(_nearer_terms(one, warn) for one in promised.terms))


def _nearer_terms(terms: Terms, warn: WarnAt) -> Terms:
    if terms.target_s is None:
        return terms
    if warn.left_s is None:
        return replace(terms, target_s=round(terms.target_s * (warn.share or 0)))
    left = terms.target_s - warn.left_s
    return replace(terms, target_s=left if left > 0 else None)
