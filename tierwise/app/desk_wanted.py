"""What a desk should show and hold by the policy, the levels and the facts of now."""

from tierwise.facts.desk_config import DeskWish
from tierwise.facts.desk_people import WRITTEN_LEVELS
from tierwise.facts.desks import DeskAccount
from tierwise.facts.problems import InputError
from tierwise.levels.policy import Policy
from tierwise.promises.policy_calendars import calendars_of

from .basis import Basis
from .calendars import resolved
from .desk_levels import hold_open_tickets, hold_wanted
from .desk_tables import read_desk_users, read_landed_tickets
from .desk_wishes import FieldAtDesk, wish_of, wish_years
from .ports import DeskBook, Landing
from .project import Project

FIELD_TITLE = "Service level"


def hold_desk(
    basis: Basis, book: DeskBook, account: DeskAccount, landing: Landing, *, overwrite: bool = False
) -> None:
    """Make available in the engine of the basis what every person at the desk should show."""
    engine = basis.engine
    basis.hold_levels_now()
    read_desk_users(engine, landing)
    read_landed_tickets(engine, landing)
    hold_open_tickets(engine)
    engine.upload(WRITTEN_LEVELS.name, book.written_levels(account.account_id))
    hold_wanted(engine, account, basis.policy.names, overwrite=overwrite)


def wish_now(project: Project, policy: Policy, account: DeskAccount, today: int) -> DeskWish:
    """What the policy asks of the desk; InputError when a calendar cannot be made."""
    found = resolved(policy, project.folder, wish_years(today))
    if found.problems:
        raise InputError(found.problems)
    calendars, _ = calendars_of(found.values)
    settings = project.settings
    hook = f"{settings.public_address}/desks/{account.account_id}/hook"
    at_desk = FieldAtDesk(
        settings.desk_field, FIELD_TITLE, hook if settings.public_address else None
    )
    return wish_of(policy, calendars, at_desk, today)
