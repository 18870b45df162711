"""What rules are made of: each part says whether it holds for one customer, and its SQL."""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from tierwise.facts.columns import Kind

Standing: TypeAlias = Mapping[str, object]
Amount: TypeAlias = int | float | Fraction
Found: TypeAlias = Amount | str | None

_ARITHMETIC: Mapping[str, Callable[[Amount, Amount], Amount]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_ORDER: Mapping[str, Callable[[Amount, Amount], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
MIRRORED: Mapping[str, str] = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class ColumnValue:
    """The value of a standing column; None when it is empty."""

    name: str
    kind: Kind

    def found(self, standing: Standing) -> Found:
        value = standing[self.name]
        if isinstance(value, int | float) and self.kind is Kind.NUMBER:
            return float(value)
        return value if isinstance(value, int | float | str) else None

    def columns(self) -> Iterator[str]:
        yield self.name

    def sql(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in a rule, kept exactly."""

    value: int | Fraction

    @classmethod
    def of(cls, value: Decimal | int | float) -> "Number":
        exact = Fraction(value if isinstance(value, Decimal | int) else Decimal(repr(value)))
        return cls(int(exact) if exact.denominator == 1 else exact)

    def found(self, standing: Standing) -> Found:
        return self.value

    def columns(self) -> Iterator[str]:
        return iter(())

    def sql(self) -> str:
        if isinstance(self.value, int):
            return str(self.value)
        return format(Decimal(self.value.numerator) / Decimal(self.value.denominator), "f")


@dataclass(frozen=True, slots=True)
class Text:
    """A text written in a rule."""

    value: str

    def found(self, standing: Standing) -> Found:
        return self.value

    def columns(self) -> Iterator[str]:
        return iter(())

    def sql(self) -> str:
        return "'" + self.value.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A sum, difference or product; empty when one side is empty."""

    sign: str
    left: "Value"
    right: "Value"

    def found(self, standing: Standing) -> Found:
        pair = _alike(self.left.found(standing), self.right.found(standing))
        return None if pair is None else _ARITHMETIC[self.sign](*pair)

    def columns(self) -> Iterator[str]:
        yield from self.left.columns()
        yield from self.right.columns()

    def sql(self) -> str:
        return f"({self.left.sql()} {self.sign} {self.right.sql()})"


Value: TypeAlias = ColumnValue | Number | Text | Arithmetic


@dataclass(frozen=True, slots=True)
class Always:
    """`everyone`, `true` or `false`: the same answer for every customer."""

    value: bool

    def holds(self, standing: Standing) -> bool | None:
        return self.value

    def atoms(self) -> Iterator["Atom"]:
        return iter(())

    def sql(self) -> str:
        return "true" if self.value else "false"


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes-or-no column standing alone."""

    column: ColumnValue

    def holds(self, standing: Standing) -> bool | None:
        value = standing[self.column.name]
        return None if value is None else bool(value)

    def atoms(self) -> Iterator["Atom"]:
        yield self

    def columns(self) -> Iterator[str]:
        return self.column.columns()

    def sql(self) -> str:
        return self.column.name


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values compared; unknown when one is empty."""

    sign: str
    left: Value
    right: Value

    def holds(self, standing: Standing) -> bool | None:
        left, right = self.left.found(standing), self.right.found(standing)
        if isinstance(left, str) and isinstance(right, str):
            return (left == right) is (self.sign == "=")
        pair = _alike(left, right)
        return None if pair is None else _ORDER[self.sign](*pair)

    def atoms(self) -> Iterator["Atom"]:
        yield self

    def columns(self) -> Iterator[str]:
        yield from self.left.columns()
        yield from self.right.columns()

    def sql(self) -> str:
        return f"{self.left.sql()} {self.sign} {self.right.sql()}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """A value that must be in a list of numbers or texts."""

    left: Value
    options: tuple[Number | Text, ...]

    def holds(self, standing: Standing) -> bool | None:
        answers = [Comparison("=", self.left, option).holds(standing) for option in self.options]
        return _any(answers)

    def atoms(self) -> Iterator["Atom"]:
        yield self

    def columns(self) -> Iterator[str]:
        return self.left.columns()

    def sql(self) -> str:
        return f"{self.left.sql()} in ({', '.join(option.sql() for option in self.options)})"


@dataclass(frozen=True, slots=True)
class Empty:
    """`column is null`: never unknown."""

    column: ColumnValue

    def holds(self, standing: Standing) -> bool | None:
        return standing[self.column.name] is None

    def atoms(self) -> Iterator["Atom"]:
        yield self

    def columns(self) -> Iterator[str]:
        return self.column.columns()

    def sql(self) -> str:
        return f"{self.column.name} is null"


Atom: TypeAlias = Flag | Comparison | OneOf | Empty


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    part: "Condition"

    def holds(self, standing: Standing) -> bool | None:
        answer = self.part.holds(standing)
        return None if answer is None else not answer

    def atoms(self) -> Iterator[Atom]:
        return self.part.atoms()

    def sql(self) -> str:
        return f"not ({self.part.sql()})"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Parts joined by `and`: false if one is false, otherwise unknown if one is unknown."""

    parts: tuple["Condition", ...]

    def holds(self, standing: Standing) -> bool | None:
        opposite = _any([Not(part).holds(standing) for part in self.parts])
        return None if opposite is None else not opposite

    def atoms(self) -> Iterator[Atom]:
        for part in self.parts:
            yield from part.atoms()

    def sql(self) -> str:
        return " and ".join(_in_brackets(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Parts joined by `or`: true if one is true, otherwise unknown if one is unknown."""

    parts: tuple["Condition", ...]

    def holds(self, standing: Standing) -> bool | None:
        return _any([part.holds(standing) for part in self.parts])

    def atoms(self) -> Iterator[Atom]:
        for part in self.parts:
            yield from part.atoms()

    def sql(self) -> str:
        return " or ".join(_in_brackets(part) for part in self.parts)


Condition: TypeAlias = Always | Atom | Not | AllOf | AnyOf


def _any(answers: list[bool | None]) -> bool | None:
    if True in answers:
        return True
    return None if None in answers else False


def _in_brackets(part: Condition) -> str:
    return f"({part.sql()})" if isinstance(part, AllOf | AnyOf) else part.sql()


def _alike(left: Found, right: Found) -> tuple[Amount, Amount] | None:
    """Both numbers as engines compare them: floating as soon as one side is."""
    if isinstance(left, str | None) or isinstance(right, str | None):
        return None
    if isinstance(left, float) or isinstance(right, float):
        return float(left), float(right)
    return left, right
