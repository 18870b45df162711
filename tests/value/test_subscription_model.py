"""How long subscribers stay: the sBG model."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from tierwise.value.fitting import Fit, NotFitted
from tierwise.value.subscription_model import (
    Contracts,
    contracts,
    expected_renewals,
    fit_retention,
    likelihood,
    retention,
    simulate_renewals,
    survival,
)

TRUTH = (0.704, 1.182)


def known(rows: Contracts | NotFitted) -> Contracts:
    assert isinstance(rows, Contracts), rows
    return rows


def drawn(customers: int) -> Contracts:
    """Subscribers whose contract came up seven times at most."""
    chance = np.random.default_rng(1)
    ending = chance.geometric(chance.beta(*TRUTH, customers))
    return known(contracts(np.minimum(ending, 7), ending <= 7))


def fitted(found: Fit | NotFitted) -> Fit:
    assert isinstance(found, Fit), found
    assert found.converged, found
    return found


def test_the_slope_is_that_of_the_likelihood() -> None:
    height, values = likelihood(drawn(500)), np.array(TRUTH)
    found = approx_fprime(values, lambda at: height(at)[0], 1e-7 * values)
    assert height(values)[1] == pytest.approx(found, rel=1e-3, abs=1e-2)


def test_what_was_put_in_is_found_again() -> None:
    fit = fitted(fit_retention(drawn(50_000)))
    for (name, value), true in zip(fit.parameters.items(), TRUTH, strict=True):
        error = fit.standard_errors[name]
        assert error is not None
        assert abs(value - true) < 4 * error, name


def test_survival_is_the_product_of_retention() -> None:
    fit = fitted(fit_retention(drawn(5_000)))
    kept = np.cumprod(retention(fit, np.arange(9)))
    assert survival(fit, np.arange(1, 10)) == pytest.approx(kept)
    assert survival(fit, 0) == 1
    assert (np.diff(retention(fit, np.arange(9))) > 0).all()


def test_renewals_expected_are_the_survivors_of_each_step() -> None:
    fit = fitted(fit_retention(drawn(5_000)))
    steps = survival(fit, np.arange(4, 9)) / survival(fit, 3)
    assert expected_renewals(fit, 3, 5) == pytest.approx(steps.sum())
    draws = simulate_renewals(fit, np.full(40_000, 3), 5, np.random.default_rng(1))
    assert draws.mean() == pytest.approx(steps.sum(), abs=0.05)
    assert draws.max() <= 5


def test_a_refit_starts_where_the_last_one_ended() -> None:
    cold = fitted(fit_retention(drawn(5_000)))
    warm = fitted(fit_retention(drawn(5_000), start=cold))
    assert warm.iterations <= cold.iterations
    assert warm.parameters == pytest.approx(cold.parameters, rel=1e-5)


@pytest.mark.parametrize(
    ("renewals", "ended", "reason"),
    [
        ([], [], "0 contracts cannot tell how subscribers differ"),
        ([3], [1], "1 contracts cannot tell how subscribers differ"),
        ([0, 0], [0, 0], "no contract has come up for renewal yet"),
        ([3, 2, 1], [0, 0, 0], "nobody has ended a contract"),
        ([1, 1, 1], [1, 1, 0], "only 2 different contracts for 2 parameters"),
    ],
)
def test_too_few_contracts_are_not_fitted_and_say_why(
    renewals: list[int], ended: list[int], reason: str
) -> None:
    found = fit_retention(known(contracts(renewals, ended)))
    assert found == NotFitted("sBG", reason)


@pytest.mark.parametrize(
    ("renewals", "ended"), [(float("nan"), 0), (1.5, 0), (-1, 0), (0, 1), (3, 2)]
)
def test_a_row_that_is_no_contract_is_told(renewals: float, ended: float) -> None:
    found = contracts([2, renewals], [1, ended])
    assert isinstance(found, NotFitted)
    assert found.reason.startswith("row 2 is no contract: renewals `")
