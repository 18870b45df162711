"""Every figure of a scorecard: which models are asked, and what their answers come to."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from tierwise.facts.models import SqlModel

from . import counted
from .figures import Figure, Reason, missing
from .kinds import (
    Adjusted,
    Age,
    Count,
    Length,
    MeanLength,
    Net,
    Ratio,
    Recent,
    Score,
    Share,
    Stock,
    Timed,
    Total,
    Wait,
    rows_of,
    same_times,
)
from .metric import Metric
from .row_models import ages_model, stock_model, strata_model, waits_model
from .slices import Key, Whole, group_quantiles, grouped
from .sums import PERIOD, Asked, sums_model
from .survey_weights import Stratum, inverse_weighted, post_stratified
from .survival import TimesByGroup, times_by_group
from .windows import RESTRICTED_S

Cells: TypeAlias = dict[tuple[str, Key, int], Figure]
"""Figures by the id of the KPI, the values of the slices, and the first day of the period."""

SUMMED = (Count, Share, Recent, Score, Net, Ratio, Total, MeanLength)
TIMED = (Wait, Length)
AT_ONCE = 12  # KPIs summed up in one pass, so that memory stays bounded


@dataclass(frozen=True, slots=True)
class Batch:
    """A model to run, and how figures are read from its answer."""

    model: SqlModel
    figures: Callable[[pa.Table], Cells]


def batches(metrics: Iterable[Metric], asked: Asked) -> Iterator[Batch]:
    """All that has to be asked for these KPIs; those made of others are left to `derived`."""
    wanted = tuple(metrics)
    for place, some in enumerate(_together(wanted, SUMMED)):
        summed = [one.how for one in some if isinstance(one.how, SUMMED)]
        model = sums_model(f"sums_{place}", summed, asked)
        yield Batch(model, partial(_summed, some, asked))
    for place, some in enumerate(_together(wanted, TIMED)):
        times = dict.fromkeys(same_times(one.how) for one in some if isinstance(one.how, TIMED))
        model = waits_model(f"waits_{place}", tuple(times), asked)
        yield Batch(model, partial(_timed, some, tuple(times), asked))
    for place, one in enumerate(wanted):
        yield from _single(f"figure_{place}", one, asked)


def _single(name: str, metric: Metric, asked: Asked) -> Iterator[Batch]:
    match metric.how:
        case Stock() as how:
            yield Batch(stock_model(name, how, asked), partial(_stock, metric, asked))
        case Age() as how:
            yield Batch(ages_model(name, how, asked), partial(_ages, metric, how, asked))
        case Adjusted() as how:
            yield Batch(strata_model(name, how, asked), partial(_adjusted, metric, how, asked))


def _together(metrics: Sequence[Metric], kinds: tuple[type, ...]) -> Iterator[tuple[Metric, ...]]:
    """KPIs that can be asked in one model: those of one table by the same moment."""
    alike: dict[tuple[str, ...], list[Metric]] = defaultdict(list)
    for one in metrics:
        if isinstance(one.how, kinds) and (rows := rows_of(one.how)):
            alike[rows.table, rows.at, rows.unless].append(one)
    for some in alike.values():
        yield from (tuple(some[at : at + AT_ONCE]) for at in range(0, len(some), AT_ONCE))


def _summed(metrics: Sequence[Metric], asked: Asked, answer: pa.Table) -> Cells:
    cells: Cells = {}
    keys = list(zip(*(answer[name].to_pylist() for name in (*asked.by, PERIOD.name)), strict=True))
    for place, metric in enumerate(metrics):
        start = f"m{place}_"
        names = [name for name in answer.column_names if name.startswith(start)]
        parts = [name.removeprefix(start) for name in names]
        sums = zip(*(answer[name].to_pylist() for name in names), strict=True)
        for key, row in zip(keys, sums, strict=True):
            figure = counted.figure_of(metric, dict(zip(parts, row, strict=True)))
            cells[metric.id, key[:-1], key[-1]] = figure
    return cells


def _timed(
    metrics: Sequence[Metric], times: Sequence[Timed], asked: Asked, answer: pa.Table
) -> Cells:
    cells: Cells = {}
    group, keys = grouped(answer, (*asked.by, PERIOD.name))
    for place, one in enumerate(times):
        length, state = (_numbers(answer, f"m{place}_{part}", -1) for part in ("length", "state"))
        counts = state >= 0
        given = (group[counts], length[counts], state[counts])
        found = times_by_group(*given, groups=len(keys), tau_s=RESTRICTED_S)
        for metric, quantile in _made_of(metrics, one):
            figures = zip(keys, _times(metric, quantile, found), strict=True)
            cells |= {(metric.id, key[:-1], key[-1]): figure for key, figure in figures}
    return cells


def _made_of(metrics: Sequence[Metric], times: Timed) -> Iterator[tuple[Metric, float | None]]:
    """The KPIs that are made of these durations, each with its quantile; None for a mean."""
    for one in metrics:
        if isinstance(one.how, TIMED) and same_times(one.how) == times:
            yield one, one.how.quantile


def _times(metric: Metric, quantile: float | None, found: TimesByGroup) -> list[Figure]:
    sizes = found.n.tolist()
    if quantile is None:
        means = (found.restricted_mean.tolist(), found.restricted_error.tolist())
        rows = zip(sizes, *means, strict=True)
        return [counted.restricted(n, x, error, metric.enough) for n, x, error in rows]
    at = found.quantiles[quantile]
    can_be = (found.other_way <= (1 - quantile) * found.n).tolist()
    ends = zip(sizes, at.value.tolist(), at.low.tolist(), at.high.tolist(), can_be, strict=True)
    return [
        counted.reached(n, x, (low, high), metric.enough, can_be=can)
        for n, x, low, high, can in ends
    ]


def _numbers(answer: pa.Table, name: str, nothing: int) -> Whole:
    column = answer[name].combine_chunks().fill_null(nothing)
    found: Whole = column.to_numpy(zero_copy_only=False).astype(np.int64)
    return found


def _stock(metric: Metric, asked: Asked, answer: pa.Table) -> Cells:
    cells: Cells = {}
    group, keys = grouped(answer, asked.by)
    days, steps = (_numbers(answer, name, 0) for name in ("on_day", "step"))
    for begins, ends in asked.periods:
        sums = np.bincount(
            group[days < ends], weights=steps[days < ends].astype(np.float64), minlength=len(keys)
        )
        for key, held in zip(keys, sums.tolist(), strict=True):
            cells[metric.id, key, begins] = Figure(held, None, None, round(held))
    return cells


def _ages(metric: Metric, how: Age, asked: Asked, answer: pa.Table) -> Cells:
    cells: Cells = {}
    group, keys = grouped(answer, asked.by)
    since, begun, until = (_numbers(answer, name, 0) for name in ("since_s", "from_s", "until_s"))
    for (begins, _), end_s in zip(asked.periods, asked.ends_s, strict=True):
        held = (begun < end_s) & (until >= end_s)
        ages = end_s - since[held]
        sizes, values = group_quantiles(group[held], ages, len(keys), how.quantile)
        for key, n, value in zip(keys, sizes.tolist(), values.tolist(), strict=True):
            figure = Figure(value, None, None, n) if n else missing(Reason.NOTHING)
            cells[metric.id, key, begins] = counted.judged(figure, metric.enough)
    return cells


def _adjusted(metric: Metric, how: Adjusted, asked: Asked, answer: pa.Table) -> Cells:
    weigh = inverse_weighted if how.by_chance else post_stratified
    strata: dict[tuple[Key, int], list[Stratum]] = defaultdict(list)
    for row in answer.to_pylist():
        key = tuple(row[name] for name in asked.by)
        strata[key, row[PERIOD.name]].append(stratum_of(row))
    return {
        (metric.id, key, period): counted.judged(weigh(some).figure, metric.enough)
        for (key, period), some in strata.items()
    }


def stratum_of(row: Mapping[str, Any]) -> Stratum:
    """A row of `strata_model` as a stratum."""
    kinds = tuple(str(row[name]) for name in row if name.startswith("stratum_"))
    return Stratum(kinds, row["resolved"], row["answered"], row["happy"])
