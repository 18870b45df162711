"""The door of the stand-in: who may ask what, how often, and what goes wrong on the way."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from . import standin_account as account
from . import standin_config as config
from . import standin_desk as desk
from . import standin_exports as exports
from . import standin_fields as fields
from . import standin_hooks as hooks
from . import standin_jobs as jobs
from . import standin_oauth as oauth
from . import standin_people as people
from . import standin_schedules as schedules
from .standin_calls import (
    Call,
    RefusalError,
    Reply,
    Route,
    Row,
    bad_request,
    forbidden,
    no_such_path,
)
from .standin_jobs import settle_jobs
from .standin_limits import Meter
from .standin_oauth import signed_in
from .standin_state import State

MODULES = (account, config, desk, exports, fields, hooks, jobs, oauth, people, schedules)
WRITES = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came over the line; header names are in lower case."""

    method: str
    path: str
    base: str
    headers: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: bytes = b""


@dataclass(slots=True)
class Door:
    """Every request passes here, one at a time."""

    state: State
    meter: Meter = field(default_factory=Meter)
    extra: tuple[Route, ...] = ()
    _routes: list[tuple[Route, re.Pattern[str]]] = field(init=False)

    def __post_init__(self) -> None:
        known = [route for module in MODULES for route in module.ROUTES]
        self._routes = [(route, _pattern(route.path)) for route in (*known, *self.extra)]

    def answer(self, asked: Asked) -> tuple[Reply, str | None]:
        """The answer, and what happens to it on the way back: reset, lost, slow or nothing."""
        with self.state.lock:
            path = asked.path.removesuffix(".json")
            if not path.startswith("/api/") and path != "/oauth/tokens":
                return self._carefully(asked, path), None
            self.state.requests.append((asked.method, path))
            hit = self.state.chance.hit(self.state.faults)
            if hit == "reset":
                return Reply(), hit
            if hit not in {None, "lost", "slow"}:
                return _struck(self.state, hit or ""), None
            return self._carefully(asked, path), hit

    def _carefully(self, asked: Asked, path: str) -> Reply:
        headers: dict[str, str] = {}
        try:
            if asked.path.startswith("/api/"):
                _refuse_account(self.state, path)
                headers = self.meter.take(self.state, asked.method, path)
            reply = self._routed(asked, path)
        except RefusalError as refusal:
            reply = refusal.reply
            self.state.too_many += reply.status == 429
        merged = {**headers, **reply.headers}
        return Reply(reply.body, reply.status, merged, reply.raw, reply.page)

    def _routed(self, asked: Asked, path: str) -> Reply:
        for route, pattern in self._routes:
            found = pattern.fullmatch(path) if route.method == asked.method else None
            if found:
                settle_jobs(self.state)
                return route.handler(self.state, self._call(asked, path, route, found.groupdict()))
        raise no_such_path()

    def _call(self, asked: Asked, path: str, route: Route, ids: dict[str, str]) -> Call:
        user_id = 0
        if route.needs != "nobody":
            user_id, scope = signed_in(self.state, asked.headers)
            _refuse_role(self.state, route, user_id, scope)
        body = _body(asked) if asked.method in WRITES else {}
        return Call(asked.method, path, asked.base, ids, asked.query, body, user_id)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


def _body(asked: Asked) -> Row:
    if not asked.body:
        return {}
    if "urlencoded" in asked.headers.get("content-type", ""):
        return {name: values[-1] for name, values in parse_qs(asked.body.decode()).items()}
    try:
        body = json.loads(asked.body)
    except ValueError as error:
        raise bad_request("Invalid JSON") from error
    if not isinstance(body, dict):
        raise bad_request("A JSON object was expected")
    return body


def _refuse_account(state: State, path: str) -> None:
    """The account as a whole, or what its plan does not include."""
    faults = state.faults
    if faults.moved_to:
        raise RefusalError(301, {}, {"location": f"{faults.moved_to}{path}"})
    if faults.suspended:
        told = {"title": "Account suspended", "message": "This account has been suspended."}
        raise RefusalError(403, {"error": told})
    if any(path.startswith(begin) for begin in faults.denied):
        raise forbidden("Your plan does not include this.")


def _refuse_role(state: State, route: Route, user_id: int, scope: str) -> None:
    user = state.users[user_id]
    if not user["active"] or user["suspended"] or user["role"] == "end-user":
        raise forbidden()
    if route.needs == "admin" and user["role"] != "admin":
        raise forbidden()
    writes = route.method in WRITES
    words = scope.replace(":", " ").split()
    if (writes and "write" not in words) or (not writes and not {"read", "write"} & set(words)):
        said = "You do not have the required scope for this."
        raise RefusalError(403, {"error": "Forbidden", "description": said})


def _struck(state: State, hit: str) -> Reply:
    """What a request gets that something hit before it arrived."""
    wait = {"retry-after": str(state.faults.retry_after_s)}
    if hit == "429_edge":
        return Reply({"detail": "Rate limited by Zendesk edge protection"}, 429)
    if hit in {"429", "429_bare"}:
        said = "Number of allowed API requests per minute exceeded"
        body = {"error": "APIRateLimitExceeded", "description": said}
        return Reply(body, 429, wait if hit == "429" else {})
    if hit == "409":
        said = "Database collision"
        return Reply({"error": "DatabaseConflict", "description": said}, 409)
    page = f"<html><body><h1>{hit} Server error</h1></body></html>"
    return Reply(page=page, status=int(hit), headers=wait if hit == "503" else {})
