"""What each customer will bring: expected orders and money, how sure that is, and P(top)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from .fitting import Fit
from .forecast_ladder import YEAR_DAYS, Forecaster, members
from .forecast_tables import SHARES
from .history import HALF_LIFE_DAYS
from .predictive import LEVELS, chance_above, interval, money_if_buys
from .purchase_history import Floats, History, Places, distinct, some_of
from .purchase_model import expected_orders, order_count_probability, p_alive
from .rungs import Rung

STEPS = 12  # of a horizon, for discounting
_WIDEST_STRETCH = 16.0

# A fit and a history to one number per row.
Ask = Callable[[Fit, History], Floats]


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked: days ahead, margin (0–1), discount per year (0.1 is 10 %), top in per cent."""

    horizon_days: int = 365
    margin: float = 1.0
    discount: float = 0.0
    top_percent: float = 10.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """By what a hold-out says expected orders, and the worth of an order, must be multiplied."""

    orders: float = 1.0
    worth: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What a forecaster says of each state of a history: one number per row; horizon in days.

    `horizon` is the one that was asked for, stretched by the calibration.
    """

    p_alive: Floats
    expected_orders: Floats
    discounted_orders: Floats
    p_buy: Floats
    horizon: float


def score(
    forecaster: Forecaster, history: History, terms: Terms, calibration: Calibration
) -> Scores:
    """Expected orders within the horizon, whole and discounted, and the chance of any.

    Calibration stretches the horizon until the orders of everybody together are right, so that
    expectations, chances and intervals all tell of the same future.
    """
    horizon = _stretched(forecaster, history, float(terms.horizon_days), calibration.orders)
    whole = _each(forecaster, history, partial(expected_orders, horizon=horizon))
    discounted = _discounted(forecaster, history, terms, horizon) if terms.discount else whole
    nobody = partial(order_count_probability, horizon=horizon, count=0)
    alive = _each(forecaster, history, p_alive)
    if forecaster.rung is not Rung.MODEL:
        alive = np.full_like(alive, np.nan)
    buys = np.clip(1 - _each(forecaster, history, nobody), 0.0, 1.0)
    return Scores(alive, whole, discounted, buys, horizon)


def quantiles(forecaster: Forecaster, x: Floats, age: Floats, horizon: float) -> Floats:
    """`money_if_buys` of every row, each by its cohort: (rows, LEVELS)."""
    found = np.zeros((len(x), len(LEVELS)))
    for fit, rows in members(forecaster, age):
        found[rows] = money_if_buys(fit, forecaster.spend, x[rows], age[rows], horizon=horizon)
    return found


def cells(history: History) -> tuple[tuple[Floats, ...], Places]:
    """The different (x, age) of a history, and the place of each row among them."""
    return distinct(history.x, history.age)


def score_columns(scores: Scores, multiples: Floats, cell: Places) -> dict[str, Floats]:
    """The number columns of PURCHASE_SCORES; `cell` leads from a state to its quantiles."""
    columns = {
        "p_alive": scores.p_alive,
        "expected_orders": scores.expected_orders,
        "discounted_orders": scores.discounted_orders,
        "p_buy": scores.p_buy,
    }
    for name, share in SHARES.items():
        low, high = interval(scores.p_buy, multiples, share, cell)
        columns |= {f"low_{name}": low, f"high_{name}": high}
    return columns


def terms_row(
    forecaster: Forecaster, terms: Terms, worth: float, border_minor: float
) -> dict[str, float | str]:
    """The row of FORECAST_TERMS; `worth` is the calibration of the worth of an order."""
    p, q, v = forecaster.spend.values
    return {
        "p": float(p),
        "q": float(q),
        "v": float(v),
        "worth": worth,
        "margin": terms.margin,
        "pace": terms.horizon_days * float(np.log(2)) / HALF_LIFE_DAYS,
        "border_minor": border_minor,
        "basis": str(forecaster.rung),
    }


def border_of_the_top(scale: Floats, p_buy: Floats, multiples: Floats, top_percent: float) -> float:
    """The money, in minor units, above which the top per cent of these customers is expected.

    0 when fewer than that will buy at all: then whoever buys is among the top.
    """
    wanted = len(scale) * top_percent / 100
    sound = scale > 0
    scale, p_buy, multiples = scale[sound], p_buy[sound], multiples[sound]

    def too_many(money: float) -> float:
        return float(chance_above(p_buy, multiples, money / scale).sum()) - wanted

    from scipy.optimize import brentq  # only where something is fitted

    if too_many(0.0) <= 0:
        return 0.0
    highest = float((scale * multiples[:, -1]).max()) * 1e3
    return float(brentq(too_many, 0.0, highest, xtol=0.5))


def _each(forecaster: Forecaster, history: History, ask: Ask) -> Floats:
    """One number for every row, from the fit of its cohort."""
    if len(forecaster.cohorts) == 1:
        return ask(forecaster.cohorts[0].orders, history)
    found = np.zeros(len(history.x))
    for fit, rows in members(forecaster, history.age):
        found[rows] = ask(fit, some_of(history, rows))
    return found


def _discounted(forecaster: Forecaster, history: History, terms: Terms, horizon: float) -> Floats:
    """Expected orders, those of each step counting what money is worth in its middle."""
    steps = np.arange(STEPS) + 1
    until = [
        _each(forecaster, history, partial(expected_orders, horizon=horizon * step / STEPS))
        for step in steps
    ]
    years = terms.horizon_days / YEAR_DAYS * (steps - 0.5) / STEPS
    in_step = np.diff(np.array([np.zeros(len(history.x)), *until]), axis=0)
    return np.asarray((1 + terms.discount) ** -years @ in_step, dtype=np.float64)


def _stretched(forecaster: Forecaster, history: History, horizon: float, factor: float) -> float:
    """The horizon within which `factor` times as many orders are expected of everybody."""
    if factor == 1.0 or len(history.x) == 0:
        return horizon
    from scipy.optimize import brentq

    def orders(stretch: float) -> float:
        ask = partial(expected_orders, horizon=horizon * np.exp(stretch))
        return float(history.weight @ _each(forecaster, history, ask))

    wanted, widest = factor * orders(0.0), float(np.log(_WIDEST_STRETCH))
    if not orders(-widest) < wanted < orders(widest):
        return horizon * (_WIDEST_STRETCH if factor > 1 else 1 / _WIDEST_STRETCH)
    found = brentq(lambda stretch: orders(stretch) - wanted, -widest, widest, xtol=1e-9)
    return horizon * float(np.exp(found))
