"""Answers about alarms: what has to be told now, each threshold of each clock once."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from tierwise.facts.promises_kept import Alarm
from tierwise.facts.time import DAY_S
from tierwise.promises.alarms import breach, not_before, warnings_of

from .ports import Book
from .promise_basis import PromiseBasis
from .promise_records import AlarmAnswer, AlarmRow
from .ticket_answers import clocked
from .ticket_stories import told_of

CATCH_UP_DAYS = 7
_BROKEN = """
SELECT ticket_id, clock, cycle, due_s FROM clock_cycles
WHERE state = 'breached' AND (ended_s IS NULL OR due_s >= ?)
ORDER BY due_s, ticket_id, clock, cycle
"""
_OPEN = """
SELECT DISTINCT ticket_id FROM clock_cycles
WHERE state IN ('running', 'paused') ORDER BY ticket_id
"""
_ASKED = "SELECT ticket_id, level, customer_id FROM tickets_asked WHERE ticket_id IN ({})"


def reached(basis: PromiseBasis, days: int) -> tuple[Alarm, ...]:
    """Warnings of open promises, and breaches of open ones and of the last days."""
    found = [*_breaches(basis, days), *_warnings(basis)]
    quiet = basis.policy.warnings.quiet
    newest = basis.world.policies.newest.key
    hours = basis.world.calendars[newest][quiet] if quiet else None
    told = (not_before(one, hours) for one in found)
    return tuple(sorted(told, key=lambda one: (one.at_s, one.key)))


def tell(basis: PromiseBasis, book: Book, *, now: int, days: int, peek: bool) -> AlarmAnswer:
    """Alarms that nobody was told of before, kept as told unless one only peeks."""
    known = reached(basis, days)
    due = [one for one in known if one.tell_s <= basis.world.as_of_s]
    told = book.untold_alarms(due) if peek else book.tell_alarms(due, at=now)
    return AlarmAnswer(basis.as_of(), tuple(_rows(basis, told)), len(known) - len(due))


def _breaches(basis: PromiseBasis, days: int) -> Iterator[Alarm]:
    since = basis.world.as_of_s - days * DAY_S
    for ticket_id, clock, cycle, due_s in basis.engine.rows(_BROKEN, [since]):
        yield breach(ticket_id, clock, cycle, due_s)


def _warnings(basis: PromiseBasis) -> Iterator[Alarm]:
    """Exact warnings need the whole story, so only open tickets are looked at."""
    how, now_s = basis.world.replay(), basis.world.as_of_s
    names = [name for (name,) in basis.engine.rows(_OPEN)]
    for ticket_id, told in told_of(basis, names).items():
        for one in clocked(how, told, now_s):
            at = basis.policy.warnings.at
            yield from warnings_of(ticket_id, one.clock, one.promised, at=at, now_s=now_s)


def _rows(basis: PromiseBasis, alarms: Iterable[Alarm]) -> Iterator[AlarmRow]:
    told = list(alarms)
    listed = _ASKED.format("SELECT UNNEST(?::VARCHAR[])")
    rows = basis.engine.rows(listed, [[one.ticket_id for one in told]])
    whose = {ticket: {"level": level, "customer_id": who} for ticket, level, who in rows}
    for one in told:
        yield AlarmRow(**asdict(one), **whose[one.ticket_id])
