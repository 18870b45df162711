"""What purchase models look at: repeat orders, the time of the last, and the age; grouped."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tierwise.facts.problems import Problem

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

_WIDEST_KEY = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Customers by what they did: sufficient statistics of every purchase model.

    `x` is the number of repeat orders (the first order is not counted), `t_x` the time from the
    first order to the last, `age` the time from the first order to the end of the facts (T in
    the papers), `weight` how many customers share the three. The unit of time is the caller's.
    """

    x: Floats
    t_x: Floats
    age: Floats
    weight: Floats

    @property
    def customers(self) -> float:
        return float(self.weight.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """Histories with equal rows put together.

    `places[i]` is the row of `history` that row i went to, -1 if it was left out; so
    `scores[places]` brings scores of groups back to customers.
    """

    history: History
    places: Places
    problems: tuple[Problem, ...]


def one_customer(x: float, t_x: float, age: float) -> History:
    """The history of a single customer."""
    return _history(tuple(np.array([float(value)]) for value in (x, t_x, age)), np.ones(1))


def new_customer() -> History:
    """Somebody who placed the first order this moment."""
    return one_customer(0, 0, 0)


def group(x: ArrayLike, t_x: ArrayLike, age: ArrayLike, weight: ArrayLike | None = None) -> Grouped:
    """Put equal histories together; rows that cannot be true are left out and told.

    >>> grouped = group([0, 2, 0], [0, 3.5, 0], [9, 9, 9])
    >>> grouped.history.x, grouped.history.weight, grouped.places
    (array([0., 2.]), array([2., 1.]), array([0, 1, 0]))
    """
    rows = tuple(np.asarray(column, dtype=np.float64) for column in (x, t_x, age))
    counted = np.ones(len(rows[0])) if weight is None else np.asarray(weight, dtype=np.float64)
    good, problems = _sound(_history(rows, counted))
    if problems:
        rows, counted = tuple(column[good] for column in rows), counted[good]
    firsts, places = distinct(*rows)
    history = _history(firsts, totals(places, counted))
    if problems:
        everybody = np.full(len(good), -1, dtype=np.int64)
        everybody[good] = places
        places = everybody
    return Grouped(history, places, problems)


def add(one: History, other: History) -> History:
    """Both bases as one."""
    pairs = ((one.x, other.x), (one.t_x, other.t_x), (one.age, other.age))
    firsts, places = distinct(*(np.concatenate(pair) for pair in pairs))
    counted = totals(places, np.concatenate((one.weight, other.weight)))
    kept = counted != 0
    return _history(tuple(column[kept] for column in firsts), counted[kept])


def take_away(one: History, other: History) -> History:
    """The base without the customers of `other`, so that who moved on can be added anew."""
    return add(one, History(other.x, other.t_x, other.age, -other.weight))


def some_of(history: History, rows: Places) -> History:
    """Some rows of a history."""
    return History(history.x[rows], history.t_x[rows], history.age[rows], history.weight[rows])


def in_unit(history: History, unit: float) -> History:
    """The same customers with times told in multiples of `unit`."""
    return History(history.x, history.t_x / unit, history.age / unit, history.weight)


def distinct(*columns: Floats) -> tuple[tuple[Floats, ...], Places]:
    """The different rows of equally long columns, in order, and the place of each row in them."""
    key = _key(columns)
    order = np.argsort(key)
    in_order = key[order]
    is_new = np.concatenate(([True], in_order[1:] != in_order[:-1]))[: len(key)]
    places = np.empty(len(key), dtype=np.int64)
    places[order] = np.cumsum(is_new) - 1
    firsts = order[is_new]
    return tuple(column[firsts] for column in columns), places


def totals(places: Places, weight: Floats) -> Floats:
    """The weight that came together at each place."""
    return np.bincount(places, weights=weight).astype(np.float64)


def why_too_thin(history: History, parameters: int) -> str | None:
    """What makes a base too thin for a model with so many parameters; None if nothing does."""
    if history.customers < 2:
        return f"{history.customers:.0f} customers cannot tell how customers differ"
    if not (history.age * history.weight).sum() > 0:
        return "no time has passed since the first orders"
    if not (history.x * history.weight).sum() > 0:
        return "nobody has ordered twice"
    if len(history.x) <= parameters:
        return f"only {len(history.x)} different histories for {parameters} parameters"
    return None


def _history(columns: tuple[Floats, ...], weight: Floats) -> History:
    x, t_x, age = columns
    return History(x, t_x, age, weight)


def _key(columns: tuple[Floats, ...]) -> Places:
    """One integer per row that tells different rows apart and sorts as the rows do."""
    key, span = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        codes, choices = _codes(column)
        if span * choices >= _WIDEST_KEY:
            key, span = _codes_by_sorting(key)
        key *= choices
        key += codes
        span *= choices
    return key


def _codes(column: Floats) -> tuple[Places, int]:
    """Integers from 0 in the order of the values, and how many there could be."""
    if len(column) == 0:
        return np.zeros(0, dtype=np.int64), 1
    low, high = column.min(), column.max()
    if high - low >= 2**31:
        return _codes_by_sorting(column)
    codes = (column - low).astype(np.int64)
    # Whole days and counts need no sorting to be numbered.
    if np.array_equal(codes, column - low):
        return codes, int(high - low) + 1
    return _codes_by_sorting(column)


def _codes_by_sorting(column: Floats | Places) -> tuple[Places, int]:
    values, codes = np.unique(column, return_inverse=True)
    return codes.astype(np.int64), max(1, len(values))


@dataclass(frozen=True, slots=True)
class _Fault:
    column: str
    expected: str
    next_step: str
    found_in: Callable[[History], NDArray[np.bool_]]


def _not_a_time(column: Floats) -> NDArray[np.bool_]:
    return ~np.isfinite(column) | (column < 0)


_FAULTS = (
    _Fault(
        "x",
        "a whole number of repeat orders, 0 or more",
        "count the days with an order, less one",
        lambda h: _not_a_time(h.x) | (h.x != np.floor(h.x)),
    ),
    _Fault(
        "t_x",
        "the time of the last order since the first, 0 or more",
        "check the dates of the orders",
        lambda h: _not_a_time(h.t_x),
    ),
    _Fault(
        "age",
        "the time since the first order, 0 or more",
        "check for orders after the end of the facts",
        lambda h: _not_a_time(h.age),
    ),
    _Fault(
        "t_x",
        "a last order that is not after the end of the facts",
        "check for orders in the future",
        lambda h: h.t_x > h.age,
    ),
    _Fault(
        "t_x",
        "0 for who ordered once",
        "count the days with an order, less one",
        lambda h: (h.x == 0) & (h.t_x > 0),
    ),
    _Fault(
        "weight",
        "a number of customers above 0",
        "leave rows without customers out",
        lambda h: ~np.isfinite(h.weight) | (h.weight <= 0),
    ),
)


def _sound(history: History) -> tuple[NDArray[np.bool_], tuple[Problem, ...]]:
    """Which rows can be true, and one problem for each kind of row that cannot."""
    good = np.ones(len(history.x), dtype=np.bool_)
    problems = []
    for fault in _FAULTS:
        bad = np.flatnonzero(good & fault.found_in(history))
        if len(bad):
            good[bad] = False
            problems.append(_told(fault, history, bad))
    return good, tuple(problems)


def _told(fault: _Fault, history: History, bad: Places) -> Problem:
    first = int(bad[0])
    value = {"x": history.x, "t_x": history.t_x, "age": history.age, "weight": history.weight}
    found = f"`{value[fault.column][first]:g}`"
    if len(bad) > 1:
        found += f" and {len(bad) - 1} more rows like it"
    return Problem("histories", first + 1, fault.column, fault.expected, found, fault.next_step)
