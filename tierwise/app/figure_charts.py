"""Figures drawn: a dot at the value, a band for its interval, a tick at the target, by level.

Each group has an axis of its own. Every row is a link, so a drawing is a group to a screen reader.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tierwise.metrics.figures import Figure

from . import figure_words
from .figure_axis import Axis, axis_of, step_text
from .looks import Look
from .promise_charts import linked
from .promise_words import Sign
from .scorecard_records import ScoreLine
from .svg import WIDE, both, mark, path, scale, text

Place = Callable[[float], float]
TITLE, GAP = 24.0, 10.0
SHORT_NAME = 22


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of a group: whose it is, what is written beside it, and where it leads."""

    look: Look
    figure: Figure
    written: str
    says: str
    link: str
    target: float | None = None
    aim: str = ""
    verdict: Sign | None = None
    change: str = ""
    change_sign: Sign | None = None


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """Figures of one unit that are drawn on one axis; the title leads to `link`."""

    title: str
    link: str
    unit: str
    rows: tuple[FigureRow, ...]


def row_of(line: ScoreLine, look: Look, link: str, currency: str) -> FigureRow:
    """A line of a scorecard as a row of a drawing."""
    changed = line.change is not None
    return FigureRow(
        look=look,
        figure=line.figure,
        written=figure_words.line_text(line, currency),
        says=figure_words.line_sentence(line, look.label, currency),
        link=link,
        target=line.aim.target if line.aim else None,
        aim=figure_words.line_aim(line, currency),
        verdict=figure_words.aim_sign(line.aim) if line.aim else None,
        change=figure_words.line_change(line, currency) if changed else "",
        change_sign=figure_words.line_change_sign(line, currency) if changed else None,
    )


def figure_chart(groups: Sequence[FigureGroup], label: str, currency: str) -> Markup:
    """The groups one below the other, for a desk and for a phone."""
    shown = [one for one in groups if one.rows]
    return both(lambda width: _chart(shown, label, currency, width)) if shown else Markup("")


def _chart(groups: Sequence[FigureGroup], label: str, currency: str, width: float) -> Markup:
    parts: list[Markup] = []
    y = 2.0
    for group in groups:
        drawn = _group(group, y, currency, width)
        parts += drawn
        y += _height(group, width)
    return linked((width, y - GAP + 2), label, *parts)


def _height(group: FigureGroup, width: float) -> float:
    title = TITLE if group.title or width >= WIDE else 6.0
    below = 0.0 if width >= WIDE else 18.0
    return title + len(group.rows) * _row_height(width) + below + GAP


def _row_height(width: float) -> float:
    return 30.0 if width >= WIDE else 46.0


def _group(group: FigureGroup, top: float, currency: str, width: float) -> list[Markup]:
    wide = width >= WIDE
    axis = axis_of(_shown(group.rows), group.unit)
    y = top + (TITLE if group.title or wide else 6.0)
    bottom = y + len(group.rows) * _row_height(width)
    parts = [_title(group, top)] if group.title else []
    x = scale((axis.low, axis.high), _plot(width)) if axis else scale((0, 1), _plot(width))
    if axis:
        at = top + 15 if wide else bottom + 14
        parts += _grid(
            axis, x, (y, bottom, at), [step_text(s, group.unit, currency) for s in axis.steps]
        )
    for place, row in enumerate(group.rows):
        parts.append(_linked_row(row, x, y + place * _row_height(width), width))
    return parts


def _plot(width: float) -> tuple[float, float]:
    return (158.0, 356.0) if width >= WIDE else (10.0, 224.0)


def _shown(rows: Iterable[FigureRow]) -> list[float | None]:
    drawn = [one for one in rows if one.figure.value is not None]
    ends = [part for one in drawn for part in (one.figure.low, one.figure.high)]
    return [*ends, *(one.figure.value for one in drawn), *(one.target for one in rows)]


def _title(group: FigureGroup, top: float) -> Markup:
    named = text(0, top + 15, group.title, kind="strong")
    if not group.link:
        return named
    return mark("a", named, href=group.link, class_="row head")


def _grid(
    axis: Axis, x: Place, places: tuple[float, float, float], says: Sequence[str]
) -> list[Markup]:
    """A thin line at every step, the steps written above or below them."""
    top, bottom, words_at = places
    lines = [path(f"M{x(step):.1f} {top:.1f}V{bottom:.1f}", "grid") for step in axis.steps]
    return lines + [
        text(x(step), words_at, said, at="start" if x(step) < 12 else "middle")
        for step, said in zip(axis.steps, says, strict=True)
    ]


def _linked_row(row: FigureRow, x: Place, y: float, width: float) -> Markup:
    hit = mark("rect", x=0, y=y, width=width, height=_row_height(width), rx=4, class_="hit")
    inside = (mark("title", row.says), hit, *_row(row, x, y, width))
    return mark("a", *inside, href=row.link, aria_label=row.says, class_="row")


def _row(row: FigureRow, x: Place, y: float, width: float) -> tuple[Markup, ...]:
    """A level's name, its mark, and in figures the value, the target and the change."""
    wide = width >= WIDE
    base, middle = y + (19 if wide else 17), y + (15 if wide else 33)
    move = f"translate(8 {base - 10:.1f}) scale(.78)"
    shape = mark("path", d=row.look.path, transform=move, class_=f"fill-{row.look.colour}")
    name = text(25, base, _short(row.look.label), kind="ink")
    if row.figure.value is None:
        said = text(_plot(width)[0], middle + 4, row.written, kind="halo")
        return (shape, name, *_tick(row, x, middle), said)
    told = text(438 if wide else width - 70, base, _written(row), at="end", kind="ink")
    aim = text(444 if wide else width - 64, base, f"/ {row.aim}") if row.aim else Markup("")
    return (shape, name, *figure_mark(row, x, middle), told, aim, _change(row, middle, width))


def _short(name: str) -> str:
    return name if len(name) <= SHORT_NAME else f"{name[: SHORT_NAME - 1]}…"


def _written(row: FigureRow) -> str:
    return f"{row.verdict.shape} {row.written}" if row.verdict else row.written


def _change(row: FigureRow, middle: float, width: float) -> Markup:
    """The change with its arrow; what may be chance is said and not coloured."""
    if row.change_sign is None:
        return Markup("")
    shape = mark("tspan", row.change_sign.shape, class_=f"tone-{row.change_sign.tone}")
    said = mark("tspan", f" {row.change}")
    return mark("text", shape, said, x=width - 2, y=middle + 4, text_anchor="end")


def figure_mark(row: FigureRow, x: Place, y: float) -> tuple[Markup, ...]:
    """Dot, band and tick; pale where little stands behind them, the tick alone without a figure."""
    found, colour = row.figure, f"fill-{row.look.colour}"
    if found.value is None:
        return _tick(row, x, y)
    parts: list[Markup] = []
    if found.low is not None:
        left, right = x(found.low), x(found.high if found.high is not None else float("inf"))
        size = max(right - left, 2.0)
        parts.append(
            mark("rect", x=left, y=y - 4, width=size, height=8, rx=4, class_=f"{colour} spread")
        )
    parts.append(mark("circle", cx=x(found.value), cy=y, r=5.5, class_=f"{colour} ring"))
    firm = mark("g", *parts, class_="pale" if found.is_pale else "firm")
    return (firm, *_tick(row, x, y))


def _tick(row: FigureRow, x: Place, y: float) -> tuple[Markup, ...]:
    if row.target is None:
        return ()
    at = x(row.target)
    return (path(f"M{at:.1f} {y - 10:.1f}V{y + 10:.1f}", "expect"),)
