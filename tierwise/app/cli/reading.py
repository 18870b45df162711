"""The command that reads files."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
@click.option(
    "--as",
    "reader",
    help="shopify-orders, shopify-customers, zendesk-export, incident-log, online-retail, "
    "sample-tickets or generic.",
)
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

    project = open_project(folder)
    if file is None and written["source"]:
        raise click.UsageError("--source names the source of one FILE; name the file as well")
    if file is None:
        return _read_all(project, written, as_json=as_json)
    if reader is None:
        raise click.UsageError("say what the file is: --as shopify-orders, --as generic …")
    told, code = _read(project, file, reader, written)
    _say(told, as_json=as_json)
    return code


def _read_all(project: "Project", written: dict[str, Any], *, as_json: bool) -> int:
    """Every source of sources.yaml; one that fails does not keep the others from being read."""
    from tierwise.app.reading import listed_sources
    from tierwise.facts.problems import InputError

    told: list[Told] = []
    worst = DONE
    for one in listed_sources(project):
        try:
            read_one, code = _read(project, one.file, one.reader, {**written, "source": one.source})
            told.append(read_one)
        except InputError as error:
            note(f"tierwise: {error}")
            code = FAILED
        worst = max(worst, code)
    if as_json:
        say_json("reads", {"reads": [done.content for done in told]})
    else:
        for done in told:
            _say(done, as_json=False)
    return worst


@dataclass(frozen=True, slots=True)
class Told:
    """What a reading has to say: for machines, and line by line for people."""

    schema: str
    content: dict[str, object]
    lines: tuple[str, ...]
    beside: tuple[str, ...] = ()


def _say(told: Told, *, as_json: bool) -> None:
    if as_json:
        say_json(told.schema, told.content)
        return
    for line in told.lines:
        say(line)
    for line in told.beside:
        note(line)


def _read(project: "Project", file: Path, reader: str, written: dict[str, Any]) -> tuple[Told, int]:
    from tierwise.app.reading import Drafted, read_file, unsettled

    with _progress(file) as progress:
        done = read_file(project, file, reader, {**written, "now": clock(), "progress": progress})
    if isinstance(done, Drafted):
        return _draft(file, done.mapping), PENDING
    left_open = unsettled(project)
    accepted = written["accept_problems"] or not (done.batch.problems or left_open)
    return _report(file, done, left_open), DONE if accepted else FAILED


def _draft(file: Path, mapping: Path) -> Told:
    lines = (
        f"wrote {mapping}: a draft of how to read {file.name}",
        "look it over, then run the same command again",
    )
    return Told("draft", {"file": str(file), "mapping": str(mapping)}, lines)


def _report(file: Path, report: "ReadReport", left_open: "tuple[Problem, ...]") -> Told:
    from tierwise.app import words

    rows = ", ".join(words.many(n, name[:-1], name) for name, n in report.rows.items())
    counted = {
        ("stood twice in the file", "stood twice in the file"): report.merged,
        ("was known already", "were known already"): report.repeated,
        ("replaces an older one", "replace older ones"): report.updated,
    }
    lines = [f"read {file.name}: {rows}"]
    lines += [f"  {words.many(n, *what)}" for what, n in counted.items() if n]
    lines += [f"  {remark}" for remark in report.batch.remarks]
    # One of each kind: a thousand rows with the same fault say no more than the first.
    kinds = {(found.column, found.expected): found for found in reversed(report.first_problems)}
    in_order = sorted(kinds.values(), key=lambda found: found.line or 0)
    beside = [f"  {problem}" for problem in (*in_order, *left_open)]
    if report.batch.problems:
        problems = words.many(report.batch.problems, "row has a problem", "rows have problems")
        beside.append(f"  {problems}; see the Data page")
    return Told("read", {"report": report, "unsettled": left_open}, tuple(lines), tuple(beside))


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
