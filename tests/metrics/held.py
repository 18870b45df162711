"""Tables that a measure reads, held by an engine; what is not told of a row is empty."""

from collections.abc import Iterable, Mapping
from functools import cache
from random import Random
from typing import Any

from tests.shop_days import arrow
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.columns import Table
from tierwise.facts.identities import IDENTITIES
from tierwise.facts.models import SqlModel
from tierwise.facts.money import Rate
from tierwise.facts.tables import (
    APP_EVENTS,
    COSTS,
    HELP_SESSIONS,
    LIVE_CONTACTS,
    ORDERS,
    SUBSCRIPTIONS,
    SURVEYS,
    TICKETS,
)
from tierwise.metrics.contact_tables import SURVEY_MEASURES
from tierwise.metrics.desk_tables import TICKET_MEASURES
from tierwise.metrics.measured_columns import LOCAL_DAYS
from tierwise.promises.promise_tables import FOREVER_S, LEVEL_SPANS
from tierwise.promises.ticket_tables import TICKET_MERGES
from tierwise.value.history import RATES_BY_DAY, daily_rates

Row = dict[str, Any]
DAY_S, QUARTER_S = 86_400, 900
FLOOR = "standard"

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        *(SURVEYS, HELP_SESSIONS, LIVE_CONTACTS, ORDERS, APP_EVENTS, SUBSCRIPTIONS, COSTS, TICKETS),
        *(LOCAL_DAYS, RATES_BY_DAY, TICKET_MEASURES.output, TICKET_MERGES.output),
        *(LEVEL_SPANS.output, IDENTITIES.output, SURVEY_MEASURES.output),
    )
}
_TICKET: Row = {
    "level": FLOOR,
    "opened_by": "customer",
    "is_countable": 1,
    "created_s": 0,
    "touches": 0,
}


def ticket(ticket_id: str, customer: str | None = None, **more: Any) -> Row:
    """A row of `ticket_measures`; nobody known is a customer of their own."""
    return _TICKET | {"ticket_id": ticket_id, "customer": customer or f"ticket {ticket_id}"} | more


def gone(ticket_id: str, gone_as: str, customer: str = "ann", **more: Any) -> Row:
    return ticket(ticket_id, customer, gone_as=gone_as, gone_s=0, is_countable=0, **more)


def merged(ticket_id: str, survivor: str) -> Row:
    return {"ticket_id": ticket_id, "survivor_id": survivor, "ends_at": "survivor"}


def order(order_id: str, customer: str | None, placed_at: int, **more: Any) -> Row:
    day = placed_at // DAY_S
    usual = {"kind": "purchase", "state": "paid", "currency": "EUR", "refunded_minor": 0}
    named = {"order_id": order_id, "customer_id": customer, "placed_at": placed_at}
    return usual | named | {"placed_day": day, "total_minor": 0} | more


def levels(customer: str, *since: tuple[str | None, int]) -> list[Row]:
    """The levels a customer had, each since a moment; the last for good."""
    ends = [from_s for _, from_s in since[1:]] + [FOREVER_S]
    return [
        {"customer_id": customer, "level": level, "from_s": from_s, "until_s": until_s}
        for (level, from_s), until_s in zip(since, ends, strict=True)
    ]


def known_as(**names: str) -> list[Row]:
    """Identities: what a source calls a customer, and who that is."""
    return [{"ref": ref, "customer_id": whole} for ref, whole in names.items()]


def rates(*given: Rate, first_day: int = 0, last_day: int = 400) -> list[Row]:
    """Rates to EUR of every day."""
    columns = daily_rates(given, "EUR", first_day=first_day, last_day=last_day)
    return [dict(zip(RATES_BY_DAY.names, row, strict=True)) for row in zip(*columns, strict=True)]


@cache
def _engine() -> DuckDBEngine:
    """One for all tests: every table that a model reads is replaced before it runs."""
    return DuckDBEngine(threads=1)


def engine_with(model: SqlModel, given: Mapping[str, list[Row]]) -> DuckDBEngine:
    """An engine that holds what the model reads; a table that is not given is empty."""
    strangers = given.keys() - set(model.reads)
    assert not strangers, f"{model.name} does not read {strangers}"
    engine = _engine()
    for name in model.reads:
        blank = dict.fromkeys(TABLES[name].names)
        engine.upload(name, arrow(TABLES[name], [blank | row for row in given.get(name, [])]))
    return engine


def measured(
    model: SqlModel, as_of_s: int, given: Mapping[str, list[Row]], **parameters: int
) -> list[Row]:
    """The rows of a measure in the order of its key; its columns are those that it declares."""
    engine = engine_with(model, given)
    everything: dict[str, int | str] = {"as_of_s": as_of_s, "floor": FLOOR, **parameters}
    engine.materialise(model, {name: everything[name] for name in model.parameters})
    found = engine.query(f"FROM {model.name} ORDER BY {', '.join(model.output.key)}")
    assert tuple(found.column_names) == model.output.names
    rows = found.to_pylist()
    _as_declared(model, rows)
    return rows


def _as_declared(model: SqlModel, rows: list[Row]) -> None:
    """The key names one row, nothing is empty that may not be, and choices and bounds hold."""
    keys = [tuple(row[name] for name in model.output.key) for row in rows]
    assert len(set(keys)) == len(keys)
    for column in model.output.columns:
        cells = [row[column.name] for row in rows]
        assert column.nullable or None not in cells, column.name
        there = [cell for cell in cells if cell is not None]
        assert not column.choices or set(there) <= set(column.choices), column.name
        assert column.low is None or all(cell >= column.low for cell in there), column.name
        assert column.high is None or all(cell <= column.high for cell in there), column.name


def shuffled(given: Mapping[str, list[Row]], seed: int) -> dict[str, list[Row]]:
    """The same rows in another order."""
    chance = Random(seed)
    return {name: chance.sample(rows, len(rows)) for name, rows in given.items()}


def picked(rows: Iterable[Row], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]
