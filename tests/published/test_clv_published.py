"""Published figures about customer value, against the same data in our hands."""

import json
import math
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.published import gompertz
from tests.published.real_shops import (
    Shop,
    cdnow_full,
    cdnow_sample,
    cdnow_summary,
    cdnow_totals,
    donors,
    online_retail_totals,
)
from tests.shop_days import engine_with
from tierwise.connectors.online_retail import SAMPLE, read_online_retail
from tierwise.connectors.reading import ReadOptions, Rows
from tierwise.facts.money import Rate
from tierwise.value.fitting import Fit, NotFitted
from tierwise.value.percentiles import gini, top_share
from tierwise.value.purchase_history import new_customer, one_customer
from tierwise.value.purchase_model import (
    expected_orders,
    expected_orders_of_new,
    fit_purchases,
    order_count_probability,
    p_alive,
)
from tierwise.value.spend_model import expected_spend, fit_spend, spending
from tierwise.value.subscription_model import contracts, fit_retention

CASES = Path(os.environ.get("TIERWISE_CASES") or Path(__file__).with_name("cases"))
PUBLISHED = json.loads((CASES / "clv_published.json").read_text(encoding="utf-8"))
CONCENTRATION = PUBLISHED["ltv_concentration_refs"]
OF_THE_SHOP = CONCENTRATION["online_retail_II_all_net_of_cancellations"]
DAY_AFTER = 15_320  # 2011-12-12; the sample ends on 2011-12-09
SHOPS: dict[str, Callable[[], Shop]] = {"sample_2357": cdnow_sample, "full_23570": cdnow_full}
CHECKED = {
    "bg_nbd_cdnow_sample",
    "bg_nbd_expectations",
    "bg_nbd_cdnow_holdout_39w",
    "bg_nbd_cdnow_full_refit",
    "mbg_nbd_cdnow_sample",
    "pareto_nbd_cdnow_sample",
    "pareto_nbd_cdnow_full_refit",
    "ggompertz_nbd_cdnow_sample",
    "gamma_gamma_cdnow_sample",
    "gamma_gamma_cdnow_full_refit",
    "bg_bb_donations",
    "sbg_retention",
    "ltv_concentration_refs",
}


def test_every_entry_is_checked_here() -> None:
    assert PUBLISHED.keys() - {"_note"} == CHECKED


def fitted(found: Fit | NotFitted) -> Fit:
    assert isinstance(found, Fit), found
    assert found.converged, found.tried
    return found


def with_parameters(model: str, values: dict[str, float]) -> Fit:
    return Fit(model, values, {}, 0.0, 0.0, 0, True, (), (), np.zeros((4, 4)))


def check(fit: Fit, expected: dict[str, float], *, rel: float = 5e-4, digits: float = 0) -> None:
    """The parameters to `rel`, or to half a unit of the last digit printed; LL to 0.01."""
    assert {name: expected[name] for name in fit.parameters} == pytest.approx(
        fit.parameters, rel=rel, abs=digits
    )
    if "LL" in expected:
        half_a_digit = 0.5 * 10.0 ** -len(str(expected["LL"]).partition(".")[2])
        ll = pytest.approx(expected["LL"], abs=max(0.01, half_a_digit))
        assert fit.log_likelihood == ll


@pytest.fixture(scope="module")
def bg() -> Fit:
    return fitted(fit_purchases(cdnow_sample().grouped.history, "BG/NBD"))


@pytest.fixture(scope="module")
def pareto() -> Fit:
    return fitted(fit_purchases(cdnow_sample().grouped.history, "Pareto/NBD"))


def test_bg_nbd_on_cdnow(bg: Fit) -> None:
    entry = PUBLISHED["bg_nbd_cdnow_sample"]
    check(bg, entry["published"], digits=5e-4)
    check(bg, entry["clvtools"])
    check(bg, entry["refit"])
    assert bg.standard_errors == pytest.approx(entry["standard_errors"], rel=5e-4)
    laplace = entry["standard_errors_refit_laplace_log_scale_delta"]
    assert bg.standard_errors == pytest.approx(laplace, abs=1e-4)
    # Another hand counted the days, and rounded them to hundredths of a week.
    check(fitted(fit_purchases(cdnow_summary().history, "BG/NBD")), entry["clvtools"], rel=2e-3)


def test_bg_nbd_expects_what_the_paper_expects(bg: Fit) -> None:
    entry = PUBLISHED["bg_nbd_expectations"]
    one = entry["conditional_expected_purchases"]
    expected = expected_orders(bg, one_customer(one["x"], one["t_x"], one["T"]), one["t"])
    assert expected[0] == pytest.approx(one["published"], abs=one["tol"])
    new = entry["expected_purchases_new_customer"]
    for weeks, orders in zip(new["t"], new["published"], strict=True):
        assert expected_orders_of_new(bg, weeks) == pytest.approx(orders, abs=new["tol"])
    assert p_alive(bg, one_customer(0, 0, 30))[0] == entry["p_alive_x0"]


def test_bg_nbd_counts_as_the_spreadsheet_counts(bg: Fit) -> None:
    entry = PUBLISHED["bg_nbd_expectations"]["pmf"]
    rounded = with_parameters(bg.model, entry["params"])

    def chance(weeks: float, count: int) -> float:
        return float(order_count_probability(rounded, new_customer(), weeks, count)[0])

    assert chance(2, 10) == pytest.approx(entry["P(X(2)=10)"], rel=1e-5)
    assert chance(39, 0) == pytest.approx(entry["P(X(39)=0)"], rel=1e-6)
    for count, expected in zip(range(11, 21), entry["P(X(30)=n) n=11..20"], strict=True):
        assert chance(30, count) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("model", ["BG/NBD", "MBG/NBD", "Pareto/NBD", "NBD"])
@pytest.mark.parametrize("shop", SHOPS)
def test_the_bias_on_the_next_39_weeks_is_the_one_others_have(shop: str, model: str) -> None:
    entry, customers = PUBLISHED["bg_nbd_cdnow_holdout_39w"], SHOPS[shop]()
    history = customers.grouped.history
    orders = expected_orders(fitted(fit_purchases(history, model)), history, 39) @ history.weight
    assert orders / customers.later.sum() - 1 == pytest.approx(entry[shop][model], abs=1e-3)


def test_the_full_shop_ordered_again_as_often_as_others_count() -> None:
    entry = PUBLISHED["bg_nbd_cdnow_holdout_39w"]
    assert cdnow_full().later.sum() == entry["actual_repeat_transactions_holdout_full"]


def test_bg_nbd_on_all_of_cdnow() -> None:
    fit = fitted(fit_purchases(cdnow_full().grouped.history, "BG/NBD"))
    check(fit, PUBLISHED["bg_nbd_cdnow_full_refit"])


@pytest.mark.parametrize("whose", ["published", "refit_lifetimes"])
def test_mbg_nbd_on_cdnow(whose: str) -> None:
    fit = fitted(fit_purchases(cdnow_sample().grouped.history, "MBG/NBD"))
    check(fit, PUBLISHED["mbg_nbd_cdnow_sample"][whose])


def test_pareto_nbd_on_cdnow(pareto: Fit) -> None:
    entry = PUBLISHED["pareto_nbd_cdnow_sample"]
    check(pareto, entry["published"], digits=5e-4)
    check(pareto, entry["clvtools"])
    check(pareto, entry["refit"])
    assert pareto.standard_errors == pytest.approx(entry["standard_errors"], rel=5e-4)


def test_pareto_nbd_expects_what_others_expect(pareto: Fit) -> None:
    entry = PUBLISHED["pareto_nbd_cdnow_sample"]
    # The series is the example of a manual (BTYD), made with these parameters.
    example = with_parameters("Pareto/NBD", {"r": 0.55, "alpha": 10.56, "s": 0.61, "beta": 11.64})
    for weeks, orders in enumerate(entry["expectation_t0_to_9"]):
        assert expected_orders_of_new(example, weeks) == pytest.approx(orders, rel=1e-6)
        assert expected_orders_of_new(pareto, weeks) == pytest.approx(orders, rel=6e-3)
    one = entry["conditional_expectation"]
    expected = expected_orders(pareto, one_customer(one["x"], one["t_x"], one["T"]), one["t"])
    assert expected[0] == pytest.approx(one["value"], abs=0.005)
    one = entry["p_alive"]
    alive = p_alive(pareto, one_customer(one["x"], one["t_x"], one["T"]))
    assert alive[0] == pytest.approx(one["value"], abs=5e-5)


def test_pareto_nbd_on_all_of_cdnow() -> None:
    fit = fitted(fit_purchases(cdnow_full().grouped.history, "Pareto/NBD"))
    check(fit, PUBLISHED["pareto_nbd_cdnow_full_refit"])


def test_lifetimes_that_may_age_do_not_on_cdnow(pareto: Fit) -> None:
    (entry,) = (
        value
        for name, value in PUBLISHED["ggompertz_nbd_cdnow_sample"].items()
        if name.startswith("published")
    )
    values, height = gompertz.best(cdnow_sample().grouped.history, entry["beta"])
    assert height == pytest.approx(entry["LL"], abs=0.01)
    assert height == pytest.approx(pareto.log_likelihood, abs=0.01)
    assert round(values["b"], 4) == entry["b"]
    assert values["r"] == pytest.approx(entry["r"], abs=1e-3)
    assert values["alpha"] == pytest.approx(entry["alpha"], rel=1e-3)
    assert values["s"] == pytest.approx(entry["s"], abs=5e-3)


def test_gamma_gamma_on_cdnow() -> None:
    entry, shop = PUBLISHED["gamma_gamma_cdnow_sample"], cdnow_sample()
    again = shop.x > 0
    assert again.sum() == entry["repeat_buyers"]
    assert shop.mean[again].mean() == pytest.approx(entry["mean_zbar"], abs=0.005)
    assert np.corrcoef(shop.x[again], shop.mean[again])[0, 1] == pytest.approx(
        entry["corr_x_zbar"], abs=1e-5
    )
    fit = fitted(fit_spend(spending(shop.x, shop.mean)))
    check(fit, {"LL": entry["LL_clvtools"], **entry["refit"]})
    published = {**entry["published"], "v": entry["published"]["v_or_gamma"]}
    check(fit, published, digits=5e-3)
    first = expected_spend(fit, spending(shop.x[:10], shop.mean[:10]))
    assert first == pytest.approx(entry["conditional_expected_average_profit_first10"], abs=0.01)


def test_gamma_gamma_on_all_of_cdnow() -> None:
    entry, shop = PUBLISHED["gamma_gamma_cdnow_full_refit"], cdnow_full()
    fit = fitted(fit_spend(spending(shop.x, shop.mean)))
    check(fit, entry)
    assert fit.customers == entry["n"]
    assert fit.tried[0] == "left out 1 customers whose mean spend is not above 0"


def test_bg_bb_on_donations() -> None:
    entry, history = PUBLISHED["bg_bb_donations"], donors().history
    fit = fitted(fit_purchases(history, "BG/BB"))
    check(fit, entry["published"], digits=5e-4)
    check(fit, entry["refit"])
    for told, expected in entry["p_alive_2002"].items():
        x, t_x = (float(part.partition("=")[2]) for part in told.split(","))
        assert p_alive(fit, one_customer(x, t_x, 6))[0] == pytest.approx(expected, abs=0.005)
    total = expected_orders(fit, history, 5) @ history.weight
    five_years = entry["expected_total_next_5_periods"]
    assert total == pytest.approx(five_years["refit_lifetimes"], abs=0.01)
    assert total == pytest.approx(five_years["published_hardie_sheet"], abs=0.1)
    for count in (0, 6):
        donors_with = order_count_probability(fit, new_customer(), 6, count)[0] * history.customers
        expected = entry["in_sample_fit"][f"E[customers with {count} of 6]"]
        assert donors_with == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(
    ("survivors", "refit"),
    [
        ("regular_survival_pct", "regular_refit"),
        ("high_end_survival_pct_from_memory", "high_end_refit"),
    ],
)
def test_sbg_on_the_papers_subscribers(survivors: str, refit: str) -> None:
    entry = PUBLISHED["sbg_retention"]
    left = np.rint(np.array(entry[survivors]) * 10)
    years = len(left) - 1
    known = contracts(
        [*range(1, years + 1), years],
        [1] * years + [0],
        [*(left[:-1] - left[1:]), left[-1]],
    )
    assert not isinstance(known, NotFitted)
    fit = fitted(fit_retention(known))
    expected = entry[refit]
    check(fit, {**expected, "LL": expected["LL_N1000"]})


def orders_of_the_shop() -> list[dict[str, Any]]:
    options = ReadOptions(now=DAY_AFTER * 86_400, zone="Europe/London")
    parts = list(read_online_retail(SAMPLE, options))
    return [row for part in parts if isinstance(part, Rows) for row in part.batch.to_pylist()]


@pytest.fixture(scope="module")
def lifetime_values() -> NDArray[np.int64]:
    """What every customer of the sample shop brought in two years, highest first."""
    one_to_one = [Rate("GBP", 0, 1_000_000)]
    engine = engine_with(orders_of_the_shop(), rates=one_to_one, as_of_day=DAY_AFTER)
    rows = engine.rows("SELECT ltv_minor FROM standings WHERE ltv_minor IS NOT NULL")
    return np.sort(np.array([row[0] for row in rows], dtype=np.int64))[::-1]


@pytest.mark.parametrize("top", OF_THE_SHOP)
def test_the_top_bring_the_share_that_was_published(
    top: str, lifetime_values: NDArray[np.int64]
) -> None:
    assert share_of(top, lifetime_values) == pytest.approx(OF_THE_SHOP[top], abs=0.001)


@pytest.mark.parametrize(
    ("entry", "totals"),
    [
        ("cdnow_full_calibration", lambda: cdnow_totals(date(1997, 9, 30))),
        ("cdnow_full_18_months", lambda: cdnow_totals(date(1998, 6, 30))),
        ("online_retail_II_calibration", lambda: online_retail_totals(date(2011, 3, 31))),
    ],
)
def test_revenue_is_as_concentrated_as_others_found_it(
    entry: str, totals: Callable[[], NDArray[np.float64]]
) -> None:
    cents = np.sort(np.rint(totals() * 100).astype(np.int64))[::-1]
    for name, expected in CONCENTRATION[entry].items():
        found = gini(cents) if name == "gini" else share_of(name, cents)
        assert found == pytest.approx(expected, abs=0.001), name


def share_of(top: str, values: NDArray[np.int64]) -> float:
    percent = float(top.removeprefix("top").removesuffix("%"))
    share = top_share(values, percent)
    assert share.customers >= math.ceil(percent / 100 * len(values)) - 1
    return share.share
