"""Purchases and the tickets about them."""

from typing import Any

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
from tierwise.metrics.contact_tables import ORDER_MEASURES
from tierwise.metrics.windows import ABOUT_ORDER_S

NOW = 1_000 * DAY_S
SIXTY = 60 * DAY_S


def about(
    ticket_id: str, created_s: int, order_id: str | None = None, customer: str = "ann"
) -> tuple[Row, Row]:
    """A ticket as it was measured, and the order that it names."""
    return (
        ticket(ticket_id, customer, created_s=created_s),
        {"ticket_id": ticket_id, "order_id": order_id},
    )


def ordered(
    orders: list[Row], *tickets: tuple[Row, Row], as_of_s: int = NOW, **more: list[Row]
) -> list[Row]:
    known = {
        "ticket_measures": [one for one, _ in tickets],
        "tickets": [one for _, one in tickets],
    }
    given = {"orders": orders, **known, **more}
    return measured(ORDER_MEASURES, as_of_s, given, about_s=ABOUT_ORDER_S)


def counted(*given: Any, **more: Any) -> dict[str, int]:
    return dict(picked(ordered(*given, **more), "order_id", "tickets"))


def test_paid_purchases_have_a_row_each() -> None:
    orders = [
        order("a", "ann", 100),
        order("guest", None, 100),
        order("unpaid", "ann", 100, state="unpaid"),
        order("cancelled", "ann", 100, state="cancelled"),
        order("test", "ann", 100, state="test"),
        order("back", "ann", 100, kind="refund"),
        order("to come", "ann", NOW + 1),
    ]
    assert picked(ordered(orders), "order_id", "customer", "placed_s", "tickets") == [
        ("a", "ann", 100, 0),
        ("guest", "order guest", 100, 0),
    ]


def test_the_level_is_that_of_when_it_was_placed() -> None:
    spans = levels("ann", ("plus", 100), (None, 200))
    orders = [order("a", "ann", 99), order("b", "e:ann", 100), order("c", "ann", 200)]
    names = known_as(**{"e:ann": "ann"})
    rows = ordered(orders, level_spans=spans, identities=names)
    assert picked(rows, "customer", "level") == [("ann", FLOOR), ("ann", "plus"), ("ann", FLOOR)]
    assert {row["channel"] for row in rows} == {None}


def test_a_ticket_belongs_to_the_order_it_names() -> None:
    orders = [order("a", "ann", 100), order("b", "ann", 200)]
    named = about("t", 300, "a"), about("of bob", 300, "a", "bob"), about("early", 50, "b")
    assert counted(orders, *named) == {"a": 2, "b": 1}


def test_one_that_names_no_order_belongs_to_the_last_before_it() -> None:
    orders = [order("a", "ann", 100), order("b", "ann", 200), order("c", "ann", 200)]
    told = about("first", 99), about("then", 199), about("at once", 200), about("after", 201)
    assert counted(orders, *told) == {"a": 1, "b": 0, "c": 2}


def test_sixty_days_and_no_longer() -> None:
    orders = [order("a", "ann", 100), order("b", "bob", 100)]
    named = about("in time", 99 + SIXTY, "a"), about("late", 100 + SIXTY, "a")
    unnamed = about("x", 99 + SIXTY, None, "bob"), about("y", 100 + SIXTY, None, "bob")
    assert counted(orders, *named, *unnamed) == {"a": 1, "b": 1}


def test_a_ticket_about_another_order_is_not_about_the_last_one() -> None:
    orders = [order("a", "ann", 100), order("cancelled", "ann", 50, state="cancelled")]
    assert counted(orders, about("t", 300, "cancelled")) == {"a": 0}


def test_a_number_that_nobody_knows_names_no_order() -> None:
    assert counted([order("a", "ann", 100)], about("t", 300, "it is about tea")) == {"a": 1}


def test_tickets_that_do_not_count_change_nothing() -> None:
    orders = [order("a", "ann", 100)]
    gone_ones = [
        (gone(name, name, created_s=200), {"ticket_id": name, "order_id": named})
        for name, named in (("spam", "a"), ("deleted", None), ("merged", "a"))
    ]
    opened_by_us = ticket("auto", "ann", created_s=200, is_countable=0), {"ticket_id": "auto"}
    assert ordered(orders, *gone_ones, opened_by_us) == ordered(orders)


def test_contacts_of_others_and_of_nobody_are_not_about_it() -> None:
    stranger = ticket("t", created_s=200), {"ticket_id": "t", "order_id": None}
    assert counted([order("a", "ann", 100)], about("u", 200, None, "bob"), stranger) == {"a": 0}


moments = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9)), max_size=8)


@settings(max_examples=25, deadline=None)
@given(moments, moments, st.integers(0, 9))
def test_each_ticket_is_counted_once_at_most(
    placed: list[tuple[str, int]], asked: list[tuple[str, int]], seed: int
) -> None:
    orders = [order(f"o{i}", who, at * 20 * DAY_S) for i, (who, at) in enumerate(placed)]
    told = [about(f"t{i}", at * 20 * DAY_S, None, who) for i, (who, at) in enumerate(asked)]
    found = ordered(orders, *told)
    within = [
        (who, at) for who, at in asked if any(o == who and 0 <= at - p < 3 for o, p in placed)
    ]
    assert sum(row["tickets"] for row in found) == len(within)
    mixed = shuffled({"orders": orders}, seed)["orders"]
    assert ordered(mixed, *reversed(told)) == found


def test_nothing_was_bought() -> None:
    assert ordered([], about("t", 5)) == []
