"""The best forecast the data can carry: a model, the mean of a cohort, or the mean of the shop."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from .fitting import Fit, NotFitted
from .purchase_history import Floats, History, Places, some_of
from .purchase_model import fit_purchases
from .rungs import Rung
from .spend_model import Spending, fit_spend

# With less than this a purchase model tells more about chance than about customers.
LEAST_BUYERS = 500
LEAST_DAYS = 180
LEAST_REPEATERS = 50
# Customers whose first order lies in the same quarter of a year share a cohort.
COHORT_DAYS = 91.0
LEAST_IN_COHORT = 30
YEAR_DAYS = 365.0
MODELS_IN_ORDER = ("MBG/NBD", "BG/NBD", "NBD")

_ALIKE = 1e3  # a gamma of this shape is nearly one number: all customers are alike


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers at least `from_age` days old, up to the next cohort, and how often they order."""

    from_age: float
    orders: Fit


@dataclass(frozen=True, slots=True)
class Forecaster:
    """A way to forecast; `cohorts` come youngest first, a model is one cohort of everybody.

    `why` says what kept it from a higher rung, `tried` what was tried on the way; the same
    for the worth of an order: `spend`, `spend_rung`, `spend_why`.
    """

    rung: Rung
    why: str
    cohorts: tuple[Cohort, ...]
    spend: Fit
    spend_rung: Rung
    spend_why: str
    tried: tuple[str, ...]

    @property
    def model(self) -> str:
        """The name of the purchase model, or of the rung below it."""
        return self.cohorts[0].orders.model if self.rung is Rung.MODEL else str(self.rung)


def fit_forecaster(
    history: History, known: Spending, start: Forecaster | None = None
) -> Forecaster:
    """Climb down from the best model until something holds; times in days.

    `start` is the forecaster of an earlier day, whose parameters the climb begins with.
    """
    rung, why, cohorts, tried = _orders(history, start)
    spend_start = start.spend if start and start.spend_rung is Rung.MODEL else None
    spend = fit_spend(known, spend_start)
    if isinstance(spend, Fit) and spend.converged:
        return Forecaster(rung, why, cohorts, spend, Rung.MODEL, "", (*tried, *spend.tried))
    told = spend.reason if isinstance(spend, NotFitted) else _not_converged(spend)
    tried = (*tried, *spend.tried)
    return Forecaster(rung, why, cohorts, _mean_spend(known), Rung.SHOP, told, tried)


def why_no_model(history: History) -> str | None:
    """What makes a base too thin for a purchase model; None if nothing does."""
    if history.customers == 0:
        return "no customer has bought yet"
    repeaters, days = float(history.weight @ (history.x > 0)), float(history.age.max())
    if history.customers < LEAST_BUYERS:
        return f"{history.customers:.0f} of the {LEAST_BUYERS} buyers a model needs"
    if days < LEAST_DAYS:
        return f"{days:.0f} of the {LEAST_DAYS} days of history a model needs"
    if repeaters < LEAST_REPEATERS:
        return f"{repeaters:.0f} of the {LEAST_REPEATERS} customers with two orders a model needs"
    return None


def members(forecaster: Forecaster, age: Floats) -> Iterator[tuple[Fit, Places]]:
    """The rows of each cohort, with how often its customers order."""
    starts = [cohort.from_age for cohort in forecaster.cohorts]
    place = np.searchsorted(starts, age, side="right") - 1
    for number, cohort in enumerate(forecaster.cohorts):
        rows = np.flatnonzero(place == number)
        if len(rows):
            yield cohort.orders, rows


def _orders(
    history: History, start: Forecaster | None
) -> tuple[Rung, str, tuple[Cohort, ...], tuple[str, ...]]:
    thin = why_no_model(history)
    if thin:
        return *_means(history, thin), ()
    tried: tuple[str, ...] = ()
    for name in MODELS_IN_ORDER:
        found = fit_purchases(history, name, _warm(start, name))
        told = found.tried if isinstance(found, Fit) else (*found.tried, found.reason)
        tried += tuple(f"{name}: {step}" for step in told)
        if isinstance(found, Fit) and found.converged:
            return Rung.MODEL, "", (Cohort(0.0, found),), tried
    return *_means(history, "no model converged"), tried


def _warm(start: Forecaster | None, name: str) -> Fit | None:
    return start.cohorts[0].orders if start and start.model == name else None


def _means(history: History, why: str) -> tuple[Rung, str, tuple[Cohort, ...]]:
    """The mean of each quarter's first buyers, where there are enough of them; else the shop's."""
    quarter = np.floor(history.age / COHORT_DAYS)
    shop = _mean_orders(history)
    cohorts = [
        Cohort(
            number * COHORT_DAYS,
            _mean_orders(some_of(history, np.flatnonzero(quarter == number)), beside=shop),
        )
        for number in np.unique(quarter)
    ]
    if len(cohorts) < 2 or all(cohort.orders is shop for cohort in cohorts):
        return Rung.SHOP, why, (Cohort(0.0, shop),)
    return Rung.COHORT, why, (replace(cohorts[0], from_age=0.0), *cohorts[1:])


def _mean_orders(history: History, beside: Fit | None = None) -> Fit:
    """Everybody orders at one rate; too few customers take the rate of those `beside` them.

    Half an order in a year is added: nobody having ordered twice does not mean that nobody will,
    and on the first day of a shop it is all there is to go by.
    """
    if beside is not None and history.customers < LEAST_IN_COHORT:
        return beside
    passed = float(history.weight @ history.age)
    rate = (float(history.weight @ history.x) + 0.5) / (passed + YEAR_DAYS)
    return given_fit("NBD", {"r": _ALIKE, "alpha": _ALIKE / rate}, history.customers)


def _mean_spend(known: Spending) -> Fit:
    """Every order is worth the shop's mean, give or take; 0 when nothing was ever paid."""
    sound = np.isfinite(known.mean) & (known.x > 0)
    orders = float(known.weight[sound] @ known.x[sound])
    money = float((known.weight * known.x * known.mean)[sound].sum())
    mean = max(money, 0.0) / max(orders, 1.0)
    return given_fit("shop mean", {"p": 1.0, "q": 1 + _ALIKE, "v": mean * _ALIKE}, orders)


def given_fit(model: str, parameters: dict[str, float], customers: float = 0.0) -> Fit:
    """Parameters that were set, not fitted."""
    width = len(parameters)
    unknown = dict.fromkeys(parameters)
    flat = np.zeros((width, width))
    return Fit(
        model,
        parameters,
        unknown,
        log_likelihood=0.0,
        customers=customers,
        iterations=0,
        converged=True,
        at_border=(),
        tried=(),
        log_covariance=flat,
    )


def _not_converged(fit: Fit) -> str:
    return f"{fit.model} did not converge: {fit.tried[-1]}"
