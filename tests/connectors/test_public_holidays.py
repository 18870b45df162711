"""Which days a country keeps, and what is told of one that nobody knows."""

from datetime import date

import pytest

from tierwise.connectors.public_holidays import holidays_source, public_holidays
from tierwise.facts.problems import Expected


def holidays_of(country: str, *years: int) -> dict[date, str]:
    found = public_holidays(country, years)
    assert not isinstance(found, Expected)
    return found


@pytest.mark.parametrize(
    ("country", "day", "name"),
    [
        ("DE", date(2026, 10, 3), "Tag der Deutschen Einheit"),
        ("DE-BE", date(2026, 3, 8), "Frauentag"),
        ("DE-BY", date(2026, 1, 6), "Heilige Drei Könige"),
        ("US", date(2026, 11, 26), "Thanksgiving Day"),
        ("US-CA", date(2026, 3, 31), "Cesar Chavez Day"),
    ],
)
def test_holidays_by_country_and_region(country: str, day: date, name: str) -> None:
    assert holidays_of(country, 2026)[day] == name


def test_a_region_has_its_own_days() -> None:
    assert date(2026, 3, 8) not in holidays_of("DE-BY", 2026)


def test_a_holiday_on_a_weekend_is_kept_on_another_day() -> None:
    assert date(2026, 7, 3) in holidays_of("US", 2026)  # the 4th of July is a Saturday


def test_only_the_years_that_are_asked_for_and_in_order() -> None:
    found = holidays_of("US", 2022, 2023)
    assert {day.year for day in found} == {2022, 2023}
    assert list(found) == sorted(found)


@pytest.mark.parametrize(
    ("country", "what", "step"),
    [
        ("XX", "a country whose holidays are known", "the nearest are"),
        ("DE-BX", "a region of DE", "`DE-BE`"),
        ("MC-XX", "a region of MC", "write `MC`: it is known without regions"),
    ],
)
def test_what_nobody_knows(country: str, what: str, step: str) -> None:
    found = public_holidays(country, [2026])
    assert isinstance(found, Expected)
    assert found.what == what
    assert step in found.next_step


def test_a_year_nobody_knows() -> None:
    found = public_holidays("DE", [2026, 1900])
    assert isinstance(found, Expected)
    assert found.what == "holidays of DE in 1900"


def test_the_source_names_its_version() -> None:
    name, _, version = holidays_source().partition(" ")
    assert name == "holidays"
    assert version[0].isdigit()
