"""Claim: the whole scorecard of 1e6 tickets by level, channel and week: 15 s and 3 GB on two cores.

All KPIs in all slices and weeks, from measures as Parquet: one row a ticket, answer, contact or
hour. Beside it how long it takes to measure them from raw facts, with the promises counted already
(`bench.attainment` is about those), and how long a page takes from what is kept.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import cast

import duckdb

from tierwise.app.measuring import ensure_measured
from tierwise.app.policies_in_force import alone
from tierwise.app.ports import Book, Facts
from tierwise.app.promise_basis import PromiseBasis
from tierwise.app.promise_runs import Counted, CountPlace, ensure_counted
from tierwise.app.promise_world import PromiseWorld
from tierwise.app.scorecard_answers import metric_of, scorecard_of
from tierwise.app.scorecard_basis import ScoreBasis, open_scores
from tierwise.app.scorecard_weeks import ensure_weeks
from tierwise.levels.policy_text import read_policy
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.promises.counting import Counting

from .attainment import POLICY, MadeFacts, engine_in, facts_of, levels_of
from .made_tickets import FIRST_S, LAST_S, MadeTickets, make_tickets
from .measured import against
from .measured import alone as in_a_process
from .replay import TICKETS, table_of

LIMIT_S, LIMIT_MB, PAGE_MS = 15, 3_000, 300
BY = ("level", "channel")
_YEAR_S = LAST_S - FIRST_S
# Answers to three in ten tickets, a contact to four, agents at work all year, help and costs.
_MADE = {
    "surveys": """
SELECT 'S' || row_number() OVER () AS survey_id, customer_id, ticket_id,
    CASE WHEN h % 4 = 0 THEN 'ces' ELSE 'csat' END AS question, created_at + 90000 AS offered_at,
    CASE WHEN h % 3 = 0 THEN created_at + 100000 + h % 90000 END AS answered_at,
    CASE WHEN h % 3 = 0 THEN CAST(1 + (h // 7) % 5 AS DOUBLE) END AS score,
    CAST(1 AS DOUBLE) AS scale_low, CAST(5 AS DOUBLE) AS scale_high,
    CASE WHEN h % 4 = 0 THEN 'high_is_effort' END AS direction, NULL::VARCHAR AS comment
FROM (SELECT *, CAST(hash(ticket_id) % 1000003 AS BIGINT) AS h FROM '{tickets}') WHERE h % 10 < 9
    AND customer_id IS NOT NULL
""",
    "agent_states": """
SELECT agent_id, 'any' AS channel, 'busy' AS state, created_at + 3600 AS began_at,
    created_at + 4200 AS ended_at, ticket_id
FROM '{tickets}' WHERE agent_id IS NOT NULL
""",
    "help_sessions": """
SELECT 'H' || i AS session_id, 'C' || (hash(i) % 300000) AS customer_id,
    {first} + CAST(hash(i * 3) % {year} AS BIGINT) AS began_at, CAST(1 AS BIGINT) AS searches,
    CAST(hash(i) % 3 AS BIGINT) AS articles, hash(i) % 7 = 0 AS solved
FROM range(200000) AS r(i)
""",
    "live_contacts": """
SELECT 'L' || ticket_id AS contact_id, customer_id, ticket_id, 'phone' AS channel,
    created_at - 60 AS offered_at, CASE WHEN h % 9 > 0 THEN created_at END AS answered_at,
    created_at + 300 AS ended_at, FALSE AS callback
FROM (SELECT *, CAST(hash(ticket_id) % 1000003 AS BIGINT) AS h FROM '{tickets}') WHERE h % 10 < 4
""",
    "costs": """
SELECT 'K' || i AS cost_id, CAST({first} // 86400 + i // 5 AS INTEGER) AS day,
    CAST(100000 + i AS BIGINT) AS amount_minor, 'EUR' AS currency, NULL::VARCHAR AS customer_id,
    NULL::VARCHAR AS ticket_id, ['east', 'west', 'returns', 'billing', 'phone'][1 + i % 5] AS team
FROM range(1800) AS r(i)
""",
    "orders": """
SELECT 'O' || i AS order_id, 'C' || (hash(i) % 300000) AS customer_id, 'purchase' AS kind,
    'paid' AS state, at_s AS placed_at, CAST(at_s // 86400 AS INTEGER) AS placed_day,
    CAST(5000 AS BIGINT) AS total_minor, CAST(0 AS BIGINT) AS refunded_minor,
    CAST(0 AS BIGINT) AS discount_minor, 'EUR' AS currency, 'web' AS channel,
    NULL::VARCHAR AS refers_to
FROM (SELECT i, {first} + CAST(hash(i * 5) % {year} AS BIGINT) AS at_s FROM range(2000000) AS r(i))
""",
}


def whole_facts(made: MadeTickets) -> MadeFacts:
    """The tickets, and all that a scorecard counts beside them, written once."""
    facts = facts_of(made)
    tickets = facts.folder / "facts_tickets.parquet"
    for table, text in _MADE.items():
        file = facts.folder / f"facts_{table}.parquet"
        if not file.exists():
            query = text.format(tickets=tickets, first=FIRST_S, year=_YEAR_S)
            duckdb.sql(f"COPY ({query}) TO '{file}' (FORMAT parquet)")
    return facts


def world_of() -> PromiseWorld:
    policy, problems = read_policy(POLICY)
    if policy is None:
        raise SystemExit(str(problems))
    calendars = {"office": table_of("office"), "24x7": table_of("always")}
    return PromiseWorld(alone(policy), {"file": calendars}, Counting.EXACT, LAST_S)


def place_of(made: MadeTickets, folder: Path) -> CountPlace:
    facts, levels = cast(Facts, whole_facts(made)), cast(Book, levels_of(made))
    return CountPlace(folder / "counts", facts, levels, partial(engine_in, folder))


def opened(place: CountPlace, world: PromiseWorld, counted: Counted) -> ScoreBasis:
    promises = PromiseBasis(world, counted, place.new_engine(), place.new_engine, None)
    return open_scores(promises, ensure_measured(place, world, counted), place.facts)


def count_promises(made: MadeTickets, folder: Path) -> None:
    ensure_counted(place_of(made, folder), world_of())


def measure(made: MadeTickets, folder: Path) -> None:
    place, world = place_of(made, folder), world_of()
    ensure_measured(place, world, ensure_counted(place, world))


def count_all(made: MadeTickets, folder: Path) -> None:
    place, world = place_of(made, folder), world_of()
    basis = opened(place, world, ensure_counted(place, world))
    cells = ensure_weeks(basis, BY)
    (folder / "cells.txt").write_text(f"{len(cells):,}", "utf-8")


def show_pages(made: MadeTickets, folder: Path) -> None:
    """How long the scorecard and the page of a KPI take, the second time and later."""
    place, world = place_of(made, folder), world_of()
    basis = opened(place, world, ensure_counted(place, world))
    asked: dict[str, Callable[[], object]] = {
        "scorecard": partial(scorecard_of, basis, None),
        "one KPI": partial(metric_of, basis, CATALOGUE["t.frt"], None, "channel"),
    }
    lines = []
    for name, ask in asked.items():
        ask()
        begun = perf_counter()
        ask()
        lines.append(f"{name} {1000 * (perf_counter() - begun):.1f}")
    (folder / "pages.txt").write_text("\n".join(lines), "utf-8")


def main() -> None:
    made = make_tickets(TICKETS)
    whole_facts(made)
    with TemporaryDirectory() as name:
        folder = Path(name)
        before = in_a_process(count_promises, made, folder)
        measured = in_a_process(measure, made, folder)
        counted = in_a_process(count_all, made, folder)
        in_a_process(show_pages, made, folder)
        cells, pages = ((folder / file).read_text("utf-8") for file in ("cells.txt", "pages.txt"))
    print(f"promises, counted before                         {before}")
    print(f"every measure                                    {measured}")
    print(f"{cells} figures by level, channel and week      {counted}")
    print(against("scorecard from measures, wall", counted.wall_s, LIMIT_S, "s"))
    print(against("scorecard from measures, CPU of two cores", counted.cpu_s / 2, LIMIT_S, "s"))
    wall = measured.wall_s + counted.wall_s
    print(against("scorecard from raw facts, wall", wall, LIMIT_S, "s"))
    print(against("scorecard, peak memory", max(measured.peak_mb, counted.peak_mb), LIMIT_MB, "MB"))
    for page in pages.splitlines():
        what, took = page.rsplit(" ", 1)
        print(against(f"{what}, from what is kept", float(took), PAGE_MS, "ms"))


if __name__ == "__main__":
    main()
