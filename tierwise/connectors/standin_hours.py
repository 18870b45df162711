"""Time within business hours, counted the plain way: day by day in the zone of a schedule."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from .standin_calls import Row
from .standin_state import State
from .standin_zones import ZONES

HORIZON_DAYS = 800
DAY_MINUTES = 24 * 60


def open_seconds(state: State, schedule: int | None, start: int, end: int) -> int:
    """How much of a span lies in the hours of a schedule; all of it without one."""
    if schedule is None:
        return max(end - start, 0)
    spans = _open_spans(state, schedule, start)
    counted = 0
    for opens, closes in spans:
        if opens >= end:
            break
        counted += max(min(closes, end) - max(opens, start), 0)
    return counted


def due_at(state: State, schedule: int | None, start: int, seconds: int) -> int | None:
    """When so much open time has passed since `start`; None when that is beyond all days."""
    if schedule is None:
        return start + seconds
    left = seconds
    for opens, closes in _open_spans(state, schedule, start):
        begins = max(opens, start)
        if closes - begins >= left:
            return begins + left
        left -= max(closes - begins, 0)
    return None


def schedule_of(state: State, ticket_id: int) -> int | None:
    """The schedule a trigger set, else the first one; None when there is none."""
    kept = state.ticket_schedules.get(ticket_id)
    return kept if kept in state.schedules else next(iter(state.schedules), None)


def _open_spans(state: State, number: int, start: int) -> Iterator[tuple[int, int]]:
    schedule = state.schedules[number]
    zone = ZoneInfo(ZONES[schedule["time_zone"]])
    closed = [(one["start_date"], one["end_date"]) for one in state.holidays[number].values()]
    first = datetime.fromtimestamp(start, UTC).astimezone(zone).date()
    for ahead in range(HORIZON_DAYS):
        day = first + timedelta(days=ahead)
        if any(begin <= str(day) <= end for begin, end in closed):
            continue
        yield from _spans_of(schedule, day, zone)


def _spans_of(schedule: Row, day: date, zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    sunday_first = (day.weekday() + 1) % 7
    for one in schedule["intervals"]:
        if one["start_time"] // DAY_MINUTES == sunday_first:
            begin = one["start_time"] - sunday_first * DAY_MINUTES
            end = one["end_time"] - sunday_first * DAY_MINUTES
            yield _instant(day, begin, zone), _instant(day, end, zone)


def _instant(day: date, minute: int, zone: ZoneInfo) -> int:
    day, minute = day + timedelta(days=minute // DAY_MINUTES), minute % DAY_MINUTES
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
    return int(wall.timestamp())
