"""Which policy was in force when: applied plans, undone ones, old texts, decisions of old days."""

from dataclasses import dataclass, field
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from tierwise.app.policies_in_force import BEGINNING_S, holds_from, policies_in_force
from tierwise.app.ports import Book
from tierwise.facts.decisions import PolicyVersion
from tierwise.facts.problems import InputError, Problem
from tierwise.facts.promises_kept import PolicyApplied
from tierwise.facts.time import DAY_S
from tierwise.levels.policy import Policy
from tierwise.levels.policy_text import read_policy

TEXT = """
currency: EUR
zone: UTC
levels:
  standard: {{who: everyone, promises: {{resolution: {{within: {within}}}}}}}
"""


def text(within: str, more: str = "") -> str:
    return TEXT.format(within=within) + more


def read(policy_text: str) -> Policy:
    found, problems = read_policy(policy_text)
    if found is None:
        raise InputError(problems or (Problem("policy", None, None, "a policy", "none"),))
    return found


@dataclass
class BookOf:
    """A book with nothing but policies: version, decided at, day of the facts."""

    texts: dict[int, str]
    applied: list[tuple[int, int, int]] = field(default_factory=list)

    def policies_applied(self) -> tuple[PolicyApplied, ...]:
        return tuple(PolicyApplied(*one) for one in self.applied)

    def policy(self, version: int) -> PolicyVersion:
        return PolicyVersion(version, self.texts[version], "", 0)


def in_force(book: BookOf, now: str = text("9d")) -> list[tuple[int | None, int, Any]]:
    found = policies_in_force(cast(Book, book), read, read(now))
    within = [one.policy.levels["standard"].promises["resolution"].within for one in found.dated]
    return [
        (one.version, one.from_s, days // DAY_S)
        for one, days in zip(found.dated, within, strict=True)
    ]


LATE = 10**9  # decisions about days that are long over


def test_the_file_counts_while_nothing_is_applied() -> None:
    assert in_force(BookOf({})) == [(None, BEGINNING_S, 9)]


def test_the_first_policy_counts_from_the_beginning_and_the_next_from_its_apply() -> None:
    book = BookOf({1: text("1d"), 2: text("2d")}, [(1, LATE, 10), (2, LATE, 20)])
    assert in_force(book) == [(1, BEGINNING_S, 1), (2, 21 * DAY_S, 2)]


def test_policies_that_promise_the_same_are_one_that_runs_as_the_newest_says() -> None:
    later = text("1d", "boundary: opening\n")
    book = BookOf({1: text("1d"), 2: later}, [(1, LATE, 10), (2, LATE, 20)])
    assert in_force(book) == [(2, BEGINNING_S, 1)]


def test_a_policy_applied_again_counts_again() -> None:
    book = BookOf({1: text("1d"), 2: text("2d")}, [(1, LATE, 10), (2, LATE, 20), (1, LATE, 30)])
    assert in_force(book) == [(1, BEGINNING_S, 1), (2, 21 * DAY_S, 2), (1, 31 * DAY_S, 1)]


def test_a_later_apply_about_earlier_days_replaces_all_since() -> None:
    texts = {1: text("1d"), 2: text("2d"), 3: text("3d")}
    book = BookOf(texts, [(1, LATE, 10), (2, LATE, 30), (3, LATE, 20)])
    assert in_force(book) == [(1, BEGINNING_S, 1), (3, 21 * DAY_S, 3)]


def test_a_text_that_can_no_longer_be_read_is_named_and_the_next_stands_in() -> None:
    book = BookOf({1: "levels: []", 2: text("2d")}, [(1, LATE, 10), (2, LATE, 20)])
    found = policies_in_force(cast(Book, book), read, read(text("9d")))
    assert found.unreadable == (1,)
    assert in_force(book) == [(2, BEGINNING_S, 2)]


@pytest.mark.parametrize(
    ("decided", "day", "since"),
    [
        # Decided in the afternoon of the facts' last day, or the day after.
        (10 * DAY_S + 50_000, 10, 10 * DAY_S + 50_000),
        (11 * DAY_S + 50_000, 10, 11 * DAY_S),
        # About a day that is long over.
        (500 * DAY_S, 10, 11 * DAY_S),
    ],
)
def test_a_decision_holds_from_its_instant_or_the_end_of_its_day(
    decided: int, day: int, since: int
) -> None:
    assert holds_from(decided, day, ZoneInfo("UTC")) == since
