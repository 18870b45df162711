"""The story of a ticket: its events in order, each once, and what they mean to clocks."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from .clock_kinds import ClockKind, Trigger


class Name(StrEnum):
    """What an event of a ticket is called; other names are kept and mean nothing to clocks."""

    CREATED = "created"
    CUSTOMER_MESSAGE = "customer_message"
    THANKS = "thanks"
    PUBLIC_REPLY = "public_reply"
    PRIVATE_NOTE = "private_note"
    HANDED_OVER = "handed_over"
    STATUS = "status"
    ASSIGNED = "assigned"
    TEAM = "team"
    MERGED = "merged"
    SPLIT = "split"
    PRIORITY = "priority"
    LEVEL = "level"
    POLICY = "policy"
    CALENDAR = "calendar"
    CHANNEL = "channel"
    SPAM = "spam"
    DELETED = "deleted"
    RETRACTED = "retracted"
    REOPENED = "reopened"
    ESCALATED = "escalated"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """One row of `ticket_events`; `at_s` in UTC epoch seconds.

    `value` is what something was changed to: a status (of `created` too), a team, an agent, or
    the event that is retracted. `concerns` names the clocks it matters to; empty means all.
    """

    at_s: int
    event_id: str
    name: str
    actor: str = "agent"
    value: str | None = None
    concerns: tuple[str, ...] = ()


Story: TypeAlias = tuple[TicketEvent, ...]


@dataclass(frozen=True, slots=True)
class TicketNow:
    """What a clock must remember of its ticket from one event to the next.

    A ticket may have a team and an agent before its story names one; the team that the story
    names first is news all the same, even if it is that one.
    """

    status: str = "new"
    team: str | None = None
    agent: str | None = None
    is_team_told: bool = False


_MEANS: Mapping[tuple[str, str], Trigger] = {
    (Name.CREATED, "agent"): Trigger.OUTBOUND,
    (Name.CREATED, "team"): Trigger.OUTBOUND,
    (Name.CREATED, "automation"): Trigger.OUTBOUND,
    (Name.PUBLIC_REPLY, "customer"): Trigger.ASKED,
    (Name.PUBLIC_REPLY, "bot"): Trigger.AUTOMATED,
    (Name.PUBLIC_REPLY, "automation"): Trigger.AUTOMATED,
    (Name.CUSTOMER_MESSAGE, "automation"): Trigger.AUTOMATED,
}
_MEANS_BY_ANYBODY: Mapping[str, Trigger] = {
    Name.CREATED: Trigger.OPENED,
    Name.CUSTOMER_MESSAGE: Trigger.ASKED,
    Name.THANKS: Trigger.THANKED,
    Name.PUBLIC_REPLY: Trigger.ANSWERED,
    Name.PRIVATE_NOTE: Trigger.NOTED,
    Name.HANDED_OVER: Trigger.HANDED_OVER,
    Name.MERGED: Trigger.REMOVED,
    Name.SPAM: Trigger.REMOVED,
    Name.DELETED: Trigger.REMOVED,
}
# To somebody, to nobody.
MOVES_TO: Mapping[str, tuple[Trigger, Trigger]] = {
    Name.ASSIGNED: (Trigger.ASSIGNED, Trigger.UNASSIGNED),
    Name.TEAM: (Trigger.TEAM, Trigger.NO_TEAM),
}
# A ticket in one of these statuses has left, like one that was merged.
GONE = frozenset({Name.DELETED, Name.SPAM})
_MESSAGES = frozenset({Name.CUSTOMER_MESSAGE, Name.THANKS, Name.PUBLIC_REPLY})
_DIGITS = re.compile(r"([0-9]+)")


def story(events: Iterable[TicketEvent]) -> Story:
    """The events in order, each once, without those retracted; any order and copies may come in.

    At the same instant the creation comes first, then the order of the ids, in which numbers
    count as numbers. Of several creations the first one counts.
    """
    ordered = sorted(events, key=place)
    gone = {event.value for event in ordered if event.name == Name.RETRACTED}
    told: dict[str, TicketEvent] = {}
    for event in ordered:
        told.setdefault(event.event_id, event)
    kept = [event for event in told.values() if event.event_id not in gone]
    first = next((event for event in kept if event.name == Name.CREATED), None)
    return tuple(event for event in kept if event.name != Name.CREATED or event is first)


def with_merged(survivor: Story, loser: Story, loser_id: str) -> Story:
    """The survivor's story with the messages of the ticket that was merged into it.

    Its response clocks then run from the oldest unanswered message of both; that its customer
    opened the other is a message too.
    """
    said = (_as_message(event) for event in loser)
    messages = (event for event in said if event.name in _MESSAGES)
    named = (replace(event, event_id=f"{loser_id}/{event.event_id}") for event in messages)
    return story([*survivor, *named])


def _as_message(event: TicketEvent) -> TicketEvent:
    opening = (event.name, event.actor) == (Name.CREATED, "customer")
    return replace(event, name=Name.CUSTOMER_MESSAGE) if opening else event


def up_to(told: Story, now_s: int) -> Story:
    """What had happened by `now_s`, that second included."""
    return tuple(event for event in told if event.at_s <= now_s)


def after(ticket: TicketNow, event: TicketEvent) -> TicketNow:
    """The ticket after one more event."""
    if event.name in {Name.CREATED, Name.STATUS}:
        return replace(ticket, status=event.value or ticket.status)
    if event.name == Name.TEAM:
        return replace(ticket, team=event.value, is_team_told=True)
    if event.name == Name.ASSIGNED:
        return replace(ticket, agent=event.value)
    return ticket


def triggers(kind: ClockKind, ticket: TicketNow, event: TicketEvent) -> tuple[Trigger, ...]:
    """What the event means to a clock of this kind, given the ticket before it."""
    if event.concerns and kind.name not in event.concerns:
        return ()
    then = after(ticket, event)
    return (*_said(ticket, event), *_status_changed(kind, ticket, then))


def meaning(name: str, actor: str) -> Trigger | None:
    """What an event of that name by that actor means to every clock, changes apart."""
    return _MEANS.get((name, actor), _MEANS_BY_ANYBODY.get(name))


def _said(ticket: TicketNow, event: TicketEvent) -> tuple[Trigger, ...]:
    if event.name in MOVES_TO:
        team = ticket.team if ticket.is_team_told else None
        is_news = event.name != Name.TEAM or event.value != team
        to_somebody, to_nobody = MOVES_TO[event.name]
        return (to_somebody if event.value else to_nobody,) if is_news else ()
    meant = meaning(event.name, event.actor)
    return (meant,) if meant else ()


def _status_changed(kind: ClockKind, ticket: TicketNow, then: TicketNow) -> tuple[Trigger, ...]:
    if then.status in GONE:
        return (Trigger.REMOVED,)
    was_done, is_done = ticket.status in kind.done, then.status in kind.done
    if was_done == is_done:
        return ()
    return (Trigger.DONE,) if is_done else (Trigger.REOPENED,)


def place(event: TicketEvent) -> tuple[object, ...]:
    """A key by which events stand in their order, copies that differ among them."""
    rest = (event.name, event.actor, event.value or "", event.concerns)
    return event.at_s, event.name != Name.CREATED, _natural(event.event_id), event.event_id, *rest


def _natural(event_id: str) -> tuple[object, ...]:
    """A key by which `e9` stands before `e10`."""
    # Every second part is a run of digits, so texts meet texts and numbers meet numbers.
    parts = enumerate(_DIGITS.split(event_id))
    return tuple((len(p.lstrip("0")), p.lstrip("0")) if i % 2 else (0, p) for i, p in parts)
