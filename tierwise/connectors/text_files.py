"""CSV files as a stream of text rows and problems, in bounded memory, with exact lines."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

from tierwise.facts.problems import Expected, Problem

from .headers import Wanted, places_of
from .reading import CHUNK_ROWS, UNDECODED, Problems, ReadOptions, TextRows, shown, unusable

_LONGEST_LINE = 1 << 20
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class _Lines:
    """The lines of a text; remembers whether one held bytes that are no text."""

    def __init__(self, text: io.TextIOWrapper, file: str, encoding: str) -> None:
        self._next_line = partial(text.readline, _LONGEST_LINE)
        self._file = file
        self.encoding = encoding
        self.undecoded = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        try:
            line = self._next_line()
        except UnicodeError as error:
            expected = Expected(f"{self.encoding} text", _ENCODING)
            raise unusable(self._file, expected, str(error)) from None
        if not line:
            raise StopIteration
        if not line.isascii() and UNDECODED.search(line):
            self.undecoded = True
        return line


@dataclass(frozen=True, slots=True)
class _Sheet:
    """An open file past its header."""

    file: str
    header: Sequence[str]
    wanted: dict[str, int]
    missing: tuple[str, ...]
    lines: _Lines
    rows: Iterator[tuple[int, list[str] | csv.Error]]
    stream: BinaryIO


def read_text_rows(
    path: Path, wanted: Wanted, options: ReadOptions
) -> Iterator[TextRows | Problems]:
    """The wanted columns, about 20,000 rows at a time, and the rows that cannot be read.

    InputError when nothing can be read: no rows, no header, columns missing, unknown encoding.
    """
    with _opened(path, wanted, options) as sheet:
        yield from _told(sheet, path, options)


def read_header(path: Path, options: ReadOptions) -> tuple[str, ...]:
    """The column names of a CSV file."""
    with _opened(path, Wanted(()), options) as sheet:
        return tuple(sheet.header)


_EMPTY = "export the file again; it holds nothing to read"


@contextmanager
def _opened(path: Path, wanted: Wanted, options: ReadOptions) -> Iterator[_Sheet]:
    with path.open("rb") as stream, _text(stream, path.name, options) as text:
        lines = _Lines(text, path.name, options.encoding)
        rows = _numbered(lines, options.delimiter)
        header = _header(rows, path.name)
        places = places_of(wanted, header, path.name, options.delimiter)
        missing = tuple(name for name in wanted.optional if name not in places)
        yield _Sheet(path.name, header, places, missing, lines, rows, stream)


def _told(sheet: _Sheet, path: Path, options: ReadOptions) -> Iterator[TextRows | Problems]:
    """The chunks; tells how far they are, and refuses a file without any."""
    chunks = _chunks(sheet)
    first = next(chunks, None)
    if first is None:
        raise unusable(path.name, Expected("a row below the header", _EMPTY), "only a header")
    total = path.stat().st_size
    for chunk in chain([first], chunks):
        yield chunk
        if options.progress:
            options.progress(sheet.stream.tell(), total)


def _text(stream: BinaryIO, file: str, options: ReadOptions) -> io.TextIOWrapper:
    try:
        encoding = codecs.lookup(options.encoding).name
    except LookupError:
        step = "say e.g. `--encoding utf-8` or `--encoding windows-1252`"
        raise unusable(file, Expected("an encoding", step), options.encoding) from None
    if len(options.delimiter) != 1:
        step = "say e.g. `--delimiter ';'`"
        raise unusable(file, Expected("one character as delimiter", step), options.delimiter)
    mark = stream.read(2)
    stream.seek(0)
    if mark in _UTF_16_MARKS and encoding == "utf-8":
        raise unusable(file, Expected("utf-8 text", "say `--encoding utf-16`"), "utf-16 text", 1)
    encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    return io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline="")


def _numbered(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Each row with its first physical line; a row that is no CSV is the error instead."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        first = reader.line_num + 1
        try:
            yield first, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield first, error


def _header(rows: Iterator[tuple[int, list[str] | csv.Error]], file: str) -> list[str]:
    header = next((row for _, row in rows if row), None)
    if header is None:
        raise unusable(file, Expected("a header and rows", _EMPTY), "an empty file")
    if isinstance(header, csv.Error):
        raise unusable(file, Expected("a header row", _QUOTES), str(header), 1)
    return [name.strip() for name in header]


def _chunks(sheet: _Sheet) -> Iterator[TextRows | Problems]:
    picked = _Picked(sheet)
    for line, row in sheet.rows:
        picked.add(line, row)
        if picked.full:
            yield from picked.taken()
    yield from picked.taken()


class _Picked:
    """Rows and problems gathered for the next chunk."""

    def __init__(self, sheet: _Sheet) -> None:
        self._sheet = sheet
        self._width = len(sheet.header)
        places = tuple(sheet.wanted.values())
        # itemgetter of one place gives a bare text; asking for it twice keeps rows tuples.
        self._pick = itemgetter(*places, *places[:1])
        self._clear()

    def _clear(self) -> None:
        self._lines: list[int] = []
        self._cells: list[tuple[str, ...]] = []
        self._problems: list[Problem] = []

    @property
    def full(self) -> bool:
        return len(self._lines) + len(self._problems) >= CHUNK_ROWS

    def add(self, line: int, row: list[str] | csv.Error) -> None:
        if not row:
            return
        if isinstance(row, csv.Error):
            self._problems.append(_no_csv(self._sheet.file, line, row))
            return
        if len(row) != self._width:
            self._problems.append(_ragged(self._sheet, line, row))
            return
        if self._sheet.lines.undecoded and self._found_undecoded(line, row):
            return
        self._lines.append(line)
        self._cells.append(self._pick(row))

    def taken(self) -> Iterator[TextRows | Problems]:
        lines, cells, problems = self._lines, self._cells, self._problems
        self._clear()
        if problems:
            yield Problems(tuple(problems))
        if lines:
            texts = dict(zip(self._sheet.wanted, zip(*cells, strict=True), strict=False))
            empty = ("",) * len(lines)
            yield TextRows(lines, texts | dict.fromkeys(self._sheet.missing, empty))

    def _found_undecoded(self, line: int, row: list[str]) -> bool:
        self._sheet.lines.undecoded = False
        wrong = [
            (name, row[place])
            for name, place in self._sheet.wanted.items()
            if UNDECODED.search(row[place])
        ]
        self._problems.extend(_undecoded(self._sheet, line, *cell) for cell in wrong)
        return bool(wrong)


_QUOTES = 'a `"` inside a cell is written twice, and a cell that begins with one ends with one'
_ENCODING = "the file has another encoding: say e.g. `--encoding windows-1252`"


def _no_csv(file: str, line: int, error: csv.Error) -> Problem:
    return Problem(file, line, None, "a row of CSV", str(error), _QUOTES)


def _ragged(sheet: _Sheet, line: int, row: list[str]) -> Problem:
    width = len(sheet.header)
    step = "half a row: export the file again" if len(row) < width else _TOO_MANY
    found = f"{len(row)}: {shown(', '.join(row))}"
    return Problem(sheet.file, line, None, f"{width} cells as in the header", found, step)


_TOO_MANY = "put cells that hold the delimiter in quotes"


def _undecoded(sheet: _Sheet, line: int, column: str, text: str) -> Problem:
    wrong = [ord(mark) - 0xDC00 for mark in UNDECODED.findall(text)]
    # windows-1252 has letters and signs where latin-1 has control characters.
    other = "windows-1252" if any(byte < 0xA0 for byte in wrong) else "latin-1"
    found = f"the bytes {bytes(wrong[:8]).hex(' ').upper()} in {shown(text)}"
    step = f"the file has another encoding: say e.g. `--encoding {other}`"
    return Problem(sheet.file, line, column, f"{sheet.lines.encoding} text", found, step)
