"""What a desk should show and hold by the policy, the levels and the facts of now."""

from tierwise.facts.desk_config import DeskWish
from tierwise.facts.desk_people import DESK_USERS, WRITTEN_LEVELS
from tierwise.facts.desks import DeskAccount
from tierwise.facts.problems import InputError
from tierwise.facts.time import DAY_S
from tierwise.levels.policy import Policy
from tierwise.promises.policy_calendars import calendars_of

from .basis import Basis
from .calendars import resolved
from .desk_levels import MATCHES, WANTED, hold_open_tickets, hold_wanted
from .desk_room import DeskRoom
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
    for table in (DESK_USERS, MATCHES.output, WANTED.output):
        engine.read(table, ())  # the old ones go first: both at once need twice the memory
    basis.hold_levels_now()
    read_desk_users(engine, landing)
    read_landed_tickets(engine, landing)
    hold_open_tickets(engine)
    engine.upload(WRITTEN_LEVELS.name, book.written_levels(account.account_id))
    hold_wanted(engine, account, basis.policy.names, overwrite=overwrite)


def wish_now(room: DeskRoom, project: Project, policy: Policy) -> DeskWish:
    """What the policy asks of the desk; InputError when a calendar cannot be made."""
    today = room.clock() // DAY_S
    found = resolved(policy, project.folder, wish_years(today))
    if found.problems:
        raise InputError(found.problems)
    calendars, _ = calendars_of(found.values)
    # What nobody signs, anybody could send.
    address = project.settings.public_address if room.desk.caps.webhooks == "signed" else ""
    hook = f"{address}/desks/{room.account.account_id}/hook" if address else None
    at_desk = FieldAtDesk(room.field_key, FIELD_TITLE, hook)
    return wish_of(policy, calendars, at_desk, today)
