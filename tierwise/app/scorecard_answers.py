"""Answers about KPIs: every figure by level beside the period before, one KPI, and the targets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tierwise.facts.time import day_of
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.cells import Cells
from tierwise.metrics.changes import difference, judge, sure_changes
from tierwise.metrics.figures import Figure, Reason, missing
from tierwise.metrics.metric import Metric
from tierwise.metrics.periods import WEEK_DAYS, Periods, week_of
from tierwise.metrics.slices import Key

from .aims import unknown_words
from .promise_basis import before
from .promise_records import Period
from .scorecard_basis import USUAL_DAYS, ScoreBasis, ensure_cells
from .scorecard_records import (
    Aim,
    Change,
    CheckAnswer,
    MetricAnswer,
    ScorecardAnswer,
    ScoreLine,
    TrendPoint,
    about,
)
from .scorecard_weeks import ensure_weeks

TREND_WEEKS = 26
_TREND_BY: tuple[tuple[str, ...], ...] = ((), ("level",))
_NOTHING = missing(Reason.NOTHING)


@dataclass(frozen=True, slots=True)
class Beside:
    """Figures of two periods of the same length, the later one first."""

    basis: ScoreBasis
    period: Period
    now: Cells
    before: Cells

    def figures(self, metric_id: str, key: Key) -> tuple[Figure, Figure]:
        earlier = before(self.period)
        return (
            self.now.get((metric_id, key, self.period.from_day), _NOTHING),
            self.before.get((metric_id, key, earlier.from_day), _NOTHING),
        )

    @property
    def levels(self) -> list[str | None]:
        """Levels best first: those of the policy, then others that were found."""
        policy = self.basis.promises.policy
        found = {key[0] for _, key, _ in self.now if key and key[0]}
        return [*policy.names, *sorted(found - set(policy.names))]


def usual(basis: ScoreBasis, asked: Period | None) -> Period:
    """The days asked for, or the last four weeks that are known."""
    last = day_of(basis.promises.world.as_of_s - 1, basis.promises.zone)
    return asked or Period(last - USUAL_DAYS + 1, last)


def beside(basis: ScoreBasis, period: Period, *cuts: tuple[str, ...]) -> Beside:
    """The figures of a period and of the one before, by each of some ways to slice."""
    now, then = (
        _joined(ensure_cells(basis, by, Periods(one.from_day, one.days)) for by in cuts)
        for one in (period, before(period))
    )
    return Beside(basis, period, now, then)


def _joined(parts: Iterable[Cells]) -> Cells:
    whole: Cells = {}
    for part in parts:
        whole |= part
    return whole


def scorecard_of(
    basis: ScoreBasis, asked: Period | None, *, level: str | None = None, by: str | None = None
) -> ScorecardAnswer:
    """Every KPI: all levels together, each level, and each level's slices."""
    period = usual(basis, asked)
    lines: list[ScoreLine] = []
    for metric in CATALOGUE.values():
        found = [
            *lines_of(basis, period, metric),
            *(slices_of(basis, period, metric, by) if by else ()),
        ]
        lines += [one for one in found if level is None or one.level == level]
    return ScorecardAnswer(basis.promises.as_of(), period, before(period), tuple(lines), by)


def lines_of(basis: ScoreBasis, period: Period, metric: Metric) -> list[ScoreLine]:
    """One KPI of all levels together, then of each, with what the policy aims at."""
    found = beside(basis, period, (), ("level",))
    keys: list[Key] = [(), *((one,) for one in found.levels)]
    lines = [_line(found, metric, key) for key in keys]
    return _with_arrows(lines)


def slices_of(basis: ScoreBasis, period: Period, metric: Metric, by: str) -> list[ScoreLine]:
    """One KPI by the values of a slice: of all levels together, then of each level."""
    found = beside(basis, period, (by,), ("level", by))
    keys = dict.fromkeys(key for one, key, _ in found.now if one == metric.id)
    levels = (None, *basis.promises.policy.names)
    order = {name: place for place, name in enumerate(levels)}

    def place(key: Key) -> tuple[int, bool, str]:
        level, value = _parts(key)
        return order.get(level, len(order)), value is None, str(value)

    names = basis.names_of(by)
    lines = [
        replace(
            _line(found, metric, key),
            level=level,
            slice=value or "",
            aim=None,
            label=names.get(value or "", ""),
        )
        for key in sorted(keys, key=place)
        for level, value in (_parts(key),)
    ]
    return _with_arrows([one for one in lines if one.figure.n])


def _parts(key: Key) -> tuple[str | None, str | None]:
    """The level and the other value of a slice's key."""
    return (None, key[0]) if len(key) == 1 else (key[0], key[1])


def _line(found: Beside, metric: Metric, key: Key) -> ScoreLine:
    figure, earlier = found.figures(metric.id, key)
    level = key[0] if key else None
    return ScoreLine(
        metric.id, level, figure, earlier, aim=_aim(found.basis, metric, level, figure)
    )


def _aim(basis: ScoreBasis, metric: Metric, level: str | None, figure: Figure) -> Aim | None:
    target = basis.aims.get((level, metric.id))
    return None if target is None else Aim(target, judge(figure, target, metric.better))


def _with_arrows(lines: Sequence[ScoreLine]) -> list[ScoreLine]:
    """The change of each line; the lines are the family in which chance is held down."""
    found = [difference(one.figure, one.before) for one in lines]
    return [
        line if one is None else replace(line, change=Change(one.value, one.low, one.high, is_sure))
        for line, one, is_sure in zip(lines, found, sure_changes(found), strict=True)
    ]


def metric_of(
    basis: ScoreBasis, metric: Metric, asked: Period | None, by: str | None
) -> MetricAnswer:
    """One KPI: by level, week after week, and in slices."""
    period = usual(basis, asked)
    return MetricAnswer(
        basis.promises.as_of(),
        period,
        about(metric),
        tuple(lines_of(basis, period, metric)),
        tuple(_trend(basis, period, metric)),
        tuple(slices_of(basis, period, metric, by)) if by else (),
        by,
    )


def _trend(basis: ScoreBasis, period: Period, metric: Metric) -> list[TrendPoint]:
    """The weeks up to the end of the period, of all levels together and of each."""
    last = week_of(period.to_day)
    points = [
        TrendPoint(key[0] if key else None, day, day + WEEK_DAYS - 1, figure)
        for by in _TREND_BY
        for (one, key, day), figure in ensure_weeks(basis, by).items()
        if one == metric.id and last - TREND_WEEKS * WEEK_DAYS < day <= last and key != (None,)
    ]
    return sorted(points, key=lambda one: one.from_day)


def check_of(basis: ScoreBasis, asked: Period | None) -> CheckAnswer:
    """The targets of the policy beside what was reached."""
    period = usual(basis, asked)
    policy = basis.promises.policy
    wanted = dict.fromkeys(metric for _, metric in basis.aims)
    lines = [line for one in wanted for line in lines_of(basis, period, CATALOGUE[one]) if line.aim]
    order = {name: place for place, name in enumerate(policy.names)}
    lines.sort(key=lambda one: order.get(one.level or "", len(order)))
    return CheckAnswer(basis.promises.as_of(), period, tuple(lines), unknown_words(policy))
