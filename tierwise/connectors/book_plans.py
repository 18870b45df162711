"""Policies, runs and plans in the book: what was looked at and what would change."""

import json
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select, true

from tierwise.facts.decisions import Change, LevelChange, Plan, PlanLevels, PolicyVersion, Run

from .book_bulk import insert_rows
from .book_engine import found, next_number, number_in, take_turn
from .book_levels import level_counts
from .book_records import (
    AnyRow,
    change_record,
    change_row,
    one,
    pairs,
    plan_record,
    policy_record,
    run_record,
)
from .book_schema import plan_changes, plans, policy_versions, runs


def save_policy(connection: Connection, policy: str, at: int) -> PolicyVersion:
    """The version of this text: the known one, or a new one first used `at`."""
    sha = sha256(policy.encode()).hexdigest()
    take_turn(connection, "policy_versions")
    query = select(policy_versions).where(policy_versions.c.sha == sha)
    known = one(connection.execute(query), policy_record)
    if known:
        return known
    version = next_number(connection, "policy_versions")
    connection.execute(
        insert(policy_versions).values(version=version, policy=policy, sha=sha, first_used_at=at)
    )
    return PolicyVersion(version, policy, sha, at)


def policy(connection: Connection, version: int) -> PolicyVersion:
    query = select(policy_versions).where(policy_versions.c.version == version)
    known = one(connection.execute(query), policy_record)
    return found(known, f"there is no version {version} of the policy")


def record_run(connection: Connection, run: Run) -> Run:
    """Save the run under the next id."""
    number = next_number(connection, "runs")
    connection.execute(
        insert(runs).values(
            number=number,
            made_at=run.made_at,
            as_of_day=run.as_of_day,
            facts_id=run.facts_id,
            policy_version=run.policy_version,
            customers=run.customers,
            problems=run.problems,
        )
    )
    return replace(run, run_id=f"r{number}")


def run(connection: Connection, run_id: str) -> Run:
    query = select(runs).where(runs.c.number == number_in("r", run_id))
    return found(one(connection.execute(query), run_record), f"there is no run `{run_id}`")


def save_plan(connection: Connection, plan: Plan, changes: Iterable[LevelChange]) -> Plan:
    """Save the plan under the next id, with every change that is not `same`."""
    number = next_number(connection, "plans")
    connection.execute(
        insert(plans).values(
            number=number,
            run=number_in("r", plan.run_id),
            made_at=plan.made_at,
            as_of_day=plan.as_of_day,
            facts_id=plan.facts_id,
            policy_version=plan.policy_version,
            head=plan.head,
            counts=json.dumps(plan.counts),
            levels_before=json.dumps(level_counts(connection)),
            state="open",
        )
    )
    moving = (change_row(number, change) for change in changes if change.change != Change.SAME)
    insert_rows(connection, plan_changes, moving)
    return replace(plan, plan_id=f"p{number}", state="open")


def plan(connection: Connection, plan_id: str) -> Plan:
    return plan_record(_plan_row(connection, plan_id))


def saved_plans(connection: Connection, limit: int) -> tuple[Plan, ...]:
    """The latest plans, newest first."""
    query = select(plans).order_by(plans.c.number.desc()).limit(limit)
    return tuple(plan_record(row) for row in connection.execute(query))


def changes_of(
    connection: Connection, plan_id: str, change: str | None, page: tuple[int, int]
) -> tuple[LevelChange, ...]:
    """The plan's changes by customer; `page` is (limit, offset)."""
    limit, offset = page
    query = (
        select(plan_changes)
        .where(
            plan_changes.c.plan == number_in("p", plan_id),
            _is(plan_changes.c.change, change),
        )
        .order_by(plan_changes.c.customer_id)
        .limit(limit)
        .offset(offset)
    )
    return tuple(change_record(row) for row in connection.execute(query))


def plan_levels(connection: Connection, plan_id: str) -> PlanLevels:
    """Customers per level before and after the plan, and the ones it holds back."""
    row = _plan_row(connection, plan_id)
    before: dict[str, int] = json.loads(row.levels_before)
    after = dict(before)
    for level, sign in (("level_from", -1), ("level_to", 1)):
        for name, customers in _counted(connection, row.number, level, held=False).items():
            after[name] = after.get(name, 0) + sign * customers
    return PlanLevels(before, after, _counted(connection, row.number, "ground", held=True))


def _counted(connection: Connection, number: int, column: str, *, held: bool) -> dict[str, int]:
    counted = plan_changes.c[column]
    wanted = (plan_changes.c.change == Change.HELD.value) == held
    query = (
        select(counted, func.count())
        .where(and_(plan_changes.c.plan == number, wanted, counted.is_not(None)))
        .group_by(counted)
        .order_by(counted)
    )
    return pairs(connection.execute(query))


def _plan_row(connection: Connection, plan_id: str) -> AnyRow:
    query = select(plans).where(plans.c.number == number_in("p", plan_id))
    row = connection.execute(query).one_or_none()
    return found(row, f"there is no plan `{plan_id}`; `tierwise history` lists them")


def _is(column: ColumnElement[str], wanted: str | None) -> ColumnElement[bool]:
    return true() if wanted is None else column == str(wanted)
