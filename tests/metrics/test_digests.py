"""Digests of weeks: the same for the same rows, another one for any other."""

from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.counting import asked_of
from tests.metrics.held import Row, ticket
from tests.shop_days import arrow
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.facts.columns import Column, Kind
from tierwise.facts.time import DAY_S
from tierwise.metrics.desk_tables import TICKET_MEASURES
from tierwise.metrics.digests import OPEN, digest_model
from tierwise.metrics.kinds import Rows
from tierwise.metrics.measure_tables import MEASURES
from tierwise.metrics.measure_views import COLUMNS
from tierwise.metrics.periods import Periods

AS_OF_S = 28 * DAY_S
WEEKS = Periods(0, 7, 4)
CREATED = Rows("ticket_measures", "created_s")


@cache
def engine() -> DuckDBEngine:
    return DuckDBEngine(threads=1)


def digests(
    rows: Sequence[Row], of: Rows = CREATED, only: tuple[int, ...] | None = None
) -> dict[int, tuple[str, int]]:
    """By week: the digest, and whether any row is open."""
    empty = dict.fromkeys(TICKET_MEASURES.output.names)
    engine().upload("ticket_measures", arrow(TICKET_MEASURES.output, [empty | row for row in rows]))
    asked = asked_of(periods=WEEKS, as_of_s=AS_OF_S, only=only)
    model = digest_model(of, asked)
    engine().materialise(model, {})
    return {week: (told, is_open) for week, told, is_open in engine().rows(f"FROM {model.name}")}


ROWS = [
    ticket("a", "ann", created_s=DAY_S, solved_s=2 * DAY_S, full_s=2 * DAY_S, channel="chat"),
    ticket("b", "bob", created_s=2 * DAY_S, full_s=9 * DAY_S),
    ticket("c", "ann", created_s=8 * DAY_S),
    ticket("d", "cem", created_s=15 * DAY_S, gone_s=16 * DAY_S, gone_as="spam"),
]


def test_each_week_says_what_its_rows_are_and_whether_any_is_open() -> None:
    found = digests(ROWS)
    assert {week: is_open for week, (_, is_open) in found.items()} == {0: 0, 7: 1, 14: 0}
    assert [told.split()[0] for told, _ in found.values() if told] == ["2", "1", "1"]
    assert len({told for told, _ in found.values()}) == 3


@settings(max_examples=20)
@given(st.permutations(range(4)))
def test_the_order_of_rows_means_nothing(order: list[int]) -> None:
    assert digests([ROWS[place] for place in order]) == digests(ROWS)


OTHERS = [one for one in TICKET_MEASURES.output.columns if one.name != "created_s"]


@pytest.mark.parametrize("column", OTHERS, ids=lambda one: one.name)
def test_whatever_changes_in_a_row_changes_the_digest_of_its_week_alone(column: Column) -> None:
    name = column.name
    other = "another" if column.kind is Kind.TEXT else 77
    changed = [ROWS[0] | {name: other}, *ROWS[1:]]
    before, after = digests(ROWS), digests(changed)
    assert before[0][0] != after[0][0]
    assert {week: before[week] for week in (7, 14)} == {week: after[week] for week in (7, 14)}
    if ROWS[0].get(name) is not None and name not in {"ticket_id", "customer"}:
        emptied = digests([ROWS[0] | {name: None}, *ROWS[1:]])
        assert emptied[0][0] not in {before[0][0], after[0][0]}


def test_a_row_that_moves_changes_both_weeks() -> None:
    before, after = digests(ROWS), digests([ROWS[0] | {"created_s": 8 * DAY_S}, *ROWS[1:]])
    changed = {week for week in before | after if before.get(week) != after.get(week)}
    assert changed == {0, 7}


def test_a_row_that_comes_twice_is_not_the_same_as_none() -> None:
    twice = [*ROWS, ROWS[0], ROWS[0]]
    assert digests(twice)[0] != digests(ROWS)[0]


def test_weeks_are_those_of_the_moment_asked_for() -> None:
    solved = digests(ROWS, Rows("ticket_measures", "solved_s"))
    assert solved.keys() == {0}
    assert digests(ROWS, only=(7,)).keys() == {7}


def test_what_may_be_open_is_told_of_every_measure_that_grows_with_time() -> None:
    """Tables with an end that may be missing, and figures that run until now meanwhile."""
    growing = {"ticket_measures", "waiting_spells", "clock_waits"}
    assert OPEN.keys() == growing
    assert {model.name for model in MEASURES} | {"clock_waits"} >= growing
    for table, condition in OPEN.items():
        names = {word for word in condition.split() if word in COLUMNS[table]}
        assert names, table
