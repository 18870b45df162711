"""Where each customer stands among all, and how concentrated revenue is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

LTV_PERCENTILES = SqlModel(
    package="tierwise.value",
    output=Table(
        "ltv_percentiles",
        "Where the lifetime value of each customer stands: 100 · (1 − (k − 1 + ε) / N) for the "
        "k-th highest of N, equal values sharing the best k. The ε of a thousandth makes "
        "`>= 90` the best tenth of customers, rounded up, and nobody more.",
        ("customer_id",),
        (
            Column("customer_id", Kind.TEXT, "The customer."),
            Column("ltv_percentile", Kind.NUMBER, "0 is lowest, 100 highest.", low=0, high=100),
        ),
    ),
    reads=("order_history",),
)

EPSILON = 0.001  # as in ltv_percentiles.sql
Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """The share of all money that the top customers bring, with its 95 % interval."""

    customers: int
    from_minor: int
    share: float
    low: float
    high: float


def top_share(ltv_minor: NDArray[np.int64], top_percent: float) -> Share:
    """The share of the customers whose percentile is at least `100 - top_percent`.

    `ltv_minor` holds the lifetime values, highest first. The interval is normal, from the
    influence function of a Lorenz ordinate (Beach & Davidson 1983, Review of Economic Studies
    50(4); Binder & Kovacevic 1995, Survey Methodology 21(2)); it is too narrow when a few
    customers dominate, and it is honest about sampling only: the shop's own past is known.
    """
    size = int(np.searchsorted(-_percentiles(ltv_minor), top_percent - 100.0, side="right"))
    total = float(ltv_minor.sum())
    if size == 0 or total <= 0:
        return Share(size, 0, 0.0, 0.0, 0.0)
    share = float(ltv_minor[:size].sum()) / total
    border = float(ltv_minor[size - 1])
    excess = np.maximum(ltv_minor - border, 0.0)
    influence = excess - excess.mean() - share * (ltv_minor - ltv_minor.mean())
    error = Z_95 * float(influence.std()) * len(ltv_minor) ** 0.5 / total
    return Share(size, int(border), share, max(0.0, share - error), min(1.0, share + error))


def gini(ltv_minor: NDArray[np.int64]) -> float:
    """The Gini coefficient of values sorted highest first; 0 is equal, 1 is one customer alone.

    Customers who got back more than they paid count as nothing here, so it stays in 0–1.

    >>> gini(np.array([5, 5, 5])), gini(np.array([12, 0, 0, 0]))
    (0.0, 0.75)
    """
    positive = np.maximum(ltv_minor, 0).astype(np.float64)
    size, total = len(positive), positive.sum()
    if total == 0:
        return 0.0
    place = np.arange(size, 0, -1)
    return float(2 * (place * positive).sum() / (size * total) - (size + 1) / size)


def lorenz(ltv_minor: NDArray[np.int64], points: int = 100) -> tuple[tuple[float, float], ...]:
    """The Lorenz curve of values sorted highest first: (share of customers, share of money).

    It runs from the lowest customers to the highest and dips below zero where customers got
    back more than they paid.
    """
    total, size = float(ltv_minor.sum()), len(ltv_minor)
    if total <= 0:
        return ((0.0, 0.0), (1.0, 1.0))
    sums = np.concatenate(([0.0], np.cumsum(ltv_minor[::-1], dtype=np.float64)))
    at = np.unique(np.rint(np.linspace(0, size, points + 1)).astype(np.int64))
    return tuple((float(k) / size, float(sums[k]) / total) for k in at)


def next_share(
    then: NDArray[np.int64], after: NDArray[np.int64], after_total: int, top_percent: float
) -> float | None:
    """The share of later money that comes from those who were the top before.

    `then` and `after` are the values of the same customers until a day and after it;
    `after_total` also counts customers who came later. None when nothing was sold after.
    """
    if after_total <= 0:
        return None
    highest_first = np.argsort(-then, kind="stable")
    chosen = top_share(then[highest_first], top_percent).customers
    return float(after[highest_first][:chosen].sum()) / after_total


def _percentiles(highest_first: NDArray[np.int64]) -> NDArray[np.float64]:
    """The percentiles of LTV_PERCENTILES for values sorted highest first."""
    above = np.searchsorted(-highest_first, -highest_first, side="left")
    return np.asarray(100.0 * (1.0 - (above + EPSILON) / max(1, len(highest_first))))
