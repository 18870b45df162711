"""From the calendars of a policy to records: first plain values, which can be kept, then these.

What a policy takes from outside, public holidays and iCal files, is found by others and handed
in. The values hold it all, so that they mean the same when a library of holidays has changed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from tierwise.facts.problems import Problem
from tierwise.levels.policy import Policy
from tierwise.levels.policy_calendar import ALL_DAY, Calendar, CalendarVersion, DayHours

from .calendar_values import read_calendar
from .calendars import AnyCalendar, OpenInAll, OpenInAny

Values: TypeAlias = Mapping[str, Any]  # of calendars by name; JSON can hold them
Occasion: TypeAlias = Mapping[str, Any]  # `hours` and `name`

_MADE_OF: Mapping[str, type[OpenInAny] | type[OpenInAll]] = {
    "any_of": OpenInAny,
    "all_of": OpenInAll,
}


@dataclass(frozen=True, slots=True)
class WantedDays:
    """What a calendar, or a version of one, takes from outside.

    `calendar` is its name, for a version with its number: `office`, `late.1`. `key` leads to it
    in the policy, `zone` is that of its hours.
    """

    calendar: str
    key: str
    zone: str
    holidays: tuple[str, ...]
    ical: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TakenDays:
    """What a calendar was given from outside for one year, and by whom: `holidays 0.109`.

    `closed` goes from dates to names, `breaks` from dates to hours that are closed, each with
    `hours` and `name`.
    """

    calendar: str
    year: int
    closed: Mapping[str, str]
    breaks: Mapping[str, Sequence[Occasion]]
    source: str


def wanted_days(policy: Policy) -> tuple[WantedDays, ...]:
    """What the calendars of a policy take from outside."""
    return tuple(
        WantedDays(name, key, version.zone or policy.zone, version.holidays, version.ical)
        for called, calendar in policy.calendars.items()
        for name, key, version in _versions(called, calendar)
        if version.holidays or version.ical
    )


def calendar_values_of(policy: Policy, taken: Iterable[TakenDays] = ()) -> dict[str, Any]:
    """The calendars of a policy as plain values, with `24x7`, which needs no entry."""
    days: dict[str, list[TakenDays]] = {}
    for one in taken:
        days.setdefault(one.calendar, []).append(one)
    values: dict[str, Any] = {ALL_DAY: ALL_DAY}
    for called, calendar in policy.calendars.items():
        versions = [
            _version_values(version, policy.zone, days.get(name, []))
            for name, _, version in _versions(called, calendar)
        ]
        values[called] = _parts(calendar) or (versions if calendar.versions else versions[0])
    return values


def calendars_of(
    values: Values, source: str = "policy"
) -> tuple[dict[str, AnyCalendar], tuple[Problem, ...]]:
    """The calendars that plain values mean, by name, and what is wrong with the others."""
    known: dict[str, AnyCalendar] = {}
    problems: list[Problem] = []
    made_of = {name: told for name, told in values.items() if _kind(told)}
    for name in (name for name in values if name not in made_of):
        calendar, wrong = read_calendar(name, values[name], source)
        known |= {name: calendar} if calendar else {}
        problems += (replace(one, column=f"calendars.{one.column}") for one in wrong)
    for name in made_of:
        _make(name, made_of, known)
    return {name: known[name] for name in values if name in known}, tuple(problems)


def _make(name: str, made_of: Values, known: dict[str, AnyCalendar]) -> AnyCalendar | None:
    """The calendar made of others, which are made first; a policy has no circles."""
    if name in known or name not in made_of:
        return known.get(name)
    kind = _kind(made_of[name])
    parts = [_make(part, made_of, known) for part in made_of[name][kind]]
    sound = tuple(part for part in parts if part is not None)
    if len(sound) == len(parts):
        known[name] = _MADE_OF[kind](name, sound)
    return known.get(name)


def _kind(told: object) -> str:
    """`any_of` or `all_of`; empty for a calendar with hours of its own."""
    return next((kind for kind in _MADE_OF if isinstance(told, Mapping) and kind in told), "")


def _versions(called: str, calendar: Calendar) -> Iterator[tuple[str, str, CalendarVersion]]:
    """The versions of a calendar that have hours, with their names and keys."""
    key = f"calendars.{called}"
    if not calendar.versions:
        yield called, key, calendar
    for number, version in enumerate(calendar.versions):
        yield f"{called}.{number}", f"{key}.versions.{number}", version


def _parts(calendar: Calendar) -> dict[str, Any]:
    return {kind: list(getattr(calendar, kind)) for kind in _MADE_OF if getattr(calendar, kind)}


def _version_values(
    version: CalendarVersion, zone: str, taken: Sequence[TakenDays]
) -> dict[str, Any]:
    """What the policy says itself wins over the names of days from outside."""
    closed = {day: name for one in taken for day, name in one.closed.items()}
    values = {
        "zone": version.zone or zone,
        "week": version.week,
        "holidays": dict(sorted({**closed, **version.closed}.items())),
        "annual": version.annual,
        "dates": {day: _occasion(hours) for day, hours in version.dates.items()},
        "openings": {day: _occasion(hours) for day, hours in version.openings.items()},
        "breaks": _breaks(version, taken),
        "valid_from": version.valid_from,
    }
    return {key: told for key, told in values.items() if told}


def _breaks(version: CalendarVersion, taken: Sequence[TakenDays]) -> dict[str, list[Occasion]]:
    breaks = {day: [_occasion(hours)] for day, hours in version.breaks.items()}
    for one in taken:
        for day, occasions in one.breaks.items():
            breaks[day] = [*breaks.get(day, []), *occasions]
    return dict(sorted(breaks.items()))


def _occasion(given: DayHours) -> Occasion:
    return {"hours": given.hours, "name": given.name}
