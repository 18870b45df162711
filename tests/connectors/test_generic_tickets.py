"""A company's own tickets and ticket events, by a mapping file and by the draft of one."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.connectors.generic import read_mapped
from tierwise.connectors.mapping_draft import draft_mapping
from tierwise.connectors.reading import Rows
from tierwise.facts.tables import TICKET_EVENTS
from tierwise.promises.clock_kinds import FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION, ClockKind
from tierwise.promises.clocks import clock_of
from tierwise.promises.ticket_story import TicketEvent, story
from tierwise.promises.ticket_tables import TICKET_MODELS

from .files import OPTIONS, problems_of, rows_of, written

TICKETS = """\
Nr,Kunde,Angelegt,Weg,Zustand,Gruppe
1,ada@example.com,01.03.2024 10:00,Mail,in Arbeit,Desk
2,bob@example.com,01.03.2024 11:00,Telefon,erledigt,
"""
TICKET_MAPPING = """\
table: tickets
dates: "%d.%m.%Y %H:%M"
zone: UTC
id_prefix: "b-"
columns:
  ticket_id: Nr
  customer_id: {column: Kunde, as: email}
  created_at: Angelegt
  channel: {column: Weg, values: {Mail: email, Telefon: phone}}
  status: {column: Zustand, values: {in Arbeit: open, erledigt: solved, wartet: pending}}
  team: Gruppe
"""
TEN = 1_709_287_200
# The history of statuses, and nothing else, is the commonest export of events.
STATUSES = """\
id,ticket,at,who,to
h1,1,2024-03-01 10:30:00,bo,waiting
h2,1,2024-03-01 11:30:00,bo,done
"""
STATUS_MAPPING = """\
table: ticket_events
zone: UTC
id_prefix: "b-"
columns:
  ticket_id: ticket
  event_id: id
  happened_at: at
  name: {const: status}
  actor: {const: agent}
  actor_id: who
  value: {column: to, values: {waiting: pending, done: solved}}
"""
MESSAGES = """\
ticket,message id,sent at,sender
1,m1,2024-03-01 10:00:00,customer
1,m2,2024-03-01 10:20:00,agent
1,m3,2024-03-01 12:00:00,customer
"""


def read(folder: Path, text: str, mapping: str) -> list[Any]:
    written(folder, mapping, "mapping.yaml")
    options = replace(OPTIONS, zone="UTC", mapping=folder / "mapping.yaml")
    return list(read_mapped(written(folder, text, "desk.csv"), options))


def drafted(path: Path, table: str) -> list[Any]:
    """What the draft of a mapping reads without any correction."""
    options = replace(OPTIONS, zone="UTC")
    mapping = written(path.parent, draft_mapping(path, options, table), "draft.yaml")
    return list(read_mapped(path, replace(options, mapping=mapping)))


def test_tickets_are_read_by_a_mapping(tmp_path: Path) -> None:
    parts = read(tmp_path, TICKETS, TICKET_MAPPING)
    first, second = rows_of(parts, "tickets")
    assert first == {
        "ticket_id": "b-1",
        "customer_id": "email:ada@example.com",
        "created_at": TEN,
        "channel": "email",
        "priority": None,
        "status": "open",
        "team": "Desk",
        "agent_id": None,
        "category": None,
        "order_id": None,
        "merged_into": None,
    }
    assert (second["status"], second["channel"], second["team"]) == ("solved", "phone", None)
    assert problems_of(parts) == []


def test_a_history_of_statuses_is_read_by_a_mapping(tmp_path: Path) -> None:
    parts = read(tmp_path, STATUSES, STATUS_MAPPING)
    assert rows_of(parts, "ticket_events")[0] == {
        "ticket_id": "b-1",
        "event_id": "b-h1",
        "happened_at": TEN + 1_800,
        "name": "status",
        "actor": "agent",
        "actor_id": "b-bo",
        "value": "pending",
    }


def test_parquet_is_read_by_the_same_mapping(tmp_path: Path) -> None:
    columns = {"ticket": [1], "id": ["h1"], "at": ["2024-03-01 10:30:00"], "who": [None]}
    pq.write_table(pa.table(columns | {"to": ["done"]}), tmp_path / "desk.parquet")
    options = replace(OPTIONS, mapping=written(tmp_path, STATUS_MAPPING, "m.yaml"))
    (row,) = rows_of(read_mapped(tmp_path / "desk.parquet", options), "ticket_events")
    assert (row["ticket_id"], row["value"], row["actor_id"]) == ("b-1", "solved", None)


# A second row that is odd, the mapping, and the column and cell that are told.
ODD = {
    "an unknown status": (
        TICKETS.replace("erledigt", "parkt"),
        TICKET_MAPPING,
        ("Zustand", "one of in Arbeit, erledigt, wartet", "`parkt`"),
    ),
    "a status that is none of ours": (
        TICKETS.replace("in Arbeit", "open"),
        TICKET_MAPPING.replace(
            "{column: Zustand, values: {in Arbeit: open, erledigt: solved, wartet: pending}}",
            "Zustand",
        ),
        ("Zustand", "one of new, open, pending, hold, solved, closed, deleted", "`erledigt`"),
    ),
    "an unreadable time": (
        TICKETS.replace("01.03.2024 11:00", "gestern"),
        TICKET_MAPPING,
        ("Angelegt", "a date written as `%d.%m.%Y %H:%M`", "`gestern`"),
    ),
    "no number": (
        TICKETS.replace("\n2,", "\n,"),
        TICKET_MAPPING,
        ("Nr", "a value, the cell is empty", "an empty cell"),
    ),
    "a status change to an unknown status": (
        STATUSES.replace("done", "parked"),
        STATUS_MAPPING,
        ("to", "one of waiting, done", "`parked`"),
    ),
    "an event at no time": (
        STATUSES.replace("2024-03-01 11:30:00", ""),
        STATUS_MAPPING,
        ("at", "a value, the cell is empty", "an empty cell"),
    ),
    "an event of no ticket": (
        STATUSES.replace("h2,1,", "h2,,"),
        STATUS_MAPPING,
        ("ticket", "a value, the cell is empty", "an empty cell"),
    ),
    "an event without an id": (
        STATUSES.replace("h2,", ","),
        STATUS_MAPPING,
        ("id", "a value, the cell is empty", "an empty cell"),
    ),
    "an event of tomorrow": (
        STATUSES.replace("2024-03-01 11:30", "2034-03-01 11:30"),
        STATUS_MAPPING,
        ("at", "a date in the past", "`2034-03-01 11:30:00`"),
    ),
}


@pytest.mark.parametrize(("text", "mapping", "expected"), ODD.values(), ids=ODD)
def test_an_odd_row_is_told_with_its_place_and_the_other_goes_on(
    tmp_path: Path, text: str, mapping: str, expected: tuple[str, str, str]
) -> None:
    parts = read(tmp_path, text, mapping)
    (problem,) = problems_of(parts)
    assert (problem.source, problem.line, problem.left_out) == ("desk.csv", 3, True)
    assert (problem.column, problem.expected, problem.found) == expected
    assert sum(part.batch.num_rows for part in parts if isinstance(part, Rows)) == 1


# Headers and a row, the table, and what the draft reads of it.
DRAFTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "tickets of a desk": (
        "Ticket Number,Requester,Created,Channel,Status,Priority,Group,Assignee,Type,Order No\n"
        "7,ada,2024-03-01 10:00:00,email,Waiting,high,Desk,bo,question,o1\n",
        "tickets",
        {
            "ticket_id": "7",
            "customer_id": "ada",
            "status": "pending",
            "team": "Desk",
            "agent_id": "bo",
            "category": "question",
            "order_id": "o1",
        },
    ),
    "tickets as Zendesk names them": (
        "id,ticket_form_id,brand_id,requester_id,created_at,via_channel,status,group_id\n"
        "7,360,361,10,2024-03-01T10:00:00Z,web,on-hold,8\n",
        "tickets",
        {"ticket_id": "7", "customer_id": "10", "channel": "web", "status": "hold", "team": "8"},
    ),
    "incidents": (
        "number,caller_id,opened_at,contact_type,state,assignment_group,assigned_to\n"
        "INC7,Caller 1,2024-03-01 10:00:00,Phone,Awaiting User Info,Group 1,Resolver 2\n",
        "tickets",
        {"ticket_id": "INC7", "customer_id": "Caller 1", "channel": "Phone", "status": "pending"},
    ),
    "events with a type": (
        "Ticket ID,Message ID,Type,Created At,Author Type,Author,New Value\n"
        "7,m1,Reply,2024-03-01 10:00:00,Staff,bo,\n",
        "ticket_events",
        {
            "ticket_id": "7",
            "event_id": "m1",
            "name": "public_reply",
            "actor": "agent",
            "actor_id": "bo",
        },
    ),
    "messages without a type": (
        "ticket,message id,sent at,sender\n7,m1,2024-03-01 10:00:00,User\n",
        "ticket_events",
        {"ticket_id": "7", "event_id": "m1", "name": "customer_message", "actor": "customer"},
    ),
}


@pytest.mark.parametrize(("text", "table", "expected"), DRAFTS.values(), ids=DRAFTS)
def test_a_draft_reads_tickets_and_events(
    tmp_path: Path, text: str, table: str, expected: dict[str, str]
) -> None:
    parts = drafted(written(tmp_path, text), table)
    (row,) = rows_of(parts, table)
    assert {name: row[name] for name in expected} == expected
    assert problems_of(parts) == []


def test_a_draft_leaves_it_to_a_person_what_a_comment_is(tmp_path: Path) -> None:
    text = "ticket,id,type,at,role\n7,m1,comment,2024-03-01 10:00:00,user\n"
    path = written(tmp_path, text.replace(",at,", ",sent at,"))
    assert 'name: {column: "type", values: {"comment": "?"}}' in draft_mapping(
        path, OPTIONS, "ticket_events"
    )
    (problem,) = problems_of(drafted(path, "ticket_events"))
    assert (problem.column, problem.found) == ("type", "`comment`")
    assert problem.next_step == "say in `values` of `name` which it is"


def clocks(folder: Path, *events: list[Any]) -> dict[str, list[tuple[int | None, int | None]]]:
    """Of ticket 1, with these events: minutes after ten at which cycles began and ended."""
    tickets = read(folder, TICKETS, TICKET_MAPPING.replace('id_prefix: "b-"\n', ""))
    engine = DuckDBEngine(threads=1)
    engine.upload("tickets", _whole(tickets, "tickets"))
    told = [part for parts in events for part in parts]
    engine.upload("ticket_events", _whole(told, "ticket_events"))
    nobody = pa.array([], pa.string())
    engine.upload("identities", pa.table({"ref": nobody, "customer_id": nobody}))
    engine.upload("orders", pa.table({"customer_id": nobody}))
    for model in TICKET_MODELS:
        engine.materialise(model, {})
    rows = engine.rows(
        "SELECT at_s, event_id, name, actor, value FROM ticket_stories WHERE ticket_id = '1'"
    )
    whole = story(TicketEvent(*row) for row in rows)
    return {
        kind.name: [
            (_minutes(cycle.started_s), _minutes(cycle.ended_s))
            for cycle in clock_of(kind, whole).cycles
        ]
        for kind in _KINDS
    }


_KINDS: tuple[ClockKind, ...] = (FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION)


def _minutes(at_s: int | None) -> int | None:
    return None if at_s is None else (at_s - TEN) // 60


def _whole(parts: list[Any], table: str) -> pa.Table:
    batches = [part.batch for part in parts if isinstance(part, Rows) and part.table == table]
    return pa.Table.from_batches(batches) if batches else _NO_EVENTS


_NO_EVENTS = pa.table(
    {
        name: pa.array([], pa.int64() if name == "happened_at" else pa.string())
        for name in TICKET_EVENTS.names
    }
)


def test_tickets_and_messages_alone_have_clocks(tmp_path: Path) -> None:
    """Nobody tells a creation or a status: it was opened by its customer, and is open."""
    messages = drafted(written(tmp_path, MESSAGES, "messages.csv"), "ticket_events")
    assert clocks(tmp_path, messages) == {
        "first_response": [(0, 20)],
        "next_response": [(120, None)],
        "resolution": [(0, None)],
    }


def test_with_the_history_of_statuses_the_clocks_also_end(tmp_path: Path) -> None:
    messages = drafted(written(tmp_path, MESSAGES, "messages.csv"), "ticket_events")
    plain = STATUS_MAPPING.replace('id_prefix: "b-"\n', "")
    statuses = read(tmp_path, STATUSES.replace("11:30", "13:00"), plain)
    assert clocks(tmp_path, messages, statuses) == {
        "first_response": [(0, 20)],
        "next_response": [(120, 180)],
        "resolution": [(0, 180)],
    }


def test_tickets_alone_have_clocks_that_run(tmp_path: Path) -> None:
    assert clocks(tmp_path) == {
        "first_response": [(0, None)],
        "next_response": [],
        "resolution": [(0, None)],
    }
