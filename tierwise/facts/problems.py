"""What is wrong with the data, told as a value the user can act on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what was expected, what was found, what to do next.

    `line` is the 1-based physical line of a text file, or the row of a table without lines.
    `left_out` says whether the row was left out of the facts; if not, it was kept as read.
    """

    source: str
    line: int | None
    column: str | None
    expected: str
    found: str
    next_step: str = ""
    left_out: bool = True

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.source, self.line) if part is not None)
        column = f", column `{self.column}`" if self.column else ""
        step = f"; {self.next_step}" if self.next_step else ""
        return f"{place}{column}: expected {self.expected}, found {self.found}{step}"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a text should have been: a problem that does not know its place yet.

    With `left_out=False` the row is kept and `instead` stands in the cell.
    """

    what: str
    next_step: str = ""
    left_out: bool = True
    instead: object = None


class TierwiseError(Exception):
    """Something the user can mend; the message says where and how. The root of our errors."""


class UsageError(TierwiseError):
    """The command was asked for something it does not offer (exit code 2)."""


class InputError(TierwiseError):
    """A file, policy or setting cannot be used as it is (exit code 1)."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class RefusedError(TierwiseError):
    """The state of the world forbids it, e.g. the base of a plan has moved (exit code 1)."""
