"""A small shop in the words of its user: what each customer bought on which day."""

from collections.abc import Mapping
from itertools import product
from typing import Any

import pyarrow as pa

from tierwise.app.pipeline import AFTER, AS_USUAL, BESIDE, HISTORY, value_customers
from tierwise.connectors.arrow_tables import schema_of
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.columns import Table
from tierwise.facts.identities import IDENTITY_MODELS
from tierwise.facts.money import Rate
from tierwise.facts.tables import APP_EVENTS, COSTS, CUSTOMERS, ORDERS, SUBSCRIPTIONS, TICKETS
from tierwise.value.customer_value import Use
from tierwise.value.forecast import Terms
from tierwise.value.forecast_tables import BORDER_SAMPLE, FORECASTS, PURCHASE_STATES
from tierwise.value.history import RATES_BY_DAY, daily_rates
from tierwise.value.rfm_groups import group_of
from tierwise.value.serving_costs import COST_RATES, SERVING_COSTS
from tierwise.value.standing import standings_model
from tierwise.value.subscription_tables import SUBSCRIPTION_FORECASTS, SUBSCRIPTION_STATES

# Every table that valuing leaves in the engine, the hold-out apart.
VALUE_MODELS = (
    *IDENTITY_MODELS,
    *HISTORY,
    *BESIDE,
    SUBSCRIPTION_STATES,
    SUBSCRIPTION_FORECASTS,
    SERVING_COSTS,
    COST_RATES,
    PURCHASE_STATES,
    BORDER_SAMPLE,
    FORECASTS,
    *AFTER,
    standings_model(Use.BOTH),
)

ORDER = {
    "kind": "purchase",
    "state": "paid",
    "placed_at": 0,
    "total_minor": 0,
    "refunded_minor": 0,
    "discount_minor": 0,
    "currency": "EUR",
    "channel": None,
    "refers_to": None,
}
CUSTOMER = dict.fromkeys(CUSTOMERS.names) | {"source": "shop"}
EVENT = {"name": "session_start", "happened_at": 0, "session_id": None}


def order(customer: str | None, day: int, total: int, **more: Any) -> dict[str, Any]:
    return {"customer_id": customer, "placed_day": day, "total_minor": total, **more}


def refund(customer: str, day: int, amount: int) -> dict[str, Any]:
    return order(customer, day, 0, kind="refund", refunded_minor=amount)


def arrow(table: Table, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=schema_of(table))


def engine_with(
    orders: list[dict[str, Any]],
    *,
    customers: list[dict[str, Any]] | None = None,
    events: list[dict[str, Any]] | None = None,
    rates: list[Rate] | None = None,
    as_of_day: int = 100,
    terms: Terms = AS_USUAL,
    **more: list[dict[str, Any]],
) -> DuckDBEngine:
    """An engine that has valued these facts as of a day, in EUR; `more` are other tables."""
    engine = engine_holding(
        orders, customers=customers, events=events, rates=rates, as_of_day=as_of_day, **more
    )
    value_customers(engine, as_of_day=as_of_day, terms=terms)
    return engine


def engine_holding(
    orders: list[dict[str, Any]] | pa.Table,
    *,
    customers: list[dict[str, Any]] | None = None,
    events: list[dict[str, Any]] | None = None,
    rates: list[Rate] | None = None,
    as_of_day: int = 100,
    **more: list[dict[str, Any]],
) -> DuckDBEngine:
    """An engine that holds these facts and has valued nobody yet."""
    engine = DuckDBEngine(threads=1)
    for table in (SUBSCRIPTIONS, COSTS, TICKETS):
        rows = [dict.fromkeys(table.names) | row for row in more.get(table.name, [])]
        engine.upload(table.name, arrow(table, rows))
    if isinstance(orders, list):
        numbered = [ORDER | {"order_id": f"o{i}"} | row for i, row in enumerate(orders)]
        orders = arrow(ORDERS, numbered)
    engine.upload("orders", orders)
    engine.upload("customers", arrow(CUSTOMERS, [CUSTOMER | row for row in customers or []]))
    seen = [EVENT | {"event_id": f"e{i}"} | row for i, row in enumerate(events or [])]
    engine.upload("app_events", arrow(APP_EVENTS, seen))
    columns = daily_rates(rates or [], "EUR", first_day=-1, last_day=as_of_day)
    engine.upload("daily_rates", pa.table(list(columns), names=list(RATES_BY_DAY.names)))
    cells = [(*cell, group_of(*cell)) for cell in product(range(1, 6), repeat=3)]
    engine.upload(
        "rfm_groups",
        pa.Table.from_pylist([dict(zip("rfm", c, strict=False)) | {"name": c[3]} for c in cells]),
    )
    return engine


def standings(engine: DuckDBEngine) -> Mapping[str, dict[str, Any]]:
    """The standing of every customer by their id."""
    return {row["customer_id"]: row for row in engine.query("FROM standings").to_pylist()}
