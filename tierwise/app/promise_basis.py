"""What every answer about promises stands on: one count of all clocks, opened in an engine."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tierwise.facts.time import DAY_S, day_of, instant_of
from tierwise.levels.policy import Policy

from .ports import Engine
from .promise_records import AsOf, Period
from .promise_runs import Counted
from .promise_world import PromiseWorld

USUAL_DAYS = 30


@dataclass(frozen=True, slots=True)
class PromiseBasis:
    """A count, its world, and an engine that holds its tables by their names."""

    world: PromiseWorld
    counted: Counted
    engine: Engine
    new_engine: Callable[[], Engine]
    made_up: str | None

    @property
    def policy(self) -> Policy:
        return self.world.policy

    @property
    def zone(self) -> ZoneInfo:
        return self.world.zone

    def close(self) -> None:
        self.engine.close()

    def as_of(self) -> AsOf:
        return AsOf(
            at_s=self.world.as_of_s,
            zone=self.policy.zone,
            made_up=self.made_up,
            tickets=self.counted.tickets,
            floor=self.counted.floor,
            left_out=self.counted.left_out,
            unsettled=self.counted.problems,
        )

    def period(self, asked: Period | None) -> Period:
        """The days that were asked for, or the last thirty that are known."""
        last = day_of(self.world.as_of_s - 1, self.zone)
        return asked or Period(last - USUAL_DAYS + 1, last)

    def instants(self, period: Period) -> tuple[int, int]:
        """The instants of a period, the end not included; what is not known yet is not in it."""
        begin, end = self.midnight(period.from_day), self.midnight(period.to_day + 1)
        return begin, max(begin, min(end, self.world.as_of_s))

    def day_of(self, at_s: int) -> int:
        """The day an instant belongs to."""
        return day_of(at_s, self.zone)

    def midnight(self, day: int) -> int:
        """The instant at which a day begins."""
        return instant_of(day * DAY_S, self.zone)


def before(period: Period) -> Period:
    """The period of the same length before."""
    return Period(period.from_day - period.days, period.from_day - 1)
