"""A made-up shop of any size: orders whose customers differ in how often and how much they buy."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tierwise.facts.tables import ORDERS

from .arrow_tables import schema_of
from .support_calendar import MONDAY, local_days
from .support_world import DAY_S, EMAIL, HOUR_S, WEEK, World

Ints = NDArray[np.int64]
_ORDERS_A_YEAR, _SHAPE = 3.6, 0.55
_MEAN_LOG, _BETWEEN, _WITHIN = 9.6, 0.8, 0.6
_REFUNDED, _REFUND_SHARE, _REFUND_DAYS = 0.08, 0.4, 9.0


def made_orders(world: World, customers: int, *, first_day: int, days: int) -> pa.Table:
    """Paid orders and refunds of so many customers, in the schema of `orders`.

    How often somebody buys is gamma distributed, how much lognormal: few bring most.
    """
    chance = np.random.default_rng((world.seed, 41))
    rate = chance.gamma(_SHAPE, _ORDERS_A_YEAR / _SHAPE * days / 365, customers)
    customer = np.repeat(np.arange(customers), chance.poisson(rate))
    level = _MEAN_LOG + _BETWEEN * chance.standard_normal(customers)
    logs = level[customer] + _WITHIN * chance.standard_normal(len(customer))
    placed_s = _placed(world, len(customer), (first_day, days), chance)
    bought = (customer, placed_s, np.exp(logs).astype(np.int64))
    return _table(world, (first_day, days), bought, _refunds(*bought, chance))


def _placed(world: World, n: int, span: tuple[int, int], chance: np.random.Generator) -> Ints:
    """Instants on liked days of the week at liked hours of the day."""
    first_day, days = span
    likes = np.array(WEEK)[(first_day + np.arange(days) - MONDAY) % 7]
    day = first_day + chance.choice(days, n, p=likes / likes.sum())
    hours = np.array(EMAIL.hours)
    hour = chance.choice(len(hours), n, p=hours / hours.sum())
    second = hour * HOUR_S + chance.integers(0, HOUR_S, n)
    known = local_days(world.zone, first_day * DAY_S, (first_day + days) * DAY_S)
    return known.instants(day, second)


def _refunds(
    customer: Ints, placed_s: Ints, paid_minor: Ints, chance: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Some orders are given back in part, days later."""
    place = np.flatnonzero(chance.random(len(customer)) < _REFUNDED)
    later_s = DAY_S + (chance.exponential(_REFUND_DAYS * DAY_S, len(place))).astype(np.int64)
    back = (paid_minor[place] * _REFUND_SHARE).astype(np.int64)
    return customer[place], placed_s[place] + later_s, back


def _table(
    world: World,
    span: tuple[int, int],
    bought: tuple[Ints, Ints, Ints],
    returned: tuple[Ints, Ints, Ints],
) -> pa.Table:
    customer, placed_s, minor = (
        np.concatenate(pair) for pair in zip(bought, returned, strict=True)
    )
    n, is_refund = len(customer), np.arange(len(customer)) >= len(bought[0])
    known = local_days(world.zone, span[0] * DAY_S, sum(span) * DAY_S)
    columns = {
        "order_id": [f"o{place:07d}" for place in range(n)],
        "customer_id": [f"c{one:06d}" for one in customer.tolist()],
        "kind": np.where(is_refund, "refund", "purchase").tolist(),
        "state": ["paid"] * n,
        "placed_at": placed_s,
        "placed_day": known.days(placed_s).astype(np.int32),
        "total_minor": np.where(is_refund, 0, minor),
        "refunded_minor": np.where(is_refund, minor, 0),
        "discount_minor": np.zeros(n, np.int64),
        "currency": [world.currency] * n,
        "channel": pa.nulls(n, pa.string()),
        "refers_to": pa.nulls(n, pa.string()),
    }
    whole = pa.table(columns, schema_of(ORDERS))
    return whole.filter(pa.array(placed_s < sum(span) * DAY_S))
