"""Reading a desk: everything once, from where it ended, also when it was stopped in between."""

from pathlib import Path
from typing import Any

import pytest

from tests.connectors.zendesk_exports import T0, HeldExports, at, ticket, user
from tierwise.app import desk_reading
from tierwise.app.desk_reading import HINTS, Reading, read_desk
from tierwise.app.desk_tables import hold_newest, read_desk_users, read_landed_tickets
from tierwise.connectors.duckdb_engine import DuckDBEngine
from tierwise.connectors.landing import ParquetLanding
from tierwise.facts.desk_reads import DeskPage, Hint, StreamState
from tierwise.facts.desk_tables import RAW
from tierwise.facts.desks import DeniedError
from tierwise.facts.problems import RefusedError

from .held_desk import NOW, reading_of


def a_desk(**more: Any) -> HeldExports:
    comment = {"id": 7, "event_type": "Comment", "author_id": 20, "public": True}
    event = {"ticket_id": 1, "created_at": at(60), "updater_id": 20, "child_events": [comment]}
    held: dict[str, Any] = {
        "users": [(n, user(n)) for n in range(10, 15)] + [(15, user(20, role="agent"))],
        "tickets": [(n, ticket(n, 10)) for n in range(1, 8)],
        "events": [(60 + n, {"id": n, **event}) for n in range(3)],
        "groups": [{"id": 7, "name": "First line"}],
    }
    return HeldExports(**(held | more))


def newest(reading: Reading) -> dict[str, list[tuple[Any, ...]]]:
    """The newest rows of each raw table, in some order that is always the same."""
    engine = DuckDBEngine(threads=1)
    hold_newest(engine, reading.landing, *RAW)
    found = {name: sorted(engine.rows(f"SELECT * FROM newest_{name}"), key=repr) for name in RAW}
    engine.close()
    return found


def test_a_first_reading_brings_everything_and_a_second_one_only_what_is_new(
    tmp_path: Path,
) -> None:
    held = a_desk()
    with reading_of(held, tmp_path) as reading:
        done = read_desk(reading, since=T0)
        assert (done.rows["users"], done.rows["tickets"], done.said) == (6, 7, {})
        held.tickets.append((900, ticket(3, 10, status="solved")))
        again = read_desk(reading, since=T0)
        assert (again.rows["users"], again.rows["tickets"]) == (0, 1)
        statuses = {row[0]: row[2] for row in newest(reading)["ticket"]}
        assert (len(statuses), statuses["3"], statuses["4"]) == (7, "solved", "open")


def test_people_of_the_desk_for_a_push(tmp_path: Path) -> None:
    gone = user(10, active=False, user_fields={"service_level": "sl_plus"}, external_id="A7")
    held = a_desk(users=[(0, user(10)), (1, user(20, role="agent")), (9, gone)])
    with reading_of(held, tmp_path) as reading:
        read_desk(reading, since=T0)
        engine = DuckDBEngine(threads=1)
        read_desk_users(engine, reading.landing)
        columns = "user_id, external_id, email, role, value, is_active, updated_at"
        assert engine.rows(f"SELECT {columns} FROM desk_users ORDER BY user_id") == [
            ("10", "A7", "user10@example.com", "end-user", "sl_plus", False, T0),
            ("20", None, "user20@example.com", "agent", None, True, T0),
        ]
        read_landed_tickets(engine, reading.landing)
        assert engine.rows("SELECT COUNT(*) FROM landed_tickets") == [(7,)]
        engine.close()


def test_a_plan_without_ratings_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    held = a_desk(refused={"ratings": DeniedError("no ratings in this plan; nothing to do")})
    with reading_of(held, tmp_path) as reading:
        done = read_desk(reading, since=T0)
        assert done.said == {"ratings": "no ratings in this plan; nothing to do"}
        assert done.rows["tickets"] == 7
        kept = {state.stream: state for state in reading.book.streams(reading.account.account_id)}
        assert kept["ratings"].said == "no ratings in this plan; nothing to do"
        held.refused.clear()
        assert read_desk(reading, since=T0).said == {}


def test_who_is_refused_everywhere_is_told_so(tmp_path: Path) -> None:
    held = a_desk(refused={"/api": DeniedError("signed out; connect again")})
    with reading_of(held, tmp_path) as reading, pytest.raises(DeniedError, match="signed out"):
        read_desk(reading, since=T0, streams=("users", "tickets"))


def test_a_refusal_in_mid_stream_keeps_what_arrived(tmp_path: Path) -> None:
    held = a_desk()

    class Breaks(HeldExports):
        def get(self, path: str, query: Any = None) -> Any:
            if "tickets" in path and dict(query).get("cursor") == "after-4":
                raise RefusedError("the desk does not answer; try again later")
            return held.get(path, query)

    with reading_of(Breaks(), tmp_path) as reading:
        with pytest.raises(RefusedError, match="does not answer"):
            read_desk(reading, since=T0, streams=("tickets",))
        assert len(newest(reading)["ticket"]) == 4
    with reading_of(held, tmp_path) as reading:
        assert read_desk(reading, since=T0, streams=("tickets",)).rows["tickets"] == 3


class StoppedError(BaseException):
    """The process was killed."""


class KilledLanding(ParquetLanding):
    """Stops the process before or after a part is written."""

    def __init__(self, folder: Path, at_part: int, *, after: bool) -> None:
        super().__init__(folder)
        self.left, self.after = at_part, after

    def put(self, stream: str, part: int, page: DeskPage) -> int:
        self.left -= 1
        if self.left == 0 and not self.after:
            raise StoppedError
        rows = super().put(stream, part, page)
        if self.left == 0:
            raise StoppedError
        return rows


@pytest.mark.parametrize("after", [False, True], ids=["before the part", "after the part"])
@pytest.mark.parametrize("at_part", range(1, 14))
def test_killed_anywhere_the_next_reading_ends_in_the_same_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_part: int, after: bool
) -> None:
    monkeypatch.setattr(desk_reading, "PART_ROWS", 3)
    held = a_desk()
    with reading_of(held, tmp_path / "whole") as reading:
        read_desk(reading, since=T0)
        whole = newest(reading)
    killed = KilledLanding(tmp_path / "killed" / "landing", at_part, after=after)
    with reading_of(held, tmp_path / "killed", landing=killed) as reading:
        try:
            read_desk(reading, since=T0)
        except StoppedError:
            pass
        else:
            assert killed.left > 0
    with reading_of(held, tmp_path / "killed") as reading:
        read_desk(reading, since=T0)
        assert newest(reading) == whole


def test_hints_are_read_first_and_once(tmp_path: Path) -> None:
    comment = {"id": 70, "type": "Comment", "author_id": 20, "public": True}
    audit = {"id": 7, "ticket_id": 1, "created_at": at(100), "author_id": 20, "events": [comment]}
    held = a_desk(audits={"1": [audit]})
    with reading_of(held, tmp_path) as reading:
        account = reading.account.account_id
        for name, number in (("a", "1"), ("b", "1"), ("c", None), ("d", "99")):
            assert reading.book.take_hint(account, Hint(name, "ticket", number, NOW), NOW)
        done = read_desk(reading, since=T0)
        assert done.rows[HINTS] > 0
        assert held.asked[0][0].endswith("show_many")
        assert held.asked[0][1]["ids"] == "1,99"
        assert reading.book.hints(account, 10) == ()
        assert read_desk(reading, since=T0).rows[HINTS] == 0
        assert "70" in {row[0] for row in newest(reading)["ticket_comment"]}


def test_a_desk_that_turns_in_a_circle_is_left(tmp_path: Path) -> None:
    class Circle(HeldExports):
        def get(self, path: str, query: Any = None) -> Any:
            return {"tickets": [ticket(1, 10)], "after_cursor": "same", "end_of_stream": False}

    with reading_of(Circle(), tmp_path) as reading:
        done = read_desk(reading, since=T0, streams=("tickets",))
        assert "same place" in done.said["tickets"]


def test_nothing_is_asked_of_the_last_minutes(tmp_path: Path) -> None:
    held = a_desk()
    with reading_of(held, tmp_path) as reading:
        read_desk(reading, since=NOW + 5)
        assert held.asked[0][1]["start_time"] == NOW - 120
        assert isinstance(reading.book.streams(reading.account.account_id)[0], StreamState)
