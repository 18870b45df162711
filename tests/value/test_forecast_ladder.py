"""What a forecast goes by when data are thin or strange; always a number, always said why."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.shop_days import engine_holding, order, refund
from tierwise.app.pipeline import Outlook, value_customers
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.money import Rate
from tierwise.value.fitting import Fit
from tierwise.value.forecast_ladder import (
    LEAST_IN_COHORT,
    Forecaster,
    fit_forecaster,
    given_fit,
    members,
    why_no_model,
)
from tierwise.value.purchase_history import History, group
from tierwise.value.rungs import Rung
from tierwise.value.spend_model import expected_spend, spending

Row = dict[str, Any]
AS_OF_DAY = 400
RATES = [Rate("JPY", 0, 6_250)]


def buyers(
    customers: int, *, days: int = 300, repeaters: int = 0, money: int = 1_000, **more: Any
) -> list[Row]:
    """Customers who first bought one after the other within `days` before the day of the run.

    Each spends a little more than the one before; the first `repeaters` buy again half-way.
    """
    first = [AS_OF_DAY - days + (number * days) // (customers + 1) for number in range(customers)]
    rows = [order(f"c{n}", day, money + n % 97, **more) for n, day in enumerate(first)]
    again = [
        order(f"c{n}", (first[n] + AS_OF_DAY) // 2, money + n % 89, **more)
        for n in range(repeaters)
    ]
    return rows + again


def valued(rows: list[Row], **facts: Any) -> tuple[DuckDBEngine, Outlook]:
    engine = engine_holding(rows, as_of_day=AS_OF_DAY, rates=RATES, **facts)
    return engine, value_customers(engine, as_of_day=AS_OF_DAY)


def only_numbers(engine: DuckDBEngine) -> None:
    """No column of a table holds what is not a number, or is beyond all numbers."""
    for table in ("standings", "valued_customers", "forecasts", "customer_values"):
        found = engine.query(f"FROM {table}")
        numeric = [field.name for field in found.schema if not pa.types.is_string(field.type)]
        for name in numeric:
            column = found[name].drop_null().to_numpy().astype(np.float64)
            assert np.isfinite(column).all(), (table, name)


def bases(engine: DuckDBEngine) -> set[str]:
    return {basis for (basis,) in engine.rows("SELECT DISTINCT forecast_basis FROM standings")}


RUNGS: dict[str, tuple[list[Row], Rung, str]] = {
    "499 buyers": (buyers(499, repeaters=200), Rung.COHORT, "499 of the 500 buyers a model needs"),
    "500 buyers": (buyers(500, repeaters=200), Rung.MODEL, ""),
    "179 days": (
        buyers(600, days=179, repeaters=200),
        Rung.COHORT,
        "179 of the 180 days of history a model needs",
    ),
    "180 days": (buyers(600, days=180, repeaters=200), Rung.MODEL, ""),
    "49 repeaters": (
        buyers(600, repeaters=49),
        Rung.COHORT,
        "49 of the 50 customers with two orders a model needs",
    ),
    "nobody ordered twice": (
        buyers(600),
        Rung.COHORT,
        "0 of the 50 customers with two orders a model needs",
    ),
    "one customer": ([order("ada", 100, 500)], Rung.SHOP, "1 of the 500 buyers a model needs"),
    "nobody": ([], Rung.SHOP, "no customer has bought yet"),
    "only refunds": ([refund("ada", 100, 500)], Rung.SHOP, "no customer has bought yet"),
    "all on the day of the run": (
        [order(f"c{n}", AS_OF_DAY, 100 + n) for n in range(600)],
        Rung.SHOP,
        "0 of the 180 days of history a model needs",
    ),
    "everybody alike": (
        [order(f"c{n}", day, 500) for n in range(600) for day in (100, 200, 300)],
        Rung.SHOP,
        "no model converged",
    ),
    "only orders of later days": (
        [order("ada", AS_OF_DAY + 1, 500)],
        Rung.SHOP,
        "no customer has bought yet",
    ),
}


@pytest.mark.parametrize(("rows", "rung", "why"), RUNGS.values(), ids=RUNGS)
def test_what_the_forecast_goes_by(rows: list[Row], rung: Rung, why: str) -> None:
    engine, outlook = valued(rows)
    forecaster = outlook.fitted.forecaster
    assert (forecaster.rung, forecaster.why) == (rung, why)
    assert bases(engine) <= {str(rung), "none"}
    only_numbers(engine)


STRANGE: dict[str, list[Row]] = {
    "nothing was ever paid": buyers(600, repeaters=200, money=-97),
    "free orders only": [order(f"c{n}", day, 0) for n in range(600) for day in (50 + n % 300, 380)],
    "everybody got more back than they paid": [
        *buyers(600, repeaters=200),
        *(refund(f"c{n}", 390, 9_000) for n in range(600)),
    ],
    "one giant order": [*buyers(3_000, repeaters=1_000), order("c7", 350, 10**12)],
    "one giant order of a single customer": [order("ada", 350, 10**12)],
    "giant orders everywhere": buyers(600, repeaters=200, money=10**12),
    "ties everywhere": [order(f"c{n}", day, 500) for n in range(600) for day in (100, 200, 300)],
    "refunds of who never bought": [
        *buyers(600, repeaters=200),
        *(refund(f"r{n}", 200, 10**9) for n in range(50)),
    ],
    "orders of later days": [
        *buyers(600, repeaters=200),
        *(order(f"c{n}", AS_OF_DAY + 1 + n, 10**9) for n in range(600)),
    ],
    "every currency, one of them without rates": [
        *buyers(300, repeaters=100),
        *buyers(300, repeaters=100, currency="JPY"),
        *(order(f"u{n}", 300, 999, currency="USD") for n in range(300)),
    ],
    "a single unit of money": buyers(600, repeaters=300, money=1),
    "one who buys every day": [
        *buyers(600, repeaters=200),
        *(order("ada", day, 7) for day in range(AS_OF_DAY)),
    ],
}


@pytest.mark.parametrize("rows", STRANGE.values(), ids=STRANGE)
def test_strange_shops_give_numbers(rows: list[Row]) -> None:
    engine, outlook = valued(rows)
    only_numbers(engine)
    forecaster = outlook.fitted.forecaster
    assert bases(engine) <= {str(forecaster.rung), "none"}
    assert (forecaster.why == "") == (forecaster.rung is Rung.MODEL)
    assert (forecaster.spend_why == "") == (forecaster.spend_rung is Rung.MODEL)
    ((low, high, least, most),) = engine.rows(
        "SELECT MIN(p_buy), MAX(p_buy), MIN(p_top), MAX(p_top) FROM forecasts"
    )
    assert 0 <= low <= high <= 1
    assert 0 <= least <= most <= 1


def test_an_order_beyond_all_others_does_not_carry_the_shop() -> None:
    """What the other customers will bring stays what it was, about."""
    rows = buyers(3_000, repeaters=1_000)
    ((usual,),) = valued(rows)[0].rows("SELECT SUM(predicted_minor) FROM forecasts")
    engine, _ = valued([*rows, order("c7", 350, 10**12)])
    others = "SELECT SUM(predicted_minor) FROM forecasts WHERE customer_id <> 'c7'"
    ((found,),) = engine.rows(others)
    assert 0.5 * usual < found < 2 * usual


def test_foreign_orders_without_rates_make_no_buyers() -> None:
    rows = [order(f"u{n}", 300, 999, currency="USD") for n in range(600)]
    engine, outlook = valued(rows, customers=[{"customer_id": "u1"}])
    assert outlook.fitted.forecaster.why == "no customer has bought yet"
    assert bases(engine) == {"none"}
    ((predicted,),) = engine.rows("SELECT predicted_minor FROM standings")
    assert predicted is None


def test_an_empty_shop_says_so_everywhere() -> None:
    engine, outlook = valued([])
    assert engine.rows("SELECT COUNT(*) FROM standings") == [(0,)]
    assert outlook.backtest is None
    assert outlook.why_no_backtest == "0 days of history are too few to hold some out"
    assert outlook.why_not_calibrated == "no hold-out to calibrate with"
    assert outlook.fitted.forecaster.spend_why.startswith("too few customers with known spend")


def test_below_a_model_nobody_can_tell_who_still_buys() -> None:
    engine, _ = valued(buyers(30, repeaters=5))
    assert engine.rows("SELECT DISTINCT p_alive FROM standings") == [(None,)]
    ((least,),) = engine.rows("SELECT MIN(expected_orders) FROM forecasts")
    assert least > 0


def test_a_cohort_orders_as_its_own_customers_did() -> None:
    """40 who came 300 days ago ordered twice more each; 40 new ones did not yet."""
    history = group(
        [2] * 40 + [0] * 40, [200] * 40 + [0] * 40, np.array([300] * 40 + [50] * 40)
    ).history
    forecaster = fit_forecaster(history, spending([1], [10.0]))
    assert forecaster.rung is Rung.COHORT
    young, old = (1 / rate_gap(cohort.orders) for cohort in forecaster.cohorts)
    assert old == pytest.approx((80 + 0.5) / (40 * 300 + 365))
    assert young == pytest.approx(0.5 / (40 * 50 + 365))


def test_a_small_cohort_orders_as_the_shop_does() -> None:
    few = LEAST_IN_COHORT - 1
    history = group([5] * few + [1] * 40, [90] * few + [30] * 40, [300] * few + [50] * 40).history
    forecaster = fit_forecaster(history, spending([1], [10.0]))
    shop = (5 * few + 40 + 0.5) / (300 * few + 50 * 40 + 365)
    young, old = forecaster.cohorts
    assert rate_gap(old.orders) == pytest.approx(1 / shop)
    assert rate_gap(young.orders) == pytest.approx((50 * 40 + 365) / 40.5)


def test_cohorts_that_are_all_small_are_the_shop() -> None:
    few = LEAST_IN_COHORT - 1
    history = group([1] * 2 * few, [9] * 2 * few, [50] * few + [300] * few).history
    forecaster = fit_forecaster(history, spending([1], [10.0]))
    assert (forecaster.rung, len(forecaster.cohorts)) == (Rung.SHOP, 1)


def test_a_climb_that_does_not_end_is_told_and_not_used() -> None:
    """One customer has a thousand million million orders, the others one or a few."""
    known = spending([1e15, 1, 1, 1, 5], [1.0, 1.1, 1.2, 1.3, 9.0])
    forecaster = fit_forecaster(group([0, 1], [0, 5], [9, 9]).history, known)
    assert forecaster.spend_rung is Rung.SHOP
    assert forecaster.spend_why.startswith("Gamma-Gamma did not converge: L-BFGS-B")
    assert forecaster.tried[-1] in forecaster.spend_why
    assert expected_spend(forecaster.spend, known) == pytest.approx([1.0] * 5, rel=0.05)


def rate_gap(fit: Fit) -> float:
    return fit.parameters["alpha"] / fit.parameters["r"]


def test_the_mean_of_the_shop_is_that_of_its_orders() -> None:
    forecaster = fit_forecaster(group([0, 0], [0, 0], [9, 9]).history, spending([1, 3], [10, 30]))
    assert forecaster.spend_rung is Rung.SHOP
    nobody = spending([0], [np.nan])
    assert expected_spend(forecaster.spend, nobody) == pytest.approx([100 / 4], rel=1e-2)
    assert forecaster.model == "shop mean"


def test_every_customer_has_a_cohort() -> None:
    history = group([0] * 80, [0] * 80, [100] * 40 + [300] * 40).history
    forecaster = fit_forecaster(history, spending([], []))
    ages = np.array([0.0, 99, 100, 272, 273, 300, 5_000])
    found = {tuple(rows): fit for fit, rows in members(forecaster, ages)}
    assert sorted(found) == [(0, 1, 2, 3), (4, 5, 6)]


def test_a_thin_base_is_named_before_anything_is_fitted() -> None:
    empty = np.zeros(0)
    assert why_no_model(History(empty, empty, empty, empty)) == "no customer has bought yet"


def test_what_was_tried_is_told() -> None:
    _, outlook = valued(STRANGE["ties everywhere"])
    tried = outlook.fitted.forecaster.tried
    assert "MBG/NBD: only 1 different histories for 4 parameters" in tried
    assert "NBD: only 1 different histories for 2 parameters" in tried


def test_an_earlier_mean_starts_no_model() -> None:
    """Whoever grew out of a mean begins anew; a model begins where it ended."""
    engine, _ = valued(buyers(600, repeaters=200))
    columns = engine.query("SELECT x, t_x, age, customers FROM purchase_states")
    history = History(*(np.asarray(c.to_numpy(), dtype=np.float64) for c in columns.columns))
    mean = Forecaster(Rung.SHOP, "thin", (), given_fit("x", {}), Rung.SHOP, "thin", ())
    known = spending([1, 2], [10, 20])
    cold = fit_forecaster(history, known)
    assert fit_forecaster(history, known, mean).tried == cold.tried
    warm = fit_forecaster(history, known, cold)
    assert warm.cohorts[0].orders.iterations < cold.cohorts[0].orders.iterations
    assert warm.cohorts[0].orders.values == pytest.approx(cold.cohorts[0].orders.values, rel=1e-6)
