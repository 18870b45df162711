"""Help desks on the pages, read as a browser without JavaScript does."""

import gzip
import html
import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tierwise.app.desk_answers import DeskPlanAnswer, DeskStanding
from tierwise.app.desk_body import field_changes, value_lines
from tierwise.app.desk_words import desk_sign, kind_name, limit_sign, plan_says, push_says
from tierwise.app.long_work import LongWork
from tierwise.facts.desk_config import Deed, DeskOp, DeskPlan, DeskStep, StepState
from tierwise.facts.desks import RateLimit
from tierwise.facts.problems import RefusedError

from .asking import Asking, demo, links, owner, served
from .asking import read as words_of
from .remembered_answers import RememberedAnswers
from .remembered_desk import (
    ACME,
    AT,
    IN_THE_WAY,
    PLAN,
    PUSH,
    STREAMS,
    TRIAL,
    DeskWorld,
    fresh,
    in_step,
    standing,
)

BEARER = {"authorization": "Bearer right-token"}
ADDRESSES = ("/desk", "/desk/plans/dp_1", "/desk/push")
SOON_S = 5.0


def shop(**world: Any) -> RememberedAnswers:
    return RememberedAnswers(desk_world=DeskWorld(**world))


def desk(*standings: DeskStanding) -> Asking:
    return demo(shop(standings=list(standings)))


def with_plan(**changed: Any) -> Asking:
    steps = changed.pop("steps", ())
    stale = changed.pop("stale", None)
    found = DeskPlanAnswer(ACME, replace(PLAN, **changed), steps, stale)
    return demo(shop(plans={PLAN.plan_id: found}))


def main_of(page: str) -> str:
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.split("<main")[1])).split())
    return re.sub(r" ([.,:;])", r"\1", words)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_small_and_holds_no_inline_script_or_style(address: str) -> None:
    page = demo().get(address)
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert len(gzip.compress(page.content)) < 25_000
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*src=)", page.text)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_opens_without_signing_in(address: str) -> None:
    assert served().get(address).status_code in {303, 401}
    assert owner().get(address).status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_names_from_the_desk_are_text_and_no_markup(address: str) -> None:
    assert "<first>" not in demo().get(address).text
    assert "<b>gold</b>" not in demo().get(address).text


def test_without_an_account_the_page_says_how_to_connect_one() -> None:
    said = words_of(desk(), "/desk")
    assert "No help desk yet" in said
    assert "tierwise desk connect zendesk --account acme --client-id ID" in said
    assert "tierwise desk stand-in" in said


def test_the_menu_leads_to_the_desk() -> None:
    assert "/desk" in links(demo(), "/levels")


@pytest.mark.parametrize(
    "says",
    [
        "acme ■ asks to be looked at Zendesk, ▲ PRODUCTION, https://acme.zendesk.com. "
        "Connected 12 days ago by ann. Its tickets are counted.",
        "1 object was changed at the desk since we wrote it: sla/premium.",
        "● In step 5 120 of 5 554 bear the level they should",
        "▲ Waiting 418 get another level at the next push",
        "‖ Set by an agent 12 another level stands there, and stays",
        "○ Unmatched 31 at the desk, but no customer we know",
        "Premium sl_premium 594",
        "gold gold 3",
        "▲ done, some refused. 1 203 of 1 250 written, 30 needed no writing, 12 kept as an agent "
        "set them, 4 refused by the desk, 1 no longer at the desk. "
        "ps_1, 22 Nov 2026, 00:00 UTC, by ann, took 3m.",
        "Objects that are ours 14 Changed there since 1",
        "dp_1: 5 to make, 1 to change, 1 to remove, 1 to put in order. ○ open",
        "To write ours over it: tierwise desk push --overwrite. Shown: 2 of 12.",
        "Email: a@b is already being used",
        "Tickets 40 812 10 min ago ◐ in part",
        "Ratings 0 – ○ not there the plan of the account has no ratings",
        "3 tickets were touched since; they are read next.",
        "Incremental 0 of 10 ■ used up anew in 22s",
        "User write 21 of 300 ▲ nearly used up",
    ],
)
def test_an_account_says_how_it_stands(says: str) -> None:
    assert says in words_of(demo(), "/desk").replace("\u202f", " ")


def test_a_person_leads_to_the_customer() -> None:
    found = links(demo(), "/desk")
    assert {f"/customers/{one.customer_id}" for one in standing().kept} <= found
    assert {"/desk/plans/dp_1", "/desk/push?account=k_1", "/plans#desk"} <= found


def test_an_account_in_step_has_nothing_to_complain_about() -> None:
    page = desk(in_step()).get("/desk").text
    assert "in step" in main_of(page)
    assert 'class="card notice' not in page
    assert "Refused by the desk" not in page
    assert "applied" in page


def test_an_account_just_connected_says_what_comes_next() -> None:
    said = words_of(desk(fresh()), "/desk")
    assert "not set up yet" in said
    assert "● sandbox" in said
    assert "Its tickets are not counted: they come from elsewhere." in said
    assert "Make a plan: it says what would be made at the desk" in said
    assert "Push levels…" not in said


def test_several_accounts_stand_below_each_other() -> None:
    asking = desk(standing(), fresh())
    assert "Help desks" in words_of(asking, "/desk")
    ids = re.findall(r'\sid="([^"]+)"', asking.get("/desk").text)
    assert len(ids) == len(set(ids))
    assert asking.get("/desk/push").status_code == 400
    assert asking.get("/desk/push?account=k_2").status_code == 200
    assert asking.get("/desk/push?account=k_9").status_code == 404


def test_work_that_was_begun_elsewhere_is_told() -> None:
    said = words_of(desk(replace(standing(), running="a push, 700 of 1 250 people")), "/desk")
    assert "At work: a push, 700 of 1 250 people. It goes on when this page is closed" in said
    assert "Reload" in said
    assert "Push levels…" not in said


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("at work", replace(standing(), running="a push")),
        ("not set up yet", fresh()),
        ("asks to be looked at", replace(in_step(), drifted=("sla/premium",))),
        ("asks to be looked at", replace(in_step(), streams=(replace(STREAMS[0], said="401"),))),
        ("changes wait", replace(in_step(), open_plan=PLAN)),
        ("in step", replace(in_step(), open_plan=replace(PLAN, ops=()))),
        ("in step", replace(in_step(), streams=STREAMS)),
    ],
)
def test_how_an_account_stands_as_a_whole(state: str, found: DeskStanding) -> None:
    assert desk_sign(found).text == state


@pytest.mark.parametrize(
    "says",
    [
        "For zendesk acme (PRODUCTION, https://acme.zendesk.com). "
        "Made 22 Nov 2026, 01:00 UTC by ann, policy version 3.",
        "+ To make 5 ~ To change 1 − To remove 1 ↕ To put in order 1 "
        "Open tickets with other targets 1 204",
        "to know: calendar office: 24 Dec is half a day; the desk knows whole days only",
        "2 things in order",
        "+ create Service level user_field/service_level",
        "+ after: name Premium, value sl_premium",
        "~ change Premium sla/premium ■ changed at the desk since we wrote it",
        "policy metrics − before: priority low, normal, high, urgent, metric first_reply_time, "
        "target 2h, business hours yes + after: priority low, normal, high, urgent, "
        "metric first_reply_time, target 1h, business hours yes",
        "filter + after: all: requester.custom_fields.service_level is sl_plus",
        "− remove Gold sla/gold What it holds",
        "↕ reorder SLA policies order/sla_policy order − before: sla/plus, sla/premium "
        "+ after: sla/premium, sla/plus",
        "holidays 20 lines of holidays, office + after: 2026-12-11 Christmas",
        "+ after: all: current_tags not includes no_service_level",
        "actions + after: group_id is group/concierge",
        "Apply 8 changes ▲ This writes to zendesk acme (PRODUCTION, https://acme.zendesk.com).",
    ],
)
def test_a_plan_reads_like_a_diff(says: str) -> None:
    plain = words_of(demo(), "/desk/plans/dp_1").replace("\u202f", " ")
    assert re.sub(r"\s+", " ", plain.replace(" :", ":")).find(says) >= 0


def test_what_stays_as_it_is_is_not_in_a_plan() -> None:
    said = words_of(demo(), "/desk/plans/dp_1")
    change = said.split("~ change")[1].split("+ create")[0]
    assert "total_resolution_time" not in change
    assert "description" not in said


def test_a_plan_is_made_on_the_page_of_the_desk() -> None:
    asking = demo()
    made = asking.send_form("/desk", "/desk/plans", account="k_1")
    assert (made.status_code, made.headers["location"]) == (303, "/desk/plans/dp_2")
    assert asking.send_form("/desk", "/desk/plans", account="k_9").status_code == 404
    assert asking.post("/desk/plans", data={"account": "k_1", "csrf": "forged"}).status_code == 403


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Nothing was changed. That is not the name of the account: type acme."),
        ("Acme Ltd", "Nothing was changed. Acme Ltd is not the name of the account: type acme."),
        ("ACME", "ACME is not the name of the account"),
    ],
)
def test_a_plan_is_applied_only_to_the_account_that_is_named(typed: str, says: str) -> None:
    answers = shop()
    asking = demo(answers)
    page = "/desk/plans/dp_1"
    refused = asking.send_form(page, f"{page}/apply", name=typed)
    assert refused.status_code == 422
    assert says in main_of(refused.text)
    assert not answers.desk_world.effects


def test_a_plan_is_applied_and_says_so() -> None:
    answers = shop()
    asking = demo(answers)
    page = "/desk/plans/dp_1"
    done = asking.send_form(page, f"{page}/apply", name=" acme ")
    assert (done.status_code, done.headers["location"]) == (303, page)
    said = words_of(asking, page)
    assert "Applied. The desk is as the policy asked." in said
    assert "Apply 8 changes" not in said
    assert "+ create Service level user_field/service_level ● done" in said
    again = asking.send_form(page, f"{page}/apply", name="acme")
    assert again.status_code == 409
    assert "is applied" in main_of(again.text)
    assert answers.desk_world.effects == {"dp_1 applied by demo": 1}


BEGUN = (
    DeskStep(1, StepState.DONE, "901", "", AT),
    DeskStep(2, StepState.BEGUN, None, "no answer came; the desk is asked when it goes on", AT),
)


@pytest.mark.parametrize(
    ("asking", "says", "can_apply"),
    [
        (
            with_plan(findings=(IN_THE_WAY,)),
            "1 thing is in the way. Mend what is said below, then make a new plan.",
            False,
        ),
        (
            with_plan(findings=(IN_THE_WAY,)),
            "in the way: user field: the key service_level is taken by a field of type text "
            "rename that field at the desk, or set another desk_field",
            False,
        ),
        (with_plan(stale="The desk has changed."), "can no longer be applied. The desk", False),
        (with_plan(state="dropped"), "Dropped. A newer plan took its place.", False),
        (with_plan(ops=()), "Nothing to change. The desk is as the policy asks.", False),
        (with_plan(state="begun", steps=BEGUN), "Begun, not done. 1 of 8 changes done.", True),
        (with_plan(state="begun", steps=BEGUN), "◐ begun no answer came; the desk is asked", True),
        (with_plan(state="begun", steps=BEGUN), "office schedule/office ○ not yet", True),
        (with_plan(purpose="destroy"), "This removes what is ours from zendesk acme", True),
    ],
)
def test_the_state_of_a_plan_is_said_first(asking: Asking, says: str, can_apply: bool) -> None:
    page = asking.get("/desk/plans/dp_1").text
    assert says in main_of(page)
    assert ('name="name"' in page) is can_apply


def test_there_is_no_such_plan() -> None:
    page = demo().get("/desk/plans/dp_77")
    assert page.status_code == 404
    assert "There is no desk plan <code>dp_77</code>." in page.text


@pytest.mark.parametrize(
    "says",
    [
        "Push levels to acme?",
        "418 people get another level in their profile",
        "Plus Premium 118",
        "empty Plus 295",
        "gold Plus 3",
        "Standard empty 2",
        "83 open tickets of theirs get the new level too. People with open tickets come first.",
        "12 people have another level set by an agent; it stays.",
        "31 people are no customer we know.",
        "2 people could be more than one customer: 3600500, 3600501.",
        "This writes to zendesk acme (PRODUCTION, https://acme.zendesk.com).",
    ],
)
def test_a_push_says_first_what_it_would_write(says: str) -> None:
    assert says in words_of(demo(), "/desk/push?account=k_1")


def test_levels_are_pushed_only_to_the_account_that_is_named() -> None:
    answers = shop()
    asking = demo(answers)
    refused = asking.send_form("/desk/push", "/desk/push", account="k_1", name="acme2")
    assert refused.status_code == 422
    said = "Nothing was written. acme2 is not the name of the account: type acme."
    assert said in main_of(refused.text)
    assert not answers.desk_world.effects
    sent = asking.send_form("/desk/push", "/desk/push", account="k_1", name="acme")
    assert (sent.status_code, sent.headers["location"]) == (303, "/desk")
    assert answers.desk_world.effects == {"418 written to k_1 by demo": 1}
    assert "Everybody is in step. Nothing would be written." in words_of(asking, "/desk/push")


def test_two_accounts_are_not_mixed_up() -> None:
    answers = shop(standings=[standing(), in_step(TRIAL)])
    asking = demo(answers)
    page = "/desk/push?account=k_2"
    assert asking.send_form(page, "/desk/push", account="k_2", name="acme").status_code == 422
    assert asking.send_form(page, "/desk/push", account="k_1", name=TRIAL.name).status_code == 422
    assert not answers.desk_world.effects


def refuse() -> None:
    raise RefusedError("the desk does not answer; try again in a minute")


@pytest.mark.parametrize("address", ["/desk/plans/dp_1/apply", "/desk/push"])
def test_a_refusal_of_the_desk_is_shown_with_the_next_step(address: str) -> None:
    asking = demo(shop(meanwhile=refuse))
    refused = asking.send_form("/desk/push", address, account="k_1", name="acme")
    assert refused.status_code == 409
    assert "The desk does not answer. Try again in a minute." in main_of(refused.text)
    assert "It stopped" not in words_of(asking, "/desk")


@pytest.mark.slow
def test_a_long_push_goes_on_without_its_page_and_tells_what_stopped_it() -> None:
    go_on = threading.Event()

    def stops() -> None:
        assert go_on.wait(60)
        refuse()

    asking = demo(shop(meanwhile=stops))
    sent = asking.send_form("/desk/push", "/desk/push", account="k_1", name="acme")
    assert sent.headers["location"] == "/desk"
    assert "At work: levels are being pushed. It goes on" in words_of(asking, "/desk")
    assert "A push is at work." in words_of(asking, "/desk/push")
    go_on.set()
    says = "It stopped before it was done: the desk does not answer. Next: try again in a minute."
    wait_until(lambda: says in words_of(asking, "/desk"))
    assert "Push 418 levels" in words_of(asking, "/desk/push")


@pytest.mark.parametrize(
    "says",
    [
        "22 Nov 2026, 01:00 UTC Plan dp_1 acme 5 to make, 1 to change, 1 to remove, "
        "1 to put in order ann ○ open",
        "22 Nov 2026, 00:00 UTC Push ps_1 acme 1 203 of 1 250 written, 30 needed no writing",
    ],
)
def test_what_was_done_at_the_desk_stands_among_the_plans(says: str) -> None:
    assert says in words_of(demo(), "/plans").replace("\u202f", " ")
    assert "Desk changes" not in words_of(demo(shop(plans={}, pushes=[])), "/plans")


def test_changes_of_an_account_that_is_gone_stay_in_the_list() -> None:
    assert "k_1 (disconnected)" in words_of(desk(), "/plans")


def wait_until(is_so: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + SOON_S
    while not is_so() and time.monotonic() < give_up_at:
        time.sleep(0.01)
    assert is_so()


def test_work_that_takes_long_is_not_waited_for_and_runs_once() -> None:
    work, go_on, begun = LongWork(wait_s=0.01), threading.Event(), list[int]()

    def slow() -> None:
        begun.append(1)
        assert go_on.wait(SOON_S)

    assert not work.begin("push", slow)
    assert not work.begin("push", slow)
    assert work.runs("push")
    go_on.set()
    wait_until(lambda: not work.runs("push"))
    assert (begun, work.stopped("push")) == ([1], "")


def test_what_stopped_work_is_told_to_whoever_comes_later() -> None:
    work, go_on = LongWork(wait_s=0.01), threading.Event()

    def stops() -> None:
        assert go_on.wait(SOON_S)
        refuse()

    assert not work.begin("push", stops)
    go_on.set()
    wait_until(lambda: not work.runs("push"))
    assert work.stopped("push") == "the desk does not answer; try again in a minute"
    assert work.begin("push", lambda: None)
    assert work.stopped("push") == ""


def test_work_that_is_refused_at_once_says_so_at_once() -> None:
    work = LongWork()
    with pytest.raises(RefusedError, match="does not answer"):
        work.begin("push", refuse)
    assert (work.runs("push"), work.stopped("push")) == (False, "")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_work_with_a_bug_does_not_look_done() -> None:
    with pytest.raises(RuntimeError, match="broke off"):
        LongWork().begin("push", lambda: 1 / 0)


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (None, []),
        ("", []),
        (True, ["yes"]),
        (12_500, ["12\u202f500"]),
        (["b", "a"], ["b", "a"]),
        ([["a", 1], None], ["a, 1", "none"]),
        ({"$ref": "group/vip"}, ["group/vip"]),
        (
            {"field": "status", "operator": "less_than", "value": "solved"},
            ["status less than solved"],
        ),
        ({"any": [{"field": "set_tags", "value": ["a", "b"]}]}, ["any: set_tags is a, b"]),
        (
            [{"priority": "low", "target": 60}, {"priority": "high", "target": 90}],
            ["priority low, target 60", "priority high, target 90"],
        ),
    ],
)
def test_what_stands_in_an_object_line_by_line(value: object, lines: list[str]) -> None:
    assert list(value_lines(value)) == lines


def test_a_new_name_of_an_object_is_a_change() -> None:
    before, after = {"title": "Gold"}, {"title": "Premium"}
    op = DeskOp(1, Deed.UPDATE, "view", "view/premium", "Premium", "7", before, after)
    (one,) = field_changes(op)
    assert (one.name, one.gone, one.come) == ("title", ("Gold",), ("Premium",))


def test_the_words_of_the_desk() -> None:
    assert kind_name("user_field", 2) == "user fields"
    assert plan_says(replace(PLAN, ops=())) == "nothing to change"
    clean = replace(PUSH, unchanged=0, kept=0, refused=0, missing=0)
    assert push_says(clean) == "1\u202f203 of 1\u202f250 written"
    assert limit_sign(RateLimit("account", 700, 512)).text == "free"


READ = ("desks", "desks/past", "desks/plans/dp_1", "desks/k_1/push")


@pytest.mark.parametrize("call", READ)
def test_programs_read_the_same(call: str) -> None:
    answer = served().get(f"/api/v1/{call}", headers=BEARER)
    assert answer.status_code == 200, answer.text
    assert answer.json()
    assert served().get(f"/api/v1/{call}").status_code == 401


def test_programs_get_days_and_instants_as_text_and_no_secret() -> None:
    asking = served()
    (found,) = asking.get("/api/v1/desks", headers=BEARER).json()
    assert found["account"]["connected_at"] == "2026-11-10T02:00:00Z"
    assert found["last_push"]["ended_at"] == "2026-11-22T00:03:00Z"
    assert found["limits"][0] == {
        "scope": "account",
        "total": 700,
        "remaining": 512,
        "resets_s": 41,
    }
    assert "secret" not in str(found)
    plan = asking.get("/api/v1/desks/plans/dp_1", headers=BEARER).json()["plan"]
    assert plan["ops"][3]["before"]["policy_metrics"][0]["target_in_seconds"] == 7_200


@pytest.mark.parametrize("call", ["desks/plans/dp_77", "desks/k_9/push"])
def test_programs_are_told_what_there_is_none_of(call: str) -> None:
    answer = served().get(f"/api/v1/{call}", headers=BEARER)
    assert answer.status_code == 404
    assert answer.json()["error"].startswith("There is no ")


def test_a_plan_of_an_unknown_state_is_shown_by_its_own_name() -> None:
    odd: DeskPlan = replace(PLAN, state="parked")
    asking = demo(shop(plans={"dp_1": DeskPlanAnswer(ACME, odd, ())}))
    assert "parked" in words_of(asking, "/plans")
