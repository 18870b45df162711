"""What agents did on each day: time by state, replies, tickets first done."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.measured import TICKETS_ONLY, Row, at, desk, rows, state, ticket
from tierwise.metrics.desk_tables import AGENT_DAYS

MODELS = (*TICKETS_ONLY, AGENT_DAYS)
LENGTHS = ("handling_length_s", "available_length_s", "paid_length_s")


def days_of(tickets: list[Row] | None = None, **how: Any) -> dict[tuple[str, int], Row]:
    engine = desk(tickets or [], models=MODELS, **how)
    return {(row["agent_id"], row["day"]): row for row in rows(engine, AGENT_DAYS)}


def lengths(*states: Row, **how: Any) -> dict[tuple[str, int], tuple[int, ...]]:
    found = days_of(agent_states=states, **how)
    return {key: tuple(row[name] for name in LENGTHS) for key, row in found.items()}


def test_a_shift() -> None:
    assert lengths(
        state("ann", "online", "9h", "10h"),
        state("ann", "busy", "10h", "10h30m", channel="chat"),
        state("ann", "wrap_up", "10h30m", "10h40m", channel="chat"),
        state("ann", "away", "10h40m", "11h"),
        state("ann", "offline", "11h", "1d9h"),
    ) == {("ann", 0): (at("40m"), at("1h"), at("2h"))}


def test_parallel_work_counts_once() -> None:
    assert lengths(
        state("ann", "busy", "9h", "9h30m", channel="chat", ticket_id="a"),
        state("ann", "busy", "9h10m", "9h40m", channel="chat", ticket_id="b"),
        state("ann", "online", "9h", "10h", channel="email"),
        state("ann", "away", "9h50m", "10h10m", channel="phone"),
    ) == {("ann", 0): (at("40m"), at("20m"), at("1h10m"))}


def test_a_night_is_of_two_days_and_a_day_off_of_none() -> None:
    assert lengths(
        state("ann", "online", "23h", "1d2h"),
        state("ann", "offline", "1d2h", "3d"),
        state("ann", "online", "3d23h", "5d1h"),
    ) == {
        ("ann", 0): (0, at("1h"), at("1h")),
        ("ann", 1): (0, at("2h"), at("2h")),
        ("ann", 3): (0, at("1h"), at("1h")),
        ("ann", 4): (0, at("1d"), at("1d")),
        ("ann", 5): (0, at("1h"), at("1h")),
    }


def test_what_lasts_lasts_until_now() -> None:
    found = lengths(
        state("ann", "busy", "9h"),
        state("bob", "busy", "8h", "12h"),
        state("cyd", "busy", "11h", "12h"),
        as_of="10h",
    )
    assert found == {
        ("ann", 0): (at("1h"), 0, at("1h")),
        ("bob", 0): (at("2h"), 0, at("2h")),
    }


def test_days_are_those_of_the_zone() -> None:
    """In a zone that is three quarters of an hour behind."""
    states = [state("ann", "busy", "0", "1h"), state("ann", "busy", "1d", "1d1h")]
    days = [{"quarter": one, "day": (one - 3) // 96} for one in range(3 * 96)]
    engine = desk([], agent_states=states, as_of="2d", models=TICKETS_ONLY)
    engine.rows("DELETE FROM local_days")
    engine.rows(
        "INSERT INTO local_days VALUES " + str([(d["quarter"], d["day"]) for d in days])[1:-1]
    )
    engine.materialise(AGENT_DAYS, {"as_of_s": at("2d")})
    found = [(row["day"], row["handling_length_s"]) for row in rows(engine, AGENT_DAYS)]
    assert found == [(-1, at("45m")), (0, at("1h")), (1, at("15m"))]


REPLIES = {
    "who wrote it": (
        "0 created customer; 1h assigned agent bob; 2h public_reply agent:ann",
        {("ann", 0): 1},
    ),
    "who had it then, where nobody says": (
        "0 created customer; 1h assigned agent ann; 2h public_reply agent; 3h public_reply agent; "
        "3h assigned agent bob; 1d public_reply agent",
        {("ann", 0): 1, ("bob", 0): 1, ("bob", 1): 1},
    ),
    "who had it when it was done, where that is not told either": (
        "0 created customer; 2h public_reply agent; 3h assigned agent ann; 4h status agent solved",
        {("ann", 0): 1},
    ),
    "bots, notes, customers and the future write nothing": (
        "0 created customer; 1h assigned agent ann; 2h public_reply bot; "
        "3h private_note agent:ann; 4h public_reply customer; 31d public_reply agent:ann",
        {},
    ),
    "spam is work": (
        "0 created customer; 1h public_reply agent:ann; 2h spam agent",
        {("ann", 0): 1},
    ),
}


@pytest.mark.parametrize(("told", "expected"), REPLIES.values(), ids=REPLIES)
def test_replies(told: str, expected: dict[tuple[str, int], int]) -> None:
    found = days_of([ticket("t", told)])
    assert {key: row["messages"] for key, row in found.items() if row["messages"]} == expected


def test_a_reply_on_a_ticket_that_was_merged_was_written_once() -> None:
    tickets = [
        ticket("a", "0 created customer; 1h public_reply agent:ann", merged_into="b"),
        ticket("b", "0 created customer"),
    ]
    assert days_of(tickets)["ann", 0]["messages"] == 1


def test_tickets_first_done_are_of_who_had_them() -> None:
    told = "0 created customer; 1h assigned agent ann; 1d status agent solved; "
    told += "2d status customer open; 2d assigned agent bob; 3d status agent solved"
    spam = "0 created customer; 1h assigned agent ann; 2h status agent solved; 3h spam agent"
    found = days_of([ticket("t", told), ticket("u", spam)])
    assert {key: row["solves"] for key, row in found.items()} == {("ann", 1): 1}


def test_an_agent_has_a_team() -> None:
    agents = [{"agent_id": "ann", "team": "desk"}, {"agent_id": "idle", "team": "desk"}]
    states = [state("ann", "busy", "9h", "10h"), state("bob", "busy", "9h", "10h")]
    found = days_of(agents=agents, agent_states=states)
    assert {key: (row["team"], row["customer"]) for key, row in found.items()} == {
        ("ann", 0): ("desk", "ann"),
        ("bob", 0): (None, "bob"),
    }


def test_nobody_did_anything() -> None:
    assert days_of() == {}


_SPANS = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.integers(0, 200),
        st.sampled_from(["online", "busy", "wrap_up", "away", "offline"]),
    ),
    max_size=6,
)


@given(spans=_SPANS)
@settings(deadline=None, max_examples=20)
def test_every_second_counts_once(spans: list[tuple[int, int, str]]) -> None:
    """Told second by second; a unit is ten minutes, so that days are crossed."""
    states = [
        {"agent_id": "ann", "channel": str(n), "state": name}
        | {"began_at": 600 * began, "ended_at": 600 * (began + length)}
        for n, (began, length, name) in enumerate(spans)
    ]
    found = lengths(*states, as_of="4d")
    units: dict[int, set[str]] = {}
    for began, length, name in spans:
        for unit in range(began, min(began + length, 4 * 144)):
            units.setdefault(unit, set()).add(name)
    expected: dict[tuple[str, int], tuple[int, ...]] = {}
    for unit, names in units.items():
        paid = names - {"offline"}
        handling = bool(paid & {"busy", "wrap_up"})
        row = (handling, not handling and "online" in paid, bool(paid))
        before = expected.get(("ann", unit // 144), (0, 0, 0))
        expected["ann", unit // 144] = tuple(
            b + 600 * flag for b, flag in zip(before, row, strict=True)
        )
    assert found == {key: row for key, row in expected.items() if any(row)}
