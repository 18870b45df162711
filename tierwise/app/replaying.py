"""Replaying the clocks of more tickets than fit at once: in parts of whole tickets."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow as pa

from tierwise.promises.replay import Replay, replay

from .ports import Engine

# A part of so many events takes about half a gigabyte while it is replayed.
EVENTS_AT_ONCE = 2_500_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What to replay: two queries with the columns that `replay` wants, and the instant."""

    tickets_sql: str
    events_sql: str
    now_s: int
    events_at_once: int = EVENTS_AT_ONCE


def replay_parts(
    engine: Engine,
    asked: Asked,
    how: Replay,
    then: Callable[[pa.Table], pa.Table] = lambda cycles: cycles,
    *,
    workers: int = 2,
) -> Iterator[pa.Table]:
    """What `then` makes of the cycles of each part: counts, or the rows as they are.

    While one part is replayed the next one is read; no more than `workers` parts are held, and
    one that is done.
    """
    ((events,),) = engine.rows(f"SELECT COUNT(*) FROM ({asked.events_sql}) AS asked")
    parts = max(1, -(-int(events) // asked.events_at_once))

    def replayed(part: int) -> pa.Table:
        tickets = engine.query(_in_part(asked.tickets_sql, part, parts))
        happened = engine.query(_in_part(asked.events_sql, part, parts))
        return then(replay(tickets, happened, how, asked.now_s))

    with ThreadPoolExecutor(workers) as pool:
        yield from _one_after_the_other(pool, replayed, parts, workers)


def _one_after_the_other(
    pool: ThreadPoolExecutor, work: Callable[[int], pa.Table], parts: int, ahead: int
) -> Iterator[pa.Table]:
    """What comes of each part, in order; `ahead` others are under way meanwhile."""
    waiting: deque[Future[pa.Table]] = deque()
    for part in range(parts):
        waiting.append(pool.submit(work, part))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    yield from (one.result() for one in waiting)


def _in_part(text: str, part: int, parts: int) -> str:
    """One part of the tickets; they are not sorted here, for the replay sorts numbers faster."""
    return f"SELECT * FROM ({text}) AS asked WHERE hash(ticket_id) % {parts} = {part}"
