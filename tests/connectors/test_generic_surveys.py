"""Surveys, states of agents, costs, calls and visits to the help centre, read by a mapping."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tierwise.connectors.generic import read_mapped
from tierwise.connectors.mapping_draft import draft_mapping
from tierwise.facts.problems import Problem

from .files import OPTIONS, problems_of, rows_of, written

UTC = replace(OPTIONS, zone="UTC", currency="EUR")
TEN = 1_709_287_200  # ten o'clock on 1 March 2024


def drafted(folder: Path, text: str, table: str) -> list[Any]:
    """What the draft of a mapping reads without any correction."""
    path = written(folder, text, "theirs.csv")
    mapping = written(folder, draft_mapping(path, UTC, table), "draft.yaml")
    return list(read_mapped(path, replace(UTC, mapping=mapping)))


# A file as companies have it, its table, and what the draft reads of its last row.
DRAFTS: dict[str, tuple[str, str, dict[str, object]]] = {
    "answers of a survey tool": (
        "Response ID,Ticket Number,Respondent,Survey Type,Sent At,Responded At,Rating,Scale Min,"
        "Scale Max,High Means,Feedback\n"
        "r1,71,ada,NPS,2024-03-01 10:00:00,,,0,10,,\n"
        "r2,72,bob,Customer Effort,2024-03-01 10:00:00,2024-03-01 11:00:00,2,1,7,Ease,Hm\n",
        "surveys",
        {
            "survey_id": "r2",
            "customer_id": "bob",
            "ticket_id": "72",
            "question": "ces",
            "offered_at": TEN,
            "answered_at": TEN + 3_600,
            "score": 2.0,
            "scale_low": 1.0,
            "scale_high": 7.0,
            "direction": "high_is_ease",
            "comment": "Hm",
        },
    ),
    "whether it was resolved": (
        "id,customer,case id,type,created at,answered at,score,min,max\n"
        "1,ada,71,First Contact Resolution,2024-03-01 10:00,2024-03-01 11:00,1,0,1\n",
        "surveys",
        {"question": "fcr", "score": 1.0, "direction": None, "offered_at": TEN},
    ),
    "states of a call centre": (
        "Agent Name;Media Type;Status;Start;End;Case ID\n"
        "ines;phone;Available;01.03.2024 09:50;01.03.2024 10:00;\n"
        "ines;phone;After Call Work;01.03.2024 10:00;;71\n",
        "agent_states",
        {
            "agent_id": "ines",
            "channel": "phone",
            "state": "wrap_up",
            "began_at": TEN,
            "ended_at": None,
            "ticket_id": "71",
        },
    ),
    "bookings": (
        "Booking,Date,Amount,Currency,Cost Center\nk1,2024-03-01,4200.50,EUR,phone\n",
        "costs",
        {"cost_id": "k1", "day": 19_783, "amount_minor": 420_050, "team": "phone"},
    ),
    "German bookings": (
        "Beleg;Datum;Betrag;Kostenstelle\nk1;01.03.2024;4.200,50;Telefon\n",
        "costs",
        {"cost_id": "k1", "amount_minor": 420_050, "currency": "EUR", "team": "Telefon"},
    ),
    "visits": (
        "Visit ID,User ID,Started At,Search Count,Article Views,Helpful\n"
        "v1,,2024-03-01 10:00:00,2,1,yes\nv2,ada,2024-03-01 10:00:00,0,3,\n",
        "help_sessions",
        {
            "session_id": "v2",
            "customer_id": "ada",
            "began_at": TEN,
            "searches": 0,
            "articles": 3,
            "solved": None,
        },
    ),
    "calls": (
        "Call ID,Caller,Ticket No,Type,Queued At,Picked Up At,Hung Up At,Callback Requested\n"
        "c1,ada,71,Web Chat,2024-03-01 10:00:00,2024-03-01 10:01:00,2024-03-01 10:20:00,no\n"
        "c2,bob,,Voice,2024-03-01 10:00:00,,2024-03-01 10:01:00,yes\n",
        "live_contacts",
        {
            "contact_id": "c2",
            "customer_id": "bob",
            "ticket_id": None,
            "channel": "phone",
            "offered_at": TEN,
            "answered_at": None,
            "ended_at": TEN + 60,
            "callback": True,
        },
    ),
    "calls of a line that calls nobody back": (
        "call id,channel,arrived at,answered\nc1,call,2024-03-01 10:00,2024-03-01 10:01\n",
        "live_contacts",
        {"channel": "phone", "answered_at": TEN + 60, "ended_at": None, "callback": False},
    ),
}


@pytest.mark.parametrize(("text", "table", "expected"), DRAFTS.values(), ids=DRAFTS)
def test_a_draft_reads_what_companies_have(
    tmp_path: Path, text: str, table: str, expected: dict[str, object]
) -> None:
    parts = drafted(tmp_path, text, table)
    row = rows_of(parts, table)[-1]
    assert {name: row[name] for name in expected} == expected
    assert problems_of(parts) == []


def read(folder: Path, text: str, table: str, columns: str) -> list[Any]:
    """A file read by a mapping of these columns."""
    lines = "".join(f"  {line.strip()}\n" for line in columns.split(";"))
    mapping = written(folder, f"table: {table}\ncolumns:\n{lines}", "mapping.yaml")
    return list(read_mapped(written(folder, text, "theirs.csv"), replace(UTC, mapping=mapping)))


SURVEY = (
    "survey_id: id; customer_id: who; question: {const: fcr}; offered_at: at; "
    "scale_low: {const: 0}; scale_high: {const: 1}"
)


def test_yes_and_no_are_said_in_the_mapping(tmp_path: Path) -> None:
    text = "id,who,at,resolved\n1,ada,2024-03-01,yes\n2,bob,2024-03-01,no\n"
    columns = "; answered_at: at; score: {column: resolved, values: {yes: 1, no: 0}}"
    parts = read(tmp_path, text, "surveys", SURVEY + columns)
    assert [row["score"] for row in rows_of(parts, "surveys")] == [1.0, 0.0]


def test_what_a_mapping_leaves_out_is_empty(tmp_path: Path) -> None:
    parts = read(tmp_path, "id,who,at\n1,ada,2024-03-01\n", "surveys", SURVEY)
    (row,) = rows_of(parts, "surveys")
    assert (row["score"], row["answered_at"], problems_of(parts)) == (None, None, [])


def test_a_score_without_a_time_is_left_out_and_told(tmp_path: Path) -> None:
    text = "id,who,at,said\n1,ada,2024-03-01,1\n2,bob,2024-03-01,\n"
    parts = read(tmp_path, text, "surveys", SURVEY + "; score: said")
    assert [row["survey_id"] for row in rows_of(parts, "surveys")] == ["2"]
    assert problems_of(parts) == [
        Problem(
            "theirs.csv",
            2,
            "answered_at",
            "when the score was given",
            "an empty cell",
            "where the source tells one time alone, say it for `offered_at` and `answered_at`",
        )
    ]


# A row that is odd; the columns of the mapping, and the column and cell that are told.
ODD: dict[str, tuple[str, str, str, tuple[str, str]]] = {
    "an answer before its offer": (
        "surveys",
        "id,who,at,then,said\n1,ada,2024-03-02,2024-03-01,1\n",
        SURVEY + "; answered_at: then; score: said",
        ("then", "`2024-03-01`"),
    ),
    "more than resolved": (
        "surveys",
        "id,who,at,said\n1,ada,2024-03-01,3\n",
        SURVEY + "; answered_at: at; score: said",
        ("said", "`3`"),
    ),
    "a state nobody knows": (
        "agent_states",
        "who,what,at\nines,dreaming,2024-03-01\n",
        "agent_id: who; state: what; began_at: at; channel: {const: phone}",
        ("what", "`dreaming`"),
    ),
    "answered before it came": (
        "live_contacts",
        "id,at,then\n1,2024-03-02,2024-03-01\n",
        "contact_id: id; channel: {const: phone}; offered_at: at; answered_at: then",
        ("then", "`2024-03-01`"),
    ),
    "over before it came": (
        "live_contacts",
        "id,at,then\n1,2024-03-02,2024-03-01\n",
        "contact_id: id; channel: {const: chat}; offered_at: at; ended_at: then",
        ("then", "`2024-03-01`"),
    ),
    "less than no article": (
        "help_sessions",
        "id,at,n\n1,2024-03-01,-1\n",
        "session_id: id; began_at: at; searches: {const: 0}; articles: n",
        ("n", "`-1`"),
    ),
}


@pytest.mark.parametrize(("table", "text", "columns", "expected"), ODD.values(), ids=ODD)
def test_an_odd_row_is_left_out_and_told(
    tmp_path: Path, table: str, text: str, columns: str, expected: tuple[str, str]
) -> None:
    parts = read(tmp_path, text, table, columns)
    (problem,) = problems_of(parts)
    assert (problem.line, problem.left_out) == (2, True)
    assert (problem.column, problem.found) == expected
    assert rows_of(parts, table) == []
