"""The same models on Spark and on DuckDB: every row, every column."""

import os
import shutil
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tierwise.app.pipeline import VALUE_MODELS, value_customers
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.money import Rate
from tierwise.facts.tables import APP_EVENTS, CUSTOMERS, ORDERS
from tierwise.value.history import RATES_BY_DAY, daily_rates
from tierwise.value.rfm_groups import group_of

pytestmark = [pytest.mark.spark, pytest.mark.slow]

ORDERS_MADE = 120_000
AS_OF_DAY = 1_000

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


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    if shutil.which("java") is None and not os.environ.get("CI"):
        pytest.skip("Spark needs Java; install a Java runtime of version 17 or later")
    pyspark = pytest.importorskip("pyspark.sql", reason="install the extra `spark`")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    made = (
        pyspark.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "4")
        .getOrCreate()
    )
    made.sparkContext.setLogLevel("ERROR")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("facts")
    made = {
        "orders": _MAKE_ORDERS.format(orders=ORDERS_MADE),
        "customers": _MAKE_CUSTOMERS,
        "app_events": _MAKE_EVENTS,
    }
    for name, text in made.items():
        duckdb.execute(f"COPY ({text}) TO '{folder / name}.parquet' (FORMAT parquet)")
    return {name: folder / f"{name}.parquet" for name in made}


def value_with(engine: Any, facts: dict[str, Path]) -> dict[str, list[tuple[Any, ...]]]:
    for table in (ORDERS, CUSTOMERS, APP_EVENTS):
        engine.read(table, [facts[table.name]])
    columns = daily_rates([Rate("JPY", 0, 6_543)], "EUR", first_day=0, last_day=AS_OF_DAY)
    rates = pa.table(list(columns), names=list(RATES_BY_DAY.names))
    schema = rates.schema.set(1, pa.field("day", pa.int32()))
    engine.upload(RATES_BY_DAY.name, rates.cast(schema))
    cells = [(*cell, group_of(*cell)) for cell in product(range(1, 6), repeat=3)]
    r, f, m, names = zip(*cells, strict=True)
    engine.upload("rfm_groups", pa.table({"r": r, "f": f, "m": m, "name": names}))
    value_customers(engine, as_of_day=AS_OF_DAY)
    return {
        model.name: sorted(
            engine.rows(f"SELECT {', '.join(model.output.names)} FROM {model.name}"), key=repr
        )
        for model in VALUE_MODELS
    }


def test_every_table_is_equal_row_by_row(
    session: Any, facts: dict[str, Path], tmp_path: Path
) -> None:
    from tierwise.connectors.spark_engine import SparkEngine

    embedded = value_with(DuckDBEngine(), facts)
    distributed = value_with(SparkEngine(session, tmp_path), facts)
    assert len(embedded["standings"]) > 10_000
    for name, rows in embedded.items():
        assert distributed[name] == rows, name
