"""Claim: a whole run, facts to levels, costs at most 1.3 times a script written by hand.

The script does not forecast; ours does, twice: the hold-out of the backtest, and the day's.
"""

from itertools import product
from pathlib import Path

import duckdb

from tierwise.app.project import open_project
from tierwise.app.runs import Asked, ensure_run, open_run
from tierwise.app.shop import Shop
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.decisions import CURRENT_LEVELS, DECISIONS
from tierwise.facts.tables import CUSTOMERS, ORDERS, RATES
from tierwise.levels.decision_model import decision_model
from tierwise.value.customer_value import Use
from tierwise.value.rfm_groups import group_of

from .made_facts import FIRST_DAY, LAST_DAY, make_facts, make_shop, scratch
from .measured import Took, against, alone, middle

ORDERS_MADE, CUSTOMERS_MADE, TURNS, LIMIT = 10_000_000, 1_000_000, 3, 1.3
SCRIPT = Path(__file__).with_name("whole_run.sql").read_text("utf-8")
# Both ways of counting days that a person would think of; the better one is the rival.
RIVALS = {
    "by hand, COUNT(DISTINCT)": "count(DISTINCT bought_day)",
    "by hand, lists of days": "list_unique(list(bought_day))::BIGINT",
}


def run_ours(project: Path, folder: Path) -> None:
    """What `tierwise plan` computes on new facts."""
    shop = Shop(open_project(project), clock=lambda: 0)
    run = ensure_run(folder, shop.facts, new_engine, Asked(LAST_DAY, "EUR"))
    engine = new_engine()
    open_run(run, engine, Use.HISTORIC)
    engine.read(CURRENT_LEVELS, [])
    engine.materialise(decision_model(shop.policy()), {"as_of_day": LAST_DAY})
    engine.save(DECISIONS.name, folder / "decisions.parquet")


def run_by_hand(project: Path, folder: Path, occasions: str) -> None:
    """The same work as one script on one connection."""
    facts = Shop(open_project(project), clock=lambda: 0).facts
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false; SET threads = 2")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("CREATE TABLE groups (r INT, f INT, m INT, name VARCHAR)")
    cells = [(*cell, group_of(*cell)) for cell in product(range(1, 6), repeat=3)]
    connection.executemany("INSERT INTO groups VALUES (?, ?, ?, ?)", cells)
    (orders,), (customers,), (rates,) = (facts.files(t.name) for t in (ORDERS, CUSTOMERS, RATES))
    script = SCRIPT.format(
        orders=orders,
        customers=customers,
        rates=rates,
        folder=folder,
        occasions=occasions,
        first_day=FIRST_DAY,
        as_of_day=LAST_DAY,
    )
    connection.execute(script)


def new_engine() -> DuckDBEngine:
    return DuckDBEngine(threads=2)


def differences(ours: Path, by_hand: Path) -> int:
    """Customers whose level or value differs between the two."""
    standings = next(ours.glob("*/valued_customers.parquet"))
    ((count,),) = duckdb.execute(f"""
        SELECT count(*) FROM '{standings}' AS a FULL JOIN '{by_hand}/standings.parquet' AS b
        USING (customer_id) FULL JOIN '{ours}/decisions.parquet' AS c USING (customer_id)
        FULL JOIN '{by_hand}/decisions.parquet' AS d USING (customer_id)
        WHERE c.level_to IS DISTINCT FROM d.level_to OR a.ltv_minor IS DISTINCT FROM b.ltv_minor
            OR a.occasions IS DISTINCT FROM b.occasions OR a.rfm_group <> b.rfm_group
            OR abs(a.ltv_percentile - b.ltv_percentile) > 1e-9
            OR abs(a.gap_days - b.gap_days) > 1e-9
    """).fetchall()
    return int(count)


def turns(project: Path, folder: Path) -> dict[str, list[Took]]:
    """Ours and the rivals, one after the other, several times."""
    took: dict[str, list[Took]] = {name: [] for name in ("ours", *RIVALS)}
    for turn in range(TURNS):
        ours = _fresh(folder / f"ours{turn}")
        took["ours"].append(alone(run_ours, project, ours))
        for name, occasions in RIVALS.items():
            theirs = _fresh(folder / f"{name}{turn}")
            took[name].append(alone(run_by_hand, project, theirs, occasions))
            print(f"customers that differ from {name}: {differences(ours, theirs)}")
    return took


def main() -> None:
    with scratch() as folder:
        made = make_facts(folder, ORDERS_MADE, CUSTOMERS_MADE)
        took = turns(make_shop(folder / "shop", made).folder, folder)
    medians = {name: middle(runs) for name, runs in took.items()}
    for name, one in medians.items():
        print(f"{name:26}{one}")
    rival = min((medians[name] for name in RIVALS), key=lambda one: one.cpu_s)
    print(against("whole run, wall", medians["ours"].wall_s / rival.wall_s, LIMIT, "times"))
    print(against("whole run, CPU", medians["ours"].cpu_s / rival.cpu_s, LIMIT, "times"))


def _fresh(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
