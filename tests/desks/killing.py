"""kill -9 in the middle of push, apply and read, and what a desk says of it afterwards.

Each deed goes in turns: something new has to be done, it is begun and killed until once it comes
to its end by itself, and then everything that was to happen has happened once.
"""

import json
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb

from tests.journeys.exports import order_row, shopify_orders
from tests.journeys.terminal import Terminal
from tierwise.app import wiring
from tierwise.app.project import open_project

from .stand_in_process import CLIENT_ID, Effects, StandInProcess

FIELD = "service_level"
STRANGERS = 20
_MOST_TRIES = 40
_FACTS = ("customers", "agents", "tickets", "ticket_events", "surveys")


class Deed(Protocol):
    """What is killed: `prepare` makes work, `command` does it, `check` looks at what came of it."""

    name: str

    def prepare(self) -> None: ...
    def command(self) -> tuple[object, ...]: ...
    def check(self) -> None: ...


@dataclass
class Tally:
    """How many processes were killed, how many turns ended, how many runs the desk refused."""

    kills: int = 0
    turns: int = 0
    refused: int = 0


def torment(terminal: Terminal, deed: Deed, kills: int, chance: random.Random) -> Tally:
    """Kill a deed so often, always at another moment, and check each time it is done."""
    tally, lasts_s = Tally(), 3.0
    in_a_turn = max(3, kills // 6)
    while tally.kills < kills:
        deed.prepare()
        most = min(kills, tally.kills + in_a_turn)
        lasts_s = _one_turn(terminal, deed, tally, (most, lasts_s, chance))
        deed.check()
        tally.turns += 1
    return tally


def _one_turn(
    terminal: Terminal, deed: Deed, tally: Tally, how: tuple[int, float, random.Random]
) -> float:
    """Begin and kill until it ends by itself; how long a run lasts, which is a guess at first."""
    most, lasts_s, chance = how
    tries = 0
    while tries < _MOST_TRIES:
        patience_s = chance.uniform(0.2, 1.0) * lasts_s if tally.kills < most else None
        began = time.monotonic()
        code = _run(terminal, deed.command(), patience_s)
        if code == 0:
            return max(0.5, (lasts_s + time.monotonic() - began) / 2)
        if code is None:
            tally.kills += 1
        else:
            tries += 1
            tally.refused += 1
    done = terminal(*deed.command())
    raise AssertionError(f"{deed.name} does not come to its end: {done.out}{done.err}")


def _run(terminal: Terminal, words: tuple[object, ...], patience_s: float | None) -> int | None:
    """The exit code of a command; None when it was killed."""
    process = terminal.begin(*words)
    try:
        return process.wait(patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def answer(terminal: Terminal, *words: object) -> dict[str, Any]:
    """What a command answers as JSON; tried again while the desk is in a mood."""
    for _ in range(_MOST_TRIES):
        done = terminal(*words, "--json")
        if done.code == 0:
            return dict(json.loads(done.out))
    raise AssertionError(f"{words}: {done.err}")


@dataclass
class Office:
    """A shop with customers, and its desk at the stand-in, which knows most of them."""

    terminal: Terminal
    desk: StandInProcess
    people: dict[str, str]  # number at the desk by customer
    account: str = ""

    @classmethod
    def opened(cls, folder: Path, desk: StandInProcess, customers: int, **more: bool) -> "Office":
        terminal = Terminal(folder / "shop")
        assert terminal("init", terminal.project, "--preset", "four-levels").code == 0
        rows = [
            order_row(i, f"c{i}@x.org", f"{10 * (i + 1)}.00", "2026-01-05")
            for i in range(customers)
        ]
        orders = shopify_orders(folder / "orders.csv", *rows)
        assert terminal("read", orders, "--as", "shopify-orders").code == 0
        with desk.calm():
            people = dict(_people(desk, customers))
        office = cls(terminal, desk, people)
        office.connect(**more)
        return office

    def connect(self, *, tickets: bool = False) -> None:
        words = ("connect", "zendesk", "--account", self.desk.address, "--client-id", CLIENT_ID)
        which = "--tickets" if tickets else "--no-tickets"
        self.account = answer(self.terminal, "desk", *words, which)["name"]

    def agreed(self, *words: object) -> tuple[object, ...]:
        """A command that writes, with the word that it may."""
        return ("desk", *words, "--yes", self.account)


def _people(desk: StandInProcess, customers: int) -> Iterator[tuple[str, str]]:
    """Every customer at the desk, and people whom the shop does not know."""
    for number in range(customers):
        user = {"name": f"C{number}", "email": f"c{number}@x.org", "role": "end-user"}
        yield f"email:c{number}@x.org", str(desk.made("users", user=user)["id"])
    for number in range(STRANGERS):
        desk.made("users", user={"name": f"S{number}", "email": f"s{number}@y.org"})


class Pushing:
    """Levels of all customers, given and taken away in turn; some have an open ticket."""

    name = "push"

    def __init__(self, office: Office) -> None:
        self._office, self._in_force = office, ""
        self._tickets = dict(self._opened())
        plan = answer(office.terminal, "desk", "plan")["plan"]["plan_id"]
        _until_done(office.terminal, office.agreed("apply", plan))
        _until_done(office.terminal, ("desk", "read"))
        self._before: Effects = Counter()
        self._was: dict[str, str | None] = dict.fromkeys(office.people.values())

    def prepare(self) -> None:
        """Levels that nobody has at the desk yet; or none at all, if they have some."""
        terminal = self._office.terminal
        if self._in_force:
            assert terminal("undo", self._in_force).code == 0
            self._in_force = ""
        else:
            plan = answer(terminal, "plan")["plan"]["plan_id"]
            self._in_force = answer(terminal, "apply", plan)["apply_id"]
        self._before = self._office.desk.effects()

    def command(self) -> tuple[object, ...]:
        return self._office.agreed("push", "--clear")

    def check(self) -> None:
        """Each person changed once, from what they had to what they should have; so did tags."""
        office, wanted = self._office, self._wanted()
        found = office.desk.effects() - self._before
        changed = {user: value for user, value in wanted.items() if value != self._was[user]}
        expected: Effects = Counter(("user", user, str(value)) for user, value in changed.items())
        for ticket, user in self._tickets.items():
            signs = (("+", wanted[user]), ("-", self._was[user]))
            expected.update(("ticket_tag", ticket, f"{s}{v}") for s, v in signs if v)
        _same(found, expected)
        self._looks_as(wanted)
        self._was = wanted

    def _looks_as(self, wanted: dict[str, str | None]) -> None:
        with self._office.desk.calm():
            users = self._office.desk.listed("users")
        values = {str(user["id"]): (user.get("user_fields") or {}).get(FIELD) for user in users}
        others = {user: value for user, value in values.items() if user not in wanted and value}
        assert {user: values[user] for user in wanted} == wanted
        assert not others, "nobody whom the shop does not know has a level"

    def _wanted(self) -> dict[str, str | None]:
        """By the shop's own list: what each person's field should hold."""
        rows = answer(self._office.terminal, "value", "--limit", 99_999)["rows"]
        levels = {row["customer_id"]: row["level"] for row in rows}
        return {
            user: f"sl_{levels[customer]}" if levels[customer] else None
            for customer, user in self._office.people.items()
        }

    def _opened(self) -> Iterator[tuple[str, str]]:
        """Every third customer has an open ticket, every fifth a solved one."""
        desk, users = self._office.desk, list(self._office.people.values())
        with desk.calm():
            for user in users[::5]:
                desk.asked(user, "solved", is_solved=True)
            yield from [(desk.asked(user, "open"), user) for user in users[::3]]


class Applying:
    """All that the policy asks of a desk, made and removed in turn."""

    name = "apply"

    def __init__(self, office: Office) -> None:
        self._office, self._stands, self._plan = office, False, ""
        with office.desk.calm():
            self._empty = office.desk.objects()
        self._full: dict[tuple[str, str], Any] = {}
        self._before: Effects = Counter()

    def prepare(self) -> None:
        self._before = self._office.desk.effects()
        if not self._stands:
            self._plan = answer(self._office.terminal, "desk", "plan")["plan"]["plan_id"]

    def command(self) -> tuple[object, ...]:
        words = ("destroy",) if self._stands else ("apply", self._plan)
        return self._office.agreed(*words)

    def check(self) -> None:
        """Each object was made once, or removed once; what is not ours stayed as it was."""
        desk = self._office.desk
        with desk.calm():
            found = desk.objects()
        twice = [f"{kind} {title}" for (kind, title), rows in found.items() if len(rows) > 1]
        assert not twice, f"made twice: {twice}"
        happened = desk.effects() - self._before
        deed = "delete" if self._stands else "create"
        often = {key: n for key, n in happened.items() if key[1] == deed and n > 1}
        often = {key: n for key, n in often.items() if key[0] != "holiday"}
        assert not often, f"done more than once: {often}"
        self._stands = not self._stands
        if self._stands:
            self._full = self._full or found
            assert found == self._full
            left = answer(self._office.terminal, "desk", "plan")["plan"]["ops"]
            assert not left, f"a plan after apply is empty: {left}"
        else:
            assert {key: found.get(key) for key in self._empty} == self._empty
            assert found.keys() == self._empty.keys()


class Reading:
    """Tickets that were opened, answered and solved since the last reading."""

    name = "read"

    def __init__(self, office: Office, folder: Path) -> None:
        self._office, self._folder, self._turn = office, folder, 0

    def prepare(self) -> None:
        self._turn += 1
        desk, users = self._office.desk, list(self._office.people.values())
        with desk.calm():
            for place, user in enumerate(users[: 60 + self._turn]):
                desk.asked(user, f"{self._turn}/{place}", is_solved=place % 2 == 0)

    def command(self) -> tuple[object, ...]:
        return ("desk", "read")

    def check(self) -> None:
        """The same facts as somebody has who reads everything in one go without faults."""
        other = Office(Terminal(self._folder / f"anew{self._turn}"), self._office.desk, {})
        assert other.terminal("init", other.terminal.project).code == 0
        with self._office.desk.calm():
            other.connect(tickets=True)
            answer(other.terminal, "desk", "read")
            answer(self._office.terminal, "desk", "read")
        found, expected = (dict(_facts(one.terminal)) for one in (self._office, other))
        for table in _FACTS[1:]:
            _same(found[table], expected[table])
        assert found["tickets"], "there are tickets"


def _facts(terminal: Terminal) -> Iterator[tuple[str, Effects]]:
    """The rows of each table of facts, however often each is there."""
    facts = wiring.open_facts(open_project(terminal.project))
    for table in _FACTS:
        files = [str(path) for path in facts.files(table)]
        rows = duckdb.read_parquet(files, union_by_name=True).fetchall() if files else []
        yield table, Counter(tuple(str(cell) for cell in row) for row in rows)


def _until_done(terminal: Terminal, words: tuple[object, ...]) -> None:
    for _ in range(_MOST_TRIES):
        done = terminal(*words)
        if done.code == 0:
            return
    raise AssertionError(f"{words}: {done.err}")


def _same(found: Effects, expected: Effects) -> None:
    """Nothing is lost and nothing is doubled."""
    lost, doubled = expected - found, found - expected
    assert not lost, f"lost: {len(lost)}, such as {list(lost.items())[:5]}"
    assert not doubled, f"doubled: {len(doubled)}, such as {list(doubled.items())[:5]}"


DEEDS: dict[str, Callable[[Office, Path], Deed]] = {
    "push": lambda office, _: Pushing(office),
    "apply": lambda office, _: Applying(office),
    "read": Reading,
}
