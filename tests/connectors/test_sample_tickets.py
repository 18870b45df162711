from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from tierwise.app.made_up import made_up
from tierwise.app.wiring import CREDITS, READERS
from tierwise.connectors.arrow_tables import schema_of
from tierwise.connectors.fact_store import FactStore, Origin
from tierwise.connectors.online_retail import SAMPLE
from tierwise.connectors.reading import Part, Remark
from tierwise.connectors.sample_tickets import SAYS_SO, read_sample_tickets
from tierwise.connectors.support_facts import MadeSupport, make_support
from tierwise.connectors.support_world import CAUSES, WEB, Cause, Feelings
from tierwise.facts.tables import TICKETS

from .files import OPTIONS, orders, problems_of, rows_of
from .made_support import (
    ERRORS,
    SHOP,
    fitted,
    is_near,
    known,
    rows,
    shop_orders,
    statuses,
    steps,
    stories,
    support_of,
)

DAY_S = 86_400
LEAVING = replace(SHOP, drop_lost=True)
UNMOVED = replace(SHOP, feelings=Feelings(per_wait=0.0))
# Where a ticket may go from each status.
LEGAL = {
    "new": {"open", "pending", "solved", "closed"},
    "open": {"pending", "hold", "solved", "closed", "deleted"},
    "pending": {"open", "solved"},
    "hold": {"open"},
    "solved": {"open", "closed"},
    "closed": set(),
    "deleted": set(),
}


@pytest.fixture(scope="module")
def made() -> MadeSupport:
    return support_of(SHOP)


@pytest.fixture(scope="module")
def sample() -> list[Part]:
    return list(read_sample_tickets(SAMPLE, OPTIONS))


# What a ticket may do.


def test_every_ticket_is_created_once_and_before_all_else(made: MadeSupport) -> None:
    created = {row["ticket_id"]: row["created_at"] for row in rows(made, "tickets")}
    told = stories(made)
    assert told.keys() == created.keys()
    for ticket, story in told.items():
        assert [event["name"] for event in story].count("created") == 1
        assert (story[0]["name"], story[0]["happened_at"]) == ("created", created[ticket])
        times = [event["happened_at"] for event in story]
        assert times == sorted(times)
        assert times[-1] <= made.truth.ends_s


def test_statuses_go_only_where_they_may(made: MadeSupport) -> None:
    taken = Counter(step for story in stories(made).values() for step in steps(story))
    assert [step for step in taken if step[1] not in LEGAL[step[0]]] == []
    assert {before for before, _ in taken} == {"new", "open", "pending", "hold", "solved"}


def test_a_ticket_stands_where_its_events_left_it(made: MadeSupport) -> None:
    told, agents = stories(made), {row["agent_id"] for row in rows(made, "agents")}
    for row in rows(made, "tickets"):
        own = told[row["ticket_id"]]
        last = {event["name"]: event["value"] for event in own}
        assert row["status"] == statuses(own)[-1]
        assert row["team"] == last["team"]
        assert row["agent_id"] == last.get("assigned")
        assert row["agent_id"] is None or row["agent_id"] in agents


def test_a_desk_has_everything_that_clocks_must_cope_with(made: MadeSupport) -> None:
    names = Counter((row["name"], row["actor"]) for row in rows(made, "ticket_events"))
    for name, actor in (
        ("created", "agent"),
        ("public_reply", "bot"),
        ("public_reply", "automation"),
        ("handed_over", "bot"),
        ("private_note", "agent"),
        ("private_note", "team"),
        ("thanks", "customer"),
        ("reopened", "customer"),
        ("escalated", "customer"),
        ("abandoned", "customer"),
        ("merged", "agent"),
        ("spam", "agent"),
        ("team", "agent"),
    ):
        assert names[name, actor] > 3, (name, actor)
    assert {"new", "open", "pending", "solved"} & {r["status"] for r in rows(made, "tickets")}


def test_a_merged_ticket_repeats_an_open_one_about_the_same_order(made: MadeSupport) -> None:
    tickets = {row["ticket_id"]: row for row in rows(made, "tickets")}
    merged = [row for row in tickets.values() if row["merged_into"]]
    assert len(merged) > 10
    for row in merged:
        first = tickets[row["merged_into"]]
        assert first["order_id"] == row["order_id"]
        assert first["created_at"] <= row["created_at"]


def test_agents_are_in_one_state_at_a_time(made: MadeSupport) -> None:
    days: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    for state in sorted(rows(made, "agent_states"), key=itemgetter("began_at")):
        days[state["agent_id"]].append((state["began_at"], state["ended_at"]))
    for spans in days.values():
        assert all(ended == began for (_, ended), (began, _) in pairwise(spans))
        assert all(ended is None or began < ended for began, ended in spans)


def test_surveys_stay_on_their_scales_and_in_their_time(made: MadeSupport) -> None:
    scales = {
        (row["question"], row["scale_low"], row["scale_high"]) for row in rows(made, "surveys")
    }
    assert scales == {("csat", 1, 5), ("ces", 1, 5), ("nps", 0, 10)}
    for row in rows(made, "surveys"):
        assert (row["answered_at"] is None) == (row["score"] is None)
        if row["score"] is not None:
            assert row["scale_low"] <= row["score"] <= row["scale_high"]
            assert row["offered_at"] < row["answered_at"] <= made.truth.ends_s


def test_all_that_is_paid_is_a_cost_once(made: MadeSupport) -> None:
    by_team = support_of(replace(SHOP, costs_by_ticket=False))
    paid = sum(row["amount_minor"] for row in rows(by_team, "costs"))
    assert {row["ticket_id"] for row in rows(by_team, "costs")} == {None}
    assert sum(row["amount_minor"] for row in rows(made, "costs")) == paid
    assert all(row["amount_minor"] > 0 for row in rows(made, "costs"))


# Chance is known, and nothing else changes anything.


def test_the_same_seed_gives_the_same_rows(made: MadeSupport) -> None:
    again = make_support(shop_orders(4_000), SHOP)
    assert all(again.facts[name].equals(table) for name, table in made.facts.items())
    other = support_of(replace(SHOP, seed=8))
    assert not other.facts["tickets"].equals(made.facts["tickets"])


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32))
def test_orders_in_another_order_give_the_same_tickets(seed: int) -> None:
    orders = shop_orders(300)
    mixed = orders.take(np.random.default_rng(seed).permutation(orders.num_rows))
    assert make_support(mixed, SHOP).facts == support_of(SHOP, 300).facts


def test_two_orders_make_hardly_a_ticket_but_all_the_tables(made: MadeSupport) -> None:
    few = make_support(shop_orders(300).slice(0, 2), SHOP)
    assert few.facts["tickets"].num_rows <= 2
    assert few.facts["tickets"].schema == schema_of(TICKETS)
    assert made.facts.keys() == few.facts.keys()


# The truth is found again by simple means.


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.category)
def test_defects_are_as_frequent_as_they_should_be(made: MadeSupport, cause: Cause) -> None:
    early = made.truth.ends_s - 90 * DAY_S
    bought = {
        row["order_id"]
        for row in made.orders.to_pylist()
        if row["kind"] == "purchase" and row["placed_at"] < early
    }
    wrong = {order for order, what in made.truth.defects.items() if what == cause.category}
    assert is_near(len(bought & wrong) / len(bought), cause.chance, len(bought))
    told = {row["order_id"] for row in rows(made, "tickets") if row["category"] == cause.category}
    writes = cause.chance * (1 - SHOP.reads_help * cause.article_settles)
    assert is_near(len(told & bought) / len(bought), writes, len(bought))


def local(at_s: int) -> datetime:
    return datetime.fromtimestamp(at_s, ZoneInfo(SHOP.zone))


def test_tickets_come_at_the_hours_and_on_the_days_they_should(made: MadeSupport) -> None:
    alone = Counter(row["order_id"] for row in rows(made, "tickets"))
    once = [
        local(row["created_at"])
        for row in rows(made, "tickets")
        if row["channel"] == "web" and row["order_id"] and alone[row["order_id"]] == 1
    ]
    found = Counter(at.hour for at in once)
    expected = np.array(WEB.hours) / sum(WEB.hours) * len(once)
    assert chisquare([found[hour] for hour in range(24)], expected).pvalue > 1e-4
    days = Counter(at.weekday() for at in once)
    assert max(days[5], days[6]) < min(days[day] for day in range(5)) * 0.75


def within(at_s: int, spans: tuple[tuple[int, int], ...]) -> bool:
    return any(begin_s <= at_s < end_s for begin_s, end_s in spans)


def test_outages_are_where_the_truth_says(made: MadeSupport) -> None:
    tickets = rows(made, "tickets")
    told: list[int] = [row["created_at"] for row in tickets if row["category"] == "outage"]
    spans = made.truth.outages
    inside = [at_s for at_s in told if within(at_s, spans)]
    assert len(spans) == 3
    assert len(inside) > 0.9 * len(told)
    usual = len(tickets) / ((made.truth.ends_s - spans[0][0]) / DAY_S)
    assert len(told) / 3 > usual


def wait_slope(made: MadeSupport) -> tuple[float, float]:
    """What waiting costs in satisfaction, and its error."""
    wait_s, expected_s, weights, satisfied = known(
        made, "wait_s", "expected_s", "weights", "satisfied"
    )
    (_, slope), (_, error) = fitted(np.log1p(wait_s / expected_s), satisfied, weights)
    return float(slope), float(error)


def test_waiting_costs_the_satisfaction_it_should(made: MadeSupport) -> None:
    slope, error = wait_slope(made)
    assert abs(slope - SHOP.feelings.per_wait) < ERRORS * error
    assert slope < -ERRORS * error


def test_where_waiting_costs_nothing_none_is_found() -> None:
    slope, error = wait_slope(support_of(UNMOVED))
    assert abs(slope) < ERRORS * error
    assert slope > SHOP.feelings.per_wait + ERRORS * error


def test_who_is_unhappy_answers_less_so_that_answers_flatter(made: MadeSupport) -> None:
    ids, felt = (made.truth.tickets[name].to_pylist() for name in ("ticket_id", "satisfied"))
    satisfied = dict(zip(ids, felt, strict=True))
    late = made.truth.ends_s - 6 * DAY_S
    asked = [r for r in rows(made, "surveys") if r["question"] == "csat" and r["offered_at"] < late]
    for mood in (True, False):
        own = [row for row in asked if satisfied[row["ticket_id"]] is mood]
        share = sum(row["score"] is not None for row in own) / len(own)
        assert is_near(share, SHOP.feelings.chance_answering(satisfied=mood), len(own))
    scores = [row["score"] for row in asked if row["score"] is not None]
    naive = sum(score >= 4 for score in scores) / len(scores)
    assert naive > sum(bool(satisfied[row["ticket_id"]]) for row in asked) / len(asked) + 0.03


def test_who_is_badly_served_leaves_more_often(made: MadeSupport) -> None:
    satisfied, leaves = known(made, "satisfied", "leaves")
    for mood in (True, False):
        own = leaves[satisfied == mood]
        assert is_near(own.mean(), SHOP.feelings.chance_leaving(satisfied=mood), len(own))


def test_a_lost_customer_orders_no_more_if_that_is_wanted(made: MadeSupport) -> None:
    assert made.orders is shop_orders(4_000)
    left = support_of(LEAVING)
    lost_s = left.truth.lost_s
    assert len(lost_s) > 20
    for row in left.orders.to_pylist():
        assert row["placed_at"] <= lost_s.get(row["customer_id"], left.truth.ends_s)
    kept = set(left.orders["order_id"].to_pylist())
    gone = set(made.orders["order_id"].to_pylist()) - kept
    assert gone
    assert not gone & {row["order_id"] for row in rows(left, "tickets")}


# Waits come from load.


def middle_wait(made: MadeSupport, rank: int) -> float:
    wait_s, ranks = known(made, "wait_s", "rank")
    return float(np.quantile(wait_s[ranks == rank], 0.75))


def test_fewer_agents_make_longer_waits() -> None:
    easy, hard = (support_of(replace(SHOP, occupancy=share)) for share in (0.35, 0.9))
    assert easy.facts["agents"].num_rows > hard.facts["agents"].num_rows
    assert middle_wait(hard, 2) > 1.3 * middle_wait(easy, 2)


def test_concierge_customers_wait_less(made: MadeSupport) -> None:
    assert middle_wait(made, 0) < middle_wait(made, 2)


def test_agents_work_as_long_as_tickets_take(made: MadeSupport) -> None:
    (handled_s,) = known(made, "handled_s")
    spans = [r for r in rows(made, "agent_states") if r["state"] in {"busy", "wrap_up"}]
    worked_s = sum((r["ended_at"] or made.truth.ends_s) - r["began_at"] for r in spans)
    assert handled_s.sum() < worked_s < 1.2 * handled_s.sum()


def test_who_finds_help_does_not_write(made: MadeSupport) -> None:
    sessions = {row["session_id"] for row in rows(made, "app_events")}
    settled = made.truth.helped
    assert settled < sessions
    assert 0.1 < len(settled) / len(sessions) < 0.5
    written = {"h" + row["ticket_id"][1:] for row in rows(made, "tickets")}
    assert not settled & written


# The sample shop.


def test_the_sample_has_enough_tickets_to_see_something(sample: list[Part]) -> None:
    tickets, events = rows_of(sample, "tickets"), rows_of(sample, "ticket_events")
    assert 6_000 <= len(tickets) <= 9_000
    assert 8 <= len(events) / len(tickets) <= 12
    orders = rows_of(READERS["online-retail"](SAMPLE, OPTIONS))
    assert max(row["happened_at"] for row in events) <= max(row["placed_at"] for row in orders)


def test_made_up_costs_change_nobodys_value(sample: list[Part]) -> None:
    costs = rows_of(sample, "costs")
    assert all(row["team"] and not row["ticket_id"] and not row["customer_id"] for row in costs)


def test_the_sample_goes_into_the_facts_without_a_problem(
    sample: list[Part], tmp_path: Path
) -> None:
    report = FactStore(tmp_path).add(Origin("sample", "sample-tickets", "f", "sha", 1), sample)
    assert (report.merged, report.batch.problems, problems_of(sample)) == (0, 0, [])
    wanted = {
        "tickets",
        "ticket_events",
        "surveys",
        "agents",
        "agent_states",
        "costs",
        "app_events",
    }
    assert set(report.rows) == wanted


def test_everything_made_up_says_so(sample: list[Part], tmp_path: Path) -> None:
    store = FactStore(tmp_path)
    store.add(Origin("sample", "online-retail", "f", "sha", 1), orders())
    assert made_up(store.sources()) is None
    store.add(Origin("sample", "sample-tickets", "f", "sha", 1), sample)
    assert made_up(store.sources()) == SAYS_SO
    assert [part.text for part in sample if isinstance(part, Remark)] == [SAYS_SO]
    assert "generated" in SAYS_SO
    assert SAYS_SO in CREDITS["sample-tickets"]
