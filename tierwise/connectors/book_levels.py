"""Which level is in force now, for all customers at once."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Select, case, func, select

from tierwise.facts.decisions import CURRENT_LEVELS, Change, Ground

from .arrow_tables import schema_of
from .book_bulk import fetch_arrow
from .book_records import pairs
from .book_schema import applies, current_decisions, decisions, overrides, plan_changes, plans

SCHEMA = schema_of(CURRENT_LEVELS)


def _schema(*names: str) -> pa.Schema:
    return pa.schema([SCHEMA.field(name) for name in names])


LEVELS = _schema("customer_id", "level", "since_day", "by_hand")
REASONS = (
    _schema("customer_id", "level", "since_day")
    .append(pa.field("reason", pa.string()))
    .append(pa.field("policy_version", pa.int64()))
)
WAITING = _schema("customer_id", "waiting_level", "waiting_runs", "waiting_day")
OVERRIDES = _schema("customer_id", "override_level", "override_until_day")

IN_FORCE = current_decisions.join(
    decisions, decisions.c.decision_id == current_decisions.c.decision_id
)


def levels_arrow(connection: Connection) -> pa.Table:
    """customer_id, level, since_day and by_hand of every customer who has a level."""
    query = (
        select(
            current_decisions.c.customer_id,
            decisions.c.level,
            decisions.c.since_day,
            case((decisions.c.ground == Ground.OVERRIDE.value, 1), else_=0),
        )
        .select_from(IN_FORCE)
        .where(decisions.c.level.is_not(None))
        .order_by(current_decisions.c.customer_id)
    )
    return fetch_arrow(connection, query, LEVELS)


def reasons_arrow(connection: Connection) -> pa.Table:
    """customer_id, level, since_day, reason and policy_version of every level in force."""
    query = (
        select(
            current_decisions.c.customer_id,
            decisions.c.level,
            decisions.c.since_day,
            decisions.c.reason,
            decisions.c.policy_version,
        )
        .select_from(IN_FORCE)
        .where(decisions.c.level.is_not(None))
    )
    return fetch_arrow(connection, query, REASONS)


def current_levels(connection: Connection, as_of_day: int) -> pa.Table:
    """The table CURRENT_LEVELS: levels in force, levels that wait, overrides due on the day."""
    levels = levels_arrow(connection)
    due = fetch_arrow(connection, _overrides_due(as_of_day), OVERRIDES)
    waiting = fetch_arrow(connection, _waiting(_last_plan(connection)), WAITING)
    levels = _beside(_beside(_with_strangers(levels, due), waiting), due)
    waited = levels.column("waiting_runs")
    runs = pc.if_else(pc.is_valid(waited), waited, 0)
    place = levels.schema.get_field_index("waiting_runs")
    return levels.set_column(place, "waiting_runs", runs).select(SCHEMA.names).cast(SCHEMA)


def level_counts(connection: Connection) -> dict[str, int]:
    """Customers per level now."""
    query = (
        select(decisions.c.level, func.count())
        .select_from(IN_FORCE)
        .where(decisions.c.level.is_not(None))
        .group_by(decisions.c.level)
        .order_by(decisions.c.level)
    )
    return pairs(connection.execute(query))


def _last_plan(connection: Connection) -> int:
    """Number of the last applied plan that is not undone; 0 when there is none."""
    query = (
        select(applies.c.plan)
        .join(plans, plans.c.number == applies.c.plan)
        .where(plans.c.state == "applied")
        .order_by(applies.c.number.desc())
        .limit(1)
    )
    return connection.execute(query).scalar() or 0


def _waiting(plan: int) -> Select[Any]:
    change = plan_changes.c
    return (
        select(change.customer_id, change.deserved, change.confirmed_runs, plans.c.as_of_day)
        .join(plans, plans.c.number == change.plan)
        .where(change.plan == plan, change.change == Change.HELD.value, change.confirmed_runs > 0)
    )


def _overrides_due(as_of_day: int) -> Select[Any]:
    return select(overrides.c.customer_id, overrides.c.level, overrides.c.until_day).where(
        overrides.c.ended_at.is_(None), overrides.c.until_day >= as_of_day
    )


def _with_strangers(levels: pa.Table, due: pa.Table) -> pa.Table:
    """Levels, and a row without a level for every override of a customer who has none."""
    known = pc.is_in(due["customer_id"], value_set=levels["customer_id"])
    strangers = due.filter(pc.invert(known)).select(["customer_id"])
    return pa.concat_tables([levels, strangers], promote_options="default")


def _beside(left: pa.Table, right: pa.Table) -> pa.Table:
    """A left join on customer_id that keeps the order; Arrow's own join does not."""
    place = pc.index_in(left["customer_id"], value_set=right["customer_id"])
    found = right.drop_columns("customer_id").take(place)
    for name in found.column_names:
        left = left.append_column(name, found[name])
    return left
