"""What customers settle without a person."""

from math import inf

import pytest

from tierwise.metrics.figures import Reason
from tierwise.metrics.self_help import bot_containment, deflection, self_service_score


def test_whoever_comes_back_was_not_contained() -> None:
    found = bot_containment(400, 250, 40)
    assert (found.raw.value, found.confirmed.value) == (0.625, 0.525)
    assert found.confirmed.n == 400
    assert bot_containment(0, 0, 0).raw.reason == Reason.NOTHING


def test_deflection_lies_between_two_shares() -> None:
    found = deflection(1000, 120, 700)
    assert (found.at_least.value, found.at_most.value) == (0.12, 0.7)
    assert found.at_least.low is not None
    assert found.at_most.high is not None
    assert found.at_least.low < 0.12 < 0.7 < found.at_most.high


def test_four_readers_for_each_writer() -> None:
    found = self_service_score(4000, 1000)
    assert found.value == 4.0
    # Wilson's .7887–.8109 of the share .8.
    assert (found.low, found.high) == pytest.approx((3.732, 4.287), abs=0.002)


@pytest.mark.parametrize(
    ("readers", "writers", "value"), [(0, 10, 0.0), (10, 0, None), (0, 0, None)]
)
def test_none_of_one_kind(readers: int, writers: int, value: float | None) -> None:
    assert self_service_score(readers, writers).value == value


def test_readers_alone_have_no_end() -> None:
    high = self_service_score(10, 1).high
    assert high is not None
    assert 10 < high < inf
