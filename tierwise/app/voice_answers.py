"""Answers about what customers say: figures by level, what bias may do, comments, moves of NPS."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.cells import stratum_of
from tierwise.metrics.kinds import Adjusted
from tierwise.metrics.metric import Group
from tierwise.metrics.nps_steps import BANDS, NPS_STEPS
from tierwise.metrics.periods import Periods
from tierwise.metrics.row_models import strata_model
from tierwise.metrics.survey_weights import Stratum, flipping_gamma, manski_bounds, supposed

from .desk_records import Comment, NpsStep, Sensitivity, VoiceAnswer
from .promise_basis import before
from .promise_records import Period
from .scorecard_answers import lines_of, usual
from .scorecard_basis import ScoreBasis

ADJUSTED = CATALOGUE["csat.adj"]
CSAT = "csat.share"
GAMMAS = tuple(step / 4 for step in range(-8, 9))
_COMMENTS = """
FROM surveys s
JOIN survey_measures m ON m.survey_id = s.survey_id
WHERE s.comment IS NOT NULL AND TRIM(s.comment) <> '' AND m.score IS NOT NULL
    AND m.answered_s >= ? AND m.answered_s < ? AND (? IS NULL OR COALESCE(m.level, '') = ?)
"""
_COMMENT = """
SELECT s.survey_id, s.ticket_id, CASE WHEN m.customer LIKE 'ticket %' THEN NULL ELSE m.customer END,
    (SELECT MIN(c.name) FROM customers c WHERE c.customer_id = m.customer), m.level, m.question,
    m.score, m.scale_low, m.scale_high, m.answered_s, s.comment
"""
_STEPS = f"""
SELECT band_before, band_after, COUNT(*), SUM(revenue_before_minor), SUM(revenue_after_minor)
FROM {NPS_STEPS.name}
WHERE answered_s < ? AND is_whole = 1
GROUP BY band_before, band_after
"""


@dataclass(frozen=True, slots=True)
class CommentsAsked:
    """Which comments, and which page of them; an empty level is that of nobody known."""

    level: str | None = None
    offset: int = 0
    limit: int = 20


def voice_of(basis: ScoreBasis, asked: Period | None, page: CommentsAsked) -> VoiceAnswer:
    """What customers said in a period."""
    period = usual(basis, asked)
    voices = [one for one in CATALOGUE.values() if one.group is Group.VOICE]
    comments, total = _comments(basis, period, page)
    return VoiceAnswer(
        basis.promises.as_of(),
        period,
        before(period),
        tuple(line for one in voices for line in lines_of(basis, period, one)),
        comments,
        total,
        tuple(_sensitivities(basis, period)),
        tuple(_steps(basis, period)),
    )


def _comments(
    basis: ScoreBasis, period: Period, page: CommentsAsked
) -> tuple[tuple[Comment, ...], int]:
    """A page of comments, the newest first, and how many there are."""
    values = [*basis.promises.instants(period), page.level, page.level]
    ((total,),) = basis.engine.rows(f"SELECT COUNT(*) {_COMMENTS}", values)
    text = f"{_COMMENT} {_COMMENTS} ORDER BY m.answered_s DESC, s.survey_id LIMIT ? OFFSET ?"
    rows = basis.engine.rows(text, [*values, page.limit, page.offset])
    return tuple(Comment(*row) for row in rows), int(total)


def strata_by_level(basis: ScoreBasis, period: Period) -> dict[str | None, list[Stratum]]:
    """Who could be asked and who answered, of all levels together (None) and of each."""
    found: dict[str | None, list[Stratum]] = defaultdict(list)
    how = ADJUSTED.how
    if not isinstance(how, Adjusted):
        raise TypeError(f"{ADJUSTED.id} is not adjusted")
    asked = basis.asked(("level",), Periods(period.from_day, period.days))
    model = strata_model("who_answers", how, asked)
    basis.engine.materialise(model, {"as_of_s": basis.promises.world.as_of_s})
    for row in basis.engine.query(f"SELECT * FROM {model.name}").to_pylist():
        found[None].append(stratum_of(row))
        found[row["level"]].append(stratum_of(row))
    return found


def _sensitivities(basis: ScoreBasis, period: Period) -> Iterable[Sensitivity]:
    found = strata_by_level(basis, period)
    order = (None, *basis.promises.policy.names)
    for level in (one for one in order if one in found):
        if one := _sensitivity(basis, level, found[level]):
            yield one


def _sensitivity(basis: ScoreBasis, level: str | None, strata: list[Stratum]) -> Sensitivity | None:
    """What would be if unhappy people answered more than their like; None without answers."""
    shares = [(gamma, supposed(strata, gamma)) for gamma in GAMMAS]
    points = tuple((gamma, share) for gamma, share in shares if share is not None)
    if not points:
        return None
    target = basis.aims.get((level, CSAT))
    flips = None if target is None else flipping_gamma(strata, target)
    counts = [(one.resolved, one.answered, one.happy) for one in strata]
    least, most = manski_bounds(*(sum(column) for column in zip(*counts, strict=True)))
    return Sensitivity(level, points, flips, least, most)


def _steps(basis: ScoreBasis, period: Period) -> list[NpsStep]:
    """Moves between bands of all who answered twice, up to the end of the period."""
    rows = basis.engine.rows(_STEPS, [basis.promises.instants(period)[1]])
    steps = [
        NpsStep(before, after, int(n), int(a or 0), int(b or 0)) for before, after, n, a, b in rows
    ]
    return sorted(steps, key=lambda one: (BANDS.index(one.before), BANDS.index(one.after)))
