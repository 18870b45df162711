"""What was decided for one customer, and who did what: questions that always have an answer."""

from typing import Any

from sqlalchemy import Connection, Select, select

from tierwise.facts.decisions import AuditEntry, DatedDecision

from .book_records import audit_record, decision_record, one
from .book_schema import audit, current_decisions, decisions


def history(connection: Connection, customer_id: str) -> tuple[DatedDecision, ...]:
    """Every decision about the customer, newest first."""
    return tuple(decision_record(row) for row in connection.execute(_decided(customer_id)))


def level_at(connection: Connection, customer_id: str, at: int) -> DatedDecision | None:
    """The decision in force at an instant; None before the first one."""
    query = _decided(customer_id).where(decisions.c.decided_at <= at).limit(1)
    return one(connection.execute(query), decision_record)


def current(connection: Connection, customer_id: str) -> DatedDecision | None:
    """The decision in force now."""
    query = (
        select(decisions)
        .join(current_decisions, current_decisions.c.decision_id == decisions.c.decision_id)
        .where(current_decisions.c.customer_id == customer_id)
    )
    return one(connection.execute(query), decision_record)


def audit_entries(connection: Connection, limit: int) -> tuple[AuditEntry, ...]:
    """The latest entries, newest first."""
    query = select(audit).order_by(audit.c.entry.desc()).limit(limit)
    return tuple(audit_record(row) for row in connection.execute(query))


def _decided(customer_id: str) -> Select[Any]:
    return (
        select(decisions)
        .where(decisions.c.customer_id == customer_id)
        .order_by(decisions.c.decision_id.desc())
    )
