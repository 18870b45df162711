"""Rows that belong to owners, as arrays: each owner has some rows, one after the other."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Whole: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


def spread(firsts: Whole, counts: Whole) -> tuple[Whole, Whole]:
    """For owners with `counts[i]` rows from row `firsts[i]` on: each row's owner, and the row."""
    owners = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return owners, np.arange(len(owners)) + (firsts - before)[owners]


def begins_of(owners: Whole, count: int) -> Whole:
    """Where the rows of each of `count` owners begin, and at last where all end."""
    return np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=count))])


def counts_of(owners: Whole, count: int) -> Whole:
    """How many rows each of `count` owners has."""
    return np.bincount(owners, minlength=count).astype(np.int64)


def sums_of(owners: Whole, amounts: Whole, count: int) -> Whole:
    """The sum of each owner's amounts; rows stand in the order of their owners."""
    running = np.concatenate([[0], np.cumsum(amounts)])
    begins = begins_of(owners, count)
    return np.asarray(running[begins[1:]] - running[begins[:-1]])


def last_set(sets: Flags, firsts: Whole) -> Whole:
    """For each row the last one up to it that is set, of the same owner; -1 if there is none.

    `firsts` has the first row of each row's owner.
    """
    found = np.where(sets, np.arange(len(sets)), -1)
    np.maximum.accumulate(found, out=found)
    found[found < firsts] = -1
    return found


def before_each(after: Whole, firsts: Whole, at_first: int) -> Whole:
    """What stood before each row, from what stands after it; `at_first` before an owner's first."""
    before = np.empty_like(after)
    before[1:] = after[:-1]
    before[np.arange(len(after)) == firsts] = at_first
    return before
