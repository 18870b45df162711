"""Looking at calendars on the command line: sound ones, and what is wrong with others."""

import json
from datetime import date
from pathlib import Path

import pytest

from tierwise.app.calendars import closed_days, compiled, resolved, taken_days
from tierwise.facts.time import day_number
from tierwise.levels.policy_text import read_policy
from tierwise.promises.policy_calendars import TakenDays

from .terminal import Terminal

CALENDARS = """\
currency: EUR
zone: Europe/Berlin
calendars:
  office:
    week: {mon-fri: ["09:00-18:00"], sat: ["22:00-02:00"]}
    holidays: DE-BE
    ical: closed.ics
    dates: {2026-12-23: {hours: ["09:00-12:00"], name: Christmas party}}
  late:
    versions:
      - {zone: America/New_York, week: {mon-fri: ["09:00-17:00"]}}
      - {zone: America/New_York, week: {mon-fri: ["08:00-18:00"]}, valid_from: 2024-12-24}
  sun: {any_of: [office, late]}
  always: 24x7
levels:
  all: {who: everyone}
"""
ICAL = """\
BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
SUMMARY:Stocktaking
DTSTART;VALUE=DATE:20251228
RRULE:FREQ=YEARLY
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:All hands
DTSTART;TZID=Europe/Berlin:20261222T140000
DURATION:PT1H30M
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def office(shop: Terminal) -> Terminal:
    write(shop, CALENDARS)
    (shop.project / "closed.ics").write_text(ICAL, "utf-8")
    return shop


def write(shop: Terminal, policy: str) -> None:
    (shop.project / "policy.yaml").write_text(policy, "utf-8")


def shown(shop: Terminal, *words: object) -> list[str]:
    done = shop("calendar", "show", *words)
    assert (done.code, done.err) == (0, "")
    return done.out.splitlines()


def test_a_calendar_day_by_day(office: Terminal) -> None:
    lines = shown(office, "office", "--from", "2026-12-22", "--days", 7)
    assert lines[0].startswith("office in Europe/Berlin, days from holidays ")
    assert lines[0].endswith(", closed.ics")
    assert [" ".join(line.split()) for line in lines[2:]] == [
        "tue 2026-12-22 09:00-14:00 15:30-18:00 7 h 30 min break All hands",
        "wed 2026-12-23 09:00-12:00 3 h changed hours Christmas party",
        "thu 2026-12-24 09:00-18:00 9 h",
        "fri 2026-12-25 closed 0 h holiday Erster Weihnachtstag",
        "sat 2026-12-26 closed 0 h holiday Zweiter Weihnachtstag",
        "sun 2026-12-27 closed 0 h",
        "mon 2026-12-28 closed 0 h holiday Stocktaking",
        "open 19 h 30 min of 168 h",
    ]


def test_days_on_which_clocks_change_and_nights(office: Terminal) -> None:
    lines = shown(office, "office", "--from", "2026-10-24", "--days", 2)
    assert [" ".join(line.split()) for line in lines[2:]] == [
        "sat 2026-10-24 22:00-24:00 2 h",
        "sun 2026-10-25 00:00-02:00 2 h a day of 25 h, clocks change",
        "open 4 h of 49 h",
    ]
    lines = shown(office, "always", "--from", "2026-10-25", "--days", 1)
    assert lines[2].split() == ["sun", "2026-10-25", "00:00-24:00", "24", "h"]


def test_versions_and_calendars_made_of_others(office: Terminal) -> None:
    lines = shown(office, "late", "--from", "2024-12-23", "--days", 2)
    assert lines[0] == "late in America/New_York"
    assert lines[3].split()[2] == "08:00-18:00"
    assert "a new version holds from here" in lines[3]
    assert shown(office, "late", "--from", "2024-12-25")[0].endswith("version of 2024-12-24")
    lines = shown(office, "sun", "--from", "2026-12-21", "--days", 1)
    assert lines[0].startswith("sun in Europe/Berlin, any of office, late, days from holidays")
    assert lines[2].split()[2:] == ["09:00-24:00", "15", "h"]


def test_calendars_as_json(office: Terminal) -> None:
    done = office("calendar", "show", "office", "--from", "2026-12-25", "--days", 1, "--json")
    (day,) = json.loads(done.out)["days"]
    assert day == {
        "day": "2026-12-25",
        "weekday": "fri",
        "open": [],
        "open_s": 0,
        "lasts_s": 86_400,
        "why": ["holiday Erster Weihnachtstag"],
    }
    listed = json.loads(office("calendar", "list", "--json").out)
    assert [one["name"] for one in listed["calendars"]] == ["office", "late", "sun", "always"]
    checked = json.loads(office("calendar", "check", "--json").out)
    assert checked["problems"] == []
    assert checked["calendars"][0]["usual_week_s"] == 49 * 3_600


def test_the_calendars_of_a_policy(office: Terminal) -> None:
    done = office("calendar")
    assert (done.code, done.err) == (0, "")
    rows = [line.split()[:4] for line in done.out.splitlines()[1:]]
    assert rows == [
        ["office", "Europe/Berlin", "49", "h"],
        ["late", "America/New_York", "50", "h"],
        ["sun", "Europe/Berlin", "79", "h"],
        ["always", "UTC", "168", "h"],
    ]


def test_sound_calendars_are_told_with_their_holidays(office: Terminal) -> None:
    done = office("calendar", "check")
    assert (done.code, done.err) == (0, "")
    first, second, *_ = done.out.splitlines()
    assert first.startswith("office is sound: open 49 h a week in Europe/Berlin, ")
    assert second.split()[1:] == ["Neujahr"]
    assert "always is sound: open 168 h a week in UTC" in done.out


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("DE-BE", "DE-BX", "policy.yaml:6, column `calendars.office.holidays`: expected a region"),
        ("DE-BE", "XX", "expected a country whose holidays are known, found `XX`; the nearest"),
        ("closed.ics", "opened.ics", "opened.ics: expected a file that can be read"),
        (
            '"09:00-18:00"], sat',
            '"09:00-18:00", "17:00-19:00"], sat',
            "policy.yaml:5, column `calendars.office.week.mon`: expected hours that do not overlap",
        ),
        (
            "any_of: [office, late]",
            "all_of: [night, morning]}\n  night: {week: {mon: ['22:00-23:00']}}\n"
            "  morning: {week: {mon: ['07:00-08:00']}",
            "policy.yaml:13, column `calendars.sun`: expected open time between",
        ),
        (
            'America/New_York, week: {mon-fri: ["08:00-18:00"]',
            'America/New_York, week: {mon-fri: ["08:00-18:00", "09:00-10:00"]',
            "policy.yaml:12, column `calendars.late.1.week.mon`",
        ),
    ],
)
def test_what_is_wrong_has_its_line_and_next_step(
    office: Terminal, before: str, after: str, told: str
) -> None:
    assert before in CALENDARS
    write(office, CALENDARS.replace(before, after, 1))
    for command in (("calendar", "check"), ("policy", "check")):
        done = office(*command)
        assert (done.code, told in done.err) == (1, True), done.err
        assert "sun is sound" not in done.out  # it is made of each of those
    assert office("calendar").code == 0
    if "any_of" not in before:
        assert office("calendar", "show", "office").code == 1


def test_an_unknown_calendar(office: Terminal) -> None:
    done = office("calendar", "show", "ofice")
    assert (done.code, done.out) == (2, "")
    assert "no calendar `ofice` in policy.yaml; did you mean `office`?" in done.err


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1969-07-20"])
def test_days_out_of_reach(office: Terminal, day: str) -> None:
    done = office("calendar", "show", "office", "--from", day)
    assert (done.code, done.out) == (2, "")
    assert "calendars are shown from 1970-01-03 to 2099-12-29" in done.err


def test_days_before_the_first_version(office: Terminal) -> None:
    write(
        office,
        CALENDARS.replace(
            "always: 24x7", "new: {week: {mon: ['09:00-10:00']}, valid_from: 2024-12-24}"
        ),
    )
    done = office("calendar", "show", "new", "--from", "2024-12-20", "--days", 6)
    assert "nothing is known of 4 days before its first version" in done.err
    assert "tue 2024-12-24  closed" in done.out


def test_a_policy_without_calendars(shop: Terminal) -> None:
    write(shop, "currency: EUR\nlevels: {all: {who: everyone}}")
    assert shop("calendar", "check").out == "policy.yaml has no calendars; `24x7` needs no entry\n"


def test_days_that_were_kept_are_not_asked_for_again(tmp_path: Path) -> None:
    policy, _ = read_policy(CALENDARS.replace("    ical: closed.ics\n", ""))
    assert policy is not None
    breaks = {"2026-12-21": [{"hours": ["09:00-10:00"], "name": "Überprüfung"}]}
    kept = (TakenDays("office", 2026, {"2026-12-22": "As it was"}, breaks, "holidays 0.1"),)
    rows = closed_days(kept, policy_version=3)
    assert [(row.policy_version, row.calendar, row.year) for row in rows] == [(3, "office", 2026)]
    assert taken_days(rows) == kept
    found = resolved(policy, tmp_path, [2026, 2027], taken_days(rows))
    assert found.problems == ()
    assert found.taken[0] == kept[0]
    assert found.source.startswith("holidays 0.1, holidays ")
    assert json.loads(json.dumps(found.values)) == found.values
    first = day_number(date(2026, 12, 21))
    tables, problems = compiled(found, first, first + 6)
    assert problems == ()
    # Tuesday was a holiday then, Friday was none; Wednesday has the hours of its date.
    assert tables["office"].total_s == (3 * 9 - 1 + 3 + 4) * 3_600
    assert tables["24x7"].total_s == 7 * 86_400
