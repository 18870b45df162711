"""Business time as the tests of nineteen other projects have it."""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tierwise.facts.time import DAY_S
from tierwise.promises.business_time import Boundary, deadline, elapsed
from tierwise.promises.calendar_table import HorizonError, OpenTable, open_table
from tierwise.promises.calendar_values import read_calendar

HERE = Path(__file__)
GIVEN = os.environ.get("TIERWISE_CASES")
CASES = Path(GIVEN or HERE.with_name("cases"))
FOLDERS = (CASES,) if GIVEN else (CASES, HERE.with_name("more_cases"))
# Most cases are over within a month; the table is made for longer where that is refused.
HORIZONS = (32, 400, 4_000, 20_000)  # days on both sides

Case = Mapping[str, Any]


def published(file: str) -> dict[str, list[Case]]:
    """The cases of a file in every folder that has it; none where no folder has."""
    assert CASES.is_dir(), f"TIERWISE_CASES names no folder: {CASES}"
    files = [folder / file for folder in FOLDERS if (folder / file).is_file()]
    read = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    return {part: [case for one in read for case in one.get(part, ())] for part in PARTS}


PARTS = ("cases", "disputed")
PUBLISHED = published("business_time_cases.json")

# What a case may say: of its calendar, of its question, and to people.
CALENDAR = {
    "time_zone",
    "weekly_hours",
    "holidays",
    "annual_holidays",
    "date_hours",
    "breaks",
}
QUESTION = {"op", "start", "end", "minutes", "expected", "same_business_instant"}
TOLD = {"id", "source", "title", "note", "derivation", "tags", "verified_by_reference"}
WEEK = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}


def named(case: Case) -> str:
    return str(case.get("id", case.get("source", "")))


def unread(said: Mapping[str, Any], *known: set[str]) -> set[str]:
    """The keys that nothing here reads; what a peer says beside its answer is for people."""
    return {key for key in said if not key.startswith("peer_")}.difference(*known)


def hours(spans: list[list[str]]) -> list[str]:
    """Hours as our reader takes them: apart, and never as long as to close when they open."""
    joined: list[tuple[int, int]] = []
    for opens, closes in sorted(span_of(*span) for span in spans):
        if joined and opens < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    return [f"{clock(a)}-{clock(b)}" for span in joined for a, b in parts_of(*span)]


def span_of(opens: str, closes: str) -> tuple[int, int]:
    """Seconds after midnight; hours that close no later than they open end on the next day."""
    start, end = seconds_of(opens), seconds_of(closes)
    return start, end if end > start else end + DAY_S


def parts_of(opens: int, closes: int) -> list[tuple[int, int]]:
    """A whole day from any other time than midnight, in two parts that open on the same day."""
    whole = closes - opens == DAY_S and opens > 0
    return [(opens, DAY_S - 1), (DAY_S - 1, closes)] if whole else [(opens, closes)]


def seconds_of(time: str) -> int:
    parts = [int(part) for part in time.split(":")]
    return sum(part * unit for part, unit in zip(parts, (3_600, 60, 1), strict=False))


def clock(second: int) -> str:
    of_day = second if second <= DAY_S else second - DAY_S
    return f"{of_day // 3_600:02}:{of_day % 3_600 // 60:02}:{of_day % 60:02}"


def calendar_of(case: Case) -> dict[str, Any]:
    """The calendar of a case, as our reader takes it."""
    dated = {
        ours: {day: hours(spans) for day, spans in (case.get(theirs) or {}).items()}
        for ours, theirs in (
            ("week", "weekly_hours"),
            ("dates", "date_hours"),
            ("breaks", "breaks"),
        )
    }
    holidays = {
        ours: case.get(theirs) or []
        for ours, theirs in (("holidays", "holidays"), ("annual", "annual_holidays"))
    }
    return {"zone": case.get("time_zone", "UTC"), **dated, **holidays}


@cache
def table_of(calendar: str, from_day: int, to_day: int) -> OpenTable:
    read, problems = read_calendar("case", json.loads(calendar))
    assert read is not None, problems
    return open_table(read, from_day, to_day)


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def seconds(minutes: float) -> int:
    return round(minutes * 60)


def _elapsed(case: Case, table: OpenTable, _rule: Boundary) -> int:
    return elapsed(table, instant(case["start"]), instant(case["end"]))


def _add(case: Case, table: OpenTable, rule: Boundary) -> int:
    start, allowance_s = instant(case["start"]), seconds(case["minutes"])
    if not allowance_s and "backward" in case.get("tags", ()):
        return deadline(table, start, -1) + 1  # counted back, nothing is the last open instant
    return deadline(table, start, allowance_s, rule)


OPERATIONS = {"elapsed": _elapsed, "add": _add}


def found(case: Case, rule: Boundary = Boundary.CLOSING) -> int:
    """What we say: an instant or open seconds."""
    calendar = json.dumps(calendar_of(case), sort_keys=True)
    ends = [instant(case["start"]) // DAY_S, instant(case.get("end", case["start"])) // DAY_S]
    for days in HORIZONS:
        table = table_of(calendar, *around(min(ends), max(ends), days))
        try:
            return OPERATIONS[case["op"]](case, table, rule)
        except HorizonError:
            continue
    raise AssertionError("not answered within 50 years")


def around(first: int, last: int, days: int) -> tuple[int, int]:
    """Days on whole blocks, so that many cases share one table."""
    return (first - days) // days * days, -(-(last + days) // days) * days


def expected(case: Case) -> range:
    """The instants or seconds that are right."""
    if case["op"] == "elapsed":
        right = seconds(case["expected"])
        return range(right, right + 1)
    first, last = case.get("same_business_instant") or [case["expected"]] * 2
    return range(instant(first), instant(last) + 1)


@pytest.mark.parametrize("case", PUBLISHED["cases"], ids=named)
def test_business_time_is_what_others_have(case: Case) -> None:
    assert found(case) in expected(case), case.get("source")


@pytest.mark.parametrize(
    "case",
    [case for case in PUBLISHED["cases"] if case.get("same_business_instant")],
    ids=named,
)
def test_both_boundary_rules_give_the_same_business_instant(case: Case) -> None:
    for rule in Boundary:
        assert found(case, rule) in expected(case)


@pytest.mark.parametrize("case", PUBLISHED["disputed"], ids=named)
def test_where_others_disagree_we_count_real_time(case: Case) -> None:
    assert found(case) == seconds(case["reference_result"])


@pytest.mark.parametrize("case", PUBLISHED["cases"], ids=named)
def test_nothing_a_case_says_is_left_unread(case: Case) -> None:
    assert not unread(case, CALENDAR, QUESTION, TOLD)
    assert not unread(case.get("weekly_hours", {}), WEEK)


def test_the_folder_has_cases() -> None:
    files = ("business_time_cases.json", "sla_event_cases.json")
    assert any(published(file)["cases"] for file in files), f"nothing to try in {CASES}"
    assert published("no such file") == {"cases": [], "disputed": []}
