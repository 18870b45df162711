"""Borders that can be moved, in the policy and in its text."""

import pytest

from tierwise.facts.problems import RefusedError
from tierwise.levels.borders import EntryBorder, borders, move_border, move_border_in_text
from tierwise.levels.policy import Policy
from tierwise.levels.policy_text import read_policy

TEXT = """\
currency: EUR
segments:
  big: ltv_minor >= 100000
levels:
  vip:      # the best
    who: LTV_percentile >= 98 and not is_account   # the border
    keep_until: ltv_percentile<96.5 or is_account
  premium: {who: "orders > 10", keep_until: recency_days > 400 and orders <= 8}
  plus: {who: big and everyone}
  basic: {who: everyone}
"""


def policy(text: str = TEXT) -> Policy:
    found, problems = read_policy(text)
    assert found is not None, problems
    return found


def test_levels_with_one_lower_bound_have_a_border() -> None:
    assert borders(policy()) == (
        EntryBorder("vip", "ltv_percentile", 98.0),
        EntryBorder("premium", "orders", 10.0),
        EntryBorder("plus", "ltv_minor", 100_000.0),
    )


@pytest.mark.parametrize(
    "who",
    [
        "orders < 5",
        "orders >= 5 or is_account",
        "not orders >= 5",
        "orders >= 5 and orders < 9",
        "orders between 3 and 5",
        "orders >= occasions",
        "orders + 1 >= 5",
        "is_account",
    ],
)
def test_other_rules_have_no_border_to_move(who: str) -> None:
    assert (
        borders(policy(f"currency: EUR\nlevels: {{a: {{who: {who}}}, z: {{who: everyone}}}}")) == ()
    )


def test_the_leaving_border_keeps_its_distance() -> None:
    moved = move_border(policy(), "vip", "ltv_percentile", 95.5)
    vip = moved.levels["vip"]
    assert str(vip.who) == "ltv_percentile >= 95.5 and not (is_account)"
    assert str(vip.keep_until) == "ltv_percentile < 94 or is_account"
    assert moved.levels["premium"] == policy().levels["premium"]
    premium = move_border(policy(), "premium", "orders", 20).levels["premium"]
    assert str(premium.who) == "orders > 20"
    assert str(premium.keep_until) == "recency_days > 400 and orders <= 18"
    assert (
        str(move_border(policy(), "plus", "ltv_minor", 5).levels["plus"].who)[:14]
        == "ltv_minor >= 5"
    )


@pytest.mark.parametrize(
    ("level", "column", "value", "told"),
    [
        ("vip", "orders", 3, "`vip` has no border on `orders`"),
        ("basic", "orders", 3, "`basic` has no border on `orders`"),
        ("gold", "orders", 3, "`gold` has no border on `orders`"),
        ("vip", "ltv_percentile", 101, "`ltv_percentile` goes from 0 to 100, not 101"),
        ("premium", "orders", -1, "`orders` goes from 0 up, not -1"),
    ],
)
def test_what_cannot_be_moved(level: str, column: str, value: float, told: str) -> None:
    with pytest.raises(RefusedError, match=told):
        move_border(policy(), level, column, value)


def test_the_text_changes_in_its_numbers_only() -> None:
    text = move_border_in_text(TEXT, policy(), EntryBorder("vip", "ltv_percentile", 95.5))
    assert text == TEXT.replace(">= 98", ">= 95.5").replace("<96.5", "<94")
    text = move_border_in_text(TEXT, policy(), EntryBorder("premium", "orders", 20))
    assert text == TEXT.replace("> 10", "> 20").replace("<= 8", "<= 18")
    read, moved = policy(text), move_border(policy(), "premium", "orders", 20)
    assert read.levels["premium"].who.condition == moved.levels["premium"].who.condition


def test_a_number_that_a_segment_says_is_edited_by_hand() -> None:
    with pytest.raises(RefusedError, match="edit it by hand"):
        move_border_in_text(TEXT, policy(), EntryBorder("plus", "ltv_minor", 5))
