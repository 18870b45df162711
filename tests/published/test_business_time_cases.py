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

CASES = Path(os.environ.get("TIERWISE_CASES") or Path(__file__).with_name("cases"))
PUBLISHED = json.loads((CASES / "business_time_cases.json").read_text(encoding="utf-8"))
# Most cases are over within a month; the table is made for longer where that is refused.
HORIZONS = (32, 400, 4_000, 20_000)  # days on both sides

Case = Mapping[str, Any]


def hours(spans: list[list[str]]) -> list[str]:
    return ["-".join(span) for span in spans]


def calendar_of(case: Case) -> dict[str, Any]:
    """The calendar of a case, as our reader takes it."""
    dated = {
        ours: {day: hours(spans) for day, spans in case.get(theirs, {}).items()}
        for ours, theirs in (
            ("week", "weekly_hours"),
            ("dates", "date_hours"),
            ("breaks", "breaks"),
        )
    }
    holidays = {"holidays": case.get("holidays", []), "annual": case.get("annual_holidays", [])}
    return {"zone": case["time_zone"], **dated, **holidays}


@cache
def table_of(calendar: str, from_day: int, to_day: int) -> OpenTable:
    read, problems = read_calendar("case", json.loads(calendar))
    assert read is not None, problems
    return open_table(read, from_day, to_day)


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def seconds(minutes: float) -> int:
    return round(minutes * 60)


def answer(case: Case, table: OpenTable) -> int:
    start = instant(case["start"])
    if case["op"] == "elapsed":
        return elapsed(table, start, instant(case["end"]))
    return deadline(table, start, seconds(case["minutes"]))


def found(case: Case) -> tuple[int, OpenTable]:
    """What we say, and the table it was looked up in."""
    calendar = json.dumps(calendar_of(case), sort_keys=True)
    ends = [instant(case["start"]) // DAY_S, instant(case.get("end", case["start"])) // DAY_S]
    for days in HORIZONS:
        table = table_of(calendar, *around(min(ends), max(ends), days))
        try:
            return answer(case, table), table
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


@pytest.mark.parametrize("case", PUBLISHED["cases"], ids=lambda case: case["id"])
def test_business_time_is_what_others_have(case: Case) -> None:
    assert found(case)[0] in expected(case), case["source"]


@pytest.mark.parametrize(
    "case",
    [case for case in PUBLISHED["cases"] if "same_business_instant" in case],
    ids=lambda case: case["id"],
)
def test_both_boundary_rules_give_the_same_business_instant(case: Case) -> None:
    _, table = found(case)
    start, allowance = instant(case["start"]), seconds(case["minutes"])
    for rule in Boundary:
        assert deadline(table, start, allowance, rule) in expected(case)


@pytest.mark.parametrize("case", PUBLISHED.get("disputed", []), ids=lambda case: case["id"])
def test_where_others_disagree_we_count_real_time(case: Case) -> None:
    assert found(case)[0] == seconds(case["reference_result"])
