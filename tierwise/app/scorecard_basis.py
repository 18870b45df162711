"""Scorecards of one state of the world: figures by slices and periods, counted once and kept."""

from collections.abc import Hashable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tierwise.facts.tables import TABLES
from tierwise.facts.time import DAY_S, instant_of
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.cells import Cells, batches
from tierwise.metrics.derived import full_scorecard, why_never
from tierwise.metrics.measure_views import VIEWS
from tierwise.metrics.periods import Periods, day_words
from tierwise.metrics.scorecard import SCORECARD, cells_of, scorecard_table
from tierwise.metrics.slices import Key
from tierwise.metrics.sums import Asked

from .aims import aims_of
from .kept_folders import used_at, write_whole
from .measuring import KEPT, Measured, open_measured
from .ports import Engine, Facts
from .promise_basis import PromiseBasis
from .wiring import schema_of

USUAL_DAYS = 28
# Whoever asks for ever other days makes ever other figures: the ones asked for last are kept.
MOST_HELD, MOST_KEPT = 48, 240


@dataclass(frozen=True, slots=True)
class ScoreBasis:
    """Measures opened in an engine of their own, beside the promises they belong to.

    `sources` are the tables of facts and of measures with any row, `aims` the targets by level and
    KPI, `held` the figures that were read last.
    """

    promises: PromiseBasis
    measured: Measured
    engine: Engine
    first_s: int
    sources: frozenset[str]
    aims: Mapping[tuple[str | None, str], float]
    held: dict[Hashable, Cells] = field(default_factory=dict)

    def close(self) -> None:
        self.engine.close()

    def names_of(self, slice_by: str) -> dict[str, str]:
        """What the values of a slice are called, where that is not what they are."""
        if slice_by != "agent_id":
            return {}
        rows = self.engine.rows("SELECT agent_id, name FROM agents")
        return {str(agent_id): str(name) for agent_id, name in rows}

    def asked(
        self, by: Iterable[str], periods: Periods, only: tuple[int, ...] | None = None
    ) -> Asked:
        """What is counted, in the days of the policy's zone."""
        world = self.promises.world
        days = day_words(world.zone, self.first_s - DAY_S, world.as_of_s + DAY_S)
        ends = tuple(min(instant_of(end * DAY_S, world.zone), world.as_of_s) for _, end in periods)
        return Asked(tuple(by), periods, days, ends, only)


def open_scores(promises: PromiseBasis, measured: Measured, facts: Facts) -> ScoreBasis:
    """The measures of a count, opened beside it."""
    engine = promises.new_engine()
    open_measured(measured, facts, engine, promises.world)
    names = [model.name for model in (*KEPT, *VIEWS)]
    listed = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names
    )
    read = {table.name for table in TABLES if facts.files(table.name)}
    sources = frozenset(read | {str(name) for (name,) in engine.rows(listed)})
    ((first,),) = engine.rows("SELECT MIN(created_s) FROM ticket_measures")
    aims, _ = aims_of(promises.policy)
    targets: dict[tuple[str | None, str], float] = {
        (one.level, one.metric): one.target for one in aims
    }
    as_of_s = promises.world.as_of_s
    return ScoreBasis(promises, measured, engine, int(first or as_of_s), sources, targets)


def ensure_cells(basis: ScoreBasis, by: tuple[str, ...], periods: Periods) -> Cells:
    """The whole catalogue by these slices in these periods, counted if it is not kept yet."""
    name = f"{'_'.join(by) or 'all'}_{periods.first_day}_{periods.days}_{periods.count}"
    file = basis.measured.folder / f"cells_{name}.parquet"
    if not file.exists():
        write_cells(count_cells(basis, basis.asked(by, periods)), by, file)
        forget_files(basis.measured.folder, MOST_KEPT)
    return read_cells(basis, by, file)


def forget_files(folder: Path, most: int) -> None:
    """Take away figures of periods counted longest ago; they can be counted again."""
    kept = sorted(folder.glob("cells_*.parquet"), key=used_at, reverse=True)
    for file in kept[most:]:
        file.unlink(missing_ok=True)


def read_cells(basis: ScoreBasis, by: tuple[str, ...], file: Path) -> Cells:
    """Figures that were written, read once."""
    found = basis.held.pop(file, None) or cells_of(pq.read_table(file), by)
    basis.held[file] = found
    if len(basis.held) > MOST_HELD:
        del basis.held[next(iter(basis.held))]
    return found


def write_cells(cells: Cells, by: tuple[str, ...], file: Path) -> None:
    """There whole or not at all."""
    table: pa.Table = scorecard_table(cells, by, schema_of(SCORECARD))
    write_whole(file, partial(pq.write_table, table))


def count_cells(basis: ScoreBasis, asked: Asked) -> Cells:
    """Every figure of the catalogue for the slices that there are."""
    return completed(basis, counted_cells(basis, asked), asked)


def completed(basis: ScoreBasis, cells: Cells, asked: Asked) -> Cells:
    """Every KPI of every slice of which anything is known, and of all levels of the policy."""
    levels: list[Key] = [(name,) for name in basis.promises.policy.names]
    always: Mapping[tuple[str, ...], list[Key]] = {(): [()], ("level",): levels}
    known = [key for (_, key, _), figure in cells.items() if figure.n]
    keys = dict.fromkeys([*always.get(asked.by, ()), *known])
    as_of_s = basis.promises.world.as_of_s
    return full_scorecard(cells, CATALOGUE, keys, asked, sources=basis.sources, as_of_s=as_of_s)


def counted_cells(basis: ScoreBasis, asked: Asked) -> Cells:
    """What is counted of it, without what is made of other figures.

    While the engine works on an answer, figures are made of the one before.
    """
    given: dict[str, int | str] = {"as_of_s": basis.promises.world.as_of_s}
    every = CATALOGUE.values()
    wanted = [one for one in every if not why_never(one, CATALOGUE, asked, basis.sources)]
    made: list[Future[Cells]] = []
    with ThreadPoolExecutor(max_workers=1) as beside:
        for batch in batches(wanted, asked):
            basis.engine.materialise(batch.model, given)
            answer = basis.engine.query(f"SELECT * FROM {batch.model.name}")
            made.append(beside.submit(batch.figures, answer))
    cells: Cells = {}
    for one in made:
        cells |= one.result()
    return cells
