"""The kinds of clock, each a table: what happens to a ticket, and what the clock then does.

An event that has no row in the table does nothing to the clock. While the ticket is in one of
the statuses in `pauses` a running clock stands still; entering a status in `done` is `DONE`,
leaving it is `REOPENED`. A policy that wants it otherwise gives other statuses or other rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Trigger(StrEnum):
    """What happened to a ticket, as far as clocks care."""

    OPENED = "opened by or for a customer"
    OUTBOUND = "opened by us"
    ASKED = "message of the customer"
    THANKED = "message that needs no answer"
    ANSWERED = "public reply of an agent"
    AUTOMATED = "message of a bot or an automation"
    HANDED_OVER = "handed over by a bot"
    NOTED = "private note"
    DONE = "done"
    REOPENED = "reopened"
    ASSIGNED = "given to an agent"
    UNASSIGNED = "taken from its agent"
    TEAM = "given to another team"
    NO_TEAM = "taken from its team"
    REMOVED = "merged into another, spam or deleted"


class Phase(StrEnum):
    """Where a clock stands between two events."""

    RESTING = "nothing has started it"
    OWED = "the first response is owed, which is another clock"
    READY = "the next cycle may start"
    RUNNING = "a cycle runs, or is paused"
    DONE = "the ticket is done"
    OVER = "will not run again"


class Action(StrEnum):
    """What happens to the cycles of a clock."""

    START = "a cycle starts"
    STOP = "the cycle ends, fulfilled"
    RESET = "the cycle ends, fulfilled, and the next one starts"
    RESUME = "the last cycle goes on where it left off"
    CANCEL = "the cycle ends and counts for nothing, unless it is late already"
    WAIT = "nothing but the phase changes"


@dataclass(frozen=True, slots=True)
class Move:
    """What a clock does, and where it stands then."""

    action: Action
    then: Phase


Moves: TypeAlias = Mapping[tuple[Phase, Trigger], Move]


@dataclass(frozen=True, slots=True)
class ClockKind:
    """One kind of clock as data."""

    name: str
    says: str
    moves: Moves
    first: Phase = Phase.RESTING
    pauses: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset({"solved", "closed"})


RESTING, OWED, READY = Phase.RESTING, Phase.OWED, Phase.READY
RUNNING, DONE, OVER = Phase.RUNNING, Phase.DONE, Phase.OVER
START, STOP, RESET, RESUME = Action.START, Action.STOP, Action.RESET, Action.RESUME
CANCEL, WAIT = Action.CANCEL, Action.WAIT


def moves(*rows: tuple[Phase, Trigger, Action, Phase]) -> Moves:
    """The rows as a table, with those that every clock has: a ticket that goes takes it along."""
    gone = {(phase, Trigger.REMOVED): Move(WAIT, OVER) for phase in Phase}
    gone[RUNNING, Trigger.REMOVED] = Move(CANCEL, OVER)
    return gone | {(phase, trigger): Move(act, then) for phase, trigger, act, then in rows}


_UPDATES = moves(
    (READY, Trigger.ANSWERED, START, RUNNING),
    (RUNNING, Trigger.ANSWERED, RESET, RUNNING),
    (READY, Trigger.DONE, WAIT, DONE),
    (RUNNING, Trigger.DONE, STOP, DONE),
    (DONE, Trigger.REOPENED, WAIT, READY),
)
_DURATION = moves(
    (RESTING, Trigger.OPENED, START, RUNNING),
    (RESTING, Trigger.OUTBOUND, START, RUNNING),
    (RUNNING, Trigger.DONE, STOP, DONE),
    (DONE, Trigger.REOPENED, RESUME, RUNNING),
)

FIRST_RESPONSE = ClockKind(
    "first_response",
    "From the customer's first word to the first public reply of a person, or until done.",
    moves(
        (RESTING, Trigger.OPENED, START, RUNNING),
        (RESTING, Trigger.ASKED, START, RUNNING),
        (RUNNING, Trigger.ANSWERED, STOP, OVER),
        (RUNNING, Trigger.DONE, STOP, OVER),
    ),
)
HANDOVER_RESPONSE = ClockKind(
    "handover_response",
    "From the hand-over by a bot to the first public reply of a person, or until done.",
    moves(
        (RESTING, Trigger.HANDED_OVER, START, RUNNING),
        (RUNNING, Trigger.ANSWERED, STOP, RESTING),
        (RUNNING, Trigger.DONE, STOP, RESTING),
    ),
)
NEXT_RESPONSE = ClockKind(
    "next_response",
    "After the first response: from the oldest unanswered message to the next public reply.",
    moves(
        (RESTING, Trigger.OPENED, WAIT, OWED),
        (RESTING, Trigger.ASKED, WAIT, OWED),
        (OWED, Trigger.ANSWERED, WAIT, READY),
        (OWED, Trigger.DONE, WAIT, READY),
        (READY, Trigger.ASKED, START, RUNNING),
        (RUNNING, Trigger.ANSWERED, STOP, READY),
        (RUNNING, Trigger.DONE, STOP, READY),
    ),
)
PERIODIC_UPDATE = ClockKind(
    "periodic_update",
    "From each public reply to the next, until the ticket is done.",
    _UPDATES,
    first=READY,
)
PAUSABLE_UPDATE = ClockKind(
    "pausable_update",
    "From each public reply to the next, without the time in which the customer is asked.",
    _UPDATES,
    first=READY,
    pauses=frozenset({"pending"}),
)
REQUESTER_WAIT = ClockKind(
    "requester_wait",
    "While the customer waits for us or for others, until the ticket is done.",
    _DURATION,
    pauses=frozenset({"pending"}),
)
AGENT_WORK = ClockKind(
    "agent_work",
    "While the ticket lies with us, until it is done.",
    _DURATION,
    pauses=frozenset({"pending", "hold"}),
)
RESOLUTION = ClockKind(
    "resolution",
    "From the opening until the ticket is done, whatever its status; done time is not counted.",
    _DURATION,
)
ASSIGNMENT = ClockKind(
    "assignment",
    "From the opening until an agent has the ticket.",
    moves(
        (RESTING, Trigger.OPENED, START, RUNNING),
        (RESTING, Trigger.OUTBOUND, START, RUNNING),
        (RUNNING, Trigger.ASSIGNED, STOP, OVER),
        (RUNNING, Trigger.DONE, CANCEL, OVER),
    ),
)
TEAM_OWNERSHIP = ClockKind(
    "team_ownership",
    "Each stay with a team, until it is handed on or the ticket is done.",
    moves(
        (RESTING, Trigger.TEAM, START, RUNNING),
        (RUNNING, Trigger.TEAM, RESET, RUNNING),
        (RUNNING, Trigger.NO_TEAM, STOP, RESTING),
        (RUNNING, Trigger.DONE, STOP, DONE),
        (DONE, Trigger.REOPENED, RESUME, RUNNING),
        (DONE, Trigger.TEAM, WAIT, READY),
        (DONE, Trigger.NO_TEAM, WAIT, RESTING),
        (READY, Trigger.REOPENED, START, RUNNING),
        (READY, Trigger.NO_TEAM, WAIT, RESTING),
    ),
    pauses=frozenset({"pending"}),
)

KINDS: Mapping[str, ClockKind] = {
    kind.name: kind
    for kind in (
        FIRST_RESPONSE,
        HANDOVER_RESPONSE,
        NEXT_RESPONSE,
        PERIODIC_UPDATE,
        PAUSABLE_UPDATE,
        REQUESTER_WAIT,
        AGENT_WORK,
        RESOLUTION,
        ASSIGNMENT,
        TEAM_OWNERSHIP,
    )
}
