"""What is measured of each ticket: when it was answered and done, how often, by whom, what next."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.measured import TICKETS_ONLY, Row, at, desk, measured, rows, state, ticket
from tierwise.metrics.desk_tables import BOT_MEASURES

MODELS = (*TICKETS_ONLY, BOT_MEASURES)


def of_one(told: str, as_of: str = "30d", **more: Any) -> Row:
    """What is measured of one ticket with this story."""
    return measured([ticket("t", told, **more)], as_of=as_of)["t"]


# What happened, and what is measured of it; an instant is said as in the story.
STORIES: dict[str, tuple[str, dict[str, Any]]] = {
    "nobody answered": (
        "1h created customer",
        {"created_s": "1h", "asked_s": "1h", "human_s": None, "any_s": None, "solved_s": None},
    ),
    "bots, automations and notes answer nothing, but a bot is somebody": (
        "0 created customer; 1m public_reply automation; 2m public_reply bot; "
        "3m private_note agent; 9m public_reply agent",
        {"human_s": "9m", "any_s": "2m", "bot_messages": 2, "human_messages": 1},
    ),
    "a message of an automation is none of the customer": (
        "0 created customer; 1m customer_message automation; 2m public_reply customer",
        {"customer_messages": 2, "bot_messages": 1},
    ),
    "what we write first answers nothing": (
        "0 created agent; 1m public_reply agent; 9m customer_message customer; "
        "20m public_reply agent",
        {"opened_by": "agent", "asked_s": "9m", "human_s": "20m", "human_messages": 2},
    ),
    "thanks ask nothing": (
        "0 created agent; 0 public_reply agent; 5m thanks customer; 6m public_reply agent",
        {"asked_s": None, "human_s": None, "customer_messages": 1, "opens_issue": 0},
    ),
    "at the same second in the order of events": (
        "0 created agent; 5m public_reply agent; 5m customer_message customer",
        {"asked_s": "5m", "human_s": None},
    ),
    "the ninth event before the tenth": (
        "; ".join(
            [
                *("0 created agent", *["1m private_note agent"] * 7),
                *("5m customer_message customer", "5m public_reply agent"),
            ]
        ),
        {"asked_s": "5m", "human_s": "5m"},
    ),
    "handed over by a bot": (
        "0 created customer; 1m public_reply bot; 2m public_reply agent; 5m handed_over bot; "
        "9m public_reply agent",
        {"human_s": "2m", "any_s": "1m", "handed_over_s": "5m", "after_handover_s": "9m"},
    ),
    "closing is no second solve": (
        "0 created customer; 1h public_reply agent; 1h status agent solved; "
        "4d status automation closed",
        {"solved_s": "1h", "full_s": "1h", "solves": 1},
    ),
    "what comes after now is not known": (
        "0 created customer; 31d public_reply agent; 31d status agent solved",
        {"human_s": None, "solved_s": None, "human_messages": 0, "open_length_s": "0"},
    ),
    "logged as done": (
        "0 created customer solved",
        {"solved_s": "0", "full_s": "0", "solves": 1, "new_length_s": "0"},
    ),
    "every stretch of a status adds up": (
        "0 created customer; 1h status agent open; 3h status agent pending; "
        "7h status customer open; 8h status agent hold; 10h status agent open; "
        "11h status agent solved",
        {
            "new_length_s": "1h",
            "open_length_s": "4h",
            "pending_length_s": "4h",
            "hold_length_s": "2h",
        },
    ),
    "the last status lasts until now": (
        "0 created customer open; 29d status agent pending",
        {"open_length_s": "29d", "pending_length_s": "1d"},
    ),
    "reopened by the customer": (
        "0 created customer; 1h status agent solved; 2h customer_message customer; "
        "2h status automation open; 3h public_reply agent; 3h status agent solved",
        {"reopens": 1, "courtesy_reopens": 0, "reopened_s": "2h", "solved_s": "1h"}
        | {"full_s": "3h", "solves": 2},
    ),
    "reopened twice": (
        "0 created customer; 1h status agent solved; 2h status customer open; "
        "3h public_reply agent; 3h status agent solved; 1d2h status customer open",
        {"reopens": 2, "courtesy_reopens": 0, "reopened_s": "2h", "full_s": None, "solves": 2}
        | {"solved_s": "1h"},
    ),
    "a thank-you reopened it, and nobody had to write": (
        "0 created customer; 1h status agent solved; 2h thanks customer; "
        "2h status automation open; 20h status agent solved",
        {"reopens": 0, "courtesy_reopens": 1, "reopened_s": None, "full_s": "20h"},
    ),
    "too late for a courtesy": (
        "0 created customer; 1h status agent solved; 2h thanks customer; "
        "2h status automation open; 27h status agent solved",
        {"reopens": 1, "courtesy_reopens": 0},
    ),
    "opened again by ourselves": (
        "0 created customer; 1h status agent solved; 2h status agent open; 3h status agent solved",
        {"reopens": 0, "courtesy_reopens": 0, "solves": 2, "full_s": "3h"},
    ),
    "what the customer wrote before the solve reopens nothing": (
        "0 created customer; 30m customer_message customer; 1h status agent solved; "
        "2h status agent open",
        {"reopens": 0},
    ),
    "reopened when the window was over": (
        "0 created customer; 1h status agent solved; 7d2h status customer open",
        {"reopens": 0, "courtesy_reopens": 0, "full_s": None},
    ),
    "replies without a question between them are one touch": (
        "0 created customer; 1h public_reply agent; 2h public_reply agent; 3h public_reply bot; "
        "4h public_reply agent; 5h customer_message customer; 6h customer_message customer; "
        "7h public_reply agent; 7h status agent solved; 8h thanks customer; 9h public_reply agent",
        {"human_messages": 5, "touches": 3, "touches_to_solve": 2, "contacts": 3}
        | {"customer_messages": 4, "asks_after_answer": 2},
    ),
    "thanks and questions after it was done are no second question": (
        "0 created customer; 1h public_reply agent; 2h thanks customer; 3h status agent solved; "
        "4h customer_message customer",
        {"asks_after_answer": 0, "contacts": 2},
    ),
    "a reply in the second of the solve belongs to it": (
        "0 created customer; 1h status agent solved; 1h public_reply agent; 2h public_reply agent",
        {"touches_to_solve": 1, "touches": 1},
    ),
    "one update is one deed": (
        "0 created customer; 1h assigned agent ann; 2h public_reply agent; 2h status agent solved; "
        "3h private_note team; 4h status automation closed",
        {"actions": 3},
    ),
    "merged": (
        "0 created customer; 1h merged agent u; 1h status agent closed",
        {"gone_s": "1h", "gone_as": "merged", "is_countable": 0, "solved_s": None, "solves": 0}
        | {"new_length_s": "1h", "opens_issue": 0},
    ),
    "spam": (
        "0 created customer; 1h spam agent; 1h status agent deleted; 2h status agent solved",
        {"gone_s": "1h", "gone_as": "spam", "is_countable": 0, "solves": 0},
    ),
    "deleted when it was done": (
        "0 created customer; 1h status agent solved; 2h status agent deleted",
        {"gone_s": "2h", "gone_as": "deleted", "solved_s": "1h", "full_s": "1h"},
    ),
    "not spam yet": (
        "0 created customer; 31d spam agent",
        {"gone_s": None, "gone_as": None, "is_countable": 1},
    ),
    "opened by an automation": (
        "0 created automation; 1h status agent solved",
        {"opened_by": "automation", "is_countable": 0, "solves": 1},
    ),
    "escalated": ("0 created customer; 1h escalated customer manager", {"escalated": 1}),
    "an agent raised it": (
        "0 created customer; 0 priority automation normal; 1h priority agent High",
        {"escalated": 1, "priority": "normal"},
    ),
    "an agent lowered it, an automation raised it": (
        "0 created customer; 0 priority automation high; 1h priority agent low; "
        "2h priority automation urgent",
        {"escalated": 0},
    ),
    "created twice in one second": (
        "0 created customer; 0 created customer; 1h public_reply agent",
        {"customer_messages": 1, "contacts": 1, "human_s": "1h", "solves": 0},
    ),
    "first said how urgent it is": (
        "0 created customer; 1h priority agent urgent",
        {"escalated": 0},
    ),
}


@pytest.mark.parametrize(("told", "expected"), STORIES.values(), ids=STORIES)
def test_what_is_measured_of_a_story(told: str, expected: dict[str, Any]) -> None:
    found = of_one(told)
    said = {
        name: at(value) if isinstance(value, str) and name.endswith("_s") else value
        for name, value in expected.items()
    }
    assert {name: found[name] for name in said} == said


# In sessions of one hour, on a line on which the customer waits.
LIVE: dict[str, tuple[str, dict[str, int]]] = {
    "one chat": (
        "0 created customer; 1m public_reply agent; 2m customer_message customer; "
        "3m public_reply agent; 3m status agent solved",
        {"touches": 1, "touches_to_solve": 1, "contacts": 1, "asks_after_answer": 0},
    ),
    "another one the day after": (
        "0 created customer; 1m public_reply agent; 1d customer_message customer; "
        "1d1m public_reply agent; 1d1m status agent solved",
        {"touches": 2, "touches_to_solve": 2, "contacts": 2, "asks_after_answer": 1},
    ),
}


@pytest.mark.parametrize(("told", "expected"), LIVE.values(), ids=LIVE)
def test_on_live_channels_a_session_is_one_touch(told: str, expected: dict[str, int]) -> None:
    found = of_one(told, channel="chat")
    assert {name: found[name] for name in expected} == expected


# Who had it when it was first done, else who has it.
HOLDERS: dict[str, tuple[Row, str, dict[str, Any]]] = {
    "nobody tells": (
        {"team": "desk", "agent_id": "ann"},
        "0 created customer",
        {"team": "desk", "agent_id": "ann", "first_team": "desk", "teams": 1},
    ),
    "nobody has it": (
        {},
        "0 created customer",
        {"team": None, "agent_id": None, "first_team": None, "teams": 0},
    ),
    "handed on before it was done": (
        {"team": "end", "agent_id": "end"},
        "0 created customer; 0 team agent desk; 1h assigned agent ann; 2h team agent back; "
        "2h assigned agent bob; 3h status agent solved; 4h team agent end; 4h assigned agent end",
        {"team": "back", "agent_id": "bob", "first_team": "desk", "teams": 3},
    ),
    "given away in the second in which it was done": (
        {},
        "0 created customer; 1h status agent solved; 1h assigned agent ann",
        {"agent_id": "ann"},
    ),
    "known only after it was done": (
        {"team": "desk"},
        "0 created customer; 1h status agent solved; 2h team agent desk",
        {"team": None, "first_team": "desk", "teams": 1},
    ),
    "open: who has it now": (
        {},
        "0 created customer; 1h team agent desk; 2h team agent back; 31d team agent later; "
        "1h assigned agent ann; 2h assigned agent",
        {"team": "back", "agent_id": None, "teams": 2},
    ),
    "back where it was": (
        {},
        "0 created customer; 1h team agent desk; 2h team agent back; 3h team agent desk",
        {"team": "desk", "teams": 2},
    ),
}


@pytest.mark.parametrize(("now", "told", "expected"), HOLDERS.values(), ids=HOLDERS)
def test_who_had_it(now: Row, told: str, expected: Row) -> None:
    found = of_one(told, **now)
    assert {name: found[name] for name in expected} == expected


def test_a_level_prescribes_a_team() -> None:
    tickets = [ticket("a", customer_id="ann"), ticket("b", customer_id="bob"), ticket("c")]
    found = measured(tickets, levels={"ann": "vip"}, teams={"vip": "concierge"})
    expected = [("vip", "concierge", "ann"), ("standard", None, "bob")]
    expected += [("standard", None, "ticket c")]
    assert [(r["level"], r["level_team"], r["customer"]) for r in found.values()] == expected


def again(tickets: list[Row], *names: str, **how: Any) -> dict[str, tuple[Any, ...]]:
    found = measured([{"customer_id": "ann"} | one for one in tickets], **how)
    return {ticket_id: tuple(row[name] for name in names) for ticket_id, row in found.items()}


def test_the_next_ticket_about_the_same() -> None:
    tickets = [
        ticket("a", "0 created customer", order_id="o1", category="late", channel="web"),
        ticket("b", "1d created customer", order_id="o2", category="late"),
        ticket("c", "2d created customer", category="late"),
        ticket("d", "3d created customer", order_id="o1", category="broken", channel="chat"),
        ticket("e", "4d created customer", category="late"),
        ticket("f", "5d created customer", order_id="o1", customer_id="bob"),
        ticket("g", "6d created customer"),
        ticket("h", "7d created customer"),
    ]
    found = again(tickets, "again_s", "again_channel", "next_s", "opens_issue")
    assert found == {
        "a": (at("3d"), "chat", at("1d"), 1),
        "b": (None, None, at("2d"), 1),
        "c": (at("4d"), "email", at("3d"), 1),
        "d": (None, None, at("4d"), 0),
        "e": (None, None, at("6d"), 0),
        "f": (None, None, None, 1),
        "g": (None, None, at("7d"), 1),
        "h": (None, None, None, 1),
    }


def test_an_issue_is_a_new_one_when_the_window_is_over() -> None:
    about = {"order_id": "o1"}
    tickets = [
        ticket("a", "0 created customer", **about),
        ticket("b", "28d created customer", **about),
        ticket("c", "56d1s created customer", **about),
    ]
    found = again(tickets, "opens_issue", as_of="90d")
    assert found == {"a": (1,), "b": (0,), "c": (1,)}


def test_what_does_not_count_is_no_repetition() -> None:
    about = {"order_id": "o1"}
    tickets = [
        ticket("a", "0 created customer", **about),
        ticket("b", "1d created customer; 2d spam agent", **about),
        ticket("c", "2d created automation", **about),
        ticket("d", "3d created agent; 3d public_reply agent", **about),
        ticket("e", "31d created customer", **about),
        ticket("f", "4d created agent", channel="phone", **about),
    ]
    found = again(tickets, "again_s", "next_s", "opens_issue")
    assert found["a"] == (at("4d"), at("4d"), 1)
    assert [found[name] for name in "bcd"] == [(None, None, 0)] * 3
    assert found["f"] == (None, None, 0)
    assert "e" not in found


def test_customers_who_are_not_known_never_come_again() -> None:
    nobody: Row = {"customer_id": None, "category": "late"}
    found = again(
        [ticket("a", **nobody), ticket("b", **nobody)], "again_s", "next_s", "opens_issue"
    )
    assert set(found.values()) == {(None, None, 1)}


def test_another_channel_before() -> None:
    about = {"order_id": "o1"}
    tickets = [
        ticket("a", "0 created customer", channel="web", **about),
        ticket("b", "1d created customer", channel="email", **about),
        ticket("c", "2d created customer", channel="email", **about),
        ticket("d", "29d created customer", channel="email", **about),
        ticket("e", "29d created customer", channel="email", order_id="o2"),
    ]
    found = again(tickets, "other_channel_before")
    assert found == {"a": (0,), "b": (1,), "c": (1,), "d": (0,), "e": (0,)}


def test_time_on_a_ticket_is_shared_out_among_those_worked_on_at_once() -> None:
    """Two chats of half an hour each that overlap by 20 minutes: 40 minutes in all."""
    states = [
        state("ann", "busy", "9h", "9h30m", ticket_id="a"),
        state("ann", "busy", "9h10m", "9h40m", ticket_id="b", channel="chat"),
        state("ann", "busy", "9h5m", "9h20m"),
        state("ann", "online", "10h", "11h", ticket_id="a"),
        state("bob", "wrap_up", "9h", "9h10m", ticket_id="a"),
        state("bob", "busy", "29d23h", None, ticket_id="c"),
        state("bob", "busy", "31d", None, ticket_id="a"),
    ]
    found = measured([ticket("a"), ticket("b"), ticket("c"), ticket("d")], agent_states=states)
    lengths = {name: row["handled_length_s"] for name, row in found.items()}
    assert lengths == {"a": at("30m"), "b": at("20m"), "c": at("1h"), "d": None}


@given(
    spans=st.lists(
        st.tuples(st.integers(0, 2_000), st.integers(0, 500), st.sampled_from("abc")),
        min_size=1,
        max_size=6,
    )
)
@settings(deadline=None, max_examples=15)
def test_shares_add_up_to_the_time_that_passed(spans: list[tuple[int, int, str]]) -> None:
    states = [
        {"agent_id": "ann", "channel": str(n), "began_at": began, "ended_at": began + length}
        | {"ticket_id": name}
        for n, (began, length, name) in enumerate(spans)
    ]
    found = measured([ticket(name) for name in "abc"], agent_states=states)
    passed = len({second for began, length, _ in spans for second in range(began, began + length)})
    shared = sum(row["handled_length_s"] or 0 for row in found.values())
    assert abs(shared - passed) <= 2  # each ticket's share is rounded to a second


def test_messages_of_a_merged_ticket_are_of_the_one_that_is_left() -> None:
    tickets = [
        ticket("a", "0 created customer; 1h customer_message customer", merged_into="b"),
        ticket("b", "3h created customer; 5h public_reply agent; 5h status agent solved"),
    ]
    found = measured(tickets)
    assert (found["a"]["gone_as"], found["a"]["gone_s"]) == ("merged", at("1h"))
    left = found["b"]
    assert (left["asked_s"], left["human_s"], left["customer_messages"]) == (0, at("5h"), 3)
    assert (left["created_s"], left["is_countable"]) == (at("3h"), 1)


def test_tickets_with_harmful_problems_are_not_measured() -> None:
    tickets = [
        ticket("early", "5h created customer; 1h public_reply agent"),
        ticket("odd", "0 created customer; 1h status agent parked"),
        ticket("silent"),
    ]
    assert list(measured(tickets)) == ["silent"]


def test_nothing_is_measured_of_nothing() -> None:
    engine = desk([], models=MODELS)
    assert [rows(engine, model) for model in MODELS] == [[] for _ in MODELS]


def test_a_desk_without_a_history_of_statuses() -> None:
    found = of_one("0 created customer; 1h public_reply agent", status="solved")
    assert (found["solved_s"], found["touches_to_solve"]) == (at("1h"), 1)


BOTS = {
    "contained": ("0 created customer; 1m public_reply bot; 9m status bot solved", (1, None)),
    "handed over": ("0 created customer; 1m public_reply bot; 2m handed_over bot", (0, None)),
    "a person took over": (
        "0 created customer; 1m public_reply bot; 5m public_reply agent",
        (0, None),
    ),
    "opened again": (
        "0 created customer; 1m public_reply bot; 9m status bot solved; 2h status customer open",
        (1, at("2h")),
    ),
    "a person was first": ("0 created customer; 1m public_reply agent; 2m public_reply bot", None),
    "an automation is no bot": ("0 created customer; 1m public_reply automation", None),
    "spam": ("0 created customer; 1m public_reply bot; 2m spam agent", None),
}


@pytest.mark.parametrize(("told", "expected"), BOTS.values(), ids=BOTS)
def test_conversations_that_a_bot_answered_first(
    told: str, expected: tuple[int, int | None] | None
) -> None:
    found = rows(desk([ticket("t", told)], models=MODELS), BOT_MEASURES)
    assert [(row["is_contained"], row["again_s"]) for row in found] == [expected][: bool(expected)]
