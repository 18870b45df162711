"""When time counts: opening hours, holidays and everything that changes them, as records."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from tierwise.facts.time import DAY_S, date_of, day_number


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """Opening hours by the clock on the wall, in seconds after the midnight their day begins.

    Hours that pass midnight close after 86,400 and belong to the day on which they open.
    """

    opens_s: int
    closes_s: int


Week: TypeAlias = tuple[tuple[Hours, ...], ...]  # Monday first, always seven


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day without its weekly hours; `day` counts days since 1970-01-01."""

    day: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class AnnualHoliday:
    """A date without its weekly hours in every year that has it."""

    month: int
    day_of_month: int
    name: str = ""

    def on(self, year: int) -> int | None:
        """The day number in that year; None for the 29th of February of a common year."""
        try:
            return day_number(date(year, self.month, self.day_of_month))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class DateHours:
    """Hours of one date, and what people call the occasion."""

    day: int
    hours: tuple[Hours, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """What a calendar says from one day on.

    `dates` replace the weekly hours of a date and win over a holiday on it, so that a half
    holiday is a date with short hours; `openings` add hours to whatever else the date has;
    `breaks` take time away, also from hours that opened the evening before.
    """

    zone: str
    week: Week
    holidays: tuple[Holiday, ...] = ()
    annual: tuple[AnnualHoliday, ...] = ()
    dates: tuple[DateHours, ...] = ()
    openings: tuple[DateHours, ...] = ()
    breaks: tuple[DateHours, ...] = ()
    valid_from: int | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """A named calendar and its versions, oldest first; each is valid until the next begins.

    A version owns the hours that open on its days. Before the first `valid_from` nothing is
    known, and asking is refused.
    """

    name: str
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class OpenInAny:
    """Open whenever one of them is: two offices that follow the sun."""

    name: str
    of: tuple["AnyCalendar", ...]


@dataclass(frozen=True, slots=True)
class OpenInAll:
    """Open only while all of them are: the hours of a desk and of a customer's contract."""

    name: str
    of: tuple["AnyCalendar", ...]


AnyCalendar: TypeAlias = Calendar | OpenInAny | OpenInAll

ALL_DAY_LONG = Hours(0, DAY_S)
ALWAYS = Calendar("24x7", (Version("UTC", ((ALL_DAY_LONG,),) * 7),))


def weekly_hours(version: Version, day: int) -> tuple[Hours, ...]:
    """The hours of that day's weekday, whatever its date brings.

    >>> weekly_hours(ALWAYS.versions[0], 0)
    (Hours(opens_s=0, closes_s=86400),)
    """
    return version.week[(day + 3) % 7]  # 1970-01-01 was a Thursday


def holiday_names(version: Version, from_day: int, to_day: int) -> dict[int, str]:
    """The holidays of those days by day number; a dated name wins over an annual one."""
    years = range(date_of(from_day).year, date_of(to_day).year + 1)
    annual = ((one.on(year), one.name) for one in version.annual for year in years)
    names = {day: name for day, name in annual if day is not None}
    return names | {holiday.day: holiday.name for holiday in version.holidays}
