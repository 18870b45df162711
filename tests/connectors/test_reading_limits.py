"""What happens when a read is killed, and how much memory a large file needs."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tierwise.connectors.fact_store import FactStore, Origin
from tierwise.facts.problems import InputError

KILLS = 24
READ_TWICE_AS_MUCH = """
import sys
from pathlib import Path
from tests.connectors.files import orders
from tierwise.connectors.fact_store import FactStore, Origin
store = FactStore(Path(sys.argv[1]))
for number in range(1, 100):
    for source in ("a", "b"):
        rows = [{"order_id": str(i), "total_minor": number} for i in range(20)]
        store.add(Origin(source, "test", "test.csv", "sha", number), orders(*rows))
        print(number, source, flush=True)
"""
READ_ORDERS = """
import resource, sys
from pathlib import Path
from tests.connectors.files import OPTIONS
from tierwise.connectors.fact_store import FactStore, Origin
from tierwise.connectors.shopify import read_orders
path = Path(sys.argv[1])
store = FactStore(path.parent / "facts")
report = store.add(Origin("shop", "shopify-orders", path.name, "", 0), read_orders(path, OPTIONS))
rows = report.rows.get("orders", 0)
print(rows, store.problem_count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def state(folder: Path) -> set[int]:
    """The numbers of the reading that the orders come from: one reading, never two halves."""
    tables = [pq.read_table(path) for path in FactStore(folder).files("orders")]
    assert sum(table.num_rows for table in tables) in {0, 20}
    return {int(total) for table in tables for total in table.column("total_minor").to_numpy()}


@pytest.mark.slow
def test_a_read_killed_at_any_moment_leaves_the_old_or_the_new_state(tmp_path: Path) -> None:
    chance = random.Random(7)
    for attempt in range(KILLS):
        folder = tmp_path / f"facts-{attempt % 4}"
        with subprocess.Popen(
            [sys.executable, "-c", READ_TWICE_AS_MUCH, str(folder)], stdout=subprocess.PIPE
        ) as reading:
            assert reading.stdout is not None
            reading.stdout.readline()
            time.sleep(chance.uniform(0, 0.3))
            os.kill(reading.pid, signal.SIGKILL)
            reading.communicate()
        assert len(state(folder)) == 1
    # What was killed is swept away by the next change, and only that.
    store = FactStore(folder)
    before = state(folder)
    with pytest.raises(InputError):
        store.add(Origin("nobody", "test", "empty.csv", "sha", 1), ())
    assert state(folder) == before


def peak_kb(path: Path) -> tuple[int, int, int]:
    """Rows, problems and the most memory a read of `path` took."""
    command = [sys.executable, "-c", READ_ORDERS, str(path)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows, problems, peak = map(int, answer.split())
    return rows, problems, peak


def shop(folder: Path, rows: int, total: str) -> Path:
    """An export of `rows` orders of `total` each, and a good one."""
    folder.mkdir()
    path = folder / "orders.csv"
    with path.open("w") as stream:
        stream.write("Name,Email,Financial Status,Currency,Total,Created at,Notes\n")
        for row in range(rows):
            placed = f"2024-03-{1 + row % 28:02d} 10:00:00 +0100"
            address = f"customer{row % 1_000}@example.com"
            stream.write(f"#{row},{address},paid,EUR,{total},{placed},{'a note ' * 20}\n")
        stream.write("#x,a@b.de,paid,EUR,1,2024-03-01 10:00:00 +0100,\n")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("total", ["12.50", "much"], ids=["good rows", "bad rows"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, total: str) -> None:
    few = peak_kb(shop(tmp_path / "small", 50_000, total))
    large = shop(tmp_path / "large", 500_000, total)
    many = peak_kb(large)
    assert sum(many[:2]) == 500_001
    assert large.stat().st_size > 100_000_000
    assert many[2] - few[2] < 100_000
