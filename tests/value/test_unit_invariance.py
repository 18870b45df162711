"""Dollars or cents, euros or yen, days or hours, each customer once or twice: the same answer."""

from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.shop_days import engine_holding
from tests.value.forecast_shops import Made, Way, as_orders, made_shop
from tierwise.app.pipeline import Outlook, value_customers
from tierwise.facts.money import Rate
from tierwise.value.forecast import Calibration, Terms, quantiles, score
from tierwise.value.forecast_ladder import Forecaster, fit_forecaster
from tierwise.value.purchase_history import Floats, Grouped, group, in_unit
from tierwise.value.rungs import Rung
from tierwise.value.spend_model import Spending, expected_spend, spending

TODAY = 730
TERMS = Terms(horizon_days=180, margin=0.5, discount=0.1)
CUSTOMERS = 1_500
RANKS = ("historic_percentile", "predicted_percentile", "total_percentile")
CHANCES = ("p_alive", "p_buy", "p_top", "expected_orders")
MONEY = (
    "historic_minor",
    "predicted_minor",
    "total_minor",
    "predicted_low_80_minor",
    "predicted_high_80_minor",
    "predicted_low_95_minor",
    "predicted_high_95_minor",
)
# Money is large enough that rounding to minor units makes and breaks no ties.
RICH = Way(spend=(4.0, 4.5, 3e8))

# A failure is a failure in any shop: a smaller seed is no simpler one.
few = settings(max_examples=2, deadline=None, phases=(Phase.explicit, Phase.generate))
seeds = st.integers(0, 3)


@cache
def shop(seed: int) -> Made:
    return made_shop(CUSTOMERS, until=TODAY + 1, seed=seed, way=RICH)


def told(
    orders: pa.Table, *, rates: list[Rate] | None = None, start: Forecaster | None = None
) -> tuple[dict[str, Floats], Outlook]:
    """What is said of every customer, in the order of their names, and how it was found."""
    engine = engine_holding(orders, as_of_day=TODAY, rates=rates)
    outlook = value_customers(engine, as_of_day=TODAY, terms=TERMS, start=start)
    assert outlook.fitted.forecaster.rung is Rung.MODEL
    found = engine.query("FROM valued_customers ORDER BY customer_id")
    columns = (*RANKS, *CHANCES, *MONEY)
    return {name: found[name].to_numpy().astype(np.float64) for name in columns}, outlook


@cache
def usual(seed: int) -> tuple[dict[str, Floats], Outlook]:
    return told(as_orders(shop(seed)))


def are_alike(found: dict[str, Floats], seed: int, *, money: float = 1.0) -> None:
    """The same ranks and chances, and so many times the money."""
    expected, _ = usual(seed)
    for name in RANKS:
        assert found[name] == pytest.approx(expected[name], abs=1e-9), name
    for name in CHANCES:
        assert found[name] == pytest.approx(expected[name], rel=1e-5, abs=1e-7), name
    for name in MONEY:
        assert found[name] == pytest.approx(money * expected[name], rel=1e-5, abs=2 * money), name


def times(made: Made, factor: int) -> Made:
    return Made(made.who, made.day, factor * made.money)


@few
@given(seeds)
def test_dollars_or_cents(seed: int) -> None:
    found, _ = told(as_orders(times(shop(seed), 100)))
    are_alike(found, seed, money=100)


@few
@given(seeds)
def test_euros_or_yen(seed: int) -> None:
    """At 1 JPY = 0.625 EUR cents, 8 yen are 5 cents."""
    yen = as_orders(times(shop(seed), 8), currency="JPY")
    found, _ = told(yen, rates=[Rate("JPY", 0, 6_250)])
    are_alike(found, seed, money=5)


@few
@given(seeds)
def test_orders_come_in_any_order(seed: int) -> None:
    rows = np.random.default_rng(seed).permutation(len(shop(seed).who))
    found, _ = told(as_orders(shop(seed).of(rows)))
    are_alike(found, seed)


@few
@given(seeds)
def test_a_base_counted_twice_has_the_same_parameters(seed: int) -> None:
    once = shop(seed)
    doubled = Made(
        np.concatenate((once.who, once.who + CUSTOMERS)),
        np.concatenate((once.day, once.day)),
        np.concatenate((once.money, once.money)),
    )
    _, twice = told(as_orders(doubled))
    same = usual(seed)[1].fitted.forecaster, twice.fitted.forecaster
    for one, other in ((fitted.cohorts[0].orders, fitted.spend) for fitted in same):
        assert one.converged
        assert other.converged
    orders = [fitted.cohorts[0].orders.values for fitted in same]
    assert orders[1] == pytest.approx(orders[0], rel=1e-4)
    assert same[1].spend.values == pytest.approx(same[0].spend.values, rel=1e-4)


@few
@given(seeds)
def test_beginning_with_an_earlier_fit_changes_nothing(seed: int) -> None:
    cold, outlook = usual(seed)
    warm, _ = told(as_orders(shop(seed)), start=outlook.fitted.forecaster)
    for name in CHANCES:
        assert warm[name] == pytest.approx(cold[name], rel=1e-5, abs=1e-6), name
    for name in MONEY:
        assert warm[name] == pytest.approx(cold[name], rel=1e-6, abs=2), name


def known(made: Made) -> tuple[Grouped, Spending]:
    """What the models look at, in days, one row of money for each customer."""
    days, place = np.unique(np.stack((made.who, made.day)), axis=1, return_inverse=True)
    who, occasions = np.unique(days[0], return_counts=True)
    first = np.concatenate(([0], occasions.cumsum()[:-1]))
    last = occasions.cumsum() - 1
    t_x = days[1][last] - days[1][first]
    grouped = group(occasions - 1, t_x, TODAY - days[1][first])
    paid = np.bincount(np.searchsorted(who, days[0])[place.ravel()], weights=made.money)
    return grouped, spending(occasions, paid / occasions)


@few
@given(seeds, st.sampled_from([24.0, 1_440.0, 3.0, 1.7]))
def test_days_or_hours(seed: int, unit: float) -> None:
    """The fit, the scores and the quantiles; the horizon goes with the unit."""
    grouped, money = known(shop(seed))
    days, hours = grouped.history, in_unit(grouped.history, 1 / unit)
    horizon = Terms(horizon_days=180), Terms(horizon_days=round(180 * unit))
    fits = fit_forecaster(days, money), fit_forecaster(hours, money)
    assert fits[0].rung is fits[1].rung is Rung.MODEL
    for calibration in (Calibration(), Calibration(orders=1.2)):
        one = score(fits[0], days, horizon[0], calibration)
        other = score(fits[1], hours, horizon[1], calibration)
        for name in ("p_alive", "expected_orders", "p_buy"):
            assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-4), name
        assert other.horizon == pytest.approx(unit * one.horizon, rel=1e-4)
        multiples = [
            quantiles(fit, history.x[:200], history.age[:200], said.horizon)
            for fit, history, said in ((fits[0], days, one), (fits[1], hours, other))
        ]
        assert multiples[1] == pytest.approx(multiples[0], rel=1e-3)


@few
@given(seeds, st.sampled_from([100.0, 0.01, 160.0]))
def test_the_worth_of_an_order_goes_with_the_currency(seed: int, rate: float) -> None:
    grouped, money = known(shop(seed))
    foreign = Spending(money.x, rate * money.mean, money.weight)
    fits = [fit_forecaster(grouped.history, spent) for spent in (money, foreign)]
    one, other = (expected_spend(f.spend, m) for f, m in zip(fits, (money, foreign), strict=True))
    assert other == pytest.approx(rate * one, rel=1e-5)
    assert fits[1].spend.parameters["p"] == pytest.approx(fits[0].spend.parameters["p"], rel=1e-4)
