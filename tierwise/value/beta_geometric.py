"""BG/NBD and MBG/NBD: customers order at different rates and may leave after any order.

BG/NBD: Fader, Hardie & Lee 2005, "Counting Your Customers" the Easy Way, Marketing Science
24(2). MBG/NBD lets them leave after the first order too (`early=1`): Batislam, Denizel &
Filiztekin 2007, International Journal of Research in Marketing 24(3); Hoppe & Wagner 2007,
Marketing: Journal of Research and Management 29(2). With n = x + early chances to leave so
far, both models have the same equations; n is b's only companion in them.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import betaln, expit, psi

from .fitting import Likelihood
from .nbd import (
    Split,
    chance_of_at_least,
    count_chance,
    draw_rates,
    last_of,
    orders_likelihood,
    split,
)
from .purchase_history import Floats, History, Places, distinct

_NODES = 64  # of the mean over leaving chances; exact to 1e-10 up to horizons of 100 ages
_ROWS_AT_ONCE = 8_192  # fit the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class _Leavers:
    """The rows that may have left: `at_x`, `at_age`, `at_last` lead to distinct values."""

    x: Floats
    at_x: Places
    at_age: Places
    last: Floats
    at_last: Places
    weight: Floats


def likelihood(history: History, *, early: int) -> Likelihood:
    """The log-likelihood of the base, equation (6) of the paper; parameters r, α, a, b."""
    parts = split(history)
    leavers = _leavers(history, parts, early)

    def height_and_slope(values: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = values
        orders, in_orders = orders_likelihood(r, alpha, parts)
        stays, in_stays = _stays(a, b, parts, early)
        leaves, in_leaves = _leaves(values, parts, leavers, early)
        return orders + stays + leaves, np.concatenate((in_orders, in_stays)) + in_leaves

    return height_and_slope


def p_alive(values: Floats, history: History, *, early: int) -> Floats:
    """Probability that the customer has not left.

    Fader, Hardie & Lee 2008, the note "Computing P(alive) Using the BG/NBD Model"; Batislam et
    al. 2007 for MBG/NBD.
    """
    r, alpha, a, b = values
    chances = history.x + early
    odds = np.log(a) - np.log(np.where(chances > 0, b + chances - 1, 1.0))
    odds += (r + history.x) * np.log((alpha + history.age) / (alpha + history.t_x))
    return np.where(chances > 0, expit(-odds), 1.0)


def orders_if_alive(values: Floats, history: History, horizon: float, *, early: int) -> Floats:
    """Orders expected within the horizon from who is alive: equation (10) without P(alive).

    (Appendix A, equation (5) of Batislam et al. for MBG/NBD.) The papers' closed form is 0/0 at
    a = 1 and overflows for frequent buyers. Here its integrand, 1/p · (1 − e^(−λpt)), is averaged
    over λ in closed form and over p by Gauss quadrature with the posterior Beta(a, b+n) as
    weight, which does neither.
    """
    r, alpha, a, b = values
    (x,), at_x = distinct(history.x)
    rules = [_beta_quadrature(float(a), float(b + chances)) for chances in x + early]
    nodes, masses = (np.array(part) for part in zip(*rules, strict=True))
    expected = np.empty(len(history.x))
    for begin in range(0, len(expected), _ROWS_AT_ONCE):
        rows = slice(begin, begin + _ROWS_AT_ONCE)
        p = nodes[at_x[rows]]
        spans = horizon / (alpha + history.age[rows, None])
        powers = (r + history.x[rows, None]) * np.log1p(p * spans)
        expected[rows] = (masses[at_x[rows]] * -np.expm1(-powers) / p).sum(axis=1)
    return expected


def count_if_alive(
    values: Floats, history: History, horizon: float, count: int, *, early: int
) -> Floats:
    """Probability of exactly `count` orders within the horizon from who is alive.

    Equation (8) of the paper with the posteriors in place of the priors.
    """
    r, alpha, a, b = values
    chances = b + history.x + early
    r, alpha = r + history.x, alpha + history.age
    stays = np.exp(betaln(a, chances + count) - betaln(a, chances))
    found = stays * count_chance(r, alpha, horizon, count)
    if count > 0:
        leaves = np.exp(betaln(a + 1, chances + count - 1) - betaln(a, chances))
        found += leaves * chance_of_at_least(r, alpha, horizon, count)
    return np.asarray(found, dtype=np.float64)


def draw_histories(
    values: Floats, age: Floats, generator: np.random.Generator, *, early: int
) -> tuple[Floats, Floats]:
    """x and t_x of customers of these ages: orders stop at the one after which they leave."""
    r, alpha, a, b = np.broadcast_to(values[:, None], (4, len(age)))
    wanted = generator.poisson(draw_rates(r, alpha, generator) * age).astype(np.float64)
    x = np.minimum(wanted, _orders_until_leaving(a, b, generator) - early)
    return x, age * last_of(x, wanted, generator)


def draw_orders(
    values: Floats,
    history: History,
    horizon: float,
    generator: np.random.Generator,
    *,
    early: int,
) -> Floats:
    """Orders within the horizon, one draw for each row, if alive."""
    r, alpha, a, b = values
    rates = draw_rates(r + history.x, alpha + history.age, generator)
    a = np.full(len(history.x), a)
    most = _orders_until_leaving(a, b + history.x + early, generator)
    return np.minimum(generator.poisson(rates * horizon), most).astype(np.float64)


def _leavers(history: History, parts: Split, early: int) -> _Leavers:
    rows = np.flatnonzero(history.x + early > 0)
    (last,), at_last = distinct(history.t_x[rows])
    return _Leavers(
        parts.x, parts.at_x[rows], parts.at_age[rows], last, at_last, history.weight[rows]
    )


def _stays(a: float, b: float, parts: Split, early: int) -> tuple[float, Floats]:
    """Sum of log B(a, b+n) / B(a, b), and its slopes in a and b."""
    chances = parts.x + early
    both = psi(a + b) - psi(a + b + chances)
    height = parts.x_weight @ (betaln(a, b + chances) - betaln(a, b))
    in_b = parts.x_weight @ (both + psi(b + chances) - psi(b))
    return float(height), np.array([parts.x_weight @ both, in_b])


def _leaves(values: Floats, parts: Split, rows: _Leavers, early: int) -> tuple[float, Floats]:
    """Sum of log(1 + odds of having left) and its slopes.

    The odds are a / (b+n−1) · ((α+T) / (α+t_x))^(r+x); logarithms are taken once for each
    distinct T, t_x and x, and every row looks them up.
    """
    r, alpha, a, b = values
    at_risk = b + np.maximum(parts.x + early - 1, 0)
    by_x = np.array((np.log(a / at_risk), r + parts.x))
    by_age = np.array((np.log(alpha + parts.age), 1 / (alpha + parts.age)))
    by_last = np.array((np.log(alpha + rows.last), 1 / (alpha + rows.last)))
    height, in_r, in_alpha, left = 0.0, 0.0, 0.0, np.zeros(len(parts.x))
    for begin in range(0, len(rows.weight), _ROWS_AT_ONCE):
        some = slice(begin, begin + _ROWS_AT_ONCE)
        at_x, weight = rows.at_x[some], rows.weight[some]
        log_odds, powers = by_x[:, at_x]
        log_gap, gap = by_age[:, rows.at_age[some]] - by_last[:, rows.at_last[some]]
        log_odds = log_odds + powers * log_gap
        small = np.exp(-np.abs(log_odds))
        height += weight @ (np.maximum(log_odds, 0) + np.log(1 + small))
        gone = weight * np.where(log_odds > 0, 1.0, small) / (1 + small)
        in_r, in_alpha = in_r + gone @ log_gap, in_alpha + (gone * powers) @ gap
        left += np.bincount(at_x, weights=gone, minlength=len(left))
    in_b = -left @ (1 / at_risk)
    return float(height), np.array([in_r, in_alpha, left.sum() / a, in_b])


def _orders_until_leaving(a: Floats, b: Floats, generator: np.random.Generator) -> Floats:
    """The number of the order after which each customer leaves, from 1."""
    # The smallest chances leave nobody within any horizon; numpy's geometric needs more than 0.
    chance = np.maximum(generator.beta(a, b), 1e-12)
    return generator.geometric(chance).astype(np.float64)


@lru_cache(maxsize=4096)
def _beta_quadrature(a: float, b: float) -> tuple[Floats, Floats]:
    """Points and masses that give means under Beta(a, b); kept, as many horizons ask for them.

    Golub & Welsch 1969, Mathematics of Computation 23: the points are the eigenvalues of the
    recurrence of the Jacobi polynomials, moved from (−1, 1) to (0, 1).
    """
    from scipy.linalg import eigh_tridiagonal  # slow to load, see fitting

    left, right, step = b - 1, a - 1, np.arange(1, _NODES)
    total = left + right
    even = 2 * step + total
    inner = (right**2 - left**2) / (even * (even + 2))
    middle = np.concatenate(([(right - left) / (total + 2)], inner))
    # At the first step (step + total) and (even − 1) are the same number, and may be 0.
    ratio = np.concatenate(([1.0], (step[1:] + total) / (even[1:] - 1)))
    beside = np.sqrt(4 * step * (step + left) * (step + right) * ratio / (even**2 * (even + 1)))
    points, vectors = eigh_tridiagonal(middle, beside)
    return np.clip((1 + points) / 2, 1e-300, 1.0), vectors[0] ** 2
