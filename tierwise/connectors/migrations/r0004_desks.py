"""Help desks: accounts and their secrets, plans of their configuration, pushes, reads and hints."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTERS = ("desk_accounts", "desk_plans", "desk_pushes")


def upgrade() -> None:
    """Make the tables and the counters that number their rows; nothing that was kept changes."""
    for make in (_accounts, _secrets, _owned, _plans, _written, _pushes, _batches, _reads):
        make()
    counters = sa.table("counters", sa.column("name", sa.Text), sa.column("value", WHOLE))
    op.bulk_insert(counters, [{"name": name, "value": 0} for name in COUNTERS])


def _whole(name: str, *refers_to: str, nullable: bool = False) -> sa.Column[int]:
    keys = [sa.ForeignKey(target) for target in refers_to]
    return sa.Column(name, WHOLE, *keys, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _number(name: str = "number", *refers_to: str) -> sa.Column[int]:
    keys = [sa.ForeignKey(target) for target in refers_to]
    return sa.Column(name, WHOLE, *keys, primary_key=True, autoincrement=False)


def _account() -> sa.Column[int]:
    return _number("account", "desk_accounts.number")


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True)


def _table(name: str, *items: Any, rowid: bool = True) -> None:
    op.create_table(name, *items, sqlite_strict=True, sqlite_with_rowid=rowid)


def _accounts() -> None:
    _table(
        "desk_accounts",
        _number(),
        _text("desk"),
        _text("name"),
        _text("address"),
        _text("sign_in"),
        _text("remote_id"),
        _whole("is_sandbox", nullable=True),
        _whole("into_facts"),
        _whole("connected_at"),
        _text("connected_by"),
        sa.UniqueConstraint("desk", "remote_id", name="desk_accounts_remote"),
        sa.CheckConstraint("is_sandbox IN (0, 1)", name="desk_accounts_sandbox"),
        sa.CheckConstraint("into_facts IN (0, 1)", name="desk_accounts_facts"),
    )


def _secrets() -> None:
    _table("desk_secrets", _account(), _text("sealed"))
    _table("desk_turns", _account(), _text("holder"), _whole("until_s"))


def _owned() -> None:
    _table(
        "desk_owned",
        _account(),
        _key("logical_id"),
        _text("kind"),
        _text("remote_id"),
        _text("body"),
        _whole("adopted"),
        _whole("at_s"),
        sa.CheckConstraint("adopted IN (0, 1)", name="desk_owned_adopted"),
        rowid=False,
    )


def _plans() -> None:
    states = "state IN ('open', 'begun', 'applied', 'dropped')"
    _table(
        "desk_plans",
        _number(),
        _whole("account", "desk_accounts.number"),
        _text("purpose"),
        _whole("made_at"),
        _text("made_by"),
        _whole("policy_version"),
        _text("snapshot_sha"),
        _text("ops"),
        _text("findings"),
        _text("state"),
        sa.CheckConstraint(states, name="desk_plans_state"),
    )
    op.create_index("desk_plans_account", "desk_plans", ["account"])
    _table(
        "desk_steps",
        _number("plan", "desk_plans.number"),
        _number(),
        _text("state"),
        _text("remote_id", nullable=True),
        _text("said"),
        _whole("at_s", nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'begun', 'done')", name="desk_steps_state"),
        rowid=False,
    )


def _written() -> None:
    _table(
        "desk_written",
        _number("account"),
        _key("user_id"),
        _text("customer_id"),
        _text("value", nullable=True),
        _text("wanted", nullable=True),
        _text("state"),
        _text("found", nullable=True),
        _text("said", nullable=True),
        _whole("at_s"),
        rowid=False,
    )
    op.create_index("desk_written_state", "desk_written", ["account", "state"])


def _pushes() -> None:
    counts = ("wanted", "written", "unchanged", "kept", "refused", "missing")
    _table(
        "desk_pushes",
        _number(),
        _whole("account", "desk_accounts.number"),
        _whole("started_at"),
        _text("started_by"),
        *(_whole(name) for name in counts),
        _whole("overwrite"),
        _whole("ended_at", nullable=True),
        sa.CheckConstraint("overwrite IN (0, 1)", name="desk_pushes_overwrite"),
    )
    op.create_index("desk_pushes_account", "desk_pushes", ["account"])
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "desk_pushes_running",
        "desk_pushes",
        ["account"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )


def _batches() -> None:
    _table(
        "desk_batches",
        _number("push"),
        _number(),
        _text("what"),
        _text("state"),
        _text("job_id", nullable=True),
        _whole("tries"),
        _text("people"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'done')", name="desk_batches_state"),
    )
    op.create_index("desk_batches_state", "desk_batches", ["push", "state", "number"])


def _reads() -> None:
    _table(
        "desk_streams",
        _account(),
        _key("stream"),
        _text("cursor", nullable=True),
        _whole("part"),
        _whole("rows"),
        _whole("read_at", nullable=True),
        _whole("is_end"),
        _text("said"),
        sa.CheckConstraint("is_end IN (0, 1)", name="desk_streams_end"),
        rowid=False,
    )
    _table(
        "desk_hints",
        _account(),
        _key("hint_id"),
        _text("kind"),
        _text("ticket_id", nullable=True),
        _whole("sent_at"),
        _whole("taken_at"),
        _whole("used_at", nullable=True),
        rowid=False,
    )
    op.create_index("desk_hints_used", "desk_hints", ["account", "used_at"])
    _table(
        "desk_limits",
        _account(),
        _key("scope"),
        _whole("total"),
        _whole("remaining"),
        _whole("resets_s", nullable=True),
        _whole("seen_at"),
        rowid=False,
    )
