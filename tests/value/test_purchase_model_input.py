"""Bad and thin input of purchase models: a value that says so, never a crash or a NaN."""

import numpy as np
import pytest

from tierwise.value.fitting import Fit, NotFitted
from tierwise.value.purchase_history import group, one_customer
from tierwise.value.purchase_model import MODELS, expected_orders, fit_purchases

NAN, INFINITE = float("nan"), float("inf")

THIN = {
    "nobody at all": ([], "0 customers cannot tell how customers differ"),
    "one customer": ([(2, 5, 9)], "1 customers cannot tell how customers differ"),
    "everybody came today": ([(0, 0, 0)] * 9, "no time has passed since the first orders"),
    "nobody came twice": (
        [(0, 0, 9), (0, 0, 8), (0, 0, 7), (0, 0, 6), (0, 0, 5)],
        "nobody has ordered twice",
    ),
    "all alike": ([(2, 5, 9)] * 99, "only 1 different histories for"),
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("case", THIN)
def test_a_thin_base_is_not_fitted_and_says_why(model: str, case: str) -> None:
    rows, reason = THIN[case]
    history = group(*np.array(rows, dtype=float).reshape(-1, 3).T).history
    found = fit_purchases(history, model)
    assert isinstance(found, NotFitted)
    assert found.model == model
    assert found.reason.startswith(reason)


IMPOSSIBLE = {
    "no number of orders": ((NAN, 0, 9), "x", "`nan`"),
    "half an order": ((1.5, 3, 9), "x", "`1.5`"),
    "fewer orders than none": ((-1, 0, 9), "x", "`-1`"),
    "no time of the last order": ((1, NAN, 9), "t_x", "`nan`"),
    "last order before the first": ((1, -2, 9), "t_x", "`-2`"),
    "no age": ((1, 3, INFINITE), "age", "`inf`"),
    "first order in the future": ((0, 0, -3), "age", "`-3`"),
    "last order in the future": ((1, 12, 9), "t_x", "`12`"),
    "a later order that is not counted": ((0, 5, 9), "t_x", "`5`"),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_a_row_that_cannot_be_true_is_left_out_and_told(case: str) -> None:
    row, column, found = IMPOSSIBLE[case]
    grouped = group(*np.array([(1, 2, 9), row, (0, 0, 9), row], dtype=float).T)
    (problem,) = grouped.problems
    assert (problem.line, problem.column, problem.left_out) == (2, column, True)
    assert problem.found == f"{found} and 1 more rows like it"
    assert grouped.places.tolist() == [1, -1, 0, -1]
    assert grouped.history.customers == 2


def test_a_row_of_nobody_is_left_out_and_told() -> None:
    grouped = group([1, 0], [2, 0], [9, 9], [0, 4])
    assert [problem.column for problem in grouped.problems] == ["weight"]
    assert grouped.history.weight.tolist() == [4]


def test_different_rows_stay_apart_however_far_apart_they_are() -> None:
    x = np.array([1.0, 1, 1, 1, 2])
    t_x = np.array([0.1, 1e15, 0.1, 3.0, 0.1])
    age = np.array([1e12, 1e16, 1e12, 1e12, 1e12])
    grouped = group(x, t_x, age)
    assert grouped.places.tolist() == [0, 2, 0, 1, 3]
    assert grouped.history.weight.tolist() == [2, 1, 1, 1]


def test_many_columns_of_many_values_are_still_told_apart() -> None:
    chance = np.random.default_rng(1)
    x = np.floor(chance.uniform(1, 2**30, 2_000))
    age = np.floor(chance.uniform(2**29, 2**30, 2_000))
    grouped = group(x, np.floor(age * chance.random(2_000)), age)
    assert len(grouped.history.x) == 2_000
    assert (grouped.history.x[grouped.places] == x).all()


def test_part_of_a_chance_is_no_chance() -> None:
    rows = [(0, 0, 2.5), (1, 1, 3), (1, 2, 3), (2, 3, 3), (1, 1.5, 4)]
    found = fit_purchases(group(*np.array(rows).T).history, "BG/BB")
    assert found == NotFitted("BG/BB", "times are not whole numbers of chances")


def test_who_took_more_chances_than_there_were_is_told() -> None:
    rows = [(0.0, 0, 3), (3, 2, 3), (1, 2, 3), (2, 3, 3), (1, 1, 3)]
    found = fit_purchases(group(*np.array(rows).T).history, "BG/BB")
    assert found == NotFitted("BG/BB", "more orders than chances")


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "rows",
    [
        [(1, 1, 9), (0, 0, 9), (0, 0, 8), (0, 0, 7), (0, 0, 6)],
        [(1, 2, 9), (2, 3, 9), (3, 4, 8), (4, 5, 7), (5, 6, 6)],
        [(5, 9, 9), (5, 8, 8), (5, 7, 7), (5, 6, 6), (5, 5, 5)],
        [(900, 1000, 1000), (0, 0, 1), (0, 0, 2), (0, 0, 3), (1, 1, 1)],
        [(0, 0, 0), (1, 1, 1), (2, 2, 2), (3, 3, 3), (4, 4, 4), (0, 0, 1)],
    ],
)
def test_a_base_of_a_few_strange_customers_gives_numbers_or_says_why(
    model: str, rows: list[tuple[int, int, int]]
) -> None:
    history = group(*np.array(rows, dtype=float).T).history
    found = fit_purchases(history, model)
    assert found.tried or isinstance(found, NotFitted)
    if isinstance(found, Fit):
        assert np.isfinite(found.values).all()
        assert np.isfinite(found.log_likelihood)
        assert np.isfinite(found.log_covariance).all()
        assert np.isfinite(expected_orders(found, history, 52)).all()
        assert np.isfinite(expected_orders(found, one_customer(1, 1, 9), 52)).all()
