"""What an address asks of the promises: which days, level, clock, cause and page of a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from tierwise.facts.time import day_of, iso_day
from tierwise.promises.counting import Counting

from . import promise_words, words
from .paging import offset_of
from .promise_records import OUTCOMES, AsOf, Cause, Period
from .questions import SLICES
from .site import Asked

NO_LEVEL = "-"  # in an address, where nothing would mean all levels
PERIODS = (7, 30, 90, 365)
FILTERS = (
    *("from", "to", "level", "clock", "cause", "outcome", "week", "counting", "by"),
    *("group", "slice", "only", "gamma", "category"),
)


class ListPage(TypedDict):
    """What every list of promises can be narrowed to."""

    level: str | None
    clock: str | None
    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """The address of a page with its filters; links to the pages beside it keep them."""

    path: str
    filters: Mapping[str, str]
    offset: int = 0

    def link(self, **changes: str | int | None) -> str:
        """The same page with the same filters but for the changes, from its start."""
        changed = {key: "" if value is None else str(value) for key, value in changes.items()}
        query = {key: text for key, text in {**self.filters, **changed}.items() if text}
        return f"{self.path}?{urlencode(query)}" if query else self.path

    def days(self, period: Period, **changes: str | int | None) -> str:
        """The same for other days."""
        ends = {"from": iso_day(period.from_day), "to": iso_day(period.to_day)}
        return self.link(**ends, **changes)

    def behind(self, period: Period, *, level: str | None, **mark: str | int | None) -> str:
        """The list of tickets behind a mark of a page on those days; None is no level."""
        return Wanted("/tickets", {}).days(period, level=level or NO_LEVEL, **mark)

    def page(self, rows: int) -> ListPage:
        """Which part of a list is asked for."""
        return {
            "level": self.level,
            "clock": self.get("clock"),
            "offset": self.offset,
            "limit": rows,
        }

    @property
    def level(self) -> str | None:
        """The level asked for; empty for those without one, None for all."""
        asked = self.get("level")
        return "" if asked == NO_LEVEL else asked

    def from_row(self, offset: int) -> str:
        """The same list from another row on."""
        return self.link(offset=offset)

    def get(self, name: str) -> str | None:
        return self.filters.get(name) or None

    @property
    def cause(self) -> Cause | None:
        return promise_words.CAUSES.get(self.filters.get("cause", ""))

    @property
    def outcome(self) -> str:
        asked = self.filters.get("outcome", "all")
        return asked if asked in OUTCOMES else "all"

    @property
    def week(self) -> int | None:
        text = self.filters.get("week", "")
        return int(text) if text.isdecimal() and len(text) < 4 else None

    @property
    def counting(self) -> Counting | None:
        """How clocks are to be counted; None is as the policy says."""
        asked = self.filters.get("counting")
        return Counting(asked) if asked in tuple(Counting) else None

    @property
    def by(self) -> str | None:
        asked = self.filters.get("by")
        return asked if asked in SLICES else None


def wanted(asked: Asked) -> Wanted:
    """The filters of an address, without those that were left empty."""
    found = {key: asked.query[key].strip() for key in FILTERS if asked.query.get(key, "").strip()}
    return Wanted(asked.path, found, offset_of(asked))


def period_of(asked: Wanted) -> tuple[Period | None, str]:
    """The days asked for, and what is wrong with them; None for the usual ones."""
    texts = [asked.filters.get(end, "") for end in ("from", "to")]
    days = [words.read_day(text) for text in texts]
    wrong = [text for text, day in zip(texts, days, strict=True) if text and day is None]
    if wrong:
        return None, f"`{wrong[0]}` is no date"
    if not any(texts):
        return None, ""
    first, last = days
    if first is None or last is None:
        return None, "a period needs its first and its last day"
    if first > last:
        return None, "the first day comes after the last one"
    return Period(first, last), ""


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    """One of the periods offered, up to the last day known."""

    days: int
    link: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Span:
    """The days a page is of, those it offers, and what could not be read."""

    as_of: AsOf
    period: Period
    choices: tuple[PeriodChoice, ...]
    misread: str


def span_of(
    asked: Wanted,
    as_of: AsOf,
    period: Period,
    misread: str,
    *,
    periods: tuple[int, ...] = PERIODS,
) -> Span:
    """The days of an answer, with the choice of others."""
    last = day_of(as_of.at_s - 1, ZoneInfo(as_of.zone))  # midnight ends the day before
    offered = {days: Period(last - days + 1, last) for days in periods}
    choices = tuple(
        PeriodChoice(days, asked.days(one, week=None), one == period)
        for days, one in offered.items()
    )
    return Span(as_of, period, choices, misread)
