"""Our clocks beside a desk's: one cause for each difference, whatever order events came in."""

import random
from typing import Any

import pytest

from tests.app.desk_clock_rows import NOW, Row, at, compared, here, there
from tests.promises.test_clock_kinds import TABLES
from tierwise.app.desk_clocks import closing_times
from tierwise.promises.desk_clocks import CLOCK_DIFFERENCES, ClockCause

MET = (("activate", 0), ("apply", 0, 60), ("fulfill", 30))
LATE = (("activate", 0), ("apply", 0, 60), ("breach", 60), ("fulfill", 90))
WORK: dict[str, Any] = {"clock": "agent_work"}

CASES = [
    # What agrees.
    ("both met", [here(0, 30)], there(*MET), "same"),
    ("both late", [here(0, 90, late=True)], there(*LATE), "same"),
    ("both open", [here(0)], there(("activate", 0), ("apply", 0, 60)), "same"),
    (
        "half a minute of rounding",
        [here(0, 90, late=True)],
        there(("activate", 0), ("apply", 0, 60), ("breach", 60.5), ("fulfill", 90.2)),
        "rounding",
    ),
    (
        "answered in the very minute it was due: late here, not there",
        [here(0, 60.5, late=True)],
        there(("activate", 0), ("apply", 0, 60), ("fulfill", 60.5)),
        "rounding",
    ),
    (
        "answered in the very minute it was due: late there, not here",
        [here(0, 59.6)],
        there(("activate", 0), ("apply", 0, 60), ("breach", 59.5), ("fulfill", 59.6)),
        "rounding",
    ),
    (
        "due at closing time here, at the next opening there",
        [here(0, 1800, target=480, late=True, used=840, calendar="office")],
        there(("activate", 0), ("apply", 0, 480, "business"), ("breach", 1440), ("fulfill", 1800)),
        "same",
    ),
    (
        "a target that became tighter: the desk breaches when it sees it",
        [here(0, 90, target=30, late=True, seen=45)],
        there(
            *(("activate", 0), ("apply", 0, 60), ("apply", 45, 30), ("breach", 45)),
            ("fulfill", 90),
        ),
        "same",
    ),
    (
        "a target that became longer: the last breach counts",
        [here(0, 90, late=True)],
        there(
            *(("activate", 0), ("apply", 0, 30), ("breach", 30), ("apply", 40, 60)),
            *(("breach", 60), ("fulfill", 90)),
        ),
        "same",
    ),
    (
        "opened again after it was solved: the same cycle goes on",
        [here(0, 500, target=900, **WORK)],
        there(
            *(("activate", 0), ("apply", 0, 900), ("fulfill", 30), ("activate", 200)),
            ("fulfill", 500),
            **WORK,
        ),
        "same",
    ),
    (
        "opened again and still open",
        [here(0, None, target=900, used=10, **WORK)],
        there(("activate", 0), ("apply", 0, 900), ("fulfill", 30), ("activate", 200), **WORK),
        "same",
    ),
    (
        "replies after the first are another clock here",
        [here(50, 70, clock="next_response")],
        there(("activate", 50), ("apply", 50, 60), ("fulfill", 70), instance=2),
        "same",
    ),
    # Where one side has nothing to compare.
    ("a ticket that is left out here", [], there(*MET, ticket="2"), "unknown_here"),
    ("a ticket the desk told nothing of", [here(0, 30)], [], "no_history"),
    (
        "an answer after the desk's last word",
        [here(0, 30)],
        [*there(("activate", 0), ("apply", 0, 60)), *there(("measure", 20), instance=0)],
        "no_history",
    ),
    (
        "a cycle that began before the reading",
        [here(0, 90, late=True)],
        there(("apply", 50, 120), ("fulfill", 90)),
        "no_history",
    ),
    (
        "answered there after all we know",
        [here(0)],
        [
            *there(("activate", 0), ("apply", 0, 60), ("fulfill", NOW + 5)),
        ],
        "no_history",
    ),
    (
        "a second reply that only the desk counts",
        [here(0, 30)],
        [*there(*MET), *there(("activate", 50), ("apply", 50, 60), instance=2)],
        "other_cycles",
    ),
    (
        "a second reply that only we count",
        [here(0, 30), here(50, 70, clock="next_response")],
        [*there(*MET), *there(("measure", NOW), instance=0)],
        "other_cycles",
    ),
    ("nothing is promised here", [here(0, 30, target=None)], there(*MET), "no_promise"),
    (
        "a clock that no policy promises",
        [],
        there(*MET, clock="resolution"),
        "no_promise",
    ),
    (
        "a ticket without a priority gets no SLA",
        [here(0, 30)],
        there(("activate", 0), ("fulfill", 30)),
        "no_sla",
    ),
    (
        "the SLA was lost with its policy",
        [here(0, 30)],
        there(("activate", 0), ("apply", 0, 60), ("lost", 10), ("fulfill", 30)),
        "no_sla",
    ),
    # What differs.
    (
        "the desk took its breach back",
        [here(0, 90, late=True)],
        there(("activate", 0), ("apply", 0, 60), ("unbreach", 60), ("fulfill", 90)),
        "deleted",
    ),
    (
        "the priority came when the time was over: the desk does not breach back",
        [here(0, 90, late=True)],
        there(("activate", 0), ("apply", 75, 60), ("fulfill", 90)),
        "applied_late",
    ),
    (
        "another target",
        [here(0, 90, late=True)],
        there(("activate", 0), ("apply", 0, 480, "always", "Standard"), ("fulfill", 90)),
        "other_target",
    ),
    (
        "another target that changed nothing",
        [here(0, 30)],
        there(("activate", 0), ("apply", 0, 480), ("fulfill", 30)),
        "same",
    ),
    (
        "business hours there, all hours here",
        [here(0, 900, late=True)],
        there(("activate", 0), ("apply", 0, 60, "business"), ("fulfill", 900)),
        "other_hours",
    ),
    (
        "business hours on both sides, but others",
        [here(0, 900, late=True, calendar="office")],
        there(("activate", 0), ("apply", 0, 60, "business"), ("breach", 240), ("fulfill", 900)),
        "other_hours",
    ),
    (
        "began at another message",
        [here(0, 90, late=True)],
        there(("activate", 40), ("apply", 40, 60), ("fulfill", 90)),
        "other_start",
    ),
    (
        "ended with another reply",
        [here(0, 50)],
        there(("activate", 0), ("apply", 0, 60), ("breach", 60), ("fulfill", 80)),
        "other_end",
    ),
    (
        "ended with another reply, both in time",
        [here(0, 50)],
        [
            *there(("activate", 0), ("apply", 0, 60), ("fulfill", 30)),
            *there(("measure", NOW), instance=0),
        ],
        "other_end",
    ),
    (
        "stood still while pending",
        [here(0, 90, late=True, **WORK, customer_s=600)],
        there(("activate", 0), ("apply", 0, 60), ("breach", 75), ("fulfill", 90), **WORK),
        "paused",
    ),
    (
        "the desk paused it, we did not",
        [here(0, 90, late=True)],
        there(
            *(("activate", 0), ("apply", 0, 60), ("pause", 10), ("activate", 60)),
            ("fulfill", 90),
        ),
        "paused",
    ),
]


@pytest.mark.parametrize(
    ("ours", "theirs", "cause"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_difference_has_its_cause(ours: list[Row], theirs: list[Row], cause: str) -> None:
    others = [row for row in compared(ours, theirs, until=None) if row["cause"] != "same"]
    assert [row["cause"] for row in others] == ([] if cause == "same" else [cause])


def test_every_cause_is_met() -> None:
    assert {case[3] for case in CASES} == set(ClockCause)


def test_the_desks_own_words_stand_beside_ours() -> None:
    (row,) = compared(
        [here(0, 90, late=True)],
        [
            *there(("activate", 0), ("apply", 0, 480, "business", "Standard"), ("fulfill", 95)),
            *there(("update_status", 95)),
        ],
    )
    assert (row["level"], row["their_desk_policy"]) == ("premium", "Standard")
    assert (row["target_s"], row["their_target_s"]) == (3_600, 28_800)
    assert (row["due_s"], row["their_breached_s"]) == (at(60), None)
    assert (row["ended_s"], row["their_ended_s"]) == (at(90), at(95))


@pytest.mark.parametrize("seed", range(5))
def test_copies_and_order_of_events_change_nothing(seed: int) -> None:
    """Pages of the time-based export overlap, and parts come in any order."""
    chance = random.Random(seed)
    ours = [row for case in CASES for row in case[1][:1]]
    ours = [row | {"ticket_id": str(n)} for n, row in enumerate(ours)]
    theirs = [row | {"ticket_id": str(n)} for n, case in enumerate(CASES) for row in case[2]]
    tickets = [str(n) for n in range(len(CASES))]
    copies = [*theirs, *chance.choices(theirs, k=len(theirs))]
    # The first copy of a breach that was taken back later did not say so.
    copies += [row | {"deleted": False} for row in theirs if row["deleted"]]
    chance.shuffle(copies)
    found = [compared(ours, one, counted=tickets, desk_tickets=tickets) for one in (copies, theirs)]
    assert found[0] == found[1]


def test_tickets_of_other_sources_are_not_compared() -> None:
    other = here(0, 30, ticket_id="shop-7")
    found = compared([here(0, 30), other], there(*MET), counted=("1", "shop-7"))
    assert [row["ticket_id"] for row in found] == ["1"]


def test_clocks_the_desk_does_not_have_are_not_compared() -> None:
    assert not compared([here(0, 30, clock="assignment")], there(("measure", 1), instance=0))


def test_neither_side_promises_anything() -> None:
    assert not compared([here(0, 30, target=None)], there(("activate", 0), ("fulfill", 30)))


def test_calendars_close_and_open_again() -> None:
    rows = closing_times(TABLES).to_pylist()
    assert {row["calendar"] for row in rows} == {"office", "late"}, "one that is always open"
    assert {"calendar": "office", "closes_s": at(480), "opens_s": at(1440)} in rows


def test_the_table_is_as_declared() -> None:
    for row in compared([here(0, 30)], there(*MET)):
        for column in CLOCK_DIFFERENCES.output.columns:
            assert column.nullable or row[column.name] is not None, column.name
