"""Work that outlives its process: DBOS remembers that it was asked for, and takes it up again.

How far a work has come is not kept here but in the book, by the work itself: each work can be
started again at any time and goes on where it stopped. docs/decisions/0018-jobs.md says why.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from dbos import DBOS, DBOSConfig, SetWorkflowID, WorkflowHandle, WorkflowStatus

from tierwise.facts.problems import RefusedError, TierwiseError

from .desk_turns import holder_here, is_gone
from .job_work import Given, Work

Answer = TypeVar("Answer")

_FORM = "1"  # of the works' arguments: only jobs of the same form are taken up again
_UNDONE = ["PENDING", "ENQUEUED"]
_LOOKED_BACK = 100
_ONE = threading.Lock()  # DBOS is one in a process


@dataclass(frozen=True, slots=True)
class Job:
    """A work that was asked for. `state` is running, done, refused or interrupted."""

    job_id: str
    kind: str
    key: str
    state: str
    said: str
    begun_at: int


class Jobs:
    """Works by name, run here and remembered in a database.

    Open it only where work is run: it starts threads and takes half a second. RefusedError when
    it is open in this process already.
    """

    def __init__(self, address: str, works: Mapping[str, Work]) -> None:
        if not _ONE.acquire(blocking=False):
            raise RefusedError("jobs run in this process already; wait until they are done")
        self._works, self._me = works, holder_here()
        self._stop, self._is_closing = threading.Event(), False
        self._raised: dict[str, TierwiseError] = {}
        try:
            self._workflow = self._registered()
            DBOS(config=_config(address, self._me))
            DBOS.launch()
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> "Jobs":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, kind: str, key: str, given: Given) -> Given:
        """Do a work and wait for it; what an interrupted one of its kind left is done first.

        The work's own TierwiseError is raised here. Ctrl-C stops it where it can go on.
        """
        with ThreadPoolExecutor(1, thread_name_prefix="jobs") as apart:
            asked = apart.submit(self._run, kind, key, given)
            try:
                return asked.result()
            except KeyboardInterrupt:
                self._stop.set()
                return asked.result()

    def _run(self, kind: str, key: str, given: Given) -> Given:
        for left in self._interrupted(f"{kind}/{key}/"):
            answer = self._answer(DBOS.resume_workflow(left.workflow_id))
            if _given(left) == dict(given):
                return answer
        return self._answer(self._start(kind, key, given))

    def start(self, kind: str, key: str, given: Given) -> str:
        """Do a work in the background; the answer names the job."""
        return _apart(lambda: self._start(kind, key, given).get_workflow_id())

    def recover(self) -> tuple[str, ...]:
        """Take up, in the background, what ended processes have left; the answer names the jobs."""
        return _apart(self._recovered)

    def _recovered(self) -> tuple[str, ...]:
        taken = [one.workflow_id for one in self._interrupted("")]
        for job_id in taken:
            DBOS.resume_workflow(job_id)
        for left in self._left():
            kind, key, _ = _names(left.workflow_id)
            taken.append(self._start(kind, key, _given(left)).get_workflow_id())
        return tuple(taken)

    def latest(self, limit: int = 20) -> tuple[Job, ...]:
        """The latest jobs, newest first."""
        found = _apart(lambda: DBOS.list_workflows(name="work", sort_desc=True, limit=limit))
        return tuple(_job(one) for one in found)

    def close(self) -> None:
        """End; what is still running stops where it can go on, and is left for the next process."""
        self._is_closing = True
        self._stop.set()
        self._end(wait_s=60)

    def _end(self, wait_s: int = 0) -> None:
        try:
            DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=wait_s)
        finally:
            _ONE.release()

    def _start(self, kind: str, key: str, given: Given) -> WorkflowHandle[str]:
        newest = DBOS.list_workflows(
            name="work",
            workflow_id_prefix=f"{kind}/{key}/",
            sort_desc=True,
            limit=1,
            load_input=False,
            load_output=False,
        )
        number = _names(newest[0].workflow_id)[2] + 1 if newest else 1
        with SetWorkflowID(f"{kind}/{key}/{number}"):
            return DBOS.start_workflow(self._workflow, kind, key, json.dumps(given, sort_keys=True))

    def _registered(self) -> Callable[[str, str, str], str]:
        """The one workflow there is: a single step, which may be done again."""

        @DBOS.workflow(name="work")
        def work(kind: str, key: str, given: str) -> str:
            return DBOS.run_step({"name": kind}, self._outcome, kind, key, given)

        return work

    def _outcome(self, kind: str, key: str, given: str) -> str:
        """What came of a work, as text; a refusal is an outcome as well."""
        try:
            done = self._works[kind](key, json.loads(given), self._stop.is_set)
        except TierwiseError as error:
            if self._is_closing and self._stop.is_set():
                return json.dumps({"left": str(error)})
            self._raised[f"{kind}/{key}"] = error
            return json.dumps({"refused": str(error)})
        return json.dumps({"done": dict(done)})

    def _answer(self, handle: WorkflowHandle[str]) -> Given:
        outcome = json.loads(handle.get_result())
        if "done" in outcome:
            done: Given = outcome["done"]
            return done
        kind, key, _ = _names(handle.get_workflow_id())
        said = outcome.get("refused") or outcome["left"]
        raise self._raised.pop(f"{kind}/{key}", None) or RefusedError(said)

    def _interrupted(self, prefix: str) -> list[WorkflowStatus]:
        """Works of processes of this machine that ended in the middle; of others nobody knows."""
        found = DBOS.list_workflows(
            name="work", status=_UNDONE, workflow_id_prefix=prefix or None, app_version=_FORM
        )
        return [one for one in found if one.executor_id and is_gone(one.executor_id)]

    def _left(self) -> list[WorkflowStatus]:
        """Works that were left when a process closed, unless somebody asked for them since."""
        newest: dict[str, WorkflowStatus] = {}
        for one in DBOS.list_workflows(name="work", sort_desc=True, limit=_LOOKED_BACK):
            newest.setdefault(one.workflow_id.rpartition("/")[0], one)
        return [one for one in newest.values() if "left" in _outcome_of(one)]


def _apart(asked: Callable[[], Answer]) -> Answer:
    """An answer from a thread of its own: where an event loop runs, DBOS refuses to give any."""
    with ThreadPoolExecutor(1, thread_name_prefix="jobs") as apart:
        return apart.submit(asked).result()


def jobs_address(book_url: str, folder: Path) -> str:
    """Where jobs are remembered: in the database of the book, or in a file of their own."""
    if book_url.startswith("sqlite"):
        return f"sqlite:///{(folder / 'jobs.sqlite').absolute()}"
    return book_url


def schema_of_jobs(address: str) -> str:
    """The schema of jobs on PostgreSQL, beside the one of the book.

    >>> schema_of_jobs("postgresql://shop@db/levels")
    'tierwise_jobs'
    >>> schema_of_jobs("postgresql://shop@db/levels?options=-csearch_path%3Dbook")
    'book_jobs'
    """
    path = re.search(r"search_path(?:=|%3D)(\w+)", address)
    return f"{path[1]}_jobs" if path else "tierwise_jobs"


def _config(address: str, me: str) -> DBOSConfig:
    """Nothing but the database: no admin server, no telemetry, no words on the terminal."""
    return {
        "name": "tierwise",
        "system_database_url": address,
        "dbos_system_schema": schema_of_jobs(address),
        "application_version": _FORM,
        "executor_id": me,
        "use_listen_notify": False,
        "notification_listener_polling_interval_sec": 0.05,
        "enable_otlp": False,
        "log_level": "CRITICAL",
    }


def _names(job_id: str) -> tuple[str, str, int]:
    """Kind, key and number of a job."""
    place, _, number = job_id.rpartition("/")
    kind, _, key = place.partition("/")
    return kind, key, int(number)


def _given(status: WorkflowStatus) -> dict[str, Any]:
    arguments = status.input["args"] if status.input else ()
    given: dict[str, Any] = json.loads(arguments[2]) if len(arguments) > 2 else {}
    return given


def _outcome_of(status: WorkflowStatus) -> dict[str, Any]:
    outcome: dict[str, Any] = json.loads(status.output) if status.output else {}
    return outcome


def _job(status: WorkflowStatus) -> Job:
    kind, key, _ = _names(status.workflow_id)
    outcome = _outcome_of(status)
    state, said = "done", ""
    if status.status in _UNDONE:
        gone = status.executor_id and is_gone(status.executor_id)
        state = "interrupted" if gone else "running"
    elif "done" not in outcome:
        state = "interrupted" if "left" in outcome else "refused"
        said = str(outcome.get("refused") or outcome.get("left") or status.error or "")
    begun = (status.created_at or 0) // 1000
    return Job(status.workflow_id, kind, key, state, said, begun)
