"""The desk book: what the book keeps of help desks, in the same database as the book."""

from collections.abc import Callable, Iterable, Sequence
from typing import Self

import pyarrow as pa
from sqlalchemy import Engine

from tierwise.facts.desk_config import DeskPlan, DeskStep, OwnedObject
from tierwise.facts.desk_people import (
    BatchState,
    Push,
    PushBatch,
    WriteState,
    WrittenLevel,
)
from tierwise.facts.desk_reads import Hint, StreamState
from tierwise.facts.desks import DeskAccount, DeskSecrets, RateLimit
from tierwise.facts.problems import TierwiseError

from . import (
    book_desk_accounts,
    book_desk_levels,
    book_desk_plans,
    book_desk_pushes,
    book_desk_reads,
)
from .book_engine import book_engine, migrate, reading, writing
from .opened_book import OpenedBook
from .secret_box import SecretBox


class DeskBook(OpenedBook):
    """What a book keeps of desks, on SQLite or PostgreSQL. Every method is one transaction.

    An account that is not connected is refused everywhere.
    """

    def __init__(self, engine: Engine, box: SecretBox) -> None:
        super().__init__(engine)
        self._box = box

    @classmethod
    def open(cls, url: str, box: SecretBox) -> Self:
        """The book at `url`, made or migrated if need be; secrets come under the newest key."""
        engine = book_engine(url)
        try:
            migrate(engine)
            _seal_anew(engine, box)
        except TierwiseError:
            engine.dispose()
            raise
        return cls(engine, box)

    def connect(self, account: DeskAccount, secrets: DeskSecrets) -> DeskAccount:
        """Keep an account; the answer carries its id. The same `remote_id` is the same account."""
        with writing(self._engine) as connection:
            return book_desk_accounts.connect(connection, account, secrets, self._box)

    def accounts(self) -> tuple[DeskAccount, ...]:
        """The connected accounts, oldest first."""
        with reading(self._engine) as connection:
            return book_desk_accounts.accounts(connection)

    def disconnect(self, account_id: str, *, at: int, by: str) -> None:
        """Forget secrets and everything written; the audit keeps that it was there."""
        with writing(self._engine) as connection:
            book_desk_accounts.disconnect(connection, account_id, (at, by))

    def secrets(self, account_id: str) -> DeskSecrets:
        """What signs us in; RefusedError when the key is missing or another one."""
        with reading(self._engine) as connection:
            return book_desk_accounts.secrets_of(connection, account_id, self._box)

    def renew_secrets(
        self,
        account_id: str,
        stale: DeskSecrets,
        renew: Callable[[DeskSecrets], DeskSecrets],
    ) -> DeskSecrets:
        """Secrets newer than `stale`: another's, or those `renew` gets; kept before the answer.

        Nobody else renews meanwhile, and on SQLite nobody else writes: `renew` must be done
        within half a minute and may not use the book. Whatever it raises leaves all as it was.
        """
        with writing(self._engine) as connection:
            change = (stale, renew)
            return book_desk_accounts.renew_secrets(connection, account_id, change, self._box)

    def keep_webhook_secret(self, account_id: str, secret: str) -> None:
        with writing(self._engine) as connection:
            book_desk_accounts.keep_webhook_secret(connection, account_id, secret, self._box)

    def take_turn(self, account_id: str, holder: str, *, now: int, until: int) -> str | None:
        """Take the account, or say who has it; whoever had it until before `now` has lost it."""
        with writing(self._engine) as connection:
            return book_desk_accounts.take_account(connection, account_id, holder, (now, until))

    def leave_turn(self, account_id: str, holder: str) -> None:
        """Leave the account to others; nothing happens when another one has it by now."""
        with writing(self._engine) as connection:
            book_desk_accounts.leave_account(connection, account_id, holder)

    def owned(self, account_id: str) -> tuple[OwnedObject, ...]:
        """What we made or adopted at the desk, by logical id."""
        with reading(self._engine) as connection:
            return book_desk_plans.owned(connection, account_id)

    def own(self, account_id: str, owned: OwnedObject) -> None:
        """Keep that an object is ours, and as what we last wrote it."""
        with writing(self._engine) as connection:
            book_desk_plans.own(connection, account_id, owned)

    def disown(self, account_id: str, logical_id: str) -> None:
        with writing(self._engine) as connection:
            book_desk_plans.disown(connection, account_id, logical_id)

    def save_desk_plan(self, plan: DeskPlan) -> DeskPlan:
        """Save a plan, open, and a waiting step for each operation; the answer carries its id."""
        with writing(self._engine) as connection:
            return book_desk_plans.save_desk_plan(connection, plan)

    def desk_plan(self, plan_id: str) -> DeskPlan:
        with reading(self._engine) as connection:
            return book_desk_plans.desk_plan(connection, plan_id)

    def desk_plans(self, limit: int = 50) -> tuple[DeskPlan, ...]:
        """The latest plans of all accounts, newest first."""
        with reading(self._engine) as connection:
            return book_desk_plans.latest_desk_plans(connection, limit)

    def set_desk_plan(self, plan_id: str, state: str, *, at: int, by: str) -> None:
        """Move a plan on; one that begins drops those of its account that were begun before."""
        with writing(self._engine) as connection:
            book_desk_plans.set_desk_plan(connection, plan_id, state, (at, by))

    def steps(self, plan_id: str) -> tuple[DeskStep, ...]:
        """A step for each operation, in their order."""
        with reading(self._engine) as connection:
            return book_desk_plans.steps_of(connection, plan_id)

    def mark_step(self, plan_id: str, step: DeskStep) -> None:
        with writing(self._engine) as connection:
            book_desk_plans.mark_step(connection, plan_id, step)

    def written_levels(self, account_id: str) -> pa.Table:
        """The table WRITTEN_LEVELS, in no particular order."""
        with reading(self._engine) as connection:
            return book_desk_levels.written_levels(connection, account_id)

    def written_values(self, account_id: str) -> tuple[str, ...]:
        """Every value that we ever left in the field of somebody, in order."""
        with reading(self._engine) as connection:
            return book_desk_levels.written_values(connection, account_id)

    def written_where(
        self, account_id: str, state: WriteState, limit: int = 50
    ) -> tuple[WrittenLevel, ...]:
        """People in a state, those seen last first."""
        with reading(self._engine) as connection:
            return book_desk_levels.written_where(connection, account_id, state, limit)

    def begin_push(self, push: Push, batches: Iterable[PushBatch]) -> Push:
        """Keep a push and all its batches in one go; RefusedError while another one goes on."""
        with writing(self._engine) as connection:
            return book_desk_pushes.begin_push(connection, push, batches)

    def open_push(self, account_id: str) -> Push | None:
        """The push that has not ended."""
        with reading(self._engine) as connection:
            return book_desk_pushes.open_push(connection, account_id)

    def pushes(self, account_id: str, limit: int = 20) -> tuple[Push, ...]:
        """The latest pushes, newest first."""
        with reading(self._engine) as connection:
            return book_desk_pushes.latest_pushes(connection, account_id, limit)

    def batches(self, push_id: str, state: BatchState, limit: int) -> tuple[PushBatch, ...]:
        """Batches in a state, in the order of their numbers."""
        with reading(self._engine) as connection:
            return book_desk_pushes.batches_in(connection, push_id, state, limit)

    def batch_sent(self, push_id: str, number: int, job_id: str) -> None:
        with writing(self._engine) as connection:
            book_desk_pushes.move_batch(connection, push_id, number, job_id)

    def batch_again(self, push_id: str, number: int) -> None:
        """Back to WAITING: the job is unknown, or its rows did not arrive."""
        with writing(self._engine) as connection:
            book_desk_pushes.move_batch(connection, push_id, number, None)

    def batch_done(
        self,
        push_id: str,
        number: int,
        settled: Sequence[WrittenLevel],
        tags: PushBatch | None = None,
    ) -> None:
        """Keep what came of a batch, and the batch of tags that follows, in one go.

        Done once, however often it is said; people of a batch of tags are not counted again.
        """
        with writing(self._engine) as connection:
            place = (push_id, number)
            book_desk_pushes.finish_batch(connection, place, settled, tags)

    def end_push(self, push_id: str, at: int) -> Push:
        """End a push; its batches keep their states and forget who was in them."""
        with writing(self._engine) as connection:
            return book_desk_pushes.end_push(connection, push_id, at)

    def forget_people(self, account_id: str, user_ids: Sequence[str]) -> None:
        with writing(self._engine) as connection:
            book_desk_levels.forget_people(connection, account_id, user_ids)

    def streams(self, account_id: str) -> tuple[StreamState, ...]:
        """How far each stream was read, in the order of reading."""
        with reading(self._engine) as connection:
            return book_desk_reads.streams(connection, account_id)

    def keep_stream(self, account_id: str, state: StreamState) -> None:
        with writing(self._engine) as connection:
            book_desk_reads.keep_stream(connection, account_id, state)

    def take_hint(self, account_id: str, hint: Hint, at: int) -> bool:
        """Keep a hint; False when it came before."""
        with writing(self._engine) as connection:
            return book_desk_reads.take_hint(connection, account_id, hint, at)

    def hints(self, account_id: str, limit: int) -> tuple[Hint, ...]:
        """Hints that nobody used yet, oldest first."""
        with reading(self._engine) as connection:
            return book_desk_reads.hints(connection, account_id, limit)

    def hints_used(self, account_id: str, hint_ids: Sequence[str], at: int) -> None:
        with writing(self._engine) as connection:
            book_desk_reads.hints_used(connection, account_id, hint_ids, at)

    def keep_limits(self, account_id: str, limits: Sequence[RateLimit], at: int) -> None:
        """Keep how much is left of these limits; others stay as they were."""
        with writing(self._engine) as connection:
            book_desk_reads.keep_limits(connection, account_id, limits, at)

    def limits(self, account_id: str) -> tuple[RateLimit, ...]:
        """How much was left of each limit, by scope."""
        with reading(self._engine) as connection:
            return book_desk_reads.limits_of(connection, account_id)


def _seal_anew(engine: Engine, box: SecretBox) -> None:
    with reading(engine) as connection:
        if not book_desk_accounts.are_behind(connection, box):
            return
    with writing(engine) as connection:
        book_desk_accounts.seal_anew(connection, box)
