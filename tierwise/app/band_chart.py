"""What a customer will bring, drawn as a band: never one number."""

from dataclasses import dataclass
from math import floor, log10

from markupsafe import Markup

from tierwise.facts.money import exponent_of

from . import words
from .forecast_records import ForecastRow
from .svg import both, drawing, group, mark, path, scale, text

TOP, MIDDLE, BOTTOM = 20.0, 33.0, 50.0
HALF_BAND = 8.0
_NICE = (1, 2, 2.5, 5, 10)
_STEPS = 4


@dataclass(frozen=True, slots=True)
class ForecastBand:
    """What will come, in minor units: 4 times in 5, 19 times in 20, and on the average."""

    low_80: int
    high_80: int
    low_95: int
    high_95: int
    expected: int


def band_of(row: ForecastRow) -> ForecastBand | None:
    """The band of a customer; None where nothing is forecast."""
    ends = (row.low_80_minor, row.high_80_minor, row.low_95_minor, row.high_95_minor)
    known = [end for end in (*ends, row.predicted_minor) if end is not None]
    return ForecastBand(*known) if len(known) == 5 else None


def band_sentence(band: ForecastBand, currency: str, *, days: int) -> str:
    """The band in words: `Between £0 and £420 in the next 365 days, 4 times in 5; …`."""
    low, high, expected = (
        words.rough_money(minor, currency) for minor in (band.low_80, band.high_80, band.expected)
    )
    if band.low_80 == band.high_80:
        return f"{high} in the next {words.days(days)}, at least 4 times in 5; {expected} expected."
    return (
        f"Between {low} and {high} in the next {words.days(days)}, 4 times in 5; "
        f"{expected} expected."
    )


def band_chart(band: ForecastBand, currency: str, *, days: int) -> Markup:
    """A thin line 19 times in 20, a thick one 4 times in 5, a tick at what is expected."""
    return both(lambda width: _band(band, currency, days, width))


def _band(band: ForecastBand, currency: str, days: int, width: float) -> Markup:
    low, high = min(0, band.low_95), max(band.high_95, band.high_80, band.expected, 1)
    x = scale((low, high), (14, width - 14))
    label = f"{band_sentence(band, currency, days=days)} {_wider(band, currency)}"
    return drawing(
        (width, BOTTOM + 20),
        label,
        *(_axis_step(minor, x(minor), currency, width) for minor in steps(low, high)),
        path(f"M{x(low):.1f} {BOTTOM:.1f}H{x(high):.1f}", "axis"),
        group(_wider(band, currency), _line(x(band.low_95), x(band.high_95))),
        group(label, _thick(x(band.low_80), x(band.high_80))),
        _tick(x(band.expected), band.expected, currency, width),
    )


def _wider(band: ForecastBand, currency: str) -> str:
    low, high = (words.rough_money(one, currency) for one in (band.low_95, band.high_95))
    return f"19 times in 20 between {low} and {high}."


def _line(start: float, end: float) -> Markup:
    return path(f"M{start:.1f} {MIDDLE:.1f}H{max(end, start + 1):.1f}", "whisker")


def _thick(start: float, end: float) -> Markup:
    size = max(end - start, 3.0)
    return mark(
        "rect", x=start, y=MIDDLE - HALF_BAND, width=size, height=2 * HALF_BAND, rx=3, class_="band"
    )


def _tick(x: float, expected: int, currency: str, width: float) -> Markup:
    """The expectation, its words kept inside the picture."""
    at = "start" if x < width / 4 else "end" if x > width * 3 / 4 else "middle"
    place = {"start": x - 2, "middle": x, "end": x + 2}[at]
    said = f"{words.rough_money(expected, currency)} expected"
    return Markup("{}{}").format(
        path(f"M{x:.1f} {TOP:.1f}V{MIDDLE + HALF_BAND + 5:.1f}", "expect"),
        text(place, TOP - 6, said, at=at, kind="strong"),
    )


def _axis_step(minor: int, x: float, currency: str, width: float) -> Markup:
    whole = minor % 10 ** exponent_of(currency) == 0
    said = (words.round_money if whole else words.money)(minor, currency)
    at = "end" if x > width - 40 else "middle"
    return Markup("{}{}").format(
        path(f"M{x:.1f} {TOP:.1f}V{BOTTOM:.1f}", "grid"),
        text(x + 10 if at == "end" else x, BOTTOM + 16, said, at=at),
    )


def steps(low: int, high: int) -> tuple[int, ...]:
    """Round amounts from the low end to the high one, 0 among them; in minor units.

    >>> steps(0, 46_000)
    (0, 20000, 40000)
    >>> steps(-9_000, 21_000)
    (0, 10000, 20000)
    """
    rough = max((high - low) / _STEPS, 1)
    power = 10 ** floor(log10(rough))
    step = max(1, round(next(power * nice for nice in _NICE if power * nice >= rough)))
    first = -(-low // step)
    return tuple(step * number for number in range(first, high // step + 1))
