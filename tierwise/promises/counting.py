"""How the promises of policies are counted: which clocks, which targets, which changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from tierwise.levels.policy import Policy
from tierwise.levels.policy_promise import CLOCKS
from tierwise.levels.promise_targets import Target, has_promise, target_of

from .business_time import Boundary
from .clock_kinds import KINDS, ClockKind
from .clock_terms import CHANGES_TERMS, Changes, Circumstances, Mode
from .ticket_story import Story, up_to


class Counting(StrEnum):
    """How clocks are counted: exactly, or as Zendesk counts them."""

    EXACT = "exact"
    ZENDESK = "zendesk"


@dataclass(frozen=True, slots=True)
class Policies:
    """Policies by key, the newest last, and the table of each of their calendars.

    How clocks run (pauses, changes, boundary) is as the newest says; what is promised is as the
    one in force at the time says.
    """

    by_key: Mapping[str, Policy]
    tables: Mapping[tuple[str, str], str]

    @property
    def newest(self) -> Policy:
        return self.by_key[tuple(self.by_key)[-1]]

    def target(self, clock: str, now: Circumstances) -> Target | None:
        """What is promised in these circumstances; None for no promise."""
        policy = self.by_key.get(now.get("policy") or "", self.newest)
        level, channel, priority = (now.get(name) for name in ("level", "channel", "priority"))
        return target_of(policy, level or "", clock, channel=channel, priority=priority)

    def promise_of(self, clock: str, now: Circumstances) -> tuple[int | None, str]:
        """The target in open seconds and the table it counts in; None for no promise."""
        found = self.target(clock, now)
        if found is None:
            return None, ""
        key = now.get("policy") or ""
        owner = key if key in self.by_key else tuple(self.by_key)[-1]
        return found.within_s, self.tables[owner, found.calendar]


def circumstances_at(told: Story, at_s: int, given: Circumstances) -> Circumstances:
    """What a ticket has at an instant, from what it was given at its creation."""
    news = {event.name: event.value for event in up_to(told, at_s) if event.name in CHANGES_TERMS}
    return {**given, **news}


PromiseOf = Callable[[str, Circumstances], tuple[int | None, str]]


def promise_finder(policies: Policies, counting: Counting) -> PromiseOf:
    """What is promised; Zendesk promises nothing before a ticket has a priority."""
    if counting is Counting.EXACT:
        return policies.promise_of

    def found(clock: str, now: Circumstances) -> tuple[int | None, str]:
        return policies.promise_of(clock, now) if now.get("priority") else (None, "")

    return found


def kinds_of(policies: Policies, counting: Counting) -> tuple[ClockKind, ...]:
    """The clocks that any policy promises something for, as the newest lets them run."""
    promised = (
        clock for clock in CLOCKS if any(has_promise(p, clock) for p in policies.by_key.values())
    )
    if counting is Counting.ZENDESK:
        return tuple(KINDS[clock] for clock in promised)
    return tuple(_kind(KINDS[clock], policies.newest) for clock in promised)


def _kind(kind: ClockKind, policy: Policy) -> ClockKind:
    rules = policy.clocks.get(kind.name)
    if rules is None:
        return kind
    pauses = kind.pauses if rules.pauses is None else frozenset(rules.pauses)
    done = kind.done if rules.done is None else frozenset(rules.done)
    return replace(kind, pauses=pauses, done=done)


def changes_of(policy: Policy, counting: Counting) -> Changes:
    """What a change in mid-ticket does; Zendesk counts all in the last calendar, without grace."""
    if counting is Counting.ZENDESK:
        return Changes(Mode.KEEP_ELAPSED, Mode.FROM_START)
    written = policy.changes
    return Changes(
        Mode(written.target),
        Mode(written.calendar),
        written.grace if isinstance(written.grace, int) else None,
        written.grace_share,
    )


_BOUNDARIES = {"closing": Boundary.CLOSING, "opening": Boundary.OPENING}


def boundary_of(policy: Policy) -> Boundary:
    return _BOUNDARIES[policy.boundary]


def same_promises(one: Policy, other: Policy) -> bool:
    """Whether two policies promise the same, whoever gets their levels."""
    return _promises(one) == _promises(other)


def _promises(policy: Policy) -> tuple[object, ...]:
    levels = tuple((name, level.promises) for name, level in policy.levels.items())
    return levels, policy.calendars, policy.zone
