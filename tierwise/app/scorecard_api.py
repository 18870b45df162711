"""KPIs as JSON under /api/v1: scorecard, catalogue, one metric, its rows, targets, budgets, voices.

Records go out as they are, not through a schema: there `before` may be a period with days or a
count by level, and only the record knows which.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from tierwise.facts.problems import UsageError
from tierwise.metrics.catalogue import CATALOGUE

from .api import Asks, Limit, Offset, PlainJSON, found_or_404
from .desk_records import BudgetAnswer, PeopleAnswer, VoiceAnswer
from .promise_api import Days
from .scorecard_records import (
    CheckAnswer,
    MetricAbout,
    MetricAnswer,
    MetricRows,
    RowsAsked,
    ScorecardAnswer,
    about,
)
from .volume_days import VolumeTold, told

scorecard_router = APIRouter(prefix="/api/v1", default_response_class=PlainJSON)
Cut = Literal["channel", "team", "agent_id", "category"]


class ScorecardWanted(Days):
    """Which days and level, and what to slice by."""

    level: str | None = None
    by: Cut | None = None


class MetricWanted(Days):
    """Which days, and what to slice by."""

    by: Cut | None = None


class RowsWanted(Days):
    """Which rows, and which page of them; an empty text is what is not said."""

    level: str | None = None
    by: Cut | None = None
    slice: str | None = None
    only: Literal["all", "hit", "miss", "open"] = "all"
    offset: Offset = 0
    limit: Limit = 50

    def rows(self) -> RowsAsked:
        if (self.by is None) != (self.slice is None):
            raise UsageError("`by` and `slice` go together; say both, or neither")
        asked = (self.level, self.by, self.slice, self.only)
        return RowsAsked(*asked, self.offset, self.limit)


class VoiceWanted(Days):
    """Which comments, and which page of them."""

    level: str | None = None
    offset: Offset = 0
    limit: Limit = 20


class VolumeWanted(Days):
    """Which days, and tickets of which category."""

    category: str | None = None


@scorecard_router.get("/scorecard", response_model=ScorecardAnswer)
def scorecard(answers: Asks, wanted: Annotated[ScorecardWanted, Query()]) -> PlainJSON:
    """Every KPI by level, with its interval, beside the period before."""
    return PlainJSON(answers.scorecard(wanted.period(), level=wanted.level, by=wanted.by))


@scorecard_router.get("/metrics", response_model=tuple[MetricAbout, ...])
def catalogue() -> PlainJSON:
    """The catalogue: what every KPI means and how it is counted."""
    return PlainJSON([about(metric) for metric in CATALOGUE.values()])


@scorecard_router.get("/metrics/{metric_id}", response_model=MetricAnswer)
def metric(answers: Asks, metric_id: str, wanted: Annotated[MetricWanted, Query()]) -> PlainJSON:
    """One KPI by level, week after week, and in slices."""
    found = answers.metric(metric_id, wanted.period(), by=wanted.by)
    return PlainJSON(found_or_404(found, f"metric `{metric_id}`"))


@scorecard_router.get("/metrics/{metric_id}/rows", response_model=MetricRows)
def metric_rows(answers: Asks, metric_id: str, wanted: Annotated[RowsWanted, Query()]) -> PlainJSON:
    """A page of the rows that a figure counts."""
    found = answers.metric_rows(metric_id, wanted.period(), wanted.rows())
    return PlainJSON(found_or_404(found, f"metric `{metric_id}` that counts rows"))


@scorecard_router.get("/check", response_model=CheckAnswer)
def check(answers: Asks, wanted: Annotated[Days, Query()]) -> PlainJSON:
    """The targets of the policy beside what was reached."""
    return PlainJSON(answers.check(wanted.period()))


@scorecard_router.get("/budget", response_model=BudgetAnswer)
def budget(answers: Asks, wanted: Annotated[Days, Query()]) -> PlainJSON:
    """How many misses each promise may still have, day by day, and alarms of burning too fast."""
    return PlainJSON(answers.budget(wanted.period()))


@scorecard_router.get("/voice", response_model=VoiceAnswer)
def voice(answers: Asks, wanted: Annotated[VoiceWanted, Query()]) -> PlainJSON:
    """What customers said, how many answered, and what silence may hide."""
    days, level = wanted.period(), wanted.level
    found = answers.voice(days, level=level, offset=wanted.offset, limit=wanted.limit)
    return PlainJSON(found)


@scorecard_router.get("/people", response_model=PeopleAnswer)
def people(answers: Asks, wanted: Annotated[Days, Query()]) -> PlainJSON:
    """Load, quality and cost by team and agent."""
    return PlainJSON(answers.people(wanted.period()))


@scorecard_router.get("/volume", response_model=VolumeTold)
def volume(answers: Asks, wanted: Annotated[VolumeWanted, Query()]) -> PlainJSON:
    """Tickets day by day, what was expected, and the days that stand out."""
    return PlainJSON(told(answers.volume(wanted.period(), category=wanted.category)))
