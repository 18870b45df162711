"""Cases by hand of KPIs that the catalogue names and no published case here holds."""

from typing import Any

import pytest

from tests.published.kpi_judges_catalogue import JUDGES
from tests.published.kpi_judging import EXACT, differences

CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("contact_rate_per_order", {"tickets": 30, "orders": 400}, {"tickets_per_100": 7.5}),
    (
        "volume_flow",
        {"new": 120, "reopened": 5, "resolved": 100, "backlog_start": 40},
        {"net_flow": 25, "backlog_end": 65},
    ),
    # The catalogue's own numbers: .024 by Poisson, .138 by the negative binomial.
    (
        "volume_anomaly",
        {"expected": 50, "observed": 65, "alpha": 0.05},
        {"p_poisson": 0.0236032, "p_negbin": 0.1376823, "excess": 0.3, "alarm": False},
    ),
    # Eight days from a Monday, so two Mondays: means 20, 10 × 6; of all 100 / 8.
    (
        "seasonal_index",
        {"counts": [20, 10, 10, 10, 10, 10, 10, 20]},
        {"index": {"mon": 1.6, "tue": 0.8, "sun": 0.8}},
    ),
    (
        "occupancy_utilisation",
        {"handling_min": 240, "available_min": 60, "paid_min": 480},
        {"occupancy": 0.8, "utilisation": 0.5, "availability": 0.625, "shrinkage": 0.375},
    ),
    (
        "handle_time",
        {"intervals": [[0, 20], [10, 30]]},
        {"union": 30.0, "sum": 40.0, "per_chat": [15.0, 15.0]},
    ),
    ("cost_per_resolution", {"cost": 12_000, "resolutions": 2_000}, {"cost_per_resolution": 6.0}),
    (
        "cost_per_resolution_by_tier",
        {
            "cost": 1000,
            "handle_minutes": {"vip": 60, "basic": 40},
            "resolutions": {"vip": 10, "basic": 40},
        },
        {"cost_per_resolution": {"vip": 60.0, "basic": 10.0}},
    ),
    ("self_service_score", {"help_center_users": 4000, "ticket_users": 1000}, {"score": 4.0}),
    (
        "deflection_bounds",
        {"sessions": 1000, "explicit_solved": 120, "no_ticket_72h": 700},
        {"lower": 0.12, "upper": 0.7},
    ),
    (
        "burn_rate_alert",
        {"slo": 0.95, "long": [10, 20], "short": [5, 10], "threshold": 4.5},
        {"burn_long": 10.0, "burn_short": 10.0, "fires": True},
    ),
    (
        "burn_rate_alert",
        {"slo": 0.95, "long": [10, 20], "short": [0, 10], "threshold": 4.5},
        {"burn_short": 0.0, "fires": False},
    ),
    (
        "burn_rate_threshold",
        {"budget_share": 0.05, "long_h": 2, "period_h": 180, "slo": 0.8},
        {"threshold": 4.5, "rejected": True},
    ),
    # One of one is late five times in a hundred while the promise is kept.
    ("burn_evidence", {"slo": 0.95, "breaches": 1, "events": 1}, {"p": 0.05, "fires": False}),
]


@pytest.mark.parametrize(("metric", "inputs", "expected"), CASES)
def test_kpis_are_what_a_hand_computes(
    metric: str, inputs: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert not differences(expected, JUDGES[metric](inputs), EXACT)
