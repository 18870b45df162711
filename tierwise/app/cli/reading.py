"""The command that reads files."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .main import DONE, FAILED, PENDING
from .output import clock, json_option, note, say, say_json

if TYPE_CHECKING:
    from tierwise.app.project import Project
    from tierwise.app.wiring import ReadReport
    from tierwise.facts.problems import Problem


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--as", "reader", help="shopify-orders, shopify-customers, online-retail or generic.")
@click.option("--table", default="orders", show_default=True, help="Table of a generic file.")
@click.option("--source", help="Name of the source; the name of the file if not given.")
@click.option("--encoding", default="utf-8", show_default=True, help="Encoding of the text.")
@click.option("--delimiter", default=",", show_default=True, help="What stands between cells.")
@click.option("--decimal", default=".", show_default=True, help="What stands before decimals.")
@click.option("--dates", default="iso", show_default=True, help="iso, epoch or like %d.%m.%Y.")
@click.option("--zone", help="Zone of times that name none; the zone of the policy if not given.")
@click.option("--currency", help="Currency of a file that names none.")
@click.option("--phone-prefix", help="Country of phone numbers that name none, like +49.")
@click.option("--accept-problems", is_flag=True, help="Leave with 0 although rows had problems.")
@json_option
@click.pass_obj
def read(
    folder: Path, /, file: Path | None, reader: str | None, *, as_json: bool, **written: Any
) -> int:
    """Read orders, customers and other facts from FILE, or from all of sources.yaml.

    Reading the same source again replaces what it gave before. Nothing is half read: stopped
    at any moment, the facts are the old ones or the new ones. Rows with problems are left out
    and told; the exit code is then 1, so that no nightly job passes over them.
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
    from tierwise.app.reading import Drafted, read_file, unsettled_customers

    with _progress(file) as progress:
        done = read_file(project, file, reader, {**written, "now": clock(), "progress": progress})
    if isinstance(done, Drafted):
        _say_draft(file, done.mapping, as_json=as_json)
        return PENDING
    unsettled = unsettled_customers(project) if "customers" in done.rows else ()
    _say_report(file, done, unsettled, as_json=as_json)
    accepted = written["accept_problems"] or not (done.batch.problems or unsettled)
    return DONE if accepted else FAILED


def _say_draft(file: Path, mapping: Path, *, as_json: bool) -> None:
    if as_json:
        say_json("draft", {"file": str(file), "mapping": str(mapping)})
        return
    say(f"wrote {mapping}: a draft of how to read {file.name}")
    say("look it over, then run the same command again")


def _say_report(
    file: Path, report: "ReadReport", unsettled: "tuple[Problem, ...]", *, as_json: bool
) -> None:
    from tierwise.app import words

    if as_json:
        say_json("read", {"report": report, "unsettled": unsettled})
        return
    rows = ", ".join(words.many(n, name[:-1], name) for name, n in report.rows.items())
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
    for problem in (*reversed(kinds.values()), *unsettled):
        note(f"  {problem}")
    if report.batch.problems:
        problems = words.many(report.batch.problems, "row has a problem", "rows have problems")
        note(f"  {problems}; see the Data page")


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
