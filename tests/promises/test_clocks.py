"""Changes in mid-ticket, the spans that explain a clock, and laws for every story."""

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.promises.test_clock_kinds import (
    MINUTE,
    NINE,
    STATUSES,
    TABLES,
    event,
    instant,
    promise,
    shown,
    tell,
)
from tierwise.promises.business_time import elapsed
from tierwise.promises.clock_kinds import AGENT_WORK, KINDS, NEXT_RESPONSE, RESOLUTION, ClockKind
from tierwise.promises.clock_readings import (
    Reading,
    Shown,
    State,
    explain_cycle,
    last_reading,
    read_clock,
)
from tierwise.promises.clock_terms import (
    Changes,
    Circumstances,
    Mode,
    Promised,
    Terms,
    terms_over,
)
from tierwise.promises.clocks import advance, begin, clock_of
from tierwise.promises.ticket_story import Story, TicketEvent, story, up_to

KEEP, START, FORWARD, FROZEN = Mode


def terms(*rows: tuple[int, int | None, str]) -> tuple[Terms, ...]:
    """Terms from a minute on: a target in minutes and a calendar."""
    return tuple(
        Terms(instant(minute), None if target is None else target * MINUTE, of)
        for minute, target, of in rows
    )


def read(kind: ClockKind, text: str, minute: int, promised: Promised) -> Reading:
    return last_reading(
        clock_of(kind, up_to(tell(text), instant(minute))), promised, instant(minute)
    )


ONE_THEN_FOUR = ((0, 60, "always"), (30, 240, "always"))
FOUR_THEN_ONE = ((0, 240, "always"), (30, 60, "always"))
FOUR_THEN_ONE_LATER = ((0, 240, "always"), (90, 60, "always"))
OFFICE_THEN_LATE = ((0, 480, "office"), (60, 480, "late"))


@pytest.mark.parametrize(
    ("rows", "mode", "minute", "expected"),
    [
        (ONE_THEN_FOUR, KEEP, 20, "running 20 due 60"),
        (ONE_THEN_FOUR, KEEP, 40, "running 40 due 240"),
        (ONE_THEN_FOUR, START, 40, "running 40 due 240"),
        (ONE_THEN_FOUR, FORWARD, 40, "running 40 due 60"),
        (ONE_THEN_FOUR, FROZEN, 90, "breached 90 due 60"),
        (FOUR_THEN_ONE, KEEP, 40, "running 40 due 60"),
        (FOUR_THEN_ONE_LATER, KEEP, 89, "running 89 due 240"),
        (FOUR_THEN_ONE_LATER, KEEP, 90, "breached 90 due 60"),
        (FOUR_THEN_ONE_LATER, START, 90, "breached 90 due 60"),
        (FOUR_THEN_ONE_LATER, FORWARD, 90, "running 90 due 240"),
        # 09:00-17:00, and from 10:00 on 12:00-20:00: two o'clock is minute 300.
        (OFFICE_THEN_LATE, KEEP, 300, "running 180 due 600"),
        (OFFICE_THEN_LATE, START, 300, "running 120 due 660"),
        (OFFICE_THEN_LATE, FORWARD, 300, "running 300 due 480"),
        (OFFICE_THEN_LATE, FROZEN, 300, "running 300 due 480"),
        (OFFICE_THEN_LATE, KEEP, 60, "running 60 due 600"),
        (((0, None, ""), (30, 60, "always")), KEEP, 20, "none"),
        (((0, None, ""), (30, 60, "always")), KEEP, 40, "running 40 due 60"),
        (((0, None, ""), (30, 60, "always")), FROZEN, 40, "running 40 due 60"),
        (((0, 60, "always"), (30, None, "")), KEEP, 40, "none"),
        (((0, 60, "always"), (30, None, "")), START, 90, "none"),
        (((0, 60, "always"), (30, None, "")), FROZEN, 40, "running 40 due 60"),
        (((0, 60, "always"), (30, None, "")), FORWARD, 90, "breached 90 due 60"),
    ],
)
def test_what_a_change_in_mid_ticket_does(
    rows: tuple[tuple[int, int | None, str], ...], mode: Mode, minute: int, expected: str
) -> None:
    promised = Promised(terms(*rows), TABLES, Changes(mode, mode))
    assert shown(read(RESOLUTION, "0 opened", minute, promised)) == expected


def test_forward_only_is_for_the_next_cycle_and_frozen_for_the_ticket() -> None:
    text = "0 opened, 1 replies, 10 asks, 40 replies, 50 asks"
    for mode, due in ((FORWARD, 80), (FROZEN, 110), (KEEP, 80)):
        promised = Promised(
            terms((0, 60, "always"), (20, 30, "always")), TABLES, Changes(mode, mode)
        )
        assert shown(read(NEXT_RESPONSE, text, 60, promised)) == f"running 10 due {due}"


def test_a_clock_that_was_met_keeps_its_terms() -> None:
    promised = Promised(terms(*FOUR_THEN_ONE_LATER), TABLES)
    assert shown(read(RESOLUTION, "0 opened, 80 solved", 99, promised)) == "met 80 due 240"


@pytest.mark.parametrize(
    ("rows", "minute", "expected"),
    [
        # Late at once without the grace: now due 30 minutes after the change.
        (((0, 240, "always"), (90, 60, "always")), 100, "running 100 due 120"),
        (((0, 240, "always"), (90, 60, "always")), 121, "breached 121 due 120"),
        (((0, 240, "always"), (10, 60, "always")), 20, "running 20 due 60"),
        # Not later than it was promised before, and what is late stays late.
        (((0, 100, "always"), (90, 60, "always")), 95, "running 95 due 100"),
        (((0, 60, "always"), (90, 30, "always")), 95, "breached 95 due 60"),
        # The next change does not give the grace again.
        (((0, 240, "always"), (90, 60, "always"), (110, 50, "always")), 115, "running 115 due 120"),
        (((0, 20, "always"),), 25, "breached 25 due 20"),
        # A promise made to an old ticket can be kept too.
        (((0, None, ""), (90, 60, "always")), 95, "running 95 due 120"),
    ],
)
def test_an_upgrade_is_never_late_at_once(
    rows: tuple[tuple[int, int | None, str], ...], minute: int, expected: str
) -> None:
    promised = Promised(terms(*rows), TABLES, Changes(grace_s=30 * MINUTE))
    assert shown(read(RESOLUTION, "0 opened", minute, promised)) == expected


@pytest.mark.parametrize(
    ("rows", "minute", "due", "noticed"),
    [
        (((0, 60, "always"),), 59, 60, None),
        (((0, 60, "always"),), 300, 60, 60),
        (FOUR_THEN_ONE_LATER, 90, 60, 90),
        (FOUR_THEN_ONE_LATER, 300, 60, 90),
        # It was late under the terms of its time, whatever is promised now.
        (((0, 60, "always"), (90, 240, "always")), 100, 240, 60),
    ],
)
def test_when_a_breach_is_noticed(
    rows: tuple[tuple[int, int | None, str], ...], minute: int, due: int, noticed: int | None
) -> None:
    reading = read(RESOLUTION, "0 opened", minute, Promised(terms(*rows), TABLES))
    assert reading.due_s == instant(due)
    assert reading.noticed_s == (None if noticed is None else instant(noticed))


def test_the_terms_of_a_story_follow_its_changes() -> None:
    told = tell("0 opened, 5 asks, 10 team:east, 20 team:west")
    high = TicketEvent(instant(20), "e9", "priority", value="high")

    def promise_of(now: Circumstances) -> tuple[int | None, str]:
        return {"high": 60}.get(now.get("priority") or ""), now.get("team") or "nobody"

    assert terms_over(story([high, *told]), promise_of) == (
        Terms(instant(0), None, "nobody"),
        Terms(instant(10), None, "east"),
        Terms(instant(20), 60, "west"),
    )


def why(spans: tuple[Shown, ...]) -> list[str]:
    return [
        f"{(one.start_s - NINE) // MINUTE}-{(one.end_s - NINE) // MINUTE} "
        f"{'+' if one.counted else '-'} {one.why}"
        for one in spans
    ]


def test_a_clock_explains_itself() -> None:
    promised = Promised(terms(*OFFICE_THEN_LATE), TABLES)
    text = "0 opened, 30 hold, 50 open, 240 solved, 300 open"
    (cycle,) = clock_of(AGENT_WORK, tell(text)).cycles
    assert why(explain_cycle(cycle, promised, instant(360))) == [
        "0-30 + counted, ticket new",
        "30-50 - paused by hold",
        "50-60 + counted, ticket open",
        "60-180 - outside opening hours",
        "180-240 + counted, ticket open",
        "240-300 - done",
        "300-360 + counted, ticket open",
    ]
    assert why(explain_cycle(cycle, promised, instant(40))) == [
        "0-30 + counted, ticket new",
        "30-40 - paused by hold",
    ]
    assert explain_cycle(cycle, promise(None), instant(360)) == ()


WORDS = ("asks", "thanks", "replies", "bot", "notes", "assigned:ann", "team:east", "team:west")
happening = st.tuples(
    st.integers(0, 12).map(lambda n: n * 60), st.sampled_from([*WORDS, *STATUSES[:-1]])
)
rare = st.tuples(
    st.integers(0, 12).map(lambda n: n * 60), st.sampled_from(["merged", "spam", "team"])
)
telling = st.lists(happening | happening | happening | rare, max_size=14)
stories = telling.map(
    lambda rest: story(
        event(minute, number, what) for number, (minute, what) in enumerate([(0, "opened"), *rest])
    )
)
kinds = st.sampled_from(list(KINDS.values()))
modes = st.sampled_from(Mode)
changes = st.builds(Changes, modes, modes, st.none() | st.just(1_800))
promises = st.builds(
    lambda first, later, how: Promised(terms((0, first, "office"), *later), TABLES, how),
    st.integers(1, 600),
    st.lists(
        st.tuples(
            st.integers(0, 600), st.none() | st.integers(1, 600), st.sampled_from(sorted(TABLES))
        ),
        max_size=3,
    ).map(lambda found: sorted(found, key=lambda row: row[0])),
    changes,
)
LAST = instant(13 * 60)


@given(stories, kinds, st.data())
def test_shuffled_and_repeated_events_tell_the_same_story(
    told: Story, kind: ClockKind, data: st.DataObject
) -> None:
    events = data.draw(st.permutations([*told, *told[::2]]))
    assert story(events) == told
    assert clock_of(kind, story(events)) == clock_of(kind, told)


@given(stories, kinds, st.integers(0, 15))
def test_going_on_is_the_same_as_starting_again(told: Story, kind: ClockKind, place: int) -> None:
    known = clock_of(kind, told[:place])
    assert reduce(advance, told[place:], known) == clock_of(kind, told)
    assert reduce(advance, told, begin(kind)) == clock_of(kind, told)


@given(stories, kinds, promises, st.integers(0, 13 * 60))
def test_the_spans_add_up_to_what_was_used(
    told: Story, kind: ClockKind, promised: Promised, minute: int
) -> None:
    now_s = instant(minute)
    clock = clock_of(kind, up_to(told, now_s))
    for cycle, reading in zip(clock.cycles, read_clock(clock, promised, now_s), strict=True):
        if reading.state is State.NONE:
            continue
        spans = explain_cycle(cycle, promised, now_s)
        assert sum(one.end_s - one.start_s for one in spans if one.counted) == reading.elapsed_s
        assert all(one.end_s == other.start_s for one, other in pairwise(spans))
        ends = (spans[0].start_s, spans[-1].end_s) if spans else (cycle.started_s,) * 2
        assert ends == (cycle.started_s, cycle.ended_s if cycle.ended_s is not None else now_s)


@given(stories, kinds, promises, st.tuples(st.integers(0, 13 * 60), st.integers(0, 13 * 60)))
def test_time_used_only_grows(
    told: Story, kind: ClockKind, promised: Promised, minutes: tuple[int, int]
) -> None:
    changes = replace(promised.changes, calendar=KEEP)
    then, now = (
        read_clock(clock_of(kind, up_to(told, at)), replace(promised, changes=changes), at)
        for at in map(instant, sorted(minutes))
    )
    assert len(then) <= len(now)
    for earlier, later in zip(then, now, strict=False):
        assert (earlier.elapsed_s or 0) <= (later.elapsed_s or 0) or later.state is State.NONE


@given(st.sets(st.integers(1, 60), max_size=8), st.sampled_from(["office", "always"]))
def test_pausing_never_brings_the_deadline_nearer(minutes: set[int], of: str) -> None:
    at = sorted(minutes)
    events = [event(0, 0, "opened")]
    due_s = 0
    for number, (pause, resume) in enumerate(zip(at[::2], at[1::2], strict=False)):
        events += [event(pause * 10, 2 * number + 1, "pending")]
        events += [event(resume * 10, 2 * number + 2, "open")]
        reading = last_reading(clock_of(AGENT_WORK, story(events)), promise(90, of), instant(601))
        assert reading.due_s is not None
        assert reading.due_s >= due_s
        due_s = reading.due_s


@given(stories)
def test_first_and_next_response_are_never_owed_at_once(told: Story) -> None:
    for place in range(len(told)):
        both = [
            clock_of(KINDS[name], told[: place + 1]) for name in ("first_response", "next_response")
        ]
        running = [bool(one.cycles) and one.cycles[-1].ended_s is None for one in both]
        assert running != [True, True]


@given(stories, kinds, promises)
def test_what_is_late_was_noticed(told: Story, kind: ClockKind, promised: Promised) -> None:
    for one in read_clock(clock_of(kind, told), promised, LAST):
        assert (one.target_s is None) is (one.state is State.NONE)
        if one.state is State.BREACHED:
            assert one.due_s is not None
            assert one.noticed_s is not None
            assert max(one.due_s, one.noticed_s) < LAST


COUNTS: dict[str, Callable[[str], bool]] = {
    "resolution": lambda status: status not in {"solved", "closed"},
    "requester_wait": lambda status: status not in {"solved", "closed", "pending"},
    "agent_work": lambda status: status in {"new", "open"},
}


@given(stories, st.sampled_from(sorted(COUNTS)), st.sampled_from(["office", "always"]))
def test_durations_are_what_counting_hour_by_hour_gives(told: Story, name: str, of: str) -> None:
    plain = [one for one in told if one.name in {"created", "status"}]
    used = 0
    for hour in range(13):
        before = [one.value for one in plain if one.at_s <= instant(hour * 60) and one.value]
        if COUNTS[name](before[-1] if before else "new"):
            used += elapsed(TABLES[of], instant(hour * 60), instant(hour * 60 + 60))
    clock = clock_of(KINDS[name], story(plain))
    assert last_reading(clock, promise(60, of), LAST).elapsed_s == used
