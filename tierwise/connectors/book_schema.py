"""The book's tables: what Tierwise itself decided and did; the same on SQLite and PostgreSQL.

Instants are UTC epoch seconds, days are days since 1970-01-01, both integers, so that the two
engines agree. A change here needs a migration; a test holds the two equal.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.schema import SchemaItem

REVISION = "0003"  # head of migrations/; known here so that opening a current book needs no Alembic

# STRICT tables know INTEGER, not BIGINT; both hold 64 bits.
WHOLE = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData()


def _table(name: str, *items: SchemaItem, **options: Any) -> Table:
    return Table(name, metadata, *items, sqlite_strict=True, **options)


def _number() -> Column[int]:
    return Column("number", WHOLE, primary_key=True, autoincrement=False)


def _whole(name: str, *refers_to: ForeignKey, nullable: bool = False) -> Column[int]:
    return Column(name, WHOLE, *refers_to, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable)


# `head` grows with all that levels stand on; the others number the rows of their table.
counters = _table(
    "counters",
    Column("name", Text, primary_key=True),
    _whole("value"),
)

policy_versions = _table(
    "policy_versions",
    Column("version", WHOLE, primary_key=True, autoincrement=False),
    _text("policy"),
    _text("sha"),
    _whole("first_used_at"),
    UniqueConstraint("sha", name="policy_versions_sha"),
)

runs = _table(
    "runs",
    _number(),
    _whole("made_at"),
    _whole("as_of_day"),
    _text("facts_id"),
    _whole("policy_version", ForeignKey("policy_versions.version")),
    _whole("customers"),
    _whole("problems"),
)

plans = _table(
    "plans",
    _number(),
    _whole("run", ForeignKey("runs.number")),
    _whole("made_at"),
    _whole("as_of_day"),
    _text("facts_id"),
    _whole("policy_version", ForeignKey("policy_versions.version")),
    _whole("head"),
    _text("counts"),
    _text("levels_before"),
    _text("state"),
    CheckConstraint("state IN ('open', 'applied', 'undone')", name="plans_state"),
)

# This table, `decisions` and `current_decisions` grow by millions of rows at a time and have no
# foreign keys: PostgreSQL checks row by row, and an apply took three times as long. The row they
# refer to is always written by the same transaction.
plan_changes = _table(
    "plan_changes",
    Column("plan", WHOLE, primary_key=True, autoincrement=False),
    Column("customer_id", Text, primary_key=True),
    _text("level_from", nullable=True),
    _text("deserved", nullable=True),
    _text("level_to", nullable=True),
    _text("change"),
    _text("ground"),
    _whole("confirmed_runs"),
    _text("reason"),
    _text("evidence"),
    sqlite_with_rowid=False,
)

applies = _table(
    "applies",
    _number(),
    _whole("plan", ForeignKey("plans.number"), nullable=True),
    _whole("undoes", ForeignKey("applies.number"), nullable=True),
    _whole("done_at"),
    _text("done_by"),
    _whole("changed"),
    _whole("left_alone"),
    UniqueConstraint("plan", name="applies_plan"),
    UniqueConstraint("undoes", name="applies_undoes"),
)

# Append-only: a trigger refuses UPDATE and DELETE. `stands_for` names the earlier decision that
# an undo put back in force; a decision without it stands for itself.
decisions = _table(
    "decisions",
    Column("decision_id", WHOLE, primary_key=True, autoincrement=True),
    _text("customer_id"),
    _text("level", nullable=True),
    _text("level_before", nullable=True),
    _whole("since_day", nullable=True),
    _text("change"),
    _text("ground"),
    _text("reason"),
    _text("evidence"),
    _whole("decided_at"),
    _whole("as_of_day"),
    _whole("policy_version", nullable=True),
    _whole("apply", nullable=True),
    _whole("stands_for", nullable=True),
    _text("decided_by"),
    Index("decisions_customer", "customer_id", "decision_id"),
    Index("decisions_apply", "apply"),
)

# Which decision is in force: always the customer's last one, so it can be rebuilt.
current_decisions = _table(
    "current_decisions",
    Column("customer_id", Text, primary_key=True),
    _whole("decision_id"),
    sqlite_with_rowid=False,
)

overrides = _table(
    "overrides",
    _number(),
    _text("customer_id"),
    _text("level"),
    _text("reason"),
    _text("set_by"),
    _whole("set_at"),
    _whole("until_day"),
    _whole("ended_at", nullable=True),
    Index(
        "overrides_running",
        "customer_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

# What agents say of customers' types; a correction that ended is kept. `holds` is 1 or 0.
type_corrections = _table(
    "type_corrections",
    _number(),
    _text("customer_id"),
    _text("type"),
    _whole("holds"),
    _text("reason"),
    _text("set_by"),
    _whole("set_at"),
    _whole("ended_at", nullable=True),
    _text("ended_by", nullable=True),
    CheckConstraint("holds IN (0, 1)", name="type_corrections_holds"),
    Index(
        "type_corrections_running",
        "customer_id",
        "type",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

# Settings may be longer than PostgreSQL can index: `settings_sha`, their SHA-256, stands for them.
value_fits = _table(
    "value_fits",
    _number(),
    _whole("made_at"),
    _whole("as_of_day"),
    _text("facts_id"),
    _text("settings"),
    _text("settings_sha"),
    _text("report"),
    UniqueConstraint("as_of_day", "facts_id", "settings_sha", name="value_fits_of"),
)

# Which thresholds of which clocks were told; the key makes a catch-up tell each of them once.
alarms = _table(
    "alarms",
    Column("ticket_id", Text, primary_key=True),
    Column("clock", Text, primary_key=True),
    Column("cycle", WHOLE, primary_key=True, autoincrement=False),
    Column("threshold", Text, primary_key=True),
    _whole("at_s"),
    _whole("tell_s"),
    _whole("due_s", nullable=True),
    _whole("told_at"),
    Index("alarms_told", "told_at"),
    sqlite_with_rowid=False,
)

# What calendars take from outside, holidays above all, as it was when the version was first used.
closed_days = _table(
    "closed_days",
    Column(
        "policy_version",
        WHOLE,
        ForeignKey("policy_versions.version"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("calendar", Text, primary_key=True),
    Column("year", WHOLE, primary_key=True, autoincrement=False),
    _text("days"),
    _text("source"),
    _whole("kept_at"),
    sqlite_with_rowid=False,
)

audit = _table(
    "audit",
    Column("entry", WHOLE, primary_key=True, autoincrement=True),
    _whole("done_at"),
    _text("done_by"),
    _text("deed"),
    _text("subject"),
    _text("detail"),
)
