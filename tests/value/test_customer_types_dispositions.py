"""Dispositions: what each is counted from, and when the shop's usual makes it clear."""

from typing import Any

import pytest

from tests.shop_days import order
from tests.value.typed_shops import DAY, Row, seen, ticket, typed, typed_shop
from tierwise.value.customer_types import evidence_of


def bought(who: str, orders: int, discounted: int, depth: int = 50) -> list[Row]:
    """So many orders at a list price of 100, the first of them discounted."""
    return [
        order(who, 600 + i, 100 - cut, discount_minor=cut)
        for i in range(orders)
        for cut in [depth if i < discounted else 0]
    ]


def crowd(customers: int = 60) -> list[Row]:
    """Customers who buy with a discount at three orders of ten, more or less."""
    return [row for i in range(customers) for row in bought(f"c{i:02}", 10, (0, 3, 6)[i % 3])]


@pytest.mark.parametrize(
    ("orders", "discounted", "state"),
    [(9, 9, "yes"), (9, 7, "no"), (10, 8, "yes"), (5, 2, "no"), (4, 4, "unknown"), (9, 0, "no")],
)
def test_discount_chasers_hardly_ever_pay_the_full_price(
    orders: int, discounted: int, state: str
) -> None:
    row = typed(*crowd(), *bought("ada", orders, discounted))["ada", "discount_chaser"]
    assert (row.state, row.shown, row.evidence) == (state, discounted, orders)


def test_an_agent_reads_how_many_of_how_many() -> None:
    row = typed(*crowd(), *bought("ada", 9, 7))["ada", "discount_chaser"]
    assert evidence_of(row) == "7 of 9 orders were discounted; the shop's usual is 29 %"


def test_where_everybody_buys_with_discounts_nobody_chases_them() -> None:
    rows = typed(*(row for i in range(40) for row in bought(f"c{i}", 6, 6)))
    assert {row.state for (_, name), row in rows.items() if name == "discount_chaser"} == {"no"}


def test_where_no_discount_is_known_nobody_is_told_to_want_none() -> None:
    row = typed(*bought("ada", 9, 0))["ada", "discount_chaser"]
    assert (row.state, row.score) == ("unknown", None)
    assert evidence_of(row) == "nothing of the kind is recorded in 9 orders, or for anybody"


def test_deeper_discounts_score_higher_but_flag_alike() -> None:
    rows = typed(*crowd(), *bought("ada", 9, 9, depth=80), *bought("bob", 9, 9, depth=10))
    ada, bob = rows["ada", "discount_chaser"], rows["bob", "discount_chaser"]
    assert (ada.state, bob.state, ada.chance) == ("yes", "yes", bob.chance)
    assert ada.score is not None
    assert bob.score is not None
    assert ada.score > bob.score + 0.2


def test_orders_that_are_not_paid_tell_nothing() -> None:
    orders = [*bought("ada", 5, 5), order("ada", 700, 50, state="cancelled", discount_minor=50)]
    assert typed(*crowd(), *orders)["ada", "discount_chaser"].evidence == 5


def way(who: str, day: int, sessions: int, last_s: int) -> tuple[Row, list[Row]]:
    """An order, and a session on each of the days before; the last begins `last_s` before it."""
    placed = order(who, day, 100, placed_at=DAY * day + 50_000)
    begins = [(day - i, 0) for i in range(1, sessions)] + [(day, 50_000 - last_s)]
    return placed, [seen(who, d, "session_start", f"{who}{d}", at=at) for d, at in begins]


def ways(who: str, sessions: int, last_s: int, orders: int = 5) -> tuple[list[Row], list[Row]]:
    made = [way(who, 700 + 40 * i, sessions, last_s) for i in range(orders)]
    return [placed for placed, _ in made], [event for _, events in made for event in events]


SLOW = [ways(f"c{i}", 2 + i % 4, 3_600) for i in range(40)]


@pytest.mark.parametrize(
    ("sessions", "last_s", "orders", "state"),
    [(1, 60, 5, "yes"), (5, 60, 5, "no"), (1, 60, 2, "unknown")],
)
def test_impulsive_buyers_come_and_buy(sessions: int, last_s: int, orders: int, state: str) -> None:
    mine = ways("ada", sessions, last_s, orders)
    rows = typed(
        *mine[0], *(row for placed, _ in SLOW for row in placed),
        events=[*mine[1], *(row for _, events in SLOW for row in events)],
    )  # fmt: skip
    row = rows["ada", "impulsive"]
    assert (row.state, row.evidence) == (state, orders)


def test_who_asks_first_is_not_impulsive() -> None:
    placed, events = ways("ada", 1, 60)
    asked = [
        ticket("ada", 0, f"t{i}", category="warranty", created_at=row["placed_at"] - 10)
        for i, row in enumerate(placed)
    ]
    orders = [*placed, *(row for rows, _ in SLOW for row in rows)]
    seen_by_all = [*events, *(row for _, rows in SLOW for row in rows)]
    assert typed(*orders, events=seen_by_all, tickets=asked)["ada", "impulsive"].shown == 0


def test_orders_nobody_was_seen_before_tell_nothing() -> None:
    assert typed(*bought("ada", 6, 0))["ada", "impulsive"].state == "unknown"


def visits(who: str, count: int, *pages: str) -> list[Row]:
    return [seen(who, 700 + i, page, f"{who}{i}") for i in range(count) for page in pages]


BROWSERS = [row for i in range(60) for row in visits(f"c{i}", 6, "product_view", "Add to cart")]
SOME_READ = [row for i in range(0, 60, 5) for row in visits(f"c{i}", 5, "spec_view", "policy_view")]
READING = ("product_view", "spec_view", "Compare", "kb_view")


@pytest.mark.parametrize(
    ("events", "researcher", "sceptical"),
    [
        (visits("ada", 6, *READING), "yes", "no"),
        (visits("ada", 6, "returns_view", "Review-View"), "no", "yes"),
        (visits("ada", 6, *READING, "policy_view", "reviews_view"), "yes", "yes"),
        (visits("ada", 6, "product_view"), "no", "no"),
        (visits("ada", 2, *READING), "unknown", "unknown"),
        (visits("ada", 6, "session_start", "frobnicate"), "unknown", "unknown"),
    ],
)
def test_researchers_look_at_products_and_sceptics_at_the_shop(
    events: list[Row], researcher: str, sceptical: str
) -> None:
    rows = typed(events=[*BROWSERS, *SOME_READ, *events])
    assert (rows["ada", "researcher"].state, rows["ada", "sceptical"].state) == (
        researcher,
        sceptical,
    )


def asked(who: str, *categories: str, **more: Any) -> list[Row]:
    return [ticket(who, 700 + i, f"{who}{i}", category=c, **more) for i, c in enumerate(categories)]


CURIOUS = [
    row
    for i in range(40)
    for row in asked(f"c{i}", "technical", *["technical" if i % 5 else "warranty"] * 3)
]


def test_two_questions_before_buying_are_enough_to_tell() -> None:
    people = [{"customer_id": name} for name in ("ada", "bob", *(f"c{i}" for i in range(40)))]
    tickets = [*CURIOUS, *asked("ada", *["Is it genuine"] * 4), *asked("bob", "warranty")]
    topics = {"own_topics": {"Is it genuine": "seller"}}
    rows = typed(customers=people, tickets=tickets, settings=topics)
    assert (rows["ada", "sceptical"].state, rows["ada", "sceptical"].shown) == ("yes", 4)
    assert (rows["c0", "researcher"].least_evidence, rows["bob", "researcher"].state) == (
        2,
        "unknown",
    )


def test_questions_about_an_order_come_too_late_to_be_doubts() -> None:
    people = [{"customer_id": "ada"}]
    tickets = asked("ada", *["warranty"] * 5, order_id="o1")
    assert typed(customers=people, tickets=tickets)["ada", "sceptical"].evidence == 0


def test_a_shop_may_name_its_own_pages() -> None:
    events = [row | {"name": "Datenblatt"} for row in visits("ada", 3, "x")]
    counted = "SELECT SUM(research_pages) FROM shopper_sessions"
    own = {"own_pages": {"datenblatt": "spec"}}
    assert typed_shop(events=events, settings=own).rows(counted) == [(3,)]
    assert typed_shop(events=events).rows(counted) == [(None,)]


def test_the_order_of_the_facts_does_not_matter() -> None:
    orders = [row | {"order_id": f"o{i}"} for i, row in enumerate(crowd(40))]
    events = [row | {"event_id": f"e{i}"} for i, row in enumerate(BROWSERS)]
    there, back = (typed(*orders[::way], events=events[::way]) for way in (1, -1))
    assert there == back
