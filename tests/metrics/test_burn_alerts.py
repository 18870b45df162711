"""Burn-rate alarms: which rules can speak, when they do, and how often they cry wolf."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from tierwise.metrics.budget import BurnTerms, Decided
from tierwise.metrics.burn_alerts import (
    USUAL_PERIOD_S,
    USUAL_RULES,
    BurnRule,
    alerts,
    chance_of_breaches,
    checked,
    refusal,
    speaks,
    stretched,
)

HOUR = 3600.0
TERMS = BurnTerms(0.95, USUAL_PERIOD_S)
FAST, MEDIUM, SLOW = USUAL_RULES
NOW = 90 * HOUR


def clocks(*told: tuple[float, int, int]) -> Decided:
    """(hours before now, how many were decided then, how many of them missed)."""
    rows = sorted(told, reverse=True)
    at = np.concatenate([np.full(many, NOW - hours * HOUR) for hours, many, _ in rows])
    missed = [[1.0] * bad + [0.0] * (many - bad) for _, many, bad in rows]
    return Decided(at, np.concatenate(missed))


def test_thresholds_are_budget_share_times_period_over_window() -> None:
    found = [rule.threshold(USUAL_PERIOD_S) for rule in USUAL_RULES]
    assert found == pytest.approx([4.5, 2.0, 4 / 3])


#: what happened, clocks, who speaks
HAPPENED: list[tuple[str, Decided, list[BurnRule]]] = [
    ("half of it late, still now", clocks((1.5, 10, 5), (0.2, 10, 5)), [FAST, MEDIUM, SLOW]),
    ("late, but over for an hour", clocks((1.5, 10, 8), (0.2, 10, 0)), [SLOW]),
    ("only two late: no evidence", clocks((1.5, 2, 1), (0.2, 1, 1)), []),
    ("three of four late, an hour ago and more", clocks((1.5, 4, 3)), [SLOW]),
    ("a little late in many", clocks((8.0, 100, 12), (0.5, 40, 5)), [MEDIUM, SLOW]),
    ("as promised", clocks((8.0, 100, 5), (0.2, 40, 2)), []),
    ("nothing happened", clocks((40.0, 1, 1)), []),
]


@pytest.mark.parametrize(("what", "told", "who"), HAPPENED)
def test_who_speaks(what: str, told: Decided, who: list[BurnRule]) -> None:
    assert [found.rule for found in alerts(USUAL_RULES, told, NOW, TERMS)] == who, what


def test_an_alarm_carries_its_evidence() -> None:
    (found, *_) = alerts([FAST], clocks((1.5, 10, 5), (0.2, 10, 5)), NOW, TERMS)
    assert (found.long_burn, found.short_burn) == pytest.approx((10.0, 10.0))
    assert (found.breaches, found.events) == (10, 20)
    assert found.chance == pytest.approx(1.13e-8, rel=0.01)  # P(X ≥ 10 | 20, 5 %)


def test_breaches_that_come_in_bursts_prove_less() -> None:
    told = clocks((1.5, 10, 3), (0.2, 10, 3))
    assert alerts([FAST], told, NOW, TERMS)
    assert not alerts([FAST], told, NOW, replace(TERMS, effect=4.0))


@pytest.mark.parametrize(
    ("rule", "target", "period_h", "is_refused"),
    [
        (FAST, 0.95, 180, False),
        (FAST, 0.90, 180, False),
        (FAST, 0.80, 180, True),  # 4.5 of at most 5
        (FAST, 0.90, 672, True),  # 16.8 of at most 10
        (BurnRule("page", 0.02, 1, 1 / 12), 0.90, 720, True),  # Google's 14.4
        (BurnRule("page", 0.02, 1, 1 / 12), 0.95, 720, False),
        (FAST, 1.0, 180, True),
    ],
)
def test_a_rule_that_can_hardly_speak_is_refused_with_a_reason(
    rule: BurnRule, target: float, period_h: float, is_refused: bool
) -> None:
    terms = BurnTerms(target, period_h * HOUR)
    accepted, refused = checked([rule], terms)
    assert (len(accepted), len(refused)) == ((0, 1) if is_refused else (1, 0))
    assert (refusal(rule, terms) is not None) == is_refused
    if is_refused:
        assert not alerts([rule], clocks((0.2, 50, 50)), NOW, terms)


def test_stretched_rules_keep_their_thresholds() -> None:
    always = 672 * HOUR
    rules = stretched(USUAL_RULES, always)
    assert [rule.threshold(always) for rule in rules] == pytest.approx([4.5, 2.0, 4 / 3])
    assert checked(rules, BurnTerms(0.9, always))[1] == ()


@given(st.integers(0, 60), st.integers(1, 60), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_the_chance_is_the_binomial_tail(breaches: int, events: int, target: float) -> None:
    breaches = min(breaches, events)
    expected = binom.sf(breaches - 1, events, 1 - target)
    assert chance_of_breaches(breaches, events, target) == pytest.approx(expected, rel=1e-9)


def test_many_instants_at_once_are_what_each_alone_is() -> None:
    chance = np.random.default_rng(3)
    at = np.sort(chance.uniform(0, USUAL_PERIOD_S, 400))
    told = Decided(at, (chance.random(400) < np.where(at > 100 * HOUR, 0.4, 0.03)).astype(float))
    instants = np.arange(1, 181) * HOUR
    for rule in USUAL_RULES:
        each = [bool(alerts([rule], told, one, TERMS)) for one in instants]
        assert speaks(rule, told, instants, TERMS).tolist() == each
        assert any(each)
        assert not each[0]
