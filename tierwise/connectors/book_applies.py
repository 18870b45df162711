"""Carrying a plan out and taking it back: one transaction each, set-based, all or nothing."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    case,
    func,
    insert,
    literal,
    null,
    select,
    update,
)

from tierwise.facts.decisions import Applied, AuditEntry, Change, Ground
from tierwise.facts.problems import RefusedError

from .book_engine import found, next_number, number_in, upsert
from .book_records import applied_record
from .book_schema import applies, audit, current_decisions, decisions, plan_changes, plans

MOVES = (Change.NEW, Change.UP, Change.DOWN, Change.MOVED, Change.GONE)
BACK = {
    Change.NEW: Change.GONE,
    Change.UP: Change.DOWN,
    Change.DOWN: Change.UP,
    Change.MOVED: Change.MOVED,
    Change.GONE: Change.NEW,
}
# What each moved base is called when an apply is refused.
BASES = {
    "facts_id": "the facts have changed",
    "policy_version": "the policy has changed",
    "head": "levels were applied, undone or set by hand",
}


def apply_plan(
    connection: Connection, plan_id: str, base: Mapping[str, object], *, at: int, by: str
) -> Applied:
    """Carry the plan out; RefusedError when it is not open or its base (BASES) has moved."""
    # Counting the head first makes any other writer wait until this one is done.
    head = next_number(connection, "head") - 1
    plan = _open_plan(connection, plan_id)
    _refuse_moved(plan, {**base, "head": head})
    number = _start(connection, {"plan": plan.number, "done_at": at, "done_by": by})
    _append(connection, _moves(plan, number, at, by))
    _move_pointers(connection, number)
    _set_state(connection, plan.number, "applied")
    return _finish(connection, number)


def undo_apply(connection: Connection, apply_id: str | None, *, at: int, by: str) -> Applied:
    """Give back the levels from before an apply (None: the last one that is not undone).

    Customers decided anew since then are left alone and counted.
    """
    next_number(connection, "head")
    undone = _undoable(connection, apply_id)
    number = _start(connection, {"undoes": undone.number, "done_at": at, "done_by": by})
    _append(connection, _restorations(undone.number, number, at, by))
    _move_pointers(connection, number)
    _set_state(connection, undone.plan, "undone")
    return _finish(connection, number, of=undone.changed)


def applied(connection: Connection, limit: int) -> tuple[Applied, ...]:
    """The latest applies and undos, newest first."""
    query = select(applies).order_by(applies.c.number.desc()).limit(limit)
    return tuple(applied_record(row) for row in connection.execute(query))


def write_audit(connection: Connection, entry: AuditEntry) -> None:
    connection.execute(
        insert(audit).values(
            done_at=entry.at,
            done_by=entry.by,
            deed=entry.deed,
            subject=entry.subject,
            detail=entry.detail,
        )
    )


def move_pointer(connection: Connection, moved: ColumnElement[bool]) -> None:
    """Put the decisions that `moved` selects in force; at most one per customer."""
    moving = upsert(connection, current_decisions).from_select(
        ["customer_id", "decision_id"],
        select(decisions.c.customer_id, decisions.c.decision_id).where(moved),
    )
    connection.execute(
        moving.on_conflict_do_update(
            index_elements=["customer_id"], set_={"decision_id": moving.excluded.decision_id}
        )
    )


def _open_plan(connection: Connection, plan_id: str) -> Row[Any]:
    query = select(plans).where(plans.c.number == number_in("p", plan_id))
    plan = found(
        connection.execute(query).one_or_none(),
        f"there is no plan `{plan_id}`; make one with `tierwise plan`",
    )
    if plan.state != "open":
        raise RefusedError(
            f"plan `{plan_id}` is already {plan.state}; make a new one with `tierwise plan`"
        )
    return plan


def _refuse_moved(plan: Row[Any], base: Mapping[str, object]) -> None:
    moved = [words for name, words in BASES.items() if plan._mapping[name] != base[name]]
    if moved:
        raise RefusedError(
            f"plan `p{plan.number}` no longer fits: since it was made, {' and '.join(moved)}; "
            "make a new one with `tierwise plan`"
        )


def _undoable(connection: Connection, apply_id: str | None) -> Row[Any]:
    query = (
        select(applies, plans.c.state)
        .outerjoin(plans, plans.c.number == applies.c.plan)
        .order_by(applies.c.number.desc())
        .limit(1)
    )
    if apply_id is None:
        last = connection.execute(query.where(plans.c.state == "applied")).one_or_none()
        return found(last, "there is nothing to undo")
    row = connection.execute(query.where(applies.c.number == number_in("a", apply_id)))
    wanted = found(
        row.one_or_none(), f"there is no apply `{apply_id}`; `tierwise history` lists them"
    )
    if wanted.plan is None:
        raise RefusedError(f"`{apply_id}` is itself an undo; to redo, make a new `tierwise plan`")
    if wanted.state == "undone":
        raise RefusedError(f"`{apply_id}` is already undone; to redo, make a new `tierwise plan`")
    return wanted


def _start(connection: Connection, values: Mapping[str, object]) -> int:
    number = next_number(connection, "applies")
    connection.execute(insert(applies).values(number=number, changed=0, left_alone=0, **values))
    return number


def _finish(connection: Connection, number: int, *, of: int | None = None) -> Applied:
    """Count what was changed, and what was left alone when it could have been `of` customers."""
    query = select(func.count()).where(decisions.c["apply"] == number)
    changed = connection.execute(query).scalar_one()
    left_alone = 0 if of is None else of - changed
    row = connection.execute(
        update(applies)
        .where(applies.c.number == number)
        .values(changed=changed, left_alone=left_alone)
        .returning(applies)
    ).one()
    done = applied_record(row)
    deed, subject = ("undo", done.undoes) if done.undoes else ("apply", done.plan_id)
    detail = f"{done.apply_id}: {changed} changed, {left_alone} left alone"
    write_audit(connection, AuditEntry(done.at, done.by, deed, subject or "", detail))
    return done


def _append(connection: Connection, rows: Select[Any]) -> None:
    names = [column.name for column in rows.selected_columns]
    connection.execute(insert(decisions).from_select(names, rows))


def _move_pointers(connection: Connection, number: int) -> None:
    move_pointer(connection, decisions.c["apply"] == number)


def _set_state(connection: Connection, number: int, state: str) -> None:
    connection.execute(update(plans).where(plans.c.number == number).values(state=state))


def _moves(plan: Row[Any], number: int, at: int, by: str) -> Select[Any]:
    """The decisions an apply appends: the plan's rows that change something."""
    change = plan_changes.c
    return (
        select(
            change.customer_id,
            change.level_to.label("level"),
            change.level_from.label("level_before"),
            literal(plan.as_of_day).label("since_day"),
            change.change,
            change.ground,
            change.reason,
            change.evidence,
            literal(at).label("decided_at"),
            literal(plan.as_of_day).label("as_of_day"),
            literal(plan.policy_version).label("policy_version"),
            literal(number).label("apply"),
            literal(by).label("decided_by"),
        )
        .where(change.plan == plan.number, change.change.in_([str(move) for move in MOVES]))
        .order_by(change.customer_id)
    )


def _restorations(undone: int, number: int, at: int, by: str) -> Select[Any]:
    """The decisions an undo appends: for each customer still at what the apply decided (`taken`),
    the decision in force before it (`given`), or no level when there was none.
    """
    taken, now, before, given = (
        decisions.alias(name) for name in ("taken", "now", "before", "given")
    )
    return (
        select(
            taken.c.customer_id,
            given.c.level.label("level"),
            taken.c.level.label("level_before"),
            given.c.since_day,
            _reverse(taken.c.change).label("change"),
            func.coalesce(given.c.ground, Ground.NO_CUSTOMER.value).label("ground"),
            _undo_reason(undone, given).label("reason"),
            func.coalesce(given.c.evidence, "{}").label("evidence"),
            literal(at).label("decided_at"),
            taken.c.as_of_day,
            given.c.policy_version,
            literal(number).label("apply"),
            given.c.decision_id.label("stands_for"),
            literal(by).label("decided_by"),
        )
        .join(current_decisions, current_decisions.c.customer_id == taken.c.customer_id)
        .join(now, now.c.decision_id == current_decisions.c.decision_id)
        .outerjoin(before, before.c.decision_id == _last_before(taken))
        .outerjoin(given, given.c.decision_id == _standing_for(before))
        .where(taken.c["apply"] == undone, _standing_for(now) == taken.c.decision_id)
        .order_by(taken.c.customer_id)
    )


def _last_before(taken: Any) -> Any:
    """The decision about the same customer before this one."""
    earlier = decisions.alias("earlier")
    same = earlier.c.customer_id == taken.c.customer_id
    return (
        select(func.max(earlier.c.decision_id))
        .where(same, earlier.c.decision_id < taken.c.decision_id)
        .scalar_subquery()
    )


def _standing_for(decision: Any) -> ColumnElement[int]:
    return func.coalesce(decision.c.stands_for, decision.c.decision_id)


def _reverse(change: ColumnElement[str]) -> ColumnElement[str]:
    return case({str(there): str(back) for there, back in BACK.items()}, value=change, else_=change)


def _undo_reason(undone: int, given: Any) -> ColumnElement[str]:
    return case(
        (given.c.decision_id.is_(null()), f"a{undone} undone; no level before"),
        else_=literal(f"a{undone} undone; before: ") + given.c.reason,
    )
