"""One KPI: what it means, by level, week after week, sliced, and the rows behind it."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from starlette.exceptions import HTTPException
from starlette.responses import Response

from .figure_charts import FigureGroup, figure_chart, row_of
from .figure_words import counts_rows
from .looks import Look, level_look, looks
from .promise_asked import period_of, wanted
from .promise_pages import needs_tickets
from .promise_records import Period
from .scorecard_asked import cut_of, write_days
from .scorecard_lines import slice_name
from .scorecard_links import WITHOUT_ROWS, line_link, rows_link
from .scorecard_records import MetricAnswer, ScoreLine, TrendPoint
from .site import Asked, Site
from .trend_chart import Trend, trend_chart

Looks = dict[str, Look]


@needs_tickets
def metric_page(site: Site, asked: Asked) -> Response:
    """The page of a KPI; every mark on it leads to the rows it counts."""
    want = wanted(asked)
    by = cut_of(want)
    found = site.answers.metric(asked.parts["metric_id"], period_of(want)[0], by=by)
    if found is None:
        raise HTTPException(404, f"There is no KPI `{asked.parts['metric_id']}`.")
    known, currency = looks(site.answers.levels()), site.answers.currency()
    slices = [one for one in found.slices if one.level == want.level]
    trends = _trends(found, known)
    return write_days(
        site,
        asked,
        "metric.html",
        found,
        metric=found.metric,
        by=by,
        slices=[(one, _slice_look(known, one), line_link(one, found.period, by)) for one in slices],
        picture=figure_chart([_levels(found, known, currency)], found.metric.name, currency),
        slice_picture=figure_chart(
            [_sliced(found, slices, known, currency)], f"{found.metric.name}, sliced", currency
        ),
        trends=[(one, trend_chart(one, found.metric, currency)) for one in trends],
        weeks=_weeks(found.trend),
        lines=[(one, line_link(one, found.period)) for one in found.lines],
        counts=counts_rows(found.metric.id),
        week_link=partial(_week_link, found),
        has_rows=found.metric.grain != WITHOUT_ROWS,
    )


def _levels(found: MetricAnswer, known: Looks, currency: str) -> FigureGroup:
    rows = (
        row_of(one, level_look(known, one.level), line_link(one, found.period), currency)
        for one in found.lines
    )
    return FigureGroup("", "", found.metric.unit, tuple(rows))


def _sliced(
    found: MetricAnswer, slices: Iterable[ScoreLine], known: Looks, currency: str
) -> FigureGroup:
    rows = (
        row_of(one, _slice_look(known, one), line_link(one, found.period, found.by), currency)
        for one in slices
    )
    return FigureGroup("", "", found.metric.unit, tuple(rows))


def _slice_look(known: Looks, line: ScoreLine) -> Look:
    """The shape and colour of its level, with the name of the slice."""
    return replace(level_look(known, line.level), label=slice_name(line))


def _trends(found: MetricAnswer, known: Looks) -> list[Trend]:
    """The weeks of each level that has any, in the order of the lines."""
    return [
        Trend(level_look(known, line.level), points, links, line.aim.target if line.aim else None)
        for line in found.lines
        for points in ([one for one in found.trend if one.level == line.level],)
        for links in ([_week_link(found, one) for one in points],)
        if points
    ]


def _week_link(found: MetricAnswer, point: TrendPoint) -> str:
    days = Period(point.from_day, point.to_day)
    return rows_link(found.metric.id, days, level=point.level)


def _weeks(trend: Iterable[TrendPoint]) -> dict[int, dict[str | None, TrendPoint]]:
    """The weeks by their first day, newest first, with what each level had."""
    found: dict[int, dict[str | None, TrendPoint]] = {}
    for point in sorted(trend, key=lambda one: -one.from_day):
        found.setdefault(point.from_day, {})[point.level] = point
    return found
