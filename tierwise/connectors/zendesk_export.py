"""Zendesk exports: a folder with tickets, comments, the history of fields, people, ratings."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from tierwise.facts.identity import normalise_email, normalise_phone
from tierwise.facts.parsing import parser_of
from tierwise.facts.problems import Expected, Problem
from tierwise.facts.tables import AGENTS, CUSTOMERS, TICKET_EVENTS, TICKETS

from .cells import Cell, CellReader, constant
from .headers import Wanted
from .reading import Part, Problems, ReadOptions, Remark, TextRows, shown, writing_of
from .table_files import read_table_rows
from .zendesk_desk import ROLES, STATUSES, Desk, Export, desk_of, export_of, in_utc, instant_parser
from .zendesk_events import NO_STATUS, opening_cells, read_changes, read_comments
from .zendesk_surveys import read_answers, read_ratings

_TICKET_COLUMNS = Wanted(
    ("id", "created_at", "status", "requester_id"),
    (
        "submitter_id",
        "assignee_id",
        "group_id",
        "priority",
        "type",
        "via_channel",
        "via_source_rel",
        "merged_ticket_ids",
    ),
)
_USER_COLUMNS = Wanted(
    ("id", "role"),
    ("name", "email", "phone", "organization_id", "created_at", "merged_into"),
)
# Where tickets come from in Zendesk's words, and the channel that promises know.
_CHANNELS = {
    "voice": "phone",
    "native_messaging": "chat",
    "messaging": "chat",
    "chat_transcript": "chat",
    "": "unknown",
}
_WITHOUT = {
    "users": "users: who wrote a message is known only of those who asked or have the ticket",
    "groups": "groups: teams go by their numbers",
    "comments": "comments: no reply is known",
    "changes": "field history: nobody knows when a ticket came to its status",
}
_WITHOUT_CSAT = "satisfaction ratings or survey responses: nobody knows how satisfied they were"


def read_zendesk_export(path: Path, options: ReadOptions) -> Iterator[Part]:
    """Everything of an export: `path` is its ticket file, or one beside it, or their folder."""
    export, utc = export_of(path), in_utc(options)
    desk = desk_of(export, utc)
    source = options.source or export.tickets.stem
    if export.users:
        yield from _people(export.users, source, utc)
    yield from _tickets(export.tickets, desk, utc)
    if export.comments:
        yield from read_comments(export.comments, desk, utc)
    if export.changes:
        yield from read_changes(export.changes, desk, utc)
    if export.ratings:
        yield from read_ratings(export.ratings, desk, utc)
    if export.answers:
        yield from read_answers(export.answers, desk, utc)
    yield from _remarks(export)


def _people(path: Path, source: str, options: ReadOptions) -> Iterator[Part]:
    """End users as customers, agents as agents."""
    readers = {
        "customer": CellReader(CUSTOMERS, _customer_cells(path, source, options), path.name),
        "agent": CellReader(AGENTS, _agent_cells(), path.name),
    }
    for part in read_table_rows(path, _USER_COLUMNS, options):
        if isinstance(part, Problems):
            yield part
            continue
        roles = [ROLES.get(role.strip().lower()) for role in part.columns["role"]]
        yield from _without_role(part, roles, path.name)
        for role, reader in readers.items():
            yield from reader.read(part.chosen([i for i, own in enumerate(roles) if own == role]))


def _without_role(rows: TextRows, roles: list[str | None], file: str) -> Iterator[Problems]:
    found = [
        Problem(file, rows.lines[row], "role", _ROLE.what, shown(text), _ROLE.next_step)
        for row, text in enumerate(rows.columns["role"])
        if roles[row] is None
    ]
    if found:
        yield Problems(tuple(found))


_ROLE = Expected("one of " + ", ".join(ROLES), "correct the role in the file")


def _customer_cells(path: Path, source: str, options: ReadOptions) -> tuple[Cell, ...]:
    writing = writing_of(options, path.name)
    return (
        Cell("customer_id", ("id",), _number),
        constant(CUSTOMERS.column("source"), source),
        Cell("email", ("email",), _email),
        Cell("phone", ("phone",), partial(_phone, options.phone_prefix)),
        Cell("name", ("name",), _or_none),
        Cell("account_id", ("organization_id",), _or_none),
        Cell("merged_into", ("merged_into",), _or_none),
        Cell("created_at", ("created_at",), parser_of(CUSTOMERS.column("created_at"), writing)),
    )


def _agent_cells() -> tuple[Cell, ...]:
    return (
        Cell("agent_id", ("id",), _number),
        Cell("name", ("name", "id"), lambda name, number: name.strip() or number),
    )


def _tickets(path: Path, desk: Desk, options: ReadOptions) -> Iterator[Part]:
    """The tickets, and the creation of each one that can be read."""
    read_instant = instant_parser(options, path.name)
    tickets = CellReader(TICKETS, _ticket_cells(desk, options, path.name), path.name)
    openings = CellReader(TICKET_EVENTS, opening_cells(desk, read_instant), path.name)
    for part in read_table_rows(path, _TICKET_COLUMNS, options):
        if isinstance(part, Problems):
            yield part
            continue
        yield from tickets.read(part)
        numbers = part.columns["id"]
        readable = [row for row, number in enumerate(numbers) if number.strip() in desk.tickets]
        yield from openings.read(part.chosen(readable))
        yield from _merges_into_nothing(part, desk, path.name)


def _ticket_cells(desk: Desk, options: ReadOptions, file: str) -> tuple[Cell, ...]:
    return (
        Cell("ticket_id", ("id",), _number),
        Cell("customer_id", ("requester_id",), _or_none),
        Cell("created_at", ("created_at",), instant_parser(options, file)),
        Cell("channel", ("via_channel",), _channel),
        Cell("priority", ("priority",), _or_none),
        Cell("status", ("status",), lambda text: STATUSES.get(text.strip().lower(), NO_STATUS)),
        Cell("team", ("group_id",), desk.team),
        Cell("agent_id", ("assignee_id",), _or_none),
        Cell("category", ("type",), _or_none),
        Cell("merged_into", ("id",), lambda number: desk.merged.get(number.strip())),
    )


def _merges_into_nothing(rows: TextRows, desk: Desk, file: str) -> Iterator[Problems]:
    """Tickets that were merged into one of these and are not in the export."""
    own = zip(rows.lines, rows.columns["id"], rows.columns["merged_ticket_ids"], strict=True)
    lines = {number.strip(): line for line, number, merged in own if merged.strip(" []")}
    step = "its messages are missed; export it as well"
    found = [
        Problem(
            file,
            lines[into],
            "merged_ticket_ids",
            "a ticket of this export",
            shown(loser),
            step,
            left_out=False,
        )
        for loser, into in desk.merged.items()
        if into in lines and loser not in desk.tickets
    ]
    if found:
        yield Problems(tuple(found))


def _remarks(export: Export) -> Iterator[Remark]:
    for part, meaning in _WITHOUT.items():
        if getattr(export, part) is None:
            yield Remark(f"beside {export.tickets.name} there are no {meaning}")
    if export.ratings is None and export.answers is None:
        yield Remark(f"beside {export.tickets.name} there are no {_WITHOUT_CSAT}")


def _number(text: str) -> object:
    return text.strip() or Expected("a number, the cell is empty")


def _channel(text: str) -> str:
    return _CHANNELS.get(text.strip().lower(), text.strip())


def _email(text: str) -> object:
    return _kept(normalise_email(text)) if text.strip() else None


def _phone(prefix: str | None, text: str) -> object:
    return _kept(normalise_phone(text, prefix)) if text.strip() else None


def _kept(address: str | Expected) -> str | Expected:
    if isinstance(address, str):
        return address
    step = address.next_step or "the customer is kept without it; correct it in Zendesk"
    return replace(address, next_step=step, left_out=False)


def _or_none(text: str) -> str | None:
    return text.strip() or None
