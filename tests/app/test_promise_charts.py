"""Pictures of promises: what they say in words, where their marks lead, and that they fit."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from tierwise.app import promise_charts as charts
from tierwise.app.looks import NO_LEVEL, Look, looks
from tierwise.app.promise_records import Cause
from tierwise.app.promise_strips import BLOCKS, Block, patterns, strip_of, swatch
from tierwise.metrics.attainment import Attainment

from .remembered_answers import LEVELS
from .remembered_promises import attained_of

LOOKS = looks(LEVELS)
FIRM = attained_of(402, 24, 5, 12, 3, target=0.95)
PALE = attained_of(18, 2, 1, 30, 4, target=0.9)
FEW = attained_of(7, 1, 0, 44, 2, target=0.85)
NOTHING = attained_of(0, 0, 0, 6, 310, target=0.8)
UNTARGETED = attained_of(4_020, 1_207, 0, 15, 0)


def promise(found: Attainment, clock: str = "First response", level: str = "plus") -> Markup:
    mark = charts.PromiseMark(clock, LOOKS[level], "1h in office", found, "/tickets?level=plus")
    return charts.attainment_chart([mark], "Promises kept")


def week_by_week(*weeks: float | None) -> Markup:
    return charts.spark(
        weeks, 0.9, LOOKS["plus"], [f"/tickets?week={n}" for n in range(len(weeks))]
    )


BARS = [
    charts.CauseBar("On hold", 40, "40, 61.0% of lost time", "/breaches?cause=hold"),
    charts.CauseBar("A & B", 0, "0, 0.0% of lost time", "/breaches?cause=agent", is_chosen=False),
]
PAST = strip_of(
    [
        Block(0, 600, Cause.UNASSIGNED, "nobody had it yet, 10m"),
        Block(600, 600, Cause.AGENT, "nothing of it"),
        Block(600, 3_600, "outside hours", "outside hours, 50m"),
    ],
    "Ticket 1",
    due_s=900,
)
PICTURES = {
    "firm": promise(FIRM),
    "pale": promise(PALE),
    "few": promise(FEW),
    "nothing": promise(NOTHING),
    "without a target": promise(UNTARGETED),
    "causes": charts.causes(BARS),
    "weeks": week_by_week(0.9, None, 0.8),
    "strip": PAST,
}


def parsed(picture: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(f"<p>{picture}</p>")


def wide(picture: Markup) -> ElementTree.Element:
    return next(iter(parsed(picture)))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("firm", "First response, Plus, 1h in office: 93.3% kept, too close to call, "),
        ("firm", "target 95%"),
        ("pale", "18 of 21 kept, too close to call"),
        ("few", "7 of 8 kept, too few to say"),
        ("nothing", "1h in office: nothing due, target 80%"),
        ("without a target", "76.9% kept, no target"),
        ("causes", "A & B: 0, 0.0% of lost time"),
        ("weeks", "last week: 80.0% kept"),
        ("weeks", "2 weeks before: 90.0% kept"),
        ("strip", "nobody had it yet, 10m"),
    ],
)
def test_every_mark_says_what_it_is(name: str, says: str) -> None:
    titles = [title.text or "" for title in parsed(PICTURES[name]).iter("title")]
    assert any(says in title for title in titles), titles


@pytest.mark.parametrize(
    ("name", "href"),
    [
        ("firm", "/tickets?level=plus"),
        ("nothing", "/tickets?level=plus"),
        ("causes", "/breaches?cause=hold"),
        ("weeks", "/tickets?week=2"),
    ],
)
def test_every_mark_leads_to_its_tickets(name: str, href: str) -> None:
    links = list(parsed(PICTURES[name]).iter("a"))
    assert href in [link.get("href") for link in links]
    assert all(link.get("aria-label") for link in links)


@pytest.mark.parametrize("name", PICTURES)
def test_links_stand_in_groups_and_pictures_without_links_are_images(name: str) -> None:
    for drawing in parsed(PICTURES[name]).iter("svg"):
        has_links = any(True for _ in drawing.iter("a"))
        assert drawing.get("role") == ("group" if has_links else "img")
        assert drawing.get("aria-label")


@pytest.mark.parametrize("name", PICTURES)
def test_no_picture_needs_inline_style(name: str) -> None:
    assert "style=" not in PICTURES[name]
    assert not re.search(r"#[0-9a-f]{3}\b", PICTURES[name]), "colours come from the style sheet"


@pytest.mark.parametrize(
    ("name", "dots", "ticks"),
    [
        ("firm", 1, 1),
        ("pale", 1, 1),
        ("few", 0, 1),
        ("nothing", 0, 1),
        ("without a target", 1, 0),
    ],
)
def test_too_few_is_never_drawn_as_a_share(name: str, dots: int, ticks: int) -> None:
    drawn = wide(PICTURES[name])
    assert len(list(drawn.iter("circle"))) == dots
    assert len([line for line in drawn.iter("path") if line.get("class") == "expect"]) == ticks
    assert "0.0%" not in "".join(drawn.itertext())


def test_little_is_pale() -> None:
    kinds = [mark.get("class") for mark in wide(PICTURES["pale"]).iter("g")]
    assert kinds == ["pale"]
    assert [mark.get("class") for mark in wide(PICTURES["firm"]).iter("g")] == ["firm"]


@pytest.mark.parametrize(
    ("founds", "begins"),
    [
        ([FIRM], 0.9),
        ([FIRM, PALE], 0.6),
        ([UNTARGETED], 0.7),
        ([attained_of(5, 95, 0, 0, 0, target=0.9)], 0.0),
        ([FEW, NOTHING], 0.9),
        ([], 0.9),
    ],
)
def test_the_axis_holds_what_is_drawn(founds: list[Attainment], begins: float) -> None:
    assert charts.axis(founds)[0] == begins


def test_clocks_head_their_levels() -> None:
    marks = [
        charts.PromiseMark(clock, LOOKS[level], "", FIRM, "/tickets")
        for clock in ("First response", "Resolution")
        for level in ("premium", "plus")
    ]
    said = [text.text for text in wide(charts.attainment_chart(marks, "Kept")).iter("text")]
    named = [word for word in said if word in {"First response", "Resolution", "Premium", "Plus"}]
    assert named == ["First response", "Premium", "Plus", "Resolution", "Premium", "Plus"]


def test_a_week_in_which_nothing_was_due_is_a_gap() -> None:
    drawing = wide(week_by_week(0.9, 0.8, None, 0.7, 0.9))
    (trend,) = [one for one in drawing.iter("path") if "trend" in (one.get("class") or "")]
    assert re.sub(r"[^ML]", "", trend.get("d") or "") == "MLML"


def test_only_the_last_thirteen_weeks_are_drawn() -> None:
    weeks = week_by_week(*[0.9] * 20)
    links = [link.get("href") for link in parsed(weeks).iter("a")]
    assert links == [f"/tickets?week={number}" for number in range(7, 20)]


def test_a_strip_shows_when_it_was_due() -> None:
    (tick,) = parsed(PAST).iter("line")
    assert tick.get("x1") == "25.00%"
    late = strip_of([Block(0, 60, "done", "done, 1m")], "Ticket 2", due_s=100)
    assert not list(parsed(late).iter("line"))


def test_whom_a_strip_waited_for_shows_without_colour() -> None:
    """Height, place and pattern tell the blocks apart where the colours do not."""
    told = [kind[:2] + kind[3:] for who, kind in BLOCKS.items() if who in set(Cause)]
    assert len(set(told)) == len(told)
    for _, _, _, pattern in BLOCKS.values():
        assert not pattern or f'id="{pattern}"' in patterns()


@pytest.mark.parametrize("who", BLOCKS)
def test_every_block_stands_in_the_legend(who: str) -> None:
    assert swatch(who).count("<rect") == (2 if BLOCKS[who][3] else 1)


@pytest.mark.parametrize(
    "picture",
    [
        charts.attainment_chart((), "Kept"),
        charts.causes(()),
        week_by_week(),
        week_by_week(None, None),
        strip_of((), "Ticket"),
        strip_of([Block(5, 5, "done", "")], "Ticket"),
    ],
)
def test_nothing_to_show_is_no_picture(picture: Markup) -> None:
    assert picture == ""


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.integers(0, 5_000), min_size=5, max_size=5),
    st.none() | st.floats(0.01, 1),
    st.sampled_from([*LOOKS.values(), NO_LEVEL]),
)
def test_any_count_can_be_drawn_inside_the_picture(
    numbers: list[int], target: float | None, look: Look
) -> None:
    found = attained_of(*numbers, target=target)
    mark = charts.PromiseMark("Resolution", look, "", found, "/tickets")
    for drawing in parsed(charts.attainment_chart([mark], "Kept")).iter("svg"):
        width = float((drawing.get("viewBox") or "").split()[2])
        for dot in drawing.iter("circle"):
            assert 0 <= float(dot.get("cx") or -1) <= width
        for band in drawing.iter("rect"):
            assert float(band.get("x") or 0) + float(band.get("width") or 0) <= width + 0.2


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(1, 10**6), st.sampled_from(list(BLOCKS))), min_size=1))
def test_the_blocks_of_a_strip_fill_it(lengths: list[tuple[int, str]]) -> None:
    blocks, at = [], 1_323_000_000
    for length, who in lengths:
        blocks.append(Block(at, at + length, who, who))
        at += length
    drawn = [
        float((rect.get("width") or "").rstrip("%"))
        for rect in parsed(strip_of(blocks, "Ticket")).iter("rect")
        if rect.get("class")
    ]
    assert sum(drawn) == pytest.approx(100, abs=0.01 * len(drawn))
