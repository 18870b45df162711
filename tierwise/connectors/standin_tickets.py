"""Tickets at the stand-in: how they are made, changed, answered, merged and deleted."""

from collections.abc import Iterable

from .standin_calls import RefusalError, Row, in_seconds, invalid, not_found
from .standin_history import note_change, note_comment
from .standin_hooks import announce
from .standin_sla import (
    agent_replied,
    clocks_of,
    customer_wrote,
    set_targets,
    settle_breaches,
    start_clocks,
    status_changed,
)
from .standin_state import State
from .standin_triggers import run_triggers
from .standin_users import STAFF, known_user, make_user

CHANGED = (
    "subject",
    "priority",
    "type",
    "status",
    "group_id",
    "assignee_id",
    "external_id",
    "custom_status_id",
    "due_at",
    "organization_id",
    "problem_id",
    "requester_id",
)
PRIORITIES = (None, "", "low", "normal", "high", "urgent")
STATUSES = (None, "new", "open", "pending", "hold", "solved", "closed")


def make_ticket(state: State, sent: Row, by: int) -> Row:
    """A new ticket; the requester's tags and the values of their drop-downs come with it."""
    requester = _requester(state, sent, by)
    _refuse_wrong(sent)
    tags = [*(sent.get("tags") or []), *requester["tags"], *_values_of(state, requester)]
    ticket = {**_blank(state), **{name: sent[name] for name in CHANGED if name in sent}}
    ticket.update(requester_id=requester["id"], tags=_each_once(tags))
    ticket["submitter_id"] = sent.get("submitter_id") or requester["id"]
    ticket["via"] = {"channel": "api", "source": {"from": {}, "to": {}, "rel": None}}
    ticket["via"] |= sent.get("via") or {}
    comment = {"body": sent.get("description") or "", **(sent.get("comment") or {})}
    ticket["description"] = comment["body"]
    if ticket["assignee_id"] and ticket["status"] == "new":
        ticket["status"] = "open"
    state.tickets[ticket["id"]] = ticket
    author = comment.get("author_id") or requester["id"]
    run_triggers(state, ticket, {"update_type": "Create", "comment_is_public": "true"})
    note_change(state, ticket, {}, author)
    note_comment(state, ticket, {**comment, "public": True}, author)
    state.effects["ticket", "create", ticket["subject"]] += 1
    start_clocks(state, ticket, by_customer=requester["role"] not in STAFF)
    announce(state, ticket, "created")
    _keep(state, ticket)
    return ticket


def change_ticket(state: State, number: int, sent: Row, by: int) -> Row:
    """Change a ticket as sent: `tags` replace, `additional_tags` and `remove_tags` do not."""
    ticket = state.ticket(number)
    if ticket is None or ticket["status"] == "deleted":
        raise not_found()
    _refuse_wrong(sent)
    _refuse_late(ticket, sent)
    settle_breaches(state, number)
    ticket = state.tickets.setdefault(number, ticket)
    before = dict(ticket)
    ticket.update({name: sent[name] for name in CHANGED if name in sent})
    if ticket["assignee_id"] and ticket["status"] == "new":
        ticket["status"] = "open"
    _retag(state, ticket, sent)
    comment = sent.get("comment")
    if comment:
        _wrote(state, ticket, comment, comment.get("author_id") or by)
    public = str(bool(comment and comment.get("public", True))).lower()
    run_triggers(state, ticket, {"update_type": "Change", "comment_is_public": public})
    note_change(state, ticket, before, by)
    if ticket["status"] != before["status"]:
        status_changed(state, ticket)
    set_targets(state, ticket)
    _announce_changes(state, ticket, before, is_written=bool(comment))
    _keep(state, ticket)
    return ticket


def merge_tickets(state: State, losers: Iterable[int], winner: int, by: int) -> Row:
    """Merge tickets into one: the others are closed and say where they went."""
    kept = state.ticket(winner)
    if kept is None:
        raise not_found()
    for number in losers:
        gone = change_ticket(state, number, {"status": "closed"}, by)
        gone["tags"] = _each_once([*gone["tags"], "closed_by_merge"])
        said = f"Request #{number} was closed and merged into this request."
        change_ticket(state, winner, {"comment": {"body": said, "public": False}}, by)
    return kept


def delete_ticket(state: State, number: int) -> None:
    """Delete softly: exports still carry the ticket, with the status `deleted`."""
    ticket = state.ticket(number)
    if ticket is None or ticket["status"] == "deleted":
        raise not_found()
    state.tickets.setdefault(number, ticket)["status"] = "deleted"
    status_changed(state, ticket)
    state.effects["ticket", "delete", number] += 1
    _keep(state, ticket)


def _blank(state: State) -> Row:
    number, now = state.new_id("ticket"), state.now_text
    nothing = (
        "external_id type priority recipient organization_id group_id assignee_id problem_id"
        " due_at custom_status_id ticket_form_id brand_id forum_topic_id"
    )
    lists = "collaborator_ids follower_ids email_cc_ids sharing_agreement_ids custom_fields"
    return {
        **dict.fromkeys(nothing.split()),
        **{name: [] for name in f"{lists} fields followup_ids".split()},
        "id": number,
        "url": f"https://{state.subdomain}.zendesk.com/api/v2/tickets/{number}.json",
        "created_at": now,
        "updated_at": now,
        "generated_timestamp": state.now,
        "subject": "",
        "raw_subject": "",
        "status": "new",
        "has_incidents": False,
        "is_public": True,
        "allow_channelback": False,
        "allow_attachments": True,
        "from_messaging_channel": False,
        "satisfaction_rating": {"score": "unoffered"},
    }


def _requester(state: State, sent: Row, by: int) -> Row:
    named = sent.get("requester")
    if named and not sent.get("requester_id"):
        return known_user(state, named) or make_user(state, named)
    requester = state.user(int(sent.get("requester_id") or by))
    if requester is None or not requester["active"]:
        raise invalid("requester", "Requester: is not there", "RecordNotFound")
    return requester


def _values_of(state: State, requester: Row) -> list[str]:
    if not state.faults.tags_from_field:
        return []
    keys = [one["key"] for one in state.user_fields.values() if one["type"] == "dropdown"]
    return [requester["user_fields"][key] for key in keys if requester["user_fields"].get(key)]


def _refuse_wrong(sent: Row) -> None:
    for name, known in (("priority", PRIORITIES), ("status", STATUSES)):
        if sent.get(name) not in known:
            raise invalid(name, f"{name.capitalize()}: {sent[name]} is not valid")


def _refuse_late(ticket: Row, sent: Row) -> None:
    """Closed tickets stay as they are; so does one that somebody else changed meanwhile."""
    if ticket["status"] == "closed":
        raise invalid("status", "Status: closed prevents ticket update")
    stamp = sent.get("updated_stamp")
    if sent.get("safe_update") and stamp and in_seconds(stamp) < in_seconds(ticket["updated_at"]):
        said = "Safe Update prevented the update because the ticket was changed meanwhile."
        raise RefusalError(409, {"error": "UpdateConflict", "description": said})


def _retag(state: State, ticket: Row, sent: Row) -> None:
    tags = sent["tags"] if "tags" in sent else [*ticket["tags"], *sent.get("additional_tags", [])]
    kept = _each_once(tag for tag in tags if tag not in (sent.get("remove_tags") or []))
    for sign, more, fewer in (("+", kept, ticket["tags"]), ("-", ticket["tags"], kept)):
        for tag in set(more) - set(fewer):
            state.effects["ticket_tag", ticket["id"], sign + tag] += 1
    ticket["tags"] = kept


def _wrote(state: State, ticket: Row, comment: Row, author: int) -> None:
    note_comment(state, ticket, comment, author)
    writer = state.user(author)
    if writer is None or writer["role"] not in STAFF:
        if ticket["status"] in {"pending", "hold", "solved"}:
            ticket["status"] = "open"
        customer_wrote(state, ticket)
    elif comment.get("public", True):
        agent_replied(state, ticket)


def _announce_changes(state: State, ticket: Row, before: Row, *, is_written: bool) -> None:
    for name in ("status", "priority", "tags", "subject"):
        if ticket[name] != before[name]:
            announce(state, ticket, f"{name}_changed")
    if is_written:
        announce(state, ticket, "comment_added")


def _each_once(tags: Iterable[str]) -> list[str]:
    return sorted(set(tags))


def _keep(state: State, ticket: Row) -> None:
    ticket.update(updated_at=state.now_text, generated_timestamp=state.now)
    ticket["raw_subject"] = ticket["subject"]
    clocks_of(state, ticket["id"])
    state.touch("tickets", ticket["id"])
