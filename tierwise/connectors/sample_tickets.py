"""Made-up tickets for the sample shop: its orders are real, nobody knows who wrote about them."""

from collections.abc import Iterator, Mapping
from itertools import accumulate
from pathlib import Path

import pyarrow as pa

from tierwise.facts.tables import ORDERS

from .online_retail import CREDIT, read_online_retail
from .reading import Part, ReadOptions, Remark, Rows
from .support_facts import make_support
from .support_world import World

SAYS_SO = (
    "Tickets, surveys, agents and their costs are generated, for nobody published them; "
    "only the orders are real."
)
GENERATED = f"{SAYS_SO} Orders: {CREDIT}"
# Costs name teams, not tickets: what is made up must not change what real customers are worth.
SAMPLE_WORLD = World("Europe/London", "GBP", costs_by_ticket=False)


def read_sample_tickets(path: Path, options: ReadOptions) -> Iterator[Part]:
    """What a support operation might have been like for the orders of the sample shop."""
    made = make_support(orders_in(path, options), SAMPLE_WORLD)
    yield from parts_of(made.facts)
    yield Remark(SAYS_SO)
    if options.progress:
        options.progress(path.stat().st_size, path.stat().st_size)


def orders_in(path: Path, options: ReadOptions) -> pa.Table:
    """The orders of the sample file."""
    parts = read_online_retail(path, options)
    orders = (part for part in parts if isinstance(part, Rows) and part.table == ORDERS.name)
    return pa.Table.from_batches([part.batch for part in orders])


def parts_of(facts: Mapping[str, pa.Table]) -> Iterator[Rows]:
    """Facts as a reader hands them on; their lines are their places, as no file has them."""
    for name, table in facts.items():
        batches = table.to_batches()
        ends = accumulate(batch.num_rows for batch in batches)
        for batch, end in zip(batches, ends, strict=True):
            yield Rows(name, batch, pa.array(range(end - batch.num_rows + 1, end + 1), pa.int64()))
