"""Answers about plans: what would change, worked out and saved with what it stands on."""

import json
from collections.abc import Callable, Iterator

import pyarrow as pa

from tierwise.facts.decisions import Change, Ground, LevelChange, Plan, Run
from tierwise.levels.decision import CurrentLevel, Decision
from tierwise.levels.decision_model import decision_model
from tierwise.levels.policy import Policy
from tierwise.levels.policy_checks import evidence_columns
from tierwise.levels.reasons import Circumstances, reason_of

from .answers import PlanAnswer, PlanRow
from .basis import Basis
from .ports import Book, Engine

SHOWN_ROWS = 50
_BATCH_ROWS = 20_000

_CURRENT = ("since_day", "by_hand", "waiting_level", "waiting_runs", "waiting_day")
_OVERRIDE = ("override_level", "override_until_day")


def make_plan(basis: Basis, policy: Policy, text: str, *, now: int) -> Plan:
    """Decide for everybody under a policy and save what would change.

    The policy may differ from the file's in its rules and in the value it follows. The run names
    the version of the policy file, the plan the version it was decided by.
    """
    file_version = basis.book.save_policy(basis.policy_text, now).version
    version = basis.book.save_policy(text, now).version
    with basis.following(policy.value.use):
        return _planned(basis, policy, now, (file_version, version))


def _planned(basis: Basis, policy: Policy, now: int, versions: tuple[int, int]) -> Plan:
    file_version, version = versions
    basis.hold_current_levels()
    basis.engine.materialise(decision_model(policy), {"as_of_day": basis.as_of_day})
    counts = dict(basis.engine.rows("SELECT change, COUNT(*) FROM decisions GROUP BY change"))
    customers = sum(counts.values()) - counts.get(Change.GONE, 0)
    run = Run(
        run_id="",
        made_at=now,
        as_of_day=basis.as_of_day,
        facts_id=basis.run.facts_id,
        policy_version=file_version,
        customers=customers,
        problems=basis.facts.problem_count,
    )
    plan = Plan(
        plan_id="",
        run_id=basis.book.record_run(run).run_id,
        made_at=now,
        as_of_day=basis.as_of_day,
        facts_id=basis.run.facts_id,
        policy_version=version,
        head=basis.head,
        counts={change: counts.get(change, 0) for change in Change},
    )
    return basis.book.save_plan(plan, _changes(basis, policy))


def plan_answer(book: Book, engine: Engine, plan: Plan, stale: str | None) -> PlanAnswer:
    """A saved plan with its counts and first rows; `stale` says what has moved since."""
    levels = book.plan_levels(plan.plan_id)
    return PlanAnswer(
        plan=plan,
        before=levels.before,
        after=levels.after,
        held_by_ground=levels.held_by_ground,
        rows=plan_rows(book, engine, plan.plan_id, None, offset=0, limit=SHOWN_ROWS),
        stale=stale,
    )


def plan_rows(
    book: Book, engine: Engine, plan_id: str, change: str | None, *, offset: int, limit: int
) -> tuple[PlanRow, ...]:
    """A page of the plan's changes, with the names people know."""
    rows = book.plan_changes(plan_id, change, limit=limit, offset=offset)
    names = names_of(engine, [row.customer_id for row in rows])
    return tuple(
        PlanRow(
            row.customer_id,
            names.get(row.customer_id),
            row.level_from,
            row.level_to,
            row.deserved,
            row.change,
            row.reason,
        )
        for row in rows
    )


def row_count(plan: Plan, change: str | None) -> int:
    """How many changes of one kind a plan has; of all kinds for None."""
    if change is not None:
        return plan.counts.get(change, 0)
    return sum(n for kind, n in plan.counts.items() if kind != Change.SAME)


def names_of(engine: Engine, customer_ids: list[str]) -> dict[str, str]:
    """Names to show, of those who have one."""
    found = engine.rows(
        "SELECT ref, name FROM identities WHERE name IS NOT NULL AND ref IN "
        "(SELECT UNNEST(?::VARCHAR[]))",
        [customer_ids],
    )
    return dict(found)


def _changes(basis: Basis, policy: Policy) -> Iterator[LevelChange]:
    looked_at = evidence_columns(policy)
    columns = [
        *(f"d.{name}" for name in Decision.__slots__),
        *(f"c.{name}" for name in (*_CURRENT, *_OVERRIDE)),
        *(f"s.{name}" for name in looked_at),
    ]
    found = basis.engine.query(
        f"SELECT {', '.join(columns)} FROM decisions d "
        "LEFT JOIN standings s ON s.customer_id = d.customer_id "
        "LEFT JOIN current_levels c ON c.customer_id = d.customer_id "
        f"WHERE d.change <> '{Change.SAME}' ORDER BY d.customer_id"
    )
    why = _reasons(basis.book, policy)
    for batch in found.to_batches(max_chunksize=_BATCH_ROWS):
        yield from _batch_changes(batch, looked_at, why)


def _batch_changes(
    batch: pa.RecordBatch, looked_at: tuple[str, ...], why: Callable[..., str]
) -> Iterator[LevelChange]:
    for row in batch.to_pylist():
        evidence = {name: row[name] for name in looked_at}
        decision = Decision(
            row["customer_id"],
            row["level_from"],
            row["deserved"],
            row["level_to"],
            Change(row["change"]),
            Ground(row["ground"]),
            row["confirmed_runs"],
        )
        current = CurrentLevel(
            row["customer_id"],
            row["level_from"],
            row["since_day"],
            bool(row["by_hand"]),
            row["waiting_level"],
            row["waiting_runs"] or 0,
            row["waiting_day"],
            row["override_level"],
            row["override_until_day"],
        )
        yield LevelChange(
            decision.customer_id,
            decision.level_from,
            decision.deserved,
            decision.level_to,
            decision.change,
            decision.ground,
            decision.confirmed_runs,
            why(decision, current, evidence),
            json.dumps(evidence),
        )


def _reasons(
    book: Book, policy: Policy
) -> Callable[[Decision, CurrentLevel, dict[str, object]], str]:
    def why(decision: Decision, current: CurrentLevel, evidence: dict[str, object]) -> str:
        by_hand = decision.ground is Ground.OVERRIDE
        override = book.override_of(decision.customer_id) if by_hand else None
        told = override.reason if override else ""
        return reason_of(decision, Circumstances(evidence, current, policy, told))

    return why
