"""What must not change what is measured: the order of rows, copies, spam, another week."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.measured import Row, at, desk, rows, ticket
from tierwise.metrics.desk_tables import (
    AGENT_DAYS,
    BOT_MEASURES,
    OPEN_SPANS,
    TICKET_MEASURES,
    WAITING_SPELLS,
)
from tierwise.metrics.talk_tables import TICKET_STEPS

pytestmark = pytest.mark.slow

MEASURED = (TICKET_MEASURES, WAITING_SPELLS, OPEN_SPANS, BOT_MEASURES, AGENT_DAYS)


_NAMES = st.sampled_from(
    [
        *("customer_message customer", "thanks customer", "public_reply agent", "public_reply bot"),
        *("status agent open", "status agent pending", "status agent solved", "status bot closed"),
        *("status customer open", "team agent desk", "team agent back", "assigned agent ann"),
        *("handed_over bot", "priority agent high", "private_note agent", "merged agent x"),
    ]
)
_LINES = st.lists(st.tuples(st.integers(0, 30), _NAMES), max_size=8)
_DESKS = st.lists(
    st.tuples(_LINES, st.sampled_from(["ann", "bob", None]), st.sampled_from(["email", "chat"])),
    min_size=1,
    max_size=4,
)


def tickets_of(told: list[tuple[list[tuple[int, str]], str | None, str]]) -> list[Row]:
    """Tickets on one order, a few of them at the same second."""
    return [
        ticket(
            f"t{number}",
            "; ".join(
                [f"{number // 2}h created customer"]
                + [f"{number // 2 + hour}h {name}" for hour, name in lines]
            ),
            customer_id=customer,
            channel=channel,
            order_id="o1",
        )
        for number, (lines, customer, channel) in enumerate(told)
    ]


def all_rows(tickets: list[Row], as_of: str = "30d") -> dict[str, list[Row]]:
    """Everything measured."""
    engine = desk(tickets, models=(*TICKET_STEPS, *MEASURED), as_of=as_of)
    return {model.name: rows(engine, model) for model in MEASURED}


@given(told=_DESKS, seed=st.integers(0, 99))
@settings(deadline=None, max_examples=12)
def test_neither_the_order_of_rows_nor_copies_of_events_matter(told: Any, seed: int) -> None:
    tickets, chance = tickets_of(told), Random(seed)
    events = [event for one in tickets for event in one["events"]]
    events += chance.choices(events, k=5)
    chance.shuffle(events)
    shuffled = [one | {"events": []} for one in tickets]
    chance.shuffle(shuffled)
    shuffled[0]["events"] = events
    assert all_rows(shuffled) == all_rows(tickets)


@given(told=_DESKS)
@settings(deadline=None, max_examples=8)
def test_spam_changes_nothing_else(told: Any) -> None:
    tickets = tickets_of(told)
    spam = [
        ticket(
            f"spam{hour}",
            f"{hour}h created customer; 1d public_reply bot; 1d1h spam agent",
            customer_id="ann",
            order_id="o1",
        )
        for hour in range(3)
    ]
    plain, more = all_rows(tickets), all_rows([*tickets, *spam])
    for name, found in more.items():
        of_others = [row for row in found if not str(row.get("ticket_id")).startswith("spam")]
        assert of_others == plain[name]
    counted = [row for row in more["ticket_measures"] if row["gone_as"] == "spam"]
    assert [row["is_countable"] for row in counted] == [0, 0, 0]


@given(told=_DESKS)
@settings(deadline=None, max_examples=8)
def test_a_week_later_everything_is_a_week_later(told: Any) -> None:
    tickets, week = tickets_of(told), at("7d")
    moved = [
        one
        | {
            "created_at": one["created_at"] + week,
            "events": [e | {"happened_at": e["happened_at"] + week} for e in one["events"]],
        }
        for one in tickets
    ]
    plain, found = all_rows(tickets), all_rows(moved, as_of="37d")
    for model in MEASURED:
        shift = dict.fromkeys((n for n in model.output.names if is_instant(n)), week)
        shift |= {"day": 7} if "day" in model.output.names else {}
        later = [
            row | {name: moved_by(row[name], by) for name, by in shift.items()}
            for row in plain[model.name]
        ]
        assert found[model.name] == later


def is_instant(name: str) -> bool:
    return name.endswith("_s") and not name.endswith("_length_s")


def moved_by(value: int | None, by: int) -> int | None:
    return None if value is None else value + by
