"""What the doors answer about budgets, voices, people and volume.

Instants are UTC epoch seconds, durations seconds, shares 0 to 1, money minor units.
"""

from dataclasses import dataclass

from tierwise.metrics.figures import Figure

from .promise_records import AsOf, Period
from .scorecard_records import ScoreLine


@dataclass(frozen=True, slots=True)
class BudgetDay:
    """One day of a period: promises due so far, broken so far, and how many may be by then.

    After the last day known, `low` and `high` are where the pace of the last week leads.
    """

    day: int
    due: float
    used: float | None
    even: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class BurnAlarm:
    """A rule of burning too fast: what it asks for and whether it fires now, or why it cannot."""

    severity: str
    long_h: float
    short_h: float
    threshold: float
    burn_long: float | None
    burn_short: float | None
    fires: bool
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """The error budget of one promise of one level in a period.

    `allowed` is the number that may break, of all expected in the period; `gone_day` is the day
    on which it is used up at the pace of the last week, None if it lasts.
    """

    level: str
    clock: str
    within: str
    target: float
    due: int
    broken: int
    allowed: float
    used: float
    burn: float | None
    gone_day: int | None
    days: tuple[BudgetDay, ...]
    alarms: tuple[BurnAlarm, ...]


@dataclass(frozen=True, slots=True)
class BudgetAnswer:
    """How many misses each promise may still have in the period, and when they are gone."""

    as_of: AsOf
    period: Period
    lines: tuple[BudgetLine, ...]


@dataclass(frozen=True, slots=True)
class Comment:
    """What a customer wrote into a survey."""

    survey_id: str
    ticket_id: str | None
    customer_id: str | None
    customer_name: str | None
    level: str | None
    question: str
    score: float
    scale_low: float
    scale_high: float
    answered_s: int
    text: str


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What adjusted CSAT would be if unhappy people answered more (or less) than their like.

    `gamma` are log odds; `flips_at` is where a target would no longer be judged as it is.
    """

    level: str | None
    points: tuple[tuple[float, float], ...]  # gamma and share
    flips_at: float | None
    least: float  # if nobody else were satisfied
    most: float  # if everybody else were


@dataclass(frozen=True, slots=True)
class NpsStep:
    """Customers who answered twice: from one band to another, and what they spent before each."""

    before: str
    after: str
    customers: int
    spent_before_minor: int
    spent_after_minor: int


@dataclass(frozen=True, slots=True)
class VoiceAnswer:
    """How it felt: survey figures by level with response rates, comments, and what bias may do."""

    as_of: AsOf
    period: Period
    before: Period
    lines: tuple[ScoreLine, ...]
    comments: tuple[Comment, ...]  # newest first
    total_comments: int
    sensitivity: tuple[Sensitivity, ...]
    nps_steps: tuple[NpsStep, ...]


@dataclass(frozen=True, slots=True)
class AgentLine:
    """One agent. Shares are drawn towards those of all agents as far as little is known of them.

    `rank` is the interval of places, best first; `stands_out` says that chance alone does not
    explain the difference from the others, after all were looked at together.
    """

    agent_id: str
    name: str
    team: str | None
    open_tickets: int
    capacity: int | None
    solves: int
    messages_per_hour: Figure
    occupancy: Figure
    csat: Figure
    csat_shrunk: Figure
    rank: tuple[int, int] | None
    stands_out: bool


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One team: what lies with it and how busy its people are."""

    team: str | None
    open_tickets: int
    agents: int
    occupancy: Figure
    utilisation: Figure
    handle_time: Figure
    cost_per_resolution: Figure


@dataclass(frozen=True, slots=True)
class PeopleAnswer:
    """Who is full and who has room; agents by name, never by rank."""

    as_of: AsOf
    period: Period
    teams: tuple[TeamLine, ...]
    agents: tuple[AgentLine, ...]
    lines: tuple[ScoreLine, ...]  # the KPIs of people and cost, by level


@dataclass(frozen=True, slots=True)
class UnusualDay:
    """A day with more or fewer tickets than its season and level explain."""

    day: int
    category: str | None
    seen: int
    expected: float
    p_value: float


@dataclass(frozen=True, slots=True)
class VolumeDrift:
    """A slow change: since when there are more tickets than usual, or fewer, and when that was
    certain."""

    since_day: int
    noticed_day: int
    is_up: bool


@dataclass(frozen=True, slots=True)
class VolumeAnswer:
    """Tickets day by day with what was expected, and the days that stand out."""

    as_of: AsOf
    period: Period
    days: tuple[tuple[int, int, float, float, float], ...]  # day, seen, expected, low, high
    unusual: tuple[UnusualDay, ...]
    drift: VolumeDrift | None = None
