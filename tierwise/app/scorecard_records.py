"""What the doors answer about KPIs: scorecards, one metric, budgets, voices and people.

Instants are UTC epoch seconds, durations seconds, shares 0 to 1, money minor units; every figure
comes with its interval, what it counts over, and a reason where there is none.
"""

from dataclasses import dataclass

from tierwise.metrics.changes import Judged as Judged
from tierwise.metrics.figures import Figure
from tierwise.metrics.metric import Metric

from .promise_records import AsOf, Period


@dataclass(frozen=True, slots=True)
class MetricAbout:
    """A row of the catalogue in words: see `tierwise.metrics.metric`."""

    id: str
    name: str
    group: str
    definition: str
    formula: str
    unit: str
    better: str
    grain: str
    anchor: str
    aggregate: str
    interval: str
    fewest: int
    headline: int
    window_s: int
    source: str
    cases: tuple[str, ...]
    aims: tuple[str, ...]


def about(metric: Metric) -> MetricAbout:
    """A row of the catalogue as the doors tell it."""
    named = ("id", "name", "group", "definition", "formula", "unit", "better", "grain", "anchor")
    judged = ("aggregate", "interval", "window_s", "source", "cases", "aims")
    told = {name: getattr(metric, name) for name in (*named, *judged)}
    return MetricAbout(**told, fewest=metric.enough.fewest, headline=metric.enough.headline)


@dataclass(frozen=True, slots=True)
class Aim:
    """A target in the unit of its metric, and whether it is reached."""

    target: float
    judged: Judged


@dataclass(frozen=True, slots=True)
class Change:
    """The difference to the period before, with its 95 % interval.

    `is_sure` says that it stays after all differences of that metric were looked at together.
    """

    difference: float
    low: float
    high: float
    is_sure: bool


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One metric, by its id, of one slice. `level` None is all levels together.

    `slice` is the value of what it was sliced by beside the level: empty where it is not said, None
    for the whole level. `label` is what people call it, if otherwise: an agent's name.
    """

    metric: str
    level: str | None
    figure: Figure
    before: Figure
    change: Change | None = None
    aim: Aim | None = None
    slice: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class ScorecardAnswer:
    """Every KPI of a period beside the period of the same length before."""

    as_of: AsOf
    period: Period
    before: Period
    lines: tuple[ScoreLine, ...]  # in the order of the catalogue, all levels first, then best first
    by: str | None = None


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One week of a metric at a level (None: all levels together); `to_day` is included."""

    level: str | None
    from_day: int
    to_day: int
    figure: Figure


@dataclass(frozen=True, slots=True)
class MetricAnswer:
    """One metric: its figures by level, week after week (oldest first), and in slices."""

    as_of: AsOf
    period: Period
    metric: MetricAbout
    lines: tuple[ScoreLine, ...]
    trend: tuple[TrendPoint, ...]
    slices: tuple[ScoreLine, ...] = ()
    by: str | None = None


@dataclass(frozen=True, slots=True)
class RowsAsked:
    """Which rows behind a figure, and which page of them.

    An empty text is what is not said. `first` is `most` (largest or worst first) or `newest`.
    """

    level: str | None = None
    by: str | None = None
    slice: str | None = None
    only: str = "all"  # `hit`, `miss`, `open` or `all`
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One row that a figure counts: a ticket, an answer, a wait, a session …

    `value` is 1 or 0 for a share, seconds for a duration (as far as it ran, if `is_open`), the
    score or amount otherwise.
    """

    row_id: str
    ticket_id: str | None
    customer_id: str | None
    level: str | None
    channel: str | None
    team: str | None
    agent_id: str | None
    category: str | None
    at_s: int
    value: float | None
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class MetricRows:
    """A page of the rows behind a figure; `total` is the n of the figure where all are asked."""

    as_of: AsOf
    period: Period
    metric: str
    asked: RowsAsked
    rows: tuple[MetricRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """Every target of the policy that a KPI answers, and words that no KPI has."""

    as_of: AsOf
    period: Period
    lines: tuple[ScoreLine, ...]
    unknown: tuple[str, ...] = ()

    @property
    def missed(self) -> tuple[ScoreLine, ...]:
        return tuple(one for one in self.lines if one.aim and one.aim.judged is Judged.MISSED)
