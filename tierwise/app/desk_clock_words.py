"""Our clocks beside a desk's in words: how many agree, why others do not, and one of each."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from tierwise.promises.counting import Counting
from tierwise.promises.desk_clocks import NOT_COMPARED, ClockCause

from . import promise_words, words
from .desk_clock_records import ClockExample, ClocksAnswer, ClockSide
from .text_columns import side_by_side

CAUSES: Mapping[ClockCause, str] = {
    ClockCause.SAME: "the same to the second",
    ClockCause.ROUNDING: "the same to the minute",
    ClockCause.UNKNOWN_HERE: "the ticket is not counted here",
    ClockCause.NO_HISTORY: "one side has not read that far",
    ClockCause.OTHER_CYCLES: "only one side began this cycle",
    ClockCause.NO_PROMISE: "nothing is promised here",
    ClockCause.NO_SLA: "no SLA was applied there",
    ClockCause.DELETED: "the desk took its breach back",
    ClockCause.APPLIED_LATE: "its SLA was applied when the time was over",
    ClockCause.OTHER_TARGET: "another target",
    ClockCause.OTHER_HOURS: "other hours",
    ClockCause.OTHER_START: "began at another time",
    ClockCause.PAUSED: "paused at other times",
    ClockCause.OTHER_END: "ended at another time",
}
NEXT_STEPS: Mapping[ClockCause, str] = {
    ClockCause.UNKNOWN_HERE: "`tierwise doctor` says which tickets are left out, and why",
    ClockCause.NO_HISTORY: "`tierwise desk read` goes on reading",
    ClockCause.NO_SLA: "a ticket without a priority gets no SLA there; `tierwise desk plan` "
    "proposes the trigger that gives it one",
    ClockCause.APPLIED_LATE: "a trigger that sets the priority at once applies the SLA at once",
    ClockCause.OTHER_TARGET: "`tierwise desk plan` tells if the desk has the policy's targets",
    ClockCause.OTHER_HOURS: "`tierwise desk plan` tells if the desk has the policy's calendars",
}
_COUNTED = {
    Counting.EXACT: "counted exactly, so the desk's own rules for changes show as differences",
    Counting.ZENDESK: "counted as Zendesk counts",
}
HEADS = ("promise", "how it stands", "cycles>")


def clock_lines(found: ClocksAnswer) -> Iterator[str]:
    """The comparison as the command line says it."""
    yield f"{found.account.shown}, {promise_words.days_of(found.period)}"
    yield _agreement(found)
    if found.read_to_s is None:
        yield "the desk has said nothing of its clocks yet: read it with `tierwise desk read`"
        return
    yield from _table(found)
    for cause, examples in groupby(found.examples, key=lambda one: one.cause):
        yield ""
        yield f"{CAUSES[cause]}:"
        for one in examples:
            yield from example_lines(one, found.as_of.zone)
        if cause in NEXT_STEPS:
            yield f"  {NEXT_STEPS[cause]}"


def example_lines(one: ClockExample, zone: str) -> Iterator[str]:
    """One cycle with both times: `ticket 12, First response: here due …, at the desk …`."""
    name = promise_words.clock_name(one.clock)
    cycle = f" ({one.cycle})" if one.cycle > 1 else ""
    yield f"  ticket {one.ticket_id}, {name}{cycle}, times in {zone}"
    yield f"    here:  {side_text(one.here, zone)}"
    yield f"    there: {side_text(one.there, zone)}"


def side_text(side: ClockSide, zone: str) -> str:
    """A cycle as one side has it."""
    if side.started_s is None and side.ended_s is None and side.target_s is None:
        return "no such cycle"
    parts = [
        _promise(side),
        "" if side.started_s is None else f"began {_wall(side.started_s, zone)}",
        "still open" if side.ended_s is None else f"ended {_wall(side.ended_s, zone)}",
        "" if side.late_s is None else f"late since {_wall(side.late_s, zone)}",
    ]
    return ", ".join(part for part in parts if part)


def _promise(side: ClockSide) -> str:
    whose = f"{side.by}: " if side.by else ""
    if side.target_s is None:
        return f"{whose}nothing promised"
    hours = f" in {side.hours}" if side.hours else ""
    return f"{whose}{promise_words.duration(side.target_s)}{hours}"


def _wall(at_s: int, zone: str) -> str:
    return f"{promise_words.wall(at_s, zone)}:{at_s % 60:02}"


def _agreement(found: ClocksAnswer) -> str:
    if found.share is None:
        told = f"none of {words.many(found.cycles, 'cycle')} can be compared"
    else:
        agreed, compared = words.count(found.agreed), words.count(found.compared)
        told = f"{agreed} of {compared} cycles agree within a minute: {words.share(found.share)}"
    return f"{told}; {_COUNTED[found.counting]}"


def _table(found: ClocksAnswer) -> Iterator[str]:
    """Counts by clock; those that were compared come before those that cannot be."""
    counts = sorted(found.counts, key=lambda one: one.cause in NOT_COMPARED)
    rows = [
        (promise_words.clock_name(one.clock), CAUSES[one.cause], words.count(one.cycles))
        for one in counts
    ]
    yield from side_by_side(HEADS, rows)
