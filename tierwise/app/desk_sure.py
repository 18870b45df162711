"""What has to be sure before anything is written: whose desk it is, and that it is ready."""

from collections.abc import Callable, Iterable, Mapping

from tierwise.facts.desk_people import VALUE_PREFIX
from tierwise.facts.desks import DeskAccount, DeskCaps
from tierwise.facts.problems import RefusedError

from .ports import Engine, HelpDesk

_COUNTS = """
SELECT (SELECT COUNT(*) FROM desk_users), (SELECT COUNT(*) FROM levels_now),
    (SELECT COUNT(*) FROM written_levels)
"""


# What a deed needs of a desk, and what to say of one that lacks it.
NEEDS: Mapping[str, tuple[Callable[[DeskCaps], bool], str]] = {
    "push": (lambda caps: caps.level_field == "dropdown", "no drop-down that could show a level"),
    "plan": (lambda caps: caps.sla_crud and caps.routing_rules_crud, "no SLA policies to set up"),
    "read": (lambda caps: caps.incremental != "none", "no way to ask for what is new"),
    "clocks": (lambda caps: caps.metric_events, "no word of its own clocks"),
}


def refuse_incapable(desk: HelpDesk, account: DeskAccount, deed: str) -> None:
    """RefusedError when this kind of desk cannot do it at all."""
    can, lacks = NEEDS[deed]
    if not can(desk.caps):
        raise RefusedError(f"{account.desk} has {lacks}; use another desk, or do without it")


def refuse_another(desk: HelpDesk, account: DeskAccount) -> None:
    """RefusedError when the address answers as another account than the one we know."""
    found = desk.remote_id()
    if found != account.remote_id:
        said, step = another_account(account, found)
        raise RefusedError(f"{said}; {step}")


def another_account(account: DeskAccount, found: str) -> tuple[str, str]:
    """What is wrong when account `found` answers at the address of another, and what to do."""
    said = f"{account.address} answers as account {found}, and {account.name} was connected as "
    step = "nothing is done there: find out which of them it should be, then connect that one"
    return f"{said}{account.remote_id}", f"{step} with `tierwise desk connect`"


def refuse_too_early(engine: Engine) -> None:
    """RefusedError when nobody was read from the desk, or no levels are in force.

    The engine must hold `desk_users`, `levels_now` and `written_levels`.
    """
    ((people, levels, written),) = engine.rows(_COUNTS)
    if not people:
        text = "nobody was read from the desk yet, so it is not known whom to write to"
        raise RefusedError(f"{text}; run `tierwise desk read` first")
    if not levels and not written:
        text = "no levels are in force yet, so there is nothing to show at the desk"
        raise RefusedError(f"{text}; `tierwise plan` and `tierwise apply` put them in force")


def refuse_without_field(desk: HelpDesk, field_key: str, levels: Iterable[str]) -> None:
    """RefusedError when the desk has no drop-down for the levels, or one that lacks some."""
    values = desk.field_values(field_key)
    step = "`tierwise desk plan` and `tierwise desk apply` make what is missing"
    if values is None:
        raise RefusedError(f"the desk has no drop-down `{field_key}` for people yet; {step}")
    lacks = [f"`{VALUE_PREFIX}{one}`" for one in levels if f"{VALUE_PREFIX}{one}" not in values]
    if lacks:
        text = f"the drop-down `{field_key}` at the desk does not offer {', '.join(lacks)}"
        raise RefusedError(f"{text}; {step}")
