"""A row of the catalogue: what a KPI is called, what it means, how it is counted and shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .kinds import (
    Adjusted,
    Against,
    Age,
    Count,
    Flow,
    How,
    Length,
    MeanLength,
    Net,
    Per,
    Ratio,
    Recent,
    Score,
    Share,
    Stock,
    Total,
    Wait,
    rows_of,
)


class Unit(StrEnum):
    """In what a figure is given."""

    COUNT = "count"
    SHARE = "share, 0 to 1"
    POINTS = "points, -100 to 100"
    EASE = "ease, 0 to 100"
    SCORE = "score"
    SECONDS = "seconds"
    MONEY = "minor units of the policy's currency"
    RATE = "rate"


class Better(StrEnum):
    """Which way is better."""

    UP = "more is better"
    DOWN = "less is better"
    NEITHER = "neither way"


class Group(StrEnum):
    """What managers look at together."""

    VOLUME = "Volume"
    VOICE = "Voice of the customer"
    SPEED = "Speed"
    QUALITY = "Quality and effort"
    WORK = "People and cost"
    PROMISES = "Promises"
    SELF = "Self-service"


@dataclass(frozen=True, slots=True)
class Enough:
    """Below `fewest` nothing is shown, below `headline` it is pale."""

    fewest: int
    headline: int


SHARES = Enough(10, 30)
MEANS = Enough(10, 50)
NETS = Enough(30, 100)
MEDIANS = Enough(6, 30)
NINETIETHS = Enough(36, 36)
ALL_THERE_IS = Enough(0, 0)
"""Counts and stocks: nothing is drawn from a sample."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One KPI.

    `aims` are the words by which a policy's `targets` may name it. Rows younger than `window_s`
    cannot be judged yet and are not counted. It `needs` tables beside the one it counts.
    """

    id: str
    name: str
    group: Group
    definition: str
    formula: str
    unit: Unit
    better: Better
    how: How
    enough: Enough
    source: str
    cases: tuple[str, ...] = ()
    aims: tuple[str, ...] = ()
    window_s: int = 0
    needs: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """The moment by which rows belong to a period."""
        rows = rows_of(self.how)
        return ANCHORS.get(rows.at if rows else "", "end of the period")

    @property
    def grain(self) -> str:
        """What one row is."""
        rows = rows_of(self.how)
        return GRAINS.get(rows.table if rows else getattr(self.how, "table", ""), "figure")

    @property
    def aggregate(self) -> str:
        """How its rows are put together."""
        return self._form[0]

    @property
    def interval(self) -> str:
        """How its interval is made."""
        return self._form[1]

    @property
    def _form(self) -> tuple[str, str]:
        is_mean = isinstance(self.how, Wait) and self.how.quantile is None
        return _RESTRICTED if is_mean else FORMS[type(self.how)]


ANCHORS = {
    "created_s": "created",
    "asked_s": "asked",
    "solved_s": "first solved",
    "answered_s": "answered",
    "offered_s": "offered",
    "handed_over_s": "handed over",
    "began_s": "began",
    "placed_s": "ordered",
    "from_s": "opened or reopened",
    "until_s": "solved",
    "due_s": "due",
    "at_s": "due",
    "day": "day",
    "started_s": "clock started",
    "now_s": "now",
}
GRAINS = {
    "ticket_measures": "ticket",
    "waiting_spells": "wait",
    "open_spans": "open stretch of a ticket",
    "survey_measures": "survey answer",
    "agent_days": "agent and day",
    "help_measures": "help session",
    "live_measures": "live contact",
    "bot_measures": "bot conversation",
    "active_spans": "customer",
    "order_measures": "order",
    "cost_and_solves": "day",
    "asked_tickets": "ticket",
    "promise_outcomes": "promise",
    "ticket_results": "ticket",
    "clock_waits": "promise",
}
_TIMES = "Aalen–Johansen (Kaplan–Meier where none goes another way), log-log band"
_NONE = "none: all are counted"
# How rows are put together, and how the interval of that is made.
FORMS: Mapping[type[How], tuple[str, str]] = {
    Count: ("count", "Garwood"),
    Share: ("share of rows", "Wilson on n / design effect of customers"),
    Recent: ("share, recent rows weighing more", "Wilson with Kish's effective n of customers"),
    Score: ("mean", "t over customers"),
    Net: ("difference of two shares", "adjusted NPS (3 answers added)"),
    Ratio: ("sum over sum", "linearised ratio over clusters"),
    MeanLength: ("mean", "Cox for log-normal lengths, else ABC bootstrap"),
    Wait: ("quantile", _TIMES),
    Length: ("quantile", _TIMES),
    Stock: ("stock at the end", _NONE),
    Age: ("quantile", _NONE),
    Total: ("sum", _NONE),
    Per: ("figure over figure", "Garwood over the stock"),
    Against: ("figure over figure", "Wilson on the share of the one in both"),
    Flow: ("figures less figures", "normal, from Poisson counts"),
    Adjusted: ("weighted share", "linearised, on the effective sample of weights"),
}
_RESTRICTED = ("restricted mean", "delta method on the curve")
