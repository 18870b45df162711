"""Views on what was measured: promises with the slices of their ticket, costs, who was asked."""

from collections.abc import Mapping
from dataclasses import replace

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

from .attainment_counts import CYCLE_OUTCOMES, TICKET_OUTCOMES
from .contact_tables import COST_MEASURES
from .desk_tables import TICKET_MEASURES
from .measure_tables import MEASURES
from .measured_columns import LOCAL_DAYS, PACKAGE, SLICES

_TERMS = ("level", "clock", "channel", "priority")
_SLICES_OF_C, _SLICES_OF_T = (", ".join(f"{a}.{one.name}" for one in SLICES) for a in "ct")
_OF_TICKET = tuple(one for one in SLICES if one.name in {"agent_id", "category"})

PROMISED_SHARES = Table(
    "promised_shares",
    "The share that is asked of every promise there was, by the terms that decide it.",
    _TERMS,
    (
        Column("level", Kind.TEXT, "Level; empty for none."),
        Column("clock", Kind.TEXT, "The promise."),
        Column("channel", Kind.TEXT, "Channel; empty if not said."),
        Column("priority", Kind.TEXT, "Priority; empty if not said."),
        Column("share", Kind.NUMBER, "Share asked, 0 to 1."),
    ),
)

PROMISE_OUTCOMES = SqlModel(
    PACKAGE,
    replace(
        CYCLE_OUTCOMES.output,
        name="promise_outcomes",
        meaning="How each promise came out, and what part of it may break.",
        columns=(
            *CYCLE_OUTCOMES.output.columns,
            *_OF_TICKET,
            Column("allowed", Kind.NUMBER, "1 − the share asked; empty if none is."),
        ),
    ),
    reads=(CYCLE_OUTCOMES.name, TICKET_MEASURES.name, PROMISED_SHARES.name),
    text=f"""
SELECT o.*, t.agent_id, t.category, 1.0 - s.share AS allowed
FROM {CYCLE_OUTCOMES.name} o
LEFT JOIN {TICKET_MEASURES.name} t ON t.ticket_id = o.ticket_id
LEFT JOIN {PROMISED_SHARES.name} s
    ON {" AND ".join(f"s.{one} = COALESCE(o.{one}, '')" for one in _TERMS)}
""",
)

TICKET_RESULTS = SqlModel(
    PACKAGE,
    replace(
        TICKET_OUTCOMES.output,
        name="ticket_results",
        meaning="How each ticket came out.",
        columns=(*TICKET_OUTCOMES.output.columns, *_OF_TICKET),
    ),
    reads=(TICKET_OUTCOMES.name, TICKET_MEASURES.name),
    text=f"""
SELECT o.*, t.agent_id, t.category
FROM {TICKET_OUTCOMES.name} o
LEFT JOIN {TICKET_MEASURES.name} t ON t.ticket_id = o.ticket_id
""",
)

CLOCK_WAITS = SqlModel(
    PACKAGE,
    Table(
        "clock_waits",
        "Every promise that counts with the business time it took, or has taken so far.",
        ("ticket_id", "clock", "started_s"),
        (
            Column("ticket_id", Kind.TEXT, "The ticket."),
            Column("clock", Kind.TEXT, "The promise."),
            Column("customer", Kind.TEXT, "Whose promise it was."),
            *SLICES,
            Column("started_s", Kind.INSTANT, "When it began."),
            Column("elapsed_s", Kind.COUNT, "Open seconds used."),
            Column("is_open", Kind.COUNT, "1 while it runs or is paused.", low=0, high=1),
            Column("at_risk", Kind.COUNT, "1 if it runs, three quarters used, and is not late."),
            Column("now_s", Kind.INSTANT, "The last moment that is known."),
        ),
    ),
    reads=("clock_cycles", TICKET_MEASURES.name),
    parameters=("as_of_s",),
    text=f"""
SELECT c.ticket_id, c.clock, COALESCE(c.customer_id, 'ticket ' || c.ticket_id) AS customer,
    c.level, c.channel, c.team, t.agent_id, t.category, c.started_s, c.elapsed_s,
    CASE WHEN c.ended_s IS NULL THEN 1 ELSE 0 END AS is_open,
    CASE WHEN c.state = 'running' AND c.elapsed_s * 4 > c.target_s * 3 THEN 1 ELSE 0 END AS at_risk,
    {{{{ as_of_s }}}} - 1 AS now_s
FROM clock_cycles c
LEFT JOIN {TICKET_MEASURES.name} t ON t.ticket_id = c.ticket_id
WHERE c.state <> 'none' AND c.elapsed_s IS NOT NULL
""",
)

COST_AND_SOLVES = SqlModel(
    PACKAGE,
    Table(
        "cost_and_solves",
        "What was spent and how many tickets were first solved, day by day.",
        (),
        (
            Column("ticket_id", Kind.TEXT, "The ticket.", nullable=True),
            Column("customer", Kind.TEXT, "The day again: what is spent on one day is alike."),
            *SLICES,
            Column("day", Kind.DAY, "The day."),
            Column("amount", Kind.NUMBER, "What was spent, in minor units."),
            Column("solved", Kind.COUNT, "1 for a ticket that was first solved."),
        ),
    ),
    reads=(COST_MEASURES.name, TICKET_MEASURES.name, LOCAL_DAYS.name),
    as_view=True,
    text=f"""
SELECT c.ticket_id, 'day ' || c.day AS customer, {_SLICES_OF_C}, c.day,
    c.amount, 0 AS solved
FROM {COST_MEASURES.name} c
UNION ALL
SELECT t.ticket_id, 'day ' || d.day, {_SLICES_OF_T}, d.day, 0.0, 1
FROM {TICKET_MEASURES.name} t
JOIN {LOCAL_DAYS.name} d ON d.quarter = {{{{ floor_div('t.solved_s', '900') }}}}
WHERE t.is_countable = 1
""",
)

ASKED_TICKETS = SqlModel(
    PACKAGE,
    Table(
        "asked_tickets",
        "Every solved ticket that counts, by what decides who answers, with its CSAT.",
        ("ticket_id",),
        (
            Column("ticket_id", Kind.TEXT, "The ticket."),
            Column("customer", Kind.TEXT, "Whose it is."),
            *SLICES,
            Column("solved_s", Kind.INSTANT, "When it was first solved."),
            Column("speed", Kind.COUNT, "0 answered within an hour, 1 within eight, 2 later."),
            Column("one_touch", Kind.COUNT, "1 if one touch solved it.", low=0, high=1),
            Column("is_answered", Kind.COUNT, "1 if it was rated.", low=0, high=1),
            Column("is_good", Kind.COUNT, "1 if it was rated good.", low=0, high=1),
        ),
    ),
    reads=(TICKET_MEASURES.name, "survey_measures"),
    as_view=True,
    text=f"""
SELECT t.ticket_id, t.customer, {_SLICES_OF_T}, t.solved_s,
    CASE WHEN t.human_s - t.asked_s <= 3600 THEN 0 WHEN t.human_s - t.asked_s <= 28800 THEN 1
        ELSE 2 END AS speed,
    CASE WHEN t.touches_to_solve <= 1 AND t.reopens = 0 THEN 1 ELSE 0 END AS one_touch,
    CASE WHEN s.score IS NULL THEN 0 ELSE 1 END AS is_answered,
    CASE WHEN s.score IS NOT NULL AND s.is_good = 1 THEN 1 ELSE 0 END AS is_good
FROM {TICKET_MEASURES.name} t
LEFT JOIN survey_measures s ON s.ticket_id = t.ticket_id AND s.question = 'csat'
WHERE t.is_countable = 1 AND t.solved_s IS NOT NULL
""",
)

PROMISE_MEASURES = (PROMISE_OUTCOMES, TICKET_RESULTS, CLOCK_WAITS)
"""Made of what was counted of clocks, after the measures of tickets."""
VIEWS = (COST_AND_SOLVES, ASKED_TICKETS)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    model.name: model.output.names for model in (*MEASURES, *PROMISE_MEASURES, *VIEWS)
}
"""The columns of everything that can be counted, by the name of its table."""
