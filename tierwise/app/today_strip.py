"""What Today shows of the scorecard: satisfaction beside attainment, and headline KPIs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tierwise.metrics.catalogue import CATALOGUE

from .figure_charts import FigureGroup, figure_chart, row_of
from .looks import Look, level_look, looks
from .promise_asked import NO_LEVEL
from .promise_records import Period
from .questions import Answers
from .scorecard_lines import Matrix, matrix_of, missed
from .scorecard_links import metric_link
from .scorecard_records import ScoreLine
from .volume_words import volume_sentence

HEADLINES = ("t.frt", "t.res_full", "csat.share", "nps.score", "q.fcr", "vol.backlog", "c.cpr")
Looks = dict[str, Look]


@dataclass(frozen=True, slots=True)
class Strip:
    """The scorecard as Today shows it: targets missed, KPIs drawn in columns, unusual volume.

    `lines` has the figures by KPI and level, for the tiles.
    """

    lines: Matrix
    broken: tuple[tuple[ScoreLine, str], ...]
    pictures: tuple[Markup, ...]
    unusual: str

    def line(self, metric_id: str, level: str) -> ScoreLine | None:
        """A KPI of a level, where there is one."""
        return self.lines.get(metric_id, {}).get(level)


def kpi_strip(answers: Answers, period: Period) -> Strip:
    """The headline KPIs of a period, those with a missed target first."""
    found = answers.scorecard(period)
    known, lines = looks(answers.levels()), matrix_of(found.lines)
    broken = missed(found.lines)
    groups = _groups(lines, _order(broken), known, (period, answers.currency()))
    halves = (groups[: (len(groups) + 1) // 2], groups[(len(groups) + 1) // 2 :])
    pictures = (figure_chart(half, "KPIs by level", answers.currency()) for half in halves if half)
    return Strip(
        lines,
        tuple((one, _link(one, period)) for one in broken),
        tuple(pictures),
        volume_sentence(answers.volume(period)),
    )


def _order(broken: Iterable[ScoreLine]) -> list[str]:
    """The KPIs, those that miss a target first."""
    late = {one.metric for one in broken}
    return sorted(HEADLINES, key=lambda one: one not in late)


def _groups(
    lines: Matrix, order: Sequence[str], known: Looks, shown: tuple[Period, str]
) -> list[FigureGroup]:
    period, currency = shown
    return [
        FigureGroup(
            CATALOGUE[name].name,
            metric_link(name, period),
            CATALOGUE[name].unit,
            tuple(
                row_of(line, level_look(known, level), _link(line, period), currency)
                for level, line in lines.get(name, {}).items()
                if level is not None
            ),
        )
        for name in order
    ]


def _link(line: ScoreLine, period: Period) -> str:
    """The page of the KPI, its level chosen."""
    level = NO_LEVEL if line.level == "" else line.level
    return metric_link(line.metric, period, level=level)
