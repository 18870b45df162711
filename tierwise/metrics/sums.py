"""Sums behind figures: many KPIs of one measure table counted in one pass, by slice and period.

What stands below and above the line of a share, mean or ratio is summed up by customer first, so
that squares and products over customers tell how alike the rows of one customer are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

from .kinds import Count, MeanLength, Net, Ratio, Recent, Rows, Score, Share, Summed, Total
from .measured_columns import PACKAGE, SLICES
from .periods import DayWords, Periods

PERIOD = Column("period", Kind.DAY, "First day of the period.")
BY: Mapping[str, Column] = {one.name: one for one in SLICES}
_DAY_S = 86_400

_SIZES = ("n", "bottom", "top")
OVER_CUSTOMERS: Mapping[str, str] = {
    "n": "SUM({n})",
    "bottom": "SUM({bottom})",
    "top": "SUM({top})",
    "clusters": "SUM(CASE WHEN {n} > 0 THEN 1 ELSE 0 END)",
    "bottom_squares": "SUM({bottom} * {bottom})",
    "cross": "SUM({bottom} * {top})",
    "top_squares": "SUM({top} * {top})",
}
OVER_ROWS: Mapping[str, str] = {
    "n": "SUM({n})",
    "total": "SUM({x})",
    "squares": "SUM({x} * {x})",
    "cubes": "SUM({x} * {x} * {x})",
    "log_n": "SUM({above})",
    "logs": "SUM({log})",
    "log_squares": "SUM({log} * {log})",
    "log_cubes": "SUM({log} * {log} * {log})",
    "log_fourths": "SUM({log} * {log} * {log} * {log})",
}
OF_MEANS: Mapping[str, str] = {
    "clusters": OVER_CUSTOMERS["clusters"],
    "sizes_squared": "SUM({n} * {n})",
    "sizes_by_totals": "SUM({n} * {total})",
    "totals_squared": "SUM({total} * {total})",
}
_WHOLE = frozenset({"n", "clusters", "log_n"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted: by which slices, in which periods, and how days are told from instants.

    `ends_s` are the instants at which the periods end, none later than what is known. With `only`
    periods are counted that begin on one of those days, and no others.
    """

    by: tuple[str, ...]
    periods: Periods
    days: DayWords
    ends_s: tuple[int, ...]
    only: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Sum:
    """A column through the steps of a model: of a row, of a customer, of a slice."""

    name: str
    of_row: str
    of_customer: str
    of_slice: str
    is_whole: bool


def sums_model(name: str, hows: Sequence[Summed], asked: Asked) -> SqlModel:
    """Sums of kinds that share table and moment; column `m0_n` is the n of the first."""
    sums = [one for place, how in enumerate(hows) for one in _sums(f"m{place}", how, asked)]
    keys = ", ".join((*asked.by, PERIOD.name))
    rows = ", ".join(one.of_row for one in sums if one.of_row)
    customers = ", ".join(one.of_customer for one in sums if one.of_customer)
    slices = ", ".join(one.of_slice for one in sums if one.of_slice)
    text = f"""
{within(hows[0].rows, asked)},
parts AS (
    SELECT {keys}, customer, {rows} FROM within
),
of_customers AS (
    SELECT {keys}, customer, {customers} FROM parts GROUP BY {keys}, customer
)
SELECT {keys}, {slices} FROM of_customers GROUP BY {keys}
"""
    columns = (
        Column(one.name, Kind.COUNT if one.is_whole else Kind.NUMBER, "A sum.")
        for one in sums
        if one.of_slice
    )
    table = Table(name, "Sums.", (), (*(BY[one] for one in asked.by), PERIOD, *columns))
    return SqlModel(PACKAGE, table, (hows[0].rows.table,), ("as_of_s",), text=text)


def within(rows: Rows, asked: Asked) -> str:
    """The rows that belong to the periods asked for, each with the first day of its period."""
    day = rows.at if rows.is_dated else asked.days.day(rows.at)
    first, days = asked.periods.first_day, asked.periods.days
    whole = f"{{{{ floor_div('on_day - {first}', '{days}') }}}}"
    only = "" if asked.only is None else f"AND period IN ({', '.join(map(str, asked.only))})"
    once = "TRUE"
    if rows.unless:
        once = f"({rows.unless} IS NULL OR {asked.days.day(rows.unless)} >= period + {days})"
    return f"""
WITH dated AS (
    SELECT *, {day} AS on_day FROM {rows.table} WHERE {rows.at} IS NOT NULL
),
placed AS (
    SELECT *, {first} + {days} * {whole} AS period FROM dated
    WHERE on_day >= {first} AND on_day < {asked.periods.end_day}
),
within AS (
    SELECT * FROM placed WHERE {once} {only}
)"""


def _sums(name: str, how: Summed, asked: Asked) -> Iterator[_Sum]:
    match how:
        case Net():
            for way, flag in (("up", how.up), ("down", how.down)):
                yield from _over_customers(
                    f"{name}_{way}", how.rows, ("1", _flag(flag)), whole=True
                )
        case MeanLength():
            yield from _over_rows(name, how)
        case Count():
            yield _Sum(
                f"{name}_n",
                f"{_flag(how.rows.where)} AS {name}_n",
                _sum(f"SUM({name}_n)", f"{name}_n", whole=True),
                _sum(f"SUM({name}_n)", f"{name}_n", whole=True),
                is_whole=True,
            )
        case Share():
            yield from _over_customers(name, how.rows, ("1", _flag(how.hits)), whole=True)
        case _:
            yield from _over_customers(name, how.rows, _terms(how, asked), whole=False)


def _terms(how: Recent | Score | Ratio | Total, asked: Asked) -> tuple[str, ...]:
    """What stands below and above the line, for a row that counts, and how many it stands for."""
    match how:
        case Recent():
            rate = _DAY_S / how.half_life_s
            weight = f"POWER(2.0, (on_day - {asked.periods.first_day}) * {rate!r})"
            return weight, f"{weight} * {_flag(how.hits)}"
        case Score() | Total():
            return "1.0", f"CAST({how.of} AS DOUBLE)"
        case Ratio():
            return f"CAST({how.bottom} AS DOUBLE)", f"CAST({how.top} AS DOUBLE)", how.n


def _flag(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"


def _over_customers(
    name: str, rows: Rows, terms: tuple[str, ...], *, whole: bool
) -> Iterator[_Sum]:
    below, above, *size = terms
    cells = {"n": size[0] if size else "1", "bottom": below, "top": above}
    named = {one: f"{name}_{one}" for one in _SIZES}
    for part, term in OVER_CUSTOMERS.items():
        is_whole = whole or part in _WHOLE
        cell = cells.get(part)
        of_row = f"CASE WHEN {rows.where} THEN {cell} ELSE 0 END AS {named[part]}" if cell else ""
        of_customer = _sum(f"SUM({named[part]})", named[part], whole=is_whole) if cell else ""
        of_slice = _sum(term.format(**named), f"{name}_{part}", whole=is_whole)
        yield _Sum(f"{name}_{part}", of_row, of_customer, of_slice, is_whole)


def _over_rows(name: str, how: MeanLength) -> Iterator[_Sum]:
    """Durations are summed row by row, in seconds and in logarithms of those above 0."""
    seconds = f"CAST({how.of} AS DOUBLE)"
    counts = f"({how.rows.where}) AND ({how.of}) IS NOT NULL"
    above = f"{counts} AND ({how.of}) > 0"
    cells = {
        "n": f"CASE WHEN {counts} THEN 1 ELSE 0 END",
        "x": f"CASE WHEN {counts} THEN {seconds} ELSE 0.0 END",
        "above": f"CASE WHEN {above} THEN 1 ELSE 0 END",
        "log": f"CASE WHEN {above} THEN LN({seconds}) ELSE 0.0 END",
    }
    named = {cell: f"{name}_{cell}" for cell in cells}
    for cell, term in cells.items():
        yield _Sum(named[cell], f"{term} AS {named[cell]}", "", "", is_whole=True)
    for part, term in OVER_ROWS.items():
        own, whole = f"{name}_{part}", part in _WHOLE
        of_customer = _sum(term.format(**named), own, whole=whole)
        yield _Sum(own, "", of_customer, _sum(f"SUM({own})", own, whole=whole), whole)
    for part, term in OF_MEANS.items():
        own, whole = f"{name}_{part}", part in _WHOLE
        of_slice = _sum(term.format(n=f"{name}_n", total=f"{name}_total"), own, whole=whole)
        yield _Sum(own, "", "", of_slice, whole)


def _sum(term: str, name: str, *, whole: bool) -> str:
    return f"CAST({term} AS {'BIGINT' if whole else 'DOUBLE'}) AS {name}"
