"""A report as plain text: for the terminal, and for mail programs that show nothing else."""

from collections.abc import Iterator, Sequence

from .figure_words import NO_CHANGE, NO_COMPARISON
from .report_news import counted
from .report_records import KpiLine, LevelLine, Report, TargetLine, Told
from .scorecard_records import Judged
from .text_columns import side_by_side

LEVEL_HEADS = ("", "kept>", "95% interval>", "CSAT>", "95% interval>", "answered>")
KPI_HEADS = ("", "", "95% interval", "before>", "change>", "")
SAID_WITH_FIGURES = (Judged.MISSED, Judged.UNDECIDED)
MOST_LINES = 8
INDENT = "  "


def text_lines(report: Report) -> Iterator[str]:
    """The report, the news first."""
    yield report.news
    yield f"{report.title}, {report.shop}"
    if report.made_up:
        yield report.made_up
    yield from ("", counted(report.targets))
    for sign, judged, lines in report.by_verdict:
        yield f"{sign.text}:"
        yield from (f"{INDENT}{line}" for line in target_lines(judged, lines))
    yield from ("", "Promises kept and satisfied customers")
    yield from side_by_side(LEVEL_HEADS, [_level(one) for one in report.levels])
    yield from ("", f"Headline KPIs, beside {report.before}")
    yield from side_by_side(KPI_HEADS, [_kpi(one) for one in report.kpis])
    yield from ("", "What stands out")
    yield from (f"{INDENT}{one.sign.shape} {one.text}" for one in report.remarks)
    yield ""
    yield from (f"{note}" for note in (*report.notes, f"{report.as_of}. Intervals are 95%."))


def target_lines(judged: Judged, lines: Sequence[TargetLine]) -> Iterator[str]:
    """Targets of one verdict: with figures where something has to be done, else by name."""
    if judged not in SAID_WITH_FIGURES:
        yield "; ".join(one.name for one in lines)
        return
    yield from (f"{one.name}: {one.figures}" for one in lines[:MOST_LINES])
    if len(lines) > MOST_LINES:
        yield f"and {len(lines) - MOST_LINES} more: `tierwise check` lists them all"


def _level(one: LevelLine) -> Sequence[str]:
    kept, csat = one.kept, one.csat
    return (one.look.label, kept.said, kept.interval, csat.said, csat.interval, one.answered)


def _kpi(one: KpiLine) -> Sequence[str]:
    told = one.told
    return (one.name, told.said, told.interval, told.before, change_of(told), said_of_change(told))


def change_of(told: Told) -> str:
    """The change; where the period before has nothing like it, that in two words."""
    return "no comparison" if told.change == NO_COMPARISON else told.change


def said_of_change(told: Told) -> str:
    """`better`, `worse`, `may be chance`; nothing where nothing changed or can be compared."""
    nothing = told.change in {NO_CHANGE, NO_COMPARISON}
    return "" if nothing else told.sign.text
