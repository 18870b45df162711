"""Published cases of KPIs, told as facts of a desk and measured by the models."""

import json
from pathlib import Path

import pytest

from tests.metrics.measured import TICKETS_ONLY, Row, at, desk, measured, rows, ticket
from tierwise.metrics.desk_tables import TICKET_MEASURES, WAITING_SPELLS

MODELS = (*TICKETS_ONLY, WAITING_SPELLS)
PUBLISHED = Path(__file__).parents[1] / "published" / "cases" / "kpi_cases.json"
CASES = {case["id"]: case for case in json.loads(PUBLISHED.read_text("utf-8"))["cases"]}


def test_response_times_as_published() -> None:
    case = CASES["frt_07"]
    names = {
        ("customer", True): "customer_message customer",
        ("agent", False): "private_note agent",
        **{(who, True): f"public_reply {who}" for who in ("agent", "bot", "automation")},
    }
    lines = [
        f"{clock(one['at'])} {names[one['by'], one.get('public', True)]}"
        for one in case["inputs"]["messages"]
    ]
    told = "; ".join([f"{clock(case['inputs']['messages'][0]['at'])} created customer", *lines[1:]])
    engine = desk([ticket("t", told)], as_of=clock(case["inputs"]["as_of"]), models=MODELS)
    (found,), waits = rows(engine, TICKET_MEASURES), rows(engine, WAITING_SPELLS)
    expected = case["expected"]
    assert found["human_s"] - found["asked_s"] == 60 * expected["frt_human_min"]
    assert found["any_s"] - found["asked_s"] == 60 * expected["frt_any_public_min"]
    lengths = [(w["answered_s"] or at("12h30m")) - w["asked_s"] for w in waits]
    assert lengths[1:-1] == [60 * one for one in expected["next_reply_min"]]
    assert lengths[-1] == 60 * expected["open_wait_min"]
    assert sum(lengths) == 60 * expected["requester_wait_total_min"]
    assert waits[-1]["answered_s"] is None


def test_tickets_that_we_opened_as_published() -> None:
    case = CASES["frt_08"]
    tickets = [
        ticket(
            str(number),
            "; ".join(
                ["9h created agent"]
                + [
                    f"{clock(m['at'])} "
                    + ("public_reply agent" if m["by"] == "agent" else "customer_message customer")
                    for m in one["messages"]
                ]
            ),
        )
        for number, one in enumerate(case["inputs"]["tickets"])
    ]
    found = measured(tickets).values()
    waits = [r["human_s"] and (r["human_s"] - r["asked_s"]) / 60 for r in found]
    assert waits == case["expected"]["frt_human_min"]
    asked = [row for row in found if row["asked_s"] is not None]
    assert len(asked) == case["expected"]["population"]


def clock(said: str) -> str:
    """`2025-03-03T09:20Z` as the `9h20m` of its day."""
    hours, minutes = said.removesuffix("Z").partition("T")[2].split(":")
    return f"{int(hours)}h{int(minutes)}m"


def test_first_contact_resolution_as_published() -> None:
    case = CASES["fcr_02"]
    tickets = [one for told in case["inputs"]["tickets"] for one in first_contacts(told)]
    engine = desk(tickets, as_of="13d", models=MODELS)
    text = """
        SELECT COUNT(*) FILTER (touches_to_solve <= 1 AND asks_after_answer = 0 AND reopens = 0
            AND (again_s IS NULL OR again_s > solved_s + 7 * 86400)), COUNT(*)
        FROM ticket_measures
        WHERE is_countable = 1 AND opens_issue = 1 AND solved_s + 7 * 86400 <= 13 * 86400
    """
    expected = case["expected"]
    assert engine.rows(text) == [(expected["numerator"], expected["denominator"])]


def first_contacts(told: Row) -> list[Row]:
    """A ticket of the published case, and the one with which the customer came again."""
    name, replies = str(told["id"]), told["agent_touches"]
    about = {"customer_id": name, "category": "late"}
    lines = ["0 created customer", *["1h public_reply agent"] * bool(replies)]
    # A second touch answers a second question.
    lines += ["2h customer_message customer", "3h public_reply agent"] * (replies > 1)
    if told["solved_at"] is None:
        return [ticket(name, "; ".join(lines), **about)]
    solved = int(told["solved_at"][-2:]) - 1
    lines += [f"{solved}d12h status agent solved"]
    lines += [f"{solved + 1}d status customer open"] * told["reopened"]
    came = told["recontact_days"] and f"{solved + told['recontact_days']}d created customer"
    later = [ticket(f"{name} again", came, **about)] if came else []
    return [ticket(name, "; ".join(lines), **about), *later]


def test_the_reopen_rate_as_published() -> None:
    case = CASES["reopen_01"]
    once = "; 2h customer_message customer; 2h status automation open; 3h public_reply agent; "
    once += "3h status agent solved"
    twice = once + "; 5h status customer open; 6h public_reply agent; 6h status agent solved"
    thanked = "; 2h thanks customer; 2h status automation open; 3h status agent solved"
    courses = [once, twice, thanked, *[""] * 7]
    tickets = [
        ticket(
            f"t{n}", f"0 created customer; 1h public_reply agent; 1h status agent solved{course}"
        )
        for n, course in enumerate(courses)
    ]
    found = list(measured(tickets).values())
    given_case = case["inputs"]
    assert len(found) == given_case["solved"]
    assert sum(row["reopens"] > 0 for row in found) == given_case["reopened_tickets"]
    assert sum(row["reopens"] for row in found) == given_case["reopen_events"]
    assert sum(row["courtesy_reopens"] for row in found) == given_case["courtesy_reopens"]


def test_first_and_full_resolution_as_published() -> None:
    case = CASES["ttr_01"]
    tickets = []
    for number, one in enumerate(case["inputs"]["tickets"]):
        first, *later = one["solved"]
        lines = ["0 created customer", f"{first}h status agent solved"]
        for hour in later:
            lines += [f"{hour - 1}h status customer open", f"{hour}h status agent solved"]
        tickets.append(ticket(str(number), "; ".join(lines)))
    found = list(measured(tickets).values())
    expected = case["expected"]
    for name, mean in (("solved_s", "mean_first"), ("full_s", "mean_full")):
        hours = [row[name] / 3600 for row in found]
        assert sum(hours) / len(hours) == pytest.approx(expected[mean])
    assert sum(row["solves"] > 1 for row in found) == expected["reopened"]
