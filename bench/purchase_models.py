"""Fit and score a million customers, and ten million over three years, in days.

`python -m bench.purchase_models [--large]`. To measure `lifetimes` on the same customers in the
same run, name a Python that has it in TIERWISE_LIFETIMES_PYTHON.
"""

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.made_facts import scratch
from tierwise.value.fitting import Fit, NotFitted
from tierwise.value.purchase_history import Floats, group
from tierwise.value.purchase_model import MODELS, expected_orders, fit_purchases
from tierwise.value.spend_model import expected_spend, fit_spend, spending

MODELS_MEASURED = ("MBG/NBD", "BG/NBD", "Pareto/NBD")
HORIZON = 364  # days
# The published CDNOW parameters of each model, in days.
TRUTH = np.array([0.243, 4.414 * 7, 0.793, 2.426])

# Runs in the Python that has `lifetimes`, as its manual says: customers one by one, defaults.
_RIVAL = """
import json, sys, time, warnings
import numpy as np
warnings.filterwarnings("ignore")
from lifetimes import BetaGeoFitter
rows = np.load(sys.argv[1])
x, t_x, age = rows["x"], rows["t_x"], rows["age"]
begun = time.perf_counter()
fit = BetaGeoFitter().fit(x, t_x, age)
fitted = time.perf_counter()
scores = fit.conditional_expected_number_of_purchases_up_to_time(float(sys.argv[2]), x, t_x, age)
scored = time.perf_counter()
answer = {"fit": fitted - begun, "score": scored - fitted, "total": float(np.sum(scores))}
print(json.dumps({**answer, "parameters": {k: float(v) for k, v in fit.params_.items()}}))
"""


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """Customers with days, and what their orders were worth."""

    x: Floats
    t_x: Floats
    age: Floats
    mean: Floats


def made_base(customers: int, ages: tuple[int, int], seed: int = 1) -> Base:
    """Customers drawn from BG/NBD and Gamma-Gamma whose days are whole."""
    chance = np.random.default_rng(seed)
    age = chance.integers(*ages, size=customers).astype(np.float64)
    x, t_x = MODELS["BG/NBD"].draw_histories(TRUTH, age, chance)
    t_x = np.minimum(np.ceil(t_x), age)
    scale = chance.gamma(3.74, 1 / 15.44, customers)
    mean = np.rint(100 * chance.gamma(6.25 * np.maximum(x, 1)) / np.maximum(x, 1) / scale)
    return Base(x, t_x, age, np.maximum(mean, 1.0))


def measured(base: Base, model: str) -> float:
    """Print the times of one model on a base; the seconds of fit and score."""
    begun = time.perf_counter()
    grouped = group(base.x, base.t_x, base.age)
    put_together = time.perf_counter()
    fit = _fitted(fit_purchases(grouped.history, model))
    fitted = time.perf_counter()
    scores = expected_orders(fit, grouped.history, HORIZON)[grouped.places]
    scored = time.perf_counter()
    print(
        f"  {model:11} group {put_together - begun:6.2f} s ({len(grouped.history.x):,} groups)"
        f"  fit {fitted - put_together:6.2f} s  score {scored - fitted:6.2f} s"
        f"  LL {fit.log_likelihood:.3f}  orders in {HORIZON} days {scores.sum():,.0f}"
    )
    return scored - begun


def measured_spend(base: Base) -> float:
    begun = time.perf_counter()
    known = spending(base.x, base.mean)
    fit = _fitted(fit_spend(known))
    fitted = time.perf_counter()
    expected_spend(fit, known)
    scored = time.perf_counter()
    print(f"  Gamma-Gamma fit {fitted - begun:.2f} s  score {scored - fitted:.2f} s")
    return scored - begun


def rival(base: Base, ours: float) -> None:
    """`lifetimes` on the same customers, if the caller names a Python that has it."""
    python = os.environ.get("TIERWISE_LIFETIMES_PYTHON")
    if not python:
        print("  lifetimes: not measured; TIERWISE_LIFETIMES_PYTHON names no Python that has it")
        return
    with scratch() as folder:
        rows = Path(folder) / "rows.npz"
        np.savez(rows, x=base.x, t_x=base.t_x, age=base.age)
        words = [python, "-c", _RIVAL, str(rows), str(HORIZON)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print("  lifetimes: did not run:", done.stderr.strip().splitlines()[-1])
        return
    told = json.loads(done.stdout.splitlines()[-1])
    theirs = told["fit"] + told["score"]
    print(
        f"  lifetimes   fit {told['fit']:.2f} s  score {told['score']:.2f} s  "
        f"orders {told['total']:,.0f}: {theirs / ours:.0f} times as long as our BG/NBD"
    )


def _fitted(found: Fit | NotFitted) -> Fit:
    if isinstance(found, NotFitted) or not found.converged:
        raise SystemExit(f"not fitted: {found}")
    return found


def main() -> None:
    print("1,000,000 customers of 27 to 39 weeks, in days; asked: fit <= 1 s, score <= 1 s")
    base = made_base(1_000_000, (189, 274))
    took = {model: measured(base, model) for model in MODELS_MEASURED}
    measured_spend(base)
    rival(base, took["BG/NBD"])
    if "--large" in sys.argv:
        print("10,000,000 customers of 3 years, in days; asked: <= 20 s in all, < 2.5 GB")
        base = made_base(10_000_000, (1, 1_096))
        print(f"  {measured(base, 'MBG/NBD') + measured_spend(base):.1f} s in all")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"peak memory {peak:.2f} GB, the made customers included")


if __name__ == "__main__":
    main()
