"""From sums to figures: every kind of KPI with its interval, silent below its own size."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import isnan, sqrt
from typing import Any

from .attainment import WIDEST
from .figures import Figure, Reason, missing
from .intervals import Z_95, ClusterSums, Interval, clustered_wilson, garwood, kish_size, wilson
from .kinds import Count, How, MeanLength, Net, Ratio, Recent, Score, Share, Total
from .means import (
    ClusterMoments,
    LogMoments,
    Moments,
    clustered_mean,
    duration_mean_interval,
    mean_design_effect,
)
from .metric import Enough, Metric
from .nps import Bands, adjusted_interval, nps
from .self_help import self_service_score

Sums = Mapping[str, Any]


def figure_of(metric: Metric, sums: Sums) -> Figure:
    """The figure of a summed KPI; its sums by the names of `sums.OVER_CUSTOMERS` and the like."""
    makes = _MAKERS[type(metric.how)]
    return judged(makes(metric.how, sums), metric.enough)


def judged(found: Figure, enough: Enough) -> Figure:
    """The figure if enough stands behind it: silent below the fewest, pale below the headline."""
    if found.reason is not None:
        return found
    if found.n < enough.fewest:
        return missing(Reason.TOO_FEW, found.n)
    return replace(found, is_pale=found.is_pale or found.n < enough.headline)


def _count(_: Count, sums: Sums) -> Figure:
    n = int(sums["n"])
    return Figure(float(n), *garwood(n), n)


def _share(_: Share, sums: Sums) -> Figure:
    n, hits = int(sums["n"]), int(sums["top"])
    if not n:
        return missing(Reason.NOTHING)
    found = (int(sums[one]) for one in ("clusters", "bottom_squares", "cross", "top_squares"))
    low, high = clustered_wilson(hits, n, ClusterSums(*found))
    return Figure(hits / n, low, high, n, is_pale=high - low > WIDEST)


def _recent(_: Recent, sums: Sums) -> Figure:
    n, weight = int(sums["n"]), float(sums["bottom"])
    if not n:
        return missing(Reason.NOTHING)
    share = float(sums["top"]) / weight
    size = kish_size(weight, float(sums["bottom_squares"]))
    low, high = wilson(share * size, size)
    return Figure(share, low, high, n, is_pale=high - low > WIDEST)


def _mean(_: Score, sums: Sums) -> Figure:
    n = int(sums["n"])
    if not n:
        return missing(Reason.NOTHING)
    return Figure(float(sums["top"]) / n, *_spread(sums, 1.0), n)


def _ratio(how: Ratio, sums: Sums) -> Figure:
    n, below = int(sums["n"]), float(sums["bottom"])
    if not n:
        return missing(Reason.NOTHING)
    if not below:
        return missing(Reason.NOTHING, n)
    value = how.per * float(sums["top"]) / below
    ends = (None, None) if how.census else _spread(sums, float(how.per))
    return Figure(value, *ends, n)


def _spread(sums: Sums, per: float) -> tuple[float | None, float | None]:
    """The interval over clusters; none while there is but one."""
    names = ("bottom_squares", "cross", "top_squares")
    clusters = ClusterMoments(int(sums["clusters"]), *(float(sums[one]) for one in names))
    if clusters.clusters < 2:
        return None, None
    low, high = clustered_mean(float(sums["bottom"]), float(sums["top"]), clusters)
    return per * low, per * high


def _total(_: Total, sums: Sums) -> Figure:
    n = int(sums["n"])
    return Figure(float(sums["top"]), None, None, n) if n else missing(Reason.NOTHING)


def _net(_: Net, sums: Sums) -> Figure:
    n = int(sums["up_n"])
    if not n:
        return missing(Reason.NOTHING)
    up, down = int(sums["up_top"]), int(sums["down_top"])
    found = Bands(up, n - up - down, down)
    return Figure(nps(found), *adjusted_interval(found), n)


def _mean_length(_: MeanLength, sums: Sums) -> Figure:
    n = int(sums["n"])
    if n < 2:
        return missing(Reason.TOO_FEW if n else Reason.NOTHING, n)
    lengths = Moments(n, *(float(sums[one]) for one in ("total", "squares", "cubes")))
    logs = LogMoments(
        int(sums["log_n"]),
        *(float(sums[one]) for one in ("logs", "log_squares", "log_cubes", "log_fourths")),
    )
    names = ("sizes_squared", "sizes_by_totals", "totals_squared")
    clusters = ClusterMoments(int(sums["clusters"]), *(float(sums[one]) for one in names))
    effect = mean_design_effect(lengths, clusters)
    return Figure(lengths.mean, *duration_mean_interval(lengths, logs, effect), n)


_MAKERS: Mapping[type[How], Callable[..., Figure]] = {
    Count: _count,
    Share: _share,
    Recent: _recent,
    Score: _mean,
    Ratio: _ratio,
    Total: _total,
    Net: _net,
    MeanLength: _mean_length,
}


def reached(n: int, value: float, ends: Interval, enough: Enough, *, can_be: bool) -> Figure:
    """A quantile of times as arrays give it, nan where it is not reached, or never can be."""
    if not n:
        return missing(Reason.NOTHING)
    if n < enough.fewest:
        return missing(Reason.TOO_FEW, n)
    if isnan(value):
        return missing(Reason.NOT_REACHED if can_be else Reason.NEVER, n)
    low, high = (None if isnan(end) else end for end in ends)
    return Figure(value, low, high, n, is_pale=n < enough.headline)


def restricted(n: int, value: float, error: float, enough: Enough) -> Figure:
    """A restricted mean as arrays give it, nan where the time is not over."""
    if isnan(value):
        return missing(Reason.WINDOW_OPEN if n else Reason.NOTHING, n)
    half = Z_95 * error
    return judged(Figure(value, max(0.0, value - half), value + half, n), enough)


def per(top: Figure, stock: Figure, many: int) -> Figure:
    """A count, or a total, over a stock; what the count leaves open the rate does too."""
    if top.value is None or stock.value is None:
        return missing(top.reason or stock.reason or Reason.NOTHING, top.n)
    if not stock.value:
        return missing(Reason.NOTHING, top.n)
    times = many / stock.value
    low, high = (None if end is None else times * end for end in (top.low, top.high))
    return Figure(times * top.value, low, high, top.n, is_pale=top.is_pale)


def against(top: Figure, bottom: Figure) -> Figure:
    """A count for each one of another."""
    if top.value is None:
        return missing(top.reason or Reason.NOTHING, top.n)
    return self_service_score(int(top.value), int(bottom.value or 0))


def flow(plus: tuple[Figure, ...], minus: tuple[Figure, ...]) -> Figure:
    """Counts less counts, as far apart as independent Poisson counts may be."""
    up, down = (sum(one.value or 0.0 for one in some) for some in (plus, minus))
    half = Z_95 * sqrt(up + down)
    return Figure(up - down, up - down - half, up - down + half, int(up + down))
