"""Everything measured of tickets, answers, contacts, hours and costs: worked out once and kept."""

import hashlib
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import pyarrow as pa

import tierwise
from tierwise.facts.columns import Table
from tierwise.facts.identities import IDENTITY_MODELS
from tierwise.facts.tables import AGENTS, CUSTOMERS, SURVEYS, TABLES
from tierwise.facts.time import DAY_S, day_of, instant_of
from tierwise.levels.promise_targets import target_of
from tierwise.metrics.attainment_counts import CYCLE_OUTCOMES, TICKET_OUTCOMES
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.measure_tables import MEASURES
from tierwise.metrics.measure_views import PROMISE_MEASURES, PROMISED_SHARES, VIEWS
from tierwise.metrics.measured_columns import LEVEL_TEAMS, LOCAL_DAYS
from tierwise.metrics.nps_steps import NPS_STEPS
from tierwise.metrics.windows import WINDOWS
from tierwise.promises.cycle_table import CLOCK_CYCLES
from tierwise.promises.promise_tables import LEVEL_SPANS, TICKETS_ASKED
from tierwise.promises.ticket_tables import STORY_MODELS

from .daily_rates import hold_rates
from .kept_folders import ensure_folder
from .ports import Engine, Facts
from .promise_runs import Counted, CountPlace
from .promise_world import PromiseWorld
from .wiring import schema_of

KEPT_MEASURES = 6
_QUARTER_S = 900
READ = (SURVEYS, AGENTS, CUSTOMERS)
_MADE = (*MEASURES, NPS_STEPS, CYCLE_OUTCOMES, TICKET_OUTCOMES, *PROMISE_MEASURES)
_COUNTED = (*MEASURES, NPS_STEPS, *PROMISE_MEASURES)
KEPT = tuple(one for one in _COUNTED if "customer" in one.output.names)
_FROM_COUNT = (TICKETS_ASKED.output, LEVEL_SPANS.output, CLOCK_CYCLES)


@dataclass(frozen=True, slots=True)
class Measured:
    """Where the measures of a count lie, one Parquet file each."""

    folder: Path
    counted: Counted

    def file(self, table: Table) -> Path:
        return self.folder / f"{table.name}.parquet"


def ensure_measured(place: CountPlace, world: PromiseWorld, counted: Counted) -> Measured:
    """The measures of a world, worked out if they are not kept yet."""
    folder = place.counts.parent / "measures" / _key(counted)
    ensure_folder(folder, partial(_measure, place, world, counted), most=KEPT_MEASURES)
    return Measured(folder, counted)


def open_measured(measured: Measured, facts: Facts, engine: Engine, world: PromiseWorld) -> None:
    """Make the measures available by the names of their tables, with the views on them."""
    for model in KEPT:
        engine.read(model.output, [measured.file(model.output)])
    for table in READ:
        engine.read(table, facts.files(table.name))
    engine.read(TICKETS_ASKED.output, [measured.counted.file(TICKETS_ASKED.output)])
    _hold_days(engine, world)
    for view in VIEWS:
        engine.materialise(view, {})


def _key(counted: Counted) -> str:
    """What measures and their figures are made of: the count, and how they are made."""
    how = (tierwise.__version__, _MADE, VIEWS, WINDOWS, CATALOGUE)
    return hashlib.sha256(repr((counted.folder.name, how)).encode()).hexdigest()[:16]


def _measure(place: CountPlace, world: PromiseWorld, counted: Counted, folder: Path) -> None:
    with closing(place.new_engine()) as engine:
        for table in TABLES:
            engine.read(table, place.facts.files(table.name))
        for table in _FROM_COUNT:
            engine.read(table, [counted.file(table)])
        for model in (*IDENTITY_MODELS, *STORY_MODELS):
            engine.materialise(model, {})
        hold_rates(engine, world.policy.currency, last_day=world.as_of_s // DAY_S)
        _hold_days(engine, world)
        _hold_teams(engine, world)
        _hold_shares(engine, world)
        given: dict[str, int | str] = {**world.asked_at(), **WINDOWS}
        for model in _MADE:
            engine.materialise(model, {name: given[name] for name in model.parameters})
        for model in KEPT:
            engine.save(model.name, folder / f"{model.name}.parquet")


def _hold_days(engine: Engine, world: PromiseWorld) -> None:
    """The local day of every quarter of an hour of the facts: zones differ by whole quarters."""
    ((first,),) = engine.rows("SELECT MIN(created_s) FROM tickets_asked")
    begins = min(world.as_of_s, int(first or world.as_of_s)) - 2 * DAY_S
    days = range(day_of(begins, world.zone), day_of(world.as_of_s, world.zone) + 2)
    starts = [instant_of(day * DAY_S, world.zone) // _QUARTER_S for day in (*days, days[-1] + 1)]
    lengths = [after - before for before, after in pairwise(starts)]
    columns = {
        "quarter": list(range(starts[0], starts[-1])),
        "day": [day for day, n in zip(days, lengths, strict=True) for _ in range(n)],
    }
    engine.upload(LOCAL_DAYS.name, pa.table(columns, schema_of(LOCAL_DAYS)))


def _hold_teams(engine: Engine, world: PromiseWorld) -> None:
    teams = {name: level.team for name, level in world.policy.levels.items() if level.team}
    rows = {"level": list(teams), "team": list(teams.values())}
    engine.upload(LEVEL_TEAMS.name, pa.table(rows, schema_of(LEVEL_TEAMS)))


def _hold_shares(engine: Engine, world: PromiseWorld) -> None:
    """The share asked of every promise there was, by what decides it."""
    names = PROMISED_SHARES.key
    listed = ", ".join(f"COALESCE({name}, '') AS {name}" for name in names)
    rows = engine.rows(f"SELECT DISTINCT {listed} FROM clock_cycles")
    asked = [(*row, _share(world, *row)) for row in rows]
    known = [row for row in asked if row[-1] is not None]
    columns = {name: [row[at] for row in known] for at, name in enumerate(PROMISED_SHARES.names)}
    engine.upload(PROMISED_SHARES.name, pa.table(columns, schema_of(PROMISED_SHARES)))


def _share(world: PromiseWorld, level: str, clock: str, *terms: str) -> float | None:
    channel, priority = (term or None for term in terms)
    target = target_of(world.policy, level, clock, channel=channel, priority=priority)
    return target.share if target else None
