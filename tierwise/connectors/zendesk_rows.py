"""Zendesk's answers as raw tables: JSON objects in, columns out; nobody's words are kept."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import methodcaller
from typing import Any

import pyarrow as pa

from tierwise.facts.columns import Kind, Table
from tierwise.facts.desk_tables import RAW
from tierwise.facts.desks import Json
from tierwise.facts.identity import normalise_email

from .arrow_tables import ARROW_TYPES

Take = Callable[[Json], object]

_FIELDS = ("status", "priority", "group_id", "assignee_id")
_MERGED = "closed_by_merge"
_MERGED_WORDS = re.compile(r"\bmerged into this request\b")
_REQUEST = re.compile(r"#(\d+)")
_SPANS = {
    "reply": "reply_time_in_minutes",
    "first_resolution": "first_resolution_time_in_minutes",
    "full_resolution": "full_resolution_time_in_minutes",
    "agent_wait": "agent_wait_time_in_minutes",
    "requester_wait": "requester_wait_time_in_minutes",
    "on_hold": "on_hold_time_in_minutes",
}


def user_rows(users: Sequence[Json], field_key: str) -> pa.Table:
    """People, their e-mail address also in the form in which addresses can be compared."""
    own: dict[str, Take] = {
        "level_value": lambda user: _inside(user, "user_fields").get(field_key),
        "address": lambda user: _address(user.get("email")),
        "updated_at_s": lambda user: epoch_of(user.get("updated_at")),
    }
    return _rows("user", users, own)


def group_rows(groups: Sequence[Json]) -> pa.Table:
    return _rows("group", groups, {})


def ticket_rows(tickets: Sequence[Json], metric_sets: Sequence[Json]) -> dict[str, pa.Table]:
    """Tickets, what the desk counts of them, and merges that their origin tells."""
    own: dict[str, Take] = {
        "via_channel": lambda ticket: _inside(ticket, "via").get("channel"),
        "via_source_rel": lambda ticket: _inside(ticket, "via", "source").get("rel"),
        "is_merged": lambda ticket: _MERGED in (ticket.get("tags") or ()),
    }
    beside = [ticket["metric_set"] for ticket in tickets if ticket.get("metric_set")]
    merges = [pair for one in tickets for pair in _merges(one, one.get("id"))]
    return {
        "ticket": _rows("ticket", tickets, own),
        "ticket_metric": _rows("ticket_metric", [*metric_sets, *beside], _COUNTED),
        "ticket_merge": _rows("ticket_merge", merges, {}),
    }


def event_rows(events: Iterable[Json]) -> dict[str, pa.Table]:
    """What happened to tickets, from events of the export or from audits: both tell the same."""
    told = [_Told.of(event) for event in events]
    comments = [row for one in told for row in one.comments()]
    changes = [row for one in told for row in one.changes()]
    merges = [row for one in told for row in one.merges()]
    return {
        "ticket_comment": _rows("ticket_comment", comments, {}),
        "ticket_field_history": _rows("ticket_field_history", changes, {}),
        "ticket_merge": _rows("ticket_merge", merges, {}),
    }


def metric_event_rows(events: Sequence[Json]) -> pa.Table:
    own: dict[str, Take] = {
        "time": lambda event: epoch_of(event.get("time")),
        "deleted": lambda event: bool(event.get("deleted")),
        "policy_id": lambda event: _inside(_target(event), "policy").get("id"),
        "policy_title": lambda event: _inside(_target(event), "policy").get("title"),
        "target_s": _target_s,
        "business_hours": lambda event: _target(event).get("business_hours"),
        "calendar_min": lambda event: _inside(event, "status").get("calendar"),
        "business_min": lambda event: _inside(event, "status").get("business"),
    }
    return _rows("ticket_metric_event", events, own)


def rating_rows(ratings: Sequence[Json]) -> pa.Table:
    return _rows("satisfaction_rating", ratings, {})


def answer_rows(responses: Sequence[Json]) -> pa.Table:
    """A row for each answer; a response that nobody gave yet has one without an answer."""
    return _rows("survey_response", [row for one in responses for row in _answers(one)], {})


def epoch_of(text: object) -> int | None:
    """UTC epoch seconds of an instant; None where there is none."""
    if isinstance(text, int):
        return text
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


def _rows(name: str, rows: Sequence[Json], own: Mapping[str, Take]) -> pa.Table:
    """The raw table `name`: columns as `own` takes them, the others by their names."""
    table: Table = RAW[name]
    taken = {}
    for column in table.columns:
        take = own.get(column.name) or methodcaller("get", column.name)
        cells: list[Any] = [take(row) for row in rows]
        if column.kind is Kind.TEXT:
            # What names a row is never nothing: an empty value is a value.
            cells = [_text(cell, None if column.nullable else "") for cell in cells]
        taken[column.name] = pa.array(cells, ARROW_TYPES[column.kind])
    return pa.table(taken)


def _text(cell: object, nothing: str | None) -> str | None:
    if isinstance(cell, str):
        return cell
    if cell is None:
        return nothing
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _inside(row: Json, *names: str) -> Json:
    """The object at the end of these names; an empty one where there is none."""
    for name in names:
        inner = row.get(name)
        row = inner if isinstance(inner, dict) else {}
    return row


def _address(email: object) -> str | None:
    found = normalise_email(email) if isinstance(email, str) else None
    return found if isinstance(found, str) else None


def _minutes(key: str, hours: str) -> Take:
    return lambda metrics: _inside(metrics, key).get(hours)


_COUNTED: Mapping[str, Take] = {
    f"{span}_{hours}_min": _minutes(key, hours)
    for span, key in _SPANS.items()
    for hours in ("calendar", "business")
}


def _merges(told: Json, ticket: object) -> Iterator[Json]:
    """Tickets that went into another, as the source of a change, comment or ticket tells."""
    source = _inside(told, "via", "source")
    if source.get("rel") != "merge":
        return
    origin, goal = _inside(source, "from"), _inside(source, "to")
    losers = origin.get("ticket_ids") or [origin.get("ticket_id")]
    into = goal.get("ticket_id")
    for loser in losers:
        if loser not in {None, ticket}:
            yield {"ticket_id": ticket, "merged_id": loser, "told_by": "origin"}
    if into not in {None, ticket}:
        yield {"ticket_id": into, "merged_id": ticket, "told_by": "origin"}


def _merges_in_words(event: Json, ticket: object) -> Iterator[Json]:
    """What the comment of a merge says where no origin does."""
    words = str(event.get("plain_body") or event.get("body") or "")
    end = _MERGED_WORDS.search(words)
    for number in _REQUEST.findall(words[: end.start()]) if end else ():
        if number != str(ticket):
            yield {"ticket_id": ticket, "merged_id": number, "told_by": "words"}


def _kind(child: Json) -> str:
    return str(child.get("event_type") or child.get("type") or "")


@dataclass(frozen=True, slots=True)
class _Told:
    """One update of a ticket, and the events it consists of."""

    ticket: object
    at: object
    by: object
    whole: Json
    events: Sequence[Json]

    @classmethod
    def of(cls, update: Json) -> "_Told":
        return cls(
            update.get("ticket_id"),
            update.get("created_at") or _instant_text(update.get("timestamp")),
            update.get("updater_id", update.get("author_id")),
            update,
            update.get("child_events") or update.get("events") or (),
        )

    def comments(self) -> Iterator[Json]:
        for event in self.events:
            if _kind(event).endswith("Comment"):
                yield {
                    "id": event.get("id"),
                    "ticket_id": self.ticket,
                    "user_id": event.get("author_id", self.by),
                    "created": event.get("created_at") or self.at,
                    "public": event.get("public"),
                }

    def changes(self) -> Iterator[Json]:
        told = {"ticket_id": self.ticket, "updated": self.at, "user_id": self.by}
        for event in self.events:
            for field, value in _fields_of(event):
                yield {**told, "field_name": field, "value": value}

    def merges(self) -> Iterator[Json]:
        for one in (self.whole, *self.events):
            yield from _merges(one, self.ticket)
            yield from _merges_in_words(one, self.ticket)


def _fields_of(event: Json) -> Iterator[tuple[str, object]]:
    """Fields of a change: by their own names in the export, by `field_name` in audits."""
    if _kind(event) not in {"Create", "Change"}:
        return
    if event.get("field_name") in _FIELDS:
        yield event["field_name"], event.get("value")
    yield from ((field, event[field]) for field in _FIELDS if field in event)


def _target(event: Json) -> Json:
    return _inside(event, "sla") or _inside(event, "group_sla")


def _target_s(event: Json) -> object:
    """The target in seconds, also where only minutes are told."""
    target = _target(event)
    if target.get("target_in_seconds") is not None:
        return target["target_in_seconds"]
    return None if target.get("target") is None else int(target["target"]) * 60


def _answers(response: Json) -> Iterator[Json]:
    answers = response.get("answers") or [{}]
    said = next((a.get("value") for a in answers if a.get("type") == "open_ended"), None)
    told = {
        "id": response.get("id"),
        "survey_id": response.get("survey_id"),
        "survey_version": response.get("survey_version"),
        "subject": _subject(response),
        "responder_id": response.get("responder_id"),
        "expires_at": response.get("expires_at"),
        "comment": said,
    }
    for answer in answers:
        yield told | {
            "question_type": answer.get("type"),
            "rating": answer.get("rating"),
            "rating_category": answer.get("rating_category"),
            "scale_max": _highest(answer),
            "created_at": response.get("created_at") or answer.get("created_at"),
            "updated_at": answer.get("updated_at") or response.get("updated_at"),
        }


def _subject(response: Json) -> object:
    """The ticket that was asked about, as `zen:ticket:7`."""
    for subject in response.get("subjects") or ():
        named = subject.get("zrn") or subject.get("id")
        if named is not None and "ticket" in str(subject.get("type") or named):
            return named
    return response.get("subject")


def _highest(answer: Json) -> object:
    options = _inside(answer, "question").get("options") or ()
    ratings = [option["rating"] for option in options if option.get("rating") is not None]
    return max(ratings, default=None)


def _instant_text(at: object) -> str | None:
    if not isinstance(at, int):
        return None
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
