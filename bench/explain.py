"""Claim: one customer is explained in 50 ms, at a million customers and ten million orders."""

import statistics
from pathlib import Path
from time import perf_counter

from tierwise.app.project import open_project
from tierwise.app.shop import Shop

from .made_facts import LAST_DAY, make_facts, make_shop, scratch
from .measured import against

ORDERS, CUSTOMERS, LIMIT_MS = 10_000_000, 1_000_000, 50
NOW = LAST_DAY * 86_400


def opened(folder: Path) -> Shop:
    """The shop in a folder, with its run computed and its tables at hand."""
    shop = Shop(open_project(folder), clock=lambda: NOW)
    shop.basis()
    return shop


def explained_ms(shop: Shop, customer: int) -> float:
    """How long one explanation takes."""
    began = perf_counter()
    found = shop.explain(f"C{10_000_000 + customer}")
    took = 1000 * (perf_counter() - began)
    assert found is not None
    assert found.timeline
    return took


def main() -> None:
    with scratch() as folder:
        project = make_shop(folder / "shop", make_facts(folder, ORDERS, CUSTOMERS))
        shop = opened(project.folder)
        first = explained_ms(shop, 4_321)
        later = [explained_ms(shop, number) for number in range(17, CUSTOMERS, 20_000)]
        shop.apply(shop.make_plan("bench").plan.plan_id, "bench")
        shop.basis()
        applied = [explained_ms(shop, number) for number in range(18, CUSTOMERS, 20_000)]
    print(against("explain, first in the process", first, LIMIT_MS, "ms"))
    print(against("explain, median of 50", statistics.median(later), LIMIT_MS, "ms"))
    print(against("explain, slowest of 50", max(later), LIMIT_MS, "ms"))
    print(against("explain, levels in force", statistics.median(applied), LIMIT_MS, "ms"))


if __name__ == "__main__":
    main()
