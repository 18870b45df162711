"""Every decision has a sentence that an agent can read out."""

from typing import Any

import pytest

from tierwise.facts.decisions import Change, Ground
from tierwise.levels.decision import CurrentLevel, Decision, decide_level
from tierwise.levels.policy import Policy
from tierwise.levels.policy_text import read_policy
from tierwise.levels.reasons import Circumstances, checks_of, day_text, promises_of, reason_of
from tierwise.levels.rule_text import read_rule
from tierwise.levels.rules import Rule

from .worlds import DAY, standing

LEVELS = """\
currency: EUR
levels:
  premium:
    who: ltv_percentile >= 90
    keep_until: ltv_percentile < 85
    promises:
      first_response: {within: 1h 30m, share: 95%, calendar: 24x7}
      resolution: {within: 2d}
  plus:
    who: orders >= 5 and recency_days < 100
  standard: {who: everyone}
stability: {promote_after: 2, demote_after: 3, minimum_stay: 30d}
"""
BAND = "    experiment: {band: 80-95}\n    keep_until"


def policy(text: str = LEVELS) -> Policy:
    found, problems = read_policy(text)
    assert found is not None, problems
    return found


OLD = {"since_day": DAY - 99}


@pytest.mark.parametrize(
    ("of", "current", "reason"),
    [
        ({"ltv_percentile": 93.2}, {}, "rule `ltv_percentile >= 90`: 93.2"),
        (
            {"orders": 7},
            {},
            "rule `orders >= 5 and recency_days < 100`: orders 7, recency_days 30",
        ),
        ({}, {}, "no better level's rule holds"),
        (
            {"ltv_percentile": 87.0},
            {"level": "premium", **OLD},
            "stays until `ltv_percentile < 85`: 87",
        ),
        (
            {"ltv_percentile": 50.0},
            {"level": "premium", "since_day": DAY - 5},
            f"minimum stay of 30 days ends {day_text(DAY + 25)}",
        ),
        (
            {"ltv_percentile": 93.2},
            {"level": "plus", **OLD},
            "Premium waits for run 2 of 2",
        ),
        (
            {"orders": 1},
            {
                "level": "plus",
                "waiting_level": "standard",
                "waiting_runs": 1,
                "waiting_day": DAY - 7,
                **OLD,
            },
            "Standard waits for run 3 of 3",
        ),
        (
            {},
            {"override_level": "premium", "override_until_day": DAY},
            f"set by hand until {day_text(DAY)}: complaint",
        ),
    ],
)
def test_the_sentence_of_a_decision(
    of: dict[str, object], current: dict[str, Any], reason: str
) -> None:
    one, book = standing(**of), CurrentLevel("c1", **current)
    decision = decide_level(one, book, policy(), DAY)
    assert reason_of(decision, Circumstances(one, book, policy(), "complaint")) == reason


def test_a_level_by_hand_may_have_no_reason() -> None:
    book = CurrentLevel("c1", override_level="premium", override_until_day=DAY)
    decision = decide_level(standing(), book, policy(), DAY)
    reason = reason_of(decision, Circumstances(standing(), book, policy()))
    assert reason == f"set by hand until {day_text(DAY)}"


def test_a_lot_is_called_a_lot() -> None:
    lots = policy(LEVELS.replace("    keep_until", BAND))
    book, one = CurrentLevel("c1"), standing(ltv_percentile=91.0)
    decision = decide_level(one, book, lots, DAY)
    reason = reason_of(decision, Circumstances(one, book, lots))
    assert reason == "experiment band 80-95 of ltv_percentile: drawn for Premium"


def test_whoever_is_gone_is_told_so() -> None:
    book = CurrentLevel("c1", "plus")
    decision = decide_level(None, book, policy(), DAY)
    told = reason_of(decision, Circumstances({}, book, policy()))
    assert told == "no longer a customer: merged into another, or erased"


def test_every_ground_has_its_sentence() -> None:
    one = standing(ltv_percentile=50.0)
    book = CurrentLevel("c1", "premium", DAY, override_level="plus", override_until_day=DAY)
    for ground in Ground:
        decision = Decision("c1", "premium", "plus", "plus", Change.DOWN, ground, 1)
        assert reason_of(decision, Circumstances(one, book, policy()))


def test_a_rule_is_checked_comparison_by_comparison() -> None:
    rule = read_rule("ltv_percentile >= 90 or orders > recency_days or is_account", {})
    assert isinstance(rule, Rule)
    checks = checks_of(rule, standing(ltv_percentile=None, orders=40))
    assert [(check.text, check.found, check.met) for check in checks] == [
        ("ltv_percentile >= 90", "unknown", None),
        ("orders > recency_days", "orders 40, recency_days 30", True),
        ("is_account", "no", False),
    ]


def test_promises_in_words() -> None:
    assert promises_of(policy().levels["premium"]) == (
        "First response within 1 hour 30 minutes for 95% of tickets, in calendar `24x7`",
        "Resolution within 2 days for 100% of tickets, in calendar `24x7`",
    )


def test_cases_of_a_promise_in_words() -> None:
    where = (
        "[{channel: [chat, phone], priority: urgent, within: 2m}, {priority: low, within: none}]"
    )
    text = LEVELS.replace("{within: 2d}", f"{{within: 2d, where: {where}}}")
    assert promises_of(policy(text).levels["premium"])[2:] == (
        "chat or phone, urgent: within 2 minutes",
        "low: no promise",
    )
