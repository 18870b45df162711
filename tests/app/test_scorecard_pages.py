"""The pages of KPIs, read as a browser without JavaScript reads them."""

import csv
import gzip
import re
from dataclasses import replace
from html import unescape
from io import StringIO
from typing import Any

import pytest

from tierwise.app.desk_records import VoiceAnswer, VolumeAnswer
from tierwise.app.promise_records import Period
from tierwise.app.scorecard_links import rows_link
from tierwise.app.scorecard_records import MetricRows, RowsAsked, ScorecardAnswer
from tierwise.metrics.catalogue import CATALOGUE

from .asking import Asking, demo, links, owner, read, served
from .remembered_answers import RememberedAnswers
from .remembered_promises import MADE_UP
from .remembered_scorecard import PERIOD, ROWS
from .remembered_shop import TO_DAY

PAGES = (
    "/today",
    "/metrics",
    "/metrics?level=plus",
    "/metrics?by=channel&group=voice",
    "/metrics/csat.share?by=agent_id",
    "/metrics/vol.flow",
    "/metrics/t.frt/rows",
    "/budget",
    "/voice",
    "/people",
    "/volume",
)
DAYS = "from=2011-11-12&to=2011-12-09"


class AskedFor(RememberedAnswers):
    """Remembers what it was asked about KPIs."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[object, ...]] = []

    def scorecard(self, period: Period | None, **which: Any) -> ScorecardAnswer:
        self.asked.append(("scorecard", period, which))
        return super().scorecard(period, **which)

    def metric_rows(
        self, metric_id: str, period: Period | None, asked: RowsAsked
    ) -> MetricRows | None:
        self.asked.append((metric_id, period, asked))
        return super().metric_rows(metric_id, period, asked)

    def voice(self, period: Period | None, **which: Any) -> VoiceAnswer:
        self.asked.append(("voice", period, which))
        return super().voice(period, **which)

    def volume(self, period: Period | None, **which: Any) -> VolumeAnswer:
        self.asked.append(("volume", period, which))
        return super().volume(period, **which)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_says_its_age_and_that_tickets_are_made_up(address: str) -> None:
    said = read(demo(), address)
    assert "Data as of 9 Dec 2011, 12:50 Europe/London." in said
    assert MADE_UP in said
    assert demo().get(address).text.count("<h1") == 1
    assert MADE_UP not in read(demo(RememberedAnswers(made_up=None)), address)


@pytest.mark.parametrize("address", PAGES)
def test_no_page_needs_script_or_inline_style_and_none_is_large(address: str) -> None:
    text = demo().get(address).text
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text)
    assert len(gzip.compress(text.encode())) < 25_000


@pytest.mark.parametrize("address", PAGES)
def test_without_tickets_a_page_says_how_to_read_some(address: str) -> None:
    assert "No tickets yet" in read(demo(RememberedAnswers(tickets_read=False)), address)


@pytest.mark.parametrize("address", [*PAGES, "/metrics/t.frt/rows.csv"])
def test_nobody_sees_figures_without_signing_in(address: str) -> None:
    assert served().get(address).status_code in {303, 401}
    assert owner().get(address).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_every_link_of_a_page_leads_somewhere(address: str) -> None:
    asking = demo()
    ours = ("/metrics", "/budget", "/voice", "/people", "/volume", "/tickets?")
    found = sorted(one for one in links(asking, address) if one.startswith(ours))
    assert found
    for link in found[:: max(1, len(found) // 12)]:
        assert asking.get(link.partition("#")[0]).status_code == 200, link


@pytest.mark.parametrize("address", ["/budget", "/voice", "/people", "/volume", "/metrics"])
@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("from=soon&to=2011-12-09", "soon is no date"),
        ("from=2011-12-09&to=2011-12-01", "the first day comes after the last one"),
    ],
)
def test_days_that_cannot_be_read_are_said_so(address: str, query: str, wrong: str) -> None:
    assert f"{wrong}. Shown: " in read(demo(), f"{address}?{query}")


@pytest.mark.parametrize(
    "says",
    [
        "Satisfied 96.2% Satisfied, Premium / 95% 26.8% answered",
        "First response, median 15 m First response, median, Premium / 30 m",
        "3 targets are missed",
        "Standard CSAT 87.4%, target 90%",
        "Unusual volume: 171 tickets about delivery on 6 Dec 2011, 62 expected; 2 more stand out.",
    ],
)
def test_today_shows_the_kpis_beside_the_promises(says: str) -> None:
    assert says in read(demo(), "/today")


def test_today_asks_for_the_days_it_shows_and_leads_to_the_kpis() -> None:
    answers = AskedFor()
    asking = demo(answers)
    found = links(asking, "/today?from=2011-12-03&to=2011-12-09")
    assert [one[1] for one in answers.asked] == [Period(15_311, 15_317)] * 2
    assert "/metrics/t.frt?from=2011-12-03&to=2011-12-09&level=plus" in found
    assert "/metrics?from=2011-12-03&to=2011-12-09" in found


def test_kpis_with_a_missed_target_come_first() -> None:
    said = demo().get("/today").text
    heads = re.findall(r'class="row head"><text[^>]*>([^<]+)</text>', said)
    names = list(dict.fromkeys(unescape(one) for one in heads))
    assert names[:3] == ["First response time", "CSAT", "Cost per resolution"]
    assert names[3:] == ["Time to full resolution", "NPS", "First contact resolution", "Backlog"]


@pytest.mark.parametrize("metric", CATALOGUE.values(), ids=lambda one: one.id)
def test_every_kpi_has_its_page(metric: Any) -> None:
    said = read(demo(), f"/metrics/{metric.id}")
    assert metric.name in said
    assert f"Formula {metric.formula} Unit {metric.unit.value}" in said
    assert f"95% interval {metric.interval}" in said
    assert metric.better.capitalize() in said


@pytest.mark.parametrize("metric", CATALOGUE.values(), ids=lambda one: one.id)
def test_every_kpi_stands_on_the_scorecard(metric: Any) -> None:
    assert f"/metrics/{metric.id}?{DAYS}" in links(demo(), "/metrics")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/metrics", "CSAT 89.3% CSAT, All levels 87.8–90.8%"),
        ("/metrics", "■ target missed, target 90%"),
        ("/metrics", "too few to say NPS, Premium"),
        ("/metrics", "Help-centre sessions no data of this kind was read"),
        ("/metrics", "its window is still open Downstream issues, Premium"),
        ("/metrics", "27 of 29 First contact resolution, Premium"),
        ("/metrics", "> 4 d 1 h Time to full resolution, 9 in 10, Plus"),
        (
            "/metrics?level=plus",
            "CSAT response rate 25.1% CSAT response rate, Plus 22.6–27.6% 1 187",
        ),
        ("/metrics?level=plus", "nothing in these days Abandonment, Plus none 0 live contacts"),
        ("/metrics?group=voice&by=category", "Voice of the customer, by category All levels."),
        ("/metrics?by=category", "Promises, by category"),
        ("/metrics?by=category", "not said"),
        ("/metrics?by=mood", "Speed"),
        ("/metrics/csat.share", "nothing in these days"),
        ("/metrics/csat.share", "In a policy’s targets csat.share, csat"),
        ("/metrics/csat.share?by=team&level=plus", "first line 298 survey answers"),
        ("/metrics/vol.flow", "What one row is figure"),
    ],
)
def test_figures_carry_intervals_verdicts_and_reasons(address: str, says: str) -> None:
    assert says in read(demo(), address)


def test_a_zero_is_never_shown_for_want_of_data() -> None:
    said = read(demo(), "/metrics?level=premium&group=self")
    assert "no data of this kind was read" in said
    assert not re.search(r"\b0(\.0)?%", said)


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/metrics", ("scorecard", None, {"level": None, "by": None})),
        ("/metrics?level=-&by=team", ("scorecard", None, {"level": "", "by": "team"})),
        ("/metrics?by=priority", ("scorecard", None, {"level": None, "by": None})),
        (f"/metrics?{DAYS}", ("scorecard", PERIOD, {"level": None, "by": None})),
        (
            "/metrics/t.frt/rows?level=plus&only=open&offset=50",
            ("t.frt", None, RowsAsked(level="plus", only="open", offset=50)),
        ),
        (
            "/metrics/t.frt/rows?by=team&slice=-&only=odd",
            ("t.frt", None, RowsAsked(by="team", slice="")),
        ),
        (
            "/metrics/t.frt/rows?by=agent_id&slice=ines&level=-",
            ("t.frt", None, RowsAsked(level="", by="agent_id", slice="ines")),
        ),
        (
            "/voice?level=plus&offset=10",
            ("voice", None, {"level": "plus", "offset": 10, "limit": 10}),
        ),
        ("/volume?category=returns", ("volume", None, {"category": "returns"})),
    ],
)
def test_an_address_asks_for_what_it_says(address: str, asked: tuple[object, ...]) -> None:
    answers = AskedFor()
    assert demo(answers).get(address).status_code == 200
    assert answers.asked[0] == asked


def test_every_mark_leads_to_its_rows() -> None:
    found = links(demo(), "/metrics/csat.share?by=category")
    rows = "/metrics/csat.share/rows"
    assert f"{rows}?{DAYS}&level=premium" in found
    assert f"{rows}?{DAYS}&by=category&slice=delivery" in found
    assert f"{rows}?{DAYS}&by=category&slice=-" in found
    assert f"{rows}?from=2011-12-03&to=2011-12-09&level=plus" in found


def test_what_is_made_of_other_figures_leads_to_its_page() -> None:
    assert rows_link("vol.flow", PERIOD, level="") == f"/metrics/vol.flow?{DAYS}&level=-"
    assert not any("vol.flow/rows" in one for one in links(demo(), "/metrics/vol.flow"))
    answer = demo().get("/metrics/vol.flow/rows")
    assert answer.status_code == 404
    assert "made of other figures and has no rows" in answer.text


@pytest.mark.parametrize("address", ["/metrics/happiness", "/metrics/happiness/rows"])
def test_a_kpi_that_is_none_is_not_found(address: str) -> None:
    answer = demo().get(address)
    assert answer.status_code == 404
    assert "There is no KPI" in answer.text


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/metrics/t.frt/rows", "1–50 of 137 rows"),
        ("/metrics/t.frt/rows", "2 d 23 h so far desk/48218"),
        ("/metrics/t.frt/rows?only=open", "so far"),
        ("/metrics/csat.share/rows?only=miss", "no desk/48220"),
        ("/metrics/csat.share/rows?only=hit", "yes desk/48217"),
        ("/metrics/csat.share/rows?by=channel&slice=chat", "Shown: channel chat. Show all"),
        ("/metrics/csat.share/rows?by=channel&slice=-", "Shown: channel not said. Show all"),
        ("/metrics/csat.share/rows?level=vip", "No row fits."),
        ("/metrics/c.cpr/rows", "One row is one day."),
    ],
)
def test_rows_say_what_they_give_to_the_figure(address: str, says: str) -> None:
    assert says in read(demo(), address)


def test_the_file_has_every_row_that_the_page_lists_and_says_as_of_when() -> None:
    asking = demo()
    (file,) = [one for one in links(asking, "/metrics/t.frt/rows?only=open") if ".csv" in one]
    answer = asking.get(file)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 't.frt_2011-11-12_2011-12-09.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert len(rows) == sum(number % 5 == 2 for number in range(ROWS))
    assert {row["is_open"] for row in rows} == {"True"}
    assert {row["as_of"] for row in rows} == {"2011-12-09 12:50:00+00:00"}
    assert {row["made_up"] for row in rows} == {MADE_UP}


def test_a_long_file_is_put_together_from_its_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tierwise.app.rows_file.AT_ONCE", 10)
    answers = AskedFor()
    text = demo(answers).get("/metrics/csat.share/rows.csv").text
    assert len(text.splitlines()) == ROWS + 1
    assert len(answers.asked) == 14


def test_no_cell_of_a_file_is_a_formula() -> None:
    class Sly(RememberedAnswers):
        def metric_rows(self, *asked: Any) -> MetricRows | None:
            found = RememberedAnswers.metric_rows(self, *asked)
            assert found is not None
            row = replace(found.rows[0], category="=HYPERLINK(1)", value=-3.0)
            return replace(found, rows=(row,), total=1)

    (row,) = csv.DictReader(StringIO(demo(Sly()).get("/metrics/c.cpr/rows.csv").text))
    assert row["category"] == "'=HYPERLINK(1)"
    assert row["value"] == "-3.0"


def test_the_menu_marks_the_page_and_its_children() -> None:
    for address, name in (("/metrics/t.frt/rows", "Scorecard"), ("/budget", "Budget")):
        assert _current(demo(), address) == [name]
    assert _current(demo(), "/volume") == []


def _current(asking: Asking, address: str) -> list[str]:
    return re.findall(r'aria-current="page">([^<]+)<', asking.get(address).text)


def test_the_last_day_known_ends_the_periods_offered() -> None:
    found = links(demo(), "/metrics?level=plus")
    for days, first in ((7, "2011-12-03"), (28, "2011-11-12")):
        assert f"/metrics?level=plus&from={first}&to=2011-12-09" in found, days
    assert PERIOD.to_day == TO_DAY
