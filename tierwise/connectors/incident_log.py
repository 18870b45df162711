"""Incident logs: a row for every state of an incident, as ServiceNow keeps them.

The columns are those of the "Incident management process enriched event log" (UCI Machine
Learning Repository, Amaral et al. 2018); `?` is an empty cell there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.parsing import Parse, parser_of
from tierwise.facts.problems import Expected, Problem
from tierwise.facts.tables import AGENTS, CUSTOMERS, TICKET_EVENTS, TICKETS

from .arrow_tables import batch_of
from .cells import Cell, CellReader
from .headers import Wanted
from .reading import CHUNK_ROWS, Part, Problems, ReadOptions, Remark, Rows, writing_of
from .table_files import read_table_rows

STATUSES = {
    "New": "new",
    "Active": "open",
    "Awaiting User Info": "pending",
    "Awaiting Vendor": "hold",
    "Awaiting Problem": "hold",
    "Awaiting Evidence": "hold",
    "Resolved": "solved",
    "Closed": "closed",
}
CHANNELS = {"Self service": "web", "IVR": "phone", "Direct opening": "direct", "?": "unknown"}
NO_MESSAGES = "the log holds no messages: a first response is known only where it is the solution"

_DATES = "%d/%m/%Y %H:%M"
_COLUMNS = {
    "ticket_id": "number",
    "count": "sys_mod_count",
    "updated_at": "sys_updated_at",
    "created_at": "opened_at",
    "status": "incident_state",
    "channel": "contact_type",
    "customer_id": "caller_id",
    "priority": "priority",
    "team": "assignment_group",
    "agent_id": "assigned_to",
    "category": "category",
    "by": "sys_updated_by",
}
_REQUIRED = ("ticket_id", "count", "updated_at", "created_at", "status")
# Column of a ticket, and what its change is called.
_CHANGES = {"agent_id": "assigned", "priority": "priority", "status": "status", "team": "team"}
_TEXTS = ("channel", "customer_id", "priority", "team", "agent_id", "category", "by")
_STATES = Table(
    "incident_states",
    "An incident as it stood at one moment.",
    ("ticket_id", "count"),
    (
        Column("ticket_id", Kind.TEXT, "Number of the incident."),
        Column("count", Kind.COUNT, "How often it had been changed.", low=0),
        Column("updated_at", Kind.INSTANT, "When it was changed to this."),
        Column("created_at", Kind.INSTANT, "When it was opened."),
        Column("status", Kind.TEXT, "Its status."),
        *(Column(name, Kind.TEXT, "As the log says.", nullable=True) for name in _TEXTS),
    ),
)

State = Mapping[str, Any]
"""A row of _STATES by its columns, and its `line`."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is remembered while reading: the last state of each incident, and people's names."""

    latest: dict[str, State] = field(default_factory=dict)
    callers: dict[str, State] = field(default_factory=dict)
    agents: dict[str, State] = field(default_factory=dict)

    def remember(self, state: State) -> None:
        self.latest[state["ticket_id"]] = state
        self.callers.setdefault(state["customer_id"], state)
        self.agents.setdefault(state["agent_id"], state)


def read_incident_log(path: Path, options: ReadOptions) -> Iterator[Part]:
    """Tickets as they stand at the end, and every change on the way.

    The rows of an incident follow each other in the order of `sys_mod_count`; other incidents
    may stand between them. Times are local in `options.zone`.
    """
    seen = _Seen()
    for part in _states(path, options):
        if isinstance(part, Rows):
            lines = part.lines.to_pylist()
            rows = zip(part.batch.to_pylist(), lines, strict=True)
            yield from _read(path.name, [row | {"line": line} for row, line in rows], seen)
        else:
            yield part
    yield from _at_the_end(seen, options.source or path.stem)
    yield Remark(NO_MESSAGES)


def _states(path: Path, options: ReadOptions) -> Iterator[Part]:
    dated = replace(options, dates=_DATES) if options.dates == "iso" else options
    cells = CellReader(_STATES, _cells(dated, path.name), path.name)
    wanted = Wanted(
        tuple(_COLUMNS[name] for name in _REQUIRED),
        tuple(theirs for name, theirs in _COLUMNS.items() if name not in _REQUIRED),
    )
    for part in read_table_rows(path, wanted, dated):
        yield from (part,) if isinstance(part, Problems) else cells.read(part)


def _cells(options: ReadOptions, file: str) -> tuple[Cell, ...]:
    writing = writing_of(options, file)
    own: dict[str, Parse] = {"status": _status, "channel": _channel}
    own |= {column.name: parser_of(column, writing) for column in _STATES.columns[:4]}
    return tuple(
        Cell(column.name, (_COLUMNS[column.name],), own.get(column.name, _known))
        for column in _STATES.columns
    )


def _status(text: str) -> object:
    step = "correct the state in the file"
    return STATUSES.get(text.strip(), Expected("one of " + ", ".join(STATUSES), step))


def _channel(text: str) -> str:
    name = text.strip() or "?"
    return CHANNELS.get(name, name.lower())


def _known(text: str) -> str | None:
    return None if text.strip() in {"", "?"} else text.strip()


def _read(file: str, states: Sequence[State], seen: _Seen) -> Iterator[Part]:
    """What each state tells, given the one before it."""
    problems: list[Problem] = []
    events: list[State] = []
    for state in states:
        before = seen.latest.get(state["ticket_id"])
        problem = _backwards(file, state, before)
        if problem is not None:
            problems.append(problem)
            continue
        events += _events(state, before)
        seen.remember(state)
    if problems:
        yield Problems(tuple(problems))
    yield from _rows(TICKET_EVENTS, events)


def _backwards(file: str, state: State, before: State | None) -> Problem | None:
    """The problem of a clock that runs backwards, from the opening or from the row before."""
    step = "correct the time in the file, or sort the rows of an incident by sys_mod_count"
    line, at = state["line"], state["updated_at"]
    if at < state["created_at"]:
        early = f"{state['created_at'] - at} s before"
        return Problem(file, line, "sys_updated_at", "a time from `opened_at` on", early, step)
    if before is None:
        return None
    if at < before["updated_at"]:
        expected = f"a time from that of change {before['count']} on"
        early = f"{before['updated_at'] - at} s before"
        return Problem(file, line, "sys_updated_at", expected, early, step)
    if state["count"] <= before["count"]:
        expected = f"a number above {before['count']}"
        return Problem(file, line, "sys_mod_count", expected, f"`{state['count']}`", step)
    return None


def _events(state: State, before: State | None) -> Iterator[State]:
    if before is None:
        yield from _opening(state)
        return
    for column, name in _CHANGES.items():
        if state[column] != before[column]:
            yield _event(state, name, state["updated_at"], state[column])


def _opening(state: State) -> Iterator[State]:
    """What the first row says of team and priority is taken to hold from the opening on."""
    opened = state["created_at"]
    yield {
        "ticket_id": state["ticket_id"],
        "event_id": "created",
        "happened_at": opened,
        "name": "created",
        "actor": "customer",
        "actor_id": state["customer_id"],
        "line": state["line"],
    }
    for column in ("priority", "team"):
        if state[column] is not None:
            yield _event(state, column, opened, state[column])
    if state["agent_id"] is not None:
        yield _event(state, "assigned", state["updated_at"], state["agent_id"])
    yield _event(state, "status", state["updated_at"], state["status"])


def _event(state: State, name: str, at_s: int, value: object) -> State:
    return {
        "ticket_id": state["ticket_id"],
        "event_id": f"{state['count']}/{name}",
        "happened_at": at_s,
        "name": name,
        "actor": "agent",
        "actor_id": state["by"],
        "value": value,
        "line": state["line"],
    }


def _at_the_end(seen: _Seen, source: str) -> Iterator[Part]:
    """The tickets as their last rows say, and the people the log names."""
    yield from _rows(TICKETS, list(seen.latest.values()))
    callers = [state for name, state in seen.callers.items() if name is not None]
    yield from _rows(
        CUSTOMERS,
        [
            {"customer_id": state["customer_id"], "source": source, "line": state["line"]}
            for state in callers
        ],
    )
    agents = [state for name, state in seen.agents.items() if name is not None]
    yield from _rows(
        AGENTS,
        [
            {"agent_id": state["agent_id"], "name": state["agent_id"], "line": state["line"]}
            for state in agents
        ],
    )


def _rows(table: Table, rows: Sequence[State]) -> Iterator[Rows]:
    for first in range(0, len(rows), CHUNK_ROWS):
        some = rows[first : first + CHUNK_ROWS]
        columns = {name: [row.get(name) for row in some] for name in table.names}
        lines = pa.array([row["line"] for row in some], pa.int64())
        yield Rows(table.name, batch_of(table, columns), lines)
