"""The embedded engine takes many rows in parts, and nobody can tell."""

import pyarrow as pa

from tests.shop_days import ORDER, arrow, order, refund
from tierwise.connectors.duckdb_engine import ROWS_AT_ONCE, DuckDBEngine
from tierwise.facts.identities import IDENTITIES
from tierwise.facts.money import Rate
from tierwise.facts.tables import ORDERS
from tierwise.value.history import (
    ORDER_CAP,
    ORDER_HISTORY,
    PAID_ORDERS,
    RATES_BY_DAY,
    daily_rates,
)

BOUGHT = [
    *(order(f"c{n % 7}", n % 90, 100 + n, currency="JPY" if n % 3 else "EUR") for n in range(100)),
    *(refund(f"c{n}", 50, 30) for n in range(9)),
]


def histories(rows_at_once: int) -> list[tuple[object, ...]]:
    engine = DuckDBEngine(threads=1, rows_at_once=rows_at_once)
    rows = [ORDER | {"order_id": f"o{i}"} | row for i, row in enumerate(BOUGHT)]
    engine.upload("orders", arrow(ORDERS, rows))
    engine.read(IDENTITIES.output, [])
    columns = daily_rates([Rate("JPY", 0, 6_250)], "EUR", first_day=0, last_day=100)
    engine.upload(RATES_BY_DAY.name, pa.table(list(columns), names=list(RATES_BY_DAY.names)))
    engine.materialise(PAID_ORDERS, {"as_of_day": 80})
    engine.materialise(ORDER_CAP, {})
    engine.materialise(ORDER_HISTORY, {"as_of_day": 80, "half_life": 30})
    return engine.rows("FROM order_history ORDER BY customer_id")


def test_parts_make_the_same_whole() -> None:
    whole = histories(ROWS_AT_ONCE)
    assert len(whole) == 9
    assert histories(rows_at_once=20) == whole
