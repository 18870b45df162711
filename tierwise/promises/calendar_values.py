"""Plain values as people write calendars, read into records, with all that is wrong in them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, TypeAlias, TypeVar

from pydantic_core import PydanticCustomError

from tierwise.facts.problems import Expected, Problem
from tierwise.facts.time import DAY_S, day_number, iso_day, parse_zone
from tierwise.levels.policy_calendar import ALL_DAY, WEEKDAYS, days_of
from tierwise.levels.rule_values import did_you_mean

from .calendars import ALWAYS, AnnualHoliday, Calendar, DateHours, Holiday, Hours, Version, Week

Read = TypeVar("Read")
CalendarRead: TypeAlias = tuple[Calendar | None, tuple[Problem, ...]]

KEYS = ("zone", "week", "holidays", "annual", "dates", "openings", "breaks", "valid_from")
_TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)", re.ASCII)
_WEEK_S = 7 * DAY_S
_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class _Place:
    """Where we are reading, and the list that everything wrong is told to."""

    source: str
    path: str
    problems: list[Problem]

    def at(self, key: object) -> "_Place":
        return _Place(self.source, f"{self.path}.{key}", self.problems)

    def wrong(self, expected: str, found: object, next_step: str = "") -> None:
        self.told(expected, "nothing" if found in (None, "", [], {}) else f"`{found}`", next_step)

    def told(self, expected: str, found: str, next_step: str) -> None:
        """As `wrong`, with words of our own for what was found."""
        self.problems.append(Problem(self.source, None, self.path, expected, found, next_step))


def read_calendar(name: str, values: object, source: str = "calendar") -> CalendarRead:
    """The calendar that plain values describe, or what is wrong with them.

    `values` is `24x7`, one version or a list of versions. A version is a mapping: `zone`;
    `week` from weekdays (`mon`, `mon-fri`, `sat,sun`) to hours (`09:00-17:00`, `22:00-06:00`,
    `00:00-24:00`); `holidays` and `annual` (MM-DD) as lists of dates or from date to name;
    `dates`, `openings` and `breaks` from date to hours, or to `{hours, name}`, or for the last
    two to a list of such; `valid_from`.
    """
    place = _Place(source, name, [])
    written = values if isinstance(values, list | tuple) else [values]
    if not written:
        place.wrong("at least one version of the calendar", None)
    places = [place.at(i) for i in range(len(written))] if len(written) > 1 else [place]
    read = [_version(one, at) for one, at in zip(written, places, strict=False)]
    versions = [version for version in read if version is not None]
    if not place.problems:
        _in_order(versions, place)
    if place.problems:
        return None, tuple(place.problems)
    return Calendar(name, tuple(versions)), ()


def _version(values: object, place: _Place) -> Version | None:
    if values == ALL_DAY:
        return ALWAYS.versions[0]
    if not isinstance(values, Mapping):
        place.wrong(f"`{ALL_DAY}` or a mapping with `zone` and `week`", values)
        return None
    for key in (key for key in values if key not in KEYS):
        place.at(key).wrong("a key of a calendar", key, did_you_mean(str(key), KEYS))
    version = Version(
        zone=_zone(values.get("zone"), place.at("zone")),
        week=_week(values.get("week") or {}, place.at("week")),
        holidays=tuple(_named(values, "holidays", place, _holiday)),
        annual=tuple(_named(values, "annual", place, _annual)),
        dates=_dates(values, "dates", place),
        openings=_dates(values, "openings", place),
        breaks=_dates(values, "breaks", place),
        valid_from=_since(values.get("valid_from"), place.at("valid_from")),
    )
    opened = (*version.week, *(one.hours for one in (*version.dates, *version.openings)))
    if not any(opened) and not place.problems:
        place.at("week").wrong(
            "at least one day with opening hours", None, "without them a clock would never end"
        )
    return version


def _zone(value: object, place: _Place) -> str:
    zone = parse_zone(value) if isinstance(value, str) and value else Expected("", "")
    if isinstance(zone, Expected):
        step = zone.next_step or "write it as Europe/Berlin or UTC"
        place.wrong("the IANA name of a time zone", value, step)
    return str(value)


def _week(value: object, place: _Place) -> Week:
    week: dict[str, list[Hours]] = {day: [] for day in WEEKDAYS}
    if not isinstance(value, Mapping):
        place.wrong("weekdays and their hours", value, "write `mon-fri: [09:00-17:00]`")
        return ((),) * 7
    for key, hours in value.items():
        read = _hours(hours, place.at(key))
        for day in _weekdays(key, place):
            week[day] += read
    days = tuple(tuple(sorted(hours)) for hours in week.values())
    _apart([(d, hours) for d, opened in enumerate(days) for hours in opened], place, _WEEK_S)
    return days


def _weekdays(key: object, place: _Place) -> tuple[str, ...]:
    try:
        return days_of(str(key))
    except PydanticCustomError:
        place.at(key).wrong("weekdays such as `mon`, `mon-fri` or `sat,sun`", key)
        return ()


def _hours(value: object, place: _Place) -> tuple[Hours, ...]:
    if not isinstance(value, list | tuple):
        place.wrong("a list of hours", value, "write `[09:00-12:00, 13:00-17:00]`")
        return ()
    read = (_one_span(text, place) for text in value)
    return tuple(hours for hours in read if hours is not None)


def _one_span(text: object, place: _Place) -> Hours | None:
    opens, _, closes = str(text).partition("-")
    start, end = _clock(opens), _clock(closes)
    if start is None or end is None or start == DAY_S:
        place.wrong("hours such as `09:00-17:00`", text, "times run from 00:00 to 24:00")
        return None
    if start == end:
        place.wrong("hours that open before they close", text, "write `00:00-24:00` for all day")
        return None
    return Hours(start, end if end > start else end + DAY_S)


def _clock(text: str) -> int | None:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    since_midnight = hours * 3_600 + minutes * 60 + seconds
    return since_midnight if since_midnight <= DAY_S else None


def _apart(spans: Sequence[tuple[int, Hours]], place: _Place, around_s: int = 0) -> None:
    """Tell of hours that overlap; the last of a week may run into the first of the next."""
    timed = sorted((d * DAY_S + h.opens_s, d * DAY_S + h.closes_s, d) for d, h in spans)
    again = [(s + around_s, e + around_s, d) for s, e, d in timed[:1] if around_s]
    for (_, ends, day), (starts, _, next_day) in pairwise([*timed, *again]):
        if starts < ends:
            at = place.at(WEEKDAYS[next_day]) if around_s else place
            found = f"an opening at {_shown(starts)} before the closing at {_shown(ends)}"
            since = f" of {WEEKDAYS[day]}" if around_s and day != next_day else ""
            at.told("hours that do not overlap", found + since, "join them or move one")


def _shown(seconds: int) -> str:
    minutes = seconds % DAY_S // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _named(
    values: Mapping[str, Any], key: str, place: _Place, read: Callable[[str, str], Read | None]
) -> Iterator[Read]:
    """Dates with or without names, each read by `read`."""
    given = values.get(key) or ()
    if isinstance(given, str) or not isinstance(given, Mapping | list | tuple):
        place.at(key).wrong("a list of dates, or dates with their names", given)
        return
    named = given.items() if isinstance(given, Mapping) else ((one, "") for one in given)
    for written, name in named:
        one = read(str(written), str(name or ""))
        if one is None:
            place.at(key).wrong(f"a date such as `{_EXAMPLES[key]}`", written)
        else:
            yield one


_EXAMPLES = {"holidays": "2024-12-25", "annual": "12-25"}


def _holiday(text: str, name: str) -> Holiday | None:
    day = _day(text)
    return None if day is None else Holiday(day, name)


def _annual(text: str, name: str) -> AnnualHoliday | None:
    found = _MONTH_DAY.fullmatch(text)
    holiday = AnnualHoliday(int(found[1]), int(found[2]), name) if found else None
    return holiday if holiday and holiday.on(_LEAP_YEAR) is not None else None


def _dates(values: Mapping[str, Any], key: str, place: _Place) -> tuple[DateHours, ...]:
    given, here = values.get(key) or {}, place.at(key)
    if not isinstance(given, Mapping):
        here.wrong("dates and their hours", given, "write `2024-12-24: [09:00-12:00]`")
        return ()
    read = (_date(day, one, here) for day, hours in given.items() for one in _each(hours, key))
    return tuple(one for one in read if one is not None)


def _each(hours: object, key: str) -> Sequence[object]:
    """The occasions of a date: several may add or take hours, but only one replaces them."""
    several = isinstance(hours, list) and hours and all(isinstance(h, Mapping) for h in hours)
    return hours if isinstance(hours, list) and several and key != "dates" else [hours]


def _date(written: object, value: object, place: _Place) -> DateHours | None:
    named = value if isinstance(value, Mapping) else {"hours": value}
    day, here = _day(str(written)), place.at(written)
    if day is None:
        here.wrong("a date such as `2024-12-24`", written)
        return None
    hours = _hours(named.get("hours"), here)
    _apart([(0, one) for one in hours], here)
    return DateHours(day, tuple(sorted(hours)), str(named.get("name") or ""))


def _since(value: object, place: _Place) -> int | None:
    day = None if value is None else _day(str(value))
    if value is not None and day is None:
        place.wrong("the date from which it is valid, such as `2025-01-01`", value)
    return day


def _day(text: str) -> int | None:
    try:
        return day_number(date.fromisoformat(text))
    except ValueError:
        return None


def _in_order(versions: Sequence[Version], place: _Place) -> None:
    for number, (older, newer) in enumerate(pairwise(versions), 1):
        since, at = newer.valid_from, place.at(number).at("valid_from")
        if since is None:
            at.wrong("the date from which the version is valid", None, "only the first may omit it")
        elif older.valid_from is not None and since <= older.valid_from:
            step = "list the versions oldest first"
            at.told(f"a date after {iso_day(older.valid_from)}", iso_day(since), step)
