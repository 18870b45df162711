"""A Zendesk that answers from what it holds, page by page; no network, no clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tierwise.facts.desks import GoneError, Json, TakenError

Row = dict[str, Any]
Query = Mapping[str, str | int] | None
T0 = 1_709_287_200  # 2024-03-01 10:00 UTC


def at(seconds: int) -> str:
    return datetime.fromtimestamp(T0 + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class HeldExports:
    """Rows by the second in which they changed; pages hold `page` rows."""

    users: list[tuple[int, Row]] = field(default_factory=list)
    tickets: list[tuple[int, Row]] = field(default_factory=list)
    events: list[tuple[int, Row]] = field(default_factory=list)
    metric_events: list[tuple[int, Row]] = field(default_factory=list)
    groups: list[Row] = field(default_factory=list)
    ratings: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    audits: dict[str, list[Row]] = field(default_factory=dict)
    page: int = 2
    refused: dict[str, Exception] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def get(self, path: str, query: Query = None) -> Json:
        given = dict(query or {})
        self.asked.append((path, given))
        for part, error in self.refused.items():
            if part in path:
                raise error
        answer: Json = self._answers()[path](given)
        return answer

    def listed(self, path: str, key: str, query: Query = None) -> Iterator[Json]:
        if path.endswith("/audits"):
            number = path.split("/")[-2]
            if number not in self.audits:
                raise GoneError("no such ticket")
            yield from self.audits[number]
        elif key == "groups":
            yield from self.groups
        else:
            role = (query or {})["role[]"]
            yield from (row for _, row in self.users if row.get("role") == role)

    def post(self, path: str, body: Json) -> Json:
        raise NotImplementedError

    put = patch = post

    def delete(self, path: str) -> None:
        raise NotImplementedError

    def _answers(self) -> Mapping[str, Any]:
        return {
            "/api/v2/incremental/users/cursor": lambda q: self._by_cursor("users", self.users, q),
            "/api/v2/incremental/tickets/cursor": lambda q: self._by_cursor(
                "tickets", self.tickets, q
            ),
            "/api/v2/incremental/ticket_events": lambda q: self._by_time(
                "ticket_events", self.events, q
            ),
            "/api/v2/incremental/ticket_metric_events": lambda q: self._by_time(
                "ticket_metric_events", self.metric_events, q
            ),
            "/api/v2/satisfaction_ratings": lambda q: self._list(
                "satisfaction_ratings", self.ratings, q
            ),
            "/api/v2/guide/survey_responses": lambda q: self._list(
                "survey_responses", self.answers, q
            ),
            "/api/v2/tickets/show_many": lambda q: {
                "tickets": [row for _, row in self.tickets if str(row["id"]) in q["ids"].split(",")]
            },
        }

    def _by_cursor(self, key: str, rows: list[tuple[int, Row]], query: Row) -> Row:
        """The address of the next page is there even at the end."""
        if "cursor" in query:
            place = int(str(query["cursor"]).removeprefix("after-"))
        else:
            place = next(
                (i for i, (s, _) in enumerate(rows) if T0 + s >= query["start_time"]), len(rows)
            )
        some = rows[place : place + self.page]
        end = place + len(some)
        return {
            key: [row for _, row in some],
            "after_cursor": f"after-{end}",
            "after_url": f"https://acme.zendesk.com/{key}?cursor=after-{end}",
            "end_of_stream": end == len(rows),
        }

    def _by_time(self, key: str, rows: list[tuple[int, Row]], query: Row) -> Row:
        start = int(query["start_time"])
        if start > T0 + 100_000:
            raise TakenError("Too recent start_time. Use a start_time older than 60 seconds")
        later = [(s, row) for s, row in rows if T0 + s >= start]
        some = later[: self.page]
        return {
            key: [row for _, row in some],
            "end_time": T0 + some[-1][0] if some else None,
            "count": len(some),
            "end_of_stream": len(some) == len(later),
        }

    def _list(self, key: str, rows: list[Row], query: Row) -> Row:
        place = int(query.get("page[after]", 0))
        some = rows[place : place + self.page]
        has_more = place + len(some) < len(rows)
        return {
            key: some,
            "meta": {"has_more": has_more, "after_cursor": str(place + len(some))},
            "links": {"next": "somewhere"},
        }


def user(number: int, **more: Any) -> Row:
    row = {
        "id": number,
        "name": f"User {number}",
        "email": f"User{number}@Example.com",
        "role": "end-user",
        "external_id": None,
        "active": True,
        "created_at": at(0),
        "updated_at": at(0),
        "user_fields": {},
    }
    return row | more


def ticket(number: int, requester: int, **more: Any) -> Row:
    row = {
        "id": number,
        "created_at": at(0),
        "updated_at": at(0),
        "generated_timestamp": T0,
        "status": "open",
        "requester_id": requester,
        "submitter_id": requester,
        "assignee_id": None,
        "group_id": None,
        "priority": "normal",
        "type": None,
        "tags": [],
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
    }
    return row | more
