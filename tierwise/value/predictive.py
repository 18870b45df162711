"""What the future money of one customer may turn out to be, the customer's own luck included.

A customer still buys with P(alive) and then places N orders, whose law depends on x and the age
only. Every order is worth Gamma(p, ν), and n known orders worth m in all leave ν ~ Gamma(q + p·n,
v + m) (Fader & Hardie 2013, The Gamma-Gamma Model of Monetary Value, note 025). So the future
money is (v + m) · R, where R | N ~ Gamma(p·N) / Gamma(q + p·n) knows nothing of money: a beta of
the second kind. Its law given an order is computed for a coarse grid of (x, age) without chance,
and read between: `multiples` below are values of R, to be taken v + m times. How sure the
parameters are is not in it; from some thousands of customers on it hardly matters beside luck.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaincinv, expit, logit

from .fitting import Fit
from .purchase_history import Floats, History, Places
from .purchase_model import MODELS

LEVELS = (
    *(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5),
    *(0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 0.99, 0.995, 0.999),
)
_RANKS = logit(np.array(LEVELS))  # both tails of log R are straight in them

_STEP_X, _STEP_AGE = 0.35, 0.25  # of the grid, in log(1 + x) and log(unit + age)
_FEWEST, _MOST = 4, 32  # points of the grid, in either direction
_FINEST, _COARSEST = 0.02, 0.12  # steps from one count of orders to the next, as shares of it
_MOST_COUNTS = 600
_POINTS = 160  # of a distribution function
_LARGEST = 690.0  # logarithms beyond it leave a double


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """Where the law is computed: every `log_x` with every `log_age`; `states` has all pairs."""

    unit: float
    log_x: Floats
    log_age: Floats
    states: History


def money_if_buys(
    purchase: Fit, spend: Fit, x: Floats, age: Floats, *, horizon: float, first: float = 1.0
) -> Floats:
    """Multiples at LEVELS, given one order at least within the horizon: (rows, levels).

    One row for each pair of `x` and `age` (give distinct ones), in the unit of time of the fit,
    whose model must be one of continuous time. Money is known of n = x + `first` orders: with
    all orders counted `first` is 1, with repeat orders only 0.
    """
    grid = _grid(purchase, x, age)
    counts, chances = _orders_if_buys(purchase, grid.states, horizon)
    chances = chances.reshape(len(grid.log_x), len(grid.log_age), -1)
    known = np.expm1(grid.log_x) + first
    table = _log_quantiles(spend, known, counts, chances)
    found = _between(grid, table, x, age)
    rising = np.maximum.accumulate(found, axis=1)
    return np.asarray(np.exp(np.clip(rising, -_LARGEST, _LARGEST)), dtype=np.float64)


def interval(
    p_buy: Floats, quantiles: Floats, share: float, rows: Places | None = None
) -> tuple[Floats, Floats]:
    """The multiples between which the money lies with probability `share`.

    `p_buy` is the probability of an order (1 − `order_count_probability` of 0), one for each
    customer, and `rows[i]` the row of `quantiles` customer i goes by (row i without it).
    Of what is left outside, half lies on either side. Where no order at all is likelier than
    that half, the interval begins at 0 and everything outside lies above; where it is as likely
    as `share`, the interval is 0 alone and holds more than asked (`held`), as nothing narrower
    holds anything.
    """
    outside = (1 - share) / 2
    begins_at_0 = 1 - p_buy >= min(outside, share)
    low = _multiple_at(np.where(begins_at_0, 0.0, outside), p_buy, quantiles, rows)
    high = _multiple_at(np.where(begins_at_0, share, 1 - outside), p_buy, quantiles, rows)
    return low, high


def held(p_buy: Floats, share: float) -> Floats:
    """The probability with which the interval of each customer really holds."""
    return np.maximum(share, 1 - p_buy)


def chance_above(
    p_buy: Floats, quantiles: Floats, multiple: Floats | float, rows: Places | None = None
) -> Floats:
    """P(R > multiple) of each customer; `p_buy` and `rows` as in `interval`."""
    at = _rows(p_buy, rows)
    wanted = np.broadcast_to(np.asarray(multiple, dtype=np.float64), p_buy.shape)
    sought = np.maximum(wanted, np.exp(-_LARGEST))
    below = _places(quantiles, at, sought)
    left, right = np.log(quantiles[at, below]), np.log(quantiles[at, below + 1])
    passed = (np.log(sought) - left) / np.maximum(right - left, 1e-12)
    rank = _RANKS[below] + passed * (_RANKS[below + 1] - _RANKS[below])
    above = np.where(wanted > 0, p_buy * expit(-rank), p_buy)
    return np.where(wanted < 0, 1.0, above)


def _grid(purchase: Fit, x: Floats, age: Floats) -> _Grid:
    """Evenly in log(1 + x) and in the log of the age, told in the shortest time of the model."""
    parameters = MODELS[purchase.model].parameters
    unit = min(purchase.parameters[p.name] for p in parameters if p.in_unit)
    log_x = _evenly(0.0, float(np.log1p(x.max(initial=0))), _STEP_X)
    log_ages = np.log1p(age / unit) if len(age) else np.zeros(1)
    log_age = _evenly(float(log_ages.min()), float(log_ages.max()), _STEP_AGE)
    xs, ages = np.meshgrid(np.expm1(log_x), unit * np.expm1(log_age), indexing="ij")
    states = History(xs.ravel(), np.zeros(xs.size), ages.ravel(), np.ones(xs.size))
    return _Grid(unit, log_x, log_age, states)


def _evenly(low: float, high: float, step: float) -> Floats:
    points = int(np.clip(np.ceil((high - low) / step) + 1, _FEWEST, _MOST))
    return np.linspace(low, max(high, low + step), points)


def _orders_if_buys(purchase: Fit, states: History, horizon: float) -> tuple[Floats, Floats]:
    """Counts of orders from 1 on, and the chance of each in each state, given one at least.

    Small counts are there one by one. Of larger ones each stands for those around it, in steps
    below the spread that a rate seen x times must have (the trapezoidal rule).
    """
    model, values = MODELS[purchase.model], purchase.values
    mean = model.orders_if_alive(values, states, horizon)
    step = float(np.clip(1 / np.sqrt(1 + states.x.max()), _FINEST, _COARSEST))
    # Wide enough to get past the largest mean with the counts there are.
    step = max(step, float(np.log1p(20 * mean.max())) / _MOST_COUNTS)
    counts, chances, total = [0], [np.zeros(len(mean))], np.zeros(len(mean))
    while len(counts) < _MOST_COUNTS:
        counts.append(counts[-1] + max(1, int(counts[-1] * step)))
        # A rate at its border makes the chance of standing still 0, and its logarithm -inf.
        with np.errstate(divide="ignore", under="ignore"):
            chances.append(model.count_if_alive(values, states, horizon, counts[-1]))
        total = total + chances[-1]
        fades = (counts[-1] * chances[-1] <= 1e-5 * total).all()
        if counts[-1] > max(2.0, mean.max()) and fades:
            break
    return _normed(np.array(counts[1:], dtype=np.float64), np.array(chances[1:]).T, mean)


def _normed(counts: Floats, chances: Floats, mean: Floats) -> tuple[Floats, Floats]:
    """The chances made to sum to 1; where all are too small for a double, the mean is sure."""
    masses = np.maximum(chances, 0.0) * np.gradient(counts)
    total = masses.sum(axis=1)
    lost = np.flatnonzero(~(total > 0))
    nearest = np.minimum(np.searchsorted(counts, mean[lost]), len(counts) - 1)
    masses[lost, nearest] = total[lost] = 1.0
    return counts, masses / total[:, None]


def _log_quantiles(spend: Fit, known: Floats, counts: Floats, chances: Floats) -> Floats:
    """Logs of R at LEVELS for chances of (known, age, count): (known, age, levels).

    R given the count does not depend on the age, so its distribution functions are shared.
    """
    p, q, _ = spend.values
    shape = q + p * known
    reached = chances.cumsum(axis=2)
    fewest = (reached < 0.002).sum(axis=2).min(axis=1)
    most = np.minimum((reached < 1 - 3e-4).sum(axis=2).max(axis=1), len(counts) - 1)
    low = _log_quantile(p * counts[fewest], shape, 0.0025)
    high = _log_quantile(p * counts[most], shape, 1 - 3e-4)
    log_r = np.linspace(low, np.maximum(high, low + 1e-9), _POINTS, axis=1)
    if_count = betainc(p * counts[:, None], shape[:, None, None], expit(log_r)[:, None, :])
    ranks = logit(np.clip(chances @ if_count, 1e-9, 1 - 1e-9))
    return np.array(
        [
            [np.interp(_RANKS, row, at) for row in rows]
            for rows, at in zip(ranks, log_r, strict=True)
        ]
    )


def _log_quantile(upper: Floats, lower: Floats, level: float) -> Floats:
    """Log of a quantile of Gamma(upper) / Gamma(lower)."""
    part, rest = betaincinv(upper, lower, level), betaincinv(lower, upper, 1 - level)
    return np.asarray(np.log(np.maximum(part, 1e-300)) - np.log(np.maximum(rest, 1e-300)))


def _between(grid: _Grid, table: Floats, x: Floats, age: Floats) -> Floats:
    """Cubic splines through the table of the grid: (rows, levels)."""
    from scipy.interpolate import NdBSpline, make_interp_spline  # slow to load, see fitting

    by_x = make_interp_spline(grid.log_x, table, k=3)
    by_age = make_interp_spline(grid.log_age, by_x.c.swapaxes(0, 1), k=3)
    surface = NdBSpline((by_age.t, by_x.t), by_age.c, 3)
    points = np.stack((np.log1p(age / grid.unit), np.log1p(x)), axis=-1)
    return np.asarray(surface(points), dtype=np.float64)


def _multiple_at(level: Floats, p_buy: Floats, quantiles: Floats, rows: Places | None) -> Floats:
    """The quantile of R at the level of each customer, 0 where no order at all is likelier."""
    at, beyond = _rows(p_buy, rows), level - (1 - p_buy)
    if_buys = np.clip(beyond / np.maximum(p_buy, 1e-300), 1e-12, 1 - 1e-12)
    rank = logit(if_buys)
    below = np.clip(np.searchsorted(_RANKS, rank) - 1, 0, len(_RANKS) - 2)
    left, right = np.log(quantiles[at, below]), np.log(quantiles[at, below + 1])
    passed = (rank - _RANKS[below]) / (_RANKS[below + 1] - _RANKS[below])
    found = np.clip(left + passed * (right - left), -_LARGEST, _LARGEST)
    return np.where(beyond > 0, np.exp(found), 0.0)


def _places(quantiles: Floats, at: Places, multiple: Floats) -> Places:
    """The last level but one at most whose quantile is not above the multiple, the first if none.

    All customers search at once, halving the stretch.
    """
    last = quantiles.shape[1] - 2
    below = np.zeros(len(at), dtype=np.int64)
    for step in (16, 8, 4, 2, 1):
        ahead = np.minimum(below + step, last)
        below = np.where(quantiles[at, ahead] <= multiple, ahead, below)
    return below


def _rows(p_buy: Floats, rows: Places | None) -> Places:
    return np.arange(len(p_buy)) if rows is None else rows
