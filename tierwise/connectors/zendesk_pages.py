"""Reading Zendesk page by page: cursors of the exports, and of the lists that are none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from tierwise.facts.desk_reads import DeskPage
from tierwise.facts.desks import GoneError, Json, TakenError

from .desk_http import Asks
from .desk_paging import Query
from .zendesk_rows import (
    answer_rows,
    epoch_of,
    event_rows,
    group_rows,
    metric_event_rows,
    rating_rows,
    ticket_rows,
    user_rows,
)

_EXPORT, _LIST = 1_000, 100
_EXPORTS = "/api/v2/incremental"
_ANSWERING = ("agent", "admin")
# An offer is rated later, and lists are by the day of the offer: the last days are read again.
_RATED_WITHIN_S = 7 * 86_400
_TOO_NEW = "recent"


@dataclass(frozen=True, slots=True)
class _From:
    """Where a page begins: at a cursor, or at the instant `since`."""

    cursor: str | None
    since: int
    field_key: str


class _Stream(Protocol):
    def __call__(self, asks: Asks, begin: _From) -> DeskPage: ...


def read_page(
    asks: Asks, stream: str, *, cursor: str | None, since: int, field_key: str
) -> DeskPage:
    """The next page of a stream; without a cursor from `since` (UTC epoch seconds) on."""
    return _STREAMS[stream](asks, _From(cursor or None, since, field_key))


def reread(asks: Asks, ticket_ids: Sequence[str]) -> DeskPage:
    """Tickets as they are now, with all that happened to them; whom nobody knows is left out."""
    query = {"ids": ",".join(ticket_ids), "include": "metric_sets"}
    answer = asks.get("/api/v2/tickets/show_many", query)
    tickets = answer.get("tickets") or []
    audits = [audit for ticket in tickets for audit in _audits(asks, ticket)]
    tables = [ticket_rows(tickets, answer.get("metric_sets") or []), event_rows(audits)]
    return DeskPage(_together(tables), "", is_end=True)


def _audits(asks: Asks, ticket: Json) -> list[Json]:
    try:
        return list(asks.listed(f"/api/v2/tickets/{ticket['id']}/audits", "audits"))
    except GoneError:
        return []


def _users(asks: Asks, begin: _From) -> DeskPage:
    answer = _exported(asks, f"{_EXPORTS}/users/cursor", begin, {})
    rows = answer.get("users") or []
    return _page_of(answer, {"user": user_rows(rows, begin.field_key)}, begin)


def _tickets(asks: Asks, begin: _From) -> DeskPage:
    answer = _exported(asks, f"{_EXPORTS}/tickets/cursor", begin, {"include": "metric_sets"})
    tables = ticket_rows(answer.get("tickets") or [], answer.get("metric_sets") or [])
    return _page_of(answer, tables, begin)


def _exported(asks: Asks, path: str, begin: _From, extra: Mapping[str, str]) -> Json:
    where = {"cursor": begin.cursor} if begin.cursor else {"start_time": begin.since}
    return asks.get(path, {**where, **extra, "per_page": _EXPORT})


def _page_of(answer: Json, tables: Mapping[str, pa.Table], begin: _From) -> DeskPage:
    """Only `end_of_stream` says that it is the last one: there is a next address even then."""
    cursor = answer.get("after_cursor") or begin.cursor or ""
    return DeskPage(tables, str(cursor), bool(answer.get("end_of_stream", cursor == begin.cursor)))


def _agents(asks: Asks, begin: _From) -> DeskPage:
    """Everybody who answers, each time anew."""
    rows = [
        row for role in _ANSWERING for row in asks.listed("/api/v2/users", "users", _only(role))
    ]
    return DeskPage({"user": user_rows(rows, begin.field_key)}, "", is_end=True)


def _only(role: str) -> dict[str, str | int]:
    return {"role[]": role, "page[size]": _LIST}


def _groups(asks: Asks, begin: _From) -> DeskPage:
    rows = list(asks.listed("/api/v2/groups", "groups", {"page[size]": _LIST}))
    return DeskPage({"group": group_rows(rows)}, "", is_end=True)


def _ticket_events(asks: Asks, begin: _From) -> DeskPage:
    path = f"{_EXPORTS}/ticket_events"
    answer, cursor = _timed(asks, path, begin, {"include": "comment_events"})
    return _timed_page(event_rows(answer.get("ticket_events") or []), answer, cursor, begin)


def _metric_events(asks: Asks, begin: _From) -> DeskPage:
    answer, cursor = _timed(asks, f"{_EXPORTS}/ticket_metric_events", begin, {})
    rows = metric_event_rows(answer.get("ticket_metric_events") or [])
    return _timed_page({"ticket_metric_event": rows}, answer, cursor, begin)


def _timed(asks: Asks, path: str, begin: _From, extra: Mapping[str, str]) -> tuple[Json, int]:
    """A page of an export that goes by instants, and the instant where the next one begins.

    Rows of that instant come twice; the same row twice is one.
    """
    start = int(begin.cursor or begin.since)
    try:
        answer = asks.get(path, {"start_time": start, **extra})
    except TakenError as error:
        # Zendesk tells nothing of the last minute, and refuses to be asked for it.
        if begin.cursor is None or _TOO_NEW not in str(error).lower():
            raise
        return {"end_of_stream": True}, start
    return answer, int(answer.get("end_time") or start)


def _timed_page(tables: Mapping[str, pa.Table], answer: Json, end: int, begin: _From) -> DeskPage:
    """Rows of one second that fill a page would come for ever: that second is left behind."""
    start, count = int(begin.cursor or begin.since), int(answer.get("count") or 0)
    if bool(answer.get("end_of_stream", count < _EXPORT)):
        return DeskPage(tables, str(max(end, start)), is_end=True)
    if end > start:
        return DeskPage(tables, str(end), is_end=False)
    # A page that is larger than it may be holds all of its last second.
    said = f"more than {_EXPORT:,} things happened in the second {start}; some may be missing"
    return DeskPage(tables, str(start + 1), is_end=False, said="" if count > _EXPORT else said)


def _ratings(asks: Asks, begin: _From) -> DeskPage:
    place = _Place.of(begin)
    query = place.query("start_time", place.start)
    answer = _asked(asks, "/api/v2/satisfaction_ratings", query, "ratings (good or bad)")
    rows = answer.get("satisfaction_ratings") or []
    return place.page(answer, {"satisfaction_rating": rating_rows(rows)}, rows)


def _survey_answers(asks: Asks, begin: _From) -> DeskPage:
    place = _Place.of(begin)
    query = place.query("filter[created_at_start]", place.start * 1_000)
    answer = _asked(asks, "/api/v2/guide/survey_responses", query, "surveys (the newer kind)")
    rows = answer.get("survey_responses") or []
    return place.page(answer, {"survey_response": answer_rows(rows)}, rows)


def _asked(asks: Asks, path: str, query: Query, what: str) -> Json:
    """An account asks its customers in one way or in the other; which, only asking tells."""
    try:
        return asks.get(path, query)
    except GoneError:
        raise GoneError(f"this account has no {what}; it may ask in the other way") from None


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in a list by the day: from `start` on, after a page, `newest` the newest yet."""

    start: int
    newest: int
    after: str

    @classmethod
    def of(cls, begin: _From) -> "_Place":
        if begin.cursor is None:
            return cls(begin.since, begin.since, "")
        start, newest, after = begin.cursor.split(" ", 2)
        return cls(int(start), int(newest), after)

    def query(self, since: str, start: int) -> dict[str, str | int]:
        """What to ask for the next page; `since` is what the list calls its begin."""
        first: dict[str, str | int] = {since: start, "page[size]": _LIST}
        return first | {"page[after]": self.after} if self.after else first

    def page(self, answer: Json, tables: Mapping[str, pa.Table], rows: Sequence[Json]) -> DeskPage:
        instants = (epoch_of(row.get("created_at")) for row in rows)
        newest = max((at for at in instants if at is not None), default=self.newest)
        newest = max(newest, self.newest)
        meta = answer.get("meta") or {}
        if meta.get("has_more") and meta.get("after_cursor"):
            return DeskPage(tables, f"{self.start} {newest} {meta['after_cursor']}", is_end=False)
        start = max(self.start, newest - _RATED_WITHIN_S)
        return DeskPage(tables, f"{start} {newest} ", is_end=True)


def _together(parts: Sequence[Mapping[str, pa.Table]]) -> dict[str, pa.Table]:
    names = dict.fromkeys(name for part in parts for name in part)
    return {
        name: pa.concat_tables([part[name] for part in parts if name in part]) for name in names
    }


_STREAMS: Mapping[str, _Stream] = {
    "users": _users,
    "agents": _agents,
    "groups": _groups,
    "tickets": _tickets,
    "ticket_events": _ticket_events,
    "metric_events": _metric_events,
    "ratings": _ratings,
    "survey_answers": _survey_answers,
}
