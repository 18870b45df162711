"""Counts of all clocks, worked out once and kept as Parquet beside the facts."""

import hashlib
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pyarrow.parquet import ParquetWriter

import tierwise
from tierwise.facts.columns import Table
from tierwise.metrics.attainment_counts import CYCLE_OUTCOMES, TICKET_OUTCOMES
from tierwise.promises.cycle_table import CLOCK_CYCLES
from tierwise.promises.promise_tables import (
    ASKED_STORIES,
    IDLE_LISTED,
    LEVEL_SPANS,
    TICKETS_ASKED,
)
from tierwise.promises.replay import CYCLES_SCHEMA
from tierwise.promises.ticket_tables import TICKET_MERGES, TICKET_PROBLEMS

from .kept_folders import ensure_folder
from .ports import Book, Engine, Facts
from .promise_world import READ, PromiseWorld, hold_asked, hold_tickets
from .replaying import Asked, replay_parts

KEPT_COUNTS = 12
SUMMARY = "counted.json"
BESIDE: tuple[Table, ...] = (
    TICKETS_ASKED.output,
    LEVEL_SPANS.output,
    TICKET_MERGES.output,
    TICKET_PROBLEMS.output,
)
KEPT = (CLOCK_CYCLES, *BESIDE)


@dataclass(frozen=True, slots=True)
class Counted:
    """Where a count lies, and how many tickets are in it."""

    folder: Path
    tickets: int
    floor: int
    left_out: int
    problems: int

    def file(self, table: Table) -> Path:
        return self.folder / f"{table.name}.parquet"


@dataclass(frozen=True, slots=True)
class CountPlace:
    """What a count is made from, and where it is kept."""

    counts: Path
    facts: Facts
    book: Book
    new_engine: Callable[[], Engine]


def ensure_counted(place: CountPlace, world: PromiseWorld) -> Counted:
    """The count of a world, worked out if it is not kept yet."""
    folder = place.counts / _key(place, world)
    ensure_folder(folder, partial(_count, place, world), most=KEPT_COUNTS)
    return Counted(folder, **json.loads((folder / SUMMARY).read_bytes()))


def open_counted(counted: Counted, facts: Facts, engine: Engine, as_of_s: int) -> None:
    """Make a count available by the names of its tables, beside tickets and their events."""
    for table in READ:
        engine.read(table, facts.files(table.name))
    for table in KEPT:
        engine.read(table, [counted.file(table)])
    engine.materialise(CYCLE_OUTCOMES, {"as_of_s": as_of_s})
    engine.materialise(TICKET_OUTCOMES, {})


def _key(place: CountPlace, world: PromiseWorld) -> str:
    """What the count is made of; anything else gives another key."""
    calendars = {
        f"{key} {name}": (table.opens, table.closes)
        for key, tables in world.calendars.items()
        for name, table in tables.items()
    }
    policies = [
        (*span, one.policy.model_dump_json())
        for span, one in zip(world.policies.spans(), world.policies.dated, strict=True)
    ]
    made_of = (
        tierwise.__version__,
        [(table.name, table.names) for table in KEPT],
        (place.facts.facts_id, place.book.head(), policies, calendars),
        (world.counting, world.as_of_s, world.levels_now),
    )
    return hashlib.sha256(repr(made_of).encode()).hexdigest()[:16]


def _count(place: CountPlace, world: PromiseWorld, folder: Path) -> None:
    with closing(place.new_engine()) as engine:
        hold_tickets(engine, place.facts)
        hold_asked(engine, world, place.book)
        _write_cycles(engine, world, folder)
        for table in BESIDE:
            engine.save(_by_key(table), folder / f"{table.name}.parquet")
        (folder / SUMMARY).write_text(json.dumps(_summary(engine)), "utf-8")


def _write_cycles(engine: Engine, world: PromiseWorld, folder: Path) -> None:
    """Every cycle of every clock, part by part, so that memory stays bounded."""
    tickets, events = (f"SELECT * FROM {name}" for name in (TICKETS_ASKED.name, ASKED_STORIES.name))
    asked = Asked(tickets, events, world.as_of_s, scratch=folder)
    with ParquetWriter(folder / f"{CLOCK_CYCLES.name}.parquet", CYCLES_SCHEMA) as file:
        for cycles in replay_parts(engine, asked, world.replay()):
            file.write_table(cycles)


def _by_key(table: Table) -> str:
    """Rows in order: who asks for one ticket or customer reads a few of them only."""
    return f"(FROM {table.name} ORDER BY {table.key[0]})"


def _summary(engine: Engine) -> dict[str, int]:
    ((counted, floor),) = engine.rows("SELECT COUNT(*), SUM(is_floor) FROM tickets_asked")
    ((known,),) = engine.rows("SELECT COUNT(*) FROM tickets")
    text = f"SELECT COUNT(*) FROM ticket_problems WHERE kind NOT IN ({IDLE_LISTED})"
    ((problems,),) = engine.rows(text)
    return {
        "tickets": int(counted),
        "floor": int(floor or 0),
        "left_out": int(known) - int(counted),
        "problems": int(problems),
    }
