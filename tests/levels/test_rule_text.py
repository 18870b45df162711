"""What is not a rule is told in words that help."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tierwise.levels.protected import PROTECTED, protected_attribute
from tierwise.levels.rule_text import read_rule
from tierwise.levels.rule_values import COLUMNS, RuleFault
from tierwise.levels.rules import Rule, render
from tierwise.levels.segments import read_segments


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "found nothing"),
        ("orders >", "breaks at `>`"),
        ("orders > 1; drop table customers", "a condition such as"),
        ("select 1", "a condition such as"),
        ("rfm_group = 'Lost", "a condition such as"),
        ("ltv_percentil >= 90", "did you mean `ltv_percentile`?"),
        ("xyzzy > 1", "a column of the standing or a segment"),
        ("standings.orders > 1", "did you mean `orders`?"),
        ("rfm_group = 'Top Customer'", "did you mean `Top Customers`?"),
        ("rfm_group in ('Best')", "known: Top Customers, Loyal Customers"),
        ('rfm_group = "Top Customers"', "write texts in single quotes: 'Top Customers'"),
        ("rfm_group > 'Lost'", "texts have no order"),
        ("rfm_group = 5", "a text in single quotes beside `rfm_group`"),
        ("orders = 'many'", "a number beside `orders`"),
        ("orders", "write `orders >= 1`"),
        ("orders = null", "`is null` or `is not null`"),
        ("null = orders", "`is null` or `is not null`"),
        ("orders = true", "a yes-or-no column"),
        ("3 = true", "a yes-or-no column"),
        ("is_account > true", "a yes-or-no column"),
        ("is_account > 3", "`is_account` alone"),
        ("orders is true", "`column is null`"),
        ("3 is null", "`column is null`"),
        ("orders in ()", "a list of texts or numbers"),
        ("orders in (select 1)", "a list of texts or numbers"),
        ("orders in (1, recency_days)", "a list of texts or numbers"),
        ("3 > 2", "a comparison with a column"),
        ("lower(rfm_group) = 'lost'", "found `LOWER(rfm_group)`"),
        ("orders / 2 > 1", "found `orders / 2`"),
        ("1 < orders < 3", "found `1 < orders`"),
        ("rfm_group like 'T%'", "a comparison, `and`, `or`, `not` or a segment"),
        ("-orders > 1", "a minus before a number only"),
        ("-'x' = rfm_group", "a minus before a number only"),
        ("rfm_group + 1 > 2", "numbers on both sides"),
        ("orders * recency_days > 2", "one side of `*`"),
        ("orders * 2000000 > 2", "at most 1 000 000"),
        ("orders * 2 * 3 > 2", "one `*` at a time"),
        ("orders > 1e16", "a number below 10^15"),
        ("orders > 0.1234567", "at most 6 decimals"),
        ("customer_id = 'c1'", "give one customer a level by hand"),
        ("gender = 'f'", "a level may not depend on gender"),
        ("customerBirthDate < 10", "a level may not depend on age"),
        ("not " * 900 + "is_account", "nested too deep"),
        ("is_account or " * 400 + "is_account", "at most 4000 characters"),
    ],
)
def test_what_is_wrong_with_a_rule(text: str, told: str) -> None:
    fault = read_rule(text, {})
    assert isinstance(fault, RuleFault)
    assert told in f"expected {fault.expected}, found {fault.found}; {fault.next_step}"


WORDS = """orders rfm_group is_account gender ( ) and or not in between is null true , ' " > >= = <>
1 2.5 -3 'Lost' everyone * + / select case end ; -- :: [ ] {{ x'1' 0x1 1e9999999 E'a' $$ @"""


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(WORDS.split()), st.text(max_size=5)), max_size=12).map(
        " ".join
    )
)
@example("orders > 1e999999999")
def test_any_text_is_a_rule_or_a_fault(text: str) -> None:
    found = read_rule(text, {})
    assert isinstance(found, Rule | RuleFault)


@pytest.mark.parametrize("protected", PROTECTED, ids=lambda protected: protected.attribute)
def test_protected_attributes_are_seen_in_any_spelling(protected: object) -> None:
    (one,) = [p for p in PROTECTED if p is protected]
    for word in one.words:
        spellings = (word, f"customer_{word}", f"{word.upper()}_CODE", f"is{word.capitalize()}")
        assert {protected_attribute(spelling) for spelling in spellings} == {one.attribute}


def test_no_column_of_the_standing_looks_protected() -> None:
    assert [name for name in COLUMNS if protected_attribute(name)] == []


def test_segments_may_use_each_other_in_any_order() -> None:
    rules, faults = read_segments({"best": "loyal and orders > 9", "loyal": "rfm_f >= 4"})
    assert faults == {}
    assert render(rules["best"]) == "rfm_f >= 4 and orders > 9"
    found = read_rule("best or is_account", rules)
    assert isinstance(found, Rule)
    assert render(found) == "(rfm_f >= 4 and orders > 9) or is_account"


@pytest.mark.parametrize(
    ("segments", "told"),
    [
        ({"a": "b", "b": "a"}, {"a": "use of `b`", "b": "use of `a`"}),
        ({"a": "a or is_account"}, {"a": "use of `a`"}),
        ({"a": "a", "b": "a"}, {"a": "use of `a`"}),
        ({"a": "oders > 1", "b": "a"}, {"a": "`oders`"}),
        ({"orders": "is_account"}, {"orders": "`orders`, a word of the rules"}),
        ({"everyone": "is_account"}, {"everyone": "`everyone`, a word of the rules"}),
        ({"a": "is_account and ("}, {"a": "`is_account and (`, which breaks at `(`"}),
    ],
)
def test_faulty_segments_are_told_once(segments: dict[str, str], told: dict[str, str]) -> None:
    rules, faults = read_segments(segments)
    assert {name: fault.found for name, fault in faults.items()} == told
    assert rules.keys() == segments.keys()
