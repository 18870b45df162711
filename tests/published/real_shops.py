"""Real customers that published figures stand on; `TIERWISE_DATA` names the folder they are in.

They are not shipped. Where they are absent, a test that needs them is skipped and says so.
"""

import csv
import os
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from tierwise.facts.time import EPOCH
from tierwise.value.purchase_history import Grouped, group

Floats = NDArray[np.float64]
DATA = Path(os.environ.get("TIERWISE_DATA") or Path(__file__).parents[2] / "../shared/data")
CALIBRATED_TO = date(1997, 9, 30)
FOLLOWED_TO = date(1998, 6, 30)


@dataclass(frozen=True, slots=True, eq=False)
class Shop:
    """The customers of a shop, in the order of its file, when the calibration ends.

    `later` counts their orders in the 39 weeks after; `mean` and `total` are dollars, the mean
    being that of repeat orders.
    """

    x: Floats
    t_x: Floats
    age: Floats
    mean: Floats
    total: Floats
    later: Floats
    grouped: Grouped


def found(*names: str) -> Path:
    """A file of the data folder; the test is skipped without it."""
    path = DATA.joinpath(*names)
    if not path.exists():
        pytest.skip(f"needs {Path(*names)}: TIERWISE_DATA names no folder that has it")
    return path


@cache
def cdnow_sample() -> Shop:
    """The 2,357 customers of the papers; weeks."""
    return _shop(_cdnow_days("CDNOW_sample.txt", customer=1))


@cache
def cdnow_full() -> Shop:
    """All 23,570 customers; weeks."""
    return _shop(_cdnow_days("CDNOW_master.txt", customer=0))


@cache
def cdnow_totals(until: date) -> Floats:
    """What each of all the customers paid up to a day, dollars."""
    days = _cdnow_days("CDNOW_master.txt", customer=0)
    return np.array([sum(paid for day, paid in c.items() if day <= until) for c in days])


def cdnow_summary() -> Grouped:
    """The sample as another hand has counted it, rounded to hundredths of a week."""
    with found("cdnow", "cdnow_customers_summary.csv").open() as lines:
        rows = [[float(cell) for cell in row[1:4]] for row in list(csv.reader(lines))[1:]]
    return group(*np.array(rows).T)


@cache
def donors() -> Grouped:
    """11,104 donors by how often and when last they gave in six years."""
    with found("donations", "donations.csv").open() as lines:
        rows = [[float(cell) for cell in row] for row in list(csv.reader(lines))[1:]]
    return group(*np.array(rows).T)


def online_retail_totals(until: date) -> Floats:
    """What each customer paid up to a day, cancellations not counted, pounds."""
    rows = pq.read_table(found("online_retail", "online_retail_invoices.parquet")).to_pylist()
    totals: defaultdict[int, float] = defaultdict(float)
    for row in rows:
        bought = row["CustomerID"] is not None and not row["cancel"] and row["amt"] > 0
        if bought and row["InvoiceDate"].date() <= until:
            totals[row["CustomerID"]] += row["amt"]
    return np.array(list(totals.values()))


@cache
def _cdnow_days(file: str, customer: int) -> list[dict[date, float]]:
    """Each customer's days with orders and what was paid on them."""
    customers: dict[str, defaultdict[date, float]] = {}
    for line in found("cdnow", file).read_text(encoding="ascii").splitlines():
        words = line.split()
        if words and words[0].isdigit():
            day = date.fromisoformat(words[-3])
            customers.setdefault(words[customer], defaultdict(float))[day] += float(words[-1])
    return [dict(sorted(days.items())) for days in customers.values()]


def _shop(customers: list[dict[date, float]]) -> Shop:
    x, t_x, age, mean, total, later = np.array([_row(days) for days in customers]).T
    return Shop(x, t_x, age, mean, total, later, group(x, t_x, age))


def _row(days: dict[date, float]) -> tuple[float, ...]:
    known = [day for day in days if day <= CALIBRATED_TO]
    repeats = [days[day] for day in known[1:]]
    later = sum(CALIBRATED_TO < day <= FOLLOWED_TO for day in days)
    return (
        len(repeats),
        (known[-1] - known[0]).days / 7,
        (CALIBRATED_TO - known[0]).days / 7,
        sum(repeats) / len(repeats) if repeats else 0.0,
        sum(days[day] for day in known),
        later,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Holdout:
    """Orders of a shop, and refunds on rows of their own, up to the end of a hold-out.

    Days are since 1970, money is in minor units; who is known at `cut_day` is followed to
    `until_day`.
    """

    who: list[str]
    day: list[int]
    paid: list[int]
    given_back: list[int]
    cut_day: int
    until_day: int


def cdnow_holdout() -> Holdout:
    """All 23,570 customers: 39 weeks, and the 39 weeks after. A free CD is an order too."""
    days = _cdnow_days("CDNOW_master.txt", customer=0)
    rows = [(f"{n:05}", day, paid) for n, c in enumerate(days) for day, paid in c.items()]
    who, day, paid = zip(*rows, strict=True)
    return Holdout(
        list(who),
        [(one - EPOCH).days for one in day],
        [round(100 * money) for money in paid],
        [0] * len(rows),
        (CALIBRATED_TO - EPOCH).days,
        (FOLLOWED_TO - EPOCH).days,
    )


def online_retail_holdout() -> Holdout:
    """16 months until March 2011 and the 8 months after; cancellations give money back."""
    rows = pq.read_table(found("online_retail", "online_retail_invoices.parquet")).to_pylist()
    rows = [row for row in rows if row["CustomerID"] is not None and row["amt"] != 0]
    bought = [not row["cancel"] and row["amt"] > 0 for row in rows]
    money = [round(100 * row["amt"]) for row in rows]
    return Holdout(
        [str(int(row["CustomerID"])) for row in rows],
        [(row["InvoiceDate"].date() - EPOCH).days for row in rows],
        [paid if buys else 0 for paid, buys in zip(money, bought, strict=True)],
        [0 if buys else -paid for paid, buys in zip(money, bought, strict=True)],
        (date(2011, 3, 31) - EPOCH).days,
        (date(2011, 12, 9) - EPOCH).days,
    )
