"""Pareto/NBD: customers order at different rates and leave at any moment.

Schmittlein, Morrison & Colombo 1987, Management Science 33(1); Fader & Hardie 2005, "A Note on
Deriving the Pareto/NBD Model and Related Expressions". The likelihood is kept as the integral
over the moment of leaving (equation (18) of the note before it is solved): Gauss quadrature of
it needs no hypergeometric function, holds for every s and β, and gives the slopes as well.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, psi

from .fitting import Likelihood
from .nbd import count_chance, draw_rates, last_of
from .purchase_history import Floats, History, distinct, totals

_POINTS, _MASSES = np.polynomial.legendre.leggauss(32)
_NEGLIGIBLE = 40.0  # e^-40 is below the last digit of a double
_ROWS_AT_ONCE = 4_096


@dataclass(frozen=True, slots=True, eq=False)
class _Moments:
    """Moments of leaving between the last order and the end, one row each, with their masses."""

    order: Floats  # α+τ
    stay: Floats  # β+τ
    log_order: Floats
    log_stay: Floats
    chance: Floats  # of having left at τ, as a share of the likelihood of the row
    p_alive: Floats
    log_height: Floats


def likelihood(history: History) -> Likelihood:
    """The log-likelihood of the base; parameters r, α, s, β."""
    (x,), at_x = distinct(history.x)
    x_weight = totals(at_x, history.weight)

    def height_and_slope(values: Floats) -> tuple[float, Floats]:
        r, alpha, s, beta = values
        height = x_weight @ (gammaln(r + x) - gammaln(r))
        height += history.customers * (r * np.log(alpha) + s * np.log(beta))
        everybody = history.customers * np.array([np.log(alpha), r / alpha, np.log(beta), s / beta])
        everybody[0] += x_weight @ (psi(r + x) - psi(r))
        for piece in _pieces(history):
            more, slope = _of_lifetimes(values, piece)
            height, everybody = height + more, everybody + slope
        return float(height), everybody

    return height_and_slope


def p_alive(values: Floats, history: History) -> Floats:
    """Probability that the customer has not left: equations (36) and (37) of the note."""
    return np.concatenate([_moments(values, piece).p_alive for piece in _pieces(history)])


def orders_if_alive(values: Floats, history: History, horizon: float) -> Floats:
    """Orders expected within the horizon from who is alive: equation (41) without P(alive)."""
    r, alpha, s, beta = values
    log_span = np.log1p(horizon / (beta + history.age))
    rates = (r + history.x) / (alpha + history.age)
    return np.asarray(rates * (beta + history.age) * _shrunk(s - 1, log_span), dtype=np.float64)


def count_if_alive(values: Floats, history: History, horizon: float, count: int) -> Floats:
    """Probability of exactly `count` orders within the horizon from who is alive.

    Equation (16) of Fader & Hardie 2014, "Deriving the Conditional PMF of the Pareto/NBD
    Model" (note 028): staying to the end, or leaving at a moment averaged over by quadrature.
    """
    r, alpha, s, beta = values
    r, alpha, beta = r + history.x, alpha + history.age, beta + history.age
    stays = (1 + horizon / beta) ** -s
    found = stays * count_chance(r, alpha, horizon, count)
    log_span = np.log1p(horizon / beta)
    for point, mass in zip((1 + _POINTS) / 2, _MASSES / 2, strict=True):
        moment = beta * np.expm1(point * log_span)
        leaves = mass * log_span * s * np.exp(-s * point * log_span)
        found = found + leaves * count_chance(r, alpha, moment, count)
    return np.asarray(found, dtype=np.float64)


def draw_histories(
    values: Floats, age: Floats, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    """x and t_x of customers of these ages."""
    r, alpha, s, beta = np.broadcast_to(values[:, None], (4, len(age)))
    open_for = np.minimum(age, _lifetimes(s, beta, generator))
    x = generator.poisson(draw_rates(r, alpha, generator) * open_for).astype(np.float64)
    return x, open_for * last_of(x, x, generator)


def draw_orders(
    values: Floats, history: History, horizon: float, generator: np.random.Generator
) -> Floats:
    """Orders within the horizon, one draw for each row, if alive."""
    r, alpha, s, beta = values
    rates = draw_rates(r + history.x, alpha + history.age, generator)
    stays = _lifetimes(np.full(len(rates), s), beta + history.age, generator)
    return generator.poisson(rates * np.minimum(horizon, stays)).astype(np.float64)


def _pieces(history: History) -> list[History]:
    """The rows in portions that fit the processor's cache with their moments."""
    columns = (history.x, history.t_x, history.age, history.weight)
    return [
        History(*(column[begin : begin + _ROWS_AT_ONCE] for column in columns))
        for begin in range(0, max(1, len(history.x)), _ROWS_AT_ONCE)
    ]


def _of_lifetimes(values: Floats, rows: History) -> tuple[float, Floats]:
    """Sum of the log of (alive at T, or left at some τ since t_x), and its slopes."""
    r, alpha, s, beta = values
    seen = _moments(values, rows)
    powers, alive = r + rows.x, seen.p_alive
    log_order, log_stay = np.log(alpha + rows.age), np.log(beta + rows.age)
    in_r = -alive * log_order - _mean(seen, seen.log_order)
    in_alpha = -powers * (alive / (alpha + rows.age) + _mean(seen, 1 / seen.order))
    in_s = -alive * log_stay - _mean(seen, seen.log_stay) + (1 - alive) / s
    in_beta = -alive * s / (beta + rows.age) - (s + 1) * _mean(seen, 1 / seen.stay)
    height = rows.weight @ seen.log_height
    return float(height), np.array([rows.weight @ part for part in (in_r, in_alpha, in_s, in_beta)])


def _moments(values: Floats, rows: History) -> _Moments:
    r, alpha, s, beta = values
    powers = (r + rows.x)[:, None]
    moments, masses = _quadrature(values, rows)
    order, stay = alpha + moments, beta + moments
    log_order, log_stay = np.log(order), np.log(stay)
    left = np.log(s) - powers * log_order - (s + 1) * log_stay
    alive = -powers[:, 0] * np.log(alpha + rows.age) - s * np.log(beta + rows.age)
    top = np.maximum(left.max(axis=1), alive)
    left = masses * np.exp(left - top[:, None])
    alive = np.exp(alive - top)
    total = alive + left.sum(axis=1)
    chance, alive = left / total[:, None], alive / total
    return _Moments(order, stay, log_order, log_stay, chance, alive, top + np.log(total))


def _quadrature(values: Floats, rows: History) -> tuple[Floats, Floats]:
    """Moments from t_x to T, evenly thick in log(m+τ), m being the smaller of α and β.

    For frequent buyers the integrand dies long before T; there the moments end with it.
    """
    r, alpha, s, beta = values
    least = min(alpha, beta)
    start = least + rows.t_x
    span = np.log((least + rows.age) / start)
    fall = (r + rows.x) * start / (alpha + rows.t_x) + (s + 1) * start / (beta + rows.t_x) - 1
    span = np.minimum(span, _NEGLIGIBLE / np.maximum(fall, 1e-9))[:, None]
    grown = start[:, None] * np.exp(span * (1 + _POINTS) / 2)
    return grown - least, grown * span * _MASSES / 2


def _mean(seen: _Moments, what: Floats) -> Floats:
    return np.asarray((seen.chance * what).sum(axis=1), dtype=np.float64)


def _shrunk(rate: float, span: Floats) -> Floats:
    """(1 − e^(−rate·span)) / rate, which is the span itself when the rate is 0."""
    if abs(rate) < 1e-12:
        return span
    return np.asarray(-np.expm1(-rate * span) / rate, dtype=np.float64)


def _lifetimes(s: Floats, beta: Floats, generator: np.random.Generator) -> Floats:
    leaving_rate = np.maximum(generator.gamma(s, 1 / beta), 1e-300)
    return np.asarray(generator.exponential(1 / leaving_rate), dtype=np.float64)
