"""Whom late tickets waited for, as the sums of many cycles at once."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .calendar_arrays import OpenTables, elapsed_seconds
from .clock_arrays import Cycles
from .clock_kinds import ClockKind
from .look_arrays import Force
from .meaning_arrays import Told
from .ranges import Whole, spread, sums_of
from .reading_arrays import cut
from .terms_arrays import Promises
from .waits import AT_ALL_HOURS, BY_STATUS, Who

_WHO = tuple(Who)
_AGENT, _NOBODY, _OTHER = (_WHO.index(who) for who in (Who.AGENT, Who.NOBODY, Who.OTHER_TEAM))
_BY_HOLDER = -1
# The columns of `CLOCK_CYCLES`, and whom the ticket waited for then.
COLUMNS: Mapping[str, Who] = {
    "unassigned_s": Who.NOBODY,
    "agent_s": Who.AGENT,
    "other_team_s": Who.OTHER_TEAM,
    "hold_s": Who.HOLD,
    "customer_s": Who.CUSTOMER,
    "outside_s": Who.OUTSIDE,
}


@dataclass(frozen=True, slots=True, eq=False)
class _Stays:
    """What tickets were in their cycles: the row that made it so, since and until when."""

    cycle: Whole
    row: Whole
    start_s: Whole
    end_s: Whole


def wait_sums(
    cycles: Cycles, events: Told, kind: ClockKind, counted: tuple[Promises, Force, OpenTables]
) -> dict[str, Whole]:
    """The columns of `COLUMNS` for each cycle: the sums of what `waits` tells of it.

    `counted` has the terms, the calendars in force for each cycle, and their tables.
    """
    terms, calendars, tables = counted
    by_status = _by_status(kind, events)
    stays = _stays(cycles, events, by_status)
    who = _waits_for(cycles, events, by_status, stays)
    rows = np.arange(len(stays.row))
    parts = cut(rows, np.ones_like(rows), calendars.of(stays.cycle), terms)
    start_s = np.maximum(stays.start_s[parts.row], parts.since_s)
    end_s = np.maximum(start_s, np.minimum(stays.end_s[parts.row], parts.until_s))
    open_s = elapsed_seconds(tables, start_s, end_s, parts.which)
    return _summed(
        stays.cycle[parts.row], who[parts.row], (end_s - start_s, open_s), len(cycles.ticket)
    )


def _by_status(kind: ClockKind, events: Told) -> Whole:
    """Whom a ticket waits for by its status alone; `_BY_HOLDER` if that depends on who has it."""
    found = np.full(len(events.words.texts) + 1, _BY_HOLDER)
    for status, who in BY_STATUS.items():
        found[events.words.among([status])] = _WHO.index(who)
    found[events.words.among(kind.done)] = _WHO.index(Who.DONE)
    return found


def _stays(cycles: Cycles, events: Told, by_status: Whole) -> _Stays:
    """The time of cycles, cut where something changes whom the ticket waits for."""
    changes = by_status[events.was] != by_status[events.status]
    changes[1:] |= events.team[1:] != events.team[:-1]
    changes[1:] |= events.has_agent[1:] != events.has_agent[:-1]
    turns = np.flatnonzero(changes)
    first = np.searchsorted(turns, cycles.first_row, side="right")
    many = np.maximum(np.searchsorted(turns, cycles.end_row) - first, 0)
    cycle, turn = spread(first - 1, many + 1)
    is_first = turn == first[cycle] - 1
    row = np.where(is_first, cycles.first_row[cycle], np.append(turns, [0])[turn])
    start_s = events.at_s[row]
    end_s = np.append(start_s[1:], [0])[: len(row)]
    last = np.cumsum(many + 1) - 1
    end_s[last] = cycles.ended_s
    return _Stays(cycle, row, start_s, end_s)


def _waits_for(cycles: Cycles, events: Told, by_status: Whole, stays: _Stays) -> Whole:
    """Whom tickets wait for in opening hours, as `waits_for` has it."""
    is_known = ~events.words.among([""])
    is_known[-1] = False
    then = events.team[stays.row]
    began = events.team[cycles.first_row[stays.cycle]]
    is_other = is_known[then] & is_known[began] & (then != began)
    holder = np.where(events.has_agent[stays.row], _AGENT, _NOBODY)
    who = by_status[events.status[stays.row]]
    return np.where(who == _BY_HOLDER, np.where(is_other, _OTHER, holder), who)


def _summed(cycle: Whole, who: Whole, lengths: tuple[Whole, Whole], count: int) -> dict[str, Whole]:
    """The seconds of each column; `lengths` by the wall and in opening hours."""
    wall_s, open_s = lengths
    at_all_hours = np.array([one in AT_ALL_HOURS for one in _WHO])[who]
    length_s = np.where(at_all_hours, wall_s, open_s)
    sums = {
        name: sums_of(cycle, np.where(who == _WHO.index(one), length_s, 0), count)
        for name, one in COLUMNS.items()
    }
    return sums | {"outside_s": sums_of(cycle, wall_s - length_s, count)}
