"""Alarms that were told, and the closed days that calendars took from outside."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make both tables; nothing that was kept changes."""
    _alarms()
    _closed_days()


def _key(name: str, *refers_to: sa.ForeignKey) -> sa.Column[int]:
    return sa.Column(name, WHOLE, *refers_to, primary_key=True, autoincrement=False)


def _text_key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True)


def _whole(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=nullable)


def _alarms() -> None:
    op.create_table(
        "alarms",
        _text_key("ticket_id"),
        _text_key("clock"),
        _key("cycle"),
        _text_key("threshold"),
        _whole("at_s"),
        _whole("tell_s"),
        _whole("due_s", nullable=True),
        _whole("told_at"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("alarms_told", "alarms", ["told_at"])


def _closed_days() -> None:
    op.create_table(
        "closed_days",
        _key("policy_version", sa.ForeignKey("policy_versions.version")),
        _text_key("calendar"),
        _key("year"),
        sa.Column("days", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        _whole("kept_at"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
