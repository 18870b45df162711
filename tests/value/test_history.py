"""What counts as a purchase, when, and for how much."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shop_days import engine_with, order, refund, standings
from tierwise.facts.money import Rate
from tierwise.value.history import daily_rates

CASES = {
    "two orders on one day are one occasion": (
        [order("ada", 10, 500), order("ada", 10, 300)],
        {"orders": 2, "occasions": 1, "ltv_minor": 800, "gap_days": None},
    ),
    "a refund changes money, never time": (
        [order("ada", 10, 500), refund("ada", 90, 200)],
        {"orders": 1, "occasions": 1, "ltv_minor": 300, "recency_days": 90, "refunded_minor": 200},
    ),
    "a refund written on the order counts the same": (
        [order("ada", 10, 500, refunded_minor=200)],
        {"orders": 1, "ltv_minor": 300, "refunded_minor": 200},
    ),
    "unpaid, cancelled and test orders are no purchases": (
        [
            order("ada", 10, 500),
            order("ada", 20, 1, state="unpaid"),
            order("ada", 30, 2, state="cancelled"),
            order("ada", 40, 4, state="test"),
        ],
        {"orders": 1, "ltv_minor": 500, "recency_days": 90},
    ),
    "orders after the day are not seen": (
        [order("ada", 10, 500), order("ada", 101, 900)],
        {"orders": 1, "ltv_minor": 500},
    ),
    "the gap is the mean between occasions": (
        [order("ada", 10, 1), order("ada", 20, 1), order("ada", 50, 1)],
        {"gap_days": 20.0, "tenure_days": 90, "recency_days": 50},
    ),
    "average order is lifetime value per occasion": (
        [order("ada", 10, 100), order("ada", 20, 101)],
        {"average_order_minor": 100.5},
    ),
    "recent windows look back 90 and 365 days": (
        [order("ada", 9, 100), order("ada", 10, 10), order("ada", 11, 1)],
        {"orders_90d": 1, "ltv_365d_minor": 111},
    ),
    "only refunds make no buyer": (
        [refund("ada", 10, 500)],
        {"orders": 0, "ltv_minor": -500, "recency_days": None, "rfm_group": "Prospects"},
    ),
    "a free order is a purchase all the same": (
        [order("ada", 10, 0)],
        {"orders": 1, "occasions": 1, "ltv_minor": 0},
    ),
    "foreign money is converted at the day's rate": (
        [order("ada", 10, 1_000, currency="JPY"), order("ada", 20, 1_000, currency="JPY")],
        {"ltv_minor": 625 + 650},
    ),
}
RATES = [Rate("JPY", 5, 6_250), Rate("JPY", 15, 6_500)]


@pytest.mark.parametrize(("orders", "expected"), CASES.values(), ids=CASES)
def test_history(orders: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    ada = standings(engine_with(orders, rates=RATES))["ada"]
    assert {name: ada[name] for name in expected} == expected


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10**12),
    st.integers(1, 10**8),
    st.sampled_from(["JPY", "USD", "KWD"]),
)
def test_any_amount_is_converted_exactly(amount: int, rate_ppm: int, currency: str) -> None:
    rates = [Rate(currency, 5, rate_ppm)]
    (_, _, (numerator, *_), (denominator, *_)) = daily_rates(rates, "EUR", first_day=5, last_day=5)
    ada = standings(engine_with([order("ada", 10, amount, currency=currency)], rates=rates))["ada"]
    assert ada["ltv_minor"] == (2 * amount * numerator + denominator) // (2 * denominator)


def test_a_day_before_1970_in_the_zone_of_the_shop_is_a_day_like_any_other() -> None:
    orders = [order("ada", -1, 5), order("ada", -1, 5), order("ada", 0, 5)]
    ada = standings(engine_with(orders))["ada"]
    assert (ada["orders"], ada["occasions"]) == (3, 2)


def test_orders_without_a_rate_are_left_out_and_told() -> None:
    engine = engine_with(
        [order("ada", 3, 10, currency="JPY"), order("bob", 9, 10, currency="JPY")], rates=RATES
    )
    assert set(standings(engine)) == {"bob"}
    assert engine.rows("FROM unconverted_orders") == [("JPY", 1, 3, 3)]


def test_orders_without_a_customer_belong_to_nobody() -> None:
    assert standings(engine_with([order(None, 10, 500)])) == {}


purchases = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 100), st.integers(0, 10_000)), min_size=1
)


@settings(max_examples=25, deadline=None)
@given(purchases)
def test_money_is_neither_made_nor_lost(rows: list[tuple[str, int, int]]) -> None:
    valued = standings(engine_with([order(*row) for row in rows])).values()
    assert sum(row["ltv_minor"] for row in valued) == sum(total for _, _, total in rows)
    assert sum(row["orders"] for row in valued) == len(rows)
    assert sum(row["occasions"] for row in valued) == len({(c, day) for c, day, _ in rows})


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(purchases)
def test_ranks_do_not_depend_on_the_unit_of_money(rows: list[tuple[str, int, int]]) -> None:
    euros = standings(engine_with([order(c, day, total) for c, day, total in rows]))
    cents = standings(engine_with([order(c, day, 100 * total) for c, day, total in rows]))
    for customer, row in euros.items():
        for column in ("ltv_percentile", "rfm_r", "rfm_f", "rfm_m", "rfm_group"):
            assert row[column] == cents[customer][column]


def test_own_currency_needs_no_rates() -> None:
    assert daily_rates([], "EUR", first_day=3, last_day=4) == (
        ["EUR", "EUR"],
        [3, 4],
        [1, 1],
        [1, 1],
    )
