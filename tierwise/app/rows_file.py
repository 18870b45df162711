"""The rows behind a figure as a file: CSV, every line with its state of the data."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC
from io import StringIO

from starlette.responses import Response, StreamingResponse

from tierwise.facts.time import iso_day, iso_instant

from .promise_asked import wanted
from .promise_pages import needs_tickets
from .rows_page import metric_asked, rows_of
from .scorecard_asked import rows_asked
from .scorecard_records import MetricRow, MetricRows, RowsAsked
from .site import Asked, Site

COLUMNS = (
    *("row_id", "ticket_id", "customer_id", "level", "channel", "team", "agent_id", "category"),
    *("at", "value", "is_open", "as_of", "made_up"),
)
AT_ONCE = 5_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


@needs_tickets
def rows_file(site: Site, asked: Asked) -> Response:
    """All rows that the page with the same filters lists."""
    metric = metric_asked(asked)
    wish = replace(rows_asked(wanted(asked), AT_ONCE), offset=0)
    first = rows_of(site, metric, asked, wish)
    days = "_".join(iso_day(day) for day in (first.period.from_day, first.period.to_day))
    named = f'attachment; filename="{metric.id}_{days}.csv"'
    return StreamingResponse(
        _lines(site, first, wish),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": named},
    )


def _lines(site: Site, first: MetricRows, wish: RowsAsked) -> Iterator[str]:
    """The file, piece by piece."""
    yield _written([COLUMNS])
    found: MetricRows | None = first
    while found is not None and found.rows:
        beside = (iso_instant(found.as_of.at_s, UTC), found.as_of.made_up)
        yield _written((*_cells(row), *beside) for row in found.rows)
        wish = replace(wish, offset=wish.offset + len(found.rows))
        is_more = wish.offset < found.total
        found = site.answers.metric_rows(first.metric, first.period, wish) if is_more else None


def _cells(row: MetricRow) -> tuple[object, ...]:
    named = (row.row_id, row.ticket_id, row.customer_id, row.level)
    about = (row.channel, row.team, row.agent_id, row.category)
    texts = tuple(_harmless(one) for one in (*named, *about))
    return (*texts, iso_instant(row.at_s, UTC), row.value, row.is_open)


def _harmless(text: str | None) -> str | None:
    """A text that no spreadsheet takes for a formula.

    >>> _harmless("=1+1"), _harmless("chat")
    ("'=1+1", 'chat')
    """
    return f"'{text}" if text and text.startswith(FORMULA) else text


def _written(rows: Iterable[Sequence[object]]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
