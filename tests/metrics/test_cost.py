"""What a resolution costs, in all and by level."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.metrics.cost import (
    LevelWork,
    cost_by_level,
    cost_per_resolution,
    cost_per_resolution_by_days,
)
from tierwise.metrics.figures import Reason


def test_reopened_tickets_add_cost_and_no_output() -> None:
    assert cost_per_resolution(1_200_000, 2_000).value == 600
    assert cost_per_resolution(1_200_000, 0).reason == Reason.NOTHING


def test_labour_goes_by_handle_time_and_overhead_by_its_key() -> None:
    """VIP: a quarter of the time for a tenth of the tickets."""
    work = {"vip": LevelWork(2_500, 100, 100), "basic": LevelWork(7_500, 900, 900)}
    found = cost_by_level(800_000, 200_000, work)
    assert found["vip"].cost_minor == 200_000 + 20_000
    assert found["vip"].per_resolution.value == 2_200
    assert found["basic"].per_resolution.value == pytest.approx(780_000 / 900)


def test_a_level_that_resolved_nothing_cost_something() -> None:
    work = {"vip": LevelWork(3_600, 0, 0), "basic": LevelWork(3_600, 10, 1)}
    found = cost_by_level(1_000, 0, work)["vip"]
    assert (found.cost_minor, found.per_resolution.reason) == (500, Reason.NOTHING)


@given(
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.lists(st.tuples(*[st.integers(0, 10**6)] * 3), min_size=1, max_size=5),
)
def test_the_levels_cost_all_there_is(
    labour: int, overhead: int, told: list[tuple[int, int, int]]
) -> None:
    work = {str(i): LevelWork(*row) for i, row in enumerate(told)}
    found = cost_by_level(labour, overhead, work)
    assert sum(one.cost_minor for one in found.values()) == pytest.approx(labour + overhead)


def test_days_tell_how_sure_a_cost_is() -> None:
    chance, held = np.random.default_rng(6), 0
    for _ in range(150):
        done = chance.poisson(50, 56)
        cost = 400 * done + chance.gamma(4, 2_500, 56)  # truth: 400 + 10,000 / 50
        found = cost_per_resolution_by_days(cost, done, chance)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 600 <= found.high
    assert 0.89 <= held / 150 <= 0.99


def test_a_few_days_tell_nothing_of_it() -> None:
    found = cost_per_resolution_by_days([100.0] * 5, [1.0] * 5, np.random.default_rng(1))
    assert (found.value, found.low) == (100, None)
