"""NPS: the bands, an interval that holds, and what customers did who moved between bands."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.metrics.nps import (
    Answer,
    Band,
    Bands,
    Moved,
    adjusted_interval,
    band_of,
    bands,
    nps,
    nps_difference,
    one_each,
    standard_error,
    transitions,
    wald_interval,
)

SHARES = [(0.5, 0.2), (0.7, 0.1), (0.85, 0.03), (1 / 3, 1 / 3)]


@pytest.mark.parametrize(
    ("scores", "band"),
    [
        ((0, 3, 6, 6.5), Band.DETRACTOR),
        ((7, 8), Band.PASSIVE),
        ((9, 10), Band.PROMOTER),
    ],
)
def test_the_bands(scores: tuple[float, ...], band: Band) -> None:
    assert {band_of(score) for score in scores} == {band}


@pytest.mark.parametrize("score", [-1, 11])
def test_what_is_no_score_has_no_band(score: int) -> None:
    with pytest.raises(ValueError, match="from 0 to 10"):
        band_of(score)


def test_the_score_is_promoters_less_detractors() -> None:
    counted = bands([10, 9, 9, 8, 7, 7, 6, 5, 10, 0])
    assert counted == Bands(promoters=4, passives=3, detractors=3)
    assert nps(counted) == pytest.approx(10)
    assert standard_error(counted) == pytest.approx(26.267851)  # √(.7 − .01) / √10
    assert nps(Bands(0, 0, 0)) is None


def test_only_the_adjusted_interval_says_something_where_all_are_alike() -> None:
    all_promoters = Bands(12, 0, 0)
    assert wald_interval(all_promoters) == (100, 100)
    assert adjusted_interval(all_promoters) == pytest.approx((54.195875, 100.0))
    assert adjusted_interval(Bands(0, 0, 12)) == pytest.approx((-100.0, -54.195875))


def test_without_answers_there_is_no_plain_interval() -> None:
    with pytest.raises(ValueError, match="without answers"):
        wald_interval(Bands(0, 0, 0))


@given(st.lists(st.integers(0, 10), min_size=2, max_size=300))
def test_the_score_lies_in_its_interval(scores: list[int]) -> None:
    counted = bands(scores)
    low, high = adjusted_interval(counted)
    assert -100 <= low <= (nps(counted) or 0) <= high <= 100


def coverage(up: float, down: float, n: int, *, plain: bool) -> float:
    """How often the interval holds the true score: the exact sum over all outcomes."""
    interval = wald_interval if plain else adjusted_interval
    held, truth = 0.0, 100 * (up - down)
    for p in range(n + 1):
        for d in range(n + 1 - p):
            low, high = interval(Bands(p, n - p - d, d))
            chance = comb(n, p) * comb(n - p, d) * up**p * down**d * (1 - up - down) ** (n - p - d)
            held += chance * (low <= truth <= high)
    return held


@pytest.mark.parametrize(("up", "down"), SHARES)
@pytest.mark.parametrize("n", [10, 30])
def test_the_adjusted_interval_covers_what_it_says(up: float, down: float, n: int) -> None:
    assert 0.94 <= coverage(up, down, n, plain=False) <= 0.975


def test_the_plain_interval_does_not() -> None:
    assert coverage(0.85, 0.03, 10, plain=True) < 0.85


def test_45_and_30_of_a_hundred_each_are_no_clear_difference() -> None:
    found = nps_difference(Bands(60, 25, 15), Bands(50, 30, 20))
    assert (found.value, found.low, found.high) == pytest.approx((15, -6.086699, 36.086699))
    assert found.p > 0.05


def test_all_alike_on_both_sides_is_not_certain_either() -> None:
    found = nps_difference(Bands(5, 0, 0), Bands(0, 5, 0))
    assert found.low < 100 < found.high


def test_each_customer_answers_once_and_the_last_answer_counts() -> None:
    answers = [
        Answer("a", 200, 9),
        Answer("a", 100, 3),
        Answer("b", 150, 8),
        Answer("b", 150, 7),
    ]
    assert {one.customer: one.score for one in one_each(answers)} == {"a": 9, "b": 7}
    assert one_each([]) == ()


def test_what_those_spent_who_moved() -> None:
    moved = [
        Moved(3, 9, 10_000, 15_000),
        Moved(0, 10, 30_000, 35_000),
        Moved(9, 9, 5_000, 5_000),
        Moved(8, 2, 0, 4_000),
    ]
    table = {(one.before, one.after): one for one in transitions(moved)}
    assert len(table) == 9
    up = table[Band.DETRACTOR, Band.PROMOTER]
    assert up.customers == 2
    assert up.spend_change == pytest.approx(0.25)  # 50 000 of 40 000
    # Residuals 2 500 and −2 500: √(2 · 2 · 2 500²) / 40 000 · t(1).
    assert up.high == pytest.approx(0.25 + 12.706205 * 0.125)
    assert up.low == -1
    stayed = table[Band.PROMOTER, Band.PROMOTER]
    assert (stayed.spend_change, stayed.low, stayed.high) == (0, None, None)
    assert table[Band.PASSIVE, Band.DETRACTOR].spend_change is None
    assert table[Band.PASSIVE, Band.PASSIVE].customers == 0
