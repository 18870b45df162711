"""Plans for a desk: asked, compared with what it holds, and saved in the book."""

from dataclasses import dataclass

from tierwise.facts.desk_config import DeskPlan, DeskWish, HeldObject, OwnedObject

from .desk_applying import DESTROY, WEBHOOK, Applying, keep_secret
from .desk_differences import (
    Differences,
    as_wanted,
    differences,
    import_found,
    removal,
    snapshot_sha,
)
from .desk_sure import refuse_another

APPLY = "apply"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the policy asks of the desk, and by which version of it."""

    wish: DeskWish
    policy_version: int


def plan_desk(work: Applying, asked: Asked) -> DeskPlan:
    """What the desk lacks for the policy, saved as a plan; nothing is written at the desk.

    What others made there just as it should be is used as it is, and stays theirs.
    """
    refuse_another(work.desk, work.account)
    compiled, held = work.desk.compile(asked.wish), work.desk.held()
    owned = work.book.owned(work.account_id)
    for one in as_wanted(compiled.objects, held, owned, at=work.at):
        work.book.own(work.account_id, one)
    found = differences(compiled, held, work.book.owned(work.account_id))
    return _saved(work, APPLY, asked.policy_version, (found, held))


def plan_removal(work: Applying, policy_version: int) -> DeskPlan:
    """What removes everything we made, saved as a plan."""
    refuse_another(work.desk, work.account)
    held = work.desk.held()
    found = removal(held, work.book.owned(work.account_id))
    return _saved(work, DESTROY, policy_version, (found, held))


def import_desk(work: Applying, asked: Asked) -> tuple[OwnedObject, ...]:
    """Take on what stands at the desk already; the book keeps it, the desk stays as it is."""
    refuse_another(work.desk, work.account)
    compiled, held = work.desk.compile(asked.wish), work.desk.held()
    owned = work.book.owned(work.account_id)
    adopted = import_found(compiled.objects, held, owned, at=work.at)
    for one in adopted:
        work.book.own(work.account_id, one)
        if one.kind == WEBHOOK:
            keep_secret(work, one.remote_id)
    return adopted


def stale(work: Applying, plan: DeskPlan) -> str | None:
    """What moved at the desk since an open plan was made; None if nothing did."""
    if plan.state != "open" or snapshot_sha(work.desk.held()) == plan.snapshot_sha:
        return None
    return "the desk was changed since it was made"


def _saved(
    work: Applying,
    purpose: str,
    policy_version: int,
    seen: tuple[Differences, tuple[HeldObject, ...]],
) -> DeskPlan:
    found, held = seen
    plan = DeskPlan(
        plan_id="",
        account_id=work.account_id,
        purpose=purpose,
        made_at=work.at,
        made_by=work.by,
        policy_version=policy_version,
        snapshot_sha=snapshot_sha(held),
        ops=found.ops,
        findings=found.findings,
    )
    return work.book.save_desk_plan(plan)
