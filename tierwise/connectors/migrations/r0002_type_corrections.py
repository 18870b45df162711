"""Corrections of customers' types by agents, and the history of fits."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTERS = ("type_corrections", "value_fits")


def upgrade() -> None:
    """Make both tables and the counters that number their rows; nothing that was kept changes."""
    _type_corrections()
    _value_fits()
    counters = sa.table("counters", sa.column("name", sa.Text), sa.column("value", WHOLE))
    op.bulk_insert(counters, [{"name": name, "value": 0} for name in COUNTERS])


def _number() -> sa.Column[int]:
    return sa.Column("number", WHOLE, primary_key=True, autoincrement=False)


def _whole(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _type_corrections() -> None:
    op.create_table(
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
        sa.CheckConstraint("holds IN (0, 1)", name="type_corrections_holds"),
        sqlite_strict=True,
    )
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "type_corrections_running",
        "type_corrections",
        ["customer_id", "type"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )


def _value_fits() -> None:
    op.create_table(
        "value_fits",
        _number(),
        _whole("made_at"),
        _whole("as_of_day"),
        _text("facts_id"),
        _text("settings"),
        _text("settings_sha"),
        _text("report"),
        sa.UniqueConstraint("as_of_day", "facts_id", "settings_sha", name="value_fits_of"),
        sqlite_strict=True,
    )
