"""Promises in words: lengths of time, moments in a zone, states, verdicts and shares kept."""

from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from zoneinfo import ZoneInfo

from tierwise.facts.time import DAY_S
from tierwise.metrics.attainment import ENOUGH, Attainment, Verdict
from tierwise.promises.clock_readings import Reading, State

from . import words
from .promise_records import Cause, Period, TicketRow

HOUR_S, MINUTE_S = 3_600, 60
SOON = 0.25  # of the target left: the rest is worth a warning

OUTSIDE, DONE = "outside hours", "done"
COUNTED, PAUSED, CLOSED, LEFT = "counted", "paused", "not counted", "left"


@dataclass(frozen=True, slots=True)
class Sign:
    """A state as people see it: a shape, the colour that goes with it, and the words."""

    shape: str
    tone: str
    text: str


VERDICTS = {
    Verdict.ON_TARGET: Sign("●", "ok", "on target"),
    Verdict.TOO_CLOSE: Sign("▲", "soon", "too close to call"),
    Verdict.BELOW: Sign("■", "late", "below target"),
    Verdict.TOO_FEW: Sign("○", "open", "too few to say"),
    Verdict.NO_TARGET: Sign("–", "open", "no target"),
}
NO_PROMISE = Sign("○", "open", "no promise")
RUNNING = Sign("◐", "open", "running")
DUE_SOON = Sign("▲", "soon", "running, due soon")
STATES = {
    State.NONE: NO_PROMISE,
    State.RUNNING: RUNNING,
    State.PAUSED: Sign("‖", "open", "paused"),
    State.MET: Sign("●", "ok", "kept"),
    State.BREACHED: Sign("■", "late", "late"),
}
CAUSES = {cause.name.lower(): cause for cause in Cause}
_TIMES = {
    State.NONE: "",
    State.RUNNING: "{} left",
    State.PAUSED: "{} left",
    State.MET: "{} to spare",
    State.BREACHED: "{} late",
}


def duration(seconds: int) -> str:
    """A length of time in its two largest units, never more than it is.

    >>> duration(7_530), duration(97_200), duration(2_100), duration(411), duration(0)
    ('2h 05m', '1d 3h', '35m', '6m 51s', '0s')
    """
    days, rest = divmod(abs(seconds), DAY_S)
    hours, rest = divmod(rest, HOUR_S)
    minutes, left = divmod(rest, MINUTE_S)
    if days:
        return f"{words.count(days)}d {hours}h" if hours else f"{words.count(days)}d"
    if hours:
        return f"{hours}h {minutes:02}m" if minutes else f"{hours}h"
    if minutes:
        return f"{minutes}m {left:02}s" if left and minutes < 10 else f"{minutes}m"
    return f"{left}s"


def to_the_second(seconds: int) -> str:
    """A length of time whose parts add up: `1h 25m 10s`, `27h`.

    >>> to_the_second(5_110), to_the_second(97_200), to_the_second(3_605)
    ('1h 25m 10s', '27h', '1h 00m 05s')
    """
    hours, rest = divmod(seconds, HOUR_S)
    minutes, left = divmod(rest, MINUTE_S)
    if hours:
        tail = f" {minutes:02}m {left:02}s" if left else f" {minutes:02}m" if minutes else ""
        return f"{words.count(hours)}h{tail}"
    return f"{minutes}m {left:02}s" if minutes and left else duration(seconds)


def moment(seconds: int, zone: str) -> str:
    """An instant by the clock on the wall there: `9 Dec 2011, 15:40 Europe/London`."""
    return f"{wall(seconds, zone)} {zone}"


def wall(seconds: int, zone: str) -> str:
    """The same where the zone is named beside it: `9 Dec 2011, 15:40`.

    >>> wall(1_323_445_200, "Europe/London")
    '9 Dec 2011, 15:40'
    """
    found = datetime.fromtimestamp(seconds, ZoneInfo(zone))
    return f"{found.day} {found:%b %Y, %H:%M}"


def clock_name(clock: str | None) -> str:
    """A clock in a support manager's words.

    >>> clock_name("first_response"), clock_name("ticket"), clock_name(None)
    ('First response', 'Whole ticket', 'All promises')
    """
    if clock is None:
        return "All promises"
    return "Whole ticket" if clock == "ticket" else clock.replace("_", " ").capitalize()


def days_of(period: Period) -> str:
    """A period as its days, a year that both ends share said once.

    >>> days_of(Period(15_288, 15_317)), days_of(Period(15_317, 15_317))
    ('10 Nov – 9 Dec 2011', '9 Dec 2011')
    """
    first, last = words.day(period.from_day), words.day(period.to_day)
    if first == last:
        return first
    year = last[-5:]
    return f"{first.removesuffix(year)} – {last}"


def verdict(found: Attainment) -> Sign:
    """What the interval says of the target; where nothing was due, that."""
    if not found.counts.decided:
        return Sign("○", "open", "nothing due")
    return VERDICTS[found.verdict]


def kept(found: Attainment) -> str:
    """The share kept; a count where a per cent would say too much, never 0 % of nothing."""
    if found.share is None:
        return words.NOTHING
    if found.counts.decided < ENOUGH:
        return f"{words.count(found.counts.met)} of {words.count(found.counts.decided)}"
    return words.share(found.share)


def points(share: float, before: float) -> str:
    """A change of a share in points: `+1.1 points`, `−2.4 points`.

    >>> points(0.95, 0.939), points(0.9, 0.9)
    ('+1.1 points', 'no change')
    """
    change = round((share - before) * 100, 1)
    if not change:
        return "no change"
    return f"{'+' if change > 0 else ''}{words.decimal(change)} points"


def kept_sentence(found: Attainment) -> str:
    """Everything a mark of the chart says, for who cannot see it."""
    parts = [f"{kept(found)} kept" if found.share is not None else "", verdict(found).text]
    if found.low is not None and found.high is not None:
        parts.append(f"95% interval {words.interval(found.low, found.high)}")
    if found.target is not None:
        parts.append(f"target {target(found.target)}")
    return ", ".join(part for part in parts if part)


def target(share: float) -> str:
    """A target as it is written in a policy: `95%`, `99.5%`."""
    return f"{words.decimal(share * 100)}%"


def state_of(reading: Reading) -> Sign:
    """How a cycle stands: a running one with little left says so, and an open late one too."""
    if reading.state is State.BREACHED and reading.ended_s is None:
        return Sign("■", "late", "late, still open")
    return _state(reading.state, reading.elapsed_s, reading.target_s)


def row_state(row: TicketRow) -> Sign:
    """How the promise of a list's line stands."""
    return _state(State(row.state), row.elapsed_s, row.target_s)


def _state(state: State, elapsed_s: int | None, target_s: int | None) -> Sign:
    left = None if elapsed_s is None or target_s is None else target_s - elapsed_s
    few = left is not None and target_s is not None and left <= target_s * SOON
    return DUE_SOON if state is State.RUNNING and few else STATES[state]


def row_time(row: TicketRow) -> str:
    """The time left, to spare or late of a list's line; nothing without a promise."""
    if row.elapsed_s is None or row.target_s is None:
        return ""
    return _TIMES[State(row.state)].format(duration(row.target_s - row.elapsed_s))


def time_sentence(reading: Reading, zone: str) -> str:
    """What is left in business time, and when that is on the wall."""
    if reading.remaining_s is None:
        return "Nothing is promised for this, so nothing is counted."
    length = f"{duration(reading.remaining_s)} of business time"
    due = "" if reading.due_s is None else f"due {moment(reading.due_s, zone)}"
    sentences = {
        State.RUNNING: f"{length} left, {due}.",
        State.PAUSED: f"{length} left when it goes on; while it is paused nothing falls due.",
        State.MET: f"Kept with {length} to spare; it was {due}.",
        State.BREACHED: f"{length} late; it was {due}.",
    }
    return sentences[reading.state] + _seen_later(reading, zone)


def _seen_later(reading: Reading, zone: str) -> str:
    """A breach that only a later change made one: nobody could see it at its instant."""
    if reading.noticed_s is None or reading.noticed_s == reading.due_s:
        return ""
    since = moment(reading.noticed_s, zone)
    return f" Its promise changed later: it could be seen from {since} on."


def most_of(lates: list[int]) -> str:
    """How many causes make most of the late promises; nothing where none is late.

    >>> most_of([40, 30, 20, 10, 0])
    'The first 2 of 5 causes make 70.0% of them.'
    """
    if not any(lates):
        return ""
    sums = list(accumulate(lates))
    place = next(place for place, so_far in enumerate(sums) if so_far * 3 >= sums[-1] * 2)
    first = f"{place + 1} of {len(lates)} causes make" if place else "cause makes"
    return f"The first {first} {words.share(sums[place] / sums[-1])} of them."
