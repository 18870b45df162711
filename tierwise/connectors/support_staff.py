"""Staff: who works when. Teams are sized for an average week, so that busy weeks make queues."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from .support_calendar import SATURDAY, LocalDays, is_shut, weekday
from .support_contacts import PASS, Contact
from .support_world import BACK_OFFICE, CONCIERGE, DAY_S, HOUR_S, SUPPORT, TEAMS, World

DAYS_A_WEEK = 3
_HOURS_A_DAY = 6.8
_MINUTE_S = 60
_WEEKDAYS = 5


@dataclass(frozen=True, slots=True)
class Shift:
    """A working day of one kind, in seconds since local midnight."""

    begins_s: int
    lunch_s: int
    ends_s: int


LUNCH_S = 45 * _MINUTE_S
SHIFTS: tuple[Shift, ...] = (
    Shift(9 * HOUR_S, 12 * HOUR_S, 17 * HOUR_S),
    Shift(9 * HOUR_S + 30 * _MINUTE_S, 13 * HOUR_S, 18 * HOUR_S),
    Shift(9 * HOUR_S, 13 * HOUR_S + 15 * _MINUTE_S, 16 * HOUR_S + 30 * _MINUTE_S),
)
ON_SATURDAYS = Shift(10 * HOUR_S, 12 * HOUR_S + 30 * _MINUTE_S, 16 * HOUR_S)
_NAMES = (
    *("Ada", "Ben", "Cleo", "Dan", "Edith", "Farid", "Grace", "Hugo", "Iris", "Jon"),
    *("Kira", "Leo", "Mona", "Nils", "Olga", "Paul", "Qamar", "Rosa", "Sami", "Tess"),
)


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who answers; `pace` multiplies how long everything takes them."""

    agent_id: str
    name: str
    team: str
    place: int
    pace: float


@dataclass(frozen=True, slots=True)
class Span:
    """Agents work from here to there; a shift is two of them, with lunch between."""

    agent: Agent
    begins_s: int
    ends_s: int


def crew_for(world: World, contacts: Sequence[Contact], days: float) -> tuple[Agent, ...]:
    """As many agents as the average week needs at the occupancy of the world."""
    asked = hours_asked(contacts)
    a_head = days / 7 * DAYS_A_WEEK * _HOURS_A_DAY * world.occupancy * (1 - world.absent)
    heads = {team: max(2, ceil(asked[team] / a_head)) for team in TEAMS}
    teams = [team for team in TEAMS for _ in range(heads[team])]
    chance = np.random.default_rng((world.seed, len(teams)))
    paces = np.exp(0.12 * chance.standard_normal(len(teams))).tolist()
    places = [teams[:number].count(team) for number, team in enumerate(teams)]
    return tuple(
        Agent(f"agent-{number + 1:02d}", _name(number), team, place, pace)
        for number, (team, place, pace) in enumerate(zip(teams, places, paces, strict=True))
    )


def hours_asked(contacts: Iterable[Contact]) -> dict[str, float]:
    """Hours of work by team if every contact takes its course."""
    hours = dict.fromkeys(TEAMS, 0.0)
    for contact in contacts:
        first = CONCIERGE if contact.rank == 0 else SUPPORT
        own = contact.course.index(PASS) + 1 if PASS in contact.course else len(contact.course)
        hours[first] += sum(contact.work_s[:own]) / HOUR_S
        hours[BACK_OFFICE] += sum(contact.work_s[own : len(contact.course)]) / HOUR_S
    return hours


def spans_of(world: World, crew: Sequence[Agent], days: LocalDays, until_s: int) -> list[Span]:
    """When everybody works, in the order of time; now and then somebody is ill or away."""
    first, last = days.first_day + 30, until_s // DAY_S + 1
    chance = np.random.default_rng((world.seed, len(crew), last))
    away = chance.random((last - first + 1, len(crew))) < world.absent
    spans = [
        span
        for day in range(first, last + 1)
        if not is_shut(day)
        for agent in _present(crew, away[day - first].tolist(), day)
        for span in _spans(agent, day, days)
    ]
    return sorted(spans, key=lambda span: (span.begins_s, span.agent.agent_id))


def _present(crew: Sequence[Agent], away: Sequence[bool], day: int) -> Iterable[Agent]:
    """Everybody works three days a week; on Saturdays a third of the support team, in turns."""
    for agent, is_away in zip(crew, away, strict=True):
        turn = (weekday(day) + 2 * agent.place) % _WEEKDAYS < DAYS_A_WEEK
        on_saturday = (agent.place + day // 7) % 3 == 0 and agent.team == SUPPORT
        if not is_away and (on_saturday if weekday(day) == SATURDAY else turn):
            yield agent


def _spans(agent: Agent, day: int, days: LocalDays) -> Iterable[Span]:
    shift = ON_SATURDAYS if weekday(day) == SATURDAY else SHIFTS[agent.place % len(SHIFTS)]
    edges = (shift.begins_s, shift.lunch_s, shift.lunch_s + LUNCH_S, shift.ends_s)
    at_s = days.instants(np.full(4, day), np.array(edges)).tolist()
    yield Span(agent, at_s[0], at_s[1])
    yield Span(agent, at_s[2], at_s[3])


def _name(number: int) -> str:
    again = number // len(_NAMES)
    return _NAMES[number % len(_NAMES)] + (f" {again + 1}" if again else "")
