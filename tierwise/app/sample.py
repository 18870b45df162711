"""The sample shop: a real one, read, valued and given levels in one go."""

from collections.abc import Callable, Iterator
from pathlib import Path

from tierwise.facts.decisions import Change
from tierwise.facts.problems import RefusedError

from . import promise_words, words
from .project import Project, make_project, open_project
from .reading import read_file
from .shop import Shop
from .wiring import SAMPLE_FILE, ReadReport, open_facts

HALF_YEAR_DAYS = 182
SOURCE = "sample"
SHOP = "Sample giftware shop"


def sample_project(folder: Path) -> Project:
    """The project of the sample shop; made if it is not there."""
    if (folder / "policy.yaml").exists():
        project = open_project(folder)
        if any(batch.source != SOURCE for batch in open_facts(project).sources()):
            raise RefusedError(f"`{folder}` is no sample shop; the demo would open it to everybody")
        if project.settings.shop != SHOP:
            raise RefusedError(f"`{folder}` is a project of its own; name another --folder")
        return project
    return make_project(
        folder,
        preset="three-levels",
        shop=SHOP,
        currency="GBP",
        zone="Europe/London",
    )


def show_sample(project: Project, clock: Callable[[], int]) -> Iterator[str]:
    """Do everything once, telling each step: read, value, apply half a year ago, plan today."""
    shop = Shop(project, clock=clock)
    yield from _read(shop, clock, "online-retail", _orders)
    yield from _read(shop, clock, "sample-tickets", _tickets)
    found = shop.concentration()
    top = next(top for top in found.tops if top.top_percent == 10)
    money = words.round_money(found.revenue_minor, found.currency)
    yield f"value     {words.count(found.buyers)} customers, {money} net of refunds"
    yield f"          top 10% bring {words.share(top.share)} ({words.interval(top.low, top.high)})"
    yield from _levels(shop, project, clock)
    yield from _scorecard(shop)
    yield f"explain   tierwise --project {project.folder} explain 18102"


def _read(
    shop: Shop, clock: Callable[[], int], reader: str, says: Callable[[ReadReport], Iterator[str]]
) -> Iterator[str]:
    """Read the sample once by this reader."""
    if any(batch.reader == reader for batch in shop.facts.sources()):
        return
    given = {"now": clock(), "source": SOURCE}
    report = read_file(shop.project, SAMPLE_FILE, reader, given)
    if isinstance(report, ReadReport):
        yield from says(report)


def _orders(report: ReadReport) -> Iterator[str]:
    yield f"read      {words.count(report.rows['orders'])} orders and refunds of two years"
    yield f"          {words.count(report.batch.problems)} left out, each with its reason"


def _tickets(report: ReadReport) -> Iterator[str]:
    tickets, events = (words.count(report.rows[name]) for name in ("tickets", "ticket_events"))
    yield f"tickets   {tickets} made-up tickets with {events} events"


def _levels(shop: Shop, project: Project, clock: Callable[[], int]) -> Iterator[str]:
    labels = dict(shop.levels())
    if not shop.past().plans:
        then = shop.basis().as_of_day - HALF_YEAR_DAYS
        earlier = Shop(project, clock=clock, at_day=then)
        earlier.apply(earlier.make_plan("demo").plan.plan_id, "demo")
        yield f"levels    applied as of {words.day(then)}, to have something to change"
        shop.make_plan("demo")
    for level in shop.level_counts():
        share = words.share(level.share_of_revenue)
        name, n = labels.get(level.level, level.level), words.count(level.customers)
        yield f"          {name:9}{n:>6} customers, {share} of revenue"
    plan = shop.past().plans[0]
    counts = (f"{words.count(plan.counts[c])} {c}" for c in (Change.UP, Change.DOWN, Change.HELD))
    yield f"plan      {plan.plan_id} as of {words.day(plan.as_of_day)}: {', '.join(counts)}"


def _scorecard(shop: Shop) -> Iterator[str]:
    """Count the KPIs, so that their pages are quick from the first one on."""
    found = shop.scorecard(None)
    shop.scorecard(shop.promise_basis().period(None))
    shop.metric(found.lines[0].metric, None)
    known = {
        one.metric for one in found.lines if one.level is None and one.figure.value is not None
    }
    days = promise_words.days_of(found.period)
    yield f"scorecard {len(known)} KPIs by level, {days}: tierwise scorecard"
