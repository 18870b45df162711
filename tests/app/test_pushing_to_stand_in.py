"""A push as the product does it: levels of the engine, the client of Zendesk, the stand-in."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.app.desk_world import account_of, client_of, new_world
from tierwise.app.desk_levels import due, due_count, hold_wanted
from tierwise.app.pushing import Due, Pace, PushAsked, push_levels
from tierwise.connectors.arrow_tables import schema_of
from tierwise.connectors.book_desks import DeskBook
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.connectors.secret_box import SecretBox
from tierwise.connectors.standin import StandIn
from tierwise.connectors.zendesk import Zendesk
from tierwise.facts.desk_people import DESK_USERS, Push, WriteState
from tierwise.facts.desks import DeskAccount, DeskSecrets

LEVELS = ("premium", "plus", "standard")
PEOPLE = 250
OPTIONS = {f"sl_{level}": level.title() for level in (*LEVELS, "vip")}


@dataclass
class Firm:
    """People at the stand-in, who each are a customer with a level."""

    world: StandIn
    desk: Zendesk
    book: DeskBook
    account: DeskAccount
    engine: DuckDBEngine
    levels: dict[int, str]

    def due(self) -> Due:
        """What the engine says, by what the desk's people look like and what was written."""
        rows = [
            {
                "user_id": str(number),
                "value": user["user_fields"].get("service_level"),
                "role": user["role"],
                "is_active": bool(user["active"]),
                "updated_at": None,
            }
            for number, user in self.world.users.items()
        ]
        people = {f"zendesk:{number}": level for number, level in self.levels.items()}
        upload = self.engine.upload
        upload("desk_users", pa.Table.from_pylist(rows, schema_of(DESK_USERS)))
        upload("identities", pa.table({"ref": list(people), "customer_id": list(people)}))
        upload("levels_now", pa.table({"customer_id": list(people), "level": [*people.values()]}))
        upload("standings", pa.table({"customer_id": list(people), "clv_minor": [0] * len(people)}))
        upload("written_levels", self.book.written_levels(self.account.account_id))
        upload("open_tickets", self._open_tickets())
        hold_wanted(self.engine, self.account, LEVELS)
        return Due(due(self.engine), *due_count(self.engine))

    def push(self) -> Push:
        values = tuple(OPTIONS)
        asked = PushAsked(self.account.account_id, "eva", "service_level", values)
        pace = Pace(time.monotonic, lambda seconds: time.sleep(min(seconds, 0.01)))
        return push_levels(self.book, self.desk, asked, due=self.due, pace=pace)

    def values(self) -> dict[int, str | None]:
        return {
            number: user["user_fields"].get("service_level")
            for number, user in self.world.users.items()
            if number in self.levels and user["active"]
        }

    def wanted(self) -> dict[int, str]:
        return {number: f"sl_{level}" for number, level in self.levels.items()}

    def _open_tickets(self) -> pa.Table:
        rows = [
            (str(number), str(ticket["requester_id"]))
            for number, ticket in self.world.tickets.items()
        ]
        text = pa.string()
        return pa.table(
            {
                "ticket_id": pa.array([row[0] for row in rows], text),
                "user_id": pa.array([row[1] for row in rows], text),
            }
        )


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    world = new_world()
    world.add_field("service_level", "Service level", OPTIONS)
    numbers = [
        world.add_user(name=f"Person {number}", email=f"p{number}@example.org")["id"]
        for number in range(PEOPLE)
    ]
    levels = {number: LEVELS[at % 3] for at, number in enumerate(numbers)}
    book = DeskBook.open(f"sqlite:///{tmp_path / 'book.sqlite'}", SecretBox("", tmp_path / "key"))
    engine = DuckDBEngine()
    with book, client_of(world) as desk:
        account = book.connect(account_of(world), DeskSecrets())
        yield Firm(world, desk, book, account, engine, levels)
    engine.close()


def test_everybody_gets_their_level_once(firm: Firm) -> None:
    done = firm.push()
    assert (done.wanted, done.written) == (PEOPLE, PEOPLE)
    assert firm.values() == firm.wanted()
    assert set(firm.world.effects.values()) == {1}
    before = len(firm.world.requests)
    again = firm.push()
    assert (again.wanted, again.unchanged) == (0, PEOPLE)
    assert len(firm.world.requests) == before, "nothing was even asked"


def test_only_who_changed_is_written_and_their_open_tickets_follow(firm: Firm) -> None:
    firm.push()
    first, second = list(firm.levels)[:2]
    opened = firm.world.add_ticket(requester_id=first, subject="Where is it?", tags=["angry"])
    solved = firm.world.add_ticket(requester_id=first, subject="Thanks", status="solved")
    assert "sl_premium" in opened["tags"], "as the person's tag"
    firm.world.effects.clear()
    firm.levels[first] = "standard"
    assert firm.push().wanted == 1
    assert {key for key in firm.world.effects if key[0] == "user"} == {
        ("user", first, "sl_standard")
    }
    assert set(firm.world.tickets[opened["id"]]["tags"]) == {"angry", "sl_standard"}
    assert set(firm.world.tickets[solved["id"]]["tags"]) == {"sl_premium"}
    assert firm.values()[second] == "sl_plus"


def test_an_agents_own_level_stays(firm: Firm) -> None:
    firm.push()
    first = next(iter(firm.levels))
    firm.world.set_value(first, "sl_vip")
    assert firm.push().kept == 1
    assert firm.values()[first] == "sl_vip"
    (kept,) = firm.book.written_where(firm.account.account_id, WriteState.KEPT)
    assert (kept.found, kept.value, kept.wanted) == ("sl_vip", "sl_premium", "sl_premium")


@pytest.mark.parametrize(
    "faults",
    [
        {"jobs_expire": True},
        {"next_hits": ["429", "500", "502", "reset", "lost", "429_bare", "409", "429_edge"]},
        {"next_hits": ["lost"] * 3},
    ],
    ids=["jobs expire", "every hit", "answers lost"],
)
def test_the_same_end_whatever_goes_wrong(firm: Firm, faults: dict[str, Any]) -> None:
    firm.world.faults.change(faults)
    assert firm.push().written == PEOPLE
    assert firm.values() == firm.wanted()
    assert set(firm.world.effects.values()) == {1}


def test_rows_that_the_desk_refuses_are_told_and_the_others_stand(firm: Firm) -> None:
    bad = list(firm.levels)[7]
    firm.world.faults.bad_rows = (bad,)
    done = firm.push()
    assert (done.written, done.refused) == (PEOPLE - 1, 1)
    (refused,) = firm.book.written_where(firm.account.account_id, WriteState.REFUSED)
    assert refused.said
    assert "too short" in refused.said
    firm.world.faults.bad_rows = ()
    assert (firm.push().written, firm.values()) == (1, firm.wanted())


def test_jobs_that_fail_are_refused_after_three_tries(firm: Firm) -> None:
    firm.world.faults.jobs_fail = True
    assert firm.push().refused == PEOPLE
    assert firm.world.requests.count(("PUT", "/api/v2/users/update_many")) == 9
    assert not firm.world.effects


def test_somebody_deleted_or_merged_meanwhile_is_missing(firm: Firm) -> None:
    gone, merged, left, *_ = firm.levels
    begun = firm.due()
    rows = list(begun.rows)
    firm.world.delete_user(gone)
    firm.world.merge_users(merged, left)
    asked = PushAsked(firm.account.account_id, "eva", "service_level", ())
    pace = Pace(time.monotonic, lambda _: time.sleep(0.01))
    found = Due(rows, begun.count, begun.unchanged)
    done = push_levels(firm.book, firm.desk, asked, due=lambda: found, pace=pace)
    assert (done.written, done.missing) == (PEOPLE - 2, 2)


def test_all_values_are_known_that_were_ours(firm: Firm) -> None:
    firm.push()
    written = firm.book.written_values(firm.account.account_id)
    assert written == ("sl_plus", "sl_premium", "sl_standard")
