"""The book's tables: what Tierwise itself decided and did; the same on SQLite and PostgreSQL.

Instants are UTC epoch seconds, days are days since 1970-01-01, both integers, so that the two
engines agree. A change here needs a migration; a test holds the two equal.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)

from .book_columns import WHOLE, book_table, text_key, whole, whole_key, words

REVISION = "0004"  # head of migrations/; known here so that opening a current book needs no Alembic

# `head` grows with all that levels stand on; the others number the rows of their table.
counters = book_table(
    "counters",
    text_key("name"),
    whole("value"),
)

policy_versions = book_table(
    "policy_versions",
    whole_key("version"),
    words("policy"),
    words("sha"),
    whole("first_used_at"),
    UniqueConstraint("sha", name="policy_versions_sha"),
)

runs = book_table(
    "runs",
    whole_key("number"),
    whole("made_at"),
    whole("as_of_day"),
    words("facts_id"),
    whole("policy_version", ForeignKey("policy_versions.version")),
    whole("customers"),
    whole("problems"),
)

plans = book_table(
    "plans",
    whole_key("number"),
    whole("run", ForeignKey("runs.number")),
    whole("made_at"),
    whole("as_of_day"),
    words("facts_id"),
    whole("policy_version", ForeignKey("policy_versions.version")),
    whole("head"),
    words("counts"),
    words("levels_before"),
    words("state"),
    CheckConstraint("state IN ('open', 'applied', 'undone')", name="plans_state"),
)

# This table, `decisions` and `current_decisions` grow by millions of rows at a time and have no
# foreign keys: PostgreSQL checks row by row, and an apply took three times as long. The row they
# refer to is always written by the same transaction.
plan_changes = book_table(
    "plan_changes",
    whole_key("plan"),
    text_key("customer_id"),
    words("level_from", nullable=True),
    words("deserved", nullable=True),
    words("level_to", nullable=True),
    words("change"),
    words("ground"),
    whole("confirmed_runs"),
    words("reason"),
    words("evidence"),
    sqlite_with_rowid=False,
)

applies = book_table(
    "applies",
    whole_key("number"),
    whole("plan", ForeignKey("plans.number"), nullable=True),
    whole("undoes", ForeignKey("applies.number"), nullable=True),
    whole("done_at"),
    words("done_by"),
    whole("changed"),
    whole("left_alone"),
    UniqueConstraint("plan", name="applies_plan"),
    UniqueConstraint("undoes", name="applies_undoes"),
)

# Append-only: a trigger refuses UPDATE and DELETE. `stands_for` names the earlier decision that
# an undo put back in force; a decision without it stands for itself.
decisions = book_table(
    "decisions",
    Column("decision_id", WHOLE, primary_key=True, autoincrement=True),
    words("customer_id"),
    words("level", nullable=True),
    words("level_before", nullable=True),
    whole("since_day", nullable=True),
    words("change"),
    words("ground"),
    words("reason"),
    words("evidence"),
    whole("decided_at"),
    whole("as_of_day"),
    whole("policy_version", nullable=True),
    whole("apply", nullable=True),
    whole("stands_for", nullable=True),
    words("decided_by"),
    Index("decisions_customer", "customer_id", "decision_id"),
    Index("decisions_apply", "apply"),
)

# Which decision is in force: always the customer's last one, so it can be rebuilt.
current_decisions = book_table(
    "current_decisions",
    text_key("customer_id"),
    whole("decision_id"),
    sqlite_with_rowid=False,
)

overrides = book_table(
    "overrides",
    whole_key("number"),
    words("customer_id"),
    words("level"),
    words("reason"),
    words("set_by"),
    whole("set_at"),
    whole("until_day"),
    whole("ended_at", nullable=True),
    Index(
        "overrides_running",
        "customer_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

# What agents say of customers' types; a correction that ended is kept. `holds` is 1 or 0.
type_corrections = book_table(
    "type_corrections",
    whole_key("number"),
    words("customer_id"),
    words("type"),
    whole("holds"),
    words("reason"),
    words("set_by"),
    whole("set_at"),
    whole("ended_at", nullable=True),
    words("ended_by", nullable=True),
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
value_fits = book_table(
    "value_fits",
    whole_key("number"),
    whole("made_at"),
    whole("as_of_day"),
    words("facts_id"),
    words("settings"),
    words("settings_sha"),
    words("report"),
    UniqueConstraint("as_of_day", "facts_id", "settings_sha", name="value_fits_of"),
)

# Which thresholds of which clocks were told; the key makes a catch-up tell each of them once.
alarms = book_table(
    "alarms",
    text_key("ticket_id"),
    text_key("clock"),
    whole_key("cycle"),
    text_key("threshold"),
    whole("at_s"),
    whole("tell_s"),
    whole("due_s", nullable=True),
    whole("told_at"),
    Index("alarms_told", "told_at"),
    sqlite_with_rowid=False,
)

# What calendars take from outside, holidays above all, as it was when the version was first used.
closed_days = book_table(
    "closed_days",
    whole_key("policy_version", ForeignKey("policy_versions.version")),
    text_key("calendar"),
    whole_key("year"),
    words("days"),
    words("source"),
    whole("kept_at"),
    sqlite_with_rowid=False,
)

audit = book_table(
    "audit",
    Column("entry", WHOLE, primary_key=True, autoincrement=True),
    whole("done_at"),
    words("done_by"),
    words("deed"),
    words("subject"),
    words("detail"),
)
