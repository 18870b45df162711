"""Volume: tickets day by day, what was expected, and the days that stand out."""

from starlette.responses import Response

from .desk_records import UnusualDay
from .promise_asked import period_of, wanted
from .promise_pages import needs_tickets
from .promise_records import Period
from .scorecard_asked import write_days
from .scorecard_links import rows_link
from .site import Asked, Site
from .volume_chart import volume_chart
from .volume_words import volume_sentence

NEW = "vol.new"


@needs_tickets
def volume_page(site: Site, asked: Asked) -> Response:
    """The days of a period, of all tickets or of one category."""
    want = wanted(asked)
    category = want.get("category")
    found = site.answers.volume(period_of(want)[0], category=category)
    links = [_link(day, category) for day, *_ in found.days]
    shown = {one.day: one for one in found.unusual if one.category == category}
    return write_days(
        site,
        asked,
        "volume.html",
        found,
        picture=volume_chart(found.days, links, shown),
        days=list(zip(found.days, links, strict=True)),
        unusual=[(one, _link(one.day, one.category)) for one in found.unusual],
        sentence=volume_sentence(found),
        categories=_categories(found.unusual, category),
    )


def _link(day: int, category: str | None) -> str:
    """The tickets of a day, of a category if one is named."""
    days = Period(day, day)
    return rows_link(NEW, days, by="category", slice=category) if category else rows_link(NEW, days)


def _categories(unusual: tuple[UnusualDay, ...], chosen: str | None) -> list[str]:
    """The categories that can be chosen: those that stand out, and the one in hand."""
    named = {one.category for one in unusual if one.category} | ({chosen} if chosen else set())
    return sorted(named)
