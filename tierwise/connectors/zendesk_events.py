"""Events of a Zendesk export: openings of tickets, comments, and changes of their fields."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tierwise.facts.problems import Expected
from tierwise.facts.tables import TICKET_EVENTS

from .cells import Cell, CellReader, constant
from .headers import Wanted
from .reading import Part, Problems, ReadOptions, TextRows
from .table_files import read_table_rows
from .zendesk_desk import ROLES, STATUSES, SYSTEM, Desk, Opened, instant_parser, named

_TOGETHER_S = 1
_TRUE = {"true", "1", "t", "yes"}
# Field of a ticket, and what its change is called.
_CHANGES = {
    "status": "status",
    "priority": "priority",
    "group_id": "team",
    "assignee_id": "assigned",
}
# Who writes, whether all may read it, and what that is called.
_MESSAGES = {
    ("customer", True): "customer_message",
    ("agent", True): "public_reply",
    ("automation", True): "public_reply",
}
# A call is logged by an agent, but it was the customer who asked.
_CALLS_IN = {"inbound", "voicemail"}


def opening_cells(desk: Desk, read_instant: Callable[[str], object]) -> tuple[Cell, ...]:
    """How a row of the ticket file tells that the ticket was created."""
    people = ("requester_id", "submitter_id", "via_source_rel")
    return (
        Cell("ticket_id", ("id",), str.strip),
        constant(TICKET_EVENTS.column("event_id"), "created"),
        Cell("happened_at", ("created_at",), read_instant),
        constant(TICKET_EVENTS.column("name"), "created"),
        Cell("actor", people, partial(_opened_by, desk)),
        Cell("actor_id", ("submitter_id", "requester_id"), lambda own, asked: own or asked or None),
    )


def read_comments(path: Path, desk: Desk, options: ReadOptions) -> Iterator[Part]:
    """Messages and notes; the comment with which a ticket was opened is its creation."""
    created = named(path, options, "created", "created_at")
    author = named(path, options, "user_id", "author_id")
    wanted = Wanted(("id", "ticket_id", author, created, "public"))
    read_instant = instant_parser(options, path.name)
    said = (author, "ticket_id", "public")
    cells = (
        Cell("ticket_id", ("ticket_id",), partial(_known, desk)),
        Cell("event_id", ("id",), _comment_id),
        Cell("happened_at", (created,), read_instant),
        Cell("name", said, partial(_message, desk)),
        Cell("actor", said[:2], partial(_author_or_any, desk)),
        Cell("actor_id", (author,), _or_none),
    )
    reader = CellReader(TICKET_EVENTS, cells, path.name)
    for part in read_table_rows(path, wanted, options):
        if isinstance(part, Problems):
            yield part
            continue
        columns = (part.columns[name] for name in ("ticket_id", author, created, "public"))
        texts = enumerate(zip(*columns, strict=True))
        kept = [
            row
            for row, (number, by, at, public) in texts
            if not _opens(desk.tickets.get(number.strip()), by, read_instant(at), public)
        ]
        yield from reader.read(part.chosen(kept))


def read_changes(path: Path, desk: Desk, options: ReadOptions) -> Iterator[Part]:
    """Changes of status, priority, group and assignee; those of other fields mean nothing here."""
    updated = named(path, options, "updated", "updated_at")
    wanted = Wanted(("field_name", "ticket_id", updated, "value"), ("user_id",))
    read_instant = instant_parser(options, path.name)
    cells = (
        Cell("ticket_id", ("ticket_id",), partial(_known, desk)),
        Cell("event_id", ("field_name", updated, "value"), partial(_change_id, read_instant)),
        Cell("happened_at", (updated,), read_instant),
        Cell("name", ("field_name",), _CHANGES.__getitem__),
        Cell("actor", ("user_id",), partial(_changed_by, desk)),
        Cell("actor_id", ("user_id",), _or_none),
        Cell("value", ("value", "field_name"), partial(_changed_to, desk)),
    )
    reader = CellReader(TICKET_EVENTS, cells, path.name)
    for part in read_table_rows(path, wanted, options):
        if isinstance(part, Problems):
            yield part
            continue
        yield from reader.read(_telling(part))


def _telling(rows: TextRows) -> TextRows:
    fields = rows.columns["field_name"]
    return rows.chosen([row for row, field in enumerate(fields) if field in _CHANGES])


def _opened_by(desk: Desk, requester: str, submitter: str, direction: str) -> object:
    """An agent who opens a ticket for a customer asks nothing of us, unless it is a call."""
    if submitter in {"", requester} or direction.strip().lower() in _CALLS_IN:
        return "customer"
    if submitter in SYSTEM:
        return "automation"
    step = "it counts as opened by the customer; export the users as well"
    expected = "a submitter who is a user of this export"
    unknown = Expected(expected, step, left_out=False, instead="customer")
    return ROLES.get(desk.roles.get(submitter, ""), unknown)


def _known(desk: Desk, number: str) -> object:
    if number.strip() in desk.tickets:
        return number.strip()
    step = "export the tickets of the same time; look whether their rows could be read"
    return Expected("a ticket of this export", step)


def _opens(ticket: Opened | None, author: str, at_s: object, public: str) -> bool:
    """Whether a comment is the one with which its ticket was opened: its description."""
    return (
        ticket is not None
        and isinstance(at_s, int)
        and abs(at_s - ticket.at_s) <= _TOGETHER_S
        and author in {ticket.requester, ticket.submitter}
        and _is_public(public)
    )


def _author(desk: Desk, author: str, number: str) -> object:
    """Whoever asked is the customer, also an agent who asked for themselves."""
    ticket = desk.tickets.get(number.strip())
    if ticket is None or author == ticket.requester:
        return "customer"
    if author in SYSTEM:
        return "automation"
    if author in desk.roles:
        return ROLES.get(desk.roles[author], _NO_AUTHOR)
    return "agent" if author == ticket.assignee else _NO_AUTHOR


_NO_AUTHOR = Expected(
    "an author who is a user of this export",
    "export the users as well: who wrote it decides whether it is a reply",
)


def _author_or_any(desk: Desk, author: str, number: str) -> object:
    by = _author(desk, author, number)
    # The name's own cell reports it.
    return "agent" if isinstance(by, Expected) else by


def _message(desk: Desk, author: str, number: str, public: str) -> object:
    by = _author(desk, author, number)
    if isinstance(by, Expected):
        return by
    return _MESSAGES.get((str(by), _is_public(public)), "private_note")


def _is_public(text: str) -> bool:
    return text.strip().lower() in _TRUE


def _comment_id(number: str) -> object:
    return f"comment/{number.strip()}" if number.strip() else Expected("the number of the comment")


def _change_id(read_instant: Callable[[str], object], field: str, updated: str, value: str) -> str:
    """A change has no number: it is its field, its second and its value, whenever it is read."""
    return f"{field}/{read_instant(updated)}/{value.strip()}"


def _changed_by(desk: Desk, user: str) -> str:
    if user in SYSTEM:
        return "automation"
    return ROLES.get(desk.roles.get(user, "agent"), "agent")


def _changed_to(desk: Desk, value: str, field: str) -> object:
    if field == "status":
        return STATUSES.get(value.strip().lower(), NO_STATUS)
    return desk.team(value) if field == "group_id" else _or_none(value)


NO_STATUS = Expected("one of " + ", ".join(STATUSES), "correct the status in the file")


def _or_none(text: str) -> str | None:
    return text.strip() or None
