"""Columns of Arrow as arrays of whole numbers, and back; a number below 0 is an empty cell."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .ranges import Flags, Whole


def texts(table: pa.Table, name: str) -> Any:
    """A column of texts in one piece."""
    return table[name].combine_chunks().cast(pa.string())


def numbers(table: pa.Table, name: str) -> Whole:
    """A column of whole numbers without empty cells."""
    return np.asarray(table[name].to_numpy(), dtype=np.int64)


def flags(answers: Any) -> Flags:
    """The answers to a question; where there is none, no."""
    return np.asarray(pc.fill_null(answers, pa.scalar(value=False)).to_numpy(zero_copy_only=False))


def codes(places: Any) -> Whole:
    """Places as an array, -1 where there is none."""
    return np.asarray(places.fill_null(-1).to_numpy(), dtype=np.int64)


def places_of(wanted: Any, known: Any) -> Whole:
    """The place of each text wanted among those known; -1 if it is not there."""
    return codes(pc.index_in(wanted, value_set=known))


def places_of_runs(wanted: Any, known: Any) -> Whole:
    """As `places_of`, with one look-up where a text repeats in a row."""
    if not len(wanted):
        return np.empty(0, dtype=np.int64)
    runs: Any = pc.call_function("run_end_encode", [wanted])
    lengths = np.diff(runs.run_ends.to_numpy(), prepend=0)
    return np.repeat(places_of(runs.values, known), lengths)


def taken(known: Any, places: Whole) -> Any:
    """The texts at some places."""
    return known.take(pa.array(places, mask=places < 0))
