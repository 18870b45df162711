"""A promise as a strip of time: whom each stretch waited for, and when it was due."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .promise_records import Cause
from .promise_words import CLOSED, COUNTED, DONE, LEFT, OUTSIDE, PAUSED
from .svg import group, mark, path, scale

STRIP_HEIGHT = 26.0
# Whom a stretch waited for: the top and the height of its block, tone, and pattern if any.
BLOCKS: dict[str, tuple[float, float, str, str]] = {
    Cause.UNASSIGNED: (3, 20, "who-nobody", "hatched"),
    Cause.AGENT: (3, 20, "who-agent", ""),
    Cause.OTHER_TEAM: (3, 20, "who-team", "dotted"),
    Cause.HOLD: (13, 10, "who-hold", "barred"),
    Cause.CUSTOMER: (3, 10, "who-customer", ""),
    OUTSIDE: (11, 4, "who-outside", ""),
    DONE: (12.5, 1, "who-outside", ""),
    COUNTED: (3, 20, "who-agent", ""),
    PAUSED: (13, 10, "who-hold", "barred"),
    CLOSED: (11, 4, "who-outside", ""),
    LEFT: (3, 20, "who-left", ""),
}
_PATTERNS = {
    "hatched": path("M-1 1L1 -1M0 6L6 0M5 7L7 5", "weave"),
    "dotted": mark("circle", cx=3, cy=3, r=1.3, class_="weave-dot"),
    "barred": path("M1 0V6", "weave"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of time in a strip; `who` is a key of `BLOCKS`."""

    start_s: int
    end_s: int
    who: str
    says: str


def patterns() -> Markup:
    """What the blocks of strips are filled with; once on a page that has strips."""
    found = (
        mark("pattern", inside, id=name, width=6, height=6, patternUnits="userSpaceOnUse")
        for name, inside in _PATTERNS.items()
    )
    defs = mark("defs", *found)
    return mark("svg", defs, class_="patterns", aria_hidden="true", width=0, height=0)


def strip_of(blocks: Sequence[Block], label: str, *, due_s: int | None = None) -> Markup:
    """Time from the first block to the last, coloured and woven by whom it waited for."""
    shown = [one for one in blocks if one.start_s < one.end_s]
    if not shown:
        return Markup("")
    begin, end = shown[0].start_s, shown[-1].end_s
    x = scale((begin, end), (0, 100))
    parts = [group(one.says, *_woven(one, x)) for one in shown]
    if due_s is not None and begin <= due_s <= end:
        at = f"{x(due_s):.2f}%"
        tick = mark("line", x1=at, x2=at, y1=0, y2=STRIP_HEIGHT, class_="expect")
        parts.append(group("due", tick))
    return mark("svg", *parts, class_="c past", role="img", aria_label=label)


def _woven(one: Block, x: Callable[[float], float]) -> tuple[Markup, ...]:
    left, size = x(one.start_s), x(one.end_s) - x(one.start_s)
    return _rects(one.who, f"{left:.2f}%", f"{size:.2f}%")


def _rects(who: str, left: str, size: str) -> tuple[Markup, ...]:
    """A block in its tone, and over it the pattern that tells it without colour."""
    top, height, tone, pattern = BLOCKS[who]
    ground = mark("rect", x=left, y=top, width=size, height=height, class_=tone)
    if not pattern:
        return (ground,)
    weave = f"url(#{pattern})"
    return ground, mark("rect", x=left, y=top, width=size, height=height, fill=weave)


def swatch(who: str) -> Markup:
    """A block for the legend."""
    inside = _rects(who, "0", "26")
    return mark("svg", *inside, class_="swatch", view_box="0 0 26 26", aria_hidden="true")
