"""What a policy asks of a help desk, in no desk's words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from tierwise.facts.desk_config import DeskWish, WishedHours, WishedLevel, WishedPromise
from tierwise.facts.time import date_of, day_number, iso_day
from tierwise.levels.policy import Policy
from tierwise.levels.policy_promise import Promise, PromiseCase
from tierwise.promises.calendar_days import leaves, version_on
from tierwise.promises.calendars import (
    AnyCalendar,
    Calendar,
    DateHours,
    OpenInAny,
    Version,
    holiday_names,
)

DAY_MINUTES = 1_440
WEEK_DAYS = 7
EVERY_DAY = tuple((day, 0, DAY_MINUTES) for day in range(WEEK_DAYS))

Spans: TypeAlias = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class FieldAtDesk:
    """The field of a person that shows the level, and the address the desk tells news to."""

    key: str
    title: str
    webhook: str | None = None


def wish_of(
    policy: Policy, calendars: Mapping[str, AnyCalendar], at_desk: FieldAtDesk, today: int
) -> DeskWish:
    """The wish of a policy on a day, with the closed days of that year and the next."""
    named = dict.fromkeys(
        name
        for level in policy.levels.values()
        for promise in level.promises.values()
        for name in (promise.calendar, *(case.calendar for case in promise.where))
        if name in calendars
    )
    hours = {name: _hours(name, calendars[name], today) for name in named if name is not None}
    limited = {name: told for name, told in hours.items() if not _is_always(told)}
    return DeskWish(
        levels=tuple(
            WishedLevel(name, policy.label(name), level.team)
            for name, level in policy.levels.items()
        ),
        hours=tuple(limited.values()),
        promises=tuple(_promises(policy, limited)),
        field_key=at_desk.key,
        field_title=at_desk.title,
        webhook=at_desk.webhook,
        today=today,
        unsayable=tuple(_unsayable(policy)),
    )


def wish_years(today: int) -> range:
    """The years whose closed days a wish holds."""
    year = date_of(today).year
    return range(year, year + 2)


def _promises(policy: Policy, limited: Mapping[str, WishedHours]) -> Iterator[WishedPromise]:
    for name, level in policy.levels.items():
        for clock, promise in level.promises.items():
            yield WishedPromise(name, clock, promise.within, _known(promise.calendar, limited))
            yield from (
                _case(name, clock, promise, case, limited=limited) for case in promise.where
            )


def _case(
    level: str,
    clock: str,
    promise: Promise,
    case: PromiseCase,
    *,
    limited: Mapping[str, WishedHours],
) -> WishedPromise:
    hours = _known(case.calendar or promise.calendar, limited)
    within = _within(case, promise.within)
    return WishedPromise(level, clock, within, hours, case.channel, case.priority)


def _known(calendar: str, limited: Mapping[str, WishedHours]) -> str | None:
    return calendar if calendar in limited else None


def _within(case: PromiseCase, usual_s: int) -> int | None:
    if case.within is None:
        return usual_s
    return case.within if isinstance(case.within, int) else None


def _unsayable(policy: Policy) -> Iterator[str]:
    """What the policy says of clocks that a desk counts in its own way."""
    for clock, rules in policy.clocks.items():
        if rules.pauses is not None or rules.done is not None:
            yield f"what stops `{clock}` (`clocks.{clock}`)"
    if policy.boundary != "closing":
        yield "promises that fall due at the next opening (`boundary`)"


def _hours(name: str, calendar: AnyCalendar, today: int) -> WishedHours:
    first, last = _window(today)
    parts = leaves(calendar)
    zones = list(dict.fromkeys(_version(leaf, today).zone for leaf in parts))
    told = calendar if len(zones) == 1 else parts[0]
    spans = _spans(told, today)
    closed = _closed(told, today, (first, last))
    apart = () if len(zones) == 1 else (f"hours in several zones: {', '.join(zones)}",)
    odd = tuple(text for leaf in leaves(told) for text in _odd(leaf, today, last))
    return WishedHours(name, zones[0], spans, _joined(closed), (*apart, *odd))


def _window(today: int) -> tuple[int, int]:
    """The first day of this year and the last of the next."""
    years = wish_years(today)
    return day_number(date(years[0], 1, 1)), day_number(date(years[-1], 12, 31))


def _version(leaf: Calendar, today: int) -> Version:
    return version_on(leaf, today) or leaf.versions[0]


def _is_always(told: WishedHours) -> bool:
    return (told.spans, told.closed, told.unsayable) == (EVERY_DAY, (), ())


def _spans(calendar: AnyCalendar, today: int) -> Spans:
    """The usual week, cut at midnight."""
    if isinstance(calendar, Calendar):
        return _as_spans(_minutes(_version(calendar, today)))
    weeks = [_open_minutes(_spans(part, today)) for part in calendar.of]
    minutes = set[int]().union(*weeks)
    if not isinstance(calendar, OpenInAny):
        minutes = minutes.intersection(*weeks)
    return _as_spans(minutes)


def _minutes(version: Version) -> set[int]:
    """The open minutes of a week, counted from Monday; hours after Sunday are Monday's."""
    week = WEEK_DAYS * DAY_MINUTES
    return {
        (day * DAY_MINUTES + minute) % week
        for day, hours in enumerate(version.week)
        for one in hours
        for minute in range(one.opens_s // 60, -(-one.closes_s // 60))
    }


def _open_minutes(spans: Spans) -> set[int]:
    return {day * DAY_MINUTES + minute for day, start, end in spans for minute in range(start, end)}


def _as_spans(minutes: Iterable[int]) -> Spans:
    spans: list[tuple[int, int, int]] = []
    for minute in sorted(minutes):
        day, within = divmod(minute, DAY_MINUTES)
        if spans and spans[-1][0] == day and spans[-1][2] == within:
            spans[-1] = (day, spans[-1][1], within + 1)
        else:
            spans.append((day, within, within + 1))
    return tuple(spans)


def _closed(calendar: AnyCalendar, today: int, days: tuple[int, int]) -> dict[int, str]:
    """Days that are closed as a whole, of the calendar as it holds now."""
    if isinstance(calendar, Calendar):
        return _closed_days(_version(calendar, today), days)
    parts = [_closed(part, today, days) for part in calendar.of]
    found = {day: name for part in reversed(parts) for day, name in part.items()}
    if isinstance(calendar, OpenInAny):
        return {day: name for day, name in found.items() if all(day in part for part in parts)}
    return found


def _closed_days(version: Version, days: tuple[int, int]) -> dict[int, str]:
    """Holidays, and dates with no hours; a date with hours of its own keeps its holiday."""
    holidays = {
        day: name
        for day, name in holiday_names(version, *days).items()
        if days[0] <= day <= days[1]
    }
    empty = {one.day: one.name for one in version.dates if not one.hours}
    return holidays | {day: name for day, name in empty.items() if days[0] <= day <= days[1]}


def _joined(closed: Mapping[int, str]) -> tuple[tuple[int, int, str], ...]:
    """Days in a row with one name as one."""
    spans: list[tuple[int, int, str]] = []
    for day, name in sorted(closed.items()):
        if spans and spans[-1][1] == day - 1 and spans[-1][2] == name:
            spans[-1] = (spans[-1][0], day, name)
        else:
            spans.append((day, day, name))
    return tuple(spans)


def _odd(leaf: Calendar, today: int, last: int) -> Iterator[str]:
    """What the calendar says from today on that is neither a week nor a closed day."""
    version = _version(leaf, today)
    kinds: Sequence[tuple[str, Iterable[DateHours]]] = (
        ("hours of its own", (one for one in version.dates if one.hours)),
        ("hours besides", version.openings),
        ("a break", version.breaks),
    )
    for what, dates in kinds:
        named = sorted({(one.day, one.name) for one in dates if today <= one.day <= last})
        yield from (_odd_day(day, name, what) for day, name in named)
    for later in leaf.versions:
        if later.valid_from is not None and later.valid_from > today:
            yield f"other hours from {iso_day(later.valid_from)} on; plan again on that day"


def _odd_day(day: int, name: str, what: str) -> str:
    return f"{iso_day(day)}{f' ({name})' if name else ''}: {what}"
