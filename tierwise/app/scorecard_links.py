"""The addresses of KPIs: their pages, the rows behind a figure, and the tickets of a promise."""

from urllib.parse import quote

from tierwise.metrics.catalogue import CATALOGUE

from .promise_asked import NO_LEVEL, Wanted
from .promise_records import Period
from .scorecard_records import ScoreLine

WITHOUT_ROWS = "figure"  # the grain of a KPI that is made of others


def days_link(path: str, period: Period) -> str:
    """A page on those days."""
    return Wanted(path, {}).days(period)


def metric_link(metric_id: str, period: Period, **which: str | None) -> str:
    """The page of a KPI on those days."""
    return Wanted(f"/metrics/{quote(metric_id, safe='')}", {}).days(period, **which)


def rows_link(
    metric_id: str, period: Period, *, level: str | None = None, **which: str | None
) -> str:
    """The rows behind a figure; its page where it has none. `level` None is all, empty is none.

    `slice` None together with `by` is what is not said.
    """
    named = NO_LEVEL if level == "" else level
    if CATALOGUE[metric_id].grain == WITHOUT_ROWS:
        return metric_link(metric_id, period, level=named)
    if which.get("by"):
        which = {**which, "slice": which.get("slice") or NO_LEVEL}
    path = f"/metrics/{quote(metric_id, safe='')}/rows"
    return Wanted(path, {}).days(period, level=named, **which)


def tickets_link(period: Period, *, level: str, clock: str, outcome: str) -> str:
    """The tickets whose promises came out so on those days."""
    return Wanted("", {}).behind(period, level=level, clock=clock, outcome=outcome)


def line_link(line: ScoreLine, period: Period, by: str | None = None) -> str:
    """The rows behind a line, of its slice if it was sliced."""
    if by is None:
        return rows_link(line.metric, period, level=line.level)
    return rows_link(line.metric, period, level=line.level, by=by, slice=line.slice)
