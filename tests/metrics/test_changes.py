"""What intervals say of a target, and of a change."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.metrics.changes import Judged, difference, judge, sure_changes
from tierwise.metrics.comparisons import Difference, adjusted, newcombe, share_difference
from tierwise.metrics.figures import Figure, Reason, missing
from tierwise.metrics.intervals import Tally, wilson
from tierwise.metrics.metric import Better

MET, MISSED, UNDECIDED, NO_FIGURE = Judged
UP, DOWN, NEITHER = Better


@pytest.mark.parametrize(
    ("low", "value", "high", "better", "judged"),
    [
        (0.91, 0.94, 0.96, UP, MET),
        (0.90, 0.94, 0.96, UP, MET),
        (0.89, 0.94, 0.96, UP, UNDECIDED),
        (0.80, 0.85, 0.90, UP, UNDECIDED),
        (0.80, 0.85, 0.89, UP, MISSED),
        (0.80, 0.85, 0.89, DOWN, MET),
        (0.80, 0.85, 0.90, DOWN, MET),
        (0.89, 0.94, 0.96, DOWN, UNDECIDED),
        (0.90, 0.94, 0.96, DOWN, UNDECIDED),
        (0.91, 0.94, 0.96, DOWN, MISSED),
        (0.80, 0.85, 0.89, NEITHER, MET),
        (0.91, 0.94, 0.96, NEITHER, MISSED),
        # All there is was counted.
        (None, 0.90, None, UP, MET),
        (None, 0.89, None, UP, MISSED),
        (None, 0.90, None, DOWN, MET),
        (None, 0.91, None, DOWN, MISSED),
        # The upper end is not reached yet.
        (0.80, 0.95, None, UP, UNDECIDED),
        (0.91, 0.95, None, UP, MET),
        (0.80, 0.85, None, DOWN, UNDECIDED),
        (0.91, 0.95, None, DOWN, MISSED),
    ],
)
def test_a_target_of_90_is_judged_by_the_interval(
    low: float | None, value: float, high: float | None, better: Better, judged: Judged
) -> None:
    assert judge(Figure(value, low, high, 100), 0.90, better) is judged


@pytest.mark.parametrize("reason", Reason)
def test_without_a_figure_nothing_is_judged(reason: Reason) -> None:
    assert judge(missing(reason, 7), 0.9, UP) is NO_FIGURE


@given(st.floats(-100, 100), st.floats(0, 50), st.floats(0, 50), st.floats(-150, 150))
def test_more_is_better_is_less_is_better_seen_in_a_mirror(
    value: float, below: float, above: float, target: float
) -> None:
    figure = Figure(value, value - below, value + above, 9)
    mirrored = Figure(-value, -value - above, -value + below, 9)
    assert judge(figure, target, UP) is judge(mirrored, -target, DOWN)


def of_tally(tally: Tally) -> Figure:
    low, high = wilson(tally.hits, tally.size)
    return Figure(tally.hits / tally.size, low, high, round(tally.size))


TALLIES = st.builds(
    lambda size, part: Tally(round(size * part), float(size)),
    st.integers(5, 5_000),
    st.floats(0, 1),
)


@given(TALLIES, TALLIES)
def test_a_difference_of_shares_is_newcombes(one: Tally, other: Tally) -> None:
    found = difference(of_tally(one), of_tally(other))
    assert found is not None
    assert (found.low, found.high) == pytest.approx(newcombe(one, other))
    assert found.value == share_difference(one, other).value


@given(TALLIES, TALLIES)
def test_a_p_below_a_twentieth_is_an_interval_without_0(one: Tally, other: Tally) -> None:
    found = difference(of_tally(one), of_tally(other))
    assert found is not None
    if abs(found.p - 0.05) > 1e-9:
        assert (found.p < 0.05) is (found.low > 0 or found.high < 0)


def test_p_is_near_that_of_the_score_interval() -> None:
    for one, other in ((Tally(80, 100), Tally(65, 100)), (Tally(300, 400), Tally(330, 400))):
        found = difference(of_tally(one), of_tally(other))
        assert found is not None
        assert found.p == pytest.approx(share_difference(one, other).p, abs=0.003)


SURE = Figure(5.0, 4.0, 6.0, 50)


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (missing(Reason.TOO_FEW, 3), SURE),
        (SURE, missing(Reason.NOTHING)),
        (Figure(5.0, None, None, 9), SURE),
        (SURE, Figure(5.0, 4.0, None, 9)),
        (SURE, Figure(5.0, None, None, 9)),
    ],
)
def test_without_both_intervals_no_change_is_told(now: Figure, before: Figure) -> None:
    assert difference(now, before) is None


@pytest.mark.parametrize(
    ("now", "before", "apart", "p"),
    [
        (SURE, SURE, 0.0, 1.0),
        (Figure(0.0, 0.0, 0.0, 9), Figure(0.0, 0.0, 0.0, 9), 0.0, 1.0),
        (Figure(2.0, 2.0, 2.0, 9), Figure(1.0, 1.0, 1.0, 9), 1.0, 0.0),
        (Figure(1.0, 1.0, 1.0, 9), Figure(2.0, 2.0, 2.0, 9), -1.0, 0.0),
    ],
)
def test_what_stays_the_same_is_no_change(
    now: Figure, before: Figure, apart: float, p: float
) -> None:
    found = difference(now, before)
    assert found is not None
    assert (found.value, found.p) == (apart, p)


def changed(p: float) -> Difference:
    return Difference(1.0, 0.0, 2.0, p)


@pytest.mark.parametrize(
    ("family", "sure"),
    [
        ([0.01, 0.04, 0.2], [True, False, False]),
        ([0.04], [True]),
        ([0.04, None, 0.04], [True, None, True]),
        ([None, None], [None, None]),
        ([], []),
        ([0.01, 0.02, 0.03, 0.04, 0.05], [True] * 5),
        ([0.04] + [0.9] * 9, [False] * 10),
    ],
)
def test_of_many_changes_few_are_chance(
    family: list[float | None], sure: list[bool | None]
) -> None:
    told = sure_changes([None if p is None else changed(p) for p in family])
    assert told == tuple(bool(one) for one in sure)


@given(st.lists(st.none() | st.floats(0, 1), max_size=12))
def test_sure_are_those_whose_adjusted_p_is_at_most_a_twentieth(
    family: list[float | None],
) -> None:
    known = [p for p in family if p is not None]
    left = iter(adjusted(known) if known else ())
    right = tuple(p is not None and next(left) <= 0.05 for p in family)
    assert sure_changes([None if p is None else changed(p) for p in family]) == right


@pytest.mark.parametrize("move", [lambda x: x + 10, lambda x: 3 * x])
def test_a_change_does_not_hang_on_the_unit(move: Callable[[float], float]) -> None:
    one, other = Figure(5.0, 4.0, 6.0, 9), Figure(3.0, 2.5, 4.0, 9)
    found = difference(one, other)
    moved = difference(
        *(Figure(move(f.value or 0), move(f.low or 0), move(f.high or 0), 9) for f in (one, other))
    )
    assert found is not None
    assert moved is not None
    assert moved.p == pytest.approx(found.p)
