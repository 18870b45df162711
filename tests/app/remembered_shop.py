"""A made-up shop of 5,900 customers, the same on every run; figures like those of a real one."""

import random
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from tierwise.app.answers import Concentration, GroupRow, RfmCell, Segments, TopShare
from tierwise.value.rfm_groups import RFM_GROUPS, group_of

NUMBER = 5900
TO_DAY = 15_317  # 9 Dec 2011
PERCENTS = (0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0)


@dataclass(frozen=True, slots=True)
class Known:
    """One made-up customer."""

    customer_id: str
    name: str | None
    value: int
    percentile: float
    orders: int
    recency: int
    scores: tuple[int, int, int]
    group: str
    group_before: str


@cache
def customers() -> tuple[Known, ...]:
    """All of them, highest value first."""
    chance = random.Random(7)
    values = sorted((int(chance.lognormvariate(11.1, 1.35)) for _ in range(NUMBER)), reverse=True)
    numbers = chance.sample(range(12346, 18288), NUMBER)
    return tuple(_known(place, numbers[place], values[place], chance) for place in range(NUMBER))


def _known(place: int, number: int, value: int, chance: random.Random) -> Known:
    percentile = 100 - 100 * place / NUMBER
    better = percentile / 100
    orders = max(1, int(chance.expovariate(1) * 11 * better**3) + 1)
    recency = int(chance.expovariate(1 / (330 * (1.15 - better)))) + 1
    scores = (
        1 + sum(recency < edge for edge in (15, 50, 130, 300)),
        1 + sum(orders > edge for edge in (1, 2, 4, 8)),
        1 + int(min(0.999, better) * 5),
    )
    before = tuple(min(5, max(1, score + chance.choice((-1, 0, 0, 0, 1)))) for score in scores)
    name = f"Shop {number}" if number % 97 == 0 else None
    groups = group_of(*scores), group_of(*before)
    return Known(str(number), name, value, percentile, orders, recency, scores, *groups)


def revenue() -> int:
    return sum(one.value for one in customers())


def top_of(percent: float) -> tuple[Known, ...]:
    return customers()[: round(NUMBER * percent / 100)]


@cache
def concentration() -> Concentration:
    total = revenue()
    sums = [0, *accumulate(one.value for one in reversed(customers()))]
    curve = tuple((step / 100, sums[round(NUMBER * step / 100)] / total) for step in range(101))
    gini = 1 - 2 * sum(height for _, height in curve) / 100
    return Concentration(
        buyers=NUMBER,
        revenue_minor=total,
        currency="GBP",
        gini=gini,
        tops=tuple(_top(percent, total) for percent in PERCENTS),
        lorenz=curve,
        negative_customers=43,
        anonymous_minor=256_789_12,
        period_days=365,
    )


def _top(percent: float, total: int) -> TopShare:
    top = top_of(percent)
    share = sum(one.value for one in top) / total
    later = share * 0.82 if percent < 50 else None
    return TopShare(percent, len(top), top[-1].value, share, share - 0.021, share + 0.024, later)


def segments(from_day: int | None) -> Segments:
    total = revenue()
    moves = Counter((one.group_before, one.group) for one in customers())
    names = dict.fromkeys(group.name for group in RFM_GROUPS)
    return Segments(
        currency="GBP",
        groups=tuple(_group(name, total) for name in names),
        grid=tuple(_cell(r, f) for r in range(1, 6) for f in range(1, 6)),
        frequency_method="quintiles",
        from_day=TO_DAY - 365 if from_day is None else from_day,
        to_day=TO_DAY,
        movement=tuple((then, now, number) for (then, now), number in sorted(moves.items())),
    )


def _group(name: str, total: int) -> GroupRow:
    found = [one for one in customers() if one.group == name]
    value = sum(one.value for one in found)
    middle = sorted(one.recency for one in found)[len(found) // 2] if found else None
    advice = next(group.advice for group in RFM_GROUPS if group.name == name)
    size = len(found)
    return GroupRow(name, size, value, size / NUMBER, value / total, middle, advice)


def _cell(r: int, f: int) -> RfmCell:
    found = [one for one in customers() if one.scores[:2] == (r, f)]
    return RfmCell(r, f, len(found), sum(one.value for one in found))
