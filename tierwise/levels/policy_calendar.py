"""When time counts, as a policy writes it: hours, holidays and everything that changes them."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema

from .policy_part import PolicyPart, Word, Zone, as_list
from .policy_values import OpeningHours, fault

ALL_DAY = "24x7"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KINDS = ("versions", "any_of", "all_of")  # where the hours of a calendar may stand elsewhere
_COMMON_LEAP_YEAR = 2000


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


def _date(text: str) -> str:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise fault("a date such as `2026-12-24`", text)


def _month_day(text: str) -> str:
    try:
        date.fromisoformat(f"{_COMMON_LEAP_YEAR}-{text}")
    except ValueError:
        raise fault("a day of every year such as `12-24`", text) from None
    return text


def _file_beside(name: str) -> str:
    if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
        raise fault("the name of a file beside the policy, such as `closed.ics`", name)
    return name


def _named(given: object) -> object:
    """A list of days is the same as days without names."""
    if isinstance(given, list):
        return {day if isinstance(day, str | int | float) else "?": "" for day in given}
    return given


def _hours(given: object) -> object:
    return {"hours": given} if isinstance(given, list) else given


def _days_schema(example: str) -> WithJsonSchema:
    listed = {"type": "array", "items": {"type": "string"}}
    named = {"type": "object", "additionalProperties": {"type": "string"}}
    return WithJsonSchema(
        {"anyOf": [listed, named], "examples": [[example], {example: "Stocktaking"}]}
    )


def _words_schema(*examples: object) -> WithJsonSchema:
    listed = {"type": "array", "items": {"type": "string"}}
    return WithJsonSchema({"anyOf": [{"type": "string"}, listed], "examples": list(examples)})


Weekdays = Annotated[str, AfterValidator(_weekdays)]
Date = Annotated[str, AfterValidator(_date)]
MonthDay = Annotated[str, AfterValidator(_month_day)]
Occasion = Annotated[str, StringConstraints(max_length=200)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
Countries = Annotated[
    tuple[Country, ...], BeforeValidator(as_list), _words_schema("DE-BE", ["DE-BE", "DE-BY"])
]
Files = Annotated[
    tuple[Annotated[Word, AfterValidator(_file_beside)], ...],
    BeforeValidator(as_list),
    _words_schema("closed.ics"),
]
Dates = Annotated[dict[Date, Occasion], BeforeValidator(_named), _days_schema("2026-12-24")]
AnnualDates = Annotated[dict[MonthDay, Occasion], BeforeValidator(_named), _days_schema("12-24")]


class DayHours(PolicyPart):
    """Hours of one date, and what people call the occasion; a list alone is hours."""

    hours: list[OpeningHours] = Field(description='Hours: `["09:00-12:00"]`.')
    name: Occasion = Field(default="", description="What people call the occasion.")

    @model_validator(mode="before")
    @classmethod
    def _hours_alone(cls, given: object) -> object:
        if isinstance(given, Mapping | DayHours | list):
            return _hours(given)
        raise fault('hours such as `["09:00-12:00"]`, or `hours` and `name`', given)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        named = handler.resolve_ref_schema(handler(core))
        alone = named["properties"]["hours"]
        return {"anyOf": [alone, named], "description": named.pop("description")}


class CalendarVersion(PolicyPart):
    """What a calendar says from one day on."""

    zone: Zone | None = Field(
        default=None, description="Time zone of the hours; without it the policy's zone."
    )
    week: dict[Weekdays, list[OpeningHours]] = Field(
        default={},
        description="Weekdays and their opening hours. A key is a day (`sat`), a range "
        "(`mon-fri`) or several with commas (`mon,wed`); a day may have several hours, and "
        "hours may pass midnight. They belong to the day on which they open.",
    )
    holidays: Countries = Field(
        default=(),
        description="Country, or country and region, whose public holidays are closed: "
        "`DE`, `DE-BE`; or a list of them.",
    )
    closed: Dates = Field(
        default={}, description="Dates that are closed, as a list or with their names."
    )
    annual: AnnualDates = Field(
        default={}, description="Days that are closed in every year, as a list or with names."
    )
    dates: dict[Date, DayHours] = Field(
        default={},
        description="Dates with hours of their own instead of the week's: half days. "
        "They also win over a holiday on the date.",
    )
    openings: dict[Date, DayHours] = Field(
        default={}, description="Dates with hours besides all others: a Sunday sale."
    )
    breaks: dict[Date, DayHours] = Field(
        default={}, description="Dates with hours that are closed: a staff meeting."
    )
    ical: Files = Field(
        default=(),
        description="iCal files beside the policy: whole days in them are closed, and so are "
        "the hours of other events.",
    )
    valid_from: Date | None = Field(
        default=None, description="First day on which it holds; the first version needs none."
    )

    @field_validator("week")
    @classmethod
    def _open_once(cls, week: dict[str, list[str]]) -> dict[str, list[str]]:
        days = [day for key in week for day in days_of(key)]
        twice = next((day for day in days if days.count(day) > 1), None)
        if twice is not None:
            raise fault("each weekday once", twice, "put all hours of a day under one key")
        return week

    @model_validator(mode="after")
    def _opens_some_day(self) -> "CalendarVersion":
        given = (*self.dates.values(), *self.openings.values())
        if self.needs_hours() and not any((*self.week.values(), *(one.hours for one in given))):
            step = "a clock would never end"
            raise fault("at least one day with opening hours", None, step, at=("week",))
        return self

    def needs_hours(self) -> bool:
        """Whether it has hours of its own."""
        return True


class Calendar(CalendarVersion):
    """When time counts: opening hours of each weekday in a zone; `24x7` is short for always.

    Instead of a week it may have versions, each valid until the next begins, or be made of
    other calendars of the policy.
    """

    versions: tuple[CalendarVersion, ...] = Field(
        default=(), description="Versions instead of a `week`, oldest first; each is complete."
    )
    any_of: tuple[Word, ...] = Field(
        default=(),
        description="Open whenever one of these calendars is: offices that follow the sun.",
    )
    all_of: tuple[Word, ...] = Field(
        default=(), description="Open only while all of these calendars are."
    )

    @model_validator(mode="before")
    @classmethod
    def _always_open(cls, given: object) -> object:
        if given == ALL_DAY:
            return {"zone": "UTC", "week": {"mon-sun": ["00:00-24:00"]}}
        if isinstance(given, Mapping | Calendar):
            return given
        raise fault(f"`{ALL_DAY}` or a week with opening hours", given)

    @model_validator(mode="after")
    def _one_kind(self) -> "Calendar":
        kind = next((kind for kind in KINDS if getattr(self, kind)), None)
        given = [key for key in type(self).model_fields if getattr(self, key) and key != kind]
        if kind is not None and given:
            step = f"move it into what `{kind}` names, or delete it"
            raise fault(f"nothing beside `{kind}`", given[0], step, at=(given[0],))
        return self

    def needs_hours(self) -> bool:
        """Not when versions or other calendars bring them."""
        return not (self.versions or self.any_of or self.all_of)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        week = handler.resolve_ref_schema(handler(core))
        return {"anyOf": [{"const": ALL_DAY}, week], "description": week.pop("description")}
