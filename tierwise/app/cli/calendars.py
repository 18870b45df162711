"""Commands about calendars: when promised time counts."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .output import Day, clock, json_option, note, say, say_json, say_table

if TYPE_CHECKING:
    from tierwise.app.calendar_answers import CalendarSheet, CalendarState, WrittenPolicy

DAY_S = 86_400


@click.group(invoke_without_command=True)
@click.pass_context
def calendar(ctx: click.Context) -> None:
    """When promised time counts; `tierwise calendar` alone lists the calendars of the policy."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_calendars, as_json=False)


@calendar.command(name="list")
@json_option
@click.pass_obj
def list_calendars(project: Path, *, as_json: bool) -> None:
    """The calendars of the policy: their zone, their usual week, their holidays this year."""
    from tierwise.app.calendar_answers import state_of

    state = state_of(_written(project), this_year())
    if as_json:
        say_json("calendars", state)
        return
    heads = ("calendar", "in", "open a week>", f"holidays {state.year}>", "from")
    say_table(heads, [_line(one) for one in state.calendars])
    if state.problems:
        note(f"{len(state.problems)} to mend: `tierwise calendar check`")


@calendar.command()
@json_option
@click.pass_obj
def check(project: Path, *, as_json: bool) -> int:
    """Make every calendar for this year and those around it, and say what is wrong."""
    from tierwise.app.calendar_answers import state_of

    written = _written(project)
    state = state_of(written, this_year())
    if as_json:
        say_json("calendar-check", state)
        return 1 if state.problems else 0
    for one in (one for one in state.calendars if one.sound):
        say(_verdict(one, state.year))
        for day in one.holidays:
            say(f"  {_iso(day.day)}  {day.name}".rstrip())
    if not state.calendars:
        say(f"{written.file.name} has no calendars; `24x7` needs no entry")
    for problem in state.problems:
        note(str(problem))
    if state.problems:
        note(f"{len(state.problems)} to mend in the calendars of {written.file.name}")
        return 1
    return 0


@calendar.command()
@click.argument("name")
@click.option("--from", "first", type=Day(), help="First day; today if not given.")
@click.option(
    "--days",
    type=click.IntRange(1, 1_000),
    default=14,
    show_default=True,
    help="How many days.",
)
@json_option
@click.pass_obj
def show(project: Path, name: str, first: int | None, days: int, *, as_json: bool) -> None:
    """A calendar day by day: when it is open by the clock of its zone, and why not."""
    from tierwise.app.calendar_answers import sheet_of

    begin = clock() // DAY_S if first is None else first
    sheet = sheet_of(_written(project), name, begin, begin + days - 1)
    if as_json:
        say_json("calendar", sheet)
        return
    say(", ".join(_header(sheet)))
    rows = [
        (
            f"{day.weekday} {_iso(day.day)}",
            " ".join(day.open) or "closed",
            _hours(day.open_s),
            "; ".join(day.why),
        )
        for day in sheet.days
    ]
    say_table(("day", "open", "hours>", ""), rows)
    opened, lasts = (sum(getattr(d, key) for d in sheet.days) for key in ("open_s", "lasts_s"))
    say(f"open {_hours(opened)} of {_hours(lasts)}")
    if len(sheet.days) < days:
        note(f"nothing is known of {days - len(sheet.days)} days before its first version")


def _written(folder: Path) -> "WrittenPolicy":
    from tierwise.app.calendar_answers import WrittenPolicy
    from tierwise.app.policy_file import PolicyFile
    from tierwise.app.project import open_project

    project = open_project(folder)
    rules = PolicyFile(project)
    return WrittenPolicy(rules.policy(), rules.text(), project.policy_file)


def this_year() -> int:
    """The year the clock shows, in UTC."""
    from tierwise.facts.time import date_of

    return date_of(clock() // DAY_S).year


def _line(one: "CalendarState") -> tuple[str, ...]:
    if not one.sound:
        return one.name, "", "", "", "to mend"
    came_from = ", ".join(filter(None, (one.made_of, one.source)))
    return one.name, one.zone, _hours(one.usual_week_s), str(len(one.holidays)), came_from


def _verdict(one: "CalendarState", year: int) -> str:
    week = f"{one.name} is sound: open {_hours(one.usual_week_s)} a week in {one.zone}"
    holidays = f"{len(one.holidays)} holidays in {year}" if one.holidays else ""
    source = f"from {one.source}" if one.source else ""
    return ", ".join(filter(None, (week, one.made_of, holidays, source)))


def _header(sheet: "CalendarSheet") -> Iterator[str]:
    yield f"{sheet.name} in {sheet.zone}"
    if sheet.made_of:
        yield sheet.made_of
    if sheet.valid_from_day is not None:
        yield f"version of {_iso(sheet.valid_from_day)}"
    if sheet.source:
        yield f"days from {sheet.source}"


def _hours(seconds: int) -> str:
    """Open time in hours: `9 h`, `7 h 30 min`; seconds are left out only if there are none."""
    minutes, rest = divmod(seconds, 60)
    parts = ((minutes // 60, "h"), (minutes % 60, "min"), (rest, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 h"


def _iso(day: int) -> str:
    from tierwise.facts.time import iso_day

    return iso_day(day)
