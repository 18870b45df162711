"""The stand-in as a server: an ASGI app, and a process of its own for trying things out.

`python -m tierwise.connectors.standin_app --port 8123` begins an empty account on this machine.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount

from .standin import StandIn
from .standin_calls import Reply
from .standin_door import Asked, Door
from .standin_hooks import deliver, take_due
from .standin_pages import ROUTES as PAGES
from .standin_state import State

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Scope]]
Send: TypeAlias = Callable[[Scope], Awaitable[None]]
LOOPBACK = "127.0.0.1"


def standin_app(world: State) -> Starlette:
    """The app of a world; whatever is asked for goes through its door."""
    line = _Line(Door(world, extra=PAGES))
    return Starlette(routes=[Mount("/", app=line)])


class _Line:
    """Carries requests to the door and answers back, unless a fault breaks the line."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._postman = ThreadPoolExecutor(1, thread_name_prefix="standin-hooks")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        asked = Asked(
            request.method,
            request.url.path,
            f"{request.url.scheme}://{request.url.netloc}",
            dict(request.headers),
            {name: request.query_params.getlist(name) for name in request.query_params},
            await request.body(),
        )
        reply, hit = self._door.answer(asked)
        self._deliver()
        if hit == "slow":
            await asyncio.sleep(self._door.state.faults.slow_s)
        await _send(reply, send, is_broken=hit in {"reset", "lost"})

    def _deliver(self) -> None:
        state = self._door.state
        if state.hooks_due:
            self._postman.submit(deliver, state, take_due(state))


async def _send(reply: Reply, send: Send, *, is_broken: bool) -> None:
    """Send an answer; a broken line carries its beginning only."""
    content, kind = _written(reply)
    headers = {"content-type": kind, "content-length": str(len(content)), **reply.headers}
    if reply.status == 204:
        headers = dict(reply.headers)
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    if is_broken:  # the server closes the line when the promised body does not come
        raw = [(b"content-length", b"1000000")]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
    if not is_broken:
        await send({"type": "http.response.body", "body": content})


def _written(reply: Reply) -> tuple[bytes, str]:
    if reply.page is not None:
        return reply.page.encode(), "text/html; charset=utf-8"
    if reply.raw is not None:
        return reply.raw, "application/json; charset=utf-8"
    content = b"" if reply.status == 204 else json.dumps(reply.body).encode()
    return content, "application/json; charset=utf-8"


def main() -> None:
    """Begin a stand-in with people, tickets and faults as the command line says."""
    words = argparse.ArgumentParser(prog="standin", description=__doc__)
    words.add_argument("--port", type=int, required=True)
    words.add_argument("--pace", type=float, default=1.0)
    words.add_argument("--users", type=int, default=0)
    words.add_argument("--tickets", type=int, default=0)
    words.add_argument("--made-users", type=int, default=0)
    words.add_argument("--made-tickets", type=int, default=0)
    words.add_argument("--faults", type=float, default=0.0)
    words.add_argument("--seed", type=int, default=0)
    asked = words.parse_args()
    # A process of its own: nobody hands it a clock.
    world = StandIn(clock=time.time, pace=asked.pace, seed=asked.seed)  # noqa: TID251
    world.make_up(tickets=asked.made_tickets, users=asked.made_users)
    people(world, asked.users, asked.tickets)
    world.faults.rate = asked.faults
    uvicorn.run(standin_app(world), host=LOOPBACK, port=asked.port, log_level="critical")


def people(world: StandIn, users: int, tickets: int) -> None:
    """Customers `c1`, `c2` … of the shop, after those made up, and tickets of theirs in turn."""
    ids = []
    for at in range(world.made.users + 1, world.made.users + users + 1):
        told = {"email": f"c{at}@example.com", "external_id": f"c{at}"}
        ids.append(world.add_user(name=f"Customer {at}", **told)["id"])
    for at in range(tickets if ids else 0):
        world.add_ticket(requester_id=ids[at % len(ids)], subject=f"Question {at + 1}")


if __name__ == "__main__":
    main()
