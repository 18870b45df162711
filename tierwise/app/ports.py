"""What the product asks of the outside; connectors fit these shapes without knowing them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from tierwise.facts.columns import Table
from tierwise.facts.corrections import TypeCorrection
from tierwise.facts.decisions import (
    Applied,
    Change,
    DatedDecision,
    LevelChange,
    Override,
    Plan,
    PlanLevels,
    PolicyVersion,
    Run,
)
from tierwise.facts.desk_config import (
    Compiled,
    DeskOp,
    DeskPlan,
    DeskStep,
    DeskWish,
    HeldObject,
    OwnedObject,
)
from tierwise.facts.desk_people import (
    BatchState,
    DeskUser,
    JobState,
    LevelWrite,
    Push,
    PushBatch,
    TagWrite,
    WriteState,
    WrittenLevel,
)
from tierwise.facts.desk_reads import DeskPage, Hint, StreamState
from tierwise.facts.desks import DeskAccount, DeskCaps, DeskSecrets, Probe, RateLimit
from tierwise.facts.fits import ValueFit
from tierwise.facts.models import SqlModel
from tierwise.facts.problems import Problem
from tierwise.facts.promises_kept import Alarm, ClosedDays, PolicyApplied


class Engine(Protocol):
    """Runs models on tables it holds."""

    def read(self, table: Table, paths: Sequence[Path]) -> None: ...
    def upload(self, name: str, rows: pa.Table) -> None: ...
    def materialise(self, model: SqlModel, parameters: Mapping[str, int | str]) -> None: ...
    def query(self, text: str, values: Sequence[object] = ()) -> pa.Table: ...
    def rows(self, text: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]: ...
    def save(self, name: str, path: Path, form: str = "parquet") -> None: ...
    def close(self) -> None: ...


class Facts(Protocol):
    """The facts of one company, as Parquet."""

    @property
    def facts_id(self) -> str: ...
    @property
    def problem_count(self) -> int: ...
    def files(self, table: str) -> list[Path]: ...
    def problems(self, limit: int) -> tuple[Problem, ...]: ...


class Book(Protocol):
    """What Tierwise decided, promised and did; every refusal is a RefusedError."""

    def save_policy(self, text: str, at: int) -> PolicyVersion: ...
    def policy(self, version: int) -> PolicyVersion: ...
    def record_run(self, run: Run) -> Run: ...
    def run(self, run_id: str) -> Run: ...
    def head(self) -> int: ...
    def current_levels(self, as_of_day: int) -> pa.Table: ...
    def levels_arrow(self) -> pa.Table: ...
    def reasons_arrow(self) -> pa.Table: ...
    def level_counts(self) -> dict[str, int]: ...
    def save_plan(self, plan: Plan, changes: Iterable[LevelChange]) -> Plan: ...
    def plan(self, plan_id: str) -> Plan: ...
    def plans(self, limit: int = 50) -> tuple[Plan, ...]: ...
    def plan_changes(
        self,
        plan_id: str,
        change: str | None = None,
        *,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[LevelChange, ...]: ...
    def plan_levels(self, plan_id: str) -> PlanLevels: ...
    def apply(
        self, plan_id: str, *, facts_id: str, policy_version: int, at: int, by: str
    ) -> Applied: ...
    def undo(self, apply_id: str | None = None, *, at: int, by: str) -> Applied: ...
    def applied(self, limit: int = 50) -> tuple[Applied, ...]: ...
    def set_override(
        self,
        wanted: Override,
        *,
        as_of_day: int,
        policy_version: int,
        direction: Change = Change.MOVED,
    ) -> Override: ...
    def end_override(self, customer_id: str, *, at: int, by: str) -> Override: ...
    def override_of(self, customer_id: str) -> Override | None: ...
    def correct_type(self, wanted: TypeCorrection) -> TypeCorrection: ...
    def withdraw_correction(
        self, customer_id: str, type: str, *, at: int, by: str
    ) -> TypeCorrection: ...
    def corrections_of(self, customer_id: str) -> tuple[TypeCorrection, ...]: ...
    def corrections_arrow(self) -> pa.Table: ...
    def record_fit(self, fit: ValueFit) -> ValueFit: ...
    def fits(self, limit: int = 50) -> tuple[ValueFit, ...]: ...
    def dated_levels_arrow(self) -> pa.Table: ...
    def policies_applied(self) -> tuple[PolicyApplied, ...]: ...
    def tell_alarms(self, reached: Iterable[Alarm], *, at: int) -> tuple[Alarm, ...]: ...
    def untold_alarms(self, reached: Iterable[Alarm]) -> tuple[Alarm, ...]: ...
    def alarms(self, limit: int = 50) -> tuple[Alarm, ...]: ...
    def keep_closed_days(self, found: Iterable[ClosedDays], *, at: int) -> None: ...
    def closed_days(self, policy_version: int) -> tuple[ClosedDays, ...]: ...
    def history(self, customer_id: str) -> tuple[DatedDecision, ...]: ...
    def current(self, customer_id: str) -> DatedDecision | None: ...


class HelpDesk(Protocol):
    """One account at a help desk. What it cannot do stands in `caps`.

    Every call obeys the account's limits and waits as long as the desk asks; refusals are
    `DeniedError`, `TakenError`, `GoneError` and `BusyError`.
    """

    caps: DeskCaps

    def probe(self, now: int) -> Probe: ...
    def remote_id(self) -> str:
        """The number of the account that answers, as the probe tells it; asked in short."""

    def limits(self) -> tuple[RateLimit, ...]:
        """What is left of each limit, as the desk said last."""

    def close(self) -> None: ...

    # People. At most `caps.bulk_update` of them at once; whom nobody knows is left out.
    def users(self, user_ids: Sequence[str], field_key: str) -> dict[str, DeskUser]: ...
    def field_values(self, field_key: str) -> frozenset[str] | None:
        """The values of the drop-down for people of that key; None when there is none."""

    def write_levels(self, writes: Sequence[LevelWrite], field_key: str) -> str:
        """Start a job and answer its id; BusyError when too many run."""

    def open_tickets(self, ticket_ids: Sequence[str]) -> frozenset[str]:
        """Which of these tickets are not solved yet."""

    def write_tags(self, writes: Sequence[TagWrite]) -> str: ...
    def job_states(self, job_ids: Sequence[str]) -> dict[str, JobState]:
        """How jobs stand; one that nobody knows any more is UNKNOWN."""

    # Configuration.
    def compile(self, wish: DeskWish) -> Compiled:
        """What the wish comes to here; asks the desk only what it offers."""

    def held(self) -> tuple[HeldObject, ...]:
        """Everything of the kinds we write, in one way of writing it."""

    def carry_out(self, op: DeskOp, remote_ids: Mapping[str, str]) -> str:
        """Do one operation and answer the remote id; `remote_ids` is by logical id."""

    def webhook_secret(self, webhook_id: str) -> str:
        """What the webhook of that remote id signs its messages with."""

    # Reading.
    def page(self, stream: str, cursor: str | None, since: int) -> DeskPage:
        """The next page; without a cursor from the instant `since` on."""

    def reread_tickets(self, ticket_ids: Sequence[str]) -> DeskPage:
        """Tickets as they are now, at most a hundred."""

    def hint(self, headers: Mapping[str, str], body: bytes, now: int) -> Hint:
        """What a webhook says; DeniedError when its signature or its time is wrong."""


class DeskBook(Protocol):
    """What the book keeps of desks: accounts, what was written to them, how far they were read."""

    def close(self) -> None: ...
    def connect(self, account: DeskAccount, secrets: DeskSecrets) -> DeskAccount:
        """Keep an account; the answer carries its id. The same `remote_id` is the same account."""

    def accounts(self) -> tuple[DeskAccount, ...]: ...
    def disconnect(self, account_id: str, *, at: int, by: str) -> None:
        """Forget secrets and everything written; the audit keeps that it was there."""

    def secrets(self, account_id: str) -> DeskSecrets: ...
    def renew_secrets(
        self,
        account_id: str,
        stale: DeskSecrets,
        renew: Callable[[DeskSecrets], DeskSecrets],
    ) -> DeskSecrets:
        """Secrets newer than `stale`: another's, or those `renew` gets; kept before they are used.

        Nobody else renews meanwhile.
        """

    def keep_webhook_secret(self, account_id: str, secret: str) -> None: ...
    def take_turn(self, account_id: str, holder: str, *, now: int, until: int) -> str | None:
        """Take the account, or say who has it; whoever had it until before `now` has lost it."""

    def leave_turn(self, account_id: str, holder: str) -> None: ...

    # Configuration.
    def owned(self, account_id: str) -> tuple[OwnedObject, ...]: ...
    def own(self, account_id: str, owned: OwnedObject) -> None: ...
    def disown(self, account_id: str, logical_id: str) -> None: ...
    def save_desk_plan(self, plan: DeskPlan) -> DeskPlan: ...
    def desk_plan(self, plan_id: str) -> DeskPlan: ...
    def desk_plans(self, limit: int = 50) -> tuple[DeskPlan, ...]: ...
    def set_desk_plan(self, plan_id: str, state: str, *, at: int, by: str) -> None: ...
    def steps(self, plan_id: str) -> tuple[DeskStep, ...]: ...
    def mark_step(self, plan_id: str, step: DeskStep) -> None: ...

    # Levels.
    def written_levels(self, account_id: str) -> pa.Table:
        """The table WRITTEN_LEVELS."""

    def written_values(self, account_id: str) -> tuple[str, ...]:
        """Every value that we ever left in the field of somebody, in order."""

    def written_where(
        self, account_id: str, state: WriteState, limit: int = 50
    ) -> tuple[WrittenLevel, ...]: ...
    def begin_push(self, push: Push, batches: Iterable[PushBatch]) -> Push:
        """Keep a push and all its batches in one go; the answer carries its id."""

    def open_push(self, account_id: str) -> Push | None: ...
    def pushes(self, account_id: str, limit: int = 20) -> tuple[Push, ...]: ...
    def batches(self, push_id: str, state: BatchState, limit: int) -> tuple[PushBatch, ...]: ...
    def batch_sent(self, push_id: str, number: int, job_id: str) -> None: ...
    def batch_again(self, push_id: str, number: int) -> None:
        """Back to WAITING: the job is unknown, or its rows did not arrive."""

    def batch_done(
        self,
        push_id: str,
        number: int,
        settled: Sequence[WrittenLevel],
        tags: PushBatch | None = None,
    ) -> None:
        """Keep what came of a batch, and the batch of tags that follows, in one go."""

    def end_push(self, push_id: str, at: int) -> Push: ...
    def forget_people(self, account_id: str, user_ids: Sequence[str]) -> None: ...

    # Reading.
    def streams(self, account_id: str) -> tuple[StreamState, ...]: ...
    def keep_stream(self, account_id: str, state: StreamState) -> None: ...
    def take_hint(self, account_id: str, hint: Hint, at: int) -> bool:
        """Keep a hint; False when it came before."""

    def hints(self, account_id: str, limit: int) -> tuple[Hint, ...]:
        """Hints that nobody used yet, oldest first."""

    def hints_used(self, account_id: str, hint_ids: Sequence[str], at: int) -> None: ...
    def keep_limits(self, account_id: str, limits: Sequence[RateLimit], at: int) -> None: ...
    def limits(self, account_id: str) -> tuple[RateLimit, ...]: ...


class Landing(Protocol):
    """Rows of a desk as they came: parts of Parquet files by table, and the newest of each row."""

    def put(self, stream: str, part: int, page: DeskPage) -> int:
        """Write a part, whole or not at all; a part of the same number is replaced. Rows."""

    def parts(self, table: str) -> list[Path]:
        """The files of a table of `RAW`, in the order of their arrival."""

    def tidy(self) -> None:
        """Few parts instead of many; not while one is written."""

    def clear(self) -> None: ...


class MadeUpDesk(Protocol):
    """A help desk that somebody made up; rows are as the desk writes them."""

    client_id: str
    client_secret: str
    users: dict[int, dict[str, Any]]

    def add_user(self, *, name: str, **sent: Any) -> dict[str, Any]: ...
    def add_ticket(self, *, requester_id: int, **sent: Any) -> dict[str, Any]: ...
