"""What the doors ask about promises: attainment, late promises, single tickets, replays."""

from collections.abc import Hashable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Unpack
from zoneinfo import ZoneInfo

from tierwise.facts.problems import Problem, RefusedError
from tierwise.facts.tables import TICKET_EVENTS, TICKETS
from tierwise.promises.counting import Counting

from . import (
    alarm_answers,
    attainment_answers,
    late_answers,
    replay_answers,
    ticket_answers,
    ticket_lists,
    wiring,
)
from .calendars_kept import CalendarPlace, calendars_in_force
from .late_answers import LateAsked
from .made_up import made_up
from .open_shop import OpenShop
from .policies_in_force import PoliciesInForce, alone, policies_in_force
from .promise_basis import PromiseBasis
from .promise_records import (
    AlarmAnswer,
    AttainmentAnswer,
    Cause,
    LateAnswer,
    Period,
    ReplayAnswer,
    TicketAnswer,
    TicketList,
)
from .promise_runs import CountPlace, ensure_counted, open_counted
from .promise_world import PromiseWorld, calendar_days, last_moment, span_known
from .questions import Behind
from .ticket_lists import TicketsAsked

NO_TICKETS = "no tickets yet; read some with `tierwise read FILE --as READER`"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay changes: the policy text, the levels, the counting.

    None is the policies in force, and the counting that the newest of them names.
    """

    policy_text: str | None = None
    levels_now: bool = False
    counting: Counting | None = None


AS_IT_WAS = Replayed()


class PromiseShop(OpenShop):
    """Questions about promises; each takes its turn, and works from one count of all clocks."""

    def has_tickets(self) -> bool:
        return any(TICKETS.name in batch.tables for batch in self.facts.sources())

    def attainment(
        self,
        period: Period | None,
        *,
        counting: Counting | None = None,
        by: str | None = None,
    ) -> AttainmentAnswer:
        """How promises that were due in a period were kept; counted as the policy says for None."""
        with self._turn:
            basis = self.promise_basis(Replayed(counting=counting))
            return attainment_answers.attainment_of(basis, period, by)

    def late(
        self,
        period: Period | None,
        *,
        level: str | None = None,
        clock: str | None = None,
        cause: Cause | None = None,
        offset: int = 0,
        limit: int = 50,
    ) -> LateAnswer:
        """A page of late promises, and all of them by cause."""
        asked = LateAsked(level, clock, cause, offset, limit)
        with self._turn:
            return late_answers.late_of(self.promise_basis(), period, asked)

    def tickets(self, period: Period | None, **behind: Unpack[Behind]) -> TicketList:
        """A page of the tickets that a mark stands for."""
        with self._turn:
            return ticket_lists.tickets_of(self.promise_basis(), period, TicketsAsked(**behind))

    def customer_tickets(self, customer_id: str) -> TicketList | None:
        """The newest tickets of a customer; None while there are no tickets at all."""
        if not self.has_tickets():
            return None
        with self._turn:
            return ticket_lists.of_customer(self.promise_basis(), customer_id)

    def ticket(self, ticket_id: str) -> TicketAnswer | None:
        """One ticket with its clocks; None for one that nobody knows."""
        with self._turn:
            return ticket_answers.ticket_of(self.promise_basis(), ticket_id)

    def ticket_problems(self, limit: int) -> tuple[Problem, ...]:
        """What is wrong with tickets, first what takes one out of the count."""
        with self._turn:
            return ticket_answers.problems(self.promise_basis(), limit)

    def replay(
        self, wanted: Replayed, period: Period | None = None, limit: int = 20
    ) -> ReplayAnswer:
        """All clocks of past tickets again under something else; the book is not touched."""
        with self._turn:
            now = self.promise_basis()
            then = now.period(period)
            with closing(self._opened_count(wanted)) as other:
                answers = tuple(attainment_answers.attainment_of(one, then) for one in (now, other))
                return replay_answers.replay_of(now, other, (answers[0], answers[1]), limit)

    def tell_alarms(self, *, days: int, peek: bool) -> AlarmAnswer:
        """Warnings and breaches that nobody was told of before; told once unless one peeks."""
        with self._turn:
            basis = self.promise_basis()
            return alarm_answers.tell(basis, self.book, now=self._clock(), days=days, peek=peek)

    def export_promises(self, path: Path) -> int:
        """Write every cycle of every clock to a file; how many were written."""
        with self._turn:
            return late_answers.export(self.promise_basis(), path)

    def promise_basis(self, wanted: Replayed = AS_IT_WAS) -> PromiseBasis:
        """One count of all clocks, opened; RefusedError while there are no tickets."""
        with self._turn:
            made_from: Hashable = (self._state(), wanted)
            return self._counts.get(made_from, partial(self._opened_count, wanted))

    def _opened_count(self, wanted: Replayed) -> PromiseBasis:
        world, place = self._promise_world(wanted), self._count_place()
        counted = ensure_counted(place, world)
        engine = place.new_engine()
        open_counted(counted, self.facts, engine, world.as_of_s)
        told = made_up(self.facts.sources())
        return PromiseBasis(world, counted, engine, place.new_engine, told)

    def _count_place(self) -> CountPlace:
        new_engine = partial(wiring.make_engine, self.project)
        return CountPlace(self.project.kept / "counts", self.facts, self.book, new_engine)

    def _promise_world(self, wanted: Replayed) -> PromiseWorld:
        policies = self._policies(wanted)
        first_s, as_of_s = self._span()
        place = CalendarPlace(self.project.folder, self.book, self._clock())
        calendars = calendars_in_force(place, policies, calendar_days(first_s, as_of_s))
        counting = wanted.counting or Counting(policies.newest.policy.count)
        return PromiseWorld(policies, calendars, counting, as_of_s, wanted.levels_now)

    def _policies(self, wanted: Replayed) -> PoliciesInForce:
        if wanted.policy_text is not None:
            return alone(self.rules.read(wanted.policy_text))
        return policies_in_force(self.book, self.rules.read, self.policy())

    def _span(self) -> tuple[int, int]:
        """The first instant of a ticket, and the last moment that is known."""
        batches = [one for one in self.facts.sources() if TICKETS.name in one.tables]
        if not batches:
            raise RefusedError(NO_TICKETS)
        with closing(wiring.make_engine(self.project)) as engine:
            for table in (TICKETS, TICKET_EVENTS):
                engine.read(table, self.facts.files(table.name))
            known = span_known(engine)
        if known is None:
            raise RefusedError(NO_TICKETS)
        read_at = max(batch.read_at for batch in batches)
        return known[0], last_moment(known[1], read_at, ZoneInfo(self.policy().zone))
