"""What customers settle without a person: bots, help pages, and how sure one can be of it."""

from dataclasses import dataclass
from math import inf

from .figures import Figure, Reason, missing
from .intervals import wilson
from .shares import share


@dataclass(frozen=True, slots=True)
class Containment:
    """Bot conversations without a person: all, and those after which nobody came back."""

    raw: Figure
    confirmed: Figure


def bot_containment(conversations: int, without_person: int, came_back: int) -> Containment:
    """`came_back` of those `without_person` wrote again about it within 72 hours.

    >>> found = bot_containment(400, 250, 40)
    >>> found.raw.value, found.confirmed.value
    (0.625, 0.525)
    """
    return Containment(
        share(without_person, conversations), share(without_person - came_back, conversations)
    )


@dataclass(frozen=True, slots=True)
class Deflection:
    """Between which shares of help sessions a ticket was saved.

    `at_least` said so; `at_most` wrote no ticket in 72 hours, and may have given up. Where in
    between needs an experiment.
    """

    at_least: Figure
    at_most: Figure


def deflection(sessions: int, said_solved: int, without_ticket: int) -> Deflection:
    """Of help sessions in which something was looked for.

    >>> found = deflection(1000, 120, 700)
    >>> found.at_least.value, found.at_most.value
    (0.12, 0.7)
    """
    return Deflection(share(said_solved, sessions), share(without_ticket, sessions))


def self_service_score(help_users: int, ticket_users: int) -> Figure:
    """Users of the help pages for each user who wrote a ticket; a ratio, no probability.

    The interval is Wilson's of the share among both, as if nobody were in both.

    >>> self_service_score(4000, 1000).value
    4.0
    """
    if not ticket_users:
        return missing(Reason.NOTHING, help_users)
    low, high = wilson(help_users, help_users + ticket_users)
    n = help_users + ticket_users
    return Figure(help_users / ticket_users, _odds(low), _odds(high), n)


def _odds(part: float) -> float:
    return part / (1 - part) if part < 1 else inf
