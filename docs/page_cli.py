"""The page of the command line: every command, option and exit code."""

from collections.abc import Iterator
from inspect import cleandoc

import click
from layout import grid, page

from tierwise.app.cli.main import DONE, FAILED, PENDING, USAGE, group

EXIT_CODES: tuple[tuple[int, str], ...] = (
    (DONE, "Done."),
    (FAILED, "Failed; the message on stderr names the place and the next step."),
    (USAGE, "The command was asked for something it does not offer."),
    (PENDING, "Changes are pending, or a check is not met; only where a command says so."),
)


def cli_page() -> str:
    context = click.Context(group, info_name="tierwise")
    return page(
        "The command line",
        "tierwise/app/cli",
        "Results go to stdout, progress and complaints to stderr. Every command answers `--help`, "
        "and `--json` where it has a result.",
        "## Exit codes",
        grid(("code", "meaning"), ((str(code), meaning) for code, meaning in EXIT_CODES)),
        *command_sections(context),
    )


def command_sections(context: click.Context) -> list[str]:
    """A section for a command, then one for each command below it."""
    command = context.command
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    records = (param.get_help_record(context) for param in command.get_params(context))
    rows = [(f"`{names}`", about) for names, about in filter(None, records) if about]
    sections = [
        f"## {context.command_path}",
        cleandoc(command.help or ""),
        f"```sh\n{usage}\n```",
        grid(("option", "meaning"), rows),
    ]
    for below in contexts_below(context):
        sections += command_sections(below)
    return sections


def contexts_below(context: click.Context) -> Iterator[click.Context]:
    parent = context.command
    if not isinstance(parent, click.Group):
        return
    for name in parent.list_commands(context):
        if command := parent.get_command(context, name):
            yield click.Context(command, parent=context, info_name=name)
