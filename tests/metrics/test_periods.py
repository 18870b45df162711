"""Periods of local days: weeks, ends that are not included, and days as engines tell them."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.counting import UTC_DAYS, asked_of, cells_of, metric, things
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel
from tierwise.facts.time import DAY_S, day_number, day_of, instant_of
from tierwise.metrics.kinds import Count, Rows
from tierwise.metrics.periods import DayWords, Periods, day_words, week_of, weeks

ZONES = (
    *("UTC", "Europe/London", "Europe/Berlin", "America/New_York", "America/Sao_Paulo"),
    *("America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"),
    *("America/Havana", "Pacific/Apia"),
)
FIRST, LAST = day_number(date(2008, 1, 1)), day_number(date(2030, 1, 1))
DAYS = st.integers(FIRST, LAST)


@pytest.mark.parametrize(
    ("day", "monday"),
    [
        ("2024-12-30", "2024-12-30"),
        ("2025-01-05", "2024-12-30"),
        ("2025-01-06", "2025-01-06"),
        ("2024-03-31", "2024-03-25"),
        ("1970-01-01", "1969-12-29"),
    ],
)
def test_a_week_begins_on_monday(day: str, monday: str) -> None:
    found = week_of(day_number(date.fromisoformat(day)))
    assert found == day_number(date.fromisoformat(monday))


@given(DAYS, st.integers(0, 900))
def test_weeks_hold_both_days_and_follow_one_another(first: int, later: int) -> None:
    found = list(weeks(first, first + later))
    assert found[0][0] <= first < found[0][1]
    assert found[-1][0] <= first + later < found[-1][1]
    assert all(before[1] == after[0] for before, after in pairwise(found))
    assert {ends - begins for begins, ends in found} == {7}


def test_a_period_ends_before_its_end_day() -> None:
    assert list(Periods(10, 28)) == [(10, 38)]
    assert list(Periods(10, 7, 3)) == [(10, 17), (17, 24), (24, 31)]
    assert Periods(10, 7, 3).end_day == 31
    assert list(Periods(10, 7, 0)) == []


@pytest.mark.parametrize(
    ("at_s", "periods"),
    [
        (2 * DAY_S - 1, {}),
        (2 * DAY_S, {2: 1}),
        (4 * DAY_S - 1, {2: 1}),
        (4 * DAY_S, {4: 1}),
        (6 * DAY_S - 1, {4: 1}),
        (6 * DAY_S, {}),
        (None, {}),
    ],
)
def test_midnight_belongs_to_the_day_that_begins(at_s: int | None, periods: dict[int, int]) -> None:
    engine = things([{"thing_id": "a", "customer": "ann", "at_s": at_s}, {"at_s": 10**6}])
    asked = asked_of(periods=Periods(2, 2, 2), as_of_s=10**6)
    cells = cells_of(engine, [metric(Count(Rows("things", "at_s")))], asked, as_of_s=10**6)
    assert {day: figure.value for (_, _, day), figure in cells.items()} == periods


def test_only_the_periods_wanted_are_counted() -> None:
    engine = things([{"customer": "ann", "at_s": day * DAY_S} for day in range(10)])
    asked = asked_of(periods=Periods(0, 2, 5), as_of_s=10**6, only=(2, 8))
    cells = cells_of(engine, [metric(Count(Rows("things", "at_s")))], asked, as_of_s=10**6)
    assert {day: figure.value for (_, _, day), figure in cells.items()} == {2: 2.0, 8: 2.0}


def test_what_a_later_row_of_the_period_replaces_does_not_count() -> None:
    """A customer's first answer, replaced on day 3: in days 0 to 2 it is their last."""
    rows = [
        {"customer": "ann", "at_s": DAY_S, "next_s": 3 * DAY_S},
        {"customer": "ann", "at_s": 3 * DAY_S, "next_s": None},
    ]
    how = Count(Rows("things", "at_s", unless="next_s"))
    for periods, counted in ((Periods(0, 3), {0: 1}), (Periods(0, 4), {0: 1})):
        asked = asked_of(periods=periods, as_of_s=10**6)
        cells = cells_of(things(rows), [metric(how)], asked, as_of_s=10**6)
        assert {day: figure.value for (_, _, day), figure in cells.items()} == counted


@cache
def engine() -> DuckDBEngine:
    return DuckDBEngine(threads=1)


def days_told(words: DayWords, instants: Sequence[int]) -> list[int]:
    """The days that the engine tells."""
    engine().upload("moments", pa.table({"at_s": pa.array(instants, pa.int64())}))
    output = Table("told", "Days.", (), (Column("day", Kind.DAY, "The day."),))
    text = f"SELECT at_s, {words.day('at_s')} AS day FROM moments"
    engine().materialise(SqlModel("tierwise.metrics", output, ("moments",), text=text), {})
    found = dict(engine().rows("SELECT at_s, day FROM told"))
    return [found[one] for one in instants]


@given(st.sampled_from(ZONES), DAYS, st.integers(1, 800), st.data())
def test_days_of_a_zone_are_told_without_asking_for_zones(
    zone: str, first: int, many: int, data: st.DataObject
) -> None:
    begins, ends = first * DAY_S + 3_333, (first + many) * DAY_S
    instants = data.draw(st.lists(st.integers(begins, ends), min_size=1, max_size=40))
    words = day_words(ZoneInfo(zone), begins, ends)
    assert days_told(words, instants) == [day_of(one, ZoneInfo(zone)) for one in instants]


@pytest.mark.parametrize("zone", ZONES)
def test_days_are_right_to_the_second_where_the_clocks_change(zone: str) -> None:
    own = ZoneInfo(zone)
    words = day_words(own, FIRST * DAY_S, LAST * DAY_S)
    turns = [turn for turn, _ in words.offsets]
    assert bool(turns) is (zone not in {"UTC", "Asia/Kathmandu"})
    midnights = [instant_of(day_of(turn, own) * DAY_S, own) for turn in turns]
    near = [at + by for at in (*turns, *midnights, FIRST * DAY_S) for by in (-1, 0, 1)]
    inside = [one for one in near if FIRST * DAY_S <= one <= LAST * DAY_S]
    assert days_told(words, inside) == [day_of(one, own) for one in inside]


def test_a_day_on_which_the_clocks_change_is_23_or_25_hours_long() -> None:
    own = ZoneInfo("Europe/Berlin")
    spring, autumn = (day_number(date(2025, *at)) for at in ((3, 30), (10, 26)))
    words = day_words(own, (spring - 40) * DAY_S, (autumn + 40) * DAY_S)
    for day, hours in ((spring, 23), (autumn, 25), (autumn + 1, 24)):
        begins = instant_of(day * DAY_S, own)
        around = [begins - 1, begins, begins + hours * 3_600 - 1, begins + hours * 3_600]
        assert days_told(words, around) == [day - 1, day, day, day + 1]


def test_where_no_clock_changes_a_day_is_plain_division() -> None:
    assert day_words(ZoneInfo("UTC"), 0, 400 * DAY_S) == UTC_DAYS
    assert day_words(ZoneInfo("Asia/Kathmandu"), 10**9, 10**9 + DAY_S) == DayWords((), 20_700)
