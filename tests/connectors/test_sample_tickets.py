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
from tierwise.connectors.support_world import (
    CAUSES,
    CHAT,
    PHONE,
    WEB,
    Cause,
    Channel,
    Feelings,
)
from tierwise.facts.tables import HANDLING_STATES, TICKETS

from .files import OPTIONS, orders, problems_of, rows_of
from .made_support import (
    ERRORS,
    SHOP,
    Row,
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
    assert scales == {("csat", 1, 5), ("ces", 1, 5), ("nps", 0, 10), ("fcr", 0, 1)}
    for row in rows(made, "surveys"):
        assert (row["answered_at"] is None) == (row["score"] is None)
        if row["score"] is not None:
            assert row["scale_low"] <= row["score"] <= row["scale_high"]
            assert row["offered_at"] <= row["answered_at"] <= made.truth.ends_s


def test_effort_says_what_a_high_answer_means_and_all_say_the_same(made: MadeSupport) -> None:
    said = {(row["question"], row["direction"]) for row in rows(made, "surveys")}
    assert said == {("ces", "high_is_effort"), ("csat", None), ("nps", None), ("fcr", None)}


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


def last_ratings(made: MadeSupport) -> list[Row]:
    """Of each ticket the last CSAT rating, or the offer."""
    rated = [row for row in rows(made, "surveys") if row["question"] == "csat"]
    return list({r["ticket_id"]: r for r in sorted(rated, key=answered_late)}.values())


def answered_late(row: Row) -> int:
    return int(row["answered_at"] or 0)


def test_of_two_ratings_the_last_is_meant(made: MadeSupport) -> None:
    ids, felt = (made.truth.tickets[name].to_pylist() for name in ("ticket_id", "satisfied"))
    satisfied = dict(zip(ids, felt, strict=True))
    rated = [r for r in rows(made, "surveys") if r["question"] == "csat" and r["score"]]
    times = Counter(row["ticket_id"] for row in rated)
    twice = {ticket for ticket, ratings in times.items() if ratings == 2}
    assert twice == made.truth.rated_twice
    assert is_near(len(twice) / len(times), SHOP.rates_again, len(times))
    means_it = {r["ticket_id"]: r["score"] >= 4 for r in last_ratings(made) if r["score"]}
    assert means_it == {ticket: satisfied[ticket] for ticket in means_it}
    wrong = [row for row in rated if (row["score"] >= 4) is not satisfied[row["ticket_id"]]]
    assert {row["ticket_id"] for row in wrong} == twice


def test_what_customers_say_of_first_contacts_is_the_truth_but_for_a_few(
    made: MadeSupport,
) -> None:
    ids, truths = (made.truth.tickets[name].to_pylist() for name in ("ticket_id", "first_contact"))
    truth = dict(zip(ids, truths, strict=True))
    said = [r for r in rows(made, "surveys") if r["question"] == "fcr" and r["score"] is not None]
    errs = sum(bool(row["score"]) is not truth[row["ticket_id"]] for row in said)
    assert is_near(errs / len(said), SHOP.fcr_errs, len(said))
    assert 0.3 < truths.count(True) / len(truths) < 0.8


def test_a_ticket_solved_at_first_contact_was_answered_once(made: MadeSupport) -> None:
    told, tickets = stories(made), {row["ticket_id"]: row for row in rows(made, "tickets")}
    repeated = {row["merged_into"] for row in tickets.values()}
    for row in made.truth.tickets.to_pylist():
        if row["first_contact"]:
            names = Counter(event["name"] for event in told[row["ticket_id"]])
            assert not names["reopened"]
            assert names["assigned"] <= 1
            assert row["ticket_id"] not in repeated


def test_who_is_unhappy_answers_less_so_that_answers_flatter(made: MadeSupport) -> None:
    ids, felt = (made.truth.tickets[name].to_pylist() for name in ("ticket_id", "satisfied"))
    satisfied = dict(zip(ids, felt, strict=True))
    late = made.truth.ends_s - 6 * DAY_S
    asked = [row for row in last_ratings(made) if row["offered_at"] < late]
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


def test_states_say_how_long_each_ticket_took(made: MadeSupport) -> None:
    ids, handled_s = (made.truth.tickets[name].to_pylist() for name in ("ticket_id", "handled_s"))
    worked_s: Counter[str] = Counter()
    for row in rows(made, "agent_states"):
        is_handling = row["state"] in HANDLING_STATES
        assert is_handling or row["ticket_id"] is None
        if row["ticket_id"]:
            worked_s[row["ticket_id"]] += (row["ended_at"] or made.truth.ends_s) - row["began_at"]
    known = {str(ticket): took_s for ticket, took_s in zip(ids, handled_s, strict=True) if took_s}
    assert {ticket: worked_s[ticket] for ticket in known} == known


def test_only_what_is_written_before_there_is_a_ticket_is_worked_on_without_one(
    made: MadeSupport,
) -> None:
    tickets = {row["ticket_id"] for row in rows(made, "tickets")}
    handled = [r["ticket_id"] for r in rows(made, "agent_states") if r["state"] in HANDLING_STATES]
    assert {ticket for ticket in handled if ticket} <= tickets
    assert handled.count(None) < 0.001 * len(handled)


# Calls and chats.


def test_a_contact_is_answered_called_back_given_up_or_still_on_the_line(
    made: MadeSupport,
) -> None:
    tickets = {row["ticket_id"]: row for row in rows(made, "tickets")}
    gone = set()
    for row in rows(made, "live_contacts"):
        ticket = tickets[row["ticket_id"]]
        assert (ticket["channel"], ticket["customer_id"]) == (row["channel"], row["customer_id"])
        assert row["offered_at"] >= ticket["created_at"]
        assert row["ended_at"] is None or row["ended_at"] >= (row["answered_at"] or 0)
        assert not (row["callback"] and row["answered_at"])
        is_over = row["answered_at"] is not None or row["callback"] or row["ended_at"] is None
        if not is_over:
            gone.add(row["contact_id"])
    assert gone == made.truth.hung_up
    told = {ticket for ticket, own in stories(made).items() if has(own, "abandoned")}
    assert {"t" + contact[1:] for contact in gone} == told


def has(story: list[Row], name: str) -> bool:
    return any(event["name"] == name for event in story)


def test_who_is_answered_or_called_back_hears_from_a_person_then(made: MadeSupport) -> None:
    told = stories(made)
    live = [row for row in rows(made, "live_contacts") if row["answered_at"] or row["callback"]]
    assert sum(row["callback"] for row in live) > 5
    for row in live:
        replies = [
            event["happened_at"]
            for event in told[row["ticket_id"]]
            if (event["name"], event["actor"]) == ("public_reply", "agent")
        ]
        since_s = row["ended_at"] if row["callback"] else row["answered_at"]
        assert not replies or since_s <= replies[0]
        if not row["callback"] and row["ended_at"]:
            assert replies[0] <= row["ended_at"]


@pytest.mark.parametrize("channel", [CHAT, PHONE], ids=lambda channel: channel.name)
def test_patience_is_found_again_from_those_who_hung_up(channel: Channel) -> None:
    """Patience is exponential: as many give up as wait for one mean patience in all."""
    busy = support_of(replace(SHOP, occupancy=0.9))
    waits = [row for row in rows(busy, "live_contacts") if row["channel"] == channel.name]
    hung_up = sum(row["contact_id"] in busy.truth.hung_up for row in waits)
    waited_s = sum(
        (row["answered_at"] or row["ended_at"] or busy.truth.ends_s) - row["offered_at"]
        for row in waits
    )
    assert hung_up > 100
    error = channel.patience_s / hung_up**0.5
    assert abs(waited_s / hung_up - channel.patience_s) < ERRORS * error


# The help centre.


def test_a_visit_is_a_session_of_what_was_looked_at(made: MadeSupport) -> None:
    looked: dict[str, Counter[str]] = defaultdict(Counter)
    for event in rows(made, "app_events"):
        looked[event["session_id"]][event["name"]] += 1
    known = {row["session_id"]: row for row in rows(made, "help_sessions") if row["customer_id"]}
    assert known.keys() == looked.keys()
    for session, row in known.items():
        seen = looked[session]
        assert (row["searches"], row["articles"]) == (seen["help_search"], seen["help_article"])
    strangers = [row for row in rows(made, "help_sessions") if not row["customer_id"]]
    assert {(row["searches"], row["solved"]) for row in strangers} == {(0, None)}
    assert is_near(len(strangers) / len(known), SHOP.passes_by, len(known))


def test_visitors_say_that_it_helped_as_often_as_they_should(made: MadeSupport) -> None:
    known = [row for row in rows(made, "help_sessions") if row["customer_id"]]
    for was_helped, says, chance in (
        (True, True, SHOP.says_helped),
        (True, False, 0.0),
        (False, True, SHOP.says_wrongly),
        (False, False, SHOP.says_not),
    ):
        own = [row for row in known if (row["session_id"] in made.truth.helped) is was_helped]
        share = sum(row["solved"] is says for row in own) / len(own)
        assert is_near(share, chance, len(own))


def test_readers_who_were_helped_stay_silent_and_the_others_write(made: MadeSupport) -> None:
    asked: dict[str, list[int]] = defaultdict(list)
    for row in rows(made, "tickets"):
        asked[row["customer_id"]].append(row["created_at"])
    wrote: dict[bool, list[bool]] = {True: [], False: []}
    for row in rows(made, "help_sessions"):
        if row["customer_id"]:
            since_s = (at_s - row["began_at"] for at_s in asked[row["customer_id"]])
            was_helped = row["session_id"] in made.truth.helped
            wrote[was_helped].append(any(0 <= one <= 3 * DAY_S for one in since_s))
    assert sum(wrote[True]) < 0.15 * len(wrote[True])
    assert sum(wrote[False]) > 0.9 * len(wrote[False])


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
        *("tickets", "ticket_events", "surveys", "agents", "agent_states"),
        *("costs", "app_events", "help_sessions", "live_contacts"),
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
