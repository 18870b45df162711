"""Cells: rows of text to rows of a canonical table, and a problem for each cell that is wrong."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import compress
from typing import cast

import pyarrow as pa

from tierwise.facts.columns import Column, Table
from tierwise.facts.problems import Expected, Problem
from tierwise.facts.row_checks import ROW_CHECKS, RowCheck
from tierwise.facts.time import day_of

from .arrow_tables import batch_of
from .reading import Part, Problems, Rows, TextRows, shown

_MOST_REMEMBERED = 200_000


@dataclass(frozen=True, slots=True)
class Cell:
    """How one canonical column is made: `parse` takes the texts of the columns in `reads`."""

    name: str
    reads: tuple[str, ...]
    parse: Callable[..., object]


class _Remembered(dict[object, object]):
    """Values by their texts, so that a date that stands on 1000 rows is parsed once."""

    def __init__(self, cell: Cell) -> None:
        super().__init__()
        self._parse = cell.parse
        self._single = len(cell.reads) == 1

    def __missing__(self, texts: object) -> object:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        many = cast("tuple[object, ...]", texts)
        value = self[texts] = self._parse(texts) if self._single else self._parse(*many)
        return value


class CellReader:
    """Reads the rows of one file into one canonical table."""

    def __init__(self, table: Table, cells: Sequence[Cell], file: str) -> None:
        self._table = table
        self._cells = tuple(cells)
        self._file = file
        self._known = [_Remembered(cell) for cell in self._cells]

    def read(self, rows: TextRows) -> Iterator[Part]:
        """The rows that can be kept, and the problems of all of them."""
        if not rows.lines:
            return
        columns = {
            cell.name: self._values(cell, known, rows)
            for cell, known in zip(self._cells, self._known, strict=True)
        }
        problems, wrong = self._problems(rows, columns)
        if problems:
            yield Problems(tuple(problems))
        kept = [row not in wrong for row in range(len(rows.lines))]
        if any(kept):
            yield self._rows(rows, columns, kept if wrong else None)

    def _values(self, cell: Cell, known: _Remembered, rows: TextRows) -> list[object]:
        if not cell.reads:
            return [cell.parse()] * len(rows.lines)
        texts = [rows.columns[name] for name in cell.reads]
        keys: Iterable[object] = texts[0] if len(texts) == 1 else zip(*texts, strict=True)
        return list(map(known.__getitem__, keys))

    def _problems(
        self, rows: TextRows, columns: dict[str, list[object]]
    ) -> tuple[list[Problem], set[int]]:
        """What is wrong, and which rows are left out; cells that are kept get their value."""
        problems: list[Problem] = []
        wrong: set[int] = set()
        for cell in self._cells:
            for row, expected in _unexpected(columns[cell.name]):
                problems.append(self._problem(cell, rows, row, expected))
                columns[cell.name][row] = expected.instead
                wrong.update([row] if expected.left_out else [])
        for check in ROW_CHECKS.get(self._table.name, ()):
            for row, expected in _broken(check, columns, wrong):
                problems.append(self._problem(self._cell(check.columns[0]), rows, row, expected))
                wrong.update([row] if expected.left_out else [])
        return problems, wrong

    def _cell(self, name: str) -> Cell:
        nowhere = constant(self._table.column(name), None)
        return next((cell for cell in self._cells if cell.name == name), nowhere)

    def _problem(self, cell: Cell, rows: TextRows, row: int, expected: Expected) -> Problem:
        column = cell.reads[0] if cell.reads else cell.name
        found = rows.columns[column][row] if cell.reads else ""
        return Problem(
            self._file,
            rows.lines[row],
            column,
            expected.what,
            shown(found),
            expected.next_step,
            expected.left_out,
        )

    def _rows(
        self, rows: TextRows, columns: dict[str, list[object]], kept: list[bool] | None
    ) -> Rows:
        lines: Iterable[int] = rows.lines if kept is None else compress(rows.lines, kept)
        chosen = (
            columns
            if kept is None
            else {name: list(compress(values, kept)) for name, values in columns.items()}
        )
        batch = batch_of(self._table, chosen)
        return Rows(self._table.name, batch, pa.array(list(lines), pa.int64()))


def constant(column: Column, value: object) -> Cell:
    """A column that has the same value on every row."""
    return Cell(column.name, (), lambda: value)


def day_parser(parse: Callable[..., object], zone: tzinfo) -> Callable[[str], object]:
    """The local day of the instant that `parse` reads."""

    def day(text: str) -> object:
        instant = parse(text)
        # The instant's own cell reports what is wrong; the day only follows it.
        return day_of(instant, zone) if isinstance(instant, int) else None

    return day


def _unexpected(values: list[object]) -> Iterator[tuple[int, Expected]]:
    if Expected not in set(map(type, values)):
        return
    for row, value in enumerate(values):
        if isinstance(value, Expected):
            yield row, value


def _broken(
    check: RowCheck, columns: dict[str, list[object]], wrong: set[int]
) -> Iterator[tuple[int, Expected]]:
    # What the file does not have is empty.
    empty: list[object] = [None] * len(next(iter(columns.values())))
    values = zip(*(columns.get(name, empty) for name in check.columns), strict=True)
    for row, cells in enumerate(values):
        expected = None if row in wrong else check.wrong(*cells)
        if expected is not None:
            yield row, expected
