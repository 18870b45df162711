"""Commands about what customers will bring, and which value levels follow."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import click

from tierwise.value.customer_value import COLUMN, SAYS, Use

from .output import (
    at_option,
    json_option,
    note,
    note_unsettled,
    open_shop,
    say,
    say_json,
    say_table,
)

if TYPE_CHECKING:
    from tierwise.app.forecast_records import Stability
    from tierwise.app.shop import Shop
    from tierwise.app.value_report import ValueReport


class _ShowsFirst(click.Group):
    """Without the name of a command, the options are those of `show`."""

    asks_help: ClassVar = ("-h", "--help")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        first = args[0] if args else "-"
        named = not first.startswith("-") or first in self.asks_help
        return super().parse_args(ctx, args if named else ["show", *args])


@click.group(cls=_ShowsFirst)
def value() -> None:
    """What customers have brought and will bring; `tierwise value` alone is `value show`."""


@value.command()
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="How many customers.",
)
@at_option
@json_option
@click.pass_obj
def show(project: Path, limit: int, at_day: int | None, *, as_json: bool) -> None:
    """The most valuable customers, by the value the policy follows, and how sure that is."""
    shop = open_shop(project, at_day)
    note_unsettled(shop)
    rows, report = shop.forecasts(limit), shop.value_report()
    _, total = shop.customers(limit=0)
    if as_json:
        content = {"customers": total, "as_of_day": report.as_of_day, **_beside(shop, report)}
        say_json("value", {**content, "rows": rows}, shop)
        return
    from tierwise.app import words

    from . import value_words

    currency = shop.currency()
    say_table(
        value_words.FORECAST_HEADS, [value_words.forecast_line(row, currency) for row in rows]
    )
    say(f"{words.many(total, 'customer')} as of {words.day(report.as_of_day)}")
    for line in value_words.behind(report, shop.policy()):
        say(line)


@value.command()
@click.option("--past", is_flag=True, help="List the recorded fits instead, newest first.")
@at_option
@json_option
@click.pass_obj
def fit(project: Path, at_day: int | None, *, past: bool, as_json: bool) -> None:
    """Fit the models of value as of the day and record what came out, to see them drift."""
    if past and at_day is not None:
        raise click.UsageError("--past lists the fits of every day; leave out --at")
    shop = open_shop(project, at_day)
    if past:
        _say_past(shop, as_json=as_json)
        return
    note_unsettled(shop)
    done = shop.record_fit()
    report = shop.value_report()
    if as_json:
        content = {"fit_id": done.fit.fit_id, "is_new": done.is_new, "report": report}
        say_json("value-fit", content, shop)
        return
    from tierwise.app import words

    kept = "recorded as" if done.is_new else "nothing has changed since"
    say(f"fitted as of {words.day(report.as_of_day)}; {kept} {done.fit.fit_id}")
    _say_fit(report, shop.currency())


def _say_fit(report: "ValueReport", currency: str) -> None:
    from . import value_words

    say(value_words.orders_fitted(report))
    say(value_words.spend_fitted(report, currency))
    for one in report.contracts:
        say(value_words.contract_line(one))
    lines = value_words.parameter_lines(report, currency)
    if lines:
        say_table(value_words.PARAMETER_HEADS, lines)
    say(f"calibration: {value_words.calibrated(report)}")
    if report.tried:
        say("on the way:")
    for step in report.tried:
        say(f"  {step}")


def _say_past(shop: "Shop", *, as_json: bool) -> None:
    from tierwise.app.value_report import read_report

    fits = shop.book.fits(50)
    if as_json:
        told = ("fit_id", "made_at", "as_of_day")
        rows = [
            {name: getattr(one, name) for name in told}
            | {"report": read_report(one.report.encode())}
            for one in fits
        ]
        say_json("value-fits", {"fits": rows})
        return
    if not fits:
        say("no fit is recorded yet; record one with `tierwise value fit`")
        return
    from . import value_words

    use = shop.policy().value.use
    say_table(value_words.PAST_HEADS, [value_words.past_line(one, COLUMN[use]) for one in fits])
    say(f"best found: of the best in the hold-out, the share picked by {SAYS[use]}")


@value.command()
@at_option
@json_option
@click.pass_obj
def backtest(project: Path, at_day: int | None, *, as_json: bool) -> None:
    """Would an earlier forecast have been right: who were the best, and how much came."""
    shop = open_shop(project, at_day)
    note_unsettled(shop)
    report = shop.value_report()
    test = report.backtest
    if as_json:
        content = {"as_of_day": report.as_of_day, "terms": report.terms, "backtest": test}
        say_json("value-backtest", {**content, **_beside(shop, report)}, shop)
        return
    from . import value_words

    if test is None:
        say(f"no backtest: {report.why_no_backtest}")
        return
    say_table(value_words.PICKED_HEADS, value_words.picked_lines(test))
    say()
    say_table(value_words.TOTAL_HEADS, value_words.total_lines(test, shop.currency()))
    for line in value_words.covered_lines(test):
        say(line)
    say(f"calibration: {value_words.calibrated(report)}")
    say(value_words.tested(test))


def _beside(shop: "Shop", report: "ValueReport") -> dict[str, object]:
    """What a forecast never goes without."""
    return {
        "currency": shop.currency(),
        "use": shop.policy().value.use,
        "horizon_days": report.terms.horizon_days,
        "model": report.model,
        "why_no_model": report.why,
        "calibration": report.calibration,
        "why_not_calibrated": report.why_not_calibrated,
        "why_no_backtest": report.why_no_backtest,
    }


@value.command()
@at_option
@json_option
@click.pass_obj
def stability(project: Path, at_day: int | None, *, as_json: bool) -> None:
    """How many of the top every refit puts out of it, by each value, and who it was last."""
    shop = open_shop(project, at_day)
    note_unsettled(shop)
    found = shop.stability()
    if as_json:
        say_json("value-stability", _as_days(found), shop)
        return
    from . import value_words

    if len(found.days) < 2:
        far = f"two refits {found.every_days} days apart"
        say(f"nothing to compare yet: the orders do not reach back far enough for {far}")
        return
    say_table(value_words.FLIP_HEADS, value_words.flip_lines(found))
    for line in value_words.refitted(found):
        say(line)
    say()
    say(value_words.flipped(found, shop.policy()))
    if found.flipped:
        say_table(value_words.FLIPPED_HEADS, [*map(value_words.flipped_line, found.flipped)])


def _as_days(found: "Stability") -> dict[str, object]:
    """Stability for machines: its days as dates."""
    from dataclasses import fields

    from tierwise.app import words

    content = {part.name: getattr(found, part.name) for part in fields(found)}
    return content | {"days": [words.iso_day(day) for day in found.days]}


@value.command()
@click.argument("use", type=click.Choice([str(use) for use in Use]))
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
def choose(project: Path, use: str, at_day: int | None, show: int, *, as_json: bool) -> None:
    """Save a plan under the policy with another value: historic, predicted or both.

    Applying the plan writes the policy file.
    """
    from .plans import say_plan

    shop = open_shop(project, at_day)
    note_unsettled(shop)
    choice = shop.value_choice()
    if choice.use == use:
        note(f"the policy follows `{use}` already")
    if not choice.follows:
        note(
            "no rule of the policy looks at `clv_percentile` or `clv_minor`, so nobody moves by it"
        )
    found = shop.plan_with_use(Use(use), getpass.getuser())
    if as_json:
        say_json("plan", found, shop)
        return
    say_plan(found, dict(shop.levels()), show)


@value.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@at_option
@json_option
@click.pass_obj
def export(project: Path, file: Path, at_day: int | None, *, as_json: bool) -> None:
    """Write what is known and expected of every customer to FILE (.csv or .parquet)."""
    from tierwise.app import words
    from tierwise.facts.problems import UsageError

    if not file.parent.is_dir():
        raise UsageError(f"no folder `{file.parent}` to write `{file.name}` into; make it first")
    shop = open_shop(project, at_day)
    note_unsettled(shop)
    rows = shop.export_values(file)
    if as_json:
        say_json("value-export", {"file": str(file), "rows": rows}, shop)
        return
    say(f"wrote {file}: {words.many(rows, 'customer')}")
