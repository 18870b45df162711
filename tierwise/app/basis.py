"""What every answer stands on: the policy, the facts, the book, and the run of one day."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from tierwise.facts.problems import RefusedError, UsageError
from tierwise.facts.tables import ORDERS
from tierwise.facts.time import iso_day
from tierwise.levels.decision_model import paired_model
from tierwise.levels.policy import Policy
from tierwise.value.customer_value import Use
from tierwise.value.standing import STANDING, VALUED, standings_model

from .ports import Book, Engine, Facts
from .runs import Asked, RunFolder, ensure_run, open_run, terms_of

VALUED_THEN = replace(VALUED.output, name="valued_then")
STANDINGS_THEN = f"{STANDING.name}_then"


@dataclass(frozen=True, slots=True)
class World:
    """One state of what is known and decided."""

    policy: Policy
    policy_text: str
    facts: Facts
    book: Book
    head: int


@dataclass(frozen=True, slots=True)
class Basis(World):
    """One state of the world; the engine holds the tables of the run by their names.

    `held` names the tables that were added since and do not change with the question.
    """

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
        asked = replace(self.run.asked, as_of_day=day)
        run = ensure_run(self.runs, self.facts, self.new_engine, asked)
        self.engine.read(VALUED_THEN, [run.file(VALUED.output)])
        then = standings_model(self.policy.value.use, name=STANDINGS_THEN, of=VALUED_THEN.name)
        self.engine.materialise(then, {})

    @contextmanager
    def following(self, use: Use) -> Iterator[None]:
        """For a while, standings by another value than the policy's."""
        self.engine.materialise(standings_model(use), {})
        try:
            yield
        finally:
            self.engine.materialise(standings_model(self.policy.value.use), {})

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


def open_basis(
    world: World, *, runs: Path, new_engine: Callable[[], Engine], at_day: int | None
) -> Basis:
    """The run of a day, computed if it is new, opened in an engine of its own."""
    engine, policy = new_engine(), world.policy
    asked = Asked(asked_day(world.facts, engine, at_day), policy.currency, terms_of(policy))
    run = ensure_run(runs, world.facts, new_engine, asked)
    open_run(run, engine, policy.value.use)
    known = {part.name: getattr(world, part.name) for part in fields(world)}
    return Basis(**known, engine=engine, run=run, runs=runs, new_engine=new_engine)


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
