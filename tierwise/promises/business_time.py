"""Business time, one look-up at a time: elapsed, deadline, and the spans that explain them."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from .calendar_table import Closure, Kind, OpenTable, Reason


class Boundary(StrEnum):
    """Where a deadline falls that uses up its open time exactly at a closing time.

    Both answers are the same instant in business time. Counting back the rule is mirrored:
    `CLOSING` stays at the opening, next to the start, and `OPENING` jumps to the closing before.
    """

    CLOSING = "closing time"
    OPENING = "next opening"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time between two instants that counts or does not, and why."""

    start_s: int
    end_s: int
    counted: bool
    reason: Reason


OPEN, OUTSIDE = Reason(Kind.OPEN), Reason(Kind.OUTSIDE)


def open_before(table: OpenTable, instant: int) -> int:
    """Open seconds from the beginning of the table to `instant`; HorizonError outside it."""
    if not table.first_s <= instant <= table.last_s:
        raise table.refuse(instant)
    place = bisect_right(table.opens, instant) - 1
    if place < 0:
        return 0
    return table.before[place] + min(instant, table.closes[place]) - table.opens[place]


def elapsed(table: OpenTable, start: int, end: int) -> int:
    """Open seconds from `start` up to `end`; negative if `end` comes first."""
    return open_before(table, end) - open_before(table, start)


def deadline(
    table: OpenTable, start: int, allowance_s: int, boundary: Boundary = Boundary.CLOSING
) -> int:
    """The instant when `allowance_s` of open time has passed since `start`.

    A negative allowance counts back. An allowance of 0 gives `start` if it is open, else the
    next opening. HorizonError if the answer lies outside the table.
    """
    target = open_before(table, start) + allowance_s
    nearest = target - ends_at_closing(allowance_s, boundary)
    if not 0 <= nearest < table.total_s:
        raise table.refuse_target(start, allowance_s)
    place = bisect_right(table.before, nearest) - 1
    return table.opens[place] + target - table.before[place]


def ends_at_closing(allowance_s: int, boundary: Boundary) -> bool:
    """Whether, of a closing time and the opening after it, the deadline is the closing time."""
    return allowance_s > 0 if boundary is Boundary.CLOSING else allowance_s < 0


def same_business_instant(table: OpenTable, one: int, other: int) -> bool:
    """Whether no open time lies between two instants: a closing time is the next opening."""
    return open_before(table, one) == open_before(table, other)


def is_open(table: OpenTable, instant: int) -> bool:
    """Whether time counts at `instant`: opening times do, closing times do not."""
    if not table.first_s <= instant <= table.last_s:
        raise table.refuse(instant)
    place = bisect_right(table.opens, instant) - 1
    return place >= 0 and instant < table.closes[place]


def explain(table: OpenTable, start: int, end: int) -> tuple[Span, ...]:
    """The spans from `start` to `end`, without a hole; the counted ones add up to `elapsed`."""
    if end < start:
        raise ValueError(f"explain from the earlier instant to the later, not {start} to {end}")
    for instant in (start, end):
        if not table.first_s <= instant <= table.last_s:
            raise table.refuse(instant)
    closures = tuple(c for c in table.closures if c.start_s < end and start < c.end_s)
    spans: list[Span] = []
    for opens, closes in _open_spans(table, start, end):
        spans += _closed(closures, spans[-1].end_s if spans else start, opens)
        spans.append(Span(opens, closes, counted=True, reason=OPEN))
    spans += _closed(closures, spans[-1].end_s if spans else start, end)
    return tuple(spans)


def _open_spans(table: OpenTable, start: int, end: int) -> Iterator[tuple[int, int]]:
    place = bisect_right(table.closes, start)
    while place < len(table.opens) and table.opens[place] < end:
        yield max(start, table.opens[place]), min(end, table.closes[place])
        place += 1


def _closed(closures: tuple[Closure, ...], start: int, end: int) -> list[Span]:
    """A closed stretch, cut where its reason changes."""
    inside = [c for c in closures if c.start_s < end and start < c.end_s]
    edges = {start, end, *(max(start, c.start_s) for c in inside)}
    edges |= {min(end, c.end_s) for c in inside}
    spans: list[Span] = []
    for begins, ends in pairwise(sorted(edges)):
        reason = next((c.reason for c in inside if c.start_s <= begins < c.end_s), OUTSIDE)
        if spans and spans[-1].reason == reason:
            begins = spans.pop().start_s
        spans.append(Span(begins, ends, counted=False, reason=reason))
    return spans
