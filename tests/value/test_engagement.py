"""Use of the app: active days, breadth, sessions and how long ago."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shop_days import arrow
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.identities import IDENTITIES
from tierwise.facts.tables import APP_EVENTS
from tierwise.value.engagement import APP_ENGAGEMENT

Row = dict[str, Any]


def used(day: int, name: str = "login", session: str | None = None, who: str = "ada") -> Row:
    row = {"customer_id": who, "happened_day": day, "happened_at": 86_400 * day}
    return row | {"name": name, "session_id": session}


def engagement(events: list[Row], *, same: dict[str, str] | None = None) -> dict[str, Row]:
    """The engagement of everybody as of day 100; `same` gives further names of customers."""
    engine = DuckDBEngine(threads=1)
    numbered = [row | {"event_id": f"e{i}"} for i, row in enumerate(events)]
    engine.upload("app_events", arrow(APP_EVENTS, numbered))
    known = [
        {"ref": ref, "person_id": who, "customer_id": who} for ref, who in (same or {}).items()
    ]
    engine.upload("identities", arrow(IDENTITIES.output, known))
    engine.materialise(APP_ENGAGEMENT, {"as_of_day": 100})
    return {row["customer_id"]: row for row in engine.query("FROM app_engagement").to_pylist()}


STORIES: dict[str, tuple[list[Row], dict[str, int]]] = {
    "days of the last thirty and of the thirty before": (
        [used(day) for day in (100, 99, 99, 71, 70, 41, 40)],
        {"active_days_30d": 3, "active_days_before": 2},
    ),
    "breadth counts names, not uses": (
        [used(100, "login"), used(99, "login"), used(98, "report"), used(60, "export")],
        {"breadth_30d": 2},
    ),
    "a session over midnight is one": (
        [used(99, "login", "s1"), used(100, "report", "s1"), used(100, "report", "s2")],
        {"sessions_30d": 2},
    ),
    "without sessions a day is one": (
        [used(99), used(99, "report"), used(100), used(100, session="s1"), used(70)],
        {"sessions_30d": 3},
    ),
    "the last use is today": ([used(100), used(3)], {"recency_days": 0}),
    "the last use was long ago": (
        [used(3), used(1), used(101)],
        {
            "recency_days": 97,
            "active_days_30d": 0,
            "active_days_before": 0,
            "breadth_30d": 0,
            "sessions_30d": 0,
        },
    ),
}


@pytest.mark.parametrize(("events", "expected"), STORIES.values(), ids=STORIES)
def test_engagement(events: list[Row], expected: dict[str, int]) -> None:
    ada = engagement(events)["ada"]
    assert {name: ada[name] for name in expected} == expected


def test_two_names_of_one_customer_are_one() -> None:
    events = [used(100, session="s1"), used(100, session="s1", who="email:ada@x.org")]
    both = engagement(events, same={"email:ada@x.org": "ada"})
    assert (set(both), both["ada"]["active_days_30d"]) == ({"ada"}, 1)


def test_who_was_never_seen_is_not_there() -> None:
    assert engagement([used(101)]) == {}


def test_the_table_has_just_the_documented_columns() -> None:
    assert tuple(engagement([used(100)])["ada"]) == APP_ENGAGEMENT.output.names


uses = st.lists(
    st.builds(
        used,
        st.integers(30, 102),
        st.sampled_from(["login", "report", "export"]),
        st.sampled_from([None, "s1", "s2", "s3"]),
        st.sampled_from(["ada", "bob"]),
    ),
    max_size=30,
)


@settings(max_examples=30, deadline=None)
@given(uses)
def test_it_counts_what_python_counts(events: list[Row]) -> None:
    found = engagement(events[::-1])
    assert found == engagement(events * 2)
    for who, row in found.items():
        mine = [e for e in events if e["customer_id"] == who and e["happened_day"] <= 100]
        month = [e for e in mine if e["happened_day"] > 70]
        sessions = {e["session_id"] or e["happened_day"] for e in month}
        assert row["breadth_30d"] == len({e["name"] for e in month})
        assert row["sessions_30d"] == len(sessions)
        assert row["active_days_30d"] == len({e["happened_day"] for e in month})
        assert row["recency_days"] == 100 - max(e["happened_day"] for e in mine)
