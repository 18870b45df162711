"""The clocks of many tickets at once are those of each ticket by itself."""

import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests.promises.replayed import Ticket, in_bulk, one_by_one
from tests.promises.test_clock_kinds import MINUTE, NAMES, STATUSES, TABLES, instant
from tierwise.promises.business_time import Boundary
from tierwise.promises.clock_kinds import KINDS
from tierwise.promises.clock_terms import Changes, Circumstances, Mode
from tierwise.promises.replay import Replay
from tierwise.promises.ticket_story import TicketEvent

LEVELS, TEAMS, PRIORITIES = ("premium", "plus", "free"), ("east", "west", ""), ("high", "low")
TARGETS = {"premium": 30, "plus": 120, None: 240}
CALENDARS = {"premium": "always", "plus": "late", None: "office"}


def promise_of(clock: str, now: Circumstances) -> tuple[int | None, str]:
    level = now.get("level")
    if level == "free":
        return None, ""
    share = 2 if now.get("priority") == "high" else 1
    calendar = now.get("calendar") or CALENDARS[level]
    return TARGETS[level] * MINUTE * len(clock) // 10 // share, calendar


# Said as often as they stand here; an empty value is not the same as none.
SAID = """
asks asks replies replies replies notes bot auto thanks handover split autoreply opened outbound
merged spam assigned assigned: assigned:ann team team: team:east team:east team:west retracted:e3
retracted:e1 retracted:e12 open open pending hold solved solved closed new deleted level:premium
level:plus level:free level priority:high priority:low priority calendar:late calendar:always
channel:chat policy:2 nonsense:x
"""
WORDS = SAID.split()


def event(at_s: int, event_id: str, what: str) -> TicketEvent:
    word, colon, value = what.partition(":")
    name, actor = ("status", "agent") if word in STATUSES else NAMES.get(word, (word, "agent"))
    said = word if word in STATUSES else value if colon else None
    return TicketEvent(at_s, event_id, name, actor, said)


def some_ticket(number: int, chance: random.Random, longest: int = 14) -> Ticket:
    """A ticket with any life at all, of which much happens at the same second."""
    words = [chance.choice(["opened", "opened", "opened", "outbound", "asks"])]
    words += chance.choices(WORDS, k=chance.randrange(longest))
    at = [0, *(chance.choice([0, 30, 60, chance.randrange(800)]) for _ in words[1:])]
    events = [
        event(instant(m), f"e{chance.choice([k, 9])}", w)
        for k, (m, w) in enumerate(zip(at, words, strict=True))
    ]
    events += chance.choices(events, k=chance.randrange(3))
    chance.shuffle(events)
    given = {
        "level": chance.choice([*LEVELS, None]),
        "priority": chance.choice([*PRIORITIES, None]),
        "team": chance.choice([*TEAMS, None, None]),
        "channel": chance.choice(["email", None]),
        "policy": "1",
    }
    return Ticket(f"t{number}", tuple(events), given, chance.choice([None, "bob", ""]))


def some_way(chance: random.Random) -> Replay:
    grace = chance.choice([None, None, 0, 30 * MINUTE])
    changes = Changes(
        chance.choice(list(Mode)), chance.choice(list(Mode)), grace, chance.choice([0.0, 0.5])
    )
    return Replay(tuple(KINDS.values()), promise_of, TABLES, changes, chance.choice(list(Boundary)))


def compare(tickets: Sequence[Ticket], how: Replay, now_s: int) -> None:
    bulk, single = in_bulk(tickets, how, now_s), one_by_one(tickets, how, now_s)
    for one, other in zip(bulk, single, strict=False):
        assert one == other, [t for t in tickets if t.ticket_id == one["ticket_id"]]
    assert len(bulk) == len(single)


@given(st.integers(0, 2**32))
def test_some_tickets_in_bulk_are_what_each_is_alone(seed: int) -> None:
    chance = random.Random(seed)
    tickets = [some_ticket(number, chance) for number in range(8)]
    compare(tickets, some_way(chance), instant(chance.randrange(900)))
