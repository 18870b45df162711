"""Pictures of figures: golden strings, what they say, where they lead, and that they fit."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from tierwise.app.bias_chart import bias_chart, supposed
from tierwise.app.budget_chart import burn_down
from tierwise.app.desk_records import BudgetDay, BudgetLine, Sensitivity, UnusualDay
from tierwise.app.figure_axis import axis_of, step_text
from tierwise.app.figure_charts import FigureGroup, figure_chart, row_of
from tierwise.app.load_chart import LoadBar, load_chart
from tierwise.app.looks import ALL_LEVELS, level_look, looks
from tierwise.app.promise_strips import patterns
from tierwise.app.scorecard_records import Aim, Change, Judged, ScoreLine, TrendPoint, about
from tierwise.app.trend_chart import Trend, trend_chart
from tierwise.app.volume_chart import volume_chart
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.figures import Figure, Reason, missing
from tierwise.metrics.metric import Unit

from .remembered_answers import LEVELS

GOLDEN = Path(__file__).parent / "golden"
LOOKS = looks(LEVELS)
DAY = 15_300
NOTHING = missing(Reason.NOTHING)


def drawn(figure: Figure, target: float | None = None, metric: str = "csat.share") -> Markup:
    aim = None if target is None else Aim(target, Judged.UNDECIDED)
    change = Change(0.012, 0.002, 0.022, is_sure=True) if figure.value is not None else None
    line = ScoreLine(metric, "plus", figure, NOTHING, change, aim)
    row = row_of(line, LOOKS["plus"], "/metrics/x?level=plus", "GBP")
    unit = CATALOGUE[metric].unit
    group = FigureGroup("A & B", "/metrics/x", unit, (row,))
    return figure_chart([group], "KPIs", "GBP")


def week(number: int, figure: Figure) -> TrendPoint:
    return TrendPoint("plus", DAY + 7 * number, DAY + 7 * number + 6, figure)


def weeks(*figures: Figure, target: float | None = None, metric: str = "csat.share") -> Markup:
    points = [week(number, figure) for number, figure in enumerate(figures)]
    links = [f"/rows?week={number}" for number in range(len(points))]
    return trend_chart(Trend(LOOKS["plus"], points, links, target), about(CATALOGUE[metric]), "GBP")


def share(value: float, half: float = 0.05, *, is_pale: bool = False) -> Figure:
    return Figure(value, value - half, value + half, 100, is_pale=is_pale)


def budget(allowed: float, used: tuple[float | None, ...]) -> Markup:
    size = len(used)
    days = tuple(
        BudgetDay(
            DAY + place,
            10.0 * place,
            one,
            allowed * (place + 1) / size,
            None if one is not None else allowed * 0.8,
            None if one is not None else allowed * 1.4,
        )
        for place, one in enumerate(used)
    )
    line = BudgetLine("plus", "resolution", "8h", 0.9, 90, 4, allowed, 0.4, 1.2, None, days, ())
    return burn_down(
        line, "Resolution: misses left", [f"/tickets?d={n}" for n in range(size)], "plus"
    )


CURVE = Sensitivity("plus", ((-1.0, 0.8), (0.0, 0.9), (1.0, 0.95)), -0.5, 0.2, 0.97)
AT = supposed(CURVE, 0.5)
assert AT is not None
VOLUME = [
    (DAY, 40, 42.0, 30.0, 54.0),
    (DAY + 1, 90, 41.0, 29.0, 53.0),
    (DAY + 2, 39, 40.0, 28.0, 52.0),
]
FLAGGED = {DAY + 1: UnusualDay(DAY + 1, None, 90, 41.0, 0.0001)}
PICTURES = {
    "figure": drawn(share(0.92), 0.9),
    "figure_pale": drawn(share(0.92, is_pale=True)),
    "figure_missing": drawn(missing(Reason.TOO_FEW, 7), 0.9),
    "figure_not_reached": drawn(Figure(4_000.0, 3_120.0, None, 44), 3_600.0, "t.frt"),
    "figure_counted": drawn(Figure(412.0, None, None, 412), None, "vol.backlog"),
    "trend": weeks(share(0.92), share(0.88), NOTHING, share(0.9), share(0.93), target=0.9),
    "budget": budget(10.0, (1.0, 2.0, 4.0, None, None)),
    "bias": bias_chart(CURVE, AT, 0.85),
    "load": load_chart([LoadBar("Ada <b>", 12, 10, "/a"), LoadBar("Bo", 0, None, "/b")]),
    "volume": volume_chart(VOLUME, ["/1", "/2", "/3"], FLAGGED),
}


def parsed(picture: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(f"<p>{picture}</p>")


def wide(picture: Markup) -> ElementTree.Element:
    return next(iter(parsed(picture)))


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_as_they_were_looked_at(name: str) -> None:
    """Look at the new picture before you write it down as the golden one."""
    golden = GOLDEN / f"{name}.svg"
    assert str(PICTURES[name]).replace("><", ">\n<") + "\n" == golden.read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "figure",
            "CSAT, Plus: 92.0%, 95% interval 87.0–97.0%, of 100 survey answers; +1.2 points",
        ),
        ("figure", "target 90%: too close to call"),
        ("figure_missing", "CSAT, Plus: too few to say, of 7 survey answers"),
        ("figure_not_reached", "1 h 07 m, 95% interval from 52 m, of 44 tickets"),
        ("figure_counted", "Backlog, Plus: 412, of 412 open stretches of tickets"),
        ("trend", "week from 22 Nov 2011: 92.0%, 95% interval 87.0–97.0%"),
        ("trend", "week from 6 Dec 2011: nothing in these days"),
        ("budget", "24 Nov 2011: 4 misses so far, 6 left"),
        ("budget", "At the pace of the last week, 8 to 14 misses by 26 Nov 2011"),
        (
            "bias",
            "If unhappy customers answer 1.6 times as readily as happy ones, CSAT would be 92.5%",
        ),
        ("bias", "the verdict flips at γ = \u22120.5"),
        ("load", "Ada <b>: 12 of 10, over"),
        ("load", "Bo: 0, capacity not said"),
        ("volume", "23 Nov 2011: 90 tickets, 41 expected; more than chance explains"),
    ],
)
def test_every_mark_says_what_it_is(name: str, says: str) -> None:
    titles = [title.text or "" for title in parsed(PICTURES[name]).iter("title")]
    assert any(says in title for title in titles), titles


@pytest.mark.parametrize(
    ("name", "href"),
    [
        ("figure", "/metrics/x?level=plus"),
        ("figure", "/metrics/x"),
        ("figure_missing", "/metrics/x?level=plus"),
        ("trend", "/rows?week=2"),
        ("budget", "/tickets?d=2"),
        ("load", "/a"),
        ("volume", "/2"),
    ],
)
def test_every_mark_leads_to_what_is_behind_it(name: str, href: str) -> None:
    assert href in [link.get("href") for link in parsed(PICTURES[name]).iter("a")]


@pytest.mark.parametrize("name", PICTURES)
def test_links_stand_in_groups_and_pictures_without_links_are_images(name: str) -> None:
    for drawing in parsed(PICTURES[name]).iter("svg"):
        has_links = any(True for _ in drawing.iter("a"))
        assert drawing.get("role") == ("group" if has_links else "img")
        assert drawing.get("aria-label")


@pytest.mark.parametrize("name", PICTURES)
def test_no_picture_needs_inline_style(name: str) -> None:
    assert "style=" not in PICTURES[name]
    assert not re.search(r"[\"' ]#[0-9a-f]{3,6}\b", PICTURES[name]), "colours are classes"


@pytest.mark.parametrize(
    ("name", "dots", "bands", "ticks"),
    [
        ("figure", 1, 1, 1),
        ("figure_pale", 1, 1, 0),
        ("figure_missing", 0, 0, 1),
        ("figure_not_reached", 1, 1, 1),
        ("figure_counted", 1, 0, 0),
    ],
)
def test_too_few_is_no_dot_and_what_is_counted_no_band(
    name: str, dots: int, bands: int, ticks: int
) -> None:
    picture = wide(PICTURES[name])
    kinds = [one.get("class") or "" for one in picture.iter()]
    assert len(list(picture.iter("circle"))) == dots
    assert sum("spread" in kind for kind in kinds) == bands
    assert kinds.count("expect") == ticks


def test_little_is_pale() -> None:
    kinds = {
        name: [mark.get("class") for mark in wide(PICTURES[name]).iter("g")] for name in PICTURES
    }
    assert kinds["figure_pale"] == ["pale"]
    assert kinds["figure"] == ["firm"]


def test_a_band_that_is_not_reached_goes_to_the_end() -> None:
    picture = wide(PICTURES["figure_not_reached"])
    (band,) = [one for one in picture.iter("rect") if "spread" in (one.get("class") or "")]
    assert float(band.get("x") or 0) + float(band.get("width") or 0) == pytest.approx(356, abs=0.2)


def test_a_week_without_a_figure_is_a_gap_with_a_mark() -> None:
    picture = parsed(PICTURES["trend"])
    (line,) = [one for one in picture.iter("path") if "trend" in (one.get("class") or "")]
    assert re.sub(r"[^ML]", "", line.get("d") or "") == "MLML"
    assert len(list(picture.iter("polygon"))) == 2
    assert [one.get("class") for one in picture.iter("circle")].count("hollow") == 1


def test_weeks_that_are_not_there_are_a_gap_too() -> None:
    points = [week(number, share(0.9)) for number in (0, 1, 4)]
    trend = Trend(LOOKS["plus"], points, ["/a", "/b", "/c"])
    picture = parsed(trend_chart(trend, about(CATALOGUE["csat.share"]), "GBP"))
    (line,) = [one for one in picture.iter("path") if "trend" in (one.get("class") or "")]
    assert re.sub(r"[^ML]", "", line.get("d") or "") == "MLM"


def test_what_is_over_the_capacity_is_woven() -> None:
    assert 'fill="url(#hatched)"' in PICTURES["load"]
    assert 'id="hatched"' in patterns()


@pytest.mark.parametrize(
    "picture",
    [
        figure_chart([], "KPIs", "GBP"),
        figure_chart([FigureGroup("A", "", Unit.SHARE, ())], "KPIs", "GBP"),
        weeks(),
        weeks(NOTHING, share(0.9), NOTHING),
        budget(0.0, (1.0,)),
        budget(3.0, ()),
        load_chart([]),
        volume_chart([], [], {}),
    ],
)
def test_nothing_to_show_is_no_picture(picture: Markup) -> None:
    assert picture == ""


def test_all_levels_and_no_level_look_unlike_any_level() -> None:
    assert level_look(LOOKS, None) is ALL_LEVELS
    assert level_look(LOOKS, "").label == "no level"
    assert len({ALL_LEVELS.path, *(look.path for look in LOOKS.values())}) == len(LOOKS) + 1


@pytest.mark.parametrize(
    ("unit", "shown", "says"),
    [
        (Unit.SHARE, (0.872, 0.95), ["85%", "90%", "95%"]),
        (Unit.SECONDS, (874, 18_120), ["0", "2 h", "4 h", "6 h"]),
        (Unit.MONEY, (390, 1_049), ["£0", "£5", "£10", "£15"]),
        (Unit.POINTS, (-8, 40), ["\u221220", "0", "+20", "+40"]),
        (Unit.COUNT, (0, 3), ["0", "1", "2", "3"]),
        (Unit.SCORE, (4.21, 4.68), ["4.2", "4.4", "4.6", "4.8"]),
    ],
)
def test_axes_have_round_steps(unit: Unit, shown: tuple[float, ...], says: list[str]) -> None:
    axis = axis_of(shown, unit)
    assert axis is not None
    assert [step_text(step, unit, "GBP") for step in axis.steps] == says


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.floats(-1e7, 1e7).map(lambda one: round(one, 4)), min_size=1, max_size=5),
    st.sampled_from(Unit),
)
def test_an_axis_holds_what_is_shown_in_few_steps(shown: list[float], unit: Unit) -> None:
    axis = axis_of(shown, unit)
    assert axis is not None
    slack = 1e-6 * max(1.0, *(abs(one) for one in shown))
    assert axis.low <= min(shown) + slack
    assert max(shown) <= axis.high + slack
    assert 2 <= len(axis.steps) <= 8
    assert list(axis.steps) == sorted(set(axis.steps))


@settings(deadline=None, max_examples=50)
@given(
    st.floats(0, 1),
    st.floats(0, 0.3),
    st.none() | st.floats(0.01, 1),
    st.booleans(),
)
def test_any_figure_can_be_drawn_inside_the_picture(
    value: float, half: float, target: float | None, is_pale: bool
) -> None:
    figure = Figure(value, max(0, value - half), min(1, value + half), 60, is_pale=is_pale)
    for drawing in parsed(drawn(figure, target)).iter("svg"):
        width = float((drawing.get("viewBox") or "").split()[2])
        for dot in drawing.iter("circle"):
            assert 0 <= float(dot.get("cx") or -1) <= width
        for band in drawing.iter("rect"):
            assert float(band.get("x") or 0) + float(band.get("width") or 0) <= width + 0.2


@settings(deadline=None, max_examples=50)
@given(st.floats(0.5, 5_000), st.lists(st.floats(0, 9_000) | st.none(), min_size=1, max_size=12))
def test_any_budget_can_be_drawn_inside_the_picture(
    allowed: float, used: list[float | None]
) -> None:
    for drawing in parsed(budget(allowed, tuple(used))).iter("svg"):
        width, height = map(float, (drawing.get("viewBox") or "").split()[2:])
        for dot in drawing.iter("circle"):
            assert 0 <= float(dot.get("cx") or -1) <= width
            assert 0 <= float(dot.get("cy") or -1) <= height


@given(st.floats(-30, 30))
def test_a_supposition_stays_within_those_worked_out(gamma: float) -> None:
    found = supposed(CURVE, gamma)
    assert found is not None
    assert -1 <= found.gamma <= 1
    assert 0.8 <= found.share <= 0.95
    assert supposed(Sensitivity(None, (), None, 0.0, 1.0), gamma) is None
