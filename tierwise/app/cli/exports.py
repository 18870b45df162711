"""Commands that write tables for people and their programs."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import click

from .output import json_option, note_unsettled, open_shop, say, say_json
from .promises import note_as_of
from .scorecards import CUTS

if TYPE_CHECKING:
    from tierwise.app.shop import Shop

file_argument = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


class _LevelsFirst(click.Group):
    """A path alone means the levels: `export levels.csv` is `export levels levels.csv`."""

    asks_help: ClassVar = ("-h", "--help")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = bool(args) and args[0] in {*self.commands, *self.asks_help}
        return super().parse_args(ctx, args if named else ["levels", *args])


@click.group(cls=_LevelsFirst)
def export() -> None:
    """Write a table to a file (.csv or .parquet); a path alone means the levels."""


@export.command()
@file_argument
@json_option
@click.pass_obj
def levels(project: Path, file: Path, *, as_json: bool) -> None:
    """Write every customer with level, reason and standing to FILE (.csv or .parquet)."""
    _write(project, file, lambda shop: shop.export(file), as_json=as_json, row="customer")


@export.command()
@file_argument
@json_option
@click.pass_obj
def tickets(project: Path, file: Path, *, as_json: bool) -> None:
    """Write every ticket with all that is measured of it to FILE (.csv or .parquet)."""

    def write(shop: "Shop") -> int:
        note_as_of(shop.promise_basis().as_of())
        return shop.export_tickets(file)

    _write(project, file, write, as_json=as_json, row="ticket")


@export.command()
@file_argument
@click.option("--by", type=click.Choice(list(CUTS)), help="Slice each level further.")
@json_option
@click.pass_obj
def metrics(project: Path, file: Path, by: str | None, *, as_json: bool) -> None:
    """Write every KPI of every level and week with its interval to FILE (.csv or .parquet)."""

    def write(shop: "Shop") -> int:
        note_as_of(shop.promise_basis().as_of())
        return shop.export_metrics(file, CUTS[by] if by else None)

    _write(project, file, write, as_json=as_json, row="figure")


def _write(
    project: Path, file: Path, write: "Callable[[Shop], int]", *, as_json: bool, row: str
) -> None:
    """Write a table and say how long it is."""
    from tierwise.app import words
    from tierwise.facts.problems import UsageError

    if not file.parent.is_dir():
        raise UsageError(f"no folder `{file.parent}` to write `{file.name}` into; make it first")
    shop = open_shop(project)
    note_unsettled(shop)
    rows = write(shop)
    if as_json:
        say_json("export", {"file": str(file), "rows": rows}, shop)
        return
    say(f"wrote {file}: {words.many(rows, row)}")
