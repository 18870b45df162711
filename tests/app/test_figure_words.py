"""Figures as people read them: each unit its own way, and a reason where there is no figure."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.app import figure_words as words
from tierwise.app import unit_words
from tierwise.app.scorecard_records import Aim, Change, Judged, ScoreLine
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.figures import Figure, Reason, missing
from tierwise.metrics.metric import Better, Unit

MINUS, THIN = "\u2212", "\u202f"


def figure(
    value: float, low: float | None = None, high: float | None = None, n: int = 400
) -> Figure:
    return Figure(value, low, high, n)


@pytest.mark.parametrize(
    ("unit", "value", "says"),
    [
        (Unit.COUNT, 7_957, f"7{THIN}957"),
        (Unit.COUNT, -4, f"{MINUS}4"),
        (Unit.SHARE, 0.9213, "92.1%"),
        (Unit.SHARE, 1.31, "131.0%"),
        (Unit.POINTS, 31.4, "+31"),
        (Unit.POINTS, -12.2, f"{MINUS}12"),
        (Unit.POINTS, 0.2, "0"),
        (Unit.EASE, 71.44, "71.4"),
        (Unit.SCORE, 4.3, "4.30"),
        (Unit.SECONDS, 3_912.4, "1 h 05 m"),
        (Unit.MONEY, 980.2, "£9.80"),
        (Unit.MONEY, 3_277_820, f"£32{THIN}778"),
        (Unit.RATE, 3.417, "3.42"),
        (Unit.RATE, 214.63, "214.6"),
    ],
)
def test_each_unit_is_written_its_own_way(unit: Unit, value: float, says: str) -> None:
    assert words.figure_text(figure(value), unit, "GBP") == says


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 m"),
        (599.4, "9 m 59 s"),
        (599.6, "10 m"),
        (3_540, "59 m"),
        (3_599, "1 h"),
        (3_900, "1 h 05 m"),
        (86_300, "23 h 58 m"),
        (86_399, "1 d"),
        (97_200, "1 d 3 h"),
        (863_000, "10 d"),
        (90 * 86_400, "90 d"),
    ],
)
def test_lengths_of_time(seconds: float, says: str) -> None:
    assert unit_words.length(seconds) == says


SIZES = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


@given(st.floats(0, 10**8))
def test_a_length_is_near_what_it_is_and_its_parts_never_overflow(seconds: float) -> None:
    said = re.findall(r"([\d\u202f]+) ([dhms])", unit_words.length(seconds))
    parts = [(int(number.replace(THIN, "")), unit) for number, unit in said]
    assert sum(number * SIZES[unit] for number, unit in parts) == pytest.approx(
        seconds, rel=0.051, abs=0.51
    )
    limits = {"h": 24, "m": 60, "s": 60}
    assert all(number < limits.get(unit, number + 1) for number, unit in parts)


@pytest.mark.parametrize(
    ("n", "says"), [(29, "27 of 29"), (30, "93.1%"), (1_204, "93.1%"), (0, "93.1%")]
)
def test_few_are_counted_out(n: int, says: str) -> None:
    assert words.figure_text(Figure(27 / 29, 0.78, 0.98, n), Unit.SHARE) == says


def test_what_counts_no_rows_is_never_counted_out() -> None:
    found = Figure(0.75, None, None, 12)
    assert words.figure_text(found, Unit.SHARE, counts_rows=False) == "75.0%"
    assert not words.counts_rows("a.occ")
    assert not words.counts_rows("s.budget")
    assert not words.counts_rows("csat.adj")
    assert words.counts_rows("csat.share")


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("unit", Unit)
def test_no_figure_is_a_reason_and_never_a_number(reason: Reason, unit: Unit) -> None:
    said = words.figure_text(missing(reason), unit, "GBP")
    assert said == reason.value
    assert not re.search(r"\d|^–$", said)


def test_what_is_not_reached_is_more_than_its_lower_end() -> None:
    found = Figure(None, 349_200, None, 88, Reason.NOT_REACHED)
    assert words.figure_text(found, Unit.SECONDS) == "> 4 d 1 h"
    assert words.interval_text(found, Unit.SECONDS) == ""


@pytest.mark.parametrize(
    ("unit", "ends", "says"),
    [
        (Unit.SHARE, (0.902, 0.937), "90.2–93.7%"),
        (Unit.COUNT, (1_150, 1_290), f"1{THIN}150–1{THIN}290"),
        (Unit.COUNT, (-40, 12), f"{MINUS}40 to 12"),
        (Unit.POINTS, (24, 40), "+24 to +40"),
        (Unit.POINTS, (-8, 3), f"{MINUS}8 to +3"),
        (Unit.SECONDS, (3_120, 4_800), "52 m – 1 h 20 m"),
        (Unit.SECONDS, (3_120, None), "from 52 m"),
        (Unit.MONEY, (410, 530), "£4.10–£5.30"),
        (Unit.SCORE, (4.21, 4.4), "4.21–4.40"),
    ],
)
def test_intervals(unit: Unit, ends: tuple[float, float | None], says: str) -> None:
    assert words.interval_text(figure(ends[0], *ends), unit, "GBP") == says


def test_where_all_were_counted_there_is_no_interval() -> None:
    assert words.interval_text(figure(412), Unit.COUNT) == ""
    assert words.figure_sentence(figure(412), Unit.COUNT, grain="ticket") == "412, of 400 tickets"


@pytest.mark.parametrize(
    ("unit", "by", "says"),
    [
        (Unit.SHARE, 0.011, "+1.1 points"),
        (Unit.SHARE, -0.024, f"{MINUS}2.4 points"),
        (Unit.SHARE, 0.0002, "no change"),
        (Unit.POINTS, 3.2, "+3 points"),
        (Unit.POINTS, -0.3, "no change"),
        (Unit.SECONDS, -720, f"{MINUS}12 m"),
        (Unit.MONEY, 35, "+£0.35"),
        (Unit.COUNT, -41, f"{MINUS}41"),
        (Unit.SCORE, 0.12, "+0.12"),
    ],
)
def test_changes_are_never_in_per_cent(unit: Unit, by: float, says: str) -> None:
    assert words.change_text(Change(by, by - 1, by + 1, is_sure=False), unit, "GBP") == says


def test_nothing_before_is_said_so() -> None:
    assert words.change_text(None, Unit.SHARE) == "nothing to compare with"
    assert words.change_span(Change(0.01, -0.004, 0.026, is_sure=False), Unit.SHARE) == (
        f"{MINUS}0.4 to +2.6"
    )


@pytest.mark.parametrize(
    ("by", "better", "is_sure", "says"),
    [
        (1, Better.UP, True, ("↑", "better")),
        (1, Better.DOWN, True, ("↑", "worse")),
        (-1, Better.DOWN, True, ("↓", "better")),
        (-1, Better.NEITHER, True, ("↓", "less")),
        (1, Better.UP, False, ("≈", "may be chance")),
    ],
)
def test_a_change_is_for_the_better_only_if_it_is_sure(
    by: float, better: Better, is_sure: bool, says: tuple[str, str]
) -> None:
    sign = words.change_sign(Change(by, by - 2, by + 2, is_sure), better)
    assert (sign.shape, sign.text) == says


@pytest.mark.parametrize(
    ("unit", "target", "says"),
    [
        (Unit.SHARE, 0.95, "95%"),
        (Unit.SHARE, 0.995, "99.5%"),
        (Unit.SECONDS, 3_600, "1 h"),
        (Unit.MONEY, 1_200, "£12.00"),
        (Unit.POINTS, 40, "+40"),
    ],
)
def test_targets_are_written_as_in_a_policy(unit: Unit, target: float, says: str) -> None:
    assert words.aim_text(Aim(target, Judged.MET), unit, "GBP") == says
    assert words.aim_text(None, unit) == ""


def test_every_verdict_has_a_shape_of_its_own() -> None:
    shapes = [sign.shape for sign in (*words.JUDGED.values(), words.NO_AIM)]
    assert len(set(shapes)) == len(shapes) == len(Judged) + 1


def test_a_line_is_one_sentence() -> None:
    line = ScoreLine(
        "csat.share",
        "plus",
        Figure(0.921, 0.902, 0.937, 1_204),
        Figure(0.91, 0.89, 0.93, 1_100),
        Change(0.011, -0.004, 0.026, is_sure=False),
        Aim(0.9, Judged.MET),
    )
    assert words.line_sentence(line, "Plus", "GBP") == (
        f"CSAT, Plus: 92.1%, 95% interval 90.2–93.7%, of 1{THIN}204 survey answers; "
        "+1.1 points on the period before, may be chance; target 90%: on target"
    )
    few = ScoreLine("nps.score", "plus", missing(Reason.TOO_FEW, 17), missing(Reason.NOTHING))
    assert words.line_sentence(few, "Plus", "GBP") == (
        "NPS, Plus: too few to say, of 17 survey answers"
    )


@pytest.mark.parametrize("metric_id", CATALOGUE)
def test_every_kpi_of_the_catalogue_can_be_written(metric_id: str) -> None:
    line = ScoreLine(metric_id, None, Figure(0.5, 0.4, 0.6, 100), Figure(0.5, 0.4, 0.6, 100))
    said = words.line_sentence(line, "", "GBP")
    assert said.startswith(f"{CATALOGUE[metric_id].name}: ")
    assert "{" not in said
