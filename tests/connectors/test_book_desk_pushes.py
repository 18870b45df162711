"""The journal of pushes: whom they write to, what came of it, and nothing counted twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.connectors.desk_stories import (
    SANDBOX,
    batches,
    connected,
    push,
    tags_after,
    wanted,
    written,
)
from tierwise.connectors.book import Book
from tierwise.connectors.book_desks import DeskBook
from tierwise.facts.desk_people import (
    WRITTEN_LEVELS,
    BatchState,
    PushBatch,
    WriteState,
    WrittenLevel,
)
from tierwise.facts.problems import RefusedError

WAITING, SENT, DONE = BatchState
PEOPLE = [wanted(1), wanted(2, None), replace(wanted(3), open_tickets=(), last=None)]


def begun(book: DeskBook, account: str, people: int = 3, size: int = 2) -> str:
    """A push of so many people that has begun; its id."""
    rows = [*PEOPLE, *(wanted(number) for number in range(4, people + 1))]
    return book.begin_push(push(account, people), batches(rows[:people], size)).push_id


def numbers(book: DeskBook, push_id: str) -> dict[str, list[int]]:
    return {
        str(state): [one.number for one in book.batches(push_id, state, 99)] for state in BatchState
    }


def test_a_push_is_kept_with_its_batches(desk_book: DeskBook) -> None:
    account = connected(desk_book)
    assert desk_book.open_push(account) is None
    asked = replace(push(account, 3), overwrite=True)
    began = desk_book.begin_push(asked, batches(PEOPLE, 2))
    assert began == replace(asked, push_id="push1")
    assert desk_book.open_push(account) == began
    assert desk_book.batches("push1", WAITING, 9) == (
        PushBatch(0, "levels", tuple(PEOPLE[:2]), WAITING, None, 0),
        PushBatch(2, "levels", tuple(PEOPLE[2:]), WAITING, None, 0),
    )
    assert len(desk_book.batches("push1", WAITING, 1)) == 1
    assert desk_book.batches("push1", SENT, 9) == ()


def test_one_push_at_a_time_by_account(desk_book: DeskBook) -> None:
    account, other = connected(desk_book), connected(desk_book, SANDBOX)
    first = begun(desk_book, account)
    with pytest.raises(RefusedError, match="`push1` has not ended yet"):
        begun(desk_book, account)
    second = begun(desk_book, other)
    desk_book.end_push(first, 500)
    third = begun(desk_book, account)
    assert [one.push_id for one in desk_book.pushes(account)] == [third, first]
    assert [one.push_id for one in desk_book.pushes(account, limit=1)] == [third]
    assert [one.push_id for one in desk_book.pushes(other)] == [second]


def test_batches_that_break_in_the_making_leave_no_push(desk_book: DeskBook) -> None:
    account = connected(desk_book)

    def broken() -> Iterator[PushBatch]:
        yield from batches(PEOPLE)
        raise RefusedError("the engine was stopped")

    with pytest.raises(RefusedError, match="stopped"):
        desk_book.begin_push(push(account, 3), broken())
    assert desk_book.pushes(account) == ()
    assert begun(desk_book, account) == "push1"


def test_a_batch_is_sent_again_until_it_is_done(desk_book: DeskBook) -> None:
    push_id = begun(desk_book, connected(desk_book))
    desk_book.batch_sent(push_id, 0, "job-1")
    assert numbers(desk_book, push_id) == {"waiting": [2], "sent": [0], "done": []}
    desk_book.batch_again(push_id, 0)
    (back, _) = desk_book.batches(push_id, WAITING, 9)
    assert (back.number, back.job_id, back.tries) == (0, None, 1)
    desk_book.batch_sent(push_id, 0, "job-2")
    (sent,) = desk_book.batches(push_id, SENT, 9)
    assert (sent.job_id, sent.tries) == ("job-2", 2)
    desk_book.batch_done(push_id, 0, [])
    assert numbers(desk_book, push_id) == {"waiting": [2], "sent": [], "done": [0]}
    changes: list[Callable[[], object]] = [
        lambda: desk_book.batch_sent(push_id, 0, "job-3"),
        lambda: desk_book.batch_again(push_id, 0),
        lambda: desk_book.batch_again(push_id, 7),
        lambda: desk_book.batch_done(push_id, 7, []),
    ]
    for change in changes:
        with pytest.raises(RefusedError, match=r"`push1` has no batch [07] that is not done"):
            change()


def test_what_came_of_a_batch_is_kept_and_counted_once(desk_book: DeskBook) -> None:
    account = connected(desk_book)
    push_id = begun(desk_book, account, people=4, size=4)
    (batch,) = desk_book.batches(push_id, WAITING, 9)
    states = (WriteState.WRITTEN, WriteState.WRITTEN, WriteState.KEPT, WriteState.MISSING)
    settled = [written(*pair) for pair in zip(batch.rows, states, strict=True)]
    for _ in range(2):
        desk_book.batch_done(push_id, 0, settled, tags_after(batch))
    assert numbers(desk_book, push_id) == {"waiting": [1], "sent": [], "done": [0]}
    (tags,) = desk_book.batches(push_id, WAITING, 9)
    assert tags == replace(batch, number=1, what="tags")
    said = replace(settled[0], said="the tag is missing")
    desk_book.batch_done(push_id, 1, [said])
    ended = desk_book.end_push(push_id, 500)
    assert ended == replace(
        push(account, 4), push_id=push_id, written=2, kept=1, missing=1, ended_at=500
    )
    assert desk_book.written_values(account) == ("sl_basic", "sl_plus")
    assert desk_book.written_where(account, WriteState.WRITTEN) == (said, settled[1])


def test_batches_that_end_at_once_are_all_counted(desk_book: DeskBook) -> None:
    account = connected(desk_book)
    push_id = begun(desk_book, account, people=60, size=2)
    waiting = desk_book.batches(push_id, WAITING, 99)

    def finish(batch: PushBatch) -> None:
        people = [written(person) for person in batch.rows]
        desk_book.batch_done(push_id, batch.number, people, tags_after(batch))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(finish, [*waiting, *waiting]))
    running = desk_book.open_push(account)
    assert running
    assert running.written == 60
    assert desk_book.written_levels(account).num_rows == 60
    assert len(numbers(desk_book, push_id)["waiting"]) == 30


def test_a_push_that_ended_forgets_who_was_in_it(address: str, desk_book: DeskBook) -> None:
    account = connected(desk_book)
    push_id = begun(desk_book, account)
    desk_book.batch_done(push_id, 0, [written(wanted(1))])
    ended = desk_book.end_push(push_id, 500)
    assert desk_book.end_push(push_id, 999) == ended, "and it ends once"
    assert desk_book.open_push(account) is None
    assert [one.rows for one in desk_book.batches(push_id, DONE, 9)] == [()]
    with Book.open(address) as book:
        told = [(one.at, one.deed, one.subject, one.detail) for one in book.audit(2)]
    counts = "wanted, {} written, 7 unchanged, 0 kept, 0 refused, 0 missing"
    assert told == [
        (500, "end push", "push1", f"d1: 3 {counts.format(1)}"),
        (300, "begin push", "push1", f"d1: 3 {counts.format(0)}"),
    ]


def test_no_such_push_is_told(desk_book: DeskBook) -> None:
    with pytest.raises(RefusedError, match="there is no push `push7`"):
        desk_book.end_push("push7", 1)
    with pytest.raises(RefusedError, match="there is no push `push7`"):
        desk_book.batch_done("push7", 0, [])


ODD_WORDS = ["", '"quoted", and\na new line', "\\N", "NULL", "ünï 🙂"]


def test_written_levels_are_the_newest_of_each_person(desk_book: DeskBook) -> None:
    account, other = connected(desk_book), connected(desk_book, SANDBOX)
    push_id = begun(desk_book, account, people=10)
    first = [replace(written(wanted(1)), said="old"), written(wanted(2, None))]
    odd = [
        WrittenLevel(f"odd{at}", words, words, None, WriteState.KEPT, words, words, at)
        for at, words in enumerate(ODD_WORDS)
    ]
    desk_book.batch_done(push_id, 0, [*first, *odd])
    again = written(replace(wanted(1), value="sl_vip"), at=450)
    desk_book.batch_done(push_id, 2, [again])
    table = desk_book.written_levels(account)
    assert table.schema.names == [column.name for column in WRITTEN_LEVELS.columns]
    found = {row["user_id"]: WrittenLevel(**row) for row in table.to_pylist()}
    assert found == {one.user_id: one for one in (again, first[1], *odd)}
    assert found["u2"].value is None
    assert desk_book.written_levels(other).num_rows == 0
    assert desk_book.written_levels(other).schema == table.schema


def test_words_no_database_takes_are_mended(desk_book: DeskBook) -> None:
    account = connected(desk_book)
    push_id = begun(desk_book, account)
    said = replace(written(wanted(1), WriteState.REFUSED), said="a\0b\ud800c", found="\0")
    desk_book.batch_done(push_id, 0, [said])
    (kept,) = desk_book.written_where(account, WriteState.REFUSED)
    assert (kept.said, kept.found) == ("a\ufffdb?c", "\ufffd")


def test_people_seen_last_come_first(desk_book: DeskBook) -> None:
    account = connected(desk_book)
    push_id = begun(desk_book, account)
    kept = [written(wanted(number), WriteState.KEPT, at=400 + number % 3) for number in range(6)]
    desk_book.batch_done(push_id, 0, kept)
    found = desk_book.written_where(account, WriteState.KEPT, limit=4)
    assert [one.user_id for one in found] == ["u2", "u5", "u1", "u4"]


def test_people_are_forgotten_however_many(desk_book: DeskBook) -> None:
    account, other = connected(desk_book), connected(desk_book, SANDBOX)
    for one in (account, other):
        push_id = begun(desk_book, one)
        desk_book.batch_done(push_id, 0, [written(wanted(number)) for number in range(1200)])
    desk_book.forget_people(account, [f"u{number}" for number in range(1, 1200)])
    desk_book.forget_people(account, [])
    assert desk_book.written_levels(account)["user_id"].to_pylist() == ["u0"]
    assert desk_book.written_levels(other).num_rows == 1200
