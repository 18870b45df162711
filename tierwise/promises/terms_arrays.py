"""What is promised to many tickets at once while they change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from .arrow_columns import taken
from .clock_terms import CHANGES_TERMS, Circumstances
from .ranges import Whole, begins_of, last_set
from .story_arrays import NAMES, Stories

NO_PROMISE = -1
_CHANGING = tuple(sorted(CHANGES_TERMS))
# By the code of a name; the last one is for other names.
_IS_CHANGING = np.array([*(name in CHANGES_TERMS for name in NAMES), False])


@dataclass(frozen=True, slots=True, eq=False)
class Situations:
    """What tickets were over time: row i from `since_s[i]` on, and `which[i]` of those met.

    The rows of a ticket begin at `begins`; each ticket with a story has one since its beginning.
    """

    begins: Whole
    since_s: Whole
    ticket: Whole
    which: Whole
    met: tuple[Circumstances, ...]

    def at(self, ticket: Whole, instants: Whole) -> Whole:
        """The row that holds for each ticket at an instant, which is not before its story."""
        return last_by(self.ticket, self.since_s, ticket, instants)

    def texts(self, name: str, rows: Whole) -> Any:
        """What `name` was in some rows, an Arrow array."""
        known = pa.array([one.get(name) for one in self.met], pa.string())
        return taken(known, self.which[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Promises:
    """What is promised for one clock over time: the rows of `situations` at which it changes.

    `given` are the places of those rows that promise something; `given_by[i]` counts those
    before row i, so that it also ends the ones up to row i - 1.
    """

    ticket: Whole
    since_s: Whole
    row: Whole
    target_s: Whole
    calendar: Whole
    begins: Whole
    given: Whole
    given_by: Whole


def last_by(owners: Whole, at_s: Whole, wanted: Whole, instants: Whole) -> Whole:
    """The last row of each wanted owner at or before an instant; rows stand by owner and time."""
    if not len(owners):
        return np.full(len(wanted), -1)
    first_s = min(int(at_s.min()), int(instants.min(initial=at_s[0])))
    length_s = max(int(at_s.max()), int(instants.max(initial=at_s[0]))) - first_s + 1
    line = owners * length_s + (at_s - first_s)
    return np.searchsorted(line, wanted * length_s + (instants - first_s), side="right") - 1


def situations(stories: Stories) -> Situations:
    """What tickets were from their beginning on and after every second that changed something."""
    is_row = _IS_CHANGING[stories.name]
    is_row[stories.begins[:-1][np.diff(stories.begins) > 0]] = True
    rows = np.flatnonzero(is_row)
    ticket, at_s = stories.ticket[rows], stories.at_s[rows]
    is_last = np.append((ticket[1:] != ticket[:-1]) | (at_s[1:] != at_s[:-1]), [True])[: len(rows)]
    begins = begins_of(ticket, len(stories.begins) - 1)
    codes = [_newest(stories, name, rows, begins[ticket])[is_last] for name in _CHANGING]
    which, met = _distinct(codes)
    spelled = [stories.words.spelled(code[met]).to_pylist() for code in codes]
    circumstances = tuple(
        dict(zip(_CHANGING, one, strict=True)) for one in zip(*spelled, strict=True)
    )
    ticket = ticket[is_last]
    begins = begins_of(ticket, len(stories.begins) - 1)
    return Situations(begins, at_s[is_last], ticket, which, circumstances)


def _newest(stories: Stories, name: str, rows: Whole, firsts: Whole) -> Whole:
    """The newest value of one name at each row, or what was given."""
    found = last_set(stories.name[rows] == NAMES.index(name), firsts)
    given = stories.given.get(name)
    before = np.full(len(rows), -1) if given is None else given[stories.ticket[rows]]
    return np.where(found < 0, before, stories.value[rows][found])


def _distinct(codes: list[Whole]) -> tuple[Whole, Whole]:
    """Of rows with several codes each: the number of its combination, and a row with each."""
    combined = np.zeros(len(codes[0]), dtype=np.int64)
    first = np.empty(0, dtype=np.int64)
    for code in codes:
        key = combined * (code.max(initial=-1) + 2) + code + 1
        _, first, combined = np.unique(key, return_index=True, return_inverse=True)
    return combined, first


def promises(
    now: Situations,
    promise_of: Callable[[Circumstances], tuple[int | None, str]],
    calendars: Mapping[str, int],
) -> Promises:
    """What is promised for a clock in each situation; it is asked once for each that was met.

    `calendars` has the place of every calendar; KeyError if a promise counts in another.
    """
    answers = [promise_of(one) for one in now.met]
    kinds = sorted(set(answers), key=str)
    kind = np.array([kinds.index(answer) for answer in answers], dtype=np.int64)[now.which]
    target = np.array([NO_PROMISE if t is None else t for t, _ in kinds], dtype=np.int64)
    places = [NO_PROMISE if t is None else calendars[name] for t, name in kinds]
    changed = np.append([True], (kind[1:] != kind[:-1]) | (now.ticket[1:] != now.ticket[:-1]))
    rows = np.flatnonzero(changed[: len(kind)])
    kind, ticket = kind[rows], now.ticket[rows]
    is_given = target[kind] != NO_PROMISE
    return Promises(
        ticket,
        now.since_s[rows],
        rows,
        target[kind],
        np.array(places, dtype=np.int64)[kind],
        begins_of(ticket, len(now.begins) - 1),
        np.flatnonzero(is_given),
        np.concatenate([[0], np.cumsum(is_given)]),
    )
