"""The picture of one customer's past: orders as stems, refunds below the line, levels as bands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from tierwise.facts.time import date_of, day_number

from . import words
from .answers import TimelineEntry
from .svg import WIDE, both, drawing, group, mark, path, scale, text

DRAWN = 1200
MARGIN = 26.0  # half of a month's name
TOP, BASE, BOTTOM = 34.0, 150.0, 178.0
_MONTH_STEPS = ((30 * 365, 120), (10 * 365, 24), (4 * 365, 12), (2 * 365, 6), (270, 3), (0, 1))


@dataclass(frozen=True, slots=True)
class Band:
    """A level from one day to another."""

    label: str
    colour: str
    from_day: int
    to_day: int


def timeline(
    entries: Sequence[TimelineEntry], bands: Sequence[Band], *, currency: str, to_day: int
) -> Markup:
    """Orders and refunds up to `to_day`, under the levels of the time."""
    sums = [entry for entry in entries if entry.amount_minor]
    if not sums:
        return Markup("")
    return both(lambda width: _timeline(sums, bands, currency, (to_day, width)), wide=DRAWN)


def _timeline(
    sums: Sequence[TimelineEntry], bands: Sequence[Band], currency: str, end: tuple[int, float]
) -> Markup:
    first = min(entry.day for entry in sums)
    to_day, width = max(end[0], first + 1, *(entry.day for entry in sums)), end[1]
    x = scale((first, to_day), (10, width - 10))
    largest = max(abs(entry.amount_minor or 0) for entry in sums)
    up = scale((0, largest), (BASE, TOP + 22))
    down = scale((0, largest), (BASE, BOTTOM))
    orders = sum(1 for entry in sums if entry.kind == "order")
    parts = [_band(band, x(max(band.from_day, first)), x(band.to_day)) for band in bands]
    inside = (MARGIN, width - MARGIN)
    ticks = _ticks(first, to_day, few=width < WIDE)
    for day in (tick for tick in ticks if inside[0] <= x(tick) <= inside[1]):
        parts.append(path(f"M{x(day):.1f} {TOP - 4}V{BOTTOM + 4}", "grid"))
        parts.append(text(x(day), BOTTOM + 20, words.day(day)[-8:].strip(), at="middle"))
    parts.append(path(f"M0 {BASE}H{width:.0f}", "axis"))
    for entry in sums:
        amount = entry.amount_minor or 0
        place = down(abs(amount)) if entry.kind == "refund" else up(abs(amount))
        parts.append(_stem(entry, x(entry.day), place, words.money(amount, currency)))
    label = f"Timeline: {words.many(orders, 'order')} since {words.day(first)}"
    return drawing((width, BOTTOM + 28), label, *parts)


def _stem(entry: TimelineEntry, x: float, y: float, amount: str) -> Markup:
    kind = "refund" if entry.kind == "refund" else "order"
    dot = mark("circle", cx=x, cy=y, r=3.5, class_=f"{kind}-dot")
    if kind == "refund":
        dot = mark("rect", x=x - 3.2, y=y - 3.2, width=6.4, height=6.4, class_="refund-dot")
    stem = path(f"M{x:.1f} {BASE}V{y:.1f}", kind)
    return group(f"{words.day(entry.day)}: {entry.kind}, {amount}", stem, dot)


def _band(band: Band, start: float, end: float) -> Markup:
    length = max(3.0, end - start)
    strip = mark("rect", x=start, y=22, width=length, height=6, rx=3, class_=f"fill-{band.colour}")
    # A short band has no room for its name; the title still says it.
    name = [text(start, 14, band.label, kind="strong")] if length > 7 * len(band.label) else []
    if not name and start > 7 * len(band.label):
        name = [text(end, 14, band.label, at="end", kind="strong")]
    return group(f"{band.label} from {words.day(band.from_day)}", strip, *name)


def _ticks(first: int, last: int, *, few: bool) -> list[int]:
    """The first days of months that divide the span well."""
    step = next(months for days, months in _MONTH_STEPS if last - first >= days)
    step = step * 2 if few and step < 12 else step
    day = date_of(first)
    found: list[int] = []
    year, month = day.year, day.month
    while True:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        tick = day_number(date(year, month, 1))
        if tick > last - 20:
            return found
        if (year * 12 + month - 1) % step == 0 and tick > first + 20:
            found.append(tick)
