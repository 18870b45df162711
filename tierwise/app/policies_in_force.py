"""Which policy was in force when, and the calendars each of them had."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

from tierwise.facts.problems import InputError
from tierwise.facts.promises_kept import PolicyApplied
from tierwise.facts.time import DAY_S, instant_of
from tierwise.levels.policy import Policy
from tierwise.promises.counting import same_promises
from tierwise.promises.promise_tables import FOREVER_S

from .ports import Book

BEGINNING_S = -(10**12)
FILE = "file"  # key of the policy file as it is now


@dataclass(frozen=True, slots=True)
class DatedPolicy:
    """A policy and since when it counts; `version` is None for a text the book does not have."""

    key: str
    from_s: int
    policy: Policy
    version: int | None


@dataclass(frozen=True, slots=True)
class PoliciesInForce:
    """Policies by time, oldest first, the first from the beginning of time on.

    `unreadable` are versions whose text can no longer be read; the next one stands in for them.
    """

    dated: tuple[DatedPolicy, ...]
    unreadable: tuple[int, ...] = ()

    @property
    def newest(self) -> DatedPolicy:
        return self.dated[-1]

    def spans(self) -> list[tuple[str, int, int]]:
        """Key, since when, until when."""
        ends = [*(one.from_s for one in self.dated[1:]), FOREVER_S]
        return [(one.key, one.from_s, end) for one, end in zip(self.dated, ends, strict=True)]


def alone(policy: Policy) -> PoliciesInForce:
    """One policy for all time."""
    return PoliciesInForce((DatedPolicy(FILE, BEGINNING_S, policy, None),))


def policies_in_force(
    book: Book, read: Callable[[str], Policy], policy_now: Policy
) -> PoliciesInForce:
    """The policies that plans brought into force; the file's while none is applied."""
    found, unreadable = _read(book, read)
    if not found:
        return PoliciesInForce(alone(policy_now).dated, tuple(unreadable))
    zone = ZoneInfo(policy_now.zone)
    dated = [
        DatedPolicy(
            f"v{one.version} from {one.decided_at}",
            holds_from(one.decided_at, one.as_of_day, zone),
            policy,
            one.version,
        )
        for one, policy in found
    ]
    first, *later = _lasting(dated)
    whole = (DatedPolicy(first.key, BEGINNING_S, first.policy, first.version), *later)
    return PoliciesInForce(_that_differ(whole), tuple(unreadable))


def holds_from(decided_at: int, as_of_day: int, zone: ZoneInfo) -> int:
    """Since when a decision holds: since it was made, or since the end of the day it is of.

    Decisions about the past, as in a shop whose orders end years ago, hold in that past.
    """
    return min(decided_at, instant_of((as_of_day + 1) * DAY_S, zone))


def _read(
    book: Book, read: Callable[[str], Policy]
) -> tuple[list[tuple[PolicyApplied, Policy]], list[int]]:
    found: list[tuple[PolicyApplied, Policy]] = []
    unreadable: list[int] = []
    for one in book.policies_applied():
        try:
            found.append((one, read(book.policy(one.version).text)))
        except InputError:
            unreadable.append(one.version)
    return found, unreadable


def _lasting(dated: list[DatedPolicy]) -> list[DatedPolicy]:
    """Without those that a later decision replaced from the same time on, or from before."""
    kept: list[DatedPolicy] = []
    for one in reversed(dated):
        if not kept or one.from_s < kept[-1].from_s:
            kept.append(one)
    return kept[::-1]


def _that_differ(dated: Iterable[DatedPolicy]) -> tuple[DatedPolicy, ...]:
    """The first of those in a row that promise the same; but the newest says how clocks run."""
    listed = list(dated)
    kept = listed[:1] + [
        later
        for earlier, later in pairwise(listed)
        if not same_promises(earlier.policy, later.policy)
    ]
    last, newest = kept[-1], listed[-1]
    kept[-1] = DatedPolicy(newest.key, last.from_s, newest.policy, newest.version)
    return tuple(kept)
