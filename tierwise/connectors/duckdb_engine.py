"""The embedded engine: DuckDB in this process, with Parquet as the durable form."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from tierwise.facts.columns import Table
from tierwise.facts.models import SqlModel

from .dialects import DUCKDB, STORAGE_TYPES, render


class DuckDBEngine:
    """Runs models on tables held in memory, spilling to `spill_folder` past `memory_limit`."""

    def __init__(
        self,
        *,
        spill_folder: Path | None = None,
        memory_limit: str | None = None,
        threads: int | None = None,
    ) -> None:
        self._connection = duckdb.connect()
        self._execute("SET enable_progress_bar = false")
        self._execute("SET preserve_insertion_order = false")
        if spill_folder:
            self._execute(f"SET temp_directory = {_quoted(str(spill_folder))}")
        if memory_limit:
            self._execute(f"SET memory_limit = {_quoted(memory_limit)}")
        if threads:
            self._execute(f"SET threads = {threads}")

    def read(self, table: Table, paths: Sequence[Path]) -> None:
        """Make the Parquet files at `paths` available as `table`; no files make it empty."""
        names = ", ".join(table.names)
        if not paths:
            columns = ", ".join(f"{c.name} {STORAGE_TYPES[c.kind]}" for c in table.columns)
            self._execute(f"CREATE OR REPLACE TABLE {table.name} ({columns})")
            return
        listed = ", ".join(_quoted(str(path)) for path in paths)
        self._execute(
            f"CREATE OR REPLACE VIEW {table.name} AS SELECT {names} FROM read_parquet([{listed}])"
        )

    def upload(self, name: str, rows: pa.Table) -> None:
        """Make an Arrow table available as `name`."""
        self._connection.register("uploaded", rows)
        self._execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM uploaded")
        self._connection.unregister("uploaded")

    def materialise(self, model: SqlModel, parameters: Mapping[str, int | str]) -> None:
        """Run a model and keep its output as a table named after it."""
        wanted = {name: parameters[name] for name in model.parameters}
        text = render(model, DUCKDB, wanted)
        self._execute(f"CREATE OR REPLACE TABLE {model.name} AS {text}")

    def query(self, text: str, values: Sequence[object] = ()) -> pa.Table:
        """The answer of a query as an Arrow table; `?` stand for `values`."""
        answer: pa.Table = self._connection.cursor().sql(text, params=list(values)).to_arrow_table()
        return answer

    def rows(self, text: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The answer of a query as plain rows."""
        return list(self._connection.cursor().execute(text, list(values)).fetchall())

    def save(self, name: str, path: Path, form: str = "parquet") -> None:
        """Write the table `name` to a file; `form` is `parquet` or `csv`."""
        options = "FORMAT csv, HEADER" if form == "csv" else "FORMAT parquet, COMPRESSION zstd"
        self._execute(f"COPY {name} TO {_quoted(str(path))} ({options})")

    def close(self) -> None:
        self._connection.close()

    def _execute(self, text: str) -> None:
        self._connection.execute(text)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
