"""A first mapping file for somebody else's CSV or Parquet file, to be read and corrected."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.problems import Expected, UsageError
from tierwise.facts.tables import TABLES
from tierwise.facts.time import parse_instant

from .headers import DELIMITERS, Wanted
from .mapping_file import DEFAULTS, DERIVED_DAYS, UNDECIDED
from .mapping_words import OUR_EVENTS, also_called, has_words, our_word
from .reading import ReadOptions, TextRows, unusable
from .table_files import columns_of, is_parquet, read_table_rows, refuse_unless_file

_SAMPLE_BYTES = 1 << 20
_SAMPLE_ROWS = 2_000
_ALIKE = 0.75
_DATES = (
    "iso",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
    "%d %b %Y",
    "%m/%d/%y",
    "%d.%m.%y",
)
_MOST_WORDS = 20
_COMMA_DECIMAL = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d+),\d{1,2}")
_POINT_DECIMAL = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{1,2}")


@dataclass(frozen=True, slots=True)
class _Guess:
    """What the draft says, and what its reader should look at."""

    text: str
    note: str = ""


def draft_mapping(path: Path, options: ReadOptions, table: str = "orders") -> str:
    """The text of a mapping file that reads `path` as well as can be guessed."""
    ours = _table(table)
    guessed = _as_written(path, options)
    sample = _sample(path, guessed)
    theirs = _pairs(ours, tuple(sample.columns))
    dates = _dates(sample, [theirs[c.name] for c in _moments(ours) if c.name in theirs])
    lines = [
        f"# How to read {path.name}: a draft. Correct it, then read the file again.",
        f"table: {ours.name}",
        f"source: {_quoted(options.source or path.stem)}",
        *_file_lines(path, guessed),
        _line("decimal", _decimal(sample)),
        _line("dates", dates),
        f"zone: {options.zone}  # of dates without an offset, and of the shop's days",
        f"currency: {options.currency or 'EUR'}  # of files that have no column for it",
        '# id_prefix: "shop2-"  # when two systems use the same numbers',
        *(_REFUNDS if ours.name == "orders" else ()),
        "columns:",
        *(_column_line(ours, column, theirs.get(column.name), sample) for column in ours.columns),
        *_unused(sample, theirs),
    ]
    return "\n".join(lines) + "\n"


_REFUNDS = ("# negative_totals: refund  # rows with a negative total are credit notes",)


def _table(name: str) -> Table:
    for table in TABLES:
        if table.name == name:
            return table
    raise UsageError(f"no table `{name}`; use one of " + ", ".join(t.name for t in TABLES))


def _as_written(path: Path, options: ReadOptions) -> ReadOptions:
    refuse_unless_file(path)
    if is_parquet(path):
        return options
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE_BYTES)
    encoding = _encoding(sample)
    if encoding != "utf-16" and b"\0" in sample:
        step = "a spreadsheet has to be saved as CSV first"
        raise unusable(path.name, Expected("a text file or Parquet", step), "binary content")
    first_line = (sample.decode(encoding, "replace").splitlines() or [""])[0]
    delimiter = max(DELIMITERS, key=lambda mark: _cells_in(first_line, mark))
    return replace(options, encoding=encoding, delimiter=delimiter, progress=None)


def _cells_in(line: str, delimiter: str) -> int:
    return len(next(csv.reader([line], delimiter=delimiter), ()))


def _encoding(sample: bytes) -> str:
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    # The sample may end within a character.
    whole = sample[: sample.rfind(b"\n") + 1] or sample
    try:
        whole.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def _sample(path: Path, options: ReadOptions) -> TextRows:
    wanted = Wanted(tuple(dict.fromkeys(columns_of(path, options))))
    parts = islice(read_table_rows(path, wanted, options), 2)
    rows = next((part for part in parts if isinstance(part, TextRows)), None)
    if rows is None:
        return TextRows((), dict.fromkeys(wanted.required, ()))
    return rows.chosen(range(min(_SAMPLE_ROWS, len(rows.lines))))


def _pairs(table: Table, theirs: Sequence[str]) -> dict[str, str]:
    """Our column -> theirs, the likeliest first, each used once."""
    scored = sorted(
        (-_likeness(table, column, name), column.name, name)
        for column in table.columns
        for name in theirs
    )
    pairs: dict[str, str] = {}
    for likeness, ours, name in scored:
        if -likeness >= _ALIKE and ours not in pairs and name not in pairs.values():
            pairs[ours] = name
    return _with_messages(table, pairs)


def _with_messages(table: Table, pairs: dict[str, str]) -> dict[str, str]:
    """Of messages without a type it is said by whom they are, which tells what they are."""
    if table.name == "ticket_events" and "name" not in pairs and "actor" in pairs:
        return pairs | {"name": pairs["actor"]}
    return pairs


def _likeness(table: Table, column: Column, theirs: str) -> float:
    ours = column.name
    names = (ours, ours.removesuffix("_minor"), *also_called(table.name, ours))
    # The discount only breaks ties.
    return max(
        SequenceMatcher(None, _folded(name), _folded(theirs)).ratio() - place / 1_000
        for place, name in enumerate(names)
    )


def _folded(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"[\W_]+", " ", spaced).strip().lower()


def _moments(table: Table) -> list[Column]:
    return [
        column
        for column in table.columns
        if column.kind in {Kind.INSTANT, Kind.DAY} and column.name not in DERIVED_DAYS
    ]


def _dates(sample: TextRows, columns: Sequence[str]) -> _Guess:
    texts = [text for name in columns for text in sample.columns[name] if text.strip()]
    fitting = [dates for dates in _DATES if texts and all(_fits(text, dates) for text in texts)]
    if not fitting:
        return _Guess("iso", "no date format fits; write it as %d.%m.%Y %H:%M")
    if len(fitting) > 1:
        shown = ", ".join(fitting[1:])
        return _Guess(fitting[0], f"ambiguous: {texts[0]} also fits {shown}; choose")
    return _Guess(fitting[0])


def _fits(text: str, dates: str) -> bool:
    return not isinstance(parse_instant(text, dates, UTC), Expected)


def _decimal(sample: TextRows) -> _Guess:
    texts = [text.strip() for texts in sample.columns.values() for text in texts[:200]]
    commas = sum(_COMMA_DECIMAL.fullmatch(text) is not None for text in texts)
    points = sum(_POINT_DECIMAL.fullmatch(text) is not None for text in texts)
    note = "both are found; choose" if commas and points else ""
    return _Guess("," if commas > points else ".", note)


def _file_lines(path: Path, options: ReadOptions) -> tuple[str, ...]:
    if is_parquet(path):
        return ()
    return (f"encoding: {options.encoding}", f"delimiter: {_quoted(options.delimiter)}")


def _line(key: str, guess: _Guess) -> str:
    return f"{key}: {_quoted(guess.text)}" + (f"  # {guess.note}" if guess.note else "")


def _column_line(table: Table, column: Column, theirs: str | None, sample: TextRows) -> str:
    meaning = f"# {column.meaning}"
    if theirs is None:
        return f"  # {column.name}: …  {meaning}{_fallback(table, column)}"
    if column.choices or has_words(table.name, column.name):
        words = _words(table, column, sample.columns[theirs])
        return f"  {column.name}: {{column: {_quoted(theirs)}, values: {{{words}}}}}  {meaning}"
    return f"  {column.name}: {_quoted(theirs)}  {meaning}"


def _words(table: Table, column: Column, texts: Sequence[str]) -> str:
    """Their words and ours; `?` where a person has to say which."""
    found = dict.fromkeys(text.strip() for text in texts if text.strip())
    return ", ".join(
        f"{_quoted(word)}: {_quoted(_word(table, column, word))}"
        for word in list(found)[:_MOST_WORDS]
    )


def _word(table: Table, column: Column, theirs: str) -> str:
    word = theirs.lower()
    ours = our_word(table.name, column.name, word) or word
    known = column.choices or OUR_EVENTS
    return ours if ours in known else UNDECIDED


def _fallback(table: Table, column: Column) -> str:
    if column.name in DERIVED_DAYS:
        return f" From `{DERIVED_DAYS[column.name]}` if not given."
    if (table.name, column.name) in DEFAULTS:
        return f" `{DEFAULTS[table.name, column.name]}` if not given."
    settled = column.nullable or column.name in {"source", "currency"}
    return "" if settled else " Needed: name the column, or {const: …}."


def _unused(sample: TextRows, theirs: dict[str, str]) -> tuple[str, ...]:
    unused = [name for name in sample.columns if name not in theirs.values()]
    return ("# not used: " + ", ".join(unused),) if unused else ()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'
