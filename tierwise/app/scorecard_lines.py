"""Lines of a scorecard in order: whole levels and slices, by group, level and verdict."""

from collections.abc import Iterable

from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.metric import Group

from .scorecard_records import Judged, ScoreLine

NOT_SAID = "not said"
Matrix = dict[str, dict[str | None, ScoreLine]]
"""The lines of each KPI by level; None is all levels together."""


def parted(lines: Iterable[ScoreLine]) -> tuple[list[ScoreLine], list[ScoreLine]]:
    """Lines of whole levels, and of their slices."""
    every = list(lines)
    whole = [one for one in every if one.slice is None]
    return whole, [one for one in every if one.slice is not None]


def matrix_of(lines: Iterable[ScoreLine]) -> Matrix:
    """Lines by KPI and level, in the order they come."""
    found: Matrix = {}
    for one in lines:
        found.setdefault(one.metric, {})[one.level] = one
    return found


def by_group(lines: Iterable[ScoreLine]) -> dict[Group, Matrix]:
    """Lines by the group of their KPI, then by KPI and level."""
    grouped: dict[Group, list[ScoreLine]] = {}
    for one in lines:
        grouped.setdefault(CATALOGUE[one.metric].group, []).append(one)
    return {group: matrix_of(ours) for group, ours in grouped.items()}


def by_slice(lines: Iterable[ScoreLine], level: str | None) -> dict[str, dict[str, ScoreLine]]:
    """The slices of one level, or of all together, by name, each with its KPIs."""
    found: dict[str, dict[str, ScoreLine]] = {}
    for one in lines:
        if one.level == level:
            found.setdefault(slice_name(one), {})[one.metric] = one
    return found


def slice_name(line: ScoreLine) -> str:
    """What a slice is called; nothing for a whole level."""
    return "" if line.slice is None else line.label or line.slice or NOT_SAID


def missed(lines: Iterable[ScoreLine]) -> list[ScoreLine]:
    """Those whose target is missed for sure."""
    return [one for one in lines if one.aim is not None and one.aim.judged is Judged.MISSED]
