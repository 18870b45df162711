"""Small tables that the product works out itself, brought into an engine."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tierwise.facts.columns import Column, Kind, Table

from .ports import Engine
from .wiring import schema_of

Values = Sequence[object] | NDArray[np.float64] | NDArray[np.int64]


def upload(engine: Engine, table: Table, columns: Mapping[str, Values]) -> None:
    """Make columns available as the table they are declared to be; not-a-number is empty."""
    given = {column.name: _stored(column, columns[column.name]) for column in table.columns}
    engine.upload(table.name, pa.table(given, schema=schema_of(table)))


def _stored(column: Column, values: Values) -> "Values | pa.Array[Any]":
    """Whole numbers as such; an array of numbers with gaps has empty values there."""
    if not isinstance(values, np.ndarray):
        return values
    return pa.array(values if column.kind is Kind.NUMBER else _whole(values), from_pandas=True)


def _whole(values: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.int64]:
    return values.astype(np.int64)
