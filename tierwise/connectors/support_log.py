"""The log of a desk: every event of every ticket, and each ticket as its events leave it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from .support_contacts import SOLVE, Contact
from .support_staff import Agent

OPEN_STATUSES = frozenset({"new", "open", "pending", "hold"})


class Logged(NamedTuple):
    """One event; `number` is that of its ticket."""

    number: int
    at_s: int
    name: str
    actor: str
    actor_id: str | None
    value: str | None


@dataclass(slots=True, eq=False)
class Case:
    """A ticket on its way through the desk.

    The creation is the customer's first message. `on_line_s` is when they began to wait on a live
    line, `hung_up_s` when they gave that up. `judged` holds how it ended for the customer.
    """

    contact: Contact
    created_s: int
    status: str = ""
    team: str = ""
    agent: Agent | None = None
    live: bool = False
    was_live: bool = False
    on_line_s: int | None = None
    hung_up_s: int | None = None
    started: bool = False
    go: int = 0
    handled_s: int = 0
    replied_s: int | None = None
    solved_s: int | None = None
    escalated: bool = False
    reopened: bool = False
    abandoned: bool = False
    by_bot: bool = False
    merged_into: int | None = None
    judged: "Judged | None" = None

    @property
    def ticket_id(self) -> str:
        return ticket_id(self.contact.number)

    @property
    def merged_ticket(self) -> str | None:
        """The ticket it was merged into, if that is done."""
        is_done = self.merged_into is not None and self.status == "closed"
        return ticket_id(self.merged_into or 0) if is_done else None

    @property
    def priority(self) -> str:
        return "urgent" if self.escalated else self.contact.cause.priority

    @property
    def turn(self) -> str:
        """What this go leads to; after a reopening only solving is left."""
        course = self.contact.course
        return course[self.go] if self.go < len(course) else SOLVE

    @property
    def work_s(self) -> int:
        work_s = self.contact.work_s
        return work_s[min(self.go, len(work_s) - 1)]


class Judged(NamedTuple):
    """How a ticket ended for its customer, with the chances it was drawn by."""

    wait_s: int
    expected_s: int
    chance_satisfied: float
    satisfied: bool
    chance_leaving: float
    leaves: bool


def ticket_id(number: int) -> str:
    return f"t{number + 1:06d}"


@dataclass(slots=True)
class Log:
    """Writes events down; a ticket's status, team and agent are what its events say."""

    rows: list[Logged] = field(default_factory=list)

    def add(
        self, case: Case, at_s: int, name: str, actor: str = "agent", *, value: str | None = None
    ) -> None:
        """One more event of a ticket."""
        actor_id = case.contact.customer if actor == "customer" else None
        if actor == "agent" and case.agent:
            actor_id = case.agent.agent_id
        self.rows.append(Logged(case.contact.number, at_s, name, actor, actor_id, value))
        if name in {"created", "status"}:
            case.status = value or case.status
        elif name == "team":
            case.team = value or case.team

    def replied(self, case: Case, at_s: int) -> None:
        """A public reply of the agent who holds the ticket."""
        self.add(case, at_s, "public_reply")
        if case.replied_s is None:
            case.replied_s = at_s

    def assigned(self, case: Case, at_s: int, agent: Agent) -> None:
        """An agent takes the ticket, if it is not theirs already, and opens it."""
        if case.agent is not agent:
            case.agent = agent
            self.add(case, at_s, "assigned", value=agent.agent_id)
        if case.status != "open":
            self.add(case, at_s, "status", value="open")
