"""Borders on the page, and the borders of the rules they stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.app.dials import Dial, dial_for, dials
from tierwise.app.looks import looks

LOOKS = looks((("vip", "VIP"), ("rest", "Rest")))


def dial(column: str, value: float, currency: str = "GBP") -> Dial:
    return dials([("vip", column, value)], LOOKS, currency)[0]


@pytest.mark.parametrize(
    ("column", "currency", "border", "shown", "written"),
    [
        ("ltv_percentile", "GBP", 35.9, 64.1, "top 64.1%"),
        ("ltv_percentile", "GBP", 99.9, 0.1, "top 0.1%"),
        ("ltv_percentile", "GBP", 10, 90, "top 90%"),
        ("ltv_minor", "GBP", 1_999, 19.99, "19.99"),
        ("ltv_minor", "JPY", 50_000, 50_000, "50\u202f000"),
        ("ltv_minor", "OMR", 1_234, 1.234, "1.234"),
        ("ltv_365d_minor", "XOF", 300, 300, "300"),
        ("ltv_minor", "GBP", -500, -5, "\u22125"),
        ("orders", "GBP", 3, 3, "3"),
        ("gap_days", "GBP", 30.5, 30.5, "30.5"),
    ],
)
def test_a_border_is_shown_and_read_back(
    column: str, currency: str, border: float, shown: float, written: str
) -> None:
    found = dial(column, border, currency)
    assert found.now == shown
    assert found.written(found.now) == written
    assert found.read(found.plain(found.now)) == shown
    assert found.to_border(shown) == border


@pytest.mark.parametrize(
    ("column", "value", "reach"),
    [
        ("ltv_percentile", 90, (0.5, 80)),
        ("ltv_percentile", 99.9, (0.1, 80)),
        ("ltv_percentile", 10, (0.5, 90)),
        ("rfm_r", 4, (1, 5)),
        ("active_days_30d", 20, (0, 30)),
        ("active_days_trend", -5, (-30, 10)),
        ("orders", 2, (0, 10)),
        ("orders", 5, (0, 15)),
        ("ltv_minor", 50_000, (0, 1_500)),
    ],
)
def test_a_dial_turns_as_far_as_its_column(
    column: str, value: float, reach: tuple[float, float]
) -> None:
    found = dial(column, value)
    assert (found.low, found.high) == reach


@given(
    st.sampled_from(["GBP", "JPY", "KWD", "UYW"]), st.integers(min_value=-(10**9), max_value=10**9)
)
def test_money_survives_the_page(currency: str, minor: int) -> None:
    found = dial("ltv_minor", minor, currency)
    shown = found.read(found.plain(found.now))
    assert shown is not None
    assert found.to_border(shown) == minor


@given(st.decimals(min_value=0, max_value=100, places=4))
def test_a_percentile_survives_the_page(percentile: object) -> None:
    border = float(str(percentile))
    found = dial("ltv_percentile", border)
    shown = found.read(found.plain(found.now))
    assert shown is not None
    assert found.to_border(shown) == border


def test_the_page_opens_with_the_first_dial_when_none_is_named() -> None:
    found = dials([("vip", "orders", 3), ("rest", "orders", 1)], LOOKS, "GBP")
    assert dial_for(found, "rest") == found[1]
    assert dial_for(found, None) == found[0]
    assert dial_for((), "vip") is None
