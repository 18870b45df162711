"""The models of promises on Spark and on DuckDB: every row, every column."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tests.connectors.spark_sessions import local_spark
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.columns import Table
from tierwise.facts.models import SqlModel
from tierwise.facts.tables import TICKET_EVENTS, TICKETS
from tierwise.metrics.attainment_counts import CYCLE_OUTCOMES, TICKET_OUTCOMES, counts_model
from tierwise.promises.cycle_table import CLOCK_CYCLES
from tierwise.promises.promise_tables import (
    ASKED_STORIES,
    DECIDED_LEVELS,
    FOREVER_S,
    HARMFUL_LISTED,
    LEVEL_SPANS,
    POLICY_SPANS,
    TICKETS_ASKED,
)
from tierwise.promises.ticket_tables import TICKET_MODELS

pytestmark = [pytest.mark.spark, pytest.mark.slow]

COUNTS = tuple(
    counts_model(by, of)
    for of in (CYCLE_OUTCOMES, TICKET_OUTCOMES)
    for by in (("level", "clock"), ("level", "week"), ("channel", "team"), ())
)
MODELS: tuple[SqlModel, ...] = (
    *TICKET_MODELS,
    LEVEL_SPANS,
    TICKETS_ASKED,
    ASKED_STORIES,
    CYCLE_OUTCOMES,
    TICKET_OUTCOMES,
    *COUNTS,
)
GIVEN: dict[str, int | str] = {
    "floor": "standard",
    "harmful": HARMFUL_LISTED,
    "as_of_s": 5_500,
    "from_s": 1_500,
    "to_s": 5_500,
    "forever_s": FOREVER_S,
}

_DICE = "SELECT i, CAST(hash(i * {factor}) % 1000000007 AS BIGINT) AS h FROM range({rows}) AS r(i)"
# Merged, in chains and circles; parked ones have a status nobody knows.
_TICKETS = f"""
SELECT 't' || i AS ticket_id, CASE WHEN i % 9 > 0 THEN 'c' || (h % 900) END AS customer_id,
    CAST(1000 + h % 4000 AS BIGINT) AS created_at, 'email' AS channel,
    CASE WHEN i % 4 = 0 THEN 'high' END AS priority,
    CASE WHEN i % 5 = 0 THEN 'deleted' WHEN i % 31 = 0 THEN 'parked' WHEN i % 3 = 0 THEN 'open'
        ELSE 'solved' END AS status,
    CASE WHEN i % 2 = 0 THEN 'desk' END AS team, CAST(NULL AS VARCHAR) AS agent_id,
    CAST(NULL AS VARCHAR) AS category, CAST(NULL AS VARCHAR) AS order_id,
    CASE WHEN i % 13 = 0 THEN 't' || (i + h % 3 * 13) WHEN i % 101 = 0 THEN 't' || (i + 1) END
        AS merged_into
FROM ({_DICE.format(factor=5, rows=6_000)})
"""
_NAMES = (
    "['created', 'customer_message', 'thanks', 'public_reply', 'private_note', 'status', "
    "'assigned', 'team', 'priority', 'channel', 'retracted', 'merged', 'odd']"
)
_EVENTS = f"""
SELECT 't' || (h % 6200) AS ticket_id, 'e' || i AS event_id,
    CAST(1000 + (h // 7) % 5000 AS BIGINT) AS happened_at, {_NAMES}[1 + (h // 11) % 13] AS name,
    CASE WHEN h % 3 = 0 THEN 'customer' ELSE 'agent' END AS actor,
    CAST(NULL AS VARCHAR) AS actor_id,
    CASE WHEN h % 4 = 0 THEN NULL WHEN h % 17 = 0 THEN 'e' || (i + 1)
        ELSE ['open', 'solved', 'high', 'x'][1 + (h // 5) % 4] END AS value
FROM ({_DICE.format(factor=3, rows=30_000)})
"""
_LEVELS = f"""
SELECT i AS decision_id, 'w' || (h % 450) AS customer_id,
    CASE WHEN h % 7 = 0 THEN NULL WHEN h % 2 = 0 THEN 'vip' ELSE 'plus' END AS level,
    CAST((h // 3) % 6000 AS BIGINT) AS from_s
FROM ({_DICE.format(factor=7, rows=2_000)})
"""
_CYCLES = f"""
SELECT 't' || (i // 3) AS ticket_id, ['first_response', 'resolution', 'assignment'][1 + i % 3]
        AS clock,
    CAST(1 AS BIGINT) AS cycle, CASE WHEN h % 9 > 0 THEN 'w' || (h % 450) END AS customer_id,
    ['vip', 'plus', 'standard'][1 + (i // 3) % 3] AS level,
    ['email', 'chat'][1 + h % 2] AS channel, CASE WHEN h % 3 > 0 THEN 'desk' END AS team,
    ['none', 'running', 'paused', 'met', 'breached'][1 + (h // 2) % 5] AS state,
    CAST((h // 5) % 6000 AS BIGINT) AS started_s,
    CASE WHEN h % 2 = 0 THEN CAST((h // 5) % 6000 + 50 AS BIGINT) END AS ended_s,
    CASE WHEN (h // 2) % 5 NOT IN (0, 2) THEN CAST((h // 5) % 6000 + h % 90 AS BIGINT) END AS due_s
FROM ({_DICE.format(factor=11, rows=12_000)})
"""


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with local_spark() as made:
        yield made


def made(text: str, table: Table) -> pa.Table:
    """Rows of a table as a query makes them; columns it leaves out are empty."""
    from tierwise.connectors.arrow_tables import schema_of

    with duckdb.connect() as connection:
        rows = connection.execute(text).to_arrow_table()
    columns = {name: rows[name] for name in rows.column_names}
    empty = pa.nulls(len(rows))
    whole = {name: columns.get(name, empty) for name in table.names}
    return pa.table(whole).cast(schema_of(table))


def held(engine: Any) -> Any:
    """The engine with all that the models read."""
    people = range(900)
    whole = {"ref": [f"c{i}" for i in people], "customer_id": [f"w{i // 2}" for i in people]}
    engine.upload("identities", pa.table(whole))
    engine.upload("orders", pa.table({"customer_id": ["c1", "c899"]}))
    given = (
        (TICKETS, _TICKETS),
        (TICKET_EVENTS, _EVENTS),
        (DECIDED_LEVELS, _LEVELS),
        (CLOCK_CYCLES, _CYCLES),
    )
    for table, text in given:
        engine.upload(table.name, made(text, table))
    spans = {"policy": ["v1", "v2"], "from_s": [-(10**12), 3_000], "until_s": [3_000, FOREVER_S]}
    engine.upload(POLICY_SPANS.name, pa.table(spans))
    for model in MODELS:
        engine.materialise(model, {name: GIVEN[name] for name in model.parameters})
    return engine


def rows_of(engine: Any, model: SqlModel) -> list[str]:
    names = ", ".join(model.output.names)
    rows = engine.query(f"SELECT {names} FROM {model.name}").to_pylist()
    return sorted(str(sorted(row.items())) for row in rows)


def test_every_row_and_column_is_equal(session: Any, tmp_path: Path) -> None:
    from tierwise.connectors.spark_engine import SparkEngine

    here, there = held(DuckDBEngine()), held(SparkEngine(session, tmp_path))
    for model in MODELS:
        ours = rows_of(here, model)
        assert ours == rows_of(there, model), model.name
        assert ours, f"{model.name} is empty, so nothing was compared"
