"""What a desk needs for the policy: plan, show, apply, import and destroy."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .helpdesk_accounts import account_of, account_option, agree, yes_option
from .main import FAILED, PENDING
from .output import json_option, open_shop, say, say_json

if TYPE_CHECKING:
    from tierwise.app.desk_answers import DeskPlanAnswer


_NOTHING = {
    "destroy": "nothing at the desk is ours to remove",
    "": "the desk is as the policy asks: nothing to change",
}


@click.command()
@account_option
@click.option("--exit-code", is_flag=True, help="Leave with 3 when something would change.")
@json_option
@click.pass_obj
def plan(folder: Path, account: str | None, *, exit_code: bool, as_json: bool) -> int:
    """Work out what the desk lacks for the policy, and save it; nothing is written there.

    Leaves with 1 when something is in the way, so that the plan cannot be applied.
    """
    shop = open_shop(folder)
    found = shop.make_desk_plan(account_of(shop, account).account_id, getpass.getuser())
    _say_plan(found, as_json=as_json)
    if found.in_the_way:
        return FAILED
    return PENDING if exit_code and found.plan.ops else 0


@click.command()
@click.argument("plan_id")
@json_option
@click.pass_obj
def show(folder: Path, plan_id: str, *, as_json: bool) -> None:
    """A saved plan, and how far it has come."""
    _say_plan(_known(folder, plan_id), as_json=as_json)


@click.command()
@click.argument("plan_id")
@yes_option
@json_option
@click.pass_obj
def apply(folder: Path, plan_id: str, yes: str | None, *, as_json: bool) -> None:
    """Carry out a saved plan; interrupted, the same command goes on where it stopped."""
    found = _known(folder, plan_id)
    agree(found.account, yes, f"makes {_many(found)} at")
    done = open_shop(folder).apply_desk_plan(plan_id, getpass.getuser())
    if as_json:
        say_json("desk-plan", done)
        return
    say(f"{_many(done)} made at {done.account.shown}")
    say("next: tierwise desk read, then tierwise desk push")


@click.command("import")
@account_option
@json_option
@click.pass_obj
def import_(folder: Path, account: str | None, *, as_json: bool) -> None:
    """Adopt what stands at the desk already and is what the policy asks for."""
    shop = open_shop(folder)
    adopted = shop.import_desk(account_of(shop, account).account_id, getpass.getuser())
    if as_json:
        say_json("desk-import", adopted)
        return
    for one in adopted:
        say(f"adopted {one.logical_id} (number {one.remote_id})")
    say(f"{len(adopted)} adopted; `tierwise desk plan` says what would change about them")


@click.command()
@account_option
@yes_option
@json_option
@click.pass_obj
def destroy(folder: Path, account: str | None, yes: str | None, *, as_json: bool) -> None:
    """Remove what Tierwise made at the desk, and nothing else."""
    shop = open_shop(folder)
    found = shop.plan_desk_removal(account_of(shop, account).account_id, getpass.getuser())
    if not as_json:
        _say_plan(found, as_json=False)
    if found.plan.ops:
        agree(found.account, yes, f"removes {_objects(found)} from")
        found = shop.apply_desk_plan(found.plan.plan_id, getpass.getuser())
    if as_json:
        say_json("desk-plan", found)
        return
    if found.plan.ops:
        say(f"{_objects(found)} removed from {found.account.shown}")


def _known(folder: Path, plan_id: str) -> "DeskPlanAnswer":
    from tierwise.facts.problems import UsageError

    found = open_shop(folder).desk_plan(plan_id)
    if found is None:
        raise UsageError(f"there is no desk plan `{plan_id}`; make one with `tierwise desk plan`")
    return found


def _many(found: "DeskPlanAnswer") -> str:
    from tierwise.app import words

    return words.many(len(found.plan.ops), "change")


def _objects(found: "DeskPlanAnswer") -> str:
    from tierwise.app import words

    return words.many(len(found.plan.ops), "object")


def _say_plan(found: "DeskPlanAnswer", *, as_json: bool) -> None:
    from tierwise.app.desk_plan_lines import plan_lines

    from .helpdesk_lines import finding_lines

    if as_json:
        say_json("desk-plan", found)
        return
    say(found.account.shown)
    for line in (*plan_lines(found.plan), *finding_lines(found.plan.findings)):
        say(line)
    if found.stale:
        say(f"out of date: {found.stale}; make a new plan with `tierwise desk plan`")
    elif found.in_the_way and found.plan.state == "open":
        say(f"saved as {found.plan.plan_id}; it can be applied when what fails is mended")
    elif found.plan.ops and found.plan.state in {"open", "begun"}:
        say(f"saved as {found.plan.plan_id}; apply with: tierwise desk apply {found.plan.plan_id}")
    elif not found.plan.ops:
        say(_NOTHING.get(found.plan.purpose, _NOTHING[""]))
