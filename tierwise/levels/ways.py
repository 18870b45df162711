"""What would change a customer's level: of each number, the nearest value that does."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from tierwise.facts.columns import Column, Kind

from .conditions import ColumnValue, Number, OneOf, Standing
from .decision import deserved_level
from .policy import Policy
from .rule_values import COLUMNS
from .rules import atoms_of, evaluate


@dataclass(frozen=True, slots=True)
class WayAcross:
    """A change of one number that would change a customer's level."""

    level: str
    direction: str  # "up" or "down"
    text: str


@dataclass(frozen=True, slots=True)
class _Probe:
    """One value to try, how far it is, and the words for getting there."""

    value: float
    distance: float
    words: str


def borders_of(standing: Standing, level: str, policy: Policy) -> tuple[WayAcross, ...]:
    """What would take a customer of `level` up or down, nearest value of each number only.

    One number is changed at a time; a direction the customer takes anyway is not listed.
    Lots, overrides, stays and confirmations are left aside.
    """
    plain = _without_lots(policy)
    already = _way(standing, level, plain)
    ways: dict[tuple[str, str], WayAcross] = {}
    for name, probe in _all_probes(standing, _constants(plain)):
        way = _way({**standing, name: probe.value}, level, plain)
        if way is not None and (already is None or way[1] != already[1]):
            text = f"{policy.label(way[0])} {probe.words}, now {shown(standing[name])}"
            ways.setdefault((name, way[1]), WayAcross(*way, text))
    return tuple(ways.values())


def shown(value: object) -> str:
    """A value as people read it; never rounded up across a border.

    >>> shown(89.996), shown(5), shown(None), shown(True)
    ('89.99', '5', 'unknown', 'yes')
    """
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        two_decimals = Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_FLOOR)
        return f"{two_decimals.normalize():f}"
    return str(value)


def _constants(policy: Policy) -> dict[str, set[float]]:
    """The numbers that rules compare each column with, alone and not in a sum."""
    rules = [r for level in policy.levels.values() for r in (level.who, level.keep_until) if r]
    found: dict[str, set[float]] = {}
    for atom in (atom for rule in rules for atom in atoms_of(rule)):
        left = getattr(atom, "left", None)
        values = atom.options if isinstance(atom, OneOf) else (getattr(atom, "right", None),)
        numbers = {float(value.value) for value in values if isinstance(value, Number)}
        if isinstance(left, ColumnValue) and numbers:
            found.setdefault(left.name, set()).update(numbers)
    return found


def _all_probes(
    standing: Standing, constants: dict[str, set[float]]
) -> Iterator[tuple[str, _Probe]]:
    for name in (name for name in COLUMNS if name in constants):
        for probe in _probes(COLUMNS[name], standing[name], constants[name]):
            yield name, probe


def _probes(column: Column, found: object, constants: set[float]) -> list[_Probe]:
    """Values on and beside every constant that are not the value now, nearest first."""
    now = float(found) if isinstance(found, int | float) else None
    probes = (probe for constant in constants for probe in _around(column, constant, now))
    possible = (
        probe
        for probe in probes
        if probe.value != now
        and (column.low is None or probe.value >= column.low)
        and (column.high is None or probe.value <= column.high)
    )
    return sorted(possible, key=lambda probe: (probe.distance, probe.value))


def _around(column: Column, constant: float, now: float | None) -> Iterator[_Probe]:
    here = f"{column.name} {shown(constant)}"
    below, above = _beside(constant, column.kind)
    rising = now is None or now < constant
    words = ((below, "below"), (constant, "from" if rising else "at"), (above, "above"))
    for value, word in words:
        yield _Probe(value, abs(value - (now or 0)), f"{word} {here}")


def _beside(constant: float, kind: Kind) -> tuple[float, float]:
    if kind is Kind.NUMBER:
        return math.nextafter(constant, -math.inf), math.nextafter(constant, math.inf)
    return math.ceil(constant) - 1, math.floor(constant) + 1


def _way(standing: Standing, level: str, policy: Policy) -> tuple[str, str] | None:
    """Level and direction a customer with this standing would go to; None to stay."""
    target = deserved_level(standing, policy).level
    steps = policy.rank(target) - policy.rank(level)
    leaving = policy.levels[level].keep_until
    if steps == 0 or (steps > 0 and leaving and not evaluate(leaving, standing)):
        return None
    return target, "down" if steps > 0 else "up"


def _without_lots(policy: Policy) -> Policy:
    plain = {
        name: level.model_copy(update={"experiment": None}) for name, level in policy.levels.items()
    }
    return policy.model_copy(update={"levels": plain})
