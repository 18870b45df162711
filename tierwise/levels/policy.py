"""The policy: which levels there are, who gets them and what they promise."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from tierwise.value.customer_value import SAYS, Use

from .policy_calendar import Calendar
from .policy_part import KpiName, Name, PolicyPart, Word, Zone
from .policy_promise import CLOCKS, Changes, Clock, ClockRules, Promise, Warnings
from .policy_values import (
    Days,
    Discount,
    ExperimentBand,
    Horizon,
    KpiTarget,
    Runs,
    Share,
    ValueUse,
    WrittenRule,
)


class Experiment(PolicyPart):
    """Round a border the level is given by lot: the only honest proof of what a level brings."""

    band: ExperimentBand = Field(
        description="Values of the column that take part: `85-95`, the end not included."
    )
    share: Share = Field(
        default="50%", validate_default=True, description="Share of the band that gets the level."
    )
    column: Word = Field(
        default="ltv_percentile", description="Number column of the standing the band is of."
    )
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,60}$")] | None = Field(
        default=None,
        description="Key of the lot; a new key draws anew. Without it the name of the level.",
    )


class Level(PolicyPart):
    """One service level: who gets it, what it promises and how it feels."""

    label: Word | None = Field(default=None, description="Name to show; without it the key.")
    who: WrittenRule = Field(
        description="Rule over the standing columns. The first level whose rule holds wins; "
        "the last must be `everyone`."
    )
    keep_until: WrittenRule | None = Field(
        default=None,
        description="Leaving border: customers who have the level keep it until this holds.",
    )
    promises: dict[Clock, Promise] = Field(
        default={}, description=f"Promises by clock: {', '.join(CLOCKS)}."
    )
    targets: dict[KpiName, KpiTarget] = Field(
        default={},
        description="KPIs and what they should reach, each in its unit: `csat: 95%`, "
        "`first_response: 4h`, `cost_per_resolution: 12.00`. docs/metrics.md lists their words.",
    )
    channels: list[Word] = Field(default=[], description="Channels the level may use.")
    team: Word | None = Field(default=None, description="Team that answers first.")
    playbook: str = Field(default="", description="What agents should know and do.")
    experiment: Experiment | None = Field(
        default=None, description="Band round the border in which the level is given by lot."
    )


class Value(PolicyPart):
    """What `clv_minor` and `clv_percentile` mean, and how far a forecast looks."""

    use: ValueUse = Field(
        default=Use.BOTH,
        description="; ".join(f"`{use}`: {says}" for use, says in SAYS.items()) + ".",
    )
    horizon: Horizon = Field(
        default="365d", validate_default=True, description="How many days a forecast looks ahead."
    )
    margin: Share = Field(
        default="100%", validate_default=True, description="Share of revenue that is kept."
    )
    discount: Discount = Field(
        default="0%",
        validate_default=True,
        description="What money a year later is worth less; `10%` a year.",
    )
    top: Share = Field(
        default="10%",
        validate_default=True,
        description="Who counts as top in the chance to be among them, `p_top`, and in backtests.",
    )


class Stability(PolicyPart):
    """What keeps customers from going up and down every week."""

    promote_after: Runs = Field(
        default="1 run",
        validate_default=True,
        description="Applied runs in a row that must say so before a customer goes up.",
    )
    demote_after: Runs = Field(
        default="1 run",
        validate_default=True,
        description="Applied runs in a row that must say so before a customer goes down.",
    )
    minimum_stay: Days = Field(
        default="0d",
        validate_default=True,
        description="Days a customer keeps a level at least before going down.",
    )


class Policy(PolicyPart):
    """The text that says who gets which service."""

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = Field(
        description="ISO 4217 code; all money of the standing is converted to it."
    )
    zone: Zone = Field(
        default="UTC", description="IANA time zone in which days begin: `Europe/Berlin`."
    )
    value: Value = Field(
        default=Value(), description="What customer lifetime value is, for rules about it."
    )
    calendars: dict[Name, Calendar] = Field(
        default={}, description="Named calendars that promises refer to."
    )
    segments: dict[Name, WrittenRule] = Field(
        default={}, description="Named rules; other rules may use them by their bare name."
    )
    levels: dict[Name, Level] = Field(
        min_length=1, description="The levels, best first; the last takes everybody."
    )
    stability: Stability = Field(
        default=Stability(), description="How slowly customers change their level."
    )
    clocks: dict[Clock, ClockRules] = Field(
        default={}, description="What stops the clocks, where it is not as usual."
    )
    changes: Changes = Field(
        default=Changes(), description="What a change in mid-ticket does to clocks that run."
    )
    boundary: Literal["closing", "opening"] = Field(
        default="closing",
        description="When a promise falls due that uses up its time exactly as the calendar "
        "closes: at the `closing`, or at the next `opening`.",
    )
    count: Literal["exact", "zendesk"] = Field(
        default="exact",
        description="`exact`: as this policy says. `zendesk`: as Zendesk counts, by the last "
        "schedule of a ticket only, and with nothing promised before it has a priority.",
    )
    warnings: Warnings = Field(
        default=Warnings(), description="How early to warn of a promise that is about to be broken."
    )

    @property
    def names(self) -> tuple[str, ...]:
        """The levels, best first."""
        return tuple(self.levels)

    def rank(self, level: str) -> int:
        """0 is best; KeyError if the policy has no such level."""
        return dict(zip(self.levels, range(len(self.levels)), strict=True))[level]

    def label(self, level: str) -> str:
        """The name to show, also for a level the policy no longer has."""
        known = self.levels.get(level)
        return (known.label if known else None) or level.replace("_", " ").capitalize()


def policy_schema() -> dict[str, Any]:
    """The JSON Schema of a policy file, for editors and for the generated page of keys."""
    schema = Policy.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
