"""Waits of customers for a person, and stretches in which tickets were not done."""

from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.measured import TICKETS_ONLY, at, desk, rows, ticket
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.metrics.desk_tables import OPEN_SPANS, TICKET_MEASURES, WAITING_SPELLS

MODELS = (*TICKETS_ONLY, WAITING_SPELLS, OPEN_SPANS)

# Since when, answered when, dropped when, and 1 after a solve.
Told: TypeAlias = tuple[str, str | None, str | None, int]


def desk_of(*stories: str, as_of: str = "30d", **more: Any) -> DuckDBEngine:
    tickets = [ticket(f"t{number}", told, **more) for number, told in enumerate(stories)]
    return desk(tickets, as_of=as_of, models=MODELS)


WAITS: dict[str, tuple[str, list[Told]]] = {
    "still waiting": ("1h created customer", [("1h", None, None, 0)]),
    "from the first message that was not answered": (
        "0 created customer; 1h customer_message customer; 2h public_reply agent; "
        "3h public_reply agent; 4h customer_message customer; 5h public_reply customer; "
        "6h public_reply team",
        [("0", "2h", None, 0), ("4h", "6h", None, 0)],
    ),
    "only a person ends it": (
        "0 created customer; 1m public_reply bot; 2m public_reply automation; "
        "3m private_note agent; 4m handed_over bot; 5m public_reply agent",
        [("0", "5m", None, 0)],
    ),
    "thanks need no answer": (
        "0 created customer; 1h public_reply agent; 2h thanks customer",
        [("0", "1h", None, 0)],
    ),
    "done without a word": (
        "0 created customer; 1h status agent solved; 2h status automation closed",
        [("0", None, "1h", 0)],
    ),
    "solved by a bot, and opened again": (
        "0 created customer; 1m public_reply bot; 2m status bot solved; "
        "5d customer_message customer; 5d status automation open; 5d10m public_reply agent",
        [("0", None, "2m", 0), ("5d", "5d10m", None, 1)],
    ),
    "asked when it was done, and closed": (
        "0 created customer; 1h public_reply agent; 1h status agent solved; "
        "2h customer_message customer; 4d status automation closed",
        [("0", "1h", None, 0), ("2h", None, "4d", 1)],
    ),
    "logged as done": ("1h created customer solved", [("1h", None, "1h", 0)]),
    "what we wrote first is no wait": (
        "0 created agent; 0 public_reply agent; 2h customer_message customer; "
        "3h public_reply agent",
        [("2h", "3h", None, 0)],
    ),
    "nobody asked": ("0 created agent; 0 public_reply agent; 1h status agent solved", []),
    "the reply comes after now": (
        "0 created customer; 31d public_reply agent",
        [("0", None, None, 0)],
    ),
    "at the same second in the order of events": (
        "0 created customer; 1h public_reply agent; 1h customer_message customer; "
        "1h public_reply agent; 1h customer_message customer",
        [("0", "1h", None, 0), ("1h", "1h", None, 0), ("1h", None, None, 0)],
    ),
    "spam": ("0 created customer; 1h spam agent", []),
    "merged": ("0 created customer; 1h merged agent other", []),
    "opened by an automation": ("0 created automation; 1h customer_message customer", []),
}


@pytest.mark.parametrize(("told", "expected"), WAITS.values(), ids=WAITS)
def test_waits_of_a_story(told: str, expected: list[Told]) -> None:
    found = rows(desk_of(told), WAITING_SPELLS)
    assert [row["number"] for row in found] == list(range(1, len(found) + 1))
    names = ("asked_s", "answered_s", "dropped_s", "was_solved")
    said = [
        tuple(at(part) if isinstance(part, str) else part for part in wait) for wait in expected
    ]
    assert [tuple(row[name] for name in names) for row in found] == said


def test_a_wait_counts_from_the_oldest_message_of_tickets_that_were_merged() -> None:
    tickets = [
        ticket("a", "1h created customer", merged_into="b"),
        ticket("b", "2h created customer; 5h public_reply agent; 6h status agent solved"),
    ]
    (found,) = rows(desk(tickets, models=MODELS), WAITING_SPELLS)
    assert (found["ticket_id"], found["asked_s"], found["answered_s"]) == ("b", at("1h"), at("5h"))


def test_a_status_of_which_nobody_says_when_comes_after_the_last_reply() -> None:
    told = ticket("t", "0 created customer; 1h public_reply agent", status="solved")
    told["events"][1]["event_id"] = "an event with a long name"
    (found,) = rows(desk([told], models=MODELS), WAITING_SPELLS)
    assert (found["answered_s"], found["dropped_s"]) == (at("1h"), None)


def test_waits_and_stretches_know_their_slices() -> None:
    engine = desk(
        [
            ticket(
                "t",
                "0 created customer; 1h team agent desk; 1h assigned agent bob",
                customer_id="ann",
                channel="web",
                category="late",
            )
        ],
        levels={"ann": "vip"},
        models=MODELS,
    )
    sliced = {"customer": "ann", "level": "vip", "channel": "web", "team": "desk"}
    sliced |= {"agent_id": "bob", "category": "late"}
    for model in (WAITING_SPELLS, OPEN_SPANS):
        (found,) = rows(engine, model)
        assert {name: found[name] for name in sliced} == sliced


# From when until when, and 1 if it was done then.
STRETCHES: dict[str, tuple[str, list[tuple[str, str | None, int]]]] = {
    "open": ("1h created customer; 2h status agent pending", [("1h", None, 0)]),
    "done": (
        "0 created customer; 1h status agent solved; 2h status automation closed",
        [("0", "1h", 1)],
    ),
    "opened again": (
        "0 created customer; 1h status agent solved; 2h status customer open; "
        "3h status agent hold; 4h status agent closed; 5h status agent open",
        [("0", "1h", 1), ("2h", "4h", 1), ("5h", None, 0)],
    ),
    "spam": ("0 created customer; 1h spam agent; 2h status agent solved", [("0", "1h", 0)]),
    "merged at the second in which it was closed": (
        "0 created customer; 1h merged agent other; 1h status agent closed",
        [("0", "1h", 0)],
    ),
    "deleted when it was done": (
        "0 created customer; 1h status agent solved; 2h status agent deleted",
        [("0", "1h", 1)],
    ),
    "logged as done": ("1h created agent solved", [("1h", "1h", 1)]),
    "done after now": ("0 created customer; 31d status agent solved", [("0", None, 0)]),
    "opened by an automation": ("0 created automation", []),
}


@pytest.mark.parametrize(("told", "expected"), STRETCHES.values(), ids=STRETCHES)
def test_stretches_in_which_it_was_not_done(
    told: str, expected: list[tuple[str, str | None, int]]
) -> None:
    found = rows(desk_of(told), OPEN_SPANS)
    assert [row["number"] for row in found] == list(range(1, len(found) + 1))
    said = [
        (at(since), None if until is None else at(until), was) for since, until, was in expected
    ]
    assert [(row["from_s"], row["until_s"], row["was_solved"]) for row in found] == said


def test_a_merge_of_which_nobody_says_when_comes_before_the_closing_it_brings() -> None:
    tickets = [
        ticket("a", "0 created customer; 1h status agent closed", merged_into="b"),
        ticket("b", "0 created customer"),
    ]
    found = rows(desk(tickets, models=MODELS), OPEN_SPANS)
    spans = {row["ticket_id"]: (row["until_s"], row["was_solved"]) for row in found}
    assert spans == {"a": (at("1h"), 0), "b": (None, 0)}


_STATUSES = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.sampled_from(["open", "pending", "solved", "closed", "deleted"]),
    ),
    max_size=7,
)


@given(told=st.lists(_STATUSES, min_size=1, max_size=4), now=st.integers(0, 45))
@settings(deadline=None, max_examples=20)
def test_new_and_reopened_less_solves_and_gone_is_what_is_open(
    told: list[list[tuple[int, str]]], now: int
) -> None:
    """The identity of stocks and flows, at any time; and lengths are those of the stretches."""
    stories = [
        "; ".join(["0 created customer", *(f"{h}h status agent {to}" for h, to in lines)])
        for lines in told
    ]
    engine = desk_of(*stories, as_of=f"{now}h")
    found, measures = rows(engine, OPEN_SPANS), rows(engine, TICKET_MEASURES)
    still = sum(row["until_s"] is None for row in found)
    solves = sum(row["was_solved"] for row in found)
    went = sum(row["until_s"] is not None and not row["was_solved"] for row in found)
    reopened = sum(row["number"] > 1 for row in found)
    assert len(told) + reopened - solves - went == still
    assert solves == sum(row["solves"] for row in measures)
    open_s = sum(
        (at(f"{now}h") if r["until_s"] is None else r["until_s"]) - r["from_s"] for r in found
    )
    names = ("new_length_s", "open_length_s", "pending_length_s", "hold_length_s")
    assert open_s == sum(row[name] for row in measures for name in names)
