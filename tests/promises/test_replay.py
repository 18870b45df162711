"""The clocks of many tickets at once are those of each ticket by itself."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.promises.replayed import (
    EVENTS,
    Ticket,
    by_key,
    events_table,
    in_bulk,
    one_by_one,
    tickets_table,
)
from tests.promises.test_clock_kinds import MINUTE, NAMES, STATUSES, TABLES, instant
from tierwise.promises.business_time import Boundary
from tierwise.promises.calendar_table import HorizonError
from tierwise.promises.clock_kinds import FIRST_RESPONSE, KINDS, RESOLUTION
from tierwise.promises.clock_readings import State
from tierwise.promises.clock_terms import Changes, Circumstances, Mode
from tierwise.promises.replay import Replay, replay
from tierwise.promises.ticket_story import TicketEvent, story

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


def at_all_hours(clock: str, now: Circumstances) -> tuple[int | None, str]:
    return promise_of(clock, now)[0], "always"


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


def compare(tickets: Sequence[Ticket], how: Replay, now_s: int) -> Counter[str]:
    """The states of all cycles, which both interpreters tell alike."""
    bulk, single = in_bulk(tickets, how, now_s), one_by_one(tickets, how, now_s)
    for one, other in zip(bulk, single, strict=False):
        assert one == other, [t for t in tickets if t.ticket_id == one["ticket_id"]]
    assert len(bulk) == len(single)
    return Counter(row["state"] for row in bulk)


@given(st.integers(0, 2**32))
@settings(max_examples=15, deadline=None)
def test_tickets_in_bulk_are_what_each_is_alone(seed: int) -> None:
    chance = random.Random(seed)
    tickets = [some_ticket(number, chance) for number in range(8)]
    compare(tickets, some_way(chance), instant(chance.randrange(900)))


@pytest.mark.slow
def test_a_hundred_thousand_histories_in_bulk_are_what_each_is_alone() -> None:
    met: Counter[str] = Counter()
    for seed in range(500):
        chance = random.Random(seed)
        tickets = [some_ticket(number, chance, longest=20) for number in range(200)]
        met += compare(tickets, some_way(chance), instant(chance.randrange(900)))
    assert min(met[state] for state in State) > 1_000


@given(st.integers(0, 2**32))
@settings(max_examples=15, deadline=None)
def test_late_copied_and_shuffled_events_are_replayed_like_clean_ones(seed: int) -> None:
    chance = random.Random(seed)
    tickets = [some_ticket(number, chance) for number in range(6)]
    how, now_s = some_way(chance), instant(chance.randrange(900))
    clean = [replace(one, events=story(one.events)) for one in tickets]
    rows = events_table(clean).to_pylist()
    rows += chance.choices(rows, k=len(rows) // 3)
    chance.shuffle(rows)
    again = replay(tickets_table(clean), pa.Table.from_pylist(rows, EVENTS), how, now_s)
    assert by_key(again.to_pylist()) == in_bulk(clean, how, now_s)


def test_the_promise_is_asked_once_for_all_that_are_alike() -> None:
    asked: Counter[tuple[object, ...]] = Counter()

    def counting(clock: str, now: Circumstances) -> tuple[int | None, str]:
        asked[clock, *sorted(now.items())] += 1
        return promise_of(clock, now)

    chance = random.Random(1)
    tickets = [some_ticket(number, chance) for number in range(300)]
    how = Replay(tuple(KINDS.values()), counting, TABLES, Changes())
    compare_with = Replay(how.kinds, promise_of, TABLES, Changes())
    assert in_bulk(tickets, how, instant(900)) == in_bulk(tickets, compare_with, instant(900))
    assert set(asked.values()) == {1}


def test_nothing_is_replayed_to_nothing() -> None:
    how = Replay(tuple(KINDS.values()), promise_of, TABLES, Changes())
    silent = Ticket("t1", (), {"level": "plus"})
    stranger = Ticket("t2", (event(instant(0), "e1", "opened"),), {"level": "plus"})
    assert in_bulk([], how, instant(0)) == []
    assert in_bulk([silent], how, instant(0)) == []
    # Its events are here, but nobody knows the ticket.
    told = replay(tickets_table([silent]), events_table([silent, stranger]), how, instant(9))
    assert told.num_rows == 0
    assert in_bulk([stranger], how, instant(-1)) == []


def test_a_replay_past_its_calendar_is_refused() -> None:
    how = Replay((FIRST_RESPONSE,), lambda _clock, _now: (10**8, "office"), TABLES, Changes())
    with pytest.raises(HorizonError):
        in_bulk([Ticket("t1", (event(instant(0), "e1", "opened"),), {})], how, instant(5))


@pytest.mark.parametrize(
    ("target", "level", "target_minutes"),
    [
        (Mode.KEEP_ELAPSED, "premium", 30),
        (Mode.FROM_START, "premium", 30),
        (Mode.FORWARD_ONLY, "plus", 120),
        (Mode.FROZEN, "plus", 120),
    ],
)
def test_a_cycle_has_the_level_whose_promise_counts(
    target: Mode, level: str, target_minutes: int
) -> None:
    events = [event(instant(m), f"e{m}", w) for m, w in ((0, "opened"), (20, "level:premium"))]
    how = Replay((RESOLUTION,), promise_of, TABLES, Changes(target, target))
    (row,) = in_bulk([Ticket("t1", tuple(events), {"level": "plus"})], how, instant(25))
    assert (row["level"], row["target_s"]) == (level, target_minutes * MINUTE)


def test_half_of_the_new_target_may_be_the_grace() -> None:
    events = [event(instant(m), f"e{m}", w) for m, w in ((0, "opened"), (100, "level:premium"))]
    due = {}
    for share in (0.0, 0.5, 1.0):
        changes = Changes(grace_s=10 * MINUTE, grace_share=share)
        how = Replay((RESOLUTION,), at_all_hours, TABLES, changes)
        (row,) = in_bulk([Ticket("t1", tuple(events), {"level": "plus"})], how, instant(105))
        due[share] = (row["target_s"] // MINUTE, row["state"])
    # 100 minutes are used; the new target is 30, and the old one of 120 is never surpassed.
    assert due == {0.0: (110, "running"), 0.5: (115, "running"), 1.0: (120, "running")}
