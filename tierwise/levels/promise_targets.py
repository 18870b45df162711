"""What is promised for one clock of one ticket, and why just that."""

from dataclasses import dataclass

from .policy import Policy
from .policy_promise import Promise, PromiseCase


@dataclass(frozen=True, slots=True)
class Target:
    """What is promised: `within_s` seconds of the calendar's open time, for `share` of tickets.

    `why` are the words that decided it, as `Premium, chat, urgent`.
    """

    within_s: int
    share: float
    calendar: str
    why: str


def target_of(
    policy: Policy, level: str, clock: str, *, channel: str | None, priority: str | None
) -> Target | None:
    """The target of a clock; None if nothing is promised, or the policy has no such level.

    A case that names channel and priority wins over one that names either; of equals the first
    in the list. Words are compared without regard to capitals.
    """
    known = policy.levels.get(level)
    promise = known.promises.get(clock) if known else None
    if promise is None:
        return None
    case = _case(promise, (channel or "").casefold(), (priority or "").casefold())
    within = promise.within if case is None or case.within is None else case.within
    if not isinstance(within, int):
        return None
    label = policy.label(level)
    if case is None:
        return Target(within, promise.share, promise.calendar, label)
    words = (channel if case.channel else None, priority if case.priority else None)
    return Target(
        within,
        promise.share if case.share is None else case.share,
        case.calendar or promise.calendar,
        ", ".join(word for word in (label, *words) if word),
    )


def has_promise(policy: Policy, clock: str) -> bool:
    """Whether any level promises anything for the clock."""
    return any(clock in level.promises for level in policy.levels.values())


def _case(promise: Promise, channel: str, priority: str) -> PromiseCase | None:
    """The most specific of the cases that hold; of equals the first."""
    holding = (case for case in promise.where if _holds(case, channel, priority))
    return max(holding, key=_conditions, default=None)


def _holds(case: PromiseCase, channel: str, priority: str) -> bool:
    asked = ((case.channel, channel), (case.priority, priority))
    return all(not words or word in map(str.casefold, words) for words, word in asked)


def _conditions(case: PromiseCase) -> int:
    return bool(case.channel) + bool(case.priority)
