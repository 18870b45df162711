"""What stands in an object of a desk as short lines, and which of them a change takes or brings.

The lines follow the shape of what a desk writes, and know no desk by its name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tierwise.facts.desk_config import REF, Deed, DeskOp
from tierwise.facts.desks import Json

from . import words
from .promise_words import duration

ALIKE = "priority"  # records that differ in nothing else become one line
CONDITION = {"field", "value"}  # what a desk calls the parts of a condition or an action
SECONDS = ("_in_seconds", "_s", "_seconds")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of an object: the lines that go, and those that come."""

    name: str
    gone: tuple[str, ...]
    come: tuple[str, ...]


def field_changes(op: DeskOp) -> tuple[FieldChange, ...]:
    """The fields that an operation touches, line by line.

    Lines that stay are left out, and so is what every new object has: its name, our mark.
    """
    if op.deed is Deed.REORDER:
        return (FieldChange("order", _in_order(op.before), _in_order(op.after)),)
    before, after = _lines(op.before or {}), _lines(op.after or {})
    found = (
        FieldChange(
            name.replace("_", " "),
            tuple(line for line in before.get(name, ()) if line not in after.get(name, ())),
            tuple(line for line in after.get(name, ()) if line not in before.get(name, ())),
        )
        for name in dict.fromkeys((*before, *after))
    )
    return tuple(one for one in found if (one.gone or one.come) and not _is_told(one, op))


def _is_told(change: FieldChange, op: DeskOp) -> bool:
    """Whether it stands beside the operation already, or goes without saying."""
    lines = {*change.gone, *change.come}
    if lines <= {op.title, f"managed-by: tierwise {op.logical_id}"}:
        return True
    return change.name == "active" and lines == {"yes"}


def _in_order(body: Json | None) -> tuple[str, ...]:
    named = (body or {}).get("order") or ()
    return (", ".join(map(str, named)),) if named else ()


def _lines(body: Json) -> dict[str, tuple[str, ...]]:
    return {name: tuple(value_lines(value, name)) for name, value in body.items()}


def value_lines(value: object, name: str = "") -> Iterator[str]:
    """A value line by line: a list has one for each part, a record one for each field.

    >>> list(value_lines({"all": [{"field": "priority", "operator": "is", "value": "high"}]}))
    ['all: priority is high']
    """
    if isinstance(value, Mapping) and not _is_whole(value):
        for key, part in value.items():
            head = str(key).replace("_", " ")
            yield from (f"{head}: {line}" for line in value_lines(part, str(key)))
    elif isinstance(value, list | tuple):
        yield from dict.fromkeys(_phrase(part, name) for part in _merged(value))
    elif value not in (None, ""):
        yield _phrase(value, name)


def _merged(parts: Sequence[object]) -> list[object]:
    """Records that differ in their priority alone as one, with all the priorities.

    >>> _merged([{"priority": "low", "target": 60}, {"priority": "high", "target": 60}])
    [{'priority': ['low', 'high'], 'target': 60}]
    """
    found: list[object] = []
    alike: dict[str, list[object]] = {}
    for part in parts:
        if not isinstance(part, Mapping) or ALIKE not in part:
            found.append(part)
            continue
        rest = repr(sorted((key, what) for key, what in part.items() if key != ALIKE))
        if rest not in alike:
            alike[rest] = []
            found.append({**part, ALIKE: alike[rest]})
        alike[rest].append(part[ALIKE])
    return found


def _is_whole(value: Mapping[str, object]) -> bool:
    """Whether a record reads as one phrase: a reference, a condition."""
    return REF in value or set(value) >= CONDITION


def _phrase(value: object, name: str = "") -> str:
    """A value in one line.

    >>> _phrase({"metric": "first_reply_time", "target_in_seconds": 3600, "business_hours": True})
    'metric first_reply_time, target 1h, business hours yes'
    >>> _phrase({"$ref": "group/concierge"})
    'group/concierge'
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return duration(value) if name.endswith(SECONDS) else words.count(value)
    if isinstance(value, Mapping):
        return _record(value)
    if isinstance(value, list | tuple):
        return ", ".join(_phrase(part) for part in value)
    return "none" if value in (None, "") else str(value)


def _record(value: Mapping[str, object]) -> str:
    if REF in value:
        return str(value[REF])
    if set(value) >= CONDITION:
        middle = str(value.get("operator") or "is").replace("_", " ")
        return f"{value['field']} {middle} {_phrase(value['value'])}"
    return ", ".join(f"{_head(key)} {_phrase(part, key)}" for key, part in value.items())


def _head(key: str) -> str:
    for end in SECONDS:
        key = key.removesuffix(end)
    return key.replace("_", " ")
