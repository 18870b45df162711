"""Numbers in the units of KPIs: counts, shares, points, lengths of time and money in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tierwise.facts.money import exponent_of
from tierwise.facts.time import DAY_S
from tierwise.metrics.metric import Unit

from . import words
from .promise_words import HOUR_S, MINUTE_S

ROUGH_FROM = 1_000  # of the currency: pennies say nothing there


def length(seconds: float) -> str:
    """A length of time that was estimated, in its two largest units: `1 h 05 m`.

    >>> length(3_912), length(411.4), length(59.7), length(97_200), length(1_209_600), length(0)
    ('1 h 05 m', '6 m 51 s', '1 m', '1 d 3 h', '14 d', '0 s')
    """
    step = next(step for below, step in _STEPS if seconds < below)
    whole = round(seconds / step) * step
    if whole < MINUTE_S:
        return f"{whole} s"
    (big, big_name), (small, small_name), digits = next(row for row in _PARTS if whole >= row[0][0])
    number, rest = divmod(whole, big)
    tail = f" {rest // small:0{digits}} {small_name}" if rest >= small else ""
    return f"{words.count(number)} {big_name}{tail}"


# Below so many seconds a length is rounded to so many.
_STEPS = (
    (10 * MINUTE_S - 0.5, 1),
    (DAY_S - MINUTE_S / 2, MINUTE_S),
    (10 * DAY_S - HOUR_S / 2, HOUR_S),
    (float("inf"), DAY_S),
)
_PARTS = (
    ((DAY_S, "d"), (HOUR_S, "h"), 1),
    ((HOUR_S, "h"), (MINUTE_S, "m"), 2),
    ((MINUTE_S, "m"), (1, "s"), 2),
)


def _count(value: float, _currency: str) -> str:
    return words.count(round(value))


def _share(value: float, _currency: str) -> str:
    return words.share(value)


def _points(value: float, _currency: str) -> str:
    return words.signed(round(value))


def _ease(value: float, _currency: str) -> str:
    return words.decimal(value)


def _score(value: float, _currency: str) -> str:
    return f"{value:.2f}".replace("-", words.MINUS)


def _rate(value: float, _currency: str) -> str:
    return words.decimal(value, digits=2 if abs(value) < 10 else 1)


def _seconds(value: float, _currency: str) -> str:
    return f"{words.MINUS if value < 0 else ''}{length(abs(value))}"


def _money(value: float, currency: str) -> str:
    whole = abs(value) >= ROUGH_FROM * 10 ** exponent_of(currency)
    return (words.round_money if whole else words.money)(round(value), currency)


@dataclass(frozen=True, slots=True)
class _Way:
    """How a unit is written: a value, what follows a change, and an interval's two ends joined."""

    write: Callable[[float, str], str]
    change_ends: str = ""
    between: str = "–"


_WAYS: Mapping[Unit, _Way] = {
    Unit.COUNT: _Way(_count),
    Unit.SHARE: _Way(_share, " points"),
    Unit.POINTS: _Way(_points, " points", " to "),
    Unit.EASE: _Way(_ease, " points"),
    Unit.SCORE: _Way(_score),
    Unit.SECONDS: _Way(_seconds, between=" – "),
    Unit.MONEY: _Way(_money),
    Unit.RATE: _Way(_rate),
}


def value_text(value: float, unit: Unit | str, currency: str = "") -> str:
    """A bare number of a unit, as on an axis: `95.0%`, `1 h 05 m`, `£9.80`, `+32`."""
    return _WAYS[Unit(unit)].write(value, currency)


def span_text(low: float, high: float | None, unit: Unit | str, currency: str = "") -> str:
    """Two ends of an interval; without its end, from where it begins."""
    if high is None:
        return f"from {value_text(low, unit, currency)}"
    way = _WAYS[Unit(unit)]
    first, last = way.write(low, currency), way.write(high, currency)
    if unit == Unit.SHARE:
        first = first.removesuffix("%")
    return f"{first}{' to ' if low < 0 else way.between}{last}"


def difference_text(number: float, unit: Unit | str, currency: str) -> str:
    """With its sign; empty where nothing of it would show."""
    text = value_text(abs(number), unit, currency).removesuffix("%").removeprefix("+")
    if not any(digit in text for digit in "123456789"):
        return ""
    return f"{words.MINUS if number < 0 else '+'}{text}"


def change_ends(unit: Unit | str) -> str:
    """What follows a change of a unit: ` points` of a share, nothing of a count."""
    return _WAYS[Unit(unit)].change_ends
