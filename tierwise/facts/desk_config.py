"""The configuration of a desk: what the policy wishes, what the desk holds, and the way between."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .desks import Json
from .findings import Finding
from .problems import RefusedError

REF = "$ref"
"""`{"$ref": "group/concierge"}` in a body stands for the remote id of another object."""

KINDS = ("user_field", "group", "schedule", "webhook", "sla_policy", "trigger", "view")
"""The kinds of object in the order of making: those that others name come first."""

IN_ORDER = ("sla_policy", "trigger")
"""Kinds of which the first that fits counts, or that work one after the other."""


@dataclass(frozen=True, slots=True)
class WishedLevel:
    """A level as a desk shall show it; `team` answers first."""

    name: str
    label: str
    team: str | None


@dataclass(frozen=True, slots=True)
class WishedHours:
    """A calendar of the policy that is not always open.

    `spans` are (weekday, from, to): Monday is 0, minutes since midnight, 1440 is its end.
    `closed` are (first day, last day, name): days since 1970-01-01, closed as a whole.
    `unsayable` names what the policy says of it and most desks cannot: half days, versions.
    """

    name: str
    zone: str
    spans: tuple[tuple[int, int, int], ...]
    closed: tuple[tuple[int, int, str], ...]
    unsayable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WishedPromise:
    """One promise; `hours` is empty for 24x7, channels and priorities for all of them.

    `within_s` None promises nothing there.
    """

    level: str
    clock: str
    within_s: int | None
    hours: str | None
    channels: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeskWish:
    """What a policy asks of a desk, in no desk's words. Levels come best first."""

    levels: tuple[WishedLevel, ...]
    hours: tuple[WishedHours, ...]
    promises: tuple[WishedPromise, ...]
    field_key: str
    field_title: str
    webhook: str | None
    today: int
    unsayable: tuple[str, ...] = ()  # what the policy says of all promises, and desks cannot


@dataclass(frozen=True, slots=True)
class DeskObject:
    """One object a desk shall hold, in its own words and in one way of writing them.

    A body with a `key` is known by it, all others by their title. `fixed` are parts of the body
    that cannot change once the object is made.
    """

    logical_id: str  # `sla/premium`: stable, whatever the desk calls it
    kind: str
    title: str
    body: Json
    fixed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the wish comes to at one desk, in the order of making, and what cannot be said there."""

    objects: tuple[DeskObject, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class HeldObject:
    """One object a desk holds now. `owner` is the logical id it bears, when it is ours.

    Objects of a kind come in the order in which the desk looks at them.
    """

    kind: str
    remote_id: str
    title: str
    body: Json
    owner: str | None


class Deed(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    REORDER = "reorder"


@dataclass(frozen=True, slots=True)
class DeskOp:
    """One step of a plan. `drifted`: somebody changed it at the desk since we wrote it.

    The body of a REORDER is `{"order": [logical ids]}`.
    """

    number: int
    deed: Deed
    kind: str
    logical_id: str
    title: str
    remote_id: str | None
    before: Json | None
    after: Json | None
    drifted: bool = False


class StepState(StrEnum):
    WAITING = "waiting"
    BEGUN = "begun"  # perhaps done: the desk has to be asked
    DONE = "done"


@dataclass(frozen=True, slots=True)
class DeskStep:
    """How far an operation of a plan has come."""

    number: int
    state: StepState
    remote_id: str | None
    said: str
    at_s: int | None


@dataclass(frozen=True, slots=True)
class DeskPlan:
    """What would change at the desk. `snapshot_sha` names the state it was made from.

    `state` is open, begun, applied or dropped; `purpose` is apply or destroy.
    """

    plan_id: str
    account_id: str
    purpose: str
    made_at: int
    made_by: str
    policy_version: int
    snapshot_sha: str
    ops: tuple[DeskOp, ...]
    findings: tuple[Finding, ...]
    state: str = "open"


@dataclass(frozen=True, slots=True)
class OwnedObject:
    """What we made or adopted at a desk, and as what we last wrote it."""

    logical_id: str
    kind: str
    remote_id: str
    body: Json
    adopted: bool
    at_s: int


def resolved(body: Any, remote_ids: Mapping[str, str]) -> Any:
    """A body with the remote ids of what it refers to, by logical id.

    RefusedError when one of them is not at the desk.

    >>> resolved({"group_id": {"$ref": "group/concierge"}}, {"group/concierge": "7"})
    {'group_id': '7'}
    """
    if isinstance(body, Mapping):
        if REF in body:
            return _remote_id(str(body[REF]), remote_ids)
        return {name: resolved(part, remote_ids) for name, part in body.items()}
    return [resolved(part, remote_ids) for part in body] if isinstance(body, list) else body


def _remote_id(logical_id: str, remote_ids: Mapping[str, str]) -> str:
    if logical_id not in remote_ids:
        text = f"`{logical_id}` is not at the desk; make a new plan with `tierwise desk plan`"
        raise RefusedError(text)
    return remote_ids[logical_id]
