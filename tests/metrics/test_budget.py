"""Error budgets: what is allowed and used, when it is gone, and where a period will end."""

from math import inf, isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.metrics.budget import (
    BurnTerms,
    Decided,
    burn_down,
    burn_rate,
    days_to_exhaustion,
    decided,
    error_budget,
    largest_burn,
)
from tierwise.metrics.figures import Reason

DAY = 9 * 3600.0
PERIOD = 20 * DAY
TERMS = BurnTerms(0.95, PERIOD)
DAY_ENDS = np.arange(1, 21) * DAY


def test_sixty_percent_of_the_budget_is_used() -> None:
    budget = error_budget(1000, 30, 0.95)
    assert (budget.allowed, budget.used, budget.left) == pytest.approx((50.0, 0.6, 0.4))


def test_a_budget_can_be_overdrawn() -> None:
    assert error_budget(100, 20, 0.9).left == pytest.approx(-1.0)


@pytest.mark.parametrize(
    ("events", "breaches", "target"), [(100, 0, 1.0), (100, 3, 1.0), (0, 0, 0.9)]
)
def test_where_nothing_is_allowed_no_share_of_it_is_used(
    events: int, breaches: int, target: float
) -> None:
    budget = error_budget(events, breaches, target)
    assert (budget.used, budget.left) == (None, None)


def test_a_fifth_late_burns_a_budget_of_five_percent_at_four() -> None:
    found = burn_rate(12, 60, 0.95)
    assert found.value == pytest.approx(4.0)
    assert found.low is not None
    assert found.high is not None
    # Wilson's interval of 12 in 60 over 5 %.
    assert (found.low, found.high) == pytest.approx((2.3657, 6.3564), abs=1e-4)
    assert burn_rate(12, 60, 0.95, effect=4.0).low < found.low  # type: ignore[operator]


@pytest.mark.parametrize(
    ("breaches", "events", "target", "reason"),
    [(0, 0, 0.95, Reason.NOTHING), (2, 10, 1.0, Reason.NO_PROMISE)],
)
def test_no_burn_rate_without_clocks_or_budget(
    breaches: int, events: int, target: float, reason: Reason
) -> None:
    assert burn_rate(breaches, events, target).reason == reason


@given(st.integers(1, 500), st.floats(0.5, 0.999), st.data())
def test_no_burn_is_faster_than_everything_late(
    events: int, target: float, data: st.DataObject
) -> None:
    breaches = data.draw(st.integers(0, events))
    value = burn_rate(breaches, events, target).value
    assert value is not None
    assert value <= largest_burn(target) * (1 + 1e-12)


def test_a_promise_of_all_can_burn_without_end() -> None:
    assert largest_burn(1.0) == inf


@pytest.mark.parametrize(
    ("left", "burn", "days"),
    [(0.6, 3, 5.6), (1.0, 1, 28.0), (0.0, 2, 0.0), (-0.3, 2, 0.0), (0.6, 0, None)],
)
def test_days_until_the_budget_is_gone(left: float, burn: float, days: float | None) -> None:
    assert days_to_exhaustion(left, burn) == (None if days is None else pytest.approx(days))


#: what happened, fulfilled, due, whether it counts at 100 and when, and as a miss
CLOCKS = [
    ("kept early", 30.0, 60.0, (30.0, 0)),
    ("kept at the due time", 60.0, 60.0, (60.0, 0)),
    ("late", 90.0, 60.0, (60.0, 1)),
    ("open and past due", nan, 60.0, (60.0, 1)),
    ("open, due now", nan, 100.0, None),
    ("open, due later", nan, 110.0, None),
    ("kept now", 100.0, 200.0, (100.0, 0)),
    ("answered after now, due before", 150.0, 60.0, (60.0, 1)),
    ("no promise", 30.0, nan, None),
    ("due before the period", nan, -5.0, (-5.0, 1)),
]


@pytest.mark.parametrize(("what", "fulfilled", "due", "counts"), CLOCKS)
def test_a_clock_counts_at_its_end_or_due_time_whichever_is_first(
    what: str, fulfilled: float, due: float, counts: tuple[float, int] | None
) -> None:
    found = decided([fulfilled], [due], 100.0)
    expected = ([], []) if counts is None else ([counts[0]], [counts[1]])
    assert (found.at_s.tolist(), found.missed.tolist()) == expected, what


def test_windows_hold_their_end_and_not_their_beginning() -> None:
    clocks = decided([nan] * 3, [10.0, 20.0, 30.0], 100.0)
    events, breaches = clocks.within([0.0, 10.0, 30.0], [10.0, 30.0, 40.0])
    assert events.tolist() == breaches.tolist() == [1.0, 2.0, 0.0]


def steady(day_count: int, a_day: int, missed_each: int) -> Decided:
    """`a_day` clocks a day, every `missed_each`th missed."""
    at = (np.arange(day_count * a_day) + 0.5) * DAY / a_day
    return Decided(at, (np.arange(len(at)) % missed_each == 0).astype(float))


def test_ten_days_of_twenty_clocks_with_every_tenth_late() -> None:
    down = burn_down(steady(10, 20, 10), DAY_ENDS, 10 * DAY, TERMS, recent_s=5 * DAY)
    assert down.allowed == pytest.approx(20.0)  # 5 % of 400 expected
    assert down.pace[[0, 9, 19]] == pytest.approx([1.0, 10.0, 20.0])
    assert down.used[:10].tolist() == [2.0 * day for day in range(1, 11)]
    assert np.isnan(down.used[10:]).all()
    assert np.isnan(down.low[:10]).all()
    assert down.low[19] < 40 < down.high[19]
    assert (np.diff(down.high[10:]) > 0).all()


def test_the_day_of_today_has_what_is_used_and_what_may_come() -> None:
    down = burn_down(steady(10, 20, 10), DAY_ENDS, 9.5 * DAY, TERMS, recent_s=5 * DAY)
    assert (isnan(down.used[8]), isnan(down.used[9]), isnan(down.used[10])) == (False, False, True)
    assert (isnan(down.low[8]), isnan(down.low[9])) == (True, False)


def test_closed_days_use_nothing_and_allow_nothing() -> None:
    ends = np.array([1, 1, 1, 2, 3]) * DAY
    down = burn_down(steady(1, 20, 10), ends, DAY, BurnTerms(0.9, 3 * DAY), recent_s=DAY)
    assert down.pace[0] == down.pace[2] < down.pace[3]
    assert down.used[:3].tolist() == [2.0, 2.0, 2.0]


def test_without_clocks_nothing_is_projected() -> None:
    down = burn_down(decided([], [], 0.0), DAY_ENDS, 5 * DAY, TERMS, recent_s=5 * DAY)
    assert down.allowed == 0
    assert down.low[19] == down.high[19] == 0


def test_a_new_period_is_projected_from_the_one_before() -> None:
    before = steady(20, 20, 10)
    clocks = Decided(before.at_s - PERIOD, before.missed)
    down = burn_down(clocks, DAY_ENDS, 0.0, TERMS, recent_s=10 * DAY)
    assert down.allowed == pytest.approx(20.0)
    assert down.low[19] < 40 < down.high[19]


def test_the_band_holds_the_end_as_often_as_it_says() -> None:
    chance, rounds, held = np.random.default_rng(5), 400, 0
    for _ in range(rounds):
        at = np.sort(chance.uniform(0, PERIOD, chance.poisson(600)))
        missed = (chance.random(len(at)) < 0.08).astype(float)
        known = at <= 8 * DAY
        clocks = Decided(at[known], missed[known])
        down = burn_down(clocks, DAY_ENDS, 8 * DAY, TERMS, recent_s=8 * DAY)
        held += down.low[19] <= missed.sum() <= down.high[19]
    assert 0.91 <= held / rounds <= 0.99
