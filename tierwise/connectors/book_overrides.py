"""Levels set by hand: the override itself and the dated decision it makes at once."""

from dataclasses import replace

from sqlalchemy import Connection, insert, select, update

from tierwise.facts.decisions import AuditEntry, Change, DatedDecision, Ground, Override
from tierwise.facts.problems import RefusedError

from .book_applies import move_pointer, write_audit
from .book_engine import next_number
from .book_history import current
from .book_records import one, override_record
from .book_schema import decisions, overrides


def set_override(
    connection: Connection,
    wanted: Override,
    *,
    direction: Change,
    as_of_day: int,
    policy_version: int,
) -> Override:
    """Put the override in force; it ends the customer's earlier one."""
    next_number(connection, "head")
    _end(connection, wanted.customer_id, wanted.set_at)
    number = next_number(connection, "overrides")
    connection.execute(insert(overrides).values(number=number, **_values(wanted)))
    before = current(connection, wanted.customer_id)
    decision = _decision(wanted, before, direction, (as_of_day, policy_version))
    _decide(connection, decision)
    saved = replace(wanted, override_id=f"o{number}", ended_at=None)
    _audit(connection, saved, "override", (wanted.set_at, wanted.by))
    return saved


def end_override(connection: Connection, customer_id: str, *, at: int, by: str) -> Override:
    """End the customer's override; the level stays until the next plan is applied."""
    next_number(connection, "head")
    ended = _end(connection, customer_id, at)
    if ended is None:
        raise RefusedError(f"customer `{customer_id}` has no override to end")
    _audit(connection, ended, "end override", (at, by))
    return ended


def overrides_on(connection: Connection, day: int) -> tuple[Override, ...]:
    """Overrides not ended whose last day is `day` or later, the one that runs out first first."""
    query = (
        select(overrides)
        .where(overrides.c.ended_at.is_(None), overrides.c.until_day >= day)
        .order_by(overrides.c.until_day, overrides.c.customer_id)
    )
    return tuple(override_record(row) for row in connection.execute(query))


def override_of(connection: Connection, customer_id: str) -> Override | None:
    """The customer's override that nobody ended; its last day may be over."""
    query = select(overrides).where(
        overrides.c.customer_id == customer_id, overrides.c.ended_at.is_(None)
    )
    return one(connection.execute(query), override_record)


def _end(connection: Connection, customer_id: str, at: int) -> Override | None:
    ending = (
        update(overrides)
        .where(overrides.c.customer_id == customer_id, overrides.c.ended_at.is_(None))
        .values(ended_at=at)
        .returning(overrides)
    )
    return one(connection.execute(ending), override_record)


def _values(wanted: Override) -> dict[str, object]:
    return {
        "customer_id": wanted.customer_id,
        "level": wanted.level,
        "reason": wanted.reason,
        "set_by": wanted.by,
        "set_at": wanted.set_at,
        "until_day": wanted.until_day,
    }


def _decision(
    wanted: Override, before: DatedDecision | None, direction: Change, base: tuple[int, int]
) -> DatedDecision:
    as_of_day, policy_version = base
    level_before = before.level if before else None
    stays = before is not None and level_before == wanted.level
    return DatedDecision(
        customer_id=wanted.customer_id,
        level=wanted.level,
        level_before=level_before,
        change=_change(level_before, wanted.level, direction),
        ground=Ground.OVERRIDE,
        reason=wanted.reason,
        evidence="{}",
        decided_at=wanted.set_at,
        as_of_day=as_of_day,
        policy_version=policy_version,
        apply_id=None,
        by=wanted.by,
        since_day=before.since_day if before and stays else as_of_day,
    )


def _change(level_before: str | None, level: str, direction: Change) -> Change:
    if level_before is None:
        return Change.NEW
    return Change.SAME if level_before == level else direction


def _decide(connection: Connection, decision: DatedDecision) -> None:
    appended = connection.execute(
        insert(decisions)
        .values(
            customer_id=decision.customer_id,
            level=decision.level,
            level_before=decision.level_before,
            since_day=decision.since_day,
            change=str(decision.change),
            ground=str(decision.ground),
            reason=decision.reason,
            evidence=decision.evidence,
            decided_at=decision.decided_at,
            as_of_day=decision.as_of_day,
            policy_version=decision.policy_version,
            decided_by=decision.by,
        )
        .returning(decisions.c.decision_id)
    ).scalar_one()
    move_pointer(connection, decisions.c.decision_id == appended)


def _audit(connection: Connection, override: Override, deed: str, done: tuple[int, str]) -> None:
    at, by = done
    detail = f"{override.override_id}: {override.level} until day {override.until_day}"
    detail = f"{detail}; {override.reason}"
    write_audit(connection, AuditEntry(at, by, deed, override.customer_id, detail))
