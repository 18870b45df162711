"""A help desk that remembers people, tickets and jobs, and fails on demand; and a sudden death."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tierwise.facts.desk_people import DeskUser, JobPhase, JobState, LevelWrite, TagWrite
from tierwise.facts.desks import BusyError, DeskCaps, TakenError

CAPS = DeskCaps(
    level_field="dropdown",
    bulk_update=2,
    most_jobs=3,
    lookup_by_external_id=True,
    create_customers=False,
    sla_crud=True,
    sla_match_on_customer_field=True,
    schedules_crud=True,
    routing_rules_crud=True,
    reorder=True,
    optimistic_lock=None,
    incremental="cursor",
    metric_events=True,
    native_sla_clock=True,
    webhooks="signed",
)


class Killed(BaseException):
    """The process is no more; nobody catches that."""


class Clock:
    """Time that goes by when somebody waits, and a little with every look."""

    def __init__(self, at: float = 1_000_000.0) -> None:
        self.at = at

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


@dataclass
class Ticket:
    user_id: str
    status: str
    tags: set[str]


class PushedDesk:
    """Jobs run when they are asked about the second time; what changed is counted in `effects`."""

    def __init__(self) -> None:
        self.caps = CAPS
        self.people: dict[str, DeskUser] = {}
        self.tickets: dict[str, Ticket] = {}
        self.effects: Counter[tuple[str, ...]] = Counter()
        self.calls: Counter[str] = Counter()
        self.most_running = 0
        self.refuses: dict[str, str] = {}  # what the desk says to writes of a person or ticket
        self.forgets = False  # jobs are unknown as soon as they are done
        self.busy_times = 0  # how often it is too busy for another job
        self.denies: Exception | None = None
        self.takes_nothing = ""  # what it says to every write
        self.before_jobs: Callable[[], None] = lambda: None
        self._jobs: dict[str, tuple[int, Sequence[LevelWrite | TagWrite]]] = {}
        self._said: dict[str, dict[str, str]] = {}
        self._lock = threading.Lock()

    def person(self, user_id: str, value: str | None = None, role: str = "end-user") -> None:
        self.people[user_id] = DeskUser(user_id, None, None, user_id, role, value, True)

    def sets(self, user_id: str, value: str | None) -> None:
        """Somebody, we or an agent, sets the field."""
        self.people[user_id] = replace(self.people[user_id], value=value)

    def values(self) -> dict[str, str | None]:
        return {one.user_id: one.value for one in self.people.values()}

    def users(self, user_ids: Sequence[str], field_key: str) -> dict[str, DeskUser]:
        self._ask("users")
        return {one: self.people[one] for one in user_ids if one in self.people}

    def write_levels(self, writes: Sequence[LevelWrite], field_key: str) -> str:
        self._ask("write_levels")
        return self._job(writes)

    def write_tags(self, writes: Sequence[TagWrite]) -> str:
        self._ask("write_tags")
        return self._job(writes)

    def open_tickets(self, ticket_ids: Sequence[str]) -> frozenset[str]:
        self._ask("open_tickets")
        kept = {one: self.tickets[one] for one in ticket_ids if one in self.tickets}
        return frozenset(one for one, ticket in kept.items() if ticket.status != "solved")

    def job_states(self, job_ids: Sequence[str]) -> dict[str, JobState]:
        self._ask("job_states")
        with self._lock:
            return {one: self._look(one) for one in job_ids}

    def finish_jobs(self) -> None:
        """What was sent arrives, whether somebody still asks for it or not."""
        for job_id in list(self._jobs):
            self._run(job_id)

    def _ask(self, what: str) -> None:
        self.calls[what] += 1
        if self.denies:
            raise self.denies

    def _job(self, writes: Sequence[LevelWrite | TagWrite]) -> str:
        with self._lock:
            if self.takes_nothing:
                raise TakenError(self.takes_nothing)
            running = sum(1 for job in self._jobs if job not in self._said)
            if self.busy_times or running >= self.caps.most_jobs:
                self.busy_times = max(0, self.busy_times - 1)
                raise BusyError("too many jobs; wait", 7.0)
            job_id = f"job{len(self._jobs) + 1}"
            self._jobs[job_id] = (0, tuple(writes))
            self.most_running = max(self.most_running, running + 1)
            return job_id

    def _look(self, job_id: str) -> JobState:
        looks, writes = self._jobs[job_id]
        self._jobs[job_id] = (looks + 1, writes)
        if looks == 0:
            return JobState(job_id, JobPhase.RUNNING, {})
        said = self._run(job_id)
        phase = JobPhase.UNKNOWN if self.forgets else JobPhase.DONE
        return JobState(job_id, phase, {} if self.forgets else said)

    def _run(self, job_id: str) -> dict[str, str]:
        if job_id not in self._said:
            self.before_jobs()
            writes = self._jobs[job_id][1]
            said = [self._write(one) for one in writes]
            self._said[job_id] = {key: text for key, text in said if text}
        return self._said[job_id]

    def _write(self, write: LevelWrite | TagWrite) -> tuple[str, str]:
        key = write.user_id if isinstance(write, LevelWrite) else write.ticket_id
        if key in self.refuses:
            return key, self.refuses[key]
        if isinstance(write, TagWrite):
            self._tag(write)
        elif key in self.people and self.people[key].value != write.value:
            self.sets(key, write.value)
            self.effects["user", key, str(write.value)] += 1
        return key, ""

    def _tag(self, write: TagWrite) -> None:
        ticket = self.tickets[write.ticket_id]
        tags = (ticket.tags - set(write.remove)) | set(write.add)
        if tags != ticket.tags:
            ticket.tags = tags
            self.effects["ticket", write.ticket_id, *sorted(tags)] += 1


class Mortal:
    """Somebody whose process dies at a call, before it or after it was carried out.

    `lives` is shared by all of the same process: how many calls are left.
    """

    def __init__(self, whom: Any, lives: list[int], *, after: bool) -> None:
        self._whom, self._lives, self._after = whom, lives, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._whom, name)
        if not callable(found):
            return found

        def call(*given: Any, **named: Any) -> Any:
            self._lives[0] -= 1
            if self._lives[0] < 0 or (self._lives[0] == 0 and not self._after):
                raise Killed
            answer = found(*given, **named)
            if self._lives[0] == 0:
                raise Killed
            return answer

        return call
