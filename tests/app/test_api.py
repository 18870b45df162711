"""The same answers as JSON, for programs."""

import pytest

from .asking import Asking, demo, served
from .remembered_answers import ACCOUNT, Covered, RememberedAnswers

BEARER = {"authorization": "Bearer right-token"}
READ = (
    "shop",
    "concentration",
    "levels",
    "borders/premium?value=88",
    "segments",
    "segments?from_day=2011-01-26",
    "customers?level=premium&limit=3",
    "value",
    "value/choice",
    "value/stability",
    "customers/14911",
    "customers/14911/forecast",
    "customers/14911/types",
    "attainment",
    "attainment?by=channel&counting=zendesk",
    "late?cause=on%20hold&limit=2",
    "tickets?level=premium&clock=first_response&outcome=late",
    "past",
    "data",
    "policy",
)


@pytest.mark.parametrize("call", READ)
def test_every_question_has_an_answer(call: str) -> None:
    answer = served().get(f"/api/v1/{call}", headers=BEARER)
    assert answer.status_code == 200
    assert answer.json()


@pytest.mark.parametrize("call", READ)
def test_no_call_works_without_the_token(call: str) -> None:
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Basic right-token"}):
        answer = served().get(f"/api/v1/{call}", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"] == "You are not signed in."


def test_the_description_needs_the_token_too() -> None:
    assert served().get("/api/openapi.json").status_code == 401
    paths = served().get("/api/openapi.json", headers=BEARER).json()["paths"]
    assert "/api/v1/plans/{plan_id}/apply" in paths
    assert "/border" not in paths


def test_a_program_plans_applies_and_undoes() -> None:
    answers = RememberedAnswers()
    asking = served(answers)
    plan = asking.post("/api/v1/borders/plus/plan", json={"value": 65.0}, headers=BEARER)
    assert plan.status_code == 201
    name = plan.json()["plan"]["plan_id"]
    rows = asking.get(f"/api/v1/plans/{name}/rows?change=up&limit=2", headers=BEARER).json()
    assert (len(rows["rows"]), rows["total"]) == (2, 295)
    applied = asking.post(f"/api/v1/plans/{name}/apply", headers=BEARER).json()
    assert (applied["by"], applied["changed"]) == ("owner", 295)
    again = asking.post(f"/api/v1/plans/{name}/apply", headers=BEARER)
    assert again.status_code == 409
    assert "moved" in again.json()["error"]
    undone = asking.post(f"/api/v1/applies/{applied['apply_id']}/undo", headers=BEARER)
    assert undone.json()["undoes"] == applied["apply_id"]


def test_a_program_sets_a_level_by_hand() -> None:
    asking = served()
    wanted = {"level": "plus", "reason": "asked", "until_day": "2012-03-01"}
    address = "/api/v1/customers/14911/override"
    assert asking.post(address, json=wanted, headers=BEARER).status_code == 201
    assert asking.get("/api/v1/customers/14911", headers=BEARER).json()["level"] == "plus"
    assert asking.ask("DELETE", address, headers=BEARER).status_code == 204


def test_a_program_makes_a_plan_under_the_policy_as_it_is() -> None:
    answer = served().post("/api/v1/plans", headers=BEARER)
    assert answer.status_code == 201
    assert answer.json()["plan"]["plan_id"] == "p_0001"


def test_days_of_forecasts_are_dates() -> None:
    asking = served()
    test = asking.get("/api/v1/value", headers=BEARER).json()["backtest"]
    assert (test["cut_day"], test["until_day"]) == ("2010-12-09", "2011-12-09")
    days = asking.get("/api/v1/value/stability", headers=BEARER).json()["days"]
    assert days == ["2011-09-10", "2011-10-10", "2011-11-09", "2011-12-09"]


def test_a_forecast_is_never_one_number() -> None:
    row = served().get("/api/v1/customers/14911/forecast", headers=BEARER).json()
    ends = [row[f"{end}_{part}_minor"] for end, part in (("low", 95), ("low", 80))]
    ends += [row["predicted_minor"], row["high_80_minor"], row["high_95_minor"]]
    assert ends == sorted(ends)
    assert 0 < row["p_top"] < 1


def test_a_program_plans_with_another_value() -> None:
    asking = served()
    sent = asking.post("/api/v1/value/plan", json={"use": "historic"}, headers=BEARER)
    assert sent.status_code == 201
    assert sent.json()["plan"]["plan_id"] == "p_0001"
    wrong = asking.post("/api/v1/value/plan", json={"use": "luck"}, headers=BEARER)
    assert wrong.status_code == 422


def test_a_program_corrects_a_type_and_takes_it_back() -> None:
    asking = served()
    address = "/api/v1/customers/14911/types/loyal"
    wanted = {"holds": False, "reason": "said goodbye"}
    told = asking.post(address, json=wanted, headers=BEARER)
    assert told.status_code == 201
    assert (told.json()["by"], told.json()["at"]) == ("owner", "2026-11-22T02:00:00Z")
    rows = asking.get("/api/v1/customers/14911/types", headers=BEARER).json()
    assert [row["correction"]["reason"] for row in rows if row["correction"]] == ["said goodbye"]
    taken = asking.ask("DELETE", address, headers=BEARER)
    assert taken.json()["ended_by"] == "owner"
    assert asking.ask("DELETE", address, headers=BEARER).status_code == 409


def test_a_person_has_the_forecast_and_types_of_the_account() -> None:
    asking = served(Covered())
    row = asking.get("/api/v1/customers/14911/forecast", headers=BEARER).json()
    assert row["customer_id"] == ACCOUNT
    address = "/api/v1/customers/14911/types/angry"
    told = asking.post(address, json={"holds": True, "reason": "shouted"}, headers=BEARER)
    assert told.json()["customer_id"] == ACCOUNT


@pytest.mark.parametrize(
    ("call", "status"),
    [
        ("customers/nobody", 404),
        ("customers/nobody/forecast", 404),
        ("customers/nobody/types", 404),
        ("plans/p_9", 404),
        ("plans/p_9/rows", 404),
        ("borders/gold?value=1", 404),
        ("borders/premium?value=much", 422),
        ("borders/premium?value=nan", 422),
        ("borders/premium?value=-inf", 422),
        ("customers?limit=5000", 422),
        ("customers?sort=luck", 422),
        ("nothing", 404),
    ],
)
def test_a_wrong_call_says_what_to_do(call: str, status: int) -> None:
    answer = served().get(f"/api/v1/{call}", headers=BEARER)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "next_step"}


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_border_has_an_end(value: str) -> None:
    sent = BEARER | {"content-type": "application/json"}
    body = f'{{"value": {value}}}'
    asking = served()
    assert (
        asking.post("/api/v1/borders/premium/plan", headers=sent, content=body).status_code == 422
    )
    assert asking.get("/api/v1/past", headers=BEARER).json()["plans"] == []


def test_a_border_has_no_dust() -> None:
    answer = served().get("/api/v1/borders/premium?value=35.900000000000006", headers=BEARER)
    assert answer.json()["border"] == 35.9


def by_cookie(asking: Asking) -> str:
    """Open a page as a browser would, and read the token of its forms."""
    return asking.get("/plans").text.split('name="csrf" value="')[1].split('"')[0]


def test_a_cookie_alone_changes_nothing() -> None:
    asking = demo()
    token = by_cookie(asking)
    assert asking.post("/api/v1/plans").status_code == 403
    assert asking.post("/api/v1/plans", headers={"x-form-token": "forged"}).status_code == 403
    assert asking.post("/api/v1/plans", headers={"x-form-token": token}).status_code == 201
