"""The rows behind a figure, a page at a time; `rows_file` has all of them."""

from dataclasses import replace
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response

from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.metric import Metric, Unit

from . import words
from .paging import PAGE_ROWS, pager
from .promise_asked import period_of, wanted
from .promise_pages import needs_tickets
from .scorecard_asked import ONLY, rows_asked, write_days
from .scorecard_links import metric_link
from .scorecard_records import MetricRow, MetricRows, RowsAsked
from .site import Asked, Site
from .unit_words import value_text


@needs_tickets
def rows_page(site: Site, asked: Asked) -> Response:
    """Which rows a figure counts, a page of them, each with the ticket behind it."""
    metric, want = metric_asked(asked), wanted(asked)
    found = rows_of(site, metric, asked, rows_asked(want, PAGE_ROWS))
    file = replace(want, path=f"/metrics/{quote(metric.id, safe='')}/rows.csv")
    return write_days(
        site,
        asked,
        "metric_rows.html",
        found,
        metric=metric,
        told=[(row, value_said(row, metric, site.answers.currency())) for row in found.rows],
        onlies=ONLY,
        back=metric_link(metric.id, found.period),
        file=file.days(found.period),
        pager=pager(want.from_row, want.offset, found.total),
    )


def metric_asked(asked: Asked) -> Metric:
    """The KPI an address names; 404 if there is none."""
    metric = CATALOGUE.get(asked.parts["metric_id"])
    if metric is None:
        raise HTTPException(404, f"There is no KPI `{asked.parts['metric_id']}`.")
    return metric


def rows_of(site: Site, metric: Metric, asked: Asked, wish: RowsAsked) -> MetricRows:
    """A page of rows; 404 for a KPI that has none of its own."""
    found = site.answers.metric_rows(metric.id, period_of(wanted(asked))[0], wish)
    if found is None:
        raise HTTPException(404, f"`{metric.name}` is made of other figures and has no rows.")
    return found


def value_said(row: MetricRow, metric: Metric, currency: str) -> str:
    """What a row gives to the figure: `yes`, `1 h 05 m so far`, `9`; in words if nothing."""
    if row.value is None:
        return "still open" if row.is_open else "no value"
    if metric.unit is Unit.SHARE:
        return {1.0: "yes", 0.0: "no"}.get(row.value, words.decimal(row.value, digits=2))
    if metric.unit in {Unit.SECONDS, Unit.MONEY}:
        said = value_text(row.value, metric.unit, currency)
    else:
        said = words.decimal(row.value, digits=2)
    return f"{said} so far" if row.is_open else said
