"""Replaying the clocks of more tickets than fit at once: in parts of whole tickets."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from tierwise.promises.replay import Replay, replay

from .ports import Engine

# A part of so many events takes about 700 MB while it is replayed.
EVENTS_AT_ONCE = 2_500_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What to replay: two queries with the columns that `replay` wants, and the instant.

    With a `scratch` the events are written apart in it first; else each part reads those of all.
    """

    tickets_sql: str
    events_sql: str
    now_s: int
    events_at_once: int = EVENTS_AT_ONCE
    scratch: Path | None = None


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

    def replayed(part: int, events_sql: str) -> pa.Table:
        tickets = engine.query(_in_part(asked.tickets_sql, part, parts))
        return then(replay(tickets, engine.query(events_sql), how, asked.now_s))

    if asked.scratch is None or parts == 1:
        texts = [_in_part(asked.events_sql, part, parts) for part in range(parts)]
        yield from _one_after_the_other(replayed, texts, workers)
        return
    with TemporaryDirectory(dir=asked.scratch) as folder:
        texts = _written_apart(engine, asked.events_sql, parts, Path(folder))
        yield from _one_after_the_other(replayed, texts, workers)


def _one_after_the_other(
    work: Callable[[int, str], pa.Table], texts: list[str], workers: int
) -> Iterator[pa.Table]:
    """What comes of each part, in order; as many others are under way meanwhile."""
    waiting: deque[Future[pa.Table]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for part, text in enumerate(texts):
            waiting.append(pool.submit(work, part, text))
            yield from _all_but(workers, waiting)
        yield from _all_but(0, waiting)


def _all_but(most: int, waiting: deque[Future[pa.Table]]) -> Iterator[pa.Table]:
    """What comes of the first parts, until only `most` are under way."""
    while len(waiting) > most:
        yield waiting.popleft().result()


def _in_part(text: str, part: int, parts: int) -> str:
    """One part of the tickets; they are not sorted here, for the replay sorts numbers faster."""
    return f"SELECT * FROM ({text}) AS asked WHERE hash(ticket_id) % {parts} = {part}"


def _written_apart(engine: Engine, text: str, parts: int, folder: Path) -> list[str]:
    """The events in a folder for each part, and the queries that read them."""
    parted = f"SELECT *, hash(ticket_id) % {parts} AS part FROM ({text}) AS asked"
    form = "FORMAT parquet, COMPRESSION lz4_raw, PARTITION_BY (part), OVERWRITE_OR_IGNORE"
    engine.rows(f"COPY ({parted}) TO '{folder}' ({form}, FILENAME_PATTERN 'events_{{uuid}}')")
    files = [sorted(folder.glob(f"part={part}/*.parquet")) for part in range(parts)]
    listed = [", ".join(f"'{file}'" for file in one) for one in files]
    nothing = f"SELECT * FROM ({text}) AS asked LIMIT 0"
    return [f"SELECT * FROM read_parquet([{one}])" if one else nothing for one in listed]
