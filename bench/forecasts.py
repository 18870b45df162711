"""Forecast a million customers, and ten million over three years, from histories to `forecasts`.

`python -m bench.forecasts [--large]`. `bench.purchase_models` has the models alone, and a rival.
"""

import resource
import sys
import time

import numpy as np
import pyarrow as pa

from bench.purchase_models import made_base
from tierwise.app.forecasting import fit_day, forecast_day
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.identities import IDENTITIES
from tierwise.facts.tables import COSTS, SUBSCRIPTIONS, TICKETS
from tierwise.value.forecast import Calibration, Terms
from tierwise.value.history import ORDER_HISTORY, RATES_BY_DAY

LAST_DAY = 20_000
CALIBRATION = Calibration(orders=1.1, worth=0.95)  # not 1, so that the horizon is stretched


def held_histories(customers: int, ages: tuple[int, int]) -> DuckDBEngine:
    """An engine with the order histories of made customers and nothing else."""
    engine = DuckDBEngine(threads=2)
    for table in (IDENTITIES.output, COSTS, SUBSCRIPTIONS, TICKETS, RATES_BY_DAY):
        engine.read(table, [])
    base = made_base(customers, ages)
    occasions = (base.x + 1).astype(np.int64)
    money = (base.mean * occasions).astype(np.int64)
    first = (LAST_DAY - base.age).astype(np.int32)
    named = {
        "customer_id": pa.array(np.arange(customers)).cast(pa.string()),
        "orders": occasions,
        "occasions": occasions,
        "first_day": first,
        "last_day": first + base.t_x.astype(np.int32),
        "gross_minor": money,
        "ltv_minor": money,
        "recent_minor": money,
    }
    rest = {
        name: np.zeros(customers, dtype=np.int64)
        for name in ORDER_HISTORY.output.names
        if name not in named
    }
    engine.upload(ORDER_HISTORY.name, pa.table(named | rest).select(ORDER_HISTORY.output.names))
    return engine


def measured(engine: DuckDBEngine) -> float:
    """Print what fitting and scoring took; the seconds of both."""
    terms, begun = Terms(), time.perf_counter()
    fitted, history = fit_day(engine, terms, as_of_day=LAST_DAY)
    done = time.perf_counter()
    forecast_day(engine, fitted, history, terms, as_of_day=LAST_DAY, calibration=CALIBRATION)
    scored = time.perf_counter()
    ((customers, money, top),) = engine.rows(
        "SELECT COUNT(*), SUM(predicted_minor), SUM(p_top) FROM forecasts"
    )
    print(
        f"  {fitted.forecaster.model}, {len(history.x):,} states:"
        f"  group and fit {done - begun:.2f} s  score {scored - done:.2f} s"
        f"  ({customers:,} customers, {float(money) / 100:,.0f} predicted, {top:,.0f} at the top)"
    )
    return scored - begun


def main() -> None:
    print("1,000,000 customers of 27 to 39 weeks, in days; asked: fit <= 1 s, score <= 1 s")
    measured(held_histories(1_000_000, (189, 274)))
    if "--large" in sys.argv:
        print("10,000,000 customers of 3 years, in days; asked: <= 20 s in all, < 2.5 GB")
        print(f"  {measured(held_histories(10_000_000, (1, 1_096))):.1f} s in all")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"peak memory {peak:.2f} GB, the made customers included")


if __name__ == "__main__":
    main()
