"""What the doors answer about promises: attainment, late tickets and single tickets.

Instants are UTC epoch seconds, durations seconds in which the calendar is open.
"""

from dataclasses import dataclass
from enum import StrEnum

from tierwise.facts.problems import Problem
from tierwise.metrics.attainment import Attainment
from tierwise.promises.clock_readings import Reading, Shown
from tierwise.promises.counting import Counting
from tierwise.promises.parked import Parked


@dataclass(frozen=True, slots=True)
class AsOf:
    """What the numbers stand on: the last moment known, the zone of days, and what to say.

    `made_up` is the sentence every page and file shows when tickets are generated; `floor` counts
    tickets of customers without a level then, who are served as everyone is; `left_out` counts
    tickets with a problem.
    """

    at_s: int
    zone: str
    made_up: str | None = None
    tickets: int = 0
    floor: int = 0
    left_out: int = 0
    unsettled: int = 0


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `from_day` to `to_day`, the last one included, by the days of the policy's zone."""

    from_day: int
    to_day: int

    @property
    def days(self) -> int:
        return self.to_day - self.from_day + 1


@dataclass(frozen=True, slots=True)
class Kept:
    """Attainment of one slice; `clock` is `ticket` for all promises of a ticket together.

    `level` is None for all levels together. `slice` is the value of what it was sliced by.
    """

    level: str | None
    clock: str | None
    found: Attainment
    within: str = ""  # what is promised, in words: `1h in office`
    slice: str | None = None


@dataclass(frozen=True, slots=True)
class LevelKept:
    """One level: all its promises, its tickets, the period before, and week after week."""

    level: str
    promises: Kept
    tickets: Kept
    before: float | None  # share of promises kept in the period of the same length before
    weeks: tuple[float | None, ...]  # oldest first
    by_clock: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class AttainmentAnswer:
    """How well promises were kept in a period, by when they were due."""

    as_of: AsOf
    period: Period
    counting: Counting
    levels: tuple[LevelKept, ...]  # best first
    slices: tuple[Kept, ...] = ()
    sliced_by: str | None = None


class Cause(StrEnum):
    """Where most of the time of a late promise went."""

    UNASSIGNED = "nobody had it yet"
    AGENT = "waited for the agent"
    OTHER_TEAM = "with another team"
    HOLD = "on hold"
    CUSTOMER = "waited for the customer"


@dataclass(frozen=True, slots=True)
class StripSpan:
    """A stretch of a late promise, and whom it waited for; the words are those of `Cause`,
    `outside hours` and `done`."""

    start_s: int
    end_s: int
    who: str


@dataclass(frozen=True, slots=True)
class LateRow:
    """One late promise; `ended_s` is None while it is open."""

    ticket_id: str
    clock: str
    cycle: int
    customer_id: str | None
    customer_name: str | None
    level: str | None
    channel: str | None
    team: str | None
    started_s: int
    due_s: int
    ended_s: int | None
    target_s: int
    elapsed_s: int
    cause: Cause
    strip: tuple[StripSpan, ...]

    @property
    def late_by_s(self) -> int:
        return self.elapsed_s - self.target_s


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many late promises have a cause, and the open seconds all late promises lost to it."""

    cause: Cause
    late: int
    seconds: int


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """Late promises of a period: a page of them, and all by cause, most first."""

    as_of: AsOf
    period: Period
    rows: tuple[LateRow, ...]
    total: int
    causes: tuple[CauseCount, ...]


@dataclass(frozen=True, slots=True)
class ClockShown:
    """One cycle of one clock of a ticket, with which target it has and why, and its spans.

    `zendesk` is the same cycle as Zendesk counts it, when that differs.
    """

    reading: Reading
    calendar: str
    why: str
    spans: tuple[Shown, ...]
    zendesk: Reading | None = None


@dataclass(frozen=True, slots=True)
class StoryLine:
    """Something that happened to a ticket, in words."""

    at_s: int
    actor: str
    text: str


@dataclass(frozen=True, slots=True)
class TicketAnswer:
    """One ticket: who asked, what is promised, its clocks, its story."""

    as_of: AsOf
    ticket_id: str
    customer_id: str | None
    customer_name: str | None
    level: str | None
    channel: str | None
    priority: str | None
    status: str
    team: str | None
    agent: str | None
    category: str | None
    created_s: int
    merged_into: str | None
    clocks: tuple[ClockShown, ...]
    unpromised: tuple[str, ...]  # clocks that run without a promise, or that never began
    story: tuple[StoryLine, ...]
    problems: tuple[Problem, ...]
    parked: tuple[Parked, ...] = ()  # pending while the customer waited for an answer


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A line of a list of tickets: the promise that is due next, or the worst one."""

    ticket_id: str
    customer_id: str | None
    customer_name: str | None
    level: str | None
    channel: str | None
    status: str
    created_s: int
    clock: str | None
    state: str
    due_s: int | None
    elapsed_s: int | None
    target_s: int | None


# Which tickets a list is of; every mark on a page links to one of them.
OUTCOMES = {
    "all": "all",
    "met": "kept",
    "late": "late",
    "open_late": "open, past their time",
    "not_due": "not due yet",
    "not_counted": "without a promise",
}


@dataclass(frozen=True, slots=True)
class TicketList:
    """A page of tickets that a mark stands for, and how many there are."""

    as_of: AsOf
    period: Period
    rows: tuple[TicketRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """One level and promise, as it was counted and as it would be."""

    level: str | None
    clock: str
    then: Attainment
    would: Attainment
    appear: int  # late only in the replay
    vanish: int  # late only as counted


@dataclass(frozen=True, slots=True)
class ReplayChange:
    """One promise that comes out otherwise; `state` and `due_s` are None where it had no cycle."""

    ticket_id: str
    clock: str
    cycle: int
    level: str | None
    state: str | None
    state_would: str | None
    due_s: int | None
    due_would_s: int | None


@dataclass(frozen=True, slots=True)
class ReplayAnswer:
    """All clocks of a period under another policy or another way to count; nothing is written.

    `changed` counts promises that come out otherwise; `changes` are the first of them.
    """

    as_of: AsOf
    period: Period
    rows: tuple[ReplayRow, ...]
    changed: int
    changes: tuple[ReplayChange, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """An alarm, with who asked and whether it was told just now."""

    ticket_id: str
    clock: str
    cycle: int
    threshold: str
    level: str | None
    customer_id: str | None
    at_s: int
    tell_s: int
    due_s: int | None
    told_at: int


@dataclass(frozen=True, slots=True)
class AlarmAnswer:
    """Warnings and breaches that nobody was told of before; later ones wait for quiet hours."""

    as_of: AsOf
    rows: tuple[AlarmRow, ...]
    waiting: int
