"""Zendesk exports, read from a folder of the files they consist of."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from tierwise.connectors.reading import Remark
from tierwise.connectors.zendesk_export import read_zendesk_export
from tierwise.facts.problems import InputError

from .files import NOW, OPTIONS, problems_of, rows_of, written

SEEDS = Path(__file__).with_name("zendesk_seeds")

# Ada (10) asks, Bo (20) and the admin Di (21) answer, Eve (11) is somebody else.
USERS = """\
id,role,name,email,phone,organization_id,created_at
10,end-user,Ada,Ada@Example.com,+49 30 123456,900,2024-01-01 08:00:00
11,end-user,,eve@,,,
20,agent,Bo,bo@desk.example,,,
21,admin,,di@desk.example,,,
"""
GROUPS = "id,name\n7,First line\n8,Second line\n"
TICKET_HEADER = (
    "id,created_at,status,requester_id,submitter_id,assignee_id,group_id,priority,type,"
    "via_channel,via_source_rel,merged_ticket_ids"
)
TICKET = "1,2024-03-01 10:00:00,open,10,10,20,7,high,question,email,,[]"
COMMENT_HEADER = "id,ticket_id,user_id,created,public,body"
CHANGE_HEADER = "field_name,ticket_id,updated,user_id,value"
CREATED = 1_709_287_200


def export(
    folder: Path,
    tickets: tuple[str, ...] = (TICKET,),
    comments: tuple[str, ...] = (),
    changes: tuple[str, ...] = (),
) -> Path:
    """The ticket file of an export of these rows."""
    written(folder, USERS, "user_data.csv")
    written(folder, GROUPS, "group_data.csv")
    for name, header, rows in (
        ("ticket_comment_data.csv", COMMENT_HEADER, comments),
        ("ticket_field_history_data.csv", CHANGE_HEADER, changes),
    ):
        if rows:
            written(folder, "\n".join((header, *rows)) + "\n", name)
    return written(folder, "\n".join((TICKET_HEADER, *tickets)) + "\n", "ticket_data.csv")


def read(path: Path) -> list[Any]:
    return list(read_zendesk_export(path, OPTIONS))


def events(parts: list[Any], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in columns) for row in rows_of(parts, "ticket_events")]


def test_tickets_are_read_in_utc_with_the_names_of_their_teams(tmp_path: Path) -> None:
    parts = read(export(tmp_path))
    assert rows_of(parts, "tickets") == [
        {
            "ticket_id": "1",
            "customer_id": "10",
            "created_at": CREATED,
            "channel": "email",
            "priority": "high",
            "status": "open",
            "team": "First line",
            "agent_id": "20",
            "category": "question",
            "order_id": None,
            "merged_into": None,
        }
    ]
    assert rows_of(parts, "ticket_events") == [
        {
            "ticket_id": "1",
            "event_id": "created",
            "happened_at": CREATED,
            "name": "created",
            "actor": "customer",
            "actor_id": "10",
            "value": None,
        }
    ]
    assert problems_of(parts)[0].column == "email"


def test_end_users_are_customers_and_the_others_are_agents(tmp_path: Path) -> None:
    parts = read(export(tmp_path))
    columns = ("customer_id", "source", "email", "phone", "name", "account_id", "created_at")
    assert [tuple(row[c] for c in columns) for row in rows_of(parts, "customers")] == [
        ("10", "ticket_data", "ada@example.com", "+4930123456", "Ada", "900", 1_704_096_000),
        ("11", "ticket_data", None, None, None, None, None),
    ]
    agents = [(row["agent_id"], row["name"]) for row in rows_of(parts, "agents")]
    assert agents == [("20", "Bo"), ("21", "21")]


# Who submitted it, and how it came; who opened it.
OPENINGS = {
    "by the customer": ("10", "", "customer"),
    "nobody is named": ("", "", "customer"),
    "by an agent, outbound": ("20", "", "agent"),
    "by an admin": ("21", "", "agent"),
    "by an agent who was called": ("20", "inbound", "customer"),
    "by another customer": ("11", "", "customer"),
    "by a rule": ("-1", "", "automation"),
    "by somebody who is no user": ("99", "", "customer"),
}


@pytest.mark.parametrize(("submitter", "how", "actor"), OPENINGS.values(), ids=OPENINGS)
def test_who_opened_a_ticket(tmp_path: Path, submitter: str, how: str, actor: str) -> None:
    row = f"1,2024-03-01 10:00:00,new,10,{submitter},,,,,voice,{how},"
    parts = read(export(tmp_path, (row,)))
    assert events(parts, "name", "actor") == [("created", actor)]
    assert rows_of(parts, "tickets")[0]["channel"] == "phone"
    told = [problem.column for problem in problems_of(parts) if problem.source == "ticket_data.csv"]
    assert told == (["requester_id"] if submitter == "99" else [])


# Who wrote, when after the creation, for whom, and what that is; None: the opening itself.
COMMENTS = {
    "the description": ("10", "10:00:00", "true", None),
    "the description, a second late": ("10", "10:00:01", "true", None),
    "a second message": ("10", "10:00:02", "true", ("customer_message", "customer")),
    "another customer at once": ("11", "10:00:00", "true", ("customer_message", "customer")),
    "a reply": ("20", "10:05:00", "TRUE", ("public_reply", "agent")),
    "a reply of an admin": ("21", "10:05:00", "1", ("public_reply", "agent")),
    "a note": ("20", "10:05:00", "FALSE", ("private_note", "agent")),
    "a note at once": ("10", "10:00:00", "false", ("private_note", "customer")),
    "a rule": ("-1", "10:05:00", "true", ("public_reply", "automation")),
}


@pytest.mark.parametrize(("author", "at", "public", "expected"), COMMENTS.values(), ids=COMMENTS)
def test_what_a_comment_is(
    tmp_path: Path, author: str, at: str, public: str, expected: tuple[str, str] | None
) -> None:
    comment = f"77,1,{author},2024-03-01 {at},{public},Hello"
    parts = read(export(tmp_path, comments=(comment,)))
    found = events(parts, "event_id", "name", "actor")[1:]
    assert found == ([("comment/77", *expected)] if expected else [])


def test_an_agent_who_asks_for_help_is_the_customer(tmp_path: Path) -> None:
    asked = "1,2024-03-01 10:00:00,new,20,20,21,,,,web,,"
    comments = ("5,1,20,2024-03-01 11:00:00,true,More", "6,1,21,2024-03-01 12:00:00,true,Done")
    parts = read(export(tmp_path, (asked,), comments))
    assert events(parts, "name", "actor") == [
        ("created", "customer"),
        ("customer_message", "customer"),
        ("public_reply", "agent"),
    ]


CHANGES = {
    "a status": ("status,1,2024-03-01 10:05:00,20,on-hold", ("status", "agent", "hold")),
    "a status by a rule": (
        "status,1,2024-03-01 10:05:00,,Solved",
        ("status", "automation", "solved"),
    ),
    "a status by the customer": (
        "status,1,2024-03-01 10:05:00,10,open",
        ("status", "customer", "open"),
    ),
    "deleted": ("status,1,2024-03-01 10:05:00,20,deleted", ("status", "agent", "deleted")),
    "a priority": ("priority,1,2024-03-01 10:05:00,20,urgent", ("priority", "agent", "urgent")),
    "a team": ("group_id,1,2024-03-01 10:05:00,20,8", ("team", "agent", "Second line")),
    "no team": ("group_id,1,2024-03-01 10:05:00,20,", ("team", "agent", None)),
    "an agent": ("assignee_id,1,2024-03-01 10:05:00,-1,20", ("assigned", "automation", "20")),
    "taken from its agent": ("assignee_id,1,2024-03-01 10:05:00,20,", ("assigned", "agent", None)),
    "a field without meaning": ("subject,1,2024-03-01 10:05:00,20,Hi", None),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_what_a_change_is(
    tmp_path: Path, change: str, expected: tuple[str, str, str | None] | None
) -> None:
    parts = read(export(tmp_path, changes=(change,)))
    assert events(parts, "name", "actor", "value")[1:] == ([expected] if expected else [])


def test_changes_have_the_same_ids_in_every_export(tmp_path: Path) -> None:
    change = "status,1,2024-03-01 10:05:00,20,pending"
    one = events(read(export(tmp_path, changes=(change,))), "event_id")
    earlier = "priority,1,2024-03-01 10:01:00,20,low"
    other = events(read(export(tmp_path, changes=(earlier, change))), "event_id")
    assert one[1] == other[2] == ("status/1709287500/pending",)


def test_merged_tickets_name_the_one_that_is_left(tmp_path: Path) -> None:
    rows = (
        TICKET.replace("[]", '"[2, 3]"'),
        "2,2024-03-01 09:00:00,closed,10,10,,,,,email,,[]",
    )
    parts = read(export(tmp_path, rows))
    merged = [(row["ticket_id"], row["merged_into"]) for row in rows_of(parts, "tickets")]
    assert merged == [("1", None), ("2", "1")]
    (problem,) = (one for one in problems_of(parts) if one.column == "merged_ticket_ids")
    assert (problem.line, problem.found, problem.left_out) == (2, "`3`", False)


# A row that is odd, its file and column, and what was found.
ODD: dict[str, tuple[dict[str, tuple[str, ...]], tuple[str, int, str, str, bool]]] = {
    "a ticket of unknown status": (
        {"tickets": (TICKET, "2,2024-03-01 10:00:00,parked,10,10,,,,,email,,")},
        ("ticket_data.csv", 3, "status", "`parked`", True),
    ),
    "a ticket without a time": (
        {"tickets": (TICKET, "2,yesterday,open,10,10,,,,,email,,")},
        ("ticket_data.csv", 3, "created_at", "`yesterday`", True),
    ),
    "a ticket without a number": (
        {"tickets": (TICKET, ",2024-03-01 10:00:00,open,10,10,,,,,email,,")},
        ("ticket_data.csv", 3, "id", "an empty cell", True),
    ),
    "a group nobody knows": (
        {"tickets": (TICKET, "2,2024-03-01 10:00:00,open,10,10,,99,,,email,,")},
        ("ticket_data.csv", 3, "group_id", "`99`", False),
    ),
    "a comment of an unknown user": (
        {"comments": ("5,1,99,2024-03-01 11:00:00,true,Hi",)},
        ("ticket_comment_data.csv", 2, "user_id", "`99`", True),
    ),
    "a comment on an unknown ticket": (
        {"comments": ("5,404,99,2024-03-01 11:00:00,true,Hi",)},
        ("ticket_comment_data.csv", 2, "ticket_id", "`404`", True),
    ),
    "a comment without a time": (
        {"comments": ("5,1,20,soon,true,Hi",)},
        ("ticket_comment_data.csv", 2, "created", "`soon`", True),
    ),
    "a change to an unknown status": (
        {"changes": ("status,1,2024-03-01 11:00:00,20,parked",)},
        ("ticket_field_history_data.csv", 2, "value", "`parked`", True),
    ),
    "a change of an unknown ticket": (
        {"changes": ("status,404,2024-03-01 11:00:00,20,open",)},
        ("ticket_field_history_data.csv", 2, "ticket_id", "`404`", True),
    ),
    "a change without a time": (
        {"changes": ("status,1,,20,open",)},
        ("ticket_field_history_data.csv", 2, "updated", "an empty cell", True),
    ),
}


@pytest.mark.parametrize(("rows", "expected"), ODD.values(), ids=ODD)
def test_odd_rows_are_told_with_their_place_and_the_others_go_on(
    tmp_path: Path, rows: dict[str, tuple[str, ...]], expected: tuple[str, int, str, str, bool]
) -> None:
    parts = read(export(tmp_path, **rows))
    assert ("1", "created") in events(parts, "ticket_id", "event_id")
    (problem,) = (one for one in problems_of(parts) if one.source != "user_data.csv")
    place = (problem.source, problem.line, problem.column)
    assert (*place, problem.found, problem.left_out) == expected
    assert problem.expected
    assert problem.next_step or problem.found == "an empty cell"


def test_a_role_nobody_knows_leaves_the_user_out(tmp_path: Path) -> None:
    path = export(tmp_path)
    written(tmp_path, USERS + "30,robot,R,,,,\n", "user_data.csv")
    (problem,) = (one for one in problems_of(read(path)) if one.column == "role")
    assert (problem.line, problem.found) == (6, "`robot`")


def test_files_that_are_missing_are_remarked(tmp_path: Path) -> None:
    path = export(tmp_path)
    for name in ("user_data.csv", "group_data.csv"):
        (tmp_path / name).unlink()
    parts = read(path)
    assert len([part for part in parts if isinstance(part, Remark)]) == 5
    assert [row["team"] for row in rows_of(parts, "tickets")] == ["7"]
    assert problems_of(parts) == []


def test_a_file_with_only_a_header_is_as_good_as_none(tmp_path: Path) -> None:
    path = export(tmp_path)
    written(tmp_path, COMMENT_HEADER + "\n", "ticket_comment_data.csv")
    remarks = [part.text for part in read(path) if isinstance(part, Remark)]
    assert remarks[0] == "beside ticket_data.csv there are no comments: no reply is known"


def test_without_users_those_who_asked_and_those_who_have_the_ticket_are_known(
    tmp_path: Path,
) -> None:
    comments = ("5,1,10,2024-03-01 11:00:00,true,?", "6,1,20,2024-03-01 12:00:00,true,!")
    path = export(tmp_path, comments=comments)
    (tmp_path / "user_data.csv").unlink()
    assert events(read(path), "actor") == [("customer",), ("customer",), ("agent",)]


@pytest.mark.parametrize("name", ["", "ticket_data.csv", "user_data.csv"])
def test_the_folder_or_any_of_its_files_may_be_named(tmp_path: Path, name: str) -> None:
    export(tmp_path)
    assert len(rows_of(read(tmp_path / name), "tickets")) == 1


def test_short_names_other_columns_and_parquet_are_read_too(tmp_path: Path) -> None:
    written(tmp_path, USERS, "users.csv")
    path = export(tmp_path).rename(tmp_path / "tickets.csv")
    (tmp_path / "user_data.csv").unlink()
    pq.write_table(pa.csv.read_csv(path), path.with_suffix(".parquet"))
    comment = "id,ticket_id,author_id,created_at,public\n5,1,20,2024-03-01T11:00:00Z,true\n"
    written(tmp_path, comment, "ticket_comments.csv")
    parts = read(path.with_suffix(".parquet"))
    assert events(parts, "name", "happened_at")[1:] == [("public_reply", CREATED + 3_600)]


def test_a_folder_without_tickets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected the tickets beside it"):
        read(written(tmp_path, USERS, "user_data.csv"))


def test_the_seeds_of_another_project_are_read() -> None:
    """Their comments are of other tickets than the ten that are there, which is told."""
    much_later = replace(OPTIONS, now=NOW + 10**8)
    parts = list(read_zendesk_export(SEEDS / "ticket_data.csv", much_later))
    counted = {
        table: len(rows_of(parts, table))
        for table in ("customers", "agents", "tickets", "ticket_events", "surveys")
    }
    assert counted == {
        **{"customers": 9, "agents": 1, "tickets": 10, "ticket_events": 28},
        "surveys": 8,
    }
    story = [
        row["value"]
        for row in rows_of(parts, "ticket_events")
        if row["ticket_id"] == "11071" and row["name"] == "status"
    ]
    assert story == [
        *("open", "pending", "hold", "pending", "open", "pending", "hold"),
        *("open", "hold", "pending", "open", "solved", "closed"),
    ]
    told = [(one.source, one.column, one.left_out) for one in problems_of(parts)]
    assert {place: told.count(place) for place in set(told)} == {
        ("ticket_data.csv", "group_id", False): 10,
        ("ticket_data.csv", "merged_ticket_ids", False): 1,
        ("ticket_comment_data.csv", "ticket_id", True): 20,
        ("ticket_field_history_data.csv", "ticket_id", True): 19,
    }
