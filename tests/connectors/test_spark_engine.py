"""The same models on Spark and on DuckDB: every row, every column."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.connectors.spark_sessions import local_spark
from tests.shop_days import VALUE_MODELS
from tierwise.app.pipeline import value_customers
from tierwise.connectors.arrow_tables import schema_of
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.money import Rate
from tierwise.facts.tables import (
    AGENT_STATES,
    APP_EVENTS,
    COSTS,
    CUSTOMERS,
    ORDERS,
    SUBSCRIPTIONS,
    TICKETS,
)
from tierwise.value.backtest import BACKTEST, BACKTEST_THEN
from tierwise.value.forecast import Terms
from tierwise.value.history import RATES_BY_DAY, daily_rates
from tierwise.value.rfm_groups import group_of
from tierwise.value.rungs import Rung

pytestmark = [pytest.mark.spark, pytest.mark.slow]

ORDERS_MADE = 80_000
AS_OF_DAY = 1_000
TERMS = Terms(horizon_days=400, margin=0.4, discount=0.1)
MODELS = (*VALUE_MODELS, BACKTEST_THEN, BACKTEST)

# Fifteen thousand customers, a fifth of them guests, two currencies, refunds, every state.
_MAKE_ORDERS = """
SELECT
    'o' || i AS order_id,
    CASE WHEN h % 50 = 0 THEN NULL WHEN h % 5 = 0 THEN 'email:' || (h % 9000) || '@x.org'
        ELSE 'c' || (h % 12000) END AS customer_id,
    CASE WHEN h % 11 = 0 THEN 'refund' ELSE 'purchase' END AS kind,
    CASE WHEN h % 23 = 0 THEN 'unpaid' WHEN h % 29 = 0 THEN 'test' ELSE 'paid' END AS state,
    CAST(0 AS BIGINT) AS placed_at,
    CAST((h // 7) % 1100 AS INTEGER) AS placed_day,
    CASE WHEN h % 11 = 0 THEN 0 ELSE CAST((h // 13) % 50000 AS BIGINT) END AS total_minor,
    CASE WHEN h % 11 = 0 OR h % 17 = 0 THEN CAST((h // 13) % 900 AS BIGINT) ELSE 0 END
        AS refunded_minor,
    CAST(0 AS BIGINT) AS discount_minor,
    CASE WHEN h % 7 = 0 THEN 'JPY' ELSE 'EUR' END AS currency,
    CAST(NULL AS VARCHAR) AS channel,
    CAST(NULL AS VARCHAR) AS refers_to
FROM (SELECT i, CAST(hash(i) % 1000000007 AS BIGINT) AS h FROM range({orders}) AS made(i))
"""
_MAKE_CUSTOMERS = """
SELECT 'c' || i AS customer_id, 'shop' AS source,
    CASE WHEN i % 3 = 0 THEN (i % 8500) || '@x.org' END AS email,
    CASE WHEN i % 4 = 0 THEN '+49' || (i % 5000) END AS phone, CAST(NULL AS VARCHAR) AS name,
    CASE WHEN i % 10 = 0 THEN 'a' || (i % 300) END AS account_id,
    CASE WHEN i % 97 = 0 THEN 'c' || (i + 1) END AS merged_into, CAST(NULL AS BIGINT) AS created_at
FROM range(12500) AS made(i)
"""
_MAKE_EVENTS = """
SELECT 'e' || i AS event_id, 'c' || (hash(i) % 9000) AS customer_id, 'session_start' AS name,
    CAST(0 AS BIGINT) AS happened_at, CAST(900 + hash(i * 3) % 110 AS INTEGER) AS happened_day,
    CAST(NULL AS VARCHAR) AS session_id
FROM range(40000) AS made(i)
"""
# Monthly and yearly, some ended, some twice the same customer's, some without a rate.
_MAKE_SUBSCRIPTIONS = """
SELECT 's' || i AS subscription_id, 'c' || (h % 13000) AS customer_id, 'plus' AS plan,
    CAST((h // 5) % 1050 AS INTEGER) AS started_day,
    CASE WHEN h % 3 = 0 THEN CAST((h // 5) % 1050 + (h // 11) % 400 - 5 AS INTEGER) END
        AS ended_day,
    CAST(CASE WHEN h % 4 = 0 THEN 365 ELSE 30 END AS BIGINT) AS term_days,
    CAST(900 + h % 7000 AS BIGINT) AS price_minor,
    CASE WHEN h % 7 = 0 THEN 'JPY' WHEN h % 31 = 0 THEN 'USD' ELSE 'EUR' END AS currency
FROM (SELECT i, CAST(hash(i * 7) % 1000000007 AS BIGINT) AS h FROM range(3000) AS made(i))
"""
_MAKE_TICKETS = """
SELECT 't' || i AS ticket_id, CASE WHEN i % 9 > 0 THEN 'c' || (hash(i * 5) % 13000) END
        AS customer_id,
    CAST(0 AS BIGINT) AS created_at, 'email' AS channel, CAST(NULL AS VARCHAR) AS priority,
    'solved' AS status, CAST(NULL AS VARCHAR) AS team, CAST(NULL AS VARCHAR) AS agent_id,
    CAST(NULL AS VARCHAR) AS category, CAST(NULL AS VARCHAR) AS order_id,
    CAST(NULL AS VARCHAR) AS merged_into
FROM range(6000) AS made(i)
"""
# Of a customer, of a ticket or of nobody; some taken back, some foreign, some later.
_MAKE_COSTS = """
SELECT 'k' || i AS cost_id, CAST((h // 3) % 1050 AS INTEGER) AS day,
    CAST((h // 7) % 2500 - 200 AS BIGINT) AS amount_minor,
    CASE WHEN h % 6 = 0 THEN 'JPY' WHEN h % 41 = 0 THEN 'USD' ELSE 'EUR' END AS currency,
    CASE WHEN h % 2 = 0 THEN 'c' || (h % 13000) END AS customer_id,
    CASE WHEN h % 5 > 0 THEN 't' || (h % 6500) END AS ticket_id, CAST(NULL AS VARCHAR) AS team
FROM (SELECT i, CAST(hash(i * 11) % 1000000007 AS BIGINT) AS h FROM range(8000) AS made(i))
"""


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with local_spark() as made:
        yield made


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("facts")
    made = {
        "orders": _MAKE_ORDERS.format(orders=ORDERS_MADE),
        "customers": _MAKE_CUSTOMERS,
        "app_events": _MAKE_EVENTS,
        "subscriptions": _MAKE_SUBSCRIPTIONS,
        "tickets": _MAKE_TICKETS,
        "costs": _MAKE_COSTS,
    }
    for name, text in made.items():
        duckdb.execute(f"COPY ({text}) TO '{folder / name}.parquet' (FORMAT parquet)")
    return {name: folder / f"{name}.parquet" for name in made}


def value_with(engine: Any, facts: dict[str, Path]) -> dict[str, pa.Table]:
    for table in (ORDERS, CUSTOMERS, APP_EVENTS, SUBSCRIPTIONS, TICKETS, COSTS):
        engine.read(table, [facts[table.name]])
    columns = daily_rates([Rate("JPY", 0, 6_543)], "EUR", first_day=0, last_day=AS_OF_DAY)
    rates = pa.table(list(columns), names=list(RATES_BY_DAY.names))
    schema = rates.schema.set(1, pa.field("day", pa.int32()))
    engine.upload(RATES_BY_DAY.name, rates.cast(schema))
    cells = [(*cell, group_of(*cell)) for cell in product(range(1, 6), repeat=3)]
    r, f, m, names = zip(*cells, strict=True)
    engine.upload("rfm_groups", pa.table({"r": r, "f": f, "m": m, "name": names}))
    outlook = value_customers(engine, as_of_day=AS_OF_DAY, terms=TERMS)
    assert outlook.fitted.forecaster.rung is Rung.MODEL
    assert outlook.backtest is not None
    assert outlook.calibration.orders != 1.0
    return {model.name: columns_of(engine, model.output) for model in MODELS}


def columns_of(engine: Any, table: Table) -> pa.Table:
    """Rows in the order of their key; of a table without one, every column in its own order."""
    found: pa.Table = engine.query(f"SELECT {', '.join(table.names)} FROM {table.name}")
    if table.key:
        return found.sort_by([(name, "ascending") for name in table.key])
    return pa.table({name: np.sort(found[name].to_numpy()) for name in table.names})


def numbers(column: "pa.ChunkedArray[Any]") -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.asarray(column.to_numpy(), dtype=np.float64)


def are_equal(one: "pa.ChunkedArray[Any]", other: "pa.ChunkedArray[Any]", column: Column) -> bool:
    """Whole numbers and texts exactly; numbers to nine digits, but for one unit if predicted."""
    if column.kind is Kind.NUMBER:
        return np.allclose(numbers(one), numbers(other), rtol=1e-9, atol=1e-12, equal_nan=True)
    if column.kind is Kind.MONEY and column.name.startswith("predicted"):
        return np.allclose(numbers(one), numbers(other), rtol=0, atol=1, equal_nan=True)
    return one.to_pylist() == other.to_pylist()


def test_every_table_is_equal_row_by_row(
    session: Any, facts: dict[str, Path], tmp_path: Path
) -> None:
    from tierwise.connectors.spark_engine import SparkEngine

    embedded = value_with(DuckDBEngine(), facts)
    distributed = value_with(SparkEngine(session, tmp_path), facts)
    assert len(embedded["standings"]) > 10_000
    for model in MODELS:
        one, other = embedded[model.name], distributed[model.name]
        assert len(one) == len(other), model.name
        for column in model.output.columns:
            same = are_equal(one[column.name], other[column.name], column)
            assert same, (model.name, column.name)


def test_files_of_before_a_column_came_have_it_empty(session: Any, tmp_path: Path) -> None:
    from tierwise.connectors.spark_engine import SparkEngine

    names = ("agent_id", "channel", "state", "began_at", "ended_at", "ticket_id")
    row = dict(zip(names, ("bo", "any", "busy", 10, 20, "t1"), strict=True))
    new = pa.Table.from_pylist([row], schema_of(AGENT_STATES))
    old = pa.Table.from_pylist([row | {"agent_id": "ada"}], new.schema).drop_columns(["ticket_id"])
    for name, rows in (("old", old), ("new", new)):
        pq.write_table(rows, tmp_path / f"{name}.parquet")
    engine = SparkEngine(session, tmp_path)
    engine.read(AGENT_STATES, [tmp_path / "old.parquet", tmp_path / "new.parquet"])
    found = engine.rows("SELECT agent_id, began_at, ticket_id FROM agent_states ORDER BY agent_id")
    assert found == [("ada", 10, None), ("bo", 10, "t1")]
    assert tuple(engine.query("SELECT * FROM agent_states").column_names) == AGENT_STATES.names


def test_an_uploaded_table_keeps_its_empty_values(session: Any, tmp_path: Path) -> None:
    """Below a model nobody has a chance to be alive: a column of numbers without any."""
    from tierwise.connectors.spark_engine import SparkEngine

    uploaded = pa.table(
        {
            "x": pa.array([1, None, 3], pa.int64()),
            "p_alive": pa.array([None, None, None], pa.float64()),
            "basis": pa.array(["model", None, ""], pa.string()),
        }
    )
    engine = SparkEngine(session, tmp_path)
    engine.upload("uploaded", uploaded)
    assert engine.query("SELECT * FROM uploaded").to_pydict() == uploaded.to_pydict()
    assert engine.rows("SELECT COUNT(x), COUNT(p_alive), COUNT(basis) FROM uploaded") == [(2, 0, 2)]
