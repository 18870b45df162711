"""Desk configuration in the book: plans and how far they were carried out, and what is ours."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update

from tierwise.facts.decisions import AuditEntry
from tierwise.facts.desk_config import (
    Deed,
    DeskOp,
    DeskPlan,
    DeskStep,
    OwnedObject,
    StepState,
)
from tierwise.facts.findings import Finding
from tierwise.facts.problems import RefusedError

from .book_applies import write_audit
from .book_bulk import insert_rows
from .book_desk_accounts import account_number
from .book_engine import found, next_number, number_in, upsert
from .book_records import AnyRow, one
from .desk_schema import desk_owned, desk_plans, desk_steps

# From which states a plan may come to each; a begun one is begun again when it is taken up.
COMES_FROM = {
    "begun": ("open", "begun"),
    "applied": ("open", "begun"),
    "dropped": ("open", "begun", "dropped"),
}


def save_desk_plan(connection: Connection, plan: DeskPlan) -> DeskPlan:
    """Save the plan under the next id, open, with a waiting step for each operation."""
    account = account_number(connection, plan.account_id)
    number = next_number(connection, "desk_plans")
    connection.execute(
        insert(desk_plans).values(
            number=number,
            account=account,
            purpose=plan.purpose,
            made_at=plan.made_at,
            made_by=plan.made_by,
            policy_version=plan.policy_version,
            snapshot_sha=plan.snapshot_sha,
            ops=_json([_op_values(op) for op in plan.ops]),
            findings=_json([asdict(finding) for finding in plan.findings]),
            state="open",
        )
    )
    steps = ((number, op.number, str(StepState.WAITING), None, "", None) for op in plan.ops)
    insert_rows(connection, desk_steps, steps)
    saved = replace(plan, plan_id=f"dp{number}", state="open")
    _audit(connection, saved, "plan desk", (plan.made_at, plan.made_by))
    return saved


def desk_plan(connection: Connection, plan_id: str) -> DeskPlan:
    """The plan as saved; RefusedError when there is none."""
    query = select(desk_plans).where(desk_plans.c.number == number_in("dp", plan_id))
    return found(one(connection.execute(query), _plan), f"there is no desk plan `{plan_id}`")


def latest_desk_plans(connection: Connection, limit: int) -> tuple[DeskPlan, ...]:
    """The latest plans, newest first."""
    query = select(desk_plans).order_by(desk_plans.c.number.desc()).limit(limit)
    return tuple(_plan(row) for row in connection.execute(query))


def set_desk_plan(connection: Connection, plan_id: str, state: str, done: tuple[int, str]) -> None:
    """Move the plan to another state; RefusedError when it cannot come there any more.

    A plan that begins drops those that were begun before: the desk is no more as they left it.
    """
    plan = desk_plan(connection, plan_id)
    number = number_in("dp", plan_id)
    coming = and_(desk_plans.c.number == number, desk_plans.c.state.in_(COMES_FROM[state]))
    moving = update(desk_plans).where(coming).values(state=state)
    if connection.execute(moving.returning(desk_plans.c.number)).first() is None:
        raise RefusedError(f"desk plan `{plan_id}` is already {plan.state}; make a new plan")
    if state == "begun":
        _drop_begun(connection, plan, done)
    _audit(connection, plan, f"desk plan {state}", done)


def steps_of(connection: Connection, plan_id: str) -> tuple[DeskStep, ...]:
    """How far each operation has come, in their order."""
    query = (
        select(desk_steps)
        .where(desk_steps.c.plan == number_in("dp", plan_id))
        .order_by(desk_steps.c.number)
    )
    return tuple(
        DeskStep(row.number, StepState(row.state), row.remote_id, row.said, row.at_s)
        for row in connection.execute(query)
    )


def mark_step(connection: Connection, plan_id: str, step: DeskStep) -> None:
    """Keep how far an operation has come; RefusedError when the plan has no such operation."""
    this = and_(desk_steps.c.plan == number_in("dp", plan_id), desk_steps.c.number == step.number)
    values = {**asdict(step), "state": str(step.state)}
    marking = update(desk_steps).where(this).values(values).returning(desk_steps.c.number)
    found(
        connection.execute(marking).first(),
        f"desk plan `{plan_id}` has no operation {step.number}; make a new plan",
    )


def owned(connection: Connection, account_id: str) -> tuple[OwnedObject, ...]:
    """What we made or adopted at an account, by logical id."""
    account = account_number(connection, account_id)
    rows = connection.execute(select(desk_owned).where(desk_owned.c.account == account))
    return tuple(sorted((_owned(row) for row in rows), key=lambda one: one.logical_id))


def own(connection: Connection, account_id: str, ours: OwnedObject) -> None:
    """Keep that an object is ours, and as what we last wrote it."""
    key = {
        "account": account_number(connection, account_id),
        "logical_id": ours.logical_id,
    }
    values = {
        "kind": ours.kind,
        "remote_id": ours.remote_id,
        "body": _json(ours.body),
        "adopted": int(ours.adopted),
        "at_s": ours.at_s,
    }
    keeping = upsert(connection, desk_owned).values(**key, **values)
    connection.execute(keeping.on_conflict_do_update(index_elements=list(key), set_=values))


def disown(connection: Connection, account_id: str, logical_id: str) -> None:
    """Forget that an object is ours."""
    account = account_number(connection, account_id)
    this = and_(desk_owned.c.account == account, desk_owned.c.logical_id == logical_id)
    connection.execute(delete(desk_owned).where(this))


def _drop_begun(connection: Connection, plan: DeskPlan, done: tuple[int, str]) -> None:
    others = and_(
        desk_plans.c.account == number_in("d", plan.account_id),
        desk_plans.c.number != number_in("dp", plan.plan_id),
        desk_plans.c.state == "begun",
    )
    dropping = update(desk_plans).where(others).values(state="dropped").returning(desk_plans)
    for row in connection.execute(dropping).all():
        _audit(connection, _plan(row), "desk plan dropped", done)


def _audit(connection: Connection, plan: DeskPlan, deed: str, done: tuple[int, str]) -> None:
    at, by = done
    detail = f"{plan.account_id}: {plan.purpose}, {len(plan.ops)} operations"
    write_audit(connection, AuditEntry(at, by, deed, plan.plan_id, detail))


def _json(value: object) -> str:
    return json.dumps(value, default=_plain)


def _plain(value: object) -> dict[Any, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a body of a desk holds {type(value).__name__}, which is no JSON")


def _op_values(op: DeskOp) -> dict[str, object]:
    return {
        "number": op.number,
        "deed": op.deed,
        "kind": op.kind,
        "logical_id": op.logical_id,
        "title": op.title,
        "remote_id": op.remote_id,
        "before": op.before,
        "after": op.after,
        "drifted": op.drifted,
    }


def _plan(row: AnyRow) -> DeskPlan:
    ops = json.loads(row.ops)
    return DeskPlan(
        plan_id=f"dp{row.number}",
        account_id=f"d{row.account}",
        purpose=row.purpose,
        made_at=row.made_at,
        made_by=row.made_by,
        policy_version=row.policy_version,
        snapshot_sha=row.snapshot_sha,
        ops=tuple(DeskOp(**{**op, "deed": Deed(op["deed"])}) for op in ops),
        findings=tuple(Finding(**finding) for finding in json.loads(row.findings)),
        state=row.state,
    )


def _owned(row: AnyRow) -> OwnedObject:
    return OwnedObject(
        logical_id=row.logical_id,
        kind=row.kind,
        remote_id=row.remote_id,
        body=json.loads(row.body),
        adopted=bool(row.adopted),
        at_s=row.at_s,
    )
