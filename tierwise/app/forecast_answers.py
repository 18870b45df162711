"""Answers about forecasts: what each customer will bring, and which value levels should follow."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path

from tierwise.facts.fits import ValueFit
from tierwise.levels.decision_model import decision_model
from tierwise.levels.policy_checks import evidence_columns
from tierwise.value.customer_value import COLUMN, SAYS, Use
from tierwise.value.standing import BY_USE, VALUED

from .basis import Basis, first_day
from .forecast_records import Flipped, Flips, ForecastRow, Stability, ValueChoice, ValueWay
from .runs import RunFolder, ensure_run
from .table_file import write_table
from .value_report import written

REFIT_DAYS = 30
REFITS = 4
SHOWN_FLIPS = 10
# Who left the top is out of it; with a band, only below a border a third farther down.
BAND = 1.3

_FIGURES = """s.customer_id, n.name, s.clv_minor, s.clv_percentile, v.historic_minor,
    v.predicted_minor, v.predicted_low_80_minor, v.predicted_high_80_minor,
    v.predicted_low_95_minor, v.predicted_high_95_minor,
    v.expected_orders, v.p_alive, v.p_buy, v.p_top, v.forecast_basis, v.ltv_minor, v.orders"""
_VALUED = """
FROM standings s
JOIN valued_customers v ON v.customer_id = s.customer_id
LEFT JOIN identities n ON n.ref = s.customer_id
"""
_MOST_VALUABLE = f"""
SELECT {_FIGURES}, l.level {_VALUED} LEFT JOIN levels_now l ON l.customer_id = s.customer_id
ORDER BY s.clv_minor DESC NULLS LAST, s.customer_id LIMIT ?
"""
_OF_ONE = f"SELECT {_FIGURES} {_VALUED} WHERE s.customer_id = ?"
_EXPORTED = f"""
SELECT {", ".join(f"v.{name}" for name in VALUED.output.names)}, s.clv_minor, s.clv_percentile
FROM valued_customers v JOIN standings s ON s.customer_id = v.customer_id
ORDER BY s.clv_minor DESC NULLS LAST, v.customer_id
"""
_LEVELS_DIFFER = """
SELECT COUNT(*) FROM levels_by_rules a JOIN levels_tried b ON a.customer_id = b.customer_id
WHERE a.level_to IS DISTINCT FROM b.level_to
"""
_LOST = """
SELECT AVG(CASE WHEN COALESCE(n.{way}_percentile, 0) < {border} THEN 1.0 ELSE 0.0 END),
    AVG(CASE WHEN COALESCE(n.{way}_percentile, 0) < {band} THEN 1.0 ELSE 0.0 END)
FROM refit_{then} t LEFT JOIN refit_{now} n ON n.customer_id = t.customer_id
WHERE t.{way}_percentile >= {border}
"""
# The largest moves first, in and out by turns.
_FLIPPED = """
WITH moved AS (
    SELECT n.customer_id, i.name, n.{way}_percentile >= {border} AS came_in,
        t.{way}_percentile AS before, n.{way}_percentile AS now,
        abs(n.{way}_percentile - COALESCE(t.{way}_percentile, 0)) AS far
    FROM refit_{now} n LEFT JOIN refit_{then} t ON t.customer_id = n.customer_id
    LEFT JOIN identities i ON i.ref = n.customer_id
    WHERE (n.{way}_percentile >= {border}) <> (COALESCE(t.{way}_percentile, 0) >= {border})
)
SELECT customer_id, name, came_in, before, now FROM moved
ORDER BY ROW_NUMBER() OVER (PARTITION BY came_in ORDER BY far DESC, customer_id), came_in DESC
"""


def forecast_rows(basis: Basis, limit: int) -> tuple[ForecastRow, ...]:
    """The most valuable customers by the value the policy follows."""
    basis.hold_levels_now()
    return tuple(ForecastRow(*row) for row in basis.engine.rows(_MOST_VALUABLE, [limit]))


def forecast_of(basis: Basis, customer_id: str) -> ForecastRow | None:
    """The forecast of one customer; None for a stranger."""
    rows = basis.engine.rows(_OF_ONE, [customer_id])
    return ForecastRow(*rows[0]) if rows else None


def export_values(basis: Basis, path: Path) -> int:
    """Write what is known and expected of every customer; how many were written."""
    return write_table(basis.engine, _EXPORTED, path)


@dataclass(frozen=True, slots=True)
class FitRecord:
    """A fit in the book; not new when the same facts and settings were fitted before."""

    fit: ValueFit
    is_new: bool


def record_fit(basis: Basis, *, now: int) -> FitRecord:
    """Keep what was fitted for the run; `now` is UTC epoch seconds."""
    report = basis.run.report()
    settings = {"currency": basis.currency, **asdict(report.terms)}
    wanted = ValueFit(
        fit_id="",
        made_at=now,
        as_of_day=basis.as_of_day,
        facts_id=basis.run.facts_id,
        settings=json.dumps(settings, sort_keys=True),
        report=written(report).decode(),
    )
    newest_before = basis.book.fits(1)
    fit = basis.book.record_fit(wanted)
    return FitRecord(fit, basis.book.fits(1) != newest_before)


def value_choice(basis: Basis) -> ValueChoice:
    """Each value levels could follow: how well it picked the best, and who would move."""
    test = basis.run.report().backtest
    picked = {one.method: one for one in test.picked} if test else {}
    moves = _would_move(basis)
    ways = tuple(
        ValueWay(
            use,
            SAYS[use],
            found.hit_rate if found else None,
            found.captured if found else None,
            moves[use],
        )
        for use in Use
        for found in (picked.get(COLUMN[use]),)
    )
    follows = any(column in BY_USE for column in evidence_columns(basis.policy))
    return ValueChoice(basis.policy.value.use, ways, follows)


def work_out_refits(basis: Basis) -> dict[int, RunFolder]:
    """The runs of the last refits by their day, oldest first, each in an engine of its own."""
    return {
        day: ensure_run(
            basis.runs, basis.facts, basis.new_engine, replace(basis.run.asked, as_of_day=day)
        )
        for day in _refit_days(basis)
    }


def stability(basis: Basis, refits: Mapping[int, RunFolder]) -> Stability:
    """Who came into the top and left it over the last refits, by each value."""
    days = tuple(refits)
    for day, run in refits.items():
        basis.engine.read(replace(VALUED.output, name=f"refit_{day}"), [run.file(VALUED.output)])
    top = basis.run.asked.terms.top_percent
    named = {"border": 100 - top, "way": COLUMN[basis.policy.value.use]}
    named |= {"then": days[-2], "now": days[-1]} if len(days) > 1 else {}
    found = basis.engine.rows(_FLIPPED.format(**named)) if len(days) > 1 else []
    flipped = tuple(Flipped(*row) for row in found[:SHOWN_FLIPS])
    flips = tuple(_flips(basis, use, days) for use in Use) if len(days) > 1 else ()
    return Stability(days, REFIT_DAYS, top, flips, flipped, len(found))


def _refit_days(basis: Basis) -> tuple[int, ...]:
    """The last refits, oldest first, as far as there was anything to fit."""
    last, first = basis.as_of_day, first_day(basis.engine)
    days = (last - REFIT_DAYS * number for number in reversed(range(REFITS)))
    return tuple(day for day in days if day > first)


def _flips(basis: Basis, use: Use, days: tuple[int, ...]) -> Flips:
    top = basis.run.asked.terms.top_percent
    named = {"way": COLUMN[use], "border": 100 - top, "band": max(0.0, 100 - BAND * top)}
    lost = [
        basis.engine.rows(_LOST.format(**named, then=then, now=now))[0]
        for then, now in pairwise(days)
    ]
    means = [
        sum(share or 0.0 for share in shares) / len(lost) for shares in zip(*lost, strict=True)
    ]
    return Flips(use, means[0], means[1])


def _would_move(basis: Basis) -> dict[Use, int]:
    """Customers with another level than by the policy, if it followed another value."""
    now = basis.policy.value.use
    _decide_by(basis, now, "levels_by_rules")
    moves = {now: 0}
    for use in Use:
        if use is not now:
            _decide_by(basis, use, "levels_tried")
            ((moves[use],),) = basis.engine.rows(_LEVELS_DIFFER)
    return moves


def _decide_by(basis: Basis, use: Use, name: str) -> None:
    """The levels of everybody if the policy followed `use`, as a table of that name."""
    basis.hold_current_levels()
    with basis.following(use):
        basis.engine.materialise(decision_model(basis.policy), {"as_of_day": basis.as_of_day})
    basis.engine.upload(name, basis.engine.query("SELECT customer_id, level_to FROM decisions"))
