"""The days that KPIs are asked for: a usual length up to a day, or a first and a last one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .output import Day

if TYPE_CHECKING:
    from tierwise.app.promise_records import Period
    from tierwise.app.shop import Shop

Command = TypeVar("Command", bound=Callable[..., Any])
PERIODS = {"7d": 7, "28d": 28, "90d": 90, "365d": 365}
USUAL = "28d"


@dataclass(frozen=True, slots=True)
class DaysAsked:
    """The options as they were given."""

    period: str | None = None
    from_day: int | None = None
    to_day: int | None = None
    at_day: int | None = None


def days_options(command: Command) -> Command:
    """Which days, given to the command as `days`."""
    options = (
        click.option("--period", type=click.Choice(list(PERIODS)), help="How long; 28 days else."),
        click.option("--from", "from_day", type=Day(), help="First day, instead of a period."),
        click.option("--to", "to_day", type=Day(), help="Last day, included; needs `--from`."),
        click.option(
            "--at", "at_day", type=Day(), help="Day on which the period ends; the last one known."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def days_of(asked: dict[str, Any]) -> DaysAsked:
    """Take the options of days out of those of a command."""
    return DaysAsked(**{name: asked.pop(name) for name in DaysAsked.__slots__})


def period_of(shop: "Shop", asked: DaysAsked) -> "Period | None":
    """The days that were asked for; None for the usual ones."""
    from tierwise.app.promise_records import Period
    from tierwise.facts.problems import UsageError

    if asked == DaysAsked():
        return None
    if asked.from_day is None and asked.to_day is None:
        last = _last_known(shop) if asked.at_day is None else asked.at_day
        return Period(last - PERIODS[asked.period or USUAL] + 1, last)
    if asked.period or asked.at_day is not None:
        raise UsageError("the days are named already; leave out `--period` and `--at`")
    if asked.from_day is None:
        raise UsageError("`--to` needs a first day; add `--from`, or write `--at` instead")
    last = _last_known(shop) if asked.to_day is None else asked.to_day
    if asked.from_day > last:
        raise UsageError("the first day lies after the last; swap `--from` and `--to`")
    return Period(asked.from_day, last)


def _last_known(shop: "Shop") -> int:
    return shop.promise_basis().period(None).to_day
