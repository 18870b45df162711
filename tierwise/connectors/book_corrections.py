"""What customers' types and values rest on besides the facts: corrections by agents, and fits."""

from dataclasses import replace
from hashlib import sha256

import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from tierwise.facts.corrections import TYPE_CORRECTIONS, TypeCorrection
from tierwise.facts.decisions import AuditEntry
from tierwise.facts.fits import ValueFit
from tierwise.facts.problems import RefusedError

from .arrow_tables import schema_of
from .book_applies import write_audit
from .book_bulk import fetch_arrow
from .book_engine import next_number, take_turn
from .book_records import AnyRow, one
from .book_schema import type_corrections, value_fits

SCHEMA = schema_of(TYPE_CORRECTIONS)
# STRICT tables know no yes and no: the book keeps 1 and 0.
STORED = SCHEMA.set(SCHEMA.get_field_index("holds"), pa.field("holds", pa.int64(), nullable=False))
# What nobody could understand later without, and how to mend it.
NEEDED = {
    "customer_id": "name the customer",
    "type": "name the type it is about",
    "reason": "give a reason: what the customer said or did",
    "by": "say who makes it",
}


def correct_type(connection: Connection, wanted: TypeCorrection) -> TypeCorrection:
    """Put the correction in force; it ends the earlier one of the same customer and type."""
    _refuse_blank(wanted)
    # Counting first makes any other correction wait until this one is done.
    number = next_number(connection, "type_corrections")
    _end(connection, (wanted.customer_id, wanted.type), (wanted.at, wanted.by))
    connection.execute(insert(type_corrections).values(number=number, **_values(wanted)))
    saved = replace(wanted, correction_id=f"c{number}", ended_at=None, ended_by=None)
    _audit(connection, saved, "correct type", (wanted.at, wanted.by))
    return saved


def withdraw_correction(
    connection: Connection, about: tuple[str, str], *, at: int, by: str
) -> TypeCorrection:
    """End the correction of a customer and type; RefusedError when none is in force."""
    take_turn(connection, "type_corrections")
    ended = _end(connection, about, (at, by))
    if ended is None:
        raise RefusedError(_nothing_to_withdraw(connection, *about))
    _audit(connection, ended, "withdraw correction", (at, by))
    return ended


def corrections_of(connection: Connection, customer_id: str) -> tuple[TypeCorrection, ...]:
    """The customer's corrections in force, by type."""
    query = select(type_corrections).where(
        type_corrections.c.customer_id == customer_id, type_corrections.c.ended_at.is_(None)
    )
    found = (_correction(row) for row in connection.execute(query))
    return tuple(sorted(found, key=lambda correction: correction.type))


def corrections_arrow(connection: Connection) -> pa.Table:
    """The table TYPE_CORRECTIONS: all in force, by customer and type."""
    kept = type_corrections.c
    query = select(
        kept.customer_id, kept.type, kept.holds, kept.reason, kept.set_by, kept.set_at
    ).where(kept.ended_at.is_(None))
    rows = fetch_arrow(connection, query, STORED).cast(SCHEMA)
    # Arrow orders texts alike whatever the collation of the database.
    return rows.sort_by([(name, "ascending") for name in TYPE_CORRECTIONS.key])


def record_fit(connection: Connection, fit: ValueFit) -> ValueFit:
    """The fit of this day, these facts and settings: the one already kept, or this one."""
    sha = sha256(fit.settings.encode()).hexdigest()
    take_turn(connection, "value_fits")
    same = and_(
        value_fits.c.as_of_day == fit.as_of_day,
        value_fits.c.facts_id == fit.facts_id,
        value_fits.c.settings_sha == sha,
    )
    known = one(connection.execute(select(value_fits).where(same)), _fit)
    if known:
        return known
    number = next_number(connection, "value_fits")
    row = insert(value_fits).values(number=number, settings_sha=sha, **_fit_values(fit))
    connection.execute(row)
    return replace(fit, fit_id=f"f{number}")


def fits(connection: Connection, limit: int) -> tuple[ValueFit, ...]:
    """The latest fits, newest first."""
    query = select(value_fits).order_by(value_fits.c.number.desc()).limit(limit)
    return tuple(_fit(row) for row in connection.execute(query))


def _refuse_blank(wanted: TypeCorrection) -> None:
    for name, next_step in NEEDED.items():
        if not getattr(wanted, name).strip():
            raise RefusedError(f"the correction of a type has an empty `{name}`; {next_step}")


def _nothing_to_withdraw(connection: Connection, customer_id: str, type_name: str) -> str:
    found = ", ".join(f"`{known.type}`" for known in corrections_of(connection, customer_id))
    next_step = f"choose one of {found}" if found else "nothing about this customer is corrected"
    return f"customer `{customer_id}` has no correction of `{type_name}` in force; {next_step}"


def _end(
    connection: Connection, about: tuple[str, str], done: tuple[int, str]
) -> TypeCorrection | None:
    at, by = done
    ending = (
        update(type_corrections)
        .where(_in_force(*about))
        .values(ended_at=at, ended_by=by)
        .returning(type_corrections)
    )
    return one(connection.execute(ending), _correction)


def _in_force(customer_id: str, type_name: str) -> ColumnElement[bool]:
    return and_(
        type_corrections.c.customer_id == customer_id,
        type_corrections.c.type == type_name,
        type_corrections.c.ended_at.is_(None),
    )


def _values(wanted: TypeCorrection) -> dict[str, object]:
    return {
        "customer_id": wanted.customer_id,
        "type": wanted.type,
        "holds": int(wanted.holds),
        "reason": wanted.reason,
        "set_by": wanted.by,
        "set_at": wanted.at,
    }


def _correction(row: AnyRow) -> TypeCorrection:
    return TypeCorrection(
        correction_id=f"c{row.number}",
        customer_id=row.customer_id,
        type=row.type,
        holds=bool(row.holds),
        reason=row.reason,
        by=row.set_by,
        at=row.set_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
    )


def _fit_values(fit: ValueFit) -> dict[str, object]:
    return {
        "made_at": fit.made_at,
        "as_of_day": fit.as_of_day,
        "facts_id": fit.facts_id,
        "settings": fit.settings,
        "report": fit.report,
    }


def _fit(row: AnyRow) -> ValueFit:
    return ValueFit(
        fit_id=f"f{row.number}",
        made_at=row.made_at,
        as_of_day=row.as_of_day,
        facts_id=row.facts_id,
        settings=row.settings,
        report=row.report,
    )


def _audit(
    connection: Connection, correction: TypeCorrection, deed: str, done: tuple[int, str]
) -> None:
    at, by = done
    word = correction.type if correction.holds else f"not {correction.type}"
    detail = f"{correction.correction_id}: {word}; {correction.reason}"
    write_audit(connection, AuditEntry(at, by, deed, correction.customer_id, detail))
