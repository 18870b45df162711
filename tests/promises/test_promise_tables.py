"""Whose promise counts when: levels and policies over time, in the tables of an engine."""

from collections.abc import Mapping

import pyarrow as pa
import pytest

from tests.promises.test_ticket_tables import happened, ticket
from tests.shop_days import arrow
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.tables import TICKET_EVENTS, TICKETS
from tierwise.promises.promise_tables import (
    ASKED_STORIES,
    DECIDED_LEVELS,
    FOREVER_S,
    HARMFUL_LISTED,
    LEVEL_SPANS,
    POLICY_SPANS,
    TICKETS_ASKED,
)
from tierwise.promises.ticket_tables import TICKET_MODELS

ALWAYS = {"v1": -100}
NOW = 10_000


def asked(
    levels: list[tuple[str, str | None, int]],
    tickets: list[dict[str, object]],
    events: Mapping[str, str],
    policies: Mapping[str, int] = ALWAYS,
) -> DuckDBEngine:
    """An engine that knows what was promised; levels are decided in their order."""
    engine = DuckDBEngine(threads=1)
    rows = [row for name, told in events.items() for row in happened(name, told)]
    engine.upload("tickets", arrow(TICKETS, tickets))
    engine.upload("ticket_events", arrow(TICKET_EVENTS, rows))
    people = pa.array(["ann", "bob"])
    engine.upload("orders", pa.table({"customer_id": people}))
    engine.upload("identities", pa.table({"ref": people, "customer_id": people}))
    for model in TICKET_MODELS:
        engine.materialise(model, {})
    decided = [
        {"decision_id": n, "customer_id": who, "level": level, "from_s": since}
        for n, (who, level, since) in enumerate(levels)
    ]
    engine.upload(DECIDED_LEVELS.name, arrow(DECIDED_LEVELS, decided))
    ends = [*list(policies.values())[1:], FOREVER_S]
    spans = [
        {"policy": key, "from_s": since, "until_s": until}
        for (key, since), until in zip(policies.items(), ends, strict=True)
    ]
    engine.upload(POLICY_SPANS.name, arrow(POLICY_SPANS, spans))
    engine.materialise(LEVEL_SPANS, {"forever_s": FOREVER_S})
    engine.materialise(TICKETS_ASKED, {"floor": "standard", "harmful": HARMFUL_LISTED})
    engine.materialise(ASKED_STORIES, {"floor": "standard", "as_of_s": NOW})
    return engine


def spans(*levels: tuple[str, str | None, int]) -> list[tuple[str | None, int, int]]:
    text = (
        "SELECT level, from_s, until_s FROM level_spans WHERE customer_id = 'ann' ORDER BY from_s"
    )
    return [tuple(row) for row in asked(list(levels), [], {}).rows(text)]


def test_levels_follow_one_another() -> None:
    assert spans(("ann", "plus", 100), ("bob", "vip", 150), ("ann", "vip", 200)) == [
        ("plus", 100, 200),
        ("vip", 200, FOREVER_S),
    ]


def test_what_is_undone_at_once_never_was() -> None:
    assert spans(("ann", "plus", 100), ("ann", "vip", 200), ("ann", "plus", 200)) == [
        ("plus", 100, 200),
        ("plus", 200, FOREVER_S),
    ]


def test_a_later_decision_about_earlier_days_replaces_all_since() -> None:
    found = spans(("ann", "plus", 100), ("ann", "vip", 300), ("ann", "standard", 200))
    assert found == [("plus", 100, 200), ("standard", 200, FOREVER_S)]


def test_a_level_that_was_taken_away_is_the_level_of_everyone() -> None:
    engine = asked(
        [("ann", "vip", 50), ("ann", None, 80)],
        [ticket("t", customer_id="ann", created_at=100)],
        {"t": "100 created customer"},
    )
    assert engine.rows("SELECT level, is_floor FROM tickets_asked") == [("standard", 1)]


@pytest.mark.parametrize(
    ("created", "customer", "level", "floor"),
    [
        (99, "ann", "standard", 1),
        (100, "ann", "plus", 0),
        (199, "ann", "plus", 0),
        (200, "ann", "vip", 0),
        (200, "bob", "standard", 1),
        (200, None, "standard", 1),
    ],
)
def test_a_ticket_has_the_level_of_its_creation(
    created: int, customer: str | None, level: str, floor: int
) -> None:
    engine = asked(
        [("ann", "plus", 100), ("ann", "vip", 200)],
        [ticket("t", customer_id=customer, created_at=created)],
        {"t": f"{created} created customer"},
    )
    assert engine.rows("SELECT level, is_floor FROM tickets_asked") == [(level, floor)]


CHANGES = "SELECT name, at_s, value FROM asked_stories WHERE event_id LIKE '% from %' ORDER BY at_s"


def test_changes_of_level_and_policy_are_told_while_the_ticket_is_open() -> None:
    engine = asked(
        [("ann", "plus", 50), ("ann", "vip", 300)],
        [ticket("t", customer_id="ann", status="open")],
        {"t": "100 created customer; 500 public_reply agent"},
        {"v1": -100, "v2": 400, "v3": NOW + 5},
    )
    assert engine.rows("SELECT level, policy FROM tickets_asked") == [("plus", "v1")]
    assert engine.rows(CHANGES) == [("level", 300, "vip"), ("policy", 400, "v2")]


def test_what_changes_after_the_end_of_a_ticket_changes_nothing() -> None:
    engine = asked(
        [("ann", "plus", 50), ("ann", "vip", 300)],
        [ticket("t", customer_id="ann", status="closed")],
        {"t": "100 created customer; 200 status agent closed"},
    )
    assert engine.rows(CHANGES) == []


def test_a_ticket_with_a_problem_is_left_out_and_the_others_are_not() -> None:
    engine = asked(
        [],
        [ticket("good", created_at=100), ticket("bad", created_at=100)],
        {"good": "100 created customer", "bad": "100 created customer; 90 public_reply agent"},
    )
    assert engine.rows("SELECT ticket_id FROM tickets_asked") == [("good",)]


def test_what_is_later_than_the_last_moment_known_is_not_told() -> None:
    told = f"100 created customer; {NOW + 1} public_reply agent"
    engine = asked([], [ticket("t")], {"t": told})
    assert engine.rows("SELECT name FROM asked_stories") == [("created",)]
