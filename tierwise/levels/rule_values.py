"""Reading the values in a rule: columns, numbers, texts and sums of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches

from sqlglot import exp

from tierwise.facts.columns import Column, Kind
from tierwise.value.standing import STANDING

from .conditions import Arithmetic, ColumnValue, Number, Text, Value
from .protected import UNLAWFUL, protected_attribute

EVERYONE = "everyone"
MOST_DIGITS = 15
MOST_DECIMALS = 6
LARGEST_FACTOR = 10**6

COLUMNS: Mapping[str, Column] = {
    column.name: column for column in STANDING.columns if column.name != "customer_id"
}


@dataclass(frozen=True, slots=True)
class RuleFault:
    """Why a text is not a rule."""

    expected: str
    found: str
    next_step: str = ""


class RefusedRuleError(Exception):
    """Leaves the descent into a rule at the first fault."""

    def __init__(self, expected: str, found: str, next_step: str = "") -> None:
        super().__init__(expected)
        self.fault = RuleFault(expected, found, next_step)


def did_you_mean(word: str, known: tuple[str, ...]) -> str:
    """A next step that names the nearest known word, or all of them when there are few."""
    near = get_close_matches(word.lower(), [name.lower() for name in known], n=1, cutoff=0.6)
    if near:
        meant = next(name for name in known if name.lower() == near[0])
        return f"did you mean `{meant}`?"
    return f"known: {', '.join(known)}" if 0 < len(known) <= 20 else ""


def value_of(node: exp.Expr) -> Value:
    reader = _VALUES.get(type(node))
    if reader is None:
        raise refused("a column, a number, a text or `+`, `-`, `*` of numbers", node)
    return reader(node)


def _value_in_brackets(node: exp.Expr) -> Value:
    return value_of(node.this)


def _literal(node: exp.Expr) -> Value:
    return Text(node.name) if node.is_string else _number(Decimal(node.name), node)


def _negative(node: exp.Expr) -> Value:
    if not isinstance(node.this, exp.Literal) or node.this.is_string:
        raise refused("a minus before a number only", node)
    return _number(Decimal(node.this.name).copy_negate(), node)


def _number(value: Decimal, node: exp.Expr) -> Number:
    if value.adjusted() >= MOST_DIGITS or value != round(value, MOST_DECIMALS):
        expected = f"a number below 10^{MOST_DIGITS} with at most {MOST_DECIMALS} decimals"
        raise refused(expected, node)
    return Number.of(value)


def _column_value(node: exp.Expr) -> Value:
    column = column_of(node)
    if column.kind is Kind.FLAG:
        raise RefusedRuleError(
            f"`{column.name}` alone or `not {column.name}`",
            "a comparison with it",
            "it is a yes-or-no column",
        )
    return column


def _arithmetic(node: exp.Expr) -> Value:
    left, right = value_of(node.this), value_of(node.expression)
    if is_text(left) or is_text(right):
        raise refused("numbers on both sides of `+`, `-` or `*`", node)
    sign = _OPERATORS[type(node)]
    # Without a bound an engine stops with an overflow, and one customer takes the whole run down.
    if sign == "*" and not (_is_factor(left) or _is_factor(right)):
        raise refused("one side of `*` to be a number of at most 1 000 000", node)
    if sign == "*" and "*" in left.sql() + right.sql():
        raise refused("one `*` at a time", node)
    return Arithmetic(sign, left, right)


def _is_factor(value: Value) -> bool:
    return isinstance(value, Number) and -LARGEST_FACTOR <= value.value <= LARGEST_FACTOR


def is_text(value: Value) -> bool:
    return isinstance(value, Text) or (isinstance(value, ColumnValue) and value.kind is Kind.TEXT)


def check_pair(left: Value, right: Value) -> None:
    if is_text(left) is not is_text(right):
        wanted = "a text in single quotes" if is_text(left) else "a number"
        raise RefusedRuleError(f"{wanted} beside `{left.sql()}`", f"`{right.sql()}`")
    if isinstance(left, ColumnValue) and isinstance(right, Text):
        _check_choice(COLUMNS[left.name], right.value)


def _check_choice(column: Column, value: str) -> None:
    if column.choices and value not in column.choices:
        raise RefusedRuleError(
            f"one of the texts `{column.name}` can have",
            f"`{value}`",
            did_you_mean(value, column.choices),
        )


def column_of(node: exp.Expr, more: tuple[str, ...] = ()) -> ColumnValue:
    name = node.sql() if node.args.get("table") else node.name
    column = COLUMNS.get(name.lower())
    if column is None:
        raise _unknown(name, node, more)
    return ColumnValue(column.name, column.kind)


def _unknown(name: str, node: exp.Expr, more: tuple[str, ...]) -> RefusedRuleError:
    attribute = protected_attribute(name)
    if attribute is not None:
        return RefusedRuleError(
            "a column about what the customer does",
            f"`{name}`",
            f"a level may not depend on {attribute}: {UNLAWFUL}",
        )
    if name.lower() == "customer_id":
        return RefusedRuleError(
            "a rule for many customers",
            "`customer_id`",
            "give one customer a level by hand instead",
        )
    if getattr(node.this, "quoted", False):
        return RefusedRuleError(
            "a column", f'`"{name}"`', f"write texts in single quotes: '{name}'"
        )
    return RefusedRuleError(
        "a column of the standing or a segment",
        f"`{name}`",
        did_you_mean(node.name, (*COLUMNS, *more, EVERYONE)),
    )


def refused(expected: str, node: exp.Expr) -> RefusedRuleError:
    return RefusedRuleError(expected, f"`{node.sql()}`")


_OPERATORS: Mapping[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}
_VALUES: Mapping[type[exp.Expr], Callable[[exp.Expr], Value]] = {
    exp.Paren: _value_in_brackets,
    exp.Literal: _literal,
    exp.Neg: _negative,
    exp.Column: _column_value,
    **dict.fromkeys(_OPERATORS, _arithmetic),
}
