"""What the commands about budgets, voices, people and volume say."""

from collections.abc import Iterator, Mapping
from math import exp

from tierwise.app import figure_words, promise_words, volume_words, words
from tierwise.app.desk_records import (
    AgentLine,
    BudgetAnswer,
    BudgetLine,
    BurnAlarm,
    Comment,
    NpsStep,
    PeopleAnswer,
    Sensitivity,
    UnusualDay,
    VoiceAnswer,
    VolumeAnswer,
)
from tierwise.metrics.figures import Figure
from tierwise.metrics.metric import Unit

from .scorecard_lines import Line, Said

BUDGET_HEADS = (
    "level",
    "promise",
    "within",
    "target>",
    "due>",
    "broken>",
    "may break>",
    "used>",
    "pace>",
    "lasts",
)
STEP_HEADS = ("answered before", "after", "customers>", "spent before>", "spent after>")
TEAM_HEADS = (
    "team",
    "open>",
    "agents>",
    "occupancy>",
    "utilisation>",
    "handle time>",
    "cost per resolution>",
)
AGENT_HEADS = (
    "agent",
    "team",
    "open>",
    "solves>",
    "messages an hour>",
    "occupancy>",
    "CSAT>",
    "of all alike>",
    "95% interval>",
    "",
)
VOLUME_HEADS = ("day", "tickets>", "expected>", "95% interval>", "")
QUESTIONS: Mapping[str, str] = {"csat": "CSAT", "nps": "NPS", "ces": "CES"}


def budget_lines(found: BudgetAnswer, said: Said, last_day: int) -> Iterator[Line]:
    """A line for each promise of each level."""
    for one in found.lines:
        yield (
            said.level(one.level),
            promise_words.clock_name(one.clock),
            one.within,
            promise_words.target(one.target),
            words.count(one.due),
            words.count(one.broken),
            words.decimal(one.allowed),
            words.share(one.used) if one.allowed else "none allowed",
            "" if one.burn is None else _times(one.burn),
            _lasts(one, last_day),
        )


def _lasts(one: BudgetLine, last_day: int) -> str:
    if one.gone_day is None:
        return "to the end"
    if one.gone_day <= last_day:
        return f"gone since {words.day(one.gone_day)}"
    return f"until {words.day(one.gone_day)}"


def _times(burn: float) -> str:
    return f"{words.decimal(burn)}×"


def alarm_lines(found: BudgetAnswer, said: Said) -> Iterator[str]:
    """What burns too fast now, then the rules that cannot speak, each reason once."""
    for one in found.lines:
        name = f"{said.level(one.level)}, {promise_words.clock_name(one.clock)}"
        yield from (f"{name}: {_alarm(alarm)}" for alarm in one.alarms if alarm.fires)
        for why in dict.fromkeys(alarm.refused for alarm in one.alarms if alarm.refused):
            yield f"{name}: no alarm, {why}"


def _alarm(one: BurnAlarm) -> str:
    spans = [
        f"{_times(burn)} in the last {words.decimal(hours)} h"
        for burn, hours in ((one.burn_long, one.long_h), (one.burn_short, one.short_h))
        if burn is not None
    ]
    told = f"burns {' and '.join(spans)} of open time"
    return f"{one.severity}: {told}, alarm from {_times(one.threshold)} on"


def comment_lines(found: VoiceAnswer, said: Said) -> Iterator[str]:
    """What customers wrote, newest first."""
    for one in found.comments:
        yield f"{_head(one, found.as_of.zone, said)}: {_one_line(one.text)}"


def _head(one: Comment, zone: str, said: Said) -> str:
    score = f"{words.decimal(one.score)} of {words.decimal(one.scale_high)}"
    rated = f"{QUESTIONS.get(one.question, one.question)} {score}"
    ticket = f"ticket {one.ticket_id}" if one.ticket_id else "no ticket"
    when = promise_words.wall(one.answered_s, zone)
    return f"{when}  {said.level(one.level or '')}, {rated}, {ticket}"


def _one_line(text: str) -> str:
    """A customer's words; what would move the cursor becomes a space."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def sensitivity_lines(found: VoiceAnswer, said: Said) -> Iterator[str]:
    """How far silence could hide another truth."""
    for one in found.sensitivity:
        ends = (
            f"{words.share(one.least)} if all others were unhappy, {words.share(one.most)} if happy"
        )
        yield f"{said.level(one.level)}: {_as_adjusted(one)}{ends}{_flips(one)}"


def _as_adjusted(one: Sensitivity) -> str:
    shares = dict(one.points)
    return f"{words.share(shares[0.0])} adjusted; " if 0.0 in shares else ""


def _flips(one: Sensitivity) -> str:
    if one.flips_at is None:
        return ""
    odds = words.decimal(exp(one.flips_at), digits=2)
    return f"; the target turns where the silent are happy at {odds} times the odds of the others"


def step_lines(found: VoiceAnswer, said: Said) -> Iterator[Line]:
    """Customers who answered twice, by the band before and after."""
    yield from (_step(one, said) for one in found.nps_steps)


def _step(one: NpsStep, said: Said) -> Line:
    spent = (one.spent_before_minor, one.spent_after_minor)
    amounts = (words.round_money(minor, said.currency) for minor in spent)
    return one.before, one.after, words.count(one.customers), *amounts


def team_lines(found: PeopleAnswer, said: Said) -> Iterator[Line]:
    for one in found.teams:
        yield (
            one.team or "no team",
            words.count(one.open_tickets),
            words.count(one.agents),
            _figure(one.occupancy, Unit.SHARE),
            _figure(one.utilisation, Unit.SHARE),
            _figure(one.handle_time, Unit.SECONDS),
            _figure(one.cost_per_resolution, Unit.MONEY, said.currency),
        )


def agent_lines(found: PeopleAnswer) -> Iterator[Line]:
    """Agents by name, never by rank."""
    for one in sorted(found.agents, key=lambda one: one.name.casefold()):
        yield (
            _one_line(one.name),
            one.team or "no team",
            _load(one),
            words.count(one.solves),
            _figure(one.messages_per_hour, Unit.RATE),
            _figure(one.occupancy, Unit.SHARE),
            figure_words.figure_text(one.csat, Unit.SHARE),
            _figure(one.csat_shrunk, Unit.SHARE),
            figure_words.interval_text(one.csat_shrunk, Unit.SHARE),
            "stands out beyond chance" if one.stands_out else "",
        )


def _load(one: AgentLine) -> str:
    held = words.count(one.open_tickets)
    return held if one.capacity is None else f"{held} of {words.count(one.capacity)}"


def _figure(figure: Figure, unit: Unit, currency: str = "") -> str:
    return figure_words.figure_text(figure, unit, currency, counts_rows=False)


def volume_lines(found: VolumeAnswer) -> Iterator[Line]:
    """Day by day what came and what was expected."""
    for day, seen, expected, low, high in found.days:
        outside = "" if low <= seen <= high else "more" if seen > high else "fewer"
        between = f"{words.decimal(low)}–{words.decimal(high)}"
        yield words.day(day), words.count(seen), words.decimal(expected), between, outside


def unusual_lines(found: VolumeAnswer) -> Iterator[str]:
    """What chance does not explain: days, after all were looked at together, and a slow change."""
    yield from (_unusual(one) for one in found.unusual)
    if found.drift:
        yield volume_words.drift_says(found.drift)


def _unusual(one: UnusualDay) -> str:
    what = f"{one.category}, " if one.category else ""
    seen = words.many(one.seen, "ticket")
    expected = words.decimal(one.expected)
    return f"{words.day(one.day)}: {what}{seen} where {expected} were expected, p {_chance(one)}"


def _chance(one: UnusualDay) -> str:
    return "< 0.0001" if one.p_value < 0.0001 else f"{one.p_value:.4f}"
