"""Rows in groups: which group each row is of, and quantiles of each group at once."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.metrics.quantiles import quantile
from tierwise.metrics.slices import group_quantiles, grouped

LEVELS = st.sampled_from(["vip", "plus", None])


@given(st.lists(st.tuples(LEVELS, LEVELS, st.integers(0, 3)), min_size=1, max_size=40))
def test_each_row_is_of_the_group_with_its_values(rows: list[tuple[object, ...]]) -> None:
    names = ("level", "team", "day")
    columns = list(zip(*rows, strict=True))
    types = (pa.string(), pa.string(), pa.int64())
    table = pa.table(
        {
            name: pa.array(column, kind)
            for name, column, kind in zip(names, columns, types, strict=True)
        }
    )
    group, keys = grouped(table, names)
    assert [keys[one] for one in group.tolist()] == rows
    assert sorted(map(str, keys)) == sorted(map(str, set(rows)))


def test_without_names_all_rows_are_of_one_group_even_if_there_are_none() -> None:
    table = pa.table({"level": pa.array(["vip", None], pa.string())})
    assert grouped(table, ())[1] == grouped(table.slice(0, 0), ())[1] == [()]
    group, keys = grouped(table.slice(0, 0), ("level",))
    assert (group.tolist(), keys) == ([], [])


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 10**9)), max_size=60),
    st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]),
)
def test_quantiles_of_groups_are_those_of_numpy(rows: list[tuple[int, int]], q: float) -> None:
    group = np.array([one for one, _ in rows], np.int64)
    values = np.array([one for _, one in rows], np.int64)
    sizes, found = group_quantiles(group, values, 5, q)
    for one in range(5):
        own = values[group == one]
        assert sizes[one] == len(own)
        if len(own):
            assert found[one] == pytest.approx(np.percentile(own, 100 * q), rel=1e-12)
            assert found[one] == pytest.approx(quantile(own, q), rel=1e-12)
        else:
            assert np.isnan(found[one])


def test_no_rows_at_all_have_no_quantiles() -> None:
    nothing = np.array([], np.int64)
    sizes, found = group_quantiles(nothing, nothing, 2, 0.5)
    assert sizes.tolist() == [0, 0]
    assert np.isnan(found).all()
