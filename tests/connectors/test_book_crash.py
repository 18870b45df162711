"""A process that is killed leaves the old or the new state of the book, never half of one."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from tests.connectors.book_stories import FACTS, moved, saved
from tierwise.connectors.book import Book
from tierwise.connectors.book_engine import book_engine, take_turn, writing
from tierwise.connectors.book_schema import applies, audit, current_decisions, decisions

CUSTOMERS = 200_000
KILLS = 3

DEED = f"""
import sys
from tierwise.connectors.book import Book
from tierwise.facts.problems import RefusedError
address, deed = sys.argv[1:]
book = Book.open(address)
print("ready", flush=True)
sys.stdin.readline()
try:
    if deed == "apply":
        book.apply("p1", facts_id="{FACTS}", policy_version=1, at=10, by="ada")
    else:
        book.undo("a1", at=11, by="ada")
except RefusedError as refusal:
    print(refusal)
"""

OLD = ("open", 0, 0, 0, 0)
APPLIED = ("applied", 1, CUSTOMERS, CUSTOMERS, 1)
UNDONE = ("undone", 2, 2 * CUSTOMERS, 0, 2)


def doing(address: str, deed: str) -> subprocess.Popen[str]:
    """A process that has opened the book and waits for a line to begin."""
    process = subprocess.Popen(
        [sys.executable, "-c", DEED, address, deed],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def begin(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def state(address: str, book: Book) -> tuple[str, int, int, int, int]:
    """Plan's state, applies, decisions, customers with a level, audit entries."""
    engine = book_engine(address)
    tables = (applies, decisions, audit)
    with writing(engine) as connection:
        # A PostgreSQL server may take a moment to see that its client was killed.
        take_turn(connection, "head")
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables
        ]
        pointers = select(func.count(), func.count(decisions.c.level)).select_from(
            current_decisions.join(
                decisions, decisions.c.decision_id == current_decisions.c.decision_id
            )
        )
        pointed, levels = connection.execute(pointers).one()
    engine.dispose()
    assert pointed == (CUSTOMERS if counts[0] else 0)
    assert book.head() == counts[0]
    return (book.plan("p1").state, counts[0], counts[1], levels, counts[2])


def delays(seconds: float) -> Iterator[float]:
    """Moments at which to kill, some early, some late."""
    chance = random.Random(7)
    for part in range(KILLS):
        yield seconds * (part + chance.random()) / KILLS


def states_after_kills(address: str, book: Book, deed: str, seconds: float) -> set[object]:
    found: set[object] = set()
    for delay in delays(seconds):
        process = doing(address, deed)
        begin(process)
        time.sleep(delay)
        process.kill()
        process.communicate()
        found.add(state(address, book))
    return found


def finish(address: str, deed: str) -> float:
    began = time.monotonic()
    process = doing(address, deed)
    process.communicate("\n", timeout=120)
    return time.monotonic() - began


@pytest.mark.slow
def test_kill_during_apply_and_undo(address: str, book: Book) -> None:
    saved(book, (moved(f"c{number:06}", None, "plus") for number in range(CUSTOMERS)))
    typical = {"sqlite": 1.2, "postgresql": 3.0}[address.partition(":")[0].partition("+")[0]]
    assert states_after_kills(address, book, "apply", typical) <= {OLD, APPLIED}
    finish(address, "apply")
    assert state(address, book) == APPLIED
    assert states_after_kills(address, book, "undo", typical) <= {APPLIED, UNDONE}
    finish(address, "undo")
    assert state(address, book) == UNDONE
    assert book.level_counts() == {}


def test_of_two_processes_with_one_plan_exactly_one_wins(address: str, book: Book) -> None:
    saved(book, [moved(f"c{number}", None, "plus") for number in range(1000)])
    racing = [doing(address, "apply") for _ in range(3)]
    for process in racing:
        begin(process)
    words = [process.communicate(timeout=60)[0] for process in racing]
    assert [process.returncode for process in racing] == [0, 0, 0]
    assert sorted("already applied" in word for word in words) == [False, True, True]
    assert len(book.applied(9)) == 1
    assert book.level_counts() == {"plus": 1000}
