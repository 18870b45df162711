"""Dated decisions about levels: the records that rules make, the book keeps and pages show."""

from dataclasses import dataclass
from enum import StrEnum

from .columns import Column, Kind, Table

TEXT, COUNT, DAY = Kind.TEXT, Kind.COUNT, Kind.DAY


class Change(StrEnum):
    """What a decision does to a customer's level."""

    NEW = "new"
    UP = "up"
    DOWN = "down"
    MOVED = "moved"  # from a level the policy no longer has
    HELD = "held"  # the rule says another level; the customer stays for now
    SAME = "same"
    GONE = "gone"  # no longer a customer: merged into another, or erased


class Ground(StrEnum):
    """Why a customer gets the level; the sentence for people is made from it."""

    RULE = "rule"
    OVERRIDE = "override"
    EXPERIMENT = "experiment"
    LEAVING_BORDER = "leaving_border"
    MINIMUM_STAY = "minimum_stay"
    CONFIRMATION = "confirmation"
    NO_CUSTOMER = "no_customer"


CURRENT_LEVELS = Table(
    "current_levels",
    "What the book says of each customer before a run; the input of every decision.",
    ("customer_id",),
    (
        Column("customer_id", TEXT, "The customer."),
        Column("level", TEXT, "Level now; empty when only an override is known.", nullable=True),
        Column("since_day", DAY, "Day of the facts on which the level began.", nullable=True),
        Column("by_hand", COUNT, "1 when the level was set by hand.", nullable=True),
        Column("waiting_level", TEXT, "Level that waits for confirmation.", nullable=True),
        Column("waiting_runs", COUNT, "Applied runs that already said so."),
        Column("waiting_day", DAY, "Day of the last of those runs.", nullable=True),
        Column("override_level", TEXT, "Level set by hand.", nullable=True),
        Column("override_until_day", DAY, "Last day it holds.", nullable=True),
    ),
)

DECISIONS = Table(
    "decisions",
    "What a run decides for every customer.",
    ("customer_id",),
    (
        Column("customer_id", TEXT, "The customer."),
        Column("level_from", TEXT, "Level before.", nullable=True),
        Column("deserved", TEXT, "Level the rules give today.", nullable=True),
        Column("level_to", TEXT, "Level after; empty when the customer is gone.", nullable=True),
        Column("change", TEXT, "What happens.", choices=tuple(Change)),
        Column("ground", TEXT, "Why.", choices=tuple(Ground)),
        Column("confirmed_runs", COUNT, "Applied runs that say so, this one included."),
    ),
)


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One row of a plan. `evidence` is JSON: the standing columns the policy looks at."""

    customer_id: str
    level_from: str | None
    deserved: str | None
    level_to: str | None
    change: Change
    ground: Ground
    confirmed_runs: int
    reason: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Run:
    """One pass over the facts. Days are days since 1970-01-01, instants UTC epoch seconds."""

    run_id: str
    made_at: int
    as_of_day: int
    facts_id: str
    policy_version: int
    customers: int
    problems: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What would change, with everything it was computed from."""

    plan_id: str
    run_id: str
    made_at: int
    as_of_day: int
    facts_id: str
    policy_version: int
    head: int
    counts: dict[str, int]  # Change -> customers, `same` included
    state: str = "open"  # open, applied or undone


@dataclass(frozen=True, slots=True)
class Applied:
    """A plan carried out, or carried back: `undoes` names the apply an undo takes back."""

    apply_id: str
    plan_id: str | None
    undoes: str | None
    at: int
    by: str
    changed: int
    left_alone: int = 0


@dataclass(frozen=True, slots=True)
class DatedDecision:
    """A line of a customer's history; never overwritten."""

    customer_id: str
    level: str | None
    level_before: str | None
    change: Change
    ground: Ground
    reason: str
    evidence: str
    decided_at: int
    as_of_day: int
    policy_version: int | None
    apply_id: str | None
    by: str
    since_day: int | None = None  # an undo gives the level back with its old day


@dataclass(frozen=True, slots=True)
class Override:
    """A level set by hand until a day, with the reason."""

    override_id: str
    customer_id: str
    level: str
    reason: str
    by: str
    set_at: int
    until_day: int
    ended_at: int | None = None


@dataclass(frozen=True, slots=True)
class PlanLevels:
    """Customers per level before and after a plan, and how many it holds back, by ground."""

    before: dict[str, int]
    after: dict[str, int]
    held_by_ground: dict[str, int]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what when: `subject` is the plan, apply, override or customer it was done to."""

    at: int
    by: str
    deed: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A policy text as it was when it was first used. `sha` is the SHA-256 of the text."""

    version: int
    text: str
    sha: str
    first_used_at: int
