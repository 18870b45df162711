"""What people know better: levels set by hand, so that the next person understands them."""

from tierwise.facts.decisions import Override
from tierwise.facts.problems import RefusedError, UsageError
from tierwise.facts.time import iso_day
from tierwise.levels.decision import change_of

from .answers import Explanation
from .basis import Basis

LONGEST_REASON = 500


def set_level(basis: Basis, found: Explanation, wanted: Override) -> Override:
    """Write a level by hand; RefusedError for a person whom an account covers."""
    if found.covered_by:
        raise RefusedError(f"`{found.customer_id}` has the level of `{found.covered_by}`; set that")
    names = basis.policy.names
    if wanted.level not in names:
        raise UsageError(f"no level `{wanted.level}`; choose one of {', '.join(names)}")
    refuse_reason(wanted.reason)
    if wanted.until_day < basis.as_of_day:
        newest = iso_day(basis.as_of_day)
        raise UsageError(f"the last day must not be before {newest}, the last day of the facts")
    return basis.book.set_override(
        wanted,
        as_of_day=basis.as_of_day,
        policy_version=basis.book.save_policy(basis.policy_text, wanted.set_at).version,
        direction=change_of(found.level, wanted.level, basis.policy),
    )


def refuse_reason(reason: str) -> None:
    """UsageError for a reason that says nothing, or too much."""
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise UsageError(f"give a reason of at most {LONGEST_REASON} characters")
