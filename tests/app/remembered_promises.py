"""The tickets of the made-up shop: every state, verdict, cause and outcome is among them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from tierwise.app.promise_records import (
    AsOf,
    AttainmentAnswer,
    Cause,
    CauseCount,
    ClockShown,
    Kept,
    LateAnswer,
    LateRow,
    LevelKept,
    Period,
    StoryLine,
    StripSpan,
    TicketAnswer,
    TicketList,
    TicketRow,
)
from tierwise.facts.problems import Problem
from tierwise.metrics.attainment import Attainment, Counts, attainment
from tierwise.promises.clock_readings import Reading, Shown, State
from tierwise.promises.counting import Counting

from .remembered_shop import TO_DAY, customers

H, MIN = 3_600, 60
AT = TO_DAY * 86_400 + 12 * H + 50 * MIN
MADE_UP = "These tickets are made up: the sample has orders, but no help desk."
AS_OF = AsOf(AT, "Europe/London", MADE_UP, tickets=7_957, floor=312, left_out=3, unsettled=0)
CLOCKS = ("first_response", "next_response", "resolution")
KNOWN = "48216"
UNPROMISED = "48217"
MERGED = "desk/48218"

# Level and clock: what is promised, the target, and met, late, open late, not due, not counted.
KEPT = {
    ("premium", "first_response"): ("1h in office", 0.95, (402, 24, 5, 12, 3)),
    ("premium", "next_response"): ("4h in office", 0.90, (380, 22, 2, 9, 0)),
    ("premium", "resolution"): ("8h in office", 0.90, (18, 2, 1, 30, 4)),
    ("plus", "first_response"): ("4h in office", 0.90, (1_121, 77, 6, 31, 0)),
    ("plus", "next_response"): ("8h in office", 0.85, (640, 190, 20, 12, 0)),
    ("plus", "resolution"): ("3d in always", 0.85, (7, 1, 0, 44, 2)),
    ("standard", "first_response"): ("8h in office", 0.80, (5_209, 1_080, 33, 71, 9)),
    ("standard", "next_response"): ("", None, (4_020, 1_207, 0, 15, 0)),
    ("standard", "resolution"): ("5d in always", 0.80, (0, 0, 0, 6, 310)),
}
FEW: tuple[str, float | None, tuple[int, ...]] = ("2h in office", 0.95, (3, 1, 0, 2, 0))
WEEKS = (0.91, 0.94, 0.97, 0.9, None, 0.93, 0.96, 0.91, 0.92, 0.95, 0.89, 0.94, 0.951)
SLICED = {
    "channel": ("email", "chat", "phone"),
    "team": ("concierge", "first line"),
    "priority": ("urgent", "normal"),
}


def attained(
    levels: Sequence[str], period: Period | None, counting: Counting, by: str | None
) -> AttainmentAnswer:
    whole = tuple(_level(level, counting) for level in levels)
    slices = tuple(
        Kept(level.level, None, level.promises.found, slice=value)
        for value in SLICED.get(by or "", ())
        for level in whole
    )
    return AttainmentAnswer(AS_OF, period or last_days(30), counting, whole, slices, by)


def last_days(number: int) -> Period:
    return Period(TO_DAY - number + 1, TO_DAY)


def _level(level: str, counting: Counting) -> LevelKept:
    by_clock = tuple(_kept(level, clock, counting) for clock in CLOCKS)
    parts = [one.found.counts for one in by_clock]
    whole = Counts(
        sum(one.met for one in parts),
        sum(one.late for one in parts),
        sum(one.open_late for one in parts),
        sum(one.not_due for one in parts),
        sum(one.not_counted for one in parts),
    )
    return LevelKept(
        level=level,
        promises=Kept(level, None, attainment(whole, by_clock[0].found.target)),
        tickets=Kept(level, "ticket", attainment(Counts(met=whole.met // 3, late=whole.late // 2))),
        before=None if level == "standard" else 0.957,
        weeks=WEEKS,
        by_clock=by_clock,
    )


def _kept(level: str, clock: str, counting: Counting) -> Kept:
    within, target, (met, late, *rest) = KEPT.get((level, clock), FEW)
    moved = min(late, 2) if counting is Counting.ZENDESK else 0
    return Kept(level, clock, attained_of(met + moved, late - moved, *rest, target=target), within)


def attained_of(*numbers: int, target: float | None = None) -> Attainment:
    met, late, open_late, not_due, not_counted = numbers
    return attainment(Counts(met, late, open_late, not_due, not_counted), target)


@cache
def late_rows(level: str | None = None, clock: str | None = None) -> tuple[LateRow, ...]:
    """64 late promises, the latest first."""
    rows = (_late(number) for number in range(64))
    return tuple(row for row in rows if fits(row, level, clock))


def fits(row: LateRow | TicketRow, level: str | None, clock: str | None) -> bool:
    return level in (None, row.level or "") and clock in (None, row.clock)


def _late(number: int) -> LateRow:
    level = ("premium", "plus", "standard", None)[number % 4]
    cause = tuple(Cause)[number % 3 if number % 2 else number % 5]
    start = AT - (20 + 5 * number) * H
    first, target = start + (number % 7 + 1) * 10 * MIN, (1 + number % 4) * H
    end = first + 14 * H + target + number * 7 * MIN
    night = first + H, first + 14 * H
    strip = (
        StripSpan(start, first, Cause.UNASSIGNED),
        StripSpan(first, night[0], cause),
        StripSpan(*night, "outside hours"),
        StripSpan(night[1], end - 20 * MIN, Cause.CUSTOMER if number % 3 else cause),
        StripSpan(end - 20 * MIN, end - 10 * MIN, "done"),
        StripSpan(end - 10 * MIN, end, cause),
    )
    named = customers()[number]
    return LateRow(
        ticket_id=str(48_216 + number) if number != 2 else MERGED,
        clock=CLOCKS[number % 3],
        cycle=1 + number % 2,
        customer_id=named.customer_id if number % 6 else None,
        customer_name=named.name,
        level=level,
        channel=("email", "chat", None)[number % 3],
        team=("concierge", None)[number % 2],
        started_s=start,
        due_s=night[1] + 30 * MIN,
        ended_s=None if number % 5 == 0 else end,
        target_s=target,
        elapsed_s=target + (2 * H + 5 * MIN if number == 0 else number * 7 * MIN + 12),
        cause=cause,
        strip=strip,
    )


def late(
    period: Period | None, rows: Sequence[LateRow], cause: Cause | None, page: slice
) -> LateAnswer:
    counted = [
        CauseCount(one, len(theirs), sum(row.late_by_s for row in theirs) + number * H)
        for number, one in enumerate(Cause)
        for theirs in ([row for row in rows if row.cause is one],)
    ]
    causes = tuple(sorted(counted, key=lambda one: -one.late))
    wanted = [row for row in rows if cause in (None, row.cause)]
    return LateAnswer(AS_OF, period or last_days(30), tuple(wanted[page]), len(wanted), causes)


def ticket_rows(outcome: str) -> tuple[TicketRow, ...]:
    """110 tickets of one outcome; of all outcomes, every fifth state in turn."""
    return tuple(_row(number, outcome) for number in range(110))


STATES = {
    "met": "met",
    "late": "breached",
    "open_late": "breached",
    "not_due": "running",
    "not_counted": "none",
}


def _row(number: int, outcome: str) -> TicketRow:
    state = STATES.get(outcome) or (*STATES.values(), "paused")[number % 6]
    named = customers()[number]
    promised = state != "none"
    due = AT + (number % 9 - 4) * H if promised and state != "paused" else None
    return TicketRow(
        ticket_id=str(48_216 + number) if number != 2 else MERGED,
        customer_id=named.customer_id if number % 7 else None,
        customer_name=named.name,
        level=("premium", "plus", "standard", None)[number % 4],
        channel=("email", "chat", None)[number % 3],
        status=("open", "pending", "solved")[number % 3],
        created_s=AT - (5 + number) * H,
        clock=CLOCKS[number % 3] if promised else None,
        state=state,
        due_s=due,
        elapsed_s=(3 if state == "breached" else 1) * H - 65 * (number + 1) if promised else None,
        target_s=H if promised else None,
    )


PROBLEMS = (
    Problem(
        "ticket 77, event e2",
        None,
        "happened_at",
        "an event at or after the creation of its ticket",
        "`public_reply` 3600 s before",
        "mend the times in the source; check that both are written in one zone",
    ),
)


def listed(period: Period | None, rows: Sequence[TicketRow], page: slice) -> TicketList:
    return TicketList(AS_OF, period or last_days(30), tuple(rows[page]), len(rows))


def ticket(ticket_id: str) -> TicketAnswer | None:
    return {KNOWN: _busy(), UNPROMISED: _unpromised(), MERGED: _merged()}.get(ticket_id)


OPENED = AT - 3 * H


def clock(reading: Reading, *spans: tuple[int, str], zendesk: Reading | None = None) -> ClockShown:
    """A clock whose spans follow each other: minutes, and why they do not count (`` if they do)."""
    at = reading.started_s or 0
    shown = []
    for minutes, why in spans:
        shown.append(Shown(at, at + minutes * MIN, not why, why or "open"))
        at += minutes * MIN
    why = "the target of Premium by e-mail, the most specific that fits"
    return ClockShown(reading, "office", why, tuple(shown), zendesk)


def _reading(
    name: str, state: State, began_s: int, minutes: tuple[int, int], *, due_s: int | None
) -> Reading:
    """A cycle with the minutes used and promised."""
    used_s, target_s = (number * MIN for number in minutes)
    return Reading(
        clock=name,
        cycle=1,
        state=state,
        started_s=began_s,
        target_s=target_s,
        elapsed_s=used_s,
        remaining_s=target_s - used_s,
        due_s=due_s,
    )


def _busy() -> TicketAnswer:
    began, again = OPENED + 30 * MIN, AT - 55 * MIN
    first = _reading("first_response", State.MET, OPENED, (25, 60), due_s=OPENED + H)
    late = _reading("next_response", State.BREACHED, began, (100, 60), due_s=OPENED + 90 * MIN)
    soon = _reading("next_response", State.RUNNING, again, (55, 60), due_s=AT + 5 * MIN)
    overdue = _reading("agent_work", State.BREACHED, OPENED, (180, 55), due_s=OPENED + 55 * MIN)
    running = _reading("requester_wait", State.RUNNING, again, (55, 240), due_s=AT + 185 * MIN)
    paused = _reading("resolution", State.PAUSED, OPENED, (60, 480), due_s=None)
    first, late = replace(first, ended_s=OPENED + 25 * MIN), replace(late, ended_s=AT - 20 * MIN)
    nothing = Reading("team_ownership", 1, State.NONE, team="first line", started_s=OPENED)
    counted = replace(late, state=State.MET, elapsed_s=50 * MIN, remaining_s=10 * MIN)
    return TicketAnswer(
        as_of=AS_OF,
        ticket_id=KNOWN,
        customer_id=customers()[3].customer_id,
        customer_name="Harrow & Sons",
        level="premium",
        channel="email",
        priority="high",
        status="pending",
        team="concierge",
        agent="Ines",
        category="delivery",
        created_s=OPENED,
        merged_into=None,
        clocks=(
            clock(first, (25, "")),
            clock(late, (60, ""), (30, "break: lunch"), (40, ""), zendesk=counted),
            clock(replace(soon, cycle=2), (55, "")),
            clock(overdue, (180, "")),
            clock(running, (55, "")),
            clock(paused, (60, ""), (120, "paused by pending")),
            clock(nothing),
        ),
        unpromised=("periodic_update", "assignment"),
        story=(
            StoryLine(OPENED, "customer", "wrote by e-mail"),
            StoryLine(OPENED + 25 * MIN, "Ines", "answered `Hello <b>there</b>`"),
            StoryLine(AT - 30 * MIN, "automation", "set the status to pending"),
        ),
        problems=(
            Problem("events.csv", 12, "at", "an instant after the creation", "`1999-01-01`"),
        ),
    )


def _unpromised() -> TicketAnswer:
    found = replace(_busy(), ticket_id=UNPROMISED, status="new", clocks=(), unpromised=CLOCKS)
    found = replace(found, customer_id=None, customer_name=None, level=None, channel=None)
    found = replace(found, priority=None, team=None, agent=None, category=None)
    return replace(found, problems=(), story=())


def _merged() -> TicketAnswer:
    return replace(_busy(), ticket_id=MERGED, merged_into=KNOWN, status="closed", problems=())
