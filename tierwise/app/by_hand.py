"""Levels set by hand: what one needs so that the next person understands it."""

from tierwise.facts.decisions import Override
from tierwise.facts.problems import UsageError
from tierwise.facts.time import iso_day

from .basis import Basis

LONGEST_REASON = 500


def refuse_wrong(wanted: Override, basis: Basis) -> None:
    """UsageError for a level by hand that nobody could understand later."""
    names = basis.policy.names
    if wanted.level not in names:
        raise UsageError(f"no level `{wanted.level}`; choose one of {', '.join(names)}")
    if not 1 <= len(wanted.reason) <= LONGEST_REASON:
        raise UsageError(f"give a reason of at most {LONGEST_REASON} characters")
    if wanted.until_day < basis.as_of_day:
        newest = iso_day(basis.as_of_day)
        raise UsageError(f"the last day must not be before {newest}, the last day of the facts")
