"""The KPIs of the made-up shop: every unit, reason, verdict and kind of change is among them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import sin, sqrt

from tierwise.app.promise_records import AsOf, Period
from tierwise.app.questions import CUTS
from tierwise.app.scorecard_records import (
    Aim,
    Change,
    CheckAnswer,
    Judged,
    MetricAnswer,
    MetricRow,
    MetricRows,
    RowsAsked,
    ScorecardAnswer,
    ScoreLine,
    TrendPoint,
    about,
)
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.figures import Figure, Reason, missing
from tierwise.metrics.metric import Better, Metric, Unit

from .remembered_promises import AS_OF, AT, KNOWN, H
from .remembered_shop import TO_DAY, customers

Levels = tuple[str, ...]
DAYS = 28
WEEKS = 12
PERIOD = Period(TO_DAY - DAYS + 1, TO_DAY)

# All levels together, then the first three, best first: the figure and how many stand behind it.
TOLD: dict[str, tuple[tuple[float, int], ...]] = {
    "s.attain": ((0.853, 9_104), (0.935, 856), (0.887, 2_061), (0.827, 6_187)),
    "t.frt": ((8_460, 7_957), (874, 431), (4_262, 1_204), (18_120, 6_322)),
    "t.res_full": ((71_400, 7_957), (25_080, 431), (61_200, 1_204), (131_400, 6_322)),
    "csat.share": ((0.893, 1_704), (0.962, 104), (0.921, 298), (0.874, 1_302)),
    "csat.response": ((0.231, 7_376), (0.268, 388), (0.251, 1_187), (0.224, 5_801)),
    "csat.adj": ((0.861, 1_704), (0.951, 104), (0.897, 298), (0.842, 1_302)),
    "csat.mean": ((4.31, 1_704), (4.68, 104), (4.45, 298), (4.24, 1_302)),
    "nps.score": ((31, 911), (47, 62), (38, 170), (27, 679)),
    "nps.response": ((0.118, 7_720), (0.144, 430), (0.141, 1_205), (0.112, 6_085)),
    "ces.ease": ((71.4, 640), (82.1, 44), (75.3, 121), (69.2, 475)),
    "ces.high": ((0.164, 640), (0.068, 44), (0.124, 121), (0.183, 475)),
    "q.fcr": ((0.712, 7_204), (27 / 29, 29), (0.758, 1_091), (0.697, 6_084)),
    "vol.backlog": ((412, 412), (18, 18), (61, 61), (333, 333)),
    "vol.new": ((7_957, 7_957), (431, 431), (1_204, 1_204), (6_322, 6_322)),
    "vol.flow": ((38, 15_876), (-4, 860), (9, 2_400), (33, 12_616)),
    "c.cpr": ((455, 7_204), (980, 410), (610, 1_091), (390, 5_703)),
    "c.total": ((3_277_820, 7_204), (401_800, 410), (665_510, 1_091), (2_210_510, 5_703)),
    "a.occ": ((0.781, 812), (0.731, 131), (0.764, 214), (0.803, 467)),
    "a.aht": ((742, 7_204), (1_104, 410), (861, 1_091), (688, 5_703)),
    "s.budget": ((0.94, 9_104), (1.31, 856), (0.72, 2_061), (0.88, 6_187)),
}
USUAL: dict[Unit, tuple[float, int]] = {
    Unit.COUNT: (214, 214),
    Unit.SHARE: (0.412, 1_310),
    Unit.POINTS: (22, 380),
    Unit.EASE: (70, 210),
    Unit.SCORE: (4.2, 310),
    Unit.SECONDS: (30_300, 960),
    Unit.MONEY: (1_240, 540),
    Unit.RATE: (3.42, 870),
}
# What has no figure, and why; `None` is all levels.
WITHOUT: dict[tuple[str, str | None], Figure] = {
    ("nps.score", "premium"): missing(Reason.TOO_FEW, 17),
    ("t.res_full.p90", "plus"): Figure(None, 349_200, None, 88, Reason.NOT_REACHED, is_pale=True),
    ("t.rmst", "plus"): missing(Reason.NOT_REACHED, 12),
    ("q.next_issue", "premium"): missing(Reason.WINDOW_OPEN, 64),
    ("s.attain", "standard"): missing(Reason.NO_PROMISE),
    ("vol.abandoned", "plus"): missing(Reason.NOTHING),
}
UNREAD = ("self.", "vol.abandoned")  # for all levels together: no such data was read
# The targets of the policy: metric, level, target.
TARGETS = {
    ("csat.share", "premium"): 0.95,
    ("csat.share", "plus"): 0.90,
    ("csat.share", "standard"): 0.90,
    ("t.frt", "premium"): 1_800.0,
    ("t.frt", "plus"): 3_600.0,
    ("t.res_full", "plus"): 61_000.0,
    ("c.cpr", "premium"): 1_200.0,
    ("c.cpr", "plus"): 700.0,
    ("c.cpr", "standard"): 350.0,
    ("nps.score", "premium"): 40.0,
    ("q.fcr", "premium"): 0.8,
}
SLICES = {
    "channel": ("chat", "email", "phone"),
    "team": ("concierge", "first line"),
    "agent_id": ("ines", "tom"),
    "category": ("delivery", "returns", None),
}
ROWS = 137


def _figure(metric: Metric, level: str | None, place: int, by: float = 1.0) -> Figure:
    if (metric.id, level) in WITHOUT:
        return WITHOUT[metric.id, level]
    if metric.id.startswith(UNREAD):
        return missing(Reason.NO_SOURCE)
    told = TOLD.get(metric.id)
    value, n = told[min(place, 3)] if told else USUAL[metric.unit]
    value = min(value * by, 1.0) if metric.unit is Unit.SHARE and value <= 1 else value * by
    return _with_interval(metric, value, n)


def _with_interval(metric: Metric, value: float, n: int) -> Figure:
    if metric.enough.fewest == 1 and metric.interval.startswith(("none", "linearised")):
        return Figure(value, None, None, n)
    half = _half(metric.unit, value, max(n, 1))
    low, high = value - half, value + half
    if metric.unit is Unit.SHARE:
        low, high = max(0.0, low), high if value > 1 else min(1.0, high)
    return Figure(value, low, high, n, is_pale=n < metric.enough.headline)


def _half(unit: Unit, value: float, n: int) -> float:
    spread = {
        Unit.SHARE: sqrt(abs(value * (1 - value))) or 0.1,
        Unit.POINTS: 80.0,
        Unit.EASE: 24.0,
        Unit.SCORE: 1.1,
        Unit.COUNT: sqrt(abs(value) * n) / 2,
    }
    return 1.96 * spread.get(unit, abs(value) * 1.1) / sqrt(n)


def _line(metric: Metric, level: str | None, place: int, value: str | None = None) -> ScoreLine:
    by = 1.0 if value is None else 0.94 + 0.01 * (len(value) % 7)
    figure = _figure(metric, level, place, by)
    step = sum(map(ord, metric.id)) + place
    before = _figure(metric, level, place, by * (0.97 + 0.02 * (step % 4)))
    return ScoreLine(
        metric.id,
        level,
        figure,
        before,
        _change(figure, before, is_sure=step % 3 == 0),
        None if value else _aim(metric, level, figure),
        value,
    )


def _change(figure: Figure, before: Figure, *, is_sure: bool) -> Change | None:
    if figure.value is None or before.value is None:
        return None
    by = figure.value - before.value
    half = abs(by) * (0.6 if is_sure else 1.7)
    return Change(by, by - half, by + half, is_sure and by != 0)


def _aim(metric: Metric, level: str | None, figure: Figure) -> Aim | None:
    target = TARGETS.get((metric.id, level or ""))
    if target is None:
        return None
    return Aim(target, judged(metric, figure, target))


def judged(metric: Metric, figure: Figure, target: float) -> Judged:
    if figure.value is None or figure.low is None or figure.high is None:
        return Judged.NO_FIGURE
    if figure.low <= target <= figure.high:
        return Judged.UNDECIDED
    is_above = figure.low > target
    return Judged.MET if is_above == (metric.better is Better.UP) else Judged.MISSED


def _lines(metric: Metric, levels: Levels, by: str | None = None) -> Iterator[ScoreLine]:
    for place, level in enumerate((None, *levels)):
        yield _line(metric, level, place)
    for value in SLICES.get(by or "", ()):
        for place, level in enumerate((None, *levels)):
            yield replace(_line(metric, level, place, value or "-"), slice=value or "")


def _before(period: Period) -> Period:
    return Period(period.from_day - period.days, period.from_day - 1)


def _trend(metric: Metric, levels: Levels) -> Iterator[TrendPoint]:
    for place, level in enumerate((None, *levels)):
        for week in range(WEEKS):
            first = TO_DAY - 7 * (WEEKS - week) + 1
            yield TrendPoint(level, first, first + 6, _week(metric, level, place, week))


# Level by place and week without a figure.
GAPS = {(1, 4): missing(Reason.NOTHING), (2, 8): missing(Reason.TOO_FEW, 3)}


def _week(metric: Metric, level: str | None, place: int, week: int) -> Figure:
    figure = _figure(metric, level, place, 1 + 0.05 * sin(week * 1.3 + place))
    figure = replace(figure, n=max(1, figure.n // WEEKS)) if figure.n else figure
    return GAPS.get((place, week), figure)


def _row(metric: Metric, number: int, levels: Levels) -> MetricRow:
    named = customers()[number]
    values = {Unit.SHARE: float(number % 4 > 0), Unit.SECONDS: 86_400.0 * 3 - 1_873 * number}
    return MetricRow(
        row_id=f"{metric.grain[:1]}{number}",
        ticket_id=KNOWN if number == 0 else None if number % 11 == 5 else f"desk/{48_216 + number}",
        customer_id=named.customer_id if number % 7 else None,
        level=(*levels, None)[number % (len(levels) + 1)],
        channel=("email", "chat", None)[number % 3],
        team=("concierge", None)[number % 2],
        agent_id=("ines", "tom", None)[number % 3],
        category=("delivery", None)[number % 2],
        at_s=AT - (1 + number) * H,
        value=values.get(metric.unit, 3.0 - number % 5) if number % 9 else None,
        is_open=metric.unit is Unit.SECONDS and number % 5 == 2,
    )


ONLY: dict[str, Callable[[MetricRow], bool]] = {
    "hit": lambda row: row.value == 1,
    "miss": lambda row: row.value == 0,
    "open": lambda row: row.is_open,
    "all": lambda row: True,
}


class RememberedScorecard:
    """The answers about KPIs of a shop that has these levels."""

    __slots__ = ()
    levels_: tuple[tuple[str, str], ...]
    made_up: str | None

    def _names(self) -> Levels:
        return tuple(name for name, _ in self.levels_)

    def _as_of(self) -> AsOf:
        return replace(AS_OF, made_up=self.made_up)

    def scorecard(
        self, period: Period | None, *, level: str | None = None, by: str | None = None
    ) -> ScorecardAnswer:
        asked = period or PERIOD
        lines = tuple(
            line
            for metric in CATALOGUE.values()
            for line in _lines(metric, self._names(), by)
            if level in (None, line.level)
        )
        return ScorecardAnswer(self._as_of(), asked, _before(asked), lines, by)

    def metric(
        self, metric_id: str, period: Period | None, *, by: str | None = None
    ) -> MetricAnswer | None:
        metric = CATALOGUE.get(metric_id)
        if metric is None:
            return None
        lines = tuple(_lines(metric, self._names(), by))
        whole = 1 + len(self.levels_)
        trend = tuple(_trend(metric, self._names()))
        return MetricAnswer(
            self._as_of(),
            period or PERIOD,
            about(metric),
            lines[:whole],
            trend,
            lines[whole:],
            by if by in CUTS else None,
        )

    def metric_rows(
        self, metric_id: str, period: Period | None, asked: RowsAsked
    ) -> MetricRows | None:
        metric = CATALOGUE.get(metric_id)
        if metric is None or metric.grain == "figure":
            return None
        every = (_row(metric, number, self._names()) for number in range(ROWS))
        column = asked.by or "channel"
        rows = [
            row
            for row in every
            if ONLY[asked.only](row)
            and asked.level in (None, row.level or "")
            and (asked.by is None or (getattr(row, column) or "") == (asked.slice or ""))
        ]
        page = tuple(rows[asked.offset : asked.offset + asked.limit])
        days = period or PERIOD
        return MetricRows(self._as_of(), days, metric_id, asked, page, len(rows))

    def check(self, period: Period | None) -> CheckAnswer:
        found = self.scorecard(period)
        lines = tuple(line for line in found.lines if line.aim)
        return CheckAnswer(self._as_of(), found.period, lines, ("happiness",))
