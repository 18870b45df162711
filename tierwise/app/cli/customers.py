"""Commands about single customers, and the export of all."""

import getpass
from pathlib import Path

import click

from .output import Day, json_option, open_shop, say, say_json


@click.command()
@click.argument("customer")
@json_option
@click.pass_obj
def explain(project: Path, customer: str, *, as_json: bool) -> None:
    """Why CUSTOMER (an id or an e-mail address) has their level, and what would change it."""
    from tierwise.app import words
    from tierwise.facts.problems import RefusedError

    shop = open_shop(project)
    found = shop.explain(customer)
    if found is None:
        raise RefusedError(f"no customer `{customer}`; find one with `tierwise value`")
    if as_json:
        say_json("explanation", found)
        return
    labels = dict(shop.levels())
    level = labels.get(found.level or "", found.level or "no level yet")
    since = f" since {words.day(found.since_day)}" if found.since_day is not None else ""
    say(f"{found.name or found.customer_id}: {level}{since}")
    if found.covered_by:
        say(f"  by the account {found.covered_by}")
    say(f"  {found.reason}")
    say(f"  value {words.money(int(str(found.standing['ltv_minor'] or 0)), found.currency)}")
    for check in found.checks:
        mark = {True: "met", False: "not met", None: "unknown"}[check.met]
        say(f"  {mark:8} {check.text}: {check.found}")
    for border in found.borders:
        say(f"  {border.direction:8} {border.text}")
    for promise in found.promises:
        say(f"  promise  {promise}")
    for decision in found.history:
        say(f"  {words.instant(decision.decided_at)}  {decision.level or '–'}: {decision.reason}")


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
    """Give CUSTOMER the LEVEL at once, until a day."""
    done = open_shop(project).set_override(
        customer, level, reason=reason, until_day=until_day, by=getpass.getuser()
    )
    if as_json:
        say_json("override", done)
        return
    say(f"{done.customer_id} has {level} by hand; end it with: tierwise override end {customer}")


@override.command("end")
@click.argument("customer")
@json_option
@click.pass_obj
def end_by_hand(project: Path, customer: str, *, as_json: bool) -> None:
    """End it early; the next plan gives CUSTOMER what the rules say."""
    done = open_shop(project).end_override(customer, getpass.getuser())
    if as_json:
        say_json("override", done)
        return
    say(f"{done.customer_id} goes back to the rules with the next plan")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@click.pass_obj
def export(project: Path, file: Path, *, as_json: bool) -> None:
    """Write every customer with level, reason and standing to FILE (.csv or .parquet)."""
    rows = open_shop(project).export(file)
    if as_json:
        say_json("export", {"file": str(file), "rows": rows})
        return
    say(f"wrote {file}: {rows} customers")
