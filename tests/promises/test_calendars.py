"""What a calendar may say, what is wrong with some, and when they are open."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.facts.time import day_number
from tierwise.promises.calendar_table import OpenTable, never_open, open_table
from tierwise.promises.calendar_values import KEYS, read_calendar
from tierwise.promises.calendars import (
    ALWAYS,
    AnyCalendar,
    Calendar,
    OpenInAll,
    OpenInAny,
)

HOUR = 3_600
OFFICE = {"zone": "UTC", "week": {"mon-fri": ["09:00-17:00"]}}


def calendar(values: object, name: str = "office") -> Calendar:
    read, problems = read_calendar(name, values)
    assert read is not None, problems
    return read


def wrong(values: object) -> str:
    read, problems = read_calendar("office", values, "policy.yaml")
    assert read is None
    return "\n".join(str(problem) for problem in problems)


def compiled(of: AnyCalendar, first: str, last: str) -> OpenTable:
    return open_table(of, *(day_number(date.fromisoformat(day)) for day in (first, last)))


def open_times(of: AnyCalendar | dict[str, Any], first: str, last: str) -> list[str]:
    """The open spans of some days in UTC, as `01 09:00-17:00`."""
    table = compiled(calendar(of) if isinstance(of, dict) else of, first, last)
    return [
        f"{datetime.fromtimestamp(opens, UTC):%d %H:%M}-{datetime.fromtimestamp(closes, UTC):%H:%M}"
        for opens, closes in zip(table.opens, table.closes, strict=True)
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["01 09:00-17:00", "04 09:00-17:00"]),
        ({"holidays": ["2024-03-01"]}, ["04 09:00-17:00"]),
        ({"holidays": {"2024-03-04": "Day off"}}, ["01 09:00-17:00"]),
        ({"annual": ["03-01", "02-29"]}, ["04 09:00-17:00"]),
        ({"dates": {"2024-03-01": ["09:00-12:00"]}}, ["01 09:00-12:00", "04 09:00-17:00"]),
        ({"dates": {"2024-03-01": []}}, ["04 09:00-17:00"]),
        (
            {"annual": ["03-01"], "dates": {"2024-03-01": {"hours": ["09:00-12:00"]}}},
            ["01 09:00-12:00", "04 09:00-17:00"],
        ),
        (
            {"openings": {"2024-03-01": ["17:00-18:00"], "2024-03-02": ["10:00-11:00"]}},
            ["01 09:00-18:00", "02 10:00-11:00", "04 09:00-17:00"],
        ),
        (
            {"holidays": ["2024-03-01"], "openings": {"2024-03-01": ["10:00-11:00"]}},
            ["01 10:00-11:00", "04 09:00-17:00"],
        ),
        (
            {"breaks": {"2024-03-01": ["12:00-13:00", "16:30-20:00"]}},
            ["01 09:00-12:00", "01 13:00-16:30", "04 09:00-17:00"],
        ),
    ],
)
def test_what_a_date_brings(changes: dict[str, Any], expected: list[str]) -> None:
    assert open_times(OFFICE | changes, "2024-03-01", "2024-03-04") == expected


@pytest.mark.parametrize(
    ("week", "expected"),
    [
        ({"fri": ["09:00-12:00", "13:00-17:00"]}, ["01 09:00-12:00", "01 13:00-17:00"]),
        ({"fri": ["09:00-12:00", "12:00-17:00"]}, ["01 09:00-17:00"]),
        ({"fri": ["22:00-06:00"]}, ["01 22:00-06:00"]),
        ({"thu": ["22:00-06:00"]}, ["01 00:00-06:00"]),
        ({"fri,sat": ["00:00-24:00"]}, ["01 00:00-00:00"]),
        ({"fri": ["20:00-00:00"]}, ["01 20:00-00:00"]),
        ({"thu": ["09:00:30-09:01"], "fri": ["23:59:30-24:00"]}, ["01 23:59-00:00"]),
    ],
)
def test_hours_of_the_week(week: dict[str, Any], expected: list[str]) -> None:
    assert open_times({"zone": "UTC", "week": week}, "2024-03-01", "2024-03-02") == expected


def test_hours_past_midnight_belong_to_the_day_they_open() -> None:
    nights = {"zone": "UTC", "week": {"mon-fri": ["22:00-06:00"]}, "holidays": ["2024-03-06"]}
    assert open_times(nights, "2024-03-05", "2024-03-07") == [
        "05 00:00-06:00",
        "05 22:00-06:00",
        "07 22:00-00:00",
    ]
    assert open_times(
        nights | {"breaks": {"2024-03-05": ["03:00-04:00"]}}, *["2024-03-05"] * 2
    ) == [
        "05 00:00-03:00",
        "05 04:00-06:00",
        "05 22:00-00:00",
    ]


def test_always_is_always() -> None:
    table = compiled(ALWAYS, "2024-01-01", "2024-12-31")
    assert (len(table.opens), table.total_s) == (1, 366 * 24 * HOUR)
    assert calendar("24x7", "24x7") == ALWAYS


@pytest.mark.parametrize(
    ("zone", "week", "day", "expected"),
    [
        # The clocks of Los Angeles went from 02:00 to 03:00: 02:30 means 03:30.
        ("America/Los_Angeles", {"sun": ["02:30-04:00"]}, "2006-04-02", ["02 10:30-11:00"]),
        ("America/Los_Angeles", {"sun": ["02:30-03:15"]}, "2006-04-02", []),
        # They went back from 02:00 to 01:00: 01:30 means the first of the two.
        ("America/Los_Angeles", {"sun": ["01:15-01:45"]}, "2006-10-29", ["29 08:15-08:45"]),
        ("America/Los_Angeles", {"sun": ["01:30-02:30"]}, "2006-10-29", ["29 08:30-10:30"]),
        # São Paulo had no midnight, and Samoa no Friday; a quarter of an hour is an offset too.
        ("America/Sao_Paulo", {"sun": ["00:00-02:00"]}, "2018-11-04", ["04 03:00-04:00"]),
        ("Pacific/Apia", {"fri": ["10:00-12:00"]}, "2011-12-30", []),
        ("Asia/Kathmandu", {"fri": ["10:00-12:00"]}, "2024-03-01", ["01 04:15-06:15"]),
    ],
)
def test_times_that_a_change_of_clocks_skips_or_repeats(
    zone: str, week: dict[str, Any], day: str, expected: list[str]
) -> None:
    assert open_times({"zone": zone, "week": week}, day, day) == expected


def test_a_version_is_valid_until_the_next() -> None:
    later = {"zone": "Asia/Tokyo", "week": {"mon": ["09:00-12:00"]}, "valid_from": "2024-03-04"}
    both = calendar([OFFICE | {"valid_from": "2024-02-29"}, later])
    table = compiled(both, "2024-02-20", "2024-03-11")
    assert table.first_s == datetime(2024, 2, 29, tzinfo=UTC).timestamp()
    assert open_times(both, "2024-02-20", "2024-03-11") == [
        "29 09:00-17:00",
        "01 09:00-17:00",
        "04 00:00-03:00",
        "11 00:00-03:00",
    ]
    assert compiled(both, "2024-01-01", "2024-01-02").total_s == 0


def test_the_sun_never_sets_on_some_teams() -> None:
    berlin = calendar({"zone": "Europe/Berlin", "week": {"fri": ["09:00-17:00"]}})
    new_york = calendar({"zone": "America/New_York", "week": {"fri": ["09:00-17:00"]}})
    days = ["2024-03-01", "2024-03-02"]
    assert open_times(OpenInAny("sun", (berlin, new_york)), *days) == ["01 08:00-22:00"]
    assert open_times(OpenInAll("both", (berlin, new_york)), *days) == ["01 14:00-16:00"]
    nested = OpenInAll("night", (OpenInAny("sun", (berlin, new_york)), ALWAYS))
    assert open_times(nested, *days) == ["01 08:00-22:00"]


def test_teams_that_never_meet_are_a_problem() -> None:
    monday = calendar({"zone": "UTC", "week": {"mon": ["09:00-17:00"]}})
    tuesday = calendar({"zone": "UTC", "week": {"tue": ["09:00-17:00"]}})
    table = compiled(OpenInAll("never", (monday, tuesday)), "2024-01-01", "2024-12-31")
    (problem,) = never_open(table, "policy.yaml")
    assert "`never`" in str(problem)
    assert "expected open time between" in str(problem)
    assert never_open(compiled(monday, "2024-01-01", "2024-12-31"), "policy.yaml") == ()
    assert open_times(OpenInAll("none", ()), "2024-01-01", "2024-01-07") == []


HOURS = "expected hours such as `09:00-17:00`, found"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"week": {}}, "week`: expected at least one day with opening hours, found nothing"),
        ({"week": {"mon": []}}, "expected at least one day with opening hours"),
        ({"week": ["mon"]}, "week`: expected weekdays and their hours, found `['mon']`"),
        ({"week": {"mo": ["09:00-17:00"]}}, "expected weekdays such as `mon`, `mon-fri`"),
        ({"week": {"mon": "09:00-17:00"}}, "mon`: expected a list of hours"),
        ({"week": {"mon": ["9-17"]}}, f"week.mon`: {HOURS} `9-17`"),
        ({"week": {"mon": ["09:00-25:00"]}}, f"week.mon`: {HOURS} `09:00-25:00`"),
        ({"week": {"mon": ["09:00-24:30"]}}, f"week.mon`: {HOURS} `09:00-24:30`"),
        ({"week": {"mon": ["24:00-09:00"]}}, f"week.mon`: {HOURS} `24:00-09:00`"),
        ({"week": {"mon": [None]}}, f"week.mon`: {HOURS} nothing"),
        ({"week": {"mon": ["09:00-09:00"]}}, "hours that open before they close"),
        (
            {"week": {"mon": ["09:00-13:00", "12:00-17:00"]}},
            "week.mon`: expected hours that do not overlap, found an opening at 12:00 before the "
            "closing at 13:00; join them or move one",
        ),
        ({"week": {"mon-fri": ["09:00-13:00"], "fri": ["10:00-11:00"]}}, "week.fri`: expected"),
        (
            {"week": {"sun": ["22:00-06:00"], "mon": ["05:00-13:00"]}},
            "week.mon`: expected hours that do not overlap, found an opening at 05:00 before the "
            "closing at 06:00 of sun",
        ),
        ({"zone": None}, "zone`: expected the IANA name of a time zone, found nothing"),
        ({"zone": "Europe/Atlantis"}, "time zone, found `Europe/Atlantis`; write it as"),
        ({"zone": "../../secret"}, "expected the IANA name of a time zone"),
        ({"zone": 7}, "expected the IANA name of a time zone, found `7`"),
        ({"holidays": ["2024-02-30"]}, "holidays`: expected a date such as `2024-12-25`"),
        ({"holidays": "DE-BE"}, "holidays`: expected a list of dates, or dates with their names"),
        ({"annual": ["13-01"]}, "annual`: expected a date such as `12-25`, found `13-01`"),
        ({"annual": ["Christmas"]}, "annual`: expected a date such as `12-25`"),
        ({"dates": ["2024-12-24"]}, "dates`: expected dates and their hours"),
        ({"dates": {"someday": []}}, "dates.someday`: expected a date such as `2024-12-24`"),
        ({"dates": {"2024-12-24": {"name": "Eve"}}}, "expected a list of hours, found nothing"),
        (
            {"openings": {"2024-12-24": ["09:00-12:00", "11:00-12:30"]}},
            "openings.2024-12-24`: expected hours that do not overlap",
        ),
        ({"breaks": {"2024-12-24": ["12-13"]}}, f"breaks.2024-12-24`: {HOURS} `12-13`"),
        ({"valid_from": "soon"}, "valid_from`: expected the date from which it is valid"),
        ({"holiday": []}, "holiday`: expected a key of a calendar, found `holiday`; did you mean"),
    ],
)
def test_what_is_wrong_with_a_calendar_and_where(changes: dict[str, Any], expected: str) -> None:
    told = wrong(OFFICE | changes)
    assert expected in told
    assert told.startswith("policy.yaml, column `office.")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], "expected at least one version of the calendar"),
        ("9 to 5", "expected `24x7` or a mapping with `zone` and `week`, found `9 to 5`"),
        (None, "found nothing"),
        ([OFFICE, OFFICE], "office.1.valid_from`: expected the date from which the version"),
        (
            [OFFICE | {"valid_from": day} for day in ("2024-05-01", "2024-05-01")],
            "office.1.valid_from`: expected a date after 2024-05-01, found 2024-05-01; list the",
        ),
        ([OFFICE, {"zone": "UTC"}], "office.1.week`: expected at least one day"),
    ],
)
def test_what_is_wrong_with_versions(values: object, expected: str) -> None:
    assert expected in wrong(values)


def test_everything_wrong_is_told_at_once() -> None:
    told = wrong({"zone": "Mars", "week": {"mon": ["9-17"], "xyz": []}, "holidays": ["never"]})
    assert len(told.splitlines()) == 4


plain = st.none() | st.integers() | st.text(max_size=12) | st.sampled_from(["24x7", "09:00-17:00"])
words = st.sampled_from([*KEYS, "mon", "2024-02-29", "9999-12-31", "0001-01-01", "name", "hours"])
values = st.recursive(
    plain | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words | plain, inner, max_size=3),
)
sound = {"zone": st.just("Asia/Tokyo"), "week": st.just({"mon": ["09:00-17:00"]})}
versions = st.fixed_dictionaries({key: sound.get(key, values) for key in KEYS}) | values


@given(st.lists(versions, max_size=2) | versions)
def test_nothing_that_is_written_breaks_the_reader(written: object) -> None:
    read, problems = read_calendar("any", written)
    assert (read is None) is bool(problems)
    if read is not None:
        compiled(read, "2024-02-20", "2024-03-10")


def test_dates_far_away_do_no_harm() -> None:
    ends = {day: ["20:00-04:00"] for day in ("0001-01-01", "9999-12-31")}
    far = {"holidays": list(ends), "dates": ends, "openings": ends, "breaks": ends}
    table = compiled(calendar(OFFICE | far), "2024-03-04", "2024-03-05")
    assert table == compiled(calendar(OFFICE), "2024-03-04", "2024-03-05")
    with_since = compiled(calendar(OFFICE | {"valid_from": "0001-01-01"}), *["2024-03-04"] * 2)
    assert with_since.total_s == 8 * HOUR


def test_a_calendar_of_dates_alone() -> None:
    fair = {"zone": "UTC", "dates": {"2024-03-02": {"hours": ["10:00-18:00"], "name": "Fair"}}}
    assert open_times(fair, "2024-03-01", "2024-03-03") == ["02 10:00-18:00"]
