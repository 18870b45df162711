"""Commands about customer types: what is believed, and what people know better."""

import getpass
from pathlib import Path

import click

from .output import at_option, json_option, open_shop, say, say_json, say_table


@click.group()
def types() -> None:
    """What type of customer somebody is, on what evidence. Types never change a level."""


@types.command()
@click.argument("customer")
@at_option
@json_option
@click.pass_obj
def show(project: Path, customer: str, at_day: int | None, *, as_json: bool) -> None:
    """Life cycle, dispositions and mood of one customer, with the evidence."""
    from tierwise.facts.problems import UsageError

    shop = open_shop(project, at_day)
    found = shop.explain(customer)
    if found is None:
        raise UsageError(f"no customer `{customer}`")
    rows = shop.types(found.covered_by or found.customer_id)
    if as_json:
        say_json("types", rows, shop)
        return
    say_table(
        ("type", "is it so?", "evidence"),
        [(row.label, _state(row.state), row.because) for row in rows],
    )
    for row in rows:
        if row.correction:
            what = "is" if row.correction.holds else "is not"
            say(f"{row.correction.by} says: {what} {row.label.lower()}: {row.correction.reason}")


@types.command()
@click.argument("customer")
@click.argument("type_name", metavar="TYPE")
@click.argument("answer", type=click.Choice(["yes", "no"]))
@click.option("--reason", required=True, help="How you know; the next person reads it.")
@json_option
@click.pass_obj
def correct(
    project: Path, customer: str, type_name: str, answer: str, *, reason: str, as_json: bool
) -> None:
    """Say that a customer is of a TYPE, or is not; it stands until it is withdrawn."""
    shop = open_shop(project)
    done = shop.correct_type(
        customer,
        type_name,
        holds=answer == "yes",
        reason=reason,
        by=getpass.getuser(),
    )
    if as_json:
        say_json("type-correction", done)
        return
    say(f"{done.customer_id} {'is' if done.holds else 'is not'} `{done.type}`: {done.reason}")


@types.command()
@click.argument("customer")
@click.argument("type_name", metavar="TYPE")
@json_option
@click.pass_obj
def withdraw(project: Path, customer: str, type_name: str, *, as_json: bool) -> None:
    """Take a correction back; what the evidence says counts again."""
    done = open_shop(project).withdraw_correction(customer, type_name, getpass.getuser())
    if as_json:
        say_json("type-correction", done)
        return
    say(f"the correction of `{done.type}` for {done.customer_id} is withdrawn")


def _state(state: str) -> str:
    return {"yes": "yes", "no": "no", "unknown": "not known"}[state]
