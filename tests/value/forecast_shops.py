"""Made shops whose customers live by MBG/NBD and Gamma-Gamma, so that their future is known."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tests.shop_days import engine_holding
from tierwise.app.pipeline import Outlook, value_customers
from tierwise.connectors.arrow_tables import schema_of
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.tables import ORDERS
from tierwise.value.forecast import Terms
from tierwise.value.purchase_history import Places

Rows = NDArray[np.bool_] | NDArray[np.int64]

FIRST_YEAR = 365  # customers come within it


@dataclass(frozen=True, slots=True)
class Way:
    """How customers differ: r, α (days), a, b of MBG/NBD; p, q, v (minor units) of spend."""

    buying: tuple[float, float, float, float] = (0.9, 60.0, 0.6, 3.0)
    spend: tuple[float, float, float] = (4.0, 4.5, 30_000.0)


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """Orders of a made shop, in any order: who (0, 1, …), the day, and minor units."""

    who: Places
    day: Places
    money: Places

    def until(self, day: int) -> "Made":
        return self.of(self.day <= day)

    def of(self, rows: Rows) -> "Made":
        return Made(self.who[rows], self.day[rows], self.money[rows])


def made_shop(customers: int, *, until: int, seed: int = 1, way: Way | None = None) -> Made:
    """Orders of everybody, one after another, until the customer leaves or the time is up."""
    chance, way = np.random.default_rng(seed), way or Way()
    r, alpha, a, b = way.buying
    p, q, v = way.spend
    gap = 1 / np.maximum(chance.gamma(r, 1 / alpha, customers), 1e-12)
    leaves, scale = chance.beta(a, b, customers), chance.gamma(q, 1 / v, customers)
    clock = chance.uniform(0, FIRST_YEAR, customers)
    here, rows = np.arange(customers), []
    while len(here):
        money = chance.gamma(p, size=len(here)) / scale[here]
        rows.append((here, np.floor(clock[here]), np.ceil(money)))
        here = here[chance.random(len(here)) >= leaves[here]]
        clock[here] += chance.exponential(gap[here])
        here = here[clock[here] < until]
    who, day, paid = (np.concatenate(column).astype(np.int64) for column in zip(*rows, strict=True))
    return Made(who, day, paid)


def as_orders(made: Made, currency: str = "EUR") -> pa.Table:
    """The table of orders; customers are named `c0`, `c1`, …"""
    rows = len(made.who)
    same = {
        "kind": "purchase",
        "state": "paid",
        "placed_at": 0,
        "refunded_minor": 0,
        "discount_minor": 0,
        "currency": currency,
        "channel": None,
        "refers_to": None,
    }
    columns = {name: [value] * rows for name, value in same.items()} | {
        "order_id": [f"o{number}" for number in range(rows)],
        "customer_id": [f"c{who}" for who in made.who],
        "placed_day": made.day.tolist(),
        "total_minor": made.money.tolist(),
    }
    return pa.Table.from_pydict(columns, schema=schema_of(ORDERS))


def valued(
    made: Made, *, as_of_day: int, terms: Terms | None = None, **more: Any
) -> tuple[DuckDBEngine, Outlook]:
    """An engine that has valued a made shop, and what it said of itself."""
    engine = engine_holding(as_orders(made), as_of_day=as_of_day, **more)
    return engine, value_customers(engine, as_of_day=as_of_day, terms=terms or Terms())
