"""What promises are counted from: tickets, levels and policies over time, calendars, a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from tierwise.facts.identities import IDENTITY_MODELS
from tierwise.facts.tables import AGENTS, CUSTOMERS, ORDERS, TICKET_EVENTS, TICKETS
from tierwise.facts.time import DAY_S, day_of, instant_of
from tierwise.levels.policy import Policy
from tierwise.promises.calendar_table import OpenTable
from tierwise.promises.counting import (
    Counting,
    Policies,
    boundary_of,
    changes_of,
    kinds_of,
    promise_finder,
)
from tierwise.promises.promise_tables import (
    ASKED_STORIES,
    DECIDED_LEVELS,
    FOREVER_S,
    HARMFUL_LISTED,
    LEVEL_SPANS,
    POLICY_SPANS,
    TICKETS_ASKED,
)
from tierwise.promises.replay import Replay
from tierwise.promises.ticket_tables import TICKET_MODELS

from .policies_in_force import BEGINNING_S, PoliciesInForce
from .ports import Book, Engine, Facts
from .wiring import schema_of

READ = (TICKETS, TICKET_EVENTS, CUSTOMERS, ORDERS, AGENTS)
# A deadline may lie far ahead: half a year of office hours is more than two years.
_BEFORE_DAYS, _AFTER_DAYS = 2, 1100


@dataclass(frozen=True, slots=True)
class PromiseWorld:
    """One state of the world as promises see it. `as_of_s` is the last moment that is known."""

    policies: PoliciesInForce
    calendars: Mapping[str, Mapping[str, OpenTable]]  # by policy key and calendar
    counting: Counting
    as_of_s: int
    levels_now: bool = False  # the levels of today for all time, instead of those of the time

    @property
    def policy(self) -> Policy:
        return self.policies.newest.policy

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.policy.zone)

    @property
    def floor(self) -> str:
        """The level of everyone."""
        return self.policy.names[-1]

    def asked_at(self) -> dict[str, int | str]:
        """What stories need to know: the level of everyone, and the last moment."""
        return {"floor": self.floor, "as_of_s": self.as_of_s}

    def found(self) -> Policies:
        """The policies with the names of their tables."""
        keys = {one.key: one.policy for one in self.policies.dated}
        tables = {
            (key, calendar): table_name(key, calendar, self.policies.newest.key)
            for key, calendars in self.calendars.items()
            for calendar in calendars
        }
        return Policies(keys, tables)

    def replay(self) -> Replay:
        """How clocks are counted here."""
        policies = self.found()
        return Replay(
            kinds=kinds_of(policies, self.counting),
            promise_of=promise_finder(policies, self.counting),
            tables={
                policies.tables[key, calendar]: table
                for key, calendars in self.calendars.items()
                for calendar, table in calendars.items()
            },
            changes=changes_of(self.policy, self.counting),
            boundary=boundary_of(self.policy),
        )


def table_name(key: str, calendar: str, newest: str) -> str:
    """A calendar goes by its own name; one of an older policy says of which."""
    return calendar if key == newest else f"{calendar} ({key})"


def span_known(engine: Engine) -> tuple[int, int] | None:
    """The first and the last instant at which something happened to a ticket, if any did."""
    ((opened, newest),) = engine.rows("SELECT MIN(created_at), MAX(created_at) FROM tickets")
    ((happened,),) = engine.rows("SELECT MAX(happened_at) FROM ticket_events")
    return None if opened is None else (int(opened), max(int(newest), int(happened or 0)))


def last_moment(last_s: int, read_at: int, zone: ZoneInfo) -> int:
    """The last moment that is known: when tickets were read, or the end of their last day."""
    return min(read_at, _end_of(day_of(last_s, zone), zone))


def calendar_days(first_s: int, as_of_s: int) -> tuple[int, int]:
    """The days calendars are compiled for: from before the first ticket to the last deadline."""
    return first_s // DAY_S - _BEFORE_DAYS, as_of_s // DAY_S + _AFTER_DAYS


def hold_tickets(engine: Engine, facts: Facts) -> None:
    """Make tickets, their stories and their problems available in an engine."""
    for table in READ:
        engine.read(table, facts.files(table.name))
    for model in (*IDENTITY_MODELS, *TICKET_MODELS):
        engine.materialise(model, {})


def hold_asked(engine: Engine, world: PromiseWorld, book: Book) -> None:
    """Make what was promised on each ticket available: `tickets_asked` and `asked_stories`."""
    _hold_levels(engine, world, book)
    hold_policies(engine, world)
    engine.materialise(LEVEL_SPANS, {"forever_s": FOREVER_S})
    engine.materialise(TICKETS_ASKED, {"floor": world.floor, "harmful": HARMFUL_LISTED})
    engine.materialise(ASKED_STORIES, world.asked_at())


def hold_policies(engine: Engine, world: PromiseWorld) -> None:
    """Make available which policy was in force when."""
    columns = [list(column) for column in zip(*world.policies.spans(), strict=True)]
    engine.upload(POLICY_SPANS.name, pa.table(columns, schema=schema_of(POLICY_SPANS)))


def _hold_levels(engine: Engine, world: PromiseWorld, book: Book) -> None:
    schema = schema_of(DECIDED_LEVELS)
    if world.levels_now:
        now = book.levels_arrow()
        numbers = pa.array(range(now.num_rows), pa.int64())
        always = pa.array([BEGINNING_S] * now.num_rows, pa.int64())
        columns = [numbers, now["customer_id"], now["level"], always]
    else:
        dated = book.dated_levels_arrow()
        days = pc.unique(dated["as_of_day"])
        ends = pa.array(
            [_end_of(day, world.zone) for day in days.to_pylist()],
            pa.int64(),
        )
        ended = ends.take(pc.index_in(dated["as_of_day"], value_set=days))
        since = pc.min_element_wise(dated["decided_at"], ended)
        columns = [dated["decision_id"], dated["customer_id"], dated["level"], since]
    engine.upload(DECIDED_LEVELS.name, pa.table(columns, schema=schema))


def _end_of(day: int | None, zone: ZoneInfo) -> int:
    return instant_of(((day or 0) + 1) * DAY_S, zone)
