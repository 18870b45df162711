"""Figures as the shop counts and keeps them: by level, in every door, week by week, of nothing."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.app.asking import owner
from tests.sample_shops import SAMPLE_NOW, copied, looked_at, opened
from tierwise.app import scorecard_basis
from tierwise.app.kept_folders import write_whole
from tierwise.app.project import make_project, open_project
from tierwise.app.promise_records import Period
from tierwise.app.reading import Drafted, read_file
from tierwise.app.scorecard_basis import ScoreBasis, count_cells, ensure_cells
from tierwise.app.scorecard_weeks import (
    Earlier,
    all_weeks,
    ensure_weeks,
    touched_weeks,
    week_digests,
)
from tierwise.app.shop import Shop
from tierwise.facts.time import DAY_S, day_number, day_of, iso_day
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.cells import Cells
from tierwise.metrics.figures import Figure, Reason
from tierwise.metrics.kinds import Count, Share, Stock, Total, rows_of
from tierwise.metrics.periods import WEEK_DAYS, Periods

SETTLED = Period(15_100, 15_189)
NEWEST = Period(15_290, 15_317)
BY_LEVEL = ("level",)
ONE_OF_EACH_KIND = {type(one.how): one.id for one in CATALOGUE.values()}
FIGURE = ("value", "low", "high", "n", "reason", "is_pale")


@pytest.fixture
def shop(sample: Path) -> Shop:
    return looked_at(sample)


def figures(shop: Shop, period: Period, by: tuple[str, ...] = ()) -> Cells:
    return ensure_cells(shop.score_basis(), by, Periods(period.from_day, period.days))


# --- levels add up ---


@pytest.mark.parametrize("period", [SETTLED, NEWEST], ids=["settled", "newest"])
def test_what_levels_have_adds_up_to_all(shop: Shop, period: Period) -> None:
    whole, levels = figures(shop, period), figures(shop, period, BY_LEVEL)
    added = 0
    for one in CATALOGUE.values():
        parts = [f for (name, _, _), f in levels.items() if name == one.id]
        if any(part.reason is Reason.NOT_BY_LEVEL for part in parts):
            continue
        own = whole[one.id, (), period.from_day]
        if rows_of(one.how) or isinstance(one.how, Stock):
            assert own.n == sum(part.n for part in parts), one.id
        if isinstance(one.how, Count | Stock | Total):
            right = sum(part.value or 0.0 for part in parts)
            assert (own.value or 0.0) == pytest.approx(right, rel=1e-12), one.id
        if isinstance(one.how, Share) and all(p.value is not None or not p.n for p in parts):
            hits = sum((part.value or 0.0) * part.n for part in parts)
            assert (own.value or 0.0) * own.n == pytest.approx(hits), one.id
        added += bool(own.n)
    assert added > 30


def test_a_level_that_had_nothing_has_0_tickets_and_no_share(shop: Shop) -> None:
    early = Period(shop.score_basis().promises.day_of(shop.score_basis().first_s) - 60, 0)
    period = Period(early.from_day, early.from_day + 6)
    for cells in (figures(shop, period), figures(shop, period, BY_LEVEL)):
        counts = {key: f for (name, key, _), f in cells.items() if name == "vol.new"}
        assert counts
        assert {(f.value, f.low, f.n) for f in counts.values()} == {(0.0, 0.0, 0)}
        shares = [f for (name, _, _), f in cells.items() if name == "q.fcr"]
        assert {f.reason for f in shares} == {Reason.NOTHING}
    assert set(figures(shop, period, BY_LEVEL)) >= {
        ("vol.new", (level,), period.from_day) for level, _ in shop.levels()
    }


# --- the same everywhere ---


@pytest.mark.parametrize("period", [SETTLED, NEWEST], ids=["settled", "newest"])
def test_attainment_is_the_same_to_the_last_digit(shop: Shop, period: Period) -> None:
    cells = figures(shop, period, BY_LEVEL)
    answer = shop.attainment(period)
    assert answer.levels
    for level in answer.levels:
        for metric_id, kept in (("s.attain", level.promises), ("s.attain_ticket", level.tickets)):
            found, right = cells[metric_id, (level.level,), period.from_day], kept.found
            assert found.n == right.counts.decided
            assert (found.value, found.low, found.high) == (right.share, right.low, right.high)
            assert found.is_pale == right.is_pale
        counts = level.promises.found.counts
        broken = cells["s.breaches", (level.level,), period.from_day]
        assert broken.value == counts.late + counts.open_late


def test_a_kpi_has_one_figure_in_all_answers(shop: Shop) -> None:
    whole = {(one.metric, one.level): one for one in shop.scorecard(SETTLED).lines}
    for metric_id in ("s.attain", "t.frt", "csat.share", "vol.backlog", "c.cpr", "self.score"):
        metric = shop.metric(metric_id, SETTLED)
        assert metric is not None
        assert metric.lines == tuple(
            whole[metric_id, level] for level in (one.level for one in metric.lines)
        )
    voice = {(one.metric, one.level): one for one in shop.voice(SETTLED).lines}
    people = {(one.metric, one.level): one for one in shop.people(SETTLED).lines}
    assert all(whole[at] == one for at, one in (voice | people).items())
    assert len(voice) > len(people) > 10


def told(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """A figure as an exported row, or as JSON, has it."""
    return tuple(row[name] for name in FIGURE)


def as_told(figure: Figure) -> tuple[Any, ...]:
    return (*(getattr(figure, name) for name in FIGURE[:4]), figure.reason, figure.is_pale)


def read_csv(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of an exported file with numbers as numbers."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            numbers = {name: float(row[name]) if row[name] else None for name in FIGURE[:3]}
            flags = {"n": int(row["n"]), "is_pale": row["is_pale"] == "true"}
            yield {**row, **numbers, **flags, "reason": row["reason"] or None}


def test_page_export_and_api_say_the_same_to_the_last_digit(shop: Shop, tmp_path: Path) -> None:
    metric = shop.metric("csat.share", NEWEST)
    assert metric is not None
    shop.export_metrics(tmp_path / "weeks.parquet")
    shop.export_metrics(tmp_path / "weeks.csv")
    parquet = pq.read_table(tmp_path / "weeks.parquet").to_pylist()
    files = {
        "parquet": weeks_of_csat(parquet),
        "csv": weeks_of_csat(read_csv(tmp_path / "weeks.csv")),
    }
    days = {row["from_day"] for row in parquet}
    api = owner(shop).get("/api/v1/metrics/csat.share?from_day=2011-11-12&to_day=2011-12-09").json()
    assert len(api["trend"]) == len(metric.trend) > 50
    assert len(days) > 80
    for point, said in zip(metric.trend, api["trend"], strict=True):
        right = as_told(point.figure)
        assert told(said["figure"]) == right
        for rows in files.values():
            assert rows[point.level, point.from_day] == right


def weeks_of_csat(rows: Iterable[dict[str, Any]]) -> dict[tuple[str | None, int], Any]:
    """Figures by level and Monday; no row says of the same what another one does."""
    own = [row for row in rows if row["metric"] == "csat.share"]
    found = {(row["level"] or None, day_of_text(row["from_day"])): told(row) for row in own}
    assert len(found) == len(own)
    return found


def day_of_text(text: str) -> int:
    return day_number(date.fromisoformat(text))


def test_the_page_shows_the_figures_of_the_api(shop: Shop) -> None:
    asking = owner(shop)
    api = asking.get("/api/v1/metrics/s.attain?from_day=2011-11-12&to_day=2011-12-09").json()
    page = asking.get("/metrics/s.attain?from=2011-11-12&to=2011-12-09").text
    for line in api["lines"]:
        value = line["figure"]["value"]
        assert value is None or f"{100 * value:.1f}" in page


# --- week by week ---


def assert_same(found: Cells, right: Cells) -> None:
    """The same figures, but for the last digits: threads add up in whatever order they come."""
    assert found.keys() == right.keys()
    for place, figure in right.items():
        assert is_same(found[place], figure), (place, found[place], figure)


def is_same(one: Figure, other: Figure) -> bool:
    ends = ((one.value, other.value), (one.low, other.low), (one.high, other.high))
    rest = [(f.n, f.reason, f.is_pale) for f in (one, other)]
    scale = 1e-7 * max(1.0, abs(other.value or 0.0))
    near = [a == pytest.approx(b, rel=1e-7, abs=scale) for a, b in ends if b is not None]
    missing = [(a is None) == (b is None) for a, b in ends]
    return rest[0] == rest[1] and all(near) and all(missing)


@pytest.mark.slow
def test_weeks_are_what_a_whole_count_says(shop: Shop) -> None:
    basis = shop.score_basis()
    for by in ((), BY_LEVEL):
        whole = count_cells(basis, basis.asked(by, all_weeks(basis)))
        assert_same(ensure_weeks(basis, by), whole)


def test_a_week_is_the_same_as_a_period_of_seven_days(shop: Shop) -> None:
    basis = shop.score_basis()
    begins = day_of(basis.first_s, basis.promises.zone) // 7 * 7 + 4 + 350
    week = Periods(begins, WEEK_DAYS)
    weeks, alone = ensure_weeks(basis, BY_LEVEL), ensure_cells(basis, BY_LEVEL, week)
    assert_same({place: weeks[place] for place in alone}, alone)


MORE_TICKETS = """\
ticket_id,customer_id,created_at,channel,priority,status,category
x1,,2011-02-09 09:00:00,email,normal,solved,brand new
x2,,2011-12-01 09:00:00,chat,urgent,open,brand new
"""
MORE_EVENTS = """\
ticket_id,event_id,happened_at,name,actor,value
x1,e1,2011-02-09 09:30:00,public_reply,agent,
x1,e2,2011-02-10 10:00:00,status,agent,solved
"""


def read_more(folder: Path, **texts: str) -> None:
    """Read tables of a project from small files."""
    project = open_project(folder)
    for table, text in texts.items():
        file = folder / f"more {table}.csv"
        file.write_text(text, "utf-8")
        given = {"now": SAMPLE_NOW + 60, "table": table}
        if isinstance(read_file(project, file, "generic", given), Drafted):
            read_file(project, file, "generic", given)


def monday(text: str) -> int:
    day = day_of_text(text)
    return day - (day - 4) % 7


def touched(basis: ScoreBasis, earlier: Earlier) -> tuple[int, ...]:
    asked = basis.asked(BY_LEVEL, all_weeks(basis))
    return touched_weeks(basis, asked, week_digests(basis, asked), earlier)


def earlier_of(basis: ScoreBasis) -> Earlier:
    """What was counted of a state, and what it stood on."""
    digests = week_digests(basis, basis.asked(BY_LEVEL, all_weeks(basis)))
    today = day_of(basis.promises.world.as_of_s - 1, basis.promises.zone)
    return Earlier(ensure_weeks(basis, BY_LEVEL), digests, today)


def test_weeks_with_an_open_window_are_counted_again_as_time_passes(shop: Shop) -> None:
    basis = shop.score_basis()
    now_day = basis.promises.world.as_of_s // DAY_S
    longest = max(one.window_s for one in CATALOGUE.values()) // DAY_S
    weeks = all_weeks(basis)
    may_change = {begins for begins, ends in weeks if ends + longest >= now_day}
    anew = set(touched(basis, earlier_of(basis)))
    assert may_change <= anew
    assert len(anew) <= len(may_change) + 1 < weeks.count // 4


@pytest.mark.slow
def test_new_tickets_touch_their_weeks_and_no_others(sample: Path, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    shop = copied(sample, folder)
    before = shop.score_basis()
    was = earlier_of(before)
    mark_old_weeks(before.measured.folder / "weeks_level.parquet")
    read_more(folder, tickets=MORE_TICKETS, ticket_events=MORE_EVENTS)
    after = opened(folder).score_basis()
    assert after.measured.folder != before.measured.folder
    longest_s = max(one.window_s for one in CATALOGUE.values())
    young = was.as_of_day - longest_s // DAY_S - WEEK_DAYS
    anew = touched(after, was)
    assert {one for one in anew if one < young} == {monday("2011-02-09")}
    assert monday("2011-12-01") in anew
    whole = count_cells(after, after.asked(BY_LEVEL, all_weeks(after)))
    found = ensure_weeks(after, BY_LEVEL)
    assert found.keys() == whole.keys()
    # What was marked is there still, so nobody counted it again.
    kept = {place: replace(f, n=f.n - MARK) for place, f in found.items() if f.n >= MARK}
    assert_same({**found, **kept}, whole)
    assert {place for place in kept if rows_of(CATALOGUE[place[0]].how)} == {
        (name, key, week)
        for (name, key, week), f in whole.items()
        if f.n and week not in anew and rows_of(CATALOGUE[name].how)
    }


MARK = 1_000_000


def mark_old_weeks(file: Path) -> None:
    """Every figure that is kept gets an n by which it is known again."""
    table = pq.read_table(file)
    place = table.column_names.index("n")
    field = table.schema.field("n")
    more = pa.array([n + MARK if n else 0 for n in table["n"].to_pylist()], field.type)
    pq.write_table(table.set_column(place, field, more), file)


# A ticket a week, from the first Monday of 2011 on.
MONDAYS = [day_number(date(2011, 1, 3)) + 7 * week for week in range(40)]
WEEKLY = "".join(
    f"w{day},,{iso_day(day)} 09:00:00,email,normal,solved,{('delivery', 'refund')[day % 2]}\n"
    for day in MONDAYS
)
WEEKLY_ANSWERS = "".join(
    f"w{day},e1,{iso_day(day + 1)} 09:30:00,public_reply,agent,\n"
    f"w{day},e2,{iso_day(day + 1)} 10:00:00,status,agent,solved\n"
    for day in MONDAYS
)


@pytest.mark.slow
def test_changed_and_withdrawn_tickets_leave_what_a_whole_count_says(tmp_path: Path) -> None:
    """By category, of which one comes with two tickets and goes with them."""
    folder, by = tmp_path / "small", ("category",)
    make_project(folder, preset="three-levels", shop="Small")
    earlier = MORE_TICKETS.replace("2011-02-09 09:00", "2011-02-01 08:00")
    nothing = MORE_TICKETS.splitlines(keepends=True)[0]
    for tickets, is_there in (
        (nothing, None),
        (MORE_TICKETS, "2011-02-07"),
        (earlier, "2011-01-31"),
        (MORE_TICKETS.replace("brand new", "delivery"), None),
    ):
        texts = {"tickets": tickets + WEEKLY, "ticket_events": MORE_EVENTS + WEEKLY_ANSWERS}
        read_more(folder, **texts)
        with closing(opened(folder).score_basis()) as basis:
            whole = count_cells(basis, basis.asked(by, all_weeks(basis)))
            assert_same(ensure_weeks(basis, by), whole)
        weeks = {day for (name, key, day), f in whole.items() if key == ("brand new",) and f.n}
        assert bool(weeks) is bool(is_there)
        assert not is_there or monday(is_there) in weeks


# --- whole or not at all ---


def test_a_crash_in_the_middle_leaves_old_or_new(tmp_path: Path) -> None:
    file = tmp_path / "figures"
    write_whole(file, lambda draft: draft.write_text("old"))

    def crash(draft: Path) -> None:
        draft.write_text("half of the n")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write_whole(file, crash)
    assert file.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["figures"]
    write_whole(file, lambda draft: draft.write_text("new"))
    assert file.read_text() == "new"


@pytest.mark.slow
def test_weeks_of_which_it_is_not_told_what_they_stand_on_are_counted_anew(
    tmp_path: Path,
) -> None:
    """The process died after the figures were written, or before."""
    folder = tmp_path / "small"
    head, first = (text.splitlines(keepends=True)[0] for text in (MORE_TICKETS, MORE_EVENTS))
    before = small_shop(folder, head + WEEKLY, first + WEEKLY_ANSWERS).score_basis()
    ensure_weeks(before, ())
    (before.measured.folder / "weeks.json").unlink()
    (before.measured.folder / "weeks_all.parquet").write_bytes(b"what nobody may read")
    texts = {"tickets": MORE_TICKETS + WEEKLY, "ticket_events": MORE_EVENTS + WEEKLY_ANSWERS}
    read_more(folder, **texts)
    after = opened(folder).score_basis()
    whole = count_cells(after, after.asked((), all_weeks(after)))
    assert_same(ensure_weeks(after, ()), whole)
    # What was worked out is used, but there are no figures of the weeks beside it.
    (after.measured.folder / "weeks_all.parquet").unlink()
    after.held.clear()
    assert_same(ensure_weeks(after, ()), whole)


# --- little or nothing ---

ONE_TICKET = """\
ticket_id,customer_id,created_at,channel,priority,status
1,,2026-02-09 09:00:00,email,normal,open
"""
ONE_EVENT = """\
ticket_id,event_id,happened_at,name,actor,value
1,e1,2026-02-09 09:30:00,private_note,agent,
"""
# Two tickets a day in February, but for two weeks of holidays.
DAYS = [day for day in range(2, 27) if not 6 <= day <= 20]
A_DAY = "".join(
    f"{day}{n},,2026-02-{day:02} 09:00:00,email,normal,solved\n" for day in DAYS for n in "ab"
)
ANSWERS = "".join(
    f"{day}{n},e1,2026-02-{day:02} 09:30:00,public_reply,agent,\n"
    f"{day}{n},e2,2026-02-{day:02} 10:00:00,status,agent,solved\n"
    for day in DAYS
    for n in "ab"
)


def small_shop(folder: Path, tickets: str, events: str) -> Shop:
    """A shop with tickets and nothing else: no surveys, no agents, no costs, no orders."""
    make_project(folder, preset="three-levels", shop="Small")
    read_more(folder, tickets=tickets, ticket_events=events)
    return opened(folder)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A month of tickets and nothing else; nobody changes it."""
    folder = tmp_path_factory.mktemp("plain") / "shop"
    return small_shop(folder, ONE_TICKET + A_DAY, ONE_EVENT + ANSWERS)


def every_answer(shop: Shop, period: Period | None) -> list[Figure]:
    """The figures of every answer there is, none of which may crash."""
    lines = [
        *shop.scorecard(period).lines,
        *shop.scorecard(period, by="agent_id").lines,
        *shop.check(period).lines,
        *shop.voice(period).lines,
        *shop.people(period).lines,
    ]
    for one in ONE_OF_EACH_KIND.values():
        answer = shop.metric(one, period, by="team")
        assert answer is not None
        lines += [*answer.lines, *answer.slices]
    shop.budget(period)
    shop.volume(period)
    return [figure for line in lines for figure in (line.figure, line.before)]


def no_share_of_nothing(shop: Shop, period: Period | None) -> None:
    """Where nothing was counted there is a reason, and never 0 %."""
    for line in shop.scorecard(period).lines:
        how = CATALOGUE[line.metric].how
        if not line.figure.n and not isinstance(how, Count | Stock):
            assert line.figure.value is None or line.metric == "vol.flow", line
            assert line.figure.reason is not None or line.metric == "vol.flow"


@pytest.mark.slow
def test_one_ticket_is_too_few_to_say_much(tmp_path: Path) -> None:
    shop = small_shop(tmp_path / "one", ONE_TICKET, ONE_EVENT)
    assert every_answer(shop, None)
    no_share_of_nothing(shop, None)
    whole = {one.metric: one.figure for one in shop.scorecard(None).lines if one.level is None}
    assert (whole["vol.new"].value, whole["vol.backlog"].value) == (1.0, 1.0)
    assert whole["t.frt"].reason is Reason.TOO_FEW
    assert whole["csat.share"].reason is Reason.NO_SOURCE
    assert whole["c.cpr"].reason is not None
    assert shop.export_tickets(tmp_path / "tickets.csv") == 1
    assert shop.export_metrics(tmp_path / "weeks.csv", by="team") > 0


def test_a_shop_without_surveys_agents_and_costs_says_that_none_were_read(plain: Shop) -> None:
    assert every_answer(plain, None)
    no_share_of_nothing(plain, None)
    whole = {one.metric: one.figure for one in plain.scorecard(None).lines if one.level is None}
    assert whole["vol.new"].value == 1 + 2 * len(DAYS)
    assert whole["t.frt"].value == 1_800
    unread = {name for name, figure in whole.items() if figure.reason is Reason.NO_SOURCE}
    assert unread >= {"csat.share", "nps.score", "ces.ease", "a.occ", "self.score", "vol.active"}
    assert not unread & {"vol.new", "t.frt", "q.fcr", "vol.backlog"}


@pytest.mark.parametrize(
    "period", [Period(14_000, 14_027), Period(20_504, 20_504), Period(20_700, 20_706)]
)
def test_a_period_without_anything_is_never_0_percent(plain: Shop, period: Period) -> None:
    assert every_answer(plain, period)
    no_share_of_nothing(plain, period)
    whole = {one.metric: one.figure for one in plain.scorecard(period).lines if one.level is None}
    assert (whole["vol.new"].value, whole["s.breaches"].value) == (0.0, 0.0)
    assert {whole[one].value for one in ("s.attain", "q.fcr", "t.frt", "vol.age")} == {None}


# --- what people call things ---


def test_an_agent_goes_by_their_name_in_slices(shop: Shop) -> None:
    found = shop.metric("csat.share", NEWEST, by="agent_id")
    assert found is not None
    names = {one.slice: one.label for one in found.slices if one.slice}
    assert names
    assert all(label and label != agent for agent, label in names.items())


def test_a_volume_that_grows_slowly_is_told(shop: Shop) -> None:
    """November 2011 is the busiest month of the sample: Christmas, not one odd day."""
    drift = shop.volume(NEWEST).drift
    assert drift is not None
    assert drift.is_up
    assert NEWEST.from_day <= drift.since_day <= drift.noticed_day <= NEWEST.to_day


def test_a_category_that_nobody_has_has_no_tickets(shop: Shop) -> None:
    assert {seen for _, seen, *_ in shop.volume(NEWEST, category="no such thing").days} == {0}


# --- ever other days ---


def test_ever_other_days_do_not_fill_memory(sample: Path, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(scorecard_basis, "MOST_HELD", 2)
    monkeypatch.setattr(scorecard_basis, "MOST_KEPT", 3)
    basis = copied(sample, tmp_path / "demo").score_basis()
    for first in range(15_290, 15_295):
        ensure_cells(basis, (), Periods(first, 1))
    assert len(basis.held) == 2
    kept = {file.name for file in basis.measured.folder.glob("cells_*.parquet")}
    assert len(kept) == 3
    assert "cells_all_15294_1_1.parquet" in kept
