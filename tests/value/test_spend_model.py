"""What an order is worth: the Gamma-Gamma model."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime

from tierwise.value.fitting import Fit, NotFitted
from tierwise.value.spend_model import (
    Spending,
    expected_spend,
    expected_spend_of_new,
    fit_spend,
    likelihood,
    simulate_spend,
    spending,
)

TRUTH = np.array([6.25, 3.74, 15.44])
NAN = float("nan")


def drawn(customers: int, seed: int = 1) -> Spending:
    chance = np.random.default_rng(seed)
    p, q, v = TRUTH
    x = chance.geometric(0.3, customers).astype(np.float64)
    return spending(x, chance.gamma(p * x) / x / chance.gamma(q, 1 / v, customers))


def fitted(found: Fit | NotFitted) -> Fit:
    assert isinstance(found, Fit), found
    assert found.converged, found
    return found


def test_the_slope_is_that_of_the_likelihood() -> None:
    height = likelihood(drawn(500))
    for values in (TRUTH, TRUTH * 0.4, np.array([1.0, 2.0, 80.0])):
        found = approx_fprime(values, lambda at: height(at)[0], 1e-7 * values)
        assert height(values)[1] == pytest.approx(found, rel=1e-3, abs=1e-2)


def test_what_was_put_in_is_found_again() -> None:
    fit = fitted(fit_spend(drawn(60_000)))
    for (name, value), true in zip(fit.parameters.items(), TRUTH, strict=True):
        error = fit.standard_errors[name]
        assert error is not None
        assert abs(value - true) < 4 * error, name


@settings(max_examples=20, deadline=None)
@given(unit=st.floats(1e-3, 1e6))
def test_dollars_cents_and_yen_say_the_same(unit: float) -> None:
    known = drawn(500)
    told = spending(known.x, known.mean * unit)
    one, other = fitted(fit_spend(known)), fitted(fit_spend(told))
    assert expected_spend(other, told) == pytest.approx(unit * expected_spend(one, known), rel=1e-5)
    assert expected_spend_of_new(other) == pytest.approx(
        unit * expected_spend_of_new(one), rel=1e-4
    )
    jacobian = -500 * np.log(unit)
    assert other.log_likelihood == pytest.approx(one.log_likelihood + jacobian, abs=1e-5)


def test_the_expectation_lies_between_the_own_mean_and_everybodys() -> None:
    fit = fitted(fit_spend(drawn(2_000)))
    everybody = expected_spend_of_new(fit)
    often = expected_spend(fit, spending([0, 1, 5, 500], [0, 90, 90, 90]))
    assert often[0] == pytest.approx(everybody)
    assert everybody < often[1] < often[2] < often[3] < 90


def test_unknown_and_returned_money_gives_a_number() -> None:
    fit = fitted(fit_spend(drawn(2_000)))
    found = expected_spend(fit, spending([3, 3, 3, 0], [NAN, -50, 0, NAN]))
    assert found[0] == found[3] == pytest.approx(expected_spend_of_new(fit))
    assert 0 < found[1] == found[2] < found[0]


def test_what_is_drawn_comes_out_as_expected() -> None:
    fit, many = fitted(fit_spend(drawn(2_000))), 40_000
    known = spending(np.full(many, 4.0), np.full(many, 30.0))
    money = simulate_spend(fit, known, np.full(many, 3.0), np.random.default_rng(1))
    assert money.mean() == pytest.approx(3 * expected_spend(fit, known)[0], rel=0.02)
    assert not simulate_spend(fit, known, np.zeros(many), np.random.default_rng(1)).any()


def test_weights_count_customers() -> None:
    known = drawn(300)
    both = Spending(*(np.concatenate((part, part)) for part in (known.x, known.mean, known.weight)))
    weighted = spending(known.x, known.mean, np.full(300, 2.0))
    one, other = fitted(fit_spend(both)), fitted(fit_spend(weighted))
    assert other.parameters == pytest.approx(one.parameters, rel=1e-6)


def test_a_refit_starts_where_the_last_one_ended() -> None:
    cold = fitted(fit_spend(drawn(3_000)))
    warm = fitted(fit_spend(drawn(3_000), start=cold))
    assert warm.iterations < cold.iterations
    assert warm.parameters == pytest.approx(cold.parameters, rel=1e-5)


def test_who_got_everything_back_is_left_out_and_told() -> None:
    known = drawn(500)
    more = spending([*known.x, 2, 3, 0], [*known.mean, -4, NAN, 9])
    fit = fitted(fit_spend(more))
    assert fit.customers == 500
    assert fit.tried[0] == "left out 2 customers whose mean spend is not above 0"


@pytest.mark.parametrize(
    ("x", "mean", "reason"),
    [
        ([], [], "too few customers with known spend to tell how they differ"),
        ([2], [10], "too few customers with known spend to tell how they differ"),
        ([2, 3, 4], [-1, 0, NAN], "too few customers with known spend to tell how they differ"),
        ([2] * 9, [10] * 9, "only 1 different mean spends for 3 parameters"),
        ([1] * 5, [1, 2, 3, 4, 5], "nobody has two orders with known spend"),
    ],
)
def test_too_little_spend_is_not_fitted_and_says_why(
    x: list[float], mean: list[float], reason: str
) -> None:
    found = fit_spend(spending(x, mean))
    assert isinstance(found, NotFitted)
    assert found.reason == reason


def test_a_single_giant_order_leaves_finite_expectations() -> None:
    known = spending([2, 3, 1, 2, 4, 1, 2], [10, 11, 12, 13, 9, 8, 1e9])
    fit = fit_spend(known)
    assert isinstance(fit, Fit)
    assert np.isfinite(expected_spend(fit, known)).all()
    assert expected_spend_of_new(fit) > 0
