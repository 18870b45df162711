"""What a Zendesk export knows before its events are read: its files, people, teams and tickets."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from sys import intern

from tierwise.facts.parsing import parser_of
from tierwise.facts.problems import Expected
from tierwise.facts.tables import TICKETS

from .headers import Wanted
from .reading import ReadOptions, TextRows, unusable, writing_of
from .table_files import columns_of, is_parquet, read_table_rows

STATUSES = {
    "new": "new",
    "open": "open",
    "pending": "pending",
    "hold": "hold",
    "on-hold": "hold",
    "on_hold": "hold",
    "solved": "solved",
    "closed": "closed",
    "deleted": "deleted",
}
ROLES = {"end-user": "customer", "agent": "agent", "admin": "agent"}
SYSTEM = {"", "-1"}
"""Whom Zendesk names when a rule did it."""

_PARTS = {
    "tickets": "ticket",
    "users": "user",
    "groups": "group",
    "comments": "ticket_comment",
    "changes": "ticket_field_history",
    "ratings": "satisfaction_rating",
    "answers": "survey_response",
}
_ENDINGS = ("_data", "s", "", "s_data")
_FORMS = (".csv", ".parquet")
_OPENING = Wanted(
    ("id", "created_at", "status", "requester_id"),
    ("submitter_id", "assignee_id", "merged_ticket_ids"),
)


@dataclass(frozen=True, slots=True)
class Export:
    """The files of one export; what is not beside the tickets, or empty, is None."""

    tickets: Path
    users: Path | None = None
    groups: Path | None = None
    comments: Path | None = None
    changes: Path | None = None
    ratings: Path | None = None
    answers: Path | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A ticket as it was opened, and who has it now; people as their numbers."""

    at_s: int
    requester: str
    submitter: str
    assignee: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything by its number. `groups` is None without a file of them; tickets that cannot be
    read are not among `tickets`; `merged` says into which ticket each one went.
    """

    roles: Mapping[str, str]
    groups: Mapping[str, str] | None
    tickets: Mapping[str, Opened]
    merged: Mapping[str, str]

    def team(self, group_id: str) -> object:
        """The group's name; its number where no file names it."""
        number = group_id.strip()
        if not number or self.groups is None or number in self.groups:
            return (self.groups or {}).get(number, number) or None
        step = "the number is kept as its name; export the groups anew"
        return Expected("a group of this export", step, left_out=False, instead=number)


def export_of(path: Path) -> Export:
    """The files beside the one that is given, by their names; a folder does as well."""
    folder = path if path.is_dir() else path.parent
    found = {part: _file_of(folder, name, path.suffix) for part, name in _PARTS.items()}
    beside = found.pop("tickets")
    tickets = beside if path.is_dir() or path in found.values() else path
    if tickets is None:
        expected = Expected("the tickets beside it", "put ticket_data.csv into the folder")
        raise unusable(path.name, expected, "none")
    return Export(tickets, **found)


def desk_of(export: Export, options: ReadOptions) -> Desk:
    """What the small files say, and of each ticket that can be read how it was opened."""
    roles = _pairs(export.users, Wanted(("id", "role")), options)
    groups = _pairs(export.groups, Wanted(("id", "name")), options)
    tickets, merged = _opened(export.tickets, options)
    return Desk(roles, groups if export.groups else None, tickets, merged)


def named(path: Path, options: ReadOptions, *names: str) -> str:
    """The first of these columns that the file has; the first of all if it has none."""
    header = columns_of(path, options)
    return next((name for name in names if name in header), names[0])


def in_utc(options: ReadOptions) -> ReadOptions:
    """Zendesk writes UTC, whatever zone the shop is in."""
    return replace(options, zone="UTC")


def instant_parser(options: ReadOptions, file: str) -> Callable[[str], object]:
    return parser_of(TICKETS.column("created_at"), writing_of(options, file))


def _file_of(folder: Path, name: str, form: str) -> Path | None:
    forms = sorted(_FORMS, key=lambda other: other != form)
    files = (folder / f"{name}{ending}{form}" for form in forms for ending in _ENDINGS)
    return next((file for file in files if file.is_file() and _has_rows(file)), None)


def _has_rows(file: Path) -> bool:
    """A desk without comments exports their header alone."""
    with file.open("rb") as lines:
        return is_parquet(file) or len(list(islice(lines, 2))) > 1


def _pairs(path: Path | None, wanted: Wanted, options: ReadOptions) -> dict[str, str]:
    """The second column by the first; rows that cannot be read are told elsewhere."""
    pairs: dict[str, str] = {}
    for rows in _quietly(path, wanted, options) if path else ():
        keys, values = (rows.columns[name] for name in wanted.required)
        pairs |= zip(keys, values, strict=True)
    return pairs


def _opened(path: Path, options: ReadOptions) -> tuple[dict[str, Opened], dict[str, str]]:
    read_instant = instant_parser(options, path.name)
    names = (*_OPENING.required, *_OPENING.optional)
    parts = _quietly(path, _OPENING, options)
    rows = (zip(*(part.columns[name] for name in names), strict=True) for part in parts)
    tickets: dict[str, Opened] = {}
    merged: dict[str, str] = {}
    for number, created, status, *people, losers in chain.from_iterable(rows):
        at_s = read_instant(created)
        if isinstance(at_s, int) and number.strip() and status.strip().lower() in STATUSES:
            # The same few people over and over: each name is kept once.
            tickets[number.strip()] = Opened(at_s, *map(intern, people))
            merged |= dict.fromkeys(re.findall(r"\d+", losers), number.strip())
    return tickets, merged


def _quietly(path: Path, wanted: Wanted, options: ReadOptions) -> Iterator[TextRows]:
    parts = read_table_rows(path, wanted, replace(options, progress=None))
    return (part for part in parts if isinstance(part, TextRows))
