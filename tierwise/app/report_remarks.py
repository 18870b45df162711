"""What stands out in a report: budgets that are gone, unusual days, changes that are sure."""

from collections.abc import Iterator
from itertools import chain, islice

from . import figure_words, promise_words, words
from .desk_records import BudgetAnswer, BudgetLine, UnusualDay, VolumeAnswer
from .looks import look_for
from .promise_words import Sign
from .report_news import Looks, in_a_sentence
from .report_records import CSAT, HEADLINES, KEPT, Remark
from .scorecard_records import ScorecardAnswer

MOST_OF_A_KIND = 3
WATCHED = (KEPT, CSAT, *HEADLINES)
GONE, GOING = Sign("■", "late", "gone"), Sign("▲", "soon", "going")
UNUSUAL = Sign("▲", "soon", "unusual")
QUIET = Remark(Sign("●", "ok", "nothing"), "Nothing unusual in these days.")


def remarks_of(
    budget: BudgetAnswer,
    volume: VolumeAnswer,
    score: ScorecardAnswer,
    *,
    looks: Looks,
    currency: str,
) -> tuple[Remark, ...]:
    """A few of each kind, what hurts most first."""
    kinds = (_budgets(budget, looks), _days(volume), _changes(score, looks, currency))
    found = tuple(chain.from_iterable(islice(kind, MOST_OF_A_KIND) for kind in kinds))
    return found or (QUIET,)


def _budgets(found: BudgetAnswer, looks: Looks) -> Iterator[Remark]:
    """Error budgets that are gone, burn too fast or will not last; the worst first."""
    for one in sorted(found.lines, key=lambda line: -line.used):
        name = f"{look_for(looks, one.level).label} {promise_words.clock_name(one.clock).lower()}"
        sign, said = GONE if one.used >= 1 else GOING, _budget(one)
        if said:
            yield Remark(sign, f"{name}: {said}.")


def _budget(one: BudgetLine) -> str:
    """What there is to say about a budget; nothing while it lasts."""
    day = "" if one.gone_day is None else words.day(one.gone_day)
    if one.used >= 1:
        broken = f"{words.count(one.broken)} broken where {words.decimal(one.allowed)} may be"
        return f"error budget gone{day and f' since {day}'}, {broken}"
    if day:
        return f"error budget gone on {day} at the pace of the last week"
    burns = [alarm.burn_long or 0 for alarm in one.alarms if alarm.fires]
    fast = f"error budget burns {words.decimal(max(burns, default=0))} times as fast as it may"
    return fast if burns else ""


def _days(found: VolumeAnswer) -> Iterator[Remark]:
    """Days with far more or fewer tickets than their season explains; the least likely first."""
    for one in sorted(found.unusual, key=lambda day: day.p_value):
        yield Remark(UNUSUAL, f"{words.day(one.day)}: {_tickets(one)}.")


def _tickets(one: UnusualDay) -> str:
    about = f" about {one.category}" if one.category else ""
    usual = words.decimal(one.expected, digits=0 if one.expected >= 10 else 1)
    return f"{words.many(one.seen, 'ticket')}{about} where {usual} are usual"


def _changes(score: ScorecardAnswer, looks: Looks, currency: str) -> Iterator[Remark]:
    """Changes of a level that are more than chance, those for the worse first."""
    ours = [line for line in score.lines if line.level and line.metric in WATCHED]
    signs = [(figure_words.line_change_sign(line, currency), line) for line in ours]
    judged = [(sign, line) for sign, line in signs if sign.tone in {"late", "ok"}]
    for sign, line in sorted(judged, key=lambda one: one[0].tone):
        name = in_a_sentence(figure_words.metric_of(line).name)
        change = figure_words.line_change(line, currency)
        label = look_for(looks, line.level).label
        said = f"{figure_words.line_text(line, currency)}, {change}, {sign.text}"
        yield Remark(sign, f"{label} {name}: {said} than before.")
