"""iCal files: the days and hours that their events close.

An event of whole days closes them, whatever it says of being free: calendars of holidays do
say so. An event with times closes those hours, unless it leaves its owner free (TRANSPARENT).
Cancelled events close nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any, TypeAlias

from tierwise.facts.problems import Problem

LARGEST_FILE = 5_000_000
LONGEST_NAME = 200
_DAY = timedelta(days=1)
_WHOLE = "VCALENDAR"
_OFTEN = frozenset({"HOURLY", "MINUTELY", "SECONDLY"})
_PARTS_OF_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
# What icalendar and dateutil raise at an event they cannot follow.
_ODD = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
Moment: TypeAlias = date | datetime
Event: TypeAlias = Any  # of icalendar, whose types leave open what a property may be


@dataclass(frozen=True, slots=True)
class ClosedHours:
    """Hours of one day that are closed, as `14:00:00-15:30:00` by the wall clock of a zone."""

    day: date
    hours: str
    name: str


@dataclass(frozen=True, slots=True)
class IcalDays:
    """What an iCal file closes."""

    days: dict[date, str]
    hours: tuple[ClosedHours, ...]


Closed: TypeAlias = tuple[date, str] | ClosedHours


def ical_days(
    path: Path, zone: tzinfo, years: Sequence[int]
) -> tuple[IcalDays, tuple[Problem, ...]]:
    """What the events of a file close in some years, and what is wrong with it.

    Hours are told by the wall clock of `zone`; times without a zone are taken as its own.
    """
    problems: list[Problem] = []
    times = _Times(zone, frozenset(years), path.name, problems)
    closed = list(_closed(_events(path, problems), times))
    whole: dict[date, list[str]] = {}
    for day, name in (one for one in closed if isinstance(one, tuple)):
        whole.setdefault(day, []).append(name)
    days = {day: ", ".join(dict.fromkeys(filter(None, whole[day]))) for day in sorted(whole)}
    hours = {one for one in closed if isinstance(one, ClosedHours) and one.day not in days}
    by_time = sorted(hours, key=lambda one: (one.day, one.hours, one.name))
    return IcalDays(days, tuple(by_time)), tuple(problems)


@dataclass(frozen=True, slots=True)
class _Times:
    """In which zone and years days are looked for, and where problems are told."""

    zone: tzinfo
    years: frozenset[int]
    file: str
    problems: list[Problem]

    def window(self) -> tuple[datetime, datetime]:
        """A day more at both ends, so that no zone cuts anything off."""
        first, last = (date(year, 1, 1) for year in (min(self.years), max(self.years) + 1))
        return _midnight(first) - _DAY, _midnight(last) + _DAY

    def odd(self, event: Event, expected: str, found: object) -> None:
        step = "mend it in the calendar it comes from, and export it again"
        name = _name(event) or "an event without a name"
        self.problems.append(Problem(self.file, None, name, expected, str(found), step))


def _events(path: Path, problems: list[Problem]) -> list[Event]:
    from icalendar import Calendar

    expected, step = "an iCal file", "export it again, as .ics"
    try:
        text = _bytes_of(path)
        calendars = [one for one in Calendar.from_ical(text, multiple=True) if one.name == _WHOLE]
    except OSError as error:
        expected, found = "a file that can be read", (error.strerror or str(error)).lower()
        step = "put it beside the policy, or take it out of `ical`"
    except _ODD as error:
        found = _short(error)
    else:
        if calendars:
            return [event for calendar in calendars for event in calendar.walk("VEVENT")]
        found = "no whole calendar"
    problems.append(Problem(path.name, None, None, expected, found, step))
    return []


def _bytes_of(path: Path) -> bytes:
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError(f"more than {LARGEST_FILE:,} bytes")
    return path.read_bytes()


def _closed(events: Sequence[Event], times: _Times) -> Iterator[Closed]:
    """Whole days with their names, and hours, of all events."""
    moved: dict[str, list[Moment]] = {}
    for event in events:
        if "RECURRENCE-ID" in event:
            moved.setdefault(str(event.get("UID")), []).append(event["RECURRENCE-ID"].dt)
    for event in events:
        elsewhere = [] if "RECURRENCE-ID" in event else moved.get(str(event.get("UID")), [])
        try:
            yield from _of_event(event, elsewhere, times)
        except _ODD as error:
            times.odd(event, "an event with a beginning and an end", _short(error))


def _of_event(event: Event, elsewhere: Sequence[Moment], times: _Times) -> Iterator[Closed]:
    whole_days = not isinstance(event.start, datetime)
    if _says(event, "STATUS") == "CANCELLED":
        return
    if not whole_days and _says(event, "TRANSP") == "TRANSPARENT":
        return
    if _too_often(event):
        times.odd(event, "a recurrence of whole days", "one of several times a day")
        return
    zone = None if whole_days else event.start.tzinfo
    length = _local(event.end, zone) - _local(event.start, zone)
    first, last = times.window()
    repeats = _repeats(event, elsewhere, zone)
    for start in repeats.between(first - length, last, inc=True):
        if whole_days:
            yield from _days(start, start + length, _name(event), times)
        else:
            opens, closes = (_in_zone(one, zone, times.zone) for one in (start, start + length))
            yield from _hours(opens, closes, _name(event), times)


def _says(event: Event, key: str) -> str:
    return str(event.get(key, "")).upper()


def _too_often(event: Event) -> bool:
    rules = event.rrules
    several = any(len(rule.get(key, ())) > 1 for rule in rules for key in _PARTS_OF_A_DAY)
    return several or any(str(rule["FREQ"][0]).upper() in _OFTEN for rule in rules)


def _repeats(event: Event, elsewhere: Sequence[Moment], zone: tzinfo | None) -> Any:
    """When the event begins, by the clock of its own zone."""
    from dateutil.rrule import rruleset, rrulestr

    start = _local(event.start, zone)
    repeats = rruleset()
    repeats.rdate(start)
    for rule in event.rrules:
        repeats.rrule(rrulestr(_rule_text(rule, zone), dtstart=start))
    for moment, _ in event.rdates:
        repeats.rdate(_local(moment, zone))
    for moment in (*event.exdates, *elsewhere):
        repeats.exdate(_local(moment, zone))
    return repeats


def _rule_text(rule: Any, zone: tzinfo | None) -> str:
    """The rule with its end by the clock of the event's zone, as its beginning is."""
    until = rule.get("UNTIL", [])
    own = type(rule)({key: value for key, value in rule.items() if key != "UNTIL"})
    text: str = own.to_ical().decode("utf-8")
    for moment in until[:1]:
        ends = _local(moment, zone)
        ends = ends if isinstance(moment, datetime) else ends + _DAY - timedelta(seconds=1)
        text += f";UNTIL={ends:%Y%m%dT%H%M%S}"
    return text


def _days(start: datetime, end: datetime, name: str, times: _Times) -> Iterator[tuple[date, str]]:
    """Each day of a whole-day event; one without an end lasts a day."""
    first, last = times.window()
    day = max(start, first)
    while day < min(max(end, start + _DAY), last):
        if day.year in times.years:
            yield day.date(), name
        day += _DAY


def _hours(start: datetime, end: datetime, name: str, times: _Times) -> Iterator[ClosedHours]:
    """The hours of each day between two local times."""
    first, last = times.window()
    start, end = max(start, first), min(end, last)
    while start < end:
        midnight = _midnight(start.date()) + _DAY
        until = min(end, midnight)
        if start.year in times.years:
            closes = "24:00:00" if until == midnight else f"{until:%H:%M:%S}"
            yield ClosedHours(start.date(), f"{start:%H:%M:%S}-{closes}", name)
        start = until


def _local(moment: Moment, zone: tzinfo | None) -> datetime:
    """A date or a time by the clock of a zone, without saying which."""
    if not isinstance(moment, datetime):
        return _midnight(moment)
    return (moment.astimezone(zone) if zone and moment.tzinfo else moment).replace(tzinfo=None)


def _in_zone(moment: datetime, own: tzinfo | None, wanted: tzinfo) -> datetime:
    """A time by the clock of its own zone, told by the clock of another."""
    there = moment.replace(tzinfo=own).astimezone(wanted) if own else moment
    return there.replace(tzinfo=None, microsecond=0)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _name(event: Event) -> str:
    return " ".join(str(event.get("SUMMARY", "")).split())[:LONGEST_NAME]


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:LONGEST_NAME] or type(error).__name__
