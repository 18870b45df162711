"""Forecasts against the futures that made customers went on to have."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from tests.value.forecast_shops import Made, made_shop, valued
from tierwise.app.pipeline import Outlook
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.value.forecast import (
    Calibration,
    Terms,
    border_of_the_top,
    quantiles,
    score,
    score_columns,
    terms_row,
)
from tierwise.value.forecast_ladder import Cohort, Forecaster, given_fit
from tierwise.value.forecast_tables import FORECAST_TERMS, PURCHASE_SCORES
from tierwise.value.purchase_history import Floats, History, group
from tierwise.value.rungs import Rung

TODAY = 730
HORIZON = 365
CUSTOMERS = 6_000
NO_CHANGE = Calibration()


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """Forecasts by customer, and what they went on to do within the horizon."""

    engine: DuckDBEngine
    outlook: Outlook
    told: dict[str, Floats]
    orders: Floats
    money: Floats


@cache
def truth() -> Truth:
    made = made_shop(CUSTOMERS, until=TODAY + HORIZON + 1)
    engine, outlook = valued(made.until(TODAY), as_of_day=TODAY, terms=Terms(HORIZON))
    told = forecasts(engine)
    return Truth(engine, outlook, told, *_later(made, told["customer"]))


def forecasts(engine: DuckDBEngine) -> dict[str, Floats]:
    """The columns of the forecasts, in the order of the customers' numbers."""
    found = engine.query(
        "SELECT * EXCLUDE (customer_id, basis), CAST(customer_id[2:] AS INT) AS customer "
        "FROM forecasts ORDER BY customer"
    )
    return {name: found[name].to_numpy() for name in found.column_names}


def _later(made: Made, customers: Floats) -> tuple[Floats, Floats]:
    """Days with orders and money of each customer after today, within the horizon."""
    later = made.of((made.day > TODAY) & (made.day <= TODAY + HORIZON))
    days, where = np.unique(np.stack((later.who, later.day)), axis=1, return_inverse=True)
    orders = np.bincount(days[0], minlength=CUSTOMERS)
    money = np.bincount(later.who, weights=later.money, minlength=CUSTOMERS)
    assert len(where) == len(later.who)
    return orders[customers].astype(np.float64), money[customers]


def test_the_totals_come_true() -> None:
    shop = truth()
    assert shop.outlook.fitted.forecaster.rung is Rung.MODEL
    assert shop.told["expected_orders"].sum() == pytest.approx(shop.orders.sum(), rel=0.05)
    assert shop.told["predicted_minor"].sum() == pytest.approx(shop.money.sum(), rel=0.05)


def test_the_chance_to_buy_comes_true() -> None:
    shop = truth()
    for some in np.array_split(np.argsort(shop.told["p_buy"]), 8):
        said = shop.told["p_buy"][some].mean()
        spread = np.sqrt(said * (1 - said) / len(some))
        assert (shop.orders[some] > 0).mean() == pytest.approx(said, abs=0.02 + 3 * spread)


@pytest.mark.parametrize(("name", "share"), [("80", 0.80), ("95", 0.95)])
def test_the_intervals_hold_what_they_say(name: str, share: float) -> None:
    shop = truth()
    low, high = (shop.told[f"predicted_{end}_{name}_minor"] for end in ("low", "high"))
    inside = (low <= shop.money) & (shop.money <= high)
    stated = np.maximum(share, 1 - shop.told["p_buy"]).mean()
    assert inside.mean() == pytest.approx(stated, abs=0.02)


def test_the_chance_to_be_among_the_top_comes_true() -> None:
    shop = truth()
    chance = shop.told["p_top"]
    assert chance.sum() == pytest.approx(0.10 * len(chance), rel=0.02)
    border = np.sort(shop.money)[-len(chance) // 10]
    top = shop.money >= border
    for some in np.array_split(np.argsort(chance), 10):
        said = chance[some].mean()
        spread = np.sqrt(said * (1 - said) / len(some))
        assert top[some].mean() == pytest.approx(said, abs=0.02 + 3 * spread)


def test_the_hold_out_was_right_too() -> None:
    backtest = truth().outlook.backtest
    assert backtest is not None
    assert (backtest.cut_day, backtest.until_day) == (TODAY - HORIZON, TODAY)
    assert abs(backtest.orders_bias or 1) < 0.08
    for covered in backtest.covered:
        assert covered.covered == pytest.approx(covered.held, abs=0.03)
    picked = {row.method: row.hit_rate or 0.0 for row in backtest.picked}
    assert picked["predicted"] >= picked["recency"]
    assert truth().outlook.calibration.orders == pytest.approx(1, abs=0.04)


SMALL = 1_200
CONTRACTS = [
    {
        "subscription_id": f"s{number}",
        "customer_id": f"c{number}",
        "started_day": 700,
        "term_days": 30,
        "price_minor": 9_000 + number,
        "currency": "EUR",
    }
    for number in range(100)
]
ENDED = [
    row
    | {"subscription_id": f"e{number}", "started_day": 300, "ended_day": 360 + 30 * (number % 4)}
    for number, row in enumerate(CONTRACTS)
]
COSTS = [
    {
        "cost_id": f"k{number}",
        "day": 700,
        "amount_minor": 500 + number,
        "currency": "EUR",
        "customer_id": f"c{number}",
    }
    for number in range(0, 400, 2)
]


@cache
def mixed(terms: Terms) -> tuple[DuckDBEngine, Outlook]:
    """A hundred of the customers have a contract, some cost something to serve."""
    made = made_shop(SMALL, until=TODAY + 1, seed=2)
    return valued(made, as_of_day=TODAY, terms=terms, subscriptions=CONTRACTS + ENDED, costs=COSTS)


FULL, THIRD = Terms(), Terms(margin=0.3)
DISCOUNTED = Terms(discount=0.10)


def test_contract_customers_are_told_by_their_contracts() -> None:
    engine, _ = mixed(FULL)
    rows = engine.rows("SELECT basis, COUNT(*) FROM forecasts GROUP BY basis ORDER BY basis")
    assert rows[0] == ("contract", 100)
    assert rows[1] == ("model", SMALL - 100)
    ((fitted,),) = engine.rows("SELECT SUM(customers) FROM purchase_states")
    assert fitted == SMALL - 100


@pytest.mark.parametrize("price", [3_000, 60_000])
def test_all_customers_together_share_the_top(price: int) -> None:
    """A tenth of everybody, whether contracts are the better customers or the worse."""
    made = made_shop(SMALL, until=TODAY + 1, seed=2)
    rows = [row | {"price_minor": price + number} for number, row in enumerate(CONTRACTS)]
    engine, _ = valued(made, as_of_day=TODAY, subscriptions=rows + ENDED)
    found = dict(engine.rows("SELECT basis, SUM(p_top) FROM forecasts GROUP BY basis"))
    assert sum(found.values()) == pytest.approx(SMALL / 10, rel=0.02)
    assert (found["contract"] > 50) == (price > 9_000)


def test_a_contract_brings_its_payments_less_the_cost_to_serve() -> None:
    engine, _ = mixed(THIRD)
    ((wrong,),) = engine.rows("""
        SELECT COUNT(*) FROM forecasts f
        JOIN subscription_forecasts k USING (customer_id)
        LEFT JOIN cost_rates c USING (customer_id)
        WHERE f.predicted_minor <> ROUND(0.3 * k.predicted_minor
            - k.payments * COALESCE(c.cost_per_occasion_minor, 0))
            OR f.p_alive <> k.p_alive OR f.predicted_low_80_minor > f.predicted_high_80_minor
            OR f.predicted_low_95_minor > f.predicted_low_80_minor
        """)
    assert wrong == 0


def test_a_prediction_is_margin_of_the_orders_less_the_cost_to_serve_them() -> None:
    engine, outlook = mixed(THIRD)
    ((wrong, costly),) = engine.rows("""
        SELECT COUNT(CASE WHEN f.predicted_minor <> ROUND(0.3 * f.expected_orders
            * f.expected_spend_minor - f.expected_orders * c.cost_per_occasion_minor)
            THEN 1 END), COUNT(CASE WHEN c.cost_per_occasion_minor > 0 THEN 1 END)
        FROM forecasts f JOIN cost_rates c USING (customer_id) WHERE f.basis = 'model'
        """)
    assert (wrong, costly) == (0, SMALL - 100)
    p, q, v = outlook.fitted.forecaster.spend.values
    worth = outlook.calibration.worth
    ((spend, ltv, occasions),) = engine.rows(
        "SELECT expected_spend_minor, ltv_minor, occasions FROM forecasts "
        "JOIN order_history USING (customer_id) WHERE customer_id = 'c777'"
    )
    assert spend == pytest.approx(worth * p * (v + ltv) / (p * occasions + q - 1), rel=1e-12)


def test_bounds_are_margin_less_cost_as_well() -> None:
    """Costs go off both ends, so who buys nothing costs what was expected."""
    full, third = forecasts(mixed(FULL)[0]), forecasts(mixed(THIRD)[0])
    own = np.arange(SMALL) >= 100
    serving = full["expected_orders"] * full["expected_spend_minor"] - full["predicted_minor"]
    for end in ("low_80", "high_80", "low_95", "high_95"):
        name = f"predicted_{end}_minor"
        revenue = full[name] + serving
        assert third[name][own] == pytest.approx(0.3 * revenue[own] - serving[own], abs=1.5)
        assert (third[name][own] >= -serving[own] - 1).all()


def test_later_money_counts_less() -> None:
    """Orders come early in a year or late: between what is paid at once and at its end."""
    full, later = forecasts(mixed(FULL)[0]), forecasts(mixed(DISCOUNTED)[0])
    assert later["expected_orders"] == pytest.approx(full["expected_orders"])
    own = np.arange(SMALL) >= 100
    ratio = later["predicted_minor"][own].sum() / full["predicted_minor"][own].sum()
    assert 0.95382 <= ratio < 0.965
    bounds = [told["predicted_high_95_minor"][own].sum() for told in (later, full)]
    assert bounds[0] / bounds[1] == pytest.approx(ratio, abs=0.005)


def steady(rate: float = 0.02) -> Forecaster:
    """Everybody orders at one rate, for ever."""
    orders = given_fit("NBD", {"r": 1e3, "alpha": 1e3 / rate})
    spend = given_fit("Gamma-Gamma", {"p": 4.0, "q": 4.0, "v": 9_000.0})
    return Forecaster(Rung.MODEL, "", (Cohort(0.0, orders),), spend, Rung.MODEL, "", ())


STATES = group([0, 3, 9], [0, 90, 200], [100, 100, 300], [5, 2, 1]).history


def test_a_steady_rate_is_discounted_as_the_formula_says() -> None:
    """An even stream of 1 in a year is worth (1 - 1 / 1.1) / ln 1.1 of it at 10 %."""
    scores = score(steady(), STATES, Terms(discount=0.10), NO_CHANGE)
    expected = (1 - 1 / 1.1) / np.log(1.1)
    assert scores.discounted_orders / scores.expected_orders == pytest.approx(expected, rel=1e-4)
    two_years = score(steady(), STATES, Terms(730, discount=0.10), NO_CHANGE)
    expected = (1 - 1 / 1.21) / np.log(1.1) / 2
    found = two_years.discounted_orders / two_years.expected_orders
    assert found == pytest.approx(expected, rel=5e-4)


def test_without_a_discount_orders_are_orders() -> None:
    scores = score(steady(), STATES, Terms(), NO_CHANGE)
    assert scores.discounted_orders is scores.expected_orders
    assert scores.horizon == 365
    assert list(scores.p_alive) == [1, 1, 1]


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.3, 2.0])
def test_calibration_makes_the_totals_right(factor: float) -> None:
    fitted = truth().outlook.fitted.forecaster
    columns = truth().engine.query("SELECT x, t_x, age, customers FROM purchase_states").columns
    history = History(*(np.asarray(c.to_numpy(), dtype=np.float64) for c in columns))
    plain = score(fitted, history, Terms(), NO_CHANGE)
    told = score(fitted, history, Terms(), Calibration(orders=factor))
    orders = (history.weight @ told.expected_orders) / (history.weight @ plain.expected_orders)
    assert orders == pytest.approx(factor, rel=1e-3)
    assert np.array_equal(told.p_alive, plain.p_alive)
    assert ((told.p_buy > plain.p_buy) == (factor > 1)).all()
    assert (told.horizon > 365) == (factor > 1)


def test_a_steady_shop_is_stretched_by_the_factor() -> None:
    horizon = score(steady(), STATES, Terms(), Calibration(1.3)).horizon
    assert horizon == pytest.approx(365 * 1.3, rel=1e-4)


def test_who_has_all_left_cannot_be_stretched_for_ever() -> None:
    """Nearly everybody leaves with an order: 4 times the orders are in no future."""
    leaving = given_fit("MBG/NBD", {"r": 5.0, "alpha": 5.0, "a": 50.0, "b": 1.0})
    forecaster = replace(steady(), cohorts=(Cohort(0.0, leaving),))
    scores = score(forecaster, STATES, Terms(), Calibration(orders=4.0))
    assert scores.horizon == 365 * 16


def test_nobody_is_forecast_as_nobody() -> None:
    empty = np.zeros(0)
    nobody = History(empty, empty, empty, empty)
    scores = score(steady(), nobody, Terms(discount=0.1), Calibration(orders=1.5))
    assert len(scores.p_buy) == 0
    multiples = quantiles(steady(), empty, empty, 365)
    columns = score_columns(scores, multiples, np.zeros(0, dtype=np.int64))
    given = {"x", "t_x", "age"}
    assert set(columns) == set(PURCHASE_SCORES.names) - given
    assert border_of_the_top(empty, empty, multiples, 10) == 0


def test_each_cohort_is_scored_by_its_own_rate() -> None:
    young, old = (given_fit("NBD", {"r": 1e3, "alpha": 1e3 / rate}) for rate in (0.01, 0.03))
    cohorts = (Cohort(0.0, young), Cohort(200.0, old))
    forecaster = replace(steady(), rung=Rung.COHORT, cohorts=cohorts)
    scores = score(forecaster, STATES, Terms(100), NO_CHANGE)
    assert scores.expected_orders == pytest.approx([1, 1, 3], rel=0.02)
    assert np.isnan(scores.p_alive).all()
    multiples = quantiles(forecaster, STATES.x, STATES.age, 100)
    alone = quantiles(replace(forecaster, cohorts=(Cohort(0.0, old),)), STATES.x, STATES.age, 100)
    assert multiples[2] == pytest.approx(alone[2], rel=1e-2)
    assert (multiples[:2] < alone[:2]).any()


def test_where_few_buy_whoever_buys_is_among_the_top() -> None:
    multiples = quantiles(steady(), np.zeros(50), np.full(50, 100.0), 365)
    rarely = np.full(50, 0.05)
    assert border_of_the_top(np.ones(50), rarely, multiples, 10) == 0
    assert border_of_the_top(np.ones(50), rarely, multiples, 4) > 0
    assert border_of_the_top(np.zeros(50), np.ones(50), multiples, 10) == 0


def test_the_terms_are_a_row_of_their_table() -> None:
    row = terms_row(steady(), Terms(margin=0.4), 1.1, 5.0)
    assert set(row) == set(FORECAST_TERMS.names)
    assert (row["margin"], row["worth"], row["basis"]) == (0.4, 1.1, "model")
    numbers = [value for name, value in row.items() if name != "basis"]
    assert np.isfinite(np.array(numbers, dtype=np.float64)).all()
