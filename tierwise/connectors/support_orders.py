"""Orders as the simulation sees them: columns in the order of time, customers as numbers."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .support_world import DAY_S, World

Ints = NDArray[np.int64]
NOBODY = -1
_BLOCK_S = 28 * DAY_S
_STRANGER = 2


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders as columns, oldest first; customers as numbers, -1 for nobody known."""

    ids: list[str]
    names: list[str]
    customer: Ints
    placed_s: Ints
    net_minor: NDArray[np.float64]
    is_refund: NDArray[np.bool_]

    @property
    def ends_s(self) -> int:
        return int(self.placed_s[-1])


def orders_of(table: pa.Table) -> Orders:
    """Paid orders and refunds, in an order of their own whatever order they come in."""
    paid = table.filter(pc.field("state") == "paid")
    placed = paid.sort_by([("placed_at", "ascending"), ("order_id", "ascending")])
    codes = placed["customer_id"].combine_chunks().dictionary_encode()
    customer = codes.indices.fill_null(NOBODY).to_numpy(zero_copy_only=False).astype(np.int64)
    amounts = (placed[name].to_numpy() for name in ("total_minor", "refunded_minor"))
    total, refunded = amounts
    return Orders(
        [str(one) for one in placed["order_id"].to_pylist()],
        [str(one) for one in codes.dictionary.to_pylist()],
        customer,
        placed["placed_at"].to_numpy(),
        (total - refunded).astype(np.float64),
        placed["kind"].combine_chunks().to_numpy(zero_copy_only=False) == "refund",
    )


def ranks_of(world: World, orders: Orders, customer: Ints, at_s: Ints) -> Ints:
    """0 for the customers who had spent most by then, 1 for the next, 2 for everybody else.

    Looked up every four weeks, as a list that is sent to the desk would be.
    """
    ranks = np.full(len(at_s), _STRANGER, np.int64)
    known = orders.customer != NOBODY
    blocks = (at_s - orders.placed_s[0]) // _BLOCK_S
    for block in np.unique(blocks):
        until_s = orders.placed_s[0] + block * _BLOCK_S
        before = known & (orders.placed_s < until_s)
        spent = np.bincount(
            orders.customer[before], orders.net_minor[before], minlength=len(orders.names)
        ).astype(np.float64)
        here = (blocks == block) & (customer != NOBODY)
        ranks[here] = _ranks(world, spent)[customer[here]]
    return ranks


def _ranks(world: World, spent: NDArray[np.float64]) -> Ints:
    buyers = spent[spent > 0]
    if not len(buyers):
        return np.full(len(spent), _STRANGER, np.int64)
    shares = (1 - world.concierge_share, 1 - world.plus_share)
    much, some = np.quantile(buyers, shares)
    is_some = (spent >= some) & (spent > 0)
    return np.where(spent >= much, 0, np.where(is_some, 1, _STRANGER))
