"""Asking a help desk over HTTP: signed in, within its limits, and refusals in plain words."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
import stamina

from tierwise.facts.desks import BusyError, GoneError, Json
from tierwise.facts.problems import UsageError

from . import desk_refusals as refusals
from .desk_paging import Query, rows_over_pages
from .rate_budget import Budget
from .rate_headers import instant_of, retry_after_s

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_NEVER_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_JOB_ENDS_S = 10.0  # how long jobs of a hundred people take
_MOST_REDIRECTS = 3

# What is tried again is told by the error at the end; until then nobody needs to hear of it.
logging.getLogger("stamina").addHandler(logging.NullHandler())


class Asks(Protocol):
    """One account that answers requests; a path is like `/api/v2/slas/policies`.

    Refusals are `DeniedError`, `TakenError`, `GoneError` and `BusyError`.
    """

    def get(self, path: str, query: Query | None = None) -> Json: ...
    def post(self, path: str, body: Json) -> Json: ...
    def put(self, path: str, body: Json) -> Json: ...
    def patch(self, path: str, body: Json) -> Json: ...
    def delete(self, path: str) -> None: ...
    def listed(self, path: str, key: str, query: Query | None = None) -> Iterator[Json]:
        """The rows under `key` over all pages."""


class SignedIn(Protocol):
    """Whoever signs our requests in."""

    def header(self) -> str:
        """The value of `Authorization`; empty for nobody."""

    def renew(self, refused: str) -> None:
        """Get another than the one that was refused; DeniedError when there is none."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long we wait for an answer, and how often we ask again. Seconds."""

    connect_s: float = 10.0
    answer_s: float = 60.0
    attempts: int = 6
    first_wait_s: float = 0.5  # doubled every time
    longest_wait_s: float = 20.0
    most_refusals: int = 20  # of one request, for the sake of a limit
    longest_pause_s: float = 900.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a desk answered, and when by its own clock (UTC epoch seconds)."""

    body: Json
    at: float | None


@dataclass(slots=True)
class Ask:
    """One request. `repeats`: it does no harm twice. `tries` counts how often it went out."""

    method: str
    path: str
    query: Query | None = None
    body: Json | None = None
    repeats: bool = True
    tries: int = 0

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class _AgainError(Exception):
    """Worth another try: no answer, or one that says so."""

    def __init__(self, reply: httpx.Response | None, error: httpx.TransportError | None) -> None:
        super().__init__("no answer yet")
        self.reply, self.error = reply, error


class DeskHttp:
    """Implements `Asks` for one account; for any number of threads.

    `sign_in` signs requests, `budget` makes them wait. Tries after faults of the way wait by
    `patience` in real time.
    """

    def __init__(
        self, address: str, sign_in: SignedIn, budget: Budget, patience: Patience | None = None
    ) -> None:
        self.address, self.budget = checked_address(address), budget
        self.host = urlsplit(self.address).hostname or ""
        self._sign_in = sign_in
        self._patience = patience = patience or Patience()
        self._again = stamina.RetryingCaller(
            attempts=patience.attempts,
            timeout=None,
            wait_initial=patience.first_wait_s,
            wait_max=patience.longest_wait_s,
            wait_jitter=0.0,
        )
        timeout = httpx.Timeout(patience.answer_s, connect=patience.connect_s)
        headers = {"Accept": "application/json", "User-Agent": "tierwise"}
        # Certificates take a while to read, and a stand-in on this machine has none.
        is_tls = self.address.startswith("https:")
        self._client = httpx.Client(
            base_url=self.address, timeout=timeout, headers=headers, verify=is_tls
        )

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def get(self, path: str, query: Query | None = None) -> Json:
        return self.answer(Ask("GET", path, query)).body

    def post(self, path: str, body: Json) -> Json:
        return self.answer(Ask("POST", path, body=body, repeats=False)).body

    def put(self, path: str, body: Json) -> Json:
        return self.answer(Ask("PUT", path, body=body)).body

    def patch(self, path: str, body: Json) -> Json:
        return self.answer(Ask("PATCH", path, body=body)).body

    def delete(self, path: str) -> None:
        ask = Ask("DELETE", path)
        try:
            self.answer(ask)
        except GoneError:
            if ask.tries == 1:
                raise
            # An earlier try did it, and only its answer was lost.

    def listed(self, path: str, key: str, query: Query | None = None) -> Iterator[Json]:
        """The rows under `key` over all pages."""
        return rows_over_pages(self.get, path, key, query or {})

    def answer(self, ask: Ask) -> Answer:
        """The answer to a request, or the refusal it is."""
        reply = self.reply(ask)
        if not reply.is_success:
            raise refusals.refusal(reply)
        body = {} if reply.content.strip() in _NOTHING else refusals.json_of(reply)
        if not isinstance(body, dict):
            text = f"{self.host} answered {ask} with something that is no JSON object"
            raise BusyError(f"{text}; try again in a minute", 60.0)
        return Answer(body, instant_of(reply.headers))

    def reply(self, ask: Ask) -> httpx.Response:
        """The answer whatever it is, after all that is worth another try."""
        wait_s = 0.0
        for _ in range(self._patience.most_refusals):
            reply = self._signed(ask)
            if reply.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                return reply
            if refusals.is_too_many_jobs(reply):
                raise refusals.too_many_jobs(self.host, _until_a_job_ends(reply))
            is_edge = refusals.is_of_edge(reply)
            wait_s = self.budget.refused(ask.method, ask.path, reply.headers, of_account=is_edge)
            if wait_s > self._patience.longest_pause_s:
                break
        raise refusals.too_busy(self.host, wait_s)

    def _signed(self, ask: Ask) -> httpx.Response:
        signed_as = self._sign_in.header()
        reply = self._sent(ask, signed_as)
        if reply.status_code == HTTPStatus.UNAUTHORIZED and signed_as:
            self._sign_in.renew(signed_as)
            renewed = self._sign_in.header()
            return reply if renewed == signed_as else self._sent(ask, renewed)
        return reply

    def _sent(self, ask: Ask, signed_as: str) -> httpx.Response:
        try:
            return self._again(self._is_worth_it, self._once, ask, signed_as)
        except _AgainError as last:
            if last.reply is not None:
                return last.reply
            raise self._unreached(ask, last.error) from None

    def _is_worth_it(self, error: Exception) -> bool | float:
        """Whether to try again, or after how many seconds."""
        if not isinstance(error, _AgainError):
            return False
        named_s = retry_after_s(error.reply.headers) if error.reply is not None else None
        return True if named_s is None else named_s <= self._patience.longest_pause_s and named_s

    def _once(self, ask: Ask, signed_as: str) -> httpx.Response:
        self.budget.take(ask.method, ask.path)
        ask.tries += 1
        try:
            reply = self._followed(self._request(ask, signed_as))
        except _NEVER_ARRIVED as error:
            raise _AgainError(None, error) from None
        except httpx.TransportError as error:
            if ask.repeats:
                raise _AgainError(None, error) from None
            raise self._unreached(ask, error) from None
        if reply.status_code != HTTPStatus.TOO_MANY_REQUESTS:
            self.budget.heard(ask.method, ask.path, reply.headers)
        if _may_go_well(reply, ask):
            raise _AgainError(reply, None)
        return reply

    def _request(self, ask: Ask, signed_as: str) -> httpx.Response:
        headers = {"Authorization": signed_as} if signed_as else {}
        sent: dict[str, Any] = {} if ask.body is None else {"json": ask.body}
        if ask.query:
            sent["params"] = ask.query
        return self._client.request(ask.method, ask.path, headers=headers, **sent)

    def _followed(self, reply: httpx.Response) -> httpx.Response:
        """The answer behind redirects of one host; none leads to another."""
        for _ in range(_MOST_REDIRECTS):
            if reply.next_request is None:
                return reply
            target = reply.next_request.url
            ours = self._client.base_url
            if (target.scheme, target.host, target.port) != (ours.scheme, ours.host, ours.port):
                raise refusals.moved(self.host, str(target.copy_with(path="/", query=None))[:-1])
            reply = self._client.send(reply.next_request)
        return reply

    def _unreached(self, ask: Ask, error: httpx.TransportError | None) -> BusyError:
        is_open = ask.method != "GET" and not isinstance(error, _NEVER_ARRIVED)
        reason = error or httpx.TransportError("no answer")
        return refusals.unreached(self.host, str(ask), reason, is_open=is_open)


# What some deeds are answered with when there is nothing to say.
_NOTHING = (b"", b'""')


def checked_address(address: str) -> str:
    """An address that nobody can read along: https, or http on this machine. UsageError."""
    parts = urlsplit(address)
    is_safe = parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in _THIS_MACHINE
    )
    if is_safe and parts.hostname and not (parts.username or parts.password):
        return f"{parts.scheme}://{parts.netloc}"
    # The address may hold a password, so it is not repeated.
    raise UsageError("the address of the help desk has to be like https://acme.zendesk.com")


def _may_go_well(reply: httpx.Response, ask: Ask) -> bool:
    """Whether the same request may go well in a while, and does no harm twice."""
    if reply.status_code == HTTPStatus.SERVICE_UNAVAILABLE or refusals.is_conflict(reply):
        return True
    return reply.is_server_error and ask.repeats


def _until_a_job_ends(reply: httpx.Response) -> float:
    named_s = retry_after_s(reply.headers)
    return _JOB_ENDS_S if named_s is None else named_s
