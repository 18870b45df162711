"""What customers said: which answer counts, what is good and what is hard, and NPS over time."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.held import (
    DAY_S,
    FLOOR,
    Row,
    gone,
    known_as,
    levels,
    measured,
    merged,
    order,
    picked,
    rates,
    shuffled,
    ticket,
)
from tierwise.facts.money import Rate
from tierwise.metrics.contact_tables import SURVEY_MEASURES
from tierwise.metrics.nps_steps import NPS_STEPS

NOW = 1_000 * DAY_S
SCALES = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 5), "fcr": (0, 1)}


def survey(
    survey_id: str, question: str, at_s: int, score: float | None = None, **more: Any
) -> Row:
    """An offer at a moment, answered ten seconds later if there is a score."""
    low, high = SCALES[question]
    return {
        "survey_id": survey_id,
        "customer_id": "ann",
        "question": question,
        "offered_at": at_s,
        "answered_at": None if score is None else at_s + 10,
        "score": score,
        "scale_low": low,
        "scale_high": high,
        "direction": "high_is_effort" if question == "ces" else None,
    } | more


def told(surveys: list[Row], as_of_s: int = NOW, /, **more: list[Row]) -> list[Row]:
    return measured(SURVEY_MEASURES, as_of_s, {"surveys": surveys, **more})


def only(surveys: list[Row], as_of_s: int = NOW, /, **more: list[Row]) -> Row:
    (row,) = told(surveys, as_of_s, **more)
    return row


# Question, scale, and the answers that are good among all there are.
GOOD = {
    "4 and 5 of 5": ("csat", (1, 5), {4, 5}),
    "3 of 3": ("csat", (1, 3), {3}),
    "2 of 2": ("csat", (1, 2), {2}),
    "1 from 0 to 1": ("csat", (0, 1), {1}),
    "8 to 10 of 10": ("csat", (1, 10), {8, 9, 10}),
    "6 and 7 of 7": ("csat", (1, 7), {6, 7}),
    "yes": ("fcr", (0, 1), {1}),
    "promoters": ("nps", (0, 10), {9, 10}),
    "promoters of a scale from 1": ("nps", (1, 10), {9, 10}),
}
BAD = {
    "detractors": ("nps", (0, 10), "", set(range(7))),
    "much effort of 5": ("ces", (1, 5), "high_is_effort", {4, 5}),
    "much effort of 10": ("ces", (1, 10), "high_is_effort", {8, 9, 10}),
    "much effort of 7": ("ces", (1, 7), "high_is_effort", {5, 6, 7}),
    "little ease of 7": ("ces", (1, 7), "high_is_ease", {1, 2, 3}),
    "little ease of 5": ("ces", (1, 5), "high_is_ease", {1, 2}),
    "hard or not": ("ces", (0, 1), "high_is_effort", {1}),
}


def each_answer(question: str, scale: tuple[int, int], direction: str = "") -> list[Row]:
    low, high = scale
    more = {"scale_low": low, "scale_high": high, "direction": direction or None}
    return told(
        [
            survey(f"s{n:02}", question, 0, n, customer_id=f"c{n}", **more)
            for n in range(low, high + 1)
        ]
    )


@pytest.mark.parametrize(("question", "scale", "good"), GOOD.values(), ids=GOOD)
def test_good_answers(question: str, scale: tuple[int, int], good: set[int]) -> None:
    rows = each_answer(question, scale)
    assert {row["score"] for row in rows if row["is_good"] == 1} == good
    assert {row["is_good"] for row in rows} == {0, 1}


@pytest.mark.parametrize(("question", "scale", "direction", "bad"), BAD.values(), ids=BAD)
def test_bad_answers(question: str, scale: tuple[int, int], direction: str, bad: set[int]) -> None:
    rows = each_answer(question, scale, direction)
    assert {row["score"] for row in rows if row["is_bad"] == 1} == bad
    assert {row["is_bad"] for row in rows} == {0, 1}


def test_ease_runs_from_0_to_100_whichever_way_the_scale_runs() -> None:
    assert [row["ease"] for row in each_answer("ces", (1, 5), "high_is_effort")] == [
        *(100, 75, 50, 25, 0)
    ]
    assert [row["ease"] for row in each_answer("ces", (0, 4), "high_is_ease")] == [
        *(0, 25, 50, 75, 100)
    ]
    assert {row["ease"] for row in each_answer("csat", (1, 5))} == {None}


def test_an_effort_answer_without_a_direction_stays_and_is_not_judged() -> None:
    row = only([survey("s", "ces", 0, 5, direction=None)])
    assert (row["answered_s"], row["score"], row["direction"]) == (10, 5, None)
    assert (row["is_good"], row["is_bad"], row["ease"]) == (None, None, None)


def test_nps_on_a_scale_of_its_own_is_no_nps() -> None:
    row = only([survey("s", "nps", 0, 5, scale_low=1, scale_high=5)])
    assert (row["score"], row["is_good"], row["is_bad"]) == (5, None, None)


def test_a_scale_of_one_answer_says_nothing() -> None:
    row = only([survey("s", "csat", 0, 1, scale_high=1)])
    assert (row["score"], row["is_good"]) == (1, None)


ANN = levels("ann", ("plus", 100), (None, 200), ("vip", 300))


@pytest.mark.parametrize(
    ("at_s", "level"), [(99, FLOOR), (100, "plus"), (199, "plus"), (200, FLOOR), (300, "vip")]
)
def test_without_a_ticket_the_level_is_that_of_when_it_was_asked(at_s: int, level: str) -> None:
    row = only([survey("s", "nps", at_s, 9)], level_spans=ANN)
    assert (row["customer"], row["level"], row["is_of_ticket"]) == ("ann", level, 0)
    assert (row["channel"], row["team"], row["agent_id"], row["category"]) == (None,) * 4


def test_about_a_ticket_all_is_as_the_ticket_has_it() -> None:
    about = {"level": "plus", "channel": "chat", "team": "desk", "agent_id": "x", "category": "tea"}
    row = only(
        [survey("s", "csat", 300, 4, ticket_id="t")],
        level_spans=ANN,
        ticket_measures=[ticket("t", "ann", **about)],
    )
    assert {name: row[name] for name in about} == about
    assert (row["ticket_id"], row["is_of_ticket"]) == ("t", 1)


def test_an_answer_about_a_ticket_that_is_not_known_stays() -> None:
    row = only([survey("s", "csat", 300, 4, ticket_id="lost")], level_spans=ANN)
    assert (row["ticket_id"], row["is_of_ticket"], row["level"]) == ("lost", 1, "vip")


def test_the_customer_is_who_identities_say() -> None:
    row = only(
        [survey("s", "nps", 100, 9, customer_id="email:ann@x")],
        identities=known_as(**{"email:ann@x": "ann"}),
        level_spans=ANN,
    )
    assert (row["customer"], row["level"]) == ("ann", "plus")


def test_the_last_rating_of_a_ticket_counts_and_earlier_ones_only_turn() -> None:
    """csat_04, with a third ticket that turned good."""
    surveys = [
        survey("a", "csat", 0, 1, ticket_id="1", scale_low=0, scale_high=1),
        survey("b", "csat", 90, 0, ticket_id="1", scale_low=0, scale_high=1),
        survey("c", "csat", 95, 1, ticket_id="2", scale_low=0, scale_high=1),
        survey("d", "csat", 95, 2, ticket_id="3"),
        survey("e", "csat", 99, 5, ticket_id="3"),
    ]
    found = picked(told(surveys), "ticket_id", "is_good", "flips_down", "flips_up")
    assert found == [("1", 0, 1, 0), ("2", 1, 0, 0), ("3", 1, 0, 1)]


def test_ratings_at_the_same_moment_follow_their_numbers() -> None:
    surveys = [
        survey(name, "csat", 0, score, ticket_id="t") for name, score in [("s10", 5), ("s9", 1)]
    ]
    assert picked(told(surveys), "survey_id", "flips_up") == [("s10", 1)]


def test_questions_about_one_ticket_are_apart() -> None:
    surveys = [survey(name, name, 0, 1, ticket_id="t") for name in ("csat", "ces", "nps", "fcr")]
    assert [row["question"] for row in told(surveys)] == ["ces", "csat", "fcr", "nps"]


def test_an_offer_without_an_answer_stays_one_row() -> None:
    surveys = [
        survey("a", "csat", 50, ticket_id="silent"),
        survey("b", "csat", 0, ticket_id="silent"),
        survey("c", "csat", 0, 4, ticket_id="told"),
        survey("d", "csat", 50, ticket_id="told"),
        survey("e", "nps", 0),
        survey("f", "nps", 50),
    ]
    assert picked(told(surveys), "survey_id", "offered_s", "answered_s") == [
        ("a", 50, None),
        ("c", 0, 10),
        ("e", 0, None),
        ("f", 50, None),
    ]


def test_offers_and_unoffered() -> None:
    """csat_02: 10 of 15 offers were answered, 8 of them well."""
    scores = [5.0] * 8 + [1.0] * 2 + [None] * 5
    rows = told(
        [survey(f"s{i}", "csat", 0, one, ticket_id=f"t{i}") for i, one in enumerate(scores)]
    )
    good = [row["is_good"] for row in rows if row["answered_s"] is not None]
    assert (sum(good), len(good), len(rows)) == (8, 10, 15)


def test_words_without_a_score_are_no_rating() -> None:
    surveys = [
        survey("a", "csat", 0, 4, ticket_id="t"),
        survey("b", "csat", 50, ticket_id="t", answered_at=60),
    ]
    assert picked(told(surveys), "survey_id", "answered_s") == [("a", 10)]


def test_an_answer_before_its_offer_was_asked_for_by_then() -> None:
    row = only([survey("s", "nps", 100, 9, answered_at=40)], 50)
    assert (row["offered_s"], row["answered_s"]) == (40, 40)


def test_what_comes_later_is_not_known() -> None:
    surveys = [
        survey("a", "csat", 0, 4, ticket_id="t"),
        survey("b", "csat", 50, 1, ticket_id="t"),
        survey("c", "nps", 70, 9),
        survey("d", "nps", 40, 9, answered_at=70),
    ]
    found = told(surveys, 59)
    assert picked(found, "survey_id", "score", "flips_down") == [("a", 4, 0), ("d", None, 0)]


def test_what_was_said_about_a_merged_ticket_is_said_about_the_one_that_is_left() -> None:
    given = {
        "ticket_measures": [gone("a", "merged"), ticket("b", "ann", level="vip")],
        "ticket_merges": [merged("a", "b")],
    }
    rated = survey("s1", "csat", 0, 5, ticket_id="a")
    assert picked([only([rated], **given)], "ticket_id", "level") == [("b", "vip")]
    again = survey("s2", "csat", 50, 1, ticket_id="b")
    assert picked([only([rated, again], **given)], "survey_id", "flips_down") == [("s2", 1)]
    assert told([survey("s", "csat", 0, ticket_id="a")], **given) == []


@pytest.mark.parametrize("gone_as", ["spam", "deleted", None])
def test_of_tickets_that_do_not_count_nothing_counts(gone_as: str | None) -> None:
    other = survey("other", "csat", 0, 5, ticket_id="u")
    without = told([other])
    ignored = gone("t", gone_as) if gone_as else ticket("t", "ann", is_countable=0)
    surveys = [survey("s", "csat", 0, 1, ticket_id="t"), other]
    assert told(surveys, ticket_measures=[ignored]) == without


def test_an_answer_knows_the_next_one_of_its_customer() -> None:
    """As in nps_06."""
    surveys = [
        survey("a1", "nps", 3 * DAY_S, 3, customer_id="a"),
        survey("a2", "nps", 41 * DAY_S, 9, customer_id="a"),
        survey("b", "nps", 20 * DAY_S, 8, customer_id="b"),
        survey("c1", "nps", 0, 8, customer_id="c"),
        survey("c2", "nps", 91 * DAY_S, 8, customer_id="c"),
        survey("d1", "nps", 0, 8, customer_id="d"),
        survey("d2", "nps", 91 * DAY_S - 1, 8, customer_id="d"),
    ]
    found = picked(told(surveys), "survey_id", "next_s")
    assert found == [
        ("a1", 41 * DAY_S + 10),
        ("a2", None),
        ("b", None),
        ("c1", 91 * DAY_S + 10),
        ("c2", None),
        ("d1", 91 * DAY_S + 9),
        ("d2", None),
    ]


def test_answers_about_tickets_and_silence_do_not_replace_an_answer_about_the_company() -> None:
    surveys = [
        survey("a", "nps", 0, 3),
        survey("b", "nps", 50, 9, ticket_id="t"),
        survey("c", "nps", 60),
        survey("d", "csat", 70, 5),
    ]
    found = picked(told(surveys), "survey_id", "next_s")
    assert found == [("a", None), ("b", None), ("c", None), ("d", None)]


answers = st.lists(
    st.builds(
        lambda who, question, at, score, about: (who, question, at, score, about),
        st.sampled_from("abc"),
        st.sampled_from(sorted(SCALES)),
        st.integers(0, 300),
        st.one_of(st.none(), st.integers(0, 1)),
        st.one_of(st.none(), st.sampled_from(["t1", "t2", "lost", "merged", "spam"])),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(answers, st.integers(0, 99))
def test_order_and_repetition_change_nothing(asked: list[tuple[Any, ...]], seed: int) -> None:
    surveys = [
        survey(f"s{i}", question, at * DAY_S, score, customer_id=who, ticket_id=about)
        for i, (who, question, at, score, about) in enumerate(asked)
    ]
    given = {
        "surveys": surveys,
        "level_spans": ANN,
        "ticket_measures": [ticket("t1", "a"), gone("merged", "merged"), gone("spam", "spam")],
        "ticket_merges": [merged("merged", "t1")],
    }
    found = measured(SURVEY_MEASURES, NOW, given)
    twice = given | {"surveys": surveys * 2}
    assert measured(SURVEY_MEASURES, NOW, shuffled(twice, seed)) == found
    of_tickets = [(row["ticket_id"], row["question"]) for row in found if row["is_of_ticket"]]
    assert len(set(of_tickets)) == len(of_tickets)


def stepped(surveys: list[Row], orders: list[Row], **more: list[Row]) -> list[Row]:
    given = {"orders": orders, "daily_rates": rates(Rate("USD", 0, 900_000)), **more}
    return measured(NPS_STEPS, NOW, {"survey_measures": told(surveys), **given})


def test_a_step_is_from_one_answer_to_the_next() -> None:
    surveys = [
        survey("a", "nps", 100 * DAY_S, 3),
        survey("b", "nps", 200 * DAY_S, 8),
        survey("c", "nps", 300 * DAY_S, 10),
        survey("once", "nps", 100 * DAY_S, 3, customer_id="bob"),
        survey("t", "nps", 250 * DAY_S, 0, ticket_id="t"),
        survey("silent", "nps", 250 * DAY_S),
    ]
    found = stepped(surveys, [order("o", "ann", 0)])
    assert picked(found, "survey_id", "band_before", "band_after", "is_whole") == [
        ("b", "detractor", "passive", 1),
        ("c", "passive", "promoter", 1),
    ]
    assert found[0]["before_s"], found[0]["answered_s"] == (100 * DAY_S + 10, 200 * DAY_S + 10)


def test_revenue_is_that_of_the_91_days_before_each_answer() -> None:
    asked = [survey("a", "nps", 100 * DAY_S, 3), survey("b", "nps", 200 * DAY_S, 8)]
    first, second = 100 * DAY_S + 10, 200 * DAY_S + 10
    orders = [
        order("too early", "ann", first - 91 * DAY_S - 1, total_minor=1),
        order("first of all", "ann", first - 91 * DAY_S, total_minor=10),
        order("dollars", "ann", first - 1, total_minor=1_000, currency="USD"),
        order("after it", "ann", first, total_minor=100_000),
        order("by e-mail", "email:ann@x", second - 1, total_minor=5_000, refunded_minor=500),
        order("back", "ann", second - 1, kind="refund", refunded_minor=1_000),
        order("unpaid", "ann", second - 1, total_minor=7, state="unpaid"),
        order("no rate", "ann", second - 1, total_minor=7, currency="JPY"),
        order("of bob", "bob", second - 1, total_minor=7),
        order("nobody's", None, second - 1, total_minor=7),
    ]
    (step,) = stepped(asked, orders, identities=known_as(**{"email:ann@x": "ann"}))
    assert (step["revenue_before_minor"], step["revenue_after_minor"]) == (910, 3_500)
    assert step["is_whole"] == 1


def test_where_orders_begin_later_the_first_revenue_is_not_whole() -> None:
    asked = [survey("a", "nps", 100 * DAY_S, 3), survey("b", "nps", 200 * DAY_S, 8)]
    begins_s = 9 * DAY_S + 10
    for first_s, is_whole in ((begins_s, 1), (begins_s + 1, 0)):
        (step,) = stepped(asked, [order("o", "ann", first_s, total_minor=5)])
        assert (step["revenue_before_minor"], step["is_whole"]) == (5, is_whole)


def test_nothing_is_asked() -> None:
    assert told([]) == []
    assert stepped([], []) == []
