"""A help desk knocks at the real application: what it tells is read again with the next reading."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.app.asking import SECRETS, Asking
from tests.desks.conftest import wall_clock
from tierwise.app.project import open_project
from tierwise.app.shop import Shop
from tierwise.app.web import make_app
from tierwise.connectors.standin import StandIn

from .desk_shops import DeskShop, connected, new_world, shop_with_levels

HOST = "levels.example.org"
HOOK = "/desks/d1/hook"

pytestmark = pytest.mark.slow


@pytest.fixture
def world() -> StandIn:
    return new_world()


@pytest.fixture
def shop(tmp_path: Path, world: StandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskShop]:
    """A shop that a desk reaches under a name of its own, and a desk that was told of it."""
    model = shop_with_levels(tmp_path / "model")
    settings = model.project / "settings.yaml"
    text = settings.read_text("utf-8")
    settings.write_text(f"{text}\npublic_address: https://{HOST}\n", "utf-8")
    with connected(model.project, tmp_path / "shop", world, monkeypatch) as opened:
        assert opened("plan").code == 0
        done = opened.writes("apply", "dp1")
        assert done.code == 0, done.err
        assert opened("read").code == 0
        yield opened


@pytest.fixture
def door(shop: DeskShop) -> Asking:
    """The application as `tierwise serve` runs it."""
    project = open_project(shop.project)
    hosts = project.settings.served_hosts
    asked = Shop(project, clock=lambda: int(wall_clock()))
    return Asking(make_app(asked, secrets=SECRETS, demo=False, port=8765, hosts=hosts))


def knock(door: Asking, secret: str, ticket: int, *, host: str = HOST) -> httpx.Response:
    """What the desk sends when a ticket changes."""
    body, at = json.dumps({"ticket_id": ticket}).encode(), str(int(wall_clock()))
    signed = hmac.new(secret.encode(), at.encode() + body, hashlib.sha256).digest()
    headers = {
        "host": host,
        "x-zendesk-webhook-signature": base64.b64encode(signed).decode(),
        "x-zendesk-webhook-signature-timestamp": at,
        "x-zendesk-webhook-invocation-id": f"call-{ticket}",
    }
    return door.post(HOOK, content=body, headers=headers)


def test_what_the_desk_tells_is_read_again(shop: DeskShop, door: Asking) -> None:
    (secret,) = shop.world.hook_secrets.values()
    (hook,) = shop.world.webhooks.values()
    assert hook["endpoint"] == f"https://{HOST}{HOOK}"
    (ticket,) = shop.world.tickets
    answers = [knock(door, secret, ticket) for _ in range(2)]
    assert [(one.status_code, one.text) for one in answers] == [
        (200, "taken\n"),
        (200, "taken before\n"),
    ]
    assert "1 ticket to read again" in shop("status").out
    shop.world.requests.clear()
    assert shop("read").code == 0
    assert ("GET", f"/api/v2/tickets/{ticket}/audits") in shop.world.requests
    assert "to read again" not in shop("status").out


def test_others_are_turned_away_and_learn_nothing(shop: DeskShop, door: Asking) -> None:
    (secret,) = shop.world.hook_secrets.values()
    (ticket,) = shop.world.tickets
    forged = knock(door, "guessed", ticket)
    assert forged.status_code == 401
    assert "the signature is not ours" in forged.text
    assert knock(door, secret, ticket, host="elsewhere.example").status_code == 421
    unsigned = door.post(HOOK, content=b"{}", headers={"host": HOST})
    assert unsigned.status_code == 401
    nobody = door.post("/desks/d9/hook", content=b"{}", headers={"host": HOST})
    assert nobody.status_code == 404
    answers = (forged, unsigned, nobody)
    assert not [
        one for one in answers if secret in one.text or shop.world.client_secret in one.text
    ]
    assert "to read again" not in shop("status").out


def test_a_desk_may_be_looked_at_before_there_are_orders(
    tmp_path: Path, world: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from .terminal import Terminal

    fresh = Terminal(tmp_path / "fresh")
    assert fresh("init", fresh.project).code == 0
    with connected(fresh.project, tmp_path / "shop", world, monkeypatch) as opened:
        asked = Shop(open_project(opened.project), clock=lambda: int(wall_clock()))
        page = Asking(make_app(asked, secrets=SECRETS, demo=True, port=8765)).get("/desk")
        assert page.status_code == 200
        assert "stand-in" in page.text
        assert "No orders yet" in page.text
