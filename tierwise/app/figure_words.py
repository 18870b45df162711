"""Figures in words: a KPI, its interval, change and target, each as its unit wants it written.

What takes a `ScoreLine` knows the unit from the catalogue; what takes a `Figure` is told it.
"""

from collections.abc import Mapping

from tierwise.metrics.attainment import ENOUGH
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.figures import Figure, Reason
from tierwise.metrics.kinds import Share
from tierwise.metrics.metric import Better, Metric, Unit

from . import words
from .promise_words import Sign
from .scorecard_records import Aim, Change, Judged, ScoreLine
from .unit_words import change_ends, difference_text, span_text, value_text

NO_CHANGE, NO_COMPARISON = "no change", "nothing to compare with"

JUDGED = {
    Judged.MET: Sign("●", "ok", "on target"),
    Judged.MISSED: Sign("■", "late", "target missed"),
    Judged.UNDECIDED: Sign("▲", "soon", "too close to call"),
    Judged.NO_FIGURE: Sign("○", "open", "too few to say"),
}
NO_AIM = Sign("–", "open", "no target")
MAY_BE_CHANCE = Sign("≈", "open", "may be chance")
STEADY = Sign("=", "open", "steady")

# What one row is, and many; a figure made of others counts no rows.
GRAINS: Mapping[str, tuple[str, str]] = {
    "agent and day": ("day of an agent", "days of agents"),
    "open stretch of a ticket": ("open stretch of a ticket", "open stretches of tickets"),
    "figure": ("", ""),
}


def figure_text(
    figure: Figure, unit: Unit | str, currency: str = "", *, counts_rows: bool = True
) -> str:
    """A figure, or why there is none: `92.1%`, `27 of 29`, `> 52 m`, `too few to say`.

    `counts_rows` says that a share is of rows, so that few of them can be counted out.

    >>> figure_text(Figure(27 / 29, 0.78, 0.98, 29), Unit.SHARE)
    '27 of 29'
    >>> figure_text(Figure(None, 3_120.0, None, 44, Reason.NOT_REACHED), Unit.SECONDS)
    '> 52 m'
    """
    if figure.value is None:
        if figure.reason is Reason.NOT_REACHED and figure.low is not None:
            return f"> {value_text(figure.low, unit, currency)}"
        return str(figure.reason)
    if counts_rows and unit == Unit.SHARE and 0 < figure.n < ENOUGH:
        return f"{words.count(round(figure.value * figure.n))} of {words.count(figure.n)}"
    return value_text(figure.value, unit, currency)


def interval_text(figure: Figure, unit: Unit | str, currency: str = "") -> str:
    """The 95 % interval: `90.2–93.7%`, `52 m – 1 h 20 m`, `from 52 m`; empty where there is none.

    >>> interval_text(Figure(4_000.0, 3_120.0, None, 44), Unit.SECONDS)
    'from 52 m'
    """
    if figure.value is None or figure.low is None:
        return ""
    return span_text(figure.low, figure.high, unit, currency)


def change_text(change: Change | None, unit: Unit | str, currency: str = "") -> str:
    """A change on the period before, in the unit and never in per cent: `+1.1 points`, `−12 m`.

    >>> change_text(Change(-720.0, -900.0, -500.0, True), Unit.SECONDS)
    '−12 m'
    """
    if change is None:
        return NO_COMPARISON
    text = difference_text(change.difference, unit, currency)
    return f"{text}{change_ends(unit)}" if text else NO_CHANGE


def change_span(change: Change, unit: Unit | str, currency: str = "") -> str:
    """The 95 % interval of a change: `−0.4 to +2.6`."""
    ends = (difference_text(end, unit, currency) or "0" for end in (change.low, change.high))
    return " to ".join(ends)


def change_sign(change: Change | None, better: Better | str) -> Sign:
    """Whether a change is one, and whether it is for the better."""
    if change is None:
        return Sign(words.NOTHING, "open", NO_COMPARISON)
    if not change.is_sure:
        return MAY_BE_CHANCE
    shape = "↑" if change.difference > 0 else "↓"
    if better == Better.NEITHER:
        return Sign(shape, "open", "more" if change.difference > 0 else "less")
    is_better = (change.difference > 0) == (better == Better.UP)
    return Sign(shape, "ok", "better") if is_better else Sign(shape, "late", "worse")


def aim_text(aim: Aim | None, unit: Unit | str, currency: str = "") -> str:
    """A target as a policy has it: `95%`, `1 h`, `£12.00`; empty where there is none."""
    if aim is None:
        return ""
    if unit == Unit.SHARE:
        return f"{words.decimal(aim.target * 100)}%"
    return value_text(aim.target, unit, currency)


def aim_sign(aim: Aim | None) -> Sign:
    """What the interval says of the target."""
    return NO_AIM if aim is None else JUDGED[aim.judged]


def rows_text(number: int, grain: str) -> str:
    """How many rows stand behind a figure: `1 204 tickets`; empty for one made of other figures.

    >>> rows_text(1, "agent and day"), rows_text(3, "ticket"), rows_text(0, "figure")
    ('1 day of an agent', '3 tickets', '')
    """
    one, more = GRAINS.get(grain, (grain, f"{grain}s"))
    return words.many(number, one, more) if one else ""


def figure_sentence(
    figure: Figure,
    unit: Unit | str,
    currency: str = "",
    *,
    grain: str = "",
    counts_rows: bool = True,
) -> str:
    """A figure with its interval and what it counts: `92.1%, 95% interval 90.2–93.7%, of …`."""
    interval = interval_text(figure, unit, currency)
    rows = rows_text(figure.n, grain) if grain else ""
    parts = (
        figure_text(figure, unit, currency, counts_rows=counts_rows),
        f"95% interval {interval}" if interval else "",
        f"of {rows}" if rows else "",
    )
    return ", ".join(part for part in parts if part)


def metric_of(line: ScoreLine) -> Metric:
    """The row of the catalogue behind a line."""
    return CATALOGUE[line.metric]


def counts_rows(metric_id: str) -> bool:
    """Whether a share is of rows that can be counted out, not of time, money or weights."""
    return isinstance(CATALOGUE[metric_id].how, Share)


def line_text(line: ScoreLine, currency: str) -> str:
    """The figure of a line: `92.1%`, `27 of 29`, `too few to say`."""
    counts = counts_rows(line.metric)
    return figure_text(line.figure, metric_of(line).unit, currency, counts_rows=counts)


def line_before(line: ScoreLine, currency: str) -> str:
    """The same for the period before."""
    counts = counts_rows(line.metric)
    return figure_text(line.before, metric_of(line).unit, currency, counts_rows=counts)


def line_interval(line: ScoreLine, currency: str) -> str:
    return interval_text(line.figure, metric_of(line).unit, currency)


def line_rows(line: ScoreLine) -> str:
    return rows_text(line.figure.n, metric_of(line).grain)


def line_change(line: ScoreLine, currency: str) -> str:
    return change_text(line.change, metric_of(line).unit, currency)


def line_change_span(line: ScoreLine, currency: str) -> str:
    """The 95 % interval of a line's change; empty where there is none."""
    if line.change is None:
        return ""
    return change_span(line.change, metric_of(line).unit, currency)


def line_change_sign(line: ScoreLine, currency: str) -> Sign:
    """Whether the change of a line is one; none that would show is steady."""
    if line_change(line, currency) == NO_CHANGE:
        return STEADY
    return change_sign(line.change, metric_of(line).better)


def line_aim(line: ScoreLine, currency: str) -> str:
    return aim_text(line.aim, metric_of(line).unit, currency)


def line_sentence(line: ScoreLine, label: str, currency: str) -> str:
    """A line as one sentence; `label` names its level: `CSAT, Premium: 92.1%, …; on target 90%`."""
    metric = metric_of(line)
    said = figure_sentence(
        line.figure,
        metric.unit,
        currency,
        grain=metric.grain,
        counts_rows=counts_rows(line.metric),
    )
    named = ", ".join(part for part in (metric.name, label, line.label or line.slice) if part)
    parts = [f"{named}: {said}"]
    if line.change is not None:
        sure = line_change_sign(line, currency).text
        parts.append(f"{line_change(line, currency)} on the period before, {sure}")
    if line.aim is not None:
        parts.append(f"target {line_aim(line, currency)}: {aim_sign(line.aim).text}")
    return "; ".join(parts)
