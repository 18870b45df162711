"""Weighted survey answers: who is silent, what that may change, and when it is a headline."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.metrics.figures import Reason
from tierwise.metrics.response_model import LEAST_CHANCE, response_chances
from tierwise.metrics.survey_weights import (
    Stratum,
    Weighted,
    collapsed,
    flipping_gamma,
    inverse_weighted,
    manski_bounds,
    post_stratified,
    supposed,
)

FAST, SLOW = Stratum(("fast",), 900, 90, 81), Stratum(("slow",), 100, 40, 10)


def value(found: Weighted) -> float:
    assert found.figure.value is not None
    return found.figure.value


strata = st.lists(
    st.tuples(
        st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.sampled_from("123")),
        st.lists(st.integers(0, 40), min_size=3, max_size=3).map(sorted),
    ).map(lambda told: Stratum(told[0], told[1][2], told[1][1], told[1][0])),
    min_size=1,
    max_size=12,
)


def test_slow_tickets_that_answer_more_count_as_often_as_they_were() -> None:
    found = post_stratified([FAST, SLOW])
    assert found.raw == pytest.approx(0.7)
    assert value(found) == pytest.approx(0.835)
    assert found.response == pytest.approx(0.13)
    assert found.bounds == pytest.approx((0.091, 0.961))
    assert not found.figure.is_pale


def test_one_part_weighted_by_a_model_is_the_same_as_by_strata() -> None:
    # The ridge pulls a little.
    assert value(inverse_weighted([FAST, SLOW])) == pytest.approx(0.835, abs=1e-3)


def test_answers_that_weigh_alike_are_worth_what_they_are() -> None:
    even = [Stratum(("a",), 500, 50, 40), Stratum(("b",), 500, 50, 45)]
    assert post_stratified(even).effective == pytest.approx(100)
    assert inverse_weighted(even).effective == pytest.approx(100)
    assert post_stratified([FAST, SLOW]).effective == pytest.approx(1 / (0.81 / 90 + 0.01 / 40))


#: what, strata, pale
HEADLINES = [
    ("enough of all", [FAST, SLOW], False),
    ("hardly anybody answers", [Stratum(("a",), 10_000, 300, 200)], True),
    ("few answers", [Stratum(("a",), 100, 29, 20)], True),
    (
        "one answer speaks for most",
        [Stratum(("a",), 990, 5, 5), Stratum(("b",), 100, 90, 60)],
        True,
    ),
    ("four in all", [Stratum(("a",), 40, 4, 3)], True),
]


@pytest.mark.parametrize(("what", "told", "is_pale"), HEADLINES)
def test_when_it_is_a_headline(what: str, told: list[Stratum], is_pale: bool) -> None:
    assert post_stratified(told).figure.is_pale == is_pale, what
    assert inverse_weighted(told).figure.is_pale == is_pale, what


def test_silence_has_a_reason() -> None:
    silent = [Stratum(("a",), 40, 0, 0)]
    for weighted in (post_stratified, inverse_weighted):
        assert weighted([]).figure.reason == Reason.NOTHING
        assert weighted(silent).figure.reason == Reason.TOO_FEW
        assert weighted(silent).bounds == (0.0, 1.0)
    assert supposed(silent, 0.0) is None
    assert flipping_gamma(silent, 0.5) is None


def test_all_happy_is_not_certain() -> None:
    found = post_stratified([Stratum(("a",), 500, 50, 50), Stratum(("b",), 500, 50, 50)]).figure
    assert found.value == 1.0
    assert found.low is not None
    assert found.low < 0.98


def test_thin_kinds_join_their_like_first() -> None:
    told = [
        Stratum(("fast", "mail", "w1"), 50, 3, 3),
        Stratum(("fast", "mail", "w2"), 50, 2, 1),
        Stratum(("fast", "mail", "w3"), 50, 9, 8),
        Stratum(("fast", "chat", "w1"), 50, 2, 2),
        Stratum(("fast", "chat", "w2"), 50, 7, 6),
        Stratum(("fast", "chat", "w3"), 50, 20, 16),
        Stratum(("slow", "mail", "w1"), 50, 1, 0),
        Stratum(("slow", "chat", "w1"), 50, 6, 0),
    ]
    found = {(row.key, row.answered) for row in collapsed(told)}
    assert found == {
        (("fast", "mail"), 5),
        (("fast", "mail", "w3"), 9),
        (("fast", "chat"), 9),  # the thin one and the smallest of its like
        (("fast", "chat", "w3"), 20),
        (("slow",), 7),
    }


@given(strata)
def test_collapsing_loses_nobody_and_leaves_nothing_thin(told: list[Stratum]) -> None:
    found = collapsed(told)
    for part in ("resolved", "answered", "happy"):
        assert sum(getattr(row, part) for row in found) == sum(getattr(row, part) for row in told)
    is_enough = sum(row.answered for row in told) >= 5
    assert all(row.answered >= 5 for row in found) if is_enough else len(found) == 1


@given(strata, st.randoms(use_true_random=False))
def test_the_order_of_strata_says_nothing(told: list[Stratum], order: object) -> None:
    mixed = list(told)
    order.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = inverse_weighted(told), inverse_weighted(mixed)
    assert (one.figure.value is None) == (other.figure.value is None)
    assert one.bounds == other.bounds
    assert one.figure.is_pale == other.figure.is_pale


@given(strata, st.floats(-6, 6), st.floats(0.01, 3))
def test_more_supposed_silence_of_the_happy_means_more_happy(
    told: list[Stratum], gamma: float, more: float
) -> None:
    low, high = supposed(told, gamma), supposed(told, gamma + more)
    if low is None or high is None:
        return
    bounds = manski_bounds(
        *(sum(getattr(row, part) for row in told) for part in ("resolved", "answered", "happy"))
    )
    assert bounds[0] - 1e-9 <= low <= high + 1e-12
    assert high <= bounds[1] + 1e-9


@given(strata)
def test_nothing_supposed_is_the_post_stratified_share(told: list[Stratum]) -> None:
    assert supposed(told, 0.0) == pytest.approx(post_stratified(told).figure.value)


@pytest.mark.parametrize("target", [0.80, 0.835, 0.90, 0.95])
def test_the_flipping_gamma_is_where_the_share_meets_the_target(target: float) -> None:
    gamma = flipping_gamma([FAST, SLOW], target)
    assert gamma is not None
    assert supposed([FAST, SLOW], gamma) == pytest.approx(target)
    assert (gamma > 0) == (target > 0.8351) or abs(gamma) < 1e-6


@pytest.mark.parametrize("target", [0.05, 0.97])
def test_beyond_the_bounds_nothing_flips(target: float) -> None:
    assert flipping_gamma([FAST, SLOW], target) is None


def test_gamma_is_the_log_odds_by_which_the_unhappy_answer_more() -> None:
    """700 happy of whom a fifth answers, 300 unhappy who answer with twice the odds: a third."""
    told = [Stratum(("a",), 1000, 140 + 100, 140)]
    assert supposed(told, np.log(2)) == pytest.approx(0.7)
    assert supposed(told, 0.0) == pytest.approx(140 / 240)


def test_the_response_model_finds_the_effects_of_each_part() -> None:
    keys = [(a, b) for a in "xy" for b in "12"]
    logits = np.array([-2.0, -1.5, -1.0, -0.5])  # y: +1, 2: +0.5
    asked = np.full(4, 1e6)
    answered = asked / (1 + np.exp(-logits))
    assert response_chances(keys, asked, answered) == pytest.approx(answered / asked, rel=1e-4)


def test_one_answer_never_speaks_for_more_than_a_hundred() -> None:
    keys, asked = [("a",), ("b",)], np.array([10_000.0, 100.0])
    chances = response_chances(keys, asked, np.array([2.0, 60.0]))
    assert chances[0] == LEAST_CHANCE
    assert chances[1] == pytest.approx(0.6, abs=0.01)


def test_a_part_that_nobody_or_everybody_answers_stays_finite() -> None:
    chances = response_chances([("a",), ("b",)], np.array([50.0, 50.0]), np.array([0.0, 50.0]))
    assert chances[0] < 0.05
    assert chances[1] > 0.95
