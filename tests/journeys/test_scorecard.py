"""From tickets and surveys to KPIs and targets, as a support manager would type it.

Forty-one tickets: 37 of people who never bought, who are served as everyone is (Standard), and four
of c19, who spends most and is Premium. Ticket i of the first is answered and solved after 10 + i
minutes, the last one never; 30 of them are rated, 12 well. Those of c19 are rated well three times.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from .exports import twenty_customers
from .terminal import Done, Terminal
from .test_promises import answer, change_policy

STANDARD, PREMIUM, RATED, GOOD = 37, 4, 30, 12
HEADS = {
    "tickets": "ticket_id,customer_id,created_at,channel,priority,status,team,agent_id,category",
    "ticket_events": "ticket_id,event_id,happened_at,name,actor,actor_id,value",
    "agents": "agent_id,name,team",
    "surveys": "survey_id,customer_id,ticket_id,question,offered_at,answered_at,score,"
    "scale_low,scale_high,comment",
}


def written_tickets() -> Iterator[tuple[str, str]]:
    """Lines of every table, each with the name of the table."""
    yield from (("agents", f"{name},{name.title()},support") for name in ("tom", "ines"))
    for number in range(STANDARD):
        yield from _ticket(f"s{number}", f"email:n{number}@x.org", number)
    for number in range(PREMIUM):
        yield from _ticket(f"p{number}", "email:c19@x.org", number)


def _ticket(name: str, customer: str, number: int) -> Iterator[tuple[str, str]]:
    day, minute = f"2026-02-{9 + number % 5:02}", 10 + number
    is_open = name == f"s{STANDARD - 1}"
    status, channel = "open" if is_open else "solved", ("email", "chat")[number % 2]
    agent = "tom" if name.startswith("p") else "ines"
    told = f"{channel},normal,{status},support,{agent},delivery"
    yield "tickets", f"{name},{customer},{day} 09:00:00,{told}"
    if is_open:
        return
    for kind, value in (("public_reply", ""), ("status", "solved")):
        yield "ticket_events", f"{name},{kind},{day} 09:{minute}:00,{kind},agent,{agent},{value}"
    yield "surveys", f"{name},{customer},{name},csat,{day} 11:00:00,{_rating(name, number, day)}"


def _rating(name: str, number: int, day: str) -> str:
    premium = name.startswith("p")
    if number >= (PREMIUM - 1 if premium else RATED):
        return ",,1,5,"
    score, said = (5, "Thank you!") if premium or number % 5 < 2 else (1, "I had to ask twice.")
    return f"{day} 12:00:00,{score},1,5,{said}"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A shop with levels in force, tickets and ratings; tests only look at it."""
    folder = tmp_path_factory.mktemp("desk")
    shop = Terminal(folder / "myshop")
    shop("init", shop.project)
    change_policy(shop, "targets: {csat: 85%}", "targets: {csat: 85%, first_response: 4h}")
    change_policy(shop, "targets: {csat: 90%}", "targets: {csat: 90%, happines: 9, nps: 40%}")
    shop("read", twenty_customers(folder / "orders.csv"), "--as", "shopify-orders")
    shop("plan")
    shop("apply", "p1")
    lines = list(written_tickets())
    for table, head in HEADS.items():
        file = folder / f"{table}.csv"
        rows = [line for name, line in lines if name == table]
        file.write_text("\n".join([head, *rows]) + "\n", "utf-8")
        for _ in range(2):  # the first time drafts the mapping
            done = shop("read", file, "--as", "generic", "--table", table)
        assert done.code == 0, done.err
    return shop


Figures = Mapping[tuple[str, str | None], dict[str, Any]]


def figures(found: Mapping[str, Any]) -> Figures:
    return {(one["metric"], one["level"]): one["figure"] for one in found["lines"]}


@pytest.fixture(scope="module")
def counted(desk: Terminal) -> dict[str, Any]:
    """The scorecard of the usual days."""
    return answer(desk("scorecard", "--json"))


def test_every_level_is_counted_and_all_of_them_together(counted: dict[str, Any]) -> None:
    found = figures(counted)
    new = {level: found["vol.new", level]["value"] for level in ("standard", "premium", None)}
    assert new == {"standard": STANDARD, "premium": PREMIUM, None: STANDARD + PREMIUM}
    rated = found["csat.share", "standard"]
    assert (rated["value"], rated["n"]) == (pytest.approx(GOOD / RATED), RATED)
    assert rated["low"] < rated["value"] < rated["high"]
    few = found["csat.share", "premium"]
    assert (few["value"], few["n"], few["reason"]) == (None, PREMIUM - 1, "too few to say")


def test_who_still_waits_stays_in_the_median(counted: dict[str, Any]) -> None:
    """The 19th of 37 was answered after 28 minutes; without the open one it would be 27.5."""
    assert figures(counted)["t.frt", "standard"]["value"] == 28 * 60
    assert figures(counted)["vol.backlog", "standard"]["value"] == 1


def test_what_was_never_read_says_so(counted: dict[str, Any]) -> None:
    found = figures(counted)
    assert found["self.sessions", None]["reason"] == "no data of this kind was read"
    assert found["nps.score", None]["reason"] in {"nothing in these days", "too few to say"}
    assert all((one["value"] is None) == bool(one["reason"]) for one in found.values())


@pytest.mark.parametrize("metric", ["c.cpr", "c.total", "c.serve", "a.occ", "a.aht"])
def test_costs_and_hours_that_were_never_read_are_not_0(
    counted: dict[str, Any], metric: str
) -> None:
    assert figures(counted)[metric, None]["reason"] == "no data of this kind was read"


def test_the_scorecard_in_words(desk: Terminal) -> None:
    done = desk("scorecard", "--group", "voice")
    assert done.code == 0
    lines = {tuple(line.split()[:2]): line for line in done.out.splitlines() if line.strip()}
    assert "40.0%" in lines["CSAT", "Standard"]
    assert f"{RATED} survey answers" in lines["CSAT", "Standard"]
    assert "85%  target missed" in lines["CSAT", "Standard"]
    assert "too few to say" in lines["CSAT", "Premium"]
    assert "compared with" in done.out
    assert "days of Europe/Berlin; intervals are 95%" in done.out
    assert done.err.startswith("as of ")
    assert "New tickets" not in done.out


def test_a_level_and_a_slice(desk: Terminal, counted: dict[str, Any]) -> None:
    found = answer(desk("scorecard", "--level", "standard", "--by", "channel", "--json"))
    assert {one["level"] for one in found["lines"]} == {"standard"}
    parts = {
        one["slice"]: one["figure"]["value"]
        for one in found["lines"]
        if one["metric"] == "vol.new" and one["slice"]
    }
    assert parts == {"email": 19, "chat": 18}
    assert sum(parts.values()) == figures(counted)["vol.new", "standard"]["value"]
    told = desk("scorecard", "--level", "standard", "--by", "channel", "--group", "volume").out
    assert any(
        line.split()[:4] == ["New", "tickets", "Standard", "chat"] for line in told.split("\n")
    )


@pytest.mark.parametrize(
    ("words", "period", "tickets"),
    [
        (("--period", "7d", "--at", "2026-02-10"), ("2026-02-04", "2026-02-10"), 16 + 2),
        (("--at", "2026-02-08"), ("2026-01-12", "2026-02-08"), 0),
        (("--from", "2026-02-13", "--to", "2026-02-13"), ("2026-02-13", "2026-02-13"), 7),
    ],
)
def test_days_are_chosen(
    desk: Terminal, words: tuple[str, ...], period: tuple[str, str], tickets: int
) -> None:
    found = answer(desk("scorecard", "--group", "volume", "--json", *words))
    assert (found["period"]["from_day"], found["period"]["to_day"]) == period
    assert figures(found)["vol.new", None]["value"] == tickets


def test_the_check_leaves_with_3_only_when_a_target_is_missed_beyond_chance(desk: Terminal) -> None:
    done = desk("check")
    assert done.code == 3
    judged = {tuple(line.split()[:2]): line for line in done.out.splitlines()}
    assert judged["CSAT", "Standard"].endswith("target missed")
    assert judged["First", "response"].endswith("on target")
    assert judged["CSAT", "Premium"].endswith("too few to say")
    assert "1 missed, 1 met" in done.out
    as_json = desk("check", "--json")
    assert as_json.code == 3
    said = {(one["metric"], one["level"]): one["aim"] for one in json.loads(as_json.out)["lines"]}
    assert said["csat.share", "standard"] == {"target": 0.85, "judged": "missed"}
    assert said["t.frt", "standard"] == {"target": 4 * 3_600, "judged": "met"}
    earlier = desk("check", "--at", "2026-02-08")
    assert earlier.code == 0
    assert "too few to say" in earlier.out or "nothing in these days" in earlier.out


def test_targets_that_no_kpi_answers_are_told_with_their_line(desk: Terminal) -> None:
    lines = (desk.project / "policy.yaml").read_text("utf-8").splitlines()
    place = next(n for n, line in enumerate(lines, 1) if "happines" in line)
    for done in (desk("check"), desk("policy", "check")):
        assert f"policy.yaml:{place}, column `levels.plus.targets.happines`" in done.err
        assert "expected points from -100 to 100 such as `40`, found `40%`" in done.err
    assert desk("policy", "check").code == 1
    assert json.loads(desk("check", "--json").out)["unknown"] == ["happines"]
    assert "`happines`" in desk("doctor").out


def test_one_kpi_with_its_meaning_its_weeks_and_the_rows_behind_it(desk: Terminal) -> None:
    told = desk("metric", "show", "csat", "--rows", "50", "--only", "miss").out
    assert told.startswith("CSAT (csat.share), Voice of the customer\n")
    assert "a target of it: csat: 95%" in told
    assert "9 Feb 2026 – 15 Feb 2026" in told
    bad = RATED - GOOD
    assert f"{bad} of {bad} survey answers" in told
    rows = answer(desk("metric", "show", "csat.share", "--rows", "99", "--json"))
    whole = next(one for one in rows["lines"] if one["level"] is None)
    assert len(rows["rows"]) == rows["total"] == whole["figure"]["n"] == RATED + PREMIUM - 1
    assert sum(row["value"] for row in rows["rows"]) == GOOD + PREMIUM - 1
    assert all(row["at_s"].startswith("2026-02-") for row in rows["rows"])
    waiting = answer(desk("metric", "show", "first_response", "--only", "open", "--json"))
    assert [row["ticket_id"] for row in waiting["rows"]] == [f"s{STANDARD - 1}"]


def test_the_catalogue_needs_no_shop(tmp_path: Path) -> None:
    nowhere = Terminal(tmp_path / "nowhere")
    found = answer(nowhere("metric", "list", "--json"))["metrics"]
    assert {"csat.share", "t.frt", "s.attain", "c.cpr"} <= {one["id"] for one in found}
    assert "first_response: 4h" in nowhere("metric", "list").out


@pytest.mark.parametrize("command", ["budget", "voice", "people", "volume"])
def test_a_table_and_the_same_as_json(desk: Terminal, command: str) -> None:
    done = desk(command)
    assert done.code == 0, done.err
    assert "days of Europe/Berlin; intervals are 95%" in done.out
    assert done.err.startswith("as of ")
    found = answer(desk(command, "--json"))
    assert found["schema"] == f"tierwise/{command}/1"
    assert found["as_of"]["zone"] == "Europe/Berlin"


def test_the_budget_of_a_month_that_began_before_the_first_ticket(desk: Terminal) -> None:
    assert "Standard  First response  1d in always" in desk("budget").out


def test_voices_people_and_volume_in_words(desk: Terminal) -> None:
    spoken = desk("voice", "--level", "premium", "--comments", "2").out
    assert "2 of 3 comments" in spoken
    assert "Premium, CSAT 5 of 5, ticket p2: Thank you!" in spoken
    assert "twice" not in spoken
    assert "twice" in desk("voice", "--comments", "99").out
    people = [line.split()[0] for line in desk("people").out.splitlines() if line]
    assert people.index("Ines") < people.index("Tom")
    assert "not enough tickets before these days to say what is usual" in desk("volume").out


def read_csv(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_tickets_and_kpis_are_written_to_files(desk: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "tickets.csv"
    done = desk("export", "tickets", file)
    assert done.out == f"wrote {file}: {STANDARD + PREMIUM} tickets\n"
    rows = {row["ticket_id"]: row for row in read_csv(file)}
    assert len(rows) == STANDARD + PREMIUM
    assert (rows["s0"]["level"], rows["p0"]["level"]) == ("standard", "premium")
    kpis = tmp_path / "kpis.parquet"
    told = answer(desk("export", "metrics", kpis, "--by", "channel", "--json"))
    table = pq.read_table(kpis)
    assert table.num_rows == told["rows"] > 0
    assert {"metric", "level", "channel", "value", "low", "high", "n"} <= set(table.column_names)


def test_a_path_alone_still_means_the_levels(desk: Terminal, tmp_path: Path) -> None:
    alone, named = tmp_path / "levels.csv", tmp_path / "same.csv"
    done = desk("export", alone)
    assert done.out.startswith(f"wrote {alone}: ")
    desk("export", "levels", named)
    assert alone.read_text("utf-8") == named.read_text("utf-8")
    assert answer(desk("export", "--json", alone))["schema"] == "tierwise/export/1"
    assert desk("export").code == 2
    assert "tickets" in desk("export", "--help").out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("scorecard", "--level", "premum"), "did you mean `premium`?"),
        (("scorecard", "--by", "colour"), "'colour' is not one of"),
        (("scorecard", "--period", "3d"), "'3d' is not one of"),
        (("scorecard", "--period", "7d", "--from", "2026-02-01"), "leave out `--period`"),
        (("scorecard", "--to", "2026-02-01"), "`--to` needs a first day"),
        (("check", "--from", "2026-02-09", "--to", "2026-02-01"), "swap `--from` and `--to`"),
        (("metric", "show", "cast"), "no KPI `cast`; did you mean `csat`?"),
        (("metric", "show", "csat", "--only", "some"), "'some' is not one of"),
        (("voice", "--level", "gold"), "known: premium, plus, standard"),
        (("export", "tickets", "nowhere/t.csv"), "no folder `nowhere`"),
        (("export", "tickets", "t.xlsx"), "must end with .csv or .parquet"),
    ],
)
def test_a_wrong_question_says_what_to_do(
    desk: Terminal, words: tuple[str, ...], says: str
) -> None:
    done = desk(*words)
    assert (done.code, says in done.err) == (2, True), done.err


def test_a_kpi_that_is_made_of_others_has_no_rows(desk: Terminal) -> None:
    done = desk("metric", "show", "vol.flow", "--rows", "3")
    assert done.code == 1
    assert "is made of other figures" in done.err


@pytest.mark.parametrize("command", ["scorecard", "check", "budget", "voice", "people", "volume"])
def test_without_tickets_it_is_said_how_to_read_some(shop: Terminal, command: str) -> None:
    done: Done = shop(command)
    assert done.code == 1
    assert "no tickets yet; read some with `tierwise read FILE --as READER`" in done.err
