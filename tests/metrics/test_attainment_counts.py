"""Counting by an engine: each promise in its period, whole tickets, weeks, customers."""

from collections.abc import Iterable

import pyarrow as pa

from tierwise.connectors.arrow_tables import schema_of
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.metrics.attainment import Counts
from tierwise.metrics.attainment_counts import (
    CYCLE_OUTCOMES,
    TICKET_OUTCOMES,
    counts_model,
    counts_of,
)
from tierwise.metrics.intervals import ClusterSums
from tierwise.promises.cycle_table import CLOCK_CYCLES

NOW = 10 * 604_800

# ticket, customer, level, clock, state, began, ended, due
Told = tuple[str, str | None, str | None, str, str, int, int | None, int | None]


def engine_with(cycles: Iterable[Told]) -> DuckDBEngine:
    names = ("ticket_id", "customer_id", "level", "clock", "state", "started_s", "ended_s", "due_s")
    empty = dict.fromkeys(CLOCK_CYCLES.names)
    rows = [
        empty | {"cycle": number} | dict(zip(names, told, strict=True))
        for number, told in enumerate(cycles)
    ]
    engine = DuckDBEngine()
    engine.upload(CLOCK_CYCLES.name, pa.Table.from_pylist(rows, schema=schema_of(CLOCK_CYCLES)))
    engine.materialise(CYCLE_OUTCOMES, {"as_of_s": NOW})
    engine.materialise(TICKET_OUTCOMES, {})
    return engine


def counted(
    cycles: Iterable[Told],
    *by: str,
    tickets: bool = False,
    period: tuple[int, int] = (0, NOW),
) -> dict[tuple[object, ...], Counts]:
    engine = engine_with(cycles)
    model = counts_model(by, TICKET_OUTCOMES if tickets else CYCLE_OUTCOMES)
    engine.materialise(model, {"from_s": period[0], "to_s": period[1]})
    rows = engine.query(f"SELECT * FROM {model.name}").to_pylist()
    assert {tuple(row) for row in rows} <= {model.output.names}
    return {tuple(row[name] for name in by): counts_of(row) for row in rows}


DAY = [
    ("1", "ann", "plus", "first_response", "met", 0, 30, 60),
    ("2", "ann", "plus", "first_response", "met", 0, 60, 60),
    ("3", "bob", "plus", "first_response", "breached", 0, 61, 60),
    ("4", None, "plus", "first_response", "breached", 0, None, 60),
    ("5", "bob", "plus", "first_response", "running", 0, None, NOW + 60),
    ("6", "bob", "plus", "first_response", "paused", 0, None, None),
    ("7", "bob", "plus", "first_response", "none", 0, 10, None),
    ("8", "cyd", "vip", "first_response", "met", NOW - 9, NOW - 5, NOW + 60),
]


def test_every_promise_is_counted_once_as_what_it_is() -> None:
    found = counted(DAY, "level", "clock")
    assert found["plus", "first_response"] == Counts(
        met=2, late=1, open_late=1, not_due=2, not_counted=1, clusters=ClusterSums(3, 6, 4, 4)
    )
    assert found["vip", "first_response"] == Counts(not_due=1)


def test_an_empty_period_counts_nothing() -> None:
    assert counted(DAY, period=(5_000, 6_000)) == {(): Counts()}
    assert counted(DAY, "level", period=(5_000, 6_000)) == {}


def test_a_promise_belongs_to_when_it_was_due() -> None:
    late = [("1", "ann", "plus", "resolution", "breached", 0, 900, 100)]
    assert counted(late, period=(0, 101))[()].late == 1
    assert counted(late, period=(101, NOW))[()].late == 0


def test_weeks_count_back_from_the_end() -> None:
    week = 604_800
    cycles = [
        ("1", "ann", "plus", "resolution", "met", 0, 1, NOW - 1),
        ("2", "ann", "plus", "resolution", "met", 0, 1, NOW - week),
        ("3", "ann", "plus", "resolution", "met", 0, 1, NOW - week - 1),
    ]
    found = counted(cycles, "week")
    assert {key[0]: one.met for key, one in found.items()} == {0: 2, 1: 1}


def test_a_ticket_is_kept_when_all_that_was_due_on_it_was() -> None:
    cycles = [
        ("1", "ann", "plus", "first_response", "met", 0, 1, 60),
        ("1", "ann", "plus", "resolution", "breached", 0, 99, 90),
        ("2", "ann", "plus", "first_response", "met", 0, 1, 60),
        ("2", "ann", "plus", "resolution", "none", 0, 99, None),
        ("3", "ann", "plus", "first_response", "met", 0, 1, 60),
        ("3", "ann", "plus", "resolution", "running", 0, None, NOW + 1),
        ("4", "ann", "plus", "first_response", "breached", 0, 70, 60),
        ("4", "ann", "plus", "resolution", "breached", 0, None, 90),
    ]
    found = counted(cycles, "level", tickets=True)["plus",]
    assert (found.met, found.late, found.open_late, found.not_due) == (1, 1, 1, 1)
    assert found.clusters == ClusterSums(1, 9, 3, 1)
