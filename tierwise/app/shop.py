"""One company's shop: every question of the doors, answered from one state of the world."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from tierwise.facts.corrections import TypeCorrection
from tierwise.facts.decisions import Applied, Override, Plan
from tierwise.facts.problems import RefusedError, UsageError
from tierwise.levels.borders import EntryBorder, borders, move_border_in_text
from tierwise.levels.policy import Policy
from tierwise.levels.value_use import follow_in_text
from tierwise.value.customer_value import Use

from . import (
    by_hand,
    customer_answers,
    forecast_answers,
    level_answers,
    plan_answers,
    type_answers,
    value_answers,
)
from .answers import (
    BorderMove,
    Concentration,
    CustomerRow,
    Explanation,
    LevelCount,
    Past,
    PlanAnswer,
    PlanRow,
    Segments,
)
from .desk_shop import DeskShop
from .forecast_answers import FitRecord
from .forecast_records import ForecastRow, Stability, TypeRow, ValueChoice
from .kept import Kept
from .project import Project
from .value_report import ValueReport


class Shop(DeskShop):
    """Every question the doors ask; each takes its turn."""

    def __init__(
        self, project: Project, *, clock: Callable[[], int], at_day: int | None = None
    ) -> None:
        super().__init__(project, clock=clock, at_day=at_day)
        self._concentration = Kept[Concentration]()
        self._choice = Kept[ValueChoice]()
        self._stability = Kept[Stability]()

    # What is asked of the day.

    def concentration(self) -> Concentration:
        with self._turn:
            work = partial(value_answers.concentration, self.basis())
            return self._concentration.get(self._state(), work)

    def segments(self, from_day: int | None) -> Segments:
        with self._turn:
            return value_answers.segments(self.basis(), from_day)

    def level_counts(self) -> tuple[LevelCount, ...]:
        with self._turn:
            return level_answers.level_counts(self.basis())

    def customers(
        self,
        *,
        search: str = "",
        level: str | None = None,
        group: str | None = None,
        sort: str = "value",
        offset: int = 0,
        limit: int = 50,
    ) -> tuple[tuple[CustomerRow, ...], int]:
        listing = customer_answers.Listing(search, level, group, sort, offset, limit)
        with self._turn:
            return customer_answers.customers(self.basis(), listing)

    def explain(self, customer_id: str) -> Explanation | None:
        with self._turn:
            return customer_answers.explain(self.basis(), customer_id)

    # What customers will be worth.

    def value_report(self) -> ValueReport:
        with self._turn:
            return self.basis().run.report()

    def forecasts(self, limit: int) -> tuple[ForecastRow, ...]:
        with self._turn:
            return forecast_answers.forecast_rows(self.basis(), limit)

    def forecast(self, customer_id: str) -> ForecastRow | None:
        with self._turn:
            return forecast_answers.forecast_of(self.basis(), customer_id)

    def value_choice(self) -> ValueChoice:
        with self._turn:
            work = partial(forecast_answers.value_choice, self.basis())
            return self._choice.get(self._state(), work)

    def stability(self) -> Stability:
        """Who came and went; the refits behind it take long, and others go on meanwhile."""
        refits = forecast_answers.work_out_refits(self.basis())
        with self._turn:
            work = partial(forecast_answers.stability, self.basis(), refits)
            return self._stability.get(self._state(), work)

    def value_use(self) -> Use:
        return self.policy().value.use

    def plan_with_use(self, use: Use, by: str) -> PlanAnswer:
        """A plan under the policy with another value; applying it writes the policy too."""
        text = follow_in_text(self.policy_text(), use)
        return self._planned(self.rules.read(text), text)

    def record_fit(self) -> FitRecord:
        """Keep in the book what was fitted as of the day."""
        with self._turn:
            return forecast_answers.record_fit(self.basis(), now=self._clock())

    def export_values(self, path: Path) -> int:
        """Write what is known and expected of every customer; how many were written."""
        with self._turn:
            return forecast_answers.export_values(self.basis(), path)

    # What type of customer they are.

    def types(self, customer_id: str) -> tuple[TypeRow, ...]:
        with self._turn:
            return type_answers.types_of(self.basis(), customer_id)

    def correct_type(
        self, customer_id: str, type_name: str, *, holds: bool, reason: str, by: str
    ) -> TypeCorrection:
        """What a person knows better stands until it is withdrawn."""
        wanted = TypeCorrection(
            "", self._known(customer_id), type_name, holds, reason.strip(), by, self._clock()
        )
        return type_answers.correct_type(self.basis(), wanted)

    def withdraw_correction(self, customer_id: str, type_name: str, by: str) -> TypeCorrection:
        """What the evidence says counts again."""
        who = self._known(customer_id)
        return type_answers.withdraw(self.basis(), who, type_name, at=self._clock(), by=by)

    # Borders.

    def borders(self) -> tuple[tuple[str, str, float], ...]:
        return tuple((one.level, one.column, one.value) for one in borders(self.policy()))

    def move_border(self, level: str, value: float) -> BorderMove:
        with self._turn:
            return level_answers.try_border(self.basis(), self.rules.border(level), value)

    def save_border(self, level: str, value: float, by: str) -> PlanAnswer:
        """A plan under the policy with the moved border; applying it writes the policy too."""
        now = self.rules.border(level)
        moved = EntryBorder(now.level, now.column, value)
        before = self.policy_text()
        text = move_border_in_text(before, self.rules.read(before), moved)
        return self._planned(self.rules.read(text), text)

    # Plans.

    def make_plan(self, by: str) -> PlanAnswer:
        text = self.policy_text()
        return self._planned(self.rules.read(text), text)

    def plan(self, plan_id: str) -> PlanAnswer | None:
        try:
            plan = self.book.plan(plan_id)
        except RefusedError:
            return None
        with self._turn:
            engine = self.basis().engine
            return plan_answers.plan_answer(self.book, engine, plan, self._stale(plan))

    def plan_rows(
        self, plan_id: str, change: str | None, *, offset: int, limit: int
    ) -> tuple[tuple[PlanRow, ...], int]:
        plan = self.book.plan(plan_id)
        with self._turn:
            rows = plan_answers.plan_rows(
                self.book, self.basis().engine, plan_id, change, offset=offset, limit=limit
            )
        return rows, plan_answers.row_count(plan, change)

    def apply(self, plan_id: str, by: str) -> Applied:
        """Carry a plan out; a plan made with a moved border writes the policy file first.

        Stopped in between, the policy says what the plan says, and the plan is still open.
        """
        with self._turn:
            plan = self.book.plan(plan_id)
            stale = self._stale(plan)
            if stale:
                raise RefusedError(f"{stale}; make a new plan with `tierwise plan`")
            self.rules.write(self.book.policy(plan.policy_version).text)
            return self.book.apply(
                plan_id,
                facts_id=self.facts.facts_id,
                policy_version=plan.policy_version,
                at=self._clock(),
                by=by,
            )

    def undo(self, apply_id: str | None, by: str) -> Applied:
        return self.book.undo(apply_id, at=self._clock(), by=by)

    def past(self) -> Past:
        return Past(self.book.plans(50), self.book.applied(50))

    # Levels by hand.

    def set_override(
        self, customer_id: str, level: str, *, reason: str, until_day: int, by: str
    ) -> Override:
        """Set a level by hand until a day; RefusedError for a person whom an account covers."""
        found = self.explain(customer_id)
        if found is None:
            raise UsageError(f"no customer `{customer_id}`")
        wanted = Override(
            "", found.customer_id, level, reason.strip(), by, self._clock(), until_day
        )
        return by_hand.set_level(self.basis(), found, wanted)

    def end_override(self, customer_id: str, by: str) -> Override:
        """End a level by hand early; the next plan gives what the rules say."""
        found = self.explain(customer_id)
        known = found.customer_id if found else customer_id
        return self.book.end_override(known, at=self._clock(), by=by)

    def export(self, path: Path) -> int:
        """Write every customer and every person an account covers; how many were written."""
        with self._turn:
            return customer_answers.export(self.basis(), path)

    # Inside.

    def _known(self, customer_id: str) -> str:
        found = self.explain(customer_id)
        if found is None:
            raise UsageError(f"no customer `{customer_id}`")
        return found.covered_by or found.customer_id

    def _planned(self, policy: Policy, text: str) -> PlanAnswer:
        with self._turn:
            basis = self.basis()
            plan = plan_answers.make_plan(basis, policy, text, now=self._clock())
            return plan_answers.plan_answer(self.book, basis.engine, plan, None)

    def _stale(self, plan: Plan) -> str | None:
        """What has moved since the plan was made; None when it can be applied."""
        if plan.state != "open":
            return f"plan {plan.plan_id} is {plan.state} already"
        if plan.facts_id != self.facts.facts_id:
            return "new facts were read since the plan was made"
        if plan.head != self.book.head():
            return "levels have changed since the plan was made"
        versions = (plan.policy_version, self.book.run(plan.run_id).policy_version)
        if self.policy_text() not in {self.book.policy(version).text for version in versions}:
            return "the policy file has changed since the plan was made"
        return None
