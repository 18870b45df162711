"""The page of KPIs: what each means, how it is counted, how sure it is."""

from collections.abc import Iterator, Mapping

from layout import grid, page

from tierwise.app.aims import example_of
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.figures import Reason
from tierwise.metrics.metric import Group, Metric

MEANINGS: Mapping[Reason, str] = {
    Reason.NOTHING: "There is no such row in these days.",
    Reason.TOO_FEW: "There are rows, but fewer than the KPI needs.",
    Reason.WINDOW_OPEN: "What happened cannot be judged yet: its 72 hours, 7 or 28 days still run.",
    Reason.NOT_REACHED: "So many still wait that half of them, or nine in ten, were not reached.",
    Reason.NEVER: "More than half of them, or one in ten, can never have it: they ended without.",
    Reason.NOT_BY_LEVEL: "It belongs to no level: agents' hours, and visits of nobody we know.",
    Reason.NO_PROMISE: "The policy promises nothing there.",
    Reason.NO_SOURCE: "No table that it needs was read; [tables](tables.md) lists them.",
}


def metrics_page() -> str:
    return page(
        "KPIs",
        "tierwise/metrics/catalogue.py",
        "Every KPI that `tierwise scorecard` shows, by level and for each slice. `tierwise metric "
        "show ID` shows one with its weeks and the rows behind it.",
        "## How to read a figure",
        "Every figure comes with its 95 % interval and the number of rows it counts. Of fewer "
        "rows than `fewest` no figure is made; of fewer than `headline` it is pale. Shares of "
        "fewer than 30 rows are counted out: 27 of 29. A change is told in the unit of the KPI, "
        "and it is called better or worse only if it stays when all changes of that KPI are looked "
        "at together. A target is met or missed only when the whole interval lies on that side.",
        "Where there is no figure, it is said why. Nothing is shown as 0 for want of data.",
        grid(("said", "meaning"), ((str(reason), MEANINGS[reason]) for reason in Reason)),
        "## Targets",
        "A level of the policy may say what a KPI should reach there: `targets: {csat: 95%, "
        "first_response: 4h, cost_per_resolution: 12.00}`. Shares are written with `%`, lengths of "
        "time as durations, money in the policy's currency, all else as numbers. `tierwise policy "
        "check` names words that no KPI has and targets in another unit; `tierwise check` says "
        "which targets are met, and leaves with 3 when one is missed.",
        *(section(group) for group in dict.fromkeys(one.group for one in CATALOGUE.values())),
    )


def section(group: Group) -> str:
    """All KPIs that are looked at together."""
    ours = [one for one in CATALOGUE.values() if one.group is group]
    return "\n\n".join([f"## {group}", *(part for one in ours for part in told(one))])


def told(one: Metric) -> Iterator[str]:
    yield f"### {one.name}"
    yield f"`{one.id}`: {one.definition}"
    yield grid(("", ""), facts(one))


def facts(one: Metric) -> Iterator[tuple[str, str]]:
    """What there is to know beside the definition."""
    yield "formula", one.formula
    yield "unit", f"{one.unit}; {one.better}"
    yield "a row", one.grain
    yield "its day", one.anchor
    yield "made as", one.aggregate
    yield "interval", one.interval
    if one.enough.fewest > 1:
        yield "fewest, headline", f"{one.enough.fewest}, {one.enough.headline}"
    yield "a target", target(one)
    yield "source", one.source
    if one.cases:
        yield "published cases", ", ".join(one.cases)


def target(one: Metric) -> str:
    example = example_of(one)
    if not example:
        return "none: neither way is better"
    others = [f"`{word}`" for word in (*one.aims, one.id)[1:]]
    return f"`{example}`" + (f", or by the word {', '.join(others)}" if others else "")
