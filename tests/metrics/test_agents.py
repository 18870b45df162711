"""Agents beside each other: shrunk, adjusted for their tickets, and never ranked without doubt."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom

from tierwise.metrics.agent_prior import Learnt, Prior, fit_prior, shrunk
from tierwise.metrics.agents import (
    AgentShare,
    AgentTally,
    adjusted_hits,
    agent_shares,
    binomial_tails,
    expected_hits,
    funnel_limits,
    rank_intervals,
    stand_out,
)
from tierwise.metrics.figures import Reason

ANY = ("any",)
# Hits and sizes of ten agents who differ.
HITS = np.array([50, 90, 60, 99, 70, 85, 95, 40, 88, 76.0])
SIZES = np.full(10, 100.0)


def chance() -> np.random.Generator:
    return np.random.default_rng(1)


def told(*rows: tuple[str, str, int, int]) -> dict[str, AgentShare]:
    tallies = [AgentTally(agent, (kind,), hits, size) for agent, kind, hits, size in rows]
    return {found.agent: found for found in agent_shares(tallies, chance())}


def team(hits: list[int], sizes: list[int]) -> dict[str, AgentShare]:
    return told(
        *((f"agent {i}", "any", k, n) for i, (k, n) in enumerate(zip(hits, sizes, strict=True)))
    )


def test_little_is_shrunk_more_than_much() -> None:
    a, b = shrunk(Prior(17, 3), [3, 40], [3, 50])
    assert a / (a + b) == pytest.approx([20 / 23, 57 / 70])


def test_the_fit_is_the_top_of_the_likelihood() -> None:
    prior = fit_prior(HITS, SIZES)

    def height(a: float, b: float) -> float:
        return float(betabinom.logpmf(HITS, SIZES, a, b).sum())

    top = height(prior.a, prior.b)
    assert prior.learnt == Learnt.FITTED
    for up in (0.9, 1.1):
        assert height(prior.a * up, prior.b) < top
        assert height(prior.a, prior.b * up) < top
        assert height(prior.a * up, prior.b * up) < top


@pytest.mark.parametrize(
    ("what", "hits", "sizes", "learnt"),
    [
        ("they differ", [50, 90, 60, 99, 70], [100] * 5, Learnt.FITTED),
        ("all alike", [85, 84, 86, 85, 85], [100] * 5, Learnt.NO_SPREAD),
        ("four", [50, 90, 60, 99], [100] * 4, Learnt.FEW_AGENTS),
        ("five, one silent", [50, 90, 60, 99, 0], [100] * 4 + [0], Learnt.FEW_AGENTS),
        ("nobody misses", [9, 9, 9, 9, 9], [9] * 5, Learnt.FEW_AGENTS),
    ],
)
def test_what_a_team_tells(what: str, hits: list[int], sizes: list[int], learnt: Learnt) -> None:
    assert fit_prior(hits, sizes).learnt == learnt, what


def test_agents_all_alike_are_near_the_team_but_not_certain() -> None:
    found = team([85, 84, 86, 85, 85, 2], [100, 100, 100, 100, 100, 4])
    few = found["agent 5"].share
    assert few.value == pytest.approx(0.8472, abs=0.01)
    assert few.low is not None
    assert few.high is not None
    assert few.high - few.low > 0.04
    assert few.is_pale


def test_a_few_agents_stand_alone_and_are_pale() -> None:
    found = team([3, 40], [3, 50])
    assert found["agent 0"].share.value == pytest.approx(3.5 / 4)
    assert found["agent 1"].share.is_pale


@settings(max_examples=20, deadline=None)  # the climber takes its time
@given(st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), min_size=5, max_size=12))
def test_intervals_hold_their_mean_and_are_wider_than_the_plug_in(
    pairs: list[tuple[int, int]],
) -> None:
    hits, sizes = np.array([(min(pair), max(pair)) for pair in pairs], dtype=float).T
    prior = fit_prior(hits, sizes)
    a, b = shrunk(prior, hits, sizes)
    plain_a, plain_b = shrunk(Prior(prior.a, prior.b), hits, sizes)
    assert (a > 0).all()
    assert (b > 0).all()
    assert a / (a + b) == pytest.approx(plain_a / (plain_a + plain_b))
    assert (a + b <= (plain_a + plain_b) * (1 + 1e-9)).all()


def test_fourteen_of_twenty_is_inside_thirteen_is_not() -> None:
    low, high = funnel_limits(0.85, 20)
    assert (low, high) == (14, 20)
    below, _ = binomial_tails([13, 14], [20, 20], [0.85, 0.85])
    assert below == pytest.approx([0.0219351, 0.0673080], abs=1e-7)


@given(st.floats(0.02, 0.98), st.integers(1, 300))
def test_the_funnel_leaves_no_more_than_its_tails_outside(mean: float, size: int) -> None:
    low, high = funnel_limits(mean, size)
    below, above = binomial_tails([low - 1, high + 1], [size, size], [mean, mean])
    assert low == 0 or below[0] < 0.025
    assert high == size or above[1] < 0.025


def test_who_gets_the_hard_tickets_is_compared_on_hard_tickets() -> None:
    """Ann has the hard ones and does better there; Bob the easy ones and does worse."""
    found = told(
        ("ann", "hard", 60, 100),
        ("ann", "easy", 10, 10),
        ("bob", "hard", 4, 10),
        ("bob", "easy", 85, 100),
        *((f"c{i}", "hard", 50, 100) for i in range(4)),
        *((f"d{i}", "easy", 90, 100) for i in range(4)),
    )
    ann, bob = found["ann"], found["bob"]
    assert ann.raw is not None
    assert bob.raw is not None
    assert ann.raw < bob.raw
    assert ann.share.value is not None
    assert bob.share.value is not None
    assert ann.share.value > bob.share.value
    assert ann.raw > ann.expected
    assert bob.raw < bob.expected


def test_expected_hits_add_up_to_all_hits() -> None:
    tallies = [
        AgentTally("a", ("x",), 3, 10),
        AgentTally("b", ("x",), 9, 10),
        AgentTally("b", ("y",), 1, 4),
    ]
    assert sum(expected_hits(tallies).values()) == pytest.approx(13)
    assert expected_hits(tallies)["a"] == pytest.approx(6)


def test_without_kinds_nothing_is_adjusted() -> None:
    expected = SIZES * HITS.sum() / SIZES.sum()
    assert adjusted_hits(HITS, SIZES, expected) == pytest.approx(HITS)


def test_agents_come_by_name_and_one_stands_out() -> None:
    hits = [85] * 20 + [45]
    tallies = [AgentTally(f"{99 - i}", ANY, k, 100) for i, k in enumerate(hits)]
    found = agent_shares(tallies, chance())
    assert [one.agent for one in found] == sorted(one.agent for one in found)
    assert [one.agent for one in found if one.stands_out] == ["79"]
    worst = found[0]
    assert worst.rank == (21, 21)
    assert worst.raw == 0.45 < worst.funnel[0]


def test_nobody_is_ranked_where_chance_would_do() -> None:
    found = team([84, 85, 86, 85, 84, 86], [100] * 6)
    assert all(one.rank[1] - one.rank[0] >= 4 for one in found.values())
    assert not any(one.stands_out for one in found.values())


def test_ranks_are_the_same_for_the_same_chance() -> None:
    a, b = np.array([20.0, 30, 5]), np.array([5.0, 5, 5])
    assert rank_intervals(a, b, chance()) == rank_intervals(a, b, chance())


def test_who_has_no_answers_has_no_figure() -> None:
    found = team([50, 90, 60, 99, 70, 0], [100] * 5 + [0])["agent 5"]
    assert (found.share.reason, found.raw, found.funnel) == (Reason.NOTHING, None, (0.0, 1.0))
    assert team([0], [0]) == {}
    assert agent_shares([], chance()) == ()


def test_forty_equal_agents_are_rarely_flagged() -> None:
    draws, flagged, naive = np.random.default_rng(4), 0, 0
    for _ in range(200):
        sizes = draws.integers(5, 120, 40)
        hits = draws.binomial(sizes, 0.85)
        mean = np.full(40, hits.sum() / sizes.sum())
        flagged += bool(stand_out(hits, sizes, mean).any())
        below, above = binomial_tails(hits, sizes, mean)
        naive += bool((2 * np.minimum(below, above) <= 0.05).any())
    assert flagged / 200 <= 0.06
    assert naive / 200 > 0.4  # without looking at all together
