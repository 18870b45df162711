"""What the doors answer: one record per question, the same for command line, API and pages."""

from dataclasses import dataclass

from tierwise.facts.decisions import Applied, DatedDecision, Override, Plan
from tierwise.facts.problems import Problem


@dataclass(frozen=True, slots=True)
class TopShare:
    """The customers above one percentile. Shares are 0–1; money is in minor units."""

    top_percent: float
    customers: int
    from_minor: int
    share: float
    low: float  # 95 % interval of the share
    high: float
    next_share: float | None  # the same top, chosen one period earlier, in the period after it


@dataclass(frozen=True, slots=True)
class Concentration:
    """How unequally revenue is spread over buyers."""

    buyers: int
    revenue_minor: int
    currency: str
    gini: float
    tops: tuple[TopShare, ...]
    lorenz: tuple[tuple[float, float], ...]  # share of customers, share of revenue; lowest first
    negative_customers: int  # got back more than they paid
    anonymous_minor: int  # net, of orders without a customer in the policy's currency
    period_days: int  # length of the period behind `next_share`


@dataclass(frozen=True, slots=True)
class LevelCount:
    """One level now: how many customers and how much of the revenue.

    Before the first apply nobody has a level (`in_force` is False): the numbers are then those
    of the rules. `by_rules` is how many would have it after a plan of today.
    """

    level: str
    customers: int
    revenue_minor: int
    share_of_customers: float
    share_of_revenue: float
    who: str
    by_rules: int
    in_force: bool = True


@dataclass(frozen=True, slots=True)
class BorderMove:
    """What a level would be if its border moved: nothing is written."""

    level: str
    column: str
    border: float
    border_now: float
    customers: int
    customers_now: int
    share_of_revenue: float
    share_of_revenue_now: float
    up: int
    down: int
    held: int
    new: int  # get their first level
    moved: int  # leave a level that the policy no longer has
    moves_now: int  # up, down and moved with the border where it is
    elapsed_ms: float


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One RFM group."""

    name: str
    customers: int
    revenue_minor: int
    share_of_customers: float
    share_of_revenue: float
    median_recency_days: float | None
    advice: str


@dataclass(frozen=True, slots=True)
class RfmCell:
    """One cell of the recency × frequency grid."""

    r: int
    f: int
    customers: int
    revenue_minor: int


# The group of customers who came after the earlier of two days.
NOT_YET_KNOWN = "not yet known"


@dataclass(frozen=True, slots=True)
class Segments:
    """RFM groups, the grid, and who moved between two days."""

    currency: str
    groups: tuple[GroupRow, ...]
    grid: tuple[RfmCell, ...]
    frequency_method: str  # `quintiles` or `fixed cuts`
    from_day: int
    to_day: int
    movement: tuple[tuple[str, str, int], ...]  # group then, group now, customers


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A line of the customer list."""

    customer_id: str
    name: str | None
    level: str | None
    ltv_minor: int | None
    ltv_percentile: float | None
    rfm_group: str
    orders: int
    recency_days: int | None
    predicted_low_80_minor: int | None = None
    predicted_high_80_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison of a rule against a customer: `met` is None when the value is unknown."""

    text: str
    found: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class Border:
    """What would change the level: the nearest way up or down."""

    level: str
    direction: str  # "up" or "down"
    text: str


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Something that happened to the customer. `kind`: order, refund, level, override."""

    day: int
    kind: str
    text: str
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything behind one customer's level."""

    customer_id: str
    name: str | None
    covered_by: str | None  # the account whose level covers this person
    level: str | None
    since_day: int | None
    reason: str
    rule: str
    next_plan: str  # what a plan made now would do; empty when it would do nothing
    policy_version: int | None
    currency: str
    standing: dict[str, object]
    checks: tuple[Check, ...]
    borders: tuple[Border, ...]
    history: tuple[DatedDecision, ...]
    override: Override | None
    timeline: tuple[TimelineEntry, ...]
    promises: tuple[str, ...]
    playbook: str


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A line of a plan, with the name that makes it readable."""

    customer_id: str
    name: str | None
    level_from: str | None
    level_to: str | None
    deserved: str | None
    change: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """A saved plan: per-level counts before and after, and why it could not be applied now."""

    plan: Plan
    before: dict[str, int]
    after: dict[str, int]
    held_by_ground: dict[str, int]
    rows: tuple[PlanRow, ...]
    stale: str | None  # what has moved since; None when it can be applied


@dataclass(frozen=True, slots=True)
class Past:
    """Plans, applies and undos, newest first."""

    plans: tuple[Plan, ...]
    applied: tuple[Applied, ...]


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source of facts. `rows` is table -> rows kept."""

    source: str
    reader: str
    file: str
    read_at: int
    rows: dict[str, int]
    problems: int
    first_day: int | None
    last_day: int | None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DataState:
    """What the numbers stand on.

    `to_mend` counts the problems that ask for something to be done; `unsettled` those that touch
    more than one row, as two customers with one address or orders without a rate.
    """

    sources: tuple[SourceState, ...]
    problems: tuple[Problem, ...]
    problem_count: int
    to_mend: int
    unsettled: int
    as_of_day: int | None
    run_at: int | None
    credit: str | None
