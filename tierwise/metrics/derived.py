"""Figures that are made of others, and what is said where there was nothing to count."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from . import counted
from .cells import Cells
from .figures import Figure, Reason, missing
from .intervals import garwood
from .kinds import Against, Count, Flow, Per, Stock, rows_of
from .metric import Metric
from .slices import Key
from .sums import Asked

_WITHOUT_LEVEL = frozenset({"agent_days"})  # agents serve all of them
Found = Callable[[str], Figure]


def full_scorecard(
    cells: Cells,
    metrics: Mapping[str, Metric],
    keys: Iterable[Key],
    asked: Asked,
    *,
    sources: frozenset[str],
    as_of_s: int,
) -> Cells:
    """A figure, or why there is none, for every KPI, slice and period.

    What was not found is 0 of a count and nothing of all else; a KPI whose table is not among
    `sources`, those with any row, says that nothing of its kind was read. `as_of_s` is the last
    moment that is known.
    """
    why_not = {one: why_never(metric, metrics, asked, sources) for one, metric in metrics.items()}
    full: Cells = {}
    for key in keys:
        for (begins, _), end_s in zip(asked.periods, asked.ends_s, strict=True):
            place = _Place(cells, metrics, (key, begins), as_of_s - end_s)
            full |= place.figures(why_not)
    return full


@dataclass(frozen=True, slots=True)
class _Place:
    """One slice in one period, which ended `age_s` before the last moment known."""

    cells: Cells
    metrics: Mapping[str, Metric]
    at: tuple[Key, int]
    age_s: int

    def figures(self, why_not: Mapping[str, Reason | None]) -> Cells:
        key, begins = self.at
        return {
            (one, key, begins): missing(reason) if reason else self.found(one)
            for one, reason in why_not.items()
        }

    def found(self, metric_id: str) -> Figure:
        metric, (key, begins) = self.metrics[metric_id], self.at
        own = self.cells.get((metric_id, key, begins)) or derived(metric, self.found)
        return self.empty(metric) if own is None or own.reason is Reason.NOTHING else own

    def empty(self, metric: Metric) -> Figure:
        """What is said where no row was counted."""
        if self.age_s < metric.window_s:
            return missing(Reason.WINDOW_OPEN)
        return _EMPTY.get(type(metric.how), missing(Reason.NOTHING))


def why_never(
    metric: Metric, metrics: Mapping[str, Metric], asked: Asked, sources: frozenset[str]
) -> Reason | None:
    """Why a KPI has no figure in any slice and period; None where it may have."""
    tables = tables_of(metric, metrics)
    if not tables <= sources:
        return Reason.NO_SOURCE
    return Reason.NOT_BY_LEVEL if "level" in asked.by and tables & _WITHOUT_LEVEL else None


def tables_of(metric: Metric, metrics: Mapping[str, Metric]) -> frozenset[str]:
    """The measures that a KPI counts, itself or by the figures it is made of."""
    how = metric.how
    if parts := _parts(metric):
        return frozenset().union(*(tables_of(metrics[one], metrics) for one in parts))
    rows = rows_of(how)
    return frozenset({rows.table if rows else getattr(how, "table", ""), *metric.needs})


def _parts(metric: Metric) -> tuple[str, ...]:
    match metric.how:
        case Per(top, stock):
            return top, stock
        case Against(top, bottom):
            return top, bottom
        case Flow(plus, minus):
            return plus + minus
        case _:
            return ()


def derived(metric: Metric, found: Found) -> Figure | None:
    """A figure made of others; None for a KPI that is counted itself."""
    parts = tuple(found(one) for one in _parts(metric))
    if not parts:
        return None
    match metric.how:
        case Per(per=many):
            made = counted.per(parts[0], parts[1], many)
        case Against():
            made = counted.against(parts[0], parts[1])
        case Flow(plus):
            made = counted.flow(parts[: len(plus)], parts[len(plus) :])
    return counted.judged(made, metric.enough)


_EMPTY: Mapping[type, Figure] = {
    Count: Figure(0.0, *garwood(0), 0),
    Stock: Figure(0.0, None, None, 0),
}
