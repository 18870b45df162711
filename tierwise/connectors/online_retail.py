"""The bundled sample shop: two years of a British giftware wholesaler."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tierwise.facts.money import format_minor
from tierwise.facts.problems import Problem
from tierwise.facts.tables import CUSTOMERS, ORDERS
from tierwise.facts.time import instant_of

from .arrow_tables import batch_of, schema_of
from .headers import Wanted, places_of
from .reading import Part, Problems, ReadOptions, Remark, Rows

SAMPLE = Path(__file__).with_name("online_retail.parquet")
CREDIT = (
    "Online Retail II, Daqing Chen (2019), UCI Machine Learning Repository, "
    "DOI 10.24432/C5CG6D, licensed CC BY 4.0; without descriptions, otherwise unchanged."
)
COLUMNS = (
    *("sheet", "invoice", "stock_code", "quantity"),
    *("placed_minute", "price_thousandths", "customer", "country"),
)

_ZONE, _CURRENCY, _MINUTE_S = ZoneInfo("Europe/London"), "GBP", 60
_BATCH_ROWS = 100_000

# A sum of thousandths is rounded to pence once, away from zero, and never as a binary fraction.
_INVOICES = """
WITH lines AS (
    SELECT *, file_row_number + 1 AS line
    FROM read_parquet($file, file_row_number = true)
),
latest AS (
    SELECT invoice, max(sheet) AS sheet FROM lines GROUP BY invoice
),
sums AS (
    SELECT
        invoice,
        min(line) AS line,
        max(customer) AS customer,
        min(placed_minute) AS placed_minute,
        sum(CAST(quantity AS BIGINT) * price_thousandths) AS thousandths,
        bool_and(stock_code IN ('TEST001', 'TEST002')) AS is_test
    FROM lines JOIN latest USING (invoice, sheet)
    GROUP BY invoice
),
invoices AS (
    SELECT
        *,
        invoice LIKE 'C%' AS is_refund,
        CAST(sign(thousandths) * ((abs(thousandths) + 5) // 10) AS BIGINT) AS pence
    FROM sums
)
SELECT
    invoice AS order_id,
    CAST(customer AS VARCHAR) AS customer_id,
    CASE WHEN is_refund THEN 'refund' ELSE 'purchase' END AS kind,
    CASE WHEN is_test THEN 'test' ELSE 'paid' END AS state,
    CAST(placed_minute // 1440 AS INTEGER) AS placed_day,
    CASE WHEN is_refund THEN 0 ELSE pence END AS total_minor,
    CASE WHEN is_refund THEN -pence ELSE 0 END AS refunded_minor,
    CAST(0 AS BIGINT) AS discount_minor,
    'GBP' AS currency,
    pence,
    line,
    placed_minute,
    CASE
        WHEN invoice LIKE 'A%' THEN 'adjustment'
        WHEN is_refund AND pence > 0 THEN 'charging cancellation'
        WHEN is_refund OR is_test OR pence > 0 THEN 'order'
        WHEN pence < 0 THEN 'negative'
        WHEN customer IS NULL THEN 'stock'
        ELSE 'gift'
    END AS what
FROM invoices
ORDER BY line
"""
# Also customers who only ever had free invoices: they are customers who have not bought yet.
_CUSTOMERS = """
SELECT
    CAST(customer AS VARCHAR) AS customer_id,
    min(file_row_number) + 1 AS line,
    min(placed_minute) AS first_minute
FROM read_parquet($file, file_row_number = true)
WHERE customer IS NOT NULL
GROUP BY customer
ORDER BY line
"""
_OVERLAP = """
SELECT count(*) FROM read_parquet($file) AS one
WHERE sheet < (SELECT max(sheet) FROM read_parquet($file) AS two WHERE two.invoice = one.invoice)
"""

# what -> (expected, next step)
_LEFT_OUT = {
    "adjustment": ("a sale or a cancellation", "nothing to do: corrected books are no order"),
    "charging cancellation": ("a cancellation that gives money back", "ask the shop what it was"),
    "negative": ("a total of 0 or more without the letter C", "ask the shop what it was"),
    "gift": ("a total above 0", "nothing to do: what is free is no purchase"),
}


def read_online_retail(path: Path, options: ReadOptions) -> Iterator[Part]:
    """The sample shop: customers, invoices as orders, cancellations as refunds of their own."""
    places_of(Wanted(COLUMNS), pq.read_schema(path).names, path.name)
    with duckdb.connect() as connection:
        invoices = connection.execute(_INVOICES, {"file": str(path)}).to_arrow_table()
        customers = connection.execute(_CUSTOMERS, {"file": str(path)}).to_arrow_table()
        twice = connection.execute(_OVERLAP, {"file": str(path)}).fetchall()[0][0]
    what = invoices.column("what")
    yield _customers(customers, options.source or path.stem)
    yield from _orders(invoices.filter(pc.field("what") == "order"))
    yield from _problems(path.name, invoices)
    yield from _remarks(int(twice), what.to_pylist().count("stock"))
    if options.progress:
        options.progress(path.stat().st_size, path.stat().st_size)


def _customers(customers: pa.Table, source: str) -> Rows:
    ids = customers.column("customer_id").to_pylist()
    first = _instants(customers.column("first_minute"))
    values: dict[str, Sequence[object]] = {
        "customer_id": ids,
        "source": [source] * len(ids),
        "created_at": first,
    }
    batch = batch_of(CUSTOMERS, values)
    return Rows(CUSTOMERS.name, batch, pa.array(customers.column("line").to_numpy(), pa.int64()))


def _orders(invoices: pa.Table) -> Iterator[Rows]:
    placed = _instants(invoices.column("placed_minute"))
    empty = pa.nulls(len(placed), pa.string())
    whole = (
        invoices.append_column("placed_at", pa.array(placed, pa.int64()))
        .append_column("channel", empty)
        .append_column("refers_to", empty)
    )
    lines = pa.array(invoices.column("line").to_numpy(), pa.int64())
    first = 0
    for batch in whole.select(ORDERS.names).cast(schema_of(ORDERS)).to_batches(_BATCH_ROWS):
        yield Rows(ORDERS.name, batch, lines.slice(first, batch.num_rows))
        first += batch.num_rows


def _instants(minutes: "pa.ChunkedArray[pa.Int32Scalar]") -> list[int]:
    local: list[int] = minutes.to_numpy().tolist()
    return [instant_of(minute * _MINUTE_S, _ZONE) for minute in local]


def _problems(file: str, invoices: pa.Table) -> Iterator[Problems]:
    rows = invoices.select(("line", "order_id", "pence", "what"))
    odd = rows.filter(pc.field("what").isin(list(_LEFT_OUT)))
    if odd.num_rows:
        yield Problems(tuple(_problem(file, **row) for row in odd.to_pylist()))


def _problem(file: str, *, line: int, order_id: str, pence: int, what: str) -> Problem:
    expected, next_step = _LEFT_OUT[what]
    found = f"{what} `{order_id}` of {format_minor(pence, _CURRENCY)}"
    return Problem(file, line, "invoice", expected, found, next_step)


def _remarks(twice: int, stock: int) -> Iterator[Remark]:
    if twice:
        yield Remark(f"{twice:,} lines stand in both yearly sheets; they were counted once")
    if stock:
        yield Remark(
            f"{stock:,} invoices without price and customer are stock movements, no orders"
        )
