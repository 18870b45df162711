"""Volumes: contact rates, abandoned calls, the backlog's checks and the week's shape."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.metrics.figures import Reason
from tierwise.metrics.volume import (
    abandonment,
    backlog_gap,
    contact_rate,
    expected_backlog,
    fits_littles_law,
    net_flow,
    seasonal_index,
    seasonal_intervals,
)


def test_eighteen_tickets_of_six_hundred_customers() -> None:
    found = contact_rate(18, 600, 1000)
    assert found.value == pytest.approx(30.0)
    assert found.n == 18
    assert (found.low, found.high) == pytest.approx((17.78, 47.41), abs=0.01)


def test_a_rate_over_nobody_is_missing() -> None:
    assert contact_rate(3, 0, 100).reason == Reason.NOTHING


def test_short_abandons_leave_both_sides() -> None:
    found = abandonment(1000, 60, 15)
    assert (found.every.value, found.every.n) == (0.06, 1000)
    assert (found.without_short.value, found.without_short.n) == (45 / 985, 985)
    assert abandonment(5, 5, 5).without_short.reason == Reason.NOTHING


@pytest.mark.parametrize(
    ("backlog", "fits"), [(72, True), (97, True), (98, False), (47, True), (46, False)]
)
def test_little_expects_seventy_two(backlog: int, fits: bool) -> None:
    assert expected_backlog(48, 1.5) == 72
    assert fits_littles_law(backlog, 72) == fits


@given(*[st.integers(0, 50)] * 5)
def test_the_books_of_the_backlog_close(
    before: int, new: int, reopened: int, resolved: int, gone: int
) -> None:
    after = before + net_flow(new, reopened, resolved) - gone
    assert backlog_gap(before, after, new + reopened, resolved + gone) == 0
    assert backlog_gap(before, after + 1, new + reopened, resolved + gone) == 1


def test_a_month_with_five_mondays_has_no_busier_mondays() -> None:
    days = np.arange(29) % 7
    index = seasonal_index(np.where(days < 5, 20, 5), days, 7)
    assert index[0] == index[1]
    assert index[0] / index[6] == pytest.approx(4)


def test_a_slot_never_seen_has_no_index() -> None:
    assert np.isnan(seasonal_index([1, 2], [0, 1], 3)[2])


def test_the_interval_of_the_index_holds_it() -> None:
    chance = np.random.default_rng(2)
    shape = np.array([1.4, 1.2, 1.1, 1.0, 0.9, 0.8, 0.6])
    weeks = chance.poisson(50 * shape, size=(12, 7))
    found = seasonal_intervals(weeks, chance)
    assert sum(low <= true <= high for (low, high), true in zip(found, shape, strict=True)) >= 6
    assert all(high - low < 0.4 for low, high in found)
