"""Writing levels to a desk: in batches, with a journal, the same end whatever interrupts it.

Each batch is re-read, written as a job of the desk, and re-read again; what stands there decides,
never what the job says. The journal in the book knows before each step what comes next, so a
process that is killed anywhere leaves a push that the next one finishes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from tierwise.facts.desk_people import (
    BatchState,
    DeskUser,
    JobPhase,
    JobState,
    LevelWrite,
    Push,
    PushBatch,
    WantedLevel,
    WrittenLevel,
)
from tierwise.facts.desks import BusyError, TakenError
from tierwise.facts.problems import RefusedError

from .desk_turns import turn
from .ports import DeskBook, HelpDesk
from .push_verdicts import (
    TAGS,
    batches_of,
    refused,
    said_of_tags,
    tag_writes,
    tags_after,
    verdicts,
)

Row = TypeVar("Row")

MOST_TRIES = 3
STUCK_S = 900  # a job that runs longer is asked for no more
_AT_ONCE = 100  # tickets in one call, jobs in one question


class PushStoppedError(RefusedError):
    """Somebody stopped a push; the book knows how far it came."""


@dataclass(frozen=True, slots=True)
class PushAsked:
    """What is to be pushed where. `values` are all values that are ours, also of former levels."""

    account_id: str
    by: str
    field_key: str
    values: tuple[str, ...]
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """Whom a push has to look at, in order, how many they are, and how many need nothing."""

    rows: Iterable[WantedLevel]
    count: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Pace:
    """Time as a push sees it: `now` in UTC epoch seconds, `stopped` when it shall end early."""

    now: Callable[[], float]
    sleep: Callable[[float], None]
    stopped: Callable[[], bool] = lambda: False
    poll_s: float = 1.0
    threads: int = 4

    @property
    def at(self) -> int:
        return int(self.now())


def push_levels(
    book: DeskBook, desk: HelpDesk, asked: PushAsked, *, due: Callable[[], Due], pace: Pace
) -> Push:
    """Write what differs. A push that was interrupted is finished first, then the rest is done.

    `due` is asked when it is known what was written before. RefusedError when somebody else works
    on the account or the desk refuses everything; the next push goes on from there.
    """
    with turn(book, asked.account_id, now=pace.now) as is_mine:
        work = _Work(book, desk, asked, pace, is_mine)
        before = book.open_push(asked.account_id)
        finished = _Pushing(work, before).run() if before else None
        found = due()
        if finished and not found.count:
            return finished
        batches = batches_of(found.rows, desk.caps.bulk_update or 1)
        return _Pushing(work, book.begin_push(_new(asked, found, pace.at), batches)).run()


def _new(asked: PushAsked, found: Due, at: int) -> Push:
    return Push(
        push_id="",
        account_id=asked.account_id,
        started_at=at,
        started_by=asked.by,
        wanted=found.count,
        written=0,
        unchanged=found.unchanged,
        kept=0,
        refused=0,
        missing=0,
        overwrite=asked.overwrite,
    )


@dataclass(frozen=True, slots=True)
class _Work:
    """What every push of a command works with; `is_mine` says whether the account is still ours."""

    book: DeskBook
    desk: HelpDesk
    asked: PushAsked
    pace: Pace
    is_mine: Callable[[], bool]


class _Pushing:
    """One push on its way; all that it must not forget is in the book."""

    def __init__(self, work: _Work, push: Push) -> None:
        self._book, self._desk, self._push = work.book, work.desk, push
        self._asked, self._pace, self._is_mine = work.asked, work.pace, work.is_mine
        self._send_after = 0.0
        self._first_seen: dict[str, float] = {}

    def run(self) -> Push:
        """Go on until every batch is settled."""
        with ThreadPoolExecutor(self._pace.threads, thread_name_prefix="push") as pool:
            while self._round(pool):
                pass
        return self._book.end_push(self._push.push_id, self._pace.at)

    def _round(self, pool: ThreadPoolExecutor) -> bool:
        """Settle what is finished, send what may be sent; whether anything is left to do."""
        self._go_on_or_stop()
        sent = self._batches(BatchState.SENT, self._desk.caps.most_jobs)
        states = self._job_states(sent)
        finished = [one for one in sent if not _is_running(one, states)]
        waiting = self._may_send(len(sent) - len(finished))
        tasks = [
            # The desk works while we settle, and has to be asked less often.
            *(pool.submit(self._send, one) for one in waiting),
            *(pool.submit(self._settle, one, states) for one in finished),
        ]
        self._gather(tasks)
        if not tasks and sent:
            self._pace.sleep(self._pace.poll_s)
        return bool(sent or tasks) or self._waits()

    def _go_on_or_stop(self) -> None:
        if not self._is_mine():
            raise PushStoppedError("another process took this account over; it goes on there")
        if self._pace.stopped():
            raise PushStoppedError("stopped; `tierwise desk push` goes on from here")

    def _batches(self, state: BatchState, limit: int) -> tuple[PushBatch, ...]:
        return self._book.batches(self._push.push_id, state, limit) if limit > 0 else ()

    def _may_send(self, running: int) -> tuple[PushBatch, ...]:
        """As many batches as the desk takes jobs; none while it is busy."""
        if self._pace.now() < self._send_after:
            return ()
        return self._batches(BatchState.WAITING, self._desk.caps.most_jobs - running)

    def _waits(self) -> bool:
        """Whether batches wait for a desk that is busy; then a moment goes by."""
        if not self._batches(BatchState.WAITING, 1):
            return False
        if self._pace.now() < self._send_after:
            self._pace.sleep(self._pace.poll_s)
        return True

    def _gather(self, tasks: Sequence[Future[None]]) -> None:
        """Wait for all of them: what one began is in the journal before anything is raised."""
        wait(tasks)
        for error in [one.exception() for one in tasks]:
            if isinstance(error, BusyError):
                self._send_after = max(self._send_after, self._pace.now() + error.retry_after_s)
            elif error is not None:
                raise error

    def _job_states(self, sent: Sequence[PushBatch]) -> Mapping[str, JobState]:
        """How jobs stand. One that runs for very long is taken for unknown."""
        jobs = [job for batch in sent for job in _jobs(batch)]
        found: dict[str, JobState] = {}
        for some in _chunks(jobs, _AT_ONCE):
            found |= self._desk.job_states(some)
        return {job: self._unless_stuck(job, found.get(job)) for job in jobs}

    def _unless_stuck(self, job: str, state: JobState | None) -> JobState:
        if state is None:
            return JobState(job, JobPhase.UNKNOWN, {})
        since = self._first_seen.setdefault(job, self._pace.now())
        if state.phase is JobPhase.RUNNING and self._pace.now() - since > STUCK_S:
            return JobState(job, JobPhase.UNKNOWN, state.said)
        return state

    def _send(self, batch: PushBatch) -> None:
        if batch.what == TAGS:
            self._send_tags(batch)
        else:
            self._send_levels(batch)

    def _settle(self, batch: PushBatch, states: Mapping[str, JobState]) -> None:
        jobs = _jobs(batch)
        said = dict(chain.from_iterable(states[job].said.items() for job in jobs))
        for job in jobs:
            self._first_seen.pop(job, None)
        if batch.what == TAGS:
            is_known = all(states[job].phase is JobPhase.DONE for job in jobs)
            self._settle_tags(batch, said, is_known=is_known)
        else:
            self._settle_levels(batch, said)

    def _send_levels(self, batch: PushBatch) -> None:
        """Re-read people, and write the level of those where ours or nothing stands."""
        users, at = self._users(batch), self._pace.at
        found = verdicts(batch.rows, users, overwrite=self._push.overwrite, at=at)
        if not found.due:
            return self._done(batch, found.settled)
        writes = [LevelWrite(row.user_id, row.value) for row in found.due]
        try:
            job = self._desk.write_levels(writes, self._asked.field_key)
        except TakenError as error:
            return self._done(
                batch, (*found.settled, *refused(found.due, users, {"": str(error)}, at=at))
            )
        return self._book.batch_sent(self._push.push_id, batch.number, job)

    def _settle_levels(self, batch: PushBatch, said: Mapping[str, str]) -> None:
        """What stands there now is what counts; what did not arrive is tried again."""
        users, at = self._users(batch), self._pace.at
        found = verdicts(batch.rows, users, overwrite=self._push.overwrite, at=at)
        if found.due and batch.tries < MOST_TRIES:
            return self._book.batch_again(self._push.push_id, batch.number)
        return self._done(batch, (*found.settled, *refused(found.due, users, said, at=at)))

    def _users(self, batch: PushBatch) -> dict[str, DeskUser]:
        return self._desk.users([row.user_id for row in batch.rows], self._asked.field_key)

    def _done(self, batch: PushBatch, settled: Sequence[WrittenLevel]) -> None:
        tags = tags_after(batch, settled)
        self._book.batch_done(self._push.push_id, batch.number, settled, tags)

    def _send_tags(self, batch: PushBatch) -> None:
        """Tags of tickets that are open still; the desk adds and removes them one by one."""
        tickets = [ticket for row in batch.rows for ticket in row.open_tickets]
        writes = tag_writes(batch.rows, self._desk.open_tickets(tickets), self._asked.values)
        try:
            jobs = [self._desk.write_tags(some) for some in _chunks(writes, _AT_ONCE)]
        except TakenError as error:
            return self._tags_done(batch, {"": str(error)})
        if not jobs:
            return self._tags_done(batch, {})
        return self._book.batch_sent(self._push.push_id, batch.number, " ".join(jobs))

    def _settle_tags(self, batch: PushBatch, said: Mapping[str, str], *, is_known: bool) -> None:
        """Adding a tag twice changes nothing, so what nobody knows of is sent again."""
        if (said or not is_known) and batch.tries < MOST_TRIES:
            return self._book.batch_again(self._push.push_id, batch.number)
        return self._tags_done(batch, said)

    def _tags_done(self, batch: PushBatch, said: Mapping[str, str]) -> None:
        told = said_of_tags(batch.rows, said, at=self._pace.at)
        self._book.batch_done(self._push.push_id, batch.number, told)


def _jobs(batch: PushBatch) -> list[str]:
    return (batch.job_id or "").split()


def _is_running(batch: PushBatch, states: Mapping[str, JobState]) -> bool:
    return any(states[job].phase is JobPhase.RUNNING for job in _jobs(batch))


def _chunks(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
