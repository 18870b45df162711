"""Answers that are lists of tickets: those behind a mark on a page, and those of one customer."""

from dataclasses import dataclass

from tierwise.metrics.attainment_counts import CYCLE_OUTCOMES, OUTCOMES, TICKET_OUTCOMES

from .attainment_answers import WEEK_S, WEEKS
from .late_answers import twice
from .promise_basis import PromiseBasis
from .promise_records import Period, TicketList, TicketRow

NEWEST = 10

_BEHIND = """
SELECT DISTINCT ticket_id FROM {outcomes}
WHERE at_s >= ? AND at_s < ? AND (? IS NULL OR COALESCE(level, '') = ?)
    AND (? IS NULL OR clock = ?) AND (? = 'all' OR outcome = ?)
"""
_OF_CUSTOMER = """
SELECT a.ticket_id FROM tickets_asked a WHERE a.customer_id = ?
ORDER BY a.created_s DESC, a.ticket_id LIMIT ?
"""
# The promise of a ticket that is told in a list: of what the mark is about, the one due first.
_LISTED = """
WITH behind AS ({behind}),
told AS (
    SELECT c.*, ROW_NUMBER() OVER (
        PARTITION BY c.ticket_id
        ORDER BY CASE WHEN c.state = 'none' THEN 1 ELSE 0 END, c.due_s, c.clock, c.cycle
    ) AS place
    FROM clock_cycles c
    JOIN behind b ON b.ticket_id = c.ticket_id
    WHERE (? IS NULL OR ? = 'ticket' OR c.clock = ?)
)
SELECT t.ticket_id, t.customer_id, p.name, a.level, k.channel, k.status, k.created_at,
    t.clock, t.state, t.due_s, t.elapsed_s, t.target_s
FROM told t
JOIN tickets k ON k.ticket_id = t.ticket_id
JOIN tickets_asked a ON a.ticket_id = t.ticket_id
LEFT JOIN (SELECT customer_id, MIN(name) AS name FROM customers GROUP BY customer_id) p
    ON p.customer_id = t.customer_id
WHERE t.place = 1
"""


@dataclass(frozen=True, slots=True)
class TicketsAsked:
    """Which tickets stand behind a mark, and which page of them; week 0 is the oldest."""

    level: str | None = None
    clock: str | None = None
    outcome: str = "all"
    week: int | None = None
    offset: int = 0
    limit: int = 50


def tickets_of(basis: PromiseBasis, period: Period | None, asked: TicketsAsked) -> TicketList:
    """A page of the tickets behind a mark, those whose promise was due last first."""
    wanted = basis.period(period)
    whole = asked.clock == "ticket"
    outcomes = TICKET_OUTCOMES if whole else CYCLE_OUTCOMES
    text = _LISTED.format(behind=_BEHIND.format(outcomes=outcomes.name))
    outcome = asked.outcome if asked.outcome in OUTCOMES else "all"
    values: list[object] = [
        *_instants(basis, wanted, asked.week),
        *(*twice(asked.level), *twice(asked.clock), outcome, outcome),
        *(asked.clock, asked.clock, asked.clock),
    ]
    ((total,),) = basis.engine.rows(f"SELECT COUNT(*) FROM ({text})", values)
    rows = basis.engine.rows(
        f"{text} ORDER BY t.due_s DESC NULLS LAST, t.ticket_id LIMIT ? OFFSET ?",
        [*values, asked.limit, asked.offset],
    )
    listed = tuple(TicketRow(*row) for row in rows)
    return TicketList(basis.as_of(), wanted, listed, int(total))


def of_customer(basis: PromiseBasis, customer_id: str) -> TicketList:
    """The newest tickets of a customer, each with the promise that is due first."""
    rows = basis.engine.rows(
        f"{_LISTED.format(behind=_OF_CUSTOMER)} ORDER BY k.created_at DESC, t.ticket_id",
        [customer_id, NEWEST, None, None, None],
    )
    ((total,),) = basis.engine.rows(
        "SELECT COUNT(*) FROM tickets_asked WHERE customer_id = ?", [customer_id]
    )
    listed = tuple(TicketRow(*row) for row in rows)
    return TicketList(basis.as_of(), basis.period(None), listed, int(total))


def _instants(basis: PromiseBasis, period: Period, week: int | None) -> tuple[int, int]:
    """The instants of a period, or of one of the weeks that end with it."""
    begin, end = basis.instants(period)
    if week is None:
        return begin, end
    last = end - (WEEKS - 1 - week) * WEEK_S
    return last - WEEK_S, last
