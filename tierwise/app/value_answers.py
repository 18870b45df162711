"""Answers about value: how concentrated it is, and which groups customers fall into."""

import numpy as np
from numpy.typing import NDArray

from tierwise.facts.problems import UsageError
from tierwise.facts.time import iso_day
from tierwise.value.percentiles import gini, lorenz, next_share, top_share
from tierwise.value.rfm_groups import GROUP_NAMES, RFM_GROUPS

from .answers import NOT_YET_KNOWN, Concentration, GroupRow, RfmCell, Segments, TopShare
from .basis import Basis, first_day

TOPS = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0)
YEAR_DAYS = 365

_ADVICE = {group.name: group.advice for group in RFM_GROUPS} | {
    "Prospects": "Find out what keeps them from buying."
}

# Everybody known on the earlier day: what they were worth then, and what they brought after it.
_FOLLOWED = """
SELECT t.ltv_minor, COALESCE(n.ltv_minor, 0) - t.ltv_minor
FROM standings_then t LEFT JOIN standings n ON n.customer_id = t.customer_id
WHERE t.ltv_minor IS NOT NULL
"""
_AFTER = """
SELECT (SELECT SUM(ltv_minor) FROM standings) - (SELECT SUM(ltv_minor) FROM standings_then)
"""
_ANONYMOUS = """
SELECT COALESCE(SUM(total_minor - refunded_minor), 0)
FROM orders WHERE customer_id IS NULL AND state = 'paid' AND currency = ? AND placed_day <= ?
"""
_GROUPS = """
SELECT rfm_group, COUNT(*), COALESCE(SUM(ltv_minor), 0), quantile_cont(recency_days, 0.5)
FROM standings GROUP BY rfm_group
"""
_GRID = """
SELECT rfm_r, rfm_f, COUNT(*), CAST(SUM(ltv_minor) AS BIGINT)
FROM standings WHERE rfm_r IS NOT NULL GROUP BY rfm_r, rfm_f ORDER BY rfm_r, rfm_f
"""
_MOVEMENT = f"""
SELECT COALESCE(t.rfm_group, '{NOT_YET_KNOWN}'), n.rfm_group, COUNT(*)
FROM standings n LEFT JOIN standings_then t ON t.customer_id = n.customer_id
GROUP BY 1, 2
"""


def followed_days(basis: Basis) -> int:
    """How long a period is followed up: a year, or half of a shorter history."""
    return min(YEAR_DAYS, (basis.as_of_day - first_day(basis.engine)) // 2)


def concentration(basis: Basis) -> Concentration:
    """The percentile analysis of the day, with the top of one period earlier followed up."""
    ltv = -np.sort(-_whole(basis, "SELECT ltv_minor FROM standings WHERE ltv_minor IS NOT NULL"))
    period = followed_days(basis)
    basis.hold_standings_then(basis.as_of_day - period)
    followed = basis.engine.query(_FOLLOWED)
    then, after = (column.to_numpy() for column in followed.columns)
    ((after_total,),) = basis.engine.rows(_AFTER)
    ((anonymous,),) = basis.engine.rows(_ANONYMOUS, [basis.currency, basis.as_of_day])
    return Concentration(
        buyers=len(ltv),
        revenue_minor=int(ltv.sum()),
        currency=basis.currency,
        gini=gini(ltv),
        tops=tuple(
            _top(ltv, top, next_share(then, after, int(after_total or 0), top)) for top in TOPS
        ),
        lorenz=lorenz(ltv),
        negative_customers=int((ltv < 0).sum()),
        anonymous_minor=int(anonymous),
        period_days=period,
    )


def segments(basis: Basis, from_day: int | None) -> Segments:
    """The RFM groups of the day, the grid behind them, and who moved since `from_day`.

    UsageError for a day on which there was nothing to compare with.
    """
    then = basis.as_of_day - followed_days(basis) if from_day is None else from_day
    first, last = first_day(basis.engine), basis.as_of_day
    if not first <= then <= last:
        known = f"orders go from {iso_day(first)} to {iso_day(last)}"
        raise UsageError(f"nothing to compare with on {iso_day(then)}: {known}")
    basis.hold_standings_then(then)
    ((fixed_cuts,),) = basis.engine.rows("SELECT MAX(fixed_cuts) FROM rfm_scores")
    movement = [(str(a), str(b), int(n)) for a, b, n in basis.engine.rows(_MOVEMENT)]
    return Segments(
        currency=basis.currency,
        groups=_groups(basis),
        grid=tuple(RfmCell(*row) for row in basis.engine.rows(_GRID)),
        frequency_method="fixed cuts" if fixed_cuts else "quintiles",
        from_day=then,
        to_day=basis.as_of_day,
        movement=tuple(sorted(movement, key=lambda move: (_place(move[0]), _place(move[1])))),
    )


def _top(ltv: NDArray[np.int64], top: float, followed: float | None) -> TopShare:
    share = top_share(ltv, top)
    return TopShare(
        top, share.customers, share.from_minor, share.share, share.low, share.high, followed
    )


def _whole(basis: Basis, text: str) -> NDArray[np.int64]:
    return np.asarray(basis.engine.query(text).column(0).to_numpy(), dtype=np.int64)


def _groups(basis: Basis) -> tuple[GroupRow, ...]:
    rows = sorted(basis.engine.rows(_GROUPS), key=lambda row: _place(row[0]))
    customers = sum(row[1] for row in rows)
    revenue = sum(row[2] for row in rows) or 1
    return tuple(
        GroupRow(name, n, int(money), n / customers, float(money) / float(revenue), days, advice)
        for name, n, money, days in rows
        for advice in (_ADVICE[name],)
    )


def _place(group: str) -> int:
    return GROUP_NAMES.index(group) if group in GROUP_NAMES else len(GROUP_NAMES)
