"""Contract customers: how far subscriptions came, how they are renewed, what they will pay."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shop_days import arrow, engine_with
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.money import Rate
from tierwise.facts.tables import SUBSCRIPTIONS
from tierwise.value.fitting import NotFitted
from tierwise.value.subscription_model import Contracts
from tierwise.value.subscription_tables import (
    SUBSCRIPTION_FORECASTS,
    SUBSCRIPTION_PROBLEMS,
    SUBSCRIPTION_SCORES,
    SUBSCRIPTION_STATES,
)
from tierwise.value.subscriptions import (
    Horizon,
    Renewing,
    Rung,
    Running,
    contract_scores,
    contracts_by_term,
    fit_contracts,
    renewal_chances,
)

SUBSCRIPTION = {"plan": None, "ended_day": None, "price_minor": 1_000, "currency": "EUR"}
YEAR = 365.25
MONTH = 30.4375


def subscription(customer: str, started: int, term: int = 30, **more: Any) -> dict[str, Any]:
    return {"customer_id": customer, "started_day": started, "term_days": term, **more}


def subscribed(
    rows: list[dict[str, Any]],
    *,
    as_of_day: int = 1_000,
    customers: list[dict[str, Any]] | None = None,
    rates: list[Rate] | None = None,
) -> DuckDBEngine:
    """An engine that knows how far these subscriptions came."""
    engine = engine_with([], as_of_day=as_of_day, customers=customers, rates=rates)
    numbered = [SUBSCRIPTION | {"subscription_id": f"s{i}"} | row for i, row in enumerate(rows)]
    engine.upload("subscriptions", arrow(SUBSCRIPTIONS, numbered))
    for model in (SUBSCRIPTION_STATES, SUBSCRIPTION_PROBLEMS):
        engine.materialise(model, {"as_of_day": as_of_day})
    return engine


def states(engine: DuckDBEngine) -> list[dict[str, Any]]:
    return engine.query("FROM subscription_states ORDER BY subscription_id").to_pylist()


def known(engine: DuckDBEngine) -> dict[float, Contracts]:
    rows = engine.query(
        "SELECT term_days, renewals, ended, COUNT(*) FROM subscription_states GROUP BY ALL"
    )
    found = contracts_by_term(*(column.to_numpy() for column in rows.columns))
    assert not isinstance(found, NotFitted), found
    return found


def forecasts(
    engine: DuckDBEngine, renewing: dict[float, Renewing], horizon: Horizon
) -> dict[str, dict[str, Any]]:
    rows = engine.query(
        "SELECT term_days, renewals, days_left FROM subscription_states WHERE ended = 0"
    )
    running = Running(*(column.to_numpy() for column in rows.columns))
    scores = contract_scores(renewing, running, horizon)
    assert tuple(scores) == SUBSCRIPTION_SCORES.names
    engine.upload("subscription_scores", pa.table(scores))
    engine.materialise(SUBSCRIPTION_FORECASTS, {})
    found = engine.query("FROM subscription_forecasts")
    assert tuple(found.column_names) == SUBSCRIPTION_FORECASTS.output.names
    return {row["customer_id"]: row for row in found.to_pylist()}


def at_rate(rate: float, *terms: float) -> dict[float, Renewing]:
    return {term: Renewing(Rung.ASSUMED, rate=rate) for term in terms}


# The day is 1000: what the subscription is, and (renewals, ended, days left).
COUNTED = {
    "begun today": (subscription("ada", 1_000, 10), (0, 0, 10)),
    "the day before the first decision": (subscription("ada", 991, 10), (0, 0, 1)),
    "the day of the first decision, renewed": (subscription("ada", 990, 10), (1, 0, 10)),
    "renewed twice": (subscription("ada", 975, 10), (2, 0, 5)),
    "not renewed the first time": (subscription("ada", 900, 10, ended_day=910), (1, 1, None)),
    "renewed twice, then not": (subscription("ada", 900, 10, ended_day=930), (3, 1, None)),
    "given back within a term": (subscription("ada", 900, 10, ended_day=921), (3, 1, None)),
    "given back on the day it began": (subscription("ada", 900, 10, ended_day=900), (1, 1, None)),
    "ends today": (subscription("ada", 990, 10, ended_day=1_000), (1, 1, None)),
    "ends later, which nobody knows": (subscription("ada", 975, 10, ended_day=1_001), (2, 0, 5)),
    "a year of twelve months": (subscription("ada", 635, 30), (11, 0, 1)),
    "a month of 31 days": (subscription("ada", 900, 30, ended_day=931), (1, 1, None)),
    "a month of 28 days": (subscription("ada", 900, 30, ended_day=928), (1, 1, None)),
    "eleven months": (subscription("ada", 600, 31, ended_day=937), (11, 1, None)),
    "a leap year": (subscription("ada", 600, 365, ended_day=966), (1, 1, None)),
}


@pytest.mark.parametrize(("row", "expected"), COUNTED.values(), ids=COUNTED)
def test_how_far_a_subscription_came(
    row: dict[str, Any], expected: tuple[int, int, int | None]
) -> None:
    (state,) = states(subscribed([row]))
    assert tuple(state) == SUBSCRIPTION_STATES.output.names
    assert (state["renewals"], state["ended"], state["days_left"]) == expected


def test_every_month_of_ten_years_is_counted_as_the_calendar_does() -> None:
    firsts = np.arange("1990-01", "2002-01", dtype="datetime64[M]").astype("datetime64[D]")
    days = firsts.astype(int) - firsts[0].astype(int)
    ended = [
        subscription("ada", int(days[start]), ended_day=int(days[start + months]))
        for start in range(24)
        for months in range(1, 120)
    ]
    found = [
        row["renewals"] for row in sorted(states(subscribed(ended, as_of_day=9_999)), key=number)
    ]
    assert found == [months for _ in range(24) for months in range(1, 120)]


def number(row: dict[str, Any]) -> int:
    return int(row["subscription_id"][1:])


def test_subscriptions_of_later_days_do_not_exist_yet() -> None:
    assert states(subscribed([subscription("ada", 1_001)])) == []


def test_a_subscription_belongs_to_the_account_of_its_person() -> None:
    engine = subscribed(
        [subscription("ann", 900), subscription("ben", 900)],
        customers=[{"customer_id": who, "account_id": "acme"} for who in ("ann", "ben")],
    )
    assert {row["customer_id"] for row in states(engine)} == {"acme"}


def test_prices_are_converted_at_the_rate_of_the_day() -> None:
    rows = [subscription("ada", 900, currency="USD"), subscription("bob", 900, currency="JPY")]
    engine = subscribed(rows, rates=[Rate("USD", 5, 900_000), Rate("USD", 990, 920_000)])
    assert [row["price_minor"] for row in states(engine)] == [920, None]
    assert engine.rows("FROM subscription_problems") == [("no_rate", "JPY", 1)]


def test_a_subscription_that_ends_before_it_starts_is_left_out_and_told() -> None:
    engine = subscribed([subscription("ada", 900, ended_day=899), subscription("bob", 900)])
    assert [row["customer_id"] for row in states(engine)] == ["bob"]
    assert engine.rows("FROM subscription_problems") == [("ends_before_start", "EUR", 1)]


def test_a_row_that_cannot_be_true_names_its_term() -> None:
    found = contracts_by_term([30, 30, 365], [1, 2, 0], [0, 1, 1])
    assert isinstance(found, NotFitted)
    assert found.reason.startswith("terms of 365 days: row 1 is no contract")


def cohort(contracts: int, truth: tuple[float, float], decisions: int) -> Contracts:
    """Contracts that came up so many times at most, as the model draws them."""
    chance = np.random.default_rng(7)
    ending = chance.geometric(chance.beta(*truth, contracts))
    found = contracts_by_term(
        np.full(contracts, MONTH), np.minimum(ending, decisions), ending <= decisions
    )
    assert not isinstance(found, NotFitted)
    return found[MONTH]


def alike(renewals: float, ended: float, weight: float) -> Contracts:
    return Contracts(np.array([renewals]), np.array([ended]), np.array([weight]))


def test_each_term_length_speaks_for_itself_where_it_can() -> None:
    months, years = cohort(5_000, (0.7, 6.0), 12), cohort(2_000, (1.0, 2.0), 4)
    found = fit_contracts({MONTH: months, YEAR: years, 7.0: alike(2, 1, 3)})
    assert [one.rung for one in found.values()] == [
        Rung.OWN_MODEL,
        Rung.OWN_MODEL,
        Rung.POOLED_MODEL,
    ]
    assert found[7.0].tried == ("3 contracts of this term have come up, 100 are enough",)
    month, year = (renewal_chances(found[term], [0], 1)[0, 0] for term in (MONTH, YEAR))
    assert month == pytest.approx(6 / 6.7, abs=0.02)
    assert year == pytest.approx(2 / 3, abs=0.03)


LADDER = {
    "no contracts at all": ({}, None, None, None),
    "one contract that has not come up": (alike(0, 0, 1), None, Rung.UNKNOWN, None),
    "the same, and somebody says what to assume": (alike(0, 0, 1), 0.9, Rung.ASSUMED, 0.9),
    "one contract, renewed once": (alike(1, 0, 1), 0.9, Rung.POOLED_RATE, 2 / 3),
    "one contract, ended at once": (alike(1, 1, 1), None, Rung.POOLED_RATE, 1 / 3),
    "all ended the first time": (alike(1, 1, 200), None, Rung.OWN_RATE, 1 / 202),
    "all ended the third time": (alike(3, 1, 200), None, Rung.OWN_RATE, 401 / 602),
    "none ended": (alike(3, 0, 200), None, Rung.OWN_RATE, 601 / 602),
}


@pytest.mark.parametrize(("own", "assumed", "rung", "rate"), LADDER.values(), ids=LADDER)
def test_where_the_model_cannot_be_fitted_a_rate_does(
    own: Contracts | dict[float, Contracts],
    assumed: float | None,
    rung: Rung | None,
    rate: float | None,
) -> None:
    by_term = {MONTH: own} if isinstance(own, Contracts) else own
    for found in fit_contracts(by_term, assumed).values():
        assert (found.rung, found.fit) == (rung, None)
        assert found.rate == pytest.approx(rate)
        assert found.tried


def test_one_decision_each_is_too_little_for_a_model() -> None:
    found = fit_contracts({MONTH: cohort(1_000, (1, 3), 1)})[MONTH]
    assert found.rung is Rung.OWN_RATE
    assert found.tried == ("no contract has come up for a second renewal",)


def test_subscribers_who_are_all_alike_get_a_rate_or_a_model_that_agrees() -> None:
    chance = np.random.default_rng(3)
    ending = chance.geometric(0.2, 5_000)
    by_term = contracts_by_term(np.full(5_000, YEAR), np.minimum(ending, 6), ending <= 6)
    assert not isinstance(by_term, NotFitted)
    found = fit_contracts(by_term)[YEAR]
    assert renewal_chances(found, [0], 3)[0] == pytest.approx([0.8, 0.8, 0.8], abs=0.03)


def scores_at(rate: float, days_left: int, horizon: Horizon) -> dict[str, float]:
    columns = contract_scores(at_rate(rate, 10.0), Running([10.0], [2], [days_left]), horizon)
    return {name: float(column[0]) for name, column in columns.items()}


def test_payments_of_the_horizon_are_counted_from_the_next_decision() -> None:
    found = scores_at(0.8, 4, Horizon(24))
    assert found["renews_next"] == 0.8
    assert found["expected_payments"] == pytest.approx(0.8 + 0.8**2 + 0.8**3)
    assert found["still_runs"] == pytest.approx(0.8**3)
    assert scores_at(0.8, 5, Horizon(24))["expected_payments"] == pytest.approx(0.8 + 0.8**2)


def test_nothing_is_paid_within_the_term_that_is_paid_already() -> None:
    found = scores_at(0.8, 4, Horizon(3))
    assert (found["expected_payments"], found["still_runs"], found["high_95"]) == (0, 1, 0)


def test_later_payments_count_less() -> None:
    found = scores_at(1.0, 10, Horizon(20, yearly_discount=0.1))
    assert found["expected_payments"] == pytest.approx(1.1 ** (-10 / 365) + 1.1 ** (-20 / 365))
    assert found["low_95"] == found["high_95"] == found["expected_payments"]
    assert found["payments"] == 2


def test_bounds_cut_off_the_tails_they_state() -> None:
    found = scores_at(0.5, 10, Horizon(100))
    # At least k payments: 0.5 ** k. Four or more happen in 6 %, six or more in 1.6 %.
    assert [found[name] for name in ("low_80", "high_80", "low_95", "high_95")] == [0, 3, 0, 5]


def test_states_of_unknown_renewals_get_no_row_and_their_customers_no_figure() -> None:
    engine = subscribed([subscription("ada", 1_000)])
    ada = forecasts(engine, fit_contracts(known(engine)), Horizon(365))["ada"]
    assert ada["contracts"] == 1
    assert (ada["p_alive"], ada["payments"], ada["predicted_minor"]) == (None, None, None)


def test_a_contract_customer_is_the_sum_of_running_contracts() -> None:
    engine = subscribed(
        [
            subscription("ada", 995, 10, price_minor=300),
            subscription("ada", 990, 20, price_minor=1_000),
            subscription("ada", 900, 10, ended_day=950),
            subscription("bob", 900, 10, ended_day=950),
        ]
    )
    renewing = at_rate(0.5, 10.0) | {20.0: Renewing(Rung.ASSUMED, rate=0.9)}
    found = forecasts(engine, renewing, Horizon(10))
    assert set(found) == {"ada"}
    assert found["ada"] == {
        "customer_id": "ada",
        "contracts": 2,
        "p_alive": 0.9,
        "payments": pytest.approx(0.5 + 0.9),
        "expected_payments": pytest.approx(0.5 + 0.9),
        "predicted_minor": 150 + 900,
        "low_80_minor": 0,
        "high_80_minor": 1_300,
        "low_95_minor": 0,
        "high_95_minor": 1_300,
    }


def test_a_shop_without_subscriptions_has_no_contract_customers() -> None:
    engine = subscribed([])
    assert forecasts(engine, fit_contracts(known(engine)), Horizon(365)) == {}


chances = st.floats(0.05, 0.99)
few = st.integers(0, 30)


@settings(max_examples=60, deadline=None)
@given(chances, few, st.integers(1, 30), st.integers(0, 400), st.floats(0, 0.5))
def test_figures_of_a_contract_lie_in_order(
    rate: float, renewals: int, days_left: int, horizon: int, discount: float
) -> None:
    whole = Horizon(horizon, discount)
    columns = contract_scores(at_rate(rate, 30.0), Running([30.0], [renewals], [days_left]), whole)
    found = {name: float(column[0]) for name, column in columns.items()}
    most = scores_at_certainty(days_left, whole)
    assert 0 <= found["low_95"] <= found["low_80"] <= found["high_80"] <= found["high_95"] <= most
    assert 0 <= found["expected_payments"] <= most + 1e-9
    assert found["expected_payments"] <= found["payments"] + 1e-9
    assert found["still_runs"] <= 1
    # Where one payment is all but sure, or all but ruled out, a bound may pass its mean.
    if 0.2 <= rate <= 0.97:
        assert found["low_95"] <= found["expected_payments"] + 1e-9
        assert found["expected_payments"] <= found["high_95"] + 1e-9


def scores_at_certainty(days_left: int, horizon: Horizon) -> float:
    columns = contract_scores(at_rate(1.0, 30.0), Running([30.0], [0], [days_left]), horizon)
    return float(columns["expected_payments"][0])


def test_one_more_term_renewed_raises_the_chance_of_the_next() -> None:
    renewing = {MONTH: fit_contracts({MONTH: cohort(5_000, (0.7, 3.0), 12)})[MONTH]}
    many = np.arange(20)
    found = contract_scores(
        renewing, Running(np.full(20, MONTH), many, np.full(20, 9)), Horizon(365)
    )
    for name in ("renews_next", "still_runs", "expected_payments"):
        assert (np.diff(found[name]) > 0).all()


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1_000), st.integers(1, 10**6)), min_size=1, max_size=20))
def test_the_unit_of_money_does_not_matter(rows: list[tuple[int, int]]) -> None:
    renewing = at_rate(0.7, MONTH)
    cents, dollars = (
        forecasts(
            subscribed(
                [
                    subscription(f"c{i}", day, price_minor=price * unit)
                    for i, (day, price) in enumerate(rows)
                ]
            ),
            renewing,
            Horizon(365),
        )
        for unit in (100, 1)
    )
    for customer, row in dollars.items():
        assert cents[customer]["p_alive"] == row["p_alive"]
        assert cents[customer]["predicted_minor"] == pytest.approx(
            100 * row["predicted_minor"], abs=51
        )


def drawn_base(contracts: int, as_of_day: int) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Subscriptions with a chance of their own, and what each pays in the year after the day.

    Half are paid every 28 days and half every 350, so that all decisions fall on whole days.
    """
    chance = np.random.default_rng(11)
    rows, paid = [], {}
    for i in range(contracts):
        term, truth = ((28, (0.8, 8.0)), (350, (1.2, 3.0)))[i % 2]
        started = int(chance.integers(0, as_of_day))
        lived = int(chance.geometric(max(chance.beta(*truth), 1e-9)))
        ended = started + min(lived, 10**6) * term
        rows.append(subscription(f"c{i}", started, term, ended_day=min(ended, 2**30)))
        payments = np.arange(started + term, min(ended, as_of_day + 366), term)
        paid[f"c{i}"] = int(((payments > as_of_day) & (payments <= as_of_day + 365)).sum())
    return rows, paid


def test_forecasts_of_a_drawn_base_come_true() -> None:
    rows, paid = drawn_base(24_000, 1_400)
    engine = subscribed(rows, as_of_day=1_400)
    renewing = fit_contracts(known(engine))
    assert {one.rung for one in renewing.values()} == {Rung.OWN_MODEL}
    found = forecasts(engine, renewing, Horizon(365))
    truth = np.array([paid[customer] for customer in found])
    expected = np.array([row["expected_payments"] for row in found.values()])
    assert expected.sum() == pytest.approx(truth.sum(), rel=0.03)
    for share in (80, 95):
        low, high = (
            np.array([row[f"{side}_{share}_minor"] / 1_000 for row in found.values()])
            for side in ("low", "high")
        )
        stated = chance_between(engine, renewing, list(found), (low, high))
        assert stated >= share / 100
        assert ((low <= truth) & (truth <= high)).mean() == pytest.approx(stated, abs=0.02)


def chance_between(
    engine: DuckDBEngine,
    renewing: dict[float, Renewing],
    customers: list[str],
    bounds: tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]],
) -> float:
    """The mean chance that the payments of a year lie between the bounds: whole payments do."""
    state = {row["customer_id"]: row for row in states(engine)}
    inside = []
    for customer, low, high in zip(customers, *bounds, strict=True):
        row = state[customer]
        most = (365 - row["days_left"]) // int(row["term_days"]) + 1
        chances = np.cumprod(renewal_chances(renewing[row["term_days"]], [row["renewals"]], most))
        at_least = np.concatenate(([1.0], chances, [0.0]))
        inside.append(at_least[int(low)] - at_least[int(high) + 1])
    return float(np.mean(inside))
