"""Numbers as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.app import words
from tierwise.app.answers import DataState, SourceState
from tierwise.app.looks import looks
from tierwise.app.site import freshness

T, M = words.THIN, words.MINUS


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0"), (999, "999"), (5900, f"5{T}900"), (-1_234_567, f"{M}1{T}234{T}567")],
)
def test_counts(number: int, written: str) -> None:
    assert words.count(number) == written


@pytest.mark.parametrize(("number", "written"), [(41, "+41"), (0, "0"), (-3, f"{M}3")])
def test_changes(number: int, written: str) -> None:
    assert words.signed(number) == written


@pytest.mark.parametrize(
    ("minor", "currency", "written", "rounded"),
    [
        (123_450, "GBP", f"£1{T}234.50", f"£1{T}234"),
        (-5, "EUR", f"{M}€0.05", "€0"),
        (123_450, "JPY", f"¥123{T}450", f"¥123{T}450"),
        (1_500, "KWD", f"KWD{T}1.500", f"KWD{T}2"),
        (1_500, "XOF", f"XOF{T}1{T}500", f"XOF{T}1{T}500"),
        (1_500, "OMR", f"OMR{T}1.500", f"OMR{T}2"),
        (-99_900, "SEK", f"{M}SEK{T}999.00", f"{M}SEK{T}999"),
    ],
)
def test_money(minor: int, currency: str, written: str, rounded: str) -> None:
    assert words.money(minor, currency) == written
    assert words.round_money(minor, currency) == rounded


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (words.share(0.4414), "44.1%"),
        (words.share(0), "0.0%"),
        (words.interval(0.401, 0.482), "40.1–48.2%"),
        (words.top(10.0), "top 10%"),
        (words.top(0.25), "top 0.25%"),
        (words.decimal(3.0), "3"),
        (words.decimal(-3.25), f"{M}3.2"),
        (words.days(1), "1 day"),
        (words.days(45.5), "45.5 days"),
        (words.days(800), "2.2 years"),
        (words.days(None), "–"),
        (words.day(15_317), "9 Dec 2011"),
        (words.iso_day(15_317), "2011-12-09"),
        (words.instant(1_795_312_800), "22 Nov 2026, 02:00 UTC"),
        (words.age(0), "just now"),
        (words.age(59), "59 s ago"),
        (words.age(7_300), "2 h ago"),
        (words.age(86_400), "1 day ago"),
        (words.age(864_000), "10 days ago"),
        (words.many(1, "entry", "entries"), "1 entry"),
        (words.many(2, "entry", "entries"), "2 entries"),
        (words.milliseconds(0.41), "0.4 ms"),
        (words.milliseconds(161.2), "161 ms"),
    ],
)
def test_shares_days_and_lengths(said: str, written: str) -> None:
    assert said == written


@given(st.integers(min_value=-25_000, max_value=100_000))
def test_a_day_survives_a_form(number: int) -> None:
    assert words.read_day(words.iso_day(number)) == number


@pytest.mark.parametrize("text", ["", "soon", "2011-13-01", "09.12.2011"])
def test_what_is_no_day(text: str) -> None:
    assert words.read_day(text) is None


@pytest.mark.parametrize(
    ("number", "signs"), [(1, "●"), (2, "◆●"), (3, "◆▲●"), (4, "★◆▲●"), (5, "★◆▲■●")]
)
def test_levels_look_by_rank(number: int, signs: str) -> None:
    found = looks(tuple((f"l{place}", f"Level {place}") for place in range(number)))
    assert "".join(look.sign for look in found.values()) == signs


@given(st.integers(min_value=0, max_value=6))
def test_no_two_levels_look_alike(number: int) -> None:
    found = looks(tuple((f"l{place}", f"Level {place}") for place in range(number)))
    assert len({(look.sign, look.colour) for look in found.values()}) == number


def state(*, problems: int = 0, unsettled: int = 0) -> DataState:
    """2,000 orders, read at 0."""
    source = SourceState("shop", "generic", "orders.csv", 0, {"orders": 2_000}, problems, 1, 9)
    return DataState((source,), (), problems, problems, unsettled, 15_317, 0, None)


@pytest.mark.parametrize(
    ("found", "hours", "kind"),
    [
        (state(), 1, "ok"),
        (state(), 27, "soon"),
        (state(problems=2), 1, "ok"),
        (state(problems=3), 1, "soon"),
        (state(problems=1, unsettled=1), 1, "soon"),
        (DataState((), (), 0, 0, 0, None, None, None), 1, "soon"),
    ],
)
def test_the_pill_warns_when_there_is_reason_to(found: DataState, hours: int, kind: str) -> None:
    assert freshness(found, now=hours * 3_600, sample=False).state == kind


def test_a_sample_does_not_grow_old() -> None:
    assert freshness(state(), now=99 * 86_400, sample=True).state == "ok"
