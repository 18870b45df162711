"""Our clocks beside those of a help desk: which cycles are the same, and why others differ."""

from enum import StrEnum

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.desk_tables import RAW
from tierwise.facts.models import SqlModel

from .cycle_table import CLOCK_CYCLES
from .promise_tables import TICKETS_ASKED

TEXT, COUNT, INSTANT = Kind.TEXT, Kind.COUNT, Kind.INSTANT
PACKAGE = "tierwise.promises"


class ClockCause(StrEnum):
    """How a cycle here stands to the one there; desks count minutes, so less is rounding."""

    SAME = "same"
    ROUNDING = "rounding"
    UNKNOWN_HERE = "unknown_here"
    NO_HISTORY = "no_history"
    OTHER_CYCLES = "other_cycles"
    NO_PROMISE = "no_promise"
    NO_SLA = "no_sla"
    DELETED = "deleted"
    APPLIED_LATE = "applied_late"
    OTHER_TARGET = "other_target"
    OTHER_HOURS = "other_hours"
    OTHER_START = "other_start"
    PAUSED = "paused"
    OTHER_END = "other_end"


AGREE = (ClockCause.SAME, ClockCause.ROUNDING)
NOT_COMPARED = (
    ClockCause.UNKNOWN_HERE,
    ClockCause.NO_HISTORY,
    ClockCause.OTHER_CYCLES,
    ClockCause.NO_PROMISE,
    ClockCause.NO_SLA,
)
"""One side has no promise to compare."""

COMPARABLE = (
    *("first_response", "next_response", "periodic_update", "pausable_update"),
    *("requester_wait", "agent_work", "resolution", "team_ownership"),
)
"""Our clocks that desks have as well."""


def _maybe(name: str, kind: Kind, meaning: str) -> Column:
    return Column(name, kind, meaning, nullable=True)


METRIC_EVENTS, DESK_TICKETS = RAW["ticket_metric_event"], RAW["ticket"]
CLOSING_TIMES = Table(
    "closing_times",
    "When calendars close and open again; one that never closes has no row.",
    ("calendar", "closes_s"),
    (
        Column("calendar", TEXT, "The calendar."),
        Column("closes_s", INSTANT, "When it closes."),
        Column("opens_s", INSTANT, "When it opens again, which is the same to a clock."),
    ),
)

_KEY = (
    Column("ticket_id", TEXT, "The ticket."),
    Column("clock", TEXT, "Our name of the clock."),
    Column("cycle", COUNT, "Number of the cycle, from 1."),
)
_THEIRS = (
    _maybe("started_s", INSTANT, "When the cycle began; empty if that was not read."),
    _maybe("ended_s", INSTANT, "When it ended; empty while it is open."),
    _maybe("target_s", COUNT, "What the desk promised last; empty for nothing."),
    _maybe("is_business", COUNT, "1 if only open time counts there."),
    _maybe("breached_s", INSTANT, "When it came late; empty if it did not."),
    _maybe("used_min", COUNT, "Minutes the desk counted, once it ended."),
    _maybe("desk_policy", TEXT, "The desk's policy."),
)
DESK_CLOCKS = SqlModel(
    PACKAGE,
    Table(
        "desk_clocks",
        "Every cycle of every clock as the desk counts it.",
        ("ticket_id", "clock", "cycle"),
        (
            *_KEY,
            *_THEIRS,
            _maybe("applied_s", INSTANT, "When the desk promised that."),
            Column("was_paused", COUNT, "1 if it stood still for a while.", low=0, high=1),
            Column("was_deleted", COUNT, "1 if a breach was taken back.", low=0, high=1),
        ),
    ),
    reads=(METRIC_EVENTS.name,),
)
_OURS = ("state", "level", "calendar", "started_s", "ended_s", "target_s", "due_s", "elapsed_s")
CLOCK_DIFFERENCES = SqlModel(
    PACKAGE,
    Table(
        "clock_differences",
        "Cycles that either side promised something for, and how the two stand to each other.",
        ("ticket_id", "clock", "cycle"),
        (
            *_KEY,
            Column("cause", TEXT, "How they stand to each other.", choices=tuple(ClockCause)),
            Column("at_s", INSTANT, "When the cycle began, here or there."),
            *(_maybe(name, CLOCK_CYCLES.column(name).kind, "The same here.") for name in _OURS),
            *(_maybe(f"their_{one.name}", one.kind, one.meaning) for one in _THEIRS),
        ),
    ),
    reads=(
        *(CLOCK_CYCLES.name, TICKETS_ASKED.name, CLOSING_TIMES.name),
        *(DESK_CLOCKS.name, DESK_TICKETS.name, METRIC_EVENTS.name),
    ),
    parameters=("as_of_s", "until_s", "comparable", "counted", "pausing"),
)
