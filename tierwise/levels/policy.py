"""The policy: which levels there are, who gets them and what they promise."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema

from tierwise.value.customer_value import SAYS, Use

from .policy_values import (
    Days,
    Discount,
    DurationS,
    ExperimentBand,
    Horizon,
    KpiTarget,
    OpeningHours,
    Runs,
    Share,
    ValueUse,
    WrittenRule,
    fault,
)
from .rule_values import did_you_mean

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Zone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$")]

ALL_DAY = "24x7"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCKS = (
    "first_response",
    "next_response",
    "periodic_update",
    "pausable_update",
    "requester_wait",
    "agent_work",
    "resolution",
    "assignment",
    "team_ownership",
)


def days_of(key: str) -> tuple[str, ...]:
    """The weekdays a key of a week names.

    >>> days_of("mon-wed,sun")
    ('mon', 'tue', 'wed', 'sun')
    """
    days: list[str] = []
    for part in key.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            raise fault("weekdays such as `mon`, `mon-fri` or `sat,sun`", key)
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        days += (
            WEEKDAYS[start : end + 1] if start <= end else WEEKDAYS[start:] + WEEKDAYS[: end + 1]
        )
    return tuple(days)


def _weekdays(key: str) -> str:
    days_of(key)
    return key


def _clock(name: str) -> str:
    if name not in CLOCKS:
        raise fault("a clock", name, did_you_mean(name, CLOCKS))
    return name


Weekdays = Annotated[str, AfterValidator(_weekdays)]
Clock = Annotated[str, AfterValidator(_clock)]


class PolicyPart(BaseModel):
    """A part of the policy: unknown keys are refused, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Calendar(PolicyPart):
    """When time counts: opening hours of each weekday in a zone; `24x7` is short for always."""

    zone: Zone | None = Field(
        default=None, description="Time zone of the hours; without it the policy's zone."
    )
    week: dict[Weekdays, list[OpeningHours]] = Field(
        min_length=1,
        description="Weekdays and their opening hours. A key is a day (`sat`), a range "
        "(`mon-fri`) or several with commas (`mon,wed`); hours may pass midnight.",
    )
    holidays: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")] | None = (
        Field(
            default=None,
            description="Country, or country and region, whose public holidays are closed: "
            "`DE`, `DE-BE`.",
        )
    )

    @model_validator(mode="before")
    @classmethod
    def _always_open(cls, given: object) -> object:
        if given == ALL_DAY:
            return {"zone": "UTC", "week": {"mon-sun": ["00:00-24:00"]}}
        if isinstance(given, Mapping | Calendar):
            return given
        raise fault(f"`{ALL_DAY}` or a week with opening hours", given)

    @field_validator("week")
    @classmethod
    def _open_once(cls, week: dict[str, list[str]]) -> dict[str, list[str]]:
        days = [day for key in week for day in days_of(key)]
        twice = next((day for day in days if days.count(day) > 1), None)
        if twice is not None:
            raise fault("each weekday once", twice, "put all hours of a day under one key")
        if not any(week.values()):
            raise fault("at least one day with opening hours", None, "a clock would never end")
        return week

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        week = handler.resolve_ref_schema(handler(core))
        return {"anyOf": [{"const": ALL_DAY}, week], "description": week.pop("description")}


class Promise(PolicyPart):
    """What a level promises for one clock, and for how many of its tickets."""

    within: DurationS = Field(
        description="Longest time the clock may run: `30m`, `1h 30m`, `2d`; "
        "a day is 24 hours in which the calendar is open."
    )
    share: Share = Field(
        default="100%",
        validate_default=True,
        description="Share of tickets for which it must be kept: `95%`.",
    )
    calendar: Word = Field(
        default=ALL_DAY, description="Calendar in which time counts; `24x7` needs no entry."
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
    targets: dict[Name, KpiTarget] = Field(
        default={}, description="KPIs and what they should reach: `csat: 95%`."
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
