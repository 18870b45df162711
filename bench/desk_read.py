"""Claim: a million tickets with their metrics are read at 5,000 a second, in less than 500 MB.

The desk is a stand-in in a process of its own that serves as fast as it can: at ten requests a
minute, which is what a desk allows, the waiting is all that is felt. `settled` is the way from
there into the facts.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tierwise.app.desk_reading import Reading, read_desk
from tierwise.app.desk_settling import settle
from tierwise.app.project import make_project, open_project
from tierwise.connectors.book_desks import DeskBook
from tierwise.connectors.desk_http import DeskHttp
from tierwise.connectors.landing import ParquetLanding
from tierwise.connectors.rate_budget import Budget
from tierwise.connectors.secret_box import SecretBox
from tierwise.connectors.zendesk import LIMITS, Zendesk
from tierwise.connectors.zendesk_auth import Grants, NewTokens, ZendeskSignIn
from tierwise.facts.desks import DeskAccount, DeskSecrets

from .made_facts import scratch
from .measured import against, alone

TICKETS, USERS = 1_000_000, 200_000
RATE, PEAK_MB = 5_000, 500
SINCE = 1_704_067_200  # when the first made up ticket was
NOW = SINCE + 40_000_000
SECRETS = DeskSecrets(email="ada@stand-in.example", api_token="standin-token")


class QuickClock:
    """Time that passes by sleeping, so that the limits cost none."""

    def __init__(self) -> None:
        self._slept_s = 0.0

    def now(self) -> float:
        return time.monotonic() + self._slept_s

    def sleep(self, seconds: float) -> None:
        self._slept_s += seconds


def read_streams(folder: Path, address: str) -> None:
    """Everything a first reading brings; how many tickets and people is written."""
    with opened(folder, address) as reading:
        done = read_desk(reading, since=SINCE, streams=("users", "agents", "groups", "tickets"))
    (folder / "done").write_text(f"{done.rows['tickets']} {done.rows['users']}", "utf-8")


def settle_all(folder: Path, address: str) -> None:
    project = open_project(folder / "shop")
    with opened(folder, address) as reading:
        settle(project, reading.account, reading.landing, now=NOW)


@contextmanager
def opened(folder: Path, address: str) -> Iterator[Reading]:
    box = SecretBox("", folder / "secret.key")
    with DeskBook.open(f"sqlite:///{folder / 'book.sqlite'}", box) as book:
        account = book.connect(account_at(address), SECRETS)
        desk = client(account, QuickClock())
        yield Reading(desk, book, ParquetLanding(folder / "landing"), account, lambda: NOW)
        desk.close()


def client(account: DeskAccount, clock: QuickClock) -> Zendesk:
    """The product's own client, with its limits on the quick clock."""
    budget, tokens = Budget(LIMITS, clock=clock.now, sleep=clock.sleep), NewTokens(SECRETS)
    grants = Grants(account.address, budget, lambda: float(NOW))
    sign_in = ZendeskSignIn(tokens, grants.renewed, lambda: float(NOW))
    http = DeskHttp(account.address, sign_in, budget, None)
    return Zendesk(http, tokens, grants, "service_level")


def account_at(address: str) -> DeskAccount:
    return DeskAccount(
        account_id="",
        desk="zendesk",
        name="stand-in",
        address=address,
        sign_in="api_token",
        remote_id="1",
        is_sandbox=True,
        into_facts=True,
        connected_at=SINCE,
        connected_by="bench",
    )


@contextmanager
def stand_in(tickets: int, users: int) -> Iterator[str]:
    """The address of a stand-in that makes up this many tickets and people."""
    port = free_port()
    sizes = ["--made-tickets", str(tickets), "--made-users", str(users), "--pace", "1000000"]
    command = [sys.executable, "-m", "tierwise.connectors.standin_app", "--port", str(port)]
    process = subprocess.Popen([*command, *sizes])
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(address: str) -> None:
    for _ in range(100):
        try:
            httpx.get(f"{address}/standin/faults")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the stand-in does not start; run it by hand and look what it says")


def main() -> None:
    tickets = int(sys.argv[1]) if len(sys.argv) > 1 else TICKETS
    with scratch() as folder, stand_in(tickets, tickets // 5) as address:
        make_project(folder / "shop", preset="three-levels", shop="Bench")
        took = alone(read_streams, folder, address)
        read, people = map(int, (folder / "done").read_text("utf-8").split())
        print(f"read    {took}, {read:,} tickets and {people:,} people")
        print(f"{(read + people) / took.wall_s:,.0f} rows a second, the stand-in's work included")
        print(against("our time for a row", took.cpu_s / (read + people) * 1e6, 1e6 / RATE, "µs"))
        print(against("peak memory", took.peak_mb, PEAK_MB, "MB"))
        print(f"settled {alone(settle_all, folder, address)}")


if __name__ == "__main__":
    main()
