"""The pages of promises, read as a browser without JavaScript reads them."""

import gzip
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.app import promise_words as words
from tierwise.app.promise_asked import Wanted, span_of
from tierwise.app.promise_records import (
    OUTCOMES,
    AttainmentAnswer,
    Cause,
    LateAnswer,
    Period,
    TicketList,
)
from tierwise.metrics.attainment import Counts, attainment
from tierwise.promises.clock_readings import Reading, State
from tierwise.promises.counting import Counting

from . import remembered_promises as promised
from .asking import demo, links, owner, read, served
from .remembered_answers import RememberedAnswers
from .remembered_promises import AT, KNOWN, MADE_UP, MERGED, UNPROMISED

PAGES = (
    "/today",
    "/today?by=channel&counting=zendesk",
    "/breaches",
    "/breaches?cause=hold",
    "/tickets",
    f"/tickets/{KNOWN}",
    f"/tickets/{UNPROMISED}",
    f"/tickets/{MERGED}",
)
LISTS = ("/today", "/breaches", "/tickets")
MINUS = "\u2212"


class AskedFor(RememberedAnswers):
    """Remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[dict[str, object]] = []

    def attainment(self, period: Period | None, **which: Any) -> AttainmentAnswer:
        self.asked.append(which | {"period": period})
        return super().attainment(period, **which)

    def late(self, period: Period | None, **which: Any) -> LateAnswer:
        self.asked.append(which | {"period": period})
        return super().late(period, **which)

    def tickets(self, period: Period | None, **which: Any) -> TicketList:
        self.asked.append(which | {"period": period})
        return super().tickets(period, **which)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_says_its_zone_its_age_and_that_tickets_are_made_up(address: str) -> None:
    said = read(demo(), address)
    assert "Data as of 9 Dec 2011, 12:50 Europe/London." in said
    assert MADE_UP in said
    assert demo().get(address).text.count("<h1") == 1


def test_real_tickets_carry_no_such_notice() -> None:
    assert MADE_UP not in read(demo(RememberedAnswers(made_up=None)), "/today")


@pytest.mark.parametrize("address", PAGES)
def test_no_page_needs_script_or_inline_style_and_none_is_large(address: str) -> None:
    text = demo().get(address).text
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text)
    assert len(gzip.compress(text.encode())) < 25_000


@pytest.mark.parametrize("address", [*LISTS, f"/tickets/{KNOWN}"])
def test_without_tickets_a_page_says_how_to_read_some(address: str) -> None:
    said = read(demo(RememberedAnswers(tickets_read=False)), address)
    assert "No tickets yet" in said
    assert "tierwise read tickets.csv" in said


@pytest.mark.parametrize("address", LISTS)
def test_nobody_sees_promises_without_signing_in(address: str) -> None:
    assert served().get(address).status_code in {303, 401}
    assert owner().get(address).status_code == 200


def test_a_tile_says_share_target_verdict_interval_number_and_change() -> None:
    said = read(demo(), "/today")
    assert "Premium ■ below target 93.5% of promises kept; target 95%" in said
    assert "95% interval 91.6–94.9%, 856 promises on 290 tickets" in said
    assert f"{MINUS}2.2 points on the 30 days before" in said
    assert "Standard ▲ too close to call" in said


@pytest.mark.parametrize(
    "says",
    [
        "Premium 1h in office 93.3% ▲ too close to call",
        "Plus 4h in office 93.1% ● on target",
        "Plus 8h in office 75.3% ■ below target",
        "Premium 8h in office 18 of 21",
        "Plus 3d in always 7 of 8 ○ too few to say",
        "Standard 5d in always – ○ nothing due 0 0 0",
        "Standard 76.9% – no target",
    ],
)
def test_each_promise_has_its_verdict_and_too_few_has_no_per_cent(says: str) -> None:
    assert says in read(demo(), "/today")


def test_every_number_leads_to_its_tickets() -> None:
    asking, days = demo(), "from=2011-11-10&to=2011-12-09"
    found = links(asking, "/today")
    for outcome in ("met", "late", "open_late", "not_due", "not_counted"):
        address = f"/tickets?{days}&level=premium&clock=first_response&outcome={outcome}"
        assert address in found
        assert asking.get(address).status_code == 200
    assert f"/tickets?{days}&level=plus&week=3" in found
    assert f"/tickets?{days}&level=premium&clock=resolution" in found
    assert not any("clock=resolution&outcome=met" in one for one in found if "standard" in one)


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/today", {"period": None, "counting": None, "by": None}),
        ("/today?from=2011-12-03&to=2011-12-09", {"period": Period(15_311, 15_317)}),
        ("/today?counting=zendesk&by=team", {"counting": Counting.ZENDESK, "by": "team"}),
        ("/today?counting=best&by=mood", {"counting": None, "by": None}),
        ("/breaches", {"period": None, "level": None, "clock": None, "cause": None}),
        ("/breaches?cause=other_team&level=plus", {"cause": Cause.OTHER_TEAM, "level": "plus"}),
        ("/breaches?cause=nobody&clock=resolution", {"cause": None, "clock": "resolution"}),
        ("/breaches?offset=20&level=-", {"offset": 20, "limit": 20, "level": ""}),
        ("/tickets?outcome=open_late&week=3", {"outcome": "open_late", "week": 3}),
        ("/tickets?outcome=odd&week=-1&offset=x", {"outcome": "all", "week": None, "offset": 0}),
        ("/tickets?level=vip&clock=resolution", {"level": "vip", "clock": "resolution"}),
    ],
)
def test_an_address_asks_for_what_it_says(address: str, asked: dict[str, object]) -> None:
    answers = AskedFor()
    assert demo(answers).get(address).status_code == 200
    (found,) = answers.asked
    assert {name: found[name] for name in asked} == asked


@pytest.mark.parametrize("page", LISTS)
@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("from=soon&to=2011-12-09", "soon is no date"),
        ("from=2011-12-09", "a period needs its first and its last day"),
        ("from=2011-12-09&to=2011-12-01", "the first day comes after the last one"),
    ],
)
def test_days_that_cannot_be_read_are_said_so(page: str, query: str, wrong: str) -> None:
    said = read(demo(), f"{page}?{query}")
    assert f"{wrong}. Shown: 10 Nov – 9 Dec 2011." in said


def test_the_periods_offered_end_with_the_last_day_known_and_keep_the_filters() -> None:
    found = links(demo(), "/breaches?level=plus&cause=hold&offset=20")
    for first in ("2011-12-03", "2011-11-10", "2011-09-11", "2010-12-10"):
        assert f"/breaches?level=plus&cause=hold&from={first}&to=2011-12-09" in found


@pytest.mark.parametrize(("at_s", "last"), [(AT, 15_317), (15_318 * 86_400, 15_317)])
def test_midnight_ends_the_day_before(at_s: int, last: int) -> None:
    as_of = replace(promised.AS_OF, at_s=at_s)
    span = span_of(Wanted("/today", {}), as_of, Period(last - 6, last), "")
    assert [one.days for one in span.choices if one.is_chosen] == [7]


@pytest.mark.parametrize("by", ["channel", "team", "priority"])
def test_shares_can_be_sliced(by: str) -> None:
    said = read(demo(), f"/today?by={by}")
    assert f"By {by}" in said
    assert f"{promised.SLICED[by][0]} Premium All promises 93.5%" in said


def test_counting_as_zendesk_counts_is_named() -> None:
    said = read(demo(), "/today?counting=zendesk")
    assert "The lists behind the numbers count as the policy says." in said
    assert "93.7%" in said


def test_a_shop_in_which_no_level_has_tickets() -> None:
    said = read(demo(RememberedAnswers(levels_=())), "/today")
    assert "No ticket of these days has a level." in said
    assert "No level promises anything." in said


def test_under_thirty_a_tile_counts_instead_of_a_per_cent() -> None:
    answers = RememberedAnswers(levels_=(("gold", "Gold"),))
    assert "9 of 12 of promises kept; target 95%" in read(demo(answers), "/today")


def test_causes_come_most_first_and_filter() -> None:
    said, found = read(demo(), "/breaches"), links(demo(), "/breaches")
    assert "The first 3 of 5 causes make 81.2% of them." in said
    for name in words.CAUSES:
        assert f"/breaches?cause={name}" in found
    assert "Nobody had it yet 18, 27.9% of lost time" in said


def test_a_late_promise_says_how_late_and_whom_it_waited_for() -> None:
    said = read(demo(), "/breaches")
    assert "48216 Premium First response, email, concierge ■ 2h 05m late, still open" in said
    assert "nobody had it yet 2h, outside hours 13h, done 10m" in said
    assert "From 8 Dec 2011, 16:50, due 9 Dec 2011, 07:30, not done yet." in said
    assert "/tickets/desk%2F48218" in links(demo(), "/breaches")


def test_the_review_turns_its_pages() -> None:
    assert "1–20 of 64 late promises" in read(demo(), "/breaches")
    assert "/breaches?level=plus&offset=20" not in links(demo(), "/breaches?level=plus")
    assert "/breaches?from=2011-11-10&to=2011-12-09&offset=20" in links(
        demo(), "/breaches?from=2011-11-10&to=2011-12-09"
    )
    assert "61–64 of 64 late promises" in read(demo(), "/breaches?offset=60")


def test_no_breach_is_good_news() -> None:
    class Kept(RememberedAnswers):
        def late(self, period: Period | None, **which: object) -> LateAnswer:
            return promised.late(period, (), None, slice(0))

    said = read(demo(Kept()), "/breaches")
    assert "Every promise of these days was kept, or is not due yet." in said
    assert "causes make" not in said
    assert "Take a filter away" in read(demo(Kept()), "/breaches?level=plus")


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_has_its_list(outcome: str) -> None:
    said = read(demo(), f"/tickets?outcome={outcome}")
    assert "1–50 of 110 tickets" in said


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        ("met", "● kept 1m 05s to spare"),
        ("late", "■ late 1h 58m late"),
        ("not_due", "▲ running, due soon 1m 05s left"),
        ("not_counted", "– ○ no promise – –"),
    ],
)
def test_a_line_says_how_its_promise_stands(outcome: str, says: str) -> None:
    assert says in read(demo(), f"/tickets?outcome={outcome}")


def test_a_number_opens_its_ticket() -> None:
    asking = demo()
    assert asking.get(f"/tickets?q={KNOWN}").headers["location"] == f"/tickets/{KNOWN}"
    assert asking.get("/tickets?q=desk%2F48218").headers["location"] == "/tickets/desk%2F48218"
    assert "There is no ticket 7." in read(asking, "/tickets?q=7")
    assert asking.get("/tickets/7").status_code == 404


@pytest.mark.parametrize(
    "says",
    [
        "● kept Kept with 35m of business time to spare; it was due 9 Dec 2011, 10:50 Europe",
        "■ late 40m of business time late; it was due 9 Dec 2011, 11:20 Europe/London.",
        "Next response no. 2 ▲ running, due soon 5m of business time left, due 9 Dec 2011, 12:55",
        "Agent work ■ late, still open 2h 05m of business time late",
        "Requester wait ◐ running 3h 05m of business time left, due 9 Dec 2011, 15:55",
        "Resolution ‖ paused 7h of business time left when it goes on; while it is paused",
        "Team ownership first line ○ no promise Nothing is promised for this",
        "Periodic update, Assignment ○ no promise",
        "As Zendesk counts it: ● kept, 50m used of 1h.",
        "Why this target: the target of Premium by e-mail, the most specific that fits.",
        "3 spans that add up to 1h 40m",
        "break: lunch",
        "events.csv:12, column at",
        "answered Hello <b>there</b>",
    ],
)
def test_a_ticket_explains_every_clock(says: str) -> None:
    assert says in read(demo(), f"/tickets/{KNOWN}")


def test_spans_add_up_to_what_the_clock_used() -> None:
    found = promised.ticket(KNOWN)
    assert found is not None
    said = read(demo(), f"/tickets/{KNOWN}")
    for one in found.clocks:
        counted = sum(span.end_s - span.start_s for span in one.spans if span.counted)
        assert counted == (one.reading.elapsed_s or 0)
        assert not one.spans or f"up to {words.to_the_second(counted)}" in said


def test_a_ticket_without_a_promise_is_neither_kept_nor_late() -> None:
    said = read(demo(), f"/tickets/{UNPROMISED}")
    assert "First response, Next response, Resolution ○ no promise" in said
    assert "no level" in said
    assert "0%" not in said
    assert "● kept" not in said


def test_a_merged_ticket_names_the_other() -> None:
    assert f"merged into {KNOWN};" in read(demo(), "/tickets/desk%2F48218")


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (0, "0s"),
        (59, "59s"),
        (60, "1m"),
        (599, "9m 59s"),
        (659, "10m"),
        (3_600, "1h"),
        (7_530, "2h 05m"),
        (86_400, "1d"),
        (97_200, "1d 3h"),
        (-7_530, "2h 05m"),
    ],
)
def test_lengths_of_time(seconds: int, says: str) -> None:
    assert words.duration(seconds) == says


UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


def in_seconds(said: str) -> int:
    return sum(
        int(number.replace("\u202f", "")) * UNITS[unit]
        for number, unit in re.findall(r"([\d\u202f]+)([dhms])", said)
    )


@given(st.integers(0, 10**8))
def test_a_length_never_says_more_than_it_is(seconds: int) -> None:
    assert 0 <= seconds - in_seconds(words.duration(seconds)) < 3_600
    assert in_seconds(words.to_the_second(seconds)) == seconds


@pytest.mark.parametrize(
    ("met", "late", "kept", "verdict"),
    [
        (0, 0, "–", "nothing due"),
        (0, 4, "0 of 4", "too few to say"),
        (29, 0, "29 of 29", "too close to call"),
        (300, 0, "100.0%", "on target"),
        (0, 300, "0.0%", "below target"),
    ],
)
def test_a_share_needs_enough_behind_it(met: int, late: int, kept: str, verdict: str) -> None:
    found = attainment(Counts(met=met, late=late), 0.95)
    assert words.kept(found) == kept
    assert words.verdict(found).text == verdict


def test_every_state_has_a_shape_of_its_own() -> None:
    shapes = [words.STATES[state].shape for state in State]
    assert len(set(shapes)) == len(shapes)


@pytest.mark.parametrize(("used", "says"), [(44, "running"), (45, "running, due soon")])
def test_a_quarter_left_is_soon(used: int, says: str) -> None:
    reading = Reading("resolution", 1, State.RUNNING, target_s=60, elapsed_s=used)
    assert words.state_of(reading).text == says


def test_the_zone_moves_the_clock_on_the_wall() -> None:
    summer = AT - 180 * 86_400
    assert words.moment(summer, "Europe/London") == "12 Jun 2011, 13:50 Europe/London"
    assert words.moment(summer, "UTC") == "12 Jun 2011, 12:50 UTC"
    shown = replace(promised.AS_OF, zone="America/New_York")
    assert words.wall(AT, shown.zone) == "9 Dec 2011, 07:50"


def test_the_front_page_is_today_where_there_are_tickets() -> None:
    assert demo().get("/").headers["location"] == "/today"
    assert demo(RememberedAnswers(tickets_read=False)).get("/").headers["location"] == "/levels"


def test_a_customer_has_their_newest_tickets() -> None:
    page = demo().get("/customers/14911").text
    assert '<h2 id="tickets-title">Tickets</h2>' in page
    assert "each with the promise that is due first" in page
    assert MADE_UP in unescape(page)
    assert "tickets-title" not in demo().get("/customers/14156").text


def test_what_is_wrong_with_tickets_stands_on_the_data_page() -> None:
    page = demo().get("/data").text
    assert "Problems of tickets" in page
    assert "ticket 77, event e2" in page
