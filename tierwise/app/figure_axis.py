"""Axes for figures: where one begins and ends, and its round steps, as the unit wants them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from tierwise.facts.money import exponent_of
from tierwise.facts.time import DAY_S
from tierwise.metrics.metric import Unit

from . import words
from .promise_words import HOUR_S, MINUTE_S
from .unit_words import value_text

FROM_ZERO = (Unit.COUNT, Unit.SECONDS, Unit.MONEY, Unit.RATE)
_NICE = (1, 2, 2.5, 5, 10)
_WHOLE = (1, 2, 5, 10)
_LENGTHS = (
    *(1, 2, 5, 10, 15, 30),
    *(MINUTE_S * number for number in (1, 2, 5, 10, 15, 30)),
    *(HOUR_S * number for number in (1, 2, 3, 6, 12)),
    *(DAY_S * number for number in (1, 2, 5, 7, 14, 28, 56, 112)),
)


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`, both of them steps."""

    low: float
    high: float
    steps: tuple[float, ...]


def axis_of(shown: Iterable[float | None], unit: Unit | str, *, about: int = 3) -> Axis | None:
    """An axis of about so many steps that holds everything shown; None where nothing is.

    >>> axis_of([0.872, 0.95], Unit.SHARE).steps
    (0.85, 0.9, 0.95)
    >>> axis_of([874, 4_262], Unit.SECONDS).steps
    (0, 1800, 3600, 5400)
    """
    known = [one for one in shown if one is not None]
    if not known:
        return None
    low, high = min(known), max(known)
    if unit in FROM_ZERO:
        low, high = min(low, 0.0), max(high, 0.0)
    step = _step((high - low or abs(high) or 1.0) / about, Unit(unit))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    steps = tuple(round(step * place, 9) for place in range(first, max(last, first + 1) + 1))
    return Axis(steps[0], steps[-1], steps)


def _step(rough: float, unit: Unit) -> float:
    if unit is Unit.SECONDS:
        return next((step for step in _LENGTHS if step >= rough * 0.8), _nice(rough))
    return max(_nice(rough, _WHOLE), 1.0) if unit in {Unit.COUNT, Unit.POINTS} else _nice(rough)


def _nice(rough: float, steps: Sequence[float] = _NICE) -> float:
    power = 10.0 ** floor(log10(rough))
    return next(power * nice for nice in steps if power * nice >= rough * (1 - 1e-9))


def step_text(value: float, unit: Unit | str, currency: str) -> str:
    """A step of an axis, without decimals that say nothing: `95%`, `£10`, `4.5`, `2 h`."""
    if unit == Unit.SHARE:
        return f"{words.decimal(value * 100)}%"
    if unit == Unit.MONEY and round(value) % 10 ** exponent_of(currency) == 0:
        return words.round_money(round(value), currency)
    if unit in {Unit.SCORE, Unit.RATE}:
        return words.decimal(value, digits=2)
    return value_text(value, unit, currency) if value or unit != Unit.SECONDS else "0"
