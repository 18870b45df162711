"""Refusals of a desk in plain words: what is wrong, what it said itself, what to do next."""

import re
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

import httpx

from tierwise.facts.desks import BusyError, DeniedError, GoneError, TakenError
from tierwise.facts.problems import RefusedError

_LONGEST_SAID = 300
_TRY_LATER_S = 60.0
_TOO_MANY_JOBS = re.compile(r"too ?many ?jobs", re.IGNORECASE)
_CONFLICT = re.compile(r"conflict", re.IGNORECASE)
_EDGE = re.compile(r"edge protection", re.IGNORECASE)
_SUSPENDED = re.compile(r"suspend|account (is )?(cancell?ed|expired|disabled)", re.IGNORECASE)
_NO_DESK = re.compile(r"no help desk", re.IGNORECASE)
_SCOPE = re.compile(r"\bscopes?\b", re.IGNORECASE)


def refusal(reply: httpx.Response, secrets: Iterable[str] = ()) -> RefusedError:
    """What an answer that is no success means; `secrets` are never repeated."""
    words = said(reply, secrets)
    status = reply.status_code
    where, what = reply.request.url.host, f"{reply.request.method} {reply.request.url.path}"
    if _NO_DESK.search(words):
        return no_desk(where)
    if _SUSPENDED.search(words) and status in {401, 402, 403, 404, 423}:
        step = "its owner has to settle that with the vendor; nothing can be read or written now"
        return DeniedError(f"the account at {where} is suspended ({words}); {step}")
    if status == HTTPStatus.UNAUTHORIZED:
        is_basic = reply.request.headers.get("authorization", "").startswith("Basic")
        return _signed_out(where, words, is_basic=is_basic)
    if status == HTTPStatus.FORBIDDEN:
        return _forbidden(where, what, words)
    if status in {404, 410}:
        return GoneError(f"{where} has nothing at {what} ({words}); perhaps somebody deleted it")
    if status == HTTPStatus.CONFLICT and not is_conflict(reply):
        return TakenError(f"{where} did not take {what}: {words}")
    if status in {400, 413, 415, 422}:
        return TakenError(f"{where} did not take {what}: {words}")
    text = f"{where} could not answer {what} (HTTP {status}: {words}); try again in a minute"
    return BusyError(text, _TRY_LATER_S)


def no_desk(where: str) -> DeniedError:
    """Nobody is at this address."""
    step = "check --account: it is the first word of the address agents use"
    return DeniedError(f"there is no help desk at {where}; {step}")


def moved(where: str, target: str) -> DeniedError:
    """The account answers from somewhere else; what we know is not sent there."""
    step = f"if that is yours, connect again with --account {target}"
    return DeniedError(f"{where} sends us on to {target}, and we do not follow; {step}")


def too_busy(where: str, wait_s: float) -> BusyError:
    """The limit stays used up, however often we come back."""
    text = f"{where} takes no more requests for now; others use its limit too"
    return BusyError(f"{text}, so try again in {wait_s:.0f} s", wait_s)


def too_many_jobs(where: str, wait_s: float) -> BusyError:
    """As many jobs as it takes wait or run."""
    text = f"as many jobs as {where} takes are waiting or running"
    return BusyError(f"{text}; the next can start when one of them has ended", wait_s)


def unreached(where: str, what: str, error: httpx.TransportError, *, is_open: bool) -> BusyError:
    """No answer came. `is_open` when nobody knows whether it was done."""
    why = " ".join(str(error).split()) or type(error).__name__
    doubt = ", and nobody knows whether it was done" if is_open else ""
    step = "check the connection and --account, or try again in a minute"
    return BusyError(f"no answer from {where} to {what} ({why}){doubt}; {step}", _TRY_LATER_S)


def is_too_many_jobs(reply: httpx.Response) -> bool:
    """Whether jobs are meant, and no limit of requests."""
    return _TOO_MANY_JOBS.search(said(reply)) is not None


def is_of_edge(reply: httpx.Response) -> bool:
    """Whether all requests of the account are meant."""
    return _EDGE.search(said(reply)) is not None


def is_conflict(reply: httpx.Response) -> bool:
    """Whether somebody wrote at the same moment, so that the same may go well now."""
    is_409 = reply.status_code == HTTPStatus.CONFLICT
    return is_409 and _CONFLICT.search(said(reply)) is not None


def said(reply: httpx.Response, secrets: Iterable[str] = ()) -> str:
    """An answer's own words on one line, without what is secret."""
    body = json_of(reply)
    # What stands after a `;` is the next step, so nothing of the desk's may hold one.
    text = ": ".join(dict.fromkeys(words_of(body))) if body is not None else _plain(reply)
    signed_as = reply.request.headers.get("authorization", "").partition(" ")[2]
    for hidden in filter(None, (signed_as, *secrets)):
        text = text.replace(hidden, "…")
    text = " ".join(text.replace(";", ",").split())
    text = text or reply.reason_phrase or f"HTTP {reply.status_code}"
    return text if len(text) <= _LONGEST_SAID else f"{text[: _LONGEST_SAID - 1]}…"


def words_of(body: object) -> Iterator[str]:
    """Every text in an error of a desk: `details` tells the field each is about."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, list):
        for one in body:
            yield from words_of(one)
    elif isinstance(body, Mapping):
        yield from _words_of_object(body)


def json_of(reply: httpx.Response) -> Any | None:
    """The JSON of an answer; None when it holds none."""
    try:
        return reply.json()
    except ValueError:
        return None


def _words_of_object(body: Mapping[str, object]) -> Iterator[str]:
    names = ("title", "error", "errors", "message", "description", "error_description", "detail")
    for name in names:
        yield from words_of(body.get(name))
    details = body.get("details")
    if not isinstance(details, Mapping):
        yield from words_of(details)
        return
    for field_name, about in details.items():
        yield from (f"{field_name}: {word}" for word in words_of(about))


def _signed_out(where: str, words: str, *, is_basic: bool) -> DeniedError:
    step = "`tierwise desk connect` signs in anew"
    if is_basic:
        why = "e-mail or API token is wrong, or API tokens are switched off or have ended"
        return DeniedError(f"{where} does not know who we are ({words}): {why}; {step}")
    why = "it was revoked, or the OAuth client was changed or deleted"
    return DeniedError(f"{where} does not accept our access token ({words}): {why}; {step}")


def _forbidden(where: str, what: str, words: str) -> DeniedError:
    if _SCOPE.search(words):
        step = "give the OAuth client the scopes read and write, then connect again"
        return DeniedError(f"our sign-in at {where} may not {what} ({words}); {step}")
    why = "it takes an administrator, or the account's plan does not include it"
    step = "`tierwise desk doctor` says what we may, and `tierwise desk connect` signs in anew"
    return DeniedError(f"{where} does not let us {what} ({words}): {why}; {step}")


def _plain(reply: httpx.Response) -> str:
    is_text = reply.headers.get("content-type", "").startswith("text/plain")
    return reply.text if is_text else ""
