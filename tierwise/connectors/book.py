"""The book: what Tierwise itself decided and did, dated and never overwritten."""

from collections.abc import Iterable
from typing import Self

import pyarrow as pa
from sqlalchemy import select

from tierwise.facts.corrections import TypeCorrection
from tierwise.facts.decisions import (
    Applied,
    AuditEntry,
    Change,
    DatedDecision,
    LevelChange,
    Override,
    Plan,
    PlanLevels,
    PolicyVersion,
    Run,
)
from tierwise.facts.fits import ValueFit
from tierwise.facts.problems import TierwiseError
from tierwise.facts.promises_kept import Alarm, ClosedDays, PolicyApplied

from . import (
    book_applies,
    book_corrections,
    book_history,
    book_levels,
    book_overrides,
    book_plans,
    book_promises,
)
from .book_engine import book_engine, migrate, reading, writing
from .book_schema import counters
from .opened_book import OpenedBook


class Book(OpenedBook):
    """One book, on SQLite or PostgreSQL. Every method is one transaction."""

    @classmethod
    def open(cls, url: str) -> Self:
        """The book at `url`, made or migrated if need be; InputError when it cannot be used."""
        engine = book_engine(url)
        try:
            migrate(engine)
        except TierwiseError:
            engine.dispose()
            raise
        return cls(engine)

    def save_policy(self, text: str, at: int) -> PolicyVersion:
        """The version of this text; the same text is always the same version."""
        with writing(self._engine) as connection:
            return book_plans.save_policy(connection, text, at)

    def policy(self, version: int) -> PolicyVersion:
        with reading(self._engine) as connection:
            return book_plans.policy(connection, version)

    def record_run(self, run: Run) -> Run:
        """Save a run; the answer carries its id."""
        with writing(self._engine) as connection:
            return book_plans.record_run(connection, run)

    def run(self, run_id: str) -> Run:
        """A run by its id; RefusedError if there is none."""
        with reading(self._engine) as connection:
            return book_plans.run(connection, run_id)

    def head(self) -> int:
        """A number that grows with every apply, undo and override."""
        with reading(self._engine) as connection:
            query = select(counters.c.value).where(counters.c.name == "head")
            head: int = connection.execute(query).scalar_one()
            return head

    def save_plan(self, plan: Plan, changes: Iterable[LevelChange]) -> Plan:
        """Save a plan and its changes; the answer carries its id."""
        with writing(self._engine) as connection:
            return book_plans.save_plan(connection, plan, changes)

    def plan(self, plan_id: str) -> Plan:
        """The plan as saved; RefusedError when there is none."""
        with reading(self._engine) as connection:
            return book_plans.plan(connection, plan_id)

    def plans(self, limit: int = 50) -> tuple[Plan, ...]:
        """The latest plans, newest first."""
        with reading(self._engine) as connection:
            return book_plans.saved_plans(connection, limit)

    def plan_changes(
        self,
        plan_id: str,
        change: str | None = None,
        *,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[LevelChange, ...]:
        """The plan's changes by customer id."""
        with reading(self._engine) as connection:
            return book_plans.changes_of(connection, plan_id, change, (limit, offset))

    def plan_levels(self, plan_id: str) -> PlanLevels:
        with reading(self._engine) as connection:
            return book_plans.plan_levels(connection, plan_id)

    def apply(
        self, plan_id: str, *, facts_id: str, policy_version: int, at: int, by: str
    ) -> Applied:
        """Carry a plan out; RefusedError says what has moved since it was made."""
        base = {"facts_id": facts_id, "policy_version": policy_version}
        with writing(self._engine) as connection:
            return book_applies.apply_plan(connection, plan_id, base, at=at, by=by)

    def undo(self, apply_id: str | None = None, *, at: int, by: str) -> Applied:
        """Take an apply back; None means the last one that is not undone."""
        with writing(self._engine) as connection:
            return book_applies.undo_apply(connection, apply_id, at=at, by=by)

    def applied(self, limit: int = 50) -> tuple[Applied, ...]:
        """The latest applies and undos, newest first."""
        with reading(self._engine) as connection:
            return book_applies.applied(connection, limit)

    def set_override(
        self,
        wanted: Override,
        *,
        as_of_day: int,
        policy_version: int,
        direction: Change = Change.MOVED,
    ) -> Override:
        """Set a level by hand; the answer carries the id.

        `direction` (up or down) is for the caller who knows the order of the levels.
        """
        with writing(self._engine) as connection:
            return book_overrides.set_override(
                connection,
                wanted,
                direction=direction,
                as_of_day=as_of_day,
                policy_version=policy_version,
            )

    def end_override(self, customer_id: str, *, at: int, by: str) -> Override:
        """End an override early; RefusedError when there is none."""
        with writing(self._engine) as connection:
            return book_overrides.end_override(connection, customer_id, at=at, by=by)

    def overrides(self, active_on_day: int) -> tuple[Override, ...]:
        with reading(self._engine) as connection:
            return book_overrides.overrides_on(connection, active_on_day)

    def override_of(self, customer_id: str) -> Override | None:
        """The override nobody ended; its last day may be over."""
        with reading(self._engine) as connection:
            return book_overrides.override_of(connection, customer_id)

    def correct_type(self, wanted: TypeCorrection) -> TypeCorrection:
        """Say that a customer is, or is not, of a type; the answer carries the id.

        It replaces the one in force of the same customer and type. Levels and plans stay as
        they are. RefusedError when the reason is empty.
        """
        with writing(self._engine) as connection:
            return book_corrections.correct_type(connection, wanted)

    def withdraw_correction(
        self, customer_id: str, type: str, *, at: int, by: str
    ) -> TypeCorrection:
        """Take a correction back; RefusedError when there is none in force."""
        with writing(self._engine) as connection:
            about = (customer_id, type)
            return book_corrections.withdraw_correction(connection, about, at=at, by=by)

    def corrections_of(self, customer_id: str) -> tuple[TypeCorrection, ...]:
        """The customer's corrections in force, by type."""
        with reading(self._engine) as connection:
            return book_corrections.corrections_of(connection, customer_id)

    def corrections_arrow(self) -> pa.Table:
        """The table TYPE_CORRECTIONS: every correction in force, by customer_id and type."""
        with reading(self._engine) as connection:
            return book_corrections.corrections_arrow(connection)

    def record_fit(self, fit: ValueFit) -> ValueFit:
        """Keep a fit; the answer carries its id.

        The same day, facts and settings are always the same fit: the one kept first.
        """
        with writing(self._engine) as connection:
            return book_corrections.record_fit(connection, fit)

    def fits(self, limit: int = 50) -> tuple[ValueFit, ...]:
        """The latest fits, newest first."""
        with reading(self._engine) as connection:
            return book_corrections.fits(connection, limit)

    def history(self, customer_id: str) -> tuple[DatedDecision, ...]:
        """Every decision about a customer, newest first."""
        with reading(self._engine) as connection:
            return book_history.history(connection, customer_id)

    def level_at(self, customer_id: str, at: int) -> DatedDecision | None:
        """The decision in force at an instant."""
        with reading(self._engine) as connection:
            return book_history.level_at(connection, customer_id, at)

    def current(self, customer_id: str) -> DatedDecision | None:
        """The decision in force now."""
        with reading(self._engine) as connection:
            return book_history.current(connection, customer_id)

    def current_levels(self, as_of_day: int) -> pa.Table:
        """The table CURRENT_LEVELS: what decisions are made from."""
        with reading(self._engine) as connection:
            return book_levels.current_levels(connection, as_of_day)

    def levels_arrow(self) -> pa.Table:
        """customer_id, level, since_day of every customer who has a level, by customer_id."""
        with reading(self._engine) as connection:
            return book_levels.levels_arrow(connection)

    def reasons_arrow(self) -> pa.Table:
        """customer_id, level, since_day, reason and policy_version of every level in force."""
        with reading(self._engine) as connection:
            return book_levels.reasons_arrow(connection)

    def level_counts(self) -> dict[str, int]:
        with reading(self._engine) as connection:
            return book_levels.level_counts(connection)

    def dated_levels_arrow(self) -> pa.Table:
        """The table DATED_LEVELS: every level ever decided, in the order of the decisions."""
        with reading(self._engine) as connection:
            return book_promises.dated_levels(connection)

    def policies_applied(self) -> tuple[PolicyApplied, ...]:
        """The policy versions that came into force, oldest first."""
        with reading(self._engine) as connection:
            return book_promises.policies_applied(connection)

    def tell_alarms(self, reached: Iterable[Alarm], *, at: int) -> tuple[Alarm, ...]:
        """Keep alarms as told; the answer is those that were not told before."""
        with writing(self._engine) as connection:
            return book_promises.tell_alarms(connection, reached, at)

    def untold_alarms(self, reached: Iterable[Alarm]) -> tuple[Alarm, ...]:
        """Those of some alarms that nobody was told of; nothing is kept."""
        with reading(self._engine) as connection:
            return book_promises.untold_alarms(connection, reached)

    def alarms(self, limit: int = 50) -> tuple[Alarm, ...]:
        """The latest alarms told, newest first."""
        with reading(self._engine) as connection:
            return book_promises.latest_alarms(connection, limit)

    def keep_closed_days(self, found: Iterable[ClosedDays], *, at: int) -> None:
        """Keep what calendars take from outside; those of a year that is kept are replaced."""
        with writing(self._engine) as connection:
            book_promises.keep_closed_days(connection, found, at)

    def closed_days(self, policy_version: int) -> tuple[ClosedDays, ...]:
        """What was kept with a policy version, by calendar and year."""
        with reading(self._engine) as connection:
            return book_promises.closed_days_of(connection, policy_version)

    def audit(self, limit: int = 50) -> tuple[AuditEntry, ...]:
        """Who did what, newest first."""
        with reading(self._engine) as connection:
            return book_history.audit_entries(connection, limit)
