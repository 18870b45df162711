"""Reading desks in the book: how far each stream was read, hints of webhooks, limits."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, Table, and_, delete, select, update

from tierwise.facts.desk_reads import STREAMS, Hint, StreamState
from tierwise.facts.desks import RateLimit

from .book_desk_accounts import account_number
from .book_engine import upsert
from .book_records import AnyRow
from .desk_schema import desk_hints, desk_limits, desk_streams

# Far longer than a webhook's time may differ from ours, so a repeat is still known.
USED_HINTS_KEPT_S = 7 * 86_400


def streams(connection: Connection, account_id: str) -> tuple[StreamState, ...]:
    """How far each stream was read, in the order of reading."""
    account = account_number(connection, account_id)
    rows = connection.execute(select(desk_streams).where(desk_streams.c.account == account))
    return tuple(sorted((_stream(row) for row in rows), key=_place))


def keep_stream(connection: Connection, account_id: str, state: StreamState) -> None:
    """Keep how far a stream was read."""
    values = {**asdict(state), "is_end": int(state.is_end)}
    _replace(connection, desk_streams, account_id, values)


def take_hint(connection: Connection, account_id: str, hint: Hint, at: int) -> bool:
    """Keep a hint; False when it came before."""
    account = account_number(connection, account_id)
    taking = upsert(connection, desk_hints).values(account=account, taken_at=at, **asdict(hint))
    taken = taking.on_conflict_do_nothing().returning(desk_hints.c.hint_id)
    return connection.execute(taken).first() is not None


def hints(connection: Connection, account_id: str, limit: int) -> tuple[Hint, ...]:
    """Hints that nobody used yet, oldest first."""
    account = account_number(connection, account_id)
    kept = desk_hints.c
    query = (
        select(kept.hint_id, kept.kind, kept.ticket_id, kept.sent_at)
        .where(kept.account == account, kept.used_at.is_(None))
        .order_by(kept.sent_at, kept.taken_at, kept.hint_id)
        .limit(limit)
    )
    return tuple(Hint(*row) for row in connection.execute(query))


def hints_used(connection: Connection, account_id: str, hint_ids: Sequence[str], at: int) -> None:
    """Keep that hints were used; those used long ago are forgotten."""
    account = account_number(connection, account_id)
    mine = desk_hints.c.account == account
    for hint_id in hint_ids:
        this = and_(mine, desk_hints.c.hint_id == hint_id)
        connection.execute(update(desk_hints).where(this).values(used_at=at))
    old = and_(mine, desk_hints.c.used_at < at - USED_HINTS_KEPT_S)
    connection.execute(delete(desk_hints).where(old))


def keep_limits(
    connection: Connection, account_id: str, limits: Sequence[RateLimit], at: int
) -> None:
    """Keep how much is left of each limit; others stay as they were."""
    for limit in limits:
        _replace(connection, desk_limits, account_id, {**asdict(limit), "seen_at": at})


def limits_of(connection: Connection, account_id: str) -> tuple[RateLimit, ...]:
    """How much was left of each limit, by scope."""
    account = account_number(connection, account_id)
    rows = connection.execute(select(desk_limits).where(desk_limits.c.account == account))
    found = (RateLimit(row.scope, row.total, row.remaining, row.resets_s) for row in rows)
    return tuple(sorted(found, key=lambda limit: limit.scope))


def _replace(
    connection: Connection, table: Table, account_id: str, values: dict[str, object]
) -> None:
    account = account_number(connection, account_id)
    key = [column.name for column in table.primary_key]
    news = {name: value for name, value in values.items() if name not in key}
    keeping = upsert(connection, table).values(account=account, **values)
    connection.execute(keeping.on_conflict_do_update(index_elements=key, set_=news))


def _place(state: StreamState) -> tuple[int, str]:
    place = STREAMS.index(state.stream) if state.stream in STREAMS else len(STREAMS)
    return (place, state.stream)


def _stream(row: AnyRow) -> StreamState:
    return StreamState(
        stream=row.stream,
        cursor=row.cursor,
        part=row.part,
        rows=row.rows,
        read_at=row.read_at,
        is_end=bool(row.is_end),
        said=row.said,
    )
