"""A small desk in the words of its user, and what is measured there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from tests.shop_days import arrow
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.identities import IDENTITY_MODELS
from tierwise.facts.models import SqlModel
from tierwise.facts.tables import TABLES
from tierwise.facts.time import DAY_S
from tierwise.metrics.desk_tables import TICKET_MEASURES
from tierwise.metrics.measure_tables import MEASURES
from tierwise.metrics.measured_columns import LEVEL_TEAMS, LOCAL_DAYS
from tierwise.metrics.talk_tables import TICKET_STEPS
from tierwise.metrics.windows import WINDOWS
from tierwise.promises.promise_tables import (
    DECIDED_LEVELS,
    FOREVER_S,
    HARMFUL_LISTED,
    LEVEL_SPANS,
    POLICY_SPANS,
    TICKETS_ASKED,
)
from tierwise.promises.ticket_tables import TICKET_MODELS
from tierwise.value.history import RATES_BY_DAY, daily_rates

Row = dict[str, Any]

TICKETS_ONLY = (*TICKET_STEPS, TICKET_MEASURES)
QUARTER_S = 900
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": DAY_S}
_ORDINARY: Mapping[str, Row] = {
    "tickets": {"created_at": 0, "channel": "email", "status": "new"},
    "customers": {"source": "shop"},
    "orders": {
        "kind": "purchase",
        "state": "paid",
        "placed_at": 0,
        "placed_day": 0,
        "total_minor": 0,
        "refunded_minor": 0,
        "discount_minor": 0,
        "currency": "EUR",
    },
    "surveys": {"question": "csat", "offered_at": 0, "scale_low": 1.0, "scale_high": 5.0},
    "agents": {"name": "somebody"},
    "agent_states": {"channel": "any", "state": "busy"},
    "costs": {"currency": "EUR"},
    "live_contacts": {"channel": "phone", "callback": False},
    "help_sessions": {"searches": 0, "articles": 0},
}
GIVEN: Mapping[str, int | str] = {"floor": "standard", **WINDOWS}


def at(said: str) -> int:
    """An instant or a length in seconds, said as `90`, `90s`, `15m`, `2h`, `3d` or `1d2h`.

    >>> at("1d2h"), at("15m"), at("90")
    (93600, 900, 90)
    """
    total, number = 0, ""
    for letter in said:
        if letter in _UNITS:
            total, number = total + int(number) * _UNITS[letter], ""
        else:
            number += letter
    return total + int(number or 0)


def ticket(ticket_id: str, told: str = "", **more: Any) -> Row:
    """A row of `tickets` with its story: `0 created customer; 2h public_reply agent:ann`.

    A line says when, what, who (after a colon which one) and the new value, if there is one.
    """
    events = list(_events(ticket_id, filter(None, told.split("; "))))
    opened = [one["happened_at"] for one in events if one["name"] == "created"]
    created = {"created_at": opened[0]} if opened else {}
    return {"ticket_id": ticket_id, "events": events, **created, **more}


def _events(ticket_id: str, lines: Iterable[str]) -> Iterable[Row]:
    for place, line in enumerate(lines, 1):
        when, name, who, *value = line.split()
        actor, _, actor_id = who.partition(":")
        yield {
            "ticket_id": ticket_id,
            "event_id": f"e{place}",
            "happened_at": at(when),
            "name": name,
            "actor": actor,
            "actor_id": actor_id or None,
            "value": value[0] if value else None,
        }


def state(agent: str, state: str, began: str, ended: str | None = None, **more: Any) -> Row:
    """A row of `agent_states`: `state("ann", "busy", "9h", "9h10m", ticket_id="t")`."""
    until = None if ended is None else at(ended)
    return {"agent_id": agent, "state": state, "began_at": at(began), "ended_at": until, **more}


def desk(
    tickets: Sequence[Row],
    *,
    as_of: str = "30d",
    levels: Mapping[str, str] | None = None,
    teams: Mapping[str, str] | None = None,
    models: Sequence[SqlModel] = MEASURES,
    **facts: Sequence[Row],
) -> DuckDBEngine:
    """An engine that has measured these tickets as of an instant; `facts` are other tables.

    `levels` are those of customers since ever, `teams` those that the policy gives to levels.
    Rows of facts need name only what matters.
    """
    engine = DuckDBEngine(threads=1)
    hold_desk(engine, {"tickets": tickets, **facts}, as_of_s=at(as_of), levels=levels, teams=teams)
    measure(engine, at(as_of), models)
    return engine


def hold_desk(
    engine: Any,
    facts: Mapping[str, Sequence[Row]],
    *,
    as_of_s: int,
    levels: Mapping[str, str] | None = None,
    teams: Mapping[str, str] | None = None,
) -> None:
    """All that measures read, in an engine of any kind."""
    hold_facts(engine, facts)
    hold_asked(engine, levels or {})
    hold_days(engine, as_of_s)
    named = [{"level": level, "team": team} for level, team in (teams or {}).items()]
    engine.upload(LEVEL_TEAMS.name, arrow(LEVEL_TEAMS, named))


def measure(engine: Any, as_of_s: int, models: Sequence[SqlModel] = MEASURES) -> None:
    """Run models; each must give the columns that it declares."""
    given = {**GIVEN, "as_of_s": as_of_s}
    for model in models:
        engine.materialise(model, {name: given[name] for name in model.parameters})
        found = engine.query(f"SELECT * FROM {model.name} LIMIT 0")
        assert tuple(found.column_names) == model.output.names, model.name


def hold_facts(engine: Any, facts: Mapping[str, Sequence[Row]]) -> None:
    """Every table of the facts, empty where nothing is told; tickets bring their events."""
    events = [event for one in facts.get("tickets", ()) for event in one["events"]]
    told = {"ticket_events": events, **facts}
    for table in TABLES:
        empty = dict.fromkeys(table.names) | _ORDINARY.get(table.name, {})
        rows = [
            empty | {name: value for name, value in row.items() if name in empty}
            for row in told.get(table.name, ())
        ]
        engine.upload(table.name, arrow(table, rows))


def hold_asked(engine: Any, levels: Mapping[str, str]) -> None:
    """Stories, levels since ever, and `tickets_asked` under one policy."""
    decided = [
        {"decision_id": number, "customer_id": who, "level": level, "from_s": -FOREVER_S}
        for number, (who, level) in enumerate(levels.items())
    ]
    engine.upload(DECIDED_LEVELS.name, arrow(DECIDED_LEVELS, decided))
    always = {"policy": "v1", "from_s": -FOREVER_S, "until_s": FOREVER_S}
    engine.upload(POLICY_SPANS.name, arrow(POLICY_SPANS, [always]))
    asked: Row = {"floor": "standard", "harmful": HARMFUL_LISTED, "forever_s": FOREVER_S}
    for model in (*IDENTITY_MODELS, *TICKET_MODELS, LEVEL_SPANS, TICKETS_ASKED):
        engine.materialise(model, {name: asked[name] for name in model.parameters})


def hold_days(engine: Any, as_of_s: int) -> None:
    """Days of UTC, and amounts in EUR."""
    quarters = range(as_of_s // QUARTER_S + DAY_S // QUARTER_S)
    days = [{"quarter": one, "day": one * QUARTER_S // DAY_S} for one in quarters]
    engine.upload(LOCAL_DAYS.name, arrow(LOCAL_DAYS, days))
    rates = daily_rates([], "EUR", first_day=-1, last_day=as_of_s // DAY_S)
    engine.upload("daily_rates", pa.table(list(rates), names=list(RATES_BY_DAY.names)))


def rows(engine: DuckDBEngine, model: SqlModel) -> list[Row]:
    """The rows of a model in the order of its key."""
    key = ", ".join(model.output.key or model.output.names)
    return list(engine.query(f"FROM {model.name} ORDER BY {key}").to_pylist())


def measured(
    tickets: Sequence[Row], models: Sequence[SqlModel] = TICKETS_ONLY, **how: Any
) -> dict[str, Row]:
    """What is measured of each ticket, by its id."""
    engine = desk(tickets, models=models, **how)
    return {row["ticket_id"]: row for row in rows(engine, TICKET_MEASURES)}
