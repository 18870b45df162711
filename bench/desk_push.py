"""Claim: 100,000 changed levels reach a desk in 1.2 × the time its limits allow, in under 300 MB.

The desk is the stand-in in a process of its own with the limits of Zendesk, some times as fast;
the push is the command `tierwise desk push`, all of it. A second push writes nothing.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import httpx
import pyarrow as pa

from tests.desks.stand_in_process import CLIENT_ID, CLIENT_SECRET
from tierwise.app.desk_room import desk_room
from tierwise.app.project import make_project, open_project
from tierwise.app.pushing import Due, PushAsked, push_levels
from tierwise.app.wiring import open_desk_book
from tierwise.connectors.arrow_tables import schema_of
from tierwise.connectors.fact_store import FactStore, Origin
from tierwise.connectors.reading import Rows
from tierwise.connectors.standin_jobs import BASE_S, MOST_IN_FLIGHT, ROW_S
from tierwise.connectors.standin_made import FIRST_USER
from tierwise.connectors.standin_state import Account
from tierwise.facts.desk_people import WantedLevel
from tierwise.facts.tables import CUSTOMERS, ORDERS

from .desk_read import free_port, wait_for
from .made_facts import FIRST_DAY, PRESET, scratch
from .measured import Took, against, alone, command_alone

PEOPLE, PACE, QUICK, AT_ONCE = 100_000, 4, 1e6, 100
RATIO, PEAK_MB = 1.2, 300
NEEDED = 3  # requests for a hundred people: read, write, read again
NAME = "stand-in"
TIERWISE = (sys.executable, "-c", "from tierwise.app.cli.main import main; main()")

# The stand-in's people are `c1`, `c2` … of the shop.
_CUSTOMERS = """
SELECT 'c' || i AS customer_id, 'shop' AS source, 'customer' || i || '@example.com' AS email,
    NULL::VARCHAR AS phone, 'Customer ' || i AS name, NULL::VARCHAR AS account_id,
    NULL::VARCHAR AS merged_into, NULL::BIGINT AS created_at
FROM range(1, {people} + 1) made(i)
"""
_ORDERS = """
SELECT 'o' || i AS order_id, 'c' || (1 + i % {people}) AS customer_id, 'purchase' AS kind,
    'paid' AS state, ({first_day} + i % 700) * 86400 AS placed_at,
    ({first_day} + i % 700)::INTEGER AS placed_day,
    (1000 + hash(i) % 20000)::BIGINT AS total_minor, 0::BIGINT AS refunded_minor,
    0::BIGINT AS discount_minor, 'EUR' AS currency, 'web' AS channel,
    NULL::VARCHAR AS refers_to
FROM range(3 * {people}) made(i)
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """A stand-in and what it says itself of the requests it got."""

    address: str
    pace: float

    def counted(self) -> Counter[str]:
        """Requests by method and path."""
        found = httpx.get(f"{self.address}/standin/requests").json()
        return Counter(dict(found["requests"]))

    def too_many(self) -> int:
        """How often too many requests or jobs came."""
        found = httpx.get(f"{self.address}/standin/requests").json()
        return int(found["too_many"])

    def effects(self) -> list[int]:
        """How often each person changed."""
        found = httpx.get(f"{self.address}/standin/effects", timeout=60).json()
        return [count for *what, count in found["effects"] if what[0] == "user"]

    @property
    def requests_a_second(self) -> float:
        return Account().calls_per_minute * self.pace / 60

    def allowed_s(self, requests: int, jobs: int) -> float:
        """The time that limits leave for so many requests, and jobs of a hundred people."""
        job_s = (BASE_S + ROW_S * AT_ONCE) / self.pace
        return max(requests / self.requests_a_second, jobs * job_s / MOST_IN_FLIGHT)


def make_shop(folder: Path, people: int) -> None:
    """A project whose customers have a level in force."""
    project = make_project(folder, preset=PRESET, shop="Bench")
    given = {"people": people, "first_day": FIRST_DAY}
    parts = []
    for table, text in ((CUSTOMERS, _CUSTOMERS), (ORDERS, _ORDERS)):
        rows = duckdb.sql(text.format(**given)).to_arrow_table().cast(schema_of(table))
        numbers = pa.array(range(rows.num_rows), pa.int64())
        batches = rows.combine_chunks().to_batches()
        parts += [Rows(table.name, one, numbers) for one in batches]
    FactStore(project.kept / "facts").add(Origin("made", "generic", "made", "0", 0), iter(parts))
    tierwise(folder, "plan")
    tierwise(folder, "apply", "p1")


def tierwise(folder: Path, *words: str) -> None:
    """A command in a process of its own that must end well."""
    subprocess.run(
        [*TIERWISE, "--project", str(folder), *words], check=True, stdout=subprocess.DEVNULL
    )


def join(folder: Path, people: int, port: int) -> None:
    """Connect the desk and read its people, from a stand-in that does not make us wait."""
    with stand_in(port, people, QUICK) as desk:
        connect(folder, desk)
        tierwise(folder, "desk", "read")


def connect(folder: Path, desk: Desk) -> None:
    words = ("--account", desk.address, "--client-id", CLIENT_ID, "--no-tickets")
    tierwise(folder, "desk", "connect", "zendesk", *words)


def prepare(folder: Path) -> None:
    """The field of the level, and all else that the policy asks of the desk."""
    tierwise(folder, "desk", "plan")
    tierwise(folder, "desk", "apply", "dp1", "--yes", NAME)


@contextmanager
def stand_in(port: int, people: int, pace: float) -> Iterator[Desk]:
    words = ("--port", str(port), "--made-users", str(people), "--pace", str(pace))
    process = subprocess.Popen([sys.executable, "-m", "tierwise.connectors.standin_app", *words])
    desk = Desk(f"http://127.0.0.1:{port}", pace)
    try:
        wait_for(desk.address)
        yield desk
    finally:
        process.terminate()
        process.wait(10)


def push(folder: Path) -> Took:
    """The command, from its first import to its end."""
    words = ("--project", str(folder), "desk", "push", "--yes", NAME)
    return command_alone(*TIERWISE, *words)


def the_push_itself(folder: Path, people: int) -> None:
    """Journal and desk for people who are known already: no facts, no engine."""
    with closing(open_desk_book(open_project(folder))) as book:
        (account,) = book.accounts()
        rows = (
            WantedLevel(str(FIRST_USER + at), f"c{at}", "sl_plus", at)
            for at in range(1, people + 1)
        )
        asked = PushAsked(account.account_id, "bench", "service_level", ("sl_plus",))
        with desk_room(open_project(folder), book, account.account_id, at_now) as room:
            due = Due(rows, people, 0)
            done = push_levels(book, room.desk, asked, due=lambda: due, pace=room.pace(goes_on))
    if done.written != people:
        raise SystemExit(f"{done.written} of {people} were written")


def at_now() -> int:
    return int(time.time())


def goes_on() -> bool:
    return False


def itself_alone(folder: Path, people: int, port: int) -> Took:
    """The push itself at a desk that does not make us wait, for its memory."""
    make_project(folder, preset=PRESET, shop="Bench")
    with stand_in(port, people, QUICK) as desk:
        connect(folder, desk)
        prepare(folder)
        return alone(the_push_itself, folder, people)


def tell_first(desk: Desk, took: Took, found: Counter[str], people: int) -> None:
    jobs = sum(count for name, count in found.items() if name.endswith("update_many"))
    changed, batches = desk.effects(), -(-people // AT_ONCE)
    allowed_s = desk.allowed_s(found.total(), jobs)
    needed_s = desk.allowed_s(NEEDED * batches, batches)
    print(f"first push  {took}")
    print(
        f"  {len(changed):,} people changed, {sum(changed) - len(changed)} times in vain; ", end=""
    )
    print(f"{jobs} jobs, {desk.too_many()} requests or jobs past a limit")
    print("  requests for each hundred people:")
    for name, count in found.most_common():
        print(f"    {count * AT_ONCE / people:6.3f} {name}")
    print(f"    {NEEDED:6.3f} needed by any push that reads before and after it writes")
    print(
        f"  the limits allow {allowed_s:.1f} s for what was asked, {needed_s:.1f} s for the needed"
    )
    print(against("time allowed for what was asked", took.wall_s / allowed_s, RATIO, "times"))
    print(against("time allowed for what is needed", took.wall_s / needed_s, RATIO, "times"))
    print(against("peak memory of the command", took.peak_mb, PEAK_MB, "MB"))


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    pace = float(sys.argv[2]) if len(sys.argv) > 2 else PACE
    os.environ["TIERWISE_DESK_SECRET"] = CLIENT_SECRET
    with scratch() as scratched:
        folder, port = scratched / "shop", free_port()
        make_shop(folder, people)
        join(folder, people, port)
        with stand_in(port, people, pace) as desk:
            prepare(folder)
            before = desk.counted()
            took = push(folder)
            first = desk.counted()
            tell_first(desk, took, first - before, people)
            again = push(folder)
            second = desk.counted() - first
            writing = sum(n for name, n in second.items() if not name.startswith("GET"))
            print(f"second push {again}, {second.total()} requests")
            verdict = "MISSED" if writing else "holds"
            print(f"requests that write, the second time: {writing} of 0, {verdict}")
        itself = itself_alone(scratched / "other", people, port)
        print(f"the push itself {itself}")
        print(against("peak memory of the push itself", itself.peak_mb, PEAK_MB, "MB"))


if __name__ == "__main__":
    main()
