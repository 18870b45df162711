"""Answers about single tickets: their clocks with every span, which target and why, the story."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from tierwise.facts.problems import Problem
from tierwise.promises.clock_kinds import ClockKind
from tierwise.promises.clock_readings import Reading, State, explain_cycle, read_clock
from tierwise.promises.clock_terms import Circumstances, Promised, terms_over
from tierwise.promises.clocks import Clock, clock_of
from tierwise.promises.counting import Counting, circumstances_at
from tierwise.promises.parked import parked
from tierwise.promises.promise_tables import HARMFUL_LISTED, IDLE_LISTED
from tierwise.promises.replay import Replay
from tierwise.promises.ticket_story import Name, TicketEvent, up_to
from tierwise.promises.ticket_tables import ticket_problems

from . import words
from .promise_basis import PromiseBasis
from .promise_records import ClockShown, StoryLine, TicketAnswer
from .promise_world import PromiseWorld
from .ticket_stories import Told, told_of

_SAYS: Mapping[str, str] = {
    Name.CREATED: "opened the ticket",
    Name.CUSTOMER_MESSAGE: "wrote",
    Name.THANKS: "wrote, and wants no answer",
    Name.PUBLIC_REPLY: "answered",
    Name.PRIVATE_NOTE: "left a private note",
    Name.HANDED_OVER: "handed over",
    Name.STATUS: "made it {value}",
    Name.ASSIGNED: "gave it to {value}",
    Name.TEAM: "gave it to the team {value}",
    Name.MERGED: "merged it into {value}",
    Name.SPLIT: "split it",
    Name.PRIORITY: "made its priority {value}",
    Name.LEVEL: "gave the customer the level {value}",
    Name.POLICY: "put another policy in force",
    Name.CALENDAR: "changed its calendar to {value}",
    Name.CHANNEL: "moved it to {value}",
    Name.SPAM: "marked it as spam",
    Name.DELETED: "deleted it",
    Name.RETRACTED: "took an event back",
}
_NAME_OF = "SELECT MIN(name) FROM customers WHERE customer_id = ?"
_AGENT_OF = "SELECT MIN(name) FROM agents WHERE agent_id = ?"
_LEVELS = "SELECT policy, level, COUNT(*) FROM tickets_asked GROUP BY policy, level ORDER BY ALL"
_A_LEVEL = "a level of the policy"
_LOST = "nothing is promised there; put the level back, or apply a plan that moves its customers"
_PROBLEMS = "SELECT ticket_id, event_id, kind, found FROM ticket_problems"
_HARMFUL_FIRST = f"""
{_PROBLEMS} WHERE kind NOT IN ({IDLE_LISTED})
ORDER BY CASE WHEN kind IN ({HARMFUL_LISTED}) THEN 0 ELSE 1 END, ticket_id, event_id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Clocked:
    """A ticket's clock, and what was promised for it."""

    kind: ClockKind
    clock: Clock
    promised: Promised


def ticket_of(basis: PromiseBasis, ticket_id: str) -> TicketAnswer | None:
    """Everything behind one ticket; None for one that nobody knows."""
    told = told_of(basis, [ticket_id]).get(ticket_id)
    if told is None:
        return None
    ticket, now = told.ticket, _now(basis.world, told)
    clocks = tuple(_clocks(basis.world, told))
    shown = {one.reading.clock for one in clocks}
    kinds = basis.world.replay().kinds
    return TicketAnswer(
        as_of=basis.as_of(),
        ticket_id=ticket_id,
        customer_id=told.customer_id,
        customer_name=_first(basis, _NAME_OF, told.customer_id),
        level=now.get("level"),
        channel=ticket["channel"],
        priority=now.get("priority"),
        status=ticket["status"],
        team=ticket["team"],
        agent=_first(basis, _AGENT_OF, ticket["agent_id"]) or ticket["agent_id"],
        category=ticket["category"],
        created_s=ticket["created_at"],
        merged_into=ticket["merged_into"],
        clocks=clocks,
        unpromised=tuple(kind.name for kind in kinds if kind.name not in shown and told.given),
        story=tuple(_line(event) for event in up_to(told.story, basis.world.as_of_s)),
        problems=_problems(basis, ticket_id),
        parked=parked(told.story, basis.world.as_of_s),
    )


def problems(basis: PromiseBasis, limit: int) -> tuple[Problem, ...]:
    """What is wrong with all tickets, first what takes a ticket out of the count."""
    found = ticket_problems(basis.engine.rows(_HARMFUL_FIRST, [limit]))
    return (*_lost_policies(basis), *lost_levels(basis), *found)[:limit]


def _lost_policies(basis: PromiseBasis) -> Iterator[Problem]:
    """Policies that were in force, and whose text can no longer be read."""
    step = "the next one in force stands in for it; look at it with `tierwise history`"
    for version in basis.world.policies.unreadable:
        name = f"policy version {version}"
        yield Problem(name, None, None, "a text that can be read", "none", step, left_out=False)


def lost_levels(basis: PromiseBasis) -> Iterator[Problem]:
    """Levels that customers had, and that the policy of the time does not have."""
    policies = basis.world.found().by_key
    for policy, level, tickets in basis.engine.rows(_LEVELS):
        if level not in policies[policy].levels:
            found = f"`{level}` on {words.many(tickets, 'ticket')}"
            yield Problem("policy.yaml", None, "levels", _A_LEVEL, found, _LOST, left_out=False)


def clocked(how: Replay, told: Told, now_s: int) -> Iterator[Clocked]:
    """The clocks of a ticket at an instant; none for one that is not counted."""
    if told.given is None:
        return
    seen = up_to(told.story, now_s)
    for kind in how.kinds:
        terms = terms_over(seen, partial(how.promise_of, kind.name), told.given)
        promised = Promised(terms, how.tables, how.changes, how.boundary)
        yield Clocked(kind, clock_of(kind, seen, told.at_first), promised)


def _clocks(world: PromiseWorld, told: Told) -> Iterator[ClockShown]:
    theirs = {
        (reading.clock, reading.cycle): reading
        for one in clocked(_as_zendesk(world).replay(), told, world.as_of_s)
        for reading in read_clock(one.clock, one.promised, world.as_of_s)
    }
    for one in clocked(world.replay(), told, world.as_of_s):
        readings = read_clock(one.clock, one.promised, world.as_of_s)
        for reading, cycle in zip(readings, one.clock.cycles, strict=True):
            other = theirs.get((reading.clock, reading.cycle))
            yield ClockShown(
                reading,
                *_promise(world, told, reading),
                explain_cycle(cycle, one.promised, world.as_of_s),
                other if other and _differs(reading, other) else None,
            )


def _as_zendesk(world: PromiseWorld) -> PromiseWorld:
    return replace(world, counting=Counting.ZENDESK)


def _differs(one: Reading, other: Reading) -> bool:
    return (one.state, one.elapsed_s, one.due_s) != (other.state, other.elapsed_s, other.due_s)


def _promise(world: PromiseWorld, told: Told, reading: Reading) -> tuple[str, str]:
    """In which calendar a cycle counts, and why its target is what it is."""
    if reading.state is State.NONE:
        return "", ""
    at_s = world.as_of_s if reading.ended_s is None else reading.ended_s
    now = circumstances_at(told.story, at_s, told.given or {})
    target = world.found().target(reading.clock, now)
    return (target.calendar, target.why) if target else ("", "")


def _now(world: PromiseWorld, told: Told) -> Circumstances:
    return circumstances_at(told.story, world.as_of_s, told.given or {})


def _line(event: TicketEvent) -> StoryLine:
    says = _SAYS.get(event.name, event.name.replace("_", " "))
    return StoryLine(event.at_s, event.actor, says.format(value=event.value or "nobody"))


def _first(basis: PromiseBasis, text: str, key: str | None) -> str | None:
    if key is None:
        return None
    ((found,),) = basis.engine.rows(text, [key])
    return None if found is None else str(found)


def _problems(basis: PromiseBasis, ticket_id: str) -> tuple[Problem, ...]:
    rows = basis.engine.rows(f"{_PROBLEMS} WHERE ticket_id = ?", [ticket_id])
    return tuple(ticket_problems(rows))
