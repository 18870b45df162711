"""Claim: RFM and percentiles of 1e8 orders, 1e7 customers: 30 s and 2 GB on two cores."""

from pathlib import Path

import pyarrow as pa

from tierwise.app.pipeline import HISTORY
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.connectors.fact_overlaps import Overlaps
from tierwise.facts.identities import IDENTITIES
from tierwise.facts.money import Rate
from tierwise.facts.tables import ORDERS, RATES
from tierwise.value.history import HALF_LIFE_DAYS, ORDER_HISTORY, RATES_BY_DAY, daily_rates
from tierwise.value.percentiles import LTV_PERCENTILES
from tierwise.value.rfm import RFM_SCORES

from .made_facts import FIRST_DAY, LAST_DAY, MadeFacts, make_facts, scratch
from .measured import Took, against, alone

ORDERS_MADE, CUSTOMERS_MADE = 100_000_000, 10_000_000
LIMIT_S, LIMIT_MB, MEMORY = 30, 2_000, "1500MB"
SCORES = (LTV_PERCENTILES, RFM_SCORES)
GIVEN: dict[str, int | str] = {"as_of_day": LAST_DAY, "half_life": HALF_LIFE_DAYS}


def put_in_order(spill: Path, orders: Path, target: Path) -> None:
    """What the fact store does once, when it reads: a customer's orders side by side."""
    overlaps = Overlaps(spill)
    overlaps.write_by_customer(ORDERS, orders, target)
    overlaps.close()


def value(made: MadeFacts, spill: Path, history: Path | None) -> None:
    """Orders to history, percentiles and RFM scores; the history is kept where it is asked for."""
    engine = DuckDBEngine(spill_folder=spill, memory_limit=MEMORY, threads=2)
    engine.read(ORDERS, made.orders)
    engine.read(RATES, [made.rates])
    engine.read(IDENTITIES.output, [])
    given = [Rate(*row) for row in engine.rows("SELECT currency, day, rate_ppm FROM rates")]
    columns = daily_rates(given, "EUR", first_day=FIRST_DAY, last_day=LAST_DAY)
    engine.upload(RATES_BY_DAY.name, pa.table(list(columns), names=list(RATES_BY_DAY.names)))
    for model in (*HISTORY, *SCORES):
        engine.materialise(model, GIVEN)
    if history:
        engine.save(ORDER_HISTORY.name, history)


def score(history: Path, spill: Path) -> None:
    """Percentiles and RFM scores from a history that is there already."""
    engine = DuckDBEngine(spill_folder=spill, memory_limit=MEMORY, threads=2)
    engine.read(ORDER_HISTORY.output, [history])
    for model in SCORES:
        engine.materialise(model, GIVEN)


def told(name: str, took: Took) -> None:
    print(f"{name:44}{took}")


def main() -> None:
    with scratch() as folder:
        spill, ordered, history = (folder / n for n in ("spill", "o.parquet", "h.parquet"))
        made = make_facts(folder, ORDERS_MADE, CUSTOMERS_MADE)
        every_file = folder / "orders.*.parquet"
        told(
            "once, at reading: orders put in order", alone(put_in_order, spill, every_file, ordered)
        )
        sorted_facts = MadeFacts((ordered,), made.customers, made.rates)
        found = alone(value, sorted_facts, spill, None)
        told("orders to history, percentiles, RFM", found)
        alone(value, sorted_facts, spill, history)
        told("history to percentiles, RFM", alone(score, history, spill))
    print(against("RFM on 1e8 orders, wall", found.wall_s, LIMIT_S, "s"))
    print(against("RFM on 1e8 orders, CPU of two cores", found.cpu_s / 2, LIMIT_S, "s"))
    print(against("RFM on 1e8 orders, peak memory", found.peak_mb, LIMIT_MB, "MB"))


if __name__ == "__main__":
    main()
