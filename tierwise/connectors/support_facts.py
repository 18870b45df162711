"""From orders to facts: the whole made-up support operation, and the truth behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from tierwise.facts.columns import Table
from tierwise.facts.tables import (
    AGENT_STATES,
    AGENTS,
    APP_EVENTS,
    COSTS,
    HELP_SESSIONS,
    LIVE_CONTACTS,
    SURVEYS,
    TICKET_EVENTS,
    TICKETS,
)

from .arrow_tables import schema_of
from .support_calendar import LocalDays, local_days
from .support_contacts import Contact, contacts_of
from .support_course import weights_of
from .support_demand import Demand, Writers
from .support_desk import Desk
from .support_help import help_views, help_visits, helps_itself, reads_help, session_id
from .support_hours import costs_of, states_of
from .support_lines import contact_id, lines_of
from .support_log import Case, Judged, Logged, ticket_id
from .support_orders import NOBODY, Orders, orders_of
from .support_staff import Agent, Span, crew_for, spans_of
from .support_voice import Asked, asked_of, first_contacts, is_taken_back
from .support_world import CAUSES, DAY_S, TEAMS, World

_TRUTH_TYPES: dict[str, pa.DataType] = {
    "ticket_id": pa.string(),
    "customer_id": pa.string(),
    "category": pa.string(),
    "rank": pa.int64(),
    "wait_s": pa.int64(),
    "expected_s": pa.int64(),
    "weights": pa.float64(),
    "chance_satisfied": pa.float64(),
    "satisfied": pa.bool_(),
    "chance_answering": pa.float64(),
    "chance_leaving": pa.float64(),
    "leaves": pa.bool_(),
    "handled_s": pa.int64(),
    "first_contact": pa.bool_(),
}
_TRUTH = pa.schema(_TRUTH_TYPES)


@dataclass(frozen=True, slots=True)
class Truth:
    """What no desk knows: chances and outcomes by ticket, defects by order, who was lost when.

    `outages` are begin and end; `helped` are the sessions in the help centre that spared a ticket;
    `hung_up` are the live contacts whose patience was over before somebody came; `rated_twice`
    are the tickets whose first rating was taken back; `ends_s` is when the data end.
    """

    world: World
    tickets: pa.Table
    defects: Mapping[str, str]
    outages: tuple[tuple[int, int], ...]
    lost_s: Mapping[str, int]
    helped: frozenset[str]
    hung_up: frozenset[str]
    rated_twice: frozenset[str]
    ends_s: int


@dataclass(frozen=True, slots=True)
class MadeSupport:
    """Facts by table name, the orders that were left, and the truth, which is no fact."""

    facts: Mapping[str, pa.Table]
    orders: pa.Table
    truth: Truth


@dataclass(frozen=True, slots=True)
class _Operation:
    """What happened, from the first order to the last: who wrote, who worked, what came of it."""

    world: World
    orders: Orders
    demand: Demand
    readers: tuple[Contact, ...]
    days: LocalDays
    crew: tuple[Agent, ...]
    spans: tuple[Span, ...]
    desk: Desk
    cases: tuple[Case, ...]
    asked: tuple[Asked, ...]


def make_support(orders: pa.Table, world: World) -> MadeSupport:
    """Tickets and all that comes with them for these orders, in any order of rows.

    The same rows and the same world give the same facts.
    """
    past = _operated(orders_of(orders), world)
    return MadeSupport(_facts(past), _left(orders, world, past.desk.left), _truth(past))


def _operated(orders: Orders, world: World) -> _Operation:
    """Demand first, then people for it, then the desk; who finds help by reading does not write."""
    demand = Writers(world, orders).demand()
    contacts = contacts_of(world, orders, demand.wishes)
    writers = [contact for contact in contacts if not helps_itself(world, contact)]
    first_s, until_s = int(orders.placed_s[0]), orders.ends_s
    days = local_days(world.zone, first_s, until_s)
    crew = crew_for(world, writers, (until_s - first_s) / DAY_S)
    spans = spans_of(world, crew, days, until_s)
    desk = Desk(world, writers, spans)
    desk.run(until_s)
    cases = tuple(case for _, case in sorted(desk.cases.items()) if case.status)
    readers = tuple(contact for contact in contacts if reads_help(world, contact, desk.left))
    asked = tuple(asked_of(world, orders, cases, desk.left))
    return _Operation(world, orders, demand, readers, days, crew, tuple(spans), desk, cases, asked)


def _facts(past: _Operation) -> dict[str, pa.Table]:
    world, cases, desk, until_s = past.world, past.cases, past.desk, past.orders.ends_s
    tickets = {case.ticket_id for case in cases}
    states = states_of(past.spans, desk.worked, tickets, until_s)
    costs = costs_of(world, cases, past.spans, until_s // DAY_S)
    return {
        TICKETS.name: _tickets(cases),
        TICKET_EVENTS.name: _events(desk.log.rows, until_s),
        SURVEYS.name: _named(past.asked, SURVEYS),
        AGENTS.name: _agents(past.crew),
        AGENT_STATES.name: _named(states, AGENT_STATES),
        COSTS.name: _named(costs, COSTS, currency=world.currency),
        APP_EVENTS.name: _named(help_views(past.readers, past.days), APP_EVENTS),
        HELP_SESSIONS.name: _named(help_visits(world, past.readers), HELP_SESSIONS),
        LIVE_CONTACTS.name: _named(lines_of(world, cases, desk.worked, until_s), LIVE_CONTACTS),
    }


def _truth(past: _Operation) -> Truth:
    settled = (reader for reader in past.readers if helps_itself(past.world, reader))
    return Truth(
        past.world,
        _judgements(past.world, past.cases),
        _wrong(past.orders, past.demand),
        past.demand.outages,
        past.desk.left,
        frozenset(session_id(reader) for reader in settled),
        frozenset(contact_id(case) for case in past.cases if case.hung_up_s is not None),
        frozenset(one.ticket_id or "" for one in past.asked if is_taken_back(one)),
        past.orders.ends_s,
    )


def _tickets(cases: Sequence[Case]) -> pa.Table:
    columns: dict[str, Sequence[object]] = {
        "ticket_id": [case.ticket_id for case in cases],
        "customer_id": [case.contact.customer for case in cases],
        "created_at": [case.created_s for case in cases],
        "channel": [case.contact.channel.name for case in cases],
        "priority": [case.priority for case in cases],
        "status": [case.status for case in cases],
        "team": [case.team for case in cases],
        "agent_id": [case.agent.agent_id if case.agent else None for case in cases],
        "category": [case.contact.cause.category for case in cases],
        "order_id": [case.contact.order for case in cases],
        "merged_into": [case.merged_ticket for case in cases],
    }
    return pa.table(columns, schema_of(TICKETS))


def _events(rows: Sequence[Logged], until_s: int) -> pa.Table:
    """The events of each ticket side by side, numbered in the order of time."""
    kept = [row for row in rows if row.at_s <= until_s]
    columns = [list(column) for column in zip(*kept, strict=True)] or [[]] * len(Logged._fields)
    numbers, at_s = (np.array(column, np.int64) for column in columns[:2])
    order = np.lexsort((at_s, numbers))
    numbers = numbers[order]
    ids, ticket = np.unique(numbers, return_inverse=True)
    nth = np.arange(len(numbers)) - np.searchsorted(numbers, numbers)
    labels = [f"e{one:02d}" for one in range(1, 2 + int(nth.max(initial=0)))]
    said = (pa.array(column, pa.string()).take(order) for column in columns[2:])
    arrays: list[pa.Array[Any]] = [
        pa.array([ticket_id(one) for one in ids.tolist()], pa.string()).take(ticket),
        pa.array(labels, pa.string()).take(nth),
        pa.array(at_s[order]),
        *said,
    ]
    return pa.Table.from_arrays(arrays, schema=schema_of(TICKET_EVENTS))


def _agents(crew: Iterable[Agent]) -> pa.Table:
    rows = [
        {
            "agent_id": agent.agent_id,
            "name": agent.name,
            "team": agent.team,
            "capacity": TEAMS[agent.team].capacity,
        }
        for agent in crew
    ]
    return pa.Table.from_pylist(rows, schema_of(AGENTS))


def _named(rows: Iterable[NamedTuple], table: Table, **same: object) -> pa.Table:
    """Rows whose fields are columns of a table; `same` are columns that are alike in all."""
    found = [row._asdict() | same for row in rows]
    return pa.Table.from_pylist(found, schema_of(table))


def _left(orders: pa.Table, world: World, lost_s: Mapping[str, int]) -> pa.Table:
    """The orders that were placed after all."""
    if not world.drop_lost:
        return orders
    placed_s = orders.column("placed_at").to_numpy()
    names = orders.column("customer_id").to_pylist()
    ends_s = int(placed_s.max())
    last_s = np.array([lost_s.get(str(name), ends_s) for name in names], np.int64)
    return orders.filter(pa.array(placed_s <= last_s))


def _wrong(orders: Orders, demand: Demand) -> dict[str, str]:
    """What is wrong with which order."""
    places = np.flatnonzero(demand.defect != NOBODY).tolist()
    return {orders.ids[place]: CAUSES[demand.defect[place]].category for place in places}


def _judgements(world: World, cases: Sequence[Case]) -> pa.Table:
    firsts = first_contacts(cases)
    rows = [
        _judgement(world, case, case.judged) | {"first_contact": case.contact.number in firsts}
        for case in cases
        if case.judged
    ]
    return pa.Table.from_pylist(rows, _TRUTH)


def _judgement(world: World, case: Case, judged: Judged) -> dict[str, object]:
    return {
        **judged._asdict(),
        "ticket_id": case.ticket_id,
        "customer_id": case.contact.customer,
        "category": case.contact.cause.category,
        "rank": case.contact.rank,
        "weights": weights_of(world, case),
        "chance_answering": world.feelings.chance_answering(satisfied=judged.satisfied),
        "handled_s": case.handled_s,
    }
