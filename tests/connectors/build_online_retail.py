"""Builds the bundled sample shop from the two yearly sheets of Online Retail II.

`python -m tests.connectors.build_online_retail 2009_2010.parquet 2010_2011.parquet`
"""

import sys

import duckdb

from tierwise.connectors.online_retail import CREDIT, SAMPLE

_BUILD = """
COPY (
    SELECT
        CAST(sheet AS TINYINT) AS sheet,
        InvoiceNo AS invoice,
        StockCode AS stock_code,
        CAST(Quantity AS INTEGER) AS quantity,
        CAST(epoch(InvoiceDate) AS BIGINT) // 60 AS placed_minute,
        CAST(round(UnitPrice * 1000) AS INTEGER) AS price_thousandths,
        CAST(CustomerID AS INTEGER) AS customer,
        Country AS country
    FROM (
        SELECT 1 AS sheet, * FROM read_parquet($first, file_row_number = true)
        UNION ALL
        SELECT 2 AS sheet, * FROM read_parquet($second, file_row_number = true)
    )
    ORDER BY sheet, file_row_number
) TO $sample (
    FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 22, ROW_GROUP_SIZE 2000000,
    KV_METADATA {credit: $credit}
)
"""


def build(first: str, second: str) -> None:
    """Write the sample, lines in the order of the sheets."""
    text = _BUILD.replace("$credit", "'" + CREDIT + "'").replace("$sample", f"'{SAMPLE}'")
    duckdb.connect().execute(text, {"first": first, "second": second})


if __name__ == "__main__":
    build(*sys.argv[1:])
