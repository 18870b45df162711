"""Gamma-Gamma: what an order is worth, when every customer spends round a mean of their own.

Fader & Hardie 2013, The Gamma-Gamma Model of Monetary Value (note 025); Fader, Hardie & Lee
2005, RFM and CLV: Using Iso-Value Curves, Journal of Marketing Research 42(4). Money is in the
caller's unit, any unit. The model supposes that who orders often does not spend more per order.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, psi

from .fitting import Climb, Fit, Likelihood, NotFitted, Parameter, best_fit, warm_start
from .purchase_history import Floats, distinct, totals

NAME = "Gamma-Gamma"
# Below q = 1 the mean spend of a new customer is infinite.
_PARAMETERS = (
    Parameter("p", 1e-3, 1e4),
    Parameter("q", 1.05, 1e4),
    Parameter("v", 1e-6, 1e6, in_unit=True),
)
_STARTS = ((2.0, 3.0, 1.0), (6.0, 4.0, 0.5), (1.0, 1.5, 1.0))
_ROWS_AT_ONCE = 8_192  # fit the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class Spending:
    """Customers by the number of orders `x` whose money is known and the `mean` of each."""

    x: Floats
    mean: Floats
    weight: Floats


def spending(x: ArrayLike, mean: ArrayLike, weight: ArrayLike | None = None) -> Spending:
    orders = np.asarray(x, dtype=np.float64)
    counted = np.ones(len(orders)) if weight is None else np.asarray(weight, dtype=np.float64)
    return Spending(orders, np.asarray(mean, dtype=np.float64), counted)


def fit_spend(known: Spending, start: Fit | None = None) -> Fit | NotFitted:
    """Maximum likelihood of p, q and v over who has spent something.

    Who has not (or got back as much) cannot be told by a gamma and is left out; the fit says
    how many were.
    """
    spent, remarks = _who_spent(known)
    thin = _why_too_thin(spent)
    if thin:
        return NotFitted(NAME, thin, remarks)
    customers = float(spent.weight.sum())
    unit = float(spent.weight @ spent.mean) / customers
    starts = _STARTS if start is None else (warm_start(start, _PARAMETERS, unit), *_STARTS)
    found = best_fit(
        Climb(
            NAME,
            _PARAMETERS,
            likelihood(replace(spent, mean=spent.mean / unit)),
            starts,
            customers,
            unit,
            shift=-customers * float(np.log(unit)),
        )
    )
    return replace(found, tried=(*remarks, *found.tried))


def likelihood(known: Spending) -> Likelihood:
    """Equation (1a) of the note, over all customers."""
    (x,), at_x = distinct(known.x)
    x_weight, customers = totals(at_x, known.weight), float(known.weight.sum())
    total, orders = known.x * known.mean, known.weight * known.x
    log_total, log_mean = (orders * np.log(total)).sum(), (known.weight * np.log(known.mean)).sum()
    counted = np.array((orders, known.weight))

    def height_and_slope(values: Floats) -> tuple[float, Floats]:
        p, q, v = values
        by_order, by_customer, order_share, customer_share = _of_totals(v, total, counted)
        height = x_weight @ (gammaln(p * x + q) - gammaln(p * x))
        height += customers * (q * np.log(v) - gammaln(q)) + p * log_total - log_mean
        height -= p * by_order + q * by_customer
        in_p = x_weight @ (x * (psi(p * x + q) - psi(p * x))) + log_total - by_order
        in_q = x_weight @ psi(p * x + q) + customers * (np.log(v) - psi(q)) - by_customer
        in_v = customers * q / v - p * order_share - q * customer_share
        return float(height), np.array([in_p, in_q, in_v])

    return height_and_slope


def _of_totals(v: float, total: Floats, counted: Floats) -> Floats:
    """Sums of log(v + total), then of 1 / (v + total), counting orders and counting customers."""
    sums = np.zeros((2, 2))
    for begin in range(0, len(total), _ROWS_AT_ONCE):
        some = slice(begin, begin + _ROWS_AT_ONCE)
        raised = v + total[some]
        sums[0] += counted[:, some] @ np.log(raised)
        sums[1] += counted[:, some] @ (1 / raised)
    return sums.ravel()


def expected_spend(fit: Fit, known: Spending) -> Floats:
    """Mean worth of a future order of each customer: equation (5) of the note.

    It lies between the customer's own mean and everybody's; without a known order it is
    everybody's. Who got back more than they paid counts as having spent nothing.
    """
    p, q, v = fit.values
    orders, total = _known_total(known)
    return np.asarray(p * (v + total) / (p * orders + q - 1), dtype=np.float64)


def expected_spend_of_new(fit: Fit) -> float:
    """Mean worth of an order of a customer nothing is known of."""
    p, q, v = fit.values
    return float(p * v / (q - 1))


def simulate_spend(
    fit: Fit, known: Spending, orders: Floats, generator: np.random.Generator
) -> Floats:
    """What so many future orders of each customer bring, one draw for each customer."""
    p, q, v = fit.values
    seen, total = _known_total(known)
    scale = generator.gamma(p * seen + q, 1 / (v + total))
    money = generator.gamma(p * np.maximum(orders, 1)) / np.maximum(scale, 1e-300)
    return np.asarray(np.where(orders > 0, money, 0.0), dtype=np.float64)


def _known_total(known: Spending) -> tuple[Floats, Floats]:
    """Orders with known money and their total, never below 0."""
    is_known = np.isfinite(known.mean) & (known.x > 0)
    orders = np.where(is_known, known.x, 0.0)
    return orders, np.where(is_known, known.x * np.maximum(known.mean, 0), 0.0)


def _who_spent(known: Spending) -> tuple[Spending, tuple[str, ...]]:
    has_orders = np.isfinite(known.x) & (known.x > 0)
    spent = has_orders & np.isfinite(known.mean) & (known.mean > 0)
    kept = Spending(known.x[spent], known.mean[spent], known.weight[spent])
    missing = float(known.weight[has_orders].sum() - kept.weight.sum())
    if missing == 0:
        return kept, ()
    return kept, (f"left out {missing:.0f} customers whose mean spend is not above 0",)


def _why_too_thin(spent: Spending) -> str | None:
    customers = spent.weight.sum()
    if customers < 2:
        return "too few customers with known spend to tell how they differ"
    (means,), _ = distinct(spent.mean)
    if len(means) <= len(_PARAMETERS):
        return f"only {len(means)} different mean spends for {len(_PARAMETERS)} parameters"
    if spent.x.max() <= 1:
        return "nobody has two orders with known spend"
    return None
