"""Pictures of promises: shares kept beside their targets, week after week, and why some broke.

Marks that lead somewhere are links, so these drawings are groups to a screen reader, not images.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from tierwise.metrics.attainment import Attainment, Verdict

from . import promise_words, words
from .looks import Look
from .svg import WIDE, both, mark, path, scale, text

Place = Callable[[float], float]
# Where the axis begins, and its steps: the first that holds everything drawn.
AXES = ((0.9, 0.02), (0.8, 0.05), (0.7, 0.1), (0.6, 0.1), (0.5, 0.1), (0.0, 0.2))
MOST_WEEKS = 13
DRAWN = 1200
DESK_ROW, PHONE_ROW = 40.0, 46.0
SPARK = (300.0, 44.0)


@dataclass(frozen=True, slots=True)
class PromiseMark:
    """One promise of one level, and the address of the tickets behind it."""

    clock: str
    level: Look
    within: str
    found: Attainment
    link: str


@dataclass(frozen=True, slots=True)
class CauseBar:
    """A cause of late promises: how many, what is written beside it, where it leads."""

    label: str
    late: int
    written: str
    link: str
    is_chosen: bool = True


def linked(size: tuple[float, float], label: str, *inside: Markup, kind: str = "") -> Markup:
    """A whole picture with links in it."""
    box = f"0 0 {size[0]:.0f} {size[1]:.0f}"
    named = f"c {kind}".strip()
    return mark("svg", *inside, class_=named, view_box=box, role="group", aria_label=label)


def _link(href: str, says: str, *inside: Markup) -> Markup:
    return mark("a", mark("title", says), *inside, href=href, aria_label=says, class_="row")


def axis(founds: Iterable[Attainment]) -> tuple[float, float]:
    """Where the axis begins and how far its steps are apart; it always ends at 100 %."""
    judged = [one for one in founds if _is_drawn(one)]
    shown = (part for one in judged for part in (one.low, one.share, one.target))
    least = min((part for part in shown if part is not None), default=1.0)
    return next(one for one in AXES if one[0] <= least)


def _is_drawn(found: Attainment) -> bool:
    return found.share is not None and found.verdict is not Verdict.TOO_FEW


def attainment_chart(marks: Sequence[PromiseMark], label: str) -> Markup:
    """A dot for the share kept, a band for its interval, a tick at the target; by clock."""
    return both(lambda width: attainment_drawing(marks, label, width)) if marks else Markup("")


def attainment_drawing(
    marks: Sequence[PromiseMark], label: str, width: float, *, row: float = DESK_ROW
) -> Markup:
    """The same for one width; on paper nobody has to hit a row, so rows may be lower there."""
    wide = width >= WIDE
    begins, step = axis(one.found for one in marks)
    x = scale((begins, 1), (236, width - 112) if wide else (8, width - 100))
    row, y = (row if wide else PHONE_ROW), 4.0
    parts: list[Markup] = []
    for clock, ours in groupby(marks, key=lambda one: one.clock):
        parts.append(text(0, y + 15, clock, kind="strong"))
        y += 23
        for one in ours:
            hit = mark("rect", x=0, y=y, width=width, height=row, rx=4, class_="hit")
            middle = y + (row / 2 if wide else 32)
            parts.append(_link(one.link, mark_sentence(one), hit, *_row(one, x, middle, width)))
            y += row
        y += 7
    steps = (begins + n * step for n in range(round((1 - begins) / step) + 1))
    return linked((width, y + 20), label, *(_axis_step(at, x(at), y) for at in steps), *parts)


def _axis_step(part: float, x: float, bottom: float) -> Markup:
    return Markup("{}{}").format(
        path(f"M{x:.1f} 24V{bottom:.1f}", "grid"),
        text(x, bottom + 15, f"{part:.0%}", at="start" if x < 10 else "middle"),
    )


def mark_sentence(one: PromiseMark) -> str:
    """What a mark shows, in words."""
    within = f", {one.within}" if one.within else ""
    return f"{one.clock}, {one.level.label}{within}: {promise_words.kept_sentence(one.found)}"


def _row(one: PromiseMark, x: Place, middle: float, width: float) -> tuple[Markup, ...]:
    """A level's name, what it promises, the mark, and the share in figures."""
    wide = width >= WIDE
    base = middle + (4 if wide else -15)
    move = f"translate(8 {base - 10:.1f}) scale(.78)"
    shape = mark("path", d=one.level.path, transform=move, class_=f"fill-{one.level.colour}")
    name = text(25, base, one.level.label, kind="ink")
    promised = text(224 if wide else width - 92, base, one.within, at="end")
    sign = promise_words.verdict(one.found)
    said = promise_words.kept(one.found) if _is_drawn(one.found) else sign.text
    told = text(width - 2, middle + 4, f"{sign.shape} {said}", at="end", kind="ink")
    return (shape, name, promised, *_dot(one, x, middle), told)


def _dot(one: PromiseMark, x: Place, y: float) -> tuple[Markup, ...]:
    """Dot, band and tick; pale where little stands behind them, the tick alone where too little."""
    found, colour = one.found, f"fill-{one.level.colour}"
    parts: list[Markup] = []
    if _is_drawn(found) and found.low is not None and found.high is not None:
        left, right = x(found.low), x(found.high)
        size = max(right - left, 2.0)
        band = mark("rect", x=left, y=y - 4, width=size, height=8, rx=4, class_=f"{colour} spread")
        dot = mark("circle", cx=x(found.share or 0), cy=y, r=5.5, class_=f"{colour} ring")
        parts.append(mark("g", band, dot, class_="pale" if found.is_pale else "firm"))
    if found.target is not None:
        at = x(found.target)
        parts.append(path(f"M{at:.1f} {y - 10:.1f}V{y + 10:.1f}", "expect"))
    return tuple(parts)


def spark(
    weeks: Sequence[float | None], target: float | None, look: Look, links: Sequence[str]
) -> Markup:
    """The share kept week after week, oldest first, the target dashed; each week is a link."""
    shown = list(zip(links, weeks, strict=True))[-MOST_WEEKS:]
    known = [share for _, share in shown if share is not None]
    if not known:
        return Markup("")
    ends = [*known, target] if target is not None else known
    width, height = SPARK
    x = scale((-0.5, len(shown) - 0.5), (0, width))
    y = scale((min(ends) - 0.01, max(ends) + 0.01), (height - 6, 6))
    dashed = [] if target is None else [path(f"M0 {y(target):.1f}H{width:.0f}", "dashed")]
    label = f"{look.label}, share kept in each of {words.many(len(shown), 'week')}"
    marks = (
        _week(share, (x(place), y(share)), (width / len(shown), link), weeks_ago)
        for place, (link, share) in enumerate(shown)
        for weeks_ago in (len(shown) - place - 1,)
        if share is not None
    )
    line = path(_broken_line([share for _, share in shown], x, y), f"trend line-{look.colour}")
    dots = mark("g", *marks, class_=f"fill-{look.colour}")
    return linked(SPARK, label, *dashed, line, dots, kind="spark")


def _broken_line(shares: Sequence[float | None], x: Place, y: Place) -> str:
    """From week to week, with a gap where nothing was due."""
    steps = []
    for place, share in enumerate(shares):
        if share is not None:
            pen = "L" if place and shares[place - 1] is not None else "M"
            steps.append(f"{pen}{x(place):.1f} {y(share):.1f}")
    return "".join(steps)


def _week(
    share: float, place: tuple[float, float], goes: tuple[float, str], weeks_ago: int
) -> Markup:
    """One week; the keyboard reaches it in the table of weeks, so it is no stop of its own."""
    (x, y), (size, href) = place, goes
    says = f"{week_name(weeks_ago)}: {words.share(share)} kept"
    hit = mark("rect", x=x - size / 2, y=0, width=size, height=SPARK[1], class_="hit")
    dot = mark("circle", cx=x, cy=y, r=2 if weeks_ago else 3.5)
    title = mark("title", says)
    return mark("a", title, hit, dot, href=href, aria_label=says, tabindex="-1", class_="row")


def week_name(weeks_ago: int) -> str:
    """How far a week lies back.

    >>> week_name(0), week_name(1), week_name(4)
    ('last week', '1 week before', '4 weeks before')
    """
    return f"{words.many(weeks_ago, 'week')} before" if weeks_ago else "last week"


def causes(bars: Sequence[CauseBar]) -> Markup:
    """Causes of late promises, most first, each a link to its tickets."""
    return both(lambda width: _causes(bars, width), wide=DRAWN) if bars else Markup("")


def _causes(bars: Sequence[CauseBar], width: float) -> Markup:
    wide = width >= WIDE
    left, step = (170.0, 34.0) if wide else (0.0, 48.0)
    length = scale((0, max(1, *(one.late for one in bars))), (1.5, width - left - 190))
    parts = []
    for place, one in enumerate(bars):
        top = place * step
        bar_top = top + (8 if wide else 22)
        hit = mark("rect", x=0, y=top, width=width, height=step, rx=4, class_="hit")
        name = text(left - 12, top + 21, one.label, at="end", kind="ink")
        name = name if wide else text(0, top + 16, one.label, kind="ink")
        tone = "fill-accent" if one.is_chosen else "fill-accent pale"
        size = length(one.late)
        bar = mark("rect", x=left, y=bar_top, width=size, height=18, rx=3, class_=tone)
        number = text(left + size + 8, bar_top + 13, one.written, kind="ink")
        parts.append(_link(one.link, f"{one.label}: {one.written}", hit, name, bar, number))
    return linked((width, len(bars) * step + 2), "Late promises by cause", *parts)
