"""What a policy asks of a desk, as tables."""

from typing import Any

import pytest

from tests.app.desk_world import OFFICE, TODAY, levels, policy, wish
from tierwise.app.desk_wishes import wish_years
from tierwise.facts.desk_config import WishedHours, WishedLevel, WishedPromise
from tierwise.facts.time import iso_day

NINE_TO_SIX = tuple((day, 540, 1080) for day in range(5))


def hours(**calendar: Any) -> WishedHours:
    """The hours of a calendar that a promise counts in."""
    promised = levels(only={"first_response": {"within": "1h", "calendar": "office"}})
    said = policy(calendars={"office": {**OFFICE, **calendar}}, levels=promised)
    [found] = wish(said).hours
    return found


def closed(found: WishedHours) -> list[tuple[str, str, str]]:
    return [(iso_day(first), iso_day(last), name) for first, last, name in found.closed]


def test_levels_come_best_first_with_their_teams() -> None:
    told = wish()
    assert told.levels == (
        WishedLevel("premium", "Premium", "concierge"),
        WishedLevel("standard", "Standard", None),
    )
    assert (told.field_key, told.field_title) == ("service_level", "Service level")


def test_promises_with_their_cases() -> None:
    where = [
        {"channel": "chat", "within": "5m"},
        {"priority": ["urgent", "high"], "calendar": "24x7"},
        {"channel": "phone", "within": "none"},
    ]
    first = {"within": "1h", "calendar": "office", "where": where}
    told = wish(policy(levels=levels(only={"first_response": first})))
    assert told.promises == (
        WishedPromise("only", "first_response", 3600, "office"),
        WishedPromise("only", "first_response", 300, "office", ("chat",), ()),
        WishedPromise("only", "first_response", 3600, None, (), ("urgent", "high")),
        WishedPromise("only", "first_response", None, "office", ("phone",), ()),
    )


@pytest.mark.parametrize(
    "calendar", ["24x7", {"zone": "UTC", "week": {"mon-sun": ["00:00-24:00"]}}]
)
def test_a_calendar_that_is_always_open_is_no_calendar(calendar: object) -> None:
    promised = levels(only={"first_response": {"within": "1h", "calendar": "office"}})
    told = wish(policy(calendars={"office": calendar}, levels=promised))
    assert told.hours == ()
    assert told.promises[0].hours is None


def test_a_calendar_nobody_promises_by_is_left_out() -> None:
    promised = levels(only={"first_response": {"within": "1h"}})
    assert wish(policy(levels=promised)).hours == ()


def test_a_week_is_cut_at_midnight() -> None:
    assert hours().spans == NINE_TO_SIX
    late = hours(week={"fri": ["22:00-06:00"], "sun": ["20:00-02:00"]})
    assert late.spans == ((0, 0, 120), (4, 1320, 1440), (5, 0, 360), (6, 1200, 1440))


def test_closed_days_of_this_year_and_the_next() -> None:
    found = hours(
        closed={"2026-12-25": "Christmas", "2026-12-26": "Christmas", "2028-01-01": "Far off"},
        annual={"01-01": "New Year"},
        dates={"2026-12-28": []},
    )
    assert closed(found) == [
        ("2026-01-01", "2026-01-01", "New Year"),
        ("2026-12-25", "2026-12-26", "Christmas"),
        ("2026-12-28", "2026-12-28", ""),
        ("2027-01-01", "2027-01-01", "New Year"),
    ]
    assert list(wish_years(TODAY)) == [2026, 2027]


@pytest.mark.parametrize(
    ("calendar", "told"),
    [
        ({}, ()),
        ({"dates": {"2026-12-24": ["09:00-12:00"]}}, ("2026-12-24: hours of its own",)),
        ({"dates": {"2026-01-02": ["09:00-12:00"]}}, ()),
        (
            {"openings": {"2026-11-29": {"hours": ["10:00-16:00"], "name": "Sale"}}},
            ("2026-11-29 (Sale): hours besides",),
        ),
        ({"breaks": {"2026-12-01": ["12:00-13:00"]}}, ("2026-12-01: a break",)),
    ],
    ids=["a plain week", "a half day", "a half day that is over", "a sale", "a meeting"],
)
def test_what_desks_cannot_be_told_of_hours(
    calendar: dict[str, Any], told: tuple[str, ...]
) -> None:
    assert hours(**calendar).unsayable == told


def test_the_version_that_holds_today_and_the_one_to_come() -> None:
    versions = [
        {"zone": "UTC", "week": {"mon": ["09:00-10:00"]}},
        {"zone": "UTC", "week": {"tue": ["09:00-10:00"]}, "valid_from": "2026-01-01"},
        {"zone": "UTC", "week": {"wed": ["09:00-10:00"]}, "valid_from": "2027-03-01"},
    ]
    promised = levels(only={"first_response": {"within": "1h", "calendar": "office"}})
    [found] = wish(policy(calendars={"office": {"versions": versions}}, levels=promised)).hours
    assert found.spans == ((1, 540, 600),)
    assert found.unsayable == ("other hours from 2027-03-01 on; plan again on that day",)


@pytest.mark.parametrize(
    ("kind", "spans", "days"),
    [
        ("any_of", ((0, 480, 1080),), ["2026-12-25"]),
        ("all_of", ((0, 600, 960),), ["2026-12-24", "2026-12-25"]),
    ],
)
def test_calendars_made_of_others(
    kind: str, spans: tuple[tuple[int, int, int], ...], days: list[str]
) -> None:
    early = {"zone": "UTC", "week": {"mon": ["08:00-16:00"]}, "closed": ["2026-12-25"]}
    late = {
        "zone": "UTC",
        "week": {"mon": ["10:00-18:00"]},
        "closed": ["2026-12-24", "2026-12-25"],
    }
    both = {"early": early, "late": late, "both": {kind: ["early", "late"]}}
    promised = levels(only={"first_response": {"within": "1h", "calendar": "both"}})
    [found] = wish(policy(calendars=both, levels=promised)).hours
    assert (found.spans, found.unsayable) == (spans, ())
    told = [iso_day(d) for first, last, _ in found.closed for d in range(first, last + 1)]
    assert told == days


def test_offices_in_two_zones_are_told_by_the_first() -> None:
    one = {"zone": "Europe/Berlin", "week": {"mon": ["09:00-17:00"]}}
    other = {"zone": "Asia/Tokyo", "week": {"mon": ["09:00-17:00"]}}
    sun = {"one": one, "other": other, "sun": {"any_of": ["one", "other"]}}
    promised = levels(only={"first_response": {"within": "1h", "calendar": "sun"}})
    [found] = wish(policy(calendars=sun, levels=promised)).hours
    assert (found.zone, found.spans) == ("Europe/Berlin", ((0, 540, 1020),))
    assert found.unsayable == ("hours in several zones: Europe/Berlin, Asia/Tokyo",)


def test_what_desks_cannot_be_told_of_clocks() -> None:
    rules = {"agent_work": {"pauses": ["pending"]}}
    assert wish(policy(clocks=rules, boundary="opening")).unsayable == (
        "what stops `agent_work` (`clocks.agent_work`)",
        "promises that fall due at the next opening (`boundary`)",
    )
