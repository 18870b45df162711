"""The embedded engine: DuckDB in this process, with Parquet as the durable form."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from weakref import finalize

import duckdb
import pyarrow as pa

from tierwise.facts.columns import Table
from tierwise.facts.models import SqlModel

from .dialects import DUCKDB, STORAGE_TYPES, Macro, render
from .stored_columns import quoted, stored

# Small groups of rows: whoever asks for one customer reads one group.
PARQUET = "FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 20480"
# Past its memory the engine gets several times slower: more rows are better taken in parts.
ROWS_AT_ONCE = 50_000_000


class DuckDBEngine:
    """Runs models on tables held in memory, spilling to `spill_folder` past `memory_limit`."""

    def __init__(
        self,
        *,
        spill_folder: Path | None = None,
        memory_limit: str | None = None,
        threads: int | None = None,
        rows_at_once: int = ROWS_AT_ONCE,
    ) -> None:
        self._rows_at_once = rows_at_once
        self._connection = duckdb.connect()
        self._execute("SET enable_progress_bar = false")
        self._execute("SET parquet_metadata_cache = true")
        self._execute("SET preserve_insertion_order = false")
        if spill_folder:
            self._execute(f"SET temp_directory = {quoted(self._own_folder(spill_folder))}")
        if memory_limit:
            self._execute(f"SET memory_limit = {quoted(memory_limit)}")
        if threads:
            self._execute(f"SET threads = {threads}")

    def read(self, table: Table, paths: Sequence[Path]) -> None:
        """Make the Parquet files at `paths` available as `table`; no files make it empty."""
        if not paths:
            columns = ", ".join(f"{c.name} {STORAGE_TYPES[c.kind]}" for c in table.columns)
            self._execute(f"CREATE OR REPLACE TABLE {table.name} ({columns})")
            return
        self._execute(f"CREATE OR REPLACE VIEW {table.name} AS {stored(table, paths)}")

    def upload(self, name: str, rows: pa.Table) -> None:
        """Make an Arrow table available as `name`."""
        self._connection.register("uploaded", rows)
        self._execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM uploaded")
        self._connection.unregister("uploaded")

    def materialise(self, model: SqlModel, parameters: Mapping[str, int | str]) -> None:
        """Run a model and keep its output as a table named after it."""
        wanted = {name: parameters[name] for name in model.parameters}
        if model.as_view:
            self._execute(f"CREATE OR REPLACE VIEW {model.name} AS {render(model, DUCKDB, wanted)}")
            return
        parts = self._parts(model)
        for part in range(parts):
            chosen: Macro = partial(_in_part, part, parts)
            text = render(model, {**DUCKDB, "in_part": chosen}, wanted)
            place = "INSERT INTO {}" if part else "CREATE OR REPLACE TABLE {} AS"
            self._execute(f"{place.format(model.name)} {text}")

    def query(self, text: str, values: Sequence[object] = ()) -> pa.Table:
        """The answer of a query as an Arrow table; `?` stand for `values`."""
        answer: pa.Table = self._connection.cursor().sql(text, params=list(values)).to_arrow_table()
        return answer

    def rows(self, text: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The answer of a query as plain rows."""
        return list(self._connection.cursor().execute(text, list(values)).fetchall())

    def save(self, name: str, path: Path, form: str = "parquet") -> None:
        """Write the table `name` to a file; `form` is `parquet` or `csv`."""
        options = "FORMAT csv, HEADER" if form == "csv" else PARQUET
        self._execute(f"COPY {name} TO {quoted(str(path))} ({options})")

    def close(self) -> None:
        self._connection.close()

    def _parts(self, model: SqlModel) -> int:
        """How many parts a model is run in, by the rows of the first table it reads."""
        if not model.in_parts:
            return 1
        ((rows,),) = self.rows(f"SELECT COUNT(*) FROM {model.reads[0]}")
        return max(1, -(-int(rows) // self._rows_at_once))

    def _own_folder(self, parent: Path) -> str:
        """A folder that goes with the engine: two that share one write over each other's files."""
        parent.mkdir(parents=True, exist_ok=True)
        folder = mkdtemp(dir=parent)
        finalize(self, rmtree, folder, ignore_errors=True)
        return folder

    def _execute(self, text: str) -> None:
        self._connection.execute(text)


def _in_part(part: int, parts: int, key: str) -> str:
    return f"hash({key}) % {parts} = {part}" if parts > 1 else "TRUE"
