"""What the doors answer about help desks: how it stands, what would change, what was done."""

from dataclasses import dataclass

from tierwise.facts.desk_config import DeskPlan, DeskStep
from tierwise.facts.desk_people import Push, WrittenLevel
from tierwise.facts.desk_reads import StreamState
from tierwise.facts.desks import DeskAccount, RateLimit
from tierwise.facts.findings import Finding


@dataclass(frozen=True, slots=True)
class PeopleInStep:
    """How people at the desk stand to their levels.

    `waiting` should have another value than we last wrote; `unmatched` are no customer we know.
    """

    in_step: int
    waiting: int
    kept: int
    refused: int
    missing: int
    unmatched: int


@dataclass(frozen=True, slots=True)
class DeskStanding:
    """One account as the Desk page shows it.

    `drifted` are logical ids somebody changed at the desk, `pending` is how many operations the
    newest open plan holds; None where nobody looked yet. `running` is a push or plan in the
    middle of its way.
    """

    account: DeskAccount
    people: PeopleInStep
    last_push: Push | None
    running: str | None
    open_plan: DeskPlan | None
    last_plan: DeskPlan | None
    owned: int
    drifted: tuple[str, ...] | None
    streams: tuple[StreamState, ...]
    hints_waiting: int
    limits: tuple[RateLimit, ...]
    kept: tuple[WrittenLevel, ...]  # the first of those whose value an agent set
    refused: tuple[WrittenLevel, ...]
    levels: tuple[tuple[str, int], ...]  # value and how many people bear it, best level first
    no_levels: str = ""  # why it is not known who should have which level


@dataclass(frozen=True, slots=True)
class DeskPlanAnswer:
    """A plan of configuration with the account it is for, how far it has come, and what to know.

    `open_tickets` is how many open tickets would get other SLA targets; None if nobody counted.
    """

    account: DeskAccount
    plan: DeskPlan
    steps: tuple[DeskStep, ...]
    stale: str | None = None
    open_tickets: int | None = None

    @property
    def in_the_way(self) -> bool:
        """Whether something was found that keeps the plan from being applied."""
        return any(one.verdict == "fail" for one in self.plan.findings)


@dataclass(frozen=True, slots=True)
class PushPreview:
    """What a push would write, before it does. `first` are some of the people."""

    account: DeskAccount
    changes: tuple[tuple[str | None, str | None, int], ...]  # value now, value then, people
    people: int
    open_tickets: int
    kept: int
    unmatched: int
    ambiguous: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeskCheck:
    """What the doctor of a desk found."""

    account: DeskAccount
    findings: tuple[Finding, ...]
    limits: tuple[RateLimit, ...]


@dataclass(frozen=True, slots=True)
class ReadDone:
    """What one reading of a desk brought, by stream, and what could not be read.

    `into_facts` are the rows of facts then, None for an account whose tickets come from elsewhere;
    `waiting` events tell of tickets that have not come yet.
    """

    account: DeskAccount
    rows: dict[str, int]
    said: dict[str, str]
    into_facts: dict[str, int] | None
    waiting: int = 0
