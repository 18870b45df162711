"""Commands about the desk: promise budgets, what customers say, people and volume."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from .output import json_option, open_shop, say, say_json, say_table
from .promises import note_as_of, refuse_level
from .scorecard_days import days_of, days_options, period_of
from .scorecards import said_of, say_days


@click.command()
@days_options
@json_option
@click.pass_obj
def budget(project: Path, /, *, as_json: bool, **asked: Any) -> None:
    """How many misses each promise may still have, their pace, and how long they last."""
    from tierwise.facts.time import day_of

    shop = open_shop(project)
    found = shop.budget(period_of(shop, days_of(asked)))
    if as_json:
        say_json("budget", found, shop)
        return
    from . import desk_lines as lines

    note_as_of(found.as_of)
    said = said_of(shop)
    last_day = day_of(found.as_of.at_s - 1, ZoneInfo(found.as_of.zone))
    if found.lines:
        say_table(lines.BUDGET_HEADS, list(lines.budget_lines(found, said, last_day)))
    else:
        say("no level promises a share, so there is no budget; write some into the policy")
    for line in lines.alarm_lines(found, said):
        say(line)
    say_days(found.as_of, found.period)


@click.command()
@days_options
@click.option("--level", help="Only comments of customers of this level.")
@click.option(
    "--comments",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    help="How many comments to list, newest first.",
)
@json_option
@click.pass_obj
def voice(project: Path, /, *, comments: int, as_json: bool, **asked: Any) -> None:
    """What customers say: CSAT, NPS and CES with response rates, and what silence may hide."""
    shop = open_shop(project)
    refuse_level(shop, asked["level"])
    period = period_of(shop, days_of(asked))
    found = shop.voice(period, level=asked["level"], limit=comments)
    if as_json:
        say_json("voice", found, shop)
        return
    from tierwise.app import words

    from . import desk_lines as lines
    from .scorecard_lines import SCORE_HEADS, score_lines

    said = said_of(shop)
    note_as_of(found.as_of)
    say_table(SCORE_HEADS, list(score_lines(found.lines, said)))
    say()
    _say_part("CSAT, and what the silent may hide", lines.sensitivity_lines(found, said))
    if found.nps_steps:
        say_table(lines.STEP_HEADS, list(lines.step_lines(found, said)))
        say()
    shown = f"{words.count(len(found.comments))} of {words.many(found.total_comments, 'comment')}"
    _say_part(shown, lines.comment_lines(found, said))
    say_days(found.as_of, found.period, found.before)


def _say_part(head: str, told: Any) -> None:
    """Some lines under their head; nothing without lines."""
    listed = list(told)
    if listed:
        say(head)
        for line in listed:
            say(f"  {line}")
        say()


@click.command()
@days_options
@json_option
@click.pass_obj
def people(project: Path, /, *, as_json: bool, **asked: Any) -> None:
    """Who is full and who has room: load, pace, quality and cost by team and agent.

    Shares of agents are drawn towards those of all as far as little is known of them. Agents are
    listed by name: places would mostly be chance.
    """
    shop = open_shop(project)
    found = shop.people(period_of(shop, days_of(asked)))
    if as_json:
        say_json("people", found, shop)
        return
    from . import desk_lines as lines
    from .scorecard_lines import SCORE_HEADS, score_lines

    said = said_of(shop)
    note_as_of(found.as_of)
    say_table(lines.TEAM_HEADS, list(lines.team_lines(found, said)))
    say()
    if found.agents:
        say_table(lines.AGENT_HEADS, list(lines.agent_lines(found)))
    else:
        say("no agents were read; read some with `tierwise read FILE --as generic --table agents`")
    say()
    say_table(SCORE_HEADS, list(score_lines(found.lines, said)))
    say_days(found.as_of, found.period)


@click.command()
@days_options
@click.option("--category", help="Only tickets of this category.")
@json_option
@click.pass_obj
def volume(project: Path, /, *, category: str | None, as_json: bool, **asked: Any) -> None:
    """Tickets day by day, how many were expected, and days that chance does not explain."""
    from tierwise.app.volume_days import told

    shop = open_shop(project)
    found = shop.volume(period_of(shop, days_of(asked)), category=category)
    if as_json:
        say_json("volume", told(found), shop)
        return
    from . import desk_lines as lines

    note_as_of(found.as_of)
    if found.days:
        say_table(lines.VOLUME_HEADS, list(lines.volume_lines(found)))
        for line in list(lines.unusual_lines(found)) or ["no day stands out beyond chance"]:
            say(line)
    else:
        say("not enough tickets before these days to say what is usual; see `tierwise scorecard`")
    say_days(found.as_of, found.period)
