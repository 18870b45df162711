"""What every answer stands on: the policy, the facts, the book, and the run of one day."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from tierwise.facts.problems import RefusedError, UsageError
from tierwise.facts.tables import ORDERS
from tierwise.facts.time import iso_day
from tierwise.levels.decision_model import paired_model
from tierwise.levels.policy import Policy
from tierwise.value.standing import STANDING

from .ports import Book, Engine, Facts
from .runs import RunFolder, ensure_run

STANDINGS_THEN = replace(STANDING, name="standings_then")


@dataclass(frozen=True, slots=True)
class Basis:
    """One state of the world; the engine holds the tables of the run by their names.

    `held` names the tables that were added since and do not change with the question.
    """

    policy: Policy
    policy_text: str
    facts: Facts
    book: Book
    head: int
    engine: Engine
    run: RunFolder
    runs: Path
    new_engine: Callable[[], Engine]
    held: set[str] = field(default_factory=set)

    @property
    def as_of_day(self) -> int:
        return self.run.as_of_day

    @property
    def currency(self) -> str:
        return self.run.currency

    def hold_standings_then(self, day: int) -> None:
        """Make the standings of an earlier day available as `standings_then`."""
        self.run.folder.touch()  # in use, so it is not swept
        run = ensure_run(
            self.runs, self.facts, self.new_engine, as_of_day=day, currency=self.currency
        )
        self.engine.read(STANDINGS_THEN, [run.file(STANDING)])

    def hold_levels_now(self) -> None:
        """Make the levels in force available as `levels_now`."""
        if "levels_now" not in self.held:
            self.engine.upload("levels_now", self.book.levels_arrow())
            self.held.add("levels_now")

    def hold_current_levels(self) -> None:
        """Make all that decisions start from available as `current_levels`."""
        if "current_levels" not in self.held:
            self.engine.upload("current_levels", self.book.current_levels(self.as_of_day))
            self.held.add("current_levels")

    def hold_paired(self) -> None:
        """Pair standings with current levels: what stays the same while a border is moved."""
        if "paired" not in self.held:
            self.hold_current_levels()
            self.engine.materialise(paired_model(self.policy), {})
            self.held.add("paired")


def last_day(facts: Facts, engine: Engine) -> int:
    """The last day with an order: what the facts are complete to. RefusedError without any."""
    engine.read(ORDERS, facts.files(ORDERS.name))
    ((day,),) = engine.rows("SELECT MAX(placed_day) FROM orders")
    if day is None:
        raise RefusedError("no orders yet; read some with `tierwise read FILE --as READER`")
    return int(day)


def first_day(engine: Engine) -> int:
    """The first day with an order; the engine must hold `orders`."""
    ((day,),) = engine.rows("SELECT MIN(placed_day) FROM orders")
    return int(day)


def asked_day(facts: Facts, engine: Engine, asked: int | None) -> int:
    """The day that was asked for, or the last one; UsageError for one the facts do not know."""
    newest = last_day(facts, engine)
    oldest = first_day(engine)
    if asked is not None and not oldest <= asked <= newest:
        known = f"{iso_day(oldest)} to {iso_day(newest)}"
        raise UsageError(f"the facts go from {known}; {iso_day(asked)} is not among them")
    return newest if asked is None else asked
