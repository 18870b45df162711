"""Carrying out a plan at a desk, step by step, with a journal that says where it stopped.

The book knows of every step before it is taken. Whoever takes the plan up again asks the desk
whether the step that was begun has happened.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from tierwise.facts.desk_config import (
    Deed,
    DeskOp,
    DeskPlan,
    DeskStep,
    HeldObject,
    OwnedObject,
    StepState,
    resolved,
)
from tierwise.facts.desks import DeskAccount, TakenError
from tierwise.facts.problems import RefusedError

from .desk_differences import snapshot_sha
from .desk_sure import refuse_another
from .desk_turns import turn
from .ports import DeskBook, HelpDesk

AGAIN = "make a new plan with `tierwise desk plan`"
DESTROY = "destroy"
WEBHOOK, FIELD = "webhook", "user_field"


@dataclass(frozen=True, slots=True)
class Applying:
    """Who applies, where, and what time it is: `now` gives UTC epoch seconds."""

    book: DeskBook
    desk: HelpDesk
    account: DeskAccount
    now: Callable[[], float]
    by: str

    @property
    def at(self) -> int:
        return int(self.now())

    @property
    def account_id(self) -> str:
        return self.account.account_id


def apply_plan(work: Applying, plan_id: str) -> DeskPlan:
    """Carry out a plan, or go on with one that was interrupted; once applied it stays applied.

    RefusedError when it is not for this account, when something is in its way, when the desk is
    no more as it was when the plan was made, or when another works on the account.
    """
    plan = work.book.desk_plan(plan_id)
    _refuse_unfit(plan, work.account)
    if plan.state == "applied":
        return plan
    with turn(work.book, work.account_id, now=work.now) as is_ours:
        steps = {one.number: one for one in work.book.steps(plan_id)}
        held = _held_here(work, plan, steps.values())
        work.book.set_desk_plan(plan_id, "begun", at=work.at, by=work.by)
        for op in plan.ops:
            _go_on(work, plan, op, (_state(steps, op), held, is_ours))
        _let_go(work, plan)
        work.book.set_desk_plan(plan_id, "applied", at=work.at, by=work.by)
    return work.book.desk_plan(plan_id)


def keep_secret(work: Applying, webhook_id: str) -> None:
    """Keep what a webhook signs with, so that its messages are believed."""
    secret = work.desk.webhook_secret(webhook_id)
    work.book.keep_webhook_secret(work.account_id, secret)


def _go_on(
    work: Applying,
    plan: DeskPlan,
    op: DeskOp,
    seen: tuple[StepState, Sequence[HeldObject], Callable[[], bool]],
) -> None:
    """Take one step, unless it is done; `is_ours` says whether we still have the account."""
    state, held, is_ours = seen
    if state is StepState.DONE:
        return
    if not is_ours():
        raise RefusedError("another process took the account over; apply the plan again")
    _take(work, plan, _as_begun(op, held, work) if state is StepState.BEGUN else op)


def _state(steps: Mapping[int, DeskStep], op: DeskOp) -> StepState:
    step = steps.get(op.number)
    return StepState.WAITING if step is None else step.state


def _refuse_unfit(plan: DeskPlan, account: DeskAccount) -> None:
    if plan.account_id != account.account_id:
        raise RefusedError(f"{plan.plan_id} is for another account than {account.shown}; {AGAIN}")
    if plan.state == "dropped":
        raise RefusedError(f"{plan.plan_id} was dropped for a newer one; {AGAIN}")
    wrong = [one for one in plan.findings if one.verdict == "fail"]
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        told = f"{wrong[0].part}: {wrong[0].text}{more}; {wrong[0].next_step}"
        raise RefusedError(f"something is in the way of {plan.plan_id}: {told}, then plan again")


def _held_here(work: Applying, plan: DeskPlan, steps: Iterable[DeskStep]) -> tuple[HeldObject, ...]:
    """What the desk holds now; refused at another account, or when it is not what was planned."""
    refuse_another(work.desk, work.account)
    held = work.desk.held()
    is_untouched = all(one.state is StepState.WAITING for one in steps)
    if is_untouched and snapshot_sha(held) != plan.snapshot_sha:
        raise RefusedError(f"the desk was changed since {plan.plan_id} was made; {AGAIN}")
    return held


def _as_begun(op: DeskOp, held: Sequence[HeldObject], work: Applying) -> DeskOp:
    """A step that was begun: what it was to make may be there already, and is then changed."""
    if op.deed is not Deed.CREATE:
        return op
    owned = work.book.owned(work.account_id)
    kept = next((one.remote_id for one in owned if one.logical_id == op.logical_id), None)
    taken = {one.remote_id for one in owned if one.kind == op.kind} - {kept}
    free = [one for one in held if one.kind == op.kind and one.remote_id not in taken]
    key = str((op.after or {}).get("key") or op.title)
    found = chain(
        (one for one in free if one.remote_id == kept),
        (one for one in free if one.owner == op.logical_id),
        (one for one in free if str(one.body.get("key") or one.title) == key),
    )
    made = next(found, None)
    return op if made is None else replace(op, remote_id=made.remote_id)


def _take(work: Applying, plan: DeskPlan, op: DeskOp) -> None:
    """Take one step. A create that knows a remote id finds its object made, and completes it."""
    owned = {one.logical_id: one for one in work.book.owned(work.account_id)}
    remote_ids = {name: one.remote_id for name, one in owned.items()}
    told = op if op.deed is not Deed.CREATE or not op.remote_id else replace(op, deed=Deed.UPDATE)

    def mark(state: StepState, remote_id: str | None, said: str = "") -> None:
        step = DeskStep(op.number, state, remote_id, said, work.at)
        work.book.mark_step(plan.plan_id, step)

    mark(StepState.BEGUN, op.remote_id)
    try:
        remote_id = work.desk.carry_out(told, remote_ids)
    except RefusedError as error:
        mark(StepState.BEGUN, op.remote_id, str(error))
        if isinstance(error, TakenError):
            raise TakenError(
                f"{op.logical_id}: {error}; {AGAIN}, which asks what is there now"
            ) from error
        raise
    _keep(work, op, remote_id, owned)
    mark(StepState.DONE, remote_id or op.remote_id)


def _keep(work: Applying, op: DeskOp, remote_id: str, owned: Mapping[str, OwnedObject]) -> None:
    """What the book knows of the object then."""
    if op.deed is Deed.REORDER:
        return
    if op.kind == FIELD and op.deed is not Deed.UPDATE:
        _forget_values(work)
    if op.deed is Deed.DELETE:
        work.book.disown(work.account_id, op.logical_id)
        return
    if op.deed is Deed.CREATE and op.kind == WEBHOOK:
        keep_secret(work, remote_id)
    remote_ids = {name: one.remote_id for name, one in owned.items()}
    body = resolved(op.after or {}, remote_ids)
    before = owned.get(op.logical_id)
    adopted = before is not None and before.adopted and op.deed is Deed.UPDATE
    ours = OwnedObject(op.logical_id, op.kind, remote_id, body, adopted=adopted, at_s=work.at)
    work.book.own(work.account_id, ours)


def _forget_values(work: Applying) -> None:
    """Nobody bears a value of a field that is gone, or new, whatever we wrote into a former one."""
    written = work.book.written_levels(work.account_id).column("user_id").to_pylist()
    work.book.forget_people(work.account_id, [str(one) for one in written])


def _let_go(work: Applying, plan: DeskPlan) -> None:
    """After removing everything, forget what was adopted, and what was gone already."""
    owned = work.book.owned(work.account_id) if plan.purpose == DESTROY else ()
    for one in owned:
        work.book.disown(work.account_id, one.logical_id)
