"""Conditions of triggers, views and SLA policies: as Zendesk rewrites them, and what they mean."""

from collections.abc import Callable, Mapping
from typing import Any

from .standin_calls import Row, invalid
from .standin_state import State

TYPES = {"": "0", "question": "1", "incident": "2", "problem": "3", "task": "4"}
STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("", "low", "normal", "high", "urgent")
VIAS = {"web": "0", "email": "4", "api": "5", "chat": "29", "phone": "45", "sms": "57"}
BY_NAME = "is is_not includes not_includes present not_present"
OF_ORDER = "is is_not less_than greater_than"
FIELDS: dict[str, str] = {
    "type": "is is_not",
    "ticket_type_id": "is is_not",
    "status": OF_ORDER,
    "priority": OF_ORDER,
    "group_id": BY_NAME,
    "assignee_id": BY_NAME,
    "organization_id": BY_NAME,
    "requester_id": BY_NAME,
    "brand_id": BY_NAME,
    "ticket_form_id": BY_NAME,
    "current_tags": "includes not_includes",
    "via_id": "is is_not",
    "current_via_id": "is is_not",
    "schedule_id": BY_NAME,
    "set_schedule": BY_NAME,
    "update_type": "is",
    "comment_is_public": "is",
    "comment_includes_word": "includes not_includes",
    "subject_includes_word": "includes not_includes",
    "role": "is is_not",
    "recipient": BY_NAME,
    "satisfaction_score": OF_ORDER,
    "requester_role": "is is_not",
    "within_schedule": "is is_not",
    "exact_created_at": "less_than greater_than",
}
SLA_FIELDS = (
    "type",
    "ticket_type_id",
    "group_id",
    "assignee_id",
    "organization_id",
    "current_tags",
    "via_id",
    "brand_id",
    "ticket_form_id",
)
CUSTOM = "requester.custom_fields."


def in_their_words(conditions: Any, state: State, *, of_sla: bool = False) -> Row:
    """Conditions as the server writes them: `type is incident` is `ticket_type_id is 2`.

    What it does not know is refused with 422.
    """
    if not isinstance(conditions, Mapping):
        raise invalid("base", "Conditions are missing", "BlankValue")
    return {
        joined: [_rewritten(one, state, of_sla=of_sla) for one in conditions.get(joined) or []]
        for joined in ("all", "any")
    }


def fields_of(state: State, *, of_sla: bool) -> dict[str, str]:
    """Fields that conditions may name, with their operators."""
    plain = {name: FIELDS[name] for name in SLA_FIELDS} if of_sla else FIELDS
    custom = {f"{CUSTOM}{one['key']}": BY_NAME for one in state.user_fields.values()}
    unoffered = tuple(state.faults.unoffered)
    return {name: of for name, of in {**plain, **custom}.items() if not name.startswith(unoffered)}


def holds(conditions: Row, state: State, ticket: Row, happened: Row) -> bool:
    """Whether conditions hold for a ticket; `happened` says `update_type` and the like."""
    facts = _facts(state, ticket, happened)
    met = {joined: [_is_met(one, facts) for one in conditions[joined]] for joined in conditions}
    some = met.get("any") or [True]
    return all(met.get("all") or [True]) and any(some)


def _rewritten(condition: Row, state: State, *, of_sla: bool) -> Row:
    name, operator = str(condition.get("field")), str(condition.get("operator"))
    operators = fields_of(state, of_sla=of_sla).get(name)
    if operators is None or operator not in operators.split():
        kind = "filter" if of_sla else "conditions"
        raise invalid(kind, f"Invalid condition: {name} {operator}")
    value = condition.get("value")
    if name == "type" or (name == "ticket_type_id" and value in TYPES):
        return {
            "field": "ticket_type_id",
            "operator": operator,
            "value": TYPES.get(str(value), value),
        }
    if name == "current_tags" and isinstance(value, list):
        value = " ".join(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return {"field": name, "operator": operator, "value": value}


def _facts(state: State, ticket: Row, happened: Row) -> dict[str, Any]:
    requester = state.user(ticket["requester_id"]) or {"user_fields": {}, "role": "end-user"}
    custom = {f"{CUSTOM}{key}": value for key, value in requester["user_fields"].items()}
    channel = VIAS.get(ticket["via"]["channel"], "0")
    schedule = state.ticket_schedules.get(ticket["id"])
    return {
        **ticket,
        **custom,
        **happened,
        "ticket_type_id": TYPES.get(ticket["type"] or "", "0"),
        "current_tags": set(ticket["tags"]),
        "via_id": channel,
        "current_via_id": channel,
        "schedule_id": schedule,
        "set_schedule": schedule,
        "requester_role": requester["role"],
    }


def _is_met(condition: Row, facts: dict[str, Any]) -> bool:
    have, want = facts.get(condition["field"]), condition["value"]
    return _TESTS[condition["operator"]](have, want)


def _is(have: Any, want: Any) -> bool:
    if isinstance(want, list):
        return any(_is(have, one) for one in want)
    return _word(have) == _word(want)


def _includes(have: Any, want: Any) -> bool:
    if isinstance(have, set):
        return bool(have & set(str(want).split()))
    return _is(have, want)


def _rank(value: Any) -> int:
    for scale in (STATUSES, PRIORITIES):
        if _word(value) in scale:
            return scale.index(_word(value))
    return -1


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str("" if value is None else value)


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "is": _is,
    "is_not": lambda have, want: not _is(have, want),
    "includes": _includes,
    "not_includes": lambda have, want: not _includes(have, want),
    "present": lambda have, _: have not in {None, ""},
    "not_present": lambda have, _: have in {None, ""},
    "less_than": lambda have, want: _rank(have) < _rank(want),
    "greater_than": lambda have, want: _rank(have) > _rank(want),
}
