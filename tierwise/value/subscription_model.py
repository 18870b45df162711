"""sBG: subscribers who may end the contract each time it is up, each with a chance of their own.

The shifted beta-geometric model: Fader & Hardie 2007, How to Project Customer Retention,
Journal of Interactive Marketing 21(1).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, psi

from .fitting import Climb, Fit, Likelihood, NotFitted, Parameter, best_fit, warm_start
from .purchase_history import Floats, distinct, totals

NAME = "sBG"
_PARAMETERS = (Parameter("alpha", 1e-4, 1e4), Parameter("beta", 1e-4, 1e4))
_STARTS = ((1.0, 1.0), (0.5, 5.0), (5.0, 5.0))


@dataclass(frozen=True, slots=True, eq=False)
class Contracts:
    """Subscribers by how far they came.

    `renewals` counts how often a contract came up and was decided: the last decision ended it
    where `ended` is 1; where it is 0 every one was a renewal and the contract runs.
    """

    renewals: Floats
    ended: Floats
    weight: Floats


def contracts(
    renewals: ArrayLike, ended: ArrayLike, weight: ArrayLike | None = None
) -> Contracts | NotFitted:
    """Put equal contracts together; NotFitted names the first row that cannot be true."""
    come, over = (np.asarray(column, dtype=np.float64) for column in (renewals, ended))
    counted = np.ones(len(come)) if weight is None else np.asarray(weight, dtype=np.float64)
    bad = ~np.isfinite(come + over + counted) | (come < over) | (come != np.floor(come))
    bad |= ((over != 0) & (over != 1)) | (counted < 0)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        found = f"renewals `{come[row]:g}`, ended `{over[row]:g}`, weight `{counted[row]:g}`"
        return NotFitted(NAME, f"row {row + 1} is no contract: {found}")
    (come, over), places = distinct(come, over)
    return Contracts(come, over, totals(places, counted))


def fit_retention(known: Contracts, start: Fit | None = None) -> Fit | NotFitted:
    """Maximum likelihood of α and β; `start` is an earlier fit of nearly the same contracts."""
    thin = _why_too_thin(known)
    if thin:
        return NotFitted(NAME, thin)
    starts = _STARTS if start is None else (warm_start(start, _PARAMETERS, 1.0), *_STARTS)
    customers = float(known.weight.sum())
    return best_fit(Climb(NAME, _PARAMETERS, likelihood(known), starts, customers))


def likelihood(known: Contracts) -> Likelihood:
    """Sum of log P(T=t), equation (5), of who ended and log S(t), equation (6), of who stays."""
    stays = known.renewals - known.ended

    def height_and_slope(values: Floats) -> tuple[float, Floats]:
        alpha, beta = values
        height = known.weight @ (betaln(alpha + known.ended, beta + stays) - betaln(alpha, beta))
        both = psi(alpha + beta) - psi(alpha + beta + known.renewals)
        in_alpha = known.weight @ (both + psi(alpha + known.ended) - psi(alpha))
        in_beta = known.weight @ (both + psi(beta + stays) - psi(beta))
        return float(height), np.array([in_alpha, in_beta])

    return height_and_slope


def survival(fit: Fit, renewals: ArrayLike) -> Floats:
    """Share of a new cohort that renews so many times: S(t), equation (6)."""
    alpha, beta = fit.values
    come = np.asarray(renewals, dtype=np.float64)
    return np.asarray(np.exp(betaln(alpha, beta + come) - betaln(alpha, beta)), dtype=np.float64)


def retention(fit: Fit, renewals: ArrayLike) -> Floats:
    """Probability that who has renewed so many times renews once more.

    It rises with the renewals because the undecided have gone, not because anybody changed.
    """
    alpha, beta = fit.values
    come = np.asarray(renewals, dtype=np.float64)
    return np.asarray((beta + come) / (alpha + beta + come), dtype=np.float64)


def expected_renewals(fit: Fit, renewals: ArrayLike, horizon: int) -> Floats:
    """Renewals expected among the next `horizon` decisions of who has renewed so many times."""
    alpha, beta = fit.values
    come = np.asarray(renewals, dtype=np.float64)
    now, expected = betaln(alpha, beta + come), np.zeros(come.shape)
    for step in range(1, horizon + 1):
        expected += np.exp(betaln(alpha, beta + come + step) - now)
    return expected


def simulate_renewals(
    fit: Fit, renewals: ArrayLike, horizon: int, generator: np.random.Generator
) -> Floats:
    """Renewals among the next `horizon` decisions, one draw for each running contract."""
    alpha, beta = fit.values
    come = np.asarray(renewals, dtype=np.float64)
    ending = np.maximum(generator.beta(alpha, beta + come), 1e-12)
    until_end = generator.geometric(ending).astype(np.float64)
    return np.asarray(np.minimum(until_end - 1, horizon), dtype=np.float64)


def _why_too_thin(known: Contracts) -> str | None:
    customers = known.weight.sum()
    if customers < 2:
        return f"{customers:.0f} contracts cannot tell how subscribers differ"
    if not known.weight @ known.renewals > 0:
        return "no contract has come up for renewal yet"
    if not known.weight @ known.ended > 0:
        return "nobody has ended a contract"
    if len(known.renewals) <= len(_PARAMETERS):
        return f"only {len(known.renewals)} different contracts for {len(_PARAMETERS)} parameters"
    return None
