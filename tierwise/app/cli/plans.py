"""Commands about plans: plan, apply, undo and history."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .main import PENDING
from .output import at_option, json_option, note_unsettled, open_shop, say, say_json, say_table

if TYPE_CHECKING:
    from tierwise.app.answers import Past, PlanAnswer
    from tierwise.app.shop import Shop
    from tierwise.facts.decisions import DatedDecision
    from tierwise.facts.desk_config import DeskPlan
    from tierwise.facts.desk_people import Push

    Line = tuple[int, str, str, str, str]


@click.command()
@click.option("--exit-code", is_flag=True, help="Leave with 3 when something would change.")
@click.option(
    "--show",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="How many changes to list.",
)
@at_option
@json_option
@click.pass_obj
def plan(project: Path, at_day: int | None, show: int, *, exit_code: bool, as_json: bool) -> int:
    """Work out who would change level, and save it; nothing else is written."""
    from tierwise.facts.decisions import Change

    shop = open_shop(project, at_day)
    note_unsettled(shop)
    found = shop.make_plan(getpass.getuser())
    stay = (Change.SAME, Change.HELD)
    changed = sum(n for change, n in found.plan.counts.items() if change not in stay)
    if as_json:
        say_json("plan", found, shop)
    else:
        say_plan(found, dict(shop.levels()), show)
    return PENDING if exit_code and changed else 0


def say_plan(found: "PlanAnswer", labels: dict[str, str], show: int) -> None:
    """The levels before and after, the changes, and how to apply them."""
    from tierwise.app import words

    say_table(
        ("level", "now>", "then>", "change>"),
        [
            (
                labels.get(name, name),
                words.count(found.before.get(name, 0)),
                words.count(found.after.get(name, 0)),
                words.signed(found.after.get(name, 0) - found.before.get(name, 0)),
            )
            for name in dict.fromkeys((*labels, *found.before, *found.after))
        ],
    )
    counts = {change: n for change, n in found.plan.counts.items() if n}
    say(", ".join(f"{words.count(n)} {change}" for change, n in counts.items()))
    for row in found.rows[:show]:
        way = f"{labels.get(row.level_from or '', '–')} → {labels.get(row.level_to or '', '–')}"
        say(f"  {row.change:5}  {row.customer_id}  {way}: {row.reason}")
    say(f"saved as {found.plan.plan_id}; apply with: tierwise apply {found.plan.plan_id}")


@click.command()
@click.argument("plan_id")
@json_option
@click.pass_obj
def apply(project: Path, plan_id: str, *, as_json: bool) -> None:
    """Carry out a saved plan; refused when anything it stands on has moved."""
    from tierwise.app import words

    done = open_shop(project).apply(plan_id, getpass.getuser())
    if as_json:
        say_json("applied", done)
        return
    written = words.many(done.changed, "decision")
    say(f"{written} written; undo with: tierwise undo {done.apply_id}")


@click.command()
@click.argument("apply_id", required=False)
@json_option
@click.pass_obj
def undo(project: Path, apply_id: str | None, *, as_json: bool) -> None:
    """Take an applied plan back; the last one if none is named."""
    from tierwise.app import words

    done = open_shop(project).undo(apply_id, getpass.getuser())
    if as_json:
        say_json("applied", done)
        return
    back = words.many(done.changed, "customer is", "customers are")
    say(f"{back} back where they were before {done.undoes}")
    if done.left_alone:
        say(f"{words.count(done.left_alone)} left alone, because their level changed since")


@click.command()
@click.argument("customer", required=False)
@json_option
@click.pass_obj
def history(project: Path, customer: str | None, *, as_json: bool) -> None:
    """What was planned, applied and undone; with a CUSTOMER, every decision about them."""
    shop = open_shop(project)
    if customer:
        decisions = _decisions(shop, customer)
        return say_json("decisions", decisions) if as_json else _say_decisions(decisions)
    past, (desk_plans, pushes) = shop.past(), shop.desk_past()
    if as_json:
        found = {"plans": past.plans, "applied": past.applied}
        return say_json("history", {**found, "desk_plans": desk_plans, "pushes": pushes})
    return _say_past(past, [*map(_desk_plan, desk_plans), *map(_push, pushes)])


def _desk_plan(plan: "DeskPlan") -> "Line":
    from tierwise.app import words

    many = words.many(len(plan.ops), "change")
    return plan.made_at, plan.plan_id, "desk plan", plan.made_by, f"{many}, {plan.state}"


def _push(push: "Push") -> "Line":
    from tierwise.app import words

    state = "going on" if push.ended_at is None else f"{words.count(push.written)} written"
    return push.started_at, push.push_id, "push to the desk", push.started_by, state


def _decisions(shop: "Shop", customer: str) -> "tuple[DatedDecision, ...]":
    """All decisions about a customer, who may have left the facts since."""
    from tierwise.facts.problems import RefusedError

    found = shop.explain(customer)
    decisions = shop.book.history(found.customer_id if found else customer)
    if not found and not decisions:
        raise RefusedError(f"no customer `{customer}`; find one with `tierwise value`")
    return decisions


def _say_decisions(decisions: "tuple[DatedDecision, ...]") -> None:
    from tierwise.app import words

    say_table(
        ("decided", "level", "before", "by", "reason"),
        [
            (
                words.instant(one.decided_at),
                one.level or words.NOTHING,
                one.level_before or words.NOTHING,
                one.by,
                one.reason,
            )
            for one in decisions
        ],
    )


def _say_past(past: "Past", desk: "list[Line]") -> None:
    from tierwise.app import words

    deeds = [
        (
            one.at,
            one.apply_id,
            f"undo of {one.undoes}" if one.undoes else f"apply of {one.plan_id}",
            one.by,
            f"{words.count(one.changed)} changed",
        )
        for one in past.applied
    ]
    plans = [(one.made_at, one.plan_id, "plan", "", one.state) for one in past.plans]
    say_table(
        ("when", "id", "what", "by", ""),
        [(words.instant(at), *rest) for at, *rest in sorted([*deeds, *plans, *desk], reverse=True)],
    )
