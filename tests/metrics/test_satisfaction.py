"""Satisfaction and effort: who counts, what flips, and which end of a scale is the good one."""

import pytest

from tierwise.facts.problems import Problem
from tierwise.metrics.intervals import Tally
from tierwise.metrics.satisfaction import (
    Dated,
    Direction,
    Effort,
    EffortAnswer,
    EffortScale,
    Flips,
    Rating,
    csat,
    effort,
    flips,
    high_effort,
    last_ratings,
    mean_ease,
    net_satisfaction,
    recent_csat,
    response_rate,
    satisfied_from,
)

FIVE = EffortScale(1, 5, Direction.EFFORT)
TEN = EffortScale(1, 10, Direction.EFFORT)
SEVEN_EASE = EffortScale(1, 7, Direction.EASE)


@pytest.mark.parametrize(
    ("low", "high", "least"),
    [(1, 5, 4), (1, 3, 3), (1, 2, 2), (0, 1, 1), (1, 10, 7), (1, 7, 6), (0, 10, 7)],
)
def test_who_is_satisfied(low: int, high: int, least: int) -> None:
    assert satisfied_from(low, high) == least


def test_csat_is_the_share_of_those_who_rated() -> None:
    assert csat([5, 4, 3, 2, 5], 4) == Tally(3, 5)
    assert csat([], 4).share is None
    assert response_rate(rated=10, unanswered=5) == Tally(10, 15)


def ratings(*scores: float, ticket: str = "1") -> list[Rating]:
    return [Rating(ticket, place, score) for place, score in enumerate(scores)]


@pytest.mark.parametrize(
    ("scores", "found"),
    [
        ((5, 1), Flips(1, 0)),
        ((1, 5), Flips(0, 1)),
        ((5, 1, 5), Flips(0, 1)),
        ((5, 5), Flips(0, 0)),
        ((3, 2), Flips(0, 0)),
        ((4,), Flips(0, 0)),
        ((), Flips(0, 0)),
    ],
)
def test_the_last_rating_of_a_ticket_against_earlier_ones(
    scores: tuple[float, ...], found: Flips
) -> None:
    assert flips(ratings(*scores), 4) == found


def test_a_ticket_has_one_rating_the_last() -> None:
    told = ratings(5, 1)[::-1] + ratings(4, ticket="2")
    assert {one.ticket_id: one.score for one in last_ratings(told)} == {"1": 1, "2": 4}


def test_net_satisfaction_is_not_csat() -> None:
    assert net_satisfaction(good=10, neutral=6, bad=4) == pytest.approx(0.3)
    assert net_satisfaction(0, 0, 0) is None


def test_recent_ratings_weigh_more() -> None:
    told = [Dated(5, 0), Dated(1, 30), Dated(1, 60)]
    found = recent_csat(told, 4)
    assert found.share == pytest.approx(1 / 1.75)  # weights 1, ½, ¼
    assert found.size == pytest.approx(1.75**2 / (1 + 1 / 4 + 1 / 16))
    assert recent_csat(told, 4, half_life_days=1e9).share == pytest.approx(1 / 3)
    assert recent_csat([], 4).share is None


@pytest.mark.parametrize(
    ("scale", "high_ones", "low_ones"),
    [
        (FIVE, {4, 5}, {1, 2}),
        (TEN, {8, 9, 10}, {1, 2, 3}),
        (SEVEN_EASE, {1, 2, 3}, {5, 6, 7}),
        (EffortScale(1, 5, Direction.EASE), {1, 2}, {4, 5}),
        (EffortScale(1, 7, Direction.EFFORT), {5, 6, 7}, {1, 2, 3}),
        (EffortScale(0, 10, Direction.EFFORT), {8, 9, 10}, {0, 1, 2}),
        (EffortScale(1, 3, Direction.EFFORT), {3}, {1}),
        (EffortScale(1, 2, Direction.EASE), {1}, {2}),
        (EffortScale(1, 4, Direction.EFFORT), {4}, {1}),
    ],
)
def test_what_is_high_and_what_is_low_effort(
    scale: EffortScale, high_ones: set[int], low_ones: set[int]
) -> None:
    answers = range(scale.low, scale.high + 1)
    assert {one for one in answers if scale.is_high_effort(one)} == high_ones
    assert {one for one in answers if scale.is_low_effort(one)} == low_ones


@pytest.mark.parametrize(
    ("scale", "score", "ease"),
    [
        (FIVE, 1, 100),
        (FIVE, 5, 0),
        (FIVE, 2, 75),
        (TEN, 5.5, 50),
        (SEVEN_EASE, 5.5, 75),
        (SEVEN_EASE, 7, 100),
    ],
)
def test_ease_is_comparable_whatever_the_scale(
    scale: EffortScale, score: float, ease: float
) -> None:
    assert scale.ease(score) == pytest.approx(ease)


def test_effort_on_one_scale() -> None:
    found = effort([EffortAnswer(score, FIVE) for score in (1, 2, 2, 3, 5)])
    assert isinstance(found, Effort)
    assert (found.mean, found.ease) == pytest.approx((2.6, 60))
    assert (found.high_effort, found.low_effort) == (Tally(1, 5), Tally(3, 5))


def test_scales_are_not_mixed_but_on_ease() -> None:
    mixed = [EffortAnswer(2, FIVE), EffortAnswer(5.5, SEVEN_EASE)]
    found = effort(mixed)
    assert isinstance(found, Problem)
    assert "1–5, high_is_effort; 1–7, high_is_ease" in str(found)
    assert mean_ease(mixed) == pytest.approx(75)
    assert high_effort([EffortAnswer(5, FIVE), EffortAnswer(7, SEVEN_EASE)]) == Tally(1, 2)


def test_without_answers_there_is_no_effort() -> None:
    found = effort([])
    assert isinstance(found, Problem)
    assert "no answer" in found.found
    assert mean_ease([]) is None
