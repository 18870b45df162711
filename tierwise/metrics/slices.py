"""Rows in groups: which slice and period each row of a table belongs to, as numbers."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Key: TypeAlias = tuple[Any, ...]
Whole: TypeAlias = NDArray[np.int64]


def grouped(table: pa.Table, names: Sequence[str]) -> tuple[Whole, list[Key]]:
    """The number of each row's group, and the values of those columns in each group.

    Without names all rows are of one group, also when there are none.
    """
    codes = np.zeros(table.num_rows, dtype=np.int64)
    values: list[list[Any]] = []
    for name in names:
        column = table[name].combine_chunks().dictionary_encode(null_encoding="encode")
        values.append(column.dictionary.to_pylist())
        codes = codes * max(1, len(values[-1])) + column.indices.to_numpy(zero_copy_only=False)
    if not names:
        return codes, [()]
    present, group = np.unique(codes, return_inverse=True)
    return group.astype(np.int64), [_key(int(code), values) for code in present]


def _key(code: int, values: Sequence[list[Any]]) -> Key:
    """The values behind a number, the last column counting fastest."""
    found: list[Any] = []
    for column in reversed(values):
        code, place = divmod(code, max(1, len(column)))
        found.append(column[place])
    return tuple(reversed(found))


def group_quantiles(
    group: Whole, values: Whole, groups: int, q: float
) -> tuple[Whole, NDArray[np.float64]]:
    """How many values each group has, and their quantile of type 7; nan for none."""
    order = np.lexsort((values, group))
    sizes = np.bincount(group, minlength=groups).astype(np.int64)
    begins = np.cumsum(sizes) - sizes
    found = np.full(groups, np.nan)
    some = np.flatnonzero(sizes)
    place = begins[some] + q * (sizes[some] - 1)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, begins[some] + sizes[some] - 1)
    low, high = (values[order[at]].astype(np.float64) for at in (below, above))
    found[some] = low + (place - below) * (high - low)
    return sizes, found
