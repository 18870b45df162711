"""Which model says how often customers will order again, and what it says.

Every answer is an array with one number for each row of the history; scores of groups come
back to customers by `scores[grouped.places]`. Times are in the caller's unit, any unit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from . import beta_geometric, bg_bb, nbd, pareto_nbd
from .fitting import Climb, Fit, Likelihood, NotFitted, Parameter, best_fit, warm_start
from .purchase_history import Floats, History, distinct, in_unit, new_customer, why_too_thin

DEFAULT = "MBG/NBD"


@dataclass(frozen=True, slots=True)
class PurchaseModel:
    """One way customers can order and leave, as equations.

    Borders and starts are told with the mean age as unit of time; the start of α, the time
    behind the rates, is told in mean times between orders. A `discrete` model counts chances
    and is fitted as it is.
    """

    name: str
    says: str
    parameters: tuple[Parameter, ...]
    starts: tuple[tuple[float, ...], ...]
    likelihood: Callable[[History], Likelihood]
    p_alive: Callable[[Floats, History], Floats]
    orders_if_alive: Callable[[Floats, History, float], Floats]
    count_if_alive: Callable[[Floats, History, float, int], Floats]
    draw_histories: Callable[[Floats, Floats, np.random.Generator], tuple[Floats, Floats]]
    draw_orders: Callable[[Floats, History, float, np.random.Generator], Floats]
    discrete: bool = False


_RATES = (Parameter("r", 1e-4, 1e3), Parameter("alpha", 1e-6, 1e6, in_unit=True))
_CHANCES = (Parameter("a", 1e-4, 1e3), Parameter("b", 1e-4, 1e4))
# Without a border, s and β run away together where customers leave at one common rate.
_LIFETIMES = (Parameter("s", 1e-3, 20.0), Parameter("beta", 1e-4, 1e3, in_unit=True))
_DISCRETE = tuple(Parameter(name, 1e-4, 1e4) for name in ("alpha", "beta", "gamma", "delta"))


def _beta_geometric(name: str, says: str, early: int) -> PurchaseModel:
    return PurchaseModel(
        name,
        says,
        _RATES + _CHANCES,
        ((0.5, 0.5, 1.0, 3.0), (1.0, 1.0, 0.5, 1.0), (0.1, 0.1, 1.0, 10.0)),
        partial(beta_geometric.likelihood, early=early),
        partial(beta_geometric.p_alive, early=early),
        partial(beta_geometric.orders_if_alive, early=early),
        partial(beta_geometric.count_if_alive, early=early),
        partial(beta_geometric.draw_histories, early=early),
        partial(beta_geometric.draw_orders, early=early),
    )


MODELS: dict[str, PurchaseModel] = {
    model.name: model
    for model in (
        _beta_geometric("MBG/NBD", "Customers may leave after any order, the first included.", 1),
        _beta_geometric("BG/NBD", "Customers may leave after any order but the first.", 0),
        PurchaseModel(
            "Pareto/NBD",
            "Customers may leave at any moment.",
            _RATES + _LIFETIMES,
            ((0.5, 0.5, 0.5, 0.5), (1.0, 1.0, 1.0, 1.0), (0.5, 0.5, 2.0, 5.0)),
            pareto_nbd.likelihood,
            pareto_nbd.p_alive,
            pareto_nbd.orders_if_alive,
            pareto_nbd.count_if_alive,
            pareto_nbd.draw_histories,
            pareto_nbd.draw_orders,
        ),
        PurchaseModel(
            "NBD",
            "Nobody leaves.",
            _RATES,
            ((0.5, 0.5), (2.0, 2.0), (0.1, 0.1)),
            nbd.likelihood,
            nbd.p_alive,
            nbd.orders_if_alive,
            nbd.count_if_alive,
            nbd.draw_histories,
            nbd.draw_orders,
        ),
        PurchaseModel(
            "BG/BB",
            "Chances to order come one by one; customers may leave before each.",
            _DISCRETE,
            ((1.0, 1.0, 1.0, 2.0), (0.5, 0.5, 0.5, 5.0), (2.0, 2.0, 1.0, 10.0)),
            bg_bb.likelihood,
            bg_bb.p_alive,
            bg_bb.orders_if_alive,
            bg_bb.count_if_alive,
            bg_bb.draw_histories,
            bg_bb.draw_orders,
            discrete=True,
        ),
    )
}


def fit_purchases(
    history: History, model: str = DEFAULT, start: Fit | None = None
) -> Fit | NotFitted:
    """Maximum likelihood; `start` is an earlier fit of the same model on nearly the same base."""
    chosen = MODELS[model]
    thin = why_too_thin(history, len(chosen.parameters))
    thin = thin or (_why_not_chances(history) if chosen.discrete else None)
    if thin:
        return NotFitted(model, thin)
    orders = float(history.weight @ history.x)
    passed = float(history.weight @ history.age)
    # Told in mean ages, the climb takes the same steps whatever the caller's unit is.
    unit = 1.0 if chosen.discrete else passed / history.customers
    starts = tuple(_start(chosen, values, passed / unit / orders) for values in chosen.starts)
    if start is not None:
        starts = (warm_start(start, chosen.parameters, unit), *starts)
    return best_fit(
        Climb(
            model,
            chosen.parameters,
            chosen.likelihood(in_unit(history, unit)),
            starts,
            history.customers,
            unit,
            shift=-orders * float(np.log(unit)),
        )
    )


def p_alive(fit: Fit, history: History) -> Floats:
    """Probability that each customer still buys (before the next chance, in a discrete model)."""
    return MODELS[fit.model].p_alive(fit.values, history)


def expected_orders(fit: Fit, history: History, horizon: float) -> Floats:
    """Orders expected of each customer within the horizon."""
    return p_alive(fit, history) * orders_if_alive(fit, history, horizon)


def orders_if_alive(fit: Fit, history: History, horizon: float) -> Floats:
    """Orders expected within the horizon from who still buys; needs `x` and `age` only."""
    (x, age), places = distinct(history.x, history.age)
    states = History(x, np.zeros(len(x)), age, np.ones(len(x)))
    return MODELS[fit.model].orders_if_alive(fit.values, states, horizon)[places]


def expected_orders_of_new(fit: Fit, horizon: float) -> float:
    """Repeat orders expected of somebody who has just placed the first order."""
    return float(expected_orders(fit, new_customer(), horizon)[0])


def order_count_probability(fit: Fit, history: History, horizon: float, count: int) -> Floats:
    """Probability that each customer places exactly `count` orders within the horizon."""
    alive = p_alive(fit, history)
    if_alive = MODELS[fit.model].count_if_alive(fit.values, history, horizon, count)
    return alive * if_alive + (1 - alive) * float(count == 0)


def simulate(fit: Fit, age: Floats, generator: np.random.Generator) -> History:
    """Customers of these ages drawn from the model, one row each."""
    x, t_x = MODELS[fit.model].draw_histories(fit.values, age, generator)
    return History(x, t_x, age, np.ones(len(age)))


def simulate_orders(
    fit: Fit, history: History, horizon: float, generator: np.random.Generator
) -> Floats:
    """Orders of each customer within the horizon, one draw from what may happen."""
    orders = MODELS[fit.model].draw_orders(fit.values, history, horizon, generator)
    return orders * (generator.random(len(orders)) < p_alive(fit, history))


def _start(model: PurchaseModel, values: tuple[float, ...], gap: float) -> tuple[float, ...]:
    """A start in the unit of the climb; `gap` is the mean time between repeat orders in it."""
    if model.discrete:
        return values
    return tuple(
        value * gap if parameter.name == "alpha" else value
        for parameter, value in zip(model.parameters, values, strict=True)
    )


def _why_not_chances(history: History) -> str | None:
    """What keeps a history from being one of chances taken or missed."""
    whole = (history.age == np.floor(history.age)) & (history.t_x == np.floor(history.t_x))
    if not whole.all():
        return "times are not whole numbers of chances"
    if (history.x > history.t_x).any():
        return "more orders than chances"
    return None
