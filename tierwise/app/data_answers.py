"""Answers about the data: where it came from, how old it is, and what is wrong with it."""

from collections.abc import Iterator

from tierwise.facts.problems import Problem
from tierwise.facts.time import iso_day

from . import words
from .answers import DataState, SourceState
from .basis import Basis
from .ports import Engine
from .wiring import CREDITS, StoredBatch

SHOWN_PROBLEMS = 200
NOTHING_TO_DO = "nothing to do"


def source_states(batches: tuple[StoredBatch, ...]) -> tuple[SourceState, ...]:
    """The sources, newest first."""
    return tuple(
        SourceState(
            source=batch.source,
            reader=batch.reader,
            file=batch.file,
            read_at=batch.read_at,
            rows={name: table.rows for name, table in batch.tables.items()},
            problems=batch.problems,
            first_day=min(
                (t.first_day for t in batch.tables.values() if t.first_day), default=None
            ),
            last_day=max((t.last_day for t in batch.tables.values() if t.last_day), default=None),
            remarks=batch.remarks,
        )
        for batch in reversed(batches)
    )


def credit_of(batches: tuple[StoredBatch, ...]) -> str | None:
    """Whom to thank for sources that come with Tierwise."""
    return next((CREDITS[batch.reader] for batch in batches if batch.reader in CREDITS), None)


def ambiguous_customers(engine: Engine) -> Iterator[Problem]:
    """Addresses that identify nobody, and merges without an end."""
    for source, kind, address, first, last, n in engine.rows("SELECT * FROM ambiguous_identities"):
        if kind == "merge":
            expected, step = "a merge that ends at a customer", "mend the merge in the source"
            found = f"`{first}` merged into `{last}`"
        else:
            expected = f"one customer with the {kind} `{address}`"
            found = f"{n} customers, among them `{first}` and `{last}`"
            step = "merge them in the source; until then nobody is guessed"
        yield Problem(source, None, kind, expected, found, step, left_out=False)


def run_problems(engine: Engine) -> Iterator[Problem]:
    """What the run could not settle: ambiguous customers, orders without a rate."""
    yield from ambiguous_customers(engine)
    for currency, orders, first, last in engine.rows("SELECT * FROM unconverted_orders"):
        yield Problem(
            "rates",
            None,
            "currency",
            f"a rate for {currency} on every day with orders",
            f"{words.many(orders, 'order')} from {iso_day(first)} to {iso_day(last)} without one",
            "read rates with `tierwise read rates.csv --as generic --table rates`",
        )


def asks_nothing(problem: Problem) -> bool:
    """Whether a row was rightly left out, with nothing to mend."""
    return problem.next_step.startswith(NOTHING_TO_DO)


def data_state(
    batches: tuple[StoredBatch, ...], basis: Basis | None, found: tuple[Problem, ...], count: int
) -> DataState:
    """What the numbers stand on; without orders there is no run yet.

    Problems that ask for something come first; those that were not looked at count among them.
    """
    told = tuple(run_problems(basis.engine)) if basis else ()
    idle = sum(map(asks_nothing, found))
    return DataState(
        sources=source_states(batches),
        problems=tuple(sorted((*told, *found), key=asks_nothing))[:SHOWN_PROBLEMS],
        problem_count=len(told) + count,
        to_mend=len(told) + count - idle,
        unsettled=len(told),
        as_of_day=basis.as_of_day if basis else None,
        run_at=max((batch.read_at for batch in batches), default=None),
        credit=credit_of(batches),
    )
