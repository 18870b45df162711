"""Answers about error budgets: how many promises may still break this month, and at what pace."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan

import numpy as np

from tierwise.facts.time import DAY_S, date_of, day_number, day_of
from tierwise.metrics.attainment_counts import counts_model, counts_of
from tierwise.metrics.budget import BurnDown, BurnTerms, Decided, burn_down, burn_rate
from tierwise.metrics.burn_alerts import USUAL_RULES, alerts, refusal, stretched
from tierwise.metrics.intervals import design_effect
from tierwise.promises.business_time import elapsed
from tierwise.promises.calendar_table import OpenTable

from .attainment_answers import promised_words
from .desk_records import BudgetAnswer, BudgetDay, BudgetLine, BurnAlarm
from .promise_records import Period
from .scorecard_basis import USUAL_DAYS, ScoreBasis

RECENT_DAYS = 7
_HOUR_S = 3600.0
_DUE = """
SELECT at_s, CASE WHEN outcome = 'met' THEN 0 ELSE 1 END FROM promise_outcomes
WHERE level = ? AND clock = ? AND outcome IN ('met', 'late', 'open_late')
    AND at_s >= ? AND at_s < ?
ORDER BY at_s
"""


@dataclass(frozen=True, slots=True)
class _Promised:
    """A promise of a level as its budget is kept: in open seconds since the period began."""

    level: str
    clock: str
    within: str
    target: float
    table: OpenTable
    begin_s: int
    now_s: int
    effect: float

    def open_s(self, at_s: int) -> float:
        """Open seconds since the period began; before all that is known none are counted."""
        return float(elapsed(self.table, self._known(self.begin_s), self._known(at_s)))

    @property
    def month_s(self) -> float:
        """Open seconds of the last four weeks, or of the first that are known."""
        since = self._known(self.now_s - USUAL_DAYS * DAY_S)
        return float(elapsed(self.table, since, self._known(since + USUAL_DAYS * DAY_S)))

    def _known(self, at_s: int) -> int:
        """The instant, or the nearest that the calendar is compiled for."""
        return min(max(at_s, self.table.first_s), self.table.last_s)


def budget_of(basis: ScoreBasis, asked: Period | None) -> BudgetAnswer:
    """The budget of every promise with a target, in the month of the last day known if not said."""
    period = asked or _month(basis)
    lines = tuple(_line(_course(basis, period, one)) for one in _promised(basis, period))
    return BudgetAnswer(basis.promises.as_of(), period, lines)


def _month(basis: ScoreBasis) -> Period:
    today = date_of(day_of(basis.promises.world.as_of_s - 1, basis.promises.zone))
    first = today.replace(day=1)
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return Period(day_number(first), day_number(after) - 1)


def _promised(basis: ScoreBasis, period: Period) -> Iterator[_Promised]:
    world, policy = basis.promises.world, basis.promises.policy
    effects = _effects(basis)
    tables = world.calendars[world.policies.newest.key]
    begin_s = basis.promises.midnight(period.from_day)
    for level in policy.names:
        for clock, promise in policy.levels[level].promises.items():
            yield _Promised(
                level,
                clock,
                promised_words(policy, level, clock),
                promise.share,
                tables[promise.calendar],
                begin_s,
                world.as_of_s,
                effects.get((level, clock), 1.0),
            )


def _effects(basis: ScoreBasis) -> dict[tuple[str, str], float]:
    """By how much breaches of one customer cluster, over all that is known."""
    model = counts_model(("level", "clock"))
    engine = basis.promises.engine
    engine.materialise(model, {"from_s": 0, "to_s": basis.promises.world.as_of_s})
    found = {}
    for row in engine.query(f"SELECT * FROM {model.name}").to_pylist():
        counts = counts_of(row)
        if counts.decided:
            effect = design_effect(counts.met, counts.decided, counts.clusters)
            found[row["level"], row["clock"]] = effect
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Course:
    """A promise with its clocks that were due, in open seconds since the period began.

    `ends` are those of the days of the period, `recent` is where the last week begins.
    """

    promised: _Promised
    clocks: Decided
    days: range
    ends: list[float]
    now: float
    recent: float

    @property
    def terms(self) -> BurnTerms:
        return BurnTerms(self.promised.target, max(1.0, self.ends[-1]), self.promised.effect)

    @property
    def recent_s(self) -> float:
        return max(1.0, self.now - self.recent)

    def counts(self, since: float) -> tuple[int, int]:
        """How many were due since then, and how many of them broke."""
        due, broken = self.clocks.within(since, self.now)
        return int(due), int(broken)


def _course(basis: ScoreBasis, period: Period, one: _Promised) -> _Course:
    days = range(period.from_day, period.to_day + 1)
    ends_s = [basis.promises.midnight(day + 1) for day in days]
    now_s = min(one.now_s, ends_s[-1])
    since = min(one.begin_s, now_s - USUAL_DAYS * DAY_S)
    rows = basis.engine.rows(_DUE, [one.level, one.clock, since, now_s])
    at = np.array([one.open_s(int(at_s)) for at_s, _ in rows], dtype=np.float64)
    clocks = Decided(at, np.array([missed for _, missed in rows], dtype=np.float64))
    recent = one.open_s(max(one.begin_s, now_s - RECENT_DAYS * DAY_S))
    ends = [one.open_s(end) for end in ends_s]
    return _Course(one, clocks, days, ends, one.open_s(now_s), recent)


def _line(course: _Course) -> BudgetLine:
    one = course.promised
    found = burn_down(
        course.clocks, course.ends, course.now, course.terms, recent_s=course.recent_s
    )
    due, broken = course.counts(0.0)
    recent_due, recent_broken = course.counts(course.recent)
    return BudgetLine(
        one.level,
        one.clock,
        one.within,
        one.target,
        due,
        broken,
        found.allowed,
        broken / found.allowed if found.allowed else 0.0,
        burn_rate(recent_broken, recent_due, one.target).value,
        _gone_day(course, found.allowed),
        tuple(_days(course, found)),
        tuple(_alarms(course)),
    )


def _days(course: _Course, found: BurnDown) -> Iterator[BudgetDay]:
    """The burn-down day by day."""
    lines = (found.used, found.pace, found.low, found.high)
    rows = zip(course.days, course.ends, *(line.tolist() for line in lines), strict=True)
    for day, end, used, even, low, high in rows:
        due = float(course.clocks.within(0.0, min(end, course.now))[0])
        yield BudgetDay(day, due, _known(used), even, _known(low), _known(high))


def _gone_day(course: _Course, allowed: float) -> int | None:
    """The day on which more is broken than may be, so far or at the pace of the last week."""
    _, broken = course.counts(0.0)
    if broken > allowed:
        used = course.clocks.within(0.0, course.ends)[1]
        return next(day for day, one in zip(course.days, used, strict=True) if one > allowed)
    _, recent = course.counts(course.recent)
    if not recent:
        return None
    gone = course.now + (allowed - broken) * course.recent_s / recent
    return next(
        (day for day, end in zip(course.days, course.ends, strict=True) if end > gone), None
    )


def _known(value: float) -> float | None:
    return None if isnan(value) else float(value)


def _alarms(course: _Course) -> Iterator[BurnAlarm]:
    """Every rule: what it waits for, how fast it burns, and whether it speaks."""
    one = course.promised
    month_s = one.month_s
    if not month_s:
        return
    terms = BurnTerms(one.target, month_s, one.effect)
    rules = stretched(USUAL_RULES, month_s)
    speaking = {alert.rule for alert in alerts(rules, course.clocks, course.now, terms)}
    for rule in rules:
        yield BurnAlarm(
            rule.severity,
            rule.long_h,
            rule.short_h,
            rule.threshold(month_s),
            _burn(course, rule.long_h),
            _burn(course, rule.short_h),
            rule in speaking,
            refusal(rule, terms),
        )


def _burn(course: _Course, hours: float) -> float | None:
    due, broken = course.counts(course.now - hours * _HOUR_S)
    return burn_rate(broken, due, course.promised.target).value
