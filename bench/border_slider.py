"""Claim: a moved border is answered in 50 ms, at a million customers."""

import statistics
from time import perf_counter

from tierwise.app.project import open_project
from tierwise.app.shop import Shop

from .made_facts import LAST_DAY, make_facts, make_shop, scratch
from .measured import against

ORDERS, CUSTOMERS, LIMIT_MS = 3_000_000, 1_000_000, 50
NOW = LAST_DAY * 86_400


def moved_ms(shop: Shop, border: float) -> float:
    """How long the answer for one position of the slider takes."""
    began = perf_counter()
    shop.move_border("premium", border)
    return 1000 * (perf_counter() - began)


def slides_ms(shop: Shop) -> tuple[float, list[float]]:
    """The first position, and those after it."""
    return moved_ms(shop, 91), [moved_ms(shop, 60 + step) for step in range(39)]


def main() -> None:
    with scratch() as folder:
        project = make_shop(folder / "shop", make_facts(folder, ORDERS, CUSTOMERS))
        shop = Shop(open_project(project.folder), clock=lambda: NOW)
        shop.basis()
        first, later = slides_ms(shop)
        shop.apply(shop.make_plan("bench").plan.plan_id, "bench")
        shop.basis()
        first_applied, applied = slides_ms(shop)
    print(against("slider, median of 39", statistics.median(later), LIMIT_MS, "ms"))
    print(against("slider, slowest of 39", max(later), LIMIT_MS, "ms"))
    print(against("slider, levels in force", statistics.median(applied), LIMIT_MS, "ms"))
    print(f"the first position also pairs everybody: {first:.0f} ms; {first_applied:.0f} ms later")


if __name__ == "__main__":
    main()
