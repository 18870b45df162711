"""A small shop whose customers are typed: orders, sessions, tickets and answers in plain words."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from tests.shop_days import arrow, engine_with
from tierwise.connectors.arrow_tables import schema_of
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.identities import IDENTITIES
from tierwise.facts.tables import SURVEYS, TICKET_EVENTS, TICKETS
from tierwise.value.customer_types import (
    COUNTING_MODELS,
    TYPE_PARAMETERS,
    TYPING_MODELS,
    TypeEvidence,
    type_settings,
)
from tierwise.value.dispositions import DISPOSITION_SCORES, score_dispositions
from tierwise.value.life_cycles import FORECASTS_READ
from tierwise.value.mood import MOOD_FADING, MOOD_MODELS
from tierwise.value.shopper_paths import TICKET_TOPICS

DAY = 86_400
AS_OF_DAY = 1_000
Row = dict[str, Any]
Typed = Mapping[tuple[str, str], TypeEvidence]

_TICKET = dict.fromkeys(TICKETS.names) | {"channel": "email", "status": "open"}
_STEP = dict.fromkeys(TICKET_EVENTS.names) | {"actor": "customer"}
_SURVEY = dict.fromkeys(SURVEYS.names) | {"offered_at": 0}
SCALES = {"csat": (1.0, 5.0), "nps": (0.0, 10.0), "ces": (1.0, 5.0)}


def ticket(customer: str | None, day: int, ticket_id: str, **more: Any) -> Row:
    row = {"customer_id": customer, "created_at": DAY * day, "ticket_id": ticket_id}
    return _TICKET | row | more


def step(ticket_id: str, day: int, name: str, value: str | None = None, **more: Any) -> Row:
    row = {"ticket_id": ticket_id, "happened_at": DAY * day, "name": name, "value": value}
    return _STEP | row | more


def answer(customer: str, day: int, question: str, score: float, **more: Any) -> Row:
    low, high = SCALES[question]
    row = {"customer_id": customer, "question": question, "score": score, "scale_low": low}
    return _SURVEY | row | {"scale_high": high, "answered_at": DAY * day} | more


def seen(customer: str, day: int, name: str, session: str | None = None, *, at: int = 0) -> Row:
    row = {"customer_id": customer, "happened_day": day, "happened_at": DAY * day + at}
    return row | {"name": name, "session_id": session}


def typed_shop(
    orders: list[Row] | None = None,
    *,
    customers: list[Row] | None = None,
    events: list[Row] | None = None,
    tickets: list[Row] | None = None,
    steps: list[Row] | None = None,
    surveys: list[Row] | None = None,
    p_alive: Mapping[str, float | None] | None = None,
    settings: Mapping[str, Mapping[str, str]] | None = None,
    parameters: Mapping[str, str] | None = None,
    as_of_day: int = AS_OF_DAY,
) -> DuckDBEngine:
    """An engine that has typed the customers of these facts as of a day."""
    engine = engine_with(orders or [], customers=customers, events=events, as_of_day=as_of_day)
    _upload_service(engine, tickets or [], steps or [], surveys or [])
    alive = [{"customer_id": name, "p_alive": p} for name, p in (p_alive or {}).items()]
    engine.upload("forecasts", arrow(FORECASTS_READ, alive))
    for table, columns in type_settings(**(settings or {})).items():
        engine.upload(table.name, pa.table(list(columns), schema=schema_of(table)))
    given: Mapping[str, int | str] = {
        "as_of_day": as_of_day,
        **TYPE_PARAMETERS,
        **(parameters or {}),
    }
    for model in COUNTING_MODELS:
        engine.materialise(model, given)
    scores, _ = score_dispositions(engine.query("FROM disposition_states").to_pydict())
    engine.upload(DISPOSITION_SCORES.name, pa.table(scores, schema=schema_of(DISPOSITION_SCORES)))
    for model in TYPING_MODELS:
        engine.materialise(model, given)
    return engine


def moods(
    *,
    tickets: list[Row] | None = None,
    steps: list[Row] | None = None,
    surveys: list[Row] | None = None,
    ces_high_is: str = "effort",
) -> dict[str, Row]:
    """The mood alone of everybody who asked or answered, by customer."""
    engine = DuckDBEngine(threads=1)
    _upload_service(engine, tickets or [], steps or [], surveys or [])
    engine.upload("identities", arrow(IDENTITIES.output, []))
    settings = type_settings()
    for table in (TICKET_TOPICS, MOOD_FADING):
        engine.upload(table.name, pa.table(list(settings[table]), schema=schema_of(table)))
    for model in MOOD_MODELS:
        engine.materialise(model, {"as_of_day": AS_OF_DAY, "ces_high_is": ces_high_is})
    return {row["customer_id"]: row for row in engine.query("FROM mood_scores").to_pylist()}


def _upload_service(
    engine: DuckDBEngine, tickets: list[Row], steps: list[Row], surveys: list[Row]
) -> None:
    engine.upload("tickets", arrow(TICKETS, tickets))
    numbered = [row | {"event_id": f"e{i:03}"} for i, row in enumerate(steps)]
    engine.upload("ticket_events", arrow(TICKET_EVENTS, numbered))
    asked = [row | {"survey_id": f"s{i:03}"} for i, row in enumerate(surveys)]
    engine.upload("surveys", arrow(SURVEYS, asked))


def types_of(engine: DuckDBEngine) -> Typed:
    """Every row of the customer types by customer and type."""
    rows = engine.query("FROM customer_types").to_pylist()
    return {(row["customer_id"], row["type"]): TypeEvidence(**row) for row in rows}


def typed(*orders: Row, **facts: Any) -> Typed:
    """The types of the customers of a shop with these facts."""
    return types_of(typed_shop(list(orders), **facts))
