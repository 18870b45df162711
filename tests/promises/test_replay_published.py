"""What other help desks' tests and documents say, asked of the clocks of many tickets at once."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.promises.replayed import Ticket, in_bulk
from tests.published.sla_histories import (
    changes_of,
    events_of,
    found,
    kind_of,
    ours,
    promise_of,
)
from tests.published.test_business_time_cases import Case, instant, named, seconds
from tests.published.test_sla_event_cases import (
    PUBLISHED,
    exact,
    right_dues,
    right_states,
    shown_dues,
    stands_still,
)
from tierwise.promises.clock_kinds import ClockKind
from tierwise.promises.clock_readings import Reading, State, last_reading
from tierwise.promises.replay import Replay
from tierwise.promises.ticket_story import TicketEvent

CHECKS = [(case, check) for case in PUBLISHED["cases"] for check in case["checks"]]


def concerning(case: Case, kind: ClockKind) -> Iterator[TicketEvent]:
    """The events that matter to a clock: only replies say to whom, and change nothing else."""
    for event in events_of(case):
        if not event.concerns or kind.name in event.concerns:
            yield replace(event, concerns=())


def last_in_bulk(case: Case, clock: str, now_s: int) -> Reading:
    kind = kind_of(case, clock)
    tables = found(case, clock, now_s)[1].tables
    how = Replay((kind,), lambda _, now: promise_of(now, clock), tables, changes_of(case))
    ticket = Ticket("t", tuple(concerning(case, kind)), {})
    rows = in_bulk([ticket], how, now_s)
    if not rows:
        return Reading(kind.name, 0, State.NONE)
    row: dict[str, Any] = {name: rows[-1].get(name) for name in Reading.__slots__}
    counts = row["target_s"] is not None
    row |= {"remaining_s": row["target_s"] - row["elapsed_s"]} if counts else {}
    return Reading(**row | {"state": State(rows[-1]["state"])})


@pytest.mark.parametrize(
    ("case", "check"), CHECKS, ids=[f"{named(case)} {check['at']}" for case, check in CHECKS]
)
def test_clocks_in_bulk_are_what_others_have(case: Case, check: dict[str, Any]) -> None:
    now_s, expected = instant(check["at"]), exact(check)
    reading = last_in_bulk(case, check["clock"], now_s)
    clock, terms = found(case, check["clock"], now_s)
    assert reading == last_reading(clock, terms, now_s)
    assert reading.clock == ours(check["clock"])
    is_still = stands_still(case, clock, check["clock"])
    assert expected.get("state", reading.state) in right_states(reading, is_still)
    if "due" in expected:
        shown = shown_dues(reading, terms, now_s)
        assert shown & right_dues(expected, reading, is_still)
    if "elapsed" in expected:
        assert reading.elapsed_s == seconds(expected["elapsed"])
