"""Named rules that use each other by name; a circle among them is a fault."""

from collections.abc import Mapping

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from .rule_text import read_rule
from .rule_values import COLUMNS, EVERYONE, RuleFault
from .rules import TAKES_EVERYBODY, Rule


def read_segments(texts: Mapping[str, str]) -> tuple[dict[str, Rule], dict[str, RuleFault]]:
    """The rules by name, and what is wrong by name.

    A faulty segment stands for everyone, so that rules which use it are not blamed for it.
    """
    rules: dict[str, Rule] = {}
    faults: dict[str, RuleFault] = {}
    for name in _inner_first(texts, faults):
        known = {**dict.fromkeys(texts, TAKES_EVERYBODY), **rules}
        rule = _taken(name) or read_rule(texts[name], known)
        if isinstance(rule, RuleFault):
            faults[name] = rule
        rules[name] = rule if isinstance(rule, Rule) else TAKES_EVERYBODY
    return {**dict.fromkeys(texts, TAKES_EVERYBODY), **rules}, faults


def _taken(name: str) -> RuleFault | None:
    if name in COLUMNS or name == EVERYONE:
        return RuleFault("a name of its own", f"`{name}`, a word of the rules", "rename it")
    return None


def _inner_first(texts: Mapping[str, str], faults: dict[str, RuleFault]) -> list[str]:
    """The names so that each comes after those it uses; circles go to `faults`."""
    uses = {name: _names_in(text) & texts.keys() for name, text in texts.items()}
    order: list[str] = []
    while ready := [n for n in uses if n not in order and uses[n] <= set(order)]:
        order += ready
    left = uses.keys() - set(order)
    while outer := {n for n in left if not any(n in uses[other] for other in left)}:
        left -= outer
    for name in left:
        circle = " and ".join(f"`{other}`" for other in sorted(uses[name] & left))
        faults[name] = RuleFault("a segment that does not lead back to itself", f"use of {circle}")
    return [*order, *(name for name in uses if name not in order and name not in left)]


def _names_in(text: str) -> set[str]:
    try:
        columns = parse_one(text, into=exp.Condition).find_all(exp.Column)
    except (SqlglotError, RecursionError):
        return set()
    return {column.name.lower() for column in columns}
