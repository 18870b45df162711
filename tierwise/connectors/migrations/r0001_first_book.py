"""The first book: policies, runs, plans, applies, decisions, overrides, audit."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTERS = ("head", "runs", "plans", "applies", "overrides", "policy_versions")

APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions "
        "BEGIN SELECT RAISE(ABORT, 'decisions are never changed'); END",
        "CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions "
        "BEGIN SELECT RAISE(ABORT, 'decisions are never changed'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION decisions_are_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'decisions are never changed'; END $$",
        "CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions "
        "FOR EACH STATEMENT EXECUTE FUNCTION decisions_are_kept()",
    ),
}


def upgrade() -> None:
    """Make every table, the counters at 0 and the guard that keeps decisions append-only."""
    for make in (_counters, _policy, _plans, _applies, _decisions, _overrides, _audit):
        make()
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def _whole(name: str, *refers_to: str, nullable: bool = False) -> sa.Column[int]:
    keys = [sa.ForeignKey(target) for target in refers_to]
    return sa.Column(name, WHOLE, *keys, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _number(name: str = "number", *, counts_itself: bool = False) -> sa.Column[int]:
    return sa.Column(name, WHOLE, primary_key=True, autoincrement=counts_itself)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True)


def _table(name: str, *items: Any, rowid: bool = True) -> sa.Table:
    return op.create_table(name, *items, sqlite_strict=True, sqlite_with_rowid=rowid)


def _counters() -> None:
    counters = _table("counters", _key("name"), _whole("value"))
    op.bulk_insert(counters, [{"name": name, "value": 0} for name in COUNTERS])


def _policy() -> None:
    _table(
        "policy_versions",
        _number("version"),
        _text("policy"),
        _text("sha"),
        _whole("first_used_at"),
        sa.UniqueConstraint("sha", name="policy_versions_sha"),
    )
    _table(
        "runs",
        _number(),
        _whole("made_at"),
        _whole("as_of_day"),
        _text("facts_id"),
        _whole("policy_version", "policy_versions.version"),
        _whole("customers"),
        _whole("problems"),
    )


def _plans() -> None:
    _table(
        "plans",
        _number(),
        _whole("run", "runs.number"),
        _whole("made_at"),
        _whole("as_of_day"),
        _text("facts_id"),
        _whole("policy_version", "policy_versions.version"),
        _whole("head"),
        _text("counts"),
        _text("levels_before"),
        _text("state"),
        sa.CheckConstraint("state IN ('open', 'applied', 'undone')", name="plans_state"),
    )
    _table(
        "plan_changes",
        _number("plan"),
        _key("customer_id"),
        _text("level_from", nullable=True),
        _text("deserved", nullable=True),
        _text("level_to", nullable=True),
        _text("change"),
        _text("ground"),
        _whole("confirmed_runs"),
        _text("reason"),
        _text("evidence"),
        rowid=False,
    )


def _applies() -> None:
    _table(
        "applies",
        _number(),
        _whole("plan", "plans.number", nullable=True),
        _whole("undoes", "applies.number", nullable=True),
        _whole("done_at"),
        _text("done_by"),
        _whole("changed"),
        _whole("left_alone"),
        sa.UniqueConstraint("plan", name="applies_plan"),
        sa.UniqueConstraint("undoes", name="applies_undoes"),
    )


def _decisions() -> None:
    _table(
        "decisions",
        _number("decision_id", counts_itself=True),
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
    )
    op.create_index("decisions_customer", "decisions", ["customer_id", "decision_id"])
    op.create_index("decisions_apply", "decisions", ["apply"])
    _table(
        "current_decisions",
        _key("customer_id"),
        _whole("decision_id"),
        rowid=False,
    )


def _overrides() -> None:
    _table(
        "overrides",
        _number(),
        _text("customer_id"),
        _text("level"),
        _text("reason"),
        _text("set_by"),
        _whole("set_at"),
        _whole("until_day"),
        _whole("ended_at", nullable=True),
    )
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "overrides_running",
        "overrides",
        ["customer_id"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )


def _audit() -> None:
    _table(
        "audit",
        _number("entry", counts_itself=True),
        _whole("done_at"),
        _text("done_by"),
        _text("deed"),
        _text("subject"),
        _text("detail"),
    )
