"""What an address asks of the KPIs, and how their pages are written."""

from collections.abc import Mapping
from typing import Protocol

from starlette.responses import Response

from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.metric import Group

from .promise_asked import NO_LEVEL, Wanted, period_of, span_of, wanted
from .promise_records import AsOf, Period
from .questions import CUTS
from .scorecard_links import line_link, metric_link, rows_link
from .scorecard_records import RowsAsked
from .site import Asked, Site, write_page

PERIODS = (7, 28, 90, 365)
GROUPS: Mapping[str, Group] = {one.name.lower(): one for one in Group}
ONLY = {"all": "all", "hit": "counted as yes", "miss": "counted as no", "open": "still open"}


class Dated(Protocol):
    """An answer about some days."""

    @property
    def as_of(self) -> AsOf: ...
    @property
    def period(self) -> Period: ...


def write_days(site: Site, asked: Asked, template: str, found: Dated, **shown: object) -> Response:
    """A page of KPIs with its filters, its days and the choice of other days."""
    want = wanted(asked)
    span = span_of(want, found.as_of, found.period, period_of(want)[1], periods=PERIODS)
    days = {"found": found, "want": want, "span": span, "cuts": CUTS, "catalogue": CATALOGUE}
    links = {"metric_link": metric_link, "line_link": line_link, "rows_link": rows_link}
    return write_page(site, asked, template, status=200, **days, **links, **shown)


def cut_of(want: Wanted) -> str | None:
    """What figures are to be sliced by."""
    asked = want.get("by")
    return asked if asked in CUTS else None


def group_of(want: Wanted) -> Group | None:
    """The group of KPIs asked for; None for all."""
    return GROUPS.get(want.get("group") or "")


def rows_asked(want: Wanted, rows: int) -> RowsAsked:
    """Which rows behind a figure an address wants; what is not said is an empty text."""
    slice_, only = want.get("slice"), want.get("only") or "all"
    return RowsAsked(
        level=want.level,
        by=cut_of(want),
        slice="" if slice_ == NO_LEVEL else slice_,
        only=only if only in ONLY else "all",
        offset=want.offset,
        limit=rows,
    )
