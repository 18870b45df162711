"""What a report says: one page for people who do not open the pages, the news first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.figures import Reason, missing

from . import figure_words, promise_words, words
from .desk_records import BudgetAnswer, BudgetLine
from .looks import NO_LEVEL, Look, look_for, looks
from .promise_charts import PromiseMark
from .promise_records import AsOf, AttainmentAnswer, Kept, LevelKept, Period
from .questions import Answers
from .report_news import Looks, news_of, targets_of
from .report_records import ANSWERED, CSAT, HEADLINES, KEPT, KpiLine, LevelLine, Report, Told
from .report_remarks import remarks_of
from .scorecard_records import CheckAnswer, ScorecardAnswer, ScoreLine

ALL_LEVELS = replace(NO_LEVEL, label="All levels", path="")
NOTHING = missing(Reason.NOTHING)


@dataclass(frozen=True, slots=True)
class _Found:
    """The answers a report is made of: about the level asked for, or about all."""

    score: ScorecardAnswer
    kept: AttainmentAnswer
    checked: CheckAnswer
    budget: BudgetAnswer
    looks: Looks
    level: str | None
    currency: str

    @property
    def first(self) -> Mapping[tuple[str, str | None], ScoreLine]:
        """A line for each KPI and level: None is all levels together."""
        # All levels come first, so that they win over tickets without a level.
        return {(one.metric, one.level): one for one in reversed(self.score.lines)}


def report_of(answers: Answers, asked: Period | None, *, level: str | None = None) -> Report:
    """The page of a period, beside the period before; None is the last 28 days known.

    With a `level` it is about that level alone; unusual days are of all tickets even then.
    """
    found = _found(answers, asked, level)
    score, as_of = found.score, found.score.as_of
    targets = targets_of(found.kept, found.checked, found.looks, found.currency)
    volume = answers.volume(score.period)
    return Report(
        shop=answers.shop_name(),
        news=news_of(targets),
        days=promise_words.days_of(score.period),
        before=promise_words.days_of(score.before),
        as_of=f"Data as of {promise_words.moment(as_of.at_s, as_of.zone)}",
        made_up=as_of.made_up,
        of=None if level is None else look_for(found.looks, level).label,
        targets=targets,
        levels=tuple(_levels(found)),
        kpis=tuple(_kpis(found)),
        remarks=remarks_of(found.budget, volume, score, looks=found.looks, currency=found.currency),
        notes=tuple(_notes(as_of)),
        marks=tuple(_marks(found)),
    )


def _found(answers: Answers, asked: Period | None, level: str | None) -> _Found:
    score = answers.scorecard(asked, level=level)
    kept, checked = answers.attainment(score.period), answers.check(score.period)
    budget = answers.budget(score.period)

    def is_ours(one: LevelKept | ScoreLine | BudgetLine) -> bool:
        return level in {None, one.level}

    return _Found(
        score=score,
        kept=replace(kept, levels=tuple(filter(is_ours, kept.levels))),
        checked=replace(checked, lines=tuple(filter(is_ours, checked.lines))),
        budget=replace(budget, lines=tuple(filter(is_ours, budget.lines))),
        looks=looks(answers.levels()),
        level=level,
        currency=answers.currency(),
    )


def _levels(found: _Found) -> Iterator[LevelLine]:
    """The levels of the policy, the best first, and then all of them together."""
    ours = found.looks if found.level is None else [found.level]
    yield from (_level(found, one, look_for(found.looks, one)) for one in ours)
    if found.level is None:
        yield _level(found, None, ALL_LEVELS)


def _level(found: _Found, level: str | None, look: Look) -> LevelLine:
    kept, csat, answered = (_told(found, one, level) for one in (KEPT, CSAT, ANSWERED))
    return LevelLine(look, kept, csat, answered.said)


def _kpis(found: _Found) -> Iterator[KpiLine]:
    for one in HEADLINES:
        told = _told(found, one, found.level)
        yield KpiLine(one, CATALOGUE[one].name, told)


def _told(found: _Found, metric: str, level: str | None) -> Told:
    line = found.first.get((metric, level)) or ScoreLine(metric, level, NOTHING, NOTHING)
    money = found.currency
    return Told(
        said=figure_words.line_text(line, money),
        interval=figure_words.line_interval(line, money),
        rows=figure_words.line_rows(line) if line.figure.n else "",
        before=figure_words.line_before(line, money),
        change=figure_words.line_change(line, money),
        sign=figure_words.line_change_sign(line, money),
    )


def _notes(as_of: AsOf) -> Iterator[str]:
    """What is not in the numbers, or not settled."""
    if as_of.left_out:
        one, more = "ticket with a problem is", "tickets with problems are"
        yield f"{words.many(as_of.left_out, one, more)} left out: see `tierwise doctor`."
    if as_of.unsettled:
        unsettled = words.many(as_of.unsettled, "number is", "numbers are")
        yield f"{unsettled} not settled: see `tierwise doctor`."


def _marks(found: _Found) -> Iterator[PromiseMark]:
    """The chart of promises: by clock in the order they come in, the best level first."""
    every = [one for level in found.kept.levels for one in level.by_clock]
    for clock in dict.fromkeys(one.clock for one in every):
        yield from (_mark(one, found.looks) for one in every if one.clock == clock)


def _mark(one: Kept, known: Looks) -> PromiseMark:
    name = promise_words.clock_name(one.clock)
    return PromiseMark(name, look_for(known, one.level or None), one.within, one.found, "")
