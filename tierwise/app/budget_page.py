"""The promise budget: how many misses each promise may still have, and when they are gone."""

from zoneinfo import ZoneInfo

from starlette.responses import Response

from tierwise.facts.time import day_of

from . import budget_words, promise_words
from .budget_chart import burn_down
from .desk_records import BudgetLine
from .looks import look_for, looks
from .promise_asked import period_of, wanted
from .promise_pages import needs_tickets
from .promise_records import AsOf, Period
from .scorecard_asked import write_days
from .scorecard_links import tickets_link
from .site import Asked, Site

WORST_FIRST = (
    budget_words.FIRING,
    budget_words.OVERDRAWN,
    budget_words.RUNNING_OUT,
    budget_words.MAY_RUN_OUT,
    budget_words.LASTS,
    budget_words.NOTHING_ALLOWED,
    budget_words.NOTHING_DUE,
)


@needs_tickets
def budget_page(site: Site, asked: Asked) -> Response:
    """A burn-down for each promise of each level, those in trouble first."""
    want = wanted(asked)
    found = site.answers.budget(period_of(want)[0])
    lines = [one for one in found.lines if want.level in {None, one.level}]
    lines.sort(key=lambda one: WORST_FIRST.index(budget_words.budget_sign(one)))
    known = looks(site.answers.levels())
    pictures = [_picture(one, look_for(known, one.level or None).colour) for one in lines]
    return write_days(
        site,
        asked,
        "budget.html",
        found,
        lines=list(zip(lines, pictures, strict=True)),
        behind=[_behind(one, found.period) for one in lines],
        today=last_day(found.as_of),
        said=budget_words,
    )


def last_day(as_of: AsOf) -> int:
    """The last day known."""
    return day_of(as_of.at_s - 1, ZoneInfo(as_of.zone))


def _picture(line: BudgetLine, colour: str) -> object:
    links = [_behind(line, Period(one.day, one.day)) for one in line.days if one.used is not None]
    name = promise_words.clock_name(line.clock)
    return burn_down(line, f"{name}: misses left day by day", links, colour)


def _behind(line: BudgetLine, period: Period) -> str:
    return tickets_link(period, level=line.level, clock=line.clock, outcome="late")
