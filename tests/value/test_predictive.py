"""What the future money of one customer may be, judged by lives that were lived to their end."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.value.fitting import Fit, NotFitted
from tierwise.value.predictive import LEVELS, chance_above, held, interval, money_if_buys
from tierwise.value.purchase_history import Floats, History, group, one_customer
from tierwise.value.purchase_model import (
    DEFAULT,
    MODELS,
    fit_purchases,
    order_count_probability,
    simulate_orders,
)
from tierwise.value.spend_model import NAME, fit_spend, simulate_spend, spending

# Near those of CDNOW in weeks.
TRUTH = {
    "BG/NBD": (0.243, 4.414, 0.793, 2.426),
    "MBG/NBD": (0.525, 6.183, 0.891, 1.614),
    "Pareto/NBD": (0.553, 10.578, 0.606, 11.669),
    "NBD": (0.385, 12.07),
}
SPEND = (6.25, 3.74, 15.44)
AT = np.array(LEVELS)


@dataclass(frozen=True, slots=True)
class Shop:
    """How customers of a made shop differ (r, α, a, b; p, q, v), and how long they are watched."""

    name: str
    buying: tuple[float, float, float, float]
    spend: tuple[float, float, float]
    ages: tuple[float, float]
    horizon: float


SHOPS = (
    Shop("like CDNOW", (0.525, 6.183, 0.891, 1.614), SPEND, (27, 39), 39),
    Shop("busy grocer", (4.0, 5.0, 0.3, 150.0), (3.0, 5.0, 80.0), (20, 52), 26),
    Shop("like Online Retail", (0.9, 60.0, 0.2, 2.0), (2.5, 2.7, 350.0), (1, 365), 365),
)
GROCER = SHOPS[1]


@dataclass(frozen=True, slots=True, eq=False)
class Lives:
    """Customers as they are known at their age, and what they `later` paid within the horizon."""

    x: Floats
    t_x: Floats
    age: Floats
    paid: Floats
    later: Floats
    horizon: float


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    p_buy: Floats
    quantiles: Floats
    unit: Floats  # of the money: v + m


def lived(shop: Shop, customers: int, seed: int) -> Lives:
    """Every customer's orders, one after another, until the customer leaves or the time is up."""
    chance = np.random.default_rng(seed)
    r, alpha, a, b = shop.buying
    p, q, v = shop.spend
    gap = 1 / np.maximum(chance.gamma(r, 1 / alpha, customers), 1e-100)
    leaves, scale = chance.beta(a, b, customers), chance.gamma(q, 1 / v, customers)
    age, clock = chance.uniform(*shop.ages, customers), np.zeros(customers)
    x, t_x, paid, later = np.full(customers, -1.0), *np.zeros((3, customers))
    here = np.arange(customers)
    while len(here):
        money, known = chance.gamma(p, size=len(here)) / scale[here], clock[here] <= age[here]
        x[here] += known
        t_x[here[known]] = clock[here[known]]
        paid[here] += money * known
        later[here] += money * ~known
        here = here[chance.random(len(here)) >= leaves[here]]
        clock[here] += chance.exponential(gap[here])
        here = here[clock[here] <= age[here] + shop.horizon]
    return Lives(x, t_x, age, paid, later, shop.horizon)


def forecast(lives: Lives) -> Forecast:
    """What models fitted to the known part say of each customer."""
    grouped = group(lives.x, lives.t_x, lives.age)
    purchase = fitted(fit_purchases(grouped.history, DEFAULT))
    spend = fitted(fit_spend(spending(lives.x + 1, lives.paid / (lives.x + 1))))
    nothing = order_count_probability(purchase, grouped.history, lives.horizon, 0)
    quantiles = money_if_buys(purchase, spend, lives.x, lives.age, horizon=lives.horizon)
    return Forecast(1 - nothing[grouped.places], quantiles, spend.parameters["v"] + lives.paid)


def coverage(lives: Lives, told: Forecast, share: float) -> tuple[float, float]:
    """What the intervals say they hold, and what they held."""
    low, high = (told.unit * end for end in interval(told.p_buy, told.quantiles, share))
    inside = (low <= lives.later) & (lives.later <= high)
    return float(held(told.p_buy, share).mean()), float(inside.mean())


def fitted(found: Fit | NotFitted) -> Fit:
    assert isinstance(found, Fit), found
    return found


def known_fit(model: str, names: list[str], values: tuple[float, ...]) -> Fit:
    parameters = dict(zip(names, values, strict=True))
    return Fit(model, parameters, {}, 0.0, 0.0, 0, True, (), (), np.zeros((len(names),) * 2))


def purchase_truth(model: str, values: tuple[float, ...] | None = None) -> Fit:
    names = [parameter.name for parameter in MODELS[model].parameters]
    return known_fit(model, names, values or TRUTH[model])


def spend_truth(values: tuple[float, ...] = SPEND) -> Fit:
    return known_fit(NAME, ["p", "q", "v"], values)


def drawn_multiples(
    model: str, x: float, age: float, horizon: float, first: float = 1.0
) -> tuple[Floats, float]:
    """Money of those who buy, as multiples, and the share who do: brute force."""
    chance, many = np.random.default_rng(2), 400_000
    # Whose last order is this moment is alive, but for having left with it.
    history = History(*(np.full(many, value) for value in (x, age, age, 1.0)))
    orders = simulate_orders(purchase_truth(model), history, horizon, chance)
    known = spending(np.full(many, x + first), np.full(many, 30.0))
    money = simulate_spend(spend_truth(), known, orders, chance)
    return money[orders > 0] / (SPEND[2] + 30 * (x + first)), float((orders > 0).mean())


@pytest.mark.parametrize("model", TRUTH)
@pytest.mark.parametrize(
    ("x", "age", "horizon"), [(0, 27, 39), (2, 38, 39), (13, 39, 39), (40, 33, 156)]
)
def test_the_quantiles_are_those_of_brute_force(
    model: str, x: float, age: float, horizon: float
) -> None:
    drawn, _ = drawn_multiples(model, x, age, horizon)
    # Ages round the one asked for, so that it is read between points of the grid.
    ages = np.array([age, 1.0, 60.0])
    found = money_if_buys(
        purchase_truth(model), spend_truth(), np.array([x, 0, 60.0]), ages, horizon=horizon
    )[0]
    inner = (AT >= 0.05) & (AT <= 0.95)
    assert found[inner] == pytest.approx(np.quantile(drawn, AT[inner]), rel=0.025)
    outer = ~inner & (AT >= 0.025) & (AT <= 0.975)
    assert found[outer] == pytest.approx(np.quantile(drawn, AT[outer]), rel=0.05)


@pytest.mark.parametrize("model", TRUTH)
@pytest.mark.parametrize(("x", "age", "horizon", "about"), [(0, 20, 1.5, 0.02), (25, 30, 39, 0.99)])
def test_a_rare_order_is_told_as_well_as_a_sure_one(
    model: str, x: float, age: float, horizon: float, about: float
) -> None:
    drawn, buys = drawn_multiples(model, x, age, horizon)
    row = one_customer(x, age, age)
    p_buy = 1 - order_count_probability(purchase_truth(model), row, horizon, 0)[0]
    assert p_buy == pytest.approx(buys, abs=1e-5 + 4 * np.sqrt(buys * (1 - buys) / 400_000))
    assert p_buy == pytest.approx(about, abs=0.02 if about < 0.5 else 0.06)
    found = money_if_buys(purchase_truth(model), spend_truth(), row.x, row.age, horizon=horizon)[0]
    below = np.searchsorted(np.sort(drawn), found) / len(drawn)
    assert (np.abs(below - AT) < 4 * np.sqrt(AT * (1 - AT) / len(drawn)) + 0.002).all()


@settings(deadline=None)
@given(
    p_buy=st.floats(0, 1),
    share=st.floats(0.01, 0.99),
    x=st.sampled_from([0, 3, 40]),
    age=st.sampled_from([0, 20, 52]),
)
def test_the_interval_holds_what_it_says(p_buy: float, share: float, x: int, age: int) -> None:
    quantiles, buys = some_quantiles(x, age), np.array([p_buy])
    low, high = interval(buys, quantiles, share)
    assert 0 <= low[0] <= high[0] < np.inf
    from_low = chance_above(buys, quantiles, low) if low[0] > 0 else np.ones(1)
    holds = from_low - chance_above(buys, quantiles, high)
    assert holds == pytest.approx(held(buys, share), abs=1e-9)


@settings(deadline=None)
@given(one=st.floats(-1, 1e6), more=st.floats(0, 1e6), p_buy=st.floats(0, 1))
def test_more_money_is_less_likely(one: float, more: float, p_buy: float) -> None:
    quantiles, buys = some_quantiles(3, 20), np.array([p_buy])
    less_likely = chance_above(buys, quantiles, one + more)
    assert 0 <= less_likely[0] <= chance_above(buys, quantiles, one)[0] <= 1


@cache
def some_quantiles(x: float, age: float) -> Floats:
    where = np.array([float(x)]), np.array([float(age)])
    return money_if_buys(purchase_truth(DEFAULT), spend_truth(), *where, horizon=39)


def test_the_ends_of_the_chance() -> None:
    buys, quantiles = np.array([0.0, 0.3, 1.0]), some_quantiles(2, 20).repeat(3, axis=0)
    assert chance_above(buys, quantiles, -1e-9) == pytest.approx([1, 1, 1])
    assert chance_above(buys, quantiles, 0) == pytest.approx(buys)
    assert chance_above(buys, quantiles, np.inf) == pytest.approx([0, 0, 0])
    for level, quantile in zip(LEVELS, quantiles[0], strict=True):
        assert chance_above(buys, quantiles, quantile) == pytest.approx(buys * (1 - level))


def test_who_hardly_buys_gets_nothing_and_who_may_not_begins_at_nothing() -> None:
    buys, quantiles = np.array([0.1, 0.5, 0.95]), some_quantiles(2, 20).repeat(3, axis=0)
    low, high = interval(buys, quantiles, 0.8)
    assert list(low[:2]) == [0, 0]
    assert high[0] == 0 < high[1] < high[2]
    assert low[2] > 0
    assert list(held(buys, 0.8)) == [0.9, 0.8, 0.8]


def test_customers_find_their_rows() -> None:
    quantiles = np.concatenate((some_quantiles(0, 20), some_quantiles(9, 20)))
    rows, buys = np.array([1, 0, 1]), np.array([0.9, 0.2, 0.5])
    one = interval(buys, quantiles, 0.8, rows), chance_above(buys, quantiles, 0.4, rows)
    other = interval(buys, quantiles[rows], 0.8), chance_above(buys, quantiles[rows], 0.4)
    assert np.array_equal(one[0], other[0])
    assert np.array_equal(one[1], other[1])


@pytest.mark.parametrize("model", TRUTH)
@settings(max_examples=8, deadline=None)
@given(unit=st.one_of(st.just(7.0), st.floats(1e-3, 1e6)), youngest=st.floats(0, 20))
def test_days_and_weeks_say_the_same(model: str, unit: float, youngest: float) -> None:
    fit = purchase_truth(model)
    scales = [unit if p.in_unit else 1.0 for p in MODELS[model].parameters]
    told = purchase_truth(model, tuple(fit.values * scales))
    x, age = np.array([0.0, 3.0, 30.0]), youngest + np.array([0.0, 12.0, 39.0])
    one = money_if_buys(fit, spend_truth(), x, age, horizon=39)
    other = money_if_buys(told, spend_truth(), x, unit * age, horizon=39 * unit)
    assert other == pytest.approx(one, rel=5e-3)


@settings(max_examples=8, deadline=None)
@given(unit=st.one_of(st.just(100.0), st.floats(1e-3, 1e6)))
def test_dollars_and_cents_say_the_same(unit: float) -> None:
    p, q, v = SPEND
    where = np.array([2.0]), np.array([20.0])
    ends = [
        (scale + paid) * money_if_buys(purchase_truth(DEFAULT), spend, *where, horizon=39)
        for scale, paid, spend in (
            (v, 90.0, spend_truth()),
            (v * unit, 90.0 * unit, spend_truth((p, q, v * unit))),
        )
    ]
    assert ends[1] == pytest.approx(unit * ends[0])


@pytest.mark.parametrize("model", TRUTH)
@pytest.mark.parametrize("spend", [SPEND, (1e-3, 1.05, 1e-6), (1e4, 1e4, 1e6), (1e4, 1.05, 1.0)])
def test_extreme_customers_and_spend_give_numbers(model: str, spend: tuple[float, ...]) -> None:
    x, age = np.array([0.0, 1.0, 60.0, 2000.0]), np.array([0.0, 0.0, 40.0, 52.0])
    for horizon in (0.0, 1e-9, 5200.0):
        found = money_if_buys(purchase_truth(model), spend_truth(spend), x, age, horizon=horizon)
        hold_numbers(found)


@pytest.mark.parametrize(
    ("model", "parameter", "value"),
    [
        (name, parameter.name, value)
        for name in TRUTH
        for parameter in MODELS[name].parameters
        for value in (parameter.low, parameter.high)
    ],
)
def test_parameters_at_their_borders_give_numbers(model: str, parameter: str, value: float) -> None:
    fit = purchase_truth(model)
    fit = replace(fit, parameters={**fit.parameters, parameter: value})
    x, age = np.array([0.0, 1.0, 60.0]), np.array([1.0, 20.0, 40.0])
    hold_numbers(money_if_buys(fit, spend_truth(), x, age, horizon=39))


def test_who_orders_like_a_machine_goes_on_so() -> None:
    where = np.array([1e6]), np.array([3.0])
    found = money_if_buys(purchase_truth("NBD"), spend_truth(), *where, horizon=5200)
    rate = (TRUTH["NBD"][0] + 1e6) / (TRUTH["NBD"][1] + 3)
    assert found[0] == pytest.approx(5200 * rate / 1e6, rel=0.05)


def hold_numbers(found: Floats) -> None:
    assert np.isfinite(found).all()
    assert (found > 0).all()
    assert (np.diff(found, axis=1) >= 0).all()
    for p_buy in (0.0, 1e-9, 0.5, 1.0):
        buys = np.full(len(found), p_buy)
        for share in (1e-6, 0.8, 1 - 1e-9):
            assert np.isfinite(interval(buys, found, share)).all()
        assert np.isfinite(chance_above(buys, found, 1.0)).all()


def test_nobody_gets_no_rows() -> None:
    nobody = np.zeros(0)
    found = money_if_buys(purchase_truth(DEFAULT), spend_truth(), nobody, nobody, horizon=39)
    assert found.shape == (0, len(LEVELS))
    assert len(interval(nobody, found, 0.8)[0]) == 0


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.name)
def test_the_intervals_hold_the_lives_they_were_made_for(shop: Shop) -> None:
    lives = lived(shop, 8_000, seed=11)
    told = forecast(lives)
    for share in (0.8, 0.95):
        stated, measured = coverage(lives, told, share)
        assert measured == pytest.approx(stated, abs=0.02)
        if shop is GROCER:
            assert measured == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.name)
def test_who_is_likely_to_be_in_the_top_tenth_is(shop: Shop) -> None:
    lives = lived(shop, 8_000, seed=12)
    told = forecast(lives)
    border = np.quantile(lives.later, 0.9)
    chance = chance_above(told.p_buy, told.quantiles, border / told.unit)
    for some in np.array_split(np.argsort(chance), 10):
        there, said = (lives.later[some] > border).mean(), chance[some].mean()
        assert there == pytest.approx(said, abs=0.01 + 4 * np.sqrt(said * (1 - said) / len(some)))


@pytest.mark.slow
@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.name)
def test_a_large_shop_leaves_less_to_luck(shop: Shop) -> None:
    lives = lived(shop, 60_000, seed=13)
    told = forecast(lives)
    for share in (0.5, 0.8, 0.95, 0.99):
        stated, measured = coverage(lives, told, share)
        assert measured == pytest.approx(stated, abs=0.007)
