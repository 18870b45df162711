"""`tierwise desk`: connect a help desk, show levels there, keep both in step."""

import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .helpdesk_accounts import account_of, account_option, agree, yes_option
from .helpdesk_plans import apply, destroy, import_, plan, show
from .helpdesk_work import clocks, push, read, sync
from .output import json_option, note, open_shop, say, say_json, say_table

if TYPE_CHECKING:
    from tierwise.app.project import Project

SECRET = "TIERWISE_DESK_SECRET"


class _InOrder(click.Group):
    """Lists commands in the order of their use, each with its whole first sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*_ORDER, *(name for name in self.commands if name not in _ORDER)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        names = self.list_commands(ctx)
        texts = ((name, self.commands[name].help or "") for name in names)
        with formatter.section("Commands"):
            formatter.write_dl([(name, text.partition("\n\n")[0]) for name, text in texts])


_ORDER = ("connect", "doctor", "plan", "show", "apply", "read", "push", "sync", "status")


@click.group(cls=_InOrder)
def desk() -> None:
    """Connect a help desk, show levels there, and keep both in step.

    In this order: connect, doctor, plan and apply (what the desk needs), read (people, tickets and
    their history), push (the level of each customer), sync (both, for a nightly job).
    """


@desk.command()
@click.argument("kind", metavar="DESK", type=click.Choice(["zendesk"]))
@click.option("--account", required=True, help="Its subdomain, `acme` of acme.zendesk.com.")
@click.option("--client-id", help="Identifier of the OAuth client made in its admin centre.")
@click.option("--browser", is_flag=True, help="Sign in as yourself in the browser (OAuth, PKCE).")
@click.option("--email", help="Sign in by e-mail and API token; they end on 2027-04-30.")
@click.option(
    "--redirect-port",
    type=click.IntRange(1, 65535),
    default=8799,
    show_default=True,
    help="Port on this machine to which the browser comes back.",
)
@click.option(
    "--tickets/--no-tickets",
    "into_facts",
    default=True,
    help="Whether its tickets become facts here; not when they are read from elsewhere.",
)
@json_option
@click.pass_obj
def connect(folder: Path, /, *, as_json: bool, **asked: Any) -> None:
    """Connect an account of a help DESK; nothing is written to it.

    The secret comes from TIERWISE_DESK_SECRET in the environment, or is asked for; it is kept
    encrypted.
    """
    from tierwise.app.desk_connecting import Connection

    shop = open_shop(folder)
    wanted = Connection(secret=_secret(asked), **asked)
    account = shop.connect_desk(wanted, getpass.getuser(), _open_browser)
    if as_json:
        say_json("desk-account", account)
        return
    say(f"connected {account.shown}")
    say("next: tierwise desk doctor, then tierwise desk plan")


def _secret(asked: dict[str, Any]) -> str:
    """What signs us in, from the environment or typed unseen; a browser may do without."""
    found = os.environ.get(SECRET, "")
    if found or asked["browser"]:
        return found
    what = "API token" if asked["email"] else "client secret"
    typed: str = click.prompt(what, hide_input=True, err=True)
    return typed


def _open_browser(address: str) -> None:
    note("sign in here, and allow it:")
    note(f"  {address}")
    click.launch(address)


@desk.command()
@account_option
@json_option
@click.pass_obj
def doctor(folder: Path, account: str | None, *, as_json: bool) -> int:
    """Who we are at the desk, what it lets us do and why not, its clock and its limits."""
    from .helpdesk_lines import finding_lines, limit_lines

    shop = open_shop(folder)
    found = shop.check_desk(account_of(shop, account).account_id)
    if as_json:
        say_json("desk-check", found)
    else:
        say(found.account.shown)
        for line in (*finding_lines(found.findings), *limit_lines(found.limits)):
            say(line)
    return 1 if any(one.verdict == "fail" for one in found.findings) else 0


@desk.command()
@json_option
@click.pass_obj
def status(folder: Path, *, as_json: bool) -> None:
    """What is in step, what drifted, what is waiting, and what went wrong last."""
    from .helpdesk_lines import NO_DESK, standing_lines

    shop = open_shop(folder)
    found = shop.desks()
    if as_json:
        say_json("desks", found)
        return
    if not found:
        say(NO_DESK)
    for one in found:
        for line in standing_lines(one):
            say(line)


@desk.command()
@account_option
@yes_option
@json_option
@click.pass_obj
def disconnect(folder: Path, account: str | None, yes: str | None, *, as_json: bool) -> None:
    """Forget an account and its secrets here; what stands at the desk stays there."""
    shop = open_shop(folder)
    known = account_of(shop, account)
    agree(known, yes, "forgets what is known of")
    shop.disconnect_desk(known.account_id, getpass.getuser())
    if as_json:
        say_json("desk-account", known)
        return
    say(f"forgot {known.shown}; `tierwise desk destroy` would have removed what we made there")


@desk.command("stand-in")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8766, show_default=True, help="Port."
)
@click.option("--seconds", type=click.IntRange(1), help="End by itself after so many seconds.")
@json_option
@click.pass_obj
def stand_in(folder: Path, port: int, seconds: int | None, *, as_json: bool) -> None:
    """Serve a made-up Zendesk on this machine, to try everything on.

    In a project its people are customers who wrote in. It forgets everything when it ends.
    """
    from tierwise.app.serving import refuse_taken
    from tierwise.app.standing_in import made_up_desk, serve_desk

    refuse_taken(port)
    world = made_up_desk(_project_in(folder))
    signed = {"client_id": world.client_id, "secret": world.client_secret}
    address = f"http://127.0.0.1:{port}"
    if as_json:
        say_json("stand-in", {"address": address, **signed})
    else:
        say_table(("", ""), [("address", address), *signed.items()])
        say(f"{SECRET}={world.client_secret} tierwise desk connect zendesk \\")
        say(f"  --account {address} --client-id {world.client_id}")
    note("Ctrl-C stops")
    serve_desk(world, port, seconds)


def _project_in(folder: Path) -> "Project | None":
    from tierwise.app.project import open_project

    return open_project(folder) if (folder / "policy.yaml").exists() else None


for command in (plan, show, apply, import_, destroy, push, read, sync, clocks):
    desk.add_command(command)
