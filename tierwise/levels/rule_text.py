"""Reading a rule: sqlglot parses the text, and only what this page names is let through."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from tierwise.facts.columns import Kind

from .conditions import (
    MIRRORED,
    AllOf,
    Always,
    AnyOf,
    Comparison,
    Condition,
    Empty,
    Flag,
    Not,
    Number,
    OneOf,
    Text,
    Value,
)
from .rule_values import (
    EVERYONE,
    RefusedRuleError,
    RuleFault,
    check_pair,
    column_of,
    is_text,
    refused,
    value_of,
)
from .rules import Rule

Segments: TypeAlias = Mapping[str, Rule]

LONGEST_RULE = 4_000


def read_rule(text: str, segments: Segments) -> Rule | RuleFault:
    """The rule a text means, or the first thing that is wrong with it."""
    if len(text) > LONGEST_RULE:
        return RuleFault(f"a rule of at most {LONGEST_RULE} characters", f"{len(text)} characters")
    try:
        return Rule(" ".join(text.split()), _condition(_parsed(text), segments))
    except RefusedRuleError as error:
        return error.fault
    except RecursionError:
        return RuleFault("a rule with fewer brackets inside each other", "a rule nested too deep")


def _parsed(text: str) -> exp.Expr:
    try:
        return parse_one(text, into=exp.Condition)
    except SqlglotError as error:
        raise RefusedRuleError(
            "a condition such as `ltv_percentile >= 90`", _place(error, text)
        ) from None


def _place(error: SqlglotError, text: str) -> str:
    if not text.strip():
        return "nothing"
    details: list[dict[str, object]] = getattr(error, "errors", None) or [{}]
    near = details[0].get("highlight")
    return f"`{text.strip()}`" + (f", which breaks at `{near}`" if near else "")


def _condition(node: exp.Expr, segments: Segments) -> Condition:
    reader = _CONDITIONS.get(type(node))
    if reader is None:
        raise refused("a comparison, `and`, `or`, `not` or a segment", node)
    return reader(node, segments)


def _in_brackets(node: exp.Expr, segments: Segments) -> Condition:
    return _condition(node.this, segments)


def _all_of(node: exp.Expr, segments: Segments) -> Condition:
    return AllOf(_flattened(node, segments, AllOf))


def _any_of(node: exp.Expr, segments: Segments) -> Condition:
    return AnyOf(_flattened(node, segments, AnyOf))


def _flattened(
    node: exp.Expr, segments: Segments, joined: type[AllOf] | type[AnyOf]
) -> tuple[Condition, ...]:
    sides = (_condition(node.this, segments), _condition(node.expression, segments))
    return tuple(p for side in sides for p in (side.parts if isinstance(side, joined) else (side,)))


def _not(node: exp.Expr, segments: Segments) -> Condition:
    return Not(_condition(node.this, segments))


def _truth(node: exp.Expr, segments: Segments) -> Condition:
    return Always(value=bool(node.this))


def _name_alone(node: exp.Expr, segments: Segments) -> Condition:
    name = node.sql().lower()
    if name == EVERYONE:
        return Always(value=True)
    if name in segments:
        return segments[name].condition
    column = column_of(node, tuple(segments))
    if column.kind is not Kind.FLAG:
        raise RefusedRuleError(
            f"a comparison with `{column.name}`", "the column alone", f"write `{column.name} >= 1`"
        )
    return Flag(column)


def _comparison(node: exp.Expr, segments: Segments) -> Condition:
    sign = _SIGNS[type(node)]
    left, right = node.this, node.expression
    if isinstance(left, exp.Null) or isinstance(right, exp.Null):
        raise RefusedRuleError(
            "`is null` or `is not null`", f"`{node.sql()}`", "a comparison with null never holds"
        )
    if isinstance(right, exp.Boolean):
        return _flag_comparison(sign, left, truth=bool(right.this))
    return _compared(sign, value_of(left), value_of(right))


def _flag_comparison(sign: str, node: exp.Expr, *, truth: bool) -> Condition:
    column = column_of(node) if isinstance(node, exp.Column) else None
    if column is None or column.kind is not Kind.FLAG or sign not in {"=", "<>"}:
        raise RefusedRuleError("a yes-or-no column before `= true`", f"`{node.sql()}`")
    return Flag(column) if truth is (sign == "=") else Not(Flag(column))


def _compared(sign: str, left: Value, right: Value) -> Comparison:
    if not any(True for _ in left.columns()):
        left, right, sign = right, left, MIRRORED[sign]
    if not any(True for _ in left.columns()):
        raise RefusedRuleError("a comparison with a column", f"`{left.sql()} {sign} {right.sql()}`")
    check_pair(left, right)
    if is_text(left) and sign not in {"=", "<>"}:
        raise RefusedRuleError("`=`, `<>` or `in` for a text", f"`{sign}`", "texts have no order")
    return Comparison(sign, left, right)


def _one_of(node: exp.Expr, segments: Segments) -> Condition:
    left = value_of(node.this)
    options = tuple(value_of(option) for option in node.args.get("expressions") or ())
    plain = tuple(option for option in options if isinstance(option, Number | Text))
    if not plain or len(plain) < len(options):
        raise RefusedRuleError("a list of texts or numbers after `in`", f"`{node.sql()}`")
    for option in plain:
        check_pair(left, option)
    return OneOf(left, plain)


def _between(node: exp.Expr, segments: Segments) -> Condition:
    value, low, high = value_of(node.this), value_of(node.args["low"]), value_of(node.args["high"])
    return AllOf((_compared(">=", value, low), _compared("<=", value, high)))


def _empty(node: exp.Expr, segments: Segments) -> Condition:
    if not isinstance(node.this, exp.Column) or not isinstance(node.expression, exp.Null):
        raise refused("`column is null`", node)
    return Empty(column_of(node.this))


_SIGNS: Mapping[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_CONDITIONS: Mapping[type[exp.Expr], Callable[[exp.Expr, Segments], Condition]] = {
    exp.Paren: _in_brackets,
    exp.And: _all_of,
    exp.Or: _any_of,
    exp.Not: _not,
    exp.Boolean: _truth,
    exp.Column: _name_alone,
    exp.In: _one_of,
    exp.Between: _between,
    exp.Is: _empty,
    **dict.fromkeys(_SIGNS, _comparison),
}
