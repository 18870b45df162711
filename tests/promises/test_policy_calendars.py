"""From a policy's calendars to open time, with all that holidays and iCal files bring."""

import json
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.facts.time import day_number
from tierwise.levels.policy import Policy
from tierwise.levels.policy_text import read_policy
from tierwise.promises.business_time import elapsed
from tierwise.promises.calendar_days import (
    CalendarDay,
    calendar_days,
    holidays_between,
    usual_week_s,
    zone_of,
)
from tierwise.promises.calendar_table import OpenTable, open_table
from tierwise.promises.calendars import ALWAYS, AnyCalendar, OpenInAll, OpenInAny
from tierwise.promises.policy_calendars import (
    TakenDays,
    WantedDays,
    calendar_values_of,
    calendars_of,
    wanted_days,
)

HOUR = 3_600
TEXT = """\
currency: EUR
zone: Europe/Berlin
calendars:
  office:
    week: {mon-fri: ["09:00-18:00"], sat: ["22:00-02:00"]}
    holidays: DE-BE
    ical: closed.ics
    closed: {2024-10-04: Bridge day}
    breaks: {2024-10-02: ["10:00-11:00"]}
  late:
    versions:
      - {zone: America/New_York, week: {mon-fri: ["09:00-17:00"]}, holidays: US}
      - {zone: America/Chicago, week: {mon-fri: ["08:00-12:00"]}, valid_from: 2024-10-03}
  both: {any_of: [office, late]}
  shared: {all_of: [both, office, 24x7]}
  always: 24x7
levels:
  all: {who: everyone}
"""
TAKEN = (
    TakenDays(
        "office",
        2024,
        {"2024-10-03": "Tag der Deutschen Einheit", "2024-10-04": "never said"},
        {"2024-10-02": [{"hours": ["10:30-12:00"], "name": "Fire drill"}]},
        "holidays 0.109, closed.ics",
    ),
    TakenDays("late.0", 2024, {"2024-10-02": "Made up"}, {}, "holidays 0.109"),
)
WEEK = tuple(day_number(date(2024, 9, 30)) + n for n in (0, 6))


def policy_of(text: str = TEXT) -> Policy:
    policy, problems = read_policy(text)
    assert problems == ()
    assert policy is not None
    return policy


def calendars(text: str = TEXT, taken: tuple[TakenDays, ...] = TAKEN) -> dict[str, AnyCalendar]:
    read, problems = calendars_of(calendar_values_of(policy_of(text), taken))
    assert problems == ()
    return read


def compiled(calendar: AnyCalendar) -> OpenTable:
    return open_table(calendar, WEEK[0] - 2, WEEK[1] + 2)


def days_of(calendar: AnyCalendar) -> list[CalendarDay]:
    return list(calendar_days(calendar, compiled(calendar), *WEEK))


def test_what_calendars_want_from_outside() -> None:
    assert wanted_days(policy_of()) == (
        WantedDays("office", "calendars.office", "Europe/Berlin", ("DE-BE",), ("closed.ics",)),
        WantedDays("late.0", "calendars.late.versions.0", "America/New_York", ("US",), ()),
    )


def test_open_time_of_a_week() -> None:
    hours = [day.open_s / HOUR for day in days_of(calendars()["office"])]
    # Wednesday loses 10-11 by the policy and 10:30-12 by iCal; Saturday's night ends on Sunday.
    assert hours == [9, 9, 7, 0, 0, 2, 2]


def test_why_days_are_as_they_are() -> None:
    told = [[str(reason) for reason in day.why] for day in days_of(calendars()["office"])]
    assert told == [
        [],
        [],
        ["break", "break Fire drill"],
        ["holiday Tag der Deutschen Einheit"],
        ["holiday Bridge day"],  # the policy's own name wins
        [],
        [],
    ]


def test_a_version_has_its_own_holidays_and_zone() -> None:
    late = calendars()["late"]
    assert [day.open_s / HOUR for day in days_of(late)] == [8, 8, 0, 4, 4, 0, 0]
    assert [zone_of(late, day) for day in (WEEK[0], WEEK[1])] == [
        "America/New_York",
        "America/Chicago",
    ]
    assert holidays_between(late, *WEEK) == {WEEK[0] + 2: "Made up"}


def test_calendars_made_of_others() -> None:
    known = calendars()
    assert isinstance(known["both"], OpenInAny)
    assert isinstance(known["shared"], OpenInAll)
    assert known["24x7"] == ALWAYS
    assert compiled(known["shared"]).opens == compiled(known["office"]).opens
    assert compiled(known["both"]).total_s > compiled(known["office"]).total_s
    assert zone_of(known["both"], WEEK[0]) == "Europe/Berlin"


def test_values_survive_json() -> None:
    values = calendar_values_of(policy_of(), TAKEN)
    assert json.loads(json.dumps(values)) == values
    assert calendars_of(json.loads(json.dumps(values)))[0] == calendars()


def test_overlapping_hours_are_told_and_what_is_made_of_them_is_left_out() -> None:
    text = TEXT.replace('"09:00-18:00"], sat', '"09:00-18:00", "17:00-19:00"], sat')
    read, problems = calendars_of(calendar_values_of(policy_of(text)))
    assert list(read) == ["24x7", "late", "always"]
    assert {problem.column for problem in problems} == {
        f"calendars.office.week.{day}" for day in ("mon", "tue", "wed", "thu", "fri")
    }
    assert "hours that do not overlap, found an opening at 17:00" in str(problems[0])


def test_a_usual_week_is_one_without_holidays() -> None:
    office = calendars()["office"]
    table = open_table(office, WEEK[0] - 50, WEEK[0] + 50)
    first, last = WEEK[0] - 49, WEEK[0] + 48
    assert usual_week_s(table, ZoneInfo("Europe/Berlin"), first, last) == 49 * HOUR


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2024, 3, 31), 23), (date(2024, 10, 27), 25), (date(2024, 5, 1), 24)]
)
def test_days_have_their_true_length(day: date, hours: int) -> None:
    text = TEXT.replace("always: 24x7", 'always: {week: {mon-sun: ["00:00-24:00"]}}')
    calendar = calendars(text)["always"]
    number = day_number(day)
    (found,) = calendar_days(calendar, open_table(calendar, number - 1, number + 1), number, number)
    assert (found.lasts_s, found.open_s) == (hours * HOUR, hours * HOUR)


@given(st.integers(-400, 400), st.integers(0, 20))
def test_days_add_up_to_the_table(shift: int, count: int) -> None:
    first = WEEK[0] + shift
    office = calendars()["office"]
    table = open_table(office, first - 2, first + count + 2)
    days = list(calendar_days(office, table, first, first + count))
    spans = [span for day in days for span in day.open]
    assert len(days) == count + 1
    if spans:
        assert elapsed(table, spans[0][0], spans[-1][1]) == sum(day.open_s for day in days)
