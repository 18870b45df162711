"""What the book keeps of promises: whose level when, which policy when, alarms, closed days."""

from dataclasses import dataclass

from .columns import Column, Kind, Table

BREACH = "breach"

DATED_LEVELS = Table(
    "dated_levels",
    "Every level that was ever decided, in the order of the decisions.",
    ("decision_id",),
    (
        Column("decision_id", Kind.COUNT, "Number of the decision; later ones count."),
        Column("customer_id", Kind.TEXT, "The customer."),
        Column("level", Kind.TEXT, "The level; empty when it was taken away.", nullable=True),
        Column("decided_at", Kind.INSTANT, "When it was decided."),
        Column("as_of_day", Kind.DAY, "The day of the facts behind it."),
    ),
)


@dataclass(frozen=True, slots=True)
class PolicyApplied:
    """A policy version that came into force: by a plan decided at an instant, for a day's facts."""

    version: int
    decided_at: int
    as_of_day: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """A promise that is about to break or has broken; each threshold of a cycle is told once.

    `threshold` is `breach`, or what the policy warns at: `75%`, `30m`. `at_s` is the exact
    instant it was reached, `tell_s` the first one outside quiet hours, `told_at` when it was told.
    """

    ticket_id: str
    clock: str
    cycle: int
    threshold: str
    at_s: int
    tell_s: int
    due_s: int | None
    told_at: int = 0

    @property
    def key(self) -> tuple[str, str, int, str]:
        return self.ticket_id, self.clock, self.cycle, self.threshold


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """The days of one year that a calendar takes from outside, kept with the policy version.

    `days` is JSON; `source` says who said so, as `holidays 0.109`.
    """

    policy_version: int
    calendar: str
    year: int
    days: str
    source: str
