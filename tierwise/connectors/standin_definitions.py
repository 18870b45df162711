"""What conditions and actions may name on this account, as the definitions tell."""

from collections.abc import Iterable

from .standin_calls import Row
from .standin_conditions import CUSTOM, PRIORITIES, STATUSES, TYPES, fields_of
from .standin_state import State

CHOICES = {
    "status": STATUSES,
    "priority": PRIORITIES,
    "ticket_type_id": tuple(TYPES.values()),
    "type": tuple(TYPES),
    "update_type": ("Create", "Change"),
    "comment_is_public": ("true", "false", "not_relevant"),
}


def sla_definitions(state: State) -> Row:
    """Fields that the filter of an SLA policy may name."""
    named = fields_of(state, of_sla=True)
    told = [
        {
            "value": name,
            "title": _title(name),
            "group": "requester" if name.startswith(CUSTOM) else "ticket",
            "target": None,
            "operators": [{"value": one, "title": _title(one)} for one in operators.split()],
            "values": {"type": "list", "list": _choices(state, name)},
        }
        for name, operators in named.items()
        if name != "type"
    ]
    return {"all": told, "any": told}


def condition_definitions(state: State) -> list[Row]:
    """Fields that the conditions of a trigger may name."""
    return [
        {
            "subject": name,
            "title": _title(name),
            "type": "list" if _choices(state, name) else "text",
            "group": "requester" if name.startswith(CUSTOM) else "ticket",
            "nullable": False,
            "repeatable": name == "current_tags",
            "operators": [
                {"value": one, "title": _title(one), "terminal": one.endswith("present")}
                for one in operators.split()
            ],
            "values": [{**one, "enabled": True} for one in _choices(state, name)],
        }
        for name, operators in fields_of(state, of_sla=False).items()
    ]


def action_definitions(state: State, names: Iterable[str]) -> list[Row]:
    """What a trigger may do."""
    return [
        {
            "subject": name,
            "title": _title(name),
            "type": "list" if _choices(state, name) else "text",
            "group": "ticket",
            "nullable": False,
            "repeatable": False,
            "values": [{**one, "enabled": True} for one in _choices(state, name)],
        }
        for name in names
    ]


def _choices(state: State, name: str) -> list[Row]:
    if name == "group_id":
        return [{"value": str(one["id"]), "title": one["name"]} for one in state.groups.values()]
    if name == "set_schedule":
        rows = state.schedules.values()
        return [{"value": str(one["id"]), "title": one["name"]} for one in rows]
    for field in state.user_fields.values():
        if name == f"{CUSTOM}{field['key']}":
            options = field.get("custom_field_options") or []
            return [{"value": one["value"], "title": one["name"]} for one in options]
    return [{"value": one, "title": _title(one) or "-"} for one in CHOICES.get(name, ())]


def _title(name: str) -> str:
    return name.replace("_", " ").replace(".", " ").capitalize()
