"""Writing the pieces of a reader to Parquet as they come, in bounded memory."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tierwise.facts.problems import Problem
from tierwise.facts.tables import TABLES

from .arrow_tables import schema_of
from .reading import Part, Problems, Remark, Rows

_PROBLEM_TYPES: dict[str, pa.DataType] = {
    "source": pa.string(),
    "line": pa.int64(),
    "column": pa.string(),
    "expected": pa.string(),
    "found": pa.string(),
    "next_step": pa.string(),
    "left_out": pa.bool_(),
}
PROBLEM_SCHEMA = pa.schema(_PROBLEM_TYPES)
_LINE_SCHEMA = pa.schema([pa.field("line", pa.int64())])
_SCHEMAS = {table.name: schema_of(table) for table in TABLES}
_GROUP_ROWS = 120_000


class ParquetRows:
    """A Parquet file that grows; small batches are gathered into groups worth compressing."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path = path
        self.rows = 0
        self._schema = schema
        self._writer = pq.ParquetWriter(path, schema, compression="zstd")
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0

    def add(self, batch: pa.RecordBatch) -> None:
        self._waiting.append(batch)
        self._waiting_rows += batch.num_rows
        self.rows += batch.num_rows
        if self._waiting_rows >= _GROUP_ROWS:
            self._write()

    def close(self) -> None:
        """Finish the file; closing it again does nothing."""
        if self._writer.is_open:
            self._write()
            self._writer.close()

    def _write(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.Table.from_batches(self._waiting, self._schema))
        self._waiting, self._waiting_rows = [], 0


@dataclass(frozen=True, slots=True)
class StagedTable:
    """A table as read: its rows, and beside each the line it came from."""

    rows: ParquetRows
    lines: ParquetRows


@dataclass(slots=True)
class Staged:
    """What one reading has written so far; nothing points to it until the manifest does."""

    folder: Path
    tables: dict[str, StagedTable] = field(default_factory=dict)
    problems: ParquetRows | None = None
    first_problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def problem_count(self) -> int:
        return self.problems.rows if self.problems else 0


_FIRST_PROBLEMS = 20


@contextmanager
def staging(folder: Path) -> Iterator[Staged]:
    """A new folder to write what is read; its files are finished when the block ends."""
    folder.mkdir(parents=True)
    staged = Staged(folder)
    try:
        yield staged
    finally:
        close_tables(staged)
        close_problems(staged)


def write_parts(staged: Staged, parts: Iterable[Part]) -> None:
    """Write all that a reader gives, and finish the tables; problems may still be added."""
    for part in parts:
        _add(staged, part)
    close_tables(staged)


def add_problems(staged: Staged, problems: tuple[Problem, ...]) -> None:
    """Keep problems; the first few also in memory."""
    if staged.problems is None:
        staged.problems = ParquetRows(staged.folder / "problems.parquet", PROBLEM_SCHEMA)
    staged.problems.add(_problem_batch(problems))
    staged.first_problems.extend(problems[: _FIRST_PROBLEMS - len(staged.first_problems)])


def close_tables(staged: Staged) -> None:
    """Finish the files of rows."""
    for table in staged.tables.values():
        table.rows.close()
        table.lines.close()


def close_problems(staged: Staged) -> None:
    """Finish the file of problems."""
    if staged.problems is not None:
        staged.problems.close()


def _add(staged: Staged, part: Part) -> None:
    if isinstance(part, Rows):
        _add_rows(staged, part)
    elif isinstance(part, Problems):
        add_problems(staged, part.problems)
    elif isinstance(part, Remark):
        staged.remarks.append(part.text)


def _add_rows(staged: Staged, part: Rows) -> None:
    table = staged.tables.get(part.table)
    if table is None:
        table = staged.tables[part.table] = StagedTable(
            ParquetRows(staged.folder / f"{part.table}.parquet", _SCHEMAS[part.table]),
            ParquetRows(staged.folder / f"{part.table}.lines.parquet", _LINE_SCHEMA),
        )
    table.rows.add(part.batch)
    table.lines.add(pa.RecordBatch.from_arrays([part.lines], schema=_LINE_SCHEMA))


def _problem_batch(problems: tuple[Problem, ...]) -> pa.RecordBatch:
    columns = zip(*map(astuple, problems), strict=True)
    arrays = [
        pa.array(column, kind) for column, kind in zip(columns, PROBLEM_SCHEMA.types, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=PROBLEM_SCHEMA)


def problems_in(path: Path, limit: int) -> list[Problem]:
    """The first problems of a file."""
    with pq.ParquetFile(path) as file:
        batches = file.iter_batches(min(limit, _GROUP_ROWS))
        first = next(batches, None)
    rows = first.to_pylist() if first is not None else []
    return [Problem(*(row[name.name] for name in fields(Problem))) for row in rows[:limit]]
