"""What the commands about KPIs say: a figure never stands without its interval or its reason."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from tierwise.app import figure_words, promise_words, words
from tierwise.app.aims import example_of
from tierwise.app.scorecard_lines import NOT_SAID, slice_name
from tierwise.app.scorecard_records import (
    CheckAnswer,
    Judged,
    MetricAbout,
    MetricAnswer,
    MetricRows,
    ScoreLine,
    TrendPoint,
)
from tierwise.metrics.catalogue import CATALOGUE

Line = tuple[str, ...]

EVERY_LEVEL, EACH_LEVEL, NO_LEVEL = "All levels", "each level", "no level"
SCORE_HEADS = (
    "KPI",
    "level",
    "figure>",
    "95% interval>",
    "of>",
    "on the period before>",
    "target>",
    "verdict",
)
METRIC_HEADS = ("id", "KPI", "group", "better", "a target of it")
ROW_HEADS = (
    "ticket",
    "customer",
    "level",
    "channel",
    "team",
    "agent",
    "category",
    "at",
    "value>",
)
TREND_WEEKS = 13
_COUNTED = {Judged.MISSED: "missed", Judged.UNDECIDED: "undecided", Judged.MET: "met"}


@dataclass(frozen=True, slots=True)
class Said:
    """How this shop says things: the names of its levels and its currency."""

    labels: Mapping[str, str]
    currency: str

    def level(self, level: str | None) -> str:
        """A level's name; None is all together, nothing is none."""
        if level is None:
            return EVERY_LEVEL
        return self.labels.get(level, level) or NO_LEVEL


def by_group(lines: Sequence[ScoreLine]) -> Iterator[tuple[str, list[ScoreLine]]]:
    """Lines under the names of their groups, in the order of the catalogue."""
    for group in dict.fromkeys(CATALOGUE[one.metric].group for one in lines):
        yield str(group), [one for one in lines if CATALOGUE[one.metric].group is group]


def score_lines(lines: Iterable[ScoreLine], said: Said, *, sliced: bool = False) -> Iterator[Line]:
    """A line for each; what has no figure at any level says why only once."""
    for _, found in groupby(lines, key=lambda one: one.metric):
        every = list(found)
        for one, level in _told_once(every, said):
            yield _score_line(one, said, level, *((slice_name(one),) if sliced else ()))


def _told_once(lines: list[ScoreLine], said: Said) -> list[tuple[ScoreLine, str]]:
    """The lines of one KPI to show, each with what it calls its level."""
    first, *rest = lines
    if first.level is None and rest and _are_one(rest):
        same = first.figure == rest[0].figure
        return [(first, EVERY_LEVEL), *([] if same else [(rest[0], EACH_LEVEL)])]
    return [(one, said.level(one.level)) for one in lines]


def _are_one(lines: Sequence[ScoreLine]) -> bool:
    """Whether all of them lack a figure for the same reason, and none has a target."""
    lacks = lines[0].figure.value is None and not any(one.aim for one in lines)
    return lacks and len({one.figure for one in lines}) == 1


def slice_lines(lines: Iterable[ScoreLine], said: Said) -> Iterator[Line]:
    """A line for each slice of one KPI."""
    for one in lines:
        yield _score_line(one, said, said.level(one.level), slice_name(one))


def _score_line(line: ScoreLine, said: Said, *place: str) -> Line:
    return (
        figure_words.metric_of(line).name,
        *place,
        figure_words.line_text(line, said.currency),
        figure_words.line_interval(line, said.currency),
        _rows(line),
        _change(line, said.currency),
        figure_words.line_aim(line, said.currency),
        figure_words.aim_sign(line.aim).text if line.aim else "",
    )


def with_slice(heads: Line, by: str) -> Line:
    """The same heads with one for what is sliced by, after the level."""
    return (*heads[:2], by, *heads[2:])


def _rows(line: ScoreLine) -> str:
    if not line.figure.n:
        return ""
    is_few = line.figure.value is not None and line.figure.is_pale
    return figure_words.line_rows(line) + (", few" if is_few else "")


def _change(line: ScoreLine, currency: str) -> str:
    if line.figure.value is None:
        return ""
    text = figure_words.line_change(line, currency)
    if line.change is None or text == figure_words.NO_CHANGE:
        return text
    return f"{text}, {figure_words.line_change_sign(line, currency).text}"


def check_summary(found: CheckAnswer) -> str:
    """How many targets came out which way."""
    if not found.lines:
        return "no level has a target; write some into `targets` of the policy"
    judged = [one.aim.judged for one in found.lines if one.aim]
    counted = [
        f"{words.count(judged.count(one))} {word}"
        for one, word in _COUNTED.items()
        if judged.count(one)
    ]
    few = judged.count(Judged.NO_FIGURE)
    return ", ".join([*counted, *([f"{words.count(few)} with too few to say"] if few else [])])


def catalogue_lines() -> Iterator[Line]:
    """Every KPI, each with a target as a policy could have it."""
    for one in CATALOGUE.values():
        yield one.id, one.name, one.group, one.better, example_of(one)


def about_lines(one: MetricAbout) -> Iterator[str]:
    """What a KPI means and how it is counted."""
    yield f"{one.name} ({one.id}), {one.group}"
    yield f"  {one.definition}"
    yield f"  {one.formula}; {one.unit}; {one.better}"
    yield f"  {one.aggregate}; a row: {one.grain}; its day: {one.anchor}"
    yield f"  interval: {one.interval}"
    if one.fewest > 1:
        yield f"  no figure below {one.fewest}, no headline below {one.headline}"
    yield f"  source: {one.source}"
    example = example_of(CATALOGUE[one.id])
    yield f"  a target of it: {example}" if example else "  no target: neither way is better"


def trend_heads(found: MetricAnswer, said: Said) -> Line:
    return ("week", *(f"{said.level(one)}>" for one in _trend_levels(found, said)))


def trend_lines(found: MetricAnswer, said: Said) -> Iterator[Line]:
    """The last weeks, each with a figure for every level."""
    figures = {(one.from_day, one.level): one for one in found.trend}
    weeks = sorted({(one.from_day, one.to_day) for one in found.trend})
    levels = _trend_levels(found, said)
    for first, last in weeks[-TREND_WEEKS:]:
        points = (figures.get((first, level)) for level in levels)
        yield (
            f"{words.day(first)} – {words.day(last)}",
            *(_point(one, found, said) for one in points),
        )


def _trend_levels(found: MetricAnswer, said: Said) -> list[str | None]:
    """All levels together, then each, best first."""
    there = dict.fromkeys(one.level for one in found.trend)
    return [one for one in dict.fromkeys((None, *said.labels, *there)) if one in there]


def _point(one: TrendPoint | None, found: MetricAnswer, said: Said) -> str:
    if one is None:
        return ""
    counts = figure_words.counts_rows(found.metric.id)
    return figure_words.figure_text(
        one.figure, found.metric.unit, said.currency, counts_rows=counts
    )


def row_lines(found: MetricRows, said: Said) -> Iterator[Line]:
    """The rows behind a figure."""
    from tierwise.app.rows_page import value_said  # it knows pages too, which takes its time

    metric = CATALOGUE[found.metric]
    for row in found.rows:
        yield (
            row.ticket_id or words.NOTHING,
            row.customer_id or "unknown",
            said.level(row.level or ""),
            *(value or NOT_SAID for value in (row.channel, row.team, row.agent_id, row.category)),
            promise_words.wall(row.at_s, found.as_of.zone),
            value_said(row, metric, said.currency),
        )


def rows_summary(found: MetricRows) -> str:
    """How many of all rows are listed."""
    rows = figure_words.rows_text(found.total, CATALOGUE[found.metric].grain)
    return f"{words.count(len(found.rows))} of {rows or words.many(found.total, 'row')}"
