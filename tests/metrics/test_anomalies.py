"""More tickets than the season explains: alarms that are rare, and drifts that are slow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom, poisson

from tierwise.metrics.anomalies import (
    Season,
    chance_of_so_many,
    dispersion,
    find_drift,
    is_alarm,
    learn_season,
    look,
)

SHAPE = np.array([1.3, 1.2, 1.1, 1.0, 1.0, 0.8, 0.6])
FLAT = Season(np.ones(7), 1000.0, 10.0, 0.0)  # a hundred a day, whatever day
DAYS = np.arange(84) % 7


def made(seed: int, weeks: int = 12, mean: float = 100.0, spread: float = 0.05) -> np.ndarray:
    days = np.arange(weeks * 7) % 7
    mu = mean * SHAPE[days]
    return np.random.default_rng(seed).negative_binomial(1 / spread, 1 / (1 + spread * mu))


def test_varying_counts_prove_less_than_poissons() -> None:
    assert chance_of_so_many(65, 50, 0.05) == pytest.approx(0.138, abs=5e-4)
    assert chance_of_so_many(65, 50, 0.0) == pytest.approx(0.024, abs=5e-4)


@given(st.integers(0, 300), st.floats(0.5, 200), st.floats(0.001, 1))
def test_the_tail_is_scipys(count: int, mean: float, spread: float) -> None:
    found = chance_of_so_many(count, mean, spread)
    expected = nbinom.sf(count - 1, 1 / spread, 1 / (1 + spread * mean))
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-12)
    assert chance_of_so_many(count, mean, 0.0) == pytest.approx(
        poisson.sf(count - 1, mean), rel=1e-6, abs=1e-12
    )


def test_the_dispersion_is_found_again() -> None:
    found = [learn_season(made(seed), DAYS, 7).dispersion for seed in range(40)]
    assert np.mean(found) == pytest.approx(0.05, abs=0.01)


def test_what_varies_less_than_poisson_has_no_dispersion() -> None:
    assert dispersion([10, 10, 10], [10, 10, 10]) == 0.0
    assert dispersion([], []) == 0.0


def test_the_season_is_learnt() -> None:
    season = learn_season(made(1, spread=0.001), DAYS, 7)
    assert season.level * season.index == pytest.approx(100 * SHAPE, rel=0.08)


def test_the_level_follows_the_last_eight_weeks() -> None:
    counts = np.concatenate([np.full(84, 50), np.full(84, 100)])
    season = learn_season(counts, np.arange(168) % 7, 7)
    assert 90 < season.level < 100


def test_less_than_a_week_is_no_season() -> None:
    with pytest.raises(ValueError, match="whole week"):
        learn_season([1, 2, 3], [0, 1, 2], 7)


#: what, count, expected, adjusted p, alarm
ALARMS = [
    ("many more, and rare", 150, 100, 0.001, True),
    ("rare, but few in a hundred", 119, 100, 0.001, False),
    ("a fifth more", 120, 100, 0.001, True),
    ("rare, and more, but four tickets", 6, 2, 0.001, False),
    ("many more, as often happens", 150, 100, 0.01, False),
]


@pytest.mark.parametrize(("what", "count", "expected", "chance", "alarm"), ALARMS)
def test_an_alarm_is_rare_and_large(
    what: str, count: float, expected: float, chance: float, alarm: bool
) -> None:
    found = is_alarm(np.array([count]), np.array([expected]), np.array([chance]))
    assert found.tolist() == [alarm], what


def test_an_alarm_is_not_learnt_from() -> None:
    looks, after = look(FLAT, [100, 400], [0, 1])
    assert looks.alarm.tolist() == [False, True]
    assert looks.expected.tolist() == [100, 100]
    assert after.level == pytest.approx(100)
    _, learnt = look(FLAT, [100, 110], [0, 1])
    assert learnt.level > 100


def test_flagged_days_are_not_learnt_from() -> None:
    counts, flagged = np.full(84, 100.0), np.zeros(84, np.bool_)
    counts[40], flagged[40] = 900, True
    season = learn_season(counts, DAYS, 7, flagged)
    assert season.level == pytest.approx(100)
    assert season.index == pytest.approx(np.ones(7))
    assert learn_season(counts, DAYS, 7).level > 105


def test_looking_day_by_day_is_learning_all_at_once() -> None:
    counts = 100 + np.arange(63) % 5
    start = learn_season(counts[:56], DAYS[:56], 7)
    one, other = start, look(start, counts[56:], DAYS[56:63])[1]
    for day in range(56, 63):
        one = look(one, counts[day : day + 1], DAYS[day : day + 1])[1]
    assert one.level == pytest.approx(other.level)


def test_one_busy_hour_of_a_day_is_seen_among_all() -> None:
    season = Season(np.ones(168), 100.0, 10.0, 0.02)
    counts = np.full(24, 10.0)
    counts[13] = 40
    looks, _ = look(season, counts, np.arange(24))
    assert np.flatnonzero(looks.alarm).tolist() == [13]


@pytest.mark.parametrize(
    ("what", "factor", "is_up"), [("grows", 1.15, True), ("shrinks", 0.85, False)]
)
def test_a_slow_drift_is_found(what: str, factor: float, is_up: bool) -> None:
    counts = np.concatenate([np.full(10, 100.0), np.full(20, 100 * factor)])
    found = find_drift(FLAT, counts, np.arange(30) % 7)
    assert found is not None, what
    assert (found.since, found.is_up) == (10, is_up)
    assert 10 < found.noticed < 20


def test_a_steady_month_has_no_drift() -> None:
    assert find_drift(FLAT, np.full(28, 100.0), np.arange(28) % 7) is None
