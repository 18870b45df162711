"""What the doors ask of help desks, and do there: connect, check, plan, push, read, compare."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tierwise.facts.desk_config import DeskPlan, OwnedObject
from tierwise.facts.desk_people import Push
from tierwise.facts.desks import DeskAccount
from tierwise.facts.findings import Finding
from tierwise.facts.problems import InputError, RefusedError
from tierwise.facts.tables import ORDERS
from tierwise.promises.counting import Counting

from . import wiring
from .basis import Basis
from .desk_answers import DeskCheck, DeskPlanAnswer, DeskStanding, PushPreview, ReadDone
from .desk_applying import AGAIN, DESTROY
from .desk_check import check_desk
from .desk_clock_records import ClocksAnswer
from .desk_clocks import ClocksAsked, clocks_of
from .desk_connecting import Connection, connect_desk
from .desk_planning import Asked, import_desk, plan_desk, plan_removal
from .desk_previews import match_findings, push_preview
from .desk_reading import take_hint
from .desk_room import DeskRoom, account_in, desk_room
from .desk_standing import open_tickets_hit, standing_of
from .desk_sure import refuse_incapable, refuse_too_early
from .desk_wanted import hold_desk, wish_now
from .desk_works import APPLY, PUSH, READ, Premises, works_of
from .ports import DeskBook
from .project import Project
from .promise_shop import Replayed
from .scorecard_shop import ScorecardShop
from .shared_jobs import SharedJobs

if TYPE_CHECKING:
    from .jobs import Jobs


MOVED = "the policy file has changed since {} was made"


class DeskShop(ScorecardShop):
    """Questions and deeds about help desks. What takes long is a job, and outlives its process."""

    def __init__(
        self, project: Project, *, clock: Callable[[], int], at_day: int | None = None
    ) -> None:
        super().__init__(project, clock=clock, at_day=at_day)
        self._desk_book: DeskBook | None = None
        self.jobs = SharedJobs(self._open_jobs)

    @property
    def desk_book(self) -> DeskBook:
        """What the book keeps of desks."""
        with self._turn:
            if self._desk_book is None:
                self._desk_book = wiring.open_desk_book(self.project)
            return self._desk_book

    def desk_accounts(self) -> tuple[DeskAccount, ...]:
        return self.desk_book.accounts()

    # Connections.

    def connect_desk(self, wanted: Connection, by: str, show: Callable[[str], None]) -> DeskAccount:
        """Sign in at an account and keep it; `show` opens a page in a browser."""
        return connect_desk(
            self.desk_book,
            wanted,
            by,
            field_key=self.project.settings.desk_field,
            clock=self._clock,
            show=show,
        )

    def disconnect_desk(self, account_id: str, by: str) -> None:
        """Forget an account here; what stands at the desk stays."""
        account = account_in(self.desk_book, account_id)
        self.desk_book.disconnect(account_id, at=self._clock(), by=by)
        wiring.open_landing(self.project, account).clear()

    def check_desk(self, account_id: str) -> DeskCheck:
        """What the doctor finds at an account."""
        with self._room(account_id) as room:
            found = check_desk(room)
            people = self._people_found(room)
        return replace(found, findings=(*found.findings, *people))

    def desks(self) -> tuple[DeskStanding, ...]:
        """How each account stands; no desk is asked."""
        accounts = self.desk_accounts()
        if not accounts:
            return ()
        with self._turn:
            basis = self._basis_or_why()
            return tuple(
                standing_of(basis, self.desk_book, one, wiring.open_landing(self.project, one))
                for one in accounts
            )

    def take_hint(self, account_id: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Keep what a webhook says; False when it came before."""
        with self._room(account_id) as room:
            return take_hint(
                room.book, room.desk, account_id, headers=headers, body=body, now=self._clock()
            )

    # Configuration.

    def make_desk_plan(self, account_id: str, by: str) -> DeskPlanAnswer:
        """Look at the desk and save what would change there."""
        with self._room(account_id) as room:
            refuse_incapable(room.desk, room.account, "plan")
            return self._told(room.account, plan_desk(room.applying(by), self._wish(room)))

    def plan_desk_removal(self, account_id: str, by: str) -> DeskPlanAnswer:
        """A plan that removes all that we made at the desk."""
        with self._room(account_id) as room:
            version = self._policy_version()
            return self._told(room.account, plan_removal(room.applying(by), version))

    def import_desk(self, account_id: str, by: str) -> tuple[OwnedObject, ...]:
        """Take on what stands at the desk already and is as the policy asks."""
        with self._room(account_id) as room:
            return import_desk(room.applying(by), self._wish(room))

    def desk_plan(self, plan_id: str) -> DeskPlanAnswer | None:
        """A saved plan; None when there is none of that id."""
        try:
            plan = self.desk_book.desk_plan(plan_id)
            account = account_in(self.desk_book, plan.account_id)
        except RefusedError:
            return None
        return self._told(account, plan)

    def apply_desk_plan(self, plan_id: str, by: str) -> DeskPlanAnswer:
        """Carry a plan out, or go on with it."""
        plan = self.desk_book.desk_plan(plan_id)
        if plan.state == "open":
            self._refuse_stale(plan)
        self._run(APPLY, plan.account_id, {"plan_id": plan_id, "by": by})
        account = account_in(self.desk_book, plan.account_id)
        return self._told(account, self.desk_book.desk_plan(plan_id))

    def desk_past(self) -> tuple[tuple[DeskPlan, ...], tuple[Push, ...]]:
        """Plans and pushes of all accounts, newest first."""
        pushes = [one for account in self.desk_accounts() for one in self._pushes(account)]
        newest = sorted(pushes, key=lambda one: one.started_at, reverse=True)
        return self.desk_book.desk_plans(), tuple(newest)

    # People and tickets.

    def push_preview(self, account_id: str) -> PushPreview:
        """What a push would write."""
        account = account_in(self.desk_book, account_id)
        with self._world() as basis:
            landing = wiring.open_landing(self.project, account)
            hold_desk(basis, self.desk_book, account, landing)
            refuse_too_early(basis.engine)
            return push_preview(basis.engine, account)

    def push(
        self, account_id: str, by: str, *, overwrite: bool = False, clear: bool = False
    ) -> Push:
        """Write levels that differ, or go on with a push that was interrupted.

        RefusedError when many people would lose their level, unless `clear` says that they shall.
        """
        given = {"by": by, "overwrite": overwrite, "clear": clear}
        done = self._run(PUSH, account_id, given)
        pushes = self.desk_book.pushes(account_id, 20)
        return next(one for one in pushes if one.push_id == done["push_id"])

    def read_desk(self, account_id: str) -> ReadDone:
        """Read what is new at the desk; its tickets become facts where the account says so."""
        done = self._run(READ, account_id, {})
        account = account_in(self.desk_book, account_id)
        return ReadDone(account, **done)

    def desk_clocks(
        self, account_id: str, examples: int, counting: str | None = None
    ) -> ClocksAnswer:
        """Our clocks against the desk's own; counted as the policy says for None."""
        with self._room(account_id) as room:
            account, landing = room.account, room.landing
            refuse_incapable(room.desk, account, "clocks")
        wanted = Replayed(counting=Counting(counting) if counting else None)
        with self._turn:
            asked = ClocksAsked(examples=examples)
            return clocks_of(self.promise_basis(wanted), account, landing, asked)

    # Inside.

    def _open_jobs(self) -> "Jobs":
        from .jobs import Jobs, jobs_address

        works = works_of(Premises(self.project, self._room, self._world))
        return Jobs(jobs_address(self.project.book_url, self.project.kept), works)

    def _run(self, kind: str, account_id: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        with self.jobs.used() as jobs:
            return jobs.run(kind, account_id, given)

    def _room(self, account_id: str) -> Any:
        return desk_room(self.project, self.desk_book, account_id, self._clock)

    def _people_found(self, room: DeskRoom) -> tuple[Finding, ...]:
        if not (room.landing.parts("user") and self._knows_orders()):
            return ()
        try:
            with self._world() as basis:
                hold_desk(basis, room.book, room.account, room.landing)
                return match_findings(basis.engine)
        except InputError as error:
            said = str(error).partition("\n")[0]
            return (Finding("fail", "policy", said, "`tierwise policy check` names every line"),)

    def _basis_or_why(self) -> Basis | str:
        try:
            return self.basis()
        except RefusedError as error:  # a shop without orders has no levels, and may have a desk
            return str(error)

    @contextmanager
    def _world(self) -> Iterator[Basis]:
        with self._turn:
            yield self.basis()

    def _wish(self, room: DeskRoom) -> Asked:
        wish = wish_now(room, self.project, self.policy())
        return Asked(wish, self._policy_version())

    def _knows_orders(self) -> bool:
        return bool(self.facts.files(ORDERS.name))

    def _policy_version(self) -> int:
        return self.book.save_policy(self.policy_text(), self._clock()).version

    def _refuse_stale(self, plan: DeskPlan) -> None:
        self.policy()  # one that cannot be used is told with its lines
        if plan.purpose != DESTROY and plan.policy_version != self._policy_version():
            raise RefusedError(f"{MOVED.format(plan.plan_id)}; {AGAIN}")

    def _pushes(self, account: DeskAccount) -> tuple[Push, ...]:
        return self.desk_book.pushes(account.account_id)

    def _told(self, account: DeskAccount, plan: DeskPlan) -> DeskPlanAnswer:
        is_open = plan.state == "open"
        is_wish = is_open and plan.purpose != DESTROY
        moved = is_wish and plan.policy_version != self._policy_version()
        landing = wiring.open_landing(self.project, account)
        return DeskPlanAnswer(
            account,
            plan,
            self.desk_book.steps(plan.plan_id),
            "the policy file has changed since it was made" if moved else None,
            open_tickets_hit(self.project, landing, plan) if is_open else None,
        )
