"""Equal periods of local days, one after the other, and the day an instant belongs to in SQL."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from tierwise.facts.time import DAY_S

WEEK_DAYS = 7
_MONDAY = 4  # 1970-01-05


@dataclass(frozen=True, slots=True)
class Periods:
    """`count` periods of `days` local days each from `first_day` on; ends are not included."""

    first_day: int
    days: int
    count: int = 1

    @property
    def end_day(self) -> int:
        return self.first_day + self.days * self.count

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """The first day of each, and the day after its last."""
        for begins in range(self.first_day, self.end_day, self.days):
            yield begins, begins + self.days


def week_of(day: int) -> int:
    """The Monday of a day's week.

    >>> week_of(4), week_of(10), week_of(11)
    (4, 4, 11)
    """
    return day - (day - _MONDAY) % WEEK_DAYS


def weeks(first_day: int, last_day: int) -> Periods:
    """The ISO weeks from that of the first day to that of the last."""
    begins = week_of(first_day)
    return Periods(begins, WEEK_DAYS, (week_of(last_day) - begins) // WEEK_DAYS + 1)


@dataclass(frozen=True, slots=True)
class DayWords:
    """Local days as SQL: `offsets` are seconds to add, each before its instant; the last for good.

    No engine is asked for time zones, so all of them agree.
    """

    offsets: tuple[tuple[int, int], ...]
    last: int

    def day(self, instant: str) -> str:
        """The local day of an instant, as a template of SQL."""
        shift = str(self.last)
        if self.offsets:
            whens = " ".join(f"WHEN {instant} < {until} THEN {by}" for until, by in self.offsets)
            shift = f"CASE {whens} ELSE {self.last} END"
        return f"{{{{ floor_div('{instant} + {shift}', '{DAY_S}') }}}}"


def day_words(zone: tzinfo, from_s: int, to_s: int) -> DayWords:
    """The days of a zone between two instants."""

    def offset(at_s: int) -> int:
        shift = datetime.fromtimestamp(at_s, zone).utcoffset()
        return int(shift.total_seconds()) if shift else 0

    found: list[tuple[int, int]] = []
    for begins in range(from_s, to_s, DAY_S):
        ends = min(begins + DAY_S, to_s)
        if offset(begins) != offset(ends):
            found.append((_turn(offset, begins, ends), offset(begins)))
    return DayWords(tuple(found), offset(to_s))


def _turn(offset: Callable[[int], int], begins: int, ends: int) -> int:
    """The first instant with another offset than at the beginning."""
    before = offset(begins)
    while ends - begins > 1:
        middle = (begins + ends) // 2
        begins, ends = (middle, ends) if offset(middle) == before else (begins, middle)
    return ends
