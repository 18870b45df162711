"""Triggers at work: in their order, each at most once, and from the start after each change."""

from collections.abc import Callable, Iterator
from typing import Any

from .standin_calls import Row
from .standin_conditions import holds
from .standin_state import State


def run_triggers(state: State, ticket: Row, happened: Row) -> None:
    """Let the active triggers act on a ticket that was made or changed."""
    fired: set[int] = set()
    while (trigger := next(_fitting(state, ticket, happened, fired), None)) is not None:
        fired.add(trigger["id"])
        for action in trigger["actions"]:
            ACTS.get(action["field"], _nothing)(state, ticket, action["value"])


def _fitting(state: State, ticket: Row, happened: Row, fired: set[int]) -> Iterator[Row]:
    ordered = sorted(state.triggers.values(), key=lambda one: one["position"])
    for trigger in (one for one in ordered if one["active"] and one["id"] not in fired):
        if holds(trigger["conditions"], state, ticket, happened):
            yield trigger


def _words(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else str(value or "").split()


def _nothing(state: State, ticket: Row, value: Any) -> None:
    """Mails to people and the like: the stand-in sends none."""


def _priority(state: State, ticket: Row, value: Any) -> None:
    ticket["priority"] = value or None


def _status(state: State, ticket: Row, value: Any) -> None:
    ticket["status"] = value


def _type(state: State, ticket: Row, value: Any) -> None:
    ticket["type"] = value or None


def _group(state: State, ticket: Row, value: Any) -> None:
    ticket["group_id"] = int(value) if str(value).isdigit() else None


def _assignee(state: State, ticket: Row, value: Any) -> None:
    ticket["assignee_id"] = int(value) if str(value).isdigit() else None


def _tags(state: State, ticket: Row, value: Any) -> None:
    ticket["tags"] = sorted(set(_words(value)))


def _more_tags(state: State, ticket: Row, value: Any) -> None:
    ticket["tags"] = sorted({*ticket["tags"], *_words(value)})


def _fewer_tags(state: State, ticket: Row, value: Any) -> None:
    ticket["tags"] = sorted(set(ticket["tags"]) - set(_words(value)))


def _schedule(state: State, ticket: Row, value: Any) -> None:
    if str(value).isdigit():
        state.ticket_schedules[ticket["id"]] = int(value)


def _webhook(state: State, ticket: Row, value: Any) -> None:
    """Fill in the places of the ticket, and let the webhook deliver."""
    hook, body = [*value, ""][:2] if isinstance(value, list) else (value, "")
    filled = str(body)
    for name in ("id", "status", "priority"):
        filled = filled.replace("{{ticket." + name + "}}", str(ticket[name] or ""))
    state.queue_hook(str(hook), filled.encode())


ACTS: dict[str, Callable[[State, Row, Any], None]] = {
    "priority": _priority,
    "status": _status,
    "type": _type,
    "group_id": _group,
    "assignee_id": _assignee,
    "set_tags": _tags,
    "current_tags": _more_tags,
    "remove_tags": _fewer_tags,
    "set_schedule": _schedule,
    "notification_webhook": _webhook,
}
