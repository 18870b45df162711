"""A calendar compiled for some days: one sorted table of open time in UTC seconds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo

from tierwise.facts.problems import Problem, TierwiseError
from tierwise.facts.time import DAY_S, instant_of, iso_instant

from .calendars import (
    AnyCalendar,
    Calendar,
    DateHours,
    Hours,
    OpenInAny,
    Version,
    holiday_names,
    weekly_hours,
)

Spans: TypeAlias = list[tuple[int, int]]

# An open span is clipped to the horizon, so hours that opened before it must be made as well:
# they last up to 24 h, and local days run up to 14 h ahead of UTC and 12 h behind.
_DAYS_BEFORE, _DAYS_AFTER = 2, 1
_NEVER = 10**15


class HorizonError(TierwiseError):
    """A look-up outside the time that a calendar was compiled for."""


class Kind(StrEnum):
    """Why time does or does not count; of several reasons the first wins."""

    OPEN = "open"
    BREAK = "break"
    HOLIDAY = "holiday"
    CHANGED = "changed hours"
    OUTSIDE = "outside opening hours"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a stretch of time does or does not count; the name is the user's own."""

    kind: Kind
    name: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.kind, self.name)))


@dataclass(frozen=True, slots=True)
class Closure:
    """Time for which a date says something else than the week; it closes only what is closed."""

    start_s: int
    end_s: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class OpenTable:
    """Open time from `first_s` to `last_s`, all of them UTC epoch seconds.

    Span i is open from `opens[i]` up to, but not including, `closes[i]`, and `before[i]` counts
    the open seconds from `first_s` to its opening. Spans neither touch nor overlap.
    """

    name: str
    first_s: int
    last_s: int
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    before: tuple[int, ...]
    total_s: int
    closures: tuple[Closure, ...] = ()

    def refuse(self, instant: int) -> HorizonError:
        """The refusal of an instant outside the table."""
        return self._refusal(f"an instant in it, found {iso_instant(instant)}")

    def refuse_target(self, start: int, allowance_s: int) -> HorizonError:
        """The refusal of a target that is not reached inside the table."""
        found = f"{allowance_s} s from {iso_instant(start)}"
        return self._refusal(
            f"a target reached in its {self.total_s} s of open time, found {found}"
        )

    def _refusal(self, expected_and_found: str) -> HorizonError:
        between = f"{iso_instant(self.first_s)} to {iso_instant(self.last_s)}"
        return HorizonError(
            f"calendar `{self.name}`, compiled for {between}: expected {expected_and_found}; "
            "compile the calendar for more days"
        )


def open_table(calendar: AnyCalendar, from_day: int, to_day: int) -> OpenTable:
    """The calendar compiled from the UTC midnight that begins `from_day` to the end of `to_day`.

    A day with a change of the clocks has its true length. Times that a change skips move
    forward by what it skips; times that come twice mean the first.

    >>> from tierwise.promises.calendars import ALWAYS
    >>> open_table(ALWAYS, 0, 1).total_s
    172800
    """
    made = _made(calendar, from_day, to_day)
    last = (to_day + 1) * DAY_S
    first = min(last, max(made.since_s, from_day * DAY_S))
    spans = _both(made.spans, [(first, last)])
    *before, total = accumulate((end - start for start, end in spans), initial=0)
    closures = (c for c in made.closures if c.start_s < last and first < c.end_s)
    return OpenTable(
        calendar.name,
        first,
        last,
        tuple(start for start, _ in spans),
        tuple(end for _, end in spans),
        tuple(before),
        total,
        tuple(sorted(closures, key=_rank)),
    )


def never_open(table: OpenTable, source: str) -> tuple[Problem, ...]:
    """The problem of a calendar that is never open in the time it was compiled for."""
    if table.total_s:
        return ()
    between = f"{iso_instant(table.first_s)} and {iso_instant(table.last_s)}"
    step = "a clock would never end: check hours, dates and what the calendar is made of"
    return (Problem(source, None, table.name, f"open time between {between}", "none", step),)


@dataclass(frozen=True, slots=True)
class _Made:
    """Open spans, sorted and apart, from `since_s` on, and the closures beside them."""

    spans: Spans
    closures: tuple[Closure, ...] = ()
    since_s: int = -_NEVER


def _made(calendar: AnyCalendar, from_day: int, to_day: int) -> _Made:
    if isinstance(calendar, Calendar):
        return _of_versions(calendar, from_day, to_day)
    parts = [_made(part, from_day, to_day) for part in calendar.of]
    spans = _any(parts) if isinstance(calendar, OpenInAny) else _all(parts)
    closures = tuple(closure for part in parts for closure in part.closures)
    return _Made(spans, closures, max((part.since_s for part in parts), default=-_NEVER))


def _any(parts: Sequence[_Made]) -> Spans:
    return _merged(span for part in parts for span in part.spans)


def _all(parts: Sequence[_Made]) -> Spans:
    spans: Spans = [(-_NEVER, _NEVER)] if parts else []
    for part in parts:
        spans = _both(spans, part.spans)
    return spans


def _of_versions(calendar: Calendar, from_day: int, to_day: int) -> _Made:
    ends = [version.valid_from for version in calendar.versions[1:]]
    parts = []
    for version, end in zip(calendar.versions, [*ends, None], strict=True):
        first = max(from_day - _DAYS_BEFORE, _or(version.valid_from, -_NEVER))
        last = min(to_day + _DAYS_AFTER, _or(end, _NEVER) - 1)
        parts.append(_of_days(version, first, last) if first <= last else _Made([]))
    closures = tuple(closure for part in parts for closure in part.closures)
    return _Made(_any(parts), closures, _since(calendar.versions[0]))


def _since(oldest: Version) -> int:
    if oldest.valid_from is None:
        return -_NEVER
    return instant_of(oldest.valid_from * DAY_S, ZoneInfo(oldest.zone))


def _of_days(version: Version, first: int, last: int) -> _Made:
    zone = ZoneInfo(version.zone)
    holidays = holiday_names(version, first, last)
    changes = {one.day: one for one in version.dates}
    midnights = [instant_of(day * DAY_S, zone) for day in range(first, last + 2)]
    spans = _openings(version, zone, range(first, last + 1))
    closures: list[Closure] = []
    for day, (begins, ends) in enumerate(pairwise(midnights), first):
        if begins == ends:  # the zone skipped the whole date, as Samoa did 2011-12-30
            continue
        week = _in_utc(weekly_hours(version, day), day, zone)
        if day in changes:
            spans += _in_utc(changes[day].hours, day, zone)
            closures += _closures(week, _change(changes[day], holidays))
        elif day in holidays:
            closures += _closures([(begins, ends), *week], Reason(Kind.HOLIDAY, holidays[day]))
        else:
            spans += week
    closures += _breaks(version, zone, _merged(spans), range(first, last + 1))
    paused = _merged((c.start_s, c.end_s) for c in closures if c.reason.kind is Kind.BREAK)
    return _Made(_both(_merged(spans), _outside(paused)), tuple(closures))


def _breaks(version: Version, zone: ZoneInfo, opened: Spans, days: range) -> Iterator[Closure]:
    """The breaks, each for as long as it closes what would be open."""
    for one in version.breaks:
        if one.day in days:
            spans = _both(opened, _merged(_in_utc(one.hours, one.day, zone)))
            yield from _closures(spans, Reason(Kind.BREAK, one.name))


def _change(changed: DateHours, holidays: dict[int, str]) -> Reason:
    if changed.day in holidays:
        return Reason(Kind.HOLIDAY, changed.name or holidays[changed.day])
    return Reason(Kind.CHANGED, changed.name)


def _closures(spans: Iterable[tuple[int, int]], reason: Reason) -> Iterator[Closure]:
    return (Closure(start, end, reason) for start, end in spans)


def _openings(version: Version, zone: ZoneInfo, days: range) -> Spans:
    known = (one for one in version.openings if one.day in days)
    return [span for one in known for span in _in_utc(one.hours, one.day, zone)]


def _in_utc(hours: Iterable[Hours], day: int, zone: ZoneInfo) -> Spans:
    midnight = day * DAY_S
    return [
        (instant_of(midnight + one.opens_s, zone), instant_of(midnight + one.closes_s, zone))
        for one in hours
    ]


def _merged(spans: Iterable[tuple[int, int]]) -> Spans:
    """The spans sorted, apart, and without those that a change of the clocks turned round."""
    merged: Spans = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _both(one: Spans, other: Spans) -> Spans:
    """What two sorted lists of spans share."""
    shared: Spans = []
    i = j = 0
    while i < len(one) and j < len(other):
        start, end = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if start < end:
            shared.append((start, end))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return shared


def _outside(spans: Spans) -> Spans:
    edges = [-_NEVER, *(edge for span in spans for edge in span), _NEVER]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _rank(closure: Closure) -> tuple[int, int, int, str]:
    kinds = tuple(Kind)
    return kinds.index(closure.reason.kind), closure.start_s, closure.end_s, closure.reason.name


def _or(day: int | None, otherwise: int) -> int:
    return otherwise if day is None else day
