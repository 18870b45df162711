"""What is odd about the promises of a policy: cases that can never win."""

from collections.abc import Iterator
from itertools import product

from .policy import Policy
from .policy_finding import Finding, placed_promises
from .policy_promise import Promise, PromiseCase


def promises(policy: Policy) -> Iterator[Finding]:
    """Cases of a promise whose tickets all belong to cases above them."""
    for path, promise in placed_promises(policy):
        for number in _never_win(promise):
            yield Finding(
                (*path, "where", number),
                "a case that some ticket can fall under",
                f"one for {_words(promise.where[number])}, which cases above it take",
                "delete it, or put it above them",
                remark=True,
            )


def _never_win(promise: Promise) -> Iterator[int]:
    """The numbers of the cases none of whose tickets are left by the cases above.

    A case that names more is no rival: words nobody has listed would still be left.
    """
    taken: set[tuple[str, str]] = set()
    for number, case in enumerate(promise.where):
        tickets = _tickets(case)
        if tickets <= taken:
            yield number
        taken |= tickets


def _tickets(case: PromiseCase) -> set[tuple[str, str]]:
    """Channel and priority of the tickets a case is for; empty means any."""
    pairs = product(case.channel or ("",), case.priority or ("",))
    return {(channel.casefold(), priority.casefold()) for channel, priority in pairs}


def _words(case: PromiseCase) -> str:
    return ", ".join(f"`{word}`" for word in (*case.channel, *case.priority))
