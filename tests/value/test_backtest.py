"""A forecast held against what came: counted by hand on ten customers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from tests.shop_days import engine_holding, order, refund
from tierwise.app.pipeline import value_customers
from tierwise.connectors.arrow_tables import schema_of
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.value.backtest import (
    BACKTEST,
    BACKTEST_THEN,
    METHODS,
    Backtest,
    backtest_of,
    calibration_of,
    holdout_days,
)
from tierwise.value.forecast import Calibration, Terms
from tierwise.value.history import ORDER_HISTORY

Row = dict[str, Any]

# Ten customers, a to j: historic money, predicted money, then what they really brought later and
# on how many days. The true top three are c (900), a (500) and e (400).
TEN = {
    "a": (1_000, 300, 500, 2),
    "b": (900, 100, 0, 0),
    "c": (800, 700, 900, 3),
    "d": (700, 200, -50, 0),
    "e": (600, 400, 400, 1),
    "f": (500, 50, 20, 1),
    "g": (400, 0, 0, 0),
    "h": (300, 60, 0, 0),
    "i": (200, 10, 10, 1),
    "j": (100, 80, 0, 0),
}
# Everybody's intervals: 80 % holds 0 to 450, 95 % holds -100 to 899.
KNOWN = {
    "rfm_sum": 3.0,
    "frequency": 1.0,
    "recency": 5.0,
    "occasions_then": 4,
    "expected_orders": 0.75,
    "low_80": 0,
    "high_80": 450,
    "low_95": -100,
    "high_95": 899,
    "p_buy": 0.5,
}
HISTORY = dict.fromkeys(ORDER_HISTORY.output.names, 0)


def counted(ten: Mapping[str, tuple[int, ...]], *, top_permille: int = 300, **known: Any) -> Row:
    """The row of the backtest of customers like TEN."""
    then = [
        KNOWN
        | {"customer_id": name, "historic": historic, "predicted": predicted}
        | {"forecast": predicted, "total": historic + predicted}
        | known
        for name, (historic, predicted, _, _) in ten.items()
    ]
    now = [
        HISTORY | {"customer_id": name, "ltv_minor": historic + money, "occasions": 4 + days}
        for name, (historic, _, money, days) in ten.items()
    ]
    engine = DuckDBEngine(threads=1)
    for model, rows in ((BACKTEST_THEN, then), (ORDER_HISTORY, now)):
        upload(engine, model.output.name, rows, schema_of(model.output))
    given: dict[str, int | str] = {"methods": " ".join(METHODS), "top_permille": top_permille}
    engine.materialise(BACKTEST, given)
    ((row),) = engine.query("FROM backtest").to_pylist()
    assert tuple(row) == BACKTEST.output.names
    return dict(row)


def upload(engine: DuckDBEngine, name: str, rows: list[Row], schema: pa.Schema) -> None:
    engine.upload(name, pa.Table.from_pylist(rows, schema=schema))


def test_ten_customers_counted_by_hand() -> None:
    row = counted(TEN)
    assert (row["customers"], row["bought"], row["top_customers"]) == (10, 5, 3)
    assert (row["actual_minor"], row["actual_orders"]) == (1_780, 8)
    assert (row["predicted_minor"], row["predicted_orders"]) == (1_900, 7.5)
    # Historic takes a, b and c; predicted takes c, e and a.
    assert (row["hits_historic"], row["captured_historic"]) == (2, 1_400)
    assert (row["hits_predicted"], row["captured_predicted"]) == (3, 1_800)
    # Both together take c (1500), a (1300), and e and b at 1000: ties go by name.
    assert (row["hits_total"], row["captured_total"]) == (2, 1_400)
    # All alike: a, b and c by name.
    assert row["hits_rfm_sum"] == row["hits_frequency"] == row["hits_recency"] == 2


def test_coverage_counted_by_hand() -> None:
    """80 %: all but a (500), c (900) and d (-50) lie in 0 to 450; 95 %: all but c."""
    row = counted(TEN)
    assert row["covered_80"] == pytest.approx(0.7)
    assert row["covered_95"] == pytest.approx(0.9)
    assert (row["held_80"], row["held_95"]) == (pytest.approx(0.8), pytest.approx(0.95))
    assert counted(TEN, p_buy=0.1)["held_80"] == pytest.approx(0.9)
    assert counted(TEN, p_buy=0.1)["held_95"] == pytest.approx(0.95)


def test_the_record_says_shares_and_biases() -> None:
    test = backtest_of(counted(TEN), cut_day=10, until_day=70, rung="model", model="MBG/NBD")
    assert (test.cut_day, test.until_day, test.rung, test.model) == (10, 70, "model", "MBG/NBD")
    assert test.orders_bias == pytest.approx(7.5 / 8 - 1)
    assert test.money_bias == pytest.approx(1_900 / 1_780 - 1)
    picked = {row.method: (row.hit_rate, row.captured) for row in test.picked}
    assert picked["historic"] == (2 / 3, 1_400 / 1_780)
    assert picked["predicted"] == (1.0, 1_800 / 1_780)
    assert [row.says for row in test.picked] == list(METHODS.values())
    assert [row.percent for row in test.covered] == ["80", "95"]
    assert [row.held for row in test.covered] == pytest.approx([0.8, 0.95])


@pytest.mark.parametrize(
    ("top_permille", "top"),
    [(1, 1), (100, 1), (101, 2), (200, 2), (499, 5), (1_000, 5)],
)
def test_the_top_is_rounded_up_and_must_have_brought_something(top_permille: int, top: int) -> None:
    assert counted(TEN, top_permille=top_permille)["top_customers"] == top


def test_a_hold_out_in_which_nobody_came_has_no_shares() -> None:
    row = counted({name: (money, 5, 0, 0) for name, (money, *_) in TEN.items()})
    test = backtest_of(row, cut_day=0, until_day=60, rung="model", model="NBD")
    assert (test.orders_bias, test.money_bias) == (None, None)
    assert {(row.hit_rate, row.captured) for row in test.picked} == {(None, None)}


def test_a_hold_out_of_nobody_counts_nobody() -> None:
    row = counted({})
    assert set(row.values()) == {0}


def some_test(**changes: Any) -> Backtest:
    row = counted(TEN)
    test = backtest_of(row, cut_day=0, until_day=60, rung="model", model="MBG/NBD")
    return replace(test, **changes)


def calibrated(**changes: Any) -> tuple[Calibration, str]:
    changes = {"actual_orders": 640, "predicted_orders": 1_000.0} | changes
    changes = {"actual_minor": 6_400, "predicted_minor": 10_000} | changes
    return calibration_of(some_test(**changes), rung="model", model="MBG/NBD")


def near(found: Calibration, orders: float, worth: float) -> bool:
    return [found.orders, found.worth] == pytest.approx([orders, worth])


def test_calibration_goes_half_of_the_way() -> None:
    """0.64 times the orders came: 0.8; money came in step with them."""
    found, why_not = calibrated()
    assert near(found, 0.8, 1.0)
    assert why_not == ""


def test_the_worth_of_an_order_is_what_orders_do_not_explain() -> None:
    found, _ = calibrated(actual_minor=10_000)
    assert near(found, 0.8, 1.25)


def test_no_calibration_goes_farther_than_twice() -> None:
    found, _ = calibrated(actual_orders=10**6, actual_minor=1)
    assert near(found, 2.0, 0.5)


NOT_CALIBRATED = {
    "too few orders": ({"actual_orders": 49}, "49 orders in the hold-out are too few"),
    "none expected": ({"predicted_orders": 0.0}, "640 orders in the hold-out are too few"),
    "another model": (
        {"model": "BG/NBD"},
        "the hold-out was forecast by BG/NBD, today is by MBG/NBD",
    ),
    "a mean": (
        {"rung": "cohort mean", "model": "cohort mean"},
        "the hold-out was forecast by cohort mean, today is by MBG/NBD",
    ),
}


@pytest.mark.parametrize(("changes", "why"), NOT_CALIBRATED.values(), ids=NOT_CALIBRATED)
def test_what_does_not_calibrate(changes: Row, why: str) -> None:
    assert calibrated(**changes) == (Calibration(), why)


def test_without_revenue_orders_are_calibrated_alone() -> None:
    for none in ({"actual_minor": 0}, {"predicted_minor": -5}):
        found, why_not = calibrated(**none)
        assert near(found, 0.8, 1.0)
        assert why_not == "no revenue in the hold-out"


def test_without_a_hold_out_nothing_is_calibrated() -> None:
    found = calibration_of(None, rung="model", model="MBG/NBD")
    assert found == (Calibration(), "no hold-out to calibrate with")


@pytest.mark.parametrize(
    ("history", "horizon", "days"),
    [
        (730, 365, 365),
        (731, 365, 365),
        (729, 365, 364),
        (2_000, 365, 365),
        (120, 365, 60),
        (119, 365, None),
        (0, 365, None),
        (500, 59, None),
        (500, 60, 60),
    ],
)
def test_how_long_the_hold_out_is(history: int, horizon: int, days: int | None) -> None:
    assert holdout_days(history, horizon) == days


def test_a_shop_is_tried_on_its_own_later_days() -> None:
    """Cut at day 100 of 200: who came before is known, what came after is counted, net."""
    rows = [
        order("ada", 0, 1_000),
        order("ada", 150, 700),
        order("bob", 50, 500),
        refund("bob", 190, 200),
        order("cy", 100, 300),
        order("cy", 101, 300),
        order("cy", 101, 50),
        order("dee", 120, 9_000),
    ]
    engine = engine_holding(rows, as_of_day=200)
    outlook = value_customers(engine, as_of_day=200, terms=Terms(top_percent=34, margin=0.2))
    test = outlook.backtest
    assert test is not None
    assert (test.cut_day, test.until_day, test.customers, test.bought) == (100, 200, 3, 2)
    assert (test.actual_minor, test.actual_orders) == (700 - 200 + 350, 2)
    assert (test.rung, test.model) == ("shop mean", "shop mean")
    picked = {row.method: row for row in test.picked}
    # Ada and bob have the most so far; ada and cy bring the most.
    assert (picked["historic"].hit_rate, picked["historic"].captured) == (0.5, 500 / 850)
    assert outlook.why_not_calibrated == "2 orders in the hold-out are too few"
    assert outlook.why_no_backtest == ""
