"""What holds for every purchase model, whatever the customers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.special import hyp2f1

from tierwise.value import fitting
from tierwise.value.fitting import Climb, Fit, NotFitted, Parameter, best_fit, draw_parameters
from tierwise.value.purchase_history import (
    Floats,
    History,
    add,
    group,
    in_unit,
    new_customer,
    one_customer,
    take_away,
)
from tierwise.value.purchase_model import (
    DEFAULT,
    MODELS,
    expected_orders,
    expected_orders_of_new,
    fit_purchases,
    order_count_probability,
    orders_if_alive,
    p_alive,
    simulate,
    simulate_orders,
)

# Parameters near those of CDNOW in weeks, and of the donors in years.
TRUTH = {
    "BG/NBD": (0.243, 4.414, 0.793, 2.426),
    "MBG/NBD": (0.525, 6.183, 0.891, 1.614),
    "Pareto/NBD": (0.553, 10.578, 0.606, 11.669),
    "NBD": (0.385, 12.07),
    "BG/BB": (1.204, 0.750, 0.657, 2.783),
}
LEAVING = [name for name in MODELS if name != "NBD"]
CONTINUOUS = [name for name, model in MODELS.items() if not model.discrete]


def truth(model: str) -> Fit:
    names = [parameter.name for parameter in MODELS[model].parameters]
    size = len(names)
    values = dict(zip(names, TRUTH[model], strict=True))
    return Fit(model, values, {}, 0.0, 0.0, 0, True, (), (), np.zeros((size, size)))


def fitted(found: Fit | NotFitted) -> Fit:
    assert isinstance(found, Fit), found
    assert found.converged, found
    return found


def drawn(model: str, customers: int, seed: int = 1) -> History:
    chance = np.random.default_rng(seed)
    low, high = (1, 9) if MODELS[model].discrete else (10, 60)
    age = chance.integers(low, high, customers).astype(np.float64)
    rows = simulate(truth(model), age, chance)
    t_x = np.minimum(np.ceil(7 * rows.t_x) / 7, rows.age)
    return group(rows.x, t_x, rows.age).history


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("stretch", [0.3, 1.0, 4.0])
def test_the_slope_is_that_of_the_likelihood(model: str, stretch: float) -> None:
    height = MODELS[model].likelihood(drawn(model, 300))
    values = np.array(TRUTH[model]) * stretch
    _, slope = height(values)
    found = approx_fprime(values, lambda at: height(at)[0], 1e-7 * values)
    assert slope == pytest.approx(found, rel=1e-3, abs=1e-2)


@pytest.mark.parametrize("model", MODELS)
def test_what_was_put_in_is_found_again(model: str) -> None:
    fit = fitted(fit_purchases(drawn(model, 30_000, seed=5), model))
    for (name, value), true in zip(fit.parameters.items(), TRUTH[model], strict=True):
        error = fit.standard_errors[name]
        assert error is not None
        # Days were rounded up, which moves the parameters a little.
        assert abs(value - true) < 4 * error + 0.02 * true, name


@pytest.mark.parametrize("model", MODELS)
def test_twice_the_base_is_the_same_customers_known_better(model: str) -> None:
    base = drawn(model, 2_000)
    once, twice = (fitted(fit_purchases(h, model)) for h in (base, add(base, base)))
    assert twice.parameters == pytest.approx(once.parameters, rel=1e-6)
    assert twice.log_likelihood == pytest.approx(2 * once.log_likelihood)
    for name, error in once.standard_errors.items():
        assert error is not None
        assert twice.standard_errors[name] == pytest.approx(error / 2**0.5, rel=1e-3)


@pytest.mark.parametrize("model", MODELS)
def test_the_order_of_the_customers_does_not_matter(model: str) -> None:
    base = drawn(model, 500)
    mixed = np.random.default_rng(3).permutation(len(base.x))
    again = History(base.x[mixed], base.t_x[mixed], base.age[mixed], base.weight[mixed])
    one, other = (fitted(fit_purchases(h, model)) for h in (base, again))
    assert other.parameters == pytest.approx(one.parameters, rel=1e-6)
    assert p_alive(one, again) == pytest.approx(p_alive(one, base)[mixed])


@pytest.mark.parametrize("model", CONTINUOUS)
@settings(max_examples=10, deadline=None)
@given(unit=st.floats(1e-4, 1e6), seed=st.integers(1, 5))
def test_the_unit_of_time_does_not_matter(model: str, unit: float, seed: int) -> None:
    base = drawn(model, 400, seed)
    told = in_unit(base, unit)
    one, other = (fit_purchases(h, model) for h in (base, told))
    assert isinstance(one, Fit)
    assert isinstance(other, Fit)
    for parameter in MODELS[model].parameters:
        scale = unit if parameter.in_unit else 1.0
        assert other.parameters[parameter.name] * scale == pytest.approx(
            one.parameters[parameter.name], rel=1e-4
        )
    # A density of moments grows as its unit does: by one factor for each repeat order.
    orders = base.weight @ base.x
    jacobian = orders * np.log(unit)
    assert other.log_likelihood == pytest.approx(one.log_likelihood + jacobian, abs=1e-4)
    scores = expected_orders(one, base, 52.0)
    assert expected_orders(other, told, 52.0 / unit) == pytest.approx(scores, rel=1e-3)


@pytest.mark.parametrize("model", LEAVING)
@given(x=st.integers(1, 40), spare=st.integers(0, 50), between=st.integers(0, 50))
def test_who_ordered_later_is_more_likely_alive(
    model: str, x: int, spare: int, between: int
) -> None:
    age = float(x + between + spare)
    early, late = one_customer(x, x, age), one_customer(x, x + between, age)
    fit = truth(model)
    assert p_alive(fit, early)[0] <= p_alive(fit, late)[0] + 1e-12
    assert 0 <= p_alive(fit, early)[0] <= 1


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("who", [(0, 0, 0), (0, 0, 8), (1, 3, 8), (5, 7, 8)])
def test_the_chances_of_every_count_make_the_expectation(
    model: str, who: tuple[float, float, float]
) -> None:
    fit, customer = truth(model), one_customer(*who)
    chances = [float(order_count_probability(fit, customer, 4, n)[0]) for n in range(300)]
    assert sum(chances) == pytest.approx(1, abs=1e-9)
    expected = expected_orders(fit, customer, 4)[0]
    assert np.arange(300) @ chances == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("who", [(0, 0, 8), (3, 5, 8)])
def test_what_is_drawn_comes_out_as_expected(model: str, who: tuple[float, float, float]) -> None:
    fit, many = truth(model), 40_000
    rows = History(*(np.full(many, float(part)) for part in (*who, 1)))
    orders = simulate_orders(fit, rows, 4, np.random.default_rng(2))
    expected = expected_orders(fit, one_customer(*who), 4)[0]
    assert orders.mean() == pytest.approx(expected, abs=5 * orders.std() / many**0.5)
    none = order_count_probability(fit, one_customer(*who), 4, 0)[0]
    assert (orders == 0).mean() == pytest.approx(none, abs=0.012)


@pytest.mark.parametrize("early", [0, 1])
@pytest.mark.parametrize("a", [0.3, 0.793, 2.5])
def test_the_quadrature_is_equation_10_of_the_paper(early: int, a: float) -> None:
    r, alpha, b, weeks = 0.243, 4.414, 2.426, 39.0
    model = "MBG/NBD" if early else "BG/NBD"
    x, age = np.array([0.0, 1, 2, 30]), np.array([38.86, 5, 38.86, 30])
    rows = History(x, np.zeros(4), age, np.ones(4))
    n, until = x + early, alpha + age
    share = ((until) / (until + weeks)) ** (r + x)
    solved = hyp2f1(r + x, b + n, a + b + n - 1, weeks / (until + weeks))
    expected = (a + b + n - 1) / (a - 1) * (1 - share * solved)
    values = np.array([r, alpha, a, b])
    found = MODELS[model].orders_if_alive(values, rows, weeks)
    assert found == pytest.approx(expected, rel=1e-9)


def test_nothing_breaks_where_the_papers_divide_by_zero() -> None:
    for name, at, others in (("BG/NBD", 2, 1e-7), ("Pareto/NBD", 2, 1e-7)):
        beside, exact = (np.array(TRUTH[name]) for _ in range(2))
        exact[at], beside[at] = 1.0, 1.0 + others
        rows = one_customer(2, 30, 39)
        ask = MODELS[name].orders_if_alive
        assert ask(exact, rows, 39.0) == pytest.approx(ask(beside, rows, 39.0), rel=1e-5)


@pytest.mark.parametrize("model", CONTINUOUS)
def test_customers_of_any_size_get_numbers(model: str) -> None:
    x = np.array([0.0, 0, 1, 3_000, 3_000, 100_000])
    t_x = np.array([0.0, 0, 1e-6, 1_000, 1, 1_000])
    age = np.array([0.0, 1e6, 1e6, 1_000, 1_000, 1_001])
    rows = History(x, t_x, age, np.ones(6))
    found = expected_orders(truth(model), rows, 520.0)
    assert np.isfinite(found).all()
    assert (found >= 0).all()


def test_a_refit_starts_where_the_last_one_ended() -> None:
    base = drawn(DEFAULT, 5_000)
    cold = fitted(fit_purchases(base))
    warm = fitted(fit_purchases(add(base, drawn(DEFAULT, 100, seed=9)), start=cold))
    assert warm.iterations < cold.iterations
    assert warm.parameters == pytest.approx(cold.parameters, rel=0.1)


def test_customers_who_moved_on_are_taken_away_and_added_anew() -> None:
    base = group([0, 0, 2], [0, 0, 5], [9, 9, 9]).history
    moved = add(take_away(base, one_customer(0, 0, 9)), one_customer(1, 9, 9))
    again = group([0, 1, 2], [0, 9, 5], [9, 9, 9]).history
    assert moved.x.tolist() == again.x.tolist()
    assert moved.weight.tolist() == again.weight.tolist()
    assert len(take_away(base, base).x) == 0


def test_scores_of_groups_come_back_to_customers() -> None:
    x, t_x, age = np.array([[2.0, 0, 2, 1], [30, 0, 30, 1.7], [39, 39, 39, 39]])
    grouped = group(x, t_x, age)
    scores = expected_orders(truth("BG/NBD"), grouped.history, 39)
    one_by_one = expected_orders(truth("BG/NBD"), History(x, t_x, age, np.ones(4)), 39)
    assert scores[grouped.places].tolist() == one_by_one.tolist()


def test_a_new_customer_is_one_without_a_past() -> None:
    fit = truth("MBG/NBD")
    alive = p_alive(fit, new_customer())[0]
    expected = alive * orders_if_alive(fit, new_customer(), 52)[0]
    assert expected_orders_of_new(fit, 52) == pytest.approx(expected)


def test_parameters_are_drawn_as_sure_as_they_are() -> None:
    fit = fitted(fit_purchases(drawn("BG/NBD", 5_000), "BG/NBD"))
    logs = np.log(draw_parameters(fit, 20_000, np.random.default_rng(1)))
    assert logs.mean(axis=0) == pytest.approx(np.log(fit.values), abs=0.01)
    assert np.cov(logs.T) == pytest.approx(fit.log_covariance, rel=0.1, abs=1e-4)


def test_a_parameter_the_customers_do_not_tell_ends_at_its_border() -> None:
    # Nobody leaves, so how long they stay cannot be told.
    found = fit_purchases(drawn("NBD", 3_000), "Pareto/NBD")
    assert isinstance(found, Fit)
    assert found.at_border
    assert all(found.standard_errors[name] is None for name in found.at_border)
    nbd = fitted(fit_purchases(drawn("NBD", 3_000), "NBD"))
    assert found.log_likelihood == pytest.approx(nbd.log_likelihood, abs=0.5)


def climb(likelihood: fitting.Likelihood) -> Climb:
    starts = ((1.0,), (2.0,), (3.0,))
    return Climb("made", (Parameter("k", 1e-3, 1e3),), likelihood, starts, 10.0)


def test_a_likelihood_that_is_no_number_is_told_with_what_was_tried() -> None:
    found = best_fit(climb(lambda values: (float("nan"), values)))
    assert isinstance(found, NotFitted)
    assert found.reason == "the likelihood is not a number anywhere"
    assert len(found.tried) == 3


def test_a_climb_without_a_top_is_told_with_what_was_tried() -> None:
    def wrong_slope(values: Floats) -> tuple[float, Floats]:
        return float(-(np.log(values[0]) ** 2)), np.array([3.0])

    found = best_fit(climb(wrong_slope))
    assert isinstance(found, Fit)
    assert not found.converged
    assert len(found.tried) == 3
    assert "stopped at slope" in found.tried[0]


def test_a_top_that_newton_jumps_over_is_kept_as_climbed() -> None:
    def pointed(values: Floats) -> tuple[float, Floats]:
        log = np.log(values[0]) - 0.1
        slope = -15 * np.sign(log) * abs(log) ** 0.5 / values[0]
        return float(-10 * abs(log) ** 1.5), np.array([slope])

    found = best_fit(climb(pointed))
    assert isinstance(found, Fit)
    assert found.parameters["k"] == pytest.approx(np.exp(0.1), rel=1e-4)
