"""What sums cannot say: durations row by row, steps of stocks, ages, and who answered of whom."""

from collections.abc import Sequence

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

from .kinds import Adjusted, Age, Length, Stock, Timed, Wait
from .measured_columns import PACKAGE
from .sums import BY, PERIOD, Asked, within

DAY = Column("on_day", Kind.DAY, "The day.")


def waits_model(name: str, hows: Sequence[Timed], asked: Asked) -> SqlModel:
    """Durations of kinds that share table and moment: `m0_length` seconds and `m0_state`.

    The state is that of `survival.State`, and empty for a row that a kind does not count.
    """
    keys = (*asked.by, PERIOD.name)
    cells: list[str] = []
    columns = [BY[one] for one in asked.by] + [PERIOD]
    for place, how in enumerate(hows):
        length, state = wait_of(how) if isinstance(how, Wait) else length_of(how)
        counts = f"({how.rows.where}) AND ({length}) IS NOT NULL"
        cells += [
            f"CASE WHEN {counts} THEN GREATEST({length}, 0) END AS m{place}_length",
            f"CASE WHEN {counts} THEN {state} END AS m{place}_state",
        ]
        columns += [
            Column(f"m{place}_length", Kind.COUNT, "Seconds.", nullable=True),
            Column(f"m{place}_state", Kind.COUNT, "How it ended.", nullable=True),
        ]
    rows = hows[0].rows
    text = f"{within(rows, asked)} SELECT {', '.join((*keys, *cells))} FROM within"
    return _model(name, rows.table, text, tuple(columns))


def wait_of(how: Wait) -> tuple[str, str]:
    """How long something took, or has taken so far, and how it ended."""
    never = (
        f"({how.dropped}) < ({how.ended}) OR ({how.ended}) IS NULL AND ({how.dropped}) IS NOT NULL"
    )
    ends = (
        f"CASE WHEN {never} THEN {how.dropped} "
        f"WHEN ({how.ended}) IS NOT NULL THEN {how.ended} ELSE {{{{ as_of_s }}}} END"
    )
    state = f"CASE WHEN {never} THEN 2 WHEN ({how.ended}) IS NOT NULL THEN 1 ELSE 0 END"
    return f"{ends} - ({how.since})", state


def length_of(how: Length) -> tuple[str, str]:
    return how.of, f"CASE WHEN {how.is_open} THEN 0 ELSE 1 END"


def stock_model(name: str, how: Stock, asked: Asked) -> SqlModel:
    """By how much a stock changed on every day up to the end of the last period."""
    keys = ", ".join(asked.by)
    lead = f"{keys}, " if keys else ""
    begins, ends = (asked.days.day(one) for one in ("from_s", "until_s"))
    text = f"""
WITH steps AS (
    SELECT {lead}{begins} AS on_day, 1 AS step FROM {how.table} WHERE {how.where}
    UNION ALL
    SELECT {lead}{ends}, -1 FROM {how.table} WHERE until_s IS NOT NULL AND {how.where}
)
SELECT {lead}on_day, CAST(SUM(step) AS BIGINT) AS step FROM steps
WHERE on_day < {asked.periods.end_day}
GROUP BY {lead}on_day
"""
    step = Column("step", Kind.COUNT, "How many more there were after it than before.")
    return _model(name, how.table, text, (*(BY[one] for one in asked.by), DAY, step))


def ages_model(name: str, how: Age, asked: Asked) -> SqlModel:
    """The spans of a stock: since when each is aged, when it began, and when it ended."""
    lead = "".join(f"{one}, " for one in asked.by)
    last = "CASE WHEN until_s IS NULL THEN {{ as_of_s }} + 1 ELSE until_s END AS until_s"
    text = f"SELECT {lead}{how.since} AS since_s, from_s, {last} FROM {how.table}"
    since = Column("since_s", Kind.INSTANT, "Since when it is aged.")
    spans = (Column(one, Kind.INSTANT, "An end of it.") for one in ("from_s", "until_s"))
    return _model(name, how.table, text, (*(BY[one] for one in asked.by), since, *spans))


def strata_model(name: str, how: Adjusted, asked: Asked) -> SqlModel:
    """How many of each kind there were, were answered and were good, by slice and period."""
    strata = ", ".join(f"CAST({one} AS STRING) AS stratum_{one}" for one in how.strata)
    names = tuple(f"stratum_{one}" for one in how.strata)
    keys = ", ".join((*asked.by, PERIOD.name, *names))
    text = f"""
{within(how.rows, asked)},
kinds AS (
    SELECT *, {strata} FROM within
)
SELECT {keys}, CAST(COUNT(*) AS BIGINT) AS resolved,
    CAST(SUM({how.answered}) AS BIGINT) AS answered, CAST(SUM({how.hits}) AS BIGINT) AS happy
FROM kinds
GROUP BY {keys}
"""
    counts = (Column(one, Kind.COUNT, "How many.") for one in ("resolved", "answered", "happy"))
    kinds = (Column(one, Kind.TEXT, "Part of the kind.", nullable=True) for one in names)
    columns = (*(BY[one] for one in asked.by), PERIOD, *kinds, *counts)
    return _model(name, how.rows.table, text, columns)


def _model(name: str, reads: str, text: str, columns: tuple[Column, ...]) -> SqlModel:
    table = Table(name, "Rows behind figures.", (), columns)
    return SqlModel(PACKAGE, table, (reads,), ("as_of_s",), text=text, as_view=True)
