"""Charts say in words what they show, need no inline style, and keep marks inside the picture."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from tierwise.app import charts, words
from tierwise.app.answers import RfmCell, TimelineEntry
from tierwise.app.charts import Bar, BorderLine
from tierwise.app.timeline_chart import Band, timeline
from tierwise.value.rfm_groups import GROUP_NAMES

CURVE = ((0.0, 0.0), (0.5, 0.1), (0.9, 0.5), (1.0, 1.0))
BORDERS = (BorderLine("Premium", "premium", 0.9), BorderLine("Plus", "plus", 0.5))
CELLS = tuple(RfmCell(r, f, r * f, r * f * 1000) for r in range(1, 6) for f in range(1, 6))
MOVES = (("Lost", "Promising", 7), ("Promising", "Lost", 12), ("Lost", "Lost", 40))
ORDERS = (
    TimelineEntry(15_000, "order", "Order 1", 1_000),
    TimelineEntry(15_200, "order", "Order <2>", 3_000),
    TimelineEntry(15_210, "refund", "Credit note", -1_000),
    TimelineEntry(15_211, "level", "Plus to Premium"),
)
BANDS = (Band("Plus", "plus", 14_000, 15_211), Band("Premium", "premium", 15_211, 15_317))
PICTURES = {
    "lorenz": charts.lorenz(CURVE, BORDERS),
    "bars": charts.bars([Bar("A & B", 3, "3", "fill-accent"), Bar("C", 0, "0", "fill-plus")], "L"),
    "grid": charts.rfm_grid(CELLS, "GBP"),
    "matrix": charts.matrix(MOVES, GROUP_NAMES),
    "timeline": timeline(ORDERS, BANDS, currency="GBP", to_day=15_317),
}


def titles(picture: str) -> set[str]:
    return {title.text or "" for title in ElementTree.fromstring(f"<p>{picture}</p>").iter("title")}


@pytest.mark.parametrize("name", PICTURES)
def test_every_chart_comes_for_a_desk_and_for_a_phone(name: str) -> None:
    whole = ElementTree.fromstring(f"<p>{PICTURES[name]}</p>")
    assert [part.get("class") for part in whole] == ["wide", "narrow"]
    for drawing in whole.iter("svg"):
        assert drawing.get("role") == "img"
        assert drawing.get("aria-label")


@pytest.mark.parametrize("name", PICTURES)
def test_no_chart_needs_inline_style(name: str) -> None:
    assert "style" not in PICTURES[name]
    assert not re.search(r"#[0-9a-f]{3}", PICTURES[name]), "colours come from the style sheet"


@pytest.mark.parametrize("name", PICTURES)
def test_marks_stay_inside_the_picture(name: str) -> None:
    for drawing in ElementTree.fromstring(f"<p>{PICTURES[name]}</p>").iter("svg"):
        _, _, width, height = (float(part) for part in (drawing.get("viewBox") or "").split())
        for mark in drawing.iter("circle"):
            assert 0 <= float(mark.get("cx") or 0) <= width
            assert 0 <= float(mark.get("cy") or 0) <= height
        for bar in drawing.iter("rect"):
            assert float(bar.get("x") or 0) + float(bar.get("width") or 0) <= width + 0.1


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("lorenz", "Premium: top 10% bring 50.0% of revenue"),
        ("lorenz", "Plus: top 50% bring 90.0% of revenue"),
        ("bars", "A & B: 3"),
        ("grid", "Recency 5, frequency 5: 25 customers, revenue £250"),
        ("matrix", "Lost → Promising: 7 customers"),
        ("timeline", "order, £30.00"),
        ("timeline", f"refund, {words.MINUS}£10.00"),
        ("timeline", "Premium from"),
    ],
)
def test_every_mark_says_what_it_is(name: str, sentence: str) -> None:
    assert any(sentence in title for title in titles(PICTURES[name]))


@pytest.mark.parametrize(
    "picture",
    [
        charts.lorenz((), BORDERS),
        charts.bars((), "L"),
        charts.rfm_grid((), "GBP"),
        charts.matrix((), GROUP_NAMES),
        timeline((), BANDS, currency="GBP", to_day=15_317),
    ],
)
def test_nothing_to_show_is_no_picture(picture: Markup) -> None:
    assert picture == ""


@settings(deadline=None)
@given(st.floats(0, 1))
def test_the_curve_rises(x: float) -> None:
    here, later = charts.height_at(CURVE, x), charts.height_at(CURVE, min(1.0, x + 0.1))
    assert 0 <= here <= later <= 1


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(-(10**9), 10**9)), max_size=30),
    st.integers(0, 20_000),
)
def test_any_past_can_be_drawn(past: list[tuple[int, int]], to_day: int) -> None:
    entries = [TimelineEntry(day, "order", "o", amount) for day, amount in past]
    picture = timeline(entries, (), currency="EUR", to_day=to_day)
    assert "nan" not in picture


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(GROUP_NAMES), st.sampled_from(GROUP_NAMES))))
def test_any_movement_can_be_drawn(pairs: list[tuple[str, str]]) -> None:
    moves = [(then, now, 3) for then, now in dict.fromkeys(pairs)]
    assert (charts.matrix(moves, GROUP_NAMES) == "") == (not moves)
