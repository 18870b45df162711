"""Answers about the data: where it came from, how old it is, and what is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tierwise.facts.problems import Problem
from tierwise.facts.time import iso_day

from . import words
from .answers import DataState, SourceState
from .basis import Basis
from .ports import Engine
from .wiring import CREDITS, StoredBatch

SHOWN_PROBLEMS = 200
NOTHING_TO_DO = "nothing to do"
READ_RATES = "read rates with `tierwise read rates.csv --as generic --table rates`"


@dataclass(frozen=True, slots=True)
class _Told:
    """How a reason is told; `expected` and `found` name the `{currency}`, `found` the `{rows}`."""

    source: str
    column: str
    expected: str
    found: str
    next_step: str
    left_out: bool = True


_COSTS_TOLD: Mapping[str, _Told] = {
    "no_rate": _Told(
        "rates",
        "currency",
        "a rate for {currency} on every day with costs",
        "{rows} without one",
        READ_RATES,
    ),
    "no_customer": _Told(
        "costs",
        "customer_id",
        "a customer, or a ticket of one, on every cost",
        "{rows} in {currency} without",
        "name them in the source; until then it counts in nobody's cost to serve",
    ),
}
_SUBSCRIPTIONS_TOLD: Mapping[str, _Told] = {
    "no_rate": _Told(
        "rates",
        "currency",
        "a rate for {currency} until the day of the numbers",
        "{rows} in it, whose price does not count",
        READ_RATES,
        left_out=False,
    ),
    "ends_before_start": _Told(
        "subscriptions",
        "ended_day",
        "an end on the day of the start or later",
        "{rows} in {currency} with an earlier one",
        "mend it in the source and read it again",
    ),
}


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
    readers = dict.fromkeys(batch.reader for batch in batches if batch.reader in CREDITS)
    return " ".join(CREDITS[reader] for reader in readers) or None


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


def unsettled_problems(engine: Engine) -> Iterator[Problem]:
    """All that the run could not settle; what may have very many rows comes last."""
    yield from orders_without_a_rate(engine)
    yield from uncounted_costs(engine)
    yield from uncounted_subscriptions(engine)
    yield from ambiguous_customers(engine)


def uncounted_costs(engine: Engine) -> Iterator[Problem]:
    """Costs that are in nobody's cost to serve, by reason and currency."""
    rows = engine.rows(
        "SELECT reason, currency, costs FROM uncounted_costs ORDER BY reason, currency"
    )
    for reason, currency, costs in rows:
        yield _problem(_COSTS_TOLD[reason], currency, words.many(costs, "cost"))


def uncounted_subscriptions(engine: Engine) -> Iterator[Problem]:
    """Subscriptions that are not counted, or not in money, by reason and currency."""
    rows = engine.rows(
        "SELECT reason, currency, subscriptions FROM subscription_problems "
        "ORDER BY reason, currency"
    )
    for reason, currency, count in rows:
        yield _problem(_SUBSCRIPTIONS_TOLD[reason], currency, words.many(count, "subscription"))


def _problem(told: _Told, currency: str, rows: str) -> Problem:
    return Problem(
        told.source,
        None,
        told.column,
        told.expected.format(currency=currency),
        told.found.format(currency=currency, rows=rows),
        told.next_step,
        told.left_out,
    )


def orders_without_a_rate(engine: Engine) -> Iterator[Problem]:
    """Orders left out of every value, by currency."""
    for currency, orders, first, last in engine.rows("SELECT * FROM unconverted_orders"):
        yield Problem(
            "rates",
            None,
            "currency",
            f"a rate for {currency} on every day with orders",
            f"{words.many(orders, 'order')} from {iso_day(first)} to {iso_day(last)} without one",
            READ_RATES,
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
    told = tuple(unsettled_problems(basis.engine)) if basis else ()
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
