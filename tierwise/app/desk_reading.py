"""Reading a desk: hints first, then stream after stream, from where the last reading ended."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import pyarrow as pa

from tierwise.facts.desk_reads import STREAMS, DeskPage, StreamState
from tierwise.facts.desks import BusyError, DeniedError, DeskAccount, GoneError
from tierwise.facts.problems import RefusedError

from .desk_answers import ReadDone
from .ports import DeskBook, HelpDesk, Landing

HINTS = "hints"
"""Tickets that were read again because somebody told of them, as if they were a stream."""

ONE_OF = ("ratings", "survey_answers")
"""An account asks customers in one of these ways, never in both."""
PART_ROWS, PART_BYTES = 20_000, 64_000_000
_HINTS_AT_ONCE = 100
# Rows that come with others and are not counted as things of their own.
_BESIDE = {"ticket_metric", "ticket_merge"}
# A desk tells nothing of the last minute.
_SETTLED_S = 120

Told = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reading goes by: the account, its parts, the clock, and who is told of rows."""

    desk: HelpDesk
    book: DeskBook
    landing: Landing
    account: DeskAccount
    clock: Callable[[], int]
    told: Told = lambda stream, rows: None


def read_desk(reading: Reading, *, since: int, streams: tuple[str, ...] = STREAMS) -> ReadDone:
    """Everything that is new, from the instant `since` on where nothing was read before.

    A stream that the account or its plan does not allow is told and left out; DeniedError when
    that goes for all of them. Stopped anywhere, the next reading goes on with what is missing.
    """
    rows, said = {HINTS: read_hints(reading)}, dict[str, str]()
    refused: list[RefusedError] = []
    since = min(since, reading.clock() - _SETTLED_S)
    for stream in streams:
        before = _state_of(reading, stream)
        try:
            said[stream] = _read_stream(reading, replace(before, said=""), since).said
        except (DeniedError, GoneError, BusyError) as error:
            refused.append(error)
            left = _left(_state_of(reading, stream), error, reading.clock())
            said[stream] = left.said
            reading.book.keep_stream(reading.account.account_id, left)
        rows[stream] = _state_of(reading, stream).rows - before.rows
    if refused and len(refused) == len(streams):
        raise refused[0]
    reading.landing.tidy()
    return ReadDone(
        reading.account, rows, {name: text for name, text in said.items() if text}, None
    )


def _left(state: StreamState, error: RefusedError, at: int) -> StreamState:
    """A stream that could not be read. One that was never there is not looked at: no `read_at`."""
    never_there = state.stream in ONE_OF and not isinstance(error, BusyError) and not state.rows
    return replace(state, said=str(error), read_at=None if never_there else at)


def take_hint(
    book: DeskBook,
    desk: HelpDesk,
    account_id: str,
    *,
    headers: Mapping[str, str],
    body: bytes,
    now: int,
) -> bool:
    """Keep what a webhook says until the next reading; False when it came before."""
    return book.take_hint(account_id, desk.hint(headers, body, now), now)


def read_hints(reading: Reading) -> int:
    """Read the tickets again of which somebody told; how many rows that gave."""
    account, rows = reading.account.account_id, 0
    while hints := reading.book.hints(account, _HINTS_AT_ONCE):
        tickets = sorted({hint.ticket_id for hint in hints if hint.ticket_id})
        if tickets:
            before = _state_of(reading, HINTS)
            page = reading.desk.reread_tickets(tickets)
            rows += _landed(reading, before, page).rows - before.rows
        used = [hint.hint_id for hint in hints]
        reading.book.hints_used(account, used, reading.clock())
    return rows


def _read_stream(reading: Reading, state: StreamState, since: int) -> StreamState:
    """Several pages make a part; what arrived before a refusal is one as well."""
    pile: list[DeskPage] = []
    try:
        for page in _pages(reading, state, since):
            pile.append(page)
            state, pile = _landed_pile(reading, state, pile, fewest=PART_ROWS)
    except RefusedError:
        _landed_pile(reading, state, pile)
        raise
    return _landed_pile(reading, state, pile)[0]


def _landed_pile(
    reading: Reading, state: StreamState, pile: list[DeskPage], *, fewest: int = 0
) -> tuple[StreamState, list[DeskPage]]:
    """The pile as a part when it is high enough, and the pile that is left."""
    rows = sum(max((t.num_rows for t in page.tables.values()), default=0) for page in pile)
    held = sum(table.nbytes for page in pile for table in page.tables.values())
    if not pile or (rows < fewest and held < PART_BYTES):
        return state, pile
    state = _landed(reading, state, _together(pile))
    reading.told(state.stream, state.rows)
    return state, []


def _pages(reading: Reading, state: StreamState, since: int) -> Iterator[DeskPage]:
    cursor, is_end = state.cursor, False
    while not is_end:
        page = reading.desk.page(state.stream, cursor, since)
        if page.cursor == cursor and not page.is_end:
            text = "the desk names the same place again and again; read again later"
            page = replace(page, is_end=True, said=page.said or text)
        yield page
        cursor, is_end = page.cursor, page.is_end


def _landed(reading: Reading, state: StreamState, page: DeskPage) -> StreamState:
    """The part first, the cursor second: stopped between them, the part is written again."""
    landed = reading.landing.put(state.stream, state.part, page)
    told = (table.num_rows for name, table in page.tables.items() if name not in _BESIDE)
    now = replace(
        state,
        cursor=page.cursor,
        part=state.part + (landed > 0),
        rows=state.rows + sum(told),
        read_at=reading.clock(),
        is_end=page.is_end,
        said=page.said or state.said,
    )
    reading.book.keep_stream(reading.account.account_id, now)
    return now


def _together(pages: list[DeskPage]) -> DeskPage:
    names = dict.fromkeys(name for page in pages for name in page.tables)
    tables = {
        name: pa.concat_tables([page.tables[name] for page in pages if name in page.tables])
        for name in names
    }
    said = next((page.said for page in pages if page.said), "")
    return DeskPage(tables, pages[-1].cursor, pages[-1].is_end, said)


def _state_of(reading: Reading, stream: str) -> StreamState:
    for state in reading.book.streams(reading.account.account_id):
        if state.stream == stream:
            return state
    return StreamState(stream, None, 0, 0, None, is_end=False)
