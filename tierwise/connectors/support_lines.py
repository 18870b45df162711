"""The lines: who waited in a call or a chat for a person, and how that ended."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from .support_desk import Worked
from .support_log import Case
from .support_world import PHONE, World


class Live(NamedTuple):
    """A row of `live_contacts`."""

    contact_id: str
    customer_id: str | None
    ticket_id: str
    channel: str
    offered_at: int
    answered_at: int | None
    ended_at: int | None
    callback: bool


def lines_of(
    world: World, cases: Iterable[Case], worked: Iterable[Worked], until_s: int
) -> Iterator[Live]:
    """Every call and chat that somebody waited in, up to an instant.

    Some of those who wait long on the phone hang up and are called back: whoever then takes the
    ticket is the one who calls.
    """
    first: dict[int, Worked] = {}
    for go in worked:
        first.setdefault(go.number, go)
    waited = [case for case in cases if case.on_line_s is not None]
    luck = np.random.default_rng((world.seed, 33)).random(len(waited)).tolist()
    for case, draw in zip(waited, luck, strict=True):
        live = _line(case, first)
        taken = draw < world.takes_callback and _may_call_back(world, live)
        yield _until(_called_back(world, live) if taken else live, until_s)


def contact_id(case: Case) -> str:
    return f"l{case.contact.number + 1:06d}"


def _line(case: Case, first: Mapping[int, Worked]) -> Live:
    contact, offered_s = case.contact, case.on_line_s or 0
    ended_s, answered_s = case.hung_up_s, None
    if case.started:
        answered_s, ended_s = first[contact.number].begins_s, first[contact.number].ends_s
    who = (contact_id(case), contact.customer, case.ticket_id, contact.channel.name)
    return Live(*who, offered_s, answered_s, ended_s, callback=False)


def _may_call_back(world: World, live: Live) -> bool:
    """It is offered to those who have waited a while; the patient ones alone take it."""
    waits_s = (live.answered_at or 0) - live.offered_at
    return live.channel == PHONE.name and waits_s > world.callback_after_s


def _called_back(world: World, live: Live) -> Live:
    ended_s = live.offered_at + world.callback_after_s
    return live._replace(answered_at=None, ended_at=ended_s, callback=True)


def _until(live: Live, until_s: int) -> Live:
    """What is still to come is not known yet."""
    is_over = live.ended_at is not None and live.ended_at <= until_s
    return live if is_over else live._replace(ended_at=None)
