"""The pages of help desks: how each account stands, one plan of its configuration, and a push."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from starlette.exceptions import HTTPException
from starlette.responses import Response

from tierwise.facts.desk_config import DeskOp, DeskStep
from tierwise.facts.desks import DeskAccount

from . import desk_words
from .desk_answers import DeskPlanAnswer
from .desk_body import FieldChange, field_changes
from .site import Asked, Site, write_page

VERDICTS = ("fail", "warn", "ok")


@dataclass(frozen=True, slots=True)
class ShownOp:
    """An operation with what it changes in the object, and how far it has come."""

    op: DeskOp
    fields: tuple[FieldChange, ...]
    step: DeskStep | None


def desk_page(site: Site, asked: Asked) -> Response:
    """Every account: what is in step, what waits, what drifted, what went wrong."""
    found = site.answers.desks()
    if not found:
        return write_page(site, asked, "no_desk.html")
    work = {one.account.account_id: _left(site, one.account.account_id) for one in found}
    return write_page(site, asked, "desk.html", found=found, work=work, said=desk_words)


def _left(site: Site, account_id: str) -> tuple[bool, str]:
    """Whether a push begun here still runs, and what stopped the last one."""
    name = push_work(account_id)
    return site.work.runs(name), site.work.stopped(name)


def desk_plan_page(site: Site, asked: Asked) -> Response:
    """A plan of configuration like a diff, with what to know about it."""
    return write_desk_plan(site, asked, find_desk_plan(site, asked))


def write_desk_plan(
    site: Site, asked: Asked, found: DeskPlanAnswer, *, misread: str = "", status: int = 200
) -> Response:
    """The plan's page, after a form that could not be used with what was wrong with it."""
    name = apply_work(found.plan.plan_id)
    findings = sorted(found.plan.findings, key=lambda one: VERDICTS.index(one.verdict))
    return write_page(
        site,
        asked,
        "desk_plan.html",
        status=status,
        found=found,
        parts=list(_parts(found)),
        findings=findings,
        runs=site.work.runs(name),
        stopped=site.work.stopped(name),
        misread=misread,
        said=desk_words,
    )


def _parts(found: DeskPlanAnswer) -> Iterator[tuple[str, list[ShownOp]]]:
    """Operations as they follow one another, those of one kind together."""
    steps = {step.number: step for step in found.steps}
    for kind, ops in groupby(found.plan.ops, key=lambda op: op.kind):
        yield kind, [ShownOp(op, field_changes(op), steps.get(op.number)) for op in ops]


def push_page(site: Site, asked: Asked) -> Response:
    """What a push would write, and the form that starts it."""
    return write_push(site, asked, find_account(site, asked.query.get("account", "")))


def write_push(
    site: Site, asked: Asked, account: DeskAccount, *, misread: str = "", status: int = 200
) -> Response:
    """The page before a push, after a form that could not be used with what was wrong with it."""
    return write_page(
        site,
        asked,
        "desk_push.html",
        status=status,
        found=site.answers.push_preview(account.account_id),
        runs=site.work.runs(push_work(account.account_id)),
        misread=misread,
        said=desk_words,
    )


def find_desk_plan(site: Site, asked: Asked) -> DeskPlanAnswer:
    """The plan an address names; 404 if there is none."""
    found = site.answers.desk_plan(asked.parts["plan_id"])
    if found is None:
        raise HTTPException(404, f"There is no desk plan `{asked.parts['plan_id']}`.")
    return found


def find_account(site: Site, account_id: str) -> DeskAccount:
    """The account that is meant, the only one if none is named; 404 if there is none."""
    known = site.answers.desk_accounts()
    meant = [one for one in known if account_id in {"", one.account_id}]
    if len(meant) > 1:
        raise HTTPException(400, "Several accounts are connected, and none was named.")
    if not meant:
        raise HTTPException(404, f"There is no connected account `{account_id}`.")
    return meant[0]


def push_work(account_id: str) -> str:
    """The name of a push among the work that outlasts its page."""
    return f"push to {account_id}"


def apply_work(plan_id: str) -> str:
    """The name of a plan that is carried out, the same way."""
    return f"desk plan {plan_id}"
