"""The desk: contacts come in, wait, are answered by people, and go on until they are solved.

Waits come from load: who is ahead in the queue, who is on shift, how long each go takes.
"""

from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from .support_contacts import Contact
from .support_course import Course, impatience
from .support_floor import Agenda, Floor
from .support_help import gone
from .support_log import OPEN_STATUSES, Case, Log
from .support_staff import Agent, Span
from .support_world import (
    CHAT,
    CONCIERGE,
    DELAYED,
    EMAIL,
    MINUTE_S,
    SPAM,
    SUPPORT,
    World,
)

_MERGE_S, _INSTEAD_S = 90, 10 * MINUTE_S
_FIRST, _IN_TURN, _LAST = range(3)
_LONG_S, _SAYS_SO_S = 25 * MINUTE_S, 8 * MINUTE_S


class Worked(NamedTuple):
    """One go of an agent at a ticket; wrapping up follows it."""

    agent: Agent
    number: int
    channel: str
    begins_s: int
    ends_s: int
    wrapped_s: int


class Desk:
    """A support desk under way; `run` lets everything happen, in the order of time."""

    def __init__(self, world: World, contacts: Sequence[Contact], spans: Sequence[Span]) -> None:
        self.cases: dict[int, Case] = {}
        self.log, self.worked = Log(), list[Worked]()
        self._world, self._agenda = world, Agenda()
        self._next_number = count(1 + max((contact.number for contact in contacts), default=0))
        self._floor = Floor(self._agenda, self._serve)
        self._course = Course(world, self.log, self._agenda, self._waits)
        for contact in contacts:
            self._agenda.plan(contact.at_s, self._arrives, contact)
        self._floor.staff(spans)

    @property
    def left(self) -> dict[str, int]:
        """When customers were lost."""
        return self._course.left

    def run(self, until_s: int) -> None:
        """Everything up to an instant."""
        self._agenda.run(until_s)

    def _arrives(self, at_s: int, contact: Contact) -> None:
        if gone(self._world, contact, self.left):
            return
        case = self.cases[contact.number] = Case(contact, at_s)
        case.team = CONCIERGE if contact.rank == 0 else SUPPORT
        if contact.cause is DELAYED:
            self._waits(at_s, case)
            return
        self.log.add(case, at_s, "created", "customer", value="new")
        self.log.add(case, at_s, "team", "automation", value=case.team)
        if contact.channel is CHAT:
            self._bot_answers(at_s, case)
            return
        if not contact.channel.is_live:
            self.log.add(case, at_s, "public_reply", "automation")
        self._waits(at_s, case)

    def _bot_answers(self, at_s: int, case: Case) -> None:
        self.log.add(case, at_s, "public_reply", "bot")
        case.by_bot = case.contact.dice.bot < case.contact.cause.bot_settles
        self._agenda.plan(at_s + self._world.bot_s, self._bot_ends, case)

    def _bot_ends(self, at_s: int, case: Case) -> None:
        if case.by_bot:
            self.log.add(case, at_s, "public_reply", "bot")
            self._course.settled(at_s, case)
            return
        self.log.add(case, at_s, "handed_over", "bot", value=case.team)
        self._waits(at_s, case)

    def _waits(self, at_s: int, case: Case) -> None:
        """Into the queue; who is on the line hangs up when their patience is over."""
        contact = case.contact
        case.live = contact.channel.is_live and not case.started and self._floor.is_open(at_s)
        if case.live:
            case.was_live, case.on_line_s = True, at_s
            patience_s = contact.channel.patience_s * contact.gaps.patience
            self._agenda.plan(at_s + patience_s, self._gives_up, case)
        self._floor.waits(at_s, case, _place_of(contact))

    def _gives_up(self, at_s: int, case: Case) -> None:
        """Nobody came; half of them write instead."""
        if case.started:
            return
        case.abandoned, case.hung_up_s = True, at_s
        self.log.add(case, at_s, "abandoned", "customer")
        self.log.add(case, at_s, "status", "automation", value="closed")
        if case.contact.dice.writes_instead < self._world.writes_instead:
            later_s, number = at_s + _INSTEAD_S, next(self._next_number)
            letter = case.contact._replace(number=number, at_s=later_s, channel=EMAIL, again=-1)
            self._agenda.plan(later_s, self._arrives, letter)

    def _serve(self, at_s: int, agent: Agent, case: Case) -> int:
        """An agent starts a go; the instant when they are free again."""
        self._escalates(at_s, case)
        case.started = True
        case.merged_into = self._repeats(case)
        if case.status:
            self.log.assigned(case, at_s, agent)
        work_s = _MERGE_S if case.merged_into is not None else int(case.work_s * agent.pace)
        if case.status and case.go == 0:
            self._talks(at_s, work_s, case)
        contact, ends_s = case.contact, at_s + work_s
        wrapped_s = ends_s + (contact.channel.wrap_up_s if case.live else 0)
        case.handled_s += wrapped_s - at_s
        worked = Worked(agent, contact.number, contact.channel.name, at_s, ends_s, wrapped_s)
        self.worked.append(worked)
        self._agenda.plan(ends_s, self._ends, worked)
        return wrapped_s

    def _talks(self, at_s: int, work_s: int, case: Case) -> None:
        """On a live channel the first answer comes at once; in a chat words go to and fro.

        In writing, who needs longer says so first.
        """
        if not case.live:
            if work_s > _LONG_S:
                self.log.replied(case, at_s + _SAYS_SO_S)
            return
        self.log.replied(case, at_s + min(15, work_s // 4))
        if case.contact.channel is CHAT:
            self.log.add(case, at_s + work_s // 3, "customer_message", "customer")
            self.log.add(case, at_s + work_s // 2, "public_reply")
            self.log.add(case, at_s + work_s * 3 // 4, "customer_message", "customer")

    def _escalates(self, at_s: int, case: Case) -> None:
        """The longer the first answer takes, the more ask for a manager."""
        world, contact = self._world, case.contact
        if case.started or contact.cause in {SPAM, DELAYED}:
            return
        chance = world.escalates + world.escalates_per_wait * impatience(case, at_s)
        if contact.dice.escalates < chance:
            case.escalated = True
            self.log.add(case, at_s, "escalated", "customer", value="asked for a manager")
            self.log.add(case, at_s, "priority", "automation", value="urgent")

    def _repeats(self, case: Case) -> int | None:
        """The number of the open ticket that this one repeats."""
        first = self.cases.get(case.contact.again)
        return first.contact.number if first and first.status in OPEN_STATUSES else None

    def _ends(self, at_s: int, worked: Worked) -> None:
        """What the go leads to."""
        case = self.cases[worked.number]
        if case.merged_into is not None:
            self._merges(at_s, case)
        elif case.contact.cause is SPAM:
            self.log.add(case, at_s, "spam")
            self.log.add(case, at_s, "status", value="deleted")
        elif not case.status:
            self._writes_first(at_s, case, worked.agent)
        else:
            self._course.goes_on(at_s, case)

    def _merges(self, at_s: int, case: Case) -> None:
        first = self.cases[case.contact.again]
        self.log.add(case, at_s, "private_note")
        self.log.add(case, at_s, "merged", value=first.ticket_id)
        self.log.add(case, at_s, "status", value="closed")

    def _writes_first(self, at_s: int, case: Case, agent: Agent) -> None:
        """We tell a customer of a delay; most say nothing, some ask back."""
        case.created_s, case.agent = at_s, agent
        self.log.add(case, at_s, "created", value="new")
        self.log.add(case, at_s, "team", value=case.team)
        self.log.add(case, at_s, "assigned", value=agent.agent_id)
        self.log.replied(case, at_s)
        self._course.asked(at_s, case, self._world.answers_a_notice)


def _place_of(contact: Contact) -> int:
    """Concierge customers come first, all others in turn; what we write by ourselves can wait."""
    if contact.cause is DELAYED:
        return _LAST
    return _FIRST if contact.rank == 0 else _IN_TURN
