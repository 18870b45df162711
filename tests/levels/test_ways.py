"""What would change a customer's level, said in one line each."""

import pytest
from hypothesis import given, settings

from tierwise.levels.decision import CurrentLevel, decide_level
from tierwise.levels.policy import Policy
from tierwise.levels.policy_text import read_policy
from tierwise.levels.ways import borders_of, shown

from . import worlds
from .worlds import DAY, standing


def policy(levels: str) -> Policy:
    found, problems = read_policy(f"currency: EUR\nlevels: {{{levels}}}")
    assert found is not None, problems
    return found


THREE = (
    "premium: {who: ltv_percentile >= 90, keep_until: ltv_percentile < 85, "
    "experiment: {band: 80-99}}, "
    "plus: {who: orders > 5 and rfm_group = 'Lost'}, standard: {label: Basic care, who: everyone}"
)


@pytest.mark.parametrize(
    ("of", "level", "texts"),
    [
        (
            {"ltv_percentile": 84.129},
            "standard",
            ["Premium from ltv_percentile 90, now 84.12"],
        ),
        (
            {"ltv_percentile": 93.2},
            "premium",
            ["Basic care below ltv_percentile 85, now 93.2"],
        ),
        # Held by the leaving border: what would end the stay.
        (
            {"ltv_percentile": 87.0},
            "premium",
            ["Basic care below ltv_percentile 85, now 87"],
        ),
        (
            {"ltv_percentile": None, "rfm_group": "Lost", "orders": 3},
            "standard",
            ["Premium from ltv_percentile 90, now unknown", "Plus above orders 5, now 3"],
        ),
        (
            {"ltv_percentile": 50.0, "rfm_group": "Lost", "orders": 8},
            "plus",
            ["Premium from ltv_percentile 90, now 50", "Basic care at orders 5, now 8"],
        ),
        # The customer goes up anyway: only what is left to tell.
        ({"ltv_percentile": 95.0}, "standard", []),
    ],
)
def test_the_nearest_way_up_and_down(of: dict[str, object], level: str, texts: list[str]) -> None:
    assert [way.text for way in borders_of(standing(**of), level, policy(THREE))] == texts


@pytest.mark.parametrize(
    ("who", "orders", "texts"),
    [
        ("orders <= 3", 5, ["A at orders 3, now 5"]),
        ("orders < 3", 5, ["A below orders 3, now 5"]),
        ("orders in (1, 9)", 5, ["A at orders 1, now 5"]),
        ("orders = 9", 5, ["A from orders 9, now 5"]),
        ("orders < 0 or is_account", 5, []),
        ("orders * 2 > 9 or is_account", 1, []),
    ],
)
def test_the_words_fit_the_direction(who: str, orders: int, texts: list[str]) -> None:
    found = policy(f"a: {{who: '{who}'}}, z: {{who: everyone}}")
    ways = borders_of(standing(orders=orders), "z", found)
    assert [way.text for way in ways] == texts
    assert {way.direction for way in ways} <= {"up"}


@settings(max_examples=40, deadline=None)
@given(worlds.policies(), worlds.standings)
def test_a_way_leads_to_another_level(by: Policy, of: dict[str, object]) -> None:
    level = str(decide_level(of, CurrentLevel("c"), by, DAY).level_to)
    for way in borders_of(of, level, by):
        assert way.level != level
        assert (by.rank(way.level) < by.rank(level)) is (way.direction == "up")


def test_values_are_never_shown_better_than_they_are() -> None:
    values = (89.999, 90.0, 0.005, 1234567.891, -3.219, 7, True, False, None, "Lost")
    assert [shown(value) for value in values] == [
        "89.99", "90", "0", "1234567.89", "-3.22", "7", "yes", "no", "unknown", "Lost",
    ]  # fmt: skip
