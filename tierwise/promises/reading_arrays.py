"""What the clocks of many tickets show: used, allowed, due, and when a breach could be seen."""

from dataclasses import dataclass

import numpy as np

from .business_time import Boundary
from .calendar_arrays import OpenTables, deadlines, elapsed_seconds
from .clock_arrays import Cycles, Pieces
from .clock_readings import State
from .clock_terms import Changes
from .look_arrays import Force, Looks
from .ranges import Flags, Whole, begins_of, spread, sums_of
from .terms_arrays import Promises

# A number that is not there.
NOTHING = np.iinfo(np.int64).min

NEVER = np.iinfo(np.int64).max

STATES = tuple(State)
_NONE, _RUNNING, _PAUSED, _MET, _BREACHED = (
    STATES.index(state)
    for state in (State.NONE, State.RUNNING, State.PAUSED, State.MET, State.BREACHED)
)


@dataclass(frozen=True, slots=True)
class Rules:
    """How time counts: the calendars, what a change does, and where a deadline falls."""

    tables: OpenTables
    changes: Changes
    boundary: Boundary


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """What each cycle shows, as `Reading` has it; `state` is a place in `STATES`."""

    state: Whole
    target_s: Whole
    elapsed_s: Whole
    due_s: Whole
    noticed_s: Whole

    @property
    def is_late(self) -> Flags:
        return np.asarray(self.state == _BREACHED)

    @property
    def has_numbers(self) -> Flags:
        return np.asarray(self.state != _NONE)


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A row of a look in a calendar, which holds from `since_s` until `until_s`."""

    look: Whole
    row: Whole
    which: Whole
    since_s: Whole
    until_s: Whole


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """Time that a look counts in one calendar, with the time used in it and before it."""

    look: Whole
    start_s: Whole
    end_s: Whole
    which: Whole
    used_s: Whole
    used_before_s: Whole
    begins: Whole


def readings(clocks: tuple[Cycles, Pieces], terms: Promises, seen: Looks, rules: Rules) -> Readings:
    """What cycles show; HorizonError as for a single clock."""
    cycles, pieces = clocks
    parts = _parts(pieces, terms, seen, rules.tables)
    used_s = sums_of(parts.look, parts.used_s, len(seen.cycle))
    target_s = _targets(cycles, terms, seen, (parts, rules))
    is_late = seen.has_promise & (used_s > target_s)
    state = _states(cycles, seen.has_promise[seen.final], is_late[seen.final])
    is_wanted = is_late.copy()
    is_wanted[seen.final[(state != _NONE) & (state != _PAUSED)]] = True
    due_s = _dues(parts, target_s, is_wanted, rules)
    noticed_s = _noticed(seen, due_s, is_late)
    noticed_s[state == _NONE] = NOTHING
    due_s[seen.final[state == _PAUSED]] = NOTHING
    target_s, used_s, due_s = (
        np.where(state == _NONE, NOTHING, one[seen.final]) for one in (target_s, used_s, due_s)
    )
    return Readings(state, target_s, used_s, due_s, noticed_s)


def cut(firsts: Whole, counts: Whole, calendars: Force, terms: Promises) -> Cut:
    """Rows of looks, `counts[i]` of them from `firsts[i]` on, each once in each calendar."""
    look, row = spread(firsts, counts)
    again, term = spread(calendars.first[look], calendars.count[look])
    look, row = look[again], row[again]
    at = terms.given[term]
    since_s = np.where(term == calendars.first[look], NOTHING, terms.since_s[at])
    is_last = term == calendars.last[look]
    following = terms.given[np.minimum(term + 1, len(terms.given) - 1)]
    until_s = np.where(is_last, NEVER, terms.since_s[following])
    return Cut(look, row, terms.calendar[at], since_s, until_s)


def _parts(pieces: Pieces, terms: Promises, seen: Looks, tables: OpenTables) -> _Parts:
    """The pieces of every look, cut where the calendar changes."""
    begins = begins_of(pieces.cycle, len(seen.final))
    firsts, counts = begins[seen.cycle], np.diff(begins)[seen.cycle]
    parts = cut(firsts, counts, seen.calendar, terms)
    start_s = np.maximum(pieces.start_s[parts.row], parts.since_s)
    seen_s = np.minimum(pieces.end_s[parts.row], seen.until_s[parts.look])
    end_s = np.minimum(seen_s, parts.until_s)
    # Where it lasts it is kept without length too: the deadline is looked up from there.
    is_end = pieces.lasts[parts.row] & (parts.until_s == NEVER)
    kept = np.flatnonzero((start_s < end_s) | ((start_s == end_s) & is_end))
    look, start_s, end_s, which = (one[kept] for one in (parts.look, start_s, end_s, parts.which))
    used_s = elapsed_seconds(tables, start_s, end_s, which)
    begins = begins_of(look, len(seen.cycle))
    before_s = np.cumsum(used_s) - used_s
    before_s = before_s - before_s[begins[look]]
    return _Parts(look, start_s, end_s, which, used_s, before_s, begins)


def _targets(cycles: Cycles, terms: Promises, seen: Looks, counted: tuple[_Parts, Rules]) -> Whole:
    """The targets that hold, after the grace of every change: due = max(new, change + grace)."""
    parts, rules = counted
    changes = rules.changes
    target_s = np.full(len(seen.cycle), NOTHING)
    has_promise = np.flatnonzero(seen.has_promise)
    if changes.grace_s is None:
        last = terms.given[seen.target.last[has_promise]]
        target_s[has_promise] = terms.target_s[last]
        return target_s
    for step in range(int(seen.target.count.max(initial=0))):
        look = np.flatnonzero(seen.target.count > step)
        row = terms.given[seen.target.first[look] + step]
        new_s = terms.target_s[row]
        changed = np.flatnonzero(terms.since_s[row] > cycles.started_s[seen.cycle[look]])
        least_s = np.zeros(len(look), dtype=np.int64)
        used_s = _used_until(parts, look[changed], terms.since_s[row[changed]], rules.tables)
        least_s[changed] = used_s + _graces(changes, new_s[changed])
        was_s = target_s[look]
        target_s[look] = np.maximum(
            new_s, np.where(was_s == NOTHING, least_s, np.minimum(was_s, least_s))
        )
    return target_s


def _graces(changes: Changes, target_s: Whole) -> Whole:
    """The grace of a change to each of the targets."""
    share = (changes.grace_share * target_s).astype(np.int64)
    return np.maximum(changes.grace_s or 0, share)


def _used_until(parts: _Parts, looks: Whole, until_s: Whole, tables: OpenTables) -> Whole:
    """What each of some looks counts up to an instant."""
    owner, part = spread(parts.begins[looks], np.diff(parts.begins)[looks])
    start_s = parts.start_s[part]
    end_s = np.maximum(start_s, np.minimum(parts.end_s[part], until_s[owner]))
    used_s = elapsed_seconds(tables, start_s, end_s, parts.which[part])
    return sums_of(owner, used_s, len(looks))


def _states(cycles: Cycles, has_promise: Flags, is_late: Flags) -> Whole:
    going = np.where(cycles.is_paused, _PAUSED, _RUNNING)
    state = np.where(is_late, _BREACHED, np.where(cycles.is_open, going, _MET))
    return np.where(~has_promise | (cycles.is_cancelled & ~is_late), _NONE, state)


def _dues(parts: _Parts, target_s: Whole, is_wanted: Flags, rules: Rules) -> Whole:
    """The deadlines wanted: in the part in which the target is used up, or else in the last."""
    many = np.diff(parts.begins)
    is_short = parts.used_before_s + parts.used_s < target_s[parts.look]
    passed = sums_of(parts.look, is_short.astype(np.int64), len(many))
    look = np.flatnonzero(is_wanted & (many > 0))
    part = parts.begins[look] + np.minimum(passed[look], many[look] - 1)
    left_s = target_s[look] - parts.used_before_s[part]
    given = parts.start_s[part], left_s, parts.which[part]
    due_s = np.full(len(many), NOTHING)
    due_s[look] = deadlines(rules.tables, *given, boundary=rules.boundary)
    return due_s


def _noticed(seen: Looks, due_s: Whole, is_late: Flags) -> Whole:
    """The first instant at which the terms of that time were broken."""
    noticed_s = np.full(len(seen.final), NOTHING)
    # The last of several writes would win; the first look of a cycle has to.
    late = np.flatnonzero(is_late & (due_s != NOTHING))[::-1]
    noticed_s[seen.cycle[late]] = np.maximum(due_s[late], seen.since_s[late])
    return noticed_s
