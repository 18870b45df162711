"""Business time of many tickets at once, in one or many calendars, and as rows for an engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .business_time import Boundary
from .calendar_table import OpenTable

Seconds: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
# One calendar for all, or the place of each ticket's calendar.
Which: TypeAlias = int | NDArray[np.int64]

BUCKET_S = 3_600
# Arrays in between then stay in the processor's cache.
_CHUNK = 16_384


@dataclass(frozen=True, slots=True, eq=False)
class OpenTables:
    """The tables of several calendars laid end to end on one line, to be searched as one.

    An instant t of calendar k stands at `t + shift[k]`; open time runs along the same line and
    begins at `base[k]`. Span i opens at `opens[i]`, with `begins[i]` of open time before it and
    `ends[i]` after it. Before its spans each calendar has an empty one, so that every instant
    finds a span of its own calendar.
    """

    tables: tuple[OpenTable, ...]
    first_s: Seconds
    last_s: Seconds
    total_s: Seconds
    base: Seconds
    shift: Seconds
    opens: Seconds
    begins: Seconds
    ends: Seconds

    def place(self, name: str) -> int:
        """The number of a calendar; ValueError if there is none of that name."""
        return [table.name for table in self.tables].index(name)


def side_by_side(tables: Sequence[OpenTable]) -> OpenTables:
    """The tables as arrays; they may cover different times."""
    lengths = [table.last_s - table.first_s + 1 for table in tables]
    base = _whole(list(accumulate(lengths, initial=0))[:-1])
    first = _whole([table.first_s for table in tables])
    spans = list(zip(tables, base, strict=True))
    opens = [k + _whole([0, *(o - t.first_s for o in t.opens)]) for t, k in spans]
    begins = [k + _whole([0, *t.before]) for t, k in spans]
    ends = [k + _whole([0, *t.before[1:], t.total_s][: len(t.opens) + 1]) for t, k in spans]
    return OpenTables(
        tuple(tables),
        first,
        _whole([table.last_s for table in tables]),
        _whole([table.total_s for table in tables]),
        base,
        base - first,
        np.concatenate(opens),
        np.concatenate(begins),
        np.concatenate(ends),
    )


def elapsed_seconds(
    tables: OpenTables, starts: Seconds, ends: Seconds, which: Which = 0
) -> Seconds:
    """Open seconds from each start up to its end, each in its calendar.

    HorizonError, and nothing else, if one of them lies outside its calendar's table.
    """
    _refuse_outside(tables, starts, which)
    _refuse_outside(tables, ends, which)
    found = np.empty(len(starts), dtype=np.int64)
    for part in _parts(len(starts)):
        shift = tables.shift[_part(which, part)]
        before = _positions(tables, starts[part] + shift)
        np.subtract(_positions(tables, ends[part] + shift), before, out=found[part])
    return found


def deadlines(
    tables: OpenTables,
    starts: Seconds,
    allowances_s: Seconds,
    which: Which = 0,
    *,
    boundary: Boundary = Boundary.CLOSING,
) -> Seconds:
    """When each allowance of open time has passed since its start, as `deadline` has it."""
    _refuse_outside(tables, starts, which)
    closing = allowances_s > 0 if boundary is Boundary.CLOSING else allowances_s < 0
    found = np.empty(len(starts), dtype=np.int64)
    for part in _parts(len(starts)):
        given = starts[part], allowances_s[part], _part(which, part)
        found[part] = _deadlines(tables, *given, closing=closing[part])
    return found


def covered(tables: OpenTables, instants: Seconds, which: Which = 0) -> Flags:
    """Which instants lie inside their calendar's table: the others would be refused."""
    inside = (tables.first_s[which] <= instants) & (instants <= tables.last_s[which])
    return np.asarray(inside)


def engine_rows(tables: OpenTables) -> dict[str, NDArray[np.int64] | list[str]]:
    """The calendars as columns for an equi-join on `calendar` and `bucket`.

    Every table is cut at whole hours, openings and closings. An instant t finds its row by
    `bucket = floor(t / 3600)` and `from_s <= t < to_s`; its place in business time is
    `open_before_s + is_open * (t - from_s)`, and elapsed time is the difference of two places.
    An instant that finds no row lies outside the table: a run must fail on it.
    """
    parts = [_cut(tables, k) for k in range(len(tables.tables))]
    names = [t.name for t, (cuts, _, _) in zip(tables.tables, parts, strict=True) for _ in cuts[1:]]
    from_s = np.concatenate([cuts[:-1] for cuts, _, _ in parts])
    return {
        "calendar": names,
        "bucket": from_s // BUCKET_S,
        "from_s": from_s,
        "to_s": np.concatenate([cuts[1:] for cuts, _, _ in parts]),
        "open_before_s": np.concatenate([before for _, before, _ in parts]),
        "is_open": np.concatenate([is_open for _, _, is_open in parts]),
    }


def _cut(tables: OpenTables, which: int) -> tuple[Seconds, Seconds, Seconds]:
    table = tables.tables[which]
    hours = np.arange(-(-table.first_s // BUCKET_S) * BUCKET_S, table.last_s, BUCKET_S)
    edges = _whole([table.first_s, *table.opens, *table.closes, table.last_s])
    cuts = np.unique(np.concatenate([edges, hours])).astype(np.int64)
    places = _positions(tables, cuts + tables.shift[which]) - tables.base[which]
    return cuts, places[:-1], (np.diff(places) > 0).astype(np.int64)


def _positions(tables: OpenTables, instants: Seconds) -> Seconds:
    """Where instants on the line stand in business time."""
    span = np.searchsorted(tables.opens, instants, side="right") - 1
    open_now = instants - tables.opens[span] + tables.begins[span]
    return np.asarray(np.minimum(open_now, tables.ends[span]))


def _deadlines(
    tables: OpenTables, starts: Seconds, allowances_s: Seconds, which: Which, *, closing: Flags
) -> Seconds:
    """The deadlines; `closing` tells which of them take the closing time of two answers."""
    target = _positions(tables, starts + tables.shift[which]) + allowances_s
    nearest = target - closing
    used = nearest - tables.base[which]
    outside = (used < 0) | (used >= tables.total_s[which])
    if outside.any():
        worst = int(np.argmax(outside))
        table = tables.tables[_one(which, worst)]
        raise table.refuse_target(int(starts[worst]), int(allowances_s[worst]))
    span = np.searchsorted(tables.begins, nearest, side="right") - 1
    due = tables.opens[span] + target - tables.begins[span] - tables.shift[which]
    return np.asarray(due)


def _refuse_outside(tables: OpenTables, instants: Seconds, which: Which) -> None:
    outside = ~covered(tables, instants, which)
    if outside.any():
        worst = int(np.argmax(outside))
        raise tables.tables[_one(which, worst)].refuse(int(instants[worst]))


def _parts(length: int) -> list[slice]:
    return [slice(start, start + _CHUNK) for start in range(0, length, _CHUNK)]


def _part(which: Which, part: slice) -> Which:
    return which if isinstance(which, int) else which[part]


def _one(which: Which, place: int) -> int:
    return which if isinstance(which, int) else int(which[place])


def _whole(values: Sequence[int]) -> Seconds:
    return np.array(values, dtype=np.int64)
