"""Files and readings for the tests, in the words of a shop."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from tierwise.connectors.arrow_tables import batch_of
from tierwise.connectors.reading import Part, Problems, ReadOptions, Rows
from tierwise.facts.problems import Problem
from tierwise.facts.tables import ORDERS

NOW = int(datetime(2024, 6, 1, tzinfo=UTC).timestamp())
OPTIONS = ReadOptions(now=NOW, zone="Europe/Berlin")
ORDER = {
    "customer_id": None,
    "kind": "purchase",
    "state": "paid",
    "placed_at": 1_709_283_600,
    "placed_day": 19_783,
    "total_minor": 1_000,
    "refunded_minor": 0,
    "discount_minor": 0,
    "currency": "EUR",
}


def written(folder: Path, text: str | bytes, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def rows_of(parts: Iterable[Part], table: str = "orders") -> list[dict[str, Any]]:
    batches = [part.batch for part in parts if isinstance(part, Rows) and part.table == table]
    return [row for batch in batches for row in batch.to_pylist()]


def problems_of(parts: Iterable[Part]) -> list[Problem]:
    return [one for part in parts if isinstance(part, Problems) for one in part.problems]


def orders(*changes: dict[str, Any], first_line: int = 2) -> Iterator[Part]:
    """Orders that differ from `ORDER` in what is given, one a line."""
    rows = [ORDER | change for change in changes]
    columns = {name: [row.get(name) for row in rows] for name in ORDERS.names}
    lines = pa.array(range(first_line, first_line + len(rows)), pa.int64())
    yield Rows("orders", batch_of(ORDERS, columns), lines)
