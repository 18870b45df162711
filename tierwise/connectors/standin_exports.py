"""Incremental exports: by cursor, and by time as they were before.

A cursor names a place in the order of changes, `m:7` among the made up and `s:7` among the rest.
The address of the next page is there also at the end, as at Zendesk.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from .standin_calls import Call, RefusalError, Reply, Route, Row, bad_request, in_seconds
from .standin_desk import shown
from .standin_paging import cursor_of, link, place_of
from .standin_sla import settle_breaches
from .standin_state import State

MOST = 1000
TOO_RECENT_S = 60


def tickets_by_cursor(state: State, call: Call) -> Reply:
    include = call.one("include")
    with_metrics = "metric_sets" in include

    def made(number: int) -> str:
        return state.made.ticket_text(number, with_metrics=with_metrics)

    def held(number: int) -> Row:
        return shown(state, state.tickets[number], include)

    export = Export("tickets", state.made.tickets, state.made.ticket_at, made, held)
    return _by_cursor(state, call, export)


def users_by_cursor(state: State, call: Call) -> Reply:
    made = state.made
    export = Export("users", made.users, made.user_at, made.user_text, state.users.__getitem__)
    return _by_cursor(state, call, export)


def tickets_by_time(state: State, call: Call) -> Reply:
    include = call.one("include")
    rows = ((at, shown(state, state.tickets[one], include)) for at, one in _since(state, call))
    return _by_time(state, call, "tickets", rows)


def users_by_time(state: State, call: Call) -> Reply:
    rows = ((at, state.users[one]) for at, one in _since(state, call, "users"))
    return _by_time(state, call, "users", rows)


def ticket_events(state: State, call: Call) -> Reply:
    with_comments = "comment_events" in call.one("include")
    rows = (
        (at, _told(state.all_audits[one], with_comments=with_comments))
        for at, one in _since(state, call, "ticket_events")
    )
    return _by_time(state, call, "ticket_events", rows)


def metric_events(state: State, call: Call) -> Reply:
    settle_breaches(state)
    if not call.one("start_time"):
        raise bad_request("start_time is missing")
    rows = ((at, state.metric_events[one]) for at, one in _since(state, call, "metric_events"))
    reply = _by_time(state, call, "ticket_metric_events", rows)
    reply.body.pop("end_of_stream")  # this export never says so
    return reply


@dataclass(frozen=True, slots=True)
class Export:
    """What a cursor export carries: the made up first, then what is held, as it changed."""

    key: str
    made: int
    made_at: Callable[[int], int]
    made_text: Callable[[int], str]
    held: Callable[[int], Row]


def _by_cursor(state: State, call: Call, export: Export) -> Reply:
    size = _size(call)
    kind, place = _start(state, call, export)
    texts: list[str] = []
    if kind == "m":
        end = min(place + size, export.made + 1)
        texts = [export.made_text(number) for number in range(place, end)]
        kind, place = ("m", end) if end <= export.made else ("s", 0)
    if kind == "s":
        changes = state.changed[export.key]
        found = list(islice(changes.since(place), size - len(texts)))
        texts += [json.dumps(export.held(number)) for _, _, number in found]
        is_full = len(texts) == size
        place = found[-1][0] + 1 if is_full and found else place if is_full else changes.end
    is_end = kind == "s" and next(state.changed[export.key].since(place), None) is None
    cursor = cursor_of(f"{kind}:{place}")
    told = {
        "after_cursor": cursor,
        "after_url": _next_address(call, cursor, size),
        "before_cursor": None,
        "before_url": None,
        "end_of_stream": is_end,
    }
    rows = ",".join(texts)
    return Reply(raw=f'{{"{export.key}":[{rows}],{json.dumps(told)[1:]}'.encode())


def _start(state: State, call: Call, export: Export) -> tuple[str, int]:
    if call.one("cursor"):
        kind, _, place = place_of(call.one("cursor")).partition(":")
        if kind not in {"m", "s"} or not place.isdigit():
            raise bad_request("cursor is not valid")
        return kind, int(place)
    if not call.one("start_time"):
        raise bad_request("start_time or cursor is missing")
    at = call.number("start_time")
    _refuse_recent(state, at)
    first = export.made_at(at)
    return ("m", first) if first <= export.made else ("s", state.changed[export.key].first_at(at))


def _next_address(call: Call, cursor: str, size: int) -> str:
    address = link(call, cursor=cursor, per_page=size)
    return address.replace(f"start_time={call.one('start_time')}&", "")


def _since(state: State, call: Call, kind: str = "tickets") -> Iterator[tuple[int, int]]:
    at = call.number("start_time")
    _refuse_recent(state, at)
    changes = state.changed[kind]
    return ((instant, one) for _, instant, one in changes.since(changes.first_at(at)))


def _by_time(state: State, call: Call, key: str, rows: Iterator[tuple[int, Row]]) -> Reply:
    """One page from an instant on; whoever shares the last instant comes with it."""
    size = _size(call)
    found: list[tuple[int, Row]] = []
    for at, row in rows:
        if len(found) >= size and (state.faults.endless_page or at != found[-1][0]):
            break
        found.append((at, row))
    else:
        size = len(found) + 1
    end = found[-1][0] if found else call.number("start_time")
    return Reply(
        {
            key: [row for _, row in found],
            "count": len(found),
            "end_time": end,
            "next_page": link(call, start_time=end),
            "end_of_stream": len(found) < size,
        }
    )


def _refuse_recent(state: State, at: int) -> None:
    if state.faults.strict_start and at > state.now - TOO_RECENT_S:
        said = "Too recent start_time. Use a start_time older than 60 seconds"
        raise RefusalError(422, {"error": "InvalidValue", "description": said})


def _size(call: Call) -> int:
    return min(max(call.number("per_page", MOST), 1), MOST)


def _told(audit: Row, *, with_comments: bool) -> Row:
    """An audit as an event of a ticket; its children are what changed."""
    children = [_child(one) for one in audit["events"] if with_comments or one["type"] != "Comment"]
    return {
        "id": audit["id"],
        "ticket_id": audit["ticket_id"],
        "timestamp": in_seconds(audit["created_at"]),
        "created_at": audit["created_at"],
        "updater_id": audit["author_id"],
        "via": audit["via"]["channel"],
        "system": {"client": None, "location": None},
        "metadata": {},
        "event_type": "Audit",
        "child_events": children,
    }


def _child(event: Row) -> Row:
    via = {"via": "Web service", "via_reference_id": None}
    if event["type"] == "Comment":
        return {**event, **via, "event_type": "Comment", "comment_present": True}
    name, value, before = event["field_name"], event["value"], event.get("previous_value")
    child = {"id": event["id"], **via, "event_type": event["type"], name: value}
    if event["type"] == "Change":
        child["previous_value"] = before
    if name == "tags":
        child["added_tags"] = sorted(set(value) - set(before or []))
        child["removed_tags"] = sorted(set(before or []) - set(value))
    return child


ROUTES = (
    Route("GET", "/api/v2/incremental/tickets/cursor", tickets_by_cursor, "admin"),
    Route("GET", "/api/v2/incremental/users/cursor", users_by_cursor, "admin"),
    Route("GET", "/api/v2/incremental/tickets", tickets_by_time, "admin"),
    Route("GET", "/api/v2/incremental/users", users_by_time, "admin"),
    Route("GET", "/api/v2/incremental/ticket_events", ticket_events, "admin"),
    Route("GET", "/api/v2/incremental/ticket_metric_events", metric_events, "admin"),
)
