"""Forecast a million customers, and ten million over three years, from histories to `forecasts`.

`python -m bench.forecasts [--large]`. `bench.purchase_models` has the models alone, and a rival.
"""

import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import scipy.interpolate
import scipy.optimize

from bench.purchase_models import made_base
from tierwise.app.forecasting import fit_day, forecast_day
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.identities import IDENTITIES
from tierwise.facts.tables import COSTS, SUBSCRIPTIONS, TICKETS
from tierwise.value.forecast import Calibration, Terms
from tierwise.value.history import ORDER_HISTORY, RATES_BY_DAY

from .made_facts import scratch
from .measured import against, alone

LAST_DAY, MEMORY = 20_000, "1200MB"
CALIBRATION = Calibration(orders=1.1, worth=0.95)  # not 1, so that the horizon is stretched


def make_histories(file: Path, customers: int, ages: tuple[int, int]) -> None:
    """The order histories of made customers, as a run would keep them."""
    base = made_base(customers, ages)
    occasions = (base.x + 1).astype(np.int64)
    money = (base.mean * occasions).astype(np.int64)
    first = (LAST_DAY - base.age).astype(np.int32)
    nothing = np.zeros(customers, dtype=np.int64)
    columns = dict.fromkeys(ORDER_HISTORY.output.names, nothing) | {
        "customer_id": pa.array(np.arange(customers)).cast(pa.string()),
        "orders": occasions,
        "occasions": occasions,
        "first_day": first,
        "last_day": first + base.t_x.astype(np.int32),
        "ltv_minor": money,
        "recent_minor": money,
    }
    pq.write_table(pa.table(columns), file)


def forecast(file: Path, spill: Path) -> None:
    """Fit and score, and say what each took."""
    engine = DuckDBEngine(spill_folder=spill, memory_limit=MEMORY, threads=2)
    for table in (IDENTITIES.output, COSTS, SUBSCRIPTIONS, TICKETS, RATES_BY_DAY):
        engine.read(table, [])
    engine.read(ORDER_HISTORY.output, [file])
    assert scipy.interpolate
    assert scipy.optimize  # loaded before the clock starts, as all imports
    terms, begun = Terms(), perf_counter()
    fitted, history = fit_day(engine, terms, as_of_day=LAST_DAY)
    done = perf_counter()
    forecast_day(engine, fitted, history, terms, as_of_day=LAST_DAY, calibration=CALIBRATION)
    scored = perf_counter()
    ((money, top),) = engine.rows("SELECT SUM(predicted_minor), SUM(p_top) FROM forecasts")
    found = f"{float(money) / 100:,.0f} predicted, {top:,.0f} at the top"
    print(f"  {fitted.forecaster.model}, {len(history.x):,} states: {found}")
    print(against("  group and fit", done - begun, 1, "s"))
    print(against("  score", scored - done, 1, "s"))


def measured(customers: int, ages: tuple[int, int]) -> None:
    with scratch() as folder:
        file = folder / "order_history.parquet"
        alone(make_histories, file, customers, ages)
        took = alone(forecast, file, folder / "spill")
    print(against("  in all", took.wall_s, 20, "s"))
    print(against("  peak memory", took.peak_mb, 2_500, "MB"))


def main() -> None:
    print("1,000,000 customers of 27 to 39 weeks, in days")
    measured(1_000_000, (189, 274))
    if "--large" in sys.argv:
        print("10,000,000 customers of 3 years, in days; a second each is asked of a million only")
        measured(10_000_000, (1, 1_096))


if __name__ == "__main__":
    main()
