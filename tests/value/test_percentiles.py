"""Percentile analysis: who is the top, what they bring, and how sure that is."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shop_days import engine_with, order, standings
from tierwise.value.percentiles import gini, lorenz, next_share, top_share


@pytest.mark.parametrize("customers", [1, 4, 5, 10, 59, 1000, 5942])
@pytest.mark.parametrize("top", [1.0, 2.5, 10.0, 20.0, 50.0, 100.0])
def test_the_top_is_that_share_of_customers_rounded_up(customers: int, top: float) -> None:
    values = np.arange(customers, 0, -1, dtype=np.int64)
    assert top_share(values, top).customers == math.ceil(round(top * customers / 100, 9))


def test_the_rule_and_the_table_mean_the_same_customers() -> None:
    valued = standings(engine_with([order(f"c{i}", 1, i * 7 % 101) for i in range(100)]))
    values = np.array(sorted((row["ltv_minor"] for row in valued.values()), reverse=True))
    for top in (1.0, 10.0, 33.0):
        by_rule = [row for row in valued.values() if row["ltv_percentile"] >= 100 - top]
        assert len(by_rule) == top_share(values, top).customers


def test_equal_customers_are_all_in_or_all_out() -> None:
    values = np.array([9, 9, 9, 9, 1, 1, 1, 1, 1, 1], dtype=np.int64)
    assert top_share(values, 10.0).customers == 4
    assert top_share(values, 10.0).from_minor == 9


def test_shares_of_a_small_shop() -> None:
    values = np.array([60, 20, 10, 10], dtype=np.int64)
    assert top_share(values, 25.0).share == pytest.approx(0.6)
    assert gini(values) == pytest.approx(0.4)
    assert lorenz(values)[-2] == pytest.approx((0.75, 0.4))


def test_nothing_sold_is_no_share() -> None:
    nothing = np.zeros(3, dtype=np.int64)
    assert top_share(nothing, 10.0).share == 0.0
    assert gini(nothing) == 0.0
    assert lorenz(nothing) == ((0.0, 0.0), (1.0, 1.0))
    assert next_share(nothing, nothing, 0, 10.0) is None


def test_the_top_is_followed_into_the_next_period() -> None:
    then, after = np.array([5, 100, 7]), np.array([40, 30, 10])
    assert next_share(then, after, 100, 30.0) == pytest.approx(0.3)


amounts = st.lists(st.integers(0, 10**9), min_size=1, max_size=200)


@given(amounts)
def test_the_lorenz_curve_sags_and_the_gini_stays_in_bounds(values: list[int]) -> None:
    highest_first = np.array(sorted(values, reverse=True), dtype=np.int64)
    assert 0.0 <= gini(highest_first) + 1e-12 < 1.0 + 1e-9
    if highest_first.sum():
        assert all(money <= people + 1e-9 for people, money in lorenz(highest_first))


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_interval_covers_what_resampling_shows(seed: int) -> None:
    """Half the width agrees with the bootstrap standard error within a third."""
    chance = np.random.default_rng(seed)
    values = -np.sort(-chance.lognormal(8, 1, 2000).astype(np.int64))
    draws = [
        top_share(-np.sort(-chance.choice(values, len(values))), 10.0).share for _ in range(200)
    ]
    share = top_share(values, 10.0)
    assert (share.high - share.share) / 1.96 == pytest.approx(float(np.std(draws)), rel=0.35)
    assert share.low < share.share < share.high
