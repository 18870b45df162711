"""Figures made of others, and what is said where nothing was counted."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.counting import asked_of, cells_of, metric
from tests.metrics.measured import Row, desk, ticket
from tierwise.facts.time import DAY_S
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.cells import Cells
from tierwise.metrics.derived import derived, full_scorecard, tables_of
from tierwise.metrics.desk_tables import OPEN_SPANS
from tierwise.metrics.figures import Figure, Reason, missing
from tierwise.metrics.intervals import garwood
from tierwise.metrics.kinds import (
    Adjusted,
    Against,
    Age,
    Count,
    Flow,
    How,
    MeanLength,
    Per,
    Ratio,
    Rows,
    Share,
    Stock,
    Total,
    Wait,
)
from tierwise.metrics.measure_tables import MEASURES
from tierwise.metrics.metric import SHARES, Metric
from tierwise.metrics.periods import Periods

AS_OF_S = 28 * DAY_S
FLOWS = ("vol.new", "vol.reopened", "vol.resolved", "vol.backlog", "vol.flow")
OF_TICKETS = MEASURES[: MEASURES.index(OPEN_SPANS) + 1]
THINGS = Rows("things", "at_s")

STATUSES = st.sampled_from(["open", "pending", "hold", "solved", "closed"])
MOMENTS = st.integers(0, AS_OF_S // 3_600 - 1).map(lambda hour: hour * 3_600)
HISTORIES = st.tuples(
    st.sampled_from(["customer", "agent", "bot", "automation"]),
    MOMENTS,
    st.none() | STATUSES,
    st.lists(st.tuples(MOMENTS, st.sampled_from(["agent:ann", "customer"]), STATUSES), max_size=7),
)


def history(name: int, told: tuple[str, int, str | None, list[tuple[int, str, str]]]) -> Row:
    """A ticket that is opened and then moves from status to status, perhaps in the same hour."""
    who, opened, first, changes = told
    lines = [f"{opened}s created {who} {first or ''}"]
    lines += [f"{at}s status {actor} {to}" for at, actor, to in changes if at >= opened]
    return ticket(f"t{name}", "; ".join(lines), status="new", customer_id=f"c{name % 5}")


def flows(tickets: Iterable[Row], by: tuple[str, ...] = ()) -> Cells:
    """New tickets, reopenings, solves and the backlog of four weeks."""
    engine = desk(list(tickets), as_of=f"{AS_OF_S}s", models=OF_TICKETS)
    asked = asked_of(*by, periods=Periods(0, 7, 4), as_of_s=AS_OF_S)
    metrics = {name: CATALOGUE[name] for name in FLOWS}
    cells = cells_of(engine, metrics.values(), asked, as_of_s=AS_OF_S)
    sources = frozenset({"ticket_measures", "open_spans"})
    keys = {key for _, key, _ in cells} or {()}
    return full_scorecard(cells, metrics, keys, asked, sources=sources, as_of_s=AS_OF_S)


@settings(max_examples=8, deadline=None)
@given(st.lists(HISTORIES, min_size=1, max_size=30))
def test_the_backlog_grows_by_what_is_new_and_reopened_less_what_is_solved(
    told: list[tuple[str, int, str | None, list[tuple[int, str, str]]]],
) -> None:
    cells = flows(history(name, one) for name, one in enumerate(told))
    before = 0.0
    for week in (0, 7, 14, 21):
        new, again, solved, backlog, flow = (cells[one, (), week].value for one in FLOWS)
        assert None not in {new, again, solved, backlog, flow}
        assert backlog == before + (new or 0) + (again or 0) - (solved or 0)
        assert flow == (backlog or 0) - before
        before = backlog or 0.0


def test_a_week_of_a_desk() -> None:
    tickets = [
        ticket("a", "1d created customer; 2d status agent:ann solved"),
        ticket("b", "1d created customer; 2d status agent solved; 8d status customer open"),
        ticket("c", "9d created agent closed"),
        ticket("d", "9d created automation; 10d status agent solved"),
    ]
    cells = flows(tickets)
    weeks = [[cells[one, (), week].value for one in FLOWS] for week in (0, 7, 14)]
    assert weeks == [[2, 0, 2, 0, 0], [1, 1, 1, 1, 1], [0, 0, 0, 1, 0]]


def full(
    metrics: Iterable[Metric],
    cells: Cells,
    *,
    by: tuple[str, ...] = (),
    key: tuple[str, ...] = (),
    days: int = 28,
    sources: frozenset[str] = frozenset({"things", "others"}),
) -> dict[str, Figure]:
    """The figures of one period of so many days from day 0 on; known until day 28."""
    known = {one.id: one for one in metrics}
    asked = asked_of(*by, periods=Periods(0, days), as_of_s=AS_OF_S)
    found = full_scorecard(cells, known, [key], asked, sources=sources, as_of_s=AS_OF_S)
    return {name: figure for (name, _, _), figure in found.items()}


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (Count(THINGS), Figure(0.0, *garwood(0), 0)),
        (Stock("things"), Figure(0.0, None, None, 0)),
        (Share(THINGS, "hit"), Reason.NOTHING),
        (Ratio(THINGS, "a", "b"), Reason.NOTHING),
        (Total(THINGS, "a"), Reason.NOTHING),
        (MeanLength(THINGS, "a"), Reason.NOTHING),
        (Wait(THINGS, "at_s", "ended_s"), Reason.NOTHING),
        (Age("things", "at_s", 0.5), Reason.NOTHING),
        (Adjusted(THINGS, "a", "b", ()), Reason.NOTHING),
    ],
)
def test_nothing_counted_is_0_of_a_count_and_nothing_of_all_else(
    how: How, said: Figure | Reason
) -> None:
    right = said if isinstance(said, Figure) else missing(said)
    one = metric(how)
    assert full([one], {})["x"] == right
    assert full([one], {("x", (), 0): missing(Reason.NOTHING)})["x"] == right
    few = missing(Reason.TOO_FEW, 3)
    assert full([one], {("x", (), 0): few})["x"] == few


@pytest.mark.parametrize(
    ("days", "said"),
    [(28, Reason.WINDOW_OPEN), (22, Reason.WINDOW_OPEN), (21, Reason.NOTHING), (7, Reason.NOTHING)],
)
def test_a_window_is_open_until_it_is_over_since_the_period_ended(days: int, said: Reason) -> None:
    waits = metric(Share(THINGS, "hit"), window_s=7 * DAY_S)
    assert full([waits], {}, days=days)["x"] == missing(said)
    found = Figure(0.5, 0.4, 0.6, 50)
    assert full([waits], {("x", (), 0): found}, days=days)["x"] == found


@pytest.mark.parametrize(
    ("how", "tables"),
    [
        (Count(THINGS), {"things"}),
        (Stock("others"), {"others"}),
        (Per("a", "b"), {"things", "others"}),
        (Against("a", "b"), {"things", "others"}),
        (Flow(("a", "b"), ("c",)), {"things", "others", "states"}),
    ],
)
def test_what_is_made_of_others_reads_what_they_read(how: How, tables: set[str]) -> None:
    a, b = metric(Count(THINGS), "a"), metric(Stock("others"), "b")
    c, whole = metric(Count(Rows("states", "at_s")), "c"), metric(how)
    known = {one.id: one for one in (a, b, c, whole)}
    assert tables_of(whole, known) == tables
    for missing_one in tables:
        sources = frozenset(tables - {missing_one})
        found = full(known.values(), {}, sources=sources)["x"]
        assert found == missing(Reason.NO_SOURCE)
    assert full(known.values(), {}, sources=frozenset(tables))["x"].reason != Reason.NO_SOURCE


def test_agents_serve_all_levels_so_their_days_are_of_none() -> None:
    busy = CATALOGUE["a.occ"]
    share = Figure(0.5, None, None, 4)
    sources = tables_of(busy, CATALOGUE)
    for by, key, right in (
        (("level",), ("vip",), missing(Reason.NOT_BY_LEVEL)),
        (("level", "team"), ("vip", "desk"), missing(Reason.NOT_BY_LEVEL)),
        (("team",), ("desk",), share),
        ((), (), share),
    ):
        cells = {(busy.id, key, 0): share}
        assert full([busy], cells, by=by, key=key, sources=sources)[busy.id] == right


def test_made_figures_take_what_was_counted_or_0_where_nothing_was() -> None:
    new, active = metric(Count(THINGS), "new"), metric(Stock("others"), "active")
    rate, score = metric(Per("new", "active", 1000), "rate"), metric(Against("new", "new"), "score")
    known = [new, active, rate, score]
    cells: Cells = {
        ("new", (), 0): Figure(20.0, *garwood(20), 20),
        ("active", (), 0): Figure(400.0, None, None, 400),
    }
    found = full(known, cells)
    assert (found["rate"].value, found["rate"].n, found["score"].value) == (50.0, 20, 1.0)
    nobody = full(known, {("new", (), 0): cells["new", (), 0]})
    assert nobody["rate"] == missing(Reason.NOTHING)
    nothing = full(known, {("active", (), 0): cells["active", (), 0]})
    assert (nothing["new"].value, nothing["rate"].value) == (0.0, 0.0)


def test_made_figures_are_silent_below_their_own_size() -> None:
    score = metric(Against("a", "b"), "score", enough=SHARES)
    counts = {"a": Figure(4.0, *garwood(4), 4), "b": Figure(5.0, *garwood(5), 5)}
    assert derived(score, counts.__getitem__) == missing(Reason.TOO_FEW, 9)
    assert derived(metric(Count(THINGS)), counts.__getitem__) is None
