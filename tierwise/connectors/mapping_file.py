"""Mapping files: which column of a company's own file is which column of ours, in YAML."""

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError

from tierwise.facts.columns import Kind, Table
from tierwise.facts.problems import InputError, Problem
from tierwise.facts.tables import TABLES

from .reading import ReadOptions

DERIVED_DAYS = {"placed_day": "placed_at", "happened_day": "happened_at"}
DEFAULTS: dict[tuple[str, str], object] = {
    ("orders", "kind"): "purchase",
    ("orders", "state"): "paid",
    ("orders", "refunded_minor"): 0,
    ("orders", "discount_minor"): 0,
    ("live_contacts", "callback"): False,
}
UNDECIDED = "?"
"""What a draft says of a word of theirs until a person has said which of ours it is."""
_TABLES = {table.name: table for table in TABLES}
_OPTIONS = (
    *("source", "encoding", "delimiter", "decimal", "dates", "zone", "currency"),
    "phone_prefix",
)
_KEYS = ("table", *_OPTIONS, "id_prefix", "negative_totals", "columns")
_RULE_KEYS = ("column", "const", "values", "as")


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """Where one of our columns comes from: a column of theirs, or the same text on every row.

    `values` translates their words to ours; `reads_as` is `email` or `phone`, to normalise.
    """

    line: int
    column: str | None = None
    const: str | None = None
    values: AnyMapping[str, str] = field(default_factory=dict)
    reads_as: str | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file that was read; `options` are the reader's with the file's own on top."""

    file: str
    table: Table
    options: ReadOptions
    rules: AnyMapping[str, ColumnRule]
    id_prefix: str = ""
    negative_totals: str | None = None


def load_mapping(text: str, file: str, options: ReadOptions) -> Mapping:
    """The mapping in `text`; InputError with lines for all that is wrong with it."""
    top = _parsed(text, file)
    _refuse(_unknown_keys(file, top, _KEYS))
    table = _table(file, top)
    columns = top.get("columns")
    if not isinstance(columns, CommentedMap):
        raise InputError((_wrong(file, top, "columns", "our columns and theirs, one a line"),))
    _refuse(_unknown_keys(file, columns, table.names))
    _refuse([problem for name in columns for problem in _rule_problems(file, columns, name)])
    rules = {name: _rule(columns, name) for name in columns}
    _refuse(_unmapped(file, top, table, rules))
    own: dict[str, Any] = {key: str(top[key]) for key in _OPTIONS if top.get(key) is not None}
    return Mapping(
        file,
        table,
        replace(options, **own),
        rules,
        str(top.get("id_prefix") or ""),
        _negative_totals(file, top),
    )


def _parsed(text: str, file: str) -> CommentedMap:
    try:
        top = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        found = error.problem or "something else"
        raise InputError((Problem(file, line, None, "YAML", found, "mind the colons"),)) from None
    if not isinstance(top, CommentedMap):
        step = "let the first read write a draft of it"
        raise InputError((Problem(file, 1, None, "a mapping", "something else", step),))
    return top


def _table(file: str, top: CommentedMap) -> Table:
    name = str(top.get("table"))
    if name in _TABLES:
        return _TABLES[name]
    raise InputError((_wrong(file, top, "table", "one of " + ", ".join(_TABLES)),))


def _negative_totals(file: str, top: CommentedMap) -> str | None:
    word = top.get("negative_totals")
    if word not in {None, "refund"}:
        raise InputError((_wrong(file, top, "negative_totals", "`refund`, or no such line"),))
    if word and "kind" in top["columns"]:
        expected = "no line for `kind`: `negative_totals` decides it"
        raise InputError((_wrong(file, top["columns"], "kind", expected),))
    return None if word is None else str(word)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise InputError(tuple(problems))


def _unknown_keys(file: str, part: CommentedMap, known: tuple[str, ...]) -> list[Problem]:
    return [
        Problem(file, _line(part, key), str(key), "a name from the list", f"`{key}`", step)
        for key in part
        if key not in known
        for step in (_did_you_mean(str(key), known),)
    ]


def _did_you_mean(name: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else "use one of " + ", ".join(known)


def _rule_problems(file: str, columns: CommentedMap, name: str) -> list[Problem]:
    rule = columns[name]
    if not isinstance(rule, CommentedMap):
        wrong = isinstance(rule, list) or rule is None
        return [_wrong(file, columns, name, "one of their columns")] if wrong else []
    problems = _unknown_keys(file, rule, _RULE_KEYS)
    if ("column" in rule) == ("const" in rule):
        problems.append(_wrong(file, columns, name, "either `column` or `const`"))
    if not isinstance(rule.get("values", {}), dict):
        problems.append(_wrong(file, columns, name, "`values: {theirs: ours}`"))
    if rule.get("as") not in {None, "email", "phone"}:
        problems.append(_wrong(file, columns, name, "`as: email` or `as: phone`"))
    return problems


def _rule(columns: CommentedMap, name: str) -> ColumnRule:
    rule, line = columns[name], _line(columns, name)
    if not isinstance(rule, CommentedMap):
        return ColumnRule(line, column=str(rule))
    return ColumnRule(
        line,
        str(rule["column"]) if "column" in rule else None,
        str(rule["const"]) if "const" in rule else None,
        {_word(theirs): _word(ours) for theirs, ours in rule.get("values", {}).items()},
        rule.get("as"),
    )


def _word(value: object) -> str:
    # YAML reads true and false as flags; the file has them as words.
    return str(value).lower() if isinstance(value, bool) else str(value)


def _unmapped(
    file: str, top: CommentedMap, table: Table, rules: AnyMapping[str, ColumnRule]
) -> list[Problem]:
    line = _line(top, "columns")
    return [
        Problem(file, line, column.name, f"a line for it ({column.meaning})", "none", _HOW)
        for column in table.columns
        if not column.nullable and column.name not in rules
        if not _has_default(table, column.name, top, rules)
    ]


_HOW = "name their column, or a fixed value as `{const: …}`"


def _has_default(
    table: Table, name: str, top: CommentedMap, rules: AnyMapping[str, ColumnRule]
) -> bool:
    if name == "currency":
        return top.get("currency") is not None
    if table.column(name).kind is Kind.DAY:
        return DERIVED_DAYS.get(name) in rules
    return name == "source" or (table.name, name) in DEFAULTS


def _wrong(file: str, part: CommentedMap, key: str, expected: str) -> Problem:
    found = f"`{part[key]}`" if key in part else "nothing"
    return Problem(file, _line(part, key), key, expected, found)


def _line(part: CommentedMap, key: object) -> int:
    if key not in part:
        return int(part.lc.line) + 1
    return int(part.lc.key(key)[0]) + 1
