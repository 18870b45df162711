from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.facts.problems import Expected
from tierwise.facts.time import (
    date_of,
    day_number,
    day_of,
    instant_of,
    iso_day,
    iso_instant,
    parse_day,
    parse_instant,
    parse_zone,
)

BERLIN = ZoneInfo("Europe/Berlin")
WRITTEN = [
    ("2024-03-01T09:00:00Z", "iso", "2024-03-01T09:00:00"),
    ("2024-03-01 10:00:00 +0100", "iso", "2024-03-01T09:00:00"),
    ("2024-03-01 10:00:00+01:00", "iso", "2024-03-01T09:00:00"),
    ("2024-03-01 09:00:00 UTC", "iso", "2024-03-01T09:00:00"),
    ("2024-03-01 10:00:00", "iso", "2024-03-01T09:00:00"),
    ("2024-07-01 10:00:00", "iso", "2024-07-01T08:00:00"),
    ("2024-03-01T10:00:00.999999999", "iso", "2024-03-01T09:00:00"),
    ("2024-03-01", "iso", "2024-02-29T23:00:00"),
    ("01.07.2024 10:00", "%d.%m.%Y %H:%M", "2024-07-01T08:00:00"),
    ("03/04/2024", "%d/%m/%Y", "2024-04-02T22:00:00"),
    ("03/04/2024", "%m/%d/%Y", "2024-03-03T23:00:00"),
    ("01.07.2024 10:00 +0000", "%d.%m.%Y %H:%M %z", "2024-07-01T10:00:00"),
    ("1709283600", "epoch", "2024-03-01T09:00:00"),
    ("1709283600123", "epoch-ms", "2024-03-01T09:00:00"),
    # The hour that comes twice is the first one; the hour that is missing is read as if it were.
    ("2024-10-27 02:30:00", "iso", "2024-10-27T00:30:00"),
    ("2024-03-31 02:30:00", "iso", "2024-03-31T01:30:00"),
]
NO_DATES = [
    ("31.12.2024", "iso"),
    ("2024-02-30", "iso"),
    ("45321", "iso"),
    ("13/13/2024", "%d/%m/%Y"),
    ("", "iso"),
    ("1969-12-31T00:00:00Z", "iso"),
    ("yesterday", "epoch"),
]


@pytest.mark.parametrize(("text", "dates", "utc"), WRITTEN)
def test_a_moment_is_read_to_the_second_in_utc(text: str, dates: str, utc: str) -> None:
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC).timestamp()
    assert parse_instant(text, dates, BERLIN) == expected


@pytest.mark.parametrize(("text", "dates"), NO_DATES)
def test_what_is_no_date_is_said_with_a_next_step(text: str, dates: str) -> None:
    expected = parse_instant(text, dates, BERLIN)
    assert isinstance(expected, Expected)
    assert "--dates" in expected.next_step


@given(st.integers(0, 4_000_000_000), st.sampled_from(["UTC", "Asia/Kathmandu", "America/Lima"]))
def test_an_instant_written_is_read_back(instant: int, zone: str) -> None:
    assert parse_instant(iso_instant(instant, ZoneInfo(zone)), "iso", BERLIN) == instant


@given(st.integers(0, 4_000_000_000), st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia"]))
def test_the_local_day_is_the_date_on_the_wall(instant: int, zone: str) -> None:
    wall = datetime.fromtimestamp(instant, ZoneInfo(zone)).date()
    assert date_of(day_of(instant, ZoneInfo(zone))) == wall


@given(st.integers(0, 100_000))
def test_a_day_is_its_date(day: int) -> None:
    assert day_number(date_of(day)) == day
    assert parse_day(iso_day(day), "iso") == day


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2024-03-01 00:30:00 +0200", "iso"),
        ("2024-03-01T23:30:00-08:00", "iso"),
        ("01.03.2024 00:30 +0200", "%d.%m.%Y %H:%M %z"),
        ("1709251200", "epoch"),
    ],
)
def test_a_day_is_the_date_that_is_written(text: str, dates: str) -> None:
    assert parse_day(text, dates) == 19_783


def test_no_day_comes_before_1970() -> None:
    for text, dates in (("1969-12-31", "iso"), ("-1", "epoch"), ("x", "iso")):
        assert isinstance(parse_day(text, dates), Expected)


def test_local_seconds_become_an_instant() -> None:
    assert instant_of(19_783 * 86_400, BERLIN) == 19_783 * 86_400 - 3_600


def test_an_unknown_zone_is_said() -> None:
    assert parse_zone("Europe/Berlin") == BERLIN
    for name in ("Europe/Bielefeld", "", "../etc/passwd"):
        assert isinstance(parse_zone(name), Expected)
