"""A plan for a desk in lines that read like a diff."""

from collections import Counter
from collections.abc import Iterator, Sequence

from tierwise.facts.desk_config import Deed, DeskOp, DeskPlan
from tierwise.facts.desks import Json

from .desk_body import FieldChange, field_changes
from .desk_words import kind_name
from .promise_words import duration

SIGNS = {Deed.CREATE: "+", Deed.UPDATE: "~", Deed.DELETE: "-", Deed.REORDER: "↕"}
TO_DO = {
    Deed.CREATE: "to make",
    Deed.UPDATE: "to change",
    Deed.DELETE: "to remove",
    Deed.REORDER: "to put in order",
}
DRIFTED = {
    Deed.CREATE: "somebody removed it at the desk",
    Deed.UPDATE: "somebody changed it at the desk",
    Deed.DELETE: "somebody changed it at the desk",
}
TARGETS = "policy_metrics"
_INDENT = "    "
_PRIORITIES = 4


def plan_lines(plan: DeskPlan) -> list[str]:
    """One line for each step and one for each field it changes, and at last how many they are."""
    lines = [line for op in plan.ops for line in op_lines(op)]
    counts = Counter(op.deed for op in plan.ops)
    told = [f"{counts[deed]} {words}" for deed, words in TO_DO.items() if counts[deed]]
    return [*lines, ", ".join(told)] if told else lines


def op_lines(op: DeskOp) -> Iterator[str]:
    """A step in lines: `+ sla/premium  SLA policy "Premium": first reply time 1 h`."""
    yield f"{SIGNS[op.deed]} {op.logical_id}  {_what(op)}{_targets(op)}{_drift(op)}"
    if op.deed is Deed.REORDER:
        yield f"{_INDENT}{', '.join((op.after or {}).get('order') or ())}"
        return
    changes = field_changes(op) if op.deed is not Deed.DELETE else ()
    for change in changes:
        yield from _new(change) if op.deed is Deed.CREATE else _change(change)


def _new(change: FieldChange) -> Iterator[str]:
    if change.name.replace(" ", "_") not in {TARGETS, "title", "name", "key", "active"}:
        yield f"{_INDENT}{change.name}: {'; '.join(change.come)}"


def _what(op: DeskOp) -> str:
    name = op.title if op.deed is Deed.REORDER else f'{kind_name(op.kind)} "{op.title}"'
    return name[:1].upper() + name[1:] if op.deed is Deed.REORDER else name


def _drift(op: DeskOp) -> str:
    return f" ({DRIFTED[op.deed]})" if op.drifted and op.deed in DRIFTED else ""


def _change(change: FieldChange) -> Iterator[str]:
    if len(change.gone) == 1 and len(change.come) == 1:
        yield f"{_INDENT}{change.name}: {change.gone[0]} → {change.come[0]}"
        return
    yield from (f"{_INDENT}- {change.name}: {line}" for line in change.gone)
    yield from (f"{_INDENT}+ {change.name}: {line}" for line in change.come)


def _targets(op: DeskOp) -> str:
    """The targets of a new SLA policy in few words."""
    rows: Sequence[Json] = (op.after or {}).get(TARGETS) or ()
    if op.deed is not Deed.CREATE or not rows:
        return ""
    return f": {', '.join(_grouped(rows))}"


def _grouped(rows: Sequence[Json]) -> Iterator[str]:
    """Each target once, with the priorities it is for where it is not for all."""
    priorities: dict[tuple[str, int, bool], list[str]] = {}
    for row in rows:
        key = str(row["metric"]), int(row["target_in_seconds"]), bool(row["business_hours"])
        priorities.setdefault(key, []).append(str(row["priority"]))
    for (metric, seconds, in_hours), named in priorities.items():
        only = "" if len(named) == _PRIORITIES else f" for {', '.join(named)}"
        hours = " (business hours)" if in_hours else ""
        yield f"{_words(metric)} {duration(seconds)}{hours}{only}"


def _words(metric: str) -> str:
    return metric.removesuffix("_time").replace("_", " ")
