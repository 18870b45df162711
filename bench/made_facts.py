"""Made-up facts of any size, the same on every machine: a shop with guests, refunds and dollars."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tierwise.app.project import Project, make_project
from tierwise.connectors.arrow_tables import schema_of
from tierwise.connectors.fact_store import FactStore, Origin
from tierwise.connectors.reading import Rows
from tierwise.facts.tables import CUSTOMERS, ORDERS, RATES

FIRST_DAY, DAYS = 19_000, 1_096
LAST_DAY = FIRST_DAY + DAYS - 1
PRESET = "three-levels"
_PIECE = 10_000_000

# Orders come in the order they were placed, as a shop exports them. Amounts are roughly
# lognormal around 40.00; who buys is drawn evenly, so ten orders a customer is a mean.
_ORDERS = """
SELECT 'O' || CAST(1000000000 + i AS VARCHAR) AS order_id,
    'C' || CAST(10000000 + (h & 4294967295) % {customers} AS VARCHAR) AS customer_id,
    CASE WHEN k % 50 = 0 THEN 'refund' ELSE 'purchase' END AS kind,
    CASE WHEN k % 97 = 0 THEN 'unpaid' WHEN k % 101 = 0 THEN 'cancelled' ELSE 'paid' END AS state,
    CAST({first_day} * 86400 + (i * {days} * 86400) // {orders} AS BIGINT) AS placed_at,
    CAST({first_day} + (i * {days}) // {orders} AS INTEGER) AS placed_day,
    CASE WHEN k % 50 = 0 THEN 0 ELSE amount END AS total_minor,
    CASE WHEN k % 50 = 0 THEN amount // 2 ELSE 0 END AS refunded_minor,
    CAST(0 AS BIGINT) AS discount_minor,
    CASE WHEN k % 20 = 1 THEN 'USD' ELSE 'EUR' END AS currency,
    CASE WHEN k % 3 = 0 THEN 'app' ELSE 'web' END AS channel,
    CAST(NULL AS VARCHAR) AS refers_to
FROM (
    SELECT i, h, (h >> 32) & 65535 AS k,
        CAST(exp(8.3 + 0.003 * CAST((h >> 44) & 1023 AS DOUBLE)
                 - 0.003 * CAST((h >> 54) & 1023 AS DOUBLE)) AS BIGINT) AS amount
    FROM (SELECT i, hash(i) AS h FROM range({start}, {stop}) AS made(i))
)
"""
# Each twentieth customer is known to the app as well, under a name of its own.
_CUSTOMERS = """
SELECT 'C' || CAST(10000000 + i AS VARCHAR) AS customer_id, 'shop' AS source,
    'customer' || i || '@example.com' AS email, CAST(NULL AS VARCHAR) AS phone,
    'Customer ' || i AS name, CAST(NULL AS VARCHAR) AS account_id,
    CAST(NULL AS VARCHAR) AS merged_into, CAST(NULL AS BIGINT) AS created_at
FROM range({customers}) AS made(i)
UNION ALL
SELECT 'A' || i, 'app', 'customer' || i * 20 || '@example.com', NULL, NULL, NULL, NULL, NULL
FROM range({customers} // 20) AS made(i)
"""
_RATES = """
SELECT 'USD' AS currency, CAST({first_day} + 7 * i AS INTEGER) AS day,
    CAST(900000 + 1000 * (i % 50) AS BIGINT) AS rate_ppm FROM range({days} // 7) AS made(i)
"""


@dataclass(frozen=True, slots=True)
class MadeFacts:
    """Parquet files of one made shop, in the schema of `facts/tables.py`."""

    orders: tuple[Path, ...]
    customers: Path
    rates: Path


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for one script; it is gone afterwards."""
    with TemporaryDirectory(prefix="tierwise-bench-") as folder:
        yield Path(folder)


def make_facts(folder: Path, orders: int, customers: int) -> MadeFacts:
    """Write the facts; ten million orders a file."""
    given = {"orders": orders, "customers": customers, "first_day": FIRST_DAY, "days": DAYS}
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    pieces = []
    for number, start in enumerate(range(0, orders, _PIECE)):
        part = {**given, "start": start, "stop": min(orders, start + _PIECE)}
        pieces.append(folder / f"orders.{number}.parquet")
        _write(connection, _ORDERS.format(**part), pieces[-1])
    _write(connection, _CUSTOMERS.format(**given), folder / "customers.parquet")
    _write(connection, _RATES.format(**given), folder / "rates.parquet")
    connection.close()
    return MadeFacts(tuple(pieces), folder / "customers.parquet", folder / "rates.parquet")


def make_shop(folder: Path, made: MadeFacts) -> Project:
    """A project whose fact store has read the facts, as `tierwise read` would."""
    project = make_project(folder, preset=PRESET, shop="Made shop")
    files = {ORDERS: made.orders, CUSTOMERS: (made.customers,), RATES: (made.rates,)}
    origin = Origin("made", "generic", "made", "0", 0)
    parts = (
        Rows(table.name, batch.cast(schema_of(table)), pa.array(range(batch.num_rows), pa.int64()))
        for table, paths in files.items()
        for path in paths
        for batch in pq.ParquetFile(path).iter_batches(20_000)
    )
    FactStore(project.kept / "facts").add(origin, parts)
    return project


def _write(connection: duckdb.DuckDBPyConnection, select: str, path: Path) -> None:
    connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
