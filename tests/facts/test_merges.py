"""Merges of customers and of tickets end alike, as following them one by one says."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shop_days import arrow
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.identities import CUSTOMER_MERGES
from tierwise.facts.tables import CUSTOMERS, TICKETS
from tierwise.promises.ticket_tables import TICKET_MERGES

MOST_STEPS = 8
NAMES = [f"n{place}" for place in range(12)]
MERGES = st.dictionaries(
    st.sampled_from(NAMES), st.none() | st.sampled_from([*NAMES, "nobody"]), max_size=12
)
TICKET: dict[str, Any] = dict.fromkeys(TICKETS.names) | {
    "created_at": 0,
    "channel": "email",
    "status": "open",
}


def end_of(merges: dict[str, str | None], name: str) -> str | None:
    """Where one merge after the other leads, if that is to somebody who is left."""
    for _ in range(MOST_STEPS):
        into = merges.get(name)
        if into is None:
            break
        name = into
    return name if name in merges and merges[name] is None else None


@settings(max_examples=60, deadline=None)
@given(MERGES)
def test_customers_and_tickets_are_followed_alike(merges: dict[str, str | None]) -> None:
    engine = DuckDBEngine(threads=1)
    people = [
        dict.fromkeys(CUSTOMERS.names)
        | {"customer_id": name, "source": "shop", "merged_into": into}
        for name, into in merges.items()
    ]
    tickets = [TICKET | {"ticket_id": name, "merged_into": into} for name, into in merges.items()]
    engine.upload("customers", arrow(CUSTOMERS, people))
    engine.upload("tickets", arrow(TICKETS, tickets))
    for model in (CUSTOMER_MERGES, TICKET_MERGES):
        engine.materialise(model, {})
    living = dict(engine.rows("SELECT customer_id, living_id FROM customer_merges"))
    assert living == {name: end_of(merges, name) or name for name in merges}
    survivors = dict(engine.rows("SELECT ticket_id, survivor_id FROM ticket_merges"))
    merged = {name for name, into in merges.items() if into is not None}
    assert survivors == {name: end_of(merges, name) for name in merged}
