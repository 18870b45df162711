"""The stories of single tickets, for their pages and strips: what clocks are folded from."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa

from tierwise.facts.columns import Table
from tierwise.facts.tables import TICKET_EVENTS, TICKETS
from tierwise.promises.clock_terms import Circumstances
from tierwise.promises.promise_tables import ASKED_STORIES, LEVEL_SPANS, TICKETS_ASKED
from tierwise.promises.ticket_story import Story, TicketEvent, TicketNow, story
from tierwise.promises.ticket_tables import STORY_MODELS

from .ports import Engine
from .promise_basis import PromiseBasis
from .promise_world import hold_policies

_GIVEN = ("level", "policy", "channel", "priority", "team")
_LISTED = "SELECT UNNEST(?::VARCHAR[])"


@dataclass(frozen=True, slots=True)
class Told:
    """A ticket as it stands, what it had at its creation, and its story.

    `given` is None for a ticket with a problem that takes it out of the count; `agent` had it
    when it was opened.
    """

    ticket: Mapping[str, Any]
    given: Circumstances | None
    customer_id: str | None
    agent: str | None
    story: Story

    @property
    def at_first(self) -> TicketNow:
        """What the ticket was before its story."""
        return TicketNow(team=(self.given or {}).get("team"), agent=self.agent)


def told_of(basis: PromiseBasis, ticket_ids: Sequence[str]) -> dict[str, Told]:
    """Tickets by their id; those that nobody knows are not in it."""
    with closing(basis.new_engine()) as engine:
        _hold(basis, engine, list(ticket_ids))
        tickets = _rows(engine, TICKETS.name)
        asked = _rows(engine, TICKETS_ASKED.name)
        stories = _stories(engine)
    return {
        name: _told(tickets[name], asked.get(name), stories.get(name, ()))
        for name in ticket_ids
        if name in tickets
    }


def _told(ticket: Mapping[str, Any], asked: Mapping[str, Any] | None, told: Story) -> Told:
    if asked is None:
        return Told(ticket, None, ticket["customer_id"], None, told)
    given = {name: asked[name] for name in _GIVEN}
    return Told(ticket, given, asked["customer_id"], asked["agent_id"], told)


def _hold(basis: PromiseBasis, engine: Engine, ids: list[str]) -> None:
    """The tables behind a few tickets, those merged into them among them."""
    merged = basis.engine.rows(
        f"SELECT ticket_id FROM ticket_merges WHERE survivor_id IN ({_LISTED})", [ids]
    )
    all_ids = [*ids, *(name for (name,) in merged)]
    _copy(basis, engine, TICKETS, all_ids)
    _copy(basis, engine, TICKET_EVENTS, all_ids)
    _copy(basis, engine, TICKETS_ASKED.output, ids)
    customers = [name for (name,) in engine.rows("SELECT DISTINCT customer_id FROM tickets_asked")]
    _copy(basis, engine, LEVEL_SPANS.output, customers)
    hold_policies(engine, basis.world)
    for model in STORY_MODELS:
        engine.materialise(model, {})
    engine.materialise(ASKED_STORIES, basis.world.asked_at())


def _copy(basis: PromiseBasis, engine: Engine, table: Table, values: list[str]) -> None:
    """Some rows of a table, found by the first column of its key."""
    names = ", ".join(table.names)
    text = f"SELECT {names} FROM {table.name} WHERE {table.key[0]} IN ({_LISTED})"
    engine.upload(table.name, basis.engine.query(text, [values]))


def _rows(engine: Engine, name: str) -> dict[str, dict[str, Any]]:
    rows: pa.Table = engine.query(f"SELECT * FROM {name}")
    return {row["ticket_id"]: row for row in rows.to_pylist()}


def _stories(engine: Engine) -> dict[str, Story]:
    """Stories with their changes of level and policy; without them where nothing is counted."""
    columns = "ticket_id, at_s, event_id, name, actor, value"
    rows = engine.rows(
        f"SELECT {columns} FROM asked_stories UNION ALL SELECT {columns} FROM ticket_stories "
        "WHERE ticket_id NOT IN (SELECT ticket_id FROM tickets_asked) ORDER BY ticket_id"
    )
    grouped = groupby(rows, key=lambda row: str(row[0]))
    return {name: story(TicketEvent(*row[1:]) for row in events) for name, events in grouped}
