"""Attainment counted by an engine: promises and whole tickets, by level, clock, week and more."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

from .attainment import Counts
from .intervals import ClusterSums

TEXT, COUNT = Kind.TEXT, Kind.COUNT
PACKAGE = "tierwise.metrics"

_LEVEL = Column("level", TEXT, "Level whose promise counts.", nullable=True)
_CLOCK = Column("clock", TEXT, "The promise; `ticket` for all of a ticket together.")
_OTHERS = (
    Column("channel", TEXT, "Channel whose promise counts.", nullable=True),
    Column("priority", TEXT, "Priority whose promise counts.", nullable=True),
    Column("team", TEXT, "Team that had it when the clock began.", nullable=True),
)
_WEEK = Column("week", COUNT, "Weeks before the end of the period; 0 is the last.", low=0)
BY: Mapping[str, Column] = {one.name: one for one in (_LEVEL, _CLOCK, *_OTHERS, _WEEK)}

OUTCOMES = ("met", "late", "open_late", "not_due", "not_counted")
_CLUSTERED = {
    "clusters": ("CASE WHEN due > 0 THEN 1 ELSE 0 END", "Customers with something due."),
    "sizes_squared": ("due * due", "Sum over customers of what was due, squared."),
    "sizes_by_hits": ("due * met", "Sum over customers of what was due × what was kept."),
    "hits_squared": ("met * met", "Sum over customers of what was kept, squared."),
}

CYCLE_OUTCOMES = SqlModel(
    PACKAGE,
    Table(
        "cycle_outcomes",
        "How each promise came out. What is not due yet belongs to the last moment known, all "
        "else to when it was due; nobody in particular is a customer of their own.",
        (),
        (
            Column("ticket_id", TEXT, "The ticket."),
            *(_CLOCK, _LEVEL, *_OTHERS),
            Column("outcome", TEXT, "How it came out.", choices=OUTCOMES),
            Column("customer", TEXT, "Whose promise it was."),
            Column("at_s", Kind.INSTANT, "The moment it belongs to."),
        ),
    ),
    reads=("clock_cycles",),
    parameters=("as_of_s",),
    as_view=True,
)
TICKET_OUTCOMES = replace(
    CYCLE_OUTCOMES,
    output=replace(
        CYCLE_OUTCOMES.output,
        name="ticket_outcomes",
        meaning="How each ticket came out: kept when every promise on it that was due was kept.",
    ),
    reads=("cycle_outcomes",),
    parameters=(),
)


def counts_model(by: Sequence[str], of: SqlModel = CYCLE_OUTCOMES) -> SqlModel:
    """Outcomes from `from_s` up to `to_s` counted, sliced by names of `BY`."""
    keys = "".join(f"{name}, " for name in by)
    grouped = f"GROUP BY {keys.removesuffix(', ')}" if by else ""
    whens = (f"SUM(CASE WHEN outcome = '{o}' THEN 1 ELSE 0 END) AS {o}" for o in OUTCOMES)
    sums = [_sum(name, name) for name in OUTCOMES]
    sums += [_sum(term, name) for name, (term, _) in _CLUSTERED.items()]
    text = f"""
WITH known AS (
    SELECT o.*, {{{{ floor_div(to_s ~ ' - 1 - at_s', '604800') }}}} AS week
    FROM {of.name} o
    WHERE at_s >= {{{{ from_s }}}} AND at_s < {{{{ to_s }}}}
),
by_customer AS (
    SELECT {keys}customer, {", ".join(whens)} FROM known GROUP BY {keys}customer
),
sized AS (
    SELECT b.*, met + late + open_late AS due FROM by_customer b
)
SELECT {keys}{", ".join(sums)} FROM sized {grouped}
"""
    return SqlModel(PACKAGE, _counts_table(by, of), (of.name,), ("from_s", "to_s"), text=text)


def counts_of(row: Mapping[str, int]) -> Counts:
    """The counts that a row of such a model holds."""
    sums = ClusterSums(*(int(row[name]) for name in _CLUSTERED))
    met, late, open_late, not_due, not_counted = (int(row[name]) for name in OUTCOMES)
    return Counts(met, late, open_late, not_due, not_counted, sums)


def _sum(term: str, name: str) -> str:
    return f"{{{{ whole('COALESCE(SUM({term}), 0)') }}}} AS {name}"


def _counts_table(by: Sequence[str], of: SqlModel) -> Table:
    kinds = (Column(name, COUNT, f"How many came out `{name}`.", low=0) for name in OUTCOMES)
    sums = (Column(name, COUNT, meaning, low=0) for name, (_, meaning) in _CLUSTERED.items())
    columns = (*(BY[name] for name in by), *kinds, *sums)
    return Table(f"{of.name}_by_{'_'.join(by) or 'nothing'}", "Counted.", tuple(by), columns)
