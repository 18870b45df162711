"""The shop's usual, and single customers drawn to it: the arithmetic, without a shop."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tierwise.value.disposition_prior import (
    FALLBACK_WORTH,
    FEWEST_TO_FIT,
    MOST_WORTH,
    Prior,
    Tallies,
    fit_prior,
)
from tierwise.value.dispositions import DISPOSITION_SCORES, NAMES, posterior, score_dispositions


def tallies(rows: list[tuple[int, int]]) -> Tallies:
    shown, evidence = np.array(rows, dtype=np.float64).T
    return Tallies(shown, evidence, np.ones(len(rows)))


def drawn(usual: float, worth: float, customers: int = 4_000) -> Tallies:
    dice = np.random.default_rng(7)
    evidence = dice.integers(1, 20, customers)
    rates = dice.beta(usual * worth, (1 - usual) * worth, customers)
    return Tallies(
        dice.binomial(evidence, rates).astype(np.float64),
        evidence.astype(np.float64),
        np.ones(customers),
    )


@pytest.mark.parametrize(("usual", "worth"), [(0.1, 3.0), (0.5, 20.0), (0.8, 1.0)])
def test_the_prior_that_made_the_customers_is_found(usual: float, worth: float) -> None:
    prior = fit_prior(drawn(usual, worth))
    assert prior.usual == pytest.approx(usual, abs=0.02)
    assert prior.worth == pytest.approx(worth, rel=0.15)


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([(1, 2)] * (FEWEST_TO_FIT - 1), "fewer than 30 customers"),
        ([(1, 1)] * 500, "fewer than 30 customers"),
        ([(0, 4)] * 50, "it never showed"),
        ([(4, 4)] * 50, "it always showed"),
        ([(10**300, 10**306)] * 50, "not a number"),
    ],
)
def test_without_enough_to_fit_the_prior_is_worth_ten(
    rows: list[tuple[int, int]], why: str
) -> None:
    prior = fit_prior(tallies(rows))
    assert (prior.worth, why in prior.why) == (FALLBACK_WORTH, True)
    assert 0 < prior.usual < 1


@pytest.mark.parametrize(
    ("rows", "worth", "why"),
    [
        ([(2, 4)] * 50, MOST_WORTH, "by chance alone"),
        ([(0, 9), (9, 9)] * 50, 0.1, "all or nothing"),
    ],
)
def test_the_prior_has_its_borders(rows: list[tuple[int, int]], worth: float, why: str) -> None:
    prior = fit_prior(tallies(rows))
    assert prior.usual == pytest.approx(0.5)
    assert prior.worth == pytest.approx(worth)
    assert prior.why.endswith(why)


counts = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
priors = st.builds(Prior, st.floats(0.01, 0.99), st.floats(0.1, 1_000.0), st.just("given"))


@given(counts, priors)
def test_a_shrunk_share_lies_between_ones_own_and_the_usual(
    row: tuple[int, int], prior: Prior
) -> None:
    (shrunk,), (chance,) = posterior(tallies([row]), prior, 0.1)
    low, high = sorted((row[0] / row[1], prior.usual))
    assert low - 1e-12 <= shrunk <= high + 1e-12
    assert 0 <= chance <= 1


@given(counts, priors, st.integers(2, 9))
def test_more_evidence_of_the_same_share_moves_away_from_the_usual(
    row: tuple[int, int], prior: Prior, times: int
) -> None:
    (once, often), _ = posterior(tallies([row, (row[0] * times, row[1] * times)]), prior, 0.1)
    assert abs(often - prior.usual) >= abs(once - prior.usual) - 1e-12


@given(counts, priors)
def test_one_more_of_the_kind_makes_it_likelier(row: tuple[int, int], prior: Prior) -> None:
    assume(row[0] < row[1])
    _, (before, after) = posterior(tallies([row, (row[0] + 1, row[1])]), prior, 0.1)
    assert after >= before - 1e-12


def test_beyond_everything_nobody_is_above() -> None:
    _, chance = posterior(tallies([(9, 9)]), Prior(0.95, 10.0, "given"), 0.1)
    assert chance.tolist() == [0.0]


shops = st.lists(
    st.tuples(st.sampled_from(NAMES), counts, st.integers(1, 5)),
    unique_by=lambda row: (row[0], row[1]),
    max_size=40,
)


def states(rows: list[tuple[str, tuple[int, int], int]], times: int = 1) -> dict[str, list[Any]]:
    return {
        "type": [name for name, _, _ in rows],
        "shown": [shown for _, (shown, _), _ in rows],
        "evidence": [evidence for _, (_, evidence), _ in rows],
        "customers": [customers * times for _, _, customers in rows],
        "depth_ppm": [1_000 * shown * customers * times for _, (shown, _), customers in rows],
    }


@settings(max_examples=30, deadline=None)
@given(shops, st.randoms(use_true_random=False))
def test_scores_do_not_depend_on_the_order_of_states(
    rows: list[tuple[str, tuple[int, int], int]], dice: Any
) -> None:
    shuffled = dice.sample(rows, len(rows))
    assert score_dispositions(states(shuffled)) == score_dispositions(states(rows))


def test_the_same_shop_three_times_over_has_the_same_usual() -> None:
    made = drawn(0.3, 5.0, 300)
    assert fit_prior(Tallies(made.shown, made.evidence, 3 * made.customers)).usual == (
        pytest.approx(fit_prior(made).usual, rel=1e-4)
    )


def test_scores_have_the_documented_columns() -> None:
    scores, found = score_dispositions(states([("impulsive", (1, 3), 2)]))
    assert tuple(scores) == DISPOSITION_SCORES.names
    assert {len(column) for column in scores.values()} == {1}
    assert set(found) == {"impulsive"}
