"""Incident logs: a row per state, in the words of the log; small ones and the real one."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.published.real_shops import found
from tierwise.connectors.incident_log import NO_MESSAGES, STATUSES, read_incident_log
from tierwise.connectors.reading import Remark
from tierwise.facts.problems import InputError

from .files import OPTIONS, problems_of, rows_of, written

HEADER = (
    "number,incident_state,sys_mod_count,caller_id,opened_at,sys_updated_by,sys_updated_at,"
    "contact_type,category,priority,assignment_group,assigned_to"
)
COLUMNS = HEADER.split(",")
FIRST = {
    "number": "INC1",
    "incident_state": "New",
    "sys_mod_count": "0",
    "caller_id": "Caller 7",
    "opened_at": "1/3/2016 01:00",
    "sys_updated_by": "Updated by 2",
    "sys_updated_at": "1/3/2016 01:10",
    "contact_type": "Phone",
    "category": "Category 5",
    "priority": "3 - Moderate",
    "assignment_group": "Group 1",
    "assigned_to": "?",
}
OPENED = 1_456_790_400  # midnight UTC, one o'clock in Berlin
MINUTE, HOUR = 60, 3_600


def log(folder: Path, *changes: dict[str, str]) -> Path:
    """A log of one incident, each row as the one before but for what is given."""
    row, lines = FIRST, [COLUMNS]
    for change in ({}, *changes):
        row = row | change
        lines.append([row[name] for name in COLUMNS])
    return written(folder, "\n".join(",".join(line) for line in lines) + "\n", "log.csv")


def read(path: Path, zone: str = "Europe/Berlin") -> list[Any]:
    return list(read_incident_log(path, replace(OPTIONS, zone=zone)))


def story(parts: list[Any], ticket: str = "INC1") -> list[tuple[Any, ...]]:
    return [
        (row["happened_at"] - OPENED, row["event_id"], row["value"])
        for row in rows_of(parts, "ticket_events")
        if row["ticket_id"] == ticket
    ]


def test_a_row_tells_what_differs_from_the_one_before(tmp_path: Path) -> None:
    parts = read(
        log(
            tmp_path,
            {"sys_mod_count": "1", "sys_updated_at": "1/3/2016 01:30", "assigned_to": "Resolver 3"},
            {"sys_mod_count": "2", "sys_updated_at": "1/3/2016 02:00"},
            {
                "sys_mod_count": "5",
                "sys_updated_at": "1/3/2016 03:00",
                "incident_state": "Awaiting User Info",
                "assignment_group": "Group 2",
                "assigned_to": "?",
                "priority": "1 - Critical",
            },
        )
    )
    assert story(parts) == [
        (0, "created", None),
        (0, "0/priority", "3 - Moderate"),
        (0, "0/team", "Group 1"),
        (10 * MINUTE, "0/status", "new"),
        (30 * MINUTE, "1/assigned", "Resolver 3"),
        (2 * HOUR, "5/assigned", None),
        (2 * HOUR, "5/priority", "1 - Critical"),
        (2 * HOUR, "5/status", "pending"),
        (2 * HOUR, "5/team", "Group 2"),
    ]
    assert problems_of(parts) == []
    assert [part.text for part in parts if isinstance(part, Remark)] == [NO_MESSAGES]


def test_the_ticket_is_as_its_last_row_says(tmp_path: Path) -> None:
    closed = {
        "sys_mod_count": "1",
        "sys_updated_at": "1/3/2016 02:00",
        "incident_state": "Closed",
        "assigned_to": "Resolver 3",
        "category": "Category 6",
    }
    parts = read(log(tmp_path, closed))
    assert rows_of(parts, "tickets") == [
        {
            "ticket_id": "INC1",
            "customer_id": "Caller 7",
            "created_at": OPENED,
            "channel": "phone",
            "priority": "3 - Moderate",
            "status": "closed",
            "team": "Group 1",
            "agent_id": "Resolver 3",
            "category": "Category 6",
            "order_id": None,
            "merged_into": None,
        }
    ]
    (customer,) = rows_of(parts, "customers")
    assert (customer["customer_id"], customer["source"]) == ("Caller 7", "log")
    assert [row["agent_id"] for row in rows_of(parts, "agents")] == ["Resolver 3"]


@pytest.mark.parametrize(("state", "status"), STATUSES.items())
def test_states_are_statuses(tmp_path: Path, state: str, status: str) -> None:
    change = {"sys_mod_count": "1", "sys_updated_at": "1/3/2016 02:00", "incident_state": state}
    assert rows_of(read(log(tmp_path, change)), "tickets")[0]["status"] == status


def test_a_reopened_incident_is_open_again(tmp_path: Path) -> None:
    states = [("1", "Resolved"), ("2", "Active"), ("3", "Resolved")]
    changes = [
        {"sys_mod_count": n, "sys_updated_at": f"1/3/2016 0{n}:30", "incident_state": state}
        for n, state in states
    ]
    told = story(read(log(tmp_path, *changes)))
    assert [value for _, name, value in told if name.endswith("status")] == [
        *("new", "solved", "open", "solved")
    ]


@pytest.mark.parametrize(
    ("kind", "channel"),
    [
        ("Phone", "phone"),
        ("IVR", "phone"),
        ("Self service", "web"),
        ("Email", "email"),
        ("Direct opening", "direct"),
        ("?", "unknown"),
    ],
)
def test_how_somebody_came_is_the_channel(tmp_path: Path, kind: str, channel: str) -> None:
    change = {"sys_mod_count": "1", "contact_type": kind}
    assert rows_of(read(log(tmp_path, change)), "tickets")[0]["channel"] == channel


def test_times_are_local(tmp_path: Path) -> None:
    (row,) = rows_of(read(log(tmp_path), zone="UTC"), "tickets")
    assert row["created_at"] == OPENED + HOUR


def test_incidents_may_be_mixed(tmp_path: Path) -> None:
    other = {"number": "INC2", "sys_mod_count": "0"}
    solved = {
        "number": "INC1",
        "sys_mod_count": "1",
        "sys_updated_at": "1/3/2016 02:00",
        "incident_state": "Resolved",
    }
    parts = read(log(tmp_path, other, solved))
    assert [name for _, name, _ in story(parts)][-1] == "1/status"
    assert [name for _, name, _ in story(parts, "INC2")][-1] == "0/status"


# What the second row says; column, expectation and finding.
ODD = {
    "earlier than the row before": (
        {"sys_mod_count": "1", "sys_updated_at": "1/3/2016 01:05"},
        ("sys_updated_at", "a time from that of change 0 on", "300 s before"),
    ),
    "earlier than the opening": (
        {"sys_mod_count": "1", "sys_updated_at": "1/3/2016 00:59"},
        ("sys_updated_at", "a time from `opened_at` on", "60 s before"),
    ),
    "counted backwards": (
        {"sys_updated_at": "1/3/2016 02:00"},
        ("sys_mod_count", "a number above 0", "`0`"),
    ),
    "a state nobody knows": (
        {"sys_mod_count": "1", "incident_state": "-100"},
        ("incident_state", "one of New, Active", "`-100`"),
    ),
    "a time nobody can read": (
        {"sys_mod_count": "1", "sys_updated_at": "2016-03-01"},
        ("sys_updated_at", "a date written as `%d/%m/%Y %H:%M`", "`2016-03-01`"),
    ),
    "no number": (
        {"number": "", "sys_mod_count": "1"},
        ("number", "a value, the cell is empty", "an empty cell"),
    ),
}


@pytest.mark.parametrize(("change", "expected"), ODD.values(), ids=ODD)
def test_odd_rows_are_told_with_their_place_and_the_others_go_on(
    tmp_path: Path, change: dict[str, str], expected: tuple[str, str, str]
) -> None:
    fine = FIRST | {"number": "INC2", "sys_updated_at": "1/3/2016 02:00"}
    parts = read(log(tmp_path, change, fine))
    (problem,) = problems_of(parts)
    column, what, found_there = expected
    assert (problem.source, problem.line, problem.column) == ("log.csv", 3, column)
    assert problem.expected.startswith(what)
    assert problem.found == found_there
    assert [len(story(parts, number)) for number in ("INC1", "INC2")] == [4, 4]


def test_another_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="column `sys_mod_count`: expected this column"):
        read(written(tmp_path, "number,incident_state\nINC1,New\n"))


@pytest.mark.slow
def test_the_real_log_is_read_whole() -> None:
    """141,712 rows of 24,918 incidents: seven clocks run backwards, five states are unknown."""
    parts = read(found("incidents", "incident_event_log.parquet"))
    counted = {
        table: len(rows_of(parts, table))
        for table in ("tickets", "ticket_events", "customers", "agents")
    }
    assert counted == {
        "tickets": 24_918,
        "ticket_events": 218_313,
        "customers": 5_244,
        "agents": 234,
    }
    told = [problem.column for problem in problems_of(parts)]
    assert {column: told.count(column) for column in set(told)} == {
        "sys_updated_at": 7,
        "incident_state": 5,
    }
    assert {row["status"] for row in rows_of(parts, "tickets")} == {"closed"}
