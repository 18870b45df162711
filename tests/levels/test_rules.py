"""A rule gives the same answer on an engine, on one record, and after it was written and read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.levels.rule_text import read_rule
from tierwise.levels.rules import Rule, atoms_of, columns_of, evaluate, render
from tierwise.value.standing import STANDING

from . import worlds
from .worlds import standing


def rule(text: str) -> Rule:
    found = read_rule(text, {})
    assert isinstance(found, Rule), found
    return found


@settings(max_examples=30, deadline=None)
@given(st.lists(worlds.rules, min_size=1, max_size=8), st.lists(worlds.standings, max_size=12))
def test_the_engine_and_one_record_agree(
    rules: list[Rule], standings: list[dict[str, object]]
) -> None:
    connection = worlds.engine(standings=worlds.arrow(STANDING, standings))
    selected = ", ".join(f"({render(one)})" for one in rules)
    answers = connection.execute(f"SELECT {selected} FROM standings").fetchall()
    assert answers == [tuple(evaluate(one, s) for one in rules) for s in standings]


@settings(max_examples=80, deadline=None)
@given(worlds.rules, worlds.standings)
def test_a_rule_written_and_read_again_means_the_same(
    given_rule: Rule, one: dict[str, object]
) -> None:
    again = rule(render(given_rule))
    assert render(again) == render(rule(render(again)))
    assert evaluate(again, one) == evaluate(given_rule, one)


@pytest.mark.parametrize(
    ("text", "values", "holds"),
    [
        ("ltv_percentile >= 90", {"ltv_percentile": 90.0}, True),
        ("ltv_percentile >= 90", {"ltv_percentile": 89.99}, False),
        ("ltv_percentile >= 90", {"ltv_percentile": None}, None),
        ("90 <= ltv_percentile", {"ltv_percentile": 95.0}, True),
        ("not ltv_percentile >= 90", {"ltv_percentile": None}, None),
        ("ltv_percentile >= 90 or orders > 2", {"ltv_percentile": None, "orders": 3}, True),
        ("ltv_percentile >= 90 and orders > 2", {"ltv_percentile": None, "orders": 1}, False),
        ("rfm_group in ('Lost', 'At Risk')", {"rfm_group": "Lost"}, True),
        ("rfm_group not in ('Lost', 'At Risk')", {"rfm_group": "Lost"}, False),
        ("rfm_group = 'Lost'", {"rfm_group": "At Risk"}, False),
        ("rfm_group <> 'Lost'", {"rfm_group": "At Risk"}, True),
        ("orders between 2 and 4", {"orders": 4}, True),
        ("orders not between 2 and 4", {"orders": 4}, False),
        ("gap_days is null", {"gap_days": None}, True),
        ("gap_days is not null", {"gap_days": None}, False),
        ("is_account", {"is_account": True}, True),
        ("is_account = false", {"is_account": True}, False),
        ("is_account <> true", {"is_account": None}, None),
        ("orders * 2 > recency_days - 10", {"orders": 3, "recency_days": 15}, True),
        ("orders * 0.1 <= 0.3", {"orders": 3}, True),
        ("active_days_trend > -5", {"active_days_trend": -4}, True),
        ("everyone", {}, True),
        ("not EVERYONE or (false)", {}, False),
        ("Orders > 2 -- regulars", {"orders": 3}, True),
    ],
)
def test_what_a_rule_says_of_a_customer(
    text: str, values: dict[str, object], holds: bool | None
) -> None:
    assert evaluate(rule(text), standing(**values)) is holds


def test_a_rule_names_its_columns_once_and_its_comparisons_in_order() -> None:
    one = rule("orders > 2 and (not is_account or orders + 1 < recency_days) and rfm_r in (4, 5)")
    assert columns_of(one) == ("orders", "is_account", "recency_days", "rfm_r")
    assert [atom.sql() for atom in atoms_of(one)] == [
        "orders > 2",
        "is_account",
        "(orders + 1) < recency_days",
        "rfm_r in (4, 5)",
    ]
    assert str(one).startswith("orders > 2 and (not")
