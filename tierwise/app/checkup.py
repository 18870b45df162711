"""The doctor: what is in order, what is not, and what to do about it."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa

from tierwise.facts.findings import Finding
from tierwise.facts.problems import InputError, Problem, TierwiseError
from tierwise.facts.tables import ORDERS

from . import words
from .aims import placed_aims
from .data_answers import unsettled_problems
from .project import Project, open_project
from .shop import Shop
from .wiring import make_engine

STALE_S = 2 * 86_400
SHOWN_UNSETTLED = 5


# See docs/decisions/0001-engine.md.
_COUNTED = """
WITH joined AS (
    SELECT b.k, CASE WHEN b.n = 1 THEN 1 ELSE 0 END AS n
    FROM bought b LEFT JOIN no_rates r ON r.currency = b.currency
    WHERE b.currency = 'EUR' OR r.rate IS NOT NULL
),
days AS (SELECT k, SUM(n) AS n FROM joined GROUP BY k)
SELECT SUM(CASE WHEN n > 0 THEN 1 ELSE 0 END) FROM days
"""


def checkup(folder: Path, now: int) -> Iterator[Finding]:
    """Look at everything a run needs; stops where nothing further can be looked at."""
    try:
        project = open_project(folder)
        yield Finding("ok", "project", str(folder))
        shop = Shop(project, clock=lambda: now)
        yield Finding("ok", "book", f"reached, {shop.book.head()} changes so far")
    except TierwiseError as error:
        yield Finding("fail", "project", str(error))
        return
    yield _engine(project)
    policy = tuple(_policy(shop))
    yield from policy
    yield from _facts(shop, now)
    if all(found.verdict == "ok" for found in policy):
        yield from _targets(shop)
        problems = (*_unsettled(shop), *_of_tickets(shop))
        yield from (Finding("warn", "facts", str(problem)) for problem in problems)


def _engine(project: Project) -> Finding:
    """Counts three purchases beside an empty table, which DuckDB 2.0.0 gets wrong."""
    engine = make_engine(project)
    engine.upload("bought", pa.table({"k": [1, 2, 3], "currency": ["EUR"] * 3, "n": [1, 1, 1]}))
    nothing = {"currency": pa.array([], pa.string()), "rate": pa.array([], pa.int64())}
    engine.upload("no_rates", pa.table(nothing))
    ((counted,),) = engine.rows(_COUNTED)
    engine.close()
    if counted == 3:
        return Finding("ok", "engine", "counts right")
    return Finding("fail", "engine", "this DuckDB counts wrongly", "install the locked version")


def _policy(shop: Shop) -> Iterator[Finding]:
    try:
        levels = ", ".join(shop.policy().names)
        yield Finding("ok", "policy", f"levels {levels}")
    except InputError as error:
        yield from (Finding("fail", "policy", str(problem)) for problem in error.problems)


def _targets(shop: Shop) -> Iterator[Finding]:
    """Targets that no KPI answers: everything else works, but nobody would hear of them."""
    file = shop.project.policy_file.name
    for problem in placed_aims(shop.policy(), shop.policy_text(), file):
        yield Finding("warn", "policy", str(problem))


def _facts(shop: Shop, now: int) -> Iterator[Finding]:
    batches = shop.facts.sources()
    if not batches:
        step = "read some with `tierwise read FILE --as READER`"
        yield Finding("fail", "facts", "no source was read yet", step)
    for batch in batches:
        rows = ", ".join(
            f"{words.count(table.rows)} {name}" for name, table in batch.tables.items()
        )
        age = words.age(now - batch.read_at)
        stale = now - batch.read_at > STALE_S
        step = "read it again when the shop has new orders" if stale else ""
        yield Finding("warn" if stale else "ok", "facts", f"{batch.source}: {rows}, {age}", step)
        if batch.problems:
            text = f"{batch.source}: {words.count(batch.problems)} rows with problems"
            yield Finding("warn", "facts", text, "see the Data page")


def _unsettled(shop: Shop) -> tuple[Problem, ...]:
    """What the run could not settle, the first few."""
    if not shop.facts.files(ORDERS.name):
        return ()
    return tuple(islice(unsettled_problems(shop.basis().engine), SHOWN_UNSETTLED))


def _of_tickets(shop: Shop) -> tuple[Problem, ...]:
    """What is wrong with tickets, the first few."""
    return shop.ticket_problems(SHOWN_UNSETTLED) if shop.has_tickets() else ()
