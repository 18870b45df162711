"""A request to the stand-in and its answer, and the words Zendesk refuses with."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]
PAGE = 100


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `path` begins with `/`, without `.json`; `base` is the server's address."""

    method: str
    path: str
    base: str
    ids: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)
    body: Row = field(default_factory=dict)
    user_id: int = 0
    client: str = ""

    def one(self, name: str, default: str = "") -> str:
        """The last value of a query parameter."""
        return self.query[name][-1] if self.query.get(name) else default

    def number(self, name: str, default: int = 0) -> int:
        """A whole number of the query; something else is refused."""
        text = self.one(name)
        if text and not re.fullmatch(r"-?\d+", text):
            raise bad_request(f"{name} is not a number")
        return int(text) if text else default

    def id(self, name: str = "id") -> int:
        """A number of the path; what is not a number names nothing."""
        text = self.ids[name]
        if not text.isdigit():
            raise not_found()
        return int(text)

    def listed(self, name: str) -> list[str]:
        """A comma-separated list of the query, at most a hundred."""
        listed = [part.strip() for part in self.one(name).split(",") if part.strip()]
        return at_most(listed, name)

    def within(self, key: str) -> Row:
        """The object a body must hold under `key`."""
        held = self.body.get(key)
        if not isinstance(held, dict):
            raise bad_request(f"{key} is missing")
        return held

    def many(self, key: str) -> list[Row]:
        """The objects a body must hold under `key`, at most a hundred."""
        held = self.body.get(key)
        if not isinstance(held, list) or not all(isinstance(row, dict) for row in held):
            raise bad_request(f"{key} is missing")
        return at_most(held, key)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `raw` is JSON that is written already; `page` is HTML."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    page: str | None = None


class RefusalError(Exception):
    """The stand-in says no, in Zendesk's words."""

    def __init__(self, status: int, body: Row, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(str(body))
        self.reply = Reply(body, status, headers or {})


Handler: TypeAlias = Callable[[Any, Call], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path with `{names}`. `needs` is nobody, agent or admin."""

    method: str
    path: str
    handler: Handler
    needs: str = "agent"


def bad_request(said: str) -> RefusalError:
    return RefusalError(400, {"error": "BadRequest", "description": said})


def forbidden(said: str = "You do not have access to this page.") -> RefusalError:
    message = f"{said} Please contact the account owner of this help desk for further help."
    return RefusalError(403, {"error": {"title": "Forbidden", "message": message}})


def not_found() -> RefusalError:
    return RefusalError(404, {"error": "RecordNotFound", "description": "Not found"})


def no_such_path() -> RefusalError:
    message = "There is no such address here."
    return RefusalError(404, {"error": {"title": "InvalidEndpoint", "message": message}})


def invalid(field_name: str, said: str, error: str = "InvalidValue") -> RefusalError:
    """422: a field whose value is not taken."""
    details = {field_name: [{"description": said, "error": error}]}
    body = {"error": "RecordInvalid", "description": "Record validation errors"}
    return RefusalError(422, {**body, "details": details})


def unauthorized(said: str = "") -> RefusalError:
    if not said:
        return RefusalError(401, {"error": "Couldn't authenticate you"})
    return RefusalError(401, {"error": "invalid_token", "error_description": said})


def at_most(some: list[Any], what: str) -> list[Any]:
    """At most as many as a call may carry."""
    if len(some) > PAGE:
        said = f"Maximum {PAGE} {what} may be sent per call"
        raise RefusalError(400, {"error": "TooManyValues", "description": said})
    return some


def in_text(at: float) -> str:
    """An instant as Zendesk writes it."""
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def in_seconds(text: str) -> int:
    """UTC epoch seconds of an instant in text."""
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())
