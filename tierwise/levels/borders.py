"""Borders of levels: where they are, and how they are moved."""

import re
from dataclasses import dataclass
from decimal import Decimal

from tierwise.facts.problems import RefusedError

from .conditions import AllOf, Atom, ColumnValue, Comparison, Number
from .policy import Level, Policy
from .policy_tree import read_places
from .rule_values import COLUMNS
from .rules import Rule, atoms_of, rule_of, with_atoms

ENTRY_SIGNS = (">=", ">")


@dataclass(frozen=True, slots=True)
class EntryBorder:
    """A level begins where `column` reaches `value`."""

    level: str
    column: str
    value: float


def entry_border(level: Level) -> tuple[str, float] | None:
    """Column and value of the border of a level, if its rule has exactly one on some column.

    The comparison must stand alone or be joined by `and`: only then does moving it move the level.
    """
    condition = level.who.condition
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    found = [pair for part in parts if (pair := _entry(part)) is not None]
    all_columns = [name for atom in atoms_of(level.who) for name in atom.columns()]
    return next((pair for pair in found if all_columns.count(pair[0]) == 1), None)


def borders(policy: Policy) -> tuple[EntryBorder, ...]:
    """The border of every level that has one which can be moved."""
    pairs = ((name, entry_border(level)) for name, level in policy.levels.items())
    return tuple(EntryBorder(name, *pair) for name, pair in pairs if pair is not None)


def move_border(policy: Policy, level: str, column: str, value: float) -> Policy:
    """The policy with the border of a level moved; its leaving border keeps its distance.

    RefusedError when the level has no such border, or nothing can be on its far side.
    """
    now = _border_now(policy, level, column, value)
    old = policy.levels[level]
    step = Decimal(repr(value)) - Decimal(repr(now))
    kept = old.keep_until and _shifted(old.keep_until, column, step)
    moved = old.model_copy(update={"who": _shifted(old.who, column, step), "keep_until": kept})
    return policy.model_copy(update={"levels": {**policy.levels, level: moved}})


def move_border_in_text(text: str, policy: Policy, border: EntryBorder) -> str:
    """The text of `policy` with one border moved to `border.value`; all else stays as written.

    RefusedError when the rule does not say the number itself, as when a segment does.
    """
    moved = move_border(policy, border.level, border.column, border.value)
    new, old = moved.levels[border.level], policy.levels[border.level]
    for key in ("keep_until", "who"):
        before, after = getattr(old, key), getattr(new, key)
        if before != after:
            text = _rewritten(text, ("levels", border.level, key), (before, after, border.column))
    return text


def _entry(part: object) -> tuple[str, float] | None:
    if not isinstance(part, Comparison) or part.sign not in ENTRY_SIGNS:
        return None
    if not isinstance(part.left, ColumnValue) or not isinstance(part.right, Number):
        return None
    return part.left.name, float(part.right.value)


def _border_now(policy: Policy, level: str, column: str, value: float) -> float:
    known = entry_border(policy.levels[level]) if level in policy.levels else None
    if known is None or known[0] != column:
        raise RefusedError(f"`{level}` has no border on `{column}` that can be moved")
    low, high = COLUMNS[column].low, COLUMNS[column].high
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = f"from {low:g} up" if high is None else f"from {low:g} to {high:g}"
        raise RefusedError(f"`{column}` goes {bounds}, not {value:g}")
    return known[1]


def _shifted(rule: Rule, column: str, step: Decimal) -> Rule:
    def moved(atom: Atom) -> Atom:
        if not isinstance(atom, Comparison) or not isinstance(atom.right, Number):
            return atom
        if atom.left != ColumnValue(column, COLUMNS[column].kind):
            return atom
        value = Decimal(repr(float(atom.right.value))) + step
        return Comparison(atom.sign, atom.left, Number.of(value))

    return rule_of(with_atoms(rule.condition, moved))


def _rewritten(text: str, path: tuple[str, ...], change: tuple[Rule, Rule, str]) -> str:
    before, after, column = change
    start, end = read_places(text)[path]
    numbers = re.compile(rf"(\b{column}\s*(?:[<>]=?|=)\s*)(-?[0-9.]+)", re.IGNORECASE)
    news = iter(re.findall(numbers, after.text))
    olds = re.findall(numbers, before.condition.sql())
    written = numbers.findall(text[start:end])
    if [float(number) for _, number in written] != [float(number) for _, number in olds]:
        raise RefusedError(f"`{'.'.join(path)}` does not say the number itself: edit it by hand")
    return text[:start] + numbers.sub(lambda m: m[1] + next(news)[1], text[start:end]) + text[end:]
