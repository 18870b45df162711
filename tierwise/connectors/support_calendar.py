"""Local days in bulk: from a local day and second to the instant, and back."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from tierwise.facts.time import date_of, instant_of

from .support_world import DAY_S

Ints = NDArray[np.int64]
_SHUT = frozenset({(12, 25), (12, 26), (1, 1)})
_NOON_S = DAY_S // 2
# The first Monday after day 0, the first of January 1970.
MONDAY = 4
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class LocalDays:
    """The days of a zone from `first_day`; the offset of a whole day is that of its noon."""

    first_day: int
    offset_s: Ints

    def instants(self, day: Ints, second: Ints) -> Ints:
        """UTC instants of local days and seconds since local midnight."""
        place = np.clip(day - self.first_day, 0, len(self.offset_s) - 1)
        return np.asarray(day * DAY_S + second - self.offset_s[place])

    def days(self, instants: Ints) -> Ints:
        """The local days of instants."""
        near = instants // DAY_S
        place = np.clip(near - self.first_day, 0, len(self.offset_s) - 1)
        return np.asarray((instants + self.offset_s[place]) // DAY_S)


def local_days(zone: str, first_s: int, last_s: int) -> LocalDays:
    """The local days round these instants, with some to spare."""
    first, last = first_s // DAY_S - 30, last_s // DAY_S + 120
    known = ZoneInfo(zone)
    noons = [day * DAY_S + _NOON_S for day in range(first, last)]
    return LocalDays(first, np.array([noon - instant_of(noon, known) for noon in noons]))


def weekday(day: int) -> int:
    """0 on Mondays, 6 on Sundays."""
    return (day - MONDAY) % 7


def is_shut(day: int) -> bool:
    """Whether nobody works: Sundays, Christmas and New Year."""
    date = date_of(day)
    return weekday(day) == SUNDAY or (date.month, date.day) in _SHUT
