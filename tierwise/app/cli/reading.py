"""The command that reads files."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .main import DONE, PENDING
from .output import clock, json_option, note, say, say_json

if TYPE_CHECKING:
    from tierwise.app.project import Project
    from tierwise.app.wiring import ReadReport


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--as", "reader", help="shopify-orders, shopify-customers, online-retail or generic.")
@click.option("--table", default="orders", show_default=True, help="Table of a generic file.")
@click.option("--source", help="Name of the source; the name of the file if not given.")
@click.option("--encoding", default="utf-8", show_default=True, help="Encoding of the text.")
@click.option("--delimiter", default=",", show_default=True, help="What stands between cells.")
@click.option("--decimal", default=".", show_default=True, help="What stands before decimals.")
@click.option("--dates", default="iso", show_default=True, help="iso, epoch or like %d.%m.%Y.")
@click.option("--currency", help="Currency of a file that names none.")
@json_option
@click.pass_obj
def read(
    folder: Path, /, file: Path | None, reader: str | None, *, as_json: bool, **written: Any
) -> int:
    """Read orders, customers and other facts from FILE, or from all of sources.yaml.

    Reading the same source again replaces what it gave before. Nothing is half read: stopped
    at any moment, the facts are the old ones or the new ones.
    """
    from tierwise.app.project import open_project
    from tierwise.app.reading import listed_sources

    project = open_project(folder)
    if file is None:
        return max(
            _read(project, one.file, one.reader, written, as_json=as_json)
            for one in listed_sources(project)
        )
    if reader is None:
        raise click.UsageError("say what the file is: --as shopify-orders, --as generic …")
    return _read(project, file, reader, written, as_json=as_json)


def _read(
    project: "Project", file: Path, reader: str, written: dict[str, Any], *, as_json: bool
) -> int:
    from tierwise.app.reading import Drafted, read_file

    with _progress(file) as progress:
        done = read_file(project, file, reader, {**written, "now": clock(), "progress": progress})
    if isinstance(done, Drafted):
        say(f"wrote {done.mapping}: a draft of how to read {file.name}")
        say("look it over, then run the same command again")
        return PENDING
    _say_report(file, done, as_json=as_json)
    return DONE


def _say_report(file: Path, report: "ReadReport", *, as_json: bool) -> None:
    from tierwise.app import words

    if as_json:
        say_json("read", report)
        return
    rows = ", ".join(f"{words.count(n)} {name}" for name, n in report.rows.items())
    say(f"read {file.name}: {rows}")
    counted = {
        "stood twice in the file": report.merged,
        "were known already": report.repeated,
        "replace older ones": report.updated,
    }
    for what, number in counted.items():
        if number:
            say(f"  {words.count(number)} {what}")
    for remark in report.batch.remarks:
        say(f"  {remark}")
    # One of each kind: a thousand rows with the same fault say no more than the first.
    kinds = {(found.column, found.expected): found for found in reversed(report.first_problems)}
    for problem in reversed(kinds.values()):
        note(f"  {problem}")
    if report.batch.problems:
        say(f"  {words.count(report.batch.problems)} rows with problems; all are on the Data page")


@contextmanager
def _progress(file: Path) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on stderr while a person watches; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(file.name), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(file.name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
