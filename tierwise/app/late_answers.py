"""Answers about late promises: whom each waited for, and what most of them lost their time to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from tierwise.promises.clocks import Cycle
from tierwise.promises.waits import Who, waits

from .promise_basis import PromiseBasis
from .promise_records import (
    Cause,
    CauseCount,
    LateAnswer,
    LateRow,
    Period,
    StripSpan,
)
from .table_file import write_table
from .ticket_answers import Clocked, clocked
from .ticket_stories import Told, told_of

CycleKey: TypeAlias = tuple[str, str, int]  # ticket, clock, cycle

# The time a promise lost to each cause; of equals the first is the cause.
_LOST_TO: Mapping[Cause, str] = {
    Cause.UNASSIGNED: "unassigned_s",
    Cause.AGENT: "agent_s",
    Cause.OTHER_TEAM: "other_team_s",
    Cause.HOLD: "hold_s",
    Cause.CUSTOMER: "customer_s",
}
_WORDS: Mapping[Who, str] = {
    Who.NOBODY: Cause.UNASSIGNED,
    Who.AGENT: Cause.AGENT,
    Who.OTHER_TEAM: Cause.OTHER_TEAM,
    Who.HOLD: Cause.HOLD,
    Who.CUSTOMER: Cause.CUSTOMER,
    Who.OUTSIDE: str(Who.OUTSIDE),
    Who.DONE: str(Who.DONE),
}
_LATE = """
SELECT *, CASE {causes} END AS cause FROM (SELECT * REPLACE ({lost}) FROM clock_cycles)
WHERE state = 'breached' AND due_s >= ? AND due_s < ?
    AND (? IS NULL OR COALESCE(level, '') = ?) AND (? IS NULL OR clock = ?)
"""
# The statuses in which a clock may stand still: what does not count makes nothing late.
_STANDS_STILL = {"pending": "customer_s", "hold": "hold_s"}
_ROW = (
    *("ticket_id", "clock", "cycle", "customer_id", "level", "channel", "team"),
    *("started_s", "due_s", "ended_s", "target_s", "elapsed_s", "cause"),
)


@dataclass(frozen=True, slots=True)
class LateAsked:
    """Which late promises, and which page of them."""

    level: str | None = None
    clock: str | None = None
    cause: Cause | None = None
    offset: int = 0
    limit: int = 50


def _late_sql(basis: PromiseBasis) -> str:
    """Late promises with their cause; time in which their clock stood still is not lost to it."""
    kinds = basis.world.replay().kinds
    lost = []
    for status, column in _STANDS_STILL.items():
        still = ", ".join(f"'{kind.name}'" for kind in kinds if status in kind.pauses) or "NULL"
        lost.append(f"CASE WHEN clock IN ({still}) THEN 0 ELSE {column} END AS {column}")
    most = f"GREATEST({', '.join(_LOST_TO.values())})"
    causes = " ".join(f"WHEN {column} = {most} THEN '{one}'" for one, column in _LOST_TO.items())
    return _LATE.format(causes=causes, lost=", ".join(lost))


def late_of(basis: PromiseBasis, period: Period | None, asked: LateAsked) -> LateAnswer:
    """A page of the promises of a period that came late, the latest first, and all by cause."""
    wanted = basis.period(period)
    values: list[object] = [*basis.instants(wanted), *twice(asked.level), *twice(asked.clock)]
    text = _late_sql(basis)
    causes = _causes(basis, text, values)
    chosen = [*values, *twice(asked.cause)]
    rows = basis.engine.rows(
        f"SELECT {', '.join(_ROW)} FROM ({text}) WHERE (? IS NULL OR cause = ?) "
        "ORDER BY elapsed_s - target_s DESC, ticket_id, clock, cycle LIMIT ? OFFSET ?",
        [*chosen, asked.limit, asked.offset],
    )
    total = sum(one.late for one in causes if asked.cause in (None, one.cause))
    listed = tuple(_late_rows(basis, [dict(zip(_ROW, row, strict=True)) for row in rows]))
    return LateAnswer(basis.as_of(), wanted, listed, total, causes)


def export(basis: PromiseBasis, path: Path) -> int:
    """Write every cycle of every clock; a column says so when the tickets are made up."""
    made_up = "'{}' AS made_up, ".format(basis.made_up.replace("'", "''")) if basis.made_up else ""
    instants = ("started_s", "ended_s", "due_s", "noticed_s")
    left_out = f"EXCLUDE ({', '.join(instants)})"
    told = ", ".join(
        f"strftime(make_timestamp({name} * 1000000), '%Y-%m-%d %H:%M:%SZ') AS {name[:-2]}_at"
        for name in instants
    )
    text = f"SELECT {made_up}* {left_out}, {told} FROM clock_cycles ORDER BY ticket_id"
    return write_table(basis.engine, text, path)


def twice(value: object) -> tuple[object, object]:
    return value, value


def _causes(basis: PromiseBasis, text: str, values: Sequence[object]) -> tuple[CauseCount, ...]:
    lost = ", ".join(f"SUM({column})" for column in _LOST_TO.values())
    counts = ", ".join(f"SUM(CASE WHEN cause = '{one}' THEN 1 ELSE 0 END)" for one in _LOST_TO)
    ((*sums,),) = basis.engine.rows(f"SELECT {counts}, {lost} FROM ({text})", list(values))
    whole = [int(number or 0) for number in sums]
    found = zip(_LOST_TO, whole[: len(_LOST_TO)], whole[len(_LOST_TO) :], strict=True)
    return tuple(sorted((CauseCount(*one) for one in found), key=lambda one: -one.late))


def _late_rows(basis: PromiseBasis, rows: Sequence[Mapping[str, Any]]) -> Iterator[LateRow]:
    names = _names(basis, [row["customer_id"] for row in rows])
    strips = _strips(basis, {(row["ticket_id"], row["clock"], row["cycle"]) for row in rows})
    for row in rows:
        known = {key: value for key, value in row.items() if key != "cause"}
        yield LateRow(
            **known,
            customer_name=names.get(row["customer_id"]),
            cause=Cause(row["cause"]),
            strip=strips[row["ticket_id"], row["clock"], row["cycle"]],
        )


def _strips(basis: PromiseBasis, wanted: set[CycleKey]) -> dict[CycleKey, tuple[StripSpan, ...]]:
    """Whom each of some cycles waited for, from its start to its end or to now."""
    how, now_s = basis.world.replay(), basis.world.as_of_s
    told = told_of(basis, sorted({ticket_id for ticket_id, _, _ in wanted}))
    return {
        (name, one.kind.name, number): tuple(_strip(one, cycle, ticket, now_s))
        for name, ticket in told.items()
        for one in clocked(how, ticket, now_s)
        for number, cycle in enumerate(one.clock.cycles, 1)
        if (name, one.kind.name, number) in wanted
    }


def _strip(one: Clocked, cycle: Cycle, told: Told, now_s: int) -> Iterator[StripSpan]:
    at_first = told.at_first
    for wait in waits(one.kind, cycle, told.story, one.promised, now_s=now_s, ticket=at_first):
        yield StripSpan(wait.start_s, wait.end_s, _WORDS[wait.who])


def _names(basis: PromiseBasis, customers: Sequence[str | None]) -> dict[str | None, str]:
    rows = basis.engine.rows(
        "SELECT customer_id, MIN(name) FROM customers "
        "WHERE customer_id IN (SELECT UNNEST(?::VARCHAR[])) GROUP BY customer_id",
        [[one for one in customers if one]],
    )
    return {customer: name for customer, name in rows if name}
