"""Charts as SVG strings, each a pure function of records: concentration, bars, RFM grid, moves."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from . import words
from .answers import NOT_YET_KNOWN, RfmCell
from .svg import WIDE, both, drawing, group, mark, path, scale, text, tone

Points = Sequence[tuple[float, float]]
Moves = Sequence[tuple[str, str, int]]
FIFTHS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
SCORES = (1, 2, 3, 4, 5)
MOST_MOVES = 10


@dataclass(frozen=True, slots=True)
class BorderLine:
    """Where a level begins on the Lorenz curve: the share of customers that stays below it."""

    label: str
    colour: str
    below: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is, how long, the number written beside it; `kind` is its colour."""

    label: str
    value: float
    written: str
    kind: str


def strip(part: float, colour: str = "accent") -> Markup:
    """A small bar for a table cell that already holds the number."""
    track = mark("rect", width=90, height=8, rx=3, class_="track")
    bar = mark("rect", width=max(1.0, part * 90), height=8, rx=3, class_=f"fill-{colour}")
    return mark("svg", track, bar, class_="strip", view_box="0 0 90 8", aria_hidden="true")


def height_at(points: Points, x: float) -> float:
    """The curve's height at `x`, straight between its points.

    >>> height_at([(0, 0), (0.5, 0.1), (1, 1)], 0.75)
    0.55
    """
    after = bisect_left(points, (x, -1.0))
    if after == 0 or after >= len(points):
        return points[min(after, len(points) - 1)][1]
    (x0, y0), (x1, y1) = points[after - 1], points[after]
    return y0 if x1 == x0 else y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def lorenz(points: Points, borders: Sequence[BorderLine], *, wide: float = WIDE) -> Markup:
    """Share of revenue of the lowest customers, with the border of every level drawn in."""
    if len(points) < 2:
        return Markup("")
    return both(lambda width: _lorenz(points, borders, width), wide=wide)


def _lorenz(points: Points, borders: Sequence[BorderLine], width: float) -> Markup:
    height = 350.0 if width >= WIDE else 290.0
    x, y = scale((0, 1), (44, width - 14)), scale((0, 1), (height - 42, 10))
    line = " ".join(f"{x(px):.1f},{y(py):.1f}" for px, py in points)
    left, right, bottom, top = x(0), x(1), y(0), y(1)
    area = f"{left:.1f},{bottom:.1f} {line} {right:.1f},{bottom:.1f}"
    label = "Lorenz curve. " + ". ".join(_border_sentence(points, one) for one in borders)
    return drawing(
        (width, height),
        label,
        *(_lorenz_step(part, x(part), y(part), (left, right, bottom, top)) for part in FIFTHS),
        path(f"M{left:.1f} {bottom:.1f}L{right:.1f} {top:.1f}", "dashed"),
        mark("polygon", points=area, class_="area"),
        mark("polyline", points=line, class_="curve"),
        *(
            path(f"M{x(one.below):.1f} {bottom:.1f}V{top:.1f}", f"border line-{one.colour}")
            for one in borders
        ),
        *(
            _border_mark(points, one, (x(one.below), y(height_at(points, one.below)), 30 + 20 * n))
            for n, one in enumerate(borders)
        ),
        text(
            (left + right) / 2, height - 6, "customers, from lowest to highest value", at="middle"
        ),
    )


def _lorenz_step(part: float, x: float, y: float, box: tuple[float, float, float, float]) -> Markup:
    left, right, bottom, top = box
    return Markup("{}{}{}").format(
        path(f"M{left:.1f} {y:.1f}H{right:.1f}M{x:.1f} {bottom:.1f}V{top:.1f}", "grid"),
        text(x, bottom + 16, f"{part:.0%}", at="end" if part == 1 else "middle"),
        text(left - 6, y + 4, f"{part:.0%}", at="end"),
    )


def _border_sentence(points: Points, border: BorderLine) -> str:
    brought = words.share(1 - height_at(points, border.below))
    return f"{border.label}: {words.top((1 - border.below) * 100)} bring {brought} of revenue"


def _border_mark(points: Points, border: BorderLine, place: tuple[float, float, float]) -> Markup:
    x, y, words_at = place
    sentence = _border_sentence(points, border)
    dot = mark("circle", cx=x, cy=y, r=5, class_=f"fill-{border.colour} ring")
    return group(sentence, dot, text(x - 8, words_at, sentence, at="end", kind="strong halo"))


def bars(rows: Sequence[Bar], label: str) -> Markup:
    """Horizontal bars with their numbers."""
    return both(lambda width: _bars(rows, label, width)) if rows else Markup("")


def _bars(rows: Sequence[Bar], label: str, width: float) -> Markup:
    wide = width >= WIDE
    left, step = (150.0, 33.0) if wide else (4.0, 42.0)
    length = scale((0, max(max(row.value for row in rows), 1e-9)), (0, width - left - 106))
    marks = []
    for place, row in enumerate(rows):
        top = place * step + (4 if wide else 20)
        name = text(left - 10, top + 13, row.label, at="end", kind="ink")
        if not wide:
            name = text(0, top - 4, row.label, kind="ink")
        end = left + max(1.5, length(row.value))
        bar = mark("rect", x=left, y=top, width=end - left, height=18, rx=3, class_=row.kind)
        number = text(end + 8, top + 13, row.written, kind="ink")
        marks.append(group(f"{row.label}: {row.written}", name, bar, number))
    return drawing((width, len(rows) * step + 6), label, *marks)


def rfm_grid(cells: Sequence[RfmCell], currency: str) -> Markup:
    """Recency × frequency: the area of a disc counts customers, its tone is revenue."""
    return both(lambda width: _rfm_grid(cells, currency, width)) if cells else Markup("")


def _rfm_grid(cells: Sequence[RfmCell], currency: str, width: float) -> Markup:
    left, height = (58.0, 74.0) if width >= WIDE else (26.0, 62.0)
    step, bottom = (width - left) / 5, 4 + 5 * height
    most = max(1, *(cell.customers for cell in cells))
    richest = max(cell.revenue_minor for cell in cells)
    radius = scale((0, 1), (0, min(step, height - 18) / 2))
    marks = []
    for cell in cells:
        x, y = left + (cell.r - 0.5) * step, 4 + (5 - cell.f) * height
        size = max(1.5, radius((cell.customers / most) ** 0.5)) if cell.customers else 0
        kind = f"disc {tone(cell.revenue_minor, richest)}"
        disc = mark("circle", cx=x, cy=y + height / 2 - 8, r=size, class_=kind)
        number = text(x, y + height - 4, words.count(cell.customers), at="middle", kind="ink")
        marks.append(group(cell_sentence(cell, currency), disc, number))
    lines = (path(f"M{left:.1f} {4 + n * height:.1f}H{width:.1f}", "grid") for n in range(6))
    across = (text(left + (r - 0.5) * step, bottom + 16, str(r), at="middle") for r in SCORES)
    up = (text(left - 10, 8 + (5.5 - f) * height, str(f), at="end") for f in SCORES)
    ends = (text(0, 18, "often"), text(0, bottom - 6, "rarely")) if width >= WIDE else ()
    below = text((left + width) / 2, bottom + 34, "recency: 5 bought most recently", at="middle")
    label = "RFM grid: customers by recency and frequency score, 5 is best"
    return drawing((width, bottom + 40), label, *lines, *marks, *up, *across, *ends, below)


def cell_sentence(cell: RfmCell, currency: str) -> str:
    """What a disc stands for."""
    return (
        f"Recency {cell.r}, frequency {cell.f}: {words.many(cell.customers, 'customer')}, "
        f"revenue {words.round_money(cell.revenue_minor, currency)}"
    )


def matrix(movement: Moves, names: Sequence[str]) -> Markup:
    """Who moved from which group (rows) to which (columns); on a phone, the largest moves."""
    if not movement:
        return Markup("")
    rows = [name for name in names if any(name == then for then, _, _ in movement)]
    columns = [name for name in names if any(name == now for _, now, _ in movement)]
    moved = [move for move in movement if move[0] not in {move[1], NOT_YET_KNOWN}]
    most = max((number for _, _, number in moved), default=0)
    return Markup("{}{}").format(
        mark("div", _matrix(movement, (rows, columns), most), class_="wide"),
        mark("div", _largest_moves(moved), class_="narrow"),
    )


def _matrix(movement: Moves, sides: tuple[list[str], list[str]], most: float) -> Markup:
    left, top, step, width = 130.0, 84.0, 28.0, 1200.0
    rows, columns = sides
    cell = (width - left - 60) / len(columns)
    marks = [
        text(left - 10, top + place * step + 19, name, at="end", kind="ink")
        for place, name in enumerate(rows)
    ]
    for place, name in enumerate(columns):
        x = left + (place + 0.5) * cell - 4
        marks.append(mark("text", name, x=x, y=top - 8, transform=f"rotate(-32 {x:.1f} {top - 8})"))
    for then, now, number in movement:
        x, y = left + columns.index(now) * cell, top + rows.index(then) * step
        kind = "stay" if then == now else tone(number, most)
        square = mark(
            "rect", x=x, y=y, width=cell - 2, height=step - 2, rx=3, class_=f"cell {kind}"
        )
        number_text = text(x + cell / 2 - 1, y + 18, words.count(number), at="middle", kind="ink")
        marks.append(
            group(f"{then} → {now}: {words.many(number, 'customer')}", square, number_text)
        )
    size = (width, top + len(rows) * step + 4)
    return drawing(size, "Movement between groups: rows then, columns now", *marks)


def _largest_moves(moved: Moves) -> Markup:
    rows = sorted(moved, key=lambda move: (-move[2], move[0], move[1]))[:MOST_MOVES]
    if not rows:
        return Markup("")
    found = [Bar(f"{a} → {b}", n, words.count(n), "fill-accent") for a, b, n in rows]
    return _bars(found, "The largest moves between groups", 350)
