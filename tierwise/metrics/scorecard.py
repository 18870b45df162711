"""The scorecard as a table: one row a figure, by KPI, slice and period."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from tierwise.facts.columns import Column, Kind, Table

from .cells import Cells
from .figures import Figure, Reason
from .measured_columns import SLICES

SCORECARD = Table(
    "scorecard",
    "Every figure with its interval, by KPI, slice and period. A slice that is not asked for is "
    "empty, as is one whose value is not known.",
    ("metric", "level", "channel", "team", "agent_id", "category", "from_day"),
    (
        Column("metric", Kind.TEXT, "The KPI, by its id."),
        *SLICES,
        Column("from_day", Kind.DAY, "First day of the period."),
        Column("value", Kind.NUMBER, "The figure; empty with a reason.", nullable=True),
        Column("low", Kind.NUMBER, "Lower end of its 95 % interval.", nullable=True),
        Column("high", Kind.NUMBER, "Upper end.", nullable=True),
        Column("n", Kind.COUNT, "What it counts over.", low=0),
        Column("reason", Kind.TEXT, "Why there is none.", nullable=True, choices=tuple(Reason)),
        Column("is_pale", Kind.FLAG, "Too little stands behind it for a headline."),
    ),
)
_FIGURE = ("value", "low", "high", "n", "reason", "is_pale")


def scorecard_table(cells: Cells, by: Sequence[str], schema: pa.Schema) -> pa.Table:
    """The cells as rows of SCORECARD."""
    rows = list(cells.items())
    places = {name: place for place, name in enumerate(by)}
    columns: dict[str, list[Any]] = {
        "metric": [metric for (metric, _, _), _ in rows],
        "from_day": [day for (_, _, day), _ in rows],
        **{name: [getattr(figure, name) for _, figure in rows] for name in _FIGURE},
    }
    for one in SLICES:
        at = places.get(one.name)
        columns[one.name] = [None if at is None else key[at] for (_, key, _), _ in rows]
    return pa.table({name: columns[name] for name in SCORECARD.names}, schema)


def cells_of(table: pa.Table, by: Sequence[str]) -> Cells:
    """Rows of SCORECARD as cells."""
    return dict(_cell(row, by) for row in table.to_pylist())


def _cell(row: Mapping[str, Any], by: Iterable[str]) -> tuple[tuple[str, Any, int], Figure]:
    told = dict(row)
    reason = Reason(told["reason"]) if told["reason"] else None
    figure = Figure(told["value"], told["low"], told["high"], told["n"], reason, told["is_pale"])
    return (told["metric"], tuple(told[name] for name in by), told["from_day"]), figure
