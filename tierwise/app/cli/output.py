"""How commands speak: results on stdout, everything else on stderr, JSON when it is asked for."""

import json
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tierwise.app.plain import plain
from tierwise.app.text_columns import side_by_side
from tierwise.facts.time import day_number

if TYPE_CHECKING:
    from tierwise.app.shop import Shop

Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """The option that every command has."""
    return click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")(command)


def at_option(command: Command) -> Command:
    """The option of every answer that belongs to a day."""
    return click.option(
        "--at",
        "at_day",
        type=Day(),
        help="Answer as of this day, 2011-06-30; the last day of the facts if not given.",
    )(command)


class Day(click.ParamType[int]):
    """A date on the command line: days since 1970-01-01 inside."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: Any) -> int:
        if isinstance(value, int):
            return value
        try:
            return day_number(date.fromisoformat(str(value)))
        except ValueError:
            self.fail(f"`{value}` is no date; write it as 2011-06-30", param, ctx)


def clock() -> int:
    """The only clock of the command line: UTC epoch seconds."""
    return int(time.time())


def open_shop(folder: Path, at_day: int | None = None) -> "Shop":
    """The shop of a project folder."""
    from tierwise.app.project import open_project
    from tierwise.app.shop import Shop

    return Shop(open_project(folder), clock=clock, at_day=at_day)


def say(text: str = "") -> None:
    """One line of the result."""
    click.echo(text)


def note(text: str) -> None:
    """A line beside the result."""
    click.echo(text, err=True)


def note_unsettled(shop: "Shop") -> None:
    """Say beside a number that the facts under it leave something open."""
    left_open = shop.data_state().unsettled
    if left_open:
        note(f"the facts leave {left_open} open, such as orders without a rate: `tierwise doctor`")


def say_json(schema: str, answer: object, shop: "Shop | None" = None) -> None:
    """The result as JSON; `schema` names its form and version.

    With a shop it also says how much the facts under the numbers leave open.
    """
    content = plain(answer)
    body = content if isinstance(content, dict) else {"rows": content}
    if shop is not None:
        body["unsettled"] = shop.data_state().unsettled
    click.echo(json.dumps({"schema": f"tierwise/{schema}/1", **body}, ensure_ascii=False, indent=2))


def say_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns side by side; heads that end with `>` stand right."""
    for line in side_by_side(heads, rows):
        say(line)
