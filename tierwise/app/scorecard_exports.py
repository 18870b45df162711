"""Files of KPIs: one row a ticket with all that was measured, or one row a figure."""

from pathlib import Path

import pyarrow as pa

from tierwise.metrics.desk_tables import TICKET_MEASURES
from tierwise.metrics.measured_columns import SLICES
from tierwise.metrics.scorecard import SCORECARD, scorecard_table

from .scorecard_basis import ScoreBasis
from .scorecard_weeks import ensure_weeks
from .table_file import write_table
from .wiring import schema_of

_WEEKS = "exported_weeks"


def export_tickets(basis: ScoreBasis, path: Path) -> int:
    """One row a ticket, instants as text in UTC; how many were written."""
    told = [
        _instant(name) if name.endswith("_s") and "length" not in name else name
        for name in TICKET_MEASURES.output.names
    ]
    listed = ", ".join((*_said(basis), *told))
    text = f"SELECT {listed} FROM {TICKET_MEASURES.name} ORDER BY ticket_id"
    return write_table(basis.engine, text, path)


def export_metrics(basis: ScoreBasis, path: Path, by: str | None = None) -> int:
    """One row a KPI, level and week, and by another slice where asked; how many were written."""
    cuts: list[tuple[str, ...]] = [(), ("level",)]
    cuts += [(by,), ("level", by)] if by else []
    schema = schema_of(SCORECARD)
    rows = [scorecard_table(ensure_weeks(basis, cut), cut, schema) for cut in cuts]
    basis.engine.upload(_WEEKS, pa.concat_tables(rows))
    day = "CAST(DATE '1970-01-01' + from_day AS VARCHAR) AS from_day"
    listed = ", ".join((*_said(basis), f"* REPLACE ({day})"))
    ordered = ", ".join(("metric", "from_day", *(one.name for one in SLICES)))
    text = f"SELECT {listed} FROM {_WEEKS} ORDER BY {ordered}"
    return write_table(basis.engine, text, path)


def _said(basis: ScoreBasis) -> tuple[str, ...]:
    """What every row says of the data: when they were known, and that they are made up."""
    made_up = basis.promises.made_up
    as_of = f"{_moment(str(basis.promises.world.as_of_s))} AS data_as_of"
    return (f"'{made_up.replace(chr(39), chr(39) * 2)}' AS made_up", as_of) if made_up else (as_of,)


def _instant(name: str) -> str:
    return f"{_moment(name)} AS {name.removesuffix('_s')}_at"


def _moment(instant: str) -> str:
    return f"strftime(make_timestamp(CAST({instant} AS BIGINT) * 1000000), '%Y-%m-%d %H:%M:%SZ')"
