"""What happened to a ticket: its comments, its audits, and the figures made of them."""

from itertools import pairwise

from .standin_calls import Row
from .standin_sla import minutes_of
from .standin_state import State

WATCHED = (
    "subject",
    "priority",
    "type",
    "status",
    "group_id",
    "assignee_id",
    "tags",
    "requester_id",
)


def note_change(state: State, ticket: Row, before: Row, by: int) -> None:
    """Keep what a ticket is now that it was not before; a new ticket has no before."""
    kind = "Change" if before else "Create"
    events = [
        _event(state, kind, {"field_name": name, "value": ticket[name]})
        | ({"previous_value": before[name]} if before else {})
        for name in WATCHED
        if (ticket[name] != before.get(name) if before else ticket[name] not in (None, "", []))
    ]
    if events:
        _audit(state, ticket, events, by)


def note_comment(state: State, ticket: Row, comment: Row, author: int) -> Row:
    """Keep a comment; without `public` it is public."""
    body = comment.get("body") or comment.get("html_body") or ""
    kept = _event(state, "Comment", {"author_id": author, "body": body})
    kept |= {"html_body": f"<p>{body}</p>", "plain_body": body, "attachments": []}
    kept |= {"public": comment.get("public", True), "via": ticket["via"]}
    audit = _audit(state, ticket, [kept], author)
    kept |= {"audit_id": audit["id"], "metadata": audit["metadata"]}
    kept["created_at"] = state.now_text
    state.comments[ticket["id"]].append(kept)
    return kept


def metric_set(state: State, ticket: Row) -> Row:
    """The figures of a ticket, as `include=metric_sets` tells them."""
    number = ticket["id"]
    changes = [one for audit in state.audits[number] for one in _of_status(audit)]
    solved = [at for at, value in changes if value == "solved"]
    reopened = sum(
        value in {"open", "new"} and old == "solved" for (_, old), (_, value) in pairwise(changes)
    )
    spent = minutes_of(state, number, "resolution_time")
    comments = state.comments[number]
    requester = ticket["requester_id"]
    replies = sum(one["public"] and one["author_id"] != requester for one in comments)
    return {
        "id": number + 5_000_000_000,
        "ticket_id": number,
        "url": ticket["url"].replace("tickets", "ticket_metrics"),
        "created_at": ticket["created_at"],
        "updated_at": ticket["updated_at"],
        "group_stations": int(ticket["group_id"] is not None),
        "assignee_stations": int(ticket["assignee_id"] is not None),
        "reopens": reopened,
        "replies": replies,
        "assignee_updated_at": None,
        "requester_updated_at": ticket["created_at"],
        "status_updated_at": changes[-1][0] if changes else ticket["created_at"],
        "initially_assigned_at": ticket["created_at"] if ticket["assignee_id"] else None,
        "assigned_at": ticket["created_at"] if ticket["assignee_id"] else None,
        "solved_at": solved[-1] if solved else None,
        "latest_comment_added_at": comments[-1]["created_at"] if comments else None,
        "reply_time_in_minutes": minutes_of(state, number, "reply_time"),
        "first_resolution_time_in_minutes": spent,
        "full_resolution_time_in_minutes": spent,
        "agent_wait_time_in_minutes": {"calendar": 0, "business": 0},
        "requester_wait_time_in_minutes": minutes_of(state, number, "requester_wait_time"),
        "on_hold_time_in_minutes": {"calendar": 0, "business": 0},
    }


def _event(state: State, kind: str, more: Row) -> Row:
    return {"id": state.new_id(), "type": kind, **more}


def _audit(state: State, ticket: Row, events: list[Row], by: int) -> Row:
    audit = {
        "id": state.new_id(),
        "ticket_id": ticket["id"],
        "created_at": state.now_text,
        "author_id": by,
        "metadata": {"system": {}, "custom": {}},
        "via": ticket["via"],
        "events": events,
    }
    state.audits[ticket["id"]].append(audit)
    state.all_audits[audit["id"]] = audit
    state.touch("ticket_events", audit["id"])
    return audit


def _of_status(audit: Row) -> list[tuple[str, str]]:
    return [
        (audit["created_at"], one["value"])
        for one in audit["events"]
        if one.get("field_name") == "status"
    ]
