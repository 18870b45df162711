"""Rows that were read twice: within one file, and in files read one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tierwise.facts.columns import Kind, Table
from tierwise.facts.problems import Problem

from .stored_columns import quoted, stored

_FETCHED = 5_000
# Small groups of rows: whoever asks for one customer reads one group.
PARQUET = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 61440"
_STEP = "keep one of them in the file; the first one was taken"


@dataclass(frozen=True, slots=True)
class Overlap:
    """Rows of a file that an older file has too."""

    repeated: int  # in the same words
    updated: int  # in other words: the newer ones count


class Overlaps:
    """Looks for rows with the same key; spills to `spill_folder`, so any size of file will do."""

    def __init__(self, spill_folder: Path) -> None:
        self._connection = duckdb.connect()
        self._run(f"SET temp_directory = {_text(spill_folder)}")
        self._run("SET memory_limit = '1GB'")
        self._run("SET enable_progress_bar = false")

    def close(self) -> None:
        self._connection.close()

    def has_twins(self, table: Table, path: Path) -> bool:
        """Whether two rows of the file have one key."""
        key = _names(table.key)
        found = self._rows(
            f"SELECT 1 FROM {_parquet(path)} GROUP BY {key} HAVING count(*) > 1 LIMIT 1"
        )
        return bool(found)

    def note_twins(self, table: Table, path: Path, lines: Path) -> int:
        """Remember the later rows of each key; the number of them that say the same again."""
        key = _names(table.key)
        self._run(f"""
            CREATE OR REPLACE TEMP TABLE twins AS
            WITH numbered AS (
                SELECT rows.*, lines.line
                FROM read_parquet({_text(path)}, file_row_number = true) AS rows
                JOIN read_parquet({_text(lines)}, file_row_number = true) AS lines
                USING (file_row_number)
            )
            SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY file_row_number) AS nth
            FROM numbered SEMI JOIN (
                SELECT {key} FROM {_parquet(path)} GROUP BY {key} HAVING count(*) > 1
            ) USING ({key})
        """)
        self._run(f"""
            CREATE OR REPLACE TEMP TABLE later AS
            SELECT twin.file_row_number, twin.line, first.line AS first_line,
                concat_ws(' ', {_prefixed("twin", table.key)}) AS named,
                concat_ws(', ', {_differences(table)}) AS differences
            FROM twins AS twin JOIN twins AS first USING ({key})
            WHERE first.nth = 1 AND twin.nth > 1
        """)
        return int(self._rows("SELECT count(*) FROM later WHERE differences = ''")[0][0])

    def twin_problems(self, table: Table, file: str) -> Iterator[tuple[Problem, ...]]:
        """A problem for each later row that says something else than the first."""
        answer = self._connection.execute(
            "SELECT line, first_line, named, differences FROM later WHERE differences <> '' "
            "ORDER BY line"
        )
        column = table.key[0]
        while found := answer.fetchmany(_FETCHED):
            yield tuple(
                Problem(
                    file,
                    line,
                    column,
                    f"one row for `{named}` (the first is on line {first_line})",
                    f"the same `{column}` again with {differences}",
                    _STEP,
                )
                for line, first_line, named, differences in found
            )

    def write_without_twins(self, table: Table, path: Path, target: Path) -> None:
        """The file's rows, each key once."""
        self._copy(
            f"SELECT {_names(table.names)} "
            f"FROM read_parquet({_text(path)}, file_row_number = true) "
            "WHERE file_row_number NOT IN (SELECT file_row_number FROM later)",
            target,
        )

    def write_by_customer(self, table: Table, path: Path, target: Path) -> None:
        """The file's rows, those of one customer side by side."""
        self._copy(f"SELECT {_names(table.names)} FROM {_parquet(path)} {_in_order(table)}", target)

    def overlap(self, table: Table, older: Path, newer: Path) -> Overlap:
        """How many rows of `newer` stand in `older`."""
        found = self._rows(f"""
            SELECT count(*), count(*) FILTER (concat_ws(', ', {_differences(table)}) = '')
            FROM ({stored(table, [newer])}) AS twin JOIN ({stored(table, [older])}) AS first
            USING ({_names(table.key)})
        """)
        both, same = found[0]
        return Overlap(int(same), int(both) - int(same))

    def share_keys(self, table: Table, older: Path, newer: Path) -> bool:
        """Whether any row of `older` stands in `newer`."""
        key = _names(table.key)
        return bool(
            self._rows(
                f"SELECT 1 FROM {_parquet(older)} SEMI JOIN {_parquet(newer)} USING ({key}) LIMIT 1"
            )
        )

    def write_unhidden(self, table: Table, own: Path, newer: Sequence[Path], target: Path) -> None:
        """The rows of `own` that no newer file has."""
        key = _names(table.key)
        hiding = " UNION ALL ".join(f"SELECT {key} FROM {_parquet(path)}" for path in newer)
        self._copy(
            f"SELECT {_names(table.names)} FROM ({stored(table, [own])}) AS own "
            f"ANTI JOIN ({hiding}) USING ({key}) {_in_order(table)}",
            target,
        )

    def kinds(
        self, path: Path, lines: Path, columns: Sequence[str], where: str
    ) -> list[tuple[Any, ...]]:
        """Each combination of the columns that rows have, how many have it, and the first line."""
        return self._rows(f"""
            SELECT {_names(columns)}, count(*), min(line)
            FROM read_parquet({_text(path)}, file_row_number = true)
            JOIN read_parquet({_text(lines)}, file_row_number = true) USING (file_row_number)
            WHERE {where} GROUP BY {_names(columns)} ORDER BY min(line)
        """)

    def count(self, path: Path) -> int:
        """The rows of a file."""
        return int(self._rows(f"SELECT count(*) FROM {_parquet(path)}")[0][0])

    def days(self, table: Table, path: Path) -> tuple[int | None, int | None]:
        """First and last day of a file's rows; None for tables without days."""
        day = next((column.name for column in table.columns if column.kind is Kind.DAY), None)
        if day is None:
            return None, None
        first, last = self._rows(f"SELECT min({day}), max({day}) FROM {_parquet(path)}")[0]
        return first, last

    def _copy(self, select: str, target: Path) -> None:
        self._run(f"COPY ({select}) TO {_text(target)} ({PARQUET})")

    def _run(self, text: str) -> None:
        self._connection.execute(text)

    def _rows(self, text: str) -> list[tuple[Any, ...]]:
        return list(self._connection.execute(text).fetchall())


def _differences(table: Table) -> str:
    """SQL texts as `total_minor 1300 instead of 1200`, or NULL where the rows agree."""
    return ", ".join(
        f"CASE WHEN twin.{name} IS DISTINCT FROM first.{name} THEN concat('{name} ', "
        f"coalesce(CAST(twin.{name} AS VARCHAR), 'nothing'), ' instead of ', "
        f"coalesce(CAST(first.{name} AS VARCHAR), 'nothing')) END"
        for name in table.names
        if name not in table.key
    )


def is_by_customer(table: Table) -> bool:
    """Whether a customer may have several rows, which are then kept side by side."""
    return "customer_id" in table.names and "customer_id" not in table.key


def _in_order(table: Table) -> str:
    # The key makes the order whole, so that the same rows always make the same file.
    return f"ORDER BY {_names(('customer_id', *table.key))}" if is_by_customer(table) else ""


def _names(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _prefixed(alias: str, names: Sequence[str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)


def _parquet(path: Path) -> str:
    return f"read_parquet({_text(path)})"


def _text(path: Path) -> str:
    return quoted(str(path))
