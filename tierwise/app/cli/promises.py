"""Commands about promises: clocks of a ticket, attainment, replay, alarms."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .output import Day, json_option, note, open_shop, say, say_json, say_table

if TYPE_CHECKING:
    from tierwise.app.promise_records import AsOf, Period
    from tierwise.app.shop import Shop

Command = TypeVar("Command", bound=Callable[..., Any])
COUNTED = click.Choice(["exact", "zendesk"])


def period_options(command: Command) -> Command:
    """The days an answer is about; the last thirty known if none are given."""
    until = click.option("--to", "to_day", type=Day(), help="Last day, included.")
    since = click.option(
        "--from", "from_day", type=Day(), help="First day; the last 30 days if not given."
    )
    return since(until(command))


def asked_period(shop: "Shop", from_day: int | None, to_day: int | None) -> "Period | None":
    """The period of the options; a missing end is that of what is known."""
    from tierwise.app.promise_records import Period
    from tierwise.facts.problems import UsageError

    if from_day is None and to_day is None:
        return None
    usual = shop.promise_basis().period(None)
    last = usual.to_day if to_day is None else to_day
    first = last - usual.days + 1 if from_day is None else from_day
    if first > last:
        raise UsageError("the first day lies after the last; swap `--from` and `--to`")
    return Period(first, last)


def note_as_of(as_of: "AsOf") -> None:
    """Say beside the numbers what they stand on, and what is not in them."""
    from tierwise.app import promise_words, words

    if as_of.made_up:
        note(as_of.made_up)
    if as_of.left_out:
        left_out = words.many(
            as_of.left_out, "ticket with a problem is", "tickets with a problem are"
        )
        note(f"{left_out} left out: `tierwise doctor`")
    note(f"as of {promise_words.moment(as_of.at_s, as_of.zone)}")


@click.command()
@click.argument("ticket")
@json_option
@click.pass_obj
def clocks(project: Path, ticket: str, *, as_json: bool) -> None:
    """Every promise on TICKET: used, left, due, which target and why, and the spans behind it."""
    from tierwise.facts.problems import RefusedError

    shop = open_shop(project)
    found = shop.ticket(ticket)
    if found is None:
        raise RefusedError(f"no ticket `{ticket}`; check its number in the desk")
    if as_json:
        say_json("clocks", found, shop)
        return
    from .promise_lines import ticket_lines

    note_as_of(found.as_of)
    for line in ticket_lines(found, dict(shop.levels())):
        say(line)


@click.command()
@period_options
@click.option("--level", help="Only this level.")
@click.option("--by", type=click.Choice(["channel", "team", "priority"]), help="Slice it further.")
@click.option(
    "--count", "counting", type=COUNTED, help="How clocks are counted; as the policy says."
)
@click.option(
    "--export",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write every promise on every ticket to a file (.csv or .parquet).",
)
@json_option
@click.pass_obj
def attainment(project: Path, /, *, as_json: bool, file: Path | None, **asked: Any) -> None:
    """Share of promises kept, by level and promise: met / (met + late + open past due)."""
    from tierwise.promises.counting import Counting

    shop, level, by = open_shop(project), asked["level"], asked["by"]
    refuse_level(shop, level)
    period = asked_period(shop, asked["from_day"], asked["to_day"])
    counting = Counting(asked["counting"]) if asked["counting"] else None
    found = shop.attainment(period, counting=counting, by=by)
    if as_json:
        say_json("attainment", found, shop)
    else:
        from .promise_lines import ATTAINMENT_HEADS, attainment_lines, slice_lines

        note_as_of(found.as_of)
        labels = dict(shop.levels())
        say_table(ATTAINMENT_HEADS, list(attainment_lines(found, labels, level)))
        if by:
            say()
            say_table((by, *ATTAINMENT_HEADS), list(slice_lines(found, labels, level)))
        _say_period(found.period, found.as_of)
    if file:
        note(f"wrote {file}: {shop.export_promises(file)} promises")


def _say_period(period: "Period", as_of: "AsOf") -> None:
    from tierwise.app import promise_words, words

    say(f"due {promise_words.days_of(period)}, days of {as_of.zone}; intervals are 95%")
    if as_of.floor:
        tickets = words.many(as_of.floor, "ticket")
        say(f"{tickets} of all times came from customers without a level then: served as everyone")


def refuse_level(shop: "Shop", level: str | None) -> None:
    """UsageError for a level that the policy does not have."""
    from tierwise.facts.problems import UsageError
    from tierwise.levels.rule_values import did_you_mean

    names = shop.policy().names
    if level is not None and level not in names:
        step = did_you_mean(level, names) or f"choose one of {', '.join(names)}"
        raise UsageError(f"no level `{level}` in the policy; {step}")


@click.command()
@click.option(
    "--policy",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Policy to replay under; the policy file as it is now if not given.",
)
@click.option("--as-it-was", is_flag=True, help="Keep the policies in force at the time.")
@click.option(
    "--levels",
    type=click.Choice(["then", "now"]),
    default="then",
    help="Levels of the time, or those of today for all time.",
)
@click.option(
    "--count", "counting", type=COUNTED, help="How clocks are counted; as the policy says."
)
@click.option("--show", default=10, help="How many of the changed promises to list.")
@period_options
@json_option
@click.pass_obj
def replay(
    project: Path, /, *, file: Path | None, as_it_was: bool, as_json: bool, **asked: Any
) -> None:
    """All clocks of past tickets again, under another policy or count; nothing is written."""
    from tierwise.app.project import own_text
    from tierwise.app.promise_shop import Replayed
    from tierwise.promises.counting import Counting

    shop = open_shop(project)
    text = own_text(file) if file else None if as_it_was else shop.policy_text()
    counting = Counting(asked["counting"]) if asked["counting"] else None
    wanted = Replayed(text, asked["levels"] == "now", counting)
    period = asked_period(shop, asked["from_day"], asked["to_day"])
    found = shop.replay(wanted, period, asked["show"])
    if as_json:
        say_json("replay", found, shop)
        return
    from .promise_lines import REPLAY_HEADS, change_lines, replay_lines, replay_summary

    note_as_of(found.as_of)
    say_table(REPLAY_HEADS, list(replay_lines(found, dict(shop.levels()))))
    say(replay_summary(found))
    for line in change_lines(found):
        say(line)
    for problem in found.problems:
        note(str(problem))


@click.command()
@click.option("--peek", is_flag=True, help="Only look: tell them again next time.")
@click.option("--days", default=7, help="How far back breaches of closed tickets are caught up.")
@click.option("--exit-code", is_flag=True, help="Leave with 3 when there is something to tell.")
@json_option
@click.pass_obj
def alarms(project: Path, *, peek: bool, days: int, exit_code: bool, as_json: bool) -> int | None:
    """Warnings and breaches nobody was told of yet; each is told once, however often you ask."""
    shop = open_shop(project)
    found = shop.tell_alarms(days=days, peek=peek)
    if as_json:
        say_json("alarms", found, shop)
    else:
        from .promise_lines import ALARM_HEADS, alarm_lines, alarm_summary

        note_as_of(found.as_of)
        if found.rows:
            say_table(ALARM_HEADS, list(alarm_lines(found, dict(shop.levels()))))
        say(alarm_summary(found))
    return 3 if exit_code and found.rows else None
