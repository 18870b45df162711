"""A forecast as a picture and a sentence: a band, never one number."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.app.band_chart import ForecastBand, band_chart, band_of, band_sentence, steps
from tierwise.value.customer_value import Use

from .remembered_shop import customers
from .remembered_value import forecast

USUAL = ForecastBand(low_80=0, high_80=42_000, low_95=0, high_95=71_300, expected=13_000)
MINOR = st.integers(-(10**9), 10**12)


def drawn(band: ForecastBand, currency: str = "GBP") -> str:
    return str(band_chart(band, currency, days=365))


def test_the_sentence_says_how_sure_it_is() -> None:
    said = band_sentence(USUAL, "GBP", days=365)
    assert said == "Between £0 and £420 in the next 365 days, 4 times in 5; £130 expected."


def test_nobody_is_promised_nothing_for_certain() -> None:
    none = replace(USUAL, high_80=0, high_95=9_000, expected=400)
    said = band_sentence(none, "GBP", days=365)
    assert said == "£0 in the next 365 days, at least 4 times in 5; £4 expected."


def test_a_screen_reader_gets_both_intervals() -> None:
    picture = drawn(USUAL)
    assert picture.count('role="img"') == 2
    assert "£130 expected. 19 times in 20 between £0 and £713." in picture


def test_the_picture_is_drawn_to_scale() -> None:
    narrow = drawn(USUAL).split('class="narrow"')[1]
    band = re.search(r'<rect x="([\d.]+)" y="25" width="([\d.]+)"', narrow)
    line = re.search(r'd="M([\d.]+) 33.0H([\d.]+)"', narrow)
    assert band
    assert line
    assert (float(band[1]), float(line[1]), float(line[2])) == (14, 14, 336)
    assert float(band[2]) == pytest.approx(322 * 42_000 / 71_300, abs=0.1)


def test_the_axis_begins_at_nothing_even_for_the_best() -> None:
    sure = ForecastBand(8_000_000, 12_000_000, 5_000_000, 13_000_000, 10_000_000)
    assert ">£0<" in drawn(sure)
    assert steps(0, 13_000_000)[0] == 0


def test_a_loss_stands_left_of_nothing() -> None:
    costly = ForecastBand(-9_000, 4_000, -15_000, 8_000, -2_000)
    assert ">−£100<" in drawn(costly)
    assert "−£20 expected" in drawn(costly)


@pytest.mark.parametrize("currency", ["JPY", "KWD", "EUR"])
def test_every_currency_can_be_drawn(currency: str) -> None:
    assert "expected" in drawn(ForecastBand(0, 3, 0, 7, 1), currency)


def test_nothing_is_drawn_where_nothing_is_known() -> None:
    assert band_of(forecast(customers()[-1], Use.BOTH)) is None


@settings(deadline=None)
@given(st.lists(MINOR, min_size=5, max_size=5))
def test_every_band_stays_inside_its_picture(ends: list[int]) -> None:
    low_95, low_80, expected, high_80, high_95 = sorted(ends)
    picture = drawn(ForecastBand(low_80, high_80, low_95, high_95, expected))
    wide = picture.split('class="narrow"')[0]
    places = [float(x) for x in re.findall(r'd="M(-?[\d.]+) ', wide)]
    assert all(0 <= x <= 620 for x in places)
    assert "nan" not in picture


@settings(deadline=None)
@given(st.integers(0, 10**12))
def test_the_axis_has_a_few_round_steps(high: int) -> None:
    found = steps(0, max(high, 1))
    assert found[0] == 0
    assert 1 <= len(found) <= 6
    assert len({b - a for a, b in pairwise(found)}) <= 1
