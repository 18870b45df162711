"""Volume as machines are told it: each day by name, so that it is written as a date."""

from dataclasses import dataclass

from .desk_records import UnusualDay, VolumeAnswer, VolumeDrift
from .promise_records import AsOf, Period


@dataclass(frozen=True, slots=True)
class VolumeDay:
    """Tickets of a day, and how many were expected, with the 95 % interval of that."""

    day: int
    seen: int
    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class VolumeTold:
    """Tickets day by day with what was expected, and the days that stand out."""

    as_of: AsOf
    period: Period
    days: tuple[VolumeDay, ...]
    unusual: tuple[UnusualDay, ...]
    drift: VolumeDrift | None


def told(found: VolumeAnswer) -> VolumeTold:
    """The answer with its days by name."""
    days = tuple(VolumeDay(*one) for one in found.days)
    return VolumeTold(found.as_of, found.period, days, found.unusual, found.drift)
