"""Stories of tickets in SQL: what they tell, what each ticket was given, and what is wrong."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shop_days import arrow
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.tables import TICKET_EVENTS, TICKETS
from tierwise.promises.ticket_story import Name, TicketEvent, story, with_merged
from tierwise.promises.ticket_tables import (
    FINDINGS,
    HARMFUL,
    TICKET_MODELS,
    ticket_problems,
)

TICKET = dict.fromkeys(TICKETS.names) | {"created_at": 100, "channel": "email", "status": "new"}
STORIES = "FROM ticket_stories ORDER BY ticket_id, at_s, name <> 'created', event_id"


def ticket(ticket_id: str, **more: Any) -> dict[str, Any]:
    return TICKET | {"ticket_id": ticket_id} | more


def happened(ticket_id: str, told: str) -> list[dict[str, Any]]:
    """`120 public_reply agent; 130 status agent solved` as rows numbered e1, e2 …"""
    rows = []
    for place, line in enumerate(filter(None, told.split("; ")), 1):
        at, name, actor, *value = line.split()
        rows.append(
            {
                "ticket_id": ticket_id,
                "event_id": f"e{place}",
                "happened_at": int(at),
                "name": name,
                "actor": actor,
                "actor_id": None,
                "value": value[0] if value else None,
            }
        )
    return rows


def desk(
    tickets: list[dict[str, Any]], events: dict[str, str], customers: tuple[str, ...] = ()
) -> DuckDBEngine:
    """An engine that has told the stories of these tickets."""
    engine = DuckDBEngine(threads=1)
    engine.upload("tickets", arrow(TICKETS, tickets))
    rows = [row for ticket_id, told in events.items() for row in happened(ticket_id, told)]
    engine.upload("ticket_events", arrow(TICKET_EVENTS, rows))
    engine.upload("orders", pa.table({"customer_id": pa.array(["buyer"])}))
    names = pa.array(customers, pa.string())
    whole = pa.array([f"whole {name}" for name in customers], pa.string())
    engine.upload("identities", pa.table({"ref": names, "customer_id": whole}))
    for model in TICKET_MODELS:
        engine.materialise(model, {})
        found = engine.query(f"FROM {model.name} LIMIT 0")
        assert tuple(found.column_names) == model.output.names
    return engine


def told(engine: DuckDBEngine) -> dict[str, list[str]]:
    """The story of each ticket, a line per event."""
    stories: dict[str, list[str]] = {}
    for row in engine.query(STORIES).to_pylist():
        line = f"{row['at_s']} {row['event_id']}: {row['name']} {row['actor']} {row['value'] or ''}"
        stories.setdefault(row["ticket_id"], []).append(line.strip())
    return stories


def problems(engine: DuckDBEngine) -> list[tuple[str, str | None, str, str]]:
    return engine.rows("FROM ticket_problems ORDER BY ALL")


def test_a_ticket_with_its_own_creation_is_told_as_it_is() -> None:
    engine = desk([ticket("t")], {"t": "100 created agent open; 120 public_reply agent"})
    assert told(engine)["t"] == ["100 e1: created agent open", "120 e2: public_reply agent"]


def test_a_ticket_without_a_creation_was_opened_by_its_customer() -> None:
    engine = desk([ticket("t"), ticket("silent")], {"t": "120 public_reply agent"})
    assert told(engine) == {
        "t": ["100 created: created customer", "120 e1: public_reply agent"],
        "silent": ["100 created: created customer"],
    }


def test_a_ticket_of_which_nothing_is_told_but_that_it_is_done_cannot_be_counted() -> None:
    engine = desk([ticket("t", status="solved")], {})
    assert told(engine)["t"] == ["100 created: created customer"]
    assert problems(engine) == [("t", None, "done_without_time", "`solved`")]
    assert "done_without_time" in HARMFUL


def test_nobody_says_when_it_was_done_so_with_the_last_thing_that_happened() -> None:
    engine = desk([ticket("t", status="closed")], {"t": "120 public_reply agent"})
    assert told(engine)["t"][-1] == "120 ~status: status agent closed"
    assert problems(engine) == [("t", None, "status_without_time", "`closed`")]


def test_events_that_were_retracted_are_not_told() -> None:
    engine = desk([ticket("t")], {"t": "110 public_reply agent; 120 retracted agent e1"})
    assert told(engine)["t"] == ["100 created: created customer", "120 e2: retracted agent e1"]


def test_events_of_unknown_tickets_are_left_out_and_told() -> None:
    engine = desk([ticket("t")], {"gone": "120 public_reply agent"})
    assert list(told(engine)) == ["t"]
    assert problems(engine) == [("gone", "e1", "event_without_ticket", "`public_reply`")]


def test_messages_of_a_merged_ticket_come_to_the_one_that_is_left() -> None:
    engine = desk(
        [ticket("a", merged_into="b"), ticket("b", created_at=130)],
        {
            "a": "110 customer_message customer; 120 private_note agent; "
            "125 retracted agent e4; 115 thanks customer; 140 status agent closed",
            "b": "150 public_reply agent",
        },
    )
    assert told(engine) == {
        "a": [
            "100 created: created customer",
            "110 e1: customer_message customer",
            "120 e2: private_note agent",
            "125 e3: retracted agent e4",
            "140 0 merged: merged agent b",
            "140 e5: status agent closed",
        ],
        "b": [
            "100 a/created: customer_message customer",
            "110 a/e1: customer_message customer",
            "130 created: created customer",
            "150 e1: public_reply agent",
        ],
    }
    assert problems(engine) == []


def test_a_merge_that_the_events_tell_is_not_told_again() -> None:
    engine = desk(
        [ticket("a", merged_into="b", status="closed"), ticket("b")], {"a": "120 merged agent b"}
    )
    assert told(engine)["a"] == ["100 created: created customer", "120 e1: merged agent b"]
    assert problems(engine) == []


@pytest.mark.parametrize("merges", [2, 8])
def test_a_chain_of_merges_is_followed(merges: int) -> None:
    chain = [ticket(f"t{i}", merged_into=f"t{i + 1}") for i in range(merges)]
    engine = desk([*chain, ticket(f"t{merges}")], {"t0": "110 customer_message customer"})
    holders = [name for name, lines in told(engine).items() if any("t0/e1" in x for x in lines)]
    assert holders == [f"t{merges}"]
    assert problems(engine) == []


# Ticket and what it was merged into; who goes round in a circle, and who ends at nobody.
CIRCLES = {
    "itself": ({"a": "a"}, ["a"], []),
    "two": ({"a": "b", "b": "a"}, ["a", "b"], []),
    "three, and one into them": (
        {"a": "b", "b": "c", "c": "a", "d": "a", "e": "f", "f": None},
        ["a", "b", "c", "d"],
        [],
    ),
    "nobody": ({"a": "b", "b": "gone", "c": None}, [], ["a", "b"]),
}


@pytest.mark.parametrize(("merges", "circle", "nobody"), CIRCLES.values(), ids=CIRCLES)
def test_merges_without_an_end(
    merges: dict[str, str | None], circle: list[str], nobody: list[str]
) -> None:
    tickets = [ticket(name, merged_into=into) for name, into in merges.items()]
    engine = desk(tickets, dict.fromkeys(merges, "110 customer_message customer"))
    found = [(name, kind) for name, _, kind, _ in problems(engine)]
    assert [name for name, kind in found if kind == "merged_in_a_circle"] == circle
    assert [name for name, kind in found if kind == "merged_into_nobody"] == nobody


# What a ticket is now, what its events tell, and what it had at its creation.
GIVEN = {
    "events never name them": (
        {"priority": "high", "team": "ops", "agent_id": "x"},
        "120 public_reply agent",
        ("email", "high", "ops", "x"),
    ),
    "named at the creation": (
        {"priority": "low", "team": "ops"},
        "100 priority agent high; 100 team agent desk; 100 assigned agent x",
        ("email", "high", "desk", "x"),
    ),
    "named only later": (
        {"priority": "high", "team": "ops", "agent_id": "x"},
        "101 priority agent high; 120 team agent ops; 120 assigned agent x",
        ("email", None, None, None),
    ),
    "changed later": (
        {"priority": "low"},
        "100 priority agent high; 120 priority agent low",
        ("email", "high", None, None),
    ),
    "taken away at once": (
        {"agent_id": "x"},
        "100 assigned agent; 120 assigned agent x",
        ("email", None, None, None),
    ),
    "named twice at the creation": (
        {},
        "100 team agent first; 100 team agent second",
        ("email", None, "first", None),
    ),
    "the ninth before the tenth": (
        {},
        "; ".join(f"100 {'team' if i > 7 else 'private_note'} agent n{i}" for i in range(11)),
        ("email", None, "n8", None),
    ),
    "before the ticket says it was created": (
        {},
        "90 created customer; 90 priority agent high; 100 priority agent low",
        ("email", "high", None, None),
    ),
    "the channel too": ({}, "100 channel customer chat", ("chat", None, None, None)),
}


@pytest.mark.parametrize(("now", "events", "expected"), GIVEN.values(), ids=GIVEN)
def test_what_a_ticket_had_at_its_creation(
    now: dict[str, Any], events: str, expected: tuple[str | None, ...]
) -> None:
    engine = desk([ticket("t", **now)], {"t": events})
    columns = "channel, priority, team, agent_id"
    assert engine.rows(f"SELECT {columns} FROM tickets_given") == [expected]


def test_a_ticket_is_given_the_customer_who_is_left() -> None:
    tickets = [ticket("a", customer_id="ada"), ticket("b", customer_id="eve"), ticket("c")]
    engine = desk(tickets, {}, customers=("ada",))
    found = engine.rows("SELECT ticket_id, customer_id FROM tickets_given ORDER BY ALL")
    assert found == [("a", "whole ada"), ("b", "eve"), ("c", None)]
    assert problems(engine) == [("b", None, "customer_unknown", "`eve`")]


def test_who_only_ever_bought_is_a_customer_who_is_known() -> None:
    assert problems(desk([ticket("a", customer_id="buyer")], {})) == []


# What is odd about a ticket: its row, its events, and what is told of it.
ODD: dict[str, tuple[dict[str, Any], str, list[tuple[str | None, str, str]]]] = {
    "nothing": ({}, "100 created customer; 100 status agent open", []),
    "an event before the creation": (
        {},
        "40 public_reply agent",
        [("e1", "before_creation", "`public_reply` 60 s before")],
    ),
    "an event before the creation that was retracted": (
        {},
        "40 public_reply agent; 120 retracted agent e1",
        [],
    ),
    "two creations": (
        {},
        "100 created customer; 160 created customer",
        [(None, "two_creations", "2 within 60 s")],
    ),
    "the same creation twice": (
        {},
        "100 created customer; 100 created customer",
        [(None, "created_again", "2 within 0 s")],
    ),
    "a status nobody knows": (
        {},
        "110 status agent parked; 120 status agent; 130 status agent spam",
        [("e1", "unknown_status", "`parked`"), ("e2", "unknown_status", "nothing")],
    ),
    "created in a status nobody knows": (
        {},
        "100 created customer parked",
        [("e1", "unknown_status", "`parked`")],
    ),
    "in a status nobody knows": (
        {"status": "parked"},
        "",
        [(None, "unknown_status", "`parked`")],
    ),
    "an event nobody knows": (
        {},
        "110 satisfied customer",
        [("e1", "unknown_event", "`satisfied`")],
    ),
    "open, and nobody says since when": ({"status": "open"}, "", []),
    "pending, and nobody says since when": (
        {"status": "pending"},
        "110 public_reply agent",
        [(None, "status_without_time", "`pending`")],
    ),
    "created as pending": ({"status": "pending"}, "100 created agent pending", []),
    "deleted, and nobody says when": (
        {"status": "deleted"},
        "110 public_reply agent",
        [(None, "deleted_without_time", "`deleted`")],
    ),
    "deleted by an event": ({"status": "deleted"}, "110 deleted agent", []),
}


@pytest.mark.parametrize(("row", "events", "expected"), ODD.values(), ids=ODD)
def test_what_is_wrong_with_a_ticket(
    row: dict[str, Any], events: str, expected: list[tuple[str | None, str, str]]
) -> None:
    found = problems(desk([ticket("t", **row), ticket("fine")], {"t": events}))
    assert found == [("t", *finding) for finding in expected]


def test_every_event_that_clocks_know_is_known() -> None:
    events = "; ".join(f"110 {name} agent open" for name in Name if name != Name.CREATED)
    assert problems(desk([ticket("t")], {"t": events})) == []


def test_problems_say_where_what_and_what_to_do() -> None:
    rows = [("7", "e1", "before_creation", "`public_reply` 60 s before")]
    (problem,) = ticket_problems(rows)
    assert str(problem) == (
        "ticket 7, event e1, column `happened_at`: expected an event at or after the creation of "
        "its ticket, found `public_reply` 60 s before; mend the times in the source; check that "
        "both are written in one zone"
    )
    assert problem.left_out


def test_what_takes_a_ticket_out_of_the_count() -> None:
    assert set(HARMFUL) == {
        "before_creation",
        "two_creations",
        "unknown_status",
        "deleted_without_time",
        "done_without_time",
        "merged_in_a_circle",
    }
    assert all(finding.expected and finding.next_step for finding in FINDINGS.values())


LINES = st.lists(
    st.tuples(
        st.integers(100, 104),
        st.sampled_from(
            ["customer_message", "thanks", "public_reply", "private_note", "status", "retracted"]
        ),
        st.sampled_from(["customer", "agent"]),
        st.sampled_from(["e1", "e2", "open"]),
    ),
    max_size=6,
)


@settings(max_examples=25, deadline=None)
@given(LINES, LINES)
def test_stories_of_merged_tickets_are_those_of_the_live_path(
    loser: list[tuple[int, str, str, str]], survivor: list[tuple[int, str, str, str]]
) -> None:
    lines = {
        name: "; ".join(" ".join(map(str, line)) for line in told)
        for name, told in (("loser", loser), ("survivor", survivor))
    }
    engine = desk([ticket("loser", merged_into="survivor"), ticket("survivor")], lines)
    rows = engine.rows(
        "SELECT * EXCLUDE (ticket_id) FROM ticket_stories WHERE ticket_id='survivor'"
    )
    created = TicketEvent(100, "created", "created", "customer")
    live = {
        name: story([created, *(_live(row) for row in happened(name, told))])
        for name, told in lines.items()
    }
    expected = with_merged(live["survivor"], live["loser"], "loser")
    assert story(_of(row) for row in rows) == expected


def _live(row: dict[str, Any]) -> TicketEvent:
    return TicketEvent(row["happened_at"], row["event_id"], row["name"], row["actor"], row["value"])


def _of(row: tuple[Any, ...]) -> TicketEvent:
    event_id, at_s, name, actor, value = row
    return TicketEvent(at_s, event_id, name, actor, value)
