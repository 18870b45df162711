"""What is measured of tickets, waits and agents, on Spark and on DuckDB: every row and column."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.connectors.spark_sessions import local_spark
from tests.metrics.measured import Row, hold_desk, measure, state, ticket
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.models import SqlModel
from tierwise.metrics.desk_tables import (
    AGENT_DAYS,
    BOT_MEASURES,
    OPEN_SPANS,
    TICKET_MEASURES,
    WAITING_SPELLS,
)
from tierwise.metrics.talk_tables import TICKET_STEPS

pytestmark = [pytest.mark.spark, pytest.mark.slow]

MODELS: tuple[SqlModel, ...] = (
    *(*TICKET_STEPS, TICKET_MEASURES),
    *(WAITING_SPELLS, OPEN_SPANS, AGENT_DAYS, BOT_MEASURES),
)
TICKETS, AS_OF_S = 900, 20 * 86_400
OPENINGS = ("created customer", "created agent open", "created automation", "created bot solved")
LINES = (
    *("customer_message customer", "thanks customer", "public_reply agent", "public_reply bot"),
    *("public_reply agent:ann", "public_reply automation", "private_note agent", "handed_over bot"),
    *("status agent open", "status agent pending", "status agent solved", "status customer open"),
    *("status automation closed", "team agent desk", "team agent back", "assigned agent ann"),
    *("assigned agent bob", "assigned agent", "priority agent high", "priority automation low"),
    *("escalated customer", "spam agent", "status agent deleted"),
)


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with local_spark() as made:
        yield made


def tickets(chance: Random) -> list[Row]:
    """Some merged, some of nobody known, many on the same orders and at the same second."""
    made = []
    for number in range(TICKETS):
        opened = chance.randrange(18 * 24)
        lines = [f"{opened}h {chance.choice(OPENINGS)}"]
        for _ in range(chance.randrange(12)):
            lines.append(f"{opened + chance.randrange(72)}h {chance.choice(LINES)}")
        about = {
            "customer_id": chance.choice([None, *(f"c{n}" for n in range(40))]),
            "order_id": chance.choice([None, "o1", "o2"]),
            "category": chance.choice([None, "late", "broken"]),
            "channel": chance.choice(["email", "chat", "phone"]),
            "merged_into": f"t{number + 1}" if number % 23 == 0 else None,
        }
        made.append(ticket(f"t{number}", "; ".join(lines), **about))
    return made


def states(chance: Random) -> list[Row]:
    """Two agents who work on several tickets at once, by day and by night."""
    made = {}
    for _ in range(1_500):
        began, length = chance.randrange(25 * 1440), chance.randrange(90)
        name = chance.choice(["online", "busy", "wrap_up", "away", "offline"])
        row = state(
            *(chance.choice(["ann", "bob"]), name, f"{began}m", f"{began + length}m"),
            channel=chance.choice(["chat", "email"]),
            ticket_id=chance.choice([None, f"t{chance.randrange(60)}"]),
        )
        made[row["agent_id"], row["began_at"], row["channel"]] = row
    return list(made.values())


def held(engine: Any) -> Any:
    """The engine with everything measured."""
    chance = Random(5)
    agents = [{"agent_id": "ann", "team": "desk"}]
    facts = {"tickets": tickets(chance), "agent_states": states(chance), "agents": agents}
    levels = {f"c{number}": "vip" for number in range(9)}
    hold_desk(engine, facts, as_of_s=AS_OF_S, levels=levels, teams={"vip": "desk"})
    measure(engine, AS_OF_S, MODELS)
    return engine


def rows_of(engine: Any, model: SqlModel) -> list[str]:
    names = ", ".join(model.output.names)
    rows = engine.query(f"SELECT {names} FROM {model.name}").to_pylist()
    return sorted(str(sorted(row.items())) for row in rows)


def test_every_row_and_column_is_equal(session: Any, tmp_path: Path) -> None:
    from tierwise.connectors.spark_engine import SparkEngine

    here, there = held(DuckDBEngine()), held(SparkEngine(session, tmp_path))
    for model in MODELS:
        ours = rows_of(here, model)
        assert ours == rows_of(there, model), model.name
        assert ours, f"{model.name} is empty, so nothing was compared"
