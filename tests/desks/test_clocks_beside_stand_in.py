"""Our clocks against those of the stand-in, which counts its own way, day by day.

Tickets go random ways; they are read as any desk is read, and become facts. Counted as Zendesk
counts, every cycle has to agree within a minute, but for breaches that a desk does not date back.
"""

import json
import random
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from tests.app.held_desk import ACCOUNT, HeldDesk, reading_of
from tests.journeys.terminal import Terminal
from tierwise.app.desk_clock_records import ClocksAnswer
from tierwise.app.desk_clocks import ClocksAsked, clocks_of
from tierwise.app.desk_reading import read_desk
from tierwise.app.desk_settling import settle
from tierwise.app.project import open_project
from tierwise.app.promise_records import Period
from tierwise.app.promise_shop import PromiseShop, Replayed
from tierwise.connectors.standin import StandIn
from tierwise.connectors.standin_door import Asked, Door
from tierwise.connectors.standin_sla import settle_breaches
from tierwise.facts.desk_reads import STREAMS
from tierwise.facts.desks import Json
from tierwise.promises.counting import Counting
from tierwise.promises.desk_clocks import AGREE, ClockCause

MONDAY, DAY_S = 1_709_542_800, 86_400  # 2024-03-04 09:00 UTC
MONTH = Period(19_780, 19_840)
POLICY = """\
currency: EUR
zone: UTC
calendars:
  office: {zone: UTC, week: {mon-fri: ["09:00-17:00"]}}
levels:
  standard:
    who: everyone
    promises:
      first_response:
        {within: 4h, calendar: office, where: [{priority: [high, urgent], within: 1h}]}
      next_response: {within: 3h, calendar: office}
      requester_wait: {within: 2d, calendar: 24x7}
      agent_work: {within: 6h, calendar: office}
      resolution: {within: 3d, calendar: 24x7}
"""
# The same as policy of the desk: metric, minutes by priority, whether only open time counts.
TARGETS = (
    ("first_reply_time", {"low": 240, "normal": 240, "high": 60, "urgent": 60}, True),
    ("next_reply_time", dict.fromkeys(("low", "normal", "high", "urgent"), 180), True),
    ("requester_wait_time", dict.fromkeys(("low", "normal", "high", "urgent"), 2_880), False),
    ("agent_work_time", dict.fromkeys(("low", "normal", "high", "urgent"), 360), True),
    ("total_resolution_time", dict.fromkeys(("low", "normal", "high", "urgent"), 4_320), False),
)


@dataclass
class Hands:
    """A world at a time of its own, and what its people do."""

    world: StandIn
    at: list[int]

    @classmethod
    def made(cls) -> "Hands":
        at = [MONDAY]
        world = StandIn(clock=lambda: float(at[0]), pace=1e6)
        world.add_schedule("Office")
        metrics = [
            {
                "priority": priority,
                "metric": metric,
                "target": minutes,
                "target_in_seconds": 60 * minutes,
                "business_hours": business,
            }
            for metric, by_priority, business in TARGETS
            for priority, minutes in by_priority.items()
        ]
        world.add_policy(
            title="Standard", filter={"all": [], "any": []}, policy_metrics=metrics, position=1
        )
        return cls(world, at)

    def live(self, chance: random.Random, customer: int) -> None:
        """One ticket from its opening on, with whatever comes."""
        self.at[0] += chance.randrange(60, 40_000)
        ticket = self.world.add_ticket(
            requester_id=customer,
            subject="where is it?",
            priority=chance.choice(("low", "high", "normal", None)),
        )
        for _ in range(chance.randrange(12)):
            self.at[0] += chance.choice((40, 700, 5_000, 30_000, 100_000)) + chance.randrange(90)
            self._step(chance, ticket["id"], customer)

    def _step(self, chance: random.Random, ticket: int, customer: int) -> None:
        settle_breaches(self.world)  # a desk sees at once what comes late
        said = chance.choice(("asks", "replies", "notes", "status", "solves", "priority"))
        if said == "asks" or (said == "status" and self._is_solved(ticket)):
            self.world.reply(ticket, "and now?", author_id=customer)
        elif said == "replies":
            self.world.reply(ticket, "soon")
        elif said == "notes":
            self.world.reply(ticket, "hm", public=False)
        elif said == "status":
            self.world.change_ticket(ticket, status=chance.choice(("open", "pending", "hold")))
        elif said == "priority":
            self.world.change_ticket(ticket, priority=chance.choice(("low", "high", "urgent")))
        else:
            self.world.reply(ticket, "here it is")
            self.world.change_ticket(ticket, status="solved")

    def _is_solved(self, ticket: int) -> bool:
        return bool(self.world.tickets[ticket]["status"] == "solved")


class OverTheCounter:
    """Asks the door of a world without a line in between."""

    def __init__(self, world: StandIn) -> None:
        signed = b64encode(f"{world.api_email}/token:{world.api_token}".encode()).decode()
        self._door, self._headers = Door(world), {"authorization": f"Basic {signed}"}

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Json:
        words = {name: [str(value)] for name, value in (query or {}).items()}
        reply, _ = self._door.answer(Asked("GET", path, "http://desk", self._headers, words))
        assert reply.status == 200, (path, reply.body)
        return cast(Json, reply.body if reply.raw is None else json.loads(reply.raw))

    def listed(
        self, path: str, key: str, query: Mapping[str, str | int] | None = None
    ) -> Iterator[Json]:
        yield from self.get(path, {**(query or {}), "page[size]": 100})[key]


def compared(folder: Path, hands: Hands, counting: Counting) -> ClocksAnswer:
    """Read, settle and count the world, and set its own metric events beside."""
    terminal = Terminal(folder / "shop")
    assert terminal("init", terminal.project).code == 0
    (terminal.project / "policy.yaml").write_text(POLICY, "utf-8")
    project, now = open_project(terminal.project), hands.at[0]
    desk: Any = HeldDesk(cast(Any, OverTheCounter(hands.world)))
    with reading_of(cast(Any, None), folder / "desk", desk=desk, clock=lambda: now) as reading:
        read_desk(reading, since=MONDAY - DAY_S, streams=STREAMS[:6])
        account = replace(ACCOUNT, account_id=reading.account.account_id)
        settle(project, account, reading.landing, now=now)
        shop = PromiseShop(project, clock=lambda: now)
        with closing(shop.promise_basis(Replayed(counting=counting))) as basis:
            return clocks_of(basis, account, reading.landing, ClocksAsked(MONTH))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 6))
def test_counted_as_zendesk_counts_every_cycle_agrees(seed: int, tmp_path: Path) -> None:
    chance, hands = random.Random(seed), Hands.made()
    customers = [hands.world.add_user(name=f"C{n}", email=f"c{n}@x.org")["id"] for n in range(5)]
    for _ in range(40):
        hands.at[0] = MONDAY + chance.randrange(14 * DAY_S)
        hands.live(chance, chance.choice(customers))
    hands.at[0] = MONDAY + 50 * DAY_S
    hands.world.add_ticket(requester_id=customers[0], subject="so we know the time until now")
    found = compared(tmp_path, hands, Counting.ZENDESK)
    causes = Counter[ClockCause]()
    for one in found.counts:
        causes[one.cause] += one.cycles
    explained = (*AGREE, ClockCause.APPLIED_LATE)
    assert not {cause: n for cause, n in causes.items() if cause not in explained}, found.examples
    assert found.compared > 100
    assert found.share is not None
    assert found.share > 0.98
