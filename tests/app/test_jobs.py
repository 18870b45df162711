"""Jobs: asked for once, done in the end, whatever becomes of the process in between."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.connectors.book_places import ENGINES, SERVER, fresh_address
from tierwise.app.job_work import Given
from tierwise.app.jobs import Jobs, jobs_address, schema_of_jobs
from tierwise.facts.desks import DeniedError
from tierwise.facts.problems import RefusedError

# A process that works until it is killed; the next one takes its work up.
WORKER = """
import sys, time
from pathlib import Path
from tierwise.app.jobs import Jobs

def push(key, given, stopped):
    Path(sys.argv[2]).write_text("begun")
    time.sleep(60)
    return {}

with Jobs(sys.argv[1], {"push": push}) as jobs:
    jobs.run("push", "d1", {"by": "eva"})
"""


@pytest.fixture(params=ENGINES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where jobs are remembered, beside a book on SQLite and on PostgreSQL."""
    with fresh_address(request.param, tmp_path) as book:
        address = jobs_address(book, tmp_path)
        yield address
        if request.param == "postgresql":
            on_server(f"DROP SCHEMA {schema_of_jobs(address)} CASCADE")


def on_server(statement: str) -> None:
    server = create_engine(SERVER)
    with server.begin() as connection:
        connection.execute(text(statement))
    server.dispose()


class Work:
    """A work that counts how often it was done, and does what it is told."""

    def __init__(self, does: Callable[[], None] = lambda: None) -> None:
        self.asked: list[tuple[str, dict[str, object]]] = []
        self.does = does

    def __call__(self, key: str, given: Given, stopped: Callable[[], bool]) -> Given:
        self.asked.append((key, dict(given)))
        self.does()
        return {"done": len(self.asked)}


def wait_for(true: Callable[[], object], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def test_a_work_is_done_and_answers(address: str) -> None:
    work = Work()
    with Jobs(address, {"push": work}) as jobs:
        assert jobs.run("push", "d1", {"by": "eva"}) == {"done": 1}
        assert jobs.run("push", "d1", {"by": "tom"}) == {"done": 2}
        assert [(one.job_id, one.state) for one in jobs.latest()] == [
            ("push/d1/2", "done"),
            ("push/d1/1", "done"),
        ]
    assert work.asked == [("d1", {"by": "eva"}), ("d1", {"by": "tom"})]


def test_a_work_is_done_where_an_event_loop_runs(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'jobs.sqlite'}"

    async def at_once() -> Given:
        with Jobs(address, {"push": Work()}) as jobs:
            jobs.latest()
            jobs.recover()
            return jobs.run("push", "d1", {})

    assert asyncio.run(at_once()) == {"done": 1}


@pytest.mark.slow
def test_a_refusal_is_raised_as_it_was_and_does_not_block_the_next(address: str) -> None:
    def refuse() -> None:
        raise DeniedError("signed out; connect again")

    with Jobs(address, {"push": Work(refuse)}) as jobs:
        with pytest.raises(DeniedError, match="signed out; connect again"):
            jobs.run("push", "d1", {})
        assert [(one.state, one.said) for one in jobs.latest()] == [
            ("refused", "signed out; connect again")
        ]
        assert jobs.recover() == ()
    with Jobs(address, {"push": Work()}) as jobs:
        assert jobs.run("push", "d1", {}) == {"done": 1}


def test_jobs_are_one_in_a_process(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    with Jobs(address, {}), pytest.raises(RefusedError, match="in this process already"):
        Jobs(address, {})


@pytest.mark.slow
def test_a_job_in_the_background_is_left_when_the_process_closes(address: str) -> None:
    begun = threading.Event()

    def until_stopped(key: str, given: Given, stopped: Callable[[], bool]) -> Given:
        begun.set()
        wait_for(stopped)
        raise RefusedError("stopped; it goes on later")

    with Jobs(address, {"push": until_stopped}) as jobs:
        job_id = jobs.start("push", "d1", {"by": "eva"})
        assert begun.wait(20)
        assert [one.state for one in jobs.latest()] == ["running"]
    work = Work()
    with Jobs(address, {"push": work}) as jobs:
        assert [(one.job_id, one.state) for one in jobs.latest()] == [(job_id, "interrupted")]
        assert jobs.recover() == ("push/d1/2",)
        wait_for(lambda: jobs.latest()[0].state == "done")
        assert jobs.recover() == ()
    assert work.asked == [("d1", {"by": "eva"})]


@pytest.mark.slow
@pytest.mark.parametrize("taken_up", ["by the next start", "by the same command"])
def test_a_killed_process_leaves_its_work_to_the_next(
    address: str, tmp_path: Path, taken_up: str
) -> None:
    begun = tmp_path / "begun"
    worker = subprocess.Popen([sys.executable, "-c", WORKER, address, str(begun)])
    try:
        wait_for(begun.exists, 60)
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    work = Work()
    with Jobs(address, {"push": work}) as jobs:
        assert [one.state for one in jobs.latest()] == ["interrupted"]
        if taken_up == "by the next start":
            assert jobs.recover() == ("push/d1/1",)
            wait_for(lambda: jobs.latest()[0].state == "done")
        else:
            assert jobs.run("push", "d1", {"by": "eva"}) == {"done": 1}
    assert work.asked == [("d1", {"by": "eva"})], "once, and not again for the new command"


def test_nothing_is_said_on_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with Jobs(f"sqlite:///{tmp_path / 'jobs.sqlite'}", {"push": Work()}) as jobs:
        jobs.run("push", "d1", {})
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", "")
