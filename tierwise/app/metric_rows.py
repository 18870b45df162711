"""The rows behind a figure, page by page."""

from collections.abc import Mapping
from typing import Any

from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.kinds import Flow
from tierwise.metrics.metric import Metric
from tierwise.metrics.periods import Periods
from tierwise.metrics.rows_behind import ROWS, rows_model

from .promise_records import Period
from .scorecard_answers import usual
from .scorecard_basis import ScoreBasis
from .scorecard_records import MetricRow, MetricRows, RowsAsked

ONLY = {"all": "TRUE", "hit": "value > 0", "miss": "value <= 0", "open": "is_open = 1"}
_SLICED = ("channel", "team", "agent_id", "category")
_UNKNOWN = "ticket "  # before the ticket of a customer nobody knows


def has_rows(metric: Metric) -> bool:
    """Whether rows can be shown: not those of a difference of counts."""
    return not isinstance(metric.how, Flow)


def rows_behind(
    basis: ScoreBasis, metric: Metric, asked: Period | None, which: RowsAsked
) -> MetricRows:
    """A page of the rows of a figure, the longest or largest first, then the newest."""
    period = usual(basis, asked)
    text, values = rows_query(basis, metric, period, which)
    ((total,),) = basis.engine.rows(f"SELECT COUNT(*) FROM ({text})", values)
    page = basis.engine.query(
        f"{text} ORDER BY value DESC NULLS LAST, at_s DESC, row_id LIMIT ? OFFSET ?",
        [*values, which.limit, which.offset],
    )
    rows = tuple(_row(row) for row in page.to_pylist())
    return MetricRows(basis.promises.as_of(), period, metric.id, which, rows, int(total))


def rows_query(
    basis: ScoreBasis, metric: Metric, period: Period, which: RowsAsked
) -> tuple[str, list[object]]:
    """The rows that fit, as a query and its values; with columns of ROWS."""
    made = rows_model(metric, CATALOGUE, basis.asked((), Periods(period.from_day, period.days)))
    if made is None:
        raise ValueError(f"{metric.id} has no rows")
    given: dict[str, int | str] = {"as_of_s": basis.promises.world.as_of_s}
    basis.engine.materialise(made, {name: given[name] for name in made.parameters})
    wheres, values = [ONLY[which.only]], list[object]()
    if which.level is not None:
        wheres.append("COALESCE(level, '') = ?")
        values.append(which.level)
    if which.by in _SLICED and which.slice is not None:
        wheres.append(f"COALESCE({which.by}, '') = ?")
        values.append(which.slice)
    return f"SELECT {', '.join(ROWS.names)} FROM {made.name} WHERE {' AND '.join(wheres)}", values


def _row(row: Mapping[str, Any]) -> MetricRow:
    told = dict(row)
    customer = told.pop("customer")
    is_known = customer is not None and not customer.startswith(_UNKNOWN)
    told |= {"customer_id": customer if is_known else None, "is_open": bool(told["is_open"])}
    return MetricRow(**told)
