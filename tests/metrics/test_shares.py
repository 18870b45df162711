"""Plain shares, and how two groups compare."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.metrics.figures import Reason
from tierwise.metrics.intervals import ClusterSums
from tierwise.metrics.shares import selection_rate_ratio, share


@pytest.mark.parametrize(
    ("hits", "size", "pale"), [(15, 20, True), (29, 29, True), (30, 30, False), (18, 36, True)]
)
def test_little_or_wide_is_pale(hits: int, size: int, pale: bool) -> None:
    found = share(hits, size)
    assert (found.value, found.n, found.is_pale) == (hits / size, size, pale)


def test_nothing_is_not_nought() -> None:
    assert share(0, 0).reason == Reason.NOTHING


def test_repeat_customers_widen_it() -> None:
    plain, alike = share(90, 120), share(90, 120, ClusterSums(20, 720, 540, 540))
    assert plain.low is not None
    assert alike.low is not None
    assert alike.low < plain.low


#: premium of A, A, premium of B, B; ratio, review
AUDITS = [
    (60, 500, 24, 300, 2 / 3, True),
    (24, 300, 60, 500, 2 / 3, True),
    (10, 100, 10, 100, 1.0, False),
    (8, 100, 10, 100, 0.8, False),
    (0, 100, 10, 100, 0.0, True),
    (100, 100, 100, 100, 1.0, False),
]


@pytest.mark.parametrize(("a", "of_a", "b", "of_b", "ratio", "review"), AUDITS)
def test_the_four_fifths_rule(
    a: int, of_a: int, b: int, of_b: int, ratio: float, review: bool
) -> None:
    found = selection_rate_ratio(a, of_a, b, of_b)
    assert found.ratio.value == pytest.approx(ratio)
    assert found.needs_review == review


@pytest.mark.parametrize(("a", "of_a", "b", "of_b"), [(0, 0, 1, 10), (0, 10, 0, 10)])
def test_without_people_or_premium_nothing_is_compared(
    a: int, of_a: int, b: int, of_b: int
) -> None:
    found = selection_rate_ratio(a, of_a, b, of_b)
    assert (found.ratio.value, found.needs_review) == (None, False)


@given(st.integers(1, 200), st.integers(1, 200), st.data())
def test_the_ratio_lies_in_its_interval(one: int, other: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, one)), data.draw(st.integers(0, other))
    ratio = selection_rate_ratio(hits[0], one, hits[1], other).ratio
    if ratio.value is not None:
        assert ratio.low is not None
        assert ratio.high is not None
        assert 0 <= ratio.low <= ratio.value <= ratio.high


def test_the_interval_holds_the_true_ratio() -> None:
    chance, held, rounds = np.random.default_rng(8), 0, 500
    for _ in range(rounds):
        found = selection_rate_ratio(
            int(chance.binomial(500, 0.12)), 500, int(chance.binomial(300, 0.06)), 300
        ).ratio
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.5 <= found.high
    assert 0.92 <= held / rounds <= 0.98
