"""Anger: what counts as a sign of it, how it fades, and what ends it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.value.typed_shops import DAY, Row, answer, moods, step, ticket, typed
from tierwise.value.customer_types import TypeEvidence, evidence_of
from tierwise.value.mood import ANGRY_FROM, HALF_LIFE_DAYS, SIGNALS, mood_fading

WEIGHTS = {signal.name: signal.weight for signal in SIGNALS}
TICKET = ticket("ada", 1_000, "t1")


def mood(**facts: Any) -> Row:
    return moods(**facts)["ada"]


def anger(**facts: Any) -> TypeEvidence:
    return typed(customers=[{"customer_id": "ada"}], **facts)["ada", "angry"]


def replies(*days: int) -> list[Row]:
    return [step("t1", day, "public_reply") for day in days]


STORIES: dict[str, tuple[dict[str, list[Row]], str | None]] = {
    "a CSAT of 1 of 5": ({"surveys": [answer("ada", 1_000, "csat", 1)]}, "csat_bad"),
    "a CSAT of 2 of 5": ({"surveys": [answer("ada", 1_000, "csat", 2)]}, "csat_bad"),
    "a CSAT of 3 of 5 says nothing": ({"surveys": [answer("ada", 1_000, "csat", 3)]}, None),
    "a thumb down": (
        {"surveys": [answer("ada", 1_000, "csat", 0, scale_low=0.0, scale_high=1.0)]},
        "csat_bad",
    ),
    "an NPS of 6": ({"surveys": [answer("ada", 1_000, "nps", 6)]}, "nps_detractor"),
    "an NPS of 7": ({"surveys": [answer("ada", 1_000, "nps", 7)]}, None),
    "an effort of 4 of 5": ({"surveys": [answer("ada", 1_000, "ces", 4)]}, "ces_high"),
    "an effort of 3 of 5": ({"surveys": [answer("ada", 1_000, "ces", 3)]}, None),
    "an offer without answer": (
        {"tickets": [TICKET], "surveys": [answer("ada", 0, "csat", 1, answered_at=None)]},
        None,
    ),
    "a ticket and no more": ({"tickets": [TICKET]}, None),
    "a complaint": ({"tickets": [TICKET | {"category": "Complaint"}]}, "complaint"),
    "money back": ({"tickets": [TICKET | {"category": "Money back"}]}, "refund"),
    "another category": ({"tickets": [TICKET | {"category": "shipping"}]}, None),
    "an escalation": (
        {"tickets": [TICKET], "steps": [step("t1", 1_000, "escalated", actor="agent")]},
        "escalated",
    ),
    "solved and open again": (
        {
            "tickets": [TICKET],
            "steps": [step("t1", 999, "status", "solved"), step("t1", 1_000, "status", "open")],
        },
        "reopened",
    ),
    "solved and closed": (
        {
            "tickets": [TICKET],
            "steps": [step("t1", 999, "status", "solved"), step("t1", 1_000, "status", "closed")],
        },
        None,
    ),
    "told twice by the desk": (
        {
            "tickets": [TICKET],
            "steps": [
                step("t1", 999, "status", "solved"),
                step("t1", 1_000, "status", "open"),
                step("t1", 1_000, "reopened"),
            ],
        },
        "reopened",
    ),
    "three replies to one ticket": (
        {"tickets": [TICKET], "steps": replies(998, 999, 1_000)},
        "many_contacts",
    ),
    "two replies to one ticket": ({"tickets": [TICKET], "steps": replies(999, 1_000)}, None),
    "three tickets about one order": (
        {"tickets": [ticket("ada", 998 + i, f"t{i}", order_id="o1") for i in range(3)]},
        "many_contacts",
    ),
    "three tickets about three orders": (
        {"tickets": [ticket("ada", 998 + i, f"t{i}", order_id=f"o{i}") for i in range(3)]},
        None,
    ),
    "a deleted ticket": (
        {"tickets": [TICKET, ticket("ada", 1_000, "t2", status="deleted", category="complaint")]},
        None,
    ),
    "tomorrow": (
        {"tickets": [TICKET], "surveys": [answer("ada", 1_001, "csat", 1)]},
        None,
    ),
}


@pytest.mark.parametrize(("facts", "sign"), STORIES.values(), ids=STORIES)
def test_signs_of_anger(facts: dict[str, list[Row]], sign: str | None) -> None:
    row = mood(**facts)
    assert (row["signals"], row["heaviest"]) == (1 if sign else 0, sign)
    assert row["score"] == pytest.approx(WEIGHTS.get(sign or "", 0.0), abs=1e-6)


def test_where_ease_is_asked_a_low_answer_is_effort() -> None:
    asked = {"surveys": [answer("ada", 1_000, "ces", 1)]}
    assert mood(**asked, ces_high_is="ease")["heaviest"] == "ces_high"
    assert mood(**asked, ces_high_is="effort")["heaviest"] is None


def test_what_the_answer_itself_says_of_its_direction_counts() -> None:
    for score, direction, sign in (
        (1, "high_is_ease", "ces_high"),
        (5, "high_is_ease", None),
        (5, "high_is_effort", "ces_high"),
        (1, "high_is_effort", None),
    ):
        asked = {"surveys": [answer("ada", 1_000, "ces", score, direction=direction)]}
        for otherwise in ("effort", "ease"):
            assert mood(**asked, ces_high_is=otherwise)["heaviest"] == sign


@pytest.mark.parametrize("ended_by", [("csat", 4), ("csat", 5), ("nps", 9), ("nps", 10)])
def test_a_good_answer_ends_what_was_before_it(ended_by: tuple[str, float]) -> None:
    bad = [answer("ada", 990, "csat", 1), answer("ada", 995, "nps", 0)]
    assert mood(surveys=[*bad, answer("ada", 996, *ended_by)])["score"] == 0
    after = mood(surveys=[bad[0], answer("ada", 992, *ended_by), bad[1]])
    assert (after["signals"], after["heaviest"]) == (1, "nps_detractor")


def test_what_the_agent_reads() -> None:
    row = anger(
        tickets=[ticket("ada", 995, "t1", category="complaint")],
        surveys=[answer("ada", 1_000, "csat", 1)],
    )
    assert row.state == "yes"
    assert evidence_of(row) == (
        "signs of anger in 2 contacts in 12 months: 2; the last today, "
        "the heaviest a CSAT answer in the lowest 40 % of its scale"
    )


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (0, "yes"),
        (HALF_LIFE_DAYS, "yes"),
        (HALF_LIFE_DAYS + 1, "no"),
        (364, "no"),
        (365, "unknown"),
    ],
)
def test_a_bad_answer_is_anger_for_one_half_life(days: int, state: str) -> None:
    row = anger(surveys=[answer("ada", 1_000 - days, "csat", 1)])
    assert row.state == state
    assert (row.score is not None and row.score >= ANGRY_FROM) == (state == "yes")


def test_every_weight_leaves_a_logarithm() -> None:
    assert all(0 < signal.weight < 1 for signal in SIGNALS)
    names, ages, left = mood_fading()
    assert len(names) == len(set(zip(names, ages, strict=True))) == 365 * len(SIGNALS)
    assert all(value < 0 for value in left)


answers = st.lists(
    st.tuples(st.integers(800, 1_000), st.sampled_from([("csat", 1), ("nps", 3), ("ces", 5)])),
    min_size=1,
    max_size=6,
    unique_by=lambda row: row[0],
)


@settings(max_examples=20, deadline=None)
@given(answers)
def test_anger_is_what_independent_signs_leave(rows: list[tuple[int, tuple[str, float]]]) -> None:
    surveys = [answer("ada", day, *told) for day, told in rows]
    named = {"csat": "csat_bad", "nps": "nps_detractor", "ces": "ces_high"}
    left = 1.0
    for day, (question, _) in rows:
        left *= 1 - WEIGHTS[named[question]] * 2 ** (-(1_000 - day) / HALF_LIFE_DAYS)
    assert mood(surveys=surveys)["score"] == pytest.approx(1 - left, abs=2e-6)
    assert mood(surveys=surveys[::-1]) == mood(surveys=surveys)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 300), st.sampled_from(["csat", "nps"]))
def test_one_sign_says_half_as_much_a_half_life_later(age: int, question: str) -> None:
    (now, later) = (
        mood(surveys=[answer("ada", 1_000 - age - more, question, 1)])["score"]
        for more in (0, HALF_LIFE_DAYS)
    )
    assert later == pytest.approx(now / 2, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(answers, st.integers(800, 1_000))
def test_one_more_sign_never_calms(rows: list[tuple[int, tuple[str, float]]], day: int) -> None:
    surveys = [answer("ada", d, *told) for d, told in rows]
    more = mood(surveys=[*surveys, answer("ada", day, "csat", 1, answered_at=DAY * day + 1)])
    assert more["score"] >= mood(surveys=surveys)["score"]
