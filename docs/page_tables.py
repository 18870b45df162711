"""The page of tables and their columns."""

from collections.abc import Iterable

from layout import grid, page

from tierwise.facts.columns import Column, Table
from tierwise.facts.decisions import DECISIONS
from tierwise.facts.tables import TABLES
from tierwise.value.rfm_groups import PROSPECTS, RFM_GROUPS
from tierwise.value.standing import STANDING


def tables_page() -> str:
    return page(
        "Tables",
        "tierwise/facts and tierwise/value",
        "What Tierwise knows, whatever system it came from. Money is in minor units (cents) of the "
        "row's currency. An instant counts seconds since 1970-01-01 UTC; a day counts days since "
        "then, in the shop's zone.",
        *(facts_table(table) for table in TABLES),
        facts_table(STANDING),
        facts_table(DECISIONS),
        "## RFM groups",
        "Each buyer gets a score from 1 to 5 for recency, frequency and money, 5 being best. "
        "Every one of the 125 combinations lies in exactly one group. "
        f"Customers who never bought are `{PROSPECTS}`.",
        rfm_groups(),
    )


def facts_table(table: Table) -> str:
    key = ", ".join(f"`{name}`" for name in table.key)
    return f"## {table.name}\n\n{table.meaning} Key: {key}.\n\n{columns_grid(table.columns)}"


def columns_grid(columns: Iterable[Column]) -> str:
    return grid(
        ("column", "what it holds", "may be empty", "meaning"),
        ((f"`{c.name}`", unit(c), "yes" if c.nullable else "", c.meaning) for c in columns),
    )


def unit(column: Column) -> str:
    """The kind of a column with its choices or bounds."""
    if column.choices:
        return "one of " + ", ".join(f"`{choice}`" for choice in column.choices)
    bounds = (("from", column.low), ("to", column.high))
    limits = " ".join(f"{word} {value:g}" for word, value in bounds if value is not None)
    return f"{column.kind}, {limits}" if limits else str(column.kind)


def rfm_groups() -> str:
    return grid(
        ("group", "recency", "frequency", "money", "advice"),
        (
            (group.name, scores(group.r), scores(group.f), scores(group.m), group.advice)
            for group in RFM_GROUPS
        ),
    )


def scores(wanted: tuple[int, ...]) -> str:
    low, high = min(wanted), max(wanted)
    return str(low) if low == high else f"{low}–{high}"
