"""Which account a desk command means, and the word that it may write there."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from tierwise.app.shop import Shop
    from tierwise.facts.desks import DeskAccount

Command = TypeVar("Command", bound=Callable[..., Any])


def account_option(command: Command) -> Command:
    """The option of every command about one account."""
    text = "Name of the account; needed when several are connected."
    return click.option("--account", help=text)(command)


def yes_option(command: Command) -> Command:
    """The option of every command that writes: the account's name instead of an answer."""
    text = "Go on without asking: the name of the account that is written to."
    return click.option("--yes", metavar="NAME", help=text)(command)


def account_of(shop: "Shop", name: str | None) -> "DeskAccount":
    """The account that is meant; UsageError with those there are."""
    from tierwise.facts.problems import UsageError

    known = shop.desk_accounts()
    if not known:
        raise UsageError("no help desk is connected; `tierwise desk connect zendesk --help`")
    meant = [one for one in known if name in {None, one.name, one.account_id, one.address}]
    if len(meant) == 1:
        return meant[0]
    names = ", ".join(f"`{one.name}`" for one in known)
    raise UsageError(f"say which account with --account: {names}")


def agree(account: "DeskAccount", yes: str | None, does: str) -> None:
    """Show which account is written to, and go on only when its name is given."""
    from tierwise.facts.problems import UsageError

    click.echo(f"this {does} {account.shown}", err=True)
    typed = yes or _asked(account)
    if typed.strip() != account.name:
        raise UsageError(f"`{typed}` is not `{account.name}`; nothing was done")


def _asked(account: "DeskAccount") -> str:
    """What somebody types; UsageError where nobody can."""
    from tierwise.facts.problems import UsageError

    try:
        typed: str = click.prompt(f"its name, {account.name}, to go on", err=True)
    except click.Abort:
        click.echo(err=True)
        text = "nobody typed the account's name, so nothing was done"
        raise UsageError(f"{text}; give it with --yes {account.name}") from None
    return typed
