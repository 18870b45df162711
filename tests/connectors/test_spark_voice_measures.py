"""Surveys, contacts, orders and costs as measured on Spark and on DuckDB: every row and column."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tests.connectors.spark_sessions import local_spark
from tests.metrics.held import TABLES, rates
from tests.shop_days import arrow
from tierwise.connectors.arrow_tables import ARROW_TYPES
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.columns import Table
from tierwise.facts.models import SqlModel
from tierwise.facts.money import Rate
from tierwise.metrics.contact_tables import (
    ACTIVE_SPANS,
    COST_MEASURES,
    HELP_MEASURES,
    LIVE_MEASURES,
    ORDER_MEASURES,
    SURVEY_MEASURES,
)
from tierwise.metrics.nps_steps import NPS_STEPS

pytestmark = [pytest.mark.spark, pytest.mark.slow]

MODELS: tuple[SqlModel, ...] = (
    *(SURVEY_MEASURES, NPS_STEPS, HELP_MEASURES, LIVE_MEASURES, ACTIVE_SPANS),
    *(ORDER_MEASURES, COST_MEASURES),
)
_DAY_S, _DAYS = 86_400, 400
GIVEN: dict[str, int | str] = {
    "as_of_s": 390 * _DAY_S,
    "floor": "standard",
    "active_s": 60 * _DAY_S,
    "about_s": 30 * _DAY_S,
}
_DICE = "SELECT i, CAST(hash(i * {factor}) % 1000000007 AS BIGINT) AS h FROM range({rows}) AS r(i)"
_AT = f"CAST((h * 7919) % {_DAYS * _DAY_S} AS BIGINT)"
_WHO = "'c' || (h % 300)"
_MADE: dict[str, str] = {
    "ticket_measures": f"""
SELECT 't' || i AS ticket_id, CASE WHEN i % 9 > 0 THEN 'w' || (h % 150) ELSE 'ticket t' || i END
        AS customer,
    ['plus', 'vip', 'standard'][1 + h % 3] AS level, 'email' AS channel,
    CASE WHEN h % 5 > 0 THEN ['desk', 'shop'][1 + h % 2] END AS team,
    CASE WHEN h % 11 = 0 THEN 'agent' ELSE 'customer' END AS opened_by,
    CASE WHEN i % 13 = 0 THEN 'merged' WHEN i % 17 = 0 THEN 'spam' END AS gone_as,
    CASE WHEN i % 13 = 0 OR i % 17 = 0 THEN 0 ELSE 1 END AS is_countable,
    {_AT} AS created_s, CASE WHEN h % 4 > 0 THEN {_AT} + 9000 END AS solved_s,
    h % 4 AS touches, CASE WHEN h % 3 > 0 THEN h % 5000 END AS handled_length_s
FROM ({_DICE.format(factor=3, rows=3_000)})
""",
    "tickets": f"""
SELECT 't' || i AS ticket_id, CASE WHEN h % 3 = 0 THEN 'o' || (h % 5000) END AS order_id
FROM ({_DICE.format(factor=5, rows=3_000)})
""",
    "ticket_merges": """
SELECT 't' || (13 * i) AS ticket_id, 't' || (13 * i + 1) AS survivor_id, 'survivor' AS ends_at
FROM range(231) AS r(i)
""",
    "level_spans": f"""
SELECT 'w' || (i % 150) AS customer_id, ['plus', NULL, 'vip', 'plus'][1 + h % 4] AS level,
    (i // 150) * 100 * {_DAY_S} AS from_s,
    CASE WHEN i < 450 THEN (i // 150 + 1) * 100 * {_DAY_S} ELSE 1000000000000 END AS until_s
FROM ({_DICE.format(factor=7, rows=600)})
""",
    "surveys": f"""
SELECT 's' || i AS survey_id, {_WHO} AS customer_id,
    CASE WHEN i % 4 > 0 THEN 't' || (h % 3100) END AS ticket_id,
    ['csat', 'nps', 'ces', 'fcr'][1 + i % 4] AS question, {_AT} AS offered_at,
    CASE WHEN h % 3 > 0 THEN {_AT} + h % 90000 - 50 END AS answered_at,
    CASE WHEN h % 3 > 0 THEN h % 11 END AS score,
    0 AS scale_low, 10 AS scale_high,
    ['high_is_effort', 'high_is_ease', NULL][1 + h % 3] AS direction
FROM ({_DICE.format(factor=11, rows=6_000)})
UNION ALL
SELECT 'n' || i, {_WHO}, NULL, 'nps', {_AT}, {_AT} + 60, h % 11, 0, 10, NULL
FROM ({_DICE.format(factor=12, rows=1_500)})
""",
    "help_sessions": f"""
SELECT 's' || i AS session_id, CASE WHEN h % 4 > 0 THEN {_WHO} END AS customer_id,
    {_AT} AS began_at, h % 2 AS searches, h % 3 AS articles,
    CASE WHEN h % 5 > 1 THEN h % 5 = 2 END AS solved
FROM ({_DICE.format(factor=13, rows=3_000)})
""",
    "live_contacts": f"""
SELECT 'l' || i AS contact_id, CASE WHEN h % 4 > 0 THEN {_WHO} END AS customer_id,
    CASE WHEN h % 2 = 0 THEN 't' || (h % 3100) END AS ticket_id, 'phone' AS channel,
    {_AT} AS offered_at, CASE WHEN h % 5 > 0 THEN {_AT} + h % 700 END AS answered_at,
    CASE WHEN h % 7 > 0 THEN {_AT} + 900 END AS ended_at, h % 6 = 0 AS callback
FROM ({_DICE.format(factor=17, rows=3_000)})
""",
    "orders": f"""
SELECT 'o' || i AS order_id, CASE WHEN i % 9 > 0 THEN {_WHO} END AS customer_id,
    CASE WHEN i % 10 = 0 THEN 'refund' ELSE 'purchase' END AS kind,
    CASE WHEN i % 11 = 0 THEN 'unpaid' ELSE 'paid' END AS state, {_AT} AS placed_at,
    CAST(({_AT}) // {_DAY_S} AS INTEGER) AS placed_day,
    CASE WHEN i % 10 = 0 THEN 0 ELSE h % 90000 END AS total_minor, h % 50 AS refunded_minor,
    ['EUR', 'USD', 'JPY'][1 + h % 3] AS currency
FROM ({_DICE.format(factor=19, rows=4_500)})
""",
    "app_events": f"""
SELECT 'e' || i AS event_id, {_WHO} AS customer_id, 'visit' AS name, {_AT} AS happened_at
FROM ({_DICE.format(factor=23, rows=2_000)})
""",
    "subscriptions": f"""
SELECT 'u' || i AS subscription_id, {_WHO} AS customer_id,
    CAST(h % {_DAYS} AS INTEGER) AS started_day,
    CASE WHEN h % 3 > 0 THEN CAST(h % {_DAYS} + h % 100 AS INTEGER) END AS ended_day
FROM ({_DICE.format(factor=29, rows=60)})
""",
    "costs": f"""
SELECT 'k' || i AS cost_id, CAST(h % {_DAYS} AS INTEGER) AS day, h % 90000 - 9000 AS amount_minor,
    ['EUR', 'USD', 'JPY'][1 + h % 3] AS currency,
    CASE WHEN h % 7 = 0 THEN {_WHO} END AS customer_id,
    CASE WHEN h % 5 = 0 THEN 't' || (h % 3100) END AS ticket_id,
    CASE WHEN h % 2 = 0 THEN ['desk', 'shop', 'idle'][1 + h % 3] END AS team
FROM ({_DICE.format(factor=31, rows=300)})
""",
    "local_days": f"""
SELECT i AS quarter, CAST((i + 8) // 96 AS INTEGER) AS day FROM range({_DAYS * 96}) AS r(i)
""",
}


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with local_spark() as one:
        yield one


def made(text: str, table: Table) -> pa.Table:
    """Rows of a table as a query makes them; what it leaves out is empty."""
    with duckdb.connect() as connection:
        rows = connection.execute(text).to_arrow_table()
    empty = pa.nulls(len(rows))
    whole = {name: rows[name] if name in rows.column_names else empty for name in table.names}
    types = pa.schema([(column.name, ARROW_TYPES[column.kind]) for column in table.columns])
    return pa.table(whole).cast(types)


def held(engine: Any) -> Any:
    """The engine with all that the models read, and what they make of it."""
    for name, text in _MADE.items():
        engine.upload(name, made(text, TABLES[name]))
    dollars = rates(Rate("USD", 0, 933_333))
    engine.upload("daily_rates", arrow(TABLES["daily_rates"], dollars))
    names = {
        "ref": [f"c{i}" for i in range(290)],
        "customer_id": [f"w{i // 2}" for i in range(290)],
    }
    engine.upload("identities", pa.table(names))
    for model in MODELS:
        engine.materialise(model, {name: GIVEN[name] for name in model.parameters})
    return engine


def rows_of(engine: Any, model: SqlModel) -> list[str]:
    names = ", ".join(model.output.names)
    found = engine.query(f"SELECT {names} FROM {model.name}").to_pylist()
    return sorted(str(sorted(row.items())) for row in found)


def test_every_row_and_column_is_equal(session: Any, tmp_path: Path) -> None:
    from tierwise.connectors.spark_engine import SparkEngine

    here, there = held(DuckDBEngine()), held(SparkEngine(session, tmp_path))
    for model in MODELS:
        ours = rows_of(here, model)
        assert ours, f"{model.name} is empty, so nothing was compared"
        assert ours == rows_of(there, model), model.name
