"""Intervals of shares and counts: published, exact, and for customers who come again."""

from math import comb, exp, factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.metrics.intervals import (
    UNCLUSTERED,
    ClusterSums,
    Tally,
    clustered_wilson,
    design_effect,
    effective_tally,
    garwood,
    kish_size,
    student_t,
    wilson,
)


def sums(sizes: list[int], hits: list[int]) -> ClusterSums:
    """Clusters by how many each has, and how many of them hit."""
    pairs = list(zip(sizes, hits, strict=True))
    return ClusterSums(
        len(sizes),
        sum(size * size for size in sizes),
        sum(size * hit for size, hit in pairs),
        sum(hit * hit for hit in hits),
    )


@pytest.mark.parametrize(
    ("hits", "size", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17, table I: method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_is_what_was_published(hits: int, size: int, low: float, high: float) -> None:
    assert wilson(hits, size) == pytest.approx((low, high), abs=5e-5)


def coverage(share: float, size: int) -> float:
    """How often the interval holds the true share: the exact sum over all outcomes."""
    chances = (comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(size + 1))
    bounds = (wilson(k, size) for k in range(size + 1))
    return sum(p for p, (low, high) in zip(chances, bounds, strict=True) if low <= share <= high)


def test_wilson_covers_what_it_says() -> None:
    grid = [coverage(p, n) for p in (0.5, 0.75, 0.9, 0.95, 0.98) for n in (10, 20, 30, 50, 100)]
    assert min(grid) >= 0.90
    assert sum(grid) / len(grid) >= 0.94


@given(st.integers(1, 500), st.data())
def test_the_share_lies_in_its_interval(size: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, size))
    low, high = wilson(hits, size)
    assert 0 <= low <= hits / size <= high <= 1


def test_without_a_sample_there_is_no_interval() -> None:
    with pytest.raises(ValueError, match="without a sample"):
        wilson(0, 0)


def test_one_each_is_as_if_nobody_came_again() -> None:
    ones = sums([1] * 40, [1] * 30 + [0] * 10)
    assert design_effect(30, 40, ones) == design_effect(30, 40, UNCLUSTERED) == 1.0
    assert clustered_wilson(30, 40, ones) == wilson(30, 40)


def test_customers_who_are_all_alike_count_once_each() -> None:
    alike = sums([6] * 20, [6] * 15 + [0] * 5)
    assert design_effect(90, 120, alike) == pytest.approx(6 * 20 / 19)
    assert design_effect(120, 120, sums([6] * 20, [6] * 20)) == 6


@pytest.mark.parametrize("customers", [60, 200])
def test_repeat_customers_are_covered_and_naive_intervals_are_not(customers: int) -> None:
    """Six tickets a customer who are alike: Wilson on tickets holds too seldom, on n/deff not."""
    chance, rounds, share = np.random.default_rng(7), 800, 0.85
    habits = chance.beta(share * 4, (1 - share) * 4, size=(rounds, customers))
    hits = chance.binomial(6, habits)
    naive = honest = 0
    for one in hits:
        total, size = int(one.sum()), 6 * customers
        low, high = wilson(total, size)
        naive += low <= share <= high
        low, high = clustered_wilson(total, size, sums([6] * customers, one.tolist()))
        honest += low <= share <= high
    assert naive / rounds < 0.88
    assert 0.92 <= honest / rounds <= 0.98


def test_a_tally_is_so_many_of_so_many() -> None:
    assert Tally(3, 4).share == 0.75
    assert Tally(0, 0).share is None
    effective = effective_tally(90, 120, sums([6] * 20, [6] * 15 + [0] * 5))
    assert (effective.hits, effective.size) == pytest.approx((14.25, 19))


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        # Garwood 1936, table; Pearson & Hartley, Biometrika Tables for Statisticians, table 40.
        (0, 0.0, 3.689),
        (1, 0.0253, 5.572),
        (5, 1.623, 11.668),
        (10, 4.795, 18.390),
        (50, 37.111, 65.919),
    ],
)
def test_garwood_is_what_was_published(count: int, low: float, high: float) -> None:
    assert garwood(count) == pytest.approx((low, high), abs=1e-3)


@pytest.mark.parametrize("mean", [0.5, 3.0, 12.0])
def test_garwood_covers_at_least_what_it_says(mean: float) -> None:
    held = 0.0
    for count in range(60):
        low, high = garwood(count)
        held += mean**count * exp(-mean) / factorial(count) * (low <= mean <= high)
    assert held >= 0.95


def test_a_rate_is_a_count_over_what_was_exposed() -> None:
    low, high = garwood(10)
    assert garwood(10, 4.0) == (low / 4, high / 4)
    with pytest.raises(ValueError, match="without exposure"):
        garwood(10, 0.0)


def test_equal_weights_weaken_nothing() -> None:
    assert kish_size(7 * 0.3, 7 * 0.09) == pytest.approx(7)
    assert kish_size(1.0 + 1e-9, 1.0 + 1e-18) == pytest.approx(1)
    assert kish_size(0, 0) == 0


def test_student_is_wider_than_normal() -> None:
    assert student_t(1) == pytest.approx(12.7062, abs=1e-4)
    assert student_t(10) == pytest.approx(2.2281, abs=1e-4)
