"""The pages of promises: how they are kept today, why some broke, and ticket by ticket."""

from collections import Counter
from functools import wraps
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from tierwise.metrics.catalogue import CATALOGUE
from tierwise.promises.clock_kinds import KINDS
from tierwise.promises.clock_readings import Shown
from tierwise.promises.counting import Counting

from . import promise_charts as charts
from . import promise_words, words
from .looks import Look, look_for, looks
from .pages import Handler
from .paging import PAGE_ROWS, pager
from .promise_asked import Wanted, period_of, span_of, wanted
from .promise_records import (
    OUTCOMES,
    AttainmentAnswer,
    Cause,
    ClockShown,
    Kept,
    LateAnswer,
    LateRow,
    LevelKept,
    TicketList,
)
from .promise_strips import Block, patterns, strip_of
from .questions import SLICES
from .scorecard_links import days_link, metric_link
from .site import Asked, Site, write_page
from .today_strip import kpi_strip

CLOCKS = {name: promise_words.clock_name(name) for name in KINDS}
STRIP_ROWS = 20
COUNTINGS = {Counting.EXACT: "exactly", Counting.ZENDESK: "as Zendesk counts"}
IDLE = (promise_words.OUTSIDE, promise_words.DONE)
LEGEND = (*Cause, *IDLE)
CLOCK_LEGEND = (
    promise_words.COUNTED,
    promise_words.PAUSED,
    promise_words.CLOSED,
    promise_words.LEFT,
)


def needs_tickets(answer: Handler) -> Handler:
    """The page as soon as there are tickets; until then, how to get some."""

    @wraps(answer)
    def page(site: Site, asked: Asked) -> Response:
        if not site.answers.has_tickets():
            return write_page(site, asked, "_promise_none.html")
        return answer(site, asked)

    return page


def _write_days(
    site: Site,
    asked: Asked,
    template: str,
    found: AttainmentAnswer | LateAnswer | TicketList,
    **shown: object,
) -> Response:
    """A page about some days, with its filters and the choice of other days."""
    want = wanted(asked)
    span = span_of(want, found.as_of, found.period, period_of(want)[1])
    days = {"found": found, "want": want, "span": span, "clocks": CLOCKS}
    return write_page(site, asked, template, status=200, **days, **shown)


def front_page(site: Site, _asked: Asked) -> Response:
    """Today where there are tickets, else Levels."""
    address = "/today" if site.answers.has_tickets() else "/levels"
    return RedirectResponse(address, status_code=303)


@needs_tickets
def today_page(site: Site, asked: Asked) -> Response:
    """How well every level's promises are kept, and whether that is on target."""
    want = wanted(asked)
    found = site.answers.attainment(period_of(want)[0], counting=want.counting, by=want.by)
    look, by_clock = looks(site.answers.levels()), _by_clock(found)
    marks = [_mark(want, found, kept, look) for kepts in by_clock.values() for kept in kepts]
    return _write_days(
        site,
        asked,
        "today.html",
        found,
        sparks={one.level: _spark(want, found, one, look) for one in found.levels},
        weeks=_weeks(found),
        by_clock=by_clock,
        picture=charts.attainment_chart(marks, "Promises kept, by promise and level"),
        slicings=SLICES,
        kpis=kpi_strip(site.answers, found.period),
        metric_link=metric_link,
        whole_card=days_link("/metrics", found.period),
        volume_link=days_link("/volume", found.period),
        catalogue=CATALOGUE,
        countings=COUNTINGS,
    )


def _by_clock(found: AttainmentAnswer) -> dict[str, list[Kept]]:
    """Every promise with its levels, best first; the promises in the order they come in."""
    names = dict.fromkeys(one.clock or "" for level in found.levels for one in level.by_clock)
    return {
        name: [one for level in found.levels for one in level.by_clock if one.clock == name]
        for name in names
    }


def _mark(
    want: Wanted, found: AttainmentAnswer, kept: Kept, look: dict[str, Look]
) -> charts.PromiseMark:
    name = promise_words.clock_name(kept.clock)
    link = want.behind(found.period, level=kept.level, clock=kept.clock)
    return charts.PromiseMark(name, look_for(look, kept.level), kept.within, kept.found, link)


def _spark(want: Wanted, found: AttainmentAnswer, one: LevelKept, look: dict[str, Look]) -> object:
    target = one.promises.found.target
    links = [
        want.behind(found.period, level=one.level, week=week) for week in range(len(one.weeks))
    ]
    return charts.spark(one.weeks, target, look_for(look, one.level), links)


def _weeks(found: AttainmentAnswer) -> tuple[tuple[int, str], ...]:
    """The weeks that any level knows of, the last one first, each with its name."""
    number = max((len(one.weeks) for one in found.levels), default=0)
    return tuple((week, charts.week_name(number - 1 - week)) for week in reversed(range(number)))


@needs_tickets
def breaches_page(site: Site, asked: Asked) -> Response:
    """Why promises broke: causes, and a strip for every late one."""
    want = wanted(asked)
    page = want.page(STRIP_ROWS)
    found = site.answers.late(period_of(want)[0], cause=want.cause, **page)
    return _write_days(
        site,
        asked,
        "breaches.html",
        found,
        causes=promise_words.CAUSES,
        bars=charts.causes(_bars(want, found)),
        most=promise_words.most_of([one.late for one in found.causes]),
        strips=[(row, _late_strip(row), _waits(row)) for row in found.rows],
        legend=LEGEND,
        patterns=patterns(),
        pager=pager(want.from_row, want.offset, found.total, rows=STRIP_ROWS),
    )


def _bars(want: Wanted, found: LateAnswer) -> list[charts.CauseBar]:
    lost = max(1, sum(one.seconds for one in found.causes))
    return [
        charts.CauseBar(
            one.cause.capitalize(),
            one.late,
            f"{words.count(one.late)}, {words.share(one.seconds / lost)} of lost time",
            want.link(cause=one.cause.name.lower()),
            want.cause in (None, one.cause),
        )
        for one in found.causes
    ]


def _late_strip(row: LateRow) -> object:
    """A late promise as a strip; the sentence says what the colours say."""
    blocks = [
        Block(one.start_s, one.end_s, one.who, f"{one.who}, {length}")
        for one in row.strip
        for length in (promise_words.duration(one.end_s - one.start_s),)
    ]
    said = ", ".join(f"{who} {length}" for who, length in _waits(row))
    return strip_of(blocks, f"Ticket {row.ticket_id}: {said}", due_s=row.due_s)


def _waits(row: LateRow) -> list[tuple[str, str]]:
    """How long a late promise waited for whom, on the wall: longest first, idle time last."""
    lengths = Counter[str]()
    for one in row.strip:
        lengths[one.who] += one.end_s - one.start_s
    longest = sorted(lengths.items(), key=lambda one: (one[0] in IDLE, -one[1]))
    return [(who, promise_words.duration(length)) for who, length in longest]


@needs_tickets
def tickets_page(site: Site, asked: Asked) -> Response:
    """The tickets behind a mark; a number that names one leads to its page."""
    number = asked.query.get("q", "").strip()
    if number and site.answers.ticket(number):
        return RedirectResponse(f"/tickets/{quote(number, safe='')}", status_code=303)
    want = wanted(asked)
    page = want.page(PAGE_ROWS)
    found = site.answers.tickets(period_of(want)[0], outcome=want.outcome, week=want.week, **page)
    return _write_days(
        site,
        asked,
        "tickets.html",
        found,
        number=number,
        outcomes=OUTCOMES,
        pager=pager(want.from_row, want.offset, found.total),
    )


@needs_tickets
def ticket_page(site: Site, asked: Asked) -> Response:
    """One ticket: who asked, what is promised, every clock, and what happened."""
    found = site.answers.ticket(asked.parts["ticket_id"])
    if found is None:
        raise HTTPException(404, f"There is no ticket `{asked.parts['ticket_id']}`.")
    return write_page(
        site,
        asked,
        "ticket.html",
        found=found,
        zone=found.as_of.zone,
        cards=[(one, _clock_strip(one), _counted(one.spans)) for one in found.clocks],
        legend=CLOCK_LEGEND,
        patterns=patterns(),
    )


def _clock_strip(one: ClockShown) -> object:
    """The spans of a clock as a strip."""
    blocks = [
        Block(span.start_s, span.end_s, _who(span), f"{_who(span)}: {span.why}, {length}")
        for span in one.spans
        for length in (promise_words.duration(span.end_s - span.start_s),)
    ]
    name, due_s = promise_words.clock_name(one.reading.clock), one.reading.due_s
    said = f"{name}, {words.many(len(blocks), 'span')}, listed below"
    if blocks and due_s is not None:
        blocks.append(Block(blocks[-1].end_s, due_s, promise_words.LEFT, "left until it is due"))
    return strip_of(blocks, said, due_s=due_s)


def _who(span: Shown) -> str:
    if span.counted:
        return promise_words.COUNTED
    return promise_words.PAUSED if span.why.startswith("paused") else promise_words.CLOSED


def _counted(spans: tuple[Shown, ...]) -> int:
    """The seconds that count: they add up to what the clock has used."""
    return sum(span.end_s - span.start_s for span in spans if span.counted)
