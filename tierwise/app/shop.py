"""One company's shop: every question of the doors, answered from one state of the world."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import RLock
from zoneinfo import available_timezones

from tierwise.facts.decisions import Applied, Override, Plan
from tierwise.facts.problems import InputError, RefusedError, UsageError
from tierwise.levels.borders import EntryBorder, borders, move_border_in_text
from tierwise.levels.decision import change_of
from tierwise.levels.policy import Policy
from tierwise.levels.policy_text import read_policy

from . import customer_answers, data_answers, level_answers, plan_answers, value_answers, wiring
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
from .basis import Basis, asked_day
from .by_hand import refuse_wrong
from .kept import Kept
from .project import Project, own_text, replace_text
from .runs import ensure_run, open_run


@dataclass(frozen=True, slots=True)
class _State:
    """What has to be the same for a basis to be used again."""

    facts_id: str
    policy_text: str
    head: int


class Shop:
    """Opens a basis when it is asked and keeps it until facts, policy or book have moved."""

    def __init__(
        self, project: Project, *, clock: Callable[[], int], at_day: int | None = None
    ) -> None:
        self.project = project
        self.facts = wiring.open_facts(project)
        self.book = wiring.open_book(project)
        self._clock = clock
        self._at_day = at_day
        self._turn = RLock()
        self._basis = Kept[Basis]()
        self._policy = Kept[Policy]()
        self._concentration = Kept[Concentration]()
        self._data = Kept[DataState]()

    # What the shop is.

    def shop_name(self) -> str:
        return self.project.settings.shop

    def policy_text(self) -> str:
        return own_text(self.project.policy_file)

    def policy(self) -> Policy:
        """The policy as the file says now; InputError with its problems."""
        text = self.policy_text()
        return self._policy.get(text, lambda: self._read(text))

    def currency(self) -> str:
        return self.policy().currency

    def levels(self) -> tuple[tuple[str, str], ...]:
        policy = self.policy()
        return tuple((name, policy.label(name)) for name in policy.names)

    # What is asked of the day.

    def basis(self) -> Basis:
        """The state of the world now; computed when it is new."""
        with self._turn:
            state = self._state()
            return self._basis.get(state, lambda: self._opened(state))

    def data_state(self) -> DataState:
        with self._turn:
            return self._data.get(self._state(), self._data_state)

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

    # Borders.

    def borders(self) -> tuple[tuple[str, str, float], ...]:
        return tuple((one.level, one.column, one.value) for one in borders(self.policy()))

    def move_border(self, level: str, value: float) -> BorderMove:
        with self._turn:
            return level_answers.try_border(self.basis(), self._border(level), value)

    def save_border(self, level: str, value: float, by: str) -> PlanAnswer:
        """A plan under the policy with the moved border; applying it writes the policy too."""
        now = self._border(level)
        moved = EntryBorder(now.level, now.column, value)
        before = self.policy_text()
        text = move_border_in_text(before, self._read(before), moved)
        return self._planned(self._read(text), text)

    # Plans.

    def make_plan(self, by: str) -> PlanAnswer:
        text = self.policy_text()
        return self._planned(self._read(text), text)

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
            self._write_policy(self.book.policy(plan.policy_version).text)
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
        if found.covered_by:
            raise RefusedError(f"`{customer_id}` has the level of `{found.covered_by}`; set that")
        basis, now = self.basis(), self._clock()
        wanted = Override("", found.customer_id, level, reason.strip(), by, now, until_day)
        refuse_wrong(wanted, basis)
        return self.book.set_override(
            wanted,
            as_of_day=basis.as_of_day,
            policy_version=self.book.save_policy(basis.policy_text, now).version,
            direction=change_of(found.level, level, basis.policy),
        )

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

    def _state(self) -> _State:
        return _State(self.facts.facts_id, self.policy_text(), self.book.head())

    def _opened(self, state: _State) -> Basis:
        policy = self._read(state.policy_text)
        new_engine = partial(wiring.make_engine, self.project)
        engine = new_engine()
        as_of_day = asked_day(self.facts, engine, self._at_day)
        runs = self.project.kept / "runs"
        run = ensure_run(
            runs, self.facts, new_engine, as_of_day=as_of_day, currency=policy.currency
        )
        open_run(run, engine)
        return Basis(
            policy,
            state.policy_text,
            self.facts,
            self.book,
            state.head,
            engine,
            run,
            runs,
            new_engine,
        )

    def _write_policy(self, text: str) -> None:
        """The plan's policy becomes the file's; refused later, it is at worst a newer file."""
        if text != self.policy_text():
            replace_text(self.project.policy_file, text)

    def _read(self, text: str) -> Policy:
        name = self.project.policy_file.name
        policy, problems = read_policy(text, name, known_zones=available_timezones())
        if policy is None:
            raise InputError(problems)
        return policy

    def _data_state(self) -> DataState:
        batches = self.facts.sources()
        basis = self.basis() if any("orders" in batch.tables for batch in batches) else None
        found = self.facts.problems(data_answers.SHOWN_PROBLEMS)
        return data_answers.data_state(batches, basis, found, self.facts.problem_count)

    def _border(self, level: str) -> EntryBorder:
        for border in borders(self.policy()):
            if border.level == level:
                return border
        raise UsageError(f"`{level}` has no border that can be moved")

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
