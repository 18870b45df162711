"""Claim: 1e6 tickets, facts to attainment as the product does it: 20 s and 3 GB on two cores.

Identities, stories, what is wrong in them, levels over time, clocks, kept results, counts by level
and promise. `bench.replay` measures the clocks alone.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import duckdb
import pyarrow as pa

from tierwise.app.policies_in_force import alone
from tierwise.app.ports import Book, Facts
from tierwise.app.promise_runs import CountPlace, ensure_counted, open_counted
from tierwise.app.promise_world import PromiseWorld
from tierwise.connectors.arrow_tables import schema_of
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.promises_kept import DATED_LEVELS
from tierwise.levels.policy_text import read_policy
from tierwise.metrics.attainment_counts import counts_model
from tierwise.promises.counting import Counting

from .made_tickets import LAST_S, MadeTickets, make_tickets
from .measured import against
from .measured import alone as in_a_process
from .replay import LIMIT_MB, LIMIT_S, TICKETS, read_and_sort, table_of

POLICY = """
currency: EUR
calendars:
  office: {zone: Europe/Berlin, week: {mon-fri: ["09:00-18:00"]}}
levels:
  premium:
    who: ltv_percentile >= 90
    promises: {first_response: {within: 1h}, next_response: {within: 2h}, resolution: {within: 12h}}
  plus:
    who: ltv_percentile >= 70
    promises:
      first_response: {within: 2h, calendar: office}
      next_response: {within: 4h, calendar: office}
      resolution: {within: 1d, calendar: office}
  standard:
    who: everyone
    promises: {first_response: {within: 4h, calendar: office}}
"""
_TICKETS = """
SELECT t.ticket_id, t.customer_id, e.created_at, t.channel, t.priority, 'closed' AS status, t.team,
    t.agent_id, NULL::VARCHAR AS category, NULL::VARCHAR AS order_id, NULL::VARCHAR AS merged_into
FROM '{tickets}' t
JOIN (SELECT ticket_id, MIN(at_s) AS created_at FROM '{events}' GROUP BY ticket_id) e
    ON e.ticket_id = t.ticket_id
"""
_EVENTS = """
SELECT ticket_id, event_id, at_s AS happened_at, name, actor, NULL::VARCHAR AS actor_id, value
FROM '{events}' WHERE name <> 'level'
"""


@dataclass(frozen=True, slots=True)
class MadeFacts:
    """The facts of a desk: tickets and their events, and nothing else."""

    folder: Path
    facts_id: str = "made"

    def files(self, table: str) -> list[Path]:
        file = self.folder / f"facts_{table}.parquet"
        return [file] if file.exists() else []


@dataclass(frozen=True, slots=True)
class MadeLevels:
    """A book that knows a level of every customer, decided before all tickets."""

    levels: pa.Table

    def dated_levels_arrow(self) -> pa.Table:
        return self.levels

    def head(self) -> int:
        return 1


def facts_of(made: MadeTickets) -> MadeFacts:
    """The same tickets as tables of the facts, written once."""
    facts = MadeFacts(made.tickets.parent)
    for table, text in (("tickets", _TICKETS), ("ticket_events", _EVENTS)):
        file = facts.folder / f"facts_{table}.parquet"
        if not file.exists():
            query = text.format(tickets=made.tickets, events=made.events)
            duckdb.sql(f"COPY ({query}) TO '{file}' (FORMAT parquet)")
    return facts


def levels_of(made: MadeTickets) -> MadeLevels:
    text = f"SELECT DISTINCT customer_id FROM '{made.tickets}' WHERE customer_id IS NOT NULL"
    names = [str(name) for (name,) in duckdb.sql(text).fetchall()]
    ladder = ("premium", "plus", "standard", "standard")
    columns = {
        "decision_id": range(len(names)),
        "customer_id": names,
        "level": [ladder[place % 4] for place in range(len(names))],
        "decided_at": [1_700_000_000] * len(names),
        "as_of_day": [19_000] * len(names),
    }
    return MadeLevels(pa.table({k: list(v) for k, v in columns.items()}, schema_of(DATED_LEVELS)))


def engine_in(folder: Path) -> DuckDBEngine:
    return DuckDBEngine(spill_folder=folder / "spill", memory_limit="1GB", threads=2)


def attainment(facts: MadeFacts, levels: MadeLevels, counts: Path) -> None:
    """From the facts to counts by level and promise; the cycles are kept as Parquet."""
    policy, problems = read_policy(POLICY)
    if policy is None:
        raise SystemExit(str(problems))
    calendars = {"office": table_of("office"), "24x7": table_of("always")}
    world = PromiseWorld(alone(policy), {"file": calendars}, Counting.EXACT, LAST_S)
    new_engine = partial(engine_in, counts)
    place = CountPlace(counts, cast(Facts, facts), cast(Book, levels), new_engine)
    counted = ensure_counted(place, world)
    engine = engine_in(counts)
    open_counted(counted, cast(Facts, facts), engine, LAST_S)
    model = counts_model(("level", "clock"))
    engine.materialise(model, {"from_s": 0, "to_s": LAST_S})
    rows = engine.rows(f"SELECT level, clock, met, late, open_late FROM {model.name} ORDER BY ALL")
    (counts / "attainment.txt").write_text("\n".join(map(str, rows)), "utf-8")


def main() -> None:
    made = make_tickets(TICKETS)
    facts, levels = facts_of(made), levels_of(made)
    with TemporaryDirectory() as folder:
        counts = Path(folder)
        found = in_a_process(attainment, facts, levels, counts)
        least = in_a_process(read_and_sort, made, counts)
        print((counts / "attainment.txt").read_text("utf-8"))
    print(f"{TICKETS:,} tickets, facts to attainment            {found}")
    print(f"DuckDB alone, the events read and sorted         {least}")
    print(against("attainment, wall", found.wall_s, LIMIT_S, "s"))
    print(against("attainment, CPU of two cores", found.cpu_s / 2, LIMIT_S, "s"))
    print(against("attainment, peak memory", found.peak_mb, LIMIT_MB, "MB"))
    print(
        against("attainment beside reading and sorting, CPU", found.cpu_s / least.cpu_s, 5, "times")
    )


if __name__ == "__main__":
    main()
