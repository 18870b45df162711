"""Agents' time: messages by the hour, occupancy, and chats side by side."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.metrics.figures import Figure, Reason
from tierwise.metrics.workload import handle_times, message_volume, time_use

spans = st.lists(
    st.tuples(st.integers(0, 100), st.integers(0, 100)).map(sorted), min_size=1, max_size=8
)


def union(told: list[list[int]]) -> int:
    return len({second for start, end in told for second in range(start, end)})


def test_disparity_is_mostly_roster() -> None:
    found = message_volume({"c": 30, "a": 120, "b": 90}, {"a": 40, "b": 30, "c": 15})
    assert found.mean.value == 80
    assert {name: one.value for name, one in found.per_hour.items()} == {"a": 3, "b": 3, "c": 2}
    assert list(found.per_hour) == ["a", "b", "c"]
    assert found.inequality == pytest.approx(0.25)


def test_who_was_not_online_has_no_rate() -> None:
    found = message_volume({"a": 12, "b": 0}, {"a": 4, "b": 0})
    assert found.per_hour["b"].reason == Reason.NOTHING
    assert message_volume({}, {}).mean.reason == Reason.NOTHING


def test_a_day_of_eight_paid_hours() -> None:
    """Four handling, one waiting, three elsewhere; counted, so no interval."""
    found = time_use(4 * 3600, 3600, 8 * 3600)
    assert found.occupancy == Figure(0.8, None, None, 1)
    values = (found.utilisation.value, found.availability.value, found.shrinkage.value)
    assert values == (0.5, 0.625, 0.375)


def test_nobody_paid_and_nobody_online() -> None:
    assert time_use(0, 0, 0).occupancy.reason == Reason.NOTHING
    assert time_use(0, 0, 100).shrinkage.value == 1.0


#: what, intervals, seconds of each
SPLITS = [
    ("one after another", [(0, 10), (10, 30)], [10, 20]),
    ("twenty minutes each, ten of them together", [(0, 20), (10, 30)], [15, 15]),
    ("one inside the other", [(0, 30), (10, 20)], [25, 5]),
    ("three at once", [(0, 30), (0, 30), (0, 30)], [10, 10, 10]),
    ("with a gap", [(0, 10), (50, 60)], [10, 10]),
    ("no time at all", [(5, 5), (0, 10)], [0, 10]),
]


@pytest.mark.parametrize(("what", "told", "seconds"), SPLITS)
def test_chats_side_by_side_split_the_time(
    what: str, told: list[tuple[int, int]], seconds: list[int]
) -> None:
    starts, ends = zip(*told, strict=True)
    assert handle_times(starts, ends).tolist() == pytest.approx(seconds), what


@given(spans)
def test_handle_time_is_the_time_somebody_was_busy(told: list[list[int]]) -> None:
    starts, ends = zip(*told, strict=True)
    found = handle_times(starts, ends)
    assert found.sum() == pytest.approx(union(told))
    assert (found >= 0).all()
    assert (found <= np.subtract(ends, starts) + 1e-9).all()


def test_agents_do_not_share_their_time() -> None:
    assert handle_times([0, 0, 0], [10, 10, 10], ["a", "b", "a"]).tolist() == [5, 10, 5]


def test_no_intervals_take_no_time() -> None:
    assert handle_times([], []).tolist() == []
