"""Reading: what every reader of files is given and what it hands on, piece by piece."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from tierwise.facts.parsing import Writing
from tierwise.facts.problems import Expected, InputError, Problem
from tierwise.facts.time import parse_zone

CHUNK_ROWS = 20_000
UNDECODED = re.compile("[\udc80-\udcff]")
_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a file is to be read. `now` and `zone` say what is past and what a local day is.

    `dates` is `iso`, `epoch`, `epoch-ms` or a format as `%d.%m.%Y`; `currency` is the currency
    of files that name none; `phone_prefix` the country of phone numbers without one;
    `mapping` the mapping file of the generic reader; `progress(bytes_read, bytes_total)` is told
    how far the reading is.
    """

    now: int
    zone: str
    encoding: str = "utf-8"
    delimiter: str = ","
    decimal: str = "."
    dates: str = "iso"
    source: str | None = None
    currency: str | None = None
    phone_prefix: str | None = None
    mapping: Path | None = None
    progress: Callable[[int, int], None] | None = None


@dataclass(frozen=True, slots=True)
class TextRows:
    """Rows as text: `lines` are 1-based physical lines, `columns` is their name -> texts."""

    lines: Sequence[int]
    columns: Mapping[str, Sequence[str]]

    def chosen(self, rows: Sequence[int]) -> "TextRows":
        """Only the rows at these positions."""
        return TextRows(
            [self.lines[row] for row in rows],
            {name: [texts[row] for row in rows] for name, texts in self.columns.items()},
        )


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a canonical table, in its schema; `lines` says where each came from."""

    table: str
    batch: pa.RecordBatch
    lines: pa.Int64Array


@dataclass(frozen=True, slots=True)
class Problems:
    """Some of a file's problems; a file may have more than fit into memory."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the user should know that is no problem."""

    text: str


Part = Rows | Problems | Remark


def writing_of(options: ReadOptions, file: str) -> Writing:
    """How numbers and dates are written; InputError when the options name no such thing."""
    zone = parse_zone(options.zone)
    if isinstance(zone, Expected):
        raise unusable(file, zone, options.zone)
    if options.decimal not in {".", ","}:
        raise unusable(file, Expected("`.` or `,`", "say `--decimal ,`"), options.decimal)
    return Writing(options.now, zone, options.decimal, options.dates)


def unusable(file: str, expected: Expected, found: str, line: int | None = None) -> InputError:
    """The error that says the whole file cannot be used as it is."""
    return InputError((Problem(file, line, None, expected.what, found, expected.next_step),))


def shown(text: str) -> str:
    """What was found, safe to store and print, at most 80 characters.

    >>> shown("12,50"), shown(" ")
    ('`12,50`', 'an empty cell')
    """
    safe = UNDECODED.sub("\ufffd", text)
    short = safe if len(safe) <= _LONGEST_SHOWN else safe[: _LONGEST_SHOWN - 1] + "…"
    return f"`{short}`" if text.strip() else "an empty cell"
