"""How often the future money of customers lies where its intervals say.

`python -m bench.coverage`: made shops, whose customers' lives are known to their end, and the real
ones of `TIERWISE_DATA` if they are there. Measured on hold-outs and printed as it is.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.published.real_shops import FOLLOWED_TO, cdnow_full, cdnow_totals, found
from tests.value.test_predictive import (
    SHOPS,
    SPEND,
    Lives,
    coverage,
    forecast,
    lived,
    purchase_truth,
    spend_truth,
)
from tierwise.value.predictive import chance_above, interval, money_if_buys
from tierwise.value.purchase_history import Floats
from tierwise.value.purchase_model import DEFAULT

CUSTOMERS = 20_000  # of each made shop
SHARES = (0.8, 0.95)
ONE_YEAR_TO, ALL_TO = date(2010, 11, 30), date(2011, 12, 9)


def covered(name: str, lives: Lives) -> None:
    """Print one shop: what intervals were asked to hold, say they hold, and held."""
    told = forecast(lives)
    cells = []
    for share in SHARES:
        stated, measured = coverage(lives, told, share)
        cells.append(f"{share:4.0%} {stated:8.1%} {measured:9.1%}")
    bought, said = (lives.later > 0).mean(), told.p_buy.mean()
    print(
        f"  {name:24} {len(lives.x):7,}   {'   '.join(cells)}"
        f"   bought {bought:.1%}, said {said:.1%}"
    )


def cdnow() -> Lives:
    """All 23,570 customers: up to 39 weeks known, 39 weeks held out; dollars."""
    shop = cdnow_full()
    later = cdnow_totals(FOLLOWED_TO) - shop.total
    return Lives(shop.x, shop.t_x, shop.age, shop.total, later, 39.0)


def online_retail() -> Lives:
    """Buyers of the first year, days; cancellations not counted; pounds of the next held out."""
    rows = pq.read_table(found("online_retail", "online_retail_invoices.parquet")).to_pylist()
    customers: defaultdict[int, defaultdict[date, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows:
        if row["CustomerID"] is not None and not row["cancel"] and row["amt"] > 0:
            customers[row["CustomerID"]][row["InvoiceDate"].date()] += row["amt"]
    known = [days for days in customers.values() if min(days) <= ONE_YEAR_TO]
    x, t_x, age, paid, later = np.array([_of_one_year(days) for days in known]).T
    return Lives(x, t_x, age, paid, later, float((ALL_TO - ONE_YEAR_TO).days))


def _of_one_year(days: dict[date, float]) -> tuple[float, ...]:
    known, first = sorted(day for day in days if day <= ONE_YEAR_TO), min(days)
    paid = sum(days[day] for day in known)
    return (
        len(known) - 1,
        (known[-1] - first).days,
        (ONE_YEAR_TO - first).days,
        paid,
        sum(days.values()) - paid,
    )


def took(name: str, x: int, ages: Floats, horizon: float) -> None:
    """Print the seconds of a whole base: quantiles of its states, then a million customers."""
    xs, all_ages = (part.ravel() for part in np.meshgrid(np.arange(float(x)), ages))
    unit = 7.0 if horizon > 52 else 1.0
    r, alpha, a, b = purchase_truth(DEFAULT).values
    purchase = purchase_truth(DEFAULT, (r, alpha * unit, a, b))
    chance = np.random.default_rng(1)
    rows, p_buy = chance.integers(0, len(xs), 1_000_000), chance.random(1_000_000)
    begun = time.perf_counter()
    quantiles = money_if_buys(purchase, spend_truth(SPEND), xs, all_ages, horizon=horizon)
    ready = time.perf_counter()
    interval(p_buy, quantiles, 0.8, rows)
    chance_above(p_buy, quantiles, 1.0, rows)
    done = time.perf_counter()
    print(
        f"  {name}: {len(xs):,} states {ready - begun:.2f} s,"
        f" 1,000,000 intervals and chances {done - ready:.2f} s"
    )


def main() -> None:
    print("  shop                   customers   asked  stated  measured, twice")
    for shop in SHOPS:
        covered(f"made {shop.name}", lived(shop, CUSTOMERS, seed=1))
    real: tuple[tuple[str, Callable[[], Lives]], ...] = (
        ("CDNOW", cdnow),
        ("Online Retail II", online_retail),
    )
    for name, read in real:
        try:
            covered(name, read())
        except pytest.skip.Exception as absent:
            print(f"  {name}: {absent}")
    print("asked: 39 weeks <= 0.3 s, 3 years in days <= 1 s")
    took("39 weeks", 60, np.arange(1, 87) * 39 / 86, 39.0)
    took("3 years in days", 55, np.arange(1.0, 1097.0), 365.0)


if __name__ == "__main__":
    main()
