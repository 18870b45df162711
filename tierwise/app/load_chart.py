"""Open tickets of each agent against what the agent can hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .people_words import load_says, load_sign
from .promise_charts import linked
from .svg import WIDE, both, mark, scale, text


@dataclass(frozen=True, slots=True)
class LoadBar:
    """One agent; `capacity` None is not said."""

    name: str
    held: int
    capacity: int | None
    link: str


def load_chart(bars: Sequence[LoadBar]) -> Markup:
    """A bar for each agent in the order given, the capacity as a frame, each leading to tickets."""
    return both(lambda width: _chart(bars, width)) if bars else Markup("")


def _chart(bars: Sequence[LoadBar], width: float) -> Markup:
    wide = width >= WIDE
    left, step, right = (150.0, 32.0, 150.0) if wide else (0.0, 48.0, 8.0)
    most = max(1, *(one.held for one in bars), *(one.capacity or 0 for one in bars))
    length = scale((0, most), (0, width - left - right))
    parts = []
    for place, one in enumerate(bars):
        top = place * step
        inside = _bar(one, length, (left, top), width)
        said = f"{one.name}: {load_says(one.held, one.capacity)}"
        hit = mark("rect", x=0, y=top, width=width, height=step, rx=4, class_="hit")
        named = mark("title", said)
        parts.append(mark("a", named, hit, *inside, href=one.link, aria_label=said, class_="row"))
    return linked((width, len(bars) * step + 2), "Open tickets against capacity", *parts)


def _bar(
    one: LoadBar, length: Callable[[float], float], place: tuple[float, float], width: float
) -> tuple[Markup, ...]:
    """Name, bar and frame; what is over the capacity is woven, so that it shows without colour."""
    wide, (left, top) = width >= WIDE, place
    y = top + (8 if wide else 24)
    within = one.held if one.capacity is None else min(one.held, one.capacity)
    parts = [text(left - 12, top + 21, one.name, at="end", kind="ink")]
    if not wide:
        parts = [text(0, top + 16, one.name, kind="ink")]
    parts.append(_rect(left, y, length(within), "fill-accent"))
    if one.held > within:
        over = left + length(within), y, length(one.held - within)
        parts += [_rect(*over, "who-nobody"), _rect(*over, "", fill="url(#hatched)")]
    if one.capacity is not None:
        parts.append(_rect(left, y, length(one.capacity), "frame"))
    sign = load_sign(one.held, one.capacity)
    shape = mark("tspan", sign.shape, class_=f"tone-{sign.tone}")
    said = mark("tspan", f" {load_says(one.held, one.capacity)}", class_="ink")
    parts.append(
        mark("text", shape, said, x=width - 2, y=top + (21 if wide else 16), text_anchor="end")
    )
    return tuple(parts)


def _rect(x: float, y: float, size: float, kind: str, **more: str) -> Markup:
    named = {"class_": kind} if kind else {}
    return mark("rect", x=x, y=y, width=max(size, 0.0), height=18, **named, **more)
