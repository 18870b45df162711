"""One account of a help desk, opened: its book, the desk itself, and where its rows land."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tierwise.facts.desks import DeskAccount
from tierwise.facts.problems import RefusedError

from .desk_applying import Applying
from .ports import DeskBook, HelpDesk, Landing
from .project import Project
from .pushing import Pace
from .wiring import open_desk, open_landing

NOT_CONNECTED = "no account `{}` is connected; `tierwise desk status` lists those that are"


@dataclass(frozen=True, slots=True)
class DeskRoom:
    """What work at one account needs. `clock` gives UTC epoch seconds."""

    book: DeskBook
    desk: HelpDesk
    account: DeskAccount
    landing: Landing
    field_key: str
    clock: Callable[[], int]

    def applying(self, by: str) -> Applying:
        """Work at the configuration, for somebody."""
        return Applying(self.book, self.desk, self.account, time.time, by)

    def pace(self, stopped: Callable[[], bool]) -> Pace:
        """Time as a push sees it."""
        return Pace(time.time, time.sleep, stopped)


def account_in(book: DeskBook, account_id: str) -> DeskAccount:
    """A connected account; RefusedError when there is none of that id."""
    found = next((one for one in book.accounts() if one.account_id == account_id), None)
    if found is None:
        raise RefusedError(NOT_CONNECTED.format(account_id))
    return found


@contextmanager
def desk_room(
    project: Project, book: DeskBook, account_id: str, clock: Callable[[], int]
) -> Iterator[DeskRoom]:
    """An account to work with; what is left of its limits is kept at the end."""
    account, field_key = account_in(book, account_id), project.settings.desk_field
    desk = open_desk(book, account, field_key=field_key, clock=time.time)
    try:
        yield DeskRoom(book, desk, account, open_landing(project, account), field_key, clock)
    finally:
        book.keep_limits(account_id, desk.limits(), clock())
        desk.close()
