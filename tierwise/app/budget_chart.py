"""A budget burning down: misses left day by day, an even pace, and where the last week leads."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from tierwise.metrics.metric import Unit

from . import words
from .desk_records import BudgetDay, BudgetLine
from .figure_axis import axis_of, step_text
from .promise_charts import linked
from .svg import WIDE, both, group, mark, path, scale, text

Place = Callable[[float], float]
TOP = 10.0


def burn_down(line: BudgetLine, label: str, links: Sequence[str], colour: str) -> Markup:
    """The days of a budget, each known one a link; nothing where nothing may break."""
    if not line.days or line.allowed <= 0:
        return Markup("")
    return both(lambda width: _burn_down(line, label, (links, colour), width))


def _burn_down(
    line: BudgetLine, label: str, drawn: tuple[Sequence[str], str], width: float
) -> Markup:
    links, colour = drawn
    bottom = 176.0 if width >= WIDE else 150.0
    left = (line.allowed - one for one in _ends(line))
    axis = axis_of([0.0, line.allowed, *left], Unit.COUNT, about=5)
    if axis is None:
        return Markup("")
    x = scale((line.days[0].day - 1, line.days[-1].day), (44, width - 10))
    y = scale((axis.low, axis.high), (bottom, TOP))
    known = [one for one in line.days if one.used is not None]
    return linked(
        (width, bottom + 22),
        label,
        *(_step(y(one), step_text(one, Unit.COUNT, ""), width) for one in axis.steps),
        path(f"M44 {y(0):.1f}H{width - 10:.1f}", "axis"),
        *_ahead(line, known, x, y),
        path(_line([(one.day, one.even) for one in line.days], line.allowed, x, y), "dashed"),
        path(
            _line([(one.day, one.used or 0.0) for one in known], line.allowed, x, y),
            f"trend line-{colour}",
        ),
        mark(
            "g",
            *(
                _day(one, line, (x(one.day), y(line.allowed - (one.used or 0))), (href, bottom))
                for one, href in zip(known, links, strict=False)
            ),
            class_=f"fill-{colour}",
        ),
        *_names(line.days, x, bottom),
    )


def _ends(line: BudgetLine) -> list[float]:
    ends = [part for one in line.days for part in (one.used, one.high)]
    return [one for one in ends if one is not None]


def _step(y: float, said: str, width: float) -> Markup:
    rule = path(f"M44 {y:.1f}H{width - 10:.1f}", "grid")
    return Markup("{}{}").format(rule, text(38, y + 4, said, at="end"))


def _line(used: Sequence[tuple[int, float]], allowed: float, x: Place, y: Place) -> str:
    """What is left by the end of each day, from all of it on the evening before the first."""
    if not used:
        return ""
    start = f"M{x(used[0][0] - 1):.1f} {y(allowed):.1f}"
    return start + "".join(f"L{x(day):.1f} {y(allowed - gone):.1f}" for day, gone in used)


def _ahead(line: BudgetLine, known: Sequence[BudgetDay], x: Place, y: Place) -> tuple[Markup, ...]:
    """Where the pace of the last week leads, from the last day known on."""
    to_come = [one for one in line.days if one.low is not None and one.high is not None]
    if not to_come:
        return ()
    last = known[-1] if known else None
    start = [(last.day, last.used or 0.0)] if last and last.day < to_come[0].day else []
    best = [*start, *((one.day, one.low or 0.0) for one in to_come)]
    worst = [*start, *((one.day, one.high or 0.0) for one in to_come)]
    round_it = [*best, *reversed(worst)]
    places = " ".join(f"{x(day):.1f},{y(line.allowed - gone):.1f}" for day, gone in round_it)
    return (group(_ahead_says(line, to_come[-1]), mark("polygon", points=places, class_="area")),)


def _ahead_says(line: BudgetLine, last: BudgetDay) -> str:
    low, high = words.count(round(last.low or 0)), words.count(round(last.high or 0))
    return f"At the pace of the last week, {low} to {high} misses by {words.day(last.day)}"


def _day(
    one: BudgetDay, line: BudgetLine, place: tuple[float, float], goes: tuple[str, float]
) -> Markup:
    """A day that is known; the numbers behind it stand in words beside the drawing too."""
    (x, y), (href, bottom) = place, goes
    left = words.count(round(line.allowed - (one.used or 0)))
    broke = words.many(round(one.used or 0), "miss", "misses")
    says = f"{words.day(one.day)}: {broke} so far, {left} left"
    hit = mark("rect", x=x - 6, y=TOP, width=12, height=bottom - TOP, class_="hit")
    inside = (mark("title", says), hit, mark("circle", cx=x, cy=y, r=2.2))
    return mark("a", *inside, href=href, aria_label=says, tabindex="-1", class_="row")


def _names(days: Sequence[BudgetDay], x: Place, bottom: float) -> tuple[Markup, ...]:
    first, last = days[0].day, days[-1].day
    return (
        text(x(first - 1), bottom + 17, words.day(first)),
        text(x(last), bottom + 17, words.day(last), at="end"),
    )
