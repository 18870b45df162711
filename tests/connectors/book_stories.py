"""Short words for what happens to a book, so that tests read as stories."""

from collections.abc import Iterable
from dataclasses import dataclass

from tierwise.connectors.book import Book
from tierwise.facts.decisions import (
    Applied,
    Change,
    Ground,
    LevelChange,
    Override,
    Plan,
    Run,
)

FACTS = "facts-1"
DAY = 20_000
LADDER = ("standard", "plus", "vip")

Moves = dict[str, tuple[str | None, str | None]]  # customer -> level before and after


def direction(before: str | None, after: str | None) -> Change:
    """What a move is called when levels stand as in LADDER."""
    if before is None or after is None:
        return Change.NEW if before is None else Change.GONE
    if before == after:
        return Change.SAME
    return Change.UP if LADDER.index(before) < LADDER.index(after) else Change.DOWN


def moved(customer_id: str, before: str | None, after: str | None) -> LevelChange:
    change = direction(before, after)
    return LevelChange(
        customer_id, before, after, after, change, Ground.RULE, 0, f"rule of {after}", "{}"
    )


def held(customer_id: str, level: str, deserved: str, runs: int) -> LevelChange:
    """Stays at `level` until enough runs said `deserved`."""
    return LevelChange(
        customer_id,
        level,
        deserved,
        level,
        Change.HELD,
        Ground.CONFIRMATION,
        runs,
        f"{runs} runs said {deserved}",
        "{}",
    )


def saved(
    book: Book, changes: Iterable[LevelChange], *, day: int = DAY, policy: str = "policy"
) -> Plan:
    """A plan made from the book as it is now."""
    version = book.save_policy(policy, at=1).version
    run = book.record_run(Run("", 1, day, FACTS, version, 3, 0))
    plan = Plan("", run.run_id, 1, day, FACTS, version, book.head(), {"new": 1})
    return book.save_plan(plan, changes)


def apply(book: Book, plan: Plan, *, at: int = 10) -> Applied:
    return book.apply(
        plan.plan_id, facts_id=plan.facts_id, policy_version=plan.policy_version, at=at, by="ada"
    )


def carry_out(
    book: Book, moves: Moves, *, at: int = 10, day: int = DAY, policy: str = "policy"
) -> Applied:
    """Plan and apply these moves."""
    changes = [moved(customer, *levels) for customer, levels in moves.items()]
    return apply(book, saved(book, changes, day=day, policy=policy), at=at)


def override(
    book: Book,
    customer_id: str,
    level: str,
    *,
    at: int = 20,
    until_day: int = DAY + 30,
    as_of_day: int = DAY,
) -> Override:
    """Set a level by hand."""
    wanted = Override("", customer_id, level, "a promise by phone", "bob", at, until_day)
    version = book.save_policy("policy", at=1).version
    return book.set_override(
        wanted, as_of_day=as_of_day, policy_version=version, direction=Change.UP
    )


@dataclass(frozen=True, slots=True)
class Now:
    """A row of CURRENT_LEVELS without the customer."""

    level: str | None
    since_day: int | None
    waiting: tuple[str, int, int] | None = None
    by_hand: tuple[str, int] | None = None


def level_names(book: Book) -> dict[str, str]:
    """Level now, of those who have one."""
    return {row["customer_id"]: row["level"] for row in book.levels_arrow().to_pylist()}


def levels_now(book: Book, as_of_day: int = DAY) -> dict[str, Now]:
    """CURRENT_LEVELS by customer."""
    return {
        row["customer_id"]: Now(
            row["level"],
            row["since_day"],
            row["waiting_level"]
            and (row["waiting_level"], row["waiting_runs"], row["waiting_day"]),
            row["override_level"] and (row["override_level"], row["override_until_day"]),
        )
        for row in book.current_levels(as_of_day).to_pylist()
    }
