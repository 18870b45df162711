"""A policy text becomes a policy, or problems that name the line and the next step."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.facts.problems import Problem
from tierwise.levels.policy import Policy, policy_schema
from tierwise.levels.policy_calendar import days_of
from tierwise.levels.policy_text import read_policy
from tierwise.levels.policy_values import Band, Target, Written, duration_text

POLICY = """\
currency: EUR
zone: Europe/Berlin
calendars:
  office:
    zone: Europe/Berlin
    week: {mon-fri: ["09:00-18:00"]}
    holidays: DE-BE
  always: 24x7
segments:
  loyal: rfm_group in ('Top Customers', 'Loyal Customers')
levels:
  premium:
    label: Premium care
    who: ltv_percentile >= 90
    keep_until: ltv_percentile < 85
    promises:
      first_response:
        within: 1h 30m
        share: 95%
        calendar: office
    targets: {csat: 95%, cost_per_resolution: 12.00}
    channels: [phone, chat]
    team: concierge
    playbook: Greet by name.
    experiment:
      band: 85-95
      share: 25%
  plus:
    who: loyal or
      orders > 5
  standard:
    who: everyone
stability:
  promote_after: 2 runs
  minimum_stay: 30d
"""
ZONES = ("Europe/Berlin", "UTC")


def problems_with(before: str, after: str) -> tuple[Problem, ...]:
    assert before in POLICY
    _, problems = read_policy(POLICY.replace(before, after, 1), "p.yaml", known_zones=ZONES)
    return problems


def test_a_sound_policy_is_read_without_problems() -> None:
    policy, problems = read_policy(POLICY, known_zones=ZONES)
    assert problems == ()
    assert policy is not None
    assert policy.names == ("premium", "plus", "standard")
    assert (policy.rank("premium"), policy.rank("standard")) == (0, 2)
    premium = policy.levels["premium"]
    promise = premium.promises["first_response"]
    assert (promise.within, promise.share, promise.calendar) == (5400, 0.95, "office")
    assert premium.targets["csat"] == Target(0.95, Written.SHARE)
    assert premium.targets["cost_per_resolution"] == Target(12.0, Written.NUMBER)
    assert premium.experiment is not None
    assert premium.experiment.band == Band(85, 95)
    assert (premium.experiment.share, premium.experiment.column) == (0.25, "ltv_percentile")
    assert str(policy.levels["plus"].who) == "loyal or orders > 5"
    stability = policy.stability
    assert (stability.promote_after, stability.demote_after, stability.minimum_stay) == (2, 1, 30)
    assert policy.calendars["always"].week == {"mon-sun": ["00:00-24:00"]}


@pytest.mark.parametrize(
    ("said", "target", "again"),
    [
        ("csat: 95%", Target(0.95, Written.SHARE), "95%"),
        ("nps: -5", Target(-5.0, Written.NUMBER), "-5"),
        ("contact_rate: 1234567.25", Target(1_234_567.25, Written.NUMBER), "1234567.25"),
        ("first_response: 1h 30m", Target(5_400, Written.DURATION), "1h 30m"),
        ("csat.adj: 90%", Target(0.9, Written.SHARE), "90%"),
    ],
)
def test_a_kpi_has_a_number_a_share_or_a_duration_to_reach(
    said: str, target: Target, again: str
) -> None:
    policy, problems = read_policy(POLICY.replace("csat: 95%", said, 1), known_zones=ZONES)
    assert problems == ()
    assert policy is not None
    name = said.partition(":")[0]
    assert policy.levels["premium"].targets[name] == target
    assert policy.model_dump(mode="json")["levels"]["premium"]["targets"][name] == again


def test_levels_are_shown_by_label_or_by_name() -> None:
    policy, _ = read_policy(POLICY)
    assert policy is not None
    labels = [policy.label(name) for name in ("premium", "plus", "old_gold")]
    assert labels == ["Premium care", "Plus", "Old gold"]


def test_a_policy_says_itself_as_it_was_written() -> None:
    policy, _ = read_policy(POLICY)
    assert policy is not None
    said = json.loads(policy.model_dump_json())
    assert said["levels"]["premium"]["promises"]["first_response"]["within"] == "1h 30m"
    assert said["levels"]["premium"]["experiment"]["band"] == "85-95"
    assert said["levels"]["premium"]["targets"] == {"csat": "95%", "cost_per_resolution": "12"}
    assert said["stability"]["minimum_stay"] == "30d"
    assert said["levels"]["standard"]["who"] == "everyone"


@pytest.mark.parametrize(
    ("before", "after", "line", "told"),
    [
        ("currency: EUR\n", "", 1, "column `currency`: expected the key `currency`"),
        ("EUR", "Euro", 1, "ISO 4217 code of three capital letters, found `Euro`"),
        ("EUR", "[EUR]", 1, "expected a text, found a list or keys"),
        ("zone: Europe/Berlin", "zone: Berlin time", 2, "an IANA time zone"),
        ("zone: Europe/Berlin", "zone: Europe/Berln", 2, "did you mean `Europe/Berlin`?"),
        ("zone: Europe/Berlin", "zone: Xyz", 2, "look it up in the IANA list"),
        ("    zone: Europe/Berlin", "    zone: Mars/Base", 5, "an IANA time zone"),
        ("week:", "weak:", 6, "did you mean `week`?"),
        ("mon-fri", "mon-fry", 6, "weekdays such as `mon`"),
        ("mon-fri:", "mon-fri: [], fri:", 6, "each weekday once, found `fri`"),
        ('["09:00-18:00"]', "[]", 6, "at least one day with opening hours"),
        ("09:00-18:00", "9-18", 6, "opening hours such as `09:00-18:00`, found `9-18`"),
        ("09:00-18:00", "09:00-09:00", 6, "write `00:00-24:00` for all day"),
        ('{mon-fri: ["09:00-18:00"]}', "{}", 6, "at least one day with opening hours"),
        ("DE-BE", "Berlin", 7, "such as `DE` or `DE-BE`"),
        ("24x7", "24x8", 8, "`24x7` or a week with opening hours, found `24x8`"),
        ("24x7", "", 8, "`24x7` or a week with opening hours, found nothing"),
        ("rfm_group in", "rfm_grup in", 10, "did you mean `rfm_group`?"),
        ("loyal:", "orders:", 10, "a name of its own"),
        ("  loyal: rfm_group in ('Top Customers', 'Loyal Customers')", "  loyal: 5", 10, "a rule"),
        ("segments:\n  loyal:", "segments: 5\nxyz:\n  loyal:", 9, "expected keys with values"),
        ("  premium:", "  Premium Plus:", 12, "a name of small letters"),
        ("label: Premium care", "label: ''", 13, "expected a text, found ``"),
        ("label: Premium care", "labels: Premium", 13, "did you mean `label`?"),
        ("who: ltv_percentile >= 90", "who: >= 90", 14, "expected YAML"),
        ("who: ltv_percentile >= 90", "who:", 14, "a rule such as `ltv_percentile >= 90`"),
        ("who: ltv_percentile >= 90", "who: 5", 14, "found `5`"),
        ("who: ltv_percentile >= 90", "who: age > 60", 14, "may not depend on age"),
        ("    who: ltv_percentile >= 90\n", "", 12, "expected the key `who`"),
        ("first_response", "first_reponse", 17, "did you mean `first_response`?"),
        ("within: 1h 30m", "within: soon", 18, "a duration such as `30m`"),
        ("within: 1h 30m", "within: 0h", 18, "a duration above zero"),
        ("within: 1h 30m", "withing: 1h", 17, "expected the key `within`"),
        ("95%", "0.95", 19, "a share such as `95%`, found `0.95`"),
        ("95%", "101%", 19, "up to 100%"),
        ("calendar: office", "calendar: ofice", 20, "did you mean `office`?"),
        ("csat: 95%", "csat: high", 21, "a number such as `12.00`"),
        ("csat: 95%", "csat: true", 21, "found `True`"),
        ("csat: 95%", "csat: .nan", 21, "or a duration such as `4h`, found `.nan`"),
        ("csat: 95%", "csat: 4 h", 21, "or a duration such as `4h`, found `4 h`"),
        ("csat: 95%", "csat: 0h", 21, "a duration above zero"),
        ("csat: 95%", "CSAT: 95%", 21, "a name of small letters"),
        ("[phone, chat]", "phone", 22, "a list such as `[phone, email]`, found `phone`"),
        ("85-95", "95-85", 26, "a band that begins below its end"),
        ("85-95", "85", 26, "a band such as `85-95`"),
        ("      share: 25%", "      shar: 25%", 27, "did you mean `share`?"),
        ("      share: 25%", "      key: so so", 27, "letters, digits"),
        ("  standard:", "  plus:", 31, "each key once, found `plus` a second time"),
        ("who: everyone", "who: orders > 2", 32, "add a last level with `who: everyone`"),
        ("2 runs", "soon", 34, "a number of runs such as `2 runs`"),
        ("30d", "a month", 35, "a number of days such as `30d`"),
        ("stability:", "stabilty:", 33, "did you mean `stability`?"),
        ("  plus:\n", "  plus: *loyal\n", 28, "expected YAML, found undefined alias"),
        ("  always: 24x7", "  always: &x {week: {mon: *x}}", 8, "the values written out"),
        ("  always: 24x7", "  always: {[a]: b}", 8, "found `?`"),
    ],
)
def test_each_mistake_has_its_line_and_its_next_step(
    before: str, after: str, line: int, told: str
) -> None:
    found = [problem for problem in problems_with(before, after) if told in str(problem)]
    assert [problem.line for problem in found[:1]] == [line], problems_with(before, after)
    policy, _ = read_policy(POLICY.replace(before, after, 1), known_zones=ZONES)
    assert policy is None


def test_an_omitted_part_may_be_left_empty() -> None:
    policy, problems = read_policy(
        "currency: EUR\ncalendars:\nlevels: {all: {who: TRUE, keep_until: , team: null}}\n"
    )
    assert problems == ()
    assert policy is not None
    assert str(policy.levels["all"].who) == "everyone"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "expected keys such as `currency` and `levels`"),
        ("- 1", "expected keys such as `currency` and `levels`"),
        ("\x00", "expected YAML, found special characters"),
        ("a: 1\n---\nb: 2", "expected YAML, found another document"),
        ("[" * 600, "a text nested too deep"),
        ("x" * 600_000, "at most 500000 characters"),
        ("currency: EUR\nlevels: {}", "column `levels`: expected at least one entry"),
        ("currency: EUR\nlevels: []", "column `levels`: expected keys with values below it"),
        ("currency: EUR\nlevels: {a: }", "column `levels.a`: expected keys with values below it"),
        ("currency: EUR\nlevels: {a: !!int x}", "found `x`"),
    ],
)
def test_what_is_no_policy_at_all(text: str, told: str) -> None:
    policy, problems = read_policy(text)
    assert policy is None
    assert told in "\n".join(map(str, problems))


@pytest.mark.parametrize(
    "written", ["share: 95%", "csat: 95%", "within: 1h 30m", "band: 85-95", "minimum_stay: 30d"]
)
def test_a_line_break_is_no_part_of_a_value(written: str) -> None:
    key, value = written.split(": ")
    assert problems_with(written, f'{key}: "{value}\\n"')


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_text_makes_reading_fail(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(POLICY)))
    length = data.draw(st.integers(0, 30))
    noise = data.draw(
        st.one_of(st.text(max_size=8), st.text(" :-{}[]&*!|>'\"%@#,?\n\t", max_size=8))
    )
    read_policy(POLICY[:place] + noise + POLICY[place + length :], known_zones=ZONES)


def test_weekdays_may_pass_sunday() -> None:
    assert days_of("fri-mon") == ("fri", "sat", "sun", "mon")
    assert days_of("sat, sun") == ("sat", "sun")
    assert days_of("wed") == ("wed",)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 366 * 86_400))
def test_a_duration_written_and_read_is_the_same(seconds: int) -> None:
    text = POLICY.replace("1h 30m", duration_text(seconds))
    policy, _ = read_policy(text)
    assert policy is not None
    assert policy.levels["premium"].promises["first_response"].within == seconds


def test_every_key_of_the_policy_is_described() -> None:
    schema = policy_schema()
    parts = [schema, *(part for part in schema["$defs"].values())]
    plain = [part for part in parts if "properties" in part]
    weeks = [choice for part in parts for choice in part.get("anyOf", ()) if "properties" in choice]
    keys = {k: v for part in [*plain, *weeks] for k, v in part["properties"].items()}
    assert [name for name, key in keys.items() if "description" not in key] == []
    assert set(Policy.model_fields) < set(keys)
    assert {"within", "share", "band", "keep_until", "minimum_stay", "week"} < set(keys)
