"""RFM scores and groups: equal customers stay together, every cell has one group."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shop_days import engine_with, order, standings
from tierwise.value.rfm_groups import GROUP_NAMES, PROSPECTS, RFM_GROUPS, group_of

CELLS = list(product(range(1, 6), repeat=3))


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_every_cell_has_exactly_one_group(cell: tuple[int, int, int]) -> None:
    r, f, m = cell
    boxes = [group for group in RFM_GROUPS if r in group.r and f in group.f and m in group.m]
    assert len(boxes) == 1
    assert group_of(r, f, m) == boxes[0].name


def test_the_groups_that_users_ask_for_are_there() -> None:
    assert {"Top Customers", "Loyal Customers", "High Potentials", PROSPECTS} <= set(GROUP_NAMES)


def test_one_time_buyers_do_not_swallow_the_scale() -> None:
    """Half bought once: quantiles would leave two bins, 1 and 5; fixed cuts leave five."""
    times = [1] * 50 + [2] * 20 + [3] * 10 + [5] * 10 + [9] * 10
    rows = [
        order(f"c{i:03}", day, 100 + i) for i, often in enumerate(times) for day in range(often)
    ]
    engine = engine_with(rows)
    scores = [row["rfm_f"] for _, row in sorted(standings(engine).items())]
    assert [scores[i] for i in (0, 49, 50, 70, 80, 90)] == [1, 1, 2, 3, 4, 5]
    assert engine.rows("SELECT DISTINCT fixed_cuts FROM rfm_scores") == [(True,)]


def test_five_even_fifths() -> None:
    rows = [order(f"c{i}", day, 100) for i in range(10) for day in range(i + 1)]
    engine = engine_with(rows)
    valued = standings(engine)
    assert [valued[f"c{i}"]["rfm_f"] for i in range(10)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert [valued[f"c{i}"]["rfm_m"] for i in range(10)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert engine.rows("SELECT DISTINCT fixed_cuts FROM rfm_scores") == [(False,)]


buyers = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 5)), min_size=1, max_size=30)


@settings(max_examples=25, deadline=None)
@given(buyers)
def test_equal_customers_get_equal_scores_and_better_ones_no_worse(
    rows: list[tuple[int, int]],
) -> None:
    valued = standings(engine_with([order(f"c{i}", *row) for i, row in enumerate(rows)]))
    for (i, (day, total)), (j, (other_day, other)) in product(enumerate(rows), repeat=2):
        a, b = valued[f"c{i}"], valued[f"c{j}"]
        assert (a["rfm_r"] <= b["rfm_r"]) or day > other_day
        assert (a["rfm_m"] <= b["rfm_m"]) or total > other
        assert (a["ltv_percentile"] <= b["ltv_percentile"]) or total > other
