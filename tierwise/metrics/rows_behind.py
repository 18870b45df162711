"""The rows that a figure counts, one by one, with what each adds to it."""

from collections.abc import Mapping

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

from .kinds import (
    Adjusted,
    Against,
    Age,
    Count,
    How,
    Length,
    MeanLength,
    Net,
    Per,
    Ratio,
    Recent,
    Rows,
    Score,
    Share,
    Stock,
    Total,
    Wait,
    rows_of,
)
from .measure_views import COLUMNS
from .measured_columns import PACKAGE, SLICES
from .metric import Metric
from .row_models import length_of, wait_of
from .sums import Asked, within

ROWS = Table(
    "rows_behind",
    "Rows of a figure: which, whose, when, and what each adds. A value is 1 or 0 for a share, "
    "seconds for a duration as far as it ran.",
    (),
    (
        Column("row_id", Kind.TEXT, "The row, by the first column of its key."),
        Column("ticket_id", Kind.TEXT, "The ticket, if it is of one.", nullable=True),
        Column("customer", Kind.TEXT, "Whose it is.", nullable=True),
        *SLICES,
        Column("at_s", Kind.INSTANT, "The moment it belongs to; midnight UTC of a day."),
        Column("value", Kind.NUMBER, "What it adds.", nullable=True),
        Column("is_open", Kind.COUNT, "1 if it still goes on.", low=0, high=1),
    ),
)
_DAY_S = 86_400
_OF_NOBODY = ("agent_days", "cost_and_solves")  # alike by agent and by day


def rows_model(metric: Metric, metrics: Mapping[str, Metric], asked: Asked) -> SqlModel | None:
    """The rows behind a KPI in one period; None where it has none of its own."""
    how = metric.how
    if isinstance(how, Per | Against):
        return rows_model(metrics[how.top], metrics, asked)
    if isinstance(how, Stock | Age):
        return _of_stock(how, asked)
    rows = rows_of(how)
    return _of_rows(how, rows, asked) if rows else None


def _of_rows(how: How, rows: Rows, asked: Asked) -> SqlModel:
    where, value, is_open = _timed(how) if isinstance(how, Wait | Length) else _counted(how)
    at = f"CAST(on_day AS BIGINT) * {_DAY_S}" if rows.is_dated else rows.at
    text = f"""
{within(rows, asked)}
SELECT {_who(rows.table)}, {at} AS at_s, CAST({value} AS DOUBLE) AS value, {is_open} AS is_open
FROM within
WHERE {where}
"""
    return SqlModel(PACKAGE, ROWS, (rows.table,), ("as_of_s",), text=text, as_view=True)


def _timed(how: Wait | Length) -> tuple[str, str, str]:
    """Which rows count, how long each took, and whether it is open; as SQL."""
    length, state = wait_of(how) if isinstance(how, Wait) else length_of(how)
    counts = f"({how.rows.where}) AND ({length}) IS NOT NULL"
    return counts, f"GREATEST({length}, 0)", f"CASE WHEN {state} = 0 THEN 1 ELSE 0 END"


def _counted(how: How) -> tuple[str, str, str]:
    """Which rows count, what each adds, and that none is open; as SQL."""
    never = "0"
    match how:
        case Share(rows, hits) | Recent(rows, hits):
            return rows.where, f"CASE WHEN {hits} THEN 1 ELSE 0 END", never
        case Score(rows, of) | Total(rows, of):
            return rows.where, of, never
        case MeanLength(rows, of):
            return f"({rows.where}) AND ({of}) IS NOT NULL", of, never
        case Net(rows, up, down):
            return rows.where, f"CASE WHEN {up} THEN 1 WHEN {down} THEN -1 ELSE 0 END", never
        case Ratio(rows, top):
            return rows.where, top, never
        case Adjusted(rows, answered, hits):
            return f"({rows.where}) AND {answered} = 1", hits, never
        case Count(rows):
            return rows.where, "1", never
        case _:
            raise ValueError(f"{how} counts no rows")


def _of_stock(how: Stock | Age, asked: Asked) -> SqlModel:
    """What a stock holds at the end of the period, by how long it has."""
    end_s = asked.ends_s[-1]
    since = how.since if isinstance(how, Age) else "from_s"
    where = how.where if isinstance(how, Stock) else "TRUE"
    text = f"""
SELECT {_who(how.table)}, from_s AS at_s, CAST({end_s} - {since} AS DOUBLE) AS value, 1 AS is_open
FROM {how.table}
WHERE from_s < {end_s} AND (until_s IS NULL OR until_s >= {end_s}) AND {where}
"""
    return SqlModel(PACKAGE, ROWS, (how.table,), (), text=text, as_view=True)


def _who(table: str) -> str:
    """Which row it is and whose, as far as its table says."""
    names = COLUMNS[table]
    ticket = "ticket_id" if "ticket_id" in names else "CAST(NULL AS STRING)"
    customer = "CAST(NULL AS STRING)" if table in _OF_NOBODY else "customer"
    slices = ", ".join(one.name for one in SLICES)
    row_id = f"CAST({names[0]} AS STRING) AS row_id"
    return f"{row_id}, {ticket} AS ticket_id, {customer} AS customer, {slices}"
