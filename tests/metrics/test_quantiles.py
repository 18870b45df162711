"""Quantiles: type 7, and intervals that hold whatever the lengths are like."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.metrics.quantiles import quantile, quantile_interval, ranks, smallest_sample


@pytest.mark.parametrize(
    ("values", "q", "found"),
    [
        ((1, 2, 3, 4), 0.5, 2.5),
        ((4, 1, 3, 2), 0.25, 1.75),
        ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 0.9, 9.1),
        ((7,), 0.9, 7.0),
    ],
)
def test_a_quantile_lies_between_two_values(
    values: tuple[float, ...], q: float, found: float
) -> None:
    assert quantile(values, q) == pytest.approx(found)


def test_of_nothing_there_is_no_quantile() -> None:
    with pytest.raises(ValueError, match="without values"):
        quantile([], 0.5)


def at_most(count: int, n: int, q: float) -> float:
    return sum(comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(count + 1))


@given(st.integers(1, 150), st.sampled_from([0.1, 0.5, 0.75, 0.9, 0.95]))
def test_ranks_leave_out_as_much_as_they_may_and_no_more(n: int, q: float) -> None:
    at = ranks(n, q)
    if at is None:
        assert min(at_most(0, n, q), 1 - at_most(n - 1, n, q)) < 1
        assert at_most(0, n, q) > 0.025 or q**n > 0.025
        return
    assert 1 <= at.low < at.high <= n
    below, above = at_most(at.low - 1, n, q), 1 - at_most(at.high - 1, n, q)
    assert below <= 0.025 + 1e-12
    assert above <= 0.025 + 1e-12
    assert at_most(at.low, n, q) > 0.025 - 1e-12
    assert 1 - at_most(at.high - 2, n, q) > 0.025 - 1e-12
    assert at.coverage == pytest.approx(1 - below - above)


@pytest.mark.parametrize(("q", "n"), [(0.5, 6), (0.9, 36), (0.95, 72), (0.1, 36)])
def test_the_smallest_sample_with_two_ends(q: float, n: int) -> None:
    assert smallest_sample(q) == n
    assert ranks(n - 1, q) is None
    assert ranks(n, q) is not None


def test_the_interval_is_made_of_values_in_any_order() -> None:
    assert quantile_interval([*range(20, 0, -1)], 0.5) == (6, 15)
    assert quantile_interval([1, 2, 3, 4, 5], 0.5) is None
    assert quantile_interval([], 0.5) is None


def test_a_million_values_are_no_matter() -> None:
    at = ranks(1_000_000, 0.5)
    assert at is not None
    assert (at.low, at.high) == (499_020, 500_981)  # 500 000 ± 1.96 · 500
