"""The rows behind the figures of the sample shop: as many, and as much, as the figures say."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.metrics.counting import asked_of, metric
from tests.sample_shops import looked_at
from tierwise.app.metric_rows import ONLY, has_rows, rows_query
from tierwise.app.promise_records import Period
from tierwise.app.scorecard_basis import ScoreBasis, ensure_cells
from tierwise.app.scorecard_records import RowsAsked
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.figures import Figure, Reason
from tierwise.metrics.kinds import (
    Adjusted,
    Against,
    Age,
    Count,
    Flow,
    Length,
    MeanLength,
    Net,
    Per,
    Ratio,
    Rows,
    Score,
    Share,
    Stock,
    Total,
    Wait,
)
from tierwise.metrics.metric import Metric
from tierwise.metrics.periods import Periods
from tierwise.metrics.rows_behind import ROWS, rows_model

# All windows are over in these days; the others are the newest, in which some are open.
SETTLED, NEWEST = Period(15_100, 15_189), Period(15_290, 15_317)
# Money by ticket: its rows are what was spent, its size how many tickets were solved.
SIZED_BY_SOLVES = {"c.cpr"}
COUNTED = [
    one
    for one in CATALOGUE.values()
    if not isinstance(one.how, Against | Flow) and one.id not in SIZED_BY_SOLVES
]
ALL = RowsAsked()


@pytest.fixture(scope="module")
def basis(sample: Path) -> ScoreBasis:
    return looked_at(sample).score_basis()


def rows_of(
    basis: ScoreBasis, one: Metric, period: Period, asked: RowsAsked = ALL
) -> list[Mapping[str, Any]]:
    text, values = rows_query(basis, one, period, asked)
    found = basis.engine.query(text, values)
    assert tuple(found.column_names) == ROWS.names
    return list(found.to_pylist())


def figure(basis: ScoreBasis, one: Metric, period: Period, *key: str, by: str = "level") -> Figure:
    cut = (by,) if key else ()
    cells = ensure_cells(basis, cut, Periods(period.from_day, period.days))
    return cells[one.id, key, period.from_day]


def came_to(one: Metric, values: list[float]) -> float | None:
    """What the rows come to, where that is a matter of adding them up."""
    match one.how:
        case Share() | Score() | MeanLength():
            return float(np.mean(values))
        case Net():
            return 100 * float(np.mean(values))
        case Total() | Count():
            return float(np.sum(values))
        case Stock():
            return float(len(values))
        case Age(quantile=q):
            return float(np.quantile(values, q))
        case Ratio(bottom="1", per=per):
            return per * float(np.mean(values))
        case _:
            return None


@pytest.mark.parametrize("period", [SETTLED, NEWEST], ids=["settled", "newest"])
@pytest.mark.parametrize("one", COUNTED, ids=lambda one: one.id)
def test_a_figure_has_as_many_rows_as_it_counts(
    basis: ScoreBasis, one: Metric, period: Period
) -> None:
    rows, found = rows_of(basis, one, period), figure(basis, one, period)
    assert len(rows) == found.n
    values = [row["value"] for row in rows]
    if found.value is not None and not isinstance(one.how, Per):
        right = came_to(one, values)
        assert right is None or found.value == pytest.approx(right, rel=1e-9)


@pytest.mark.parametrize("one", COUNTED, ids=lambda one: one.id)
def test_the_rows_of_a_level_are_those_of_its_figure(basis: ScoreBasis, one: Metric) -> None:
    for level in basis.promises.policy.names:
        found = figure(basis, one, SETTLED, level)
        rows = rows_of(basis, one, SETTLED, RowsAsked(level=level))
        assert len(rows) == (0 if found.reason is Reason.NOT_BY_LEVEL else found.n)
        assert {row["level"] for row in rows} <= {level}


@pytest.mark.parametrize(
    ("metric_id", "by", "value"), [("q.fcr", "team", "concierge"), ("t.frt", "channel", "email")]
)
def test_the_rows_of_a_slice_are_those_of_its_figure(
    basis: ScoreBasis, metric_id: str, by: str, value: str
) -> None:
    one = CATALOGUE[metric_id]
    rows = rows_of(basis, one, SETTLED, RowsAsked(by=by, slice=value))
    assert len(rows) == figure(basis, one, SETTLED, value, by=by).n > 0


@pytest.mark.parametrize("one", COUNTED, ids=lambda one: one.id)
def test_hits_and_misses_are_all_there_is(basis: ScoreBasis, one: Metric) -> None:
    found = figure(basis, one, SETTLED)
    parts = {name: len(rows_of(basis, one, SETTLED, RowsAsked(only=name))) for name in ONLY}
    if isinstance(one.how, Share) and found.value is not None:
        assert parts["hit"] == round(found.value * found.n)
        assert parts["hit"] + parts["miss"] == parts["all"]
    is_timed = isinstance(one.how, Wait | Length | Stock | Age)
    assert bool(parts["open"]) <= is_timed


def test_rows_that_still_go_on_are_those_open_tickets(basis: ScoreBasis) -> None:
    waits = rows_of(basis, CATALOGUE["t.res_first"], NEWEST, RowsAsked(only="open"))
    as_of_s = basis.promises.world.as_of_s
    assert waits
    assert all(row["value"] == as_of_s - row["at_s"] for row in waits)
    assert {row["ticket_id"] for row in waits} <= {
        ticket
        for (ticket,) in basis.engine.rows(
            "SELECT ticket_id FROM ticket_measures WHERE solved_s IS NULL AND gone_s IS NULL"
        )
    }


def test_money_by_ticket_shows_what_was_spent(basis: ScoreBasis) -> None:
    rows = rows_of(basis, CATALOGUE["c.cpr"], SETTLED)
    found = figure(basis, CATALOGUE["c.cpr"], SETTLED)
    assert found.value == pytest.approx(sum(row["value"] for row in rows) / found.n)
    assert len(rows) > found.n


def test_every_row_says_whose_it_is_and_when(basis: ScoreBasis) -> None:
    begins, ends = (day * 86_400 for day in (SETTLED.from_day - 1, SETTLED.to_day + 2))
    for one in COUNTED:
        for row in rows_of(basis, one, SETTLED):
            assert row["row_id"]
            assert isinstance(one.how, Stock | Age | Per) or begins <= row["at_s"] < ends


def test_figures_made_of_counts_have_the_rows_of_the_first_or_none() -> None:
    count, stock = metric(Count(Rows("ticket_measures", "created_s")), "a"), metric(Stock("b"), "b")
    known = {one.id: one for one in (count, stock)}
    asked = asked_of(as_of_s=10**6)
    for how in (Per("a", "b"), Against("a", "b")):
        made = rows_model(metric(how), known, asked)
        alone = rows_model(count, known, asked)
        assert made is not None
        assert alone is not None
        assert made.text == alone.text
    flow = metric(Flow(("a",), ("a",)))
    assert rows_model(flow, known, asked) is None
    assert not has_rows(flow)
    assert has_rows(count)


def test_adjusted_shares_show_who_answered(basis: ScoreBasis) -> None:
    one = CATALOGUE["csat.adj"]
    assert isinstance(one.how, Adjusted)
    rows = rows_of(basis, one, SETTLED)
    assert {row["value"] for row in rows} == {0.0, 1.0}
