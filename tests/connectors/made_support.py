"""Made-up support for the tests: shops, and what estimators of known truth need."""

from collections import defaultdict
from functools import cache
from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tierwise.connectors.made_shop import made_orders
from tierwise.connectors.support_facts import MadeSupport, make_support
from tierwise.connectors.support_world import World

FIRST_DAY, DAYS = 19_000, 500
ERRORS = 4.5  # standard errors that an honest estimate may be off
SHOP = World("Europe/Berlin", "EUR")
Row = dict[str, Any]
Floats = NDArray[np.float64]


@cache
def shop_orders(customers: int) -> pa.Table:
    return made_orders(SHOP, customers, first_day=FIRST_DAY, days=DAYS)


@cache
def support_of(world: World, customers: int = 4_000) -> MadeSupport:
    """Made once for all tests that ask for the same."""
    return make_support(shop_orders(customers), world)


def rows(made: MadeSupport, table: str) -> list[Row]:
    return list(made.facts[table].to_pylist())


def stories(made: MadeSupport) -> dict[str, list[Row]]:
    """The events of each ticket in the order of their ids."""
    told: dict[str, list[Row]] = defaultdict(list)
    for event in rows(made, "ticket_events"):
        told[event["ticket_id"]].append(event)
    return {
        ticket: sorted(own, key=lambda event: event["event_id"]) for ticket, own in told.items()
    }


def statuses(story: list[Row]) -> list[str]:
    """The statuses a ticket went through."""
    return [event["value"] for event in story if event["name"] in {"created", "status"}]


def steps(story: list[Row]) -> list[tuple[str, str]]:
    return list(pairwise(statuses(story)))


def is_near(found: float, truth: float, n: int) -> bool:
    """Whether a share of n is as near to the truth as chance allows."""
    return abs(found - truth) <= ERRORS * sqrt(truth * (1 - truth) / n)


def fitted(x: Floats, y: Floats, offset: Floats) -> tuple[Floats, Floats]:
    """Intercept and slope of a logistic regression by Newton's method, and their errors."""
    design = np.column_stack((np.ones(len(x)), x))
    beta = np.zeros(2)
    for _ in range(25):
        p = 1 / (1 + np.exp(-(design @ beta + offset)))
        information = design.T @ (design * (p * (1 - p))[:, None])
        beta = beta + np.linalg.solve(information, design.T @ (y - p))
    return beta, np.sqrt(np.diag(np.linalg.inv(information)))


def known(made: MadeSupport, *names: str) -> list[Floats]:
    """Columns of the truth about tickets."""
    return [np.array(made.truth.tickets[name].to_pylist(), np.float64) for name in names]
