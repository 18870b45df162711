"""Our clocks against those of a help desk: what agrees within a minute, and why not the rest."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from tierwise.facts.desk_tables import RAW
from tierwise.facts.desks import DeskAccount
from tierwise.promises.calendar_table import OpenTable
from tierwise.promises.cycle_table import CLOCK_CYCLES
from tierwise.promises.desk_clocks import (
    AGREE,
    CLOCK_DIFFERENCES,
    CLOSING_TIMES,
    COMPARABLE,
    DESK_CLOCKS,
    METRIC_EVENTS,
    ClockCause,
)
from tierwise.promises.promise_tables import TICKETS_ASKED
from tierwise.promises.replay import Replay

from .desk_clock_records import ClockCauseCount, ClockExample, ClocksAnswer, ClockSide
from .ports import Engine, Landing
from .promise_basis import PromiseBasis
from .promise_records import Period
from .wiring import schema_of

BUSINESS_HOURS = "business hours"

_COUNTS = """
SELECT clock, cause, COUNT(*) FROM clock_differences
WHERE at_s >= ? AND at_s < ? AND (? IS NULL OR clock = ?) GROUP BY clock, cause
"""
# The newest of each cause; a page asks for one cause and gets more of it.
_EXAMPLES = f"""
SELECT * EXCLUDE (place) FROM (
    SELECT *, ROW_NUMBER() OVER (
        PARTITION BY cause ORDER BY at_s DESC, ticket_id, clock, cycle
    ) AS place
    FROM clock_differences
    WHERE at_s >= ? AND at_s < ? AND (? IS NULL OR clock = ?) AND (? IS NULL OR cause = ?)
        AND (? IS NOT NULL OR cause NOT IN ({", ".join(f"'{one}'" for one in AGREE)}))
) WHERE place <= ? ORDER BY cause, at_s DESC, ticket_id, clock, cycle
"""


@dataclass(frozen=True, slots=True)
class ClocksAsked:
    """Which cycles to compare; `examples` is how many of each cause to show."""

    period: Period | None = None
    clock: str | None = None
    cause: ClockCause | None = None
    examples: int = 3


def clocks_of(
    basis: PromiseBasis, account: DeskAccount, landing: Landing, asked: ClocksAsked
) -> ClocksAnswer:
    """Every cycle of the count beside the desk's own word of it, as far as that was read.

    A count `zendesk` is how close our clocks come to theirs; any other says what the desk's
    numbers miss.
    """
    period = basis.period(asked.period)
    with closing(basis.new_engine()) as engine:
        read_to_s = _hold(engine, basis, landing)
        one_clock = [*basis.instants(period), asked.clock, asked.clock]
        counts = engine.rows(_COUNTS, one_clock)
        one_cause = [asked.cause] * 3
        found = engine.query(_EXAMPLES, [*one_clock, *one_cause, asked.examples]).to_pylist()
    return ClocksAnswer(
        account=account,
        as_of=basis.as_of(),
        period=period,
        counting=basis.world.counting,
        read_to_s=read_to_s,
        counts=_in_order(ClockCauseCount(c, ClockCause(why), int(n)) for c, why, n in counts),
        examples=tuple(_example(row) for row in found),
    )


def closing_times(tables: Mapping[str, OpenTable]) -> pa.Table:
    """When calendars close and open again, as rows of CLOSING_TIMES."""
    rows = list(_closings(tables))
    columns = [[row[place] for row in rows] for place in range(len(CLOSING_TIMES.columns))]
    return pa.table(columns, schema=schema_of(CLOSING_TIMES))


def compare(engine: Engine, how: Replay, as_of_s: int) -> int | None:
    """Make `clock_differences` of the tables that the engine holds; the desk's newest word."""
    ((read_to_s,),) = engine.rows(f"SELECT MAX(time) FROM {METRIC_EVENTS.name}")
    engine.upload(CLOSING_TIMES.name, closing_times(how.tables))
    engine.materialise(DESK_CLOCKS, {})
    parameters: dict[str, int | str] = {
        "as_of_s": as_of_s,
        "until_s": as_of_s if read_to_s is None else int(read_to_s),
        "comparable": _listed(COMPARABLE),
        "counted": _listed(kind.name for kind in how.kinds),
        "pausing": _listed(kind.name for kind in how.kinds if kind.pauses),
    }
    engine.materialise(CLOCK_DIFFERENCES, parameters)
    return None if read_to_s is None else int(read_to_s)


def _hold(engine: Engine, basis: PromiseBasis, landing: Landing) -> int | None:
    for table in (CLOCK_CYCLES, TICKETS_ASKED.output):
        engine.read(table, [basis.counted.file(table)])
    for name in ("ticket_metric_event", "ticket"):
        engine.read(RAW[name], landing.parts(name))
    return compare(engine, basis.world.replay(), basis.world.as_of_s)


def _closings(tables: Mapping[str, OpenTable]) -> Iterator[tuple[str, int, int]]:
    for name, table in tables.items():
        for closes_s, opens_s in zip(table.closes[:-1], table.opens[1:], strict=True):
            yield name, closes_s, opens_s


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names) or "NULL"


def _in_order(counts: Iterable[ClockCauseCount]) -> tuple[ClockCauseCount, ...]:
    """By clock as the policy lists them, and in the order in which causes are looked for."""
    clocks, causes = list(COMPARABLE), list(ClockCause)
    return tuple(sorted(counts, key=lambda one: (clocks.index(one.clock), causes.index(one.cause))))


def _example(row: Mapping[str, Any]) -> ClockExample:
    late = row["state"] == "breached"
    here = ClockSide(
        by=row["level"],
        target_s=row["target_s"],
        hours=row["calendar"] or "",
        started_s=row["started_s"],
        ended_s=row["ended_s"],
        late_s=row["due_s"] if late else None,
    )
    there = ClockSide(
        by=row["their_desk_policy"],
        target_s=row["their_target_s"],
        hours=BUSINESS_HOURS if row["their_is_business"] else "",
        started_s=row["their_started_s"],
        ended_s=row["their_ended_s"],
        late_s=row["their_breached_s"],
    )
    cause = ClockCause(row["cause"])
    return ClockExample(row["ticket_id"], row["clock"], int(row["cycle"]), cause, here, there)
