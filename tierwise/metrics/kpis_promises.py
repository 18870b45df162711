"""KPIs of promises: the share kept, and how much of the error budget is gone."""

from .kinds import Count, Ratio, Rows, Share
from .metric import ALL_THERE_IS, SHARES, Better, Enough, Group, Metric, Unit

_DUE = "outcome IN ('met', 'late', 'open_late')"
_BROKEN = "outcome IN ('late', 'open_late')"

PROMISES = (
    Metric(
        "s.attain",
        "SLA attainment",
        Group.PROMISES,
        "Share of promises due in the period that were kept. Open ones past their time are "
        "broken; those not due yet and those that went with their ticket are not counted. Kept "
        "exactly at the deadline is kept.",
        "kept / (kept + late + open past due)",
        Unit.SHARE,
        Better.UP,
        Share(Rows("promise_outcomes", "at_s", _DUE), "outcome = 'met'"),
        SHARES,
        "by deadline; completed-only hides what is overdue",
        ("sla_01", "sla_02"),
        ("attainment", "sla"),
    ),
    Metric(
        "s.attain_ticket",
        "Tickets with all promises kept",
        Group.PROMISES,
        "Share of tickets on which every promise that was due was kept.",
        "tickets all kept / tickets with something due",
        Unit.SHARE,
        Better.UP,
        Share(Rows("ticket_results", "at_s", _DUE), "outcome = 'met'"),
        SHARES,
        "ticket-level attainment",
        ("sla_07",),
        ("ticket_attainment",),
    ),
    Metric(
        "s.breaches",
        "Broken promises",
        Group.PROMISES,
        "Promises due in the period that were late or are open past their time.",
        "count",
        Unit.COUNT,
        Better.DOWN,
        Count(Rows("promise_outcomes", "at_s", _BROKEN)),
        ALL_THERE_IS,
        "by deadline",
        ("sla_01",),
    ),
    Metric(
        "s.budget",
        "Error budget used",
        Group.PROMISES,
        "Broken promises of the period, as a share of those that the targets allow for what was "
        "due so far: above 1 the target is missed.",
        "broken / Σ (1 − target)",
        Unit.SHARE,
        Better.DOWN,
        Ratio(
            Rows("promise_outcomes", "at_s", f"{_DUE} AND allowed IS NOT NULL"),
            f"CASE WHEN {_BROKEN} THEN 1 ELSE 0 END",
            "allowed",
        ),
        Enough(10, 30),
        "error budgets of site reliability, on tickets",
        ("burn_01", "burn_02"),
        ("error_budget",),
    ),
    Metric(
        "s.risk",
        "At risk now",
        Group.PROMISES,
        "Promises running now that have used three quarters of their time and are not late.",
        "count at the last moment known",
        Unit.COUNT,
        Better.DOWN,
        Count(Rows("clock_waits", "now_s", "at_risk = 1")),
        ALL_THERE_IS,
        "less than a quarter of the time left",
    ),
)
