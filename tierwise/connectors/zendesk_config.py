"""The configuration of Zendesk: what a wish comes to, what is there, and one step between them."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from tierwise.facts.desk_config import (
    KINDS,
    Compiled,
    Deed,
    DeskObject,
    DeskOp,
    DeskWish,
    HeldObject,
    resolved,
)
from tierwise.facts.desk_people import VALUE_PREFIX
from tierwise.facts.desks import DeniedError, GoneError, Json
from tierwise.facts.findings import Finding

from .desk_http import Asks
from .zendesk_canonical import canonical
from .zendesk_matching import (
    Matching,
    field_to_match,
    level_value,
    offered_fields,
    vias_of,
)
from .zendesk_objects import (
    PLACES,
    SLAS,
    TRIGGERS,
    WEBHOOKS,
    change,
    held_of,
    make,
    reorder,
    rows_of,
)
from .zendesk_schedules import SCHEDULES, ZONES, hours_of_levels, schedule_objects
from .zendesk_slas import OURS, sla_findings, sla_objects
from .zendesk_triggers import (
    WEBHOOK,
    Routed,
    teams_of,
    trigger_objects,
    view_objects,
)

BY_TRIGGER = "conditional_ticket_events"

Found: TypeAlias = Iterator[DeskObject | Finding]


def compile_wish(asks: Asks, wish: DeskWish) -> Compiled:
    """What a wish comes to on this account, which is asked what it offers."""
    fields = rows_of(asks, "user_field")
    found = [*_field(wish, fields), *_groups(wish, rows_of(asks, "group")), *_webhook(wish)]
    hours: Mapping[str, str] = {}
    slas = _definitions(asks, SLAS)
    if slas is None:
        text = "this account has no SLA policies, or we may not see them"
        step = f"Support Professional or Suite Growth has them; without them {OURS}"
        found.append(Finding("warn", "sla", text, step))
    else:
        hours, told = hours_of_levels(wish)
        found += [*_schedules(asks, wish, hours), *told, *_slas(wish, slas, fields)]
    found += _triggers(asks, wish, fields, hours, needs_priority=slas is not None)
    found += view_objects(wish)
    objects = [one for one in found if isinstance(one, DeskObject)]
    return Compiled(
        tuple(sorted(objects, key=lambda one: KINDS.index(one.kind))),
        tuple(one for one in found if isinstance(one, Finding)),
    )


def held_objects(asks: Asks) -> tuple[HeldObject, ...]:
    """Everything of the kinds we write, in one way of writing it."""
    return tuple(one for kind in KINDS for one in held_of(asks, kind))


def carry_out(asks: Asks, op: DeskOp, remote_ids: Mapping[str, str]) -> str:
    """Do one operation; the remote id, or nothing for an order and for what is gone."""
    if op.deed is Deed.REORDER:
        order = (op.after or {}).get("order") or ()
        reorder(asks, op.kind, [remote_ids[one] for one in order if one in remote_ids])
        return ""
    if op.deed is Deed.DELETE:
        _remove(asks, op)
        return ""
    body = resolved(op.after or {}, remote_ids)
    if op.deed is Deed.CREATE or op.remote_id is None:
        return make(asks, op.kind, op.logical_id, body)
    change(asks, op.kind, op.remote_id, body)
    return op.remote_id


def signing_secret(asks: Asks, webhook_id: str) -> str:
    """What a webhook signs its messages with."""
    told = asks.get(f"{WEBHOOKS}/{webhook_id}/signing_secret")
    return str(told["signing_secret"]["secret"])


def _remove(asks: Asks, op: DeskOp) -> None:
    try:
        asks.delete(f"{PLACES[op.kind].path}/{op.remote_id}")
    except GoneError:
        return  # somebody was faster, or we were, before we stopped


def _definitions(asks: Asks, path: str) -> Json | None:
    try:
        return asks.get(f"{path}/definitions")
    except DeniedError:
        return None


def _field(wish: DeskWish, fields: list[Json]) -> Found:
    """The field of the level; an option that is there stays, because people may bear it."""
    held = next((one for one in fields if one.get("key") == wish.field_key), {})
    names = {level_value(level.name): level.label for level in wish.levels}
    there = {str(one["value"]): one.get("name") for one in held.get("custom_field_options") or ()}
    options = [{"name": names.get(value, name), "value": value} for value, name in there.items()]
    new = [{"name": name, "value": value} for value, name in names.items() if value not in there]
    raw = {
        "key": wish.field_key,
        "type": "dropdown",
        "title": wish.field_title,
        "active": True,
        "custom_field_options": [*options, *new],
    }
    part = f"field/{wish.field_key}"
    body = canonical("user_field", raw)
    yield DeskObject(part, "user_field", wish.field_title, body, fixed=("key", "type"))
    for value in there:
        if value.startswith(VALUE_PREFIX) and value not in names:
            text = f"the option `{value}` is no level any more; it stays while people may bear it"
            yield Finding("ok", part, text, "after a push nobody bears it: delete it at the desk")


def _groups(wish: DeskWish, held: list[Json]) -> Found:
    """A group for each team; one that is there keeps its capitals."""
    there = {str(one["name"]).casefold(): str(one["name"]) for one in held}
    for team in teams_of(wish):
        name = there.get(team.casefold(), team)
        yield DeskObject(f"group/{team}", "group", name, canonical("group", {"name": name}))


def _webhook(wish: DeskWish) -> Found:
    if wish.webhook:
        raw = {
            "name": "Tierwise",
            "endpoint": wish.webhook,
            "http_method": "POST",
            "request_format": "json",
            "status": "active",
            "subscriptions": [BY_TRIGGER],
        }
        body = canonical("webhook", raw)
        yield DeskObject(WEBHOOK, "webhook", "Tierwise", body, fixed=("subscriptions",))


def _schedules(asks: Asks, wish: DeskWish, hours: dict[str, str]) -> Found:
    """Schedules for the calendars in use; without them `hours` is emptied."""
    if not hours:
        return
    try:
        asks.get(SCHEDULES)
    except DeniedError:
        hours.clear()
        text = "this account has no schedules, or we may not see them"
        yield Finding("warn", "schedule", text, "promises in office hours count in its usual hours")
        return
    held = {str(one["name"]): one for one in rows_of(asks, "schedule")}
    zones = asks.get(ZONES).get("time_zones") or ()
    yield from schedule_objects(wish, dict.fromkeys(hours.values()), zones, held)


def _slas(wish: DeskWish, definitions: Json, fields: list[Json]) -> Found:
    offered = offered_fields(definitions, "all", "value")
    matching = _matching(wish, list(offered), fields)
    vias = vias_of(offered.get("via_id"))
    if matching is None:
        yield _cannot_match("sla", "SLA policies")
    else:
        yield from sla_objects(wish, matching, vias)
    yield from sla_findings(wish, vias)


def _triggers(
    asks: Asks,
    wish: DeskWish,
    fields: list[Json],
    hours: Mapping[str, str],
    *,
    needs_priority: bool,
) -> Found:
    definitions = _definitions(asks, TRIGGERS)
    if definitions is None:
        text = "we may not see the triggers of this account"
        yield Finding("fail", "trigger", text, "connect as an administrator")
        return
    matching = _matching(
        wish, list(offered_fields(definitions, "conditions_all", "subject")), fields
    )
    if matching is None:
        yield _cannot_match("trigger", "triggers")
        return
    actions = offered_fields(definitions, "actions", "subject")
    yield from trigger_objects(wish, Routed(matching, hours, needs_priority), actions)


def _matching(wish: DeskWish, offered: list[str], fields: list[Json]) -> Matching | None:
    field = field_to_match(offered, wish.field_key, fields)
    levels = tuple(level.name for level in wish.levels)
    return None if field is None else Matching(field, levels)


def _cannot_match(part: str, what: str) -> Finding:
    text = f"{what} of this account cannot ask for a field of the requester, nor for tags"
    return Finding("fail", part, text, "turn on user and organization tags at the desk")
