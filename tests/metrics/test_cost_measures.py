"""What was spent, on which ticket, and how the cost of a team is shared out."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.held import (
    DAY_S,
    FLOOR,
    QUARTER_S,
    Row,
    gone,
    known_as,
    levels,
    measured,
    picked,
    rates,
    shuffled,
    ticket,
)
from tierwise.facts.money import Rate
from tierwise.metrics.contact_tables import COST_MEASURES

NOW = 400 * DAY_S
USD = Rate("USD", 0, 900_000)


def cost(cost_id: str, amount: int, day: int = 10, **more: Any) -> Row:
    return {"cost_id": cost_id, "amount_minor": amount, "day": day, "currency": "EUR"} | more


def solved(ticket_id: str, day: int, touches: int = 0, length_s: int | None = None) -> Row:
    """A ticket that the desk first solved on a day of 1970."""
    work = {"touches": touches, "handled_length_s": length_s}
    return ticket(ticket_id, "ann", team="desk", solved_s=day * DAY_S + 5, **work)


def spent(costs: list[Row], *tickets: Row, as_of_s: int = NOW, **more: list[Row]) -> list[Row]:
    given = {"costs": costs, "ticket_measures": list(tickets), "daily_rates": rates(USD), **more}
    return measured(COST_MEASURES, as_of_s, given)


def shares(costs: list[Row], *tickets: Row, **more: Any) -> dict[str | None, float]:
    return dict(picked(spent(costs, *tickets, **more), "ticket_id", "amount"))


TEAM = cost("k", 1_000, team="desk")


def test_a_cost_that_names_a_ticket_is_that_tickets() -> None:
    about = {"level": "vip", "channel": "chat", "team": "desk", "agent_id": "x", "category": "tea"}
    one = ticket("t", "ann", **about)
    (row,) = spent([cost("k", 500, ticket_id="t"), cost("late", 1, 401)], one)
    assert (row["customer"], row["amount"], row["day"]) == ("ann", 500.0, 10)
    assert {name: row[name] for name in about} == about


def test_a_cost_of_a_ticket_that_went_was_spent_all_the_same() -> None:
    assert shares([cost("k", 500, ticket_id="t")], gone("t", "spam")) == {"t": 500}


def test_a_ticket_that_is_not_known_is_a_customer_of_its_own() -> None:
    (row,) = spent([cost("k", 500, ticket_id="lost")])
    assert (row["customer"], row["level"]) == ("ticket lost", None)


def test_foreign_money_is_converted_and_may_be_taken_back() -> None:
    costs = [
        cost("a", 1_005, currency="USD", ticket_id="t"),
        cost("b", -1_005, currency="USD", ticket_id="t"),
        cost("no rate", 7, currency="JPY", ticket_id="t"),
    ]
    assert picked(spent(costs), "cost_id", "amount") == [("a", 905), ("b", -905)]


def test_a_cost_of_a_customer_has_their_level_of_that_day() -> None:
    costs = [cost(f"k{day:02}", 5, day, customer_id="e:ann") for day in (9, 10, 11)]
    rows = spent(
        costs,
        level_spans=levels("ann", ("plus", 10 * DAY_S), (None, 11 * DAY_S)),
        identities=known_as(**{"e:ann": "ann"}),
    )
    assert picked(rows, "customer", "level", "ticket_id") == [
        ("ann", FLOOR, None),
        ("ann", "plus", None),
        ("ann", FLOOR, None),
    ]


def test_what_is_spent_on_nobody_is_one_row() -> None:
    (row,) = spent([cost("rent", 70)], solved("t", 5, 1))
    assert (row["customer"], row["level"], row["team"]) == ("cost rent", None, None)
    assert (row["ticket_id"], row["amount"]) == (None, 70)


# Tickets of the month as touches and handle time, and what each costs of 1 000.
SHARED: dict[str, tuple[list[Row], dict[str | None, float]]] = {
    "by time": ([solved("a", 3, 9, 100), solved("b", 30, 0, 300)], {"a": 250, "b": 750}),
    "by touches": ([solved("a", 3, 1), solved("b", 30, 3)], {"a": 250, "b": 750}),
    "time of some": (
        [solved("a", 3, 2, 200), solved("b", 3, 3, 300), solved("c", 3, 5)],
        {"a": 200, "b": 300, "c": 500},
    ),
    "time of some without a touch": (
        [solved("a", 3, 0, 200), solved("b", 3, 0, 400), solved("c", 3, 2)],
        {"a": 1000 / 6, "b": 2000 / 6, "c": 500},
    ),
    "time of some is none": ([solved("a", 3, 1, 0), solved("b", 3, 3)], {"a": 250, "b": 750}),
    "nothing was done": ([solved("a", 3), solved("b", 3)], {"a": 500, "b": 500}),
    "other months": ([solved("a", 3, 1), solved("b", 31, 9)], {"a": 1000}),
    "nothing solved": ([], {None: 1000}),
    "nothing that counts": (
        [solved("a", 3, 1) | {"is_countable": 0}, solved("b", 3, 1) | {"team": "other"}],
        {None: 1000},
    ),
    "nothing solved yet": ([solved("a", 3, 1) | {"solved_s": None}], {None: 1000}),
    "solved by no team": ([solved("a", 3, 1) | {"team": None}], {None: 1000}),
}


@pytest.mark.parametrize(("tickets", "expected"), SHARED.values(), ids=SHARED)
def test_the_cost_of_a_team_is_shared_out(
    tickets: list[Row], expected: dict[str | None, float]
) -> None:
    assert shares([TEAM], *tickets) == pytest.approx(expected)


def test_a_share_has_the_slices_and_the_day_of_its_ticket() -> None:
    one = solved("a", 3, 1) | {"level": "vip", "channel": "chat", "agent_id": "x"}
    (row,) = spent([TEAM], one)
    assert picked([row], "customer", "level", "channel", "team", "agent_id", "day") == [
        ("ann", "vip", "chat", "desk", "x", 3)
    ]
    (left,) = spent([TEAM])
    assert picked([left], "customer", "level", "team") == [("cost k", None, "desk")]


def test_the_bills_of_a_month_are_shared_out_together() -> None:
    bills = [TEAM | {"cost_id": "rent"}, TEAM | {"cost_id": "wages", "amount_minor": 500}]
    rows = spent(bills, solved("a", 3, 1), solved("b", 30, 3))
    assert picked(rows, "cost_id", "ticket_id", "day", "amount") == [
        ("rent", "a", 3, 375),
        ("rent", "b", 30, 1125),
    ]


def test_a_cost_of_a_team_that_names_more_is_not_shared_out() -> None:
    costs = [TEAM | {"cost_id": "t", "ticket_id": "u"}, TEAM | {"customer_id": "bob"}]
    rows = spent(costs, solved("a", 3, 1))
    assert picked(rows, "cost_id", "ticket_id", "customer", "team") == [
        ("k", None, "bob", "desk"),
        ("t", "u", "ticket u", "desk"),
    ]


def test_the_month_is_that_of_the_zone() -> None:
    """A ticket solved half an hour before midnight of the 31st in UTC is of February."""
    one = solved("a", 30, 1) | {"solved_s": 31 * DAY_S - 1_800}
    days = [{"quarter": (31 * DAY_S - 1_800) // QUARTER_S, "day": 31}]
    costs = [cost("january", 10, 30, team="desk"), cost("february", 20, 31, team="desk")]
    found = picked(spent(costs, one, local_days=days), "cost_id", "ticket_id")
    assert found == [("february", "a"), ("january", None)]
    assert picked(spent(costs, one), "cost_id", "ticket_id") == [
        ("february", None),
        ("january", "a"),
    ]


def test_what_is_spent_after_the_last_day_is_not_known() -> None:
    costs = [cost("a", 1, 9), cost("b", 1, 10)]
    assert picked(spent(costs, as_of_s=10 * DAY_S), "cost_id") == [("a",)]
    assert picked(spent(costs, as_of_s=10 * DAY_S + 1), "cost_id") == [("a",), ("b",)]
    east = [{"quarter": 10 * DAY_S // QUARTER_S - 1, "day": 10}]
    found = spent(costs, as_of_s=10 * DAY_S, local_days=east)
    assert picked(found, "cost_id") == [("a",), ("b",)]


def test_every_day_belongs_to_its_month() -> None:
    """A ticket and a cost of each day of 130 years; each cost is shared among its month's."""
    first, last = date(1970, 1, 1), date(2099, 12, 31)
    days = range((last - first).days + 1)
    own = [{"currency": "EUR", "day": day, "numerator": 1, "denominator": 1} for day in days]
    sampled = [day for day in days if (first + timedelta(day)).day == 15]
    tickets = [solved(f"t{day}", day, 1) for day in days]
    costs = [cost(f"k{day}", 1, day, team="desk") for day in sampled]
    rows = spent(costs, *tickets, as_of_s=(days[-1] + 1) * DAY_S, daily_rates=own)
    found = defaultdict(set)
    for row in rows:
        found[int(row["cost_id"][1:])].add(int(row["ticket_id"][1:]))
    months = defaultdict(set)
    for day in days:
        months[(first + timedelta(day)).replace(day=1)].add(day)
    assert found == {day: months[(first + timedelta(day)).replace(day=1)] for day in sampled}


tickets_solved = st.lists(
    st.tuples(st.integers(0, 90), st.integers(0, 50), st.one_of(st.none(), st.integers(0, 10**6))),
    max_size=12,
)
costs_given = st.lists(
    st.tuples(
        st.integers(-(10**9), 10**12),
        st.integers(0, 90),
        st.sampled_from([{}, {"team": "desk"}, {"team": "other"}, {"ticket_id": "t0"}]),
        st.sampled_from(["EUR", "USD"]),
    ),
    max_size=6,
)


@settings(max_examples=30, deadline=None)
@given(costs_given, tickets_solved, st.integers(0, 9))
def test_shares_add_up_to_what_was_spent(
    costs: list[tuple[int, int, Row, str]], tickets: list[tuple[int, int, int | None]], seed: int
) -> None:
    told = {
        "costs": [
            cost(f"k{i}", amount, day, currency=currency, **named)
            for i, (amount, day, named, currency) in enumerate(costs)
        ],
        "ticket_measures": [solved(f"t{i}", *one) for i, one in enumerate(tickets)],
        "daily_rates": rates(USD),
    }
    rows = measured(COST_MEASURES, NOW, told)
    found: dict[str | None, float] = defaultdict(float)
    for row in rows:
        found[row["team"]] += row["amount"]
    expected: dict[str | None, float] = defaultdict(float)
    for amount, _, named, currency in costs:
        expected[named.get("team") or team_of(named, tickets)] += in_eur(amount, currency)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-3)
    assert measured(COST_MEASURES, NOW, shuffled(told, seed)) == rows


def team_of(named: Row, tickets: list[tuple[int, int, int | None]]) -> str | None:
    """The team of the ticket that a cost names."""
    return "desk" if named.get("ticket_id") and tickets else None


def in_eur(amount: int, currency: str) -> int:
    """Rounded half up without its sign, as USD are worth 9/10."""
    if currency == "EUR":
        return amount
    whole = (2 * abs(amount) * 9 + 10) // 20
    return whole if amount >= 0 else -whole


def test_nothing_was_spent() -> None:
    assert spent([], solved("t", 5)) == []
