"""Promises in the book: levels and policies over time, alarms told once, closed days as stored."""

from collections.abc import Iterable
from dataclasses import asdict, replace

import pyarrow as pa
from sqlalchemy import Connection, select

from tierwise.facts.promises_kept import DATED_LEVELS, Alarm, ClosedDays, PolicyApplied

from .arrow_tables import schema_of
from .book_bulk import fetch_arrow
from .book_engine import upsert
from .book_schema import alarms, applies, closed_days, decisions, plans

SCHEMA = schema_of(DATED_LEVELS)


def dated_levels(connection: Connection) -> pa.Table:
    """The table DATED_LEVELS: every decision, in the order in which they were made."""
    decided = decisions.c
    query = select(
        decided.decision_id,
        decided.customer_id,
        decided.level,
        decided.decided_at,
        decided.as_of_day,
    ).order_by(decided.decision_id)
    return fetch_arrow(connection, query, SCHEMA)


def policies_applied(connection: Connection) -> tuple[PolicyApplied, ...]:
    """The policy versions that came into force, oldest first, without those taken back."""
    query = (
        select(plans.c.policy_version, applies.c.done_at, plans.c.as_of_day)
        .join(plans, plans.c.number == applies.c.plan)
        .where(plans.c.state == "applied")
        .order_by(applies.c.number)
    )
    return tuple(PolicyApplied(*row) for row in connection.execute(query))


def tell_alarms(connection: Connection, reached: Iterable[Alarm], now: int) -> tuple[Alarm, ...]:
    """Keep alarms that are to be told; the answer is those that nobody was told before.

    Another process that tells the same at the same time gets the others.
    """
    told = tuple(one for one in reached if _is_new(connection, replace(one, told_at=now)))
    return tuple(replace(one, told_at=now) for one in told)


def untold_alarms(connection: Connection, reached: Iterable[Alarm]) -> tuple[Alarm, ...]:
    """Those of some alarms that nobody was told."""
    kept = alarms.c
    keys = connection.execute(select(kept.ticket_id, kept.clock, kept.cycle, kept.threshold))
    told = {tuple(key) for key in keys}
    return tuple(one for one in reached if one.key not in told)


def latest_alarms(connection: Connection, limit: int) -> tuple[Alarm, ...]:
    """The latest alarms told, newest first."""
    kept = alarms.c
    order = (kept.told_at.desc(), kept.at_s.desc(), kept.ticket_id, kept.clock, kept.threshold)
    rows = connection.execute(select(alarms).order_by(*order).limit(limit))
    return tuple(Alarm(**row._mapping) for row in rows)


def keep_closed_days(connection: Connection, found: Iterable[ClosedDays], now: int) -> None:
    """Keep the closed days of calendars; those of a year that is kept already are replaced."""
    for one in found:
        keeping = upsert(connection, closed_days).values(**asdict(one), kept_at=now)
        news = {name: keeping.excluded[name] for name in ("days", "source", "kept_at")}
        key = [column.name for column in closed_days.primary_key]
        connection.execute(keeping.on_conflict_do_update(index_elements=key, set_=news))


def closed_days_of(connection: Connection, policy_version: int) -> tuple[ClosedDays, ...]:
    """The closed days kept with a policy version, by calendar and year."""
    kept = closed_days.c
    query = (
        select(kept.policy_version, kept.calendar, kept.year, kept.days, kept.source)
        .where(kept.policy_version == policy_version)
        .order_by(kept.calendar, kept.year)
    )
    return tuple(ClosedDays(*row) for row in connection.execute(query))


def _is_new(connection: Connection, alarm: Alarm) -> bool:
    telling = upsert(connection, alarms).values(**asdict(alarm)).on_conflict_do_nothing()
    return connection.execute(telling.returning(alarms.c.cycle)).first() is not None
