"""Runs: the values of one day, computed once and kept as Parquet beside the facts."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import mkdtemp

import pyarrow as pa

import tierwise
from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.identities import AMBIGUOUS_IDENTITIES, IDENTITIES
from tierwise.facts.money import Rate
from tierwise.facts.tables import APP_EVENTS, CUSTOMERS, ORDERS, RATES
from tierwise.value.history import ORDER_HISTORY, RATES_BY_DAY, UNCONVERTED, daily_rates
from tierwise.value.rfm import RFM_SCORES
from tierwise.value.rfm_groups import group_of
from tierwise.value.standing import STANDING

from .pipeline import value_customers
from .ports import Engine, Facts

KEPT_RUNS = 30
DRAFT = "draft-"
KEPT: tuple[Table, ...] = (
    STANDING,
    ORDER_HISTORY.output,
    RFM_SCORES.output,
    IDENTITIES.output,
    AMBIGUOUS_IDENTITIES.output,
    UNCONVERTED.output,
)
LOOKED_UP = (STANDING, IDENTITIES.output)

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
class RunFolder:
    """Where the tables of one run lie, and what they were computed from."""

    folder: Path
    facts_id: str
    as_of_day: int
    currency: str

    def file(self, table: Table) -> Path:
        return self.folder / f"{table.name}.parquet"


def ensure_run(
    runs: Path, facts: Facts, new_engine: Callable[[], Engine], *, as_of_day: int, currency: str
) -> RunFolder:
    """The run of a day, computed if the facts or the code have changed since it was kept."""
    made_of = f"{tierwise.__version__}|{facts.facts_id}|{as_of_day}|{currency}"
    key = hashlib.sha256(made_of.encode()).hexdigest()[:16]
    run = RunFolder(runs / key, facts.facts_id, as_of_day, currency)
    if not run.folder.exists():
        _compute(run, facts, new_engine)
        _sweep(runs)
    run.folder.touch()
    return run


def _sweep(runs: Path) -> None:
    """Forget runs that were not used for the longest; they can be computed again."""
    ages = [(_used_at(folder), folder) for folder in runs.iterdir()]
    for _, folder in sorted(ages, reverse=True)[KEPT_RUNS:]:
        shutil.rmtree(folder, ignore_errors=True)


def _used_at(folder: Path) -> float:
    """When a run was last used; another process may have taken it away just now."""
    return folder.stat().st_mtime if folder.exists() else 0.0


def open_run(run: RunFolder, engine: Engine) -> None:
    """Make the kept tables of a run available by their names."""
    for table in KEPT:
        engine.read(table, [run.file(table)])


def _compute(run: RunFolder, facts: Facts, new_engine: Callable[[], Engine]) -> None:
    run.folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(mkdtemp(prefix=DRAFT, dir=run.folder.parent))
    engine = new_engine()
    try:
        hold_facts(engine, facts, as_of_day=run.as_of_day, currency=run.currency)
        value_customers(engine, as_of_day=run.as_of_day)
        for table in KEPT:
            engine.save(_in_order(table), draft / f"{table.name}.parquet")
        draft.replace(run.folder)
    except OSError:
        # Another process kept the same run first; its tables are the same.
        if not run.folder.exists():
            raise
    finally:
        engine.close()
        shutil.rmtree(draft, ignore_errors=True)


def _in_order(table: Table) -> str:
    """Where customers are looked up, their rows in order: the engine reads a few of them only."""
    return f"(FROM {table.name} ORDER BY customer_id)" if table in LOOKED_UP else table.name


def hold_facts(engine: Engine, facts: Facts, *, as_of_day: int, currency: str) -> None:
    """Give an engine everything the value models read."""
    for table in (CUSTOMERS, ORDERS, APP_EVENTS, RATES):
        engine.read(table, facts.files(table.name))
    ((first,),) = engine.rows("SELECT MIN(placed_day) FROM orders")
    given = [Rate(*row) for row in engine.rows("SELECT currency, day, rate_ppm FROM rates")]
    columns = daily_rates(given, currency, first_day=first or 0, last_day=as_of_day)
    engine.upload(RATES_BY_DAY.name, pa.table(list(columns), names=list(RATES_BY_DAY.names)))
    cells = list(product(range(1, 6), repeat=3))
    r, f, m = (pa.array(scores, pa.int64()) for scores in zip(*cells, strict=True))
    names = pa.array([group_of(*cell) for cell in cells])
    engine.upload(_GROUP_CELLS.name, pa.table({"r": r, "f": f, "m": m, "name": names}))
