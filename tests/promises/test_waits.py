"""Whom a late ticket waited for: strips in minutes after Monday 4 March 2024, 09:00 UTC."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.promises.replayed import in_bulk, summed
from tests.promises.test_clock_kinds import MINUTE, NINE, TABLES, instant, promise, tell
from tests.promises.test_replay import some_ticket, some_way
from tierwise.promises.business_time import elapsed
from tierwise.promises.clock_kinds import KINDS, NEXT_RESPONSE, RESOLUTION, ClockKind
from tierwise.promises.clock_readings import State
from tierwise.promises.clocks import clock_of
from tierwise.promises.ticket_story import TicketNow, up_to
from tierwise.promises.wait_arrays import COLUMNS
from tierwise.promises.waits import AT_ALL_HOURS, Wait, Who, waits

NEW = TicketNow()


def strip(
    text: str, minute: int, kind: ClockKind = RESOLUTION, ticket: TicketNow = NEW
) -> list[str]:
    """The last cycle of a ticket in office hours, as `0-30 nobody yet`."""
    told = up_to(tell(text), instant(minute))
    cycle = clock_of(kind, told, ticket).cycles[-1]
    found = waits(kind, cycle, told, promise(60, "office"), now_s=instant(minute), ticket=ticket)
    return [
        f"{(one.start_s - NINE) // MINUTE}-{(one.end_s - NINE) // MINUTE} {one.who}"
        for one in found
    ]


@pytest.mark.parametrize(
    ("text", "minute", "expected"),
    [
        ("0 opened", 90, "0-90 nobody yet"),
        ("0 opened, 30 assigned:ann", 90, "0-30 nobody yet, 30-90 agent"),
        (
            "0 opened, 30 assigned:ann, 40 assigned",
            90,
            "0-30 nobody yet, 30-40 agent, 40-90 nobody yet",
        ),
        ("0 opened, 10 team:east, 20 assigned:ann", 90, "0-20 nobody yet, 20-90 agent"),
        ("0 opened, 0 pending, 30 open", 90, "0-30 customer, 30-90 nobody yet"),
        (
            "0 opened, 20 hold, 50 open, 60 notes",
            90,
            "0-20 nobody yet, 20-50 on hold, 50-90 nobody yet",
        ),
        ("0 opened, 70 solved, 80 open", 90, "0-70 nobody yet, 70-80 done, 80-90 nobody yet"),
        # The office closes after eight hours, and then nobody's time counts.
        ("0 opened", 500, "0-480 nobody yet, 480-500 outside hours"),
        ("0 opened, 470 hold", 500, "0-470 nobody yet, 470-480 on hold, 480-500 outside hours"),
        ("0 opened, 470 pending", 500, "0-470 nobody yet, 470-480 customer, 480-500 outside hours"),
    ],
)
def test_whom_a_ticket_waits_for(text: str, minute: int, expected: str) -> None:
    assert ", ".join(strip(text, minute)) == expected


def test_another_team_is_not_the_one_the_cycle_began_with() -> None:
    text = "0 opened, 10 team:west, 20 assigned:bob, 30 team:east"
    had = TicketNow(team="east", agent="ann")
    assert strip(text, 90, ticket=had) == ["0-10 agent", "10-30 another team", "30-90 agent"]
    # For a cycle that began with the other team it is the right one.
    later = f"{text}, 40 team:west, 50 replies, 60 asks"
    assert strip(later, 130, NEXT_RESPONSE, had) == ["60-130 agent"]


def test_without_a_promise_nobody_waits() -> None:
    told = tell("0 opened")
    (cycle,) = clock_of(RESOLUTION, told).cycles
    assert waits(RESOLUTION, cycle, told, promise(None), now_s=instant(90)) == ()


def test_every_column_has_its_own_wait() -> None:
    assert {*COLUMNS.values(), Who.DONE} == set(Who)


def length(one: Wait) -> int:
    return one.end_s - one.start_s


@given(st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_a_strip_has_no_hole_and_adds_up(seed: int) -> None:
    chance = random.Random(seed)
    told = up_to(some_ticket(0, chance).events, now_s := instant(chance.randrange(900)))
    told = tuple(sorted(told, key=lambda event: event.at_s))
    of = chance.choice(sorted(TABLES))
    cycles = [(kind, one) for kind in KINDS.values() for one in clock_of(kind, told).cycles]
    for kind, cycle in cycles:
        found = waits(kind, cycle, told, promise(60, of), now_s=now_s)
        ends_s = now_s if cycle.ended_s is None else cycle.ended_s
        assert all(one.end_s == other.start_s for one, other in pairwise(found))
        assert all(one.who is not other.who for one, other in pairwise(found))
        assert sum(map(length, found)) == ends_s - cycle.started_s
        ours = [one for one in found if one.who not in {*AT_ALL_HOURS, Who.OUTSIDE}]
        assert all(elapsed(TABLES[of], one.start_s, one.end_s) == length(one) for one in ours)


@given(st.integers(0, 2**32))
@settings(max_examples=15, deadline=None)
def test_what_late_open_cycles_waited_and_were_done_is_their_time(seed: int) -> None:
    chance = random.Random(seed)
    now_s = instant(900)
    for row in in_bulk([some_ticket(k, chance) for k in range(6)], some_way(chance), now_s):
        columns = [row[name] for name in COLUMNS]
        assert (None in columns) is (row["state"] != State.BREACHED)
        if row["state"] == State.BREACHED:
            ends_s = now_s if row["ended_s"] is None else row["ended_s"]
            assert 0 <= sum(columns) <= ends_s - row["started_s"]
    assert summed(None) == dict.fromkeys(COLUMNS)
