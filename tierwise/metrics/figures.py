"""A figure: what a KPI came to, how sure that is, what stands behind it, or why there is none."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a figure has no value; nothing is ever shown as 0 for want of data."""

    NOTHING = "nothing in these days"
    TOO_FEW = "too few to say"
    WINDOW_OPEN = "its window is still open"
    NOT_REACHED = "not reached yet"
    NEVER = "too many never had it"
    NOT_BY_LEVEL = "not told by level"
    NO_PROMISE = "nothing is promised"
    NO_SOURCE = "no data of this kind was read"


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its 95 % interval and what it counts over.

    Shares are 0 to 1, durations seconds, money minor units, NPS points from -100 to 100. Without
    a value there is a reason. `low` and `high` are None where all there is was counted, so that
    nothing is uncertain, and `high` alone is None where it is not reached yet. `is_pale` says
    that too little stands behind it for a headline.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    reason: Reason | None = None
    is_pale: bool = False

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError("a figure has a value or a reason, not both and not neither")


def missing(reason: Reason, n: int = 0) -> Figure:
    """No figure, and why."""
    return Figure(None, None, None, n, reason, is_pale=True)
