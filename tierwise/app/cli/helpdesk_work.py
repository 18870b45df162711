"""Work with a desk: push levels, read tickets, both in turn, and compare clocks."""

import getpass
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .helpdesk_accounts import account_of, account_option, agree, yes_option
from .output import json_option, note, open_shop, say, say_json

if TYPE_CHECKING:
    from tierwise.app.shop import Shop


@click.command()
@account_option
@yes_option
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--overwrite", is_flag=True, help="Also where an agent set another level by hand.")
@click.option("--clear", is_flag=True, help="Also when many people would lose their level.")
@json_option
@click.pass_obj
def push(
    folder: Path, /, account: str | None, yes: str | None, *, as_json: bool, **how: bool
) -> None:
    """Write each customer's level to their profile at the desk: only what differs.

    Those with open tickets come first, then the most valuable. Interrupted at any moment, the
    same command goes on where it stopped. Levels that agents set themselves stay, and are told.
    """
    from .helpdesk_lines import preview_lines, push_lines

    shop = open_shop(folder)
    known = account_of(shop, account)
    preview = shop.push_preview(known.account_id)
    if not as_json:
        for line in preview_lines(preview):
            say(line)
    if how.pop("dry_run"):
        if as_json:
            say_json("push-preview", preview)
        return
    agree(known, yes, "writes levels to")
    done = shop.push(known.account_id, getpass.getuser(), **how)
    if as_json:
        say_json("push", done)
        return
    for line in push_lines(done):
        say(line)


@click.command()
@account_option
@json_option
@click.pass_obj
def read(folder: Path, account: str | None, *, as_json: bool) -> None:
    """Read people, tickets, their history and ratings, from where the last reading ended."""
    from .helpdesk_lines import read_lines

    shop = open_shop(folder)
    done = shop.read_desk(account_of(shop, account).account_id)
    if as_json:
        say_json("desk-read", done)
        return
    for line in read_lines(done):
        say(line)


@click.command()
@account_option
@yes_option
@click.option("--every", metavar="MINUTES", type=click.IntRange(1), help="Again, until Ctrl-C.")
@json_option
@click.pass_obj
def sync(
    folder: Path, account: str | None, yes: str | None, every: int | None, *, as_json: bool
) -> None:
    """Read, then push: one command for a nightly job."""
    shop = open_shop(folder)
    known = account_of(shop, account)
    agree(known, yes, "reads from and writes levels to")
    while True:
        _sync_once(shop, known.account_id, as_json=as_json)
        if not every:
            return
        time.sleep(60 * every)


def _sync_once(shop: "Shop", account_id: str, *, as_json: bool) -> None:
    from .helpdesk_lines import push_lines, read_lines

    done = shop.read_desk(account_id)
    written = shop.push(account_id, getpass.getuser())
    if as_json:
        say_json("desk-sync", {"read": done, "push": written})
        return
    for line in (*read_lines(done), *push_lines(written)):
        say(line)


@click.command()
@account_option
@click.option(
    "--examples",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    help="How many tickets of each difference to show.",
)
@click.option(
    "--counting",
    type=click.Choice(["exact", "zendesk"]),
    help="Count ours exactly, or as Zendesk counts; as the policy says if not given.",
)
@json_option
@click.pass_obj
def clocks(
    folder: Path, account: str | None, examples: int, counting: str | None, *, as_json: bool
) -> None:
    """Our clocks against the desk's own: how many agree to the minute, and why others do not."""
    from tierwise.app.desk_clock_words import clock_lines

    shop = open_shop(folder)
    known = account_of(shop, account)
    found = shop.desk_clocks(known.account_id, examples, counting)
    if as_json:
        say_json("desk-clocks", found)
        return
    for line in clock_lines(found):
        say(line)
    if not known.into_facts:
        note("its tickets are no facts here (--no-tickets), so only those of the same number count")
