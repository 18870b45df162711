"""Laws of apply and undo: any story told to the book and to a remembered one ends the same."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.connectors.book_places import ENGINES, fresh_address
from tests.connectors.book_stories import (
    DAY,
    LADDER,
    Now,
    apply,
    held,
    levels_now,
    moved,
    override,
    saved,
)
from tierwise.connectors.book import Book
from tierwise.connectors.book_engine import book_engine, reading
from tierwise.connectors.book_schema import current_decisions, decisions
from tierwise.facts.decisions import LevelChange
from tierwise.facts.problems import RefusedError

CUSTOMERS = ("a", "b", "c", "d")
HOLD = "hold"
GONE = "gone"


@dataclass(frozen=True, slots=True)
class InForce:
    """What holds for a customer, and what held before it."""

    level: str | None
    since_day: int | None
    apply_id: str | None
    before: "InForce | None"


def since(line: InForce) -> int | None:
    return None if line.level is None else line.since_day


@dataclass(slots=True)
class RememberedBook:
    """The book in a dictionary: an undo puts back what held before, if nothing came after."""

    now: dict[str, InForce] = field(default_factory=dict)
    waits: dict[str, dict[str, tuple[str, int, int]]] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    by_hand: dict[str, tuple[str, int]] = field(default_factory=dict)

    def level(self, customer: str) -> str | None:
        known = self.now.get(customer)
        return known.level if known else None

    def decide(self, customer: str, level: str | None, day: int, apply_id: str | None) -> None:
        known = self.now.get(customer)
        stays = apply_id is None and known is not None and known.level == level
        since = known.since_day if known and stays else day
        self.now[customer] = InForce(level, since, apply_id, known)

    def undo(self, apply_id: str) -> tuple[int, int]:
        mine = [who for who, line in self.now.items() if line.apply_id == apply_id]
        for who in mine:
            before = self.now[who].before
            self.now[who] = before or InForce(None, None, None, None)
        del self.waits[apply_id]
        return len(mine), self.changed[apply_id] - len(mine)

    def levels(self, day: int) -> dict[str, Now]:
        waiting = self.waits[list(self.waits)[-1]] if self.waits else {}
        due = {who: hand for who, hand in self.by_hand.items() if hand[1] >= day}
        return {
            who: Now(line.level, since(line), waiting.get(who), due.get(who))
            for who, line in self.now.items()
            if line.level is not None or who in due
        }


@dataclass(slots=True)
class Story:
    """The same deeds done to the book and to the remembered one."""

    book: Book
    told: RememberedBook
    step: int = 0

    @property
    def day(self) -> int:
        return DAY + self.step

    def changes(self, wishes: dict[str, str]) -> list[LevelChange]:
        return [
            change
            for customer, wish in wishes.items()
            if (change := self.change(customer, self.told.level(customer), wish))
        ]

    def change(self, customer: str, level: str | None, wish: str) -> LevelChange | None:
        if wish == HOLD:
            return held(customer, level, "vip", 1 + self.step % 3) if level else None
        if wish == GONE:
            return moved(customer, level, None) if level else None
        return moved(customer, level, wish)

    def apply(self, wishes: dict[str, str]) -> None:
        changes = self.changes(wishes)
        done = apply(self.book, saved(self.book, changes, day=self.day), at=self.step)
        moves = [line for line in changes if line.change not in {"held", "same"}]
        for line in moves:
            self.told.decide(line.customer_id, line.level_to, self.day, done.apply_id)
        self.told.waits[done.apply_id] = {
            line.customer_id: ("vip", line.confirmed_runs, self.day)
            for line in changes
            if line.change == "held"
        }
        self.told.changed[done.apply_id] = len(moves)
        assert done.changed == len(moves)

    def undo(self, which: int) -> None:
        standing = list(self.told.waits)
        if not standing:
            with pytest.raises(RefusedError):
                self.book.undo(at=self.step, by="ada")
            return
        apply_id = standing[which % len(standing)]
        asked = None if apply_id == standing[-1] else apply_id
        done = self.book.undo(asked, at=self.step, by="ada")
        assert (done.changed, done.left_alone) == self.told.undo(apply_id)
        with pytest.raises(RefusedError):
            self.book.undo(apply_id, at=self.step, by="ada")

    def override(self, hand: tuple[str, str, int]) -> None:
        customer, level, days = hand
        until = self.day + days
        override(self.book, customer, level, at=self.step, until_day=until, as_of_day=self.day)
        self.told.decide(customer, level, self.day, None)
        self.told.by_hand[customer] = (level, until)

    def end(self, customer: str) -> None:
        if self.told.by_hand.pop(customer, None):
            self.book.end_override(customer, at=self.step, by="ada")

    def apply_too_late(self, hand: tuple[str, str, int]) -> None:
        plan = saved(self.book, self.changes(dict.fromkeys(CUSTOMERS, "plus")), day=self.day)
        self.override(hand)
        with pytest.raises(RefusedError, match="set by hand"):
            apply(self.book, plan, at=self.step)


DEEDS: dict[str, Callable[[Story], Callable[..., None]]] = {
    "apply": lambda story: story.apply,
    "undo": lambda story: story.undo,
    "override": lambda story: story.override,
    "end": lambda story: story.end,
    "apply too late": lambda story: story.apply_too_late,
}
WISHES = st.dictionaries(st.sampled_from(CUSTOMERS), st.sampled_from([*LADDER, HOLD, GONE]))
HANDS = st.tuples(st.sampled_from(CUSTOMERS), st.sampled_from(LADDER), st.integers(0, 6))
STEPS = st.one_of(
    st.tuples(st.just("apply"), WISHES),
    st.tuples(st.just("apply"), WISHES),
    st.tuples(st.just("undo"), st.integers(0, 5)),
    st.tuples(st.just("undo"), st.just(-1)),
    st.tuples(st.just("override"), HANDS),
    st.tuples(st.just("end"), st.sampled_from(CUSTOMERS)),
    st.tuples(st.just("apply too late"), HANDS),
)


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=20, deadline=None)
@given(steps=st.lists(STEPS, min_size=4, max_size=14))
def test_the_book_and_a_remembered_one_agree(engine: str, steps: list[tuple[str, object]]) -> None:
    with (
        TemporaryDirectory() as folder,
        fresh_address(engine, Path(folder)) as address,
        Book.open(address) as book,
    ):
        seen = told_levels(Story(book, RememberedBook()), steps)
        assert_history_agrees(book, seen)
        assert_pointers_can_be_rebuilt(address)


def told_levels(story: Story, steps: list[tuple[str, object]]) -> list[dict[str, str | None]]:
    """Tell the story; the level of every customer after every step."""
    seen = []
    for deed, what in steps:
        story.step += 1
        DEEDS[deed](story)(what)
        assert levels_now(story.book, story.day) == story.told.levels(story.day)
        seen.append({customer: story.told.level(customer) for customer in CUSTOMERS})
    return seen


def assert_history_agrees(book: Book, seen: list[dict[str, str | None]]) -> None:
    for at, levels in enumerate(seen, start=1):
        lines = {customer: book.level_at(customer, at) for customer in CUSTOMERS}
        assert {customer: line and line.level for customer, line in lines.items()} == levels


def assert_pointers_can_be_rebuilt(address: str) -> None:
    last = select(decisions.c.customer_id, func.max(decisions.c.decision_id)).group_by(
        decisions.c.customer_id
    )
    engine = book_engine(address)
    with reading(engine) as connection:
        rebuilt = set(connection.execute(last))
        assert set(connection.execute(select(current_decisions))) == rebuilt
    engine.dispose()
