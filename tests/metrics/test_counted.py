"""From sums to figures: when there is one, how sure it is, and why there is none."""

from collections.abc import Mapping
from math import nan, sqrt

import pytest

from tests.metrics.counting import metric
from tierwise.metrics import counted
from tierwise.metrics.figures import Figure, Reason, missing
from tierwise.metrics.intervals import Z_95, ClusterSums, clustered_wilson, garwood, wilson
from tierwise.metrics.kinds import (
    Count,
    How,
    MeanLength,
    Net,
    Ratio,
    Recent,
    Rows,
    Score,
    Share,
    Total,
)
from tierwise.metrics.metric import ALL_THERE_IS, MEANS, NETS, NINETIETHS, SHARES, Enough

ROWS = Rows("things", "at_s")
ENOUGH = Enough(10, 30)


def ones(n: int, top: float) -> dict[str, float]:
    """Sums of n rows of as many customers; `top` of them hit."""
    return {
        "n": n,
        "bottom": n,
        "top": top,
        "clusters": n,
        "bottom_squares": n,
        "cross": top,
        "top_squares": top,
    }


def net(n: int, up: int, down: int) -> dict[str, float]:
    ways = {"up": up, "down": down}
    return {f"{way}_{name}": x for way, hits in ways.items() for name, x in ones(n, hits).items()}


def lengths(*values: float) -> dict[str, float]:
    """Sums of durations of as many customers."""
    n = len(values)
    powers = {
        name: sum(x**p for x in values) for p, name in enumerate(("total", "squares", "cubes"), 1)
    }
    return {
        "n": n,
        **powers,
        **{"log_n": 0, "logs": 0, "log_squares": 0, "log_cubes": 0, "log_fourths": 0},
        **{"clusters": n, "sizes_squared": n},
        **{"sizes_by_totals": powers["total"], "totals_squared": powers["squares"]},
    }


@pytest.mark.parametrize(
    ("n", "enough", "reason", "is_pale"),
    [
        (9, SHARES, Reason.TOO_FEW, True),
        (10, SHARES, None, True),
        (29, SHARES, None, True),
        (30, SHARES, None, False),
        (49, MEANS, None, True),
        (50, MEANS, None, False),
        (29, NETS, Reason.TOO_FEW, True),
        (99, NETS, None, True),
        (100, NETS, None, False),
        (35, NINETIETHS, Reason.TOO_FEW, True),
        (36, NINETIETHS, None, False),
        (0, ALL_THERE_IS, None, False),
    ],
)
def test_below_the_fewest_nothing_is_shown_and_below_the_headline_it_is_pale(
    n: int, enough: Enough, reason: Reason | None, is_pale: bool
) -> None:
    found = counted.judged(Figure(0.5, 0.4, 0.6, n), enough)
    assert (found.reason, found.is_pale, found.n) == (reason, is_pale, n)
    assert (found.value is None) is (reason is not None)


def test_a_reason_stays_what_it_is() -> None:
    for reason in Reason:
        assert counted.judged(missing(reason, 3), SHARES) == missing(reason, 3)


def test_what_is_pale_for_its_width_stays_pale() -> None:
    pale = Figure(0.5, 0.1, 0.9, 1_000, is_pale=True)
    assert counted.judged(pale, SHARES).is_pale


@pytest.mark.parametrize(
    ("how", "sums", "found"),
    [
        (Count(ROWS), ones(0, 0), Figure(0.0, *garwood(0), 0)),
        (Count(ROWS), ones(7, 7), Figure(7.0, *garwood(7), 7)),
        (Share(ROWS, "hit"), ones(0, 0), missing(Reason.NOTHING)),
        (Share(ROWS, "hit"), ones(100, 90), Figure(0.9, *wilson(90, 100), 100)),
        (Share(ROWS, "hit"), ones(20, 10), Figure(0.5, *wilson(10, 20), 20, is_pale=True)),
        (Recent(ROWS, "hit", 1), ones(0, 0), missing(Reason.NOTHING)),
        (Recent(ROWS, "hit", 1), ones(100, 90), Figure(0.9, *wilson(90, 100), 100)),
        (Score(ROWS, "x"), ones(0, 0), missing(Reason.NOTHING)),
        (Score(ROWS, "x"), ones(1, 4.0), Figure(4.0, None, None, 1)),
        (Ratio(ROWS, "a", "b"), ones(0, 0), missing(Reason.NOTHING)),
        (Ratio(ROWS, "a", "b"), ones(3, 2) | {"bottom": 0.0}, missing(Reason.NOTHING, 3)),
        (Ratio(ROWS, "a", "b", 100), ones(1, 2), Figure(200.0, None, None, 1)),
        (Ratio(ROWS, "a", "b", census=True), ones(8, 4), Figure(0.5, None, None, 8)),
        (Total(ROWS, "x"), ones(0, 0), missing(Reason.NOTHING)),
        (Total(ROWS, "x"), ones(3, 12.5), Figure(12.5, None, None, 3)),
        (Net(ROWS, "u", "d"), net(0, 0, 0), missing(Reason.NOTHING)),
        (MeanLength(ROWS, "x"), lengths(), missing(Reason.NOTHING)),
        (MeanLength(ROWS, "x"), lengths(60.0), missing(Reason.TOO_FEW, 1)),
    ],
)
def test_every_kind_says_what_its_sums_come_to(
    how: How, sums: Mapping[str, float], found: Figure
) -> None:
    assert counted.figure_of(metric(how, enough=ALL_THERE_IS), sums) == found


def test_net_is_in_points_from_minus_100_to_100() -> None:
    values = [
        counted.figure_of(metric(Net(ROWS, "u", "d")), net(100, up, down)).value
        for up, down in ((100, 0), (60, 20), (0, 100), (0, 0))
    ]
    assert values == [100.0, 40.0, -100.0, 0.0]


def test_customers_who_come_again_widen_a_share() -> None:
    twice = {"clusters": 50, "bottom_squares": 200, "cross": 180, "top_squares": 180}
    found = counted.figure_of(metric(Share(ROWS, "hit")), ones(100, 90) | twice)
    assert (found.low, found.high) == clustered_wilson(90, 100, ClusterSums(50, 200, 180, 180))
    alone = counted.figure_of(metric(Share(ROWS, "hit")), ones(100, 90))
    assert found.low is not None
    assert alone.low is not None
    assert found.low < alone.low


def test_a_metric_is_silent_below_its_own_size() -> None:
    share = Share(ROWS, "hit")
    assert counted.figure_of(metric(share, enough=SHARES), ones(9, 9)) == missing(Reason.TOO_FEW, 9)
    assert counted.figure_of(metric(share, enough=SHARES), ones(12, 12)).is_pale


@pytest.mark.parametrize(
    ("n", "value", "ends", "can_be", "found"),
    [
        (0, nan, (nan, nan), True, missing(Reason.NOTHING)),
        (9, 60.0, (50.0, 70.0), True, missing(Reason.TOO_FEW, 9)),
        (40, nan, (nan, nan), True, missing(Reason.NOT_REACHED, 40)),
        (40, nan, (nan, nan), False, missing(Reason.NEVER, 40)),
        (40, 60.0, (50.0, nan), True, Figure(60.0, 50.0, None, 40)),
        (12, 60.0, (50.0, 70.0), True, Figure(60.0, 50.0, 70.0, 12, is_pale=True)),
    ],
)
def test_a_quantile_is_reached_or_says_why_not(
    n: int, value: float, ends: tuple[float, float], can_be: bool, found: Figure
) -> None:
    assert counted.reached(n, value, ends, ENOUGH, can_be=can_be) == found


@pytest.mark.parametrize(
    ("n", "value", "error", "found"),
    [
        (0, nan, nan, missing(Reason.NOTHING)),
        (40, nan, nan, missing(Reason.WINDOW_OPEN, 40)),
        (5, 60.0, 1.0, missing(Reason.TOO_FEW, 5)),
        (40, 60.0, 10.0, Figure(60.0, 60.0 - 10 * Z_95, 60.0 + 10 * Z_95, 40)),
        (40, 6.0, 10.0, Figure(6.0, 0.0, 6.0 + 10 * Z_95, 40)),
    ],
)
def test_a_restricted_mean_waits_until_its_time_is_over(
    n: int, value: float, error: float, found: Figure
) -> None:
    assert counted.restricted(n, value, error, ENOUGH) == found


TEN = Figure(10.0, *garwood(10), 10)


@pytest.mark.parametrize(
    ("top", "stock", "found"),
    [
        (TEN, Figure(400.0, None, None, 400), (25.0, 10)),
        (TEN, Figure(0.0, None, None, 0), Reason.NOTHING),
        (TEN, missing(Reason.NO_SOURCE), Reason.NO_SOURCE),
        (missing(Reason.TOO_FEW, 3), Figure(5.0, None, None, 5), Reason.TOO_FEW),
    ],
)
def test_a_rate_over_a_stock(top: Figure, stock: Figure, found: tuple[float, int] | Reason) -> None:
    made = counted.per(top, stock, 1000)
    assert (made.reason or (made.value, made.n)) == found
    if made.value is not None:
        assert (made.low, made.high) == pytest.approx([2.5 * end for end in garwood(10)])


def test_a_total_over_a_stock_is_as_sure_as_both() -> None:
    made = counted.per(Figure(900.0, None, None, 3), Figure(3.0, None, None, 3), 1)
    assert made == Figure(300.0, None, None, 3)


def test_a_count_for_each_one_of_another() -> None:
    made = counted.against(Figure(30.0, 20.0, 40.0, 30), Figure(10.0, 5.0, 18.0, 10))
    low, high = wilson(30, 40)
    assert made == Figure(3.0, low / (1 - low), high / (1 - high), 40)
    assert counted.against(TEN, Figure(0.0, 0.0, 3.7, 0)) == missing(Reason.NOTHING, 10)
    assert counted.against(missing(Reason.NO_SOURCE), TEN).value is None


def test_a_flow_is_counts_less_counts() -> None:
    new, again, solved = (Figure(float(x), *garwood(x), x) for x in (12, 4, 20))
    made = counted.flow((new, again), (solved,))
    half = Z_95 * sqrt(36)
    assert made == Figure(-4.0, -4.0 - half, -4.0 + half, 36)
