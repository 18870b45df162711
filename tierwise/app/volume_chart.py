"""Tickets day by day, the band of what was expected, and the days that stand out."""

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from tierwise.metrics.metric import Unit

from . import words
from .desk_records import UnusualDay
from .figure_axis import axis_of, step_text
from .promise_charts import DRAWN, linked
from .svg import WIDE, both, mark, path, scale, text
from .volume_words import way_of

Place = Callable[[float], float]
Day = tuple[int, int, float, float, float]  # day, seen, expected, low, high
LEFT, TOP = 44.0, 24.0


def volume_chart(
    days: Sequence[Day], links: Sequence[str], unusual: Mapping[int, UnusualDay]
) -> Markup:
    """The days, each a link to its tickets; `unusual` by day."""
    if not days:
        return Markup("")
    return both(lambda width: _chart(days, links, unusual, width), wide=DRAWN)


def _chart(
    days: Sequence[Day], links: Sequence[str], unusual: Mapping[int, UnusualDay], width: float
) -> Markup:
    bottom = 240.0 if width >= WIDE else 200.0
    axis = axis_of([part for one in days for part in (one[1], one[4])], Unit.COUNT)
    if axis is None:
        return Markup("")
    x = scale((days[0][0], days[-1][0]), (LEFT + 8, width - 18))
    y = scale((axis.low, axis.high), (bottom, TOP))
    marks = (
        _day(one, link, unusual.get(one[0]), (x, y, bottom))
        for one, link in zip(days, links, strict=True)
    )
    return linked(
        (width, bottom + 24),
        "Tickets day by day, with what was expected",
        *(_step(y(one), step_text(one, Unit.COUNT, ""), width) for one in axis.steps),
        mark("polygon", points=_band(days, x, y), class_="area"),
        path(_line([(one[0], one[2]) for one in days], x, y), "dashed"),
        path(_line([(one[0], one[1]) for one in days], x, y), "trend line-accent"),
        *marks,
        text(LEFT, bottom + 18, words.day(days[0][0])),
        text(width - 10, bottom + 18, words.day(days[-1][0]), at="end"),
    )


def _step(y: float, said: str, width: float) -> Markup:
    rule = path(f"M{LEFT:.1f} {y:.1f}H{width - 10:.1f}", "grid")
    return Markup("{}{}").format(rule, text(LEFT - 6, y + 4, said, at="end"))


def _line(points: Sequence[tuple[int, float]], x: Place, y: Place) -> str:
    return "M" + "L".join(f"{x(day):.1f} {y(number):.1f}" for day, number in points)


def _band(days: Sequence[Day], x: Place, y: Place) -> str:
    below = [f"{x(one[0]):.1f},{y(one[3]):.1f}" for one in days]
    above = [f"{x(one[0]):.1f},{y(one[4]):.1f}" for one in reversed(days)]
    return " ".join([*below, *above])


def _day(
    one: Day, href: str, unusual: UnusualDay | None, places: tuple[Place, Place, float]
) -> Markup:
    """A day; one that stands out is larger and says so."""
    (day, seen, expected, *_), (x, y, bottom) = one, places
    says = (
        f"{words.day(day)}: {words.many(seen, 'ticket')}, {words.count(round(expected))} expected"
    )
    parts = [mark("circle", cx=x(day), cy=y(seen), r=2, class_="fill-accent")]
    if unusual is not None:
        says += f"; {way_of(unusual)} than chance explains"
        said = text(x(day), y(seen) - 11, words.count(seen), at="middle", kind="halo strong")
        parts = [mark("circle", cx=x(day), cy=y(seen), r=5.5, class_="flagged ring"), said]
    hit = mark("rect", x=x(day) - 6, y=TOP, width=12, height=bottom - TOP, class_="hit")
    inside = (mark("title", says), hit, *parts)
    return mark("a", *inside, href=href, aria_label=says, tabindex="-1", class_="row")
