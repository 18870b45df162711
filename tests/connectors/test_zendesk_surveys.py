"""CSAT of Zendesk exports: ratings of the older kind, and answers of the newer."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tierwise.connectors.fact_store import FactStore, Origin
from tierwise.connectors.reading import Remark
from tierwise.connectors.zendesk_export import read_zendesk_export
from tierwise.facts.problems import InputError
from tierwise.facts.tables import SURVEYS

from .files import NOW, OPTIONS, problems_of, rows_of, written
from .test_zendesk_export import SEEDS, export

RATINGS = "id,ticket_id,requester_id,assignee_id,score,comment,created_at,updated_at"
ANSWERS = (
    "id,subject,responder_id,question_type,rating,rating_category,scale_max,"
    "created_at,updated_at,expires_at,comment"
)
TWELVE = 1_709_294_400  # noon of 1 March 2024, UTC
Answered = tuple[str, str | None, int, int | None, float | None, float, float]


def rated(folder: Path, *rows: str) -> list[Any]:
    """An export with these satisfaction ratings."""
    path = export(folder)
    written(folder, "\n".join((RATINGS, *rows)) + "\n", "satisfaction_rating_data.csv")
    return list(read_zendesk_export(path, OPTIONS))


def answered(folder: Path, *rows: str, header: str = ANSWERS) -> list[Any]:
    """An export with these survey responses."""
    path = export(folder)
    written(folder, "\n".join((header, *rows)) + "\n", "survey_responses.csv")
    return list(read_zendesk_export(path, OPTIONS))


def surveys(parts: list[Any]) -> list[Answered]:
    columns = (
        *("survey_id", "ticket_id", "offered_at", "answered_at"),
        *("score", "scale_low", "scale_high"),
    )
    return [tuple(row[name] for name in columns) for row in rows_of(parts, "surveys")]


def told(parts: list[Any]) -> list[Any]:
    return [one for one in problems_of(parts) if one.source != "user_data.csv"]


def test_a_rating_is_read_with_all_it_says(tmp_path: Path) -> None:
    parts = rated(tmp_path, "7,1,10,20,good,Thanks,2024-03-01 12:00:00,2024-03-01 12:00:05")
    assert rows_of(parts, "surveys") == [
        {
            "survey_id": f"rating/7/{TWELVE + 5}",
            "customer_id": "10",
            "ticket_id": "1",
            "question": "csat",
            "offered_at": TWELVE,
            "answered_at": TWELVE + 5,
            "score": 1.0,
            "scale_low": 0.0,
            "scale_high": 1.0,
            "direction": None,
            "comment": "Thanks",
        }
    ]
    assert told(parts) == []


# What Zendesk calls it, and what it scores; `asked` is an offer nobody answered.
SCORES = {
    "good": 1.0,
    "Bad": 0.0,
    "good_with_comment": 1.0,
    "bad_without_comment": 0.0,
    "offered": "asked",
    "unoffered": "not asked",
}


@pytest.mark.parametrize(("score", "meant"), SCORES.items(), ids=SCORES)
def test_what_a_score_means(tmp_path: Path, score: str, meant: object) -> None:
    parts = rated(tmp_path, f"7,1,10,20,{score},,2024-03-01 12:00:00,2024-03-01 12:30:00")
    expected: dict[object, list[Answered]] = {
        "asked": [("rating/7", "1", TWELVE, None, None, 0.0, 1.0)],
        "not asked": [],
    }
    at_s = TWELVE + 1_800
    known = [(f"rating/7/{at_s}", "1", TWELVE, at_s, meant, 0.0, 1.0)]
    assert surveys(parts) == expected.get(meant, known)
    assert told(parts) == []


def test_a_changed_rating_is_two_where_the_export_has_both(tmp_path: Path) -> None:
    parts = rated(
        tmp_path,
        "7,1,10,20,bad,,2024-03-01 12:00:00,2024-03-01 12:00:00",
        "7,1,10,20,good,,2024-03-01 12:00:00,2024-03-01 13:00:00",
    )
    report = FactStore(tmp_path / "facts").add(Origin("z", "zendesk-export", "f", "s", 1), parts)
    assert (report.merged, report.rows["surveys"]) == (0, 2)
    assert [(row[3], row[4]) for row in surveys(parts)] == [(TWELVE, 0.0), (TWELVE + 3_600, 1.0)]


def test_an_answer_of_the_newer_kind_keeps_its_scale(tmp_path: Path) -> None:
    parts = answered(
        tmp_path,
        "01J,zen:ticket:1,10,rating_scale,4,good,,"
        "2024-03-01 12:00:00,2024-03-01 12:10:00,2024-03-29 12:00:00,Fine",
    )
    at_s = TWELVE + 600
    assert surveys(parts) == [(f"answer/01J/{at_s}", "1", TWELVE, at_s, 4.0, 1.0, 5.0)]
    assert [row["comment"] for row in rows_of(parts, "surveys")] == ["Fine"]
    assert told(parts) == []


# Rating, category and highest rating; the score and its scale.
JUDGED = {
    "5 of 5": ("5", "good", "", (5.0, 1.0, 5.0)),
    "3 of 5 is bad": ("3", "bad", "", (3.0, 1.0, 5.0)),
    "written by a table": ("4.0", "", "", (4.0, 1.0, 5.0)),
    "3 of 3 is good": ("3", "good", "3", (3.0, 1.0, 3.0)),
    "1 of 2": ("1", "bad", "2", (1.0, 1.0, 2.0)),
    "good alone": ("", "good", "", (1.0, 0.0, 1.0)),
    "bad alone": ("", "Bad", "", (0.0, 0.0, 1.0)),
}


@pytest.mark.parametrize(("rating", "category", "most", "expected"), JUDGED.values(), ids=JUDGED)
def test_what_an_answer_scores(
    tmp_path: Path, rating: str, category: str, most: str, expected: tuple[float, ...]
) -> None:
    parts = answered(
        tmp_path,
        f"a,1,10,rating_scale,{rating},{category},{most},2024-03-01 12:00:00,2024-03-01 12:10:00,,",
    )
    assert [row[4:] for row in surveys(parts)] == [expected]
    assert told(parts) == []


def test_a_category_that_contradicts_the_scale_counts_and_is_told(tmp_path: Path) -> None:
    row = "a,1,10,rating_scale,3,good,,2024-03-01 12:00:00,2024-03-01 12:10:00,,"
    parts = answered(tmp_path, row)
    assert [row[4:] for row in surveys(parts)] == [(1.0, 0.0, 1.0)]
    (problem,) = told(parts)
    assert (problem.column, problem.found, problem.left_out) == ("rating", "`3`", False)
    assert problem.next_step == ("name the highest rating of the survey in a column `scale_max`")


def test_who_has_not_answered_was_asked(tmp_path: Path) -> None:
    row = "a,1,10,rating_scale,,,,2024-03-01 12:00:00,2024-03-01 12:00:00,2024-03-29 12:00:00,"
    assert [row[:5] for row in surveys(answered(tmp_path, row))] == [
        ("answer/a", "1", TWELVE, None, None)
    ]


def test_answers_to_other_questions_are_remarked(tmp_path: Path) -> None:
    times = "2024-03-01 12:00:00,2024-03-01 12:10:00,,"
    kinds = ("rating_scale,5,good,", "open_ended,,,", "closed_ended,,,", "skipped,,,")
    parts = answered(tmp_path, *(f"a,1,10,{kind},{times}" for kind in kinds))
    assert len(surveys(parts)) == 1
    remarks = [part.text for part in parts if isinstance(part, Remark)]
    assert "survey_responses.csv has 3 answers to other questions than the rating" in remarks
    assert not any("how satisfied" in remark for remark in remarks)


def test_where_only_one_time_is_known_it_is_both(tmp_path: Path) -> None:
    header = "id,ticket_id,requester_id,rating,answered_at"
    parts = answered(tmp_path, "a,1,10,5,2024-03-01 12:00:00", header=header)
    assert surveys(parts) == [(f"answer/a/{TWELVE}", "1", TWELVE, TWELVE, 5.0, 1.0, 5.0)]


def test_a_file_without_ratings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="column `rating`"):
        answered(tmp_path, "a,1,2024-03-01 12:00:00", header="id,ticket_id,answered_at")


def test_who_opened_the_ticket_was_asked_about_it(tmp_path: Path) -> None:
    parts = rated(tmp_path, "7,1,,20,good,,2024-03-01 12:00:00,2024-03-01 12:00:00")
    assert [row["customer_id"] for row in rows_of(parts, "surveys")] == ["10"]


_AT = "2024-03-01 12:00:00"
# A row that is odd; its column, what was found, and whether it is left out.
ODD_RATINGS = {
    "a score nobody knows": (f"7,1,10,20,great,,{_AT},{_AT}", ("score", "`great`", True)),
    "no number": (f",1,10,20,good,,{_AT},{_AT}", ("id", "an empty cell", True)),
    "no time": ("7,1,10,20,good,,soon,", ("created_at", "`soon`", True)),
    "of a ticket that is not there": (
        f"7,404,10,20,good,,{_AT},{_AT}",
        ("ticket_id", "`404`", False),
    ),
    "of nobody": (f"7,404,,20,good,,{_AT},{_AT}", ("requester_id", "an empty cell", True)),
    "rated before it was offered": (
        f"7,1,10,20,good,,{_AT},2024-03-01 11:00:00",
        ("updated_at", "`2024-03-01 11:00:00`", True),
    ),
}


@pytest.mark.parametrize(("row", "expected"), ODD_RATINGS.values(), ids=ODD_RATINGS)
def test_odd_ratings_are_told_and_the_others_go_on(
    tmp_path: Path, row: str, expected: tuple[str, str, bool]
) -> None:
    parts = rated(tmp_path, row, f"8,1,10,20,bad,,{_AT},{_AT}")
    assert f"rating/8/{TWELVE}" in [row[0] for row in surveys(parts)]
    found = [(one.column, one.found, one.left_out) for one in told(parts)]
    assert expected in found
    assert {one.line for one in told(parts)} == {2}


ODD_ANSWERS = {
    "too many points": (f"a,1,10,,6,,,{_AT},{_AT},,", ("rating", "`6`", True)),
    "no points": (f"a,1,10,,nice,,,{_AT},{_AT},,", ("rating", "`nice`", True)),
    "a category nobody knows": (
        f"a,1,10,,5,superb,,{_AT},{_AT},,",
        ("rating_category", "`superb`", True),
    ),
    "no number": (f",1,10,,5,,,{_AT},{_AT},,", ("id", "an empty cell", True)),
    "answered at no time": (f"a,1,10,,5,,,{_AT},,,", ("updated_at", "an empty cell", True)),
}


@pytest.mark.parametrize(("row", "expected"), ODD_ANSWERS.values(), ids=ODD_ANSWERS)
def test_odd_answers_are_told_and_the_others_go_on(
    tmp_path: Path, row: str, expected: tuple[str, str, bool]
) -> None:
    parts = answered(tmp_path, row, f"b,1,10,,4,,,{_AT},{_AT},,")
    assert [row[0] for row in surveys(parts)] == [f"answer/b/{TWELVE}"]
    assert [(one.column, one.found, one.left_out) for one in told(parts)] == [expected]


def test_our_own_seeds_are_read_without_a_problem() -> None:
    much_later = replace(OPTIONS, now=NOW + 10**8)
    parts = list(read_zendesk_export(SEEDS / "ticket_data.csv", much_later))
    asked = {"satisfaction_rating_data.csv", "survey_response_data.csv"}
    assert not [one for one in problems_of(parts) if one.source in asked]
    found = [
        (row["ticket_id"], row["customer_id"], row["score"], row["scale_high"])
        for row in rows_of(parts, SURVEYS.name)
    ]
    assert found == [
        ("11071", "2222", None, 1.0),
        ("11071", "2222", 0.0, 1.0),
        ("11071", "2222", 1.0, 1.0),
        ("1966", "402813302773", None, 1.0),
        ("4721", "402862357193", 1.0, 1.0),
        ("6171", "410930434074", 5.0, 5.0),
        ("6605", "410416672973", None, 1.0),
        ("14173", "424883466453", 3.0, 3.0),
    ]
