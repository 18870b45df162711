"""Every kind of clock on small stories, told in minutes after Monday 4 March 2024, 09:00 UTC."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.promises.test_calendars import OFFICE, calendar, compiled
from tierwise.levels.policy_promise import CLOCKS
from tierwise.promises.calendar_table import OpenTable
from tierwise.promises.calendars import ALWAYS
from tierwise.promises.clock_kinds import (
    FIRST_RESPONSE,
    KINDS,
    NEXT_RESPONSE,
    Action,
    ClockKind,
    Move,
    Phase,
    Trigger,
)
from tierwise.promises.clock_readings import Reading, State, read_clock
from tierwise.promises.clock_terms import Changes, Promised, Terms
from tierwise.promises.clocks import clock_of
from tierwise.promises.ticket_story import Story, TicketEvent, story, up_to, with_merged

NINE = 1_709_542_800  # 2024-03-04 09:00 UTC, a Monday
MINUTE = 60
TABLES: Mapping[str, OpenTable] = {
    "office": compiled(calendar(OFFICE), "2024-03-01", "2024-04-30"),
    "late": compiled(
        calendar({"zone": "UTC", "week": {"mon-fri": ["12:00-20:00"]}}), "2024-03-01", "2024-04-30"
    ),
    "always": compiled(ALWAYS, "2024-03-01", "2024-04-30"),
}
NAMES = {
    "opened": ("created", "customer"),
    "outbound": ("created", "agent"),
    "asks": ("customer_message", "customer"),
    "autoreply": ("customer_message", "automation"),
    "thanks": ("thanks", "customer"),
    "replies": ("public_reply", "agent"),
    "bot": ("public_reply", "bot"),
    "auto": ("public_reply", "automation"),
    "handover": ("handed_over", "bot"),
    "notes": ("private_note", "agent"),
    "assigned": ("assigned", "agent"),
    "team": ("team", "agent"),
    "merged": ("merged", "agent"),
    "split": ("split", "agent"),
    "spam": ("spam", "agent"),
    "retracted": ("retracted", "agent"),
}
STATUSES = ("new", "open", "pending", "hold", "solved", "closed", "deleted")


def instant(minute: int) -> int:
    return NINE + minute * MINUTE


def event(minute: int, number: int, what: str) -> TicketEvent:
    word, _, value = what.partition(":")
    name, actor = ("status", "agent") if word in STATUSES else NAMES[word]
    said = word if word in STATUSES else value or None
    return TicketEvent(instant(minute), f"e{number}", name, actor, said)


def tell(text: str) -> Story:
    """A story from words such as `0 opened, 10 replies, 20 team:shipping`."""
    words = [part.split() for part in text.split(",")]
    return story(event(int(at), number, what) for number, (at, what) in enumerate(words))


def promise(minutes: int | None = 60, of: str = "always", grace_s: int | None = None) -> Promised:
    target_s = None if minutes is None else minutes * MINUTE
    return Promised((Terms(0, target_s, of),), TABLES, Changes(grace_s=grace_s))


def shown(reading: Reading) -> str:
    """A reading as `running 10 due 60`, in minutes."""
    used = "" if reading.elapsed_s is None else f" {reading.elapsed_s // MINUTE}"
    due = "" if reading.due_s is None else f" due {(reading.due_s - NINE) // MINUTE}"
    team = f" {reading.team}" if reading.team else ""
    return f"{reading.state}{used}{due}{team}"


def seen(kind: ClockKind, text: str, minute: int, terms: Promised | None = None) -> list[str]:
    """Every cycle of a clock with an hour to go, as seen at a minute."""
    clock = clock_of(kind, up_to(tell(text), instant(minute)))
    return [shown(one) for one in read_clock(clock, terms or promise(), instant(minute))]


def test_every_clock_a_policy_may_name_has_its_kind() -> None:
    assert tuple(KINDS) == CLOCKS
    assert all(kind.says.endswith(".") for kind in KINDS.values())


# The story, the minute it is seen, and every cycle then.
CASES = {
    "first_response": [
        ("0 opened, 5 asks", 10, ["running 10 due 60"]),
        ("0 opened, 60 replies", 60, ["met 60 due 60"]),
        ("0 opened, 61 replies", 61, ["breached 61 due 60"]),
        ("0 opened, 30 replies, 40 asks, 50 replies", 200, ["met 30 due 60"]),
        ("0 opened, 5 notes, 6 bot, 7 auto, 8 handover", 10, ["running 10 due 60"]),
        ("0 opened, 30 solved", 40, ["met 30 due 60"]),
        ("0 opened, 10 pending, 20 open", 30, ["running 30 due 60"]),
        ("0 outbound, 0 replies", 90, []),
        ("0 outbound, 0 replies, 20 asks", 90, ["breached 70 due 80"]),
        ("0 opened, 30 merged, 90 asks", 90, ["none"]),
        ("0 opened, 70 merged", 90, ["breached 70 due 60"]),
        ("0 opened, 30 spam", 90, ["none"]),
        ("0 opened, 30 deleted", 90, ["none"]),
        ("0 opened, 30 spam, 40 retracted:e1", 50, ["running 50 due 60"]),
        ("0 opened, 10 split", 30, ["running 30 due 60"]),
    ],
    "next_response": [
        ("0 opened, 0 asks, 10 asks", 20, []),
        ("0 opened, 10 replies, 20 asks, 30 asks", 40, ["running 20 due 80"]),
        ("0 opened, 10 replies, 20 asks, 30 replies", 40, ["met 10 due 80"]),
        (
            "0 opened, 10 replies, 20 asks, 30 replies, 40 asks",
            50,
            ["met 10 due 80", "running 10 due 100"],
        ),
        ("0 opened, 10 replies, 20 thanks", 99, []),
        ("0 opened, 10 replies, 20 autoreply", 99, []),
        ("0 opened, 10 replies, 20 asks, 25 notes, 26 bot", 30, ["running 10 due 80"]),
        ("0 opened, 10 replies, 20 asks, 30 solved", 99, ["met 10 due 80"]),
        ("0 opened, 10 solved, 20 asks, 20 open", 30, ["running 10 due 80"]),
        ("0 outbound, 0 replies, 20 asks", 30, []),
        ("0 opened, 10 replies, 20 asks, 30 merged", 99, ["none"]),
    ],
    "periodic_update": [
        ("0 opened", 99, []),
        ("0 opened, 10 replies", 20, ["running 10 due 70"]),
        ("0 opened, 10 replies, 20 pending", 30, ["running 20 due 70"]),
        ("0 opened, 10 replies, 30 replies", 40, ["met 20 due 70", "running 10 due 90"]),
        ("0 opened, 10 replies, 20 solved, 90 replies", 99, ["met 10 due 70"]),
        ("0 opened, 5 solved, 10 replies", 99, []),
        (
            "0 opened, 10 replies, 20 solved, 30 open, 40 replies",
            50,
            ["met 10 due 70", "running 10 due 100"],
        ),
    ],
    "pausable_update": [
        ("0 opened, 10 replies, 20 pending", 90, ["paused 10"]),
        ("0 opened, 10 replies, 20 pending, 40 open", 50, ["running 20 due 90"]),
        ("0 opened, 10 replies, 90 pending", 99, ["breached 80 due 70"]),
    ],
    "requester_wait": [
        ("0 opened, 10 pending, 30 hold", 40, ["running 20 due 80"]),
        ("0 opened, 10 solved", 40, ["met 10 due 60"]),
    ],
    "agent_work": [
        ("0 opened, 10 pending", 40, ["paused 10"]),
        ("0 opened, 10 pending, 20 opened:new", 40, ["paused 10"]),
        ("0 opened, 60 pending, 70 open", 70, ["running 60 due 60"]),
        ("0 opened, 60 pending, 70 open", 80, ["breached 70 due 60"]),
        ("0 opened, 10 hold, 30 pending, 40 open", 45, ["running 15 due 90"]),
        ("0 outbound, 10 pending, 20 solved, 30 open", 40, ["running 20 due 80"]),
    ],
    "resolution": [
        ("0 opened, 10 pending, 20 hold, 30 replies", 40, ["running 40 due 60"]),
        ("0 opened, 20 solved, 90 closed", 99, ["met 20 due 60"]),
        ("0 opened, 20 solved, 50 open", 60, ["running 30 due 90"]),
        ("0 opened, 20 solved, 50 open, 70 solved", 99, ["met 40 due 90"]),
        ("0 opened, 70 solved, 90 open", 95, ["breached 75 due 60"]),
        ("0 opened, 0 solved", 9, ["met 0"]),
        ("0 opened, 0 solved, 9 open", 10, ["running 1 due 69"]),
    ],
    "assignment": [
        ("0 opened, 10 team:east, 30 assigned:ann", 99, ["met 30 due 60"]),
        ("0 opened, 5 assigned", 10, ["running 10 due 60"]),
        ("0 opened, 10 solved", 99, ["none"]),
        ("0 opened, 30 assigned:ann, 50 assigned, 60 assigned:bob", 99, ["met 30 due 60"]),
    ],
    "team_ownership": [
        ("0 opened", 99, []),
        ("0 opened, 10 team:east, 15 team:east", 20, ["running 10 due 70 east"]),
        (
            "0 opened, 10 team:east, 30 team:west, 40 pending",
            99,
            ["met 20 due 70 east", "paused 10 west"],
        ),
        (
            "0 opened, 10 team:east, 20 team, 40 team:east",
            50,
            ["met 10 due 70 east", "running 10 due 100 east"],
        ),
        ("0 opened, 10 team:east, 20 solved, 50 open", 60, ["running 20 due 100 east"]),
        (
            "0 opened, 10 team:east, 20 solved, 30 team:west, 50 open",
            60,
            ["met 10 due 70 east", "running 10 due 110 west"],
        ),
        ("0 opened, 10 team:east, 20 solved, 30 team, 50 open", 60, ["met 10 due 70 east"]),
        (
            "0 opened, 0 team:east, 1 solved, 2 team:west, 3 team, 4 open",
            60,
            ["met 1 due 60 east"],
        ),
    ],
}


@pytest.mark.parametrize(
    ("clock", "text", "minute", "expected"),
    [(clock, *case) for clock, cases in CASES.items() for case in cases],
)
def test_what_a_clock_shows(clock: str, text: str, minute: int, expected: list[str]) -> None:
    assert seen(KINDS[clock], text, minute) == expected


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_ticket_without_a_promise_has_a_state_of_its_own(kind: ClockKind) -> None:
    text = "0 opened, 10 team:east, 20 replies, 30 asks, 90 solved"
    assert {one.split()[0] for one in seen(kind, text, 99, promise(None))} <= {State.NONE}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_ticket_that_is_gone_starts_nothing(kind: ClockKind) -> None:
    assert not seen(kind, "0 spam, 1 opened, 2 team:east, 3 replies, 4 asks, 5 replies", 9)


def test_a_rule_of_the_house_is_a_row_of_the_table() -> None:
    from_handover = {
        (Phase.RESTING, Trigger.HANDED_OVER): Move(Action.START, Phase.RUNNING),
        (Phase.RUNNING, Trigger.ANSWERED): Move(Action.STOP, Phase.OVER),
    }
    after_the_bot = replace(FIRST_RESPONSE, moves=from_handover)
    assert seen(after_the_bot, "0 opened, 2 bot, 20 handover, 30 replies", 40) == ["met 10 due 80"]
    with_the_opening = replace(NEXT_RESPONSE, first=Phase.READY)
    assert seen(with_the_opening, "0 opened, 0 asks", 10) == ["running 10 due 60"]


def test_the_survivor_of_a_merger_owes_the_oldest_unanswered_message() -> None:
    survivor = tell("30 opened, 40 replies, 90 asks")
    loser = tell("0 opened, 10 asks, 50 asks, 60 notes")
    both = with_merged(survivor, loser, "T2")
    assert [one.event_id for one in both] == ["T2/e0", "T2/e1", "e0", "e1", "T2/e2", "e2"]
    (first,) = read_clock(clock_of(FIRST_RESPONSE, both), promise(), instant(99))
    (following,) = read_clock(clock_of(NEXT_RESPONSE, both), promise(), instant(99))
    assert (shown(first), shown(following)) == ("met 40 due 60", "running 49 due 110")


def test_what_happens_at_once_happens_in_the_order_of_the_ids() -> None:
    told = story(
        [
            event(0, 10, "asks"),
            event(0, 9, "replies"),
            event(0, 8, "pending"),
            event(0, 99, "opened"),
        ]
    )
    assert [one.event_id for one in told] == ["e99", "e8", "e9", "e10"]


def test_a_reply_cuts_no_stretch() -> None:
    told = tell("0 opened, 10 replies, 20 asks, 30 pending, 40 notes")
    (cycle,) = clock_of(KINDS["resolution"], told).cycles
    assert [(one.start_s, one.status) for one in cycle.stretches] == [
        (instant(0), "new"),
        (instant(30), "pending"),
    ]
