"""What adjusted CSAT would be if unhappy customers answered more, or less, than happy ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp

from markupsafe import Markup

from tierwise.metrics.metric import Unit

from . import words
from .charts import height_at
from .desk_records import Sensitivity
from .figure_axis import axis_of, step_text
from .svg import WIDE, both, drawing, group, mark, path, scale, text

Place = Callable[[float], float]
LEFT, TOP = 46.0, 12.0


@dataclass(frozen=True, slots=True)
class Supposed:
    """A supposition: by how much unhappy customers answer more readily, as log odds."""

    gamma: float
    share: float


def supposed(found: Sensitivity, gamma: float) -> Supposed | None:
    """The share at a supposition, kept within those that were worked out."""
    if not found.points:
        return None
    at = min(max(gamma, found.points[0][0]), found.points[-1][0])
    return Supposed(at, height_at(found.points, at))


def readily(gamma: float) -> str:
    """A supposition in words.

    >>> readily(0.693), readily(-0.2), readily(0.0)
    ('unhappy customers answer 2 times as readily as happy ones', \
'happy customers answer 1.2 times as readily as unhappy ones', \
'unhappy customers answer as readily as happy ones')
    """
    times = words.decimal(exp(abs(gamma)))
    if times == "1":
        return "unhappy customers answer as readily as happy ones"
    who, others = ("unhappy", "happy") if gamma > 0 else ("happy", "unhappy")
    return f"{who} customers answer {times} times as readily as {others} ones"


def bias_chart(found: Sensitivity, at: Supposed, target: float | None) -> Markup:
    """The curve, the supposition in hand, the target, and where its verdict flips."""
    return both(lambda width: _bias(found, at, target, width))


def _bias(found: Sensitivity, at: Supposed, target: float | None, width: float) -> Markup:
    bottom = 190.0
    shares = [share for _, share in found.points]
    axis = axis_of([*shares, target], Unit.SHARE)
    if axis is None:
        return Markup("")
    first, last = found.points[0][0], found.points[-1][0]
    x, y = scale((first, last), (LEFT, width - 12)), scale((axis.low, axis.high), (bottom, TOP))
    line = " ".join(f"{x(gamma):.1f},{y(share):.1f}" for gamma, share in found.points)
    says = f"If {readily(at.gamma)}, CSAT would be {words.share(at.share)}"
    return drawing(
        (width, bottom + 36),
        f"Adjusted CSAT by how readily unhappy customers answer. {says}.",
        *(_step(y(one), step_text(one, Unit.SHARE, ""), width) for one in axis.steps),
        *_target(target, y, width),
        *_flip(found, target, (x, y), (bottom, width)),
        mark("polyline", points=line, class_="curve"),
        path(f"M{x(at.gamma):.1f} {bottom:.1f}V{TOP:.1f}", "dashed"),
        group(says, mark("circle", cx=x(at.gamma), cy=y(at.share), r=6, class_="fill-accent ring")),
        *_across((first, last), x, bottom, width),
    )


def _step(y: float, said: str, width: float) -> Markup:
    rule = path(f"M{LEFT:.1f} {y:.1f}H{width - 12:.1f}", "grid")
    return Markup("{}{}").format(rule, text(LEFT - 6, y + 4, said, at="end"))


def _target(target: float | None, y: Place, width: float) -> tuple[Markup, ...]:
    if target is None:
        return ()
    line = path(f"M{LEFT:.1f} {y(target):.1f}H{width - 12:.1f}", "expect thin")
    said = text(LEFT + 4, y(target) - 5, f"target {words.decimal(target * 100)}%", kind="halo ink")
    return (line, said)


def _flip(
    found: Sensitivity,
    target: float | None,
    places: tuple[Place, Place],
    box: tuple[float, float],
) -> tuple[Markup, ...]:
    """A mark on the curve where the verdict on the target turns."""
    flips, (x, y), (_, width) = found.flips_at, places, box
    if flips is None or target is None or not found.points[0][0] <= flips <= found.points[-1][0]:
        return ()
    place, height = x(flips), y(height_at(found.points, flips))
    says = f"the verdict flips at γ = {words.decimal(flips, digits=2)}"
    cross = path(f"M{place - 6:.1f} {height:.1f}h12M{place:.1f} {height - 6:.1f}v12", "expect")
    # The curve only rises, so the room is below it and to the right.
    at, aside = ("end", -4) if place > width - 110 else ("start", 10)
    said = text(place + aside, height + 20, "verdict flips", at=at, kind="halo ink")
    return (group(says, cross), said)


def _across(span: tuple[float, float], x: Place, bottom: float, width: float) -> Sequence[Markup]:
    """What the directions of the scale mean."""
    first, last = span
    wide = width >= WIDE
    return (
        *(
            text(x(gamma), bottom + 16, words.decimal(gamma), at=at)
            for gamma, at in ((first, "start"), (0.0, "middle"), (last, "end"))
            if first <= gamma <= last
        ),
        text(LEFT, bottom + 32, "happy answer more" if wide else "happy more"),
        text(width / 2 + 18, bottom + 32, "γ", at="middle"),
        text(width - 12, bottom + 32, "unhappy answer more" if wide else "unhappy more", at="end"),
    )
