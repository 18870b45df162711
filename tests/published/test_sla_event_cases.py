"""The clocks of a ticket as the tests and documents of other help desks have them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from tests.published.sla_histories import (
    ALWAYS,
    CLOCKS,
    found,
    mode,
    pause_words,
    pauses,
    told,
)
from tests.published.test_business_time_cases import (
    CALENDAR,
    TOLD,
    WEEK,
    Case,
    instant,
    named,
    published,
    seconds,
    unread,
)
from tierwise.promises.business_time import deadline
from tierwise.promises.clock_readings import Reading, State, last_reading, read_clock
from tierwise.promises.clock_terms import Promised
from tierwise.promises.clocks import Clock

PUBLISHED = published("sla_event_cases.json")

SAID = {"calendar", "policy", "semantics", "events", "checks", "extra"}
SEMANTICS = {
    "pause",
    "done_statuses",
    "opening_message_starts_next_reply",
    "close_is_first_response",
    "close_stops_next_reply",
    "target_change",
    "calendar_change",
    "note",
}
EVENT = {"at", "type", "to", "status", "priority", "answers", "actor", "note"}
CHECK = {"at", "clock", "state", "due", "due_same_business_instant", "note"}
LENGTHS = {"elapsed", "remaining", "longest_cycle"}
INSTANTS = {"started_at", "ended_at", "breached_at", "breach_recorded_at"}
EXTRA = {"starts", "breach_recorded_at", "arithmetic_deadline"}


def exact(check: Mapping[str, Any]) -> dict[str, Any]:
    """What a check expects; where the peer rounds or errs, the exact value."""
    plain = {name.removesuffix("_minutes"): value for name, value in check.items()}
    better = {plain_name(name): value for name, value in plain.items() if name.endswith("_exact")}
    return plain | better


def plain_name(key: str) -> str:
    """What a key of a check measures, whatever its unit and however exactly."""
    return key.removesuffix("_minutes").removesuffix("_exact").removesuffix("_minutes")


def told_seconds(expected: Mapping[str, Any]) -> Iterator[tuple[str, int | None]]:
    """The lengths and the instants a check expects besides the deadline."""
    for what in LENGTHS & expected.keys():
        yield what, seconds(expected[what])
    for what in INSTANTS & expected.keys():
        yield what, None if expected[what] is None else instant(expected[what])


def stands_still(case: Case, clock: Clock, name: str) -> bool:
    """Whether a cycle is paused, late or not."""
    runs = bool(clock.cycles) and clock.cycles[-1].ended_s is None
    return runs and clock.ticket.status in pauses(case.get("semantics", {}), name)


def right_states(reading: Reading, is_still: bool) -> set[State]:
    """What may be said of a clock: one that is late and paused is both."""
    return {reading.state, State.PAUSED} if is_still else {reading.state}


def shown_dues(reading: Reading, terms: Promised, now_s: int) -> set[int | None]:
    """The deadlines we show; while a clock is paused also the one it has if it goes on now."""
    if reading.state is not State.PAUSED or reading.remaining_s is None:
        return {reading.due_s}
    told = [one for one in terms.terms if one.since_s <= now_s]
    return {None, deadline(terms.tables[told[-1].calendar], now_s, reading.remaining_s)}


def right_dues(
    expected: Mapping[str, Any], reading: Reading, is_still: bool = False
) -> set[int | None]:
    """The deadlines that are right; one that is over or paused may keep its own or show none."""
    if expected["due"] is None:
        is_over = reading.ended_s is not None or is_still
        return {None, reading.due_s} if is_over else {None}
    due = instant(expected["due"])
    first, last = map(instant, expected.get("due_same_business_instant") or [expected["due"]] * 2)
    return set(range(first, last + 1)) if first <= due <= last else {due}


def lengths(reading: Reading, cycles: tuple[Reading, ...]) -> dict[str, int | None]:
    return {
        "elapsed": reading.elapsed_s,
        "remaining": reading.remaining_s,
        "longest_cycle": longest(cycles),
    }


def instants(reading: Reading) -> dict[str, int | None]:
    is_late = reading.state is State.BREACHED
    return {
        "started_at": reading.started_s,
        "ended_at": reading.ended_s,
        "breached_at": reading.due_s if is_late else None,
        "breach_recorded_at": reading.noticed_s if is_late else None,
    }


def longest(cycles: Iterable[Reading]) -> int | None:
    """The longest cycle of those that are over; if none is, the one that runs."""
    told = [one for one in cycles if one.elapsed_s is not None]
    over = [one for one in told if one.ended_s is not None]
    return max((one.elapsed_s or 0 for one in over or told), default=None)


@pytest.mark.parametrize("case", PUBLISHED["cases"], ids=named)
def test_clocks_are_what_others_have(case: Case) -> None:
    for check in case["checks"]:
        now_s, expected = instant(check["at"]), exact(check)
        clock, terms = found(case, check["clock"], now_s)
        reading = last_reading(clock, terms, now_s)
        is_still = stands_still(case, clock, check["clock"])
        assert expected.get("state", reading.state) in right_states(reading, is_still), check
        if "due" in expected:
            shown = shown_dues(reading, terms, now_s)
            assert shown & right_dues(expected, reading, is_still), check
        found_s = lengths(reading, read_clock(clock, terms, now_s)) | instants(reading)
        right = dict(told_seconds(expected))
        assert {what: found_s[what] for what in right} == right, check


def with_extra(*keys: str) -> pytest.MarkDecorator:
    has = [one for one in PUBLISHED["cases"] if set(keys) & set(one.get("extra", {}))]
    return pytest.mark.parametrize("case", has, ids=named)


@with_extra("breach_recorded_at", "arithmetic_deadline")
def test_a_breach_is_not_noticed_before_the_terms_that_make_it_one(case: Case) -> None:
    check = next(one for one in case["checks"] if one.get("state") == State.BREACHED)
    reading = last_reading(*found(case, check["clock"], now := instant(check["at"])), now)
    told = {"arithmetic_deadline": reading.due_s, "breach_recorded_at": reading.noticed_s}
    right = {key: instant(at) for key, at in case["extra"].items() if key in told}
    assert {key: told[key] for key in right} == right


@with_extra("starts")
def test_time_starts_to_count_when_the_calendar_opens(case: Case) -> None:
    check = case["checks"][0]
    clock, terms = found(case, check["clock"], instant(check["at"]))
    calendar = terms.tables[terms.terms[0].calendar]
    assert deadline(calendar, clock.cycles[0].started_s, 0) == instant(case["extra"]["starts"])


def targets_of(policy: Mapping[str, Any]) -> set[str]:
    """The clocks that a policy has a target for, by priority or for all."""
    tables = [policy, *(value for value in policy.values() if isinstance(value, Mapping))]
    return {name for one in tables for name, value in one.items() if not isinstance(value, Mapping)}


def left_unread(case: Case) -> Iterator[str]:
    """Every key of a case that means nothing to us, so that none is passed over in silence."""
    yield from unread(case, SAID, TOLD)
    changed = (event["calendar"] for event in case["events"] if "calendar" in event)
    for calendar in (case.get("calendar", ALWAYS), *changed):
        yield from unread(calendar, CALENDAR)
        yield from unread(calendar.get("weekly_hours", {}), WEEK)
    policies = (case.get("policy"), *(event.get("policy") for event in case["events"]))
    yield from (name for policy in policies for name in targets_of(policy or {}) - CLOCKS)
    says = case.get("semantics", {})
    unknown = unread(says, SEMANTICS) | unread(says.get("pause", {}), {"statuses", "clocks"})
    yield from (key for key in unknown if not pause_words(key))
    for event in case["events"]:
        yield from unread(event, EVENT, {"channel", event["type"]})
    for check in case["checks"]:
        read = {key for key in check if plain_name(key) in LENGTHS | INSTANTS | CHECK}
        yield from unread(check, read, TOLD)
    yield from unread(case.get("extra", {}), EXTRA)


@pytest.mark.parametrize("case", PUBLISHED["cases"], ids=named)
def test_nothing_a_case_says_is_left_unread(case: Case) -> None:
    assert not list(left_unread(case))


def test_a_word_that_is_not_known_is_refused() -> None:
    with pytest.raises(AssertionError, match="in the words"):
        mode("by the phase of the moon")
    with pytest.raises(KeyError):
        told({"at": "2024-01-15T10:00:00Z", "type": "teleported"}, "1")
