"""The door for webhooks: `POST /desks/{account_id}/hook` takes a hint and answers at once."""

from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tierwise.facts.desks import DeniedError
from tierwise.facts.problems import RefusedError

PATH = "/desks/{account_id}/hook"
MOST_BYTES = 1_000_000

TakesHint = Callable[[str, Mapping[str, str], bytes], bool]
"""Account, headers and body of a webhook; False when it came before.

DeniedError when it is not from the desk, RefusedError when there is no such account.
"""


def hook_route(take: TakesHint) -> Route:
    """The door as a route; it needs no session, for the signature says who knocks."""

    async def hook(request: Request) -> Response:
        body = await _body_of(request)
        if body is None:
            return _said("a webhook may have a megabyte", 413)
        account, headers = request.path_params["account_id"], dict(request.headers)
        try:
            is_new = await run_in_threadpool(take, account, headers, body)
        except DeniedError as error:
            return _said(str(error), 401)
        except RefusedError as error:
            return _said(str(error), 404)
        return _said("taken" if is_new else "taken before", 200)

    return Route(PATH, hook, methods=["POST"])


async def _body_of(request: Request) -> bytes | None:
    """The body as it was sent; None when it is too long, of which no more is read."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _said(text: str, status: int) -> Response:
    return PlainTextResponse(f"{text}\n", status)
