"""A process that is killed in a push leaves a journal from which the next one goes on."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.connectors.desk_stories import BATCH, SECRETS, batches, connected, push, wanted
from tierwise.connectors.book_desks import DeskBook
from tierwise.connectors.book_engine import book_engine, take_turn, writing
from tierwise.connectors.desk_schema import desk_batches, desk_pushes, desk_written

PEOPLE = 20_000
KILLS = 4

DEED = f"""
import sys
from pathlib import Path
from tests.connectors.desk_stories import batches, push, tags_after, wanted, written
from tierwise.connectors.book_desks import DeskBook
from tierwise.connectors.secret_box import SecretBox
from tierwise.facts.desk_people import BatchState
address, file, deed = sys.argv[1:]
book = DeskBook.open(address, SecretBox("", Path(file)))
if deed == "begin":
    rows = [wanted(number) for number in range({PEOPLE})]
print("ready", flush=True)
sys.stdin.readline()
if deed == "renew":
    def killed_in_the_middle(_):
        print("asked", flush=True)
        sys.stdin.readline()
    book.renew_secrets("d1", book.secrets("d1"), killed_in_the_middle)
elif deed == "begin":
    book.begin_push(push("d1", {PEOPLE}), batches(rows))
else:
    for state in (BatchState.SENT, BatchState.WAITING):
        for batch in book.batches("push1", state, 10**6):
            if batch.what == "levels":
                book.batch_sent("push1", batch.number, f"job-{{batch.number}}")
                people = [written(person) for person in batch.rows]
                book.batch_done("push1", batch.number, people, tags_after(batch))
"""


def doing(address: str, file: Path, deed: str) -> subprocess.Popen[str]:
    """A process that has opened the book and begins."""
    words = [sys.executable, "-c", DEED, address, str(file), deed]
    pipe = subprocess.PIPE
    process = subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    assert process.stdout
    assert process.stdin
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("\n")
    process.stdin.flush()
    return process


def killed_after(address: str, file: Path, deed: str, seconds: float | None) -> None:
    """Let a process do it and kill it after a while, or never."""
    process = doing(address, file, deed)
    if seconds is not None:
        time.sleep(seconds)
        process.kill()
    said = process.communicate(timeout=120)[1]
    assert process.returncode in ({0} if seconds is None else {0, -9}), said


def delays(seconds: float) -> Iterator[float]:
    """Moments at which to kill, some early, some late."""
    chance = random.Random(7)
    for part in range(KILLS):
        yield seconds * (part + chance.random()) / KILLS


def counts(address: str) -> tuple[int, int, int, int, int]:
    """Pushes, batches of levels, those that are done, batches of tags, people written to."""
    engine = book_engine(address)
    kept = desk_batches.c
    of_levels = func.count().filter(kept.what == "levels")
    with writing(engine) as connection:
        # A PostgreSQL server may take a moment to see that its client was killed.
        take_turn(connection, "desk_pushes")
        connection.execute(select(desk_pushes).with_for_update())
        pushes = connection.execute(select(func.count()).select_from(desk_pushes)).scalar_one()
        written = connection.execute(select(func.count()).select_from(desk_written)).scalar_one()
        done = func.count().filter(kept.what == "levels", kept.state == "done")
        tags = func.count().filter(kept.what == "tags")
        levels = connection.execute(select(of_levels, done, tags)).one()
    engine.dispose()
    return (pushes, *levels, written)


@pytest.mark.slow
def test_a_push_begins_whole_or_not_at_all(
    address: str, desk_book: DeskBook, tmp_path: Path
) -> None:
    connected(desk_book)
    file = tmp_path / "secret.key"
    typical = {"sqlite": 0.15, "postgresql": 0.3}[address.partition(":")[0].partition("+")[0]]
    nothing, whole = (0, 0, 0, 0, 0), (1, PEOPLE // BATCH, 0, 0, 0)
    for delay in delays(typical):
        killed_after(address, file, "begin", delay)
        assert counts(address) in {nothing, whole}
        if counts(address) == whole:
            desk_book.end_push(desk_book.pushes("d1")[0].push_id, 500)
            desk_book.disconnect("d1", at=1, by="ada")
            break
    else:
        killed_after(address, file, "begin", None)
        assert counts(address) == whole


@pytest.mark.slow
def test_what_came_of_a_batch_is_kept_whole_or_not_at_all(
    address: str, desk_book: DeskBook, tmp_path: Path
) -> None:
    account = connected(desk_book)
    file = tmp_path / "secret.key"
    desk_book.begin_push(push(account, PEOPLE), batches([wanted(n) for n in range(PEOPLE)]))
    for delay in delays(1.0):
        killed_after(address, file, "go on", delay)
        _, levels, done, tags, people = counts(address)
        running = desk_book.open_push(account)
        assert running
        assert levels == PEOPLE // BATCH
        assert people == running.written == done * BATCH
        assert tags == done
    killed_after(address, file, "go on", None)
    assert counts(address) == (1, PEOPLE // BATCH, PEOPLE // BATCH, PEOPLE // BATCH, PEOPLE)
    assert desk_book.end_push("push1", 500).written == PEOPLE


def test_who_is_killed_while_renewing_lets_go_at_once(
    address: str, desk_book: DeskBook, tmp_path: Path
) -> None:
    account = connected(desk_book)
    process = doing(address, tmp_path / "secret.key", "renew")
    assert process.stdout
    assert process.stdout.readline() == "asked\n"
    assert desk_book.secrets(account) == SECRETS, "reading does not wait"
    process.kill()
    process.communicate()
    began = time.monotonic()
    fresh = replace(SECRETS, access_token="access-2")
    assert desk_book.renew_secrets(account, SECRETS, lambda _: fresh) == fresh
    assert time.monotonic() - began < 10
