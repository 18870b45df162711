"""The kinds of object at Zendesk: where they are, how they are asked for, and how they are sent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierwise.facts.desk_config import HeldObject
from tierwise.facts.desks import DeniedError, Json

from .desk_http import Asks
from .zendesk_canonical import canonical
from .zendesk_schedules import SCHEDULES, change_schedule, make_schedule, with_holidays

MARK = "managed-by: tierwise "
FIELDS = "/api/v2/user_fields"
SLAS = "/api/v2/slas/policies"
TRIGGERS = "/api/v2/triggers"
WEBHOOKS = "/api/v2/webhooks"

_COLUMNS = ("nice_id", "description", "requester", "created", "priority", "assignee")
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object: its path, and the word it goes by alone and among others.

    `may_lack`: plans of Zendesk there are without it.
    """

    path: str
    one: str
    many: str
    may_lack: bool = False


PLACES: Mapping[str, Kind] = {
    "user_field": Kind(FIELDS, "user_field", "user_fields"),
    "group": Kind("/api/v2/groups", "group", "groups"),
    "schedule": Kind(SCHEDULES, "schedule", "schedules", may_lack=True),
    "webhook": Kind(WEBHOOKS, "webhook", "webhooks", may_lack=True),
    "sla_policy": Kind(SLAS, "sla_policy", "sla_policies", may_lack=True),
    "trigger": Kind(TRIGGERS, "trigger", "triggers"),
    "view": Kind("/api/v2/views", "view", "views"),
}


def rows_of(asks: Asks, kind: str) -> list[Json]:
    """What the desk holds of a kind, in the order it looks at them; nothing where it lacks it."""
    place = PLACES[kind]
    try:
        rows = [row for row in asks.listed(place.path, place.many) if _is_shared(row)]
    except DeniedError:
        if place.may_lack:
            return []
        raise
    if kind == "schedule":
        rows = [with_holidays(asks, row) for row in rows]
    return sorted(rows, key=_order)


def held_of(asks: Asks, kind: str) -> Iterator[HeldObject]:
    """What the desk holds of a kind, in our one way of writing it."""
    for row in rows_of(asks, kind):
        body = canonical(kind, row)
        title = str(body.get("title") or body.get("name"))
        yield HeldObject(kind, str(row["id"]), title, body, _owner(row))


def make(asks: Asks, kind: str, logical_id: str, body: Json) -> str:
    """Make an object that bears our mark; its remote id."""
    if kind == "schedule":
        return make_schedule(asks, body)
    place = PLACES[kind]
    sent = {**_sent(kind, body), **_FIRST.get(kind, {}), "description": f"{MARK}{logical_id}"}
    return str(asks.post(place.path, {place.one: sent})[place.one]["id"])


def change(asks: Asks, kind: str, remote_id: str, body: Json) -> None:
    """Make an object what the body says; what people wrote beside it stays."""
    if kind == "schedule":
        change_schedule(asks, remote_id, body)
        return
    place, path = PLACES[kind], f"{PLACES[kind].path}/{remote_id}"
    if kind == "webhook":
        told = {name: value for name, value in body.items() if name != "subscriptions"}
        asks.patch(path, {place.one: told})
    elif kind == "user_field":
        asks.put(path, {place.one: {name: body[name] for name in ("title", "active")}})
        _add_options(asks, path, body["custom_field_options"])
    else:
        asks.put(path, {place.one: _sent(kind, body)})


def reorder(asks: Asks, kind: str, block: Sequence[str]) -> None:
    """Put objects of ours in order, where the first of them stands; all others keep theirs."""
    rows = rows_of(asks, kind)
    first = next((row for row in rows if str(row["id"]) in block), None)
    if first is None:
        return
    beside = [row for row in rows if row.get("category_id") == first.get("category_id")]
    ordered = _ordered([row["id"] for row in beside], block)
    if kind == "sla_policy":
        asks.put(f"{SLAS}/reorder", {"sla_policy_ids": ordered})
    elif len(beside) == len(rows):
        asks.put(f"{TRIGGERS}/reorder", {"trigger_ids": ordered})
    else:  # Zendesk orders all triggers at once only while they are in one category
        places = [{"id": one, "position": at} for at, one in enumerate(ordered, 1)]
        asks.put(f"{TRIGGERS}/update_many", {"triggers": places})


def _ordered(numbers: Sequence[Any], block: Sequence[str]) -> list[Any]:
    by_id = {str(one): one for one in numbers if str(one) in block}
    at = next(place for place, one in enumerate(numbers) if str(one) in by_id)
    after = [one for one in numbers[at:] if str(one) not in by_id]
    return [*numbers[:at], *(by_id[one] for one in block if one in by_id), *after]


def _order(row: Json) -> tuple[str, int]:
    """Triggers work category by category; what has no place keeps that of the list."""
    position = row.get("position")
    return str(row.get("category_id") or ""), position if isinstance(position, int) else 0


def _is_shared(row: Json) -> bool:
    """Neither deleted nor an agent's own."""
    restriction = row.get("restriction")
    own = isinstance(restriction, Mapping) and restriction.get("type") == "User"
    return not row.get("deleted") and not own


def _owner(row: Json) -> str | None:
    """The logical id in the line of our mark."""
    lines = str(row.get("description") or "").splitlines()
    marks = (line.strip() for line in lines)
    return next((one.removeprefix(MARK) for one in marks if one.startswith(MARK)), None)


def _add_options(asks: Asks, path: str, options: Sequence[Json]) -> None:
    """Add and rename options one by one: sent as a list, those left out would be lost."""
    known = {one["value"]: one for one in asks.listed(f"{path}/options", "custom_field_options")}
    for option in options:
        old = known.get(option["value"])
        if old is None or old.get("name") != option["name"]:
            numbered = {"id": old["id"]} if old is not None else {}
            asks.post(f"{path}/options", {"custom_field_option": {**numbered, **option}})


def _sent(kind: str, body: Json) -> dict[str, Any]:
    return _SENT.get(kind, dict)(body)


def _view(body: Json) -> dict[str, Any]:
    """A view is sent in another shape than it is read."""
    kept = {name: value for name, value in body.items() if name != "conditions"}
    return {**kept, **body["conditions"]}


def _policy(body: Json) -> dict[str, Any]:
    return {**body, "policy_metrics": [_in_minutes(one) for one in body["policy_metrics"]]}


def _in_minutes(target: Json) -> dict[str, Any]:
    return {**target, "target": target["target_in_seconds"] // _MINUTE_S}


_SENT: Mapping[str, Callable[[Json], dict[str, Any]]] = {"view": _view, "sla_policy": _policy}
# Told when an object is made, and left to people afterwards.
_FIRST: Mapping[str, Mapping[str, Any]] = {"view": {"output": {"columns": list(_COLUMNS)}}}
