"""Whether the rows of a period are still the same: one number for all of them."""

from collections.abc import Mapping

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

from .kinds import Rows
from .measure_views import COLUMNS
from .measured_columns import PACKAGE
from .sums import PERIOD, Asked, within

# Rows whose figures hang on the moment at which they are looked at.
OPEN: Mapping[str, str] = {
    "ticket_measures": "full_s IS NULL AND gone_s IS NULL",
    "waiting_spells": "answered_s IS NULL AND dropped_s IS NULL",
    "clock_waits": "is_open = 1",
}


def digest_model(rows: Rows, asked: Asked) -> SqlModel:
    """A digest of the rows of each period, and whether any of them is open."""
    columns = ", ".join(one for one in COLUMNS[rows.table] if one != "now_s")
    is_open = OPEN.get(rows.table, "1 = 0")
    text = f"""
{within(rows, asked)}
SELECT period, COUNT(*) || ' ' || {{{{ digest('{columns}') }}}} AS digest,
    MAX(CASE WHEN {is_open} THEN 1 ELSE 0 END) AS is_open
FROM within
GROUP BY period
"""
    digest = Column("digest", Kind.TEXT, "The same for the same rows.")
    is_open_column = Column("is_open", Kind.COUNT, "1 if any row is open.", low=0, high=1)
    table = Table("period_digests", "What rows are.", (), (PERIOD, digest, is_open_column))
    return SqlModel(PACKAGE, table, (rows.table,), text=text, as_view=True)
