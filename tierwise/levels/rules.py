"""A rule: who belongs to a level, as a SQL condition over the standing columns."""

from collections.abc import Callable
from dataclasses import dataclass

from .conditions import AllOf, Always, AnyOf, Atom, Condition, Not, Standing


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it was written, and what it means."""

    text: str
    condition: Condition

    def __str__(self) -> str:
        return self.text


TAKES_EVERYBODY = Rule("everyone", Always(value=True))


def rule_of(condition: Condition) -> Rule:
    """The rule that means `condition`, written as SQL."""
    return Rule(condition.sql(), condition)


def evaluate(rule: Rule, standing: Standing) -> bool | None:
    """Whether the rule holds for one customer; None when an empty column leaves it open."""
    return rule.condition.holds(standing)


def render(rule: Rule) -> str:
    """The rule as SQL that DuckDB, PostgreSQL and Spark read alike."""
    return rule.condition.sql()


def atoms_of(rule: Rule) -> tuple[Atom, ...]:
    """The single comparisons of the rule, in the order they are written."""
    return tuple(rule.condition.atoms())


def columns_of(rule: Rule) -> tuple[str, ...]:
    """The standing columns the rule looks at, each once."""
    return tuple(dict.fromkeys(name for atom in atoms_of(rule) for name in atom.columns()))


def with_atoms(condition: Condition, change: Callable[[Atom], Atom]) -> Condition:
    """The condition with every single comparison replaced by what `change` makes of it."""
    match condition:
        case Always():
            return condition
        case Not(part):
            return Not(with_atoms(part, change))
        case AllOf(parts):
            return AllOf(tuple(with_atoms(part, change) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(with_atoms(part, change) for part in parts))
        case _:
            return change(condition)
