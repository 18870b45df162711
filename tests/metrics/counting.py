"""What KPIs come to on a few rows in an engine, counted by the models of the catalogue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pyarrow as pa

from tests.shop_days import arrow
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.time import DAY_S
from tierwise.metrics.attainment_counts import CYCLE_OUTCOMES, TICKET_OUTCOMES
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.cells import Cells, batches
from tierwise.metrics.derived import full_scorecard
from tierwise.metrics.desk_tables import TICKET_MEASURES
from tierwise.metrics.figures import Figure
from tierwise.metrics.kinds import How
from tierwise.metrics.measure_views import (
    CLOCK_WAITS,
    PROMISE_OUTCOMES,
    PROMISED_SHARES,
    TICKET_RESULTS,
)
from tierwise.metrics.measured_columns import SLICES
from tierwise.metrics.metric import ALL_THERE_IS, Better, Enough, Group, Metric, Unit
from tierwise.metrics.periods import DayWords, Periods
from tierwise.metrics.sums import Asked
from tierwise.promises.cycle_table import CLOCK_CYCLES

UTC_DAYS = DayWords((), 0)
EVER = Periods(0, 40_000)
THINGS = "things"
_EMPTY = dict.fromkeys(("thing_id", "customer", *(one.name for one in SLICES)))
Row = Mapping[str, Any]


def metric(
    how: How,
    metric_id: str = "x",
    *,
    enough: Enough = ALL_THERE_IS,
    better: Better = Better.UP,
    window_s: int = 0,
) -> Metric:
    """A KPI that shows whatever it comes to."""
    said = (metric_id, metric_id, Group.VOLUME, "", "", Unit.COUNT, better, how, enough, "")
    return Metric(*said, window_s=window_s)


def asked_of(*by: str, periods: Periods = EVER, as_of_s: int, **more: Any) -> Asked:
    """Slices and periods in days of UTC."""
    ends = tuple(min(end * DAY_S, as_of_s) for _, end in periods)
    return Asked(by, periods, UTC_DAYS, ends, **more)


@cache
def _engine() -> DuckDBEngine:
    """One for all: `things` are replaced before anything is asked of them."""
    return DuckDBEngine(threads=1)


def things(rows: Sequence[Row]) -> DuckDBEngine:
    """An engine with the table `things`: rows with a customer, slices and whatever they have."""
    names = dict.fromkeys([*_EMPTY, *(name for row in rows for name in row)])
    columns = {name: [({**_EMPTY, **row}).get(name) for row in rows] for name in names}
    engine = _engine()
    kinds = {name: pa.string() if name in _EMPTY else None for name in names}
    arrays = {name: pa.array(column, kinds[name]) for name, column in columns.items()}
    engine.upload(THINGS, pa.table(arrays))
    return engine


def with_promises(
    cycles: pa.Table, *, as_of_s: int, shares: Sequence[Row] = (), tickets: Sequence[Row] = ()
) -> DuckDBEngine:
    """An engine with the outcomes of clocks; `shares` are rows of `promised_shares`."""
    engine = DuckDBEngine(threads=1)
    engine.upload(CLOCK_CYCLES.name, cycles)
    for table, rows in ((PROMISED_SHARES, shares), (TICKET_MEASURES.output, tickets)):
        empty = dict.fromkeys(table.names)
        engine.upload(table.name, arrow(table, [{**empty, **row} for row in rows]))
    for model in (CYCLE_OUTCOMES, TICKET_OUTCOMES, PROMISE_OUTCOMES, TICKET_RESULTS, CLOCK_WAITS):
        engine.materialise(model, dict.fromkeys(model.parameters, as_of_s))
    return engine


def cells_of(
    engine: DuckDBEngine, metrics: Iterable[Metric], asked: Asked, *, as_of_s: int
) -> Cells:
    """What is counted, without what is made of other figures."""
    cells: Cells = {}
    for batch in batches(metrics, asked):
        given = dict.fromkeys(batch.model.parameters, as_of_s)
        engine.materialise(batch.model, given)
        found = engine.query(f"FROM {batch.model.name}")
        assert tuple(found.column_names) == batch.model.output.names
        cells |= batch.figures(found)
    return cells


def figure(engine: DuckDBEngine, one: Metric | How, *, as_of_s: int) -> Figure:
    """What one KPI comes to over all there is, however little it is."""
    counted = one if isinstance(one, Metric) else metric(one)
    whole = replace(counted, enough=Enough(0, 0))
    asked = asked_of(as_of_s=as_of_s)
    cells = cells_of(engine, [whole], asked, as_of_s=as_of_s)
    known = {whole.id: whole}
    source = frozenset({whole.how.rows.table}) if hasattr(whole.how, "rows") else frozenset()
    full = full_scorecard(cells, known, [()], asked, sources=source, as_of_s=as_of_s)
    return full[whole.id, (), EVER.first_day]


def of_catalogue(engine: DuckDBEngine, metric_id: str, *, as_of_s: int) -> Figure:
    """A KPI of the catalogue over all there is, however little it is."""
    return figure(engine, CATALOGUE[metric_id], as_of_s=as_of_s)
