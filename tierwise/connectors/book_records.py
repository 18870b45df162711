"""Rows of the book as records, and records as rows."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Result, Row

from tierwise.facts.decisions import (
    Applied,
    AuditEntry,
    Change,
    DatedDecision,
    Ground,
    LevelChange,
    Override,
    Plan,
    PolicyVersion,
    Run,
)

AnyRow = Row[*tuple[Any, ...]]
AnyRows = Result[*tuple[Any, ...]]
Record = TypeVar("Record")


def one(rows: AnyRows, record: Callable[[AnyRow], Record]) -> Record | None:
    """The only row as a record, or None."""
    row = rows.one_or_none()
    return None if row is None else record(row)


def pairs(rows: AnyRows) -> dict[str, Any]:
    """Rows of two columns as a dictionary."""
    return {row[0]: row[1] for row in rows}


def policy_record(row: AnyRow) -> PolicyVersion:
    return PolicyVersion(row.version, row.policy, row.sha, row.first_used_at)


def run_record(row: AnyRow) -> Run:
    return Run(
        run_id=f"r{row.number}",
        made_at=row.made_at,
        as_of_day=row.as_of_day,
        facts_id=row.facts_id,
        policy_version=row.policy_version,
        customers=row.customers,
        problems=row.problems,
    )


def plan_record(row: AnyRow) -> Plan:
    return Plan(
        plan_id=f"p{row.number}",
        run_id=f"r{row.run}",
        made_at=row.made_at,
        as_of_day=row.as_of_day,
        facts_id=row.facts_id,
        policy_version=row.policy_version,
        head=row.head,
        counts=json.loads(row.counts),
        state=row.state,
    )


def change_record(row: AnyRow) -> LevelChange:
    return LevelChange(
        customer_id=row.customer_id,
        level_from=row.level_from,
        deserved=row.deserved,
        level_to=row.level_to,
        change=Change(row.change),
        ground=Ground(row.ground),
        confirmed_runs=row.confirmed_runs,
        reason=row.reason,
        evidence=row.evidence,
    )


def change_row(plan: int, change: LevelChange) -> tuple[object, ...]:
    """A row of `plan_changes`, in the order of its columns."""
    return (
        plan,
        change.customer_id,
        change.level_from,
        change.deserved,
        change.level_to,
        str(change.change),
        str(change.ground),
        change.confirmed_runs,
        change.reason,
        change.evidence,
    )


def applied_record(row: AnyRow) -> Applied:
    return Applied(
        apply_id=f"a{row.number}",
        plan_id=row.plan and f"p{row.plan}",
        undoes=row.undoes and f"a{row.undoes}",
        at=row.done_at,
        by=row.done_by,
        changed=row.changed,
        left_alone=row.left_alone,
    )


def decision_record(row: AnyRow) -> DatedDecision:
    return DatedDecision(
        customer_id=row.customer_id,
        level=row.level,
        level_before=row.level_before,
        change=Change(row.change),
        ground=Ground(row.ground),
        reason=row.reason,
        evidence=row.evidence,
        decided_at=row.decided_at,
        as_of_day=row.as_of_day,
        policy_version=row.policy_version,
        apply_id=row.apply and f"a{row.apply}",
        by=row.decided_by,
        since_day=row.since_day,
    )


def override_record(row: AnyRow) -> Override:
    return Override(
        override_id=f"o{row.number}",
        customer_id=row.customer_id,
        level=row.level,
        reason=row.reason,
        by=row.set_by,
        set_at=row.set_at,
        until_day=row.until_day,
        ended_at=row.ended_at,
    )


def audit_record(row: AnyRow) -> AuditEntry:
    return AuditEntry(row.done_at, row.done_by, row.deed, row.subject, row.detail)
