"""Error budgets in words: what is left, how long it lasts, and what its alarms look for."""

from math import floor

from . import words
from .desk_records import BudgetLine, BurnAlarm
from .promise_words import Sign, target

SEVERITIES = {"page": "call somebody now", "ticket": "look into it this week"}
FIRING = Sign("■", "late", "burning too fast")
OVERDRAWN = Sign("■", "late", "overdrawn")
RUNNING_OUT = Sign("▲", "soon", "runs out in the period")
MAY_RUN_OUT = Sign("▲", "soon", "may run out")
LASTS = Sign("●", "ok", "lasts the period")
NOTHING_ALLOWED = Sign("○", "open", "nothing may break")
NOTHING_DUE = Sign("○", "open", "nothing due yet")


def may_break(line: BudgetLine) -> int:
    """How many promises may break in the whole period: no part of one can."""
    return floor(line.allowed + 1e-9)


def left_says(line: BudgetLine) -> str:
    """What is left: `12 of 40 misses left`, `7 misses too many: 31 of 24`."""
    allowed, broken = may_break(line), line.broken
    if line.target >= 1:
        return f"nothing may break, and {words.count(broken) if broken else 'nothing'} did"
    if broken <= allowed:
        left = words.count(allowed - broken)
        return f"{left} of {words.many(allowed, 'miss', 'misses')} left"
    over = words.many(broken - allowed, "miss", "misses")
    return f"{over} too many: {words.count(broken)} of {words.count(allowed)}"


def gone_says(line: BudgetLine, today: int) -> str:
    """When the budget is used up at the pace of the last week; empty where there is none."""
    if line.target >= 1 or not line.due:
        return ""
    if line.gone_day is None:
        return "at this pace it lasts the period"
    if line.gone_day <= today:
        return f"gone since {words.day(line.gone_day)}"
    return f"at this pace gone on {words.day(line.gone_day)}"


def budget_says(line: BudgetLine, today: int) -> str:
    """Both as a sentence: `12 of 40 misses left; at this pace gone on 14 Dec 2011.`"""
    parts = (left_says(line), gone_says(line, today))
    text = "; ".join(part for part in parts if part)
    return f"{text[:1].upper()}{text[1:]}."


def burn_says(line: BudgetLine) -> str:
    """How fast it burns: `Misses come 1.3 times as fast as they may.`; empty if unknown."""
    if line.burn is None:
        return ""
    return f"Misses come {words.decimal(line.burn)} times as fast as they may."


def budget_sign(line: BudgetLine) -> Sign:
    """The worst that can be said of a budget."""
    if any(one.fires for one in line.alarms):
        return FIRING
    if line.target >= 1:
        return OVERDRAWN if line.broken else NOTHING_ALLOWED
    if not line.due:
        return NOTHING_DUE
    return _outlook(line)


def _outlook(line: BudgetLine) -> Sign:
    """How long a budget lasts; `may run out` where the end of its band says so."""
    if line.broken > line.allowed:
        return OVERDRAWN
    if line.gone_day is not None:
        return RUNNING_OUT
    return MAY_RUN_OUT if _worst(line) > line.allowed else LASTS


def _worst(line: BudgetLine) -> float:
    """The misses at the end of the period, if it goes as badly as can be expected."""
    return max((one.high for one in line.days if one.high is not None), default=0.0)


def hours(number: float) -> str:
    """Open hours: `9 open hours`, `30 open minutes`.

    >>> hours(9), hours(0.5), hours(1)
    ('9 open hours', '30 open minutes', 'open hour')
    """
    if number < 1:
        return f"{words.decimal(number * 60)} open minutes"
    return "open hour" if number == 1 else f"{words.decimal(number)} open hours"


def alarm_says(one: BurnAlarm) -> str:
    """What an alarm looks for and what it saw, or why it cannot speak."""
    long, short = hours(one.long_h), hours(one.short_h)
    what = SEVERITIES.get(one.severity, one.severity)
    if one.refused:
        return f"To {what}, over the last {long}: refused, because {one.refused}."
    rule = f"To {what}: from {words.decimal(one.threshold)} times the pace allowed"
    seen = f"{_burn(one.burn_long)} in the last {long}, {_burn(one.burn_short)} in the last {short}"
    return f"{rule} in both windows; it was {seen}."


def _burn(burn: float | None) -> str:
    return "unknown" if burn is None else f"{words.decimal(burn)} times"


def alarm_sign(one: BurnAlarm) -> Sign:
    if one.refused:
        return Sign("○", "open", "refused")
    return Sign("■", "late", "rings") if one.fires else Sign("●", "ok", "quiet")


def promise_says(line: BudgetLine) -> str:
    """What is promised: `1h in office, for 95%`."""
    share = f"for {target(line.target)}"
    return f"{line.within}, {share}" if line.within else share
