"""kill -9 in the middle of read, apply or undo: the old state or the new one, never half."""

import json
import time
from pathlib import Path

import pytest

from .exports import order_row, shopify_orders
from .terminal import Terminal

pytestmark = pytest.mark.slow

CUSTOMERS = 3_000


@pytest.fixture
def ready(shop: Terminal, tmp_path: Path) -> Terminal:
    """A shop with a plan that waits to be applied."""
    rows = [order_row(i, f"c{i}@x.org", f"{i + 1}.00", "2026-01-05") for i in range(CUSTOMERS)]
    assert (
        shop("read", shopify_orders(tmp_path / "a.csv", *rows), "--as", "shopify-orders").code == 0
    )
    assert shop("plan").code == 0
    return shop


def orders(shop: Terminal) -> int:
    return sum(
        row["orders"] for row in json.loads(shop("value", "--limit", 9_999, "--json").out)["rows"]
    )


def levels(shop: Terminal) -> int:
    rows = json.loads(shop("value", "--limit", 9_999, "--json").out)["rows"]
    return sum(row["level"] is not None for row in rows)


def begun_and_killed(shop: Terminal, after_s: float, *words: object) -> None:
    process = shop.begin(*words)
    time.sleep(after_s)
    process.kill()
    process.wait()


DELAYS_S = (0.25, 0.4, 0.5, 0.6, 0.75, 1.0)


def test_read(ready: Terminal, tmp_path: Path) -> None:
    rows = [order_row(9_000 + i, f"c{i}@x.org", "1.00", "2026-01-06") for i in range(CUSTOMERS)]
    more = shopify_orders(tmp_path / "b.csv", *rows)
    for delay in DELAYS_S:
        begun_and_killed(ready, delay, "read", more, "--as", "shopify-orders")
        assert orders(ready) in {CUSTOMERS, 2 * CUSTOMERS}
    assert ready("read", more, "--as", "shopify-orders").code == 0
    assert orders(ready) == 2 * CUSTOMERS


def test_apply_and_undo(ready: Terminal) -> None:
    for delay in DELAYS_S:
        begun_and_killed(ready, delay, "apply", "p1")
        assert levels(ready) in {0, CUSTOMERS}
    ready("apply", "p1")
    assert levels(ready) == CUSTOMERS
    for delay in DELAYS_S:
        begun_and_killed(ready, delay, "undo", "a1")
        assert levels(ready) in {0, CUSTOMERS}
    ready("undo", "a1")
    assert levels(ready) == 0
    assert ready("doctor").code == 0
