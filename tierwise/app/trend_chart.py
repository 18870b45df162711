"""Week after week: a line with the band of its intervals, broken where there is no figure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from . import words
from .figure_axis import axis_of, step_text
from .figure_words import figure_sentence
from .looks import Look
from .promise_charts import linked
from .scorecard_records import MetricAbout, TrendPoint
from .svg import mark, path, scale, text

Place = Callable[[float], float]
SIZE = (300.0, 150.0)
LEFT, RIGHT, TOP, BOTTOM = 54.0, 296.0, 8.0, 124.0
FEWEST = 2  # weeks with a figure: one is no trend


@dataclass(frozen=True, slots=True)
class Trend:
    """One level's weeks, oldest first, each with the address of its rows; `target` is dashed."""

    look: Look
    points: Sequence[TrendPoint]
    links: Sequence[str]
    target: float | None = None

    @property
    def known(self) -> int:
        """How many weeks have a figure."""
        return sum(one.figure.value is not None for one in self.points)


def week_says(point: TrendPoint, metric: MetricAbout, currency: str) -> str:
    """A week in words: `week from 7 Nov 2011: 92.1%, 95% interval …`."""
    said = figure_sentence(point.figure, metric.unit, currency, grain=metric.grain)
    return f"week from {words.day(point.from_day)}: {said}"


def trend_chart(trend: Trend, metric: MetricAbout, currency: str) -> Markup:
    """One level's weeks; nothing where hardly any has a figure."""
    known = [one.figure for one in trend.points if one.figure.value is not None]
    if len(known) < FEWEST:
        return Markup("")
    ends = [part for one in known for part in (one.low, one.value, one.high)]
    axis = axis_of([*ends, trend.target], metric.unit)
    if axis is None:
        return Markup("")
    days = [one.from_day for one in trend.points]
    x = scale((min(days), max(days)), (LEFT + 8, RIGHT - 8))
    y = scale((axis.low, axis.high), (BOTTOM, TOP))
    colour = trend.look.colour
    weeks = (
        _week(point, link, (x, y), week_says(point, metric, currency))
        for point, link in zip(trend.points, trend.links, strict=True)
    )
    target = (_dashed(y(trend.target)),) if trend.target is not None else ()
    tone = f"fill-{colour} spread"
    return linked(
        SIZE,
        f"{metric.name}, {trend.look.label}, week after week",
        *(_step(y(one), step_text(one, metric.unit, currency)) for one in axis.steps),
        *target,
        *(mark("polygon", points=one, class_=tone) for one in bands(trend.points, x, y)),
        path(line(trend.points, x, y), f"trend line-{colour}"),
        mark("g", *weeks, class_=f"fill-{colour}"),
        *_ends(days, x),
        kind="weeks",
    )


def _step(y: float, said: str) -> Markup:
    rule = path(f"M{LEFT:.1f} {y:.1f}H{RIGHT:.1f}", "grid")
    return Markup("{}{}").format(rule, text(LEFT - 6, y + 4, said, at="end"))


def _dashed(y: float) -> Markup:
    return path(f"M{LEFT:.1f} {y:.1f}H{RIGHT:.1f}", "dashed")


def _ends(days: Sequence[int], x: Place) -> tuple[Markup, ...]:
    """The first and the last week by name."""
    first, last = min(days), max(days)
    named = [text(x(first) - 8, BOTTOM + 18, words.day(first))]
    if last > first:
        named.append(text(RIGHT, BOTTOM + 18, words.day(last), at="end"))
    return tuple(named)


def runs(points: Sequence[TrendPoint]) -> list[list[TrendPoint]]:
    """The stretches of weeks that follow each other and have a figure."""
    found: list[list[TrendPoint]] = []
    for point in points:
        if point.figure.value is None:
            continue
        if not found or point.from_day > found[-1][-1].to_day + 1:
            found.append([])
        found[-1].append(point)
    return found


def line(points: Sequence[TrendPoint], x: Place, y: Place) -> str:
    """From week to week, with a gap where there is no figure."""
    return "".join(
        f"{'L' if place else 'M'}{x(point.from_day):.1f} {y(point.figure.value or 0):.1f}"
        for run in runs(points)
        for place, point in enumerate(run)
    )


def bands(points: Sequence[TrendPoint], x: Place, y: Place) -> list[str]:
    """The intervals of each stretch as an area; one that is not reached goes to the top."""
    found = []
    for run in runs(points):
        sure = [one for one in run if one.figure.low is not None]
        if len(sure) > 1:
            below = [f"{x(one.from_day):.1f},{y(one.figure.low or 0):.1f}" for one in sure]
            above = [f"{x(one.from_day):.1f},{y(_upper(one)):.1f}" for one in reversed(sure)]
            found.append(" ".join([*below, *above]))
    return found


def _upper(point: TrendPoint) -> float:
    high = point.figure.high
    return float("inf") if high is None else high


def _week(point: TrendPoint, href: str, places: tuple[Place, Place], says: str) -> Markup:
    """One week; the keyboard reaches it in the table of weeks, so it is no stop of its own."""
    x, y = places[0](point.from_day), BOTTOM
    dot = mark("circle", cx=x, cy=BOTTOM - 3, r=2.5, class_="hollow")
    if point.figure.value is not None:
        y = places[1](point.figure.value)
        dot = mark("circle", cx=x, cy=y, r=2.5, class_="pale" if point.figure.is_pale else "firm")
    hit = mark("rect", x=x - 8, y=TOP, width=16, height=BOTTOM - TOP, class_="hit")
    inside = (mark("title", says), hit, dot)
    return mark("a", *inside, href=href, aria_label=says, tabindex="-1", class_="row")
