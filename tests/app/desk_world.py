"""A help desk to configure: the stand-in, a client of it, the book, and policies in short."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

from tests.desks.served import served
from tierwise.app.desk_applying import Applying
from tierwise.app.desk_planning import Asked
from tierwise.app.desk_wishes import FieldAtDesk, wish_of
from tierwise.app.ports import HelpDesk
from tierwise.connectors import zendesk_config
from tierwise.connectors.book_desks import DeskBook
from tierwise.connectors.secret_box import SecretBox
from tierwise.connectors.standin import StandIn
from tierwise.connectors.standin_door import Asked as Request
from tierwise.connectors.standin_door import Door
from tierwise.connectors.zendesk import Zendesk, open_zendesk
from tierwise.connectors.zendesk_auth import NewTokens
from tierwise.facts.desk_config import Compiled, DeskOp, DeskWish, HeldObject
from tierwise.facts.desks import (
    DeniedError,
    DeskAccount,
    DeskSecrets,
    GoneError,
    Json,
    TakenError,
)
from tierwise.facts.time import day_number
from tierwise.levels.policy import Policy
from tierwise.promises.policy_calendars import calendar_values_of, calendars_of

TODAY = day_number(date(2026, 11, 27))
NOW = TODAY * 86_400 + 36_000
FIELD = FieldAtDesk("service_level", "Service level")
OFFICE = {"zone": "Europe/Berlin", "week": {"mon-fri": ["09:00-18:00"]}}

TWO_LEVELS: Mapping[str, Any] = {
    "currency": "EUR",
    "calendars": {"office": {**OFFICE, "closed": {"2026-12-25": "Christmas"}}},
    "levels": {
        "premium": {
            "who": "ltv_percentile >= 90",
            "team": "concierge",
            "promises": {"first_response": {"within": "1h", "calendar": "office"}},
        },
        "standard": {
            "who": "everyone",
            "promises": {"first_response": {"within": "1d"}},
        },
    },
}


def policy(**changes: Any) -> Policy:
    return Policy.model_validate({**TWO_LEVELS, **changes})


def levels(**promises: Mapping[str, Any]) -> dict[str, Any]:
    """Levels that promise something, best first; the last takes everybody."""
    last = list(promises)[-1]
    who = {name: "everyone" if name == last else "ltv_percentile >= 90" for name in promises}
    return {name: {"who": who[name], "promises": told} for name, told in promises.items()}


def wish(said: Policy | None = None, at_desk: FieldAtDesk = FIELD, today: int = TODAY) -> DeskWish:
    """What a policy asks, without days from outside."""
    said = said or policy()
    calendars, problems = calendars_of(calendar_values_of(said))
    assert not problems
    return wish_of(said, calendars, at_desk, today)


def asked(said: Policy | None = None, at_desk: FieldAtDesk = FIELD) -> Asked:
    return Asked(wish(said, at_desk), 1)


def new_world() -> StandIn:
    return StandIn(clock=lambda: NOW, pace=1_000_000.0)


class DoorAsks:
    """Asks the stand-in without a line between; refusals as the client tells them."""

    def __init__(self, world: StandIn) -> None:
        self._door = Door(world)
        word = f"{world.api_email}/token:{world.api_token}".encode()
        self._headers = {"authorization": f"Basic {b64encode(word).decode()}"}

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Json:
        return self._asked("GET", path, query=query or {})

    def post(self, path: str, body: Json) -> Json:
        return self._asked("POST", path, body)

    def put(self, path: str, body: Json) -> Json:
        return self._asked("PUT", path, body)

    def patch(self, path: str, body: Json) -> Json:
        return self._asked("PATCH", path, body)

    def delete(self, path: str) -> None:
        self._asked("DELETE", path)

    def listed(
        self, path: str, key: str, query: Mapping[str, str | int] | None = None
    ) -> Iterator[Json]:
        after: Mapping[str, str | int] = {"page[size]": 100}
        while after:
            page = self.get(path, {**(query or {}), **after})
            yield from page[key]
            more = page.get("meta", {})
            after = {"page[after]": more["after_cursor"]} if more.get("has_more") else {}

    def _asked(
        self, method: str, path: str, body: Json | None = None, query: Json | None = None
    ) -> Json:
        told = {name: [str(value)] for name, value in (query or {}).items()}
        sent = b"" if body is None else json.dumps(body).encode()
        headers = {**self._headers, "content-type": "application/json"}
        reply, _ = self._door.answer(Request(method, path, "http://x", headers, told, sent))
        if reply.status in _REFUSALS:
            raise _REFUSALS[reply.status](f"{method} {path}: {reply.body}")
        assert reply.status < 300, (method, path, reply.status, reply.body)
        return reply.body if isinstance(reply.body, dict) else {}


_REFUSALS = {403: DeniedError, 404: GoneError, 422: TakenError}


class DoorDesk:
    """The half of a help desk that is about its configuration."""

    def __init__(self, world: StandIn) -> None:
        self.world, self.asks = world, DoorAsks(world)

    def remote_id(self) -> str:
        return str(self.world.account_id)

    def compile(self, wish: DeskWish) -> Compiled:
        return zendesk_config.compile_wish(self.asks, wish)

    def held(self) -> tuple[HeldObject, ...]:
        return zendesk_config.held_objects(self.asks)

    def carry_out(self, op: DeskOp, remote_ids: Mapping[str, str]) -> str:
        return zendesk_config.carry_out(self.asks, op, remote_ids)

    def webhook_secret(self, webhook_id: str) -> str:
        return zendesk_config.signing_secret(self.asks, webhook_id)


@contextmanager
def client_of(
    world: StandIn, judge: Callable[[str], AbstractContextManager[str]] = nullcontext
) -> Iterator[Zendesk]:
    """Zendesk as the product opens it, over the stand-in, with a judge between them or none."""
    with served(world) as behind, judge(behind) as url:
        account = replace(account_of(world), address=url)
        secrets = DeskSecrets(email=world.api_email, api_token=world.api_token)
        tokens, key = NewTokens(secrets), FIELD.key
        desk = open_zendesk(account, tokens, field_key=key, clock=lambda: NOW)
        try:
            yield desk
        finally:
            desk.close()


def account_of(world: StandIn) -> DeskAccount:
    return DeskAccount(
        account_id="",
        desk="zendesk",
        name=world.subdomain,
        address="https://stand-in.zendesk.com",
        sign_in="api_token",
        remote_id=str(world.account_id),
        is_sandbox=True,
        into_facts=True,
        connected_at=NOW,
        connected_by="lea",
    )


@contextmanager
def work_at(world: StandIn, folder: Path, desk: object = None) -> Iterator[Applying]:
    """Everything that planning and applying need, with the book on SQLite in a folder."""
    box, place = SecretBox("", folder / "secret.key"), folder / "book.sqlite"
    with DeskBook.open(f"sqlite:///{place}", box) as book:
        account = book.connect(account_of(world), DeskSecrets())
        yield Applying(book, cast(HelpDesk, desk or DoorDesk(world)), account, lambda: NOW, "lea")
