"""Replaying in parts is replaying at once."""

import random
from pathlib import Path

import pyarrow as pa
import pytest

from tests.promises.replayed import by_key, events_table, tickets_table
from tests.promises.test_clock_kinds import TABLES, instant
from tests.promises.test_replay import promise_of, some_ticket
from tierwise.app.replaying import Asked, replay_parts
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.promises.clock_kinds import KINDS
from tierwise.promises.clock_terms import Changes
from tierwise.promises.replay import Replay, replay

HOW = Replay(tuple(KINDS.values()), promise_of, TABLES, Changes())
NOW_S = instant(700)


@pytest.fixture(scope="module")
def engine() -> DuckDBEngine:
    chance = random.Random(3)
    made = [some_ticket(number, chance) for number in range(300)]
    engine = DuckDBEngine()
    engine.upload("tickets_then", tickets_table(made))
    engine.upload("happened", events_table(made))
    return engine


@pytest.mark.parametrize("at_once", [10**9, 1_000, 300])
def test_parts_are_the_whole(engine: DuckDBEngine, at_once: int) -> None:
    asked = Asked("SELECT * FROM tickets_then", "SELECT * FROM happened", NOW_S, at_once)
    whole = replay(engine.query("FROM tickets_then"), engine.query("FROM happened"), HOW, NOW_S)
    parts = list(replay_parts(engine, asked, HOW))
    assert len(parts) == max(1, -(-engine.query("FROM happened").num_rows // at_once))
    assert by_key(pa.concat_tables(parts).to_pylist()) == by_key(whole.to_pylist())


def test_many_parts_are_written_apart_and_gone_afterwards(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    asked = Asked("SELECT * FROM tickets_then", "SELECT * FROM happened", NOW_S, 150, tmp_path)
    whole = replay(engine.query("FROM tickets_then"), engine.query("FROM happened"), HOW, NOW_S)
    parts = []
    for part in replay_parts(engine, asked, HOW):
        assert list(tmp_path.iterdir())
        parts.append(part)
    assert len(parts) > 1
    assert by_key(pa.concat_tables(parts).to_pylist()) == by_key(whole.to_pylist())
    assert not list(tmp_path.iterdir())


def test_of_each_part_only_what_is_wanted_is_kept(engine: DuckDBEngine) -> None:
    asked = Asked("SELECT * FROM tickets_then", "SELECT * FROM happened", NOW_S, 500)
    parts = replay_parts(
        engine,
        asked,
        HOW,
        lambda cycles: cycles.group_by("state").aggregate([([], "count_all")]),
    )
    whole = replay(engine.query("FROM tickets_then"), engine.query("FROM happened"), HOW, NOW_S)
    counts = [int(row["count_all"]) for part in parts for row in part.to_pylist()]
    assert sum(counts) == whole.num_rows
