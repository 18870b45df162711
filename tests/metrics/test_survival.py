"""Times until something happens: published curves, other ways out, and many groups at once."""

from fractions import Fraction
from math import log, nan, sqrt
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.metrics.survival import (
    QUANTILES,
    Curve,
    Reached,
    cumulative_incidence,
    kaplan_meier,
    times_by_group,
)
from tierwise.metrics.survival_steps import Floats, State

# Weeks in remission under 6-MP (Freireich 1963; Gehan 1965, Biometrika 52, 203–223), 1 = relapse.
WEEKS = (6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35)
RELAPSED = (1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0)
# After week: share and standard error (Kalbfleisch & Prentice 2002, table 1.2; R survival agrees).
REMISSION = {
    6: (0.857, 0.0764),
    7: (0.807, 0.0869),
    10: (0.753, 0.0963),
    13: (0.690, 0.1068),
    16: (0.627, 0.1141),
    22: (0.538, 0.1282),
    23: (0.448, 0.1346),
}
OPEN, HAPPENED, OTHER_WAY = State

ROWS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 30), st.sampled_from(list(State))),
    min_size=1,
    max_size=60,
)


def after(curve: Curve, time: float) -> tuple[float, float]:
    row = int(np.searchsorted(curve.times, time, side="right")) - 1
    return float(curve.remaining[row]), float(curve.error[row])


def test_remission_is_what_was_published() -> None:
    curve = kaplan_meier(WEEKS, RELAPSED)
    for week, (share, error) in REMISSION.items():
        assert after(curve, week)[0] == pytest.approx(share, abs=5e-4)
        assert after(curve, week)[1] == pytest.approx(error, abs=5e-5)
    assert curve.quantile(0.5) == Reached(23, 13, None)
    assert curve.quantile(0.9) == Reached(None, None, None)
    mean = curve.restricted_mean(35)
    assert (mean.value, mean.error) == pytest.approx((23.287, 2.827), abs=1e-3)


def test_what_went_another_way_is_neither_open_nor_done() -> None:
    """As lifelines 0.30.3 has it: AalenJohansenFitter, incidence and √variance."""
    times = (3, 5, 7, 8, 11, 12, 15, 18, 20, 21)
    states = (1, 2, 1, 0, 1, 2, 1, 0, 1, 0)
    curve = cumulative_incidence(times, states)
    told = {
        3: (0.1, 0.0948683298),
        7: (0.2, 0.1264911064),
        11: (0.3166666667, 0.1525098661),
        15: (0.4333333333, 0.1647669510),
        20: (0.6083333333, 0.1782307597),
        21: (0.6083333333, 0.1782307597),
    }
    for time, (incidence, error) in told.items():
        assert after(curve, time) == pytest.approx((1 - incidence, error))
    assert curve.quantile(0.5).value == 20
    as_censored = kaplan_meier(times, [state == HAPPENED for state in states])
    assert as_censored.quantile(0.5).value == 15


def test_what_happens_comes_before_who_is_last_seen() -> None:
    curve = kaplan_meier([2, 2, 4, 6, 6, 8], [1, 1, 1, 0, 1, 0])
    assert curve.remaining.tolist() == pytest.approx([2 / 3, 1 / 2, 1 / 3, 1 / 3])


def test_a_median_may_be_anything_between_two_steps() -> None:
    curve = kaplan_meier([2, 2, 4, 6, 6, 8], [1, 1, 1, 0, 1, 0])
    assert curve.quantile(0.5).value == 4
    assert curve.level_stretch(0.5) == (4, 6)
    assert curve.level_stretch(0.6) == (6, 6)
    assert curve.level_stretch(0.9) is None


def test_a_median_that_is_not_reached_is_not_known() -> None:
    curve = kaplan_meier([1, 2, 5, 5, 5, 5], [1, 1, 0, 0, 0, 0])
    assert curve.quantile(0.5).value is None
    assert curve.quantile(0.3).value == 2


@pytest.mark.parametrize(
    ("tau", "value"),
    [
        (4.0, 3.0),  # 1 + 1 + ⅔ + ⅓
        (100.0, 3.0),  # nobody is left
        (2.5, 2 + 0.5 * 2 / 3),
    ],
)
def test_a_restricted_mean_is_the_area_under_the_curve(tau: float, value: float) -> None:
    curve = kaplan_meier([2, 3, 4], [1, 1, 1])
    assert curve.restricted_mean(tau).value == pytest.approx(value)


def test_a_restricted_mean_does_not_go_beyond_what_was_seen() -> None:
    curve = kaplan_meier([2, 3, 4], [1, 1, 0])
    assert curve.restricted_mean(4).value == pytest.approx(3)
    assert curve.restricted_mean(5).value is None


def test_of_nobody_there_is_no_curve() -> None:
    with pytest.raises(ValueError, match="without durations"):
        kaplan_meier([], [])


def by_hand(rows: list[tuple[int, State]]) -> dict[int, tuple[Fraction, Fraction]]:
    """After each time the share to whom it has not happened, and its variance; in fractions.

    The textbook sums, time by time, without opening the squares.
    """
    steps: list[tuple[Fraction, Fraction, int, int, int]] = []
    found: dict[int, tuple[Fraction, Fraction]] = {}
    anyhow, incidence = Fraction(1), Fraction(0)
    for time in sorted({time for time, _ in rows}):
        n = sum(one >= time for one, _ in rows)
        d1 = sum(row == (time, HAPPENED) for row in rows)
        d = d1 + sum(row == (time, OTHER_WAY) for row in rows)
        incidence += anyhow * Fraction(d1, n)
        steps.append((anyhow, incidence, n, d1, d))
        anyhow *= 1 - Fraction(d, n)
        found[time] = (1 - incidence, sum((_part(incidence, *one) for one in steps), Fraction(0)))
    return found


def _part(now: Fraction, before: Fraction, then: Fraction, n: int, d1: int, d: int) -> Fraction:
    grown = now - then
    spread = grown**2 * Fraction(d, n * (n - d)) if n > d else Fraction(0)
    return spread + before**2 * Fraction(d1 * (n - d1), n**3) - 2 * grown * before * d1 / n**2


@given(ROWS)
def test_curves_are_what_fractions_give(rows: list[tuple[int, int, State]]) -> None:
    told = [(time, state) for _, time, state in rows]
    curve = cumulative_incidence([time for time, _ in told], [state for _, state in told])
    right = by_hand(told)
    assert curve.times.tolist() == list(right)
    assert curve.remaining == pytest.approx([float(share) for share, _ in right.values()])
    errors = [sqrt(variance) for _, variance in right.values()]
    assert curve.error == pytest.approx(errors, abs=1e-7)


@given(ROWS)
def test_where_nobody_goes_another_way_it_is_kaplan_meier(
    rows: list[tuple[int, int, State]],
) -> None:
    """The product of (1 − d/n), Greenwood's error, and the error of the area under it."""
    told = [(time, state == HAPPENED) for _, time, state in rows]
    curve = kaplan_meier([time for time, _ in told], [is_done for _, is_done in told])
    share, greenwood = 1.0, 0.0
    for row, time in enumerate(curve.times):
        n = sum(one >= time for one, _ in told)
        d = sum(one == time and is_done for one, is_done in told)
        share *= 1 - d / n
        greenwood += d / (n * (n - d)) if n > d else 0.0
        assert curve.remaining[row] == pytest.approx(share, abs=1e-12)
        assert curve.error[row] == pytest.approx(share * sqrt(greenwood), abs=1e-7)
    tau = float(curve.times[-1])
    assert curve.restricted_mean(tau).error == pytest.approx(area_error(told, curve), abs=1e-6)


def area_error(told: list[tuple[int, bool]], curve: Curve) -> float:
    """√ Σ A² d/(n(n−d)), A the area under the curve from each time on."""
    lengths = np.diff(curve.times)
    variance = 0.0
    for row, time in enumerate(curve.times[:-1]):
        n = sum(one >= time for one, _ in told)
        d = sum(one == time and is_done for one, is_done in told)
        area = float((lengths[row:] * curve.remaining[row:-1]).sum())
        variance += area**2 * d / (n * (n - d)) if n > d else 0.0
    return sqrt(variance)


@given(ROWS)
def test_many_groups_at_once_are_each_as_if_alone(rows: list[tuple[int, int, State]]) -> None:
    group, duration, state = (
        np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)
    )
    found = times_by_group(group, duration, state, groups=6, tau_s=12)
    for number in range(6):
        mine = group == number
        assert found.n[number] == mine.sum()
        assert found.happened[number] == (mine & (state == HAPPENED)).sum()
        if mine.any():
            alone = cumulative_incidence(duration[mine], state[mine])
            check_alike(alone, found_at(found.quantiles, number), found.restricted_mean[number])
        else:
            assert np.isnan(found.restricted_mean[number])


def found_at(quantiles: object, number: int) -> dict[float, tuple[float, float, float]]:
    assert isinstance(quantiles, dict)
    return {
        q: (one.value[number], one.low[number], one.high[number]) for q, one in quantiles.items()
    }


def check_alike(
    alone: Curve, quantiles: dict[float, tuple[float, float, float]], mean: float
) -> None:
    for q, told in quantiles.items():
        right = alone.quantile(q)
        ends = [nan if end is None else end for end in (right.value, right.low, right.high)]
        assert told == pytest.approx(ends, nan_ok=True)
    right_mean = alone.restricted_mean(12).value
    assert mean == pytest.approx(nan if right_mean is None else right_mean, nan_ok=True)


def test_no_rows_at_all_are_no_trouble() -> None:
    none = np.empty(0, dtype=np.int64)
    found = times_by_group(none, none, none, groups=2)
    assert found.n.tolist() == [0, 0]
    assert np.isnan(found.quantiles[0.5].value).all()
    assert list(found.quantiles) == list(QUANTILES)


HOUR_S = 3_600


def tickets(days: int, n: int, rounds: int) -> tuple[Floats, Floats]:
    """Hours each ticket takes, and hours since it came; as they come in the last days."""
    chance = np.random.default_rng(days)
    return (
        24 * chance.lognormal(0, 1.4, (rounds, n)),
        chance.uniform(0, days * 24, (rounds, n)),
    )


@pytest.mark.parametrize(
    ("days", "n", "bias"), [(3, 1_000, 0.02), (7, 1_000, 0.02), (28, 60, 0.07)]
)
def test_the_median_is_right_although_many_are_open(days: int, n: int, bias: float) -> None:
    """Half of them take 24 hours; of those closed by now, most took far less."""
    takes, age = tickets(days, n, rounds=300)
    is_solved = takes <= age
    group = np.repeat(np.arange(300), n)
    seconds = (np.minimum(takes, age) * HOUR_S).astype(np.int64).ravel()
    found = times_by_group(group, seconds, is_solved.astype(np.int64).ravel()).quantiles[0.5]
    assert np.nanmedian(found.value) == pytest.approx(24 * HOUR_S, rel=bias)
    is_held = (found.low <= 24 * HOUR_S) & ~(found.high < 24 * HOUR_S)
    assert is_held.mean() == pytest.approx(0.95, abs=3 * sqrt(0.95 * 0.05 / 300))


def test_leaving_out_open_tickets_makes_the_median_too_short() -> None:
    takes, age = tickets(7, 1_000, rounds=50)
    closed_only = [np.median(one[one <= old]) for one, old in zip(takes, age, strict=True)]
    assert np.mean(closed_only) < 0.75 * 24


def test_merges_of_hard_tickets_bias_what_takes_them_for_open() -> None:
    """Of tickets that take long one in two is merged after 10 hours."""
    chance = np.random.default_rng(12)
    takes = 24 * chance.lognormal(0, 1.0, 40_000)
    is_merged = (takes > 30) & (chance.random(40_000) < 0.5)
    ends = np.where(is_merged, 10.0, takes)
    state = np.where(is_merged, int(OTHER_WAY), int(HAPPENED))
    by_48 = float(np.mean(~is_merged & (takes <= 48)))
    incidence = 1 - after(cumulative_incidence(ends, state), 48)[0]
    as_open = 1 - after(kaplan_meier(ends, state == HAPPENED), 48)[0]
    assert incidence == pytest.approx(by_48, abs=1e-9)
    assert as_open > by_48 + 0.1


def test_the_interval_holds_where_some_go_another_way() -> None:
    """Two hazards of 1 and ½, last seen by 3: half have had it happen after −ln ¼ / 1.5."""
    chance, rounds, n = np.random.default_rng(0), 500, 150
    happens, goes, seen = (
        chance.exponential(1, (rounds, n)),
        chance.exponential(2, (rounds, n)),
        chance.uniform(0, 3, (rounds, n)),
    )
    ends = np.minimum(np.minimum(happens, goes), seen)
    state = np.where(ends == happens, 1, np.where(ends == goes, 2, 0))
    whole = (ends * 1e6).astype(np.int64).ravel()
    group = np.repeat(np.arange(rounds), n)
    found = times_by_group(group, whole, state.ravel(), tau_s=1e6)
    half = found.quantiles[0.5]
    truth = -log(0.25) / 1.5 * 1e6
    is_held = (half.low <= truth) & ~(half.high < truth)
    assert is_held.mean() == pytest.approx(0.95, abs=3 * sqrt(0.95 * 0.05 / rounds))
    spread = np.nanstd(found.restricted_mean)
    assert np.sqrt(np.nanmean(found.restricted_error**2)) == pytest.approx(spread, rel=0.1)


def test_a_million_times_in_a_thousand_groups_take_no_second() -> None:
    chance, n = np.random.default_rng(1), 1_000_000
    group, state = chance.integers(0, 1_000, n), chance.choice(3, n, p=(0.2, 0.7, 0.1))
    duration = chance.lognormal(10, 1.4, n).astype(np.int64)
    began = process_time()
    times_by_group(group, duration, state)
    assert process_time() - began < 1.5  # 0.35 s on an idle machine
