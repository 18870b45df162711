"""Pushing levels: only what differs, agents' own edits stay, and the same end after any death."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.app.pushed_desk import CAPS, Clock, Killed, Mortal, PushedDesk, Ticket
from tests.connectors.desk_stories import connected
from tierwise.app.desk_turns import TurnTakenError, holder_here, is_gone
from tierwise.app.pushing import Due, Pace, PushAsked, PushStoppedError, push_levels
from tierwise.connectors.book_desks import DeskBook
from tierwise.connectors.secret_box import SecretBox
from tierwise.facts.desk_people import Push, WantedLevel, WriteState, WrittenLevel
from tierwise.facts.desks import DeniedError

VALUES = ("sl_premium", "sl_plus", "sl_standard")
LATER_S = 600


@pytest.fixture(scope="session")
def made_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with one account, to be copied: making one takes a while."""
    file = tmp_path_factory.mktemp("made") / "book.sqlite"
    with opened(file) as book:
        connected(book)
    return file


@pytest.fixture
def book(made_book: Path, tmp_path: Path) -> Iterator[DeskBook]:
    file = tmp_path / "book.sqlite"
    shutil.copy(made_book, file)
    with opened(file) as book:
        yield book


def opened(file: Path) -> DeskBook:
    return DeskBook.open(f"sqlite:///{file}", SecretBox("", file.with_name("secret.key")))


@dataclass
class World:
    """A desk, what is wanted there, and a book that knows what was written."""

    book: DeskBook
    desk: PushedDesk
    clock: Clock
    wanted: list[WantedLevel]
    overwrite: bool = False
    stopped: Callable[[], bool] = lambda: False

    @property
    def account_id(self) -> str:
        (account,) = self.book.accounts()
        return account.account_id

    def want(self, user_id: str, value: str | None, *tickets: str, last: str | None = None) -> None:
        row = WantedLevel(user_id, f"c_{user_id}", value, len(self.wanted) + 1, tickets, last)
        self.wanted.append(row)

    def due(self) -> Due:
        """Those who were not looked at since something else is wanted; as desk_levels does."""
        known = {
            row["user_id"]: row for row in self.book.written_levels(self.account_id).to_pylist()
        }
        rows = [
            replace(row, last=known.get(row.user_id, {}).get("value") or row.last)
            for row in self.wanted
            if row.user_id not in known or known[row.user_id]["wanted"] != row.value
        ]
        return Due(rows, len(rows), len(self.wanted) - len(rows))

    def push(self, book: Any = None, desk: Any = None, threads: int = 3) -> Push:
        asked = PushAsked(self.account_id, "eva", "service_level", VALUES, self.overwrite)
        pace = Pace(self.clock.now, self.clock.sleep, self.stopped, 1.0, threads)
        at_desk: Any = desk or self.desk
        return push_levels(book or self.book, at_desk, asked, due=self.due, pace=pace)

    def written(self) -> dict[str, WrittenLevel]:
        return {
            one.user_id: one
            for state in WriteState
            for one in self.book.written_where(self.account_id, state)
        }

    def states(self) -> dict[str, str]:
        return {user: str(one.state) for user, one in sorted(self.written().items())}


@pytest.fixture
def world(book: DeskBook) -> World:
    return World(book, PushedDesk(), Clock(), [])


def everything(world: World) -> None:
    """One of each: new, changed, kept, right already, gone, an agent, without a level, refused."""
    desk = world.desk
    desk.person("anna")
    desk.person("ben", "sl_standard")
    desk.person("carl", "sl_vip")
    desk.person("dora", "sl_standard")
    desk.person("fred", role="agent")
    desk.person("gina", "sl_plus")
    desk.person("hugo")
    desk.refuses["hugo"] = "RecordInvalid: Service level is not valid"
    desk.tickets = {
        "1": Ticket("anna", "open", {"angry"}),
        "2": Ticket("anna", "solved", set()),
        "3": Ticket("ben", "pending", {"sl_standard", "angry"}),
        "4": Ticket("gina", "open", {"sl_plus"}),
        "5": Ticket("carl", "open", {"sl_vip"}),
    }
    world.want("anna", "sl_premium", "1", "2")
    world.want("ben", "sl_plus", "3", last="sl_standard")
    world.want("carl", "sl_plus", "5", last="sl_standard")
    world.want("gina", None, "4", last="sl_plus")
    world.want("dora", "sl_standard")
    world.want("emil", "sl_standard")
    world.want("fred", "sl_standard")
    world.want("hugo", "sl_standard")


def test_everybody_comes_to_the_end_they_should(world: World) -> None:
    everything(world)
    done = world.push()
    assert (done.wanted, done.written, done.kept, done.refused, done.missing) == (8, 4, 1, 2, 1)
    assert done.ended_at is not None
    assert world.desk.values() == {
        "anna": "sl_premium",
        "ben": "sl_plus",
        "carl": "sl_vip",
        "dora": "sl_standard",
        "fred": None,
        "gina": None,
        "hugo": None,
    }
    told = {user: (one.state, one.found, one.said) for user, one in world.written().items()}
    assert told["carl"] == ("kept", "sl_vip", None)
    assert told["emil"] == ("missing", None, None)
    assert told["fred"] == (
        "refused",
        None,
        "works at the desk as agent; only end users get a level",
    )
    assert told["hugo"] == ("refused", None, "RecordInvalid: Service level is not valid")
    assert world.written()["carl"].value == "sl_standard", "what we wrote last is not forgotten"


def test_open_tickets_of_those_who_changed_bear_the_level_too(world: World) -> None:
    everything(world)
    world.push()
    assert {number: sorted(one.tags) for number, one in world.desk.tickets.items()} == {
        "1": ["angry", "sl_premium"],
        "2": [],
        "3": ["angry", "sl_plus"],
        "4": [],
        "5": ["sl_vip"],
    }


def test_a_second_push_writes_nothing(world: World) -> None:
    everything(world)
    world.push()
    before = dict(world.desk.calls), dict(world.desk.effects)
    done = world.push()
    assert (done.wanted, done.unchanged) == (0, 8)
    assert (dict(world.desk.calls), dict(world.desk.effects)) == before


def test_nothing_is_written_twice(world: World) -> None:
    everything(world)
    world.push()
    assert set(world.desk.effects.values()) == {1}
    assert world.desk.calls["write_levels"] == 5, "anna and ben, gina, hugo three times"


def test_with_overwrite_ours_goes_first(world: World) -> None:
    world.overwrite = True
    world.desk.person("carl", "sl_vip")
    world.want("carl", "sl_plus")
    assert world.push().written == 1
    assert world.desk.values() == {"carl": "sl_plus"}


@pytest.mark.parametrize(
    ("stands", "last", "wanted", "state"),
    [
        ("sl_plus", None, "sl_premium", "kept"),  # never written by us, and not empty
        ("sl_plus", "sl_plus", "sl_premium", "written"),
        (None, None, "sl_premium", "written"),
        (None, "sl_plus", "sl_premium", "kept"),  # an agent emptied it
        ("sl_premium", "sl_plus", "sl_premium", "written"),  # an agent was quicker
        ("gold", "sl_plus", None, "kept"),
        ("sl_plus", "sl_plus", None, "written"),
        (None, "sl_plus", None, "written"),
    ],
)
def test_what_somebody_at_the_desk_set_stays(
    world: World, stands: str | None, last: str | None, wanted: str | None, state: str
) -> None:
    world.desk.person("anna", stands)
    world.want("anna", wanted, last=last)
    world.push()
    assert world.states() == {"anna": state}
    assert world.desk.values()["anna"] == (wanted if state == "written" else stands)


def test_an_agent_who_edits_in_mid_push_wins(world: World) -> None:
    world.desk.person("anna")
    world.want("anna", "sl_premium")
    world.desk.forgets = True
    world.desk.refuses["anna"] = "later"  # so that it is tried again
    world.desk.before_jobs = lambda: world.desk.sets("anna", "sl_vip")
    assert world.push().kept == 1
    assert world.desk.values() == {"anna": "sl_vip"}


def test_somebody_deleted_in_mid_push_is_missing(world: World) -> None:
    world.desk.person("anna")
    world.want("anna", "sl_premium", "1")
    world.desk.before_jobs = world.desk.people.clear
    assert (world.push().missing, world.states()) == (1, {"anna": "missing"})


def test_a_deactivated_person_is_missing(world: World) -> None:
    world.desk.person("anna")
    world.desk.people["anna"] = replace(world.desk.people["anna"], is_active=False)
    world.want("anna", "sl_premium")
    assert world.push().missing == 1


def test_jobs_that_nobody_remembers_are_settled_by_what_stands_there(world: World) -> None:
    everything(world)
    world.desk.forgets = True
    done = world.push()
    assert (done.written, done.kept, done.refused, done.missing) == (4, 1, 2, 1)
    assert set(world.desk.effects.values()) == {1}


def test_not_more_jobs_than_the_desk_takes(world: World) -> None:
    for number in range(40):
        world.desk.person(f"u{number:02}")
        world.want(f"u{number:02}", "sl_plus")
    assert world.push().written == 40
    assert world.desk.most_running == CAPS.most_jobs


def test_a_busy_desk_is_waited_for(world: World) -> None:
    everything(world)
    world.desk.busy_times = 5
    began = world.clock.at
    assert world.push().written == 4
    assert world.clock.at - began >= 7


def test_a_desk_that_does_not_know_the_level_says_so_for_everybody(world: World) -> None:
    everything(world)
    world.desk.takes_nothing = "user field service_level has no option sl_premium"
    done = world.push()
    assert (done.written, done.refused) == (1, 5)
    assert world.written()["anna"].said == "user field service_level has no option sl_premium"


def test_a_refused_tag_is_told_and_the_level_stands(world: World) -> None:
    world.desk.person("anna")
    world.desk.tickets = {"1": Ticket("anna", "open", set())}
    world.desk.refuses["1"] = "closed prevents ticket update"
    world.want("anna", "sl_premium", "1")
    assert world.push().written == 1
    told = world.written()["anna"]
    assert told.state is WriteState.WRITTEN
    assert (
        told.said == "the tag of open tickets is missing: ticket 1: closed prevents ticket update"
    )


def test_when_the_desk_refuses_us_the_next_push_goes_on(world: World) -> None:
    everything(world)
    world.desk.denies = DeniedError("the account is suspended; ask its owner")
    with pytest.raises(DeniedError, match="the account is suspended"):
        world.push()
    world.desk.denies = None
    assert world.push().written == 4
    assert len(world.book.pushes(world.account_id)) == 1


def test_a_stopped_push_goes_on_with_the_next(world: World) -> None:
    everything(world)
    rounds = count()
    world.stopped = lambda: next(rounds) > 1
    with pytest.raises(PushStoppedError, match="goes on from here"):
        world.push()
    world.stopped = lambda: False
    assert world.push().written == 4


def test_what_is_wanted_meanwhile_follows_the_push_that_was_interrupted(world: World) -> None:
    world.desk.person("anna")
    world.want("anna", "sl_plus")
    world.stopped = lambda: True
    with pytest.raises(PushStoppedError):
        world.push()
    world.stopped = lambda: False
    world.wanted.clear()
    world.want("anna", "sl_premium")
    world.push()
    assert world.desk.values() == {"anna": "sl_premium"}
    assert [one.written for one in world.book.pushes(world.account_id)] == [1, 1]


def test_two_processes_do_not_work_on_one_account(world: World) -> None:
    everything(world)
    now = int(world.clock.at)
    world.book.take_turn(world.account_id, "elsewhere:77:ab", now=now, until=now + 60)
    with pytest.raises(TurnTakenError, match="process 77 on elsewhere works on this account"):
        world.push()
    world.clock.at += 61
    assert world.push().written == 4


def test_a_process_that_ended_here_loses_its_turn_at_once(world: World) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    host, _, word = holder_here().split(":")
    holder = f"{host}:{ended.pid}:{word}"
    assert is_gone(holder)
    assert not is_gone(holder_here())
    now = int(world.clock.at)
    world.book.take_turn(world.account_id, holder, now=now, until=now + 60)
    everything(world)
    assert world.push().written == 4


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True], ids=["before a call", "after a call"])
@pytest.mark.parametrize("goes_on", [False, True], ids=["desk waits", "desk goes on"])
def test_killed_at_every_step_the_end_is_the_same(
    made_book: Path, tmp_path: Path, *, after: bool, goes_on: bool
) -> None:
    expected = _ended(made_book, tmp_path / "unharmed", None, after=after, goes_on=goes_on)
    assert set(expected[1].values()) == {1}
    for lives in count(1):
        came = _ended(made_book, tmp_path / str(lives), lives, after=after, goes_on=goes_on)
        if came is None:
            break
        assert came == expected, f"killed at call {lives}"
    assert lives > 60


def _ended(made_book: Path, folder: Path, lives: int | None, *, after: bool, goes_on: bool) -> Any:
    """Values, effects, tags and states in the end; None when the process outlived its push."""
    folder.mkdir()
    shutil.copy(made_book, folder / "book.sqlite")
    with opened(folder / "book.sqlite") as book:
        world = World(book, PushedDesk(), Clock(), [])
        everything(world)
        if lives is not None and not _dies(world, lives, after=after):
            return None
        if goes_on:
            world.desk.finish_jobs()
        world.clock.at += LATER_S
        world.push(threads=1)
        told = {user: (one.state, one.value, one.found) for user, one in world.written().items()}
        tags = {number: sorted(one.tags) for number, one in world.desk.tickets.items()}
        counts = [
            (one.wanted, one.written, one.kept, one.refused, one.missing)
            for one in book.pushes(world.account_id)
            if one.wanted
        ]
        return world.desk.values(), dict(world.desk.effects), tags, told, counts


def _dies(world: World, lives: int, *, after: bool) -> bool:
    left = [lives]
    book, desk = (Mortal(whom, left, after=after) for whom in (world.book, world.desk))
    try:
        world.push(book, desk, threads=1)
    except Killed:
        return True
    return False
