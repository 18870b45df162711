"""Claim: clocks of 1e6 tickets against the desk's own word of them: 20 s and 2 GB on two cores.

Three cycles of each ticket, ten events of the desk's for each; one in twenty differs somehow.
"""

from pathlib import Path
from sys import argv
from tempfile import TemporaryDirectory

import duckdb

from tierwise.app.desk_clocks import compare
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.desk_tables import RAW
from tierwise.promises.calendar_table import open_table
from tierwise.promises.calendars import ALWAYS
from tierwise.promises.clock_kinds import KINDS
from tierwise.promises.clock_terms import Changes
from tierwise.promises.cycle_table import CLOCK_CYCLES
from tierwise.promises.promise_tables import TICKETS_ASKED
from tierwise.promises.replay import Replay

from .measured import against, alone

TICKETS, LIMIT_S, LIMIT_MB = 1_000_000, 20.0, 2_000.0
FIRST_S, HOUR_S = 1_704_067_200, 3_600
_CLOCKS = ("first_response", "next_response", "resolution")
_INSTANCES = (("reply_time", 1), ("reply_time", 2), ("resolution_time", 1))
# One cycle of a ticket: it begins with the ticket's number, and every third one is late.
_CYCLES = """
SELECT i::VARCHAR AS ticket_id, '{clock}' AS clock, 1 AS cycle, 'c' || i AS customer_id,
    'premium' AS level, 'email' AS channel, 'high' AS priority, 'east' AS team,
    CASE WHEN i % 3 = 0 THEN 'breached' ELSE 'met' END AS state,
    {first} + i * 30 AS started_s, {first} + i * 30 + used AS ended_s, 3600 AS target_s,
    'always' AS calendar, used AS elapsed_s, {first} + i * 30 + 3600 AS due_s,
    CASE WHEN i % 3 = 0 THEN {first} + i * 30 + 3600 END AS noticed_s, 0 AS unassigned_s,
    0 AS agent_s, 0 AS other_team_s, 0 AS hold_s, 0 AS customer_s, 0 AS outside_s
FROM (SELECT i, CASE WHEN i % 3 = 0 THEN 5400 ELSE 1800 END AS used FROM range({tickets}) r(i))
"""
_EVENTS = """
SELECT (i * 30 + {place} * 5 + n)::VARCHAR AS id, i::VARCHAR AS ticket_id, '{metric}' AS metric,
    type, 'p1' AS policy_id, 'Premium' AS policy_title, {instance} AS instance_id,
    {first} + i * 30 + CASE n WHEN 3 THEN 3600 WHEN 4 THEN used
        + CASE WHEN i % 20 = 0 THEN 700 ELSE 0 END ELSE 0 END AS time,
    FALSE AS deleted, CASE n WHEN 2 THEN 3600 END AS target_s, FALSE AS business_hours,
    CASE n WHEN 5 THEN used // 60 END AS calendar_min, CASE n WHEN 5 THEN used // 60 END
        AS business_min, i AS seq
FROM (SELECT i, CASE WHEN i % 3 = 0 THEN 5400 ELSE 1800 END AS used FROM range({tickets}) r(i)),
    (VALUES (1, 'activate'), (2, 'apply_sla'), (3, 'breach'), (4, 'fulfill'), (5, 'update_status'))
        e(n, type)
WHERE n <> 3 OR i % 3 = 0
"""


def main(tickets: int) -> None:
    with TemporaryDirectory() as folder:
        _make(Path(folder), tickets)
        took = alone(_compared, Path(folder), tickets)
    print(f"{tickets:,} tickets: {took}")
    print(against("clocks compared", took.wall_s, LIMIT_S * tickets / TICKETS, "s"))
    print(against("… in", took.peak_mb, LIMIT_MB, "MB"))


def _make(folder: Path, tickets: int) -> None:
    known = {"first": FIRST_S, "tickets": tickets}
    cycles = [_CYCLES.format(clock=clock, **known) for clock in _CLOCKS]
    events = [
        _EVENTS.format(metric=metric, instance=instance, place=place, **known)
        for place, (metric, instance) in enumerate(_INSTANCES)
    ]
    asked = ", ".join(f"NULL AS {name}" for name in TICKETS_ASKED.output.names[1:])
    made = {
        CLOCK_CYCLES.name: " UNION ALL ".join(cycles),
        TICKETS_ASKED.name: f"SELECT i::VARCHAR AS ticket_id, {asked} FROM range({tickets}) r(i)",
        "ticket": f"SELECT i::VARCHAR AS id, FALSE AS is_merged FROM range({tickets}) r(i)",
        "ticket_metric_event": " UNION ALL ".join(events),
    }
    for name, text in made.items():
        duckdb.sql(f"COPY ({text}) TO '{folder / name}.parquet'")


def _compared(folder: Path, tickets: int) -> None:
    """What the command does once tickets are read and clocks are counted."""
    engine = DuckDBEngine(spill_folder=folder / "spill", memory_limit="1200MB", threads=2)
    for table in (CLOCK_CYCLES, TICKETS_ASKED.output):
        engine.read(table, [folder / f"{table.name}.parquet"])
    for name in ("ticket", "ticket_metric_event"):
        engine.read(RAW[name], [folder / f"{name}.parquet"])
    kinds = tuple(KINDS[clock] for clock in _CLOCKS)
    always = open_table(ALWAYS, FIRST_S // 86_400, FIRST_S // 86_400 + 1_200)
    how = Replay(kinds, lambda _, __: (None, ""), {"always": always}, Changes())
    compare(engine, how, FIRST_S + tickets * 30 + 1_000 * HOUR_S)
    counts = dict(engine.rows("SELECT cause, COUNT(*) FROM clock_differences GROUP BY cause"))
    differ = len(_CLOCKS) * len(range(0, tickets, 20))
    assert counts == {"same": len(_CLOCKS) * tickets - differ, "other_end": differ}, counts


if __name__ == "__main__":
    main(int(argv[1]) if len(argv) > 1 else TICKETS)
