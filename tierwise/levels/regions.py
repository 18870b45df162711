"""Every kind of customer that a set of rules can tell apart, one standing for each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, product
from math import prod

from tierwise.facts.columns import Column, Kind
from tierwise.value.rfm_groups import PROSPECTS, RFM_GROUPS

from .conditions import Atom, ColumnValue, Comparison, Number, OneOf, Text
from .rule_values import COLUMNS
from .rules import Rule, atoms_of, columns_of

MOST_REGIONS = 200_000

_SCORES = ("rfm_r", "rfm_f", "rfm_m")


def regions(rules: Iterable[Rule]) -> Iterator[dict[str, object]] | None:
    """Standings that stand for all customers: between two constants of the rules nothing changes.

    None when the rules compare columns with each other or with sums, or cut too many regions:
    then nothing can be said for sure.
    """
    rules = tuple(rules)
    atoms = [atom for rule in rules for atom in atoms_of(rule)]
    if not all(_is_plain(atom) for atom in atoms):
        return None
    names = sorted({name for rule in rules for name in columns_of(rule)})
    axes = {name: _axis(COLUMNS[name], _constants(name, atoms)) for name in names}
    if prod(len(axis) for axis in axes.values()) > MOST_REGIONS:
        return None
    points = (dict(zip(axes, point, strict=True)) for point in product(*axes.values()))
    return (point for point in points if _can_be(point))


def _is_plain(atom: Atom) -> bool:
    """A column against constants; only then do the constants cut all regions."""
    if isinstance(atom, Comparison):
        return isinstance(atom.left, ColumnValue) and isinstance(atom.right, Number | Text)
    return not isinstance(atom, OneOf) or isinstance(atom.left, ColumnValue)


def _constants(name: str, atoms: Iterable[Atom]) -> set[float]:
    numbers: set[float] = set()
    for atom in atoms:
        if name not in atom.columns():
            continue
        values = atom.options if isinstance(atom, OneOf) else (getattr(atom, "right", None),)
        numbers |= {float(value.value) for value in values if isinstance(value, Number)}
    return numbers


def _axis(column: Column, constants: set[float]) -> list[object]:
    empty: list[object] = [None] if column.nullable else []
    if column.kind is Kind.FLAG:
        return [True, False, *empty]
    if column.kind is Kind.TEXT:
        return [*column.choices, *empty]
    if column.name in _SCORES:
        return [1, 2, 3, 4, 5, *empty]
    return [*_numbers(column, sorted(constants)), *empty]


def _numbers(column: Column, constants: list[float]) -> Sequence[object]:
    """Each constant, one value in every gap between them and one beyond either end."""
    if not constants:
        return [column.low or 0]
    gaps = [(low + high) / 2 for low, high in pairwise(constants)]
    found = [constants[0] - 1, *constants, *gaps, constants[-1] + 1]
    if column.kind is not Kind.NUMBER:
        found = [float(whole) for value in found for whole in (value // 1, -(-value // 1))]
    ends = [end for end in (column.low, column.high) if end is not None]
    return sorted(value for value in {*found, *ends} if _within(column, value))


def _within(column: Column, value: float) -> bool:
    above = column.low is None or value >= column.low
    return above and (column.high is None or value <= column.high)


def _can_be(point: Mapping[str, object]) -> bool:
    """RFM scores are empty together, and the group is named after them."""
    scores = {name: point[name] for name in _SCORES if name in point}
    empty = [score is None for score in scores.values()]
    if any(empty) is not all(empty):
        return not empty
    if "rfm_group" not in point or point["rfm_group"] == PROSPECTS:
        return "rfm_group" not in point or all(empty)
    boxes = [
        {"rfm_r": g.r, "rfm_f": g.f, "rfm_m": g.m}
        for g in RFM_GROUPS
        if g.name == point["rfm_group"]
    ]
    return any(all(score in box[name] for name, score in scores.items()) for box in boxes)
