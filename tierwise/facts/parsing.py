"""Parsing: the text of a cell to the value its column holds, or to what was expected there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from .columns import Column, Kind
from .money import parse_currency, parse_minor
from .problems import Expected
from .time import parse_day, parse_instant

Parse = Callable[..., object]
"""From one text to a value, or to `Expected`; a parser of money takes the currency as well."""

_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_WHOLE_LIMIT = 2**63
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Writing:
    """How a file writes numbers and dates. Nothing has happened after the instant `now`."""

    now: int
    zone: tzinfo
    decimal: str = "."
    dates: str = "iso"


def parser_of(column: Column, writing: Writing) -> Parse:
    """The parser of a column's cells; it holds the column's choices, bounds and nullability."""
    read = _CURRENCY if column.name == "currency" else _PARSERS[column.kind](writing)
    latest = None if column.may_be_future else _latest(column.kind, writing.now)

    def parse(text: str, *beside: str) -> object:
        if not text.strip():
            return None if column.nullable else Expected("a value, the cell is empty")
        value = read(text, *beside)
        if latest is not None and isinstance(value, int) and value > latest:
            return _FUTURE
        return value if isinstance(value, Expected) else _checked(value, column)

    return parse


def check(value: object, column: Column) -> object:
    """The value, or what the column expected instead of it."""
    if value is None:
        return None if column.nullable else Expected("a value, the cell is empty")
    return value if isinstance(value, Expected) else _checked(value, column)


def _checked(value: object, column: Column) -> object:
    if column.choices and value not in column.choices:
        return Expected("one of " + ", ".join(column.choices))
    if column.low is not None and isinstance(value, int | float) and value < column.low:
        return Expected(f"{_amount(column.low, column)} or more", _BELOW.get(column.name, ""))
    if column.high is not None and isinstance(value, int | float) and value > column.high:
        return Expected(f"{_amount(column.high, column)} or less")
    return value


_BELOW = {"refunded_minor": "what was given back is written without a minus sign"}


def _amount(bound: float, column: Column) -> str:
    unit = " minor units" if column.kind is Kind.MONEY and bound else ""
    return f"{bound:g}{unit}"


def _text(_writing: Writing) -> Parse:
    return str.strip


def _flag(_writing: Writing) -> Parse:
    def parse(text: str) -> object:
        return _FLAGS.get(text.strip().lower(), Expected("true or false"))

    return parse


def _count(_writing: Writing) -> Parse:
    def parse(text: str) -> object:
        try:
            value = int(text)
        except ValueError:
            return Expected("a whole number")
        return value if abs(value) < _WHOLE_LIMIT else Expected("a whole number of 64 bits")

    return parse


def _number(writing: Writing) -> Parse:
    def parse(text: str) -> object:
        try:
            value = float(text.strip().replace(writing.decimal, "."))
        except ValueError:
            return Expected(f"a number with `{writing.decimal}` before the decimals")
        return value if abs(value) < float("inf") else Expected("a finite number")

    return parse


def _money(writing: Writing) -> Parse:
    def parse(text: str, currency: str) -> object:
        code = parse_currency(currency)
        # The currency's own cell reports an unknown code; here it would only be said twice.
        exact = "EUR" if isinstance(code, Expected) else code
        return parse_minor(text, exact, writing.decimal)

    return parse


def _instant(writing: Writing) -> Parse:
    def parse(text: str) -> object:
        return parse_instant(text, writing.dates, writing.zone)

    return parse


def _day(writing: Writing) -> Parse:
    def parse(text: str) -> object:
        return parse_day(text, writing.dates)

    return parse


def _latest(kind: Kind, now: int) -> int | None:
    """The last moment that has come, in the unit of the kind; None if it is no moment."""
    # A day of the shop may begin half a day before it does in UTC.
    return {Kind.INSTANT: now, Kind.DAY: now // _DAY_S + 1}.get(kind)


_FUTURE = Expected("a date in the past", "check `--dates` (is the day first?) and `--zone`")
_CURRENCY: Parse = parse_currency
_PARSERS: dict[Kind, Callable[[Writing], Parse]] = {
    Kind.TEXT: _text,
    Kind.FLAG: _flag,
    Kind.COUNT: _count,
    Kind.NUMBER: _number,
    Kind.MONEY: _money,
    Kind.INSTANT: _instant,
    Kind.DAY: _day,
}
