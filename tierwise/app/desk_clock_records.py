"""What the doors answer about our clocks beside those of a help desk.

Instants are UTC epoch seconds, durations seconds in which the calendar is open.
"""

from dataclasses import dataclass

from tierwise.facts.desks import DeskAccount
from tierwise.promises.counting import Counting
from tierwise.promises.desk_clocks import AGREE, NOT_COMPARED, ClockCause

from .promise_records import AsOf, Period


@dataclass(frozen=True, slots=True)
class ClockSide:
    """A cycle as one side has it; without a target that side promised nothing.

    `by` is whose promise it is: the level here, the policy there. `hours` is the calendar in
    which it counts; empty where all time does. `late_s` is when it came late, if it did.
    """

    by: str | None
    target_s: int | None
    hours: str
    started_s: int | None
    ended_s: int | None
    late_s: int | None


@dataclass(frozen=True, slots=True)
class ClockExample:
    """One cycle that both sides do not have alike."""

    ticket_id: str
    clock: str
    cycle: int
    cause: ClockCause
    here: ClockSide
    there: ClockSide


@dataclass(frozen=True, slots=True)
class ClockCauseCount:
    """How many cycles of a clock stand to the desk's in one way."""

    clock: str
    cause: ClockCause
    cycles: int


@dataclass(frozen=True, slots=True)
class ClocksAnswer:
    """Cycles that began in a period, here and at the desk.

    `read_to_s` is the newest word of the desk about its clocks; None for no word at all.
    """

    account: DeskAccount
    as_of: AsOf
    period: Period
    counting: Counting
    read_to_s: int | None
    counts: tuple[ClockCauseCount, ...]
    examples: tuple[ClockExample, ...]

    @property
    def cycles(self) -> int:
        return sum(one.cycles for one in self.counts)

    @property
    def compared(self) -> int:
        """Cycles that both sides promised something for."""
        return sum(one.cycles for one in self.counts if one.cause not in NOT_COMPARED)

    @property
    def agreed(self) -> int:
        """Those that began, ended and came late within the same minute."""
        return sum(one.cycles for one in self.counts if one.cause in AGREE)

    @property
    def share(self) -> float | None:
        """The share of them that agree; None where nothing could be compared."""
        return self.agreed / self.compared if self.compared else None
