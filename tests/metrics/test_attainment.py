"""Attainment: what counts, what does not, and when the interval decides."""

import pytest

from tierwise.metrics.attainment import Counts, Verdict, asked_on_average, attainment
from tierwise.metrics.intervals import ClusterSums


def of(met: int, missed: int, target: float | None = 0.9) -> Verdict:
    return attainment(Counts(met=met, late=missed), target).verdict


@pytest.mark.parametrize(
    ("met", "missed", "verdict"),
    [
        (990, 10, Verdict.ON_TARGET),
        (700, 300, Verdict.BELOW),
        (89, 11, Verdict.TOO_CLOSE),
        (9, 0, Verdict.TOO_FEW),
        (0, 0, Verdict.TOO_FEW),
        (0, 400, Verdict.BELOW),
    ],
)
def test_a_target_is_judged_by_the_interval(met: int, missed: int, verdict: Verdict) -> None:
    assert of(met, missed) is verdict


def test_without_a_target_nothing_is_judged() -> None:
    assert of(990, 10, None) is Verdict.NO_TARGET


def test_open_promises_past_their_time_are_missed_and_others_do_not_count() -> None:
    found = attainment(Counts(met=2, late=1, open_late=1, not_due=5, not_counted=7))
    assert (found.share, found.counts.decided) == (0.5, 4)


def test_nothing_due_is_no_share_at_all() -> None:
    found = attainment(Counts(not_due=3, not_counted=2), 0.9)
    assert (found.share, found.low, found.high) == (None, None, None)
    assert found.is_pale


def test_little_or_wide_is_pale() -> None:
    assert attainment(Counts(met=29)).is_pale
    assert not attainment(Counts(met=40)).is_pale
    ten_each = ClusterSums(4, 400, 300, 250)
    assert attainment(Counts(met=30, late=10, clusters=ten_each)).is_pale


def test_promises_together_ask_what_was_due_of_each() -> None:
    parts = [
        attainment(Counts(met=30), 0.95),
        attainment(Counts(met=5, late=5), 0.8),
        attainment(Counts(not_due=9), 0.5),
        attainment(Counts(met=100), None),
    ]
    assert asked_on_average(parts) == pytest.approx((30 * 0.95 + 10 * 0.8) / 40)
    assert asked_on_average(parts[2:]) is None
