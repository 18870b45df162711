"""The floor: what happens next, who waits in which queue, and who is free to answer."""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from itertools import chain, count
from typing import Any

from .support_log import Case
from .support_staff import Agent, Span
from .support_world import BACK_OFFICE, TEAMS

Happens = Callable[[int, Any], None]
# Which teams answer a queue, its own first.
_ANSWERED_BY = {
    queue: [
        name for _, name in sorted((n != queue, n) for n in TEAMS if queue in TEAMS[n].takes_from)
    ]
    for queue in TEAMS
}


class Agenda:
    """Everything that will happen, in the order of time; at the same second, as it was planned."""

    def __init__(self) -> None:
        self._coming: list[tuple[int, int, Happens, Any]] = []
        self._order = count()

    def plan(self, at_s: float, happens: Happens, what: object) -> None:
        """`happens(at_s, what)` is called when its time comes."""
        heappush(self._coming, (int(at_s), next(self._order), happens, what))

    def run(self, until_s: int) -> None:
        """Let everything happen up to an instant."""
        while self._coming and self._coming[0][0] <= until_s:
            at_s, _, happens, what = heappop(self._coming)
            happens(at_s, what)


class Floor:
    """Queues and agents. `serve(at_s, agent, case)` starts a ticket and says when it is over."""

    def __init__(self, agenda: Agenda, serve: Callable[[int, Agent, Case], int]) -> None:
        self._agenda, self._serve = agenda, serve
        self._order = count()
        self._waiting: dict[str, list[tuple[bool, int, int, int, Case]]] = {t: [] for t in TEAMS}
        self._free: dict[str, dict[Agent, None]] = {team: {} for team in TEAMS}
        self._busy: set[Agent] = set()
        self._works_until: dict[Agent, int] = {}
        self._open_until = 0

    def staff(self, spans: Iterable[Span]) -> None:
        """Let everybody come to work."""
        for span in spans:
            self._agenda.plan(span.begins_s, self._comes, span)

    def is_open(self, at_s: int) -> bool:
        """Whether somebody is there to take a call."""
        return at_s < self._open_until

    def waits(self, at_s: int, case: Case, rank: int) -> None:
        """Into the queue of its team: who is on the line first, then by rank, then by turn."""
        place = (not case.live, rank, at_s, next(self._order), case)
        heappush(self._waiting[case.team], place)
        agent = self._somebody_free(at_s, case.team)
        if agent:
            self._takes(at_s, agent)

    def _comes(self, at_s: int, span: Span) -> None:
        agent = span.agent
        self._works_until[agent] = span.ends_s
        if agent.team != BACK_OFFICE:
            self._open_until = max(self._open_until, span.ends_s)
        if agent not in self._busy:
            self._takes(at_s, agent)

    def _somebody_free(self, at_s: int, queue: str) -> Agent | None:
        """Who has been free for longest, of the queue's own team if possible."""
        free = chain.from_iterable(self._free[team] for team in _ANSWERED_BY[queue])
        return next((agent for agent in free if self._works_until[agent] > at_s), None)

    def _takes(self, at_s: int, agent: Agent) -> None:
        """The agent's next ticket, or a rest until there is one."""
        self._busy.discard(agent)
        self._free[agent.team].pop(agent, None)
        if self._works_until[agent] <= at_s:
            return
        case = self._next_for(agent)
        if case is None:
            self._free[agent.team][agent] = None
            return
        self._busy.add(agent)
        self._agenda.plan(self._serve(at_s, agent, case), self._takes, agent)

    def _next_for(self, agent: Agent) -> Case | None:
        queues = (self._waiting[queue] for queue in TEAMS[agent.team].takes_from)
        waiting = next((queue for queue in queues if queue), None)
        if waiting is None:
            return None
        case = heappop(waiting)[-1]
        return self._next_for(agent) if case.abandoned else case
