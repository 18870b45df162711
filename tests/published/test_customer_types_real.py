"""Customer types on real shops: what shrinking is worth, and who is flagged with what right."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from scipy.stats import spearmanr

from tests.published.real_shops import found
from tests.shop_days import order
from tests.value.typed_shops import typed_shop
from tierwise.facts.time import EPOCH
from tierwise.value.disposition_prior import Prior, Tallies, fit_prior
from tierwise.value.dispositions import posterior

Floats = NDArray[np.float64]
FIRST_HALF = 26  # of the 53 weeks of 2017


@dataclass(frozen=True, slots=True, eq=False)
class Halves:
    """Households that bought in both halves: discounted lines and all lines, then and after."""

    shown: Floats
    lines: Floats
    shown_after: Floats
    lines_after: Floats
    prior: Prior
    flagged: NDArray[np.bool_]
    shrunk: Floats

    @property
    def share(self) -> Floats:
        return self.shown / self.lines

    @property
    def share_after(self) -> Floats:
        return self.shown_after / self.lines_after


@cache
def households() -> Halves:
    """Complete Journey, 75,000 lines; the prior is that of all who bought in the first half."""
    rows = pq.read_table(found("completejourney", "transactions_sample.parquet")).to_pydict()
    names, who = np.unique(np.array(rows["household_id"]), return_inverse=True)
    kinds = ("retail_disc", "coupon_disc", "coupon_match_disc")
    off = np.array([rows[kind] for kind in kinds]).sum(axis=0) > 0
    then = np.array(rows["week"]) <= FIRST_HALF

    def counted(lines: NDArray[np.bool_]) -> Floats:
        return np.bincount(who[lines], minlength=len(names)).astype(np.float64)

    shown, lines = counted(then & off), counted(then)
    shown_after, lines_after = counted(~then & off), counted(~then)
    prior = fit_prior(Tallies(shown, lines, (lines > 0).astype(np.float64)))
    both = (lines > 0) & (lines_after > 0)
    shown, lines = shown[both], lines[both]
    shown_after, lines_after = shown_after[both], lines_after[both]
    shrunk, chance = posterior(Tallies(shown, lines, np.ones(len(shown))), prior, 0.10)
    return Halves(shown, lines, shown_after, lines_after, prior, chance > 0.90, shrunk)


def test_the_households_are_those_of_the_study() -> None:
    assert len(households().lines) == 2_083
    assert households().prior.usual == pytest.approx(0.494, abs=0.001)
    assert households().prior.worth == pytest.approx(26.2, abs=0.1)


@pytest.mark.parametrize(
    ("lines_after", "raw", "shrunk"), [(1, 0.200, 0.221), (5, 0.260, 0.270), (20, 0.390, 0.416)]
)
def test_a_shrunk_share_tells_the_next_half_year_better(
    lines_after: int, raw: float, shrunk: float
) -> None:
    shop = households()
    enough = shop.lines_after >= lines_after
    after = shop.share_after[enough]
    assert spearmanr(shop.share[enough], after).statistic == pytest.approx(raw, abs=6e-4)
    assert spearmanr(shop.shrunk[enough], after).statistic == pytest.approx(shrunk, abs=6e-4)


def test_the_raw_top_is_made_of_those_who_bought_little() -> None:
    shop = households()
    tenth = len(shop.lines) // 10

    def median_lines(share: Floats) -> float:
        return float(np.median(shop.lines[np.argsort(-share, kind="stable")[:tenth]]))

    assert median_lines(shop.share) == pytest.approx(5, abs=1)
    assert median_lines(shop.shrunk) == pytest.approx(21, abs=1)


def test_few_are_flagged_and_they_go_on() -> None:
    shop = households()
    assert shop.flagged.sum() == 6
    assert shop.lines[shop.flagged].min() >= 20
    flagged = shop.shown_after[shop.flagged].sum() / shop.lines_after[shop.flagged].sum()
    assert flagged == pytest.approx(0.684, abs=1e-3)
    assert shop.shown_after.sum() / shop.lines_after.sum() == pytest.approx(0.518, abs=3e-3)


def test_who_visits_often_buys_with_deals_so_types_may_overlap() -> None:
    with found("customer_personality", "marketing_campaign.csv").open() as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    assert len(rows) == 2_240
    columns = ("NumDealsPurchases", "NumWebPurchases", "NumCatalogPurchases", "NumStorePurchases")
    bought = np.array([[float(row[name]) for name in columns] for row in rows])
    visits = np.array([float(row["NumWebVisitsMonth"]) for row in rows])
    once = bought[:, 1:].sum(axis=1) > 0
    share = bought[once, 0] / bought[once, 1:].sum(axis=1)
    assert spearmanr(visits[once], share).statistic == pytest.approx(0.60, abs=0.01)
    assert np.mean([row["Complain"] == "1" for row in rows]) == pytest.approx(0.0094, abs=1e-4)


@cache
def sessions() -> list[dict[str, Any]]:
    with found("online_shoppers", "online_shoppers_intention.csv").open() as lines:
        return list(csv.DictReader(lines))


def test_most_sessions_read_products_and_few_ask_about_the_shop() -> None:
    """A border at P75 leaves a quarter of the sessions to research; trust pages are rarer."""
    rows = sessions()
    products = np.array([float(row["ProductRelated"]) for row in rows])
    informed = np.array([float(row["Informational"]) > 0 for row in rows])
    border = np.sort(products)[int(np.ceil(0.75 * len(products))) - 1]
    assert np.mean(products >= border) == pytest.approx(0.25, abs=0.01)
    assert np.mean(products > 0) > 0.99
    assert informed.mean() < 0.25


def test_research_and_trust_are_not_the_same() -> None:
    rows = sessions()
    products = [float(row["ProductRelated"]) for row in rows]
    informed = [float(row["Informational"]) for row in rows]
    assert 0.2 < spearmanr(products, informed).statistic < 0.5


def cdnow_orders() -> list[dict[str, Any]]:
    lines = found("cdnow", "CDNOW_master.txt").read_text(encoding="ascii").splitlines()
    rows = [words for words in map(str.split, lines) if words and words[0].isdigit()]
    return [order(row[0], (date.fromisoformat(row[-3]) - EPOCH).days, 1) for row in rows]


def online_retail_orders() -> list[dict[str, Any]]:
    rows = pq.read_table(found("online_retail", "online_retail_invoices.parquet")).to_pylist()
    return [
        order(str(row["CustomerID"]), (row["InvoiceDate"].date() - EPOCH).days, 1)
        for row in rows
        if row["CustomerID"] is not None and not row["cancel"] and row["amt"] > 0
    ]


@pytest.mark.parametrize(
    ("orders", "novice_days", "median_days"),
    [(cdnow_orders, 207, 57), (online_retail_orders, 167, 63)],
)
def test_a_novice_has_the_time_most_take_for_a_second_order(
    orders: Callable[[], list[dict[str, Any]]], novice_days: int, median_days: int
) -> None:
    made = orders()
    engine = typed_shop(made, as_of_day=max(row["placed_day"] for row in made))
    columns = "second_orders >= 100, novice_days, median_gap_days"
    assert engine.rows(f"SELECT {columns} FROM life_cycle_borders") == [
        (True, novice_days, median_days)
    ]
    standing = "SELECT COUNT(*) FROM customer_types WHERE state = 'yes' AND layer = 'life_cycle'"
    assert engine.rows(standing) == engine.rows("SELECT COUNT(*) FROM standings")


def test_a_prior_of_a_few_is_not_fitted() -> None:
    shop = households()
    few = Tallies(shop.shown[:29], shop.lines[:29], np.ones(29))
    assert fit_prior(few).why.startswith("worth 10 occasions: fewer than 30")
