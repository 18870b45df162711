"""The long work at a desk, as jobs: each can be started again, and goes on where it stopped."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from tierwise.facts.desk_config import DeskPlan, StepState
from tierwise.facts.desk_people import VALUE_PREFIX, Push
from tierwise.facts.desks import BusyError

from .basis import Basis
from .desk_answers import ReadDone
from .desk_applying import apply_plan
from .desk_levels import due, due_count
from .desk_previews import refuse_clearing
from .desk_reading import Reading, read_desk
from .desk_room import DeskRoom
from .desk_settling import settle
from .desk_sure import (
    refuse_another,
    refuse_incapable,
    refuse_too_early,
    refuse_without_field,
)
from .desk_wanted import hold_desk
from .job_work import Given, Work
from .project import Project
from .pushing import Due, PushAsked, push_levels

PUSH, APPLY, READ = "push", "apply", "read"
SINCE_S = 0  # everything the desk has, on the first reading


@dataclass(frozen=True, slots=True)
class Premises:
    """What works are done with: the project, accounts by id, and the state of the world now."""

    project: Project
    room: Callable[[str], AbstractContextManager[DeskRoom]]
    basis: Callable[[], AbstractContextManager[Basis]]


def works_of(premises: Premises) -> dict[str, Work]:
    """Every kind of job by its name."""

    def push(account_id: str, given: Given, stopped: Callable[[], bool]) -> dict[str, Any]:
        done = _push(premises, account_id, given, stopped)
        return {"push_id": done.push_id}

    def apply(account_id: str, given: Given, stopped: Callable[[], bool]) -> dict[str, Any]:
        with premises.room(account_id) as room:
            return {"plan_id": _applied(room, given, stopped).plan_id}

    def read(account_id: str, _given: Given, _: Callable[[], bool]) -> dict[str, Any]:
        done = _read(premises, account_id)
        found = {"rows": done.rows, "said": done.said, "waiting": done.waiting}
        return {**found, "into_facts": done.into_facts}

    return {PUSH: push, APPLY: apply, READ: read}


def _applied(
    room: DeskRoom, given: Given, stopped: Callable[[], bool], before: int = -1
) -> DeskPlan:
    """A plan carried out. While it comes further, a desk that breaks off does not end it."""
    plan_id = str(given["plan_id"])
    try:
        return apply_plan(room.applying(given["by"]), plan_id)
    except BusyError:
        done = sum(one.state is StepState.DONE for one in room.book.steps(plan_id))
        if done <= before or stopped():
            raise
        return _applied(room, given, stopped, done)


def _push(premises: Premises, account_id: str, given: Given, stopped: Callable[[], bool]) -> Push:
    with premises.room(account_id) as room:
        refuse_incapable(room.desk, room.account, "push")
        refuse_another(room.desk, room.account)
        with premises.basis() as basis:
            ours = {f"{VALUE_PREFIX}{level}" for level in basis.policy.names}
        values = tuple(sorted({*ours, *room.book.written_values(account_id)}))
        asked = PushAsked(account_id, given["by"], room.field_key, values, given["overwrite"])
        whom = partial(_whom, premises, room, given)
        return push_levels(room.book, room.desk, asked, due=whom, pace=room.pace(stopped))


def _whom(premises: Premises, room: DeskRoom, given: Given) -> Due:
    with _held(premises, room, given) as basis:
        refuse_too_early(basis.engine)
        if not given["clear"]:
            refuse_clearing(basis.engine)
        found, levels = Due(due(basis.engine), *due_count(basis.engine)), basis.policy.names
    refuse_without_field(room.desk, room.field_key, levels)
    return found


@contextmanager
def _held(premises: Premises, room: DeskRoom, given: Given) -> Iterator[Basis]:
    """The world, with what everybody at the desk should show as things stand now."""
    with premises.basis() as basis:
        overwrite = bool(given["overwrite"])
        hold_desk(basis, room.book, room.account, room.landing, overwrite=overwrite)
        yield basis


def _read(premises: Premises, account_id: str) -> ReadDone:
    with premises.room(account_id) as room:
        refuse_incapable(room.desk, room.account, "read")
        refuse_another(room.desk, room.account)
        reading = Reading(room.desk, room.book, room.landing, room.account, room.clock)
        done = read_desk(reading, since=SINCE_S)
        if not room.account.into_facts:
            return done
        settled = settle(premises.project, room.account, room.landing, now=room.clock())
        rows = settled.report.rows if settled.report else {}
        return ReadDone(done.account, done.rows, done.said, dict(rows), settled.waiting)
