"""Customers in a help desk: who they are there, the level written to them, and jobs that write."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .columns import Column, Kind, Table

VALUE_PREFIX = "sl_"
"""`sl_<level>` is the value of a level in the field, and its tag on tickets."""


@dataclass(frozen=True, slots=True)
class DeskUser:
    """A person as the desk has them now; `value` is what stands in the field of the level."""

    user_id: str
    external_id: str | None
    email: str | None
    name: str
    role: str
    value: str | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class LevelWrite:
    """The value that a person's field shall have; None empties it."""

    user_id: str
    value: str | None


@dataclass(frozen=True, slots=True)
class TagWrite:
    """What the tags of an open ticket shall have more, and no more; others stay."""

    ticket_id: str
    add: tuple[str, ...]
    remove: tuple[str, ...]


class JobPhase(StrEnum):
    RUNNING = "running"
    DONE = "done"  # which says nothing about its rows
    UNKNOWN = "unknown"  # expired, or forgotten: only re-reading tells


@dataclass(frozen=True, slots=True)
class JobState:
    """A job at the desk; `said` are its complaints by the id they name, or by `""`."""

    job_id: str
    phase: JobPhase
    said: Mapping[str, str]


class WriteState(StrEnum):
    """How it stands with a person's level at the desk."""

    WRITTEN = "written"
    KEPT = "kept"  # somebody at the desk set another value, and theirs stays
    REFUSED = "refused"  # the desk does not take it
    MISSING = "missing"  # the desk has no such person any more


WRITTEN_LEVELS = Table(
    "written_levels",
    "What we last wrote to each person at the desk, and what came of it.",
    ("user_id",),
    (
        Column("user_id", Kind.TEXT, "The person at the desk."),
        Column("customer_id", Kind.TEXT, "The customer they are."),
        Column("value", Kind.TEXT, "What we wrote; empty when cleared.", nullable=True),
        Column("wanted", Kind.TEXT, "What it should be.", nullable=True),
        Column("state", Kind.TEXT, "How it stands.", choices=tuple(WriteState)),
        Column("found", Kind.TEXT, "What stood there instead of ours.", nullable=True),
        Column("said", Kind.TEXT, "What the desk said.", nullable=True),
        Column("at_s", Kind.INSTANT, "When this was seen."),
    ),
)

DESK_USERS = Table(
    "desk_users",
    "People at the desk, and which customer each is.",
    ("user_id",),
    (
        Column("user_id", Kind.TEXT, "The person at the desk."),
        Column("external_id", Kind.TEXT, "The number of the shop for them.", nullable=True),
        Column("email", Kind.TEXT, "Normalised e-mail address.", nullable=True),
        Column("name", Kind.TEXT, "Name to show.", nullable=True),
        Column("role", Kind.TEXT, "end-user, agent or admin."),
        Column("value", Kind.TEXT, "What stands in the field of the level.", nullable=True),
        Column("is_active", Kind.FLAG, "Not deleted."),
        Column("updated_at", Kind.INSTANT, "When the desk last changed them.", nullable=True),
    ),
)


@dataclass(frozen=True, slots=True)
class WrittenLevel:
    """One row of WRITTEN_LEVELS."""

    user_id: str
    customer_id: str
    value: str | None
    wanted: str | None
    state: WriteState
    found: str | None
    said: str | None
    at_s: int


@dataclass(frozen=True, slots=True)
class WantedLevel:
    """What a push wants for one person; `order` is small for those who come first.

    `last` is what we wrote to them the last time: anything else that stands there is not ours.
    """

    user_id: str
    customer_id: str
    value: str | None
    order: int
    open_tickets: tuple[str, ...] = ()
    last: str | None = None


class BatchState(StrEnum):
    WAITING = "waiting"  # nothing was sent, or nobody knows whether it was
    SENT = "sent"  # the desk gave it a job
    DONE = "done"  # re-read and settled


@dataclass(frozen=True, slots=True)
class PushBatch:
    """At most as many people as a job takes; `tries` counts how often it was sent."""

    number: int
    what: str  # levels or tags
    rows: tuple[WantedLevel, ...]
    state: BatchState
    job_id: str | None
    tries: int


@dataclass(frozen=True, slots=True)
class Push:
    """One push: what it wanted and what came of it. `ended_at` is empty while it goes on.

    With `overwrite` it also writes over what people at the desk set themselves.
    """

    push_id: str
    account_id: str
    started_at: int
    started_by: str
    wanted: int
    written: int
    unchanged: int
    kept: int
    refused: int
    missing: int
    ended_at: int | None = None
    overwrite: bool = False
