"""How a published case of a KPI is judged: what a judge is, and when it says what is expected."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from math import isclose
from pathlib import Path
from typing import Any, TypeAlias

Inputs: TypeAlias = Mapping[str, Any]
Said: TypeAlias = dict[str, Any]
Judge: TypeAlias = Callable[[Inputs], Said]
"""Takes the inputs of a case and says all it can; only what the case expects is compared."""

PREFIX = "kpi_judges_"
EXACT = 1e-6  # where a case names no tolerance


def all_judges() -> dict[str, Judge]:
    """By metric, from every module `kpi_judges_*` beside this one; no metric has two."""
    names = sorted(path.stem for path in Path(__file__).parent.glob(f"{PREFIX}*.py"))
    known: dict[str, Judge] = {}
    for name in names:
        judges = import_module(f"{__package__}.{name}").JUDGES
        twice = known.keys() & judges.keys()
        assert not twice, f"{name} judges again what another module judges: {sorted(twice)}"
        known |= judges
    return known


def differences(expected: Said, said: Said, tolerance: float) -> list[str]:
    """Where what was said is not what was expected; nothing if all is well."""
    return [
        f"{place}: expected {right}, found {found}"
        for place, right, found in _pairs("", expected, said)
        if not _is_same(right, found, tolerance)
    ]


class Nothing:
    """What a judge said of what it does not know; it is equal to nothing, not even to None."""

    def __repr__(self) -> str:
        return "nothing said of it"


NOTHING_SAID = Nothing()


def _pairs(place: str, expected: Any, said: Any) -> Iterator[tuple[str, Any, Any]]:
    """Every single value expected, with what was said in its place."""
    if isinstance(expected, Mapping) and isinstance(said, Mapping):
        for key, right in expected.items():
            yield from _pairs(f"{place}.{key}".lstrip("."), right, said.get(key, NOTHING_SAID))
    elif _is_list(expected) and _is_list(said) and len(expected) == len(said):
        for number, (right, found) in enumerate(zip(expected, said, strict=True)):
            yield from _pairs(f"{place}[{number}]", right, found)
    else:
        yield place, expected, said


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_same(right: Any, found: Any, tolerance: float) -> bool:
    if _is_number(right) and _is_number(found):
        return isclose(right, found, rel_tol=0, abs_tol=tolerance)
    return (type(right) is type(found) and bool(right == found)) or _is_told(right, found)


def _is_told(right: Any, found: Any) -> bool:
    """A judge may answer with something of its own that knows what is right."""
    return not isinstance(found, (bool, int, float, str, type(None))) and bool(found == right)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
