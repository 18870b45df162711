"""The types of customers: what is known of each, what is not, and what an agent reads."""

import pytest

from tests.shop_days import order
from tests.value.typed_shops import Row, answer, ticket, typed, typed_shop, types_of
from tierwise.value.customer_type_rules import (
    DISPOSITION,
    KNOWN_TYPES,
    LAYERS,
    LIFE_CYCLE,
    TYPES,
)
from tierwise.value.customer_types import (
    COUNTING_MODELS,
    CUSTOMER_TYPES,
    TYPING_MODELS,
    TypeEvidence,
    evidence_of,
)
from tierwise.value.dispositions import NAMES
from tierwise.value.life_cycles import LIFE_CYCLES, NOVICE_DAYS
from tierwise.value.standing import STANDING

BUYER = [order("ada", day, 100) for day in range(700, 1_000, 30)]
# Whoever bought once, long ago, makes Ada recent, frequent and early.
CROWD = [order(f"c{i}", 800 + i, 100) for i in range(10)]


def life_cycle(
    orders: list[Row], who: str = "ada", p_alive: dict[str, float | None] | None = None
) -> str:
    rows = typed(*orders, p_alive=p_alive, customers=[{"customer_id": "ada"}])
    (found,) = (
        name
        for (customer, name), row in rows.items()
        if customer == who and row.layer == LIFE_CYCLE and row.state == "yes"
    )
    return found


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ([], "prospect"),
        ([order("ada", 999, 100, state="cancelled")], "prospect"),
        ([order("ada", 950, 100)], "novice"),
        ([order("ada", 950, 100), order("ada", 950, 100)], "novice"),
        ([order("ada", 910, 100)], "novice"),
        ([order("ada", 909, 100)], "lapsing"),
        ([order("ada", 980, 100), order("ada", 990, 100), *CROWD], "regular"),
        ([*BUYER, *CROWD], "loyal"),
        ([order("ada", 600, 1), order("ada", 620, 1), order("ada", 640, 1), *CROWD], "lapsing"),
    ],
)
def test_everybody_stands_somewhere_with_the_shop(orders: list[Row], expected: str) -> None:
    assert life_cycle(orders) == expected


@pytest.mark.parametrize(
    ("p_alive", "expected"),
    [(0.9, "loyal"), (0.7, "loyal"), (0.69, "regular"), (0.3, "lapsing"), (None, "loyal")],
)
def test_who_may_be_gone_is_not_loyal(p_alive: float | None, expected: str) -> None:
    assert life_cycle([*BUYER, *CROWD], p_alive={"ada": p_alive}) == expected


def test_the_shop_says_how_long_somebody_is_new() -> None:
    """80 of 100 came back within 150 days, the others after 200."""
    again = [order(f"c{i}", day, 100) for i in range(100) for day in (500, 650 if i < 80 else 700)]
    engine = typed_shop([*again, order("ada", 860, 100), order("bob", 840, 100)])
    assert engine.rows("SELECT second_orders, novice_days FROM life_cycle_borders") == [(100, 150)]
    rows = types_of(engine)
    assert (rows["ada", "novice"].state, rows["bob", "lapsing"].state) == ("yes", "yes")
    few = typed_shop(again[:-2])
    assert few.rows("SELECT novice_days FROM life_cycle_borders") == [(NOVICE_DAYS,)]


def test_there_is_a_row_for_every_customer_and_type() -> None:
    rows = typed(*BUYER, *CROWD, customers=[{"customer_id": "bob"}])
    everybody = {customer for customer, _ in rows}
    assert len(everybody) == 12
    assert set(rows) == {(customer, name) for customer in everybody for name in TYPES}
    for customer in everybody:
        holds = [n for n in LIFE_CYCLES if rows[customer, n].state == "yes"]
        assert len(holds) == 1


def test_what_rests_on_too_little_is_not_said() -> None:
    rows = typed(order("ada", 990, 100, discount_minor=50), customers=[{"customer_id": "bob"}])
    for row in rows.values():
        too_little = row.evidence < row.least_evidence
        assert row.state == "unknown" if too_little else row.state in {"yes", "no"}
        assert (row.score is None) == too_little
    assert {rows["bob", name].state for name in (*NAMES, "advocate", "angry")} == {"unknown"}


@pytest.mark.parametrize(
    ("answers", "state", "evidence"),
    [
        ([(990, 9)], "yes", "1 NPS answer in 12 months, the latest 9 of 10"),
        ([(990, 8)], "no", "1 NPS answer in 12 months, the latest 8 of 10"),
        ([(900, 10), (990, 3)], "no", "2 NPS answers in 12 months, the latest 3 of 10"),
        ([(900, 3), (990, 10)], "yes", "2 NPS answers in 12 months, the latest 10 of 10"),
        ([(635, 10)], "unknown", "no NPS answer in 12 months yet"),
        ([(1_001, 10)], "unknown", "no NPS answer in 12 months yet"),
    ],
)
def test_advocates_would_recommend(
    answers: list[tuple[int, float]], state: str, evidence: str
) -> None:
    surveys = [answer("ada", day, "nps", score) for day, score in answers]
    row = typed(order("ada", 990, 100), surveys=surveys)["ada", "advocate"]
    assert (row.state, evidence_of(row)) == (state, evidence)


def test_a_type_says_nothing_about_what_somebody_is_entitled_to() -> None:
    words = {word for name in (*TYPES, *LAYERS, "type", "types") for word in (name, f"is_{name}")}
    assert not words & set(STANDING.names)
    named = [column for column in STANDING.names for name in TYPES if name in column]
    assert named == []


def test_nothing_protected_is_read() -> None:
    """The models read names, ids and dates of nobody: only who did what, when."""
    read = {name for model in (*COUNTING_MODELS, *TYPING_MODELS) for name in model.reads}
    assert "customers" not in read


def test_the_table_has_just_the_documented_columns() -> None:
    engine = typed_shop([order("ada", 990, 100)], tickets=[ticket("ada", 990, "t1")])
    for model in (*COUNTING_MODELS, *TYPING_MODELS):
        columns = [row[0] for row in engine.rows(f"DESCRIBE {model.name}")]
        assert columns == list(model.output.names), model.name
    assert {c.name for c in CUSTOMER_TYPES.output.columns} == set(TypeEvidence.__slots__)


def test_each_type_is_known_once_and_tells_what_to_do() -> None:
    assert len(set(TYPES)) == len(TYPES)
    assert {row.name for row in KNOWN_TYPES if row.layer == LIFE_CYCLE} == set(LIFE_CYCLES)
    rest = {row.name for row in KNOWN_TYPES if row.layer == DISPOSITION}
    assert rest == {*NAMES, "advocate"}
    for row in KNOWN_TYPES:
        assert row.layer in LAYERS
        assert all((row.label, row.says.endswith("."), row.advice.endswith(".")))


TOLD = {
    ("prospect", "yes", 0): "no paid order yet",
    ("prospect", "no", 1): "1 day with a paid order",
    ("novice", "yes", 1): "1 day with a paid order, the first 1 day ago; "
    "most who come back do so within 90 days",
    ("regular", "yes", 4): "4 days with paid orders, the last 1 day ago",
    ("loyal", "unknown", 2): "2 of the 3 days with paid orders it takes to tell",
    ("loyal", "yes", 6): "6 days with paid orders in 1 day; "
    "half the buyers have been here for 90 days or less",
    ("angry", "unknown", 0): "no contact in 12 months yet",
    ("angry", "no", 3): "signs of anger in 3 contacts in 12 months: 2",
    ("impulsive", "unknown", 4): "nothing of the kind is recorded in 4 orders, or for anybody",
    ("impulsive", "yes", 4): "2 of 4 orders came quickly; the shop's usual is 9000 %",
}


@pytest.mark.parametrize(("name", "state", "evidence"), TOLD)
def test_the_evidence_is_told_in_words(name: str, state: str, evidence: int) -> None:
    known = next(row for row in KNOWN_TYPES if row.name == name)
    row = TypeEvidence(
        "ada", name, known.layer, state, 1.0, 2, evidence, known.least_evidence, 1.0, 90.0
    )
    assert evidence_of(row) == TOLD[name, state, evidence]


def test_what_is_not_known_is_a_dash() -> None:
    row = TypeEvidence("ada", "regular", "life_cycle", "no", 0.0, 0, 3, 0)
    assert evidence_of(row) == "3 days with paid orders, the last – ago"
