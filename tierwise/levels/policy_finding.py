"""What a check has to say about a policy."""

from collections.abc import Iterator
from dataclasses import dataclass

from .policy import Policy
from .policy_promise import Promise
from .policy_tree import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the policy at `path`; with a `remark` it can be used all the same."""

    path: Path
    expected: str
    found: str
    next_step: str = ""
    remark: bool = False


def placed_promises(policy: Policy) -> Iterator[tuple[Path, Promise]]:
    """Every promise of a policy with its place."""
    for level, told in policy.levels.items():
        for clock, promise in told.promises.items():
            yield ("levels", level, "promises", clock), promise
