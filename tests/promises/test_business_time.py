"""Elapsed time and deadlines: the cases people trip over, and laws for every calendar."""

from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.promises.test_calendars import OFFICE, calendar, compiled
from tierwise.facts.time import DAY_S, day_number, iso_day
from tierwise.promises.business_time import (
    Boundary,
    deadline,
    elapsed,
    explain,
    is_open,
    open_before,
    same_business_instant,
)
from tierwise.promises.calendar_arrays import (
    OpenTables,
    covered,
    deadlines,
    elapsed_seconds,
    engine_rows,
    side_by_side,
)
from tierwise.promises.calendar_table import HorizonError, OpenTable, open_table
from tierwise.promises.calendars import (
    AnnualHoliday,
    Calendar,
    DateHours,
    Holiday,
    Hours,
    OpenInAll,
    OpenInAny,
    Version,
)

NEW_YORK = ZoneInfo("America/New_York")
NIGHTS = {"zone": "America/New_York", "week": {"mon-sun": ["22:00-06:00"]}}
ALL_DAY = {"zone": "America/New_York", "week": {"mon-sun": ["00:00-24:00"]}}
OFFICE_2024 = compiled(calendar(OFFICE), "2024-01-01", "2024-12-31")


def new_york(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).timestamp())


def utc(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp())


@pytest.mark.parametrize(
    ("hours", "start", "end", "expected"),
    [
        (NIGHTS, "2024-03-09T22:00", "2024-03-10T06:00", 25_200),
        (NIGHTS, "2024-11-02T22:00", "2024-11-03T06:00", 32_400),
        (ALL_DAY, "2024-03-10T00:00", "2024-03-11T00:00", 82_800),
        (ALL_DAY, "2024-11-03T00:00", "2024-11-04T00:00", 90_000),
    ],
)
def test_nights_on_which_the_clocks_change(
    hours: dict[str, object], start: str, end: str, expected: int
) -> None:
    table = compiled(calendar(hours), "2024-01-01", "2024-12-31")
    assert elapsed(table, new_york(start), new_york(end)) == expected
    assert deadline(table, new_york(start), expected) == new_york(end)


# Friday 1 March 2024 to Monday 4 March.
@pytest.mark.parametrize(
    ("start", "allowance_s", "closing", "opening"),
    [
        ("2024-03-01T16:00", 3_600, "2024-03-01T17:00", "2024-03-04T09:00"),
        ("2024-03-01T16:00", 3_599, "2024-03-01T16:59:59", "2024-03-01T16:59:59"),
        ("2024-03-01T16:00", 3_601, "2024-03-04T09:00:01", "2024-03-04T09:00:01"),
        ("2024-03-02T12:00", 60, "2024-03-04T09:01", "2024-03-04T09:01"),
        ("2024-03-04T10:00", -3_600, "2024-03-04T09:00", "2024-03-01T17:00"),
        ("2024-03-04T10:00", -3_601, "2024-03-01T16:59:59", "2024-03-01T16:59:59"),
        ("2024-03-02T12:00", 0, "2024-03-04T09:00", "2024-03-04T09:00"),
        ("2024-03-01T12:00", 0, "2024-03-01T12:00", "2024-03-01T12:00"),
    ],
)
def test_the_boundary_rule(start: str, allowance_s: int, closing: str, opening: str) -> None:
    found = [deadline(OFFICE_2024, utc(start), allowance_s, rule) for rule in Boundary]
    assert found == [utc(closing), utc(opening)]
    assert same_business_instant(OFFICE_2024, utc(closing), utc(opening))


def test_opening_counts_and_closing_does_not() -> None:
    assert is_open(OFFICE_2024, utc("2024-03-01T09:00"))
    assert not is_open(OFFICE_2024, utc("2024-03-01T17:00"))
    assert not is_open(OFFICE_2024, utc("2024-01-01T00:00"))


BEFORE, AFTER = utc("2023-12-31T23:59:59"), utc("2025-01-01T00:00:01")
FIRST, LAST = utc("2024-01-01T00:00"), utc("2025-01-01T00:00")
ALL_OF_IT = OFFICE_2024.total_s


@pytest.mark.parametrize("instant", [BEFORE, AFTER])
def test_an_instant_outside_the_table_is_refused(instant: int) -> None:
    many = side_by_side([OFFICE_2024])
    outside, inside = np.array([instant]), np.array([FIRST])
    for look_up in (
        lambda: elapsed(OFFICE_2024, FIRST, instant),
        lambda: deadline(OFFICE_2024, instant, 60),
        lambda: is_open(OFFICE_2024, instant),
        lambda: explain(OFFICE_2024, min(instant, FIRST), max(instant, FIRST)),
        lambda: elapsed_seconds(many, inside, outside),
        lambda: elapsed_seconds(many, outside, inside),
        lambda: deadlines(many, outside, np.array([60])),
    ):
        with pytest.raises(HorizonError, match="compile the calendar for more days"):
            look_up()
    assert covered(many, np.array([instant, FIRST, LAST])).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("start", "allowance_s", "rule", "answered"),
    [
        (FIRST, ALL_OF_IT, Boundary.CLOSING, True),
        (FIRST, ALL_OF_IT, Boundary.OPENING, False),
        (FIRST, ALL_OF_IT + 1, Boundary.CLOSING, False),
        (FIRST, 10**15, Boundary.CLOSING, False),
        (LAST, 0, Boundary.CLOSING, False),
        (LAST, -ALL_OF_IT, Boundary.CLOSING, True),
        (LAST, -ALL_OF_IT, Boundary.OPENING, False),
        (LAST, -ALL_OF_IT - 1, Boundary.CLOSING, False),
    ],
)
def test_a_target_beyond_the_table_is_refused(
    start: int, allowance_s: int, rule: Boundary, answered: bool
) -> None:
    many, given = side_by_side([OFFICE_2024]), (np.array([start]), np.array([allowance_s]))
    if answered:
        one = deadline(OFFICE_2024, start, allowance_s, rule)
        assert deadlines(many, *given, boundary=rule).tolist() == [one]
        return
    with pytest.raises(HorizonError, match=f"found {allowance_s} s from"):
        deadline(OFFICE_2024, start, allowance_s, rule)
    with pytest.raises(HorizonError, match=f"found {allowance_s} s from"):
        deadlines(many, *given, boundary=rule)


def test_one_ticket_outside_its_own_calendar_is_refused() -> None:
    other = compiled(calendar(OFFICE, "other"), "2024-02-01", "2024-02-29")
    many = side_by_side([OFFICE_2024, other])
    which = np.array([0, many.place("other")])
    starts = np.array([FIRST, utc("2024-02-01T00:00")])
    with pytest.raises(HorizonError, match="calendar `other`"):
        elapsed_seconds(many, starts, np.array([LAST, LAST]), which)
    with pytest.raises(HorizonError, match="calendar `other`"):
        deadlines(many, starts, np.array([ALL_OF_IT, ALL_OF_IT]), which)


def test_a_closed_calendar_has_no_deadline() -> None:
    closed = compiled(OpenInAll("none", ()), "2024-01-01", "2024-12-31")
    assert elapsed(closed, FIRST, LAST) == 0
    assert elapsed_seconds(side_by_side([closed]), np.array([FIRST]), np.array([LAST])) == [0]
    with pytest.raises(HorizonError):
        deadline(closed, FIRST, 0)


def test_every_span_has_its_reason() -> None:
    berlin = {
        "zone": "Europe/Berlin",
        "week": {"mon-fri": ["09:00-17:00"]},
        "holidays": {"2024-10-03": "Tag der Deutschen Einheit", "2024-10-05": "Saturday off"},
        "dates": {"2024-10-04": {"hours": ["09:00-12:00"], "name": "bridge day"}},
        "breaks": {"2024-10-02": {"hours": ["16:00-16:30"], "name": "fire drill"}},
    }
    table = compiled(calendar(berlin), "2024-10-01", "2024-10-07")
    spans = explain(table, utc("2024-10-02T13:00"), utc("2024-10-04T16:00"))
    assert [(s.end_s - s.start_s, s.counted, str(s.reason)) for s in spans] == [
        (3_600, True, "open"),
        (1_800, False, "break fire drill"),
        (1_800, True, "open"),
        (7 * 3_600, False, "outside opening hours"),
        (DAY_S, False, "holiday Tag der Deutschen Einheit"),
        (9 * 3_600, False, "outside opening hours"),
        (3 * 3_600, True, "open"),
        (5 * 3_600, False, "changed hours bridge day"),
        (3_600, False, "outside opening hours"),
    ]
    assert explain(table, FIRST_OF_OCTOBER, FIRST_OF_OCTOBER) == ()
    with pytest.raises(ValueError, match="from the earlier instant to the later"):
        explain(table, FIRST_OF_OCTOBER + 1, FIRST_OF_OCTOBER)


FIRST_OF_OCTOBER = utc("2024-10-01T00:00")


def test_a_half_holiday_and_the_night_after_one_are_named() -> None:
    nights = {
        "zone": "UTC",
        "week": {"mon-sun": ["20:00-04:00"]},
        "annual": {"12-24": "Christmas Eve", "12-25": "Christmas Day"},
        "dates": {"2024-12-24": ["20:00-22:00"]},
    }
    table = compiled(calendar(nights), "2024-12-24", "2024-12-26")
    spans = explain(table, utc("2024-12-24T20:00"), utc("2024-12-26T10:00"))
    assert [(s.end_s - s.start_s, str(s.reason)) for s in spans] == [
        (2 * 3_600, "open"),
        (6 * 3_600, "holiday Christmas Eve"),
        (24 * 3_600, "holiday Christmas Day"),
        (6 * 3_600, "outside opening hours"),
    ]


# Five days round nights on which the clocks change, here or there, and one round none.
ANCHORS = tuple(
    day_number(datetime.fromisoformat(day).date())
    for day in ("2024-03-08", "2024-03-29", "2024-04-05", "2024-10-25", "2024-11-01", "2024-06-07")
)
DAYS = 5
MINUTES = DAYS * 1_440
# Times that no change skips or repeats, so that reading the clock on the wall is an oracle.
edges = st.sampled_from([0, *range(4 * 3_600, DAY_S, 1_800), DAY_S])
hours = st.tuples(edges, edges).map(
    lambda edge: Hours(edge[0] % DAY_S, edge[1] + DAY_S * (edge[1] <= edge[0] % DAY_S))
)
opened = st.lists(hours, max_size=2).map(tuple)
zones = st.sampled_from(
    ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"]
)
anchors = st.sampled_from(ANCHORS)
minutes = st.integers(0, MINUTES)


@st.composite
def calendars(draw: st.DrawFn, day: int) -> Calendar:
    dated = st.builds(DateHours, st.integers(day - 1, day + DAYS), opened)
    version = Version(
        zone=draw(zones),
        week=tuple(draw(opened) for _ in range(7)),
        holidays=tuple(draw(st.lists(st.builds(Holiday, st.integers(day - 1, day + DAYS))))),
        annual=(AnnualHoliday(6, 9),),
        dates=tuple({one.day: one for one in draw(st.lists(dated, max_size=2))}.values()),
        openings=tuple(draw(st.lists(dated, max_size=1))),
        breaks=tuple(draw(st.lists(dated, max_size=1))),
    )
    return Calendar("made", (version,))


tables = anchors.flatmap(
    lambda day: calendars(day).map(lambda one: open_table(one, day, day + DAYS - 1))
)
many_tables = anchors.flatmap(
    lambda day: st.lists(
        calendars(day).map(lambda one: open_table(one, day, day + DAYS - 1)), min_size=1, max_size=3
    )
)


def open_minutes(one: Calendar, day: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Open seconds before each whole minute, by looking at the clock on the wall every minute."""
    (version,) = one.versions
    zone, begins = ZoneInfo(version.zone), day * DAY_S
    local = [datetime.fromtimestamp(begins + 60 * m, zone) for m in range(MINUTES)]
    counted = [60 * is_open_by_the_wall(version, at) for at in local]
    return np.concatenate([[0], np.cumsum(counted)])


def is_open_by_the_wall(version: Version, at: datetime) -> bool:
    spans = opening_spans(version, at)
    return spans and not any(within(one.hours, one.day, at) for one in version.breaks)


def opening_spans(version: Version, at: datetime) -> bool:
    yesterday, today = (day_number((at - timedelta(days=back)).date()) for back in (1, 0))
    return any(within(hours_of(version, day), day, at) for day in (yesterday, today)) or any(
        within(one.hours, one.day, at) for one in version.openings
    )


def hours_of(version: Version, day: int) -> tuple[Hours, ...]:
    changed = [one.hours for one in version.dates if one.day == day]
    if changed:
        return changed[0]
    closed = day in {one.day for one in version.holidays} or iso_day(day).endswith("06-09")
    weekday = datetime.fromisoformat(iso_day(day)).weekday()
    return () if closed else version.week[weekday]


def within(hours: tuple[Hours, ...], day: int, at: datetime) -> bool:
    midnight = datetime.fromisoformat(iso_day(day))
    since = int((at.replace(tzinfo=None) - midnight).total_seconds())
    return any(one.opens_s <= since < one.closes_s for one in hours)


@settings(max_examples=25, deadline=None)
@given(anchors.flatmap(lambda day: st.tuples(st.just(day), calendars(day))))
def test_all_look_ups_are_what_the_clock_on_the_wall_says(made: tuple[int, Calendar]) -> None:
    day, one = made
    table = open_table(one, day, day + DAYS - 1)
    wall = open_minutes(one, day)
    instants = day * DAY_S + 60 * np.arange(MINUTES + 1)
    begins = np.full(MINUTES + 1, table.first_s)
    assert elapsed_seconds(side_by_side([table]), begins, instants).tolist() == wall.tolist()
    assert [open_before(table, instant) for instant in instants.tolist()] == wall.tolist()


@given(tables, st.tuples(*[st.integers(0, MINUTES * 60)] * 3))
def test_elapsed_adds_up_over_any_split(table: OpenTable, seconds: tuple[int, ...]) -> None:
    start, middle, end = (table.first_s + since for since in sorted(seconds))
    whole = elapsed(table, start, end)
    assert elapsed(table, start, middle) + elapsed(table, middle, end) == whole
    assert elapsed(table, end, start) == -whole
    assert 0 <= whole <= end - start
    spans = explain(table, start, end)
    assert sum(span.end_s - span.start_s for span in spans if span.counted) == whole
    assert all(before.end_s == after.start_s for before, after in pairwise(spans))
    assert sum(span.end_s - span.start_s for span in spans) == end - start


@given(tables, minutes, st.integers(-MINUTES * 60, MINUTES * 60), st.sampled_from(Boundary))
def test_a_deadline_is_as_far_away_as_it_was_told(
    table: OpenTable, minute: int, allowance_s: int, rule: Boundary
) -> None:
    start = table.first_s + 60 * minute
    try:
        due = deadline(table, start, allowance_s, rule)
    except HorizonError:
        left = elapsed(table, start, table.last_s)
        assert allowance_s >= left or allowance_s <= -elapsed(table, table.first_s, start)
        return
    assert elapsed(table, start, due) == allowance_s
    both = [table.first_s <= due + step <= table.last_s for step in (-1, 1)]
    if all(both) and allowance_s and ends_a_span(table, due) is not None:
        assert ends_a_span(table, due) is ((allowance_s > 0) is (rule is Boundary.CLOSING))


def ends_a_span(table: OpenTable, instant: int) -> bool | None:
    """Whether an instant is a closing time (or an opening), if it is either of them."""
    if instant in table.closes:
        return True
    return False if instant in table.opens else None


@given(tables, minutes, minutes, st.integers(0, 3_600 * 40), st.integers(0, 3_600 * 40))
def test_later_starts_and_longer_targets_are_due_later(
    table: OpenTable, one: int, other: int, short: int, long: int
) -> None:
    starts = sorted((table.first_s + 60 * one, table.first_s + 60 * other))
    assert open_before(table, starts[0]) <= open_before(table, starts[1])
    short, long = sorted((short, long))
    try:
        last = deadline(table, starts[1], long)
    except HorizonError:
        return
    assert deadline(table, starts[0], long) <= last
    assert deadline(table, starts[1], short) <= last or short == 0


@given(st.tuples(*[opened] * 7), st.integers(0, 200), minutes, minutes)
def test_whole_weeks_later_everything_is_the_same(
    week: tuple[tuple[Hours, ...], ...], weeks: int, one: int, other: int
) -> None:
    same = Calendar("week", (Version("UTC", week),))
    day, later = ANCHORS[0], ANCHORS[0] + 7 * weeks
    now, then = (open_table(same, first, first + DAYS - 1) for first in (day, later))
    start, end, shift = day * DAY_S + 60 * one, day * DAY_S + 60 * other, 7 * weeks * DAY_S
    assert elapsed(now, start, end) == elapsed(then, start + shift, end + shift)


@given(anchors.flatmap(lambda day: st.tuples(st.just(day), calendars(day), calendars(day))))
def test_open_in_any_and_open_in_all(made: tuple[int, Calendar, Calendar]) -> None:
    day, one, other = made

    def spans(of: Calendar | OpenInAny | OpenInAll) -> tuple[tuple[int, ...], ...]:
        table = open_table(of, day, day + DAYS - 1)
        return table.opens, table.closes

    def seconds(of: Calendar | OpenInAny | OpenInAll) -> int:
        return open_table(of, day, day + DAYS - 1).total_s

    either, both = OpenInAny("either", (one, other)), OpenInAll("both", (one, other))
    assert seconds(either) + seconds(both) == seconds(one) + seconds(other)
    assert spans(either) == spans(OpenInAny("either", (other, one)))
    assert spans(both) == spans(OpenInAll("both", (other, one)))
    assert spans(OpenInAny("self", (one, one))) == spans(one) == spans(OpenInAll("", (one, one)))
    assert spans(OpenInAll("absorbs", (one, either))) == spans(one)
    assert spans(OpenInAny("absorbs", (one, both))) == spans(one)


@given(many_tables, st.lists(st.tuples(minutes, minutes, st.integers(-9_999, 99_999)), min_size=1))
def test_many_tickets_are_as_one_at_a_time(
    made: list[OpenTable], asked: list[tuple[int, int, int]]
) -> None:
    many, first = side_by_side(made), made[0].first_s
    one, other, allowance = np.array(asked, dtype=np.int64).T
    starts, ends = first + 60 * one, first + 60 * other
    which = np.arange(len(asked)) % len(made)
    singly = [elapsed(made[k], s, e) for k, s, e in zip(which, *pairs(starts, ends), strict=True)]
    assert elapsed_seconds(many, starts, ends, which).tolist() == singly
    for rule in Boundary:
        check_deadlines(many, starts, allowance, which, rule)


Whole = np.ndarray[tuple[int], np.dtype[np.int64]]


def pairs(one: Whole, other: Whole) -> tuple[list[int], list[int]]:
    return one.tolist(), other.tolist()


def check_deadlines(
    many: OpenTables, starts: Whole, allowance: Whole, which: Whole, rule: Boundary
) -> None:
    """Those that can be answered are equal, and one that cannot spoils all."""
    singly: dict[int, int] = {}
    for i, (start, target) in enumerate(zip(*pairs(starts, allowance), strict=True)):
        try:
            singly[i] = deadline(many.tables[which[i]], start, target, rule)
        except HorizonError:
            continue
    known = np.array(list(singly), dtype=np.int64)
    answers = deadlines(many, starts[known], allowance[known], which[known], boundary=rule)
    assert answers.tolist() == list(singly.values())
    if len(singly) < len(starts):
        with pytest.raises(HorizonError):
            deadlines(many, starts, allowance, which, boundary=rule)


JOIN = """
SELECT open_before_s + is_open * (instant - from_s)
FROM asked LEFT JOIN calendar_rows
  ON calendar_rows.calendar = asked.calendar
  AND bucket = instant // 3600 AND from_s <= instant AND instant < to_s
ORDER BY i
"""


@settings(max_examples=15, deadline=None)
@given(many_tables, st.lists(minutes.filter(lambda m: m < MINUTES), min_size=1))
def test_the_rows_for_an_engine_say_the_same(made: list[OpenTable], asked: list[int]) -> None:
    named = [renamed(table, str(k)) for k, table in enumerate(made)]
    which = [k % len(made) for k in range(len(asked))]
    instants = [made[0].first_s + 60 * minute + 59 for minute in asked]
    given = {"i": range(len(asked)), "calendar": [str(k) for k in which], "instant": instants}
    engine().register("calendar_rows", pa.table(engine_rows(side_by_side(named))))
    engine().register("asked", pa.table({key: list(column) for key, column in given.items()}))
    found = [place for (place,) in engine().execute(JOIN).fetchall()]
    assert found == [open_before(made[k], at) for k, at in zip(which, instants, strict=True)]


@cache
def engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def renamed(table: OpenTable, name: str) -> OpenTable:
    return OpenTable(
        name,
        table.first_s,
        table.last_s,
        table.opens,
        table.closes,
        table.before,
        table.total_s,
    )
