"""Warnings before a breach: told at the exact instant, once, and outside quiet hours."""

import pytest

from tests.promises.test_clock_kinds import MINUTE, TABLES, instant, promise, tell
from tierwise.facts.promises_kept import BREACH, Alarm
from tierwise.levels.policy_values import WarnAt
from tierwise.promises.alarms import breach, not_before, warnings_of
from tierwise.promises.clock_kinds import AGENT_WORK, FIRST_RESPONSE, ClockKind
from tierwise.promises.clocks import clock_of
from tierwise.promises.ticket_story import up_to

HALF, LAST_TEN = WarnAt(share=0.5), WarnAt(left_s=10 * MINUTE)


def minutes_of(
    text: str, now: int, *at: WarnAt, kind: ClockKind = FIRST_RESPONSE, of: str = "always"
) -> dict[str, int]:
    """What is told of a promise of an hour, and the minute at which it was reached."""
    clock = clock_of(kind, up_to(tell(text), instant(now)))
    found = warnings_of("t1", clock, promise(60, of), at=at, now_s=instant(now))
    return {one.threshold: (one.at_s - instant(0)) // MINUTE for one in found}


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (30, {}),
        (31, {"50%": 30}),
        (50, {"50%": 30}),
        (51, {"50%": 30, "10m": 50}),
        (60, {"50%": 30, "10m": 50}),
        # Broken: the breach is told, not that it is near.
        (61, {}),
    ],
)
def test_a_warning_is_reached_at_its_instant_whenever_somebody_looks(
    now: int, told: dict[str, int]
) -> None:
    assert minutes_of("0 opened", now, HALF, LAST_TEN) == told


def test_a_promise_that_was_kept_warns_of_nothing() -> None:
    assert minutes_of("0 opened, 45 replies", 50, HALF, LAST_TEN) == {}


def test_pauses_and_closed_hours_move_a_warning() -> None:
    paused = "0 opened, 20 pending, 120 open"
    assert minutes_of(paused, 140, HALF, kind=AGENT_WORK) == {"50%": 130}
    # The office closes at 17:00, minute 480, and opens again at 9:00.
    assert minutes_of("460 opened", 24 * 60 + 15, HALF, of="office") == {"50%": 24 * 60 + 10}


def test_a_clock_that_stands_still_past_its_warning_still_warns() -> None:
    assert minutes_of("0 opened, 40 pending", 500, HALF, kind=AGENT_WORK) == {"50%": 30}


def test_more_time_left_than_was_promised_is_no_warning() -> None:
    assert minutes_of("0 opened", 59, WarnAt(left_s=2 * 60 * MINUTE)) == {}


def test_without_a_promise_nothing_is_told() -> None:
    clock = clock_of(FIRST_RESPONSE, tell("0 opened"))
    nothing = promise(None)
    assert not list(warnings_of("t1", clock, nothing, at=[HALF], now_s=instant(99)))


def test_alarms_wait_for_the_hours_in_which_they_are_told() -> None:
    evening = breach("t1", "first_response", 1, instant(9 * 60))
    told = not_before(evening, TABLES["office"])
    assert (told.at_s, told.tell_s) == (instant(9 * 60), instant(24 * 60))
    assert not_before(evening, None) == evening
    noon = breach("t1", "first_response", 1, instant(180))
    assert not_before(noon, TABLES["office"]) == noon


def test_the_key_of_an_alarm_is_its_threshold() -> None:
    one = Alarm("t1", "resolution", 2, "75%", 10, 10, 20)
    assert one.key == ("t1", "resolution", 2, "75%")
    assert breach("t1", "resolution", 2, 20).threshold == BREACH
