"""What people ask about calendars: which there are, whether they are sound, and one day by day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from tierwise.facts.problems import InputError, Problem, UsageError
from tierwise.facts.time import DAY_S, day_number, day_of, iso_day
from tierwise.levels.policy import Policy
from tierwise.levels.policy_calendar import WEEKDAYS, Calendar
from tierwise.levels.rule_values import did_you_mean
from tierwise.promises.calendar_days import (
    CalendarDay,
    calendar_days,
    holidays_between,
    leaves,
    usual_week_s,
    version_on,
    zone_of,
)
from tierwise.promises.calendar_table import OpenTable, open_table
from tierwise.promises.calendars import AnyCalendar
from tierwise.promises.policy_calendars import calendars_of, wanted_days

from .calendars import Resolved, compiled, placed, resolved, sources_of, years_of

YEARS_AROUND = 1
FIRST_DAY, LAST_DAY = day_number(date(1970, 1, 3)), day_number(date(2099, 12, 29))


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day and what people call it."""

    day: int
    name: str


@dataclass(frozen=True, slots=True)
class CalendarState:
    """A calendar of the policy: its zone, its usual week, its holidays and who named them."""

    name: str
    sound: bool = False
    zone: str = ""
    made_of: str = ""
    usual_week_s: int = 0
    holidays: tuple[NamedDay, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class CalendarsState:
    """Every calendar of the policy in one year, and what is wrong with them."""

    year: int
    calendars: tuple[CalendarState, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of a calendar by the clock of its zone."""

    day: int
    weekday: str
    open: tuple[str, ...]
    open_s: int
    lasts_s: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CalendarSheet:
    """Some days of a calendar."""

    name: str
    zone: str
    made_of: str
    valid_from_day: int | None
    source: str
    days: tuple[DayRow, ...]


@dataclass(frozen=True, slots=True)
class WrittenPolicy:
    """A policy with its text, the name of its file and the folder it lies in."""

    policy: Policy
    text: str
    file: Path


def state_of(written: WrittenPolicy, year: int) -> CalendarsState:
    """Every calendar of the policy, made for a year and those around it."""
    days = _days_of(year, YEARS_AROUND)
    found = resolved(written.policy, written.file.parent, years_of(*days))
    tables, never = compiled(found, *days)
    problems = placed((*found.problems, *never), written.text, written.file.name)
    known, _ = calendars_of(found.values)
    odd = _odd(written.policy, problems)
    sound = {
        name: _state(known[name], table, year)
        for name, table in tables.items()
        if odd.isdisjoint({name, *(leaf.name for leaf in leaves(known[name]))})
    }
    rows = tuple(
        replace(
            sound.get(name, CalendarState(name)),
            made_of=_made_of(calendar),
            source=_source(known.get(name), found),
        )
        for name, calendar in written.policy.calendars.items()
    )
    return CalendarsState(year, rows, problems)


def _odd(policy: Policy, problems: Sequence[Problem]) -> set[str]:
    """The calendars that problems are about, also those of the iCal files they name."""
    columns = [(problem.column or "").split(".") for problem in problems]
    files = {problem.source for problem in problems}
    users = (one for one in wanted_days(policy) if files & {Path(file).name for file in one.ical})
    named = {column[1] for column in columns if column[0] == "calendars" and len(column) > 1}
    return named | {one.calendar.partition(".")[0] for one in users}


def sheet_of(written: WrittenPolicy, name: str, first: int, last: int) -> CalendarSheet:
    """Some days of one calendar; InputError when calendars have something to mend."""
    if not FIRST_DAY <= first <= last <= LAST_DAY:
        raise UsageError(f"calendars are shown from {iso_day(FIRST_DAY)} to {iso_day(LAST_DAY)}")
    around = first - 2, last + 2
    found = resolved(written.policy, written.file.parent, years_of(*around))
    if name not in found.values:
        step = did_you_mean(name, tuple(found.values))
        raise UsageError(f"no calendar `{name}` in {written.file.name}; {step}".rstrip("; "))
    if found.problems:
        raise InputError(placed(found.problems, written.text, written.file.name))
    calendar = calendars_of(found.values)[0][name]
    # Not `compiled`: a calendar may well be closed on all the days that are looked at.
    days = calendar_days(calendar, open_table(calendar, *around), first, last)
    version = version_on(leaves(calendar)[0], first)
    return CalendarSheet(
        name,
        zone_of(calendar, first),
        _made_of(written.policy.calendars.get(name)),
        version.valid_from if version else None,
        _source(calendar, found),
        tuple(_row(calendar, day) for day in days),
    )


def _days_of(year: int, around: int = 0) -> tuple[int, int]:
    first, last = date(year - around, 1, 1), date(year + around, 12, 31)
    return day_number(first), day_number(last)


def _state(calendar: AnyCalendar, table: OpenTable, year: int) -> CalendarState:
    first, last = _days_of(year)
    zone = zone_of(calendar, first)
    holidays = holidays_between(calendar, first, last).items()
    return CalendarState(
        calendar.name,
        sound=True,
        zone=zone,
        usual_week_s=usual_week_s(table, ZoneInfo(zone), first, last),
        holidays=tuple(NamedDay(day, name) for day, name in holidays),
    )


def _made_of(written: Calendar | None) -> str:
    """What a calendar is made of: `any of office, late`; empty if of hours of its own."""
    parts = (("any of", written.any_of), ("all of", written.all_of)) if written else ()
    return "".join(f"{how} {', '.join(names)}" for how, names in parts if names)


def _source(calendar: AnyCalendar | None, found: Resolved) -> str:
    names = {leaf.name for leaf in leaves(calendar)} if calendar else set()
    return sources_of(one for one in found.taken if one.calendar.partition(".")[0] in names)


def _row(calendar: AnyCalendar, day: CalendarDay) -> DayRow:
    zone = ZoneInfo(zone_of(calendar, day.day))
    return DayRow(
        day.day,
        WEEKDAYS[(day.day + 3) % 7],  # 1970-01-01 was a Thursday
        tuple(f"{_wall(o, zone)}-{_wall(c, zone, day.day)}" for o, c in day.open),
        day.open_s,
        day.lasts_s,
        tuple(_why(calendar, day)),
    )


def _wall(instant: int, zone: tzinfo, day: int | None = None) -> str:
    """The time on the wall; of a closing at the end of `day` it is 24:00."""
    local = datetime.fromtimestamp(instant, zone)
    if day is not None and day_of(instant, zone) > day:
        return "24:00"
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def _why(calendar: AnyCalendar, day: CalendarDay) -> Iterator[str]:
    yield from map(str, day.why)
    if day.lasts_s != DAY_S:
        yield f"a day of {day.lasts_s / 3_600:g} h, clocks change"
    if any(one.valid_from == day.day for leaf in leaves(calendar) for one in leaf.versions):
        yield "a new version holds from here"
