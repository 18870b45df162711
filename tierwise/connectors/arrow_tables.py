"""Arrow: the storage form of the canonical tables."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from tierwise.facts.columns import Kind, Table

ARROW_TYPES: dict[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.FLAG: pa.bool_(),
    Kind.COUNT: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.MONEY: pa.int64(),
    Kind.INSTANT: pa.int64(),
    Kind.DAY: pa.int32(),
}


def schema_of(table: Table) -> pa.Schema:
    """The Arrow schema of a canonical table."""
    return pa.schema(
        [
            pa.field(column.name, ARROW_TYPES[column.kind], nullable=column.nullable)
            for column in table.columns
        ]
    )


def batch_of(table: Table, columns: Mapping[str, Sequence[object]]) -> pa.RecordBatch:
    """A batch in the table's schema; columns that are not given are empty."""
    rows = len(next(iter(columns.values())))
    schema = schema_of(table)
    arrays = [
        pa.array(columns[field.name], field.type)
        if field.name in columns
        else pa.nulls(rows, field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
