"""What a customer is worth, three ways, and where each stands; and the recent pace beneath it."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shop_days import engine_holding, engine_with, order, refund, standings
from tierwise.app.pipeline import HISTORY
from tierwise.connectors.arrow_tables import schema_of
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.columns import Kind, Table
from tierwise.facts.identities import IDENTITY_MODELS
from tierwise.value.customer_value import COLUMN, CUSTOMER_VALUES, SAYS, Use
from tierwise.value.forecast_tables import FORECAST_TERMS, FORECASTS
from tierwise.value.history import HALF_LIFE_DAYS, ORDER_HISTORY
from tierwise.value.serving_costs import SERVING_COSTS
from tierwise.value.standing import STANDING, VALUED, standings_model

Row = dict[str, Any]
NOTHING = {Kind.TEXT: "x", Kind.COUNT: 0, Kind.NUMBER: 0.0, Kind.MONEY: 0, Kind.DAY: 0}


def row_of(table: Table, **given: Any) -> Row:
    """A row of which only this is told."""
    return {column.name: NOTHING[column.kind] for column in table.columns} | given


def worth(
    bought: dict[str, tuple[int, int]],
    forecast: dict[str, tuple[str, int]],
    *,
    costs: dict[str, int] | None = None,
    margin: float = 1.0,
    pace: float = 1.0,
) -> dict[str, Row]:
    """Values of who has (money so far, recent money), forecast as (basis, predicted money)."""
    engine = DuckDBEngine(threads=1)
    history, told = ORDER_HISTORY.output, FORECASTS.output
    tables: dict[Table, list[Row]] = {
        history: [
            row_of(history, customer_id=name, ltv_minor=money, recent_minor=recent)
            for name, (money, recent) in bought.items()
        ],
        told: [
            row_of(told, customer_id=name, basis=basis, predicted_minor=money)
            for name, (basis, money) in forecast.items()
        ],
        FORECAST_TERMS: [row_of(FORECAST_TERMS, margin=margin, pace=pace)],
        SERVING_COSTS.output: [
            row_of(SERVING_COSTS.output, customer_id=name, cost_minor=cost)
            for name, cost in (costs or {}).items()
        ],
    }
    for table, rows in tables.items():
        engine.upload(table.name, pa.Table.from_pylist(rows, schema=schema_of(table)))
    engine.materialise(CUSTOMER_VALUES, {})
    found = engine.query("FROM customer_values")
    assert set(found.column_names) == set(CUSTOMER_VALUES.output.names)
    return {row["customer_id"]: row for row in found.to_pylist()}


FOUR = {"a": (900, 100), "b": (900, 400), "c": (100, 900), "d": (-50, 0)}
TOLD = {"a": ("model", 100), "b": ("model", 400), "c": ("model", 100), "d": ("model", 0)}


def test_each_value_has_its_own_places() -> None:
    found = worth(FOUR, TOLD)
    places = {
        name: tuple(round(row[f"{column}_percentile"], 1) for column in COLUMN.values())
        for name, row in found.items()
    }
    # Equal values share the better place: a and b have brought the same.
    assert places == {
        "a": (100.0, 50.0, 75.0),
        "b": (100.0, 100.0, 100.0),
        "c": (50.0, 75.0, 50.0),
        "d": (25.0, 25.0, 25.0),
    }


def test_predicted_ranks_by_the_mean_of_forecast_and_recent_pace() -> None:
    found = worth(FOUR, TOLD, pace=4.0)
    assert {name: row["standing_minor"] for name, row in found.items()} == {
        "a": 200,
        "b": 800,
        "c": 600,
        "d": 0,
    }
    assert found["c"]["predicted_minor"] == 100


def test_margin_and_cost_to_serve_are_in_what_was_brought_and_will_be() -> None:
    found = worth({"a": (1_000, 160)}, {"a": ("model", 250)}, costs={"a": 130}, margin=0.4)
    assert found["a"]["historic_minor"] == 400 - 130
    assert found["a"]["total_minor"] == 400 - 130 + 250
    assert found["a"]["standing_minor"] == round((250 * 0.4 * 160) ** 0.5)


def test_who_costs_more_than_they_bring_stands_at_the_bottom() -> None:
    found = worth(
        {"a": (-500, -500), "b": (100, 100), "c": (0, 0)},
        {"a": ("model", 10), "b": ("model", -20), "c": ("model", 0)},
        costs={"b": 600},
    )
    assert {name: row["historic_minor"] for name, row in found.items()} == {
        "a": -500,
        "b": -500,
        "c": 0,
    }
    assert {row["standing_minor"] for row in found.values()} == {0}
    assert len({row["predicted_percentile"] for row in found.values()}) == 1
    assert found["a"]["historic_percentile"] == found["b"]["historic_percentile"]
    assert found["b"]["total_percentile"] < found["a"]["total_percentile"]


def test_a_contract_without_orders_is_worth_what_it_will_pay() -> None:
    found = worth({"a": (900, 900)}, {"a": ("model", 400), "k": ("contract", 5_000)})
    assert found["k"]["historic_minor"] == 0
    assert found["k"]["standing_minor"] == found["k"]["predicted_minor"] == 5_000
    assert found["k"]["predicted_percentile"] > found["a"]["predicted_percentile"]
    assert found["k"]["historic_percentile"] < found["a"]["historic_percentile"]


def test_a_buyer_without_a_forecast_has_a_past_only() -> None:
    found = worth({"a": (900, 900)}, {})
    assert (found["a"]["predicted_minor"], found["a"]["total_minor"]) == (0, 900)


@settings(max_examples=20, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from("abcdefgh"),
        st.tuples(st.integers(-5, 9), st.integers(0, 9), st.integers(-9, 9)),
        min_size=1,
    )
)
def test_more_is_never_a_worse_place(base: dict[str, tuple[int, int, int]]) -> None:
    bought = {name: (money, recent) for name, (money, recent, _) in base.items()}
    found = worth(bought, {name: ("model", told) for name, (_, _, told) in base.items()})
    by = {"historic": "historic_minor", "predicted": "standing_minor", "total": "total_minor"}
    for way, amount in by.items():
        for row in found.values():
            above = sum(other[amount] > row[amount] for other in found.values())
            place = 100 * (1 - (above + 0.001) / len(found))
            assert row[f"{way}_percentile"] == pytest.approx(place)


@pytest.mark.parametrize("use", Use)
def test_levels_follow_the_value_the_policy_names(use: Use) -> None:
    rows = [order(f"c{n}", 10 + n, 100 * (1 + n * 7 % 5)) for n in range(20)]
    engine = engine_with([*rows, order("c3", 90, 40)])
    engine.materialise(standings_model(use, name="followed"), {})
    named = COLUMN[use]
    ((rows_differ, rows_found),) = engine.rows(f"""
        SELECT COUNT(CASE WHEN s.clv_minor <> v.{named}_minor
            OR s.clv_percentile <> v.{named}_percentile THEN 1 END), COUNT(*)
        FROM followed s JOIN valued_customers v USING (customer_id)
        """)
    assert (rows_differ, rows_found) == (0, 20)
    columns = [name for name, *_ in engine.rows("DESCRIBE followed")]
    assert columns == list(STANDING.names)
    assert SAYS[use]


def test_the_standing_keeps_what_the_policy_does_not_choose() -> None:
    assert set(VALUED.output.names) >= set(STANDING.names) - {"clv_minor", "clv_percentile"}


def recent_money(rows: list[Row], *, as_of_day: int = 1_000) -> dict[str, int]:
    engine = engine_holding(rows, as_of_day=as_of_day)
    known = {"as_of_day": as_of_day, "half_life": HALF_LIFE_DAYS}
    for model in (*IDENTITY_MODELS, *HISTORY):
        engine.materialise(model, {name: known[name] for name in model.parameters})
    return dict(engine.rows("SELECT customer_id, recent_minor FROM order_history"))


def ago(customer: str, days: int, money: int) -> Row:
    return order(customer, 1_000 - days, money)


RECENT = {
    "today counts whole": ([ago("ada", 0, 1_024)], 1_024),
    "half after 180 days": ([ago("ada", 180, 1_024)], 512),
    "a quarter after 360": ([ago("ada", 360, 1_024)], 256),
    "in between along a straight line": ([ago("ada", 90, 1_024)], 768),
    "and again in the next stretch": ([ago("ada", 270, 1_024)], 384),
    "in whole 1024ths, rounded down": ([ago("ada", 179, 360)], 360 * (1_024 * 181 // 360) // 1_024),
    "sums are rounded once": ([ago("ada", 1, 1)] * 3, 2),
    "older than ten halves is nothing": ([ago("ada", 1_800, 10**6), ago("ada", 0, 10**6)], 10**6),
    "a refund goes off on its own day": (
        [ago("ada", 360, 1_024), refund("ada", 1_000 - 180, 512)],
        0,
    ),
    "a refund on the order goes off with it": (
        [ago("ada", 180, 1_024) | {"refunded_minor": 512}],
        256,
    ),
    "more may have come back than was paid": (
        [ago("ada", 360, 1_024), refund("ada", 1_000, 1_024)],
        256 - 1_024,
    ),
}


@pytest.mark.parametrize(("rows", "expected"), RECENT.values(), ids=RECENT)
def test_recent_money_counts_half_for_every_180_days(rows: list[Row], expected: int) -> None:
    assert recent_money(rows, as_of_day=1_000)["ada"] == expected


def test_one_large_order_counts_as_the_largest_of_the_usual() -> None:
    """Of 40 orders two lie above the 95th percentile; 380 is what 38 of them are worth at most."""
    rows = [ago(f"c{n}", 0, 10 * n) for n in range(1, 40)]
    found = recent_money([*rows, ago("ada", 0, 10**12), refund("bob", 1_000, 10**12)])
    assert found["ada"] == found["c39"] == found["c38"] == 380
    assert found["c37"] == 370
    assert found["bob"] == -380


def test_refunds_and_free_orders_make_no_cap() -> None:
    found = recent_money([ago("ada", 0, 0), refund("bob", 1_000, 500), ago("cy", 0, -70)])
    assert found == {"ada": 0, "bob": 0, "cy": 0}


def test_the_pace_is_even_when_money_is() -> None:
    """Money at an even pace, for ever: the horizon at the recent pace brings what a year did."""
    daily = [ago("ada", days, 10_000) for days in range(1_800)]
    recent = recent_money(daily)["ada"]
    # Straight lines between the halves lie above the curve: 4 % more than the curve holds.
    assert recent * 0.6931 / HALF_LIFE_DAYS == pytest.approx(10_000, rel=0.05)


def test_standings_have_the_total_until_a_policy_says_otherwise() -> None:
    found = standings(engine_with([order("ada", 10, 500), order("bob", 20, 300)]))
    assert found["ada"]["clv_minor"] == 500 + found["ada"]["predicted_minor"]
