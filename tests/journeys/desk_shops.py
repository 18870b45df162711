"""A shop that is connected to a desk: made once, copied for each test, as nothing else is slow."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.desks.conftest import wall_clock
from tests.desks.served import served
from tierwise.connectors.standin import StandIn

from .exports import twenty_customers
from .terminal import Done, Terminal

DESK = "stand-in"
SECRET = "TIERWISE_DESK_SECRET"


def new_world() -> StandIn:
    """A desk where nine of the twenty customers wrote in, and a stranger."""
    made = StandIn(clock=wall_clock, pace=1000.0)
    for number in range(11, 20):
        made.add_user(name=f"C{number}", email=f"c{number}@x.org", external_id=str(number))
    made.add_user(name="Stranger", email="stranger@y.org")
    richest = person(made, "c19@x.org")
    made.add_ticket(requester_id=richest, subject="Where is my parcel?")
    return made


def person(world: StandIn, email: str) -> int:
    return next(n for n, user in world.users.items() if user["email"] == email)


def level(world: StandIn, email: str) -> object:
    return world.users[person(world, email)]["user_fields"].get("service_level")


def written(world: StandIn) -> int:
    """How many requests would change something at the desk."""
    return len([one for one in world.requests if one[0] != "GET" and "/oauth/" not in one[1]])


@dataclass(frozen=True, slots=True)
class DeskShop:
    """A terminal, the desk it is connected to, and where that answers."""

    terminal: Terminal
    world: StandIn
    address: str
    is_apart: bool = False  # commands run in processes of their own

    @property
    def project(self) -> Path:
        return self.terminal.project

    def __call__(self, *words: object) -> Done:
        """A command of `tierwise desk`."""
        return (
            self.terminal.apart("desk", *words) if self.is_apart else self.terminal("desk", *words)
        )

    def writes(self, *words: object) -> Done:
        """A command that writes, with the word that it may."""
        return self(*words, "--yes", DESK)

    def connect(self, *words: object, to: str = "") -> Done:
        """Connect an account, by default this one, signed in as the client."""
        how = words or ("--client-id", self.world.client_id)
        return self("connect", "zendesk", "--account", to or self.address, *how)


@contextmanager
def connected(
    model: Path,
    folder: Path,
    world: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_apart: bool = False,
) -> Iterator[DeskShop]:
    """A copy of a shop, connected to a world; what happened at the desk until then is forgotten."""
    shutil.copytree(model, folder)
    monkeypatch.setenv(SECRET, world.client_secret)
    with served(world) as address:
        shop = DeskShop(Terminal(folder), world, address, is_apart)
        done = shop.connect()
        assert done.code == 0, done.err
        world.effects.clear()
        world.requests.clear()
        yield shop


def shop_with_levels(folder: Path, *, is_apart: bool = False) -> Terminal:
    """Twenty customers, and their levels in force."""
    shop = Terminal(folder)
    run = shop.apart if is_apart else shop
    orders = twenty_customers(folder.parent / "orders.csv")
    for words in (("init", folder), ("read", orders, "--as", "shopify-orders"), ("plan",)):
        assert run(*words).code == 0
    assert run("apply", "p1").code == 0
    return shop
