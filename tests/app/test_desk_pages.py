"""Budgets, the voice of customers, people and volume, read as a browser without JavaScript does."""

import re
from dataclasses import replace
from typing import Any

import pytest

from tierwise.app.desk_records import BudgetAnswer, PeopleAnswer, VoiceAnswer, VolumeAnswer
from tierwise.app.promise_records import Period

from .asking import demo, links, read
from .remembered_answers import RememberedAnswers


@pytest.mark.parametrize(
    "says",
    [
        "Premium First response ■ burning too fast 1h in office, for 95%",
        "12 of 40 misses left; at this pace gone on 14 Dec 2011.",
        "7 misses too many: 31 of 24; gone since 7 Dec 2011.",
        "97 of 180 misses left; at this pace it lasts the period.",
        "Nothing may break, and nothing did.",
        "■ rings. To call somebody now: from 2 times the pace allowed in both windows; "
        "it was 2.6 times in the last 9 open hours, 3.1 times in the last open hour.",
        "○ refused. To call somebody now, over the last 2 open hours: refused, because "
        "a promise of 100 % has no budget to burn.",
    ],
)
def test_a_budget_says_what_is_left_and_when_it_is_gone(says: str) -> None:
    assert says in read(demo(), "/budget")


def test_budgets_in_trouble_come_first_and_lead_to_late_tickets() -> None:
    text = demo().get("/budget").text
    states = re.findall(
        r'class="pill (?:late|ok|open|soon)"><span[^>]*>.</span> ([^<]+)</span>', text
    )
    assert states == [
        "burning too fast",
        "overdrawn",
        "may run out",
        "lasts the period",
        "nothing may break",
    ]
    days = "from=2011-11-21&to=2011-12-18"
    found = links(demo(), "/budget")
    assert f"/tickets?{days}&level=premium&clock=resolution&outcome=late" in found
    assert "Premium" not in read(demo(), "/budget?level=plus").split("First response")[1]


def test_without_targets_there_is_no_budget() -> None:
    class Bare(RememberedAnswers):
        def budget(self, period: Period | None) -> BudgetAnswer:
            return replace(RememberedAnswers.budget(self, period), lines=())

    assert "No promise has a target here." in read(demo(Bare()), "/budget")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/voice", "86.1% All levels, γ = 0"),
        ("/voice", "There is no target here, so no verdict that could flip."),
        ("/voice?level=premium", "The verdict on the target of 95% flips at γ = \u22120.2"),
        ("/voice?level=standard", "No supposition flips the verdict on the target of 90%."),
        (
            "/voice?level=premium&gamma=0.69",
            "If unhappy customers answer 2 times as readily as happy ones, 97.0% of all customers "
            "are satisfied, and not 95.1%.",
        ),
        ("/voice?gamma=99", "γ = 0"),
        ("/voice?gamma=-19", "γ = \u22122"),
        ("/voice?gamma=nonsense", "γ = 0"),
        ("/voice", "20.6% if nobody else were satisfied, 97.5% if everybody else were."),
        ("/voice", "An association, not an effect"),
        ("/voice", "Detractors 61 £214 → £180"),
        ("/voice", "CSAT 1 of 1–5"),
        ("/voice", "Three people asked me for the <b>same</b> order number & nobody"),
        ("/voice", "1–10 of 47 comments"),
        ("/voice?level=plus", "1–10 of 12 comments"),
    ],
)
def test_the_voice_says_how_far_it_can_be_trusted(address: str, says: str) -> None:
    assert says in read(demo(), address)


def test_the_slider_is_a_form_that_keeps_the_level() -> None:
    text = demo().get("/voice?level=plus&gamma=0.5").text
    form = text[text.index('action="/voice#bias"') :]
    form = form[: form.index("</form>")]
    assert 'type="range"' in form
    assert 'value="0.5"' in form
    assert '<input type="hidden" name="level" value="plus">' in form
    assert "/voice?level=plus&gamma=0.69#bias" in links(demo(), "/voice?level=plus")


def test_a_shop_nobody_answered() -> None:
    class Silent(RememberedAnswers):
        def voice(self, period: Period | None, **which: Any) -> VoiceAnswer:
            found = RememberedAnswers.voice(self, period, **which)
            return replace(
                found, lines=(), comments=(), total_comments=0, sensitivity=(), nps_steps=()
            )

    said = read(demo(Silent()), "/voice")
    for words in ("No survey was read.", "Too few answers to say.", "Nobody answered twice yet."):
        assert words in said
    assert "Nobody wrote anything." in said


@pytest.mark.parametrize(
    "says",
    [
        "■ 12 of 10, over",
        "▲ 17 of 20, nearly full",
        "■ 20 of 20, full",
        "● 4 of 10, has room",
        "○ 0, capacity not said",
        "More than chance: Farid.",
        "There is no league table",
        "concierge 2 16 open tickets of concierge 82.6% 61.1% 18 m 17 m – 20 m £9.80",
        "no team 1 7 open tickets of no team no data of this kind was read",
        "70.5% 64.5–76.5%, answers about Farid 72.3% 65.3–78.3% place 4 to 6 ▲ stands out",
    ],
)
def test_people_have_room_or_not_and_no_league(says: str) -> None:
    assert says in read(demo(), "/people")


def test_agents_stand_by_name() -> None:
    said = read(demo(), "/people")
    table = said[said.index("Agents, by name") :]
    names = ("Ada Lind", "Bo", "Chiara Conti", "Dmitri", "Élodie", "Farid")
    places = [table.index(f"{name} ") for name in names]
    assert places == sorted(places)


def test_a_shop_without_agents() -> None:
    class Alone(RememberedAnswers):
        def people(self, period: Period | None) -> PeopleAnswer:
            found = RememberedAnswers.people(self, period)
            return replace(found, teams=(), agents=(), lines=())

    said = read(demo(Alone()), "/people")
    assert "No agent is known." in said
    assert "Nobody differs" not in said


@pytest.mark.parametrize(
    "says",
    [
        "171 tickets about delivery on 6 Dec 2011, 62 expected: more than usual; "
        "chance does so less than once in 10 000 days.",
        "158 tickets on 28 Nov 2011, 280 expected: fewer than usual",
        "6 Dec 2011 409 on 6 Dec 2011 280",
        "there are more tickets than usual, certain on",
    ],
)
def test_unusual_days_say_how_unusual(says: str) -> None:
    assert says in read(demo(), "/volume")


def test_a_calm_shop_has_no_unusual_days() -> None:
    class Calm(RememberedAnswers):
        def volume(self, period: Period | None, **which: Any) -> VolumeAnswer:
            found = RememberedAnswers.volume(self, period, **which)
            return replace(found, unusual=(), days=(), drift=None)

    said = read(demo(Calm()), "/volume")
    assert "No day stands out." in said
    assert "Too few weeks are known" in said
    assert "Unusual volume" not in read(demo(Calm()), "/today")
