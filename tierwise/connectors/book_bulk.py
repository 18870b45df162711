"""Millions of rows in and out of the book, the quickest way each database offers.

ADBC would read SQLite twice as fast, but it brings a second copy of SQLite into the process,
and when one copy closes the file the operating system drops the locks of the other: a second
writer gets in and the book is damaged (https://sqlite.org/howtocorrupt.html, section 2.2.1).
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

import pyarrow as pa
from pyarrow import csv
from sqlalchemy import Connection, Select, Table

Rows = Iterable[tuple[object, ...]]
BATCH = 512  # few enough that the garbage collector does not wake up: half the time


def insert_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Add rows that have every column of `table`, in its order."""
    _INSERT[connection.dialect.name](connection, table, rows)


def fetch_arrow(connection: Connection, query: Select[Any], schema: pa.Schema) -> pa.Table:
    """The answer to a query without text parameters, with the columns of `schema`."""
    statement = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
    return _FETCH[connection.dialect.name](connection, statement, schema)


def _insert_sqlite(connection: Connection, table: Table, rows: Rows) -> None:
    marks = ", ".join("?" for _ in table.columns)
    driver: Any = connection.connection.driver_connection
    driver.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows)


def _insert_postgresql(connection: Connection, table: Table, rows: Rows) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _fetch_sqlite(connection: Connection, statement: str, schema: pa.Schema) -> pa.Table:
    driver: Any = connection.connection.driver_connection
    cursor = driver.execute(statement)
    return pa.Table.from_batches(_batches(cursor, schema), schema)


def _batches(cursor: Any, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    while rows := cursor.fetchmany(BATCH):
        columns = zip(*rows, strict=True)
        arrays = [
            pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _fetch_postgresql(connection: Connection, statement: str, schema: pa.Schema) -> pa.Table:
    driver: Any = connection.connection.driver_connection
    text = BytesIO()
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv)") as copy,
    ):
        for block in copy:
            text.write(block)
    if not text.tell():
        return schema.empty_table()
    text.seek(0)
    return csv.read_csv(
        text,
        read_options=csv.ReadOptions(column_names=schema.names),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        # COPY writes NULL as nothing and an empty text as "".
        convert_options=csv.ConvertOptions(
            column_types=schema,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


_INSERT = {"sqlite": _insert_sqlite, "postgresql": _insert_postgresql}
_FETCH = {"sqlite": _fetch_sqlite, "postgresql": _fetch_postgresql}
