"""Where rows of a desk land: a folder of Parquet parts for each raw table."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tierwise.facts.desk_reads import DeskPage
from tierwise.facts.desk_tables import RAW, SEQ

from .fact_manifest import sync
from .stored_columns import quoted

_NAME = re.compile(r"(\d{9})-([a-z_]+)-(\d{6})\.parquet")
_FRESH, _WHOLE = ".fresh-", "whole"
_ROWS_OF_A_PART = 1 << 24
_MOST_PARTS = 24
_MEMORY = "256MB"
_OPTIONS = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 65536"


@dataclass(frozen=True, slots=True)
class _Part:
    """A file: the `order` in which it arrived, and what it is a part of."""

    order: int
    stream: str
    number: int
    path: Path

    @property
    def is_whole(self) -> bool:
        """Whether it holds everything that arrived up to its order."""
        return self.stream == _WHOLE


class ParquetLanding:
    """Parts of raw tables as they arrived; every row has a number that grows with arrival.

    A part is there whole or not at all, and one of the same stream and number takes its place.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, stream: str, part: int, page: DeskPage) -> int:
        """Write the tables of a page as a part; how many rows it has."""
        order = 1 + max((old.order for old in self._all()), default=0)
        older = [old for old in self._all() if (old.stream, old.number) == (stream, part)]
        rows = 0
        for name, table in page.tables.items():
            if table.num_rows:
                self._write(name, f"{order:09d}-{stream}-{part:06d}.parquet", order, table)
                rows += table.num_rows
        for old in older:
            old.path.unlink()
        return rows

    def parts(self, table: str) -> list[Path]:
        """The files of a raw table, in the order of their arrival; rows may stand in several."""
        return [part.path for part in self._living(table)]

    def tidy(self) -> None:
        """Make one part of many, with the newest row of each key; not while a part is written."""
        for table in RAW:
            parts = self._living(table)
            dead = (part.path for part in self._parts(table) if part not in parts)
            for path in (*dead, *(self._folder / table).glob(f"{_FRESH}*")):
                path.unlink()
            if len(parts) > _MOST_PARTS:
                self._join(table, parts)

    def clear(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _all(self) -> Iterator[_Part]:
        for table in RAW:
            yield from self._parts(table)

    def _parts(self, table: str) -> list[_Part]:
        files = (self._folder / table).glob("*.parquet")
        found = ((_NAME.fullmatch(path.name), path) for path in files)
        parts = (_Part(int(f[1]), f[2], int(f[3]), path) for f, path in found if f)
        return sorted(parts, key=lambda part: part.order)

    def _living(self, table: str) -> list[_Part]:
        """Without parts that stand in a whole one, and those whose successor has arrived."""
        parts = self._parts(table)
        whole = max((part.order for part in parts if part.is_whole), default=0)
        newest = {(part.stream, part.number): part.order for part in parts}
        return [
            part
            for part in parts
            if (part.order > whole or (part.is_whole and part.order == whole))
            and newest[part.stream, part.number] == part.order
        ]

    def _write(self, table: str, name: str, order: int, rows: pa.Table) -> None:
        first = order * _ROWS_OF_A_PART
        numbers = pa.array(range(first, first + rows.num_rows), pa.int64())
        fresh = self._fresh(table, name)
        pq.write_table(rows.append_column(SEQ, numbers), fresh, compression="zstd")
        _put_in_place(fresh, name)

    def _join(self, table: str, parts: list[_Part]) -> None:
        listed = ", ".join(quoted(str(part.path)) for part in parts)
        read = f"read_parquet([{listed}], union_by_name = true)"
        keys = ", ".join(RAW[table].key)
        name = f"{parts[-1].order:09d}-{_WHOLE}-000000.parquet"
        fresh = self._fresh(table, name)
        with duckdb.connect() as engine:
            engine.execute(f"SET memory_limit = {quoted(_MEMORY)}; SET enable_progress_bar = false")
            engine.execute("SET preserve_insertion_order = false")
            engine.execute(f"SET temp_directory = {quoted(str(self._folder / 'spill'))}")
            newest = f"SELECT MAX({SEQ}) FROM {read} GROUP BY {keys}"
            engine.execute(
                f"COPY (SELECT * FROM {read} WHERE {SEQ} IN ({newest})) "
                f"TO {quoted(str(fresh))} ({_OPTIONS})"
            )
        _put_in_place(fresh, name)
        # Whoever lists the parts now sees the whole one; the others go with the next tidying.

    def _fresh(self, table: str, name: str) -> Path:
        folder = self._folder / table
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{_FRESH}{name}"


def _put_in_place(fresh: Path, name: str) -> None:
    sync(fresh)
    os.replace(fresh, fresh.with_name(name))
    sync(fresh.parent)
