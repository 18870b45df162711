"""Levels written to people at a desk: what stands in the book of each of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

import pyarrow as pa
from sqlalchemy import Connection, and_, delete, select

from tierwise.facts.desk_people import WRITTEN_LEVELS, WriteState, WrittenLevel

from .arrow_tables import schema_of
from .book_bulk import fetch_arrow
from .book_desk_accounts import account_number
from .book_engine import upsert
from .book_records import AnyRow
from .desk_schema import desk_written

SCHEMA = schema_of(WRITTEN_LEVELS)
COLUMNS = [desk_written.c[name] for name in SCHEMA.names]
AT_ONCE = 500  # people named in one statement; SQLite takes 32,766 of them


def written_levels(connection: Connection, account_id: str) -> pa.Table:
    """The table WRITTEN_LEVELS, in no particular order."""
    account = account_number(connection, account_id)
    query = select(*COLUMNS).where(desk_written.c.account == account)
    # From PostgreSQL columns come as if all of them could be empty.
    return fetch_arrow(connection, query, SCHEMA).cast(SCHEMA)


def written_values(connection: Connection, account_id: str) -> tuple[str, ...]:
    """Every value that we left in the field of somebody, in order."""
    account = account_number(connection, account_id)
    value = desk_written.c.value
    mine = (desk_written.c.account == account, value.is_not(None))
    return tuple(connection.scalars(select(value).where(*mine).distinct().order_by(value)))


def written_where(
    connection: Connection, account_id: str, state: WriteState, limit: int
) -> tuple[WrittenLevel, ...]:
    """People in a state, those seen last first."""
    account = account_number(connection, account_id)
    query = (
        select(*COLUMNS)
        .where(desk_written.c.account == account, desk_written.c.state == str(state))
        .order_by(desk_written.c.at_s.desc(), desk_written.c.user_id)
        .limit(limit)
    )
    return tuple(_written(row) for row in connection.execute(query))


def settle(
    connection: Connection, account: int, settled: Sequence[WrittenLevel]
) -> Counter[WriteState]:
    """Keep what came of some people; how many came to each state."""
    if settled:
        keeping = upsert(connection, desk_written)
        key = ["account", "user_id"]
        news = {name: keeping.excluded[name] for name in SCHEMA.names if name not in key}
        keeping = keeping.on_conflict_do_update(index_elements=key, set_=news)
        connection.execute(keeping, [_values(account, one) for one in settled])
    return Counter(one.state for one in settled)


def forget_people(connection: Connection, account_id: str, user_ids: Sequence[str]) -> None:
    """Forget what was written to these people."""
    account = account_number(connection, account_id)
    for some in _parts(user_ids):
        these = and_(desk_written.c.account == account, desk_written.c.user_id.in_(some))
        connection.execute(delete(desk_written).where(these))


def _parts(user_ids: Iterable[str]) -> Iterable[list[str]]:
    rest = iter(user_ids)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _values(account: int, one: WrittenLevel) -> dict[str, object]:
    return {
        "account": account,
        "user_id": one.user_id,
        "customer_id": one.customer_id,
        "value": one.value,
        "wanted": one.wanted,
        "state": str(one.state),
        "found": _storable(one.found),
        "said": _storable(one.said),
        "at_s": one.at_s,
    }


def _storable(words: str | None) -> str | None:
    """Words of a desk as every database takes them: no NUL, no half characters."""
    if words is None:
        return None
    return words.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _written(row: AnyRow) -> WrittenLevel:
    return WrittenLevel(**{**row._mapping, "state": WriteState(row.state)})
