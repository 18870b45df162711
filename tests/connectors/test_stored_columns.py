"""Facts that were read before a table had all its columns can still be read."""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tierwise.connectors.arrow_tables import batch_of
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.connectors.fact_store import FactStore, Origin
from tierwise.connectors.reading import Rows
from tierwise.facts.tables import AGENT_STATES

STATE = {"channel": "any", "state": "online", "began_at": 10, "ended_at": 20}
LATER = "ticket_id"  # came after the others


def states(*rows: dict[str, Any]) -> pa.Table:
    whole = [STATE | {LATER: None} | row for row in rows]
    columns = {name: [row[name] for row in whole] for name in AGENT_STATES.names}
    return pa.Table.from_batches([batch_of(AGENT_STATES, columns)])


def file(folder: Path, name: str, rows: pa.Table) -> Path:
    pq.write_table(rows, folder / name)
    return folder / name


def test_files_of_then_and_now_are_one_table(tmp_path: Path) -> None:
    old = file(tmp_path, "old", states({"agent_id": "ada"}).drop_columns([LATER]))
    new = file(tmp_path, "new", states({"agent_id": "bo", LATER: "t1"}))
    engine = DuckDBEngine(threads=1)
    for paths, expected in (
        ([old], [("ada", None)]),
        ([old, new], [("ada", None), ("bo", "t1")]),
        ([new, old], [("ada", None), ("bo", "t1")]),
    ):
        engine.read(AGENT_STATES, paths)
        found = engine.rows("SELECT agent_id, ticket_id FROM agent_states ORDER BY agent_id")
        assert found == expected
        assert tuple(engine.query("FROM agent_states").column_names) == AGENT_STATES.names


def test_a_column_that_may_not_be_empty_is_missed(tmp_path: Path) -> None:
    odd = file(tmp_path, "odd", states({"agent_id": "ada"}).drop_columns(["state"]))
    with pytest.raises(duckdb.BinderException, match="state"):
        DuckDBEngine(threads=1).read(AGENT_STATES, [odd])


def test_newer_files_replace_rows_of_older_ones(tmp_path: Path) -> None:
    store = FactStore(tmp_path)
    add(store, "january", states({"agent_id": "ada"}, {"agent_id": "bo"}))
    (path,) = store.files("agent_states")
    pq.write_table(pq.read_table(path).drop_columns([LATER]), path)
    report = add(store, "february", states({"agent_id": "bo", LATER: "t1"}, {"agent_id": "cy"}))
    assert (report.repeated, report.updated) == (0, 1)
    engine = DuckDBEngine(threads=1)
    engine.read(AGENT_STATES, store.files("agent_states"))
    found = engine.rows("SELECT agent_id, ticket_id FROM agent_states ORDER BY agent_id")
    assert found == [("ada", None), ("bo", "t1"), ("cy", None)]


def add(store: FactStore, source: str, rows: pa.Table) -> Any:
    (batch,) = rows.to_batches()
    lines = pa.array(range(2, 2 + rows.num_rows), pa.int64())
    origin = Origin(source, "generic", f"{source}.csv", "sha", 1)
    return store.add(origin, [Rows("agent_states", batch, lines)])
