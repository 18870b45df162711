"""Budgets, people and volume of the made-up shop: full and idle, burning, refused and at peace."""

from dataclasses import replace
from math import sin

from tierwise.app.desk_records import (
    AgentLine,
    BudgetAnswer,
    BudgetDay,
    BudgetLine,
    BurnAlarm,
    PeopleAnswer,
    TeamLine,
    UnusualDay,
    VolumeAnswer,
    VolumeDrift,
)
from tierwise.app.promise_records import Period
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.figures import Figure, Reason, missing
from tierwise.metrics.metric import Group

from .remembered_scorecard import DAYS, PERIOD, RememberedScorecard
from .remembered_shop import TO_DAY

AHEAD = 9  # days of the budget's period that are still to come

# Level and clock: within, target, due, broken, expected in the whole period, when it is gone.
BUDGETS = {
    ("premium", "first_response"): ("1h in office", 0.95, 531, 28, 800, 5),
    ("premium", "resolution"): ("8h in office", 0.90, 161, 31, 240, -2),
    ("plus", "first_response"): ("4h in office", 0.90, 1_204, 83, 1_800, None),
    ("plus", "resolution"): ("3d in always", 1.0, 52, 0, 80, None),
    ("standard", "first_response"): ("8h in office", 0.80, 6_322, 1_113, 9_300, None),
}
ALARMS = (
    BurnAlarm("page", 2.0, 0.5, 4.5, 1.2, 0.0, fires=False),
    BurnAlarm("page", 9.0, 1.0, 2.0, 2.6, 3.1, fires=True),
    BurnAlarm("ticket", 27.0, 4.5, 1.3333, 1.4, 0.9, fires=False),
)
NO_BUDGET = "a promise of 100 % has no budget to burn"
REFUSED = (
    BurnAlarm("page", 2.0, 0.5, 4.5, None, None, fires=False, refused=NO_BUDGET),
    BurnAlarm("ticket", 27.0, 4.5, 1.3333, None, None, fires=False, refused=NO_BUDGET),
)
QUIET = tuple(replace(one, burn_long=0.7, burn_short=0.4, fires=False) for one in ALARMS)

# Agent: name, team, open, capacity, solves, messages an hour, occupancy, answers and good ones.
AGENTS = {
    "a1": ("Ada Lind", "concierge", 12, 10, 412, 6.1, 0.91, (66, 63)),
    "a2": ("Bo", None, 0, None, 0, None, None, (0, 0)),
    "a3": ("Chiara Conti", "concierge", 4, 10, 388, 5.2, 0.74, (58, 49)),
    "a4": ("Dmitri", "first line", 17, 20, 801, 9.8, 0.83, (141, 126)),
    "a5": ("Élodie", "first line", 20, 20, 911, 10.4, 0.79, (9, 9)),
    "a6": ("Farid", "first line", 6, 20, 702, 8.7, 0.62, (139, 98)),
}


def _budget(level: str, clock: str, period: Period) -> BudgetLine:
    within, target, due, broken, whole, gone = BUDGETS[level, clock]
    allowed = (1 - target) * whole
    alarms = REFUSED if target == 1 else ALARMS if gone and gone > 0 else QUIET
    return BudgetLine(
        level=level,
        clock=clock,
        within=within,
        target=target,
        due=due,
        broken=broken,
        allowed=allowed,
        used=broken / allowed if allowed else 0.0,
        burn=broken / due / (1 - target) if allowed else None,
        gone_day=None if gone is None else TO_DAY + gone,
        days=tuple(_budget_days(period, (due, broken, whole), allowed)),
        alarms=alarms,
    )


def _budget_days(period: Period, numbers: tuple[int, int, int], allowed: float) -> list[BudgetDay]:
    due, broken, whole = numbers
    known = period.days - AHEAD
    found = []
    for place in range(period.days):
        part = (place + 1) / known
        even = allowed * (place + 1) / period.days
        if place < known:
            used = round(broken * part**1.3)
            found.append(BudgetDay(period.from_day + place, due * part, float(used), even))
            continue
        ahead = (place + 1 - known) * broken / known
        low, high = broken + 0.6 * ahead, broken + 1.5 * ahead
        to_come = due + (whole - due) * (place + 1 - known) / AHEAD
        found.append(BudgetDay(period.from_day + place, to_come, None, even, low, high))
    return found


def share_of(hits: float, n: int, half: float = 0.06) -> Figure:
    if n < 10:
        return missing(Reason.TOO_FEW if n else Reason.NOTHING, n)
    part = hits / n
    return Figure(part, max(0.0, part - half), min(1.0, part + half), n, is_pale=n < 30)


def _agent(agent_id: str) -> AgentLine:
    name, team, held, capacity, solves, messages, occupied, (asked, good) = AGENTS[agent_id]
    place = int(agent_id[1:])
    return AgentLine(
        agent_id=agent_id,
        name=name,
        team=team,
        open_tickets=held,
        capacity=capacity,
        solves=solves,
        messages_per_hour=_all_there_is(messages, 19),
        occupancy=_all_there_is(occupied, 19),
        csat=share_of(good, asked),
        csat_shrunk=_drawn(good, asked),
        rank=(max(1, place - 2), min(6, place + 1)) if asked else None,
        stands_out=agent_id == "a6",
    )


def _drawn(good: int, asked: int) -> Figure:
    """Drawn towards the share of all."""
    if not asked:
        return missing(Reason.NOTHING)
    share = (good + 17) / (asked + 20)
    return Figure(share, share - 0.07, min(1.0, share + 0.06), asked, is_pale=asked < 30)


def _all_there_is(value: float | None, n: int) -> Figure:
    return missing(Reason.NO_SOURCE) if value is None else Figure(value, None, None, n)


UNREAD = missing(Reason.NO_SOURCE)


def _teams() -> tuple[TeamLine, ...]:
    return (
        TeamLine(
            "concierge",
            16,
            2,
            Figure(0.826, None, None, 38),
            Figure(0.611, None, None, 38),
            Figure(1_104.0, 1_012.0, 1_220.0, 410),
            Figure(980.0, 911.0, 1_049.0, 410),
        ),
        TeamLine(
            "first line",
            43,
            3,
            Figure(0.747, None, None, 57),
            Figure(0.602, None, None, 57),
            Figure(688.0, 661.0, 716.0, 5_703),
            Figure(390.0, 371.0, 409.0, 5_703),
        ),
        TeamLine(None, 7, 1, UNREAD, UNREAD, UNREAD, missing(Reason.TOO_FEW, 4)),
    )


def _volume(period: Period) -> tuple[tuple[int, int, float, float, float], ...]:
    found = []
    for day in range(period.from_day, period.to_day + 1):
        expected = 280.0 * (0.35 if (day + 3) % 7 > 4 else 1.0)
        half = 2.2 * expected**0.5
        seen = round(expected + half * 0.6 * sin(day * 2.1))
        seen = {one.day: one.seen for one in UNUSUAL if one.category is None}.get(day, seen)
        found.append((day, seen, expected, expected - half, expected + half))
    return tuple(found)


UNUSUAL = (
    UnusualDay(TO_DAY - 3, "delivery", 171, 62.4, 0.00002),
    UnusualDay(TO_DAY - 3, None, 409, 280.0, 0.0004),
    UnusualDay(TO_DAY - 11, None, 158, 280.0, 0.0011),
)


class RememberedWork(RememberedScorecard):
    """The answers about budgets, people and volume."""

    __slots__ = ()

    def budget(self, period: Period | None) -> BudgetAnswer:
        last = TO_DAY + AHEAD
        asked = period or Period(last - DAYS + 1, last)
        levels = self._names()
        lines = tuple(_budget(*key, asked) for key in BUDGETS if key[0] in levels)
        return BudgetAnswer(self._as_of(), asked, lines)

    def people(self, period: Period | None) -> PeopleAnswer:
        lines = tuple(
            line
            for line in self.scorecard(period).lines
            if CATALOGUE[line.metric].group is Group.WORK
        )
        agents = tuple(sorted((_agent(one) for one in AGENTS), key=lambda one: one.name))
        return PeopleAnswer(self._as_of(), period or PERIOD, _teams(), agents, lines)

    def volume(self, period: Period | None, *, category: str | None = None) -> VolumeAnswer:
        asked = period or PERIOD
        unusual = tuple(one for one in UNUSUAL if category in (None, one.category))
        drift = VolumeDrift(asked.from_day, asked.from_day + 5, is_up=True)
        told = None if category else drift
        return VolumeAnswer(self._as_of(), asked, _volume(asked), unusual, told)
