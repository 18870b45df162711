"""What a calendar of a policy may say, and the line and next step of everything wrong in it."""

import pytest

from tierwise.facts.problems import Problem
from tierwise.levels.policy import Policy
from tierwise.levels.policy_text import read_policy

POLICY = """\
currency: EUR
zone: Europe/Berlin
calendars:
  office:
    week:
      mon-thu: ["09:00-12:30", "13:30-18:00"]
      fri: ["09:00-15:00", "22:00-06:00"]
    holidays: [DE-BE, DE-BY]
    closed:
      2026-12-28: Stocktaking
    annual: [12-24, 12-31]
    dates:
      2026-12-23: {hours: ["09:00-12:00"], name: Christmas party}
      2027-01-02: ["10:00-24:00"]
    openings: {2026-11-29: ["10:00-16:00"]}
    breaks: {2026-11-30: {hours: ["14:00-15:00"], name: All hands}}
    ical: closed.ics
  late:
    versions:
      - zone: America/New_York
        week: {mon-fri: ["09:00-17:00"]}
      - zone: America/New_York
        week: {mon-fri: ["08:00-18:00"]}
        valid_from: 2026-07-01
  sun: {any_of: [office, late]}
  both: {all_of: [office, sun, 24x7]}
  always: 24x7
levels:
  all: {who: everyone}
"""
ZONES = ("Europe/Berlin", "America/New_York", "UTC")


def policy_of(text: str) -> Policy:
    policy, problems = read_policy(text, known_zones=ZONES)
    assert problems == ()
    assert policy is not None
    return policy


def problems_with(before: str, after: str) -> tuple[Problem, ...]:
    assert before in POLICY
    return read_policy(POLICY.replace(before, after, 1), "p.yaml", known_zones=ZONES)[1]


def test_everything_a_calendar_may_say() -> None:
    calendars = policy_of(POLICY).calendars
    office = calendars["office"]
    assert office.holidays == ("DE-BE", "DE-BY")
    assert office.closed == {"2026-12-28": "Stocktaking"}
    assert office.annual == {"12-24": "", "12-31": ""}
    assert {day: (one.hours, one.name) for day, one in office.dates.items()} == {
        "2026-12-23": (["09:00-12:00"], "Christmas party"),
        "2027-01-02": (["10:00-24:00"], ""),
    }
    assert office.breaks["2026-11-30"].name == "All hands"
    assert office.ical == ("closed.ics",)
    assert [one.valid_from for one in calendars["late"].versions] == [None, "2026-07-01"]
    assert calendars["sun"].any_of == ("office", "late")
    assert calendars["both"].all_of == ("office", "sun", "24x7")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("{dates: {2026-11-29: ['10:00-16:00']}}", "dates"),
        ("{openings: {2026-11-29: {hours: ['10:00-16:00'], name: Fair}}}", "openings"),
    ],
)
def test_a_calendar_may_open_on_some_dates_only(written: str, key: str) -> None:
    text = f"currency: EUR\ncalendars: {{fair: {written}}}\nlevels: {{all: {{who: everyone}}}}"
    assert list(getattr(policy_of(text).calendars["fair"], key)) == ["2026-11-29"]


@pytest.mark.parametrize(
    ("before", "after", "line", "told"),
    [
        ("mon-thu", "mon-thy", 6, "weekdays such as `mon`"),
        ("mon-thu", "mon-fri", 5, "each weekday once, found `fri`"),
        ('"13:30-18:00"', "13-18", 6, "opening hours such as `09:00-18:00`"),
        ("[DE-BE, DE-BY]", "[DE-BE, Bayern]", 8, "a country, or country and region, found `Bay"),
        ("2026-12-28", "28.12.2026", 10, "a date such as `2026-12-24`, found `28.12.2026`"),
        ("2026-12-28", "2026-13-28", 10, "a date such as `2026-12-24`"),
        ("12-31]", "\n      13-31]", 12, "a day of every year such as `12-24`, found `13-31`"),
        ("[12-24, 12-31]", "12-24", 11, "keys with values below it, found `12-24`"),
        ("2026-12-23", "2026-12-32", 13, "a date such as `2026-12-24`"),
        ("name: Chr", "nam: Chr", 13, "did you mean `name`?"),
        ('hours: ["09:00-12:00"]', "hours: [9-12]", 13, "opening hours such as"),
        ('["10:00-24:00"]', '"10:00-24:00"', 14, 'hours such as `["09:00-12:00"]`'),
        ("ical: closed.ics", "ical: /closed.ics", 17, "the name of a file beside the policy"),
        ("ical: closed.ics", "ical: ../closed.ics", 17, "the name of a file beside the policy"),
        ("ical: closed.ics", "icl: closed.ics", 17, "did you mean `ical`?"),
        ("ical: closed.ics", "all_of: [late]", 5, "nothing beside `all_of`, found `week`"),
        ("  - zone", "  - zne", 20, "did you mean `zone`?"),
        ("America/New_York", "America/Newark", 20, "an IANA time zone"),
        ('week: {mon-fri: ["08', 'weak: {mon-fri: ["08', 23, "did you mean `week`?"),
        ('        week: {mon-fri: ["08:00-18:00"]}\n', "", 22, "at least one day with opening"),
        ("        valid_from: 2026-07-01\n", "", 22, "only the first version may omit it"),
        ("valid_from: 2026-07-01", "valid_from: July", 24, "a date such as"),
        (
            '        week: {mon-fri: ["09:00-17:00"]}',
            '        week: {mon-fri: ["09:00-17:00"]}\n        valid_from: 2026-07-01',
            25,
            "a day after 2026-07-01, found `2026-07-01`; list the versions oldest first",
        ),
        ("[office, late]", "[office, lat]", 25, "did you mean `late`?"),
        ("[office, late]", "[]", 25, "at least one day with opening hours"),
        ("[office, late]", "late", 25, "expected a list"),
        (
            "[office, late]",
            "[office, both]",
            25,
            "found `sun` of `both` of `sun`; a calendar cannot be made of itself",
        ),
        ("[office, late]", "[sun]", 25, "found `sun` of `sun`"),
        ("any_of: [office, late]", "any_of: [late], zone: UTC", 25, "nothing beside `any_of`"),
    ],
)
def test_each_mistake_has_its_line_and_its_next_step(
    before: str, after: str, line: int, told: str
) -> None:
    found = [problem for problem in problems_with(before, after) if told in str(problem)]
    assert [problem.line for problem in found[:1]] == [line], problems_with(before, after)
    assert read_policy(POLICY.replace(before, after, 1), known_zones=ZONES)[0] is None


def test_a_circle_is_told_where_each_of_its_calendars_stands() -> None:
    told = [str(problem) for problem in problems_with("[office, late]", "[both]")]
    assert [problem.partition(":")[2].partition(",")[0] for problem in told] == ["25", "26"]
