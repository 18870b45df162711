"""The voice of the customer: how it felt by level, how many said so, and what bias may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from markupsafe import Markup
from starlette.responses import Response

from tierwise.metrics.catalogue import CATALOGUE

from . import words
from .bias_chart import Supposed, bias_chart, readily, supposed
from .desk_records import NpsStep, Sensitivity, VoiceAnswer
from .figure_charts import FigureGroup, figure_chart, row_of
from .looks import Look, level_look, looks
from .paging import pager
from .promise_asked import Wanted, period_of, wanted
from .promise_pages import needs_tickets
from .promise_records import Period
from .scorecard_asked import write_days
from .scorecard_lines import Matrix, matrix_of
from .scorecard_links import line_link, metric_link
from .site import Asked, Site

FELT = ("csat.share", "csat.adj", "nps.score", "ces.ease")
ANSWERED = ("csat.response", "nps.response", "ces.response")
ADJUSTED, SATISFIED = "csat.adj", "csat.share"
BANDS = {"detractor": "Detractors", "passive": "Passives", "promoter": "Promoters"}
COMMENT_ROWS = 10
GAMMA_STEP = 0.05
# Suppositions to choose from: how many times as readily unhappy customers answer.
TIMES = ((0.5, "half as readily"), (1.0, "as readily"), (2.0, "twice"), (4.0, "4 times"))
Looks = dict[str, Look]


@dataclass(frozen=True, slots=True)
class Bias:
    """The supposition in hand for one level, drawn and in words; `choices` are links."""

    look: Look
    found: Sensitivity
    at: Supposed
    picture: Markup
    says: str
    flips: str
    choices: tuple[tuple[str, str, bool], ...]


@needs_tickets
def voice_page(site: Site, asked: Asked) -> Response:
    """Survey figures by level, adjusted CSAT under suppositions, NPS steps and comments."""
    want = wanted(asked)
    found = site.answers.voice(
        period_of(want)[0], level=want.level, offset=want.offset, limit=COMMENT_ROWS
    )
    known, currency = looks(site.answers.levels()), site.answers.currency()
    lines = matrix_of(found.lines)
    return write_days(
        site,
        asked,
        "voice.html",
        found,
        felt=_drawn(lines, FELT, known, (found.period, currency)),
        answered=_drawn(lines, ANSWERED, known, (found.period, currency)),
        lines=lines,
        levels=list(dict.fromkeys(one.level for one in found.lines)),
        bias=_bias(found, lines, want, known),
        steps=_steps(found.nps_steps),
        bands=BANDS,
        pager=pager(want.from_row, want.offset, found.total_comments, rows=COMMENT_ROWS),
    )


def _drawn(
    lines: Matrix, metrics: Iterable[str], known: Looks, shown: tuple[Period, str]
) -> Markup:
    period, currency = shown
    groups = [
        FigureGroup(
            CATALOGUE[name].name,
            metric_link(name, period),
            CATALOGUE[name].unit,
            tuple(
                row_of(line, level_look(known, level), line_link(line, period), currency)
                for level, line in lines[name].items()
            ),
        )
        for name in metrics
        if name in lines
    ]
    return figure_chart(groups, "Survey figures by level", currency)


def gamma_of(text: str | None) -> float:
    """The supposition of an address; 0 for anything that is no such number.

    >>> gamma_of("0.7"), gamma_of("much"), gamma_of("nan"), gamma_of("1e9")
    (0.7, 0.0, 0.0, 0.0)
    """
    try:
        gamma = float(text or 0)
    except ValueError:
        return 0.0
    return gamma if abs(gamma) <= 20 else 0.0


def _bias(found: VoiceAnswer, lines: Matrix, want: Wanted, known: Looks) -> Bias | None:
    """The supposition for the level asked for, or for all together."""
    curves = {one.level: one for one in found.sensitivity}
    curve = curves.get(want.level)
    at = supposed(curve, gamma_of(want.get("gamma"))) if curve else None
    if curve is None or at is None:
        return None
    target = _target(lines, want.level)
    return Bias(
        level_look(known, want.level),
        curve,
        at,
        bias_chart(curve, at, target),
        _says(curve, at),
        _flips(curve, target),
        tuple(
            (
                f"{want.link(gamma=f'{log(times):.2f}')}#bias",
                says,
                abs(at.gamma - log(times)) < 0.01,
            )
            for times, says in TIMES
        ),
    )


def _target(lines: Matrix, level: str | None) -> float | None:
    """The target of adjusted CSAT, or of CSAT, whichever the policy has."""
    for name in (ADJUSTED, SATISFIED):
        line = lines.get(name, {}).get(level)
        if line is not None and line.aim is not None:
            return line.aim.target
    return None


def _says(curve: Sensitivity, at: Supposed) -> str:
    alike = supposed(curve, 0.0)
    told = f"If {readily(at.gamma)}, {words.share(at.share)} of all customers are satisfied"
    if alike is None or abs(at.gamma) < GAMMA_STEP / 2:
        return f"{told}."
    return f"{told}, and not {words.share(alike.share)}."


def _flips(curve: Sensitivity, target: float | None) -> str:
    """At which supposition the verdict on the target turns."""
    if target is None:
        return "There is no target here, so no verdict that could flip."
    of = f"the verdict on the target of {words.decimal(target * 100)}%"
    if curve.flips_at is None:
        return f"No supposition flips {of}."
    gamma = words.decimal(curve.flips_at, digits=2)
    return (
        f"{of[0].upper()}{of[1:]} flips at γ = {gamma}: if {readily(curve.flips_at)}. "
        "The nearer to 0, the weaker the verdict."
    )


def _steps(steps: Iterable[NpsStep]) -> dict[tuple[str, str], NpsStep]:
    return {(one.before, one.after): one for one in steps}
