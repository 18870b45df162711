"""Claim: three clocks of 1e6 tickets, Parquet to attainment: 20 s and 3 GB on two cores.

`python -m bench.replay --large` asks the same of 1e7 tickets, which may take ten times as long.
"""

import sys
from datetime import date
from pathlib import Path

import pyarrow as pa

from tierwise.app.replaying import Asked, replay_parts
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.time import day_number
from tierwise.promises.calendar_table import OpenTable, open_table
from tierwise.promises.calendar_values import read_calendar
from tierwise.promises.clock_kinds import FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION
from tierwise.promises.clock_terms import Changes, Circumstances
from tierwise.promises.replay import Replay

from .made_tickets import LAST_S, MadeTickets, make_tickets
from .measured import against, alone

TICKETS, LARGE = 1_000_000, 10_000_000
LIMIT_S, LIMIT_MB, MEMORY = 20, 3_000, "1GB"
CLOCKS = 3
EVENT = "ticket_id, event_id, at_s, name, actor, value"
CALENDARS = {
    "office": {"zone": "Europe/Berlin", "week": {"mon-fri": ["09:00-18:00"]}},
    "always": {"zone": "UTC", "week": {"mon-sun": ["00:00-24:00"]}},
}
HOURS = {"first_response": 4, "next_response": 8, "resolution": 48}
SHARES = {"premium": 0.25, "plus": 0.5, "standard": 1.0}


def promise_of(clock: str, now: Circumstances) -> tuple[int, str]:
    """Hours by clock, less of them for the better levels and for what is urgent."""
    level = now["level"] or "standard"
    urgent = 0.5 if now["priority"] == "high" else 1
    hours = HOURS[clock] * SHARES[level] * urgent
    return int(3_600 * hours), "always" if level == "premium" else "office"


def table_of(name: str) -> OpenTable:
    calendar, problems = read_calendar(name, CALENDARS[name])
    if calendar is None:
        raise SystemExit(str(problems))
    return open_table(calendar, day_number(date(2023, 12, 1)), day_number(date(2026, 12, 31)))


def counted(cycles: pa.Table) -> pa.Table:
    """How many cycles of each level and clock stand how."""
    return cycles.group_by(["level", "clock", "state"]).aggregate([([], "count_all")])


def attainment(made: MadeTickets, answer: Path) -> None:
    """Parquet to counts by level, clock and state, written to `answer`."""
    engine = DuckDBEngine(memory_limit=MEMORY, threads=2)
    asked = Asked(
        f"SELECT * FROM '{made.tickets}'",
        f"SELECT {EVENT} FROM '{made.events}'",
        LAST_S,
        scratch=answer.parent,
    )
    kinds = (FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION)
    tables = {name: table_of(name) for name in CALENDARS}
    how = Replay(kinds, promise_of, tables, Changes(grace_s=1_800, grace_share=0.5))
    parts = pa.concat_tables(list(replay_parts(engine, asked, how, counted)))
    sums = parts.group_by(["level", "clock", "state"]).aggregate([("count_all", "sum")])
    rows = sorted(str(list(row.values())) for row in sums.to_pylist())
    answer.write_text("\n".join(rows), "utf-8")


def read_and_sort(made: MadeTickets, scratch: Path) -> None:
    """The least that anybody does: the events read and put in the order of their tickets."""
    engine = DuckDBEngine(memory_limit=MEMORY, threads=2, spill_folder=scratch)
    text = f"CREATE TABLE ordered AS SELECT {EVENT} FROM '{made.events}' ORDER BY ticket_id, at_s"
    engine.rows(text)


def main() -> None:
    tickets = LARGE if "--large" in sys.argv else TICKETS
    times = tickets // TICKETS
    made = make_tickets(tickets)
    answer = made.tickets.with_name("attainment.txt")
    found, least = alone(attainment, made, answer), alone(read_and_sort, made, answer.parent)
    events = DuckDBEngine().rows(f"SELECT COUNT(*) FROM '{made.events}'")[0][0]
    print(answer.read_text("utf-8"))
    print(f"{tickets:,} tickets, {events:,} events, {CLOCKS} clocks   {found}")
    print(f"DuckDB alone, the events read and sorted         {least}")
    print(f"{found.cpu_s / events / CLOCKS * 1e9:.0f} ns of CPU an event and clock, all in all")
    print(against("replay, wall", found.wall_s, LIMIT_S * times, "s"))
    print(against("replay, CPU of two cores", found.cpu_s / 2, LIMIT_S * times, "s"))
    print(against("replay, peak memory", found.peak_mb, LIMIT_MB, "MB"))
    print(against("replay beside reading and sorting, CPU", found.cpu_s / least.cpu_s, 3, "times"))


if __name__ == "__main__":
    main()
