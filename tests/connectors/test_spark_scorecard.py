"""Every model behind the figures on Spark and on DuckDB, over what is measured of the sample."""

from collections.abc import Iterator, Mapping
from math import isclose
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.spark_sessions import local_spark
from tests.sample_shops import looked_at
from tierwise.app.scorecard_basis import ScoreBasis
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.models import SqlModel
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.cells import batches
from tierwise.metrics.periods import Periods
from tierwise.metrics.rows_behind import rows_model
from tierwise.metrics.sums import Asked

pytestmark = [pytest.mark.spark, pytest.mark.slow]

DIGITS = 1e-9
WEEKS = Periods(15_285, 7, 4)
CUTS: tuple[tuple[str, ...], ...] = ((), ("level", "team"))
# One KPI of each kind: their rows are asked alike.
OF_EACH_KIND = {type(one.how): one for one in CATALOGUE.values()}


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with local_spark() as one:
        yield one


@pytest.fixture(scope="module")
def basis(sample: Path) -> ScoreBasis:
    return looked_at(sample).score_basis()


def models(basis: ScoreBasis) -> Iterator[SqlModel]:
    """What is asked for figures by several slices, and for the rows behind them."""
    for by in CUTS:
        for batch in batches(CATALOGUE.values(), basis.asked(by, WEEKS)):
            yield batch.model
    month: Asked = basis.asked((), Periods(15_290, 28))
    for one in OF_EACH_KIND.values():
        behind = rows_model(one, CATALOGUE, month)
        if behind:
            yield behind


def held(engine: Any, basis: ScoreBasis, wanted: list[SqlModel]) -> Any:
    """The engine with all that the models read."""
    for name in dict.fromkeys(table for model in wanted for table in model.reads):
        engine.upload(name, basis.engine.query(f"SELECT * FROM {name}"))
    return engine


def rows_of(engine: Any, model: SqlModel, as_of_s: int) -> list[Mapping[str, Any]]:
    """The rows in an order that hangs on no digit that may differ."""
    engine.materialise(model, dict.fromkeys(model.parameters, as_of_s))
    names = ", ".join(model.output.names)
    found = engine.query(f"SELECT {names} FROM {model.name}").to_pylist()
    return sorted(found, key=_place)


def _place(row: Mapping[str, Any]) -> tuple[str, ...]:
    cells = (row[name] for name in sorted(row))
    return tuple(f"{one:.6g}" if isinstance(one, float) else str(one) for one in cells)


def is_same(one: Any, other: Any) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        known = one is not None and other is not None
        return known and isclose(one, other, rel_tol=DIGITS, abs_tol=DIGITS)
    return bool(one == other)


def test_every_row_and_number_is_equal(session: Any, basis: ScoreBasis, tmp_path: Path) -> None:
    from tierwise.connectors.spark_engine import SparkEngine

    wanted, as_of_s = list(models(basis)), basis.promises.world.as_of_s
    here = held(DuckDBEngine(), basis, wanted)
    there = held(SparkEngine(session, tmp_path), basis, wanted)
    compared = 0
    for model in wanted:
        ours, theirs = (rows_of(engine, model, as_of_s) for engine in (here, there))
        assert len(ours) == len(theirs), model.name
        for mine, other in zip(ours, theirs, strict=True):
            wrong = {name for name in mine if not is_same(mine[name], other[name])}
            assert not wrong, (model.name, {name: (mine[name], other[name]) for name in wrong})
        compared += len(ours)
    assert compared > 1_000
