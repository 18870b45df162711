"""Answers about volume: tickets day by day beside what is usual, and the days that stand out."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tierwise.metrics.anomalies import Season, find_drift, learn_season, look
from tierwise.metrics.periods import WEEK_DAYS

from .desk_records import UnusualDay, VolumeAnswer, VolumeDrift
from .promise_records import Period
from .scorecard_answers import usual
from .scorecard_basis import ScoreBasis

LEARNT_DAYS = 26 * WEEK_DAYS
LEAST_DAYS = 4 * WEEK_DAYS
_DAILY = """
SELECT d.day, t.category, COUNT(*)
FROM ticket_measures t
JOIN local_days d ON d.quarter = t.created_s // 900
WHERE t.is_countable = 1 AND d.day >= ? AND d.day <= ?
GROUP BY d.day, t.category
"""
_SPREAD_Z = 1.96


@dataclass(frozen=True, slots=True, eq=False)
class _Daily:
    """Counts of each day of a stretch."""

    first_day: int
    counts: NDArray[np.float64]

    @property
    def slots(self) -> NDArray[np.int64]:
        return (self.first_day + np.arange(len(self.counts)) + 3) % WEEK_DAYS

    def split(self, day: int) -> tuple["_Daily", "_Daily"]:
        """What came before a day, and the rest."""
        at = day - self.first_day
        return _Daily(self.first_day, self.counts[:at]), _Daily(day, self.counts[at:])


def volume_of(basis: ScoreBasis, asked: Period | None, category: str | None) -> VolumeAnswer:
    """New tickets of a period day by day, and what half a year before it made expected."""
    period = usual(basis, asked)
    daily = _counts(basis, period)
    nothing = _Daily(daily[None].first_day, np.zeros(len(daily[None].counts)))
    shown = tuple(_days(daily.get(category, nothing), period))
    unusual = [one for name, counts in daily.items() for one in _unusual(name, counts, period)]
    unusual.sort(key=lambda one: (one.day, one.category or ""))
    drift = _drift(daily.get(category, nothing), period)
    return VolumeAnswer(basis.promises.as_of(), period, shown, tuple(unusual), drift)


def _counts(basis: ScoreBasis, period: Period) -> dict[str | None, _Daily]:
    """Counts by category, and of all together (None), from half a year before the period on."""
    world = basis.promises
    last = min(period.to_day, usual(basis, None).to_day)
    known = world.day_of(basis.first_s)
    first = min(period.from_day, max(known, period.from_day - LEARNT_DAYS))
    whole: dict[str | None, NDArray[np.float64]] = {None: np.zeros(max(0, last - first + 1))}
    for day, category, n in basis.engine.rows(_DAILY, [first, last]):
        own = whole.setdefault(category, np.zeros(len(whole[None])))
        own[day - first] += n
        whole[None][day - first] += n if own is not whole[None] else 0
    return {name: _Daily(first, counts) for name, counts in whole.items()}


def _days(daily: _Daily, period: Period) -> Iterator[tuple[int, int, float, float, float]]:
    """Each day with what was expected, and the band in which it usually lies."""
    past, now = daily.split(period.from_day)
    if len(past.counts) < LEAST_DAYS:
        return
    expected = spread = np.zeros(len(now.counts))
    if season := _season(past):
        expected = season.level * season.index[now.slots]
        spread = _SPREAD_Z * np.sqrt(expected + season.dispersion * expected**2)
    for place, seen in enumerate(now.counts):
        usual_, half = float(expected[place]), float(spread[place])
        day = now.first_day + place
        yield day, int(seen), usual_, max(0.0, usual_ - half), usual_ + half


def _season(past: _Daily) -> Season | None:
    """What was usual; None where too little is known, or nothing ever came."""
    if len(past.counts) < LEAST_DAYS or not past.counts.sum():
        return None
    return learn_season(past.counts, past.slots, WEEK_DAYS)


def _drift(daily: _Daily, period: Period) -> VolumeDrift | None:
    """The first slow change away from what was usual before the period."""
    past, now = daily.split(period.from_day)
    season = _season(past)
    found = find_drift(season, now.counts, now.slots) if season else None
    if found is None:
        return None
    return VolumeDrift(now.first_day + found.since, now.first_day + found.noticed, found.is_up)


def _unusual(category: str | None, daily: _Daily, period: Period) -> Iterator[UnusualDay]:
    past, now = daily.split(period.from_day)
    season = _season(past)
    if season is None:
        return
    found, _ = look(season, now.counts, now.slots)
    for place in np.flatnonzero(found.alarm):
        day, seen = now.first_day + int(place), int(now.counts[place])
        yield UnusualDay(
            day, category, seen, float(found.expected[place]), float(found.chance[place])
        )
