"""What the doors ask about KPIs: scorecards, one KPI, targets, budgets, voices, people, volume."""

from collections.abc import Callable, Hashable
from pathlib import Path

from tierwise.metrics.catalogue import CATALOGUE

from . import (
    budget_answers,
    metric_rows,
    people_answers,
    scorecard_answers,
    scorecard_exports,
    voice_answers,
    volume_answers,
)
from .desk_records import BudgetAnswer, PeopleAnswer, VoiceAnswer, VolumeAnswer
from .kept import Kept
from .measuring import ensure_measured
from .project import Project
from .promise_records import Period
from .promise_shop import AS_IT_WAS, PromiseShop
from .scorecard_basis import ScoreBasis, open_scores
from .scorecard_records import CheckAnswer, MetricAnswer, MetricRows, RowsAsked, ScorecardAnswer


class ScorecardShop(PromiseShop):
    """Questions about KPIs; each takes its turn, and works from measures that are kept."""

    def __init__(
        self, project: Project, *, clock: Callable[[], int], at_day: int | None = None
    ) -> None:
        super().__init__(project, clock=clock, at_day=at_day)
        self._scores = Kept[ScoreBasis]()

    def scorecard(
        self, period: Period | None, *, level: str | None = None, by: str | None = None
    ) -> ScorecardAnswer:
        """Every KPI by level, beside the period before; the last four weeks for None."""
        with self._turn:
            return scorecard_answers.scorecard_of(self.score_basis(), period, level=level, by=by)

    def metric(
        self, metric_id: str, period: Period | None, *, by: str | None = None
    ) -> MetricAnswer | None:
        """One KPI with its trend and slices; None for an id that no KPI has."""
        metric = CATALOGUE.get(metric_id)
        if metric is None:
            return None
        with self._turn:
            return scorecard_answers.metric_of(self.score_basis(), metric, period, by)

    def metric_rows(
        self, metric_id: str, period: Period | None, asked: RowsAsked
    ) -> MetricRows | None:
        """The rows that a figure counts; None for a KPI that counts none or is unknown."""
        metric = CATALOGUE.get(metric_id)
        if metric is None or not metric_rows.has_rows(metric):
            return None
        with self._turn:
            return metric_rows.rows_behind(self.score_basis(), metric, period, asked)

    def check(self, period: Period | None) -> CheckAnswer:
        """The targets of the policy beside what was reached."""
        with self._turn:
            return scorecard_answers.check_of(self.score_basis(), period)

    def budget(self, period: Period | None) -> BudgetAnswer:
        """How many misses each promise may still have."""
        with self._turn:
            return budget_answers.budget_of(self.score_basis(), period)

    def voice(
        self, period: Period | None, *, level: str | None = None, offset: int = 0, limit: int = 20
    ) -> VoiceAnswer:
        """What customers said, and a page of their comments."""
        with self._turn:
            page = voice_answers.CommentsAsked(level, offset, limit)
            return voice_answers.voice_of(self.score_basis(), period, page)

    def people(self, period: Period | None) -> PeopleAnswer:
        """Who is full, who has room, and how it goes."""
        with self._turn:
            return people_answers.people_of(self.score_basis(), period)

    def volume(self, period: Period | None, *, category: str | None = None) -> VolumeAnswer:
        """Tickets day by day, and the days that stand out."""
        with self._turn:
            return volume_answers.volume_of(self.score_basis(), period, category)

    def export_tickets(self, path: Path) -> int:
        """Write every ticket with all that is measured of it; how many were written."""
        with self._turn:
            return scorecard_exports.export_tickets(self.score_basis(), path)

    def export_metrics(self, path: Path, by: str | None = None) -> int:
        """Write every figure of every week; how many were written."""
        with self._turn:
            return scorecard_exports.export_metrics(self.score_basis(), path, by)

    def score_basis(self) -> ScoreBasis:
        """The measures of the world as it was, opened; RefusedError while there are no tickets."""
        with self._turn:
            made_from: Hashable = self._state()
            return self._scores.get(made_from, self._opened_scores)

    def _opened_scores(self) -> ScoreBasis:
        promises = self.promise_basis(AS_IT_WAS)
        measured = ensure_measured(self._count_place(), promises.world, promises.counted)
        return open_scores(promises, measured, self.facts)
