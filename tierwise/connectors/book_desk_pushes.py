"""The journal of pushes in the book: which people a push writes to, and what came of them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from tierwise.facts.decisions import AuditEntry
from tierwise.facts.desk_people import (
    BatchState,
    Push,
    PushBatch,
    WantedLevel,
    WrittenLevel,
)
from tierwise.facts.problems import RefusedError

from .book_applies import write_audit
from .book_bulk import insert_rows
from .book_desk_accounts import account_number
from .book_desk_levels import settle
from .book_engine import found, next_number, number_in, take_turn
from .book_records import AnyRow, one
from .desk_schema import desk_batches, desk_pushes

PERSON = tuple(field.name for field in fields(WantedLevel))
COUNTS = ("wanted", "written", "unchanged", "kept", "refused", "missing")


def begin_push(connection: Connection, push: Push, batches: Iterable[PushBatch]) -> Push:
    """Keep a push and its batches under the next id; RefusedError while another one goes on."""
    account = account_number(connection, push.account_id)
    take_turn(connection, "desk_pushes")
    running = open_push(connection, push.account_id)
    if running:
        raise RefusedError(
            f"push `{running.push_id}` has not ended yet; start a push again to go on with it"
        )
    number = next_number(connection, "desk_pushes")
    connection.execute(insert(desk_pushes).values(_push_values(number, account, push)))
    insert_rows(connection, desk_batches, _batch_rows(number, batches))
    saved = replace(push, push_id=f"push{number}", ended_at=None)
    _audit(connection, saved, "begin push", push.started_at)
    return saved


def open_push(connection: Connection, account_id: str) -> Push | None:
    """The push of an account that has not ended."""
    account = account_number(connection, account_id)
    running = and_(desk_pushes.c.account == account, desk_pushes.c.ended_at.is_(None))
    return one(connection.execute(select(desk_pushes).where(running)), _push)


def latest_pushes(connection: Connection, account_id: str, limit: int) -> tuple[Push, ...]:
    """The latest pushes of an account, newest first."""
    account = account_number(connection, account_id)
    query = (
        select(desk_pushes)
        .where(desk_pushes.c.account == account)
        .order_by(desk_pushes.c.number.desc())
        .limit(limit)
    )
    return tuple(_push(row) for row in connection.execute(query))


def batches_in(
    connection: Connection, push_id: str, state: BatchState, limit: int
) -> tuple[PushBatch, ...]:
    """Batches in a state, in the order of their numbers."""
    query = (
        select(desk_batches)
        .where(
            desk_batches.c.push == number_in("push", push_id), desk_batches.c.state == str(state)
        )
        .order_by(desk_batches.c.number)
        .limit(limit)
    )
    return tuple(_batch(row) for row in connection.execute(query))


def move_batch(connection: Connection, push_id: str, number: int, job_id: str | None) -> None:
    """Keep that the desk gave a batch a job, or without one that it waits again."""
    if job_id is None:
        values: dict[str, object] = {"state": str(BatchState.WAITING), "job_id": None}
    else:
        tries = desk_batches.c.tries + 1
        values = {"state": str(BatchState.SENT), "job_id": job_id, "tries": tries}
    _change(connection, push_id, number, values)


def finish_batch(
    connection: Connection,
    place: tuple[str, int],
    settled: Sequence[WrittenLevel],
    tags: PushBatch | None,
) -> None:
    """Keep what came of the batch at `place` (push, number), and the batch that follows.

    A batch that is done already stays as it is, and nothing is counted twice.
    """
    push_id, number = place
    push = number_in("push", push_id)
    # Batches of one push end one after the other, so that numbers and counts are right.
    account = found(_locked_account(connection, push), f"there is no push `{push_id}`")
    batch = _batch_row(connection, push, number)
    if batch and batch.state == BatchState.DONE:
        return
    _change(connection, push_id, number, {"state": str(BatchState.DONE)})
    came = settle(connection, account, settled)
    # People of a batch of tags were counted when their levels were settled.
    if batch and batch.what == "levels" and came:
        counts = {str(state): desk_pushes.c[state] + rows for state, rows in came.items()}
        connection.execute(update(desk_pushes).where(desk_pushes.c.number == push).values(counts))
    if tags:
        insert_rows(connection, desk_batches, _batch_rows(push, [tags]))


def end_push(connection: Connection, push_id: str, at: int) -> Push:
    """End a push and forget who was in it; one that has ended stays as it is."""
    number = number_in("push", push_id)
    running = and_(desk_pushes.c.number == number, desk_pushes.c.ended_at.is_(None))
    ending = update(desk_pushes).where(running).values(ended_at=at).returning(desk_pushes)
    ended = one(connection.execute(ending), _push)
    if ended is None:
        query = select(desk_pushes).where(desk_pushes.c.number == number)
        return found(one(connection.execute(query), _push), f"there is no push `{push_id}`")
    connection.execute(
        update(desk_batches).where(desk_batches.c.push == number).values(people="[]")
    )
    _audit(connection, ended, "end push", at)
    return ended


def _change(connection: Connection, push_id: str, number: int, values: dict[str, object]) -> None:
    this = and_(
        desk_batches.c.push == number_in("push", push_id),
        desk_batches.c.number == number,
        desk_batches.c.state != str(BatchState.DONE),
    )
    changing = update(desk_batches).where(this).values(values).returning(desk_batches.c.number)
    found(
        connection.execute(changing).first(),
        f"push `{push_id}` has no batch {number} that is not done; start a push again",
    )


def _locked_account(connection: Connection, push: int) -> int | None:
    query = select(desk_pushes.c.account).where(desk_pushes.c.number == push).with_for_update()
    account: int | None = connection.execute(query).scalar_one_or_none()
    return account


def _batch_row(connection: Connection, push: int, number: int) -> AnyRow | None:
    query = select(desk_batches.c.what, desk_batches.c.state).where(
        desk_batches.c.push == push, desk_batches.c.number == number
    )
    return connection.execute(query).one_or_none()


def _audit(connection: Connection, push: Push, deed: str, at: int) -> None:
    counts = ", ".join(f"{getattr(push, name)} {name}" for name in COUNTS)
    detail = f"{push.account_id}: {counts}"
    write_audit(connection, AuditEntry(at, push.started_by, deed, push.push_id, detail))


def _push_values(number: int, account: int, push: Push) -> dict[str, object]:
    counts = {name: getattr(push, name) for name in COUNTS}
    return {
        "number": number,
        "account": account,
        "started_at": push.started_at,
        "started_by": push.started_by,
        **counts,
        "overwrite": int(push.overwrite),
        "ended_at": None,
    }


def _batch_rows(push: int, batches: Iterable[PushBatch]) -> Iterator[tuple[object, ...]]:
    """Rows of `desk_batches`, in the order of its columns."""
    for batch in batches:
        state, people = str(batch.state), _people_text(batch.rows)
        yield (push, batch.number, batch.what, state, batch.job_id, batch.tries, people)


def _people_text(people: Sequence[WantedLevel]) -> str:
    return json.dumps([_person_values(person) for person in people], separators=(",", ":"))


def _person_values(person: WantedLevel) -> tuple[object, ...]:
    return tuple(getattr(person, name) for name in PERSON)


def _person(values: list[Any]) -> WantedLevel:
    # A push that an older version began may know less of a person.
    named = dict(zip(PERSON, values, strict=False))
    return WantedLevel(**{**named, "open_tickets": tuple(named["open_tickets"])})


def _batch(row: AnyRow) -> PushBatch:
    return PushBatch(
        number=row.number,
        what=row.what,
        rows=tuple(_person(values) for values in json.loads(row.people)),
        state=BatchState(row.state),
        job_id=row.job_id,
        tries=row.tries,
    )


def _push(row: AnyRow) -> Push:
    return Push(
        push_id=f"push{row.number}",
        account_id=f"d{row.account}",
        started_at=row.started_at,
        started_by=row.started_by,
        ended_at=row.ended_at,
        overwrite=bool(row.overwrite),
        **{name: getattr(row, name) for name in COUNTS},
    )
