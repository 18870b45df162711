"""Contract customers: how far their subscriptions came, and what they will still pay.

SUBSCRIPTION_STATES -> `contracts_by_term` -> `fit_contracts` -> `contract_scores`, uploaded as
SUBSCRIPTION_SCORES -> SUBSCRIPTION_FORECASTS.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .fitting import Fit, NotFitted
from .purchase_history import Floats, distinct
from .subscription_model import Contracts, contracts, fit_retention, retention
from .subscription_tables import SUBSCRIPTION_SCORES

ENOUGH = 100
"""Contracts that must have come up for renewal before they speak for themselves."""


class Rung(StrEnum):
    """How the renewals of a term length are known, best first."""

    OWN_MODEL = "sBG model of contracts of this term"
    OWN_RATE = "renewal rate of contracts of this term"
    POOLED_MODEL = "sBG model of all contracts"
    POOLED_RATE = "renewal rate of all contracts"
    ASSUMED = "renewal rate as assumed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class Renewing:
    """How contracts of one term length are renewed.

    A model has a `fit`, a rate the `rate`: the chance of each renewal. `tried` says why the
    rungs above were not taken.
    """

    rung: Rung
    fit: Fit | None = None
    rate: float | None = None
    tried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Running:
    """States of running contracts, as in SUBSCRIPTION_STATES; equal rows may repeat."""

    term_days: ArrayLike
    renewals: ArrayLike
    days_left: ArrayLike


@dataclass(frozen=True, slots=True)
class Horizon:
    """Payments of the next `days` days count; one in a year counts 1 / (1 + yearly_discount)."""

    days: int
    yearly_discount: float = 0.0


def contracts_by_term(
    term_days: ArrayLike, renewals: ArrayLike, ended: ArrayLike, weight: ArrayLike | None = None
) -> dict[float, Contracts] | NotFitted:
    """Contracts by the days of their term; NotFitted names the first row that cannot be true.

    The columns are those of SUBSCRIPTION_STATES; `weight` is how many contracts a row stands
    for, 1 if not given.
    """
    term, come, over = (_floats(column) for column in (term_days, renewals, ended))
    counted = np.ones(len(term)) if weight is None else _floats(weight)
    found = {}
    for days in np.unique(term).tolist():
        own = term == days
        grouped = contracts(come[own], over[own], counted[own])
        if isinstance(grouped, NotFitted):
            return replace(grouped, reason=f"terms of {days:g} days: {grouped.reason}")
        found[days] = grouped
    return found


def fit_contracts(
    by_term: Mapping[float, Contracts], assumed: float | None = None
) -> dict[float, Renewing]:
    """How contracts of each term length are renewed, on the best rung that the facts carry.

    A term length of which ENOUGH contracts have come up speaks for itself: by its model, or by
    its rate where the model does not converge. The others share what is known of all contracts.
    Rates are (renewed + 1) / (decided + 2), Laplace's rule of succession. `assumed` is the chance
    of a renewal where nothing was decided yet; None leaves it unknown.
    """
    shared = _shared(_together(list(by_term.values())), assumed)
    return {days: _own_or(shared, own) for days, own in by_term.items()}


def contract_scores(
    renewing: Mapping[float, Renewing], running: Running, horizon: Horizon
) -> dict[str, Floats | NDArray[np.int64]]:
    """The columns of SUBSCRIPTION_SCORES; states whose renewals are unknown get no row.

    A term is paid at its start, and the current one is paid already. Bounds come from the exact
    distribution of the payments under the parameters as fitted: P(at least k) is
    S(renewals + k) / S(renewals), Fader & Hardie 2007, equation (6).
    """
    columns = (_floats(c) for c in (running.term_days, running.renewals, running.days_left))
    (term, come, left), _ = distinct(*columns)
    empty: dict[str, Floats] = {name: np.zeros(0) for name in SUBSCRIPTION_SCORES.names}
    scored = [empty]
    for days in np.unique(term).tolist():
        own = term == days
        if renewing[days].rung is not Rung.UNKNOWN:
            scored.append(_scores(renewing[days], days, (come[own], left[own]), horizon))
    whole = {name: np.concatenate([part[name] for part in scored]) for name in empty}
    return {
        name: column.astype(np.int64) if name in {"renewals", "days_left"} else column
        for name, column in whole.items()
    }


def renewal_chances(renewing: Renewing, renewals: ArrayLike, most: int) -> Floats:
    """Chance of each next renewal if those before were made: a row per contract, `most` columns."""
    come = _floats(renewals)[:, None] + np.arange(most)
    if renewing.fit is not None:
        return retention(renewing.fit, come)
    return np.full(come.shape, renewing.rate, dtype=np.float64)


def _scores(
    renewing: Renewing, term_days: float, state: tuple[Floats, Floats], horizon: Horizon
) -> dict[str, Floats]:
    come, left = state
    most = max(1, int((horizon.days - left.min()) // term_days) + 1)
    paid_in = left[:, None] + term_days * np.arange(most)
    within = paid_in <= horizon.days
    chances = renewal_chances(renewing, come, most)
    # Decisions after the horizon end nothing within it.
    pays = np.cumprod(np.where(within, chances, 1.0), axis=1)
    counts = within * (1 + horizon.yearly_discount) ** (-paid_in / 365)

    def quantile(chance: float) -> Floats:
        return np.asarray((counts * (pays > 1 - chance)).sum(axis=1), dtype=np.float64)

    return {
        "term_days": np.full(len(come), term_days),
        "renewals": come,
        "days_left": left,
        "renews_next": chances[:, 0],
        "still_runs": pays[:, -1],
        "payments": (within * pays).sum(axis=1),
        "expected_payments": (counts * pays).sum(axis=1),
        "low_80": quantile(0.1),
        "high_80": quantile(0.9),
        "low_95": quantile(0.025),
        "high_95": quantile(0.975),
    }


def _own_or(shared: Renewing, own: Contracts) -> Renewing:
    come_up = _come_up(own)
    if come_up >= ENOUGH:
        return _fitted(own, Rung.OWN_MODEL, Rung.OWN_RATE)
    told = f"{come_up:.0f} contracts of this term have come up, {ENOUGH} are enough"
    return replace(shared, tried=(told, *shared.tried))


def _shared(everybody: Contracts, assumed: float | None) -> Renewing:
    come_up = _come_up(everybody)
    if come_up >= ENOUGH:
        return _fitted(everybody, Rung.POOLED_MODEL, Rung.POOLED_RATE)
    told = (f"{come_up:.0f} contracts have come up, {ENOUGH} are enough",)
    if come_up > 0:
        return Renewing(Rung.POOLED_RATE, rate=_rate(everybody), tried=told)
    return Renewing(Rung.UNKNOWN if assumed is None else Rung.ASSUMED, rate=assumed, tried=told)


def _fitted(known: Contracts, model: Rung, rate: Rung) -> Renewing:
    if known.renewals.max() < 2:
        told: tuple[str, ...] = ("no contract has come up for a second renewal",)
        return Renewing(rate, rate=_rate(known), tried=told)
    found = fit_retention(known)
    if isinstance(found, Fit) and found.converged:
        return Renewing(model, fit=found)
    why = found.reason if isinstance(found, NotFitted) else "the model does not converge"
    return Renewing(rate, rate=_rate(known), tried=(why, *found.tried))


def _together(parts: Sequence[Contracts]) -> Contracts:
    return Contracts(
        np.concatenate([np.zeros(0), *(part.renewals for part in parts)]),
        np.concatenate([np.zeros(0), *(part.ended for part in parts)]),
        np.concatenate([np.zeros(0), *(part.weight for part in parts)]),
    )


def _come_up(known: Contracts) -> float:
    """How many contracts were decided on at least once."""
    return float(known.weight[known.renewals > 0].sum())


def _rate(known: Contracts) -> float:
    decided, ended = known.weight @ known.renewals, known.weight @ known.ended
    return float((decided - ended + 1) / (decided + 2))


def _floats(column: ArrayLike) -> Floats:
    return np.asarray(column, dtype=np.float64)
