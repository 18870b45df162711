"""Runs: the values of one day, computed once and kept as Parquet beside the facts."""

import hashlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path

import pyarrow as pa

import tierwise
from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.identities import AMBIGUOUS_IDENTITIES, IDENTITIES
from tierwise.facts.tables import (
    APP_EVENTS,
    COSTS,
    CUSTOMERS,
    ORDERS,
    RATES,
    SUBSCRIPTIONS,
    SURVEYS,
    TICKET_EVENTS,
    TICKETS,
)
from tierwise.levels.policy import Policy
from tierwise.value.customer_value import Use
from tierwise.value.forecast import Terms
from tierwise.value.forecast_ladder import Forecaster
from tierwise.value.history import ORDER_HISTORY, UNCONVERTED
from tierwise.value.rfm import RFM_SCORES
from tierwise.value.rfm_groups import group_of
from tierwise.value.serving_costs import UNCOUNTED_COSTS
from tierwise.value.standing import VALUED, standings_model
from tierwise.value.subscription_tables import SUBSCRIPTION_PROBLEMS

from .daily_rates import hold_rates
from .kept_folders import ensure_folder, used_at
from .pipeline import AS_USUAL, value_customers
from .ports import Engine, Facts
from .value_report import ValueReport, read_report, report_of, start_of, written

KEPT_RUNS = 30
REPORT = "value.json"
READ = (
    *(CUSTOMERS, ORDERS, APP_EVENTS, RATES, SUBSCRIPTIONS, COSTS),
    *(TICKETS, TICKET_EVENTS, SURVEYS),
)
KEPT: tuple[Table, ...] = (
    VALUED.output,
    ORDER_HISTORY.output,
    RFM_SCORES.output,
    IDENTITIES.output,
    AMBIGUOUS_IDENTITIES.output,
    UNCONVERTED.output,
    UNCOUNTED_COSTS.output,
    SUBSCRIPTION_PROBLEMS.output,
)
LOOKED_UP = (VALUED.output, IDENTITIES.output)

# Every day on which money is converted lies on one of these or later.

_GROUP_CELLS = Table(
    "rfm_groups",
    "The named group of each of the 125 cells.",
    ("r", "f", "m"),
    (
        Column("r", Kind.COUNT, "Recency score."),
        Column("f", Kind.COUNT, "Frequency score."),
        Column("m", Kind.COUNT, "Monetary score."),
        Column("name", Kind.TEXT, "The group."),
    ),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is of: a day, a currency, and how far its forecasts look."""

    as_of_day: int
    currency: str
    terms: Terms = AS_USUAL


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where the tables of one run lie, and what they were computed from."""

    folder: Path
    facts_id: str
    asked: Asked

    @property
    def as_of_day(self) -> int:
        return self.asked.as_of_day

    @property
    def currency(self) -> str:
        return self.asked.currency

    def file(self, table: Table) -> Path:
        return self.folder / f"{table.name}.parquet"

    def report(self) -> ValueReport:
        return read_report((self.folder / REPORT).read_bytes())


def ensure_run(
    runs: Path, facts: Facts, new_engine: Callable[[], Engine], asked: Asked
) -> RunFolder:
    """The run of a day, computed if the facts or the code have changed since it was kept."""
    kept = [(table.name, table.names) for table in KEPT]
    made_of = f"{tierwise.__version__}|{kept}|{facts.facts_id}|{asked}"
    key = hashlib.sha256(made_of.encode()).hexdigest()[:16]
    run = RunFolder(runs / key, facts.facts_id, asked)
    ensure_folder(run.folder, partial(_compute, run, facts, new_engine), most=KEPT_RUNS)
    return run


def terms_of(policy: Policy) -> Terms:
    """What the policy asks of a forecast."""
    value = policy.value
    return Terms(value.horizon, value.margin, value.discount, round(100 * value.top, 6))


def open_run(run: RunFolder, engine: Engine, use: Use) -> None:
    """Make the kept tables of a run available by their names, and the standings by `use`."""
    for table in KEPT:
        engine.read(table, [run.file(table)])
    engine.materialise(standings_model(use), {})


def _compute(run: RunFolder, facts: Facts, new_engine: Callable[[], Engine], folder: Path) -> None:
    asked = run.asked
    with closing(new_engine()) as engine:
        hold_facts(engine, facts, as_of_day=asked.as_of_day, currency=asked.currency)
        outlook = value_customers(
            engine,
            as_of_day=asked.as_of_day,
            terms=asked.terms,
            start=_newest_fit(run.folder.parent),
        )
        report = report_of(outlook, as_of_day=asked.as_of_day, terms=asked.terms)
        (folder / REPORT).write_bytes(written(report))
        for table in KEPT:
            engine.save(_in_order(table), folder / f"{table.name}.parquet")


def _newest_fit(runs: Path) -> Forecaster | None:
    """What the run that was used last had fitted: the next one cannot be far."""
    reports = sorted(runs.glob(f"*/{REPORT}"), key=lambda file: used_at(file.parent))
    return start_of(read_report(reports[-1].read_bytes())) if reports else None


def _in_order(table: Table) -> str:
    """Where customers are looked up, their rows in order: the engine reads a few of them only."""
    return f"(FROM {table.name} ORDER BY customer_id)" if table in LOOKED_UP else table.name


def hold_facts(engine: Engine, facts: Facts, *, as_of_day: int, currency: str) -> None:
    """Give an engine everything the value models read."""
    for table in READ:
        engine.read(table, facts.files(table.name))
    hold_rates(engine, currency, last_day=as_of_day)
    cells = list(product(range(1, 6), repeat=3))
    r, f, m = (pa.array(scores, pa.int64()) for scores in zip(*cells, strict=True))
    names = pa.array([group_of(*cell) for cell in cells])
    engine.upload(_GROUP_CELLS.name, pa.table({"r": r, "f": f, "m": m, "name": names}))
