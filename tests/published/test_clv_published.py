"""Published figures about customer value, against the same data in our hands."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.shop_days import engine_with
from tierwise.connectors.online_retail import SAMPLE, read_online_retail
from tierwise.connectors.reading import ReadOptions, Rows
from tierwise.facts.money import Rate
from tierwise.value.percentiles import top_share

CASES = Path(os.environ.get("TIERWISE_CASES") or Path(__file__).with_name("cases"))
PUBLISHED = json.loads((CASES / "clv_published.json").read_text(encoding="utf-8"))
CONCENTRATION = PUBLISHED["ltv_concentration_refs"]
OF_THE_SHOP = CONCENTRATION["online_retail_II_all_net_of_cancellations"]
DAY_AFTER = 15_320  # 2011-12-12; the sample ends on 2011-12-09


def orders_of_the_shop() -> list[dict[str, Any]]:
    options = ReadOptions(now=DAY_AFTER * 86_400, zone="Europe/London")
    parts = list(read_online_retail(SAMPLE, options))
    return [row for part in parts if isinstance(part, Rows) for row in part.batch.to_pylist()]


@pytest.fixture(scope="module")
def lifetime_values() -> NDArray[np.int64]:
    """What every customer of the sample shop brought in two years, highest first."""
    one_to_one = [Rate("GBP", 0, 1_000_000)]
    engine = engine_with(orders_of_the_shop(), rates=one_to_one, as_of_day=DAY_AFTER)
    rows = engine.rows("SELECT ltv_minor FROM standings WHERE ltv_minor IS NOT NULL")
    return np.sort(np.array([row[0] for row in rows], dtype=np.int64))[::-1]


@pytest.mark.parametrize("top", OF_THE_SHOP)
def test_the_top_bring_the_share_that_was_published(
    top: str, lifetime_values: NDArray[np.int64]
) -> None:
    percent = float(top.removeprefix("top").removesuffix("%"))
    assert top_share(lifetime_values, percent).share == pytest.approx(OF_THE_SHOP[top], abs=0.001)
