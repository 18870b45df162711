"""The help centre: who reads before writing, and who then need not write any more."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from .support_calendar import LocalDays
from .support_contacts import Contact
from .support_world import DAY_S, DELAYED, MINUTE_S, SPAM, World

_BEFORE_S, _PAGE_S = 25 * MINUTE_S, 2 * MINUTE_S
# Words that no stage counts as looking at products.
SEARCH, ARTICLE = "help_search", "help_article"


class Viewed(NamedTuple):
    """A row of `app_events`."""

    event_id: str
    customer_id: str
    name: str
    happened_at: int
    happened_day: int
    session_id: str


class Visit(NamedTuple):
    """A row of `help_sessions`."""

    session_id: str
    customer_id: str | None
    began_at: int
    searches: int
    articles: int
    solved: bool | None


def reads_help(world: World, contact: Contact, left: Mapping[str, int]) -> bool:
    """Whether somebody we know, and have not lost, looks for help before writing."""
    return _reads(world, contact) and not gone(world, contact, left)


def helps_itself(world: World, contact: Contact) -> bool:
    """Whether what they read was enough: no ticket comes of it."""
    return _reads(world, contact) and contact.dice.finds < contact.cause.article_settles


def gone(world: World, contact: Contact, left: Mapping[str, int]) -> bool:
    """Whether the customer had left before what this is about began."""
    left_s = left.get(contact.customer or "")
    return world.drop_lost and left_s is not None and left_s < contact.began_s


def _reads(world: World, contact: Contact) -> bool:
    is_theirs = contact.customer is not None and contact.cause not in {SPAM, DELAYED}
    return is_theirs and contact.again < 0 and contact.dice.reads < world.reads_help


def help_views(readers: Iterable[Contact], days: LocalDays) -> list[Viewed]:
    """What readers looked at, a session each."""
    views = [view for contact in readers for view in _session(contact)]
    on = days.days(np.array([view.happened_at for view in views], np.int64)).tolist()
    return [view._replace(happened_day=day) for view, day in zip(views, on, strict=True)]


def help_visits(world: World, readers: Sequence[Contact]) -> Iterator[Visit]:
    """The same as sessions; some say whether it helped, and strangers pass by."""
    chance = np.random.default_rng((world.seed, 36))
    for contact, luck in zip(readers, chance.random((len(readers), 4)).tolist(), strict=True):
        says, passes, when, reads = luck
        begins_s, articles = contact.at_s - _BEFORE_S, _articles(contact)
        solved = _says_it_helped(world, says, is_settled=helps_itself(world, contact))
        yield Visit(session_id(contact), contact.customer, begins_s, 1, articles, solved)
        if passes < world.passes_by:
            name = session_id(contact).replace("h", "p")
            yield Visit(name, None, begins_s + int(when * DAY_S) - DAY_S, 0, int(2 * reads), None)


def _says_it_helped(world: World, luck: float, *, is_settled: bool) -> bool | None:
    """Who was helped may say so; of the others some say that it did not, a few that it did."""
    if is_settled:
        return True if luck < world.says_helped else None
    if luck < world.says_wrongly:
        return True
    return False if luck < world.says_wrongly + world.says_not else None


def session_id(contact: Contact) -> str:
    return f"h{contact.number + 1:06d}"


def _session(contact: Contact) -> Iterator[Viewed]:
    """A search and one to three articles, before the time of writing."""
    session, begins_s = session_id(contact), contact.at_s - _BEFORE_S
    for place, name in enumerate((SEARCH, *(ARTICLE,) * _articles(contact))):
        at_s = begins_s + place * _PAGE_S
        yield Viewed(f"{session}-{place}", contact.customer or "", name, at_s, 0, session)


def _articles(contact: Contact) -> int:
    return 1 + int(contact.dice.finds * 3)
