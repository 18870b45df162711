"""The clocks of a ticket as the tests and documents of other help desks have them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.published.test_business_time_cases import (
    CASES,
    around,
    calendar_of,
    instant,
    seconds,
    table_of,
)
from tierwise.facts.time import DAY_S
from tierwise.promises.calendar_table import OpenTable
from tierwise.promises.clock_kinds import KINDS, Action, ClockKind, Move, Phase, Trigger
from tierwise.promises.clock_readings import Reading, State, last_reading, read_clock
from tierwise.promises.clock_terms import (
    CHANGES_TERMS,
    Changes,
    Circumstances,
    Mode,
    Promised,
    terms_over,
)
from tierwise.promises.clocks import Clock, clock_of
from tierwise.promises.ticket_story import Name, Story, TicketEvent, story, up_to

PUBLISHED = json.loads((CASES / "sla_event_cases.json").read_text(encoding="utf-8"))
HORIZON_DAYS = 400

Case = Mapping[str, Any]

OUR_CLOCKS = {
    "next_reply": "next_response",
    "keep_in_loop": "periodic_update",
    "requester_wait_time": "requester_wait",
    "agent_work_time": "agent_work",
    "total_resolution_time": "resolution",
    "group_ownership_time": "team_ownership",
}
OUR_NAMES = {
    "agent_reply": Name.PUBLIC_REPLY,
    "internal_note": Name.PRIVATE_NOTE,
}
OUR_ACTORS = {"created": "customer", "customer_message": "customer"}
# What a case says of a change, by the first of these words in it.
OUR_MODES = {
    "kept": Mode.KEEP_ELAPSED,
    "cumulative": Mode.KEEP_ELAPSED,
    "frozen": Mode.FROZEN,
    "forward": Mode.FORWARD_ONLY,
    "start": Mode.FROM_START,
    "retroactive": Mode.FROM_START,
    "last": Mode.FROM_START,
}


def ours(clock: str) -> str:
    return OUR_CLOCKS.get(clock, clock)


def kind_of(case: Case, clock: str) -> ClockKind:
    """Our kind of clock, set as the semantics of the case say."""
    says = case["semantics"]
    kind = KINDS[ours(clock)]
    done = frozenset(says.get("done_statuses", kind.done))
    rows = dict(kind.moves) | dict(changed_rows(says, clock))
    first = Phase.READY if starts_at_once(says, clock) else kind.first
    return replace(kind, moves=rows, first=first, pauses=pauses(says, clock), done=done)


def changed_rows(
    says: Mapping[str, Any], clock: str
) -> Iterator[tuple[tuple[Phase, Trigger], Move]]:
    stays = Move(Action.WAIT, Phase.RUNNING)
    on_done = (Phase.RUNNING, Trigger.DONE)
    stops = says.get("close_stops_next_reply", False)
    if clock == "next_reply" and not stops:
        yield on_done, stays
    if clock == "first_response" and not (stops or says.get("close_is_first_response", False)):
        yield on_done, stays
    if clock == "keep_in_loop":
        yield (Phase.RUNNING, Trigger.ASKED), Move(Action.CANCEL, Phase.READY)


def starts_at_once(says: Mapping[str, Any], clock: str) -> bool:
    return clock == "next_reply" and says.get("opening_message_starts_next_reply", False)


def pauses(says: Mapping[str, Any], clock: str) -> frozenset[str]:
    pause = says.get("pause", {})
    statuses = pause.get("statuses", ())
    if isinstance(statuses, Mapping):
        return frozenset(statuses.get(clock, ()))
    return frozenset(statuses if clock in pause.get("clocks", [clock]) else ())


def events_of(case: Case) -> Iterator[TicketEvent]:
    """The events of a case and, at its creation, what it was created with."""
    created = case["events"][0]
    given = {Name.POLICY: case["policy"], Name.CALENDAR: case["calendar"]}
    given |= {Name.PRIORITY: created[Name.PRIORITY]} if Name.PRIORITY in created else {}
    for name, value in given.items():
        yield TicketEvent(instant(created["at"]), f"given {name}", name, value=json.dumps(value))
    for number, event in enumerate(case["events"]):
        yield told(event, f"then {number}")


def told(event: Mapping[str, Any], event_id: str) -> TicketEvent:
    kind = event["type"]
    concerns = tuple(ours(clock) for clock in event.get("answers", ()))
    value = event.get("to", event.get(kind, event.get("status")))
    written = json.dumps(value) if kind in CHANGES_TERMS else value
    actor, name = OUR_ACTORS.get(kind, "agent"), OUR_NAMES.get(kind, kind)
    return TicketEvent(instant(event["at"]), event_id, name, actor, written, concerns)


def promised(case: Case, clock: str, history: Story) -> Promised:
    says = case["semantics"]
    terms = terms_over(history, lambda now: promise_of(now, clock))
    days = [instant(one["at"]) // DAY_S for one in [*case["events"], *case["checks"]]]
    tables = {one.calendar: table(one.calendar, min(days), max(days)) for one in terms}
    changes = Changes(mode(says.get("target_change", "")), mode(says.get("calendar_change", "")))
    return Promised(terms, tables, changes)


def promise_of(now: Circumstances, clock: str) -> tuple[int | None, str]:
    policy, priority = (json.loads(now.get(name) or "null") for name in ("policy", "priority"))
    targets = (policy or {}).get(priority, policy) or {}
    minutes = targets.get(clock)
    return None if minutes is None else seconds(minutes), now[Name.CALENDAR] or ""


def table(calendar: str, first: int, last: int) -> OpenTable:
    written = json.dumps(calendar_of(json.loads(calendar)), sort_keys=True)
    return table_of(written, *around(first, last, HORIZON_DAYS))


def mode(text: str) -> Mode:
    return next((mode for word, mode in OUR_MODES.items() if word in text), Mode.KEEP_ELAPSED)


def found(case: Case, clock: str, now_s: int) -> tuple[Clock, Promised]:
    history = story(events_of(case))
    seen = up_to(history, now_s)
    return clock_of(kind_of(case, clock), seen), promised(case, clock, history)


def exact(check: Mapping[str, Any]) -> dict[str, Any]:
    """What a check expects; where the peer rounds or errs, the exact value."""
    plain = {name.removesuffix("_minutes"): value for name, value in check.items()}
    better = {name: plain[name] for name in plain if name.endswith("_exact")}
    return plain | {name.removesuffix("_exact"): value for name, value in better.items()}


def right_dues(expected: Mapping[str, Any], reading: Reading) -> set[int | None]:
    """The deadlines that are right; a clock that was met may keep its own or show none."""
    if expected["due"] is None:
        return {None, reading.due_s} if reading.state is State.MET else {None}
    first, last = expected.get("due_same_business_instant") or [expected["due"]] * 2
    return set(range(instant(first), instant(last) + 1))


def lengths(reading: Reading, cycles: tuple[Reading, ...]) -> dict[str, int | None]:
    return {
        "elapsed": reading.elapsed_s,
        "remaining": reading.remaining_s,
        "longest_cycle": max((one.elapsed_s or 0 for one in cycles), default=None),
    }


@pytest.mark.parametrize("case", PUBLISHED["cases"], ids=lambda case: case["id"])
def test_clocks_are_what_others_have(case: Case) -> None:
    for check in case["checks"]:
        now_s, expected = instant(check["at"]), exact(check)
        clock, terms = found(case, check["clock"], now_s)
        reading = last_reading(clock, terms, now_s)
        assert reading.state == expected.get("state", reading.state), check
        if "due" in expected:
            assert reading.due_s in right_dues(expected, reading), check
        measured = lengths(reading, read_clock(clock, terms, now_s))
        right = {what: seconds(expected[what]) for what in measured if what in expected}
        assert {what: measured[what] for what in right} == right, check


@pytest.mark.parametrize(
    "case",
    [case for case in PUBLISHED["cases"] if "breach_recorded_at" in case.get("extra", {})],
    ids=lambda case: case["id"],
)
def test_a_breach_is_not_noticed_before_the_terms_that_make_it_one(case: Case) -> None:
    check = case["checks"][0]
    reading = last_reading(*found(case, check["clock"], now := instant(check["at"])), now)
    assert reading.due_s == instant(case["extra"]["arithmetic_deadline"])
    assert reading.noticed_s == instant(case["extra"]["breach_recorded_at"])
