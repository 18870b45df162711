"""One company's shop, opened: its policy, its facts, its book, and one state of the world."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import RLock

from tierwise.levels.policy import Policy

from . import data_answers, wiring
from .answers import DataState
from .basis import Basis, World, open_basis
from .kept import Kept
from .policy_file import PolicyFile
from .project import Project
from .promise_basis import PromiseBasis


@dataclass(frozen=True, slots=True)
class _State:
    """What has to be the same for a basis to be used again."""

    facts_id: str
    policy_text: str
    head: int


class OpenShop:
    """Opens a basis when it is asked and keeps it until facts, policy or book have moved."""

    def __init__(
        self, project: Project, *, clock: Callable[[], int], at_day: int | None = None
    ) -> None:
        self.project = project
        self.rules = PolicyFile(project)
        self.facts = wiring.open_facts(project)
        self.book = wiring.open_book(project)
        self._clock = clock
        self._at_day = at_day
        self._turn = RLock()
        self._basis = Kept[Basis]()
        self._data = Kept[DataState]()
        self._counts = Kept[PromiseBasis]()

    def shop_name(self) -> str:
        return self.project.settings.shop

    def policy_text(self) -> str:
        return self.rules.text()

    def policy(self) -> Policy:
        """The policy as the file says now; InputError with its problems."""
        return self.rules.policy()

    def currency(self) -> str:
        return self.policy().currency

    def levels(self) -> tuple[tuple[str, str], ...]:
        policy = self.policy()
        return tuple((name, policy.label(name)) for name in policy.names)

    def basis(self) -> Basis:
        """The state of the world now; computed when it is new."""
        with self._turn:
            state = self._state()
            return self._basis.get(state, lambda: self._opened(state))

    def data_state(self) -> DataState:
        with self._turn:
            return self._data.get(self._state(), self._data_state)

    def _state(self) -> _State:
        return _State(self.facts.facts_id, self.policy_text(), self.book.head())

    def _opened(self, state: _State) -> Basis:
        policy = self.rules.read(state.policy_text)
        return open_basis(
            World(policy, state.policy_text, self.facts, self.book, state.head),
            runs=self.project.kept / "runs",
            new_engine=partial(wiring.make_engine, self.project),
            at_day=self._at_day,
        )

    def _data_state(self) -> DataState:
        batches = self.facts.sources()
        basis = self.basis() if any("orders" in batch.tables for batch in batches) else None
        found = self.facts.problems(data_answers.SHOWN_PROBLEMS)
        return data_answers.data_state(batches, basis, found, self.facts.problem_count)
