"""What the pages and the API ask of the shop; every answer is a record of `answers`."""

from typing import Protocol, TypedDict, Unpack

from tierwise.facts.corrections import TypeCorrection
from tierwise.facts.decisions import Applied, Override
from tierwise.facts.problems import Problem
from tierwise.promises.counting import Counting
from tierwise.value.customer_value import Use

from .answers import (
    BorderMove,
    Concentration,
    CustomerRow,
    DataState,
    Explanation,
    LevelCount,
    Past,
    PlanAnswer,
    PlanRow,
    Segments,
)
from .desk_questions import DeskAnswers
from .desk_records import BudgetAnswer, PeopleAnswer, VoiceAnswer, VolumeAnswer
from .forecast_records import ForecastRow, Stability, TypeRow, ValueChoice
from .promise_records import (
    AttainmentAnswer,
    Cause,
    LateAnswer,
    Period,
    TicketAnswer,
    TicketList,
)
from .scorecard_records import CheckAnswer, MetricAnswer, MetricRows, RowsAsked, ScorecardAnswer
from .value_report import ValueReport


class Behind(TypedDict):
    """Which tickets stand behind a mark, and which page of them.

    `level` is empty for tickets without one, `outcome` is one of `OUTCOMES`, `week` a place in
    `LevelKept.weeks`: 0 is the oldest.
    """

    level: str | None
    clock: str | None
    outcome: str
    week: int | None
    offset: int
    limit: int


class Answers(DeskAnswers, Protocol):
    """One shop. Levels come best first; `by` is who asks; refusals are `RefusedError`."""

    def shop_name(self) -> str: ...
    def currency(self) -> str: ...
    def levels(self) -> tuple[tuple[str, str], ...]:
        """Name and label of every level."""

    def policy_text(self) -> str: ...
    def data_state(self) -> DataState:
        """Asked on every page: keep it cheap."""

    def concentration(self) -> Concentration: ...
    def level_counts(self) -> tuple[LevelCount, ...]: ...
    def borders(self) -> tuple[tuple[str, str, float], ...]:
        """Level, standing column and value of every border that can be moved."""

    def move_border(self, level: str, value: float) -> BorderMove: ...
    def save_border(self, level: str, value: float, by: str) -> PlanAnswer:
        """A plan under the policy with the moved border."""

    def segments(self, from_day: int | None) -> Segments: ...
    def customers(
        self,
        *,
        search: str,
        level: str | None,
        group: str | None,
        sort: str,
        offset: int,
        limit: int,
    ) -> tuple[tuple[CustomerRow, ...], int]:
        """A page of the list and the number of all that match; `sort` is one of `SORTS`."""

    def value_report(self) -> ValueReport:
        """What was fitted for the day, and how well it would have done."""

    def value_use(self) -> Use:
        """The value that the policy lets levels follow."""

    def value_choice(self) -> ValueChoice: ...
    def stability(self) -> Stability:
        """Who came into the top and left it over the last refits; slow the first time."""

    def plan_with_use(self, use: Use, by: str) -> PlanAnswer:
        """A plan under the policy with another value to follow."""

    def forecast(self, customer_id: str) -> ForecastRow | None: ...
    def types(self, customer_id: str) -> tuple[TypeRow, ...]:
        """What is believed about a customer, with its evidence; nothing of it touches levels."""

    def correct_type(
        self, customer_id: str, type_name: str, *, holds: bool, reason: str, by: str
    ) -> TypeCorrection: ...
    def withdraw_correction(self, customer_id: str, type_name: str, by: str) -> TypeCorrection: ...
    def explain(self, customer_id: str) -> Explanation | None: ...
    def set_override(
        self, customer_id: str, level: str, *, reason: str, until_day: int, by: str
    ) -> Override: ...
    def end_override(self, customer_id: str, by: str) -> object: ...
    def make_plan(self, by: str) -> PlanAnswer: ...
    def plan(self, plan_id: str) -> PlanAnswer | None: ...
    def plan_rows(
        self, plan_id: str, change: str | None, *, offset: int, limit: int
    ) -> tuple[tuple[PlanRow, ...], int]:
        """A page of the changes of one kind, of all kinds but `same` for None; and their number."""

    def apply(self, plan_id: str, by: str) -> Applied: ...
    def undo(self, apply_id: str, by: str) -> Applied: ...
    def past(self) -> Past: ...
    def has_tickets(self) -> bool: ...
    def attainment(
        self,
        period: Period | None,
        *,
        counting: Counting | None = None,
        by: str | None = None,
    ) -> AttainmentAnswer:
        """How promises were kept; None is the last 30 days known, `by` one of `SLICES`.

        Without `counting` clocks are counted as the policy says.
        """

    def late(
        self,
        period: Period | None,
        *,
        level: str | None,
        clock: str | None,
        cause: Cause | None,
        offset: int,
        limit: int,
    ) -> LateAnswer:
        """A page of late promises; `causes` counts them all, whichever cause is asked for."""

    def tickets(self, period: Period | None, **behind: Unpack[Behind]) -> TicketList:
        """A page of the tickets that a mark stands for."""

    def customer_tickets(self, customer_id: str) -> TicketList | None:
        """The newest tickets of a customer; None while there are no tickets at all."""

    def ticket(self, ticket_id: str) -> TicketAnswer | None: ...
    def ticket_problems(self, limit: int) -> tuple[Problem, ...]:
        """What is wrong with tickets, first what takes one out of the count."""

    def scorecard(
        self, period: Period | None, *, level: str | None = None, by: str | None = None
    ) -> ScorecardAnswer:
        """Every KPI by level, beside the period before; None is the last 28 days known.

        `by`, one of `CUTS`, slices each level further; `level` leaves out the others.
        """

    def metric(
        self, metric_id: str, period: Period | None, *, by: str | None = None
    ) -> MetricAnswer | None:
        """One KPI with its trend and slices; None for an id that no KPI has."""

    def metric_rows(
        self, metric_id: str, period: Period | None, asked: RowsAsked
    ) -> MetricRows | None:
        """The rows that a figure counts; None for a KPI that counts no rows or is unknown."""

    def check(self, period: Period | None) -> CheckAnswer:
        """The targets of the policy beside what was reached."""

    def budget(self, period: Period | None) -> BudgetAnswer: ...
    def voice(
        self, period: Period | None, *, level: str | None = None, offset: int = 0, limit: int = 20
    ) -> VoiceAnswer:
        """What customers said; `level`, `offset` and `limit` choose comments."""

    def people(self, period: Period | None) -> PeopleAnswer: ...
    def volume(self, period: Period | None, *, category: str | None = None) -> VolumeAnswer: ...


# What the customer list can be sorted by, with the words of the choice.
SORTS = {
    "value": "highest value first",
    "recent": "bought most recently first",
    "orders": "most orders first",
    "name": "name",
}

# What KPIs can be sliced by, with the words of the choice.
CUTS = {"channel": "channel", "team": "team", "agent_id": "agent", "category": "category"}

# What attainment can be sliced by, with the words of the choice.
SLICES = {"channel": "channel", "team": "team", "priority": "priority"}
