"""Effort answers of one reading: whether all say what is high, and whether all say the same."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tierwise.facts.problems import Problem
from tierwise.facts.tables import SURVEYS

EFFORT_COLUMNS = ("direction", "scale_low", "scale_high")
IS_EFFORT_ANSWER = "question = 'ces' AND score IS NOT NULL"
_DIRECTIONS = SURVEYS.column("direction").choices


class _Kind(NamedTuple):
    """Answers that are coded alike, and the first line of one."""

    direction: str | None
    low: float
    high: float
    answers: int
    line: int

    def __str__(self) -> str:
        direction = f" `{self.direction}`" if self.direction else ""
        scale = f"from {self.low:g} to {self.high:g}"
        return f"{self.answers:,} {scale}{direction} (line {self.line})"


def effort_problems(
    kinds: Iterable[tuple[str | None, float, float, int, int]], file: str
) -> Iterator[Problem]:
    """What is wrong with them as a whole, each once; the answers are kept.

    `kinds` are EFFORT_COLUMNS of the answers, how many have these, and their first line.
    """
    known = [_Kind(*kind) for kind in kinds]
    blank = [kind for kind in known if kind.direction is None]
    if blank:
        yield _without_direction(blank, file)
    if len({(kind.low, kind.high) for kind in known}) > 1 or _directions(known) > 1:
        yield _mixed(known, file)


def _directions(known: Iterable[_Kind]) -> int:
    return len({kind.direction for kind in known} - {None})


def _without_direction(blank: list[_Kind], file: str) -> Problem:
    expected = f"`{_DIRECTIONS[0]}` or `{_DIRECTIONS[1]}` beside every answer to `ces`"
    found = f"{sum(kind.answers for kind in blank):,} without"
    step = (
        "until it is known they do not count as effort; "
        f"say in the mapping `direction: {{const: {_DIRECTIONS[0]}}}` if 1 is no effort"
    )
    return Problem(file, blank[0].line, "direction", expected, found, step, left_out=False)


def _mixed(known: list[_Kind], file: str) -> Problem:
    step = "read each survey as a source of its own, or correct the direction and the scale"
    found = ", ".join(map(str, known))
    expected = "one direction and one scale for all answers to `ces` of a source"
    return Problem(file, None, "direction", expected, found, step, left_out=False)
