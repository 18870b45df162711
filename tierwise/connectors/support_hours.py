"""Hours: what agents were doing when, and what that cost."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from tierwise.facts.time import date_of, day_number

from .support_desk import Worked
from .support_log import Case, ticket_id
from .support_staff import Agent, Span
from .support_world import DAY_S, HOUR_S, TEAMS, World

ANY_CHANNEL = "any"
_LUNCH_AT_MOST_S = 3 * HOUR_S
# What an hour of work costs beside the wage: rooms, tools, management.
OVERHEAD = 1.25


class State(NamedTuple):
    """A row of `agent_states`."""

    agent_id: str
    channel: str
    state: str
    began_at: int
    ended_at: int | None
    ticket_id: str | None


class Cost(NamedTuple):
    """Money spent on a ticket, or on a team in a month."""

    cost_id: str
    day: int
    amount_minor: int
    ticket_id: str | None
    team: str | None


def states_of(
    spans: Sequence[Span], worked: Iterable[Worked], tickets: Container[str], until_s: int
) -> Iterator[State]:
    """Each agent's days without a gap: online, busy, wrap_up, away at lunch, offline.

    What is worked on is named if it is among the `tickets`: a message that we write first is none
    before it is sent.
    """
    shifts: dict[Agent, list[Span]] = defaultdict(list)
    goes: dict[Agent, list[Worked]] = defaultdict(list)
    for span in spans:
        shifts[span.agent].append(span)
    for go in worked:
        goes[go.agent].append(go)
    for agent, own in shifts.items():
        states = _states(own, goes[agent], tickets)
        known = (state for state in states if state.began_at < until_s)
        yield from (_until(state, until_s) for state in known)


def _states(
    shifts: Sequence[Span], goes: Sequence[Worked], tickets: Container[str]
) -> Iterator[State]:
    agent_id = shifts[0].agent.agent_id
    for (began_s, channel, state, number), (ended_s, *_) in pairwise(_edges(shifts, goes)):
        if began_s < ended_s:
            ticket = None if number is None else ticket_id(number)
            known = ticket if ticket in tickets else None
            yield State(agent_id, channel, state, began_s, ended_s, known)


def _until(state: State, until_s: int) -> State:
    """A state that is still to end lasts."""
    is_over = state.ended_at is not None and state.ended_at <= until_s
    return state if is_over else state._replace(ended_at=None)


def _edges(
    shifts: Sequence[Span], goes: Sequence[Worked]
) -> Iterator[tuple[int, str, str, int | None]]:
    """When each state begins; who is still busy when the shift ends leaves afterwards."""
    places = iter((*goes, None))
    go, free_s = next(places), 0
    for span, following in pairwise((*shifts, shifts[-1])):
        free_s = max(free_s, span.begins_s)
        yield free_s, ANY_CHANNEL, "online", None
        while go is not None and go.begins_s < span.ends_s:
            free_s = go.wrapped_s
            yield go.begins_s, go.channel, "busy", go.number
            yield go.ends_s, go.channel, "wrap_up", go.number
            yield free_s, ANY_CHANNEL, "online", None
            go = next(places)
        is_lunch = 0 < following.begins_s - span.ends_s < _LUNCH_AT_MOST_S
        free_s = max(free_s, span.ends_s)
        yield free_s, ANY_CHANNEL, "away" if is_lunch else "offline", None


def costs_of(
    world: World, cases: Iterable[Case], spans: Iterable[Span], until_day: int
) -> Iterator[Cost]:
    """What each ticket cost, if wanted, and by team and month all that was paid beside it."""
    paid = _paid(spans, until_day)
    for case in cases:
        if world.costs_by_ticket and case.handled_s and case.agent:
            team = case.agent.team
            day = (case.solved_s or case.created_s) // DAY_S
            amount = _wages(team, case.handled_s)
            paid[_month_end(day, until_day), team] -= amount
            yield Cost(f"ticket-{case.ticket_id}", day, amount, case.ticket_id, None)
    for (day, team), amount in sorted(paid.items()):
        yield Cost(f"team-{team}-{date_of(day):%Y-%m}", day, amount, None, team)


def _paid(spans: Iterable[Span], until_day: int) -> Counter[tuple[int, str]]:
    """Wages by the last day of the month and by team."""
    seconds: Counter[tuple[int, str]] = Counter()
    for span in spans:
        day = span.begins_s // DAY_S
        if day <= until_day:
            seconds[_month_end(day, until_day), span.agent.team] += span.ends_s - span.begins_s
    return Counter({key: _wages(key[1], worked_s) for key, worked_s in seconds.items()})


def _wages(team: str, worked_s: int) -> int:
    return round(OVERHEAD * TEAMS[team].wage_minor_per_hour * worked_s / HOUR_S)


def _month_end(day: int, until_day: int) -> int:
    date = date_of(day)
    following = date.replace(year=date.year + date.month // 12, month=date.month % 12 + 1, day=1)
    return min(day_number(following) - 1, until_day)
