"""The pages people read: levels, segments, customers, plans. None of them writes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, wraps
from itertools import pairwise
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response

from tierwise.facts.decisions import Change, Plan
from tierwise.facts.problems import UsageError
from tierwise.facts.time import DAY_S
from tierwise.value.rfm_groups import GROUP_NAMES
from tierwise.value.standing import STANDING

from . import charts, words
from .answers import NOT_YET_KNOWN, BorderMove, Explanation, GroupRow, PlanAnswer, Segments
from .desk_words import desk_changes
from .dials import Dial, dial_for, dials
from .looks import Look, look_for, looks
from .paging import PAGE_ROWS, offset_of, pager
from .questions import SORTS
from .site import Asked, Site, write_page
from .timeline_chart import Band, timeline
from .value_cards import believed_types, customer_outlook, value_card

Handler = Callable[[Site, Asked], Response]
OVERRIDE_DAYS = 90


@dataclass(frozen=True, slots=True)
class Turned:
    """The dials, the one in hand at `at`, and what that would do; `misread` is no number."""

    dials: tuple[Dial, ...]
    dial: Dial | None = None
    at: float = 0
    move: BorderMove | None = None
    misread: str = ""


def needs_orders(answer: Handler) -> Handler:
    """The page as soon as there are orders; until then, how to get some."""

    @wraps(answer)
    def page(site: Site, asked: Asked) -> Response:
        if site.answers.data_state().as_of_day is None:
            return write_page(site, asked, "no_orders.html")
        return answer(site, asked)

    return page


@needs_orders
def levels_page(site: Site, asked: Asked) -> Response:
    """Who gets which level, how revenue is spread, and what a moved border would do."""
    found, counts = site.answers.concentration(), site.answers.level_counts()
    return write_page(
        site,
        asked,
        "levels.html",
        counts=counts,
        behind=any(one.customers != one.by_rules for one in counts if one.in_force),
        open_plan=_open_plan(site),
        found=found,
        lorenz=charts.lorenz(found.lorenz, _border_lines(site)),
        policy=site.answers.policy_text(),
        value=value_card(site.answers),
        turned=_turned(site, asked),
    )


def _open_plan(site: Site) -> Plan | None:
    """The newest plan, if it can still be applied."""
    plans = site.answers.past().plans
    found = site.answers.plan(plans[0].plan_id) if plans and plans[0].state == "open" else None
    return found.plan if found and not found.stale else None


@needs_orders
def border_part(site: Site, asked: Asked) -> Response:
    """The part of the Levels page that answers the slider."""
    return write_page(site, asked, "_border.html", turned=_turned(site, asked))


def _turned(site: Site, asked: Asked) -> Turned:
    """The dial that was turned and what it would do; the first one as it stands if none was."""
    found = dials(site.answers.borders(), looks(site.answers.levels()), site.answers.currency())
    dial = dial_for(found, asked.query.get("level"))
    if dial is None:
        return Turned(found)
    text = asked.query.get("at", "")
    read = dial.read(text)
    at = dial.now if read is None else read
    move = site.answers.move_border(dial.level, dial.to_border(at))
    return Turned(found, dial, at, move, text if read is None else "")


def _border_lines(site: Site) -> tuple[charts.BorderLine, ...]:
    """The borders that lie on the Lorenz curve: those by percentile of value."""
    look = looks(site.answers.levels())
    return tuple(
        charts.BorderLine(look[level].label, look[level].colour, value / 100)
        for level, column, value in site.answers.borders()
        if column in Dial.PERCENTILES and level in look
    )


@needs_orders
def segments_page(site: Site, asked: Asked) -> Response:
    """RFM groups, their grid, and who moved between two days."""
    found, misread = _segments(site, asked.query.get("from", ""))
    return write_page(
        site,
        asked,
        "segments.html",
        found=found,
        misread=misread,
        grid=charts.rfm_grid(found.grid, found.currency),
        bars=_group_bars(found.groups),
        matrix=charts.matrix(found.movement, (*GROUP_NAMES, NOT_YET_KNOWN)),
        moved=sum(n for then, now, n in found.movement if then not in {now, NOT_YET_KNOWN}),
        came=sum(n for then, _, n in found.movement if then == NOT_YET_KNOWN),
    )


def _segments(site: Site, wanted: str) -> tuple[Segments, str]:
    """The segments since the wanted day; since the usual one, and why, if it cannot be used."""
    day = words.read_day(wanted)
    if wanted and day is None:
        return site.answers.segments(None), f"`{wanted}` is no date"
    try:
        return site.answers.segments(day), ""
    except UsageError as error:
        return site.answers.segments(None), str(error)


def _group_bars(groups: tuple[GroupRow, ...]) -> object:
    rows = [
        charts.Bar(
            group.name,
            group.share_of_revenue,
            f"{words.share(group.share_of_revenue)} ({words.share(group.share_of_customers)})",
            "fill-accent",
        )
        for group in groups
    ]
    return charts.bars(rows, "Share of revenue by group, share of customers in brackets")


@needs_orders
def customers_page(site: Site, asked: Asked) -> Response:
    """The list of customers: search, filter, sort, pages."""
    wanted = {key: asked.query.get(key, "") for key in ("q", "level", "group", "sort")}
    offset = offset_of(asked)
    rows, total = site.answers.customers(
        search=wanted["q"].strip(),
        level=wanted["level"] or None,
        group=wanted["group"] or None,
        sort=wanted["sort"] if wanted["sort"] in SORTS else "value",
        offset=offset,
        limit=PAGE_ROWS,
    )
    return write_page(
        site,
        asked,
        "customers.html",
        rows=rows,
        wanted=wanted,
        groups=GROUP_NAMES,
        sorts=SORTS,
        pager=pager(partial(_address, "/customers", wanted), offset, total),
    )


@needs_orders
def customer_page(site: Site, asked: Asked) -> Response:
    """One customer: level, reasons, value, promises, timeline, history, override."""
    found = site.answers.explain(asked.parts["customer_id"])
    if found is None:
        raise HTTPException(404, f"There is no customer `{asked.parts['customer_id']}`.")
    return write_customer(site, asked, found)


def write_customer(
    site: Site, asked: Asked, found: Explanation, *, misread: str = "", status: int = 200
) -> Response:
    """The customer's page, after a form that could not be used with what was wrong with it."""
    valued = found.covered_by or found.customer_id
    today = site.answers.data_state().as_of_day or asked.now // DAY_S
    look = looks(site.answers.levels())
    picture = timeline(
        found.timeline, _bands(found, look, today), currency=found.currency, to_day=today
    )
    return write_page(
        site,
        asked,
        "customer.html",
        status=status,
        found=found,
        picture=picture,
        figures=[column for column in STANDING.columns if column.name in found.standing],
        today=today,
        until=today + OVERRIDE_DAYS,
        misread=misread,
        outlook=customer_outlook(site.answers, valued),
        types=believed_types(site.answers, valued),
        tickets=site.answers.customer_tickets(valued),
    )


def _bands(found: Explanation, look: dict[str, Look], today: int) -> tuple[Band, ...]:
    """The levels of the past, oldest first, each until the next decision."""
    dated = sorted((line.as_of_day, line.level) for line in found.history if line.level)
    ends = [*dated, (today, None)]
    return tuple(
        Band(shown.label, shown.colour, day, until)
        for (day, level), (until, _) in pairwise(ends)
        for shown in (look_for(look, level),)
    )


@needs_orders
def plans_page(site: Site, asked: Asked) -> Response:
    """Plans, applies and undos, and what was changed at help desks; newest first."""
    plans, pushes = site.answers.desk_past()
    desk = desk_changes(plans, pushes, site.answers.desk_accounts())
    return write_page(site, asked, "plans.html", past=site.answers.past(), desk=desk)


def plan_page(site: Site, asked: Asked) -> Response:
    """One plan: per level before and after, and every change with its reason."""
    found = find_plan(site, asked)
    change = asked.query.get("change", "")
    wanted = change if change in tuple(Change) else ""
    offset = offset_of(asked)
    plan_id = found.plan.plan_id
    rows, total = site.answers.plan_rows(plan_id, wanted or None, offset=offset, limit=PAGE_ROWS)
    times = ("now", "planned") if found.plan.state == "open" else ("before", "after")
    applied = [a for a in site.answers.past().applied if a.plan_id == plan_id and not a.undoes]
    return write_page(
        site,
        asked,
        "plan.html",
        found=found,
        rows=rows,
        wanted=wanted,
        applied=applied[0] if applied else None,
        times=times,
        bars=_level_bars(site, found, times),
        pager=pager(partial(_address, f"/plans/{plan_id}", {"change": wanted}), offset, total),
    )


def find_plan(site: Site, asked: Asked) -> PlanAnswer:
    """The plan an address names; 404 if there is none."""
    found = site.answers.plan(asked.parts["plan_id"])
    if found is None:
        raise HTTPException(404, f"There is no plan `{asked.parts['plan_id']}`.")
    return found


def _level_bars(site: Site, found: PlanAnswer, times: tuple[str, str]) -> object:
    look, (then, later) = looks(site.answers.levels()), times
    pairs = [
        (f"{shown.label}, {when}", counts.get(level, 0), f"fill-{shown.colour}{kind}")
        for level in dict.fromkeys((*look, *found.before, *found.after))
        for shown in (look_for(look, level),)
        for when, counts, kind in ((then, found.before, " before"), (later, found.after, ""))
    ]
    rows = [charts.Bar(label, number, words.count(number), kind) for label, number, kind in pairs]
    return charts.bars(rows, f"Customers per level, {then} and {later}")


def _address(path: str, wanted: Mapping[str, str], offset: int) -> str:
    """The same list from another row on."""
    query = {key: text for key, text in wanted.items() if text}
    return f"{path}?{urlencode(query | {'offset': str(offset)})}"
