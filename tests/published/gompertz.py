"""GGompertz/NBD, as a judge only: the Pareto/NBD with lifetimes that may age.

Bemmaor & Glady 2012, Modeling Purchasing Behavior with Sudden "Death", Management Science
58(5). Tierwise has no such model; where it forgets the ageing it must agree with ours.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln

from tierwise.value.purchase_history import History

_POINTS, _MASSES = np.polynomial.legendre.leggauss(48)


def best(history: History, beta: float) -> tuple[dict[str, float], float]:
    """The parameters r, α, b, s that fit best beside a given β, and the log-likelihood."""
    start = np.log([0.5, 10.0, 0.0002, 0.6])
    done = minimize(
        lambda theta: -_height(history, np.exp(theta), beta) / history.customers,
        start,
        method="Nelder-Mead",
        options={"xatol": 1e-7, "fatol": 1e-11, "maxiter": 3_000, "maxfev": 3_000},
    )
    names = ("r", "alpha", "b", "s")
    values = dict(zip(names, np.exp(done.x).tolist(), strict=True))
    return values, float(-done.fun * history.customers)


def _height(known: History, values: NDArray[np.float64], beta: float) -> float:
    r, alpha, b, s = values
    powers = r + known.x
    alive = (alpha + known.age) ** -powers * (beta / (beta + np.expm1(b * known.age))) ** s
    half = (known.age - known.t_x) / 2
    at = (known.t_x + half)[:, None] + half[:, None] * _POINTS
    left = (alpha + at) ** -powers[:, None] * s * b * np.exp(b * at) * beta**s
    left = left * (beta + np.expm1(b * at)) ** -(s + 1)
    rows = (
        gammaln(powers) - gammaln(r) + r * np.log(alpha) + np.log(alive + half * (left @ _MASSES))
    )
    heights: NDArray[np.float64] = known.weight * rows
    return float(heights.sum())
