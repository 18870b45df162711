"""Reading the stand-in with the product's own client: all of it, as it is, whatever goes wrong."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.held_desk import ACCOUNT, reading_of
from tests.connectors.zendesk_exports import HeldExports
from tests.desks.served import served
from tierwise.app.desk_reading import HINTS, Reading, read_desk
from tierwise.app.desk_settling import settle
from tierwise.app.desk_tables import hold_newest
from tierwise.app.project import make_project
from tierwise.app.wiring import open_facts
from tierwise.connectors.desk_http import Patience
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.connectors.standin import StandIn
from tierwise.connectors.zendesk import open_zendesk
from tierwise.connectors.zendesk_auth import NewTokens
from tierwise.facts.desk_reads import Hint
from tierwise.facts.desks import DeskSecrets
from tierwise.facts.tables import TICKETS

T0 = 1_709_287_200
QUICKLY = Patience(first_wait_s=0.001, longest_wait_s=0.01, attempts=20)


class Clock:
    """The time at the desk and here; it passes when somebody says so."""

    def __init__(self) -> None:
        self.at = float(T0)

    def __call__(self) -> float:
        return self.at


def a_world(clock: Clock, tickets: int = 30) -> tuple[StandIn, list[int]]:
    """A desk with a few people and tickets, made one every minute."""
    world = StandIn(clock=clock, pace=1e6)
    people = [
        world.add_user(name=f"C {n}", email=f"c{n}@example.com", external_id=f"c{n}")["id"]
        for n in range(5)
    ]
    for n in range(tickets):
        clock.at += 60
        world.add_ticket(requester_id=people[n % 5], subject="Where is it?", priority="high")
    return world, people


def solve(world: StandIn, number: int) -> None:
    """An agent answers and that is it."""
    world.reply(number, "On its way")
    world.change_ticket(number, status="solved")


@contextmanager
def reading(world: StandIn, clock: Clock, folder: Path) -> Iterator[Reading]:
    with served(world) as url, reading_of(HeldExports(), folder) as held:
        tokens = NewTokens(DeskSecrets(email=world.api_email, api_token=world.api_token))
        desk = open_zendesk(
            replace(ACCOUNT, address=url, sign_in="api_token"),
            tokens,
            field_key="service_level",
            clock=clock,
            sleep=lambda _: None,
            patience=QUICKLY,
        )
        with closing(desk):
            yield replace(held, desk=desk, clock=lambda: int(clock.at))


def newest(reading: Reading, name: str, columns: str) -> list[tuple[object, ...]]:
    engine = DuckDBEngine(threads=1)
    hold_newest(engine, reading.landing, name)
    rows = engine.rows(f"SELECT {columns} FROM newest_{name} ORDER BY ALL")
    engine.close()
    return rows


def as_held(world: StandIn, columns: Sequence[str]) -> list[tuple[object, ...]]:
    rows = [
        tuple(None if ticket[name] is None else str(ticket[name]) for name in columns)
        for ticket in world.tickets.values()
    ]
    return sorted(rows, key=lambda row: str(row[0]))


def test_what_is_read_is_what_the_desk_holds(tmp_path: Path) -> None:
    clock = Clock()
    world, people = a_world(clock)
    numbers = list(world.tickets)
    columns = ("id", "status", "requester_id", "priority")
    with reading(world, clock, tmp_path) as desk:
        clock.at += 3_600
        done = read_desk(desk, since=T0 - 1)
        assert (done.rows["tickets"], done.rows["users"]) == (30, 6)
        assert done.rows["ticket_events"] > 30
        assert newest(desk, "ticket", ", ".join(columns)) == as_held(world, columns)
        solve(world, numbers[3])
        world.delete_ticket(numbers[4])
        world.merge_users(people[0], people[1])
        clock.at += 3_600
        again = read_desk(desk, since=T0 - 1)
        assert 0 < again.rows["tickets"] < 30
        assert newest(desk, "ticket", ", ".join(columns)) == as_held(world, columns)
        gone = f"id = '{people[0]}' AND active = 'false'"
        assert (True,) in newest(desk, "user", gone)


def test_a_desk_full_of_faults_gives_the_same_rows(tmp_path: Path) -> None:
    clock = Clock()
    world, _ = a_world(clock, tickets=60)
    clock.at += 3_600
    rows = {}
    for rate in (0.0, 0.3):
        world.faults.rate = rate
        world.faults.slow_s = 0.001
        with reading(world, clock, tmp_path / str(rate)) as desk:
            read_desk(desk, since=T0 - 1)
            rows[rate] = [
                newest(desk, name, "*")
                for name in ("user", "ticket", "ticket_comment", "ticket_field_history")
            ]
    assert rows[0.0] == rows[0.3]


SWITCHES = {
    "everything in one second": "equal_timestamps",
    "never past equal times": "endless_page",
    "nothing of the last minute": "strict_start",
}


@pytest.mark.parametrize("switch", SWITCHES.values(), ids=SWITCHES)
def test_exports_come_to_an_end_with(tmp_path: Path, switch: str) -> None:
    clock = Clock()
    world = StandIn(clock=clock, pace=1e6)
    setattr(world.faults, switch, True)
    person = world.add_user(name="Ada", email="ada@example.com")["id"]
    for _ in range(40):
        world.add_ticket(requester_id=person, subject="Where is it?", priority="high")
    clock.at += 600
    with reading(world, clock, tmp_path) as desk:
        for _ in range(2):
            read_desk(desk, since=T0 - 1)
        assert len(newest(desk, "ticket", "id")) == 40
        assert len(newest(desk, "ticket_comment", "id")) == 40


def test_a_hint_brings_the_ticket_before_its_stream_does(tmp_path: Path) -> None:
    clock = Clock()
    world, _ = a_world(clock)
    number = next(iter(world.tickets))
    with reading(world, clock, tmp_path) as desk:
        clock.at += 600
        read_desk(desk, since=T0 - 1)
        before = newest(desk, "ticket_comment", "*")
        solve(world, number)
        told = Hint("01H", "ticket", str(number), int(clock.at))
        desk.book.take_hint(desk.account.account_id, told, int(clock.at))
        assert read_desk(desk, since=T0 - 1, streams=("groups",)).rows[HINTS] > 0
        assert (str(number), "solved") in newest(desk, "ticket", "id, status")
        by_hint = newest(desk, "ticket_comment", "*")
        assert len(by_hint) == len(before) + 1
        clock.at += 600
        read_desk(desk, since=T0 - 1)
        assert newest(desk, "ticket_comment", "*") == by_hint


def test_a_desk_without_the_newer_surveys_is_read_with_the_older(tmp_path: Path) -> None:
    clock = Clock()
    world, _ = a_world(clock)
    world.faults.denied = ("/api/v2/guide/survey_responses", "/api/v2/incremental/ticket_metric")
    clock.at += 600
    with reading(world, clock, tmp_path) as desk:
        done = read_desk(desk, since=T0 - 1)
    assert {"survey_answers", "metric_events"} <= set(done.said)
    assert done.rows["tickets"] == 30


def test_what_was_read_becomes_facts(tmp_path: Path) -> None:
    clock = Clock()
    world, _ = a_world(clock)
    for number in list(world.tickets)[:10]:
        clock.at += 30
        solve(world, number)
    loser, winner = list(world.tickets)[-2:]
    world.merge_tickets(loser, winner)
    world.add_rating(winner, "good", "Thanks")
    clock.at += 600
    project = make_project(tmp_path / "shop", preset="three-levels", shop="Acme")
    with reading(world, clock, tmp_path / "desk") as desk:
        read_desk(desk, since=T0 - 1)
        done = settle(project, desk.account, desk.landing, now=int(clock.at))
    assert done.report
    assert done.report.rows["tickets"] == 30
    assert (done.report.rows["customers"], done.report.rows["surveys"]) == (5, 1)
    assert done.waiting == 0
    assert open_facts(project).problem_count == 0
    engine = DuckDBEngine(threads=1)
    engine.read(TICKETS, open_facts(project).files(TICKETS.name))
    merged = "SELECT ticket_id, merged_into FROM tickets WHERE merged_into IS NOT NULL"
    assert engine.rows(merged) == [(str(loser), str(winner))]
    engine.close()
