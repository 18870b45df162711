"""Commands about single customers."""

import getpass
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .output import Day, json_option, note_unsettled, open_shop, say, say_json

if TYPE_CHECKING:
    from tierwise.app.answers import Explanation
    from tierwise.app.forecast_records import ForecastRow

MET = {True: "met", False: "not met", None: "unknown"}


@click.command()
@click.argument("customer")
@json_option
@click.pass_obj
def explain(project: Path, customer: str, *, as_json: bool) -> None:
    """Why CUSTOMER (an id or an e-mail address) has their level, and what would change it."""
    from tierwise.facts.problems import RefusedError

    shop = open_shop(project)
    found = shop.explain(customer)
    if found is None:
        raise RefusedError(f"no customer `{customer}`; find one with `tierwise value`")
    if as_json:
        say_json("explanation", found, shop)
        return
    note_unsettled(shop)
    expected = shop.forecast(found.covered_by or found.customer_id)
    for line in _explained(found, expected, dict(shop.levels())):
        say(line)


def _explained(
    found: "Explanation", expected: "ForecastRow | None", labels: dict[str, str]
) -> Iterator[str]:
    from tierwise.app import words

    from .value_words import with_interval

    level = labels.get(found.level or "", found.level or "no level yet")
    since = f" since {words.day(found.since_day)}" if found.since_day is not None else ""
    yield f"{found.name or found.customer_id}: {level}{since}"
    if found.covered_by:
        yield f"  by the account {found.covered_by}"
    yield f"  {found.reason}"
    if found.next_plan:
        yield f"  a plan made now: {found.next_plan}"
    yield f"  value {words.money(int(str(found.standing['ltv_minor'] or 0)), found.currency)}"
    if expected and expected.predicted_minor is not None:
        yield f"  predicted {with_interval(expected, found.currency)}, 4 times in 5"
    for check in found.checks:
        yield f"  {MET[check.met]:8} {check.text}: {check.found}"
    yield from (f"  {border.direction:8} {border.text}" for border in found.borders)
    yield from (f"  promise  {promise}" for promise in found.promises)
    for decision in found.history:
        then = labels.get(decision.level or "", decision.level or words.NOTHING)
        yield f"  {words.instant(decision.decided_at)}  {then}: {decision.reason}"


@click.group()
def override() -> None:
    """Set a customer's level by hand, with a reason and an end."""


@override.command("set")
@click.argument("customer")
@click.argument("level")
@click.option("--reason", required=True, help="Why; shown wherever the level is shown.")
@click.option("--until", "until_day", type=Day(), required=True, help="Last day it holds.")
@json_option
@click.pass_obj
def set_by_hand(
    project: Path, customer: str, level: str, *, reason: str, until_day: int, as_json: bool
) -> None:
    """Give CUSTOMER (an id or an e-mail address) the LEVEL at once, until a day."""
    from tierwise.app import words

    shop = open_shop(project)
    done = shop.set_override(
        customer, level, reason=reason, until_day=until_day, by=getpass.getuser()
    )
    if as_json:
        say_json("override", done)
        return
    until = words.day(until_day)
    say(f"{done.customer_id} has {dict(shop.levels())[level]} by hand until {until}")
    say(f"end it earlier with: tierwise override end {customer}")


@override.command("end")
@click.argument("customer")
@json_option
@click.pass_obj
def end_by_hand(project: Path, customer: str, *, as_json: bool) -> None:
    """End a level by hand early; the next plan gives CUSTOMER what the rules say."""
    done = open_shop(project).end_override(customer, getpass.getuser())
    if as_json:
        say_json("override", done)
        return
    say(f"{done.customer_id} goes back to the rules with the next plan")
