"""Visits to the help centre, calls and chats, and when customers were active."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.held import (
    DAY_S,
    FLOOR,
    Row,
    gone,
    known_as,
    levels,
    measured,
    order,
    picked,
    shuffled,
    ticket,
)
from tierwise.metrics.contact_tables import ACTIVE_SPANS, HELP_MEASURES, LIVE_MEASURES

NOW = 1_000
ANN = levels("ann", ("plus", 100), (None, 200), ("vip", 300))


def visit(session_id: str, began_at: int, customer: str | None = "ann", **more: Any) -> Row:
    usual = {"searches": 0, "articles": 0, "customer_id": customer}
    return usual | {"session_id": session_id, "began_at": began_at} | more


def visits(sessions: list[Row], as_of_s: int = NOW, /, **more: list[Row]) -> list[Row]:
    return measured(HELP_MEASURES, as_of_s, {"help_sessions": sessions, **more})


def contact(contact_id: str, offered_at: int, customer: str | None = "ann", **more: Any) -> Row:
    usual = {"channel": "phone", "callback": False, "customer_id": customer}
    return usual | {"contact_id": contact_id, "offered_at": offered_at} | more


def contacts(given: list[Row], as_of_s: int = NOW, /, **more: list[Row]) -> list[Row]:
    return measured(LIVE_MEASURES, as_of_s, {"live_contacts": given, **more})


def test_an_intent_is_a_search_or_an_article_and_solved_is_what_the_visitor_said() -> None:
    sessions = [
        visit("looked", 0),
        visit("read", 0, articles=2),
        visit("searched", 0, searches=1, solved=False),
        visit("told", 0, articles=1, solved=True),
    ]
    assert picked(visits(sessions), "session_id", "has_intent", "is_solved") == [
        ("looked", 0, 0),
        ("read", 1, 0),
        ("searched", 1, 0),
        ("told", 1, 1),
    ]


@pytest.mark.parametrize(
    ("at_s", "level"), [(99, FLOOR), (100, "plus"), (200, FLOOR), (299, FLOOR), (300, "vip")]
)
def test_visitors_and_callers_have_the_level_of_that_time(at_s: int, level: str) -> None:
    (visited,) = visits([visit("s", at_s)], level_spans=ANN)
    (called,) = contacts([contact("c", at_s)], level_spans=ANN)
    assert (visited["level"], called["level"]) == (level, level)


def test_who_is_not_known_is_a_customer_of_their_own() -> None:
    (visited,) = visits([visit("s", 0, None)], ticket_measures=[ticket("t", created_s=5)])
    (called,) = contacts([contact("c", 0, None)])
    assert picked([visited], "customer", "level", "is_known", "ticket_s") == [
        ("session s", FLOOR, 0, None)
    ]
    assert picked([called], "customer", "level") == [("contact c", FLOOR)]


def test_the_customer_is_who_identities_say() -> None:
    names = known_as(**{"phone:1": "ann"})
    given = {"identities": names, "level_spans": ANN}
    tickets = [ticket("t", "ann", created_s=150)]
    found = visits([visit("s", 100, "phone:1")], ticket_measures=tickets, **given)
    assert picked(found, "customer", "level", "ticket_s") == [("ann", "plus", 150)]
    called = contacts([contact("c", 100, "phone:1")], **given)
    assert picked(called, "customer", "level") == [("ann", "plus")]


def test_the_next_ticket_of_the_visitor_is_found() -> None:
    tickets = [
        ticket("before", "ann", created_s=99),
        ticket("at once", "ann", created_s=100),
        ticket("later", "ann", created_s=300),
        ticket("of bob", "bob", created_s=150),
    ]
    sessions = [visit("a", 100), visit("b", 101), visit("c", 301), visit("d", 98, "bob")]
    found = visits(sessions, ticket_measures=tickets)
    assert picked(found, "session_id", "ticket_s") == [
        ("a", 100),
        ("b", 300),
        ("c", None),
        ("d", 150),
    ]


@pytest.mark.parametrize(
    ("one", "is_theirs"),
    [
        (gone("t", "merged", created_s=9), True),
        (gone("t", "spam", created_s=9), False),
        (gone("t", "deleted", created_s=9), False),
        (ticket("t", "ann", created_s=9, opened_by="agent"), False),
        (ticket("t", "ann", created_s=9, opened_by="automation", is_countable=0), False),
    ],
)
def test_only_what_the_visitor_wrote_is_their_ticket(one: Row, is_theirs: bool) -> None:
    (found,) = visits([visit("s", 0)], ticket_measures=[one])
    assert found["ticket_s"] == (9 if is_theirs else None)


CALLS = {
    "answered": ({"answered_at": 130, "ended_at": 500}, (130, 0, 30)),
    "answered at once": ({"answered_at": 100, "ended_at": 500}, (100, 0, 0)),
    "left": ({"ended_at": 108}, (None, 1, 8)),
    "took a callback": ({"ended_at": 160, "callback": True}, (None, 0, 60)),
    "waits": ({}, (None, 0, None)),
    "answered after now": ({"answered_at": NOW + 1, "ended_at": NOW + 2}, (None, 0, None)),
    "left after now": ({"ended_at": NOW + 1}, (None, 0, None)),
    "left just now": ({"ended_at": NOW}, (None, 1, NOW - 100)),
    "answered before it came": ({"answered_at": 90}, (100, 0, 0)),
}


@pytest.mark.parametrize(("more", "expected"), CALLS.values(), ids=CALLS)
def test_how_a_contact_went(more: Row, expected: tuple[int | None, int, int | None]) -> None:
    found = contacts([contact("c", 100, **more)])
    assert picked(found, "answered_s", "is_abandoned", "waited_length_s") == [expected]


def test_what_comes_later_is_not_known() -> None:
    assert visits([visit("s", NOW + 1)]) == []
    assert contacts([contact("c", NOW + 1)]) == []


def test_abandoned_and_short() -> None:
    """aband_01: of 1 000 contacts 60 were left unanswered, 15 of them within ten seconds."""
    left = [contact(f"l{i}", 0, None, ended_at=9 if i < 15 else 10) for i in range(60)]
    taken = [contact(f"t{i}", 0, None, answered_at=20) for i in range(940)]
    found = contacts(left + taken)
    abandoned = [row for row in found if row["is_abandoned"]]
    assert (len(found), len(abandoned)) == (1_000, 60)
    assert sum(row["waited_length_s"] < 10 for row in abandoned) == 15


def test_a_contact_about_a_ticket_has_what_the_ticket_has_but_its_own_channel() -> None:
    tickets = [ticket("t", "ann", level="vip", channel="email", team="desk", agent_id="x")]
    (found,) = contacts([contact("c", 100, None, ticket_id="t")], ticket_measures=tickets)
    assert picked([found], "customer", "level", "channel", "team", "agent_id") == [
        ("ann", "vip", "phone", "desk", "x")
    ]


def test_a_call_that_was_spam_is_left_out_and_changes_nothing_else() -> None:
    tickets = [gone("s", "spam"), gone("d", "deleted"), gone("m", "merged")]
    named = [contact(name, 0, ticket_id=name) for name in ("s", "d", "m", "lost")]
    found = contacts(named, ticket_measures=tickets)
    assert [row["contact_id"] for row in found] == ["lost", "m"]
    assert contacts(named[2:], ticket_measures=tickets[2:]) == found


YEAR = 365 * DAY_S
LATE = 5_000 * DAY_S


def seen(customer: str, happened_at: int) -> Row:
    return {"customer_id": customer, "happened_at": happened_at}


def contract(customer: str, started_day: int, ended_day: int | None = None) -> Row:
    return {"customer_id": customer, "started_day": started_day, "ended_day": ended_day}


def active(as_of_s: int = LATE, active_s: int = YEAR, **given: list[Row]) -> list[tuple[Any, ...]]:
    rows = measured(ACTIVE_SPANS, as_of_s, given, active_s=active_s)
    return picked(rows, "customer", "level", "from_s", "until_s")


def test_who_bought_is_active_for_a_year() -> None:
    orders = [
        order("a", "ann", 10),
        order("b", "ann", 10 + YEAR),
        order("c", "ann", 11 + 3 * YEAR),
        order("unpaid", "bob", 10, state="unpaid"),
        order("back", "bob", 10, kind="refund"),
        order("nobody's", None, 10),
    ]
    assert active(orders=orders) == [
        ("ann", FLOOR, 10, 10 + 2 * YEAR),
        ("ann", FLOOR, 11 + 3 * YEAR, 11 + 4 * YEAR),
    ]


def test_until_is_empty_while_it_lasts() -> None:
    orders = [order("a", "ann", 10), order("later", "ann", 20)]
    assert active(19, orders=orders) == [("ann", FLOOR, 10, None)]
    assert active(10 + YEAR, orders=orders[:1]) == [("ann", FLOOR, 10, 10 + YEAR)]
    assert active(9 + YEAR, orders=orders[:1]) == [("ann", FLOOR, 10, None)]
    assert active(9, orders=orders) == []


def test_orders_visits_and_subscriptions_are_one_stretch() -> None:
    found = active(
        orders=[order("o", "ann", 0)],
        app_events=[seen("email:ann@x", YEAR - 1)],
        subscriptions=[contract("ann", 2 * 365 - 1, 4 * 365), contract("bob", 10)],
        identities=known_as(**{"email:ann@x": "ann"}),
    )
    assert found == [("ann", FLOOR, 0, 5 * YEAR), ("bob", FLOOR, 10 * DAY_S, None)]


def test_a_contract_that_will_end_lasts_until_then() -> None:
    found = active(100 * DAY_S, subscriptions=[contract("ann", 10, 30_000)])
    assert found == [("ann", FLOOR, 10 * DAY_S, None)]


def test_a_stretch_is_cut_where_the_level_changed() -> None:
    spans = levels("ann", (None, 50), ("plus", 100), ("plus", 150), (None, 200), ("vip", 900))
    found = active(800, active_s=500, orders=[order("o", "ann", 60)], level_spans=spans)
    assert found == [
        ("ann", FLOOR, 60, 100),
        ("ann", "plus", 100, 200),
        ("ann", FLOOR, 200, 560),
    ]
    late = active(180, active_s=500, orders=[order("o", "ann", 60)], level_spans=spans)
    assert late[-1] == ("ann", "plus", 100, None)


def test_levels_that_count_for_all_time_do() -> None:
    spans = levels("ann", ("vip", -(10**12)))
    assert active(orders=[order("o", "ann", 60)], level_spans=spans)[0][1] == "vip"


moments = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 400)), max_size=12)
changes = st.lists(st.integers(0, 500), max_size=4, unique=True).map(sorted)


@settings(max_examples=30, deadline=None)
@given(moments, changes, st.integers(1, 90), st.integers(0, 500))
def test_at_each_moment_those_are_active_who_did_something_within_the_time_before(
    happened: list[tuple[str, int]], changed: list[int], active_s: int, as_of_s: int
) -> None:
    given = {
        "app_events": [seen(*one) for one in happened],
        "level_spans": levels("a", *((f"l{i}", at) for i, at in enumerate(changed)))
        if changed
        else [],
    }
    spans = active(as_of_s, active_s, **given)
    assert active(as_of_s, active_s, **shuffled(given, as_of_s)) == spans
    for at in range(0, as_of_s + 1, 7):
        level = (
            f"l{sum(one <= at for one in changed) - 1}" if changed and changed[0] <= at else FLOOR
        )
        expected = {
            (who, level if who == "a" else FLOOR)
            for who, then in happened
            if then <= at < then + active_s
        }
        found = [(who, has) for who, has, since, until in spans if since <= at < (until or 10**9)]
        assert len(set(found)) == len(found)
        assert set(found) == expected


@settings(max_examples=30, deadline=None)
@given(moments, moments, st.integers(0, 9))
def test_the_next_ticket_is_the_first_of_the_same_customer_from_then_on(
    sessions: list[tuple[str, int]], tickets: list[tuple[str, int]], seed: int
) -> None:
    given = {
        "help_sessions": [visit(f"s{i:02}", at, who) for i, (who, at) in enumerate(sessions)],
        "ticket_measures": [ticket(f"t{i}", w, created_s=at) for i, (w, at) in enumerate(tickets)],
    }
    found = measured(HELP_MEASURES, NOW, shuffled(given, seed))
    assert [row["ticket_s"] for row in found] == [
        min((at for whose, at in tickets if whose == who and at >= began), default=None)
        for who, began in sessions
    ]


def test_nothing_happened() -> None:
    assert (visits([]), contacts([]), active()) == ([], [], [])
