"""A calendar day by day, as people look at it: open hours, and what is special about a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from statistics import median
from zoneinfo import ZoneInfo

from tierwise.facts.time import DAY_S, instant_of

from .business_time import elapsed, explain
from .calendar_table import Kind, OpenTable, Reason
from .calendars import AnyCalendar, Calendar, Version, holiday_names

WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of a calendar, from midnight to midnight in its zone.

    `open` are its spans in UTC epoch seconds; `lasts_s` is 24 hours but when clocks change.
    `why` says what its date brings: a holiday, changed hours, a break.
    """

    day: int
    lasts_s: int
    open: tuple[tuple[int, int], ...]
    why: tuple[Reason, ...]

    @property
    def open_s(self) -> int:
        return sum(closes - opens for opens, closes in self.open)


def leaves(calendar: AnyCalendar) -> tuple[Calendar, ...]:
    """The calendars with hours of their own that one is made of."""
    if isinstance(calendar, Calendar):
        return (calendar,)
    return tuple(leaf for part in calendar.of for leaf in leaves(part))


def zone_of(calendar: AnyCalendar, day: int) -> str:
    """The zone of a calendar on a day; of several, that of the first it is made of."""
    first = leaves(calendar)[0]
    return (version_on(first, day) or first.versions[0]).zone


def version_on(calendar: Calendar, day: int) -> Version | None:
    """The version that holds on a day; None before the first."""
    held = (one for one in calendar.versions if one.valid_from is None or one.valid_from <= day)
    return max(held, key=calendar.versions.index, default=None)


def calendar_days(
    calendar: AnyCalendar, table: OpenTable, first: int, last: int
) -> Iterator[CalendarDay]:
    """The days from `first` to `last`; those the table does not know are left out."""
    for day in range(first, last + 1):
        zone = ZoneInfo(zone_of(calendar, day))
        begins, ends = _midnight(day, zone), _midnight(day + 1, zone)
        if table.first_s <= begins and ends <= table.last_s:
            spans = explain(table, begins, ends)
            opened = tuple((span.start_s, span.end_s) for span in spans if span.counted)
            yield CalendarDay(day, ends - begins, opened, occasions(calendar, day))


def occasions(calendar: AnyCalendar, day: int) -> tuple[Reason, ...]:
    """What the date brings to any of the calendars that one is made of."""
    found = [
        reason
        for leaf in leaves(calendar)
        if (version := version_on(leaf, day)) is not None
        for reason in _brought(version, day)
    ]
    return tuple(dict.fromkeys(found))


def holidays_between(calendar: AnyCalendar, first: int, last: int) -> dict[int, str]:
    """The holidays between two days by day number, of all calendars one is made of."""
    found = {
        day: name
        for leaf in leaves(calendar)
        for version in leaf.versions
        for day, name in holiday_names(version, first, last).items()
        if first <= day <= last and version_on(leaf, day) is version
    }
    return dict(sorted(found.items()))


def _brought(version: Version, day: int) -> Iterator[Reason]:
    holiday = holiday_names(version, day, day).get(day)
    yield from () if holiday is None else (Reason(Kind.HOLIDAY, holiday),)
    changed = (*version.dates, *version.openings)
    yield from (Reason(Kind.CHANGED, one.name) for one in changed if one.day == day)
    yield from (Reason(Kind.BREAK, one.name) for one in version.breaks if one.day == day)


def usual_week_s(table: OpenTable, zone: tzinfo, first: int, last: int) -> int:
    """Open seconds of a usual week: in the middle of all weeks between two days."""
    days = range(first, last + 1 - WEEK_DAYS, WEEK_DAYS)
    weeks = ((_midnight(day, zone), _midnight(day + WEEK_DAYS, zone)) for day in days)
    known = [span for span in weeks if table.first_s <= span[0] and span[1] <= table.last_s]
    return round(median(elapsed(table, *span) for span in known)) if known else 0


def _midnight(day: int, zone: tzinfo) -> int:
    return instant_of(day * DAY_S, zone)
