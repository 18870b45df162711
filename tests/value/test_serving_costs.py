"""What serving customers cost, and what the next order will cost to serve."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shop_days import arrow, engine_with, order
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.money import Rate
from tierwise.facts.tables import COSTS, TICKETS
from tierwise.value.forecast import Terms
from tierwise.value.serving_costs import (
    COST_RATES,
    CREDIBLE_OCCASIONS,
    SERVING_COSTS,
    UNCOUNTED_COSTS,
)

COST = {"currency": "EUR", "customer_id": None, "ticket_id": None, "team": None}
TICKET = dict.fromkeys(TICKETS.names) | {
    "created_at": 0,
    "channel": "email",
    "status": "solved",
}
RATES = [Rate("USD", 5, 900_000), Rate("USD", 50, 920_000)]
GIVEN = {"as_of_day": 100, "credible_occasions": CREDIBLE_OCCASIONS}


def cost(amount: int, day: int = 10, **more: Any) -> dict[str, Any]:
    return {"amount_minor": amount, "day": day, **more}


def ticket(name: str, customer: str | None) -> dict[str, Any]:
    return {"ticket_id": name, "customer_id": customer}


def numbered(costs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [COST | {"cost_id": f"k{i}"} | row for i, row in enumerate(costs)]


def subscriptions(*runs: tuple[str, int, int | None]) -> list[dict[str, Any]]:
    """Contracts of ten days, by who has them, since when and until when."""
    whole = {"term_days": 10, "price_minor": 1_000, "currency": "EUR"}
    return [
        whole
        | {"subscription_id": f"s{i}", "customer_id": who, "started_day": since, "ended_day": until}
        for i, (who, since, until) in enumerate(runs)
    ]


def served(
    costs: list[dict[str, Any]],
    *,
    orders: list[dict[str, Any]] | None = None,
    tickets: list[dict[str, Any]] | None = None,
    customers: list[dict[str, Any]] | None = None,
    contracts: list[dict[str, Any]] | None = None,
) -> DuckDBEngine:
    engine = engine_with(
        orders or [], customers=customers, rates=RATES, subscriptions=contracts or []
    )
    engine.upload("costs", arrow(COSTS, numbered(costs)))
    engine.upload("tickets", arrow(TICKETS, [TICKET | row for row in tickets or []]))
    for model in (SERVING_COSTS, UNCOUNTED_COSTS, COST_RATES):
        engine.materialise(model, {name: GIVEN[name] for name in model.parameters})
    return engine


def cost_rates(engine: DuckDBEngine) -> dict[str, float]:
    return dict(engine.rows("SELECT customer_id, cost_per_occasion_minor FROM cost_rates"))


CASES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, tuple[int, int]]]] = {
    "a cost names a customer": ([cost(500, customer_id="ada")], [], {"ada": (500, 1)}),
    "a cost names a ticket of a customer": (
        [cost(500, ticket_id="t1"), cost(200, ticket_id="t1")],
        [ticket("t1", "ada")],
        {"ada": (700, 2)},
    ),
    "a cost that names both is the customer's it names": (
        [cost(500, customer_id="bob", ticket_id="t1")],
        [ticket("t1", "ada")],
        {"bob": (500, 1)},
    ),
    "costs after the day are not seen": (
        [cost(500, 100, customer_id="ada"), cost(900, 101, customer_id="ada")],
        [],
        {"ada": (500, 1)},
    ),
    "foreign money is converted at the day's rate": (
        [
            cost(1_000, 10, customer_id="ada", currency="USD"),
            cost(1_000, 60, customer_id="ada", currency="USD"),
        ],
        [],
        {"ada": (1_820, 2)},
    ),
    "a cost is taken back as it was charged": (
        [
            cost(333, 10, customer_id="ada", currency="USD"),
            cost(-333, 10, customer_id="ada", currency="USD"),
        ],
        [],
        {"ada": (0, 2)},
    ),
    "a cost of a team is nobody's": ([cost(500, team="phone")], [], {}),
    "a ticket of nobody": ([cost(500, ticket_id="t1")], [ticket("t1", None)], {}),
    "a ticket that was never read": ([cost(500, ticket_id="t9")], [], {}),
}


@pytest.mark.parametrize(("costs", "tickets", "expected"), CASES.values(), ids=CASES)
def test_cost_to_serve(
    costs: list[dict[str, Any]],
    tickets: list[dict[str, Any]],
    expected: dict[str, tuple[int, int]],
) -> None:
    engine = served(costs, tickets=tickets)
    found = engine.query("FROM serving_costs")
    assert tuple(found.column_names) == SERVING_COSTS.output.names
    assert {row["customer_id"]: (row["cost_minor"], row["costs"]) for row in found.to_pylist()} == (
        expected
    )


def test_an_account_is_served_through_its_people() -> None:
    people = [{"customer_id": who, "account_id": "acme"} for who in ("ann", "ben")]
    engine = served(
        [cost(500, customer_id="ann"), cost(200, ticket_id="t1")],
        tickets=[ticket("t1", "ben")],
        customers=people,
    )
    assert engine.rows("FROM serving_costs") == [("acme", 700, 2)]


def test_costs_that_are_in_nobodys_figure_are_told() -> None:
    engine = served(
        [
            cost(500, team="phone"),
            cost(500, ticket_id="t9"),
            cost(500, 3, customer_id="ada", currency="USD"),
            cost(500, 10, customer_id="ada"),
        ]
    )
    assert engine.rows("FROM uncounted_costs ORDER BY reason") == [
        ("no_customer", "EUR", 1),
        ("no_rate", "USD", 1),
    ]


def test_a_teams_cost_in_a_currency_without_a_rate_is_told_too() -> None:
    engine = served(
        [cost(500, 3, team="phone", currency="USD"), cost(500, 10, team="phone", currency="USD")]
    )
    assert engine.rows("FROM uncounted_costs") == [("no_rate", "USD", 1)]


def test_without_costs_the_next_order_costs_nothing_to_serve() -> None:
    assert cost_rates(served([], orders=[order("ada", 10, 500)])) == {}
    assert cost_rates(served([cost(500, customer_id="ada")])) == {}


def test_own_cost_counts_by_how_often_the_customer_came() -> None:
    # 6 occasions and 1200 of cost: the shop's rate is 200.
    engine = served(
        [cost(1_200, customer_id="ada"), cost(999, customer_id="nobody who bought")],
        orders=[*(order("ada", day, 500) for day in range(5)), order("bob", 9, 500)],
    )
    # Five occasions have credibility 1/2, one has 1/6.
    assert cost_rates(engine) == pytest.approx(
        {"ada": (1_200 / 5 + 200) / 2, "bob": 0 / 6 + 200 * 5 / 6}
    )


def test_a_contract_customer_costs_by_the_payments_so_far() -> None:
    # Ada paid on day 40 and on six days since, Bob bought once: 1200 for 8 times is 150.
    engine = served(
        [cost(1_200, customer_id="ada")],
        orders=[order("bob", 9, 500)],
        contracts=subscriptions(("ada", 40, None)),
    )
    assert cost_rates(engine) == pytest.approx(
        {"ada": (1_200 + 5 * 150) / (7 + 5), "bob": 5 * 150 / (1 + 5)}
    )


def test_payments_that_stand_in_the_orders_are_not_counted_twice() -> None:
    paid = [order("ada", day, 1_000) for day in range(40, 101, 10)]
    costs = [cost(1_200, customer_id="ada")]
    contracts = subscriptions(("ada", 40, None))
    assert cost_rates(served(costs, orders=paid, contracts=contracts)) == pytest.approx(
        cost_rates(served(costs, contracts=contracts))
    )


def test_who_ended_a_contract_speaks_for_what_a_payment_costs() -> None:
    # Bob paid on two days and ended it on the third: 900 for 2 + 1 payments is 300.
    engine = served(
        [cost(900, customer_id="bob")],
        contracts=subscriptions(("ada", 95, None), ("bob", 40, 60)),
    )
    assert cost_rates(engine)["ada"] == pytest.approx(5 * 300 / (1 + 5))


def test_without_costs_a_payment_costs_nothing_to_serve() -> None:
    engine = served([], orders=[order("bob", 9, 500)], contracts=subscriptions(("ada", 40, None)))
    assert cost_rates(engine) == {}


def test_every_payment_of_a_contract_is_served_at_its_full_cost() -> None:
    engine = engine_with(
        [],
        subscriptions=subscriptions(("ada", 40, None)),
        costs=numbered([cost(700, customer_id="ada")]),
        terms=Terms(margin=0.5, discount=0.2),
    )
    ((payments, discounted, money),) = engine.rows(
        "SELECT payments, expected_payments, predicted_minor FROM subscription_forecasts"
    )
    assert 0 < discounted < payments
    ((orders, spend, predicted),) = engine.rows(
        "SELECT expected_orders, expected_spend_minor, predicted_minor FROM forecasts"
    )
    assert (orders, spend) == (payments, pytest.approx(1_000, rel=1e-3))
    assert predicted == pytest.approx(0.5 * money - payments * 100, abs=1)


spending = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 100), st.integers(0, 10_000)), min_size=1
)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(spending, spending)
def test_the_unit_of_money_does_not_matter(
    bought: list[tuple[str, int, int]], spent: list[tuple[str, int, int]]
) -> None:
    dollars, cents = (
        cost_rates(
            served(
                [cost(unit * amount, day, customer_id=who) for who, day, amount in spent],
                orders=[order(*row) for row in bought],
            )
        )
        for unit in (1, 100)
    )
    assert {who: 100 * rate for who, rate in dollars.items()} == pytest.approx(cents)


@settings(max_examples=10, deadline=None)
@given(spending, spending)
def test_a_rate_lies_between_the_customers_own_and_the_shops(
    bought: list[tuple[str, int, int]], spent: list[tuple[str, int, int]]
) -> None:
    engine = served(
        [cost(amount, day, customer_id=who) for who, day, amount in spent],
        orders=[order(*row) for row in bought],
    )
    days = {who: len({day for other, day, _ in bought if other == who}) for who, _, _ in bought}
    own = {who: sum(amount for other, _, amount in spent if other == who) for who in days}
    shop = sum(own.values()) / sum(days.values())
    for who, rate in cost_rates(engine).items():
        low, high = sorted((own[who] / days[who], shop))
        assert low - 1e-6 <= rate <= high + 1e-6
