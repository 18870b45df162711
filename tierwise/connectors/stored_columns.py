"""Parquet files of a table in SQL, also those that were written before it had all its columns."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

from tierwise.facts.columns import Column, Table

from .dialects import STORAGE_TYPES


def stored(table: Table, paths: Sequence[Path]) -> str:
    """A SELECT of the table's columns from its files; a file without a column has it empty."""
    known = [frozenset(pq.read_schema(path).names) for path in paths]
    listed = ", ".join(quoted(str(path)) for path in paths)
    if all(own >= set(table.names) for own in known):
        return f"SELECT {', '.join(table.names)} FROM read_parquet([{listed}])"
    somewhere = frozenset[str]().union(*known)
    columns = ", ".join(_column(column, somewhere) for column in table.columns)
    return f"SELECT {columns} FROM read_parquet([{listed}], union_by_name = true)"


def _column(column: Column, known: frozenset[str]) -> str:
    if column.name in known or not column.nullable:
        return column.name
    return f"CAST(NULL AS {STORAGE_TYPES[column.kind]}) AS {column.name}"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
