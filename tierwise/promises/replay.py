"""All clocks of many tickets at once: what every promise was, and whether it was kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from tierwise.facts.columns import Kind

from .arrow_columns import taken, texts
from .business_time import Boundary
from .calendar_arrays import side_by_side
from .calendar_table import OpenTable
from .clock_arrays import Cycles, cycles_of
from .clock_kinds import ClockKind
from .clock_terms import KEEPS_A_LOST_PROMISE, Changes, Circumstances, Mode
from .cycle_table import CLOCK_CYCLES
from .look_arrays import Looks, looks
from .meaning_arrays import Told, told
from .ranges import Whole
from .reading_arrays import NOTHING, STATES, Readings, Rules, readings
from .story_arrays import Stories, stories
from .terms_arrays import NO_PROMISE, Promises, Situations, promises, situations
from .wait_arrays import wait_sums

# What is promised for a clock: the target in open seconds, or None, and the calendar.
PromiseOf: TypeAlias = Callable[[str, Circumstances], tuple[int | None, str]]

_STATES = pa.array([str(state) for state in STATES])
_READ = ("target_s", "elapsed_s", "due_s", "noticed_s")
CYCLES_SCHEMA = pa.schema(
    [
        pa.field(one.name, pa.string() if one.kind is Kind.TEXT else pa.int64(), one.nullable)
        for one in CLOCK_CYCLES.columns
    ]
)


@dataclass(frozen=True, slots=True)
class Replay:
    """Under which promises clocks are told again; the same records as for a single clock."""

    kinds: tuple[ClockKind, ...]
    promise_of: PromiseOf
    tables: Mapping[str, OpenTable]
    changes: Changes
    boundary: Boundary = Boundary.CLOSING


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What was read of the tickets once, for all clocks."""

    tickets: pa.Table
    stories: Stories
    events: Told
    situations: Situations
    rules: Rules
    calendars: tuple[str, ...]


def replay(tickets: pa.Table, events: pa.Table, how: Replay, now_s: int) -> pa.Table:
    """Every cycle of every clock of the tickets at `now_s`, as rows of `CLOCK_CYCLES`.

    `tickets` has what each ticket had at its creation: ticket_id, customer_id, level, policy,
    channel, priority, team, agent_id. `events` has what happened, in any order and with copies:
    ticket_id, event_id, at_s, name, actor, value; those of other tickets are left out.
    HorizonError if a calendar's table does not reach from a start to its deadline.
    """
    told_again = stories(tickets, events, now_s)
    rules = Rules(side_by_side(list(how.tables.values())), how.changes, how.boundary)
    now = situations(told_again)
    seen = _Seen(tickets, told_again, told(told_again, how.kinds), now, rules, tuple(how.tables))
    found = [_cycle_rows(kind, seen, how, now_s) for kind in how.kinds]
    return pa.concat_tables([CYCLES_SCHEMA.empty_table(), *found])


def _cycle_rows(kind: ClockKind, seen: _Seen, how: Replay, now_s: int) -> pa.Table:
    """The cycles of one kind of clock, by ticket and number."""
    cycles, pieces = cycles_of(kind, seen.events, now_s)
    places = {name: place for place, name in enumerate(seen.calendars)}
    terms = promises(seen.situations, partial(how.promise_of, kind.name), places)
    looked = looks(cycles, terms, how.changes, now_s)
    shown = readings((cycles, pieces), terms, looked, seen.rules)
    columns: dict[str, Any] = {
        "clock": pa.repeat(kind.name, len(cycles.ticket)),
        "cycle": cycles.number,
        "state": taken(_STATES, shown.state),
        "started_s": cycles.started_s,
        "ended_s": np.where(cycles.is_open, NOTHING, cycles.ended_s),
        **{name: getattr(shown, name) for name in _READ},
        **_whose(cycles, seen),
        **_which_terms(cycles, seen, terms, (looked, shown)),
        **_waits(cycles, seen, kind, (terms, looked, shown)),
    }
    filled = {name: _filled(columns[name]) for name in CYCLES_SCHEMA.names}
    return pa.table(filled, schema=CYCLES_SCHEMA)


def _filled(column: Any) -> Any:
    """A column as Arrow, empty where a number is not there."""
    return pa.array(column, mask=column == NOTHING) if isinstance(column, np.ndarray) else column


def _whose(cycles: Cycles, seen: _Seen) -> dict[str, Any]:
    """The ticket, its customer, and the team it had when the cycle began."""
    whose = {
        name: taken(texts(seen.tickets, name), cycles.ticket)
        for name in ("ticket_id", "customer_id")
    }
    return whose | {"team": seen.events.words.spelled(seen.events.team[cycles.first_row])}


def _which_terms(
    cycles: Cycles, seen: _Seen, terms: Promises, counted: tuple[Looks, Readings]
) -> dict[str, Any]:
    """What the ticket was by the terms that count, and the calendar of the last of them."""
    looked, shown = counted
    rows = _rows_that_count(cycles, seen, terms, looked)
    columns = {name: seen.situations.texts(name, rows) for name in ("level", "channel", "priority")}
    counts = np.flatnonzero(shown.has_numbers)
    calendar = np.full(len(rows), NO_PROMISE)
    last = looked.calendar.last[looked.final[counts]]
    calendar[counts] = terms.calendar[terms.given[last]]
    return columns | {"calendar": taken(pa.array(seen.calendars, pa.string()), calendar)}


def _rows_that_count(cycles: Cycles, seen: _Seen, terms: Promises, looked: Looks) -> Whole:
    """The situation whose terms count for each cycle; without a promise that at its start."""
    now = seen.situations
    rows = now.at(cycles.ticket, cycles.started_s)
    counts = np.flatnonzero(looked.has_promise[looked.final])
    mode = seen.rules.changes.target
    if mode not in KEEPS_A_LOST_PROMISE:
        rows[counts] = now.at(cycles.ticket[counts], cycles.ended_s[counts])
        return rows
    term = terms.given[looked.target.first[looked.final[counts]]]
    first = terms.row[term]
    # A promise that was lost by the start still counts as it was while it was made.
    last = np.append(terms.row, [len(now.ticket)])[term + 1] - 1
    rows[counts] = first if mode is Mode.FROZEN else np.clip(rows[counts], first, last)
    return rows


def _waits(
    cycles: Cycles, seen: _Seen, kind: ClockKind, counted: tuple[Promises, Looks, Readings]
) -> dict[str, Whole]:
    """Whom the ticket waited for in the cycles that are late."""
    terms, looked, shown = counted
    late = np.flatnonzero(shown.is_late)
    calendars = looked.calendar.of(looked.final[late])
    of_late = wait_sums(cycles.only(late), seen.events, kind, (terms, calendars, seen.rules.tables))
    columns = {name: np.full(len(cycles.ticket), NOTHING) for name in of_late}
    for name, sums in of_late.items():
        columns[name][late] = sums
    return columns
