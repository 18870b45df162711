"""Both interpreters of the clock tables on the same tickets, as rows that can be compared."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import pyarrow as pa

from tierwise.promises.clock_readings import Reading, State, read_clock
from tierwise.promises.clock_terms import (
    CHANGES_TERMS,
    KEEPS_A_LOST_PROMISE,
    Circumstances,
    Mode,
    Promised,
    in_force,
    known_terms,
    terms_over,
)
from tierwise.promises.clocks import Cycle, clock_of
from tierwise.promises.replay import CYCLES_SCHEMA, Replay, replay
from tierwise.promises.story_arrays import GIVEN
from tierwise.promises.ticket_story import Story, TicketEvent, TicketNow, story, up_to
from tierwise.promises.wait_arrays import COLUMNS
from tierwise.promises.waits import Wait, waits

Row = dict[str, Any]


EVENTS = pa.schema(
    [
        (name, pa.int64() if name == "at_s" else pa.string())
        for name in ("ticket_id", "event_id", "at_s", "name", "actor", "value")
    ]
)


@dataclass(frozen=True)
class Ticket:
    """A ticket as it was created, and what happened to it, in any order."""

    ticket_id: str
    events: tuple[TicketEvent, ...]
    given: Circumstances
    agent_id: str | None = None


def in_bulk(tickets: Sequence[Ticket], how: Replay, now_s: int) -> list[Row]:
    """The rows of the arrays, by their key."""
    found = replay(tickets_table(tickets), events_table(tickets), how, now_s)
    assert found.schema == CYCLES_SCHEMA
    return by_key(found.to_pylist())


def by_key(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["ticket_id"], row["clock"], row["cycle"]))


def tickets_table(tickets: Sequence[Ticket]) -> pa.Table:
    columns = {name: [one.given.get(name) for one in tickets] for name in GIVEN}
    columns |= {"ticket_id": [one.ticket_id for one in tickets]}
    columns |= {"customer_id": [f"of {one.ticket_id}" for one in tickets]}
    columns |= {"agent_id": [one.agent_id for one in tickets]}
    return pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})


def events_table(tickets: Sequence[Ticket]) -> pa.Table:
    rows = [
        {"ticket_id": one.ticket_id} | {name: getattr(event, name) for name in EVENTS.names[1:]}
        for one in tickets
        for event in one.events
    ]
    return pa.Table.from_pylist(rows, EVENTS)


def one_by_one(tickets: Sequence[Ticket], how: Replay, now_s: int) -> list[Row]:
    """The rows as the clocks of single tickets tell them."""
    return by_key(row for one in tickets for row in _rows_of(one, how, now_s))


def _rows_of(ticket: Ticket, how: Replay, now_s: int) -> Iterator[Row]:
    told = story(ticket.events)
    known = up_to(told, now_s)
    begun = TicketNow(team=ticket.given.get("team"), agent=ticket.agent_id)
    given = dict.fromkeys(CHANGES_TERMS) | dict(ticket.given)
    for kind in how.kinds:
        terms = terms_over(known, partial(how.promise_of, kind.name), given)
        promised = Promised(terms, how.tables, how.changes, how.boundary)
        clock = clock_of(kind, known, begun)
        readings = read_clock(clock, promised, now_s)
        for cycle, reading in zip(clock.cycles, readings, strict=True):
            late = reading.state is State.BREACHED
            strip = waits(kind, cycle, known, promised, now_s=now_s, ticket=begun) if late else None
            yield {
                **_reading(reading),
                "ticket_id": ticket.ticket_id,
                "customer_id": f"of {ticket.ticket_id}",
                **_terms_that_count(cycle, reading, promised, (known, given, now_s)),
                **summed(strip),
            }


def _reading(reading: Reading) -> Row:
    told = asdict(reading)
    return {name: told[name] for name in CYCLES_SCHEMA.names if name in told}


def summed(strip: tuple[Wait, ...] | None) -> Mapping[str, int | None]:
    """The sums of a strip by column."""
    if strip is None:
        return dict.fromkeys(COLUMNS)
    return {
        name: sum(one.end_s - one.start_s for one in strip if one.who is who)
        for name, who in COLUMNS.items()
    }


def _terms_that_count(
    cycle: Cycle, reading: Reading, promised: Promised, seen: tuple[Story, Circumstances, int]
) -> Row:
    told, given, now_s = seen
    ends_s = now_s if cycle.ended_s is None else cycle.ended_s
    mode = promised.changes.target
    terms = known_terms(promised, ends_s)
    at_s = cycle.started_s
    if terms and mode not in KEEPS_A_LOST_PROMISE:
        at_s = ends_s
    elif terms:
        first = in_force(terms, mode, cycle.started_s)[0]
        later = [one.since_s for one in promised.terms if one.since_s > first.since_s]
        last_s = min([*later, cycle.started_s + 1]) - 1
        at_s = first.since_s if mode is Mode.FROZEN else max(first.since_s, last_s)
    then = dict(given)
    for event in up_to(told, at_s):
        then |= {event.name: event.value} if event.name in CHANGES_TERMS else {}
    calendars = in_force(terms, promised.changes.calendar, cycle.started_s)
    calendar = calendars[-1].calendar if calendars and reading.state is not State.NONE else None
    return {name: then[name] for name in ("level", "channel", "priority")} | {"calendar": calendar}
