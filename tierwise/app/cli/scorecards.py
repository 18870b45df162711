"""Commands about KPIs: the scorecard, one metric, and whether the targets are met."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .main import PENDING
from .output import json_option, note, open_shop, say, say_json, say_table
from .promises import note_as_of, refuse_level
from .scorecard_days import days_of, days_options, period_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from tierwise.app.promise_records import AsOf, Period
    from tierwise.app.scorecard_records import MetricAnswer, MetricRows, ScorecardAnswer
    from tierwise.app.shop import Shop

    from .scorecard_lines import Said

CUTS = {"channel": "channel", "team": "team", "agent": "agent_id", "category": "category"}
SHOWN_ROWS = 20
GROUPS = ("promises", "speed", "voice", "quality", "volume", "work", "self")
by_option = click.option("--by", type=click.Choice(list(CUTS)), help="Slice it further.")
level_option = click.option("--level", help="Only this level.")


@click.command()
@days_options
@level_option
@by_option
@click.option("--group", type=click.Choice(GROUPS), help="Only this group of KPIs.")
@json_option
@click.pass_obj
def scorecard(project: Path, /, *, as_json: bool, **asked: Any) -> None:
    """Every KPI by level: the figure, how sure, compared with the period before and the target."""
    shop, by = open_shop(project), asked["by"]
    refuse_level(shop, asked["level"])
    period = period_of(shop, days_of(asked))
    found = shop.scorecard(period, level=asked["level"], by=CUTS.get(by))
    found = _only(found, asked["group"])
    if as_json:
        say_json("scorecard", found, shop)
        return
    from . import scorecard_lines as lines

    note_as_of(found.as_of)
    heads = lines.with_slice(lines.SCORE_HEADS, by) if by else lines.SCORE_HEADS
    for name, part in lines.by_group(found.lines):
        say(name)
        say_table(heads, list(lines.score_lines(part, said_of(shop), sliced=bool(by))))
        say()
    say_days(found.as_of, found.period, found.before)


def _only(found: "ScorecardAnswer", group: str | None) -> "ScorecardAnswer":
    """The lines of one group."""
    from dataclasses import replace

    from tierwise.metrics.catalogue import CATALOGUE
    from tierwise.metrics.metric import Group

    if group is None:
        return found
    wanted = Group[group.upper()]
    kept = (one for one in found.lines if CATALOGUE[one.metric].group is wanted)
    return replace(found, lines=tuple(kept))


def said_of(shop: "Shop") -> "Said":
    """How the shop says levels and money."""
    from .scorecard_lines import Said

    return Said(dict(shop.levels()), shop.currency())


def say_days(as_of: "AsOf", period: "Period", before: "Period | None" = None) -> None:
    """The days of the answer, and those it is compared with."""
    from tierwise.app import promise_words

    compared = f", compared with {promise_words.days_of(before)}" if before else ""
    days = promise_words.days_of(period)
    say(f"{days}{compared}, days of {as_of.zone}; intervals are 95%")


@click.group()
def metric() -> None:
    """What each KPI means, what it came to, and the rows behind it."""


@metric.command("list")
@json_option
def list_metrics(*, as_json: bool) -> None:
    """Every KPI of the catalogue, with the words by which a policy's `targets` may name it."""
    from tierwise.app.scorecard_records import about
    from tierwise.metrics.catalogue import CATALOGUE

    if as_json:
        say_json("metrics", {"metrics": [about(one) for one in CATALOGUE.values()]})
        return
    from . import scorecard_lines as lines

    say_table(lines.METRIC_HEADS, list(lines.catalogue_lines()))


@metric.command()
@click.argument("name", metavar="ID")
@days_options
@by_option
@level_option
@click.option("--rows", type=click.IntRange(min=0), help="List so many of the rows behind it.")
@click.option("--only", type=click.Choice(["hit", "miss", "open"]), help="Only such rows.")
@json_option
@click.pass_obj
def show(project: Path, /, name: str, *, as_json: bool, **asked: Any) -> None:
    """One KPI: what it means, its figure by level, week after week, and the rows behind it.

    ID is an id of `tierwise metric list`, or a word by which `targets` may name it.
    """
    metric_id = _id_of(name)
    shop = open_shop(project)
    refuse_level(shop, asked["level"])
    period = period_of(shop, days_of(asked))
    found = shop.metric(metric_id, period, by=CUTS.get(asked["by"]))
    found = _of_level(found, asked["level"])
    rows = _rows_of(shop, metric_id, period, asked)
    if as_json:
        say_json(
            "metric", {**_fields(found), **(_fields(rows, "rows", "total") if rows else {})}, shop
        )
        return
    _say_metric(shop, found, asked["by"])
    if rows:
        _say_rows(shop, rows)


def _id_of(name: str) -> str:
    """The id of a KPI that is called by its id or by a word of it."""
    from tierwise.app.aims import meant
    from tierwise.facts.problems import UsageError
    from tierwise.metrics.catalogue import AIMS

    if name not in AIMS:
        raise UsageError(f"no KPI `{name}`; {meant(name)}")
    return AIMS[name]


def _of_level(found: "MetricAnswer | None", level: str | None) -> "MetricAnswer":
    """The answer about one level, or as it is."""
    from dataclasses import replace

    from tierwise.facts.problems import RefusedError

    if found is None:
        raise RefusedError("the shop does not count this KPI; see `tierwise metric list`")
    if level is None:
        return found
    return replace(
        found,
        lines=tuple(one for one in found.lines if one.level == level),
        trend=tuple(one for one in found.trend if one.level == level),
        slices=tuple(one for one in found.slices if one.level == level),
    )


def _rows_of(
    shop: "Shop", metric_id: str, period: "Period | None", asked: dict[str, Any]
) -> "MetricRows | None":
    """The rows that were asked for; RefusedError if the KPI counts none."""
    from tierwise.app.scorecard_records import RowsAsked
    from tierwise.facts.problems import RefusedError

    only, limit = asked["only"] or "all", asked["rows"]
    if limit is None and asked["only"] is None:
        return None
    wanted = RowsAsked(asked["level"], only=only, limit=SHOWN_ROWS if limit is None else limit)
    rows = shop.metric_rows(metric_id, period, wanted)
    if rows is None:
        raise RefusedError(f"`{metric_id}` is made of other figures; look at the rows of those")
    return rows


def _fields(found: "DataclassInstance", *names: str) -> dict[str, Any]:
    """Some or all fields of a record."""
    from dataclasses import fields

    told = names or tuple(part.name for part in fields(found))
    return {name: getattr(found, name) for name in told}


def _say_metric(shop: "Shop", found: "MetricAnswer", by: str | None) -> None:
    from . import scorecard_lines as lines

    said = said_of(shop)
    note_as_of(found.as_of)
    for line in lines.about_lines(found.metric):
        say(line)
    say()
    say_table(lines.SCORE_HEADS[1:], [one[1:] for one in lines.score_lines(found.lines, said)])
    if by:
        say()
        heads = lines.with_slice(lines.SCORE_HEADS, by)[1:]
        say_table(heads, [one[1:] for one in lines.slice_lines(found.slices, said)])
    say()
    say_table(lines.trend_heads(found, said), list(lines.trend_lines(found, said)))
    say_days(found.as_of, found.period)


def _say_rows(shop: "Shop", rows: "MetricRows") -> None:
    from . import scorecard_lines as lines

    say()
    say_table(lines.ROW_HEADS, list(lines.row_lines(rows, said_of(shop))))
    say(lines.rows_summary(rows))


@click.command()
@days_options
@json_option
@click.pass_obj
def check(project: Path, /, *, as_json: bool, **asked: Any) -> int:
    """Are the targets of the policy met? Leaves with 3 when one is missed beyond chance.

    A target counts as met or missed only when the whole interval lies on that side.
    """
    from tierwise.app.aims import placed_aims

    shop = open_shop(project)
    found = shop.check(period_of(shop, days_of(asked)))
    if as_json:
        say_json("check", found, shop)
        return PENDING if found.missed else 0
    from . import scorecard_lines as lines

    note_as_of(found.as_of)
    file = shop.project.policy_file.name
    for problem in placed_aims(shop.policy(), shop.policy_text(), file):
        note(str(problem))
    if found.lines:
        say_table(lines.SCORE_HEADS, list(lines.score_lines(found.lines, said_of(shop))))
    say(lines.check_summary(found))
    say_days(found.as_of, found.period)
    return PENDING if found.missed else 0
