"""What the commands about promises say; a share never stands without its interval."""

from collections.abc import Iterator, Mapping

from tierwise.app import promise_words, words
from tierwise.app.promise_records import (
    AlarmAnswer,
    AttainmentAnswer,
    ClockShown,
    Kept,
    ReplayAnswer,
    ReplayChange,
    TicketAnswer,
)
from tierwise.facts.promises_kept import BREACH
from tierwise.metrics.attainment import Attainment
from tierwise.promises.clock_readings import State

Line = tuple[str, ...]
Labels = Mapping[str, str]

ATTAINMENT_HEADS = (
    "level",
    "promise",
    "within",
    "kept>",
    "95% interval>",
    "target>",
    "verdict",
    "due>",
    "late>",
    "open late>",
)
REPLAY_HEADS = (
    "level",
    "promise",
    "counted>",
    "replayed>",
    "95% interval>",
    "late anew>",
    "no longer late>",
)
ALARM_HEADS = ("ticket", "level", "promise", "what", "reached", "due")


def attainment_lines(
    found: AttainmentAnswer, labels: Labels, level: str | None = None
) -> Iterator[Line]:
    """A line for each promise of each level, and one for whole tickets."""
    for one in found.levels:
        listed = (*one.by_clock, one.tickets) if level in (None, one.level) else ()
        yield from (_kept_line(kept, labels) for kept in listed)


def slice_lines(
    found: AttainmentAnswer, labels: Labels, level: str | None = None
) -> Iterator[Line]:
    for one in found.slices:
        if level in (None, one.level):
            yield (one.slice or words.NOTHING, *_kept_line(one, labels))


def _kept_line(kept: Kept, labels: Labels) -> Line:
    counts = kept.found.counts
    return (
        _label(kept.level, labels),
        promise_words.clock_name(kept.clock),
        kept.within,
        promise_words.kept(kept.found),
        _interval(kept.found),
        "" if kept.found.target is None else promise_words.target(kept.found.target),
        promise_words.verdict(kept.found).text,
        words.count(counts.decided),
        words.count(counts.late),
        words.count(counts.open_late),
    )


def _label(level: str | None, labels: Labels) -> str:
    return labels.get(level or "", level or "no level")


def _interval(found: Attainment) -> str:
    if found.low is None or found.high is None:
        return ""
    return words.interval(found.low, found.high)


def ticket_lines(found: TicketAnswer, labels: Labels) -> Iterator[str]:
    """A ticket, its clocks and their spans."""
    zone = found.as_of.zone
    told = [f"{found.channel}", *filter(None, (found.priority, found.team, found.agent))]
    yield f"{found.ticket_id}: {found.status}, {_label(found.level, labels)}, {', '.join(told)}"
    if found.customer_id:
        who = found.customer_name or found.customer_id
        yield f"  by {who}, {promise_words.moment(found.created_s, zone)}"
    for one in found.clocks:
        yield from _clock_lines(one, zone)
    for span in found.parked:
        length = promise_words.duration(span.end_s - span.start_s)
        since = promise_words.moment(span.start_s, zone)
        yield f"pending for {length} from {since} on, while the customer waited for an answer"
    for clock in found.unpromised:
        yield f"{promise_words.clock_name(clock)}: never began"
    for problem in found.problems:
        yield f"  problem: {problem}"


def _clock_lines(one: ClockShown, zone: str) -> Iterator[str]:
    reading = one.reading
    name = promise_words.clock_name(reading.clock)
    cycle = f" ({reading.cycle})" if reading.cycle > 1 else ""
    yield f"{name}{cycle}: {promise_words.state_of(reading).text}"
    if reading.state is State.NONE or reading.target_s is None:
        yield "  nothing is promised, or it went with the ticket"
        return
    target = promise_words.duration(reading.target_s)
    yield f"  {target} in {one.calendar}, for {one.why}"
    yield f"  used {promise_words.to_the_second(reading.elapsed_s or 0)}"
    yield f"  {promise_words.time_sentence(reading, zone)}"
    for span in one.spans:
        length = promise_words.to_the_second(span.end_s - span.start_s)
        sign = "+" if span.counted else " "
        yield f"  {sign} {promise_words.wall(span.start_s, zone)}  {length:>12}  {span.why}"
    if one.zendesk and one.zendesk.elapsed_s is not None:
        used = promise_words.to_the_second(one.zendesk.elapsed_s)
        yield f"  as Zendesk counts it: {used}, {promise_words.state_of(one.zendesk).text}"


def replay_lines(found: ReplayAnswer, labels: Labels) -> Iterator[Line]:
    for row in found.rows:
        yield (
            _label(row.level, labels),
            promise_words.clock_name(row.clock),
            promise_words.kept(row.then),
            promise_words.kept(row.would),
            _interval(row.would),
            words.count(row.appear),
            words.count(row.vanish),
        )


def replay_summary(found: ReplayAnswer) -> str:
    days = promise_words.days_of(found.period)
    changed = words.many(found.changed, "promise comes", "promises come")
    return f"{changed} out otherwise, due {days}; nothing was written"


def change_lines(found: ReplayAnswer) -> Iterator[str]:
    yield from (_change_line(one, found.as_of.zone) for one in found.changes)


def _change_line(one: ReplayChange, zone: str) -> str:
    states = " → ".join(_state(state) for state in (one.state, one.state_would))
    dues = " → ".join(_due(due, zone) for due in (one.due_s, one.due_would_s))
    return f"  {one.ticket_id}  {promise_words.clock_name(one.clock)}: {states}, due {dues}"


def _state(state: str | None) -> str:
    return "not there" if state is None else promise_words.STATES[State(state)].text


def _due(due_s: int | None, zone: str) -> str:
    return "never" if due_s is None else promise_words.wall(due_s, zone)


def alarm_lines(found: AlarmAnswer, labels: Labels) -> Iterator[Line]:
    zone = found.as_of.zone
    for row in found.rows:
        what = "late" if row.threshold == BREACH else f"at {row.threshold}"
        yield (
            row.ticket_id,
            _label(row.level, labels),
            promise_words.clock_name(row.clock),
            what,
            promise_words.wall(row.at_s, zone),
            _due(row.due_s, zone),
        )


def alarm_summary(found: AlarmAnswer) -> str:
    told = words.many(len(found.rows), "alarm") if found.rows else "nothing new"
    if not found.waiting:
        return told
    return f"{told}; {words.count(found.waiting)} wait for the hours in which they are told"
