"""NBD: customers order at different rates and never leave. Fit of last resort, part of others.

Ehrenberg 1959, Applied Statistics 8(1); with a gamma of rates as in Schmittlein, Morrison &
Colombo 1987, Management Science 33(1), equation (3).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, gammaln, psi, xlogy

from .fitting import Likelihood
from .purchase_history import Floats, History, Places, distinct, totals


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """A history taken apart: most terms of a likelihood need x alone or the age alone.

    `at_x` and `at_age` lead from a row of the history to its x and its age.
    """

    x: Floats
    x_weight: Floats
    age: Floats
    age_weight: Floats
    age_orders: Floats
    at_x: Places
    at_age: Places


def split(history: History) -> Split:
    (x,), at_x = distinct(history.x)
    (age,), at_age = distinct(history.age)
    return Split(
        x,
        totals(at_x, history.weight),
        age,
        totals(at_age, history.weight),
        totals(at_age, history.weight * history.x),
        at_x,
        at_age,
    )


def orders_likelihood(r: float, alpha: float, parts: Split) -> tuple[float, Floats]:
    """Sum of log Γ(r+x) / Γ(r) · α^r / (α+T)^(r+x), and its slopes in r and α."""
    customers, log_age = parts.x_weight.sum(), np.log(alpha + parts.age)
    powers = r * parts.age_weight + parts.age_orders
    height = (
        parts.x_weight @ (gammaln(r + parts.x) - gammaln(r))
        + customers * r * np.log(alpha)
        - powers @ log_age
    )
    in_r = (
        parts.x_weight @ (psi(r + parts.x) - psi(r))
        + customers * np.log(alpha)
        - parts.age_weight @ log_age
    )
    in_alpha = customers * r / alpha - powers @ (1 / (alpha + parts.age))
    return float(height), np.array([in_r, in_alpha])


def likelihood(history: History) -> Likelihood:
    parts = split(history)
    return lambda values: orders_likelihood(values[0], values[1], parts)


def p_alive(values: Floats, history: History) -> Floats:
    """Nobody leaves, whatever the parameters."""
    return np.full(len(history.x), float(len(values) > 0))


def orders_if_alive(values: Floats, history: History, horizon: float) -> Floats:
    """(r+x) / (α+T) · t."""
    r, alpha = values
    return np.asarray((r + history.x) / (alpha + history.age) * horizon, dtype=np.float64)


def count_if_alive(values: Floats, history: History, horizon: float, count: int) -> Floats:
    """Probability of exactly `count` orders within the horizon."""
    r, alpha = values
    return count_chance(r + history.x, alpha + history.age, horizon, count)


def count_chance(r: Floats, alpha: Floats, horizon: float | Floats, count: int) -> Floats:
    """Chance of exactly `count` orders, rates being gamma: negative binomial."""
    share = horizon / (alpha + horizon)
    chance = gammaln(r + count) - gammaln(r) - gammaln(count + 1.0)
    chance += xlogy(count, share) + r * np.log1p(-share)
    return np.asarray(np.exp(chance), dtype=np.float64)


def chance_of_at_least(r: Floats, alpha: Floats, horizon: float, count: int) -> Floats:
    """Chance of `count` orders or more, `count` being 1 or more."""
    return np.asarray(betainc(count, r, horizon / (alpha + horizon)), dtype=np.float64)


def draw_rates(r: Floats, alpha: Floats, generator: np.random.Generator) -> Floats:
    """Orders per unit of time, one draw for each customer."""
    return np.asarray(generator.gamma(r, 1 / alpha), dtype=np.float64)


def draw_histories(
    values: Floats, age: Floats, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    """x and t_x of customers of these ages."""
    r, alpha = np.broadcast_to(values[:, None], (2, len(age)))
    x = generator.poisson(draw_rates(r, alpha, generator) * age).astype(np.float64)
    return x, age * last_of(x, x, generator)


def draw_orders(
    values: Floats, history: History, horizon: float, generator: np.random.Generator
) -> Floats:
    """Orders within the horizon, one draw for each row, if alive."""
    r, alpha = values
    rates = draw_rates(r + history.x, alpha + history.age, generator)
    return generator.poisson(rates * horizon).astype(np.float64)


def last_of(x: Floats, among: Floats, generator: np.random.Generator) -> Floats:
    """Where the x-th of `among` moments thrown evenly on 0–1 lies; 0 when x is 0."""
    place = generator.beta(np.maximum(x, 1), np.maximum(among - x + 1, 1))
    return np.asarray(np.where(x > 0, place, 0.0), dtype=np.float64)
