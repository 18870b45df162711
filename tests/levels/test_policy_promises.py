"""Which promise a ticket has, how its clocks run, and what may be wrong with that in a policy."""

import json
import re
from importlib.resources import files
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.facts.problems import Problem
from tierwise.levels.policy import Policy
from tierwise.levels.policy_promise import CLOCKS
from tierwise.levels.policy_text import read_policy
from tierwise.levels.policy_values import WarnAt
from tierwise.levels.promise_targets import Target, has_promise, target_of
from tierwise.promises.clock_kinds import KINDS

POLICY = """\
currency: EUR
calendars:
  office: {week: {mon-fri: ["09:00-18:00"]}}
levels:
  premium:
    who: ltv_percentile >= 90
    promises:
      first_response:
        within: 1h
        share: 95%
        calendar: office
        where:
          - {channel: chat, within: 5m}
          - {priority: [urgent, high], within: 15m, calendar: 24x7}
          - {channel: phone, within: none}
          - {channel: [chat, email], priority: urgent, share: 99%}
  standard:
    who: everyone
clocks:
  agent_work: {pauses: [pending], done: [closed]}
changes:
  target: from_start
  grace: 1h
warnings:
  at: [75%, 30m]
  quiet: office
boundary: opening
count: zendesk
"""


def policy_of(text: str = POLICY) -> Policy:
    policy, problems = read_policy(text)
    assert problems == ()
    assert policy is not None
    return policy


def problems_with(before: str, after: str) -> tuple[Problem, ...]:
    assert before in POLICY
    return read_policy(POLICY.replace(before, after, 1), "p.yaml")[1]


@pytest.mark.parametrize(
    ("channel", "priority", "expected"),
    [
        (None, None, Target(3600, 0.95, "office", "Premium")),
        ("email", None, Target(3600, 0.95, "office", "Premium")),
        ("email", "low", Target(3600, 0.95, "office", "Premium")),
        ("chat", None, Target(300, 0.95, "office", "Premium, chat")),
        ("Chat", "low", Target(300, 0.95, "office", "Premium, Chat")),
        ("web", "high", Target(900, 0.95, "24x7", "Premium, high")),
        # Both hold and both name one thing: the first in the list wins.
        ("chat", "high", Target(300, 0.95, "office", "Premium, chat")),
        ("phone", "urgent", Target(900, 0.95, "24x7", "Premium, urgent")),
        # Channel and priority beat either alone; what it leaves out is as in the promise.
        ("chat", "urgent", Target(3600, 0.99, "office", "Premium, chat, urgent")),
        ("email", "URGENT", Target(3600, 0.99, "office", "Premium, email, URGENT")),
        ("phone", "low", None),
        ("phone", None, None),
    ],
)
def test_which_target_and_why(
    channel: str | None, priority: str | None, expected: Target | None
) -> None:
    found = target_of(policy_of(), "premium", "first_response", channel=channel, priority=priority)
    assert found == expected


@pytest.mark.parametrize(
    ("level", "clock"),
    [("standard", "first_response"), ("premium", "resolution"), ("gold", "first_response")],
)
def test_no_promise_is_no_target(level: str, clock: str) -> None:
    assert target_of(policy_of(), level, clock, channel="chat", priority="urgent") is None


def test_which_clocks_have_a_promise() -> None:
    policy = policy_of()
    assert [clock for clock in CLOCKS if has_promise(policy, clock)] == ["first_response"]


def words(letters: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(letters), max_size=2)


CASES = st.lists(st.tuples(words("abc"), words("uvw")).filter(any), max_size=5)


@given(CASES)
def test_a_case_is_told_as_idle_exactly_if_no_ticket_falls_under_it(
    cases: list[tuple[list[str], list[str]]],
) -> None:
    written = [
        {"channel": channels, "priority": priorities, "within": "5m"}
        for channels, priorities in cases
    ]
    level = {"who": "everyone", "promises": {"resolution": {"within": "1h", "where": written}}}
    policy, problems = read_policy(json.dumps({"currency": "EUR", "levels": {"all": level}}))
    assert policy is not None
    told = {int(str(problem.column).rpartition(".")[2]) for problem in problems}
    assert told == set(range(len(cases))) - winners(cases)


def winners(cases: list[tuple[list[str], list[str]]]) -> set[int]:
    """The cases some ticket falls under, by trying all; `z` is a word that no case lists."""
    won = set()
    for channel, priority in product("abcz", "uvwz"):
        ranked = [
            (-bool(channels) - bool(priorities), number)
            for number, (channels, priorities) in enumerate(cases)
            if channel in (channels or channel) and priority in (priorities or priority)
        ]
        won |= {min(ranked)[1]} if ranked else set()
    return won


def test_how_the_clocks_run_when_the_policy_says_so() -> None:
    policy = policy_of()
    work = policy.clocks["agent_work"]
    assert (work.pauses, work.done) == (("pending",), ("closed",))
    changes = policy.changes
    assert (changes.target, changes.calendar) == ("from_start", "keep_elapsed")
    assert (changes.grace_s(7200), changes.grace_s(28_800)) == (3600, 14_400)
    assert policy.warnings.at == (WarnAt(share=0.75), WarnAt(left_s=1800))
    assert policy.warnings.quiet == "office"
    assert (policy.boundary, policy.count) == ("opening", "zendesk")


def test_how_the_clocks_run_when_the_policy_says_nothing() -> None:
    policy = policy_of("currency: EUR\nlevels: {all: {who: everyone}}")
    assert policy.clocks == {}
    assert (policy.changes.target, policy.changes.grace_s(600)) == ("keep_elapsed", 1800)
    assert (policy.warnings.at, policy.warnings.quiet) == ((WarnAt(share=0.75),), None)
    assert (policy.boundary, policy.count) == ("closing", "exact")


def test_grace_can_be_switched_off() -> None:
    policy = policy_of(POLICY.replace("grace: 1h", "grace: none"))
    assert policy.changes.grace_s(28_800) is None


def test_promises_and_clocks_say_themselves_as_they_were_written() -> None:
    said = json.loads(policy_of().model_dump_json())
    cases = said["levels"]["premium"]["promises"]["first_response"]["where"]
    assert [case["within"] for case in cases] == ["5m", "15m", "none", None]
    assert said["warnings"]["at"] == ["75%", "30m"]
    assert said["changes"]["grace"] == "1h"


@pytest.mark.parametrize(
    ("before", "after", "line", "told"),
    [
        ("channel: chat, ", "", 13, "expected a `channel` or a `priority`, found nothing"),
        ("channel: chat, within: 5m", "channel: chat", 13, "expected `within`, `share` or"),
        ("channel: chat", "chanel: chat", 13, "did you mean `channel`?"),
        ("channel: chat", "channel: 5", 13, "a list such as `[phone, email]`, found `5`"),
        ("channel: chat", "channel: []", 13, "a `channel` or a `priority`"),
        ("within: 5m", "within: 0m", 13, "a duration above zero"),
        ("within: 5m", "within: never", 13, "a duration such as `30m`"),
        ("calendar: 24x7", "calendar: ofice", 14, "did you mean `office`?"),
        ("within: 1h", "within: none", 9, "a duration such as `30m`"),
        ("agent_work", "agent_wrk", 20, "did you mean `agent_work`?"),
        ("[pending]", "[pendin]", 20, "did you mean `pending`?"),
        ("[pending]", "[closed]", 20, "a status in `pauses` or in `done`, found `closed`"),
        ("[closed]", "[]", 20, "at least one entry"),
        ("pauses", "pause", 20, "did you mean `pauses`?"),
        (
            "target: from_start",
            "target: restart",
            22,
            "expected one of `keep_elapsed`, `from_start`, `forward_only`, `frozen`, "
            "found `restart`",
        ),
        ("grace: 1h", "grace: soon", 23, "a duration such as `30m`"),
        ("grace: 1h", "grce: 1h", 23, "did you mean `grace`?"),
        ("75%", "100%", 25, "a share below 100%"),
        ("75%", "soon", 25, "a share such as `75%`, or time left such as `30m`"),
        ("quiet: office", "quiet: night", 26, "a calendar of this policy, found `night`"),
        ("boundary: opening", "boundary: open", 27, "did you mean `opening`?"),
        ("count: zendesk", "count: [zendesk]", 28, "one of `exact`, `zendesk`"),
    ],
)
def test_each_mistake_has_its_line_and_its_next_step(
    before: str, after: str, line: int, told: str
) -> None:
    found = [problem for problem in problems_with(before, after) if told in str(problem)]
    assert [problem.line for problem in found[:1]] == [line], problems_with(before, after)
    assert read_policy(POLICY.replace(before, after, 1))[0] is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[urgent, high], within: 15m", "urgent, within: 1m}\n          - {priority: URGENT"),
        ("channel: phone", "channel: Chat"),
    ],
)
def test_a_case_that_never_wins_is_a_remark(before: str, after: str) -> None:
    assert before in POLICY
    text = POLICY.replace(before, after, 1)
    policy, problems = read_policy(text)
    assert policy is not None
    assert [(problem.line, problem.left_out) for problem in problems] == [(15, False)]
    assert "which cases above it take; delete it, or put it above them" in str(problems[0])


@pytest.mark.parametrize("preset", ["three-levels", "four-levels"])
def test_what_presets_show_of_clocks_is_what_holds_without_it(preset: str) -> None:
    text = (files("tierwise.app") / "presets" / f"{preset}.yaml").read_text("utf-8")
    before, mark, shown = text.partition("# clocks:")
    as_is, told = (
        policy_of(text),
        policy_of(f"{before}{re.sub('^# ', '', mark + shown, flags=re.M)}"),
    )
    assert (told.changes, told.boundary, told.count) == (as_is.changes, "closing", "exact")
    assert told.warnings.at == as_is.warnings.at
    assert told.warnings.quiet in told.calendars
    assert set(told.clocks["agent_work"].pauses or ()) == KINDS["agent_work"].pauses
    assert set(told.clocks["agent_work"].done or ()) == KINDS["agent_work"].done
