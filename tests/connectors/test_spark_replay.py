"""The clocks of many tickets on Spark and here: every row, every column."""

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.connectors.spark_sessions import local_spark
from tests.promises.replayed import by_key, events_table, tickets_table
from tests.promises.test_clock_kinds import MINUTE, TABLES, instant
from tests.promises.test_replay import promise_of, some_ticket
from tierwise.promises.business_time import Boundary
from tierwise.promises.clock_kinds import KINDS
from tierwise.promises.clock_terms import Changes
from tierwise.promises.cycle_table import CLOCK_CYCLES
from tierwise.promises.replay import Replay, replay

pytestmark = [pytest.mark.spark, pytest.mark.slow]

# Small enough that every partition has several.
BATCHES = {"spark.sql.execution.arrow.maxRecordsPerBatch": "700"}
TICKETS, NOW_S = 5_000, instant(700)
CHANGES = Changes(grace_s=30 * MINUTE, grace_share=0.5)
HOW = Replay(tuple(KINDS.values()), promise_of, TABLES, CHANGES, Boundary.CLOSING)


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with local_spark(**BATCHES) as made:
        yield made


def told_again(how: Replay, now_s: int, tickets: pa.Table, events: pa.Table) -> pa.Table:
    return replay(tickets, events, how, now_s)


def test_every_cycle_is_equal_row_by_row(session: Any, tmp_path: Path) -> None:
    from tierwise.connectors.spark_engine import SparkEngine

    chance = random.Random(4)
    made = [some_ticket(number, chance) for number in range(TICKETS)]
    tickets, events = tickets_table(made), events_table(made)
    here = replay(tickets, events, HOW, NOW_S)
    engine = SparkEngine(session, tmp_path)
    engine.upload("tickets_then", tickets)
    engine.upload("happened", events)
    engine.map_by_key(CLOCK_CYCLES, "tickets_then", "happened", partial(told_again, HOW, NOW_S))
    there = engine.query(f"SELECT {', '.join(CLOCK_CYCLES.names)} FROM {CLOCK_CYCLES.name}")
    assert len(here) > TICKETS
    assert by_key(there.to_pylist()) == by_key(here.to_pylist())
