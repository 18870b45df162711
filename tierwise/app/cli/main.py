"""`tierwise`: the command line. Nothing heavy is imported until a command needs it."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

import tierwise

DONE, FAILED, USAGE, PENDING = 0, 1, 2, 3

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("projects", "Make a project folder with a policy to start from."),
    "demo": ("projects", "Show everything on a real shop that comes with Tierwise."),
    "doctor": ("projects", "Check that everything is in order, and say what to mend."),
    "read": ("reading", "Read orders, customers and other facts from files."),
    "value": ("forecasts", "What customers have brought and will bring, and how sure that is."),
    "percentiles": ("values", "How much of the revenue the top customers bring."),
    "segments": ("values", "RFM groups, and who moved between them."),
    "policy": ("policies", "Check, show and describe the policy file."),
    "calendar": ("calendars", "When promised time counts: the calendars of the policy."),
    "clocks": ("promises", "Every promise on a ticket: used, left, due, and why."),
    "attainment": ("promises", "Share of promises kept, by level and promise."),
    "replay": ("promises", "What another policy would have made of past tickets."),
    "alarms": ("promises", "Warnings and breaches nobody was told of yet."),
    "scorecard": ("scorecards", "Every KPI by level, how sure, compared with the period before."),
    "metric": ("scorecards", "What each KPI means, its trend, and the rows behind it."),
    "check": ("scorecards", "Whether the targets of the policy are met; for a nightly job."),
    "budget": ("desk", "How many misses each promise may still have, and how long they last."),
    "voice": ("desk", "What customers say, how many answered, and what silence may hide."),
    "people": ("desk", "Load, pace, quality and cost by team and agent."),
    "volume": ("desk", "Tickets day by day, what was expected, and days that stand out."),
    "report": ("reports", "One page with the news first: to read, print or mail."),
    "plan": ("plans", "Work out who would change level, and save it."),
    "apply": ("plans", "Carry out a saved plan."),
    "undo": ("plans", "Take an applied plan back."),
    "history": ("plans", "What was planned, applied and undone, and by whom."),
    "types": ("types", "What type of customer somebody is, and on what evidence."),
    "desk": ("helpdesks", "Connect a help desk, show levels there, and keep both in step."),
    "override": ("customers", "Set a customer's level by hand, with a reason and an end."),
    "explain": ("customers", "Why a customer has their level, and what would change it."),
    "export": ("exports", "Write levels, tickets or KPIs to a file."),
    "serve": ("serving", "Serve the pages on this machine."),
}


class _Commands(click.Group):
    """Finds a command in its module only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _ = COMMANDS[name]
        command: click.Command = getattr(import_module(f"tierwise.app.cli.{module}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            _refuse_unknown(ctx, args[0])
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


def _refuse_unknown(ctx: click.Context, name: str) -> None:
    from difflib import get_close_matches

    close = get_close_matches(name, COMMANDS, 1)
    guess = f" Did you mean `{close[0]}`?" if close else " See `tierwise --help`."
    ctx.fail(f"No command `{name}`.{guess}")


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(tierwise.__version__, prog_name="tierwise")
@click.option(
    "--project",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    envvar="TIERWISE_PROJECT",
    help="Folder of the project; this folder if not given.",
)
@click.pass_context
def group(ctx: click.Context, project: Path) -> None:
    """The service level every customer should have, and the promise kept.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 changes pending or a check not met.
    """
    ctx.obj = project


def _refusal(error: OSError) -> str:
    """What the machine would not do, and with which file."""
    file = f"`{error.filename}`: " if error.filename else ""
    return f"{file}{(error.strerror or str(error)).lower()}; check the path and who may write there"


def main(args: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    from tierwise.facts.problems import TierwiseError, UsageError

    # Our matrices are tiny: more threads of linear algebra only wait for one another.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        code = group.main(args, prog_name="tierwise", standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(FAILED)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except TierwiseError as failed:
        click.echo(f"tierwise: {failed}", err=True)
        sys.exit(USAGE if isinstance(failed, UsageError) else FAILED)
    except OSError as refused:
        click.echo(f"tierwise: {_refusal(refused)}", err=True)
        sys.exit(FAILED)
    sys.exit(code if isinstance(code, int) else DONE)
