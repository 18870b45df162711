"""Cases by hand of KPIs of tickets, messages and clocks: other inputs than the published ones."""

from typing import Any

import pytest

from tests.published.kpi_judges_tickets import JUDGES
from tests.published.kpi_judging import EXACT, differences

MARCH = "2025-03-0{}T{}Z"
SOLVED = {"id": 1, "solved_at": "2025-03-01", "agent_touches": 1, "reopened": False}
CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    # Ten days later is again within 30 days, and not within 7.
    (
        "fcr_event_based",
        {
            "tickets": [{**SOLVED, "recontact_days": 10}],
            "window_days": 30,
            "as_of": "2025-04-14",
        },
        {"fcr": 0.0, "numerator": 0, "denominator": 1, "pending_window": 0},
    ),
    (
        "fcr_event_based",
        {"tickets": [{**SOLVED, "recontact_days": 10}], "as_of": "2025-04-14"},
        {"fcr": 1.0, "numerator": 1, "denominator": 1},
    ),
    # The window ends with the moment itself: after exactly seven days it can be judged.
    (
        "fcr_event_based",
        {"tickets": [SOLVED], "window_days": 7, "as_of": "2025-03-08"},
        {"denominator": 1, "pending_window": 0},
    ),
    (
        "fcr_event_based",
        {"tickets": [SOLVED], "window_days": 7, "as_of": "2025-03-07T23:59:59Z"},
        {"fcr": None, "denominator": 0, "pending_window": 1},
    ),
    ("fcr_event_based", {"tickets": []}, {"fcr": None, "denominator": 0}),
    ("fcr", {"resolved_first": 0, "inquiries": 0}, {"fcr": None}),
    ("fcr_net", {"resolved_first": 6, "inquiries": 10}, {"gross": 0.6, "net": 0.6}),
    (
        "reopen_rate",
        {"solved": 4, "reopened_tickets": 0},
        {"reopen_rate": 0.0, "reopens_per_solved": 0.0, "reopen_rate_incl_courtesy": 0.0},
    ),
    ("reopen_rate", {"solved": 0, "reopened_tickets": 0}, {"reopen_rate": None}),
    # We wrote first, so nobody waited before the customer asked.
    (
        "response_times",
        {
            "messages": [
                {"at": MARCH.format(3, "09:00"), "by": "agent"},
                {"at": MARCH.format(3, "10:00"), "by": "customer"},
                {"at": MARCH.format(4, "10:00"), "by": "agent"},
            ]
        },
        {"frt_human_min": 1440.0, "next_reply_min": [], "avg_response_min": 1440.0},
    ),
    (
        "response_times",
        {
            "messages": [{"at": MARCH.format(3, "09:00"), "by": "customer"}],
            "as_of": MARCH.format(3, "12:30"),
        },
        {
            "frt_human_min": None,
            "frt_any_public_min": None,
            "open_wait_min": 210.0,
            "avg_response_min": None,
            "requester_wait_total_min": 210.0,
        },
    ),
    # With its whole time used a promise is not late yet.
    (
        "sla_attainment",
        {
            "clocks": [
                {"due": 60, "fulfilled": None, "age": 60},
                {"due": 60, "fulfilled": None, "age": 61},
                {"due": 60, "cancelled": True, "age": 60},
            ]
        },
        {"attainment": 0.0, "met": 0, "breached": 1, "active": 1, "cancelled": 1},
    ),
    ("sla_attainment", {"clocks": []}, {"attainment": None, "met": 0}),
    (
        "sla_pause",
        {"target": 120, "status": [["new", 0, 100], ["hold", 100, 119]]},
        {"elapsed": 119.0, "breached": False, "breach_at": None},
    ),
    (
        "sla_target_change",
        {"start": 0, "old_target": 480, "new_target": 120, "changed_at": 10, "grace": 60},
        {"due": 120.0},
    ),
    (
        "tier_response_table",
        {"table": {"a": "30 minutes", "b": "up to 2 days", "c": None, "d": "1 Hour", "e": "soon"}},
        {"target_minutes": {"a": 30, "b": 2880, "c": None, "d": 60, "e": None}},
    ),
    (
        "tier_response_48h_v_2h",
        {"answered_after_min": 120, "targets": {"vip": 120, "none": None}},
        {"met": {"vip": True, "none": None}, "late_by_min": {"vip": 0}},
    ),
]


@pytest.mark.parametrize(("metric", "inputs", "expected"), CASES)
def test_kpis_are_what_a_hand_computes(
    metric: str, inputs: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert not differences(expected, JUDGES[metric](inputs), EXACT)
