"""What a clock shows: used, left, due, and the spans that add up to it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import TypeAlias

from .business_time import Boundary, deadline, elapsed, explain
from .calendar_table import OpenTable
from .clock_terms import Mode, Promised, Terms, in_force, known_terms
from .clocks import Clock, Cycle, Pace, Stretch


class State(StrEnum):
    """How a cycle stands; `none` is no promise, no cycle or a cancelled one, and never kept."""

    NONE = "none"
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"


@dataclass(frozen=True, slots=True)
class Reading:
    """One cycle of a clock as seen at an instant; instants in UTC, durations in open seconds.

    `due_s` is arithmetic: of a late cycle the instant it broke; None while it is paused.
    `noticed_s` is when a watch that never sleeps would have seen the first breach: not before
    the terms that make it one. In state `none` there are no numbers.
    """

    clock: str
    cycle: int
    state: State
    team: str | None = None
    started_s: int | None = None
    ended_s: int | None = None
    target_s: int | None = None
    elapsed_s: int | None = None
    remaining_s: int | None = None
    due_s: int | None = None
    noticed_s: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A stretch of time between two instants that counts or does not, and why."""

    start_s: int
    end_s: int
    counted: bool
    why: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Time in which a cycle ran in one calendar."""

    start_s: int
    end_s: int
    table: OpenTable

    def used(self, until_s: int) -> int:
        return elapsed(self.table, self.start_s, max(self.start_s, min(self.end_s, until_s)))


@dataclass(frozen=True, slots=True)
class _Count:
    target_s: int
    elapsed_s: int
    pieces: tuple[Piece, ...]

    @property
    def is_late(self) -> bool:
        return self.elapsed_s > self.target_s


Calendars: TypeAlias = list[tuple[int | None, OpenTable]]


def read_clock(clock: Clock, promised: Promised, now_s: int) -> tuple[Reading, ...]:
    """Every cycle of a clock at `now_s`; no event that made the clock is later.

    HorizonError if a calendar's table does not reach from the start to the deadline.
    """
    return tuple(
        _reading(Reading(clock.kind.name, number, State.NONE), cycle, promised, now_s)
        for number, cycle in enumerate(clock.cycles, 1)
    )


def last_reading(clock: Clock, promised: Promised, now_s: int) -> Reading:
    """The newest cycle of a clock; state `none` if it never started."""
    readings = read_clock(clock, promised, now_s)
    return readings[-1] if readings else Reading(clock.kind.name, 0, State.NONE)


def explain_cycle(cycle: Cycle, promised: Promised, now_s: int) -> tuple[Shown, ...]:
    """The spans of a cycle up to `now_s`, without a hole; those counted add up to `elapsed_s`.

    Without a promise there is nothing to count and nothing to show.
    """
    calendars = calendars_of(cycle, promised, now_s)
    seen_s = seen(cycle, now_s)
    shown = (_shown(stretch, calendars, seen_s) for stretch in cycle.stretches if calendars)
    return tuple(one for spans in shown for one in spans if one.start_s < one.end_s)


def _reading(empty: Reading, cycle: Cycle, promised: Promised, now_s: int) -> Reading:
    begun = replace(empty, team=cycle.team, started_s=cycle.started_s, ended_s=cycle.ended_s)
    count = _count(cycle, promised, now_s)
    if count is None or (cycle.is_cancelled and not count.is_late):
        return begun
    state = _state(cycle, count)
    return replace(
        begun,
        state=state,
        target_s=count.target_s,
        elapsed_s=count.elapsed_s,
        remaining_s=count.target_s - count.elapsed_s,
        due_s=None if state is State.PAUSED else _due(count, promised.boundary),
        noticed_s=_noticed(cycle, promised, now_s),
    )


def _state(cycle: Cycle, count: _Count) -> State:
    if count.is_late:
        return State.BREACHED
    if cycle.ended_s is not None:
        return State.MET
    return State.PAUSED if cycle.stretches[-1].pace is Pace.PAUSED else State.RUNNING


def seen(cycle: Cycle, now_s: int) -> int:
    """The last instant of a cycle that counts at `now_s`."""
    return now_s if cycle.ended_s is None else min(now_s, cycle.ended_s)


def _count(cycle: Cycle, promised: Promised, now_s: int) -> _Count | None:
    """The time used and allowed, from the terms known at `now_s`; None without a promise."""
    terms = known_terms(promised, seen(cycle, now_s))
    if not terms:
        return None
    calendars = calendars_of(cycle, promised, now_s)
    running = [stretch for stretch in cycle.stretches if stretch.pace is Pace.RUNS]
    pieces = tuple(piece for one in running for piece in cut(one, calendars, now_s))
    used_s = sum(piece.used(now_s) for piece in pieces)
    return _Count(_target(terms, pieces, promised, cycle.started_s), used_s, pieces)


def calendars_of(cycle: Cycle, promised: Promised, now_s: int) -> Calendars:
    """The tables in which a cycle counts, each with the instant since when; none, no promise."""
    terms = known_terms(promised, seen(cycle, now_s))
    mode = promised.changes.calendar
    force = in_force(terms, mode, cycle.started_s)
    force = force[-1:] if mode is Mode.FROM_START else force
    since = [None, *(one.since_s for one in force[1:])][: len(force)]
    return [(at, promised.tables[one.calendar]) for at, one in zip(since, force, strict=True)]


def cut(stretch: Stretch, calendars: Calendars, now_s: int) -> Iterator[Piece]:
    """A stretch up to `now_s`, cut where the calendar changes."""
    ends_s = now_s if stretch.end_s is None else min(now_s, stretch.end_s)
    for (since, table), (until, _) in pairwise([*calendars, (None, calendars[-1][1])]):
        start = stretch.start_s if since is None else max(stretch.start_s, since)
        end = ends_s if until is None else min(ends_s, until)
        # Where it lasts it is kept without length too: the deadline is looked up from there.
        if start < end or (start == end and until is None and stretch.end_s is None):
            yield Piece(start, end, table)


def _target(
    terms: tuple[Terms, ...], pieces: tuple[Piece, ...], promised: Promised, started_s: int
) -> int:
    """The target that holds, after the grace of every change: due = max(new, change + grace)."""
    target: int | None = None
    changes = promised.changes
    for one in in_force(terms, changes.target, started_s):
        least = 0
        if changes.grace_s is not None and one.since_s > started_s:
            grace_s = changes.grace_for(one.target_s or 0)
            protected = sum(piece.used(one.since_s) for piece in pieces) + grace_s
            least = protected if target is None else min(target, protected)
        target = max(one.target_s or 0, least)
    return target or 0


def _due(count: _Count, boundary: Boundary) -> int | None:
    left = count.target_s
    for piece in count.pieces:
        used = piece.used(piece.end_s)
        if used >= left or piece is count.pieces[-1]:
            return deadline(piece.table, piece.start_s, left, boundary)
        left -= used
    return None


def _noticed(cycle: Cycle, promised: Promised, now_s: int) -> int | None:
    """The first instant at which the terms of that time were broken."""
    changes = [t.since_s for t in promised.terms if cycle.started_s < t.since_s <= now_s]
    for since_s, until_s in pairwise([cycle.started_s, *changes, now_s]):
        terms = tuple(t for t in promised.terms if t.since_s <= since_s)
        count = _count(cycle, replace(promised, terms=terms), until_s)
        due_s = _due(count, promised.boundary) if count and count.is_late else None
        if due_s is not None:
            return max(due_s, since_s)
    return None


def _shown(stretch: Stretch, calendars: Calendars, now_s: int) -> Iterator[Shown]:
    if stretch.pace is not Pace.RUNS:
        end_s = now_s if stretch.end_s is None else min(now_s, stretch.end_s)
        told = Pace.STOPPED if stretch.pace is Pace.STOPPED else f"paused by {stretch.status}"
        yield Shown(stretch.start_s, end_s, counted=False, why=told)
        return
    for piece in cut(stretch, calendars, now_s):
        for span in explain(piece.table, piece.start_s, piece.end_s):
            why = f"counted, ticket {stretch.status}" if span.counted else str(span.reason)
            yield Shown(span.start_s, span.end_s, span.counted, why)
