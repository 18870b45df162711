"""Comparisons: published differences of shares, and how seldom chance gets an arrow."""

from math import comb, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.metrics.comparisons import (
    Arrow,
    Difference,
    Estimate,
    adjusted,
    arrows,
    discoveries,
    mean_difference,
    newcombe,
    share_difference,
)
from tierwise.metrics.intervals import ClusterSums, Tally, effective_tally

# Benjamini & Hochberg 1995, §4.2: fifteen p-values, of which four are discoveries. What each is
# adjusted to was read from statsmodels 0.15.0, multipletests(method="fdr_bh").
FIFTEEN = {
    0.0001: 0.0015,
    0.0004: 0.003,
    0.0019: 0.0095,
    0.0095: 0.035625,
    0.0201: 0.0603,
    0.0278: 0.063857,
    0.0298: 0.063857,
    0.0344: 0.0645,
    0.0459: 0.0765,
    0.3240: 0.486,
    0.4262: 0.581182,
    0.5719: 0.714875,
    0.6528: 0.753231,
    0.7590: 0.813214,
    1.0000: 1.0,
}


def tallies(size: int = 60) -> st.SearchStrategy[Tally]:
    sizes = st.integers(1, size)
    return sizes.flatmap(lambda n: st.integers(0, n).map(lambda k: Tally(k, n)))


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17, 873–890, table II, method 10; the same from
        # statsmodels 0.15.0, confint_proportions_2indep(method="newcomb").
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_differences_of_shares_are_what_was_published(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    assert newcombe(Tally(*one), Tally(*other)) == pytest.approx((low, high), abs=5e-5)


@given(tallies(), tallies())
def test_the_interval_leaves_nothing_exactly_where_p_is_small(one: Tally, other: Tally) -> None:
    found = share_difference(one, other)
    assert found.low <= found.value <= found.high
    assert (found.p < 0.05) is (found.low > 0 or found.high < 0)


@given(tallies(), tallies())
def test_turned_round_a_difference_is_turned_round(one: Tally, other: Tally) -> None:
    there, back = share_difference(one, other), share_difference(other, one)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))
    assert back.p == pytest.approx(there.p)


def binomial(share: float, size: int) -> list[float]:
    return [comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(size + 1)]


@pytest.mark.parametrize("share", [0.5, 0.85, 0.95])
def test_equal_shares_differ_as_seldom_as_they_should(share: float) -> None:
    """The exact sum over both samples of 40."""
    chances = binomial(share, 40)
    false = 0.0
    for k, p in enumerate(chances):
        for m, r in enumerate(chances):
            low, high = newcombe(Tally(k, 40), Tally(m, 40))
            false += p * r * (low > 0 or high < 0)
    assert 0.01 < false < 0.06


def test_customers_who_come_again_make_a_difference_less_sure() -> None:
    alike = ClusterSums(20, 20 * 36, 15 * 36, 15 * 36)
    effective = effective_tally(90, 120, alike)
    other = Tally(66, 120)
    assert effective.share == pytest.approx(0.75)
    assert share_difference(Tally(90, 120), other).p < 0.05 < share_difference(effective, other).p


def test_a_difference_of_means_is_as_sure_as_both_of_them() -> None:
    found = mean_difference(Estimate(10.0, 9.0), Estimate(2.0, 16.0))
    assert (found.low, found.high) == pytest.approx((8 - 1.959964 * 5, 8 + 1.959964 * 5))
    assert found.p == pytest.approx(0.109599, abs=1e-6)  # 2 · (1 − Φ(1.6))


@pytest.mark.parametrize(("value", "p"), [(0.0, 1.0), (3.0, 0.0)])
def test_without_spread_means_differ_or_do_not(value: float, p: float) -> None:
    assert mean_difference(Estimate(value, 0.0), Estimate(0.0, 0.0)) == Difference(
        value, value, value, p
    )


def test_adjusted_p_values_are_what_was_published() -> None:
    assert adjusted(list(FIFTEEN)) == pytest.approx(list(FIFTEEN.values()), abs=1e-6)
    assert discoveries(list(FIFTEEN)) == (True,) * 4 + (False,) * 11
    assert adjusted([]) == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_a_family_has_no_order(p_values: list[float]) -> None:
    turned = p_values[::-1]
    assert adjusted(turned) == pytest.approx(adjusted(p_values)[::-1])
    assert all(raw <= one <= 1 for raw, one in zip(p_values, adjusted(p_values), strict=True))


def test_of_one_alone_the_p_stays() -> None:
    assert adjusted([0.03]) == (0.03,)


def test_arrows_are_for_what_is_left_after_adjustment() -> None:
    sure, likely = Difference(0.2, 0.1, 0.3, 0.0001), Difference(-0.1, -0.19, -0.01, 0.03)
    none = [Difference(0.0, -0.1, 0.1, 1.0)] * 8
    assert arrows([sure, likely]) == (Arrow.UP, Arrow.DOWN)
    assert arrows([sure, likely, *none])[:2] == (Arrow.UP, Arrow.NONE)


def test_where_nothing_differs_a_whole_family_seldom_has_an_arrow() -> None:
    """26 segments: without adjustment nearly every refresh has one, with it 1 in 20."""
    chance, rounds = np.random.default_rng(3), 400
    p_values = chance.random((rounds, 26))
    families = sum(any(discoveries(row.tolist())) for row in p_values) / rounds
    assert (p_values < 0.05).any(axis=1).mean() > 0.6
    assert families < 0.05 + 3 * sqrt(0.05 * 0.95 / rounds)
