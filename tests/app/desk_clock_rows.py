"""Cycles here and events of a desk's clocks, in minutes after Monday 4 March 2024, 09:00 UTC."""

from collections.abc import Iterable
from functools import cache
from itertools import count
from typing import Any

from tests.promises.test_clock_kinds import MINUTE, NINE, TABLES
from tests.shop_days import arrow
from tierwise.app.desk_clocks import compare
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.columns import Kind
from tierwise.facts.desk_tables import RAW
from tierwise.promises.clock_kinds import KINDS
from tierwise.promises.clock_terms import Changes
from tierwise.promises.cycle_table import CLOCK_CYCLES
from tierwise.promises.desk_clocks import CLOCK_DIFFERENCES, METRIC_EVENTS
from tierwise.promises.promise_tables import TICKETS_ASKED
from tierwise.promises.replay import Replay

Row = dict[str, Any]
NOW = 100_000  # minutes; long after everything

COUNTED = tuple(KINDS[name] for name in ("first_response", "next_response", "agent_work"))
HOW = Replay(COUNTED, lambda _, __: (None, ""), TABLES, Changes())
_METRICS = {
    "first_response": "reply_time",
    "next_response": "reply_time",
    "agent_work": "agent_work_time",
    "resolution": "resolution_time",
}
_NUMBERS = count(1)


def landed_row(name: str, **told: Any) -> Row:
    """A row of a raw table; what is not told is empty, or false where it may not be."""
    blank = {
        one.name: False if one.kind is Kind.FLAG and not one.nullable else None
        for one in RAW[name].columns
    }
    return blank | told


def at(minute: float) -> int:
    return NINE + round(minute * MINUTE)


def here(
    began: float,
    ended: float | None = None,
    *,
    target: int | None = 60,
    due: float | None = None,
    late: bool = False,
    used: float | None = None,
    seen: float | None = None,
    **more: Any,
) -> Row:
    """A cycle of ours: the first response of ticket 1 unless it says otherwise."""
    state = "breached" if late else "met" if ended is not None else "running"
    usual = due if due is not None else began + (target or 0)
    used = used if used is not None else (NOW if ended is None else ended) - began
    return {
        "ticket_id": "1",
        "clock": "first_response",
        "cycle": 1,
        "level": "premium",
        "calendar": "always",
        "state": state if target is not None else "none",
        "started_s": at(began),
        "ended_s": None if ended is None else at(ended),
        "target_s": None if target is None else target * MINUTE,
        "elapsed_s": None if target is None else round(used * MINUTE),
        "due_s": None if target is None else at(usual),
        "noticed_s": at(usual if seen is None else seen) if late else None,
        **more,
    }


def there(
    *happened: tuple[Any, ...], clock: str = "first_response", instance: int = 1, ticket: str = "1"
) -> list[Row]:
    """Events of one cycle at the desk: ("activate", 0), ("apply", 0, 60), ("breach", 60) …

    The third word of `apply` is its target in minutes, the fourth its hours, the fifth its policy.
    """
    return [_event(clock, instance, ticket, *one) for one in happened]


def _event(clock: str, instance: int, ticket: str, kind: str, minute: float, *more: Any) -> Row:
    usual: tuple[Any, ...] = (None, "always", "Premium")
    target, hours, policy = (*more, *usual[len(more) :])
    applied: Row = {}
    if kind in {"apply", "lost"}:
        kept = None if target is None else target * MINUTE
        applied = {
            "type": "apply_sla",
            "target_s": kept,
            "business_hours": hours == "business",
            "policy_title": policy,
        }
    if kind == "unbreach":
        applied = {"type": "breach", "deleted": True}
    named = {
        "id": str(next(_NUMBERS)),
        "ticket_id": ticket,
        "metric": _METRICS[clock],
        "instance_id": instance,
        "type": kind,
        "time": at(minute),
        "deleted": False,
    }
    return landed_row("ticket_metric_event", **(named | applied))


@cache
def _engine() -> DuckDBEngine:
    """One for all tests: every table is replaced before it is read."""
    return DuckDBEngine(threads=1)


def compared(
    ours: Iterable[Row],
    theirs: Iterable[Row],
    *,
    counted: Iterable[str] = ("1",),
    desk_tickets: Iterable[str] = ("1",),
    until: float | None = None,
) -> list[Row]:
    """The rows of `clock_differences` by their key."""
    engine = _engine()
    blank = dict.fromkeys(CLOCK_CYCLES.names)
    engine.upload(CLOCK_CYCLES.name, arrow(CLOCK_CYCLES, [blank | row for row in ours]))
    asked = [dict.fromkeys(TICKETS_ASKED.output.names) | {"ticket_id": one} for one in counted]
    engine.upload(TICKETS_ASKED.name, arrow(TICKETS_ASKED.output, asked))
    tickets = [landed_row("ticket", id=one) for one in desk_tickets]
    engine.upload(RAW["ticket"].name, arrow(RAW["ticket"], tickets))
    last = [] if until is None else there(("measure", until), instance=0, ticket="last")
    engine.upload(METRIC_EVENTS.name, arrow(METRIC_EVENTS, [*theirs, *last]))
    compare(engine, HOW, at(NOW))
    found = engine.query(f"FROM {CLOCK_DIFFERENCES.name} ORDER BY ticket_id, clock, cycle")
    assert tuple(found.column_names) == CLOCK_DIFFERENCES.output.names
    return found.to_pylist()
