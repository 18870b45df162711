"""KPIs as JSON: the same records as `--json` writes, with days and instants as text."""

import re
from dataclasses import asdict, fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from tierwise.app import desk_records, promise_records, scorecard_records
from tierwise.app.aims import WORDS
from tierwise.app.plain import format_of, plain
from tierwise.app.promise_records import Period
from tierwise.app.questions import CUTS
from tierwise.app.scorecard_api import Cut
from tierwise.app.scorecard_records import RowsAsked
from tierwise.app.volume_days import VolumeTold, told
from tierwise.facts.time import iso_day
from tierwise.metrics.catalogue import CATALOGUE

from .asking import served
from .remembered_answers import RememberedAnswers

BEARER = {"authorization": "Bearer right-token"}
DAYS = "from_day=2011-11-12&to_day=2011-12-09"
PERIOD = Period(15_290, 15_317)
READ = (
    "scorecard",
    f"scorecard?level=premium&by=agent_id&{DAYS}",
    "metrics",
    "metrics/csat.share",
    "metrics/t.frt.p90?by=channel",
    "metrics/csat.share/rows?only=miss&limit=3",
    "metrics/t.frt/rows?by=team&slice=concierge&only=open",
    "check",
    "budget",
    "voice?level=plus&limit=2",
    "people",
    "volume?category=delivery",
)


def asked(call: str) -> Any:
    answer = served().get(f"/api/v1/{call}", headers=BEARER)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("call", READ)
def test_every_question_has_an_answer(call: str) -> None:
    assert asked(call)
    assert served().get(f"/api/v1/{call}").status_code == 401


def test_answers_are_the_records_of_the_command_line() -> None:
    shop = RememberedAnswers()
    rows = RowsAsked(only="miss", limit=3)
    same = {
        f"scorecard?{DAYS}": shop.scorecard(PERIOD),
        "metrics/nps.score?by=team": shop.metric("nps.score", None, by="team"),
        "metrics/csat.share/rows?only=miss&limit=3": shop.metric_rows("csat.share", None, rows),
        "check": shop.check(None),
        "budget": shop.budget(None),
        "voice": shop.voice(None),
        "people": shop.people(None),
        "volume": told(shop.volume(None)),
    }
    for call, record in same.items():
        assert asked(call) == plain(record), call


def test_days_and_instants_are_text_and_lengths_are_numbers() -> None:
    found = asked(f"scorecard?{DAYS}")
    assert found["period"] == {"from_day": "2011-11-12", "to_day": "2011-12-09"}
    assert found["before"] == {"from_day": "2011-10-15", "to_day": "2011-11-11"}
    assert found["as_of"]["at_s"] == "2011-12-09T12:50:00Z"
    (wait,) = [
        one for one in found["lines"] if (one["metric"], one["level"]) == ("t.frt", "premium")
    ]
    assert wait["figure"]["value"] == 874
    assert asked("voice")["comments"][0]["answered_s"] == "2011-12-09T07:50:00Z"
    assert asked("metrics/t.frt/rows")["rows"][0]["at_s"] == "2011-12-09T11:50:00Z"
    assert asked("metrics/t.frt")["trend"][0]["from_day"] == "2011-09-17"
    assert asked("budget")["lines"][0]["days"][0]["day"] == "2011-11-21"
    assert asked("budget")["lines"][0]["gone_day"] == "2011-12-14"
    assert asked("volume")["days"][0]["day"] == "2011-11-12"
    assert asked("volume")["unusual"][0]["day"] == "2011-12-06"


def test_every_instant_of_the_records_is_known_by_its_name() -> None:
    """Seconds on the clock and lengths of time end alike: what is which is said in `plain`."""
    lengths = {"long_h", "short_h", "elapsed_s", "remaining_s", "target_s", "window_s"}
    modules = (scorecard_records, desk_records, promise_records)
    records = [one for module in modules for one in vars(module).values()]
    names = {
        field.name
        for one in records
        if isinstance(one, type) and is_dataclass(one)
        for field in fields(one)
        if re.search(r"_(s|at|h)$|_would_s$", field.name)
    }
    assert "answered_s" in names
    assert {name for name in names if not format_of(name)} <= lengths


def numbers_without_names(kind: Any) -> bool:
    """Whether whole numbers stand in a tuple, where no name says what they are."""
    inside = get_args(kind)
    return (get_origin(kind) is tuple and int in inside) or any(map(numbers_without_names, inside))


def test_no_day_stands_without_a_name() -> None:
    def nameless(record: type) -> list[str]:
        return [
            name for name, kind in get_type_hints(record).items() if numbers_without_names(kind)
        ]

    assert nameless(desk_records.VolumeAnswer) == ["days"]
    for record in (VolumeTold, scorecard_records.ScorecardAnswer, desk_records.BudgetLine):
        assert nameless(record) == []


def test_names_that_people_chose_survive() -> None:
    """A level may be called `same_day` and a team `due_at`: only values are dates, never names."""
    line = scorecard_records.ScoreLine(
        "vol.new", "same_day", *(RememberedAnswers().scorecard(None).lines[0].figure,) * 2
    )
    shown: Any = plain({"lines": [line], "before": {"same_day": 3}, "period": PERIOD})
    assert (shown["lines"][0]["level"], shown["before"]) == ("same_day", {"same_day": 3})
    assert shown["period"]["from_day"] == iso_day(PERIOD.from_day)
    metrics = {one["id"] for one in asked("metrics")}
    assert metrics == set(CATALOGUE)
    assert {word for one in asked("metrics") for word in (one["id"], *one["aims"])} == set(WORDS)


def test_figures_have_an_interval_or_a_reason() -> None:
    figures = [one["figure"] for one in asked("scorecard")["lines"]]
    assert all((one["value"] is None) == (one["reason"] is not None) for one in figures)
    assert {one["reason"] for one in figures if one["reason"]} >= {"too few to say"}


def test_a_level_and_a_slice_leave_out_the_others() -> None:
    whole = asked("scorecard?level=premium")["lines"]
    assert {one["level"] for one in whole} == {"premium"}
    rows = asked("metrics/t.frt/rows?by=team&slice=concierge&level=plus")
    assert {(row["team"], row["level"]) for row in rows["rows"]} <= {("concierge", "plus")}
    assert rows["asked"]["slice"] == "concierge"
    silent = asked("metrics/t.frt/rows?by=team&slice=&level=")
    assert {(row["team"], row["level"]) for row in silent["rows"]} <= {(None, None)}


def test_pages_of_rows_follow_one_another() -> None:
    whole = asked("metrics/csat.share/rows?limit=1000")
    parts = [asked(f"metrics/csat.share/rows?limit=50&offset={at}") for at in (0, 50, 100)]
    assert [row for part in parts for row in part["rows"]] == whole["rows"]
    assert {part["total"] for part in parts} == {whole["total"]} == {len(whole["rows"])}


def test_cuts_are_those_of_the_pages() -> None:
    assert set(get_args(Cut)) == set(CUTS)


@pytest.mark.parametrize(
    ("call", "status", "says"),
    [
        ("metrics/cast", 404, "There is no metric `cast`."),
        ("metrics/cast/rows", 404, "There is no metric `cast` that counts rows."),
        ("metrics/self.score/rows", 404, "There is no metric `self.score` that counts rows."),
        ("metrics/csat.share/rows?by=team", 400, "`by` and `slice` go together."),
        ("metrics/csat.share/rows?only=some", 422, ""),
        ("metrics/csat.share/rows?limit=5000", 422, ""),
        ("scorecard?by=colour", 422, ""),
        ("scorecard?from_day=2011-11-12", 400, "Days need a first and a last one, in that order."),
        ("budget?from_day=2011-11-12&to_day=2011-11-01", 400, "Days need a first"),
        ("volume?from_day=soon&to_day=later", 422, ""),
    ],
)
def test_a_wrong_call_says_what_to_do(call: str, status: int, says: str) -> None:
    answer = served().get(f"/api/v1/{call}", headers=BEARER)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "next_step"}
    assert answer.json()["error"].startswith(says)


def test_the_description_tells_dates_and_every_address() -> None:
    told_of = served().get("/api/openapi.json", headers=BEARER).json()
    paths = set(told_of["paths"])
    for call in ("scorecard", "metrics", "check", "budget", "voice", "people", "volume"):
        assert f"/api/v1/{call}" in paths
    parts = told_of["components"]["schemas"]
    assert parts["Comment"]["properties"]["answered_s"]["format"] == "date-time"
    assert parts["VolumeDay"]["properties"]["day"]["format"] == "date"
    assert asdict(PERIOD).keys() == parts["Period"]["properties"].keys()
