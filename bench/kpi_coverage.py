"""How near KPIs come to known truth, and how often their intervals hold it.

`python -m bench.kpi_coverage`: rows 2–7 and 9–13 of the ground-truth test plan, from fixed seeds.
Each line has what was asked (± what chance may do in so many rounds) and what was seen; controls
are estimators known to fail, which have to.
"""

import sys
import time

import numpy as np

from tests.metrics.kpi_truth import ROWS, Row
from tests.metrics.kpi_truth_work import WORK_ROWS

ROUNDS = 2_000  # each row takes a part or a multiple of it, as its draws cost
SEED = 1


def missed(row: Row, rounds: int) -> int:
    """Print what a row saw; how many of its lines are not as asked."""
    begun, told = time.perf_counter(), []
    for seen in row(rounds, np.random.default_rng(SEED)):
        print(seen)
        told.append(seen)
    print(f"     {row.__name__}: {time.perf_counter() - begun:.1f} s")
    return sum(not seen.holds for seen in told)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    print(f" row {'estimator':64} {'asked':20}     seen")
    total = sum(missed(row, rounds) for row in (*ROWS, *WORK_ROWS))
    print(f"{total} not as asked")


if __name__ == "__main__":
    main()
