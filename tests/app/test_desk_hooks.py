"""The door for webhooks, as a desk knocks at it."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from tests.connectors.test_zendesk_webhooks import headers
from tests.connectors.zendesk_exports import HeldExports
from tierwise.app.desk_hooks import MOST_BYTES, hook_route
from tierwise.app.desk_reading import Reading, take_hint
from tierwise.facts.problems import RefusedError

from .held_desk import HOOK_SECRET, reading_of

BODY = b'{"ticket_id": "12"}'
HOOKED = 1_709_287_200


def knock(reading: Reading, body: bytes = BODY, account: str = "", **sent: str) -> httpx.Response:
    own = reading.account.account_id

    def take(account_id: str, told: Any, content: bytes) -> bool:
        if account_id != own:
            raise RefusedError("no such desk")
        return take_hint(reading.book, reading.desk, own, headers=told, body=content, now=HOOKED)

    app = Starlette(routes=[hook_route(take)])
    given = headers(body, **({"secret": HOOK_SECRET} | sent))

    async def ask() -> httpx.Response:
        way = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=way, base_url="http://127.0.0.1") as client:
            address = f"/desks/{account or own}/hook"
            return await client.post(address, content=body, headers=given)

    return asyncio.run(ask())


def test_a_hint_is_taken_once_however_often_it_comes(tmp_path: Path) -> None:
    with reading_of(HeldExports(), tmp_path) as reading:
        answers = [knock(reading) for _ in range(3)]
        assert [(one.status_code, one.text) for one in answers] == [
            (200, "taken\n"),
            (200, "taken before\n"),
            (200, "taken before\n"),
        ]
        (hint,) = reading.book.hints(reading.account.account_id, 10)
        assert hint.ticket_id == "12"


REFUSED = {
    "signed by somebody else": ({"secret": "guessed"}, BODY, "", 401),
    "for an account we do not have": ({}, BODY, "77", 404),
    "too long": ({}, b" " * (MOST_BYTES + 1), "", 413),
}


@pytest.mark.parametrize(("sent", "body", "account", "status"), REFUSED.values(), ids=REFUSED)
def test_others_are_turned_away(
    tmp_path: Path, sent: dict[str, str], body: bytes, account: str, status: int
) -> None:
    with reading_of(HeldExports(), tmp_path) as reading:
        answer = knock(reading, body, account, **sent)
        assert answer.status_code == status
        assert HOOK_SECRET not in answer.text
        assert reading.book.hints(reading.account.account_id, 10) == ()
