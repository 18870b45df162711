"""The course of a ticket: what each go leads to, until it is solved, closed, and judged."""

from collections.abc import Callable
from math import log1p

from .support_contacts import ASK, LOOK, PASS, SOLVE
from .support_floor import Agenda
from .support_log import Case, Judged, Log
from .support_world import BACK_OFFICE, DAY_S, EMAIL, World

REASONS = ("not solved", "new question", "wrong answer")
_REMINDER_S, _GIVEN_UP_S = 3 * DAY_S, 7 * DAY_S


class Course:
    """Leads tickets on from where a go leaves them; `waits` puts one back into its queue."""

    def __init__(
        self, world: World, log: Log, agenda: Agenda, waits: Callable[[int, Case], None]
    ) -> None:
        self.left: dict[str, int] = {}
        self._world, self._log, self._agenda, self._waits = world, log, agenda, waits
        self._leads_to = {
            ASK: self._asks,
            LOOK: self._looks,
            PASS: self._passes,
            SOLVE: self._solves,
        }

    def goes_on(self, at_s: int, case: Case) -> None:
        """A go is over."""
        turn, case.go = case.turn, case.go + 1
        self._leads_to[turn](at_s, case)

    def asked(self, at_s: int, case: Case, chance: float) -> None:
        """The customer is asked, and answers by this chance; who never does is reminded."""
        self._log.add(case, at_s, "status", value="pending")
        if case.contact.dice.replies < chance:
            later_s = 60 + case.contact.gaps.customer * self._world.customer_s
            self._agenda.plan(at_s + later_s, self._answers, case)
        else:
            self._agenda.plan(at_s + _REMINDER_S, self._reminded, case)
            self._agenda.plan(at_s + _GIVEN_UP_S, self.settled, case)

    def settled(self, at_s: int, case: Case) -> None:
        """Solved by nobody in person: by the bot, or because the customer never answered."""
        self._log.add(case, at_s, "status", "bot" if case.by_bot else "automation", value="solved")
        self._is_solved(at_s, case)

    def _asks(self, at_s: int, case: Case) -> None:
        self._log.replied(case, at_s)
        self.asked(at_s, case, self._world.customer_answers)

    def _answers(self, at_s: int, case: Case) -> None:
        self._log.add(case, at_s, "customer_message", "customer")
        self._log.add(case, at_s, "status", "automation", value="open")
        self._waits(at_s, case)

    def _reminded(self, at_s: int, case: Case) -> None:
        self._log.add(case, at_s, "public_reply", "automation")

    def _looks(self, at_s: int, case: Case) -> None:
        """The warehouse has to look, and the customer is told so."""
        self._log.add(case, at_s, "private_note")
        self._log.replied(case, at_s)
        self._log.add(case, at_s, "status", value="hold")
        later_s = case.contact.gaps.warehouse * self._world.warehouse_s
        self._agenda.plan(at_s + later_s, self._found, case)

    def _found(self, at_s: int, case: Case) -> None:
        self._log.add(case, at_s, "private_note", "team")
        self._log.add(case, at_s, "status", "automation", value="open")
        self._waits(at_s, case)

    def _passes(self, at_s: int, case: Case) -> None:
        """The back office takes over; some agents tell the customer, some only the colleagues."""
        self._log.add(case, at_s, "private_note")
        if case.contact.dice.note < self._world.tells_when_passing:
            self._log.replied(case, at_s)
        self._log.add(case, at_s, "team", value=BACK_OFFICE)
        self._waits(at_s, case)

    def _solves(self, at_s: int, case: Case) -> None:
        if case.contact.dice.note < self._world.notes_when_solving:
            self._log.add(case, at_s, "private_note")
        self._log.replied(case, at_s)
        self._log.add(case, at_s, "status", value="solved")
        self._is_solved(at_s, case)

    def _is_solved(self, at_s: int, case: Case) -> None:
        case.solved_s = at_s
        self._agenda.plan(at_s + self._world.close_after_s, self._closes, case)
        dice = case.contact.dice
        if not case.reopened and dice.reopens < self._world.reopens:
            later_s = 60 + case.contact.gaps.reopens * DAY_S
            # What comes after the ticket is closed is a new one, or nothing.
            if later_s < self._world.close_after_s:
                self._agenda.plan(at_s + later_s, self._reopens, case)
                return
        if dice.thanks < self._world.thanks:
            self._agenda.plan(at_s + 60 + int(dice.thanks * DAY_S), self._thanks, case)
        self._judge(at_s, case)

    def _thanks(self, at_s: int, case: Case) -> None:
        self._log.add(case, at_s, "thanks", "customer")

    def _reopens(self, at_s: int, case: Case) -> None:
        case.reopened, case.by_bot, case.solved_s = True, False, None
        reason = REASONS[int(case.contact.dice.satisfied * len(REASONS))]
        self._log.add(case, at_s, "customer_message", "customer")
        self._log.add(case, at_s, "reopened", "customer", value=reason)
        self._log.add(case, at_s, "status", "automation", value="open")
        case.go = len(case.contact.course)
        self._waits(at_s, case)

    def _closes(self, at_s: int, case: Case) -> None:
        if case.solved_s == at_s - self._world.close_after_s:
            self._log.add(case, at_s, "status", "automation", value="closed")

    def _judge(self, at_s: int, case: Case) -> None:
        """How it was for the customer, and whether they leave."""
        feelings, dice = self._world.feelings, case.contact.dice
        wait_s, expected_s = waited_s(case, at_s), expected_s_of(case)
        chance = feelings.chance_satisfied(wait_s / expected_s, weights_of(self._world, case))
        satisfied = dice.satisfied < chance
        leaving = feelings.chance_leaving(satisfied=satisfied)
        leaves = dice.leaves < leaving and case.contact.customer is not None
        case.judged = Judged(wait_s, expected_s, chance, satisfied, leaving, leaves)
        if leaves and case.contact.customer:
            self.left.setdefault(case.contact.customer, at_s)


def waited_s(case: Case, at_s: int) -> int:
    """Until the first word of a person; with a bot alone or nobody, until it was solved."""
    return (case.replied_s if case.replied_s is not None else at_s) - case.created_s


def expected_s_of(case: Case) -> int:
    """On a line that nobody answers, people expect what they expect of a letter."""
    is_letter = case.contact.channel.is_live and not case.was_live and not case.by_bot
    return EMAIL.expected_s if is_letter else case.contact.channel.expected_s


def weights_of(world: World, case: Case) -> float:
    """What counts beside the wait, in log odds."""
    feelings = world.feelings
    return (
        feelings.if_reopened * case.reopened
        + feelings.if_escalated * case.escalated
        - case.contact.cause.sours
    )


def impatience(case: Case, at_s: int) -> float:
    """How long the wait was felt to be."""
    return log1p((at_s - case.created_s) / expected_s_of(case))
