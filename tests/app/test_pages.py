"""The pages as a browser without JavaScript meets them."""

import gzip
import re

import pytest

from tierwise.app.answers import Concentration
from tierwise.app.looks import looks
from tierwise.app.web import make_app
from tierwise.facts.problems import UsageError

from .asking import HOME, PORT, SECRETS, demo, owner, served
from .remembered_answers import LEVELS, RememberedAnswers

PAGES = (
    "/levels",
    "/stability",
    "/segments",
    "/customers",
    "/customers/14911",
    "/plans",
    "/desk",
    "/data",
)
FORMS = {"csrf": "forged"}


class BrokenAnswers(RememberedAnswers):
    """A shop whose figures cannot be worked out."""

    def concentration(self) -> Concentration:
        raise ZeroDivisionError


@pytest.mark.parametrize("address", PAGES)
def test_every_page_opens(address: str) -> None:
    page = demo().get(address)
    assert page.status_code == 200
    assert "Orders to 9 Dec 2011, read 2 min ago, 9 problems to look at" in page.text
    assert page.text.count("<h1") == 1


@pytest.mark.parametrize("address", PAGES)
def test_every_page_opens_on_an_empty_shop(address: str) -> None:
    page = demo(RememberedAnswers(empty=True)).get(address)
    assert page.status_code == 200
    assert "No orders yet" in page.text


@pytest.mark.parametrize("address", [*PAGES, "/nothing", "/api/v1/shop", "/api/openapi.json"])
def test_no_answer_goes_out_without_safe_headers(address: str) -> None:
    answer = demo().get(address)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("address", PAGES)
def test_no_page_holds_inline_script_or_style(address: str) -> None:
    text = demo().get(address).text
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("address", PAGES)
def test_no_page_is_large(address: str) -> None:
    assert len(gzip.compress(demo().get(address).content)) < 25_000


def test_a_border_answers_at_once() -> None:
    part = demo().get("/border?level=premium&at=12.5")
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "Worked out in 3.4 ms" in part.text
    assert "738" in part.text


@pytest.mark.parametrize("at", ["much", "1e9", "-3", "nan", ""])
def test_a_border_that_is_no_number_is_said_so(at: str) -> None:
    page = demo().get("/levels", params={"level": "premium", "at": at})
    assert page.status_code == 200
    assert ("Give a number from" in page.text) == bool(at)


def test_a_saved_border_becomes_a_plan_that_can_be_applied_and_undone() -> None:
    asking = demo()
    saved = asking.send_form("/levels?level=premium&at=12", "/border", level="premium", at="12")
    assert saved.headers["location"] == "/plans/p_0001"
    assert "118" in asking.get("/plans/p_0001?change=up").text
    assert "Apply plan p_0001?" in asking.get("/plans/p_0001/apply").text
    done = asking.send_form("/plans/p_0001/apply", "/plans/p_0001/apply")
    assert done.status_code == 303
    assert "<strong>Applied.</strong>" in asking.get("/plans/p_0001").text
    assert asking.send_form("/applies/a_1/undo", "/applies/a_1/undo").status_code == 303
    assert "<strong>Undone.</strong>" in asking.get("/plans/p_0001").text


@pytest.mark.parametrize("level", ["gold", "standard", ""])
def test_a_border_that_is_gone_is_not_moved_for_another_level(level: str) -> None:
    asking = demo()
    assert asking.send_form("/levels", "/border", level=level, at="12").status_code == 400
    assert asking.get("/api/v1/past").json()["plans"] == []


def test_a_plan_whose_base_moved_says_so_and_is_refused() -> None:
    answers = RememberedAnswers()
    asking = demo(answers)
    asking.send_form("/plans", "/plans")
    answers.moved = "Orders were read since it was made."
    assert "This plan can no longer be applied." in asking.get("/plans/p_0001").text
    refused = asking.send_form("/plans", "/plans/p_0001/apply")
    assert refused.status_code == 409
    assert "The base of this plan has moved since it was made." in refused.text
    assert "make a new plan" in refused.text


def test_the_list_searches_filters_and_turns_pages() -> None:
    asking = demo()
    assert "1–50 of 5\u202f900 customers" in asking.get("/customers").text
    assert "51–100 of" in asking.get("/customers?offset=50").text
    assert "of 591 customers" in asking.get("/customers?level=premium").text
    assert 'href="/customers/14911"' in asking.get("/customers?q=14911").text
    assert "No customer fits." in asking.get("/customers?q=<nobody>").text
    assert "<nobody>" not in asking.get("/customers?q=<nobody>").text


@pytest.mark.parametrize("query", ["offset=x", "offset=-1", "offset=9999999999999", "sort=ltv"])
def test_a_strange_address_still_shows_the_list(query: str) -> None:
    assert demo().get(f"/customers?{query}").status_code == 200


def test_a_level_is_set_by_hand_and_ended() -> None:
    answers = RememberedAnswers()
    asking = demo(answers)
    page = "/customers/14911"
    fields = {"level": "standard", "reason": "wrote <b>to us</b>", "until": "2012-01-31"}
    assert asking.send_form(page, f"{page}/override", **fields).status_code == 303
    assert answers.overrides["14911"].by == "demo"
    assert "until 31 Jan 2012, by demo" in asking.get(page).text
    assert "<b>to us</b>" not in asking.get(page).text
    assert asking.send_form(page, f"{page}/end-override").status_code == 303
    assert not answers.overrides


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("level", "gold", "Choose a level."),
        ("reason", "  ", "Give a reason"),
        ("reason", "x" * 501, "under 500 characters"),
        ("until", "2011-12-08", "not before 9 Dec 2011"),
        ("until", "soon", "Choose a last day"),
    ],
)
def test_a_form_that_cannot_be_used_says_why(field: str, value: str, said: str) -> None:
    answers = RememberedAnswers()
    fields = {"level": "plus", "reason": "kept", "until": "2012-01-31"} | {field: value}
    page = demo(answers).send_form("/customers/14911", "/customers/14911/override", **fields)
    assert page.status_code == 422
    assert said in page.text
    assert not answers.overrides


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/nothing", "There is no such page."),
        ("/customers/a/b", "There is no customer <code>a/b</code>."),
        ("/plans/p_9", "There is no plan <code>p_9</code>."),
        ("/applies/a_9/undo", "There is no apply <code>a_9</code>."),
    ],
)
def test_what_is_not_there_is_said_in_plain_words(address: str, said: str) -> None:
    page = demo().get(address)
    assert page.status_code == 404
    assert said in page.text


def test_a_fault_of_ours_says_so_and_shows_no_insides() -> None:
    page = demo(BrokenAnswers()).get("/levels")
    assert page.status_code == 500
    assert "Something went wrong on our side." in page.text
    assert "ZeroDivision" not in page.text
    assert "content-security-policy" in page.headers


@pytest.mark.parametrize(
    "action",
    [
        *("/border", "/plans", "/theme", "/value-use"),
        *(f"/customers/14911/{deed}" for deed in ("override", "type", "withdraw-type")),
    ],
)
def test_a_form_without_our_token_is_refused(action: str) -> None:
    asking = demo()
    asking.get("/")
    for fields in ({}, FORMS):
        assert asking.post(action, data=fields).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_refused(headers: dict[str, str]) -> None:
    asking = demo()
    found = re.search(r'name="csrf" value="([^"]+)"', asking.get("/plans").text)
    assert found
    fields = {"csrf": found[1]}
    assert asking.post("/plans", data=fields, headers=headers).status_code == 403
    fine = {"origin": HOME, "sec-fetch-site": "same-origin"}
    assert asking.post("/plans", data=fields, headers=fine).status_code == 303


@pytest.mark.parametrize("host", ["evil.test", "evil.test:8765", "127.0.0.1.evil.test", "", "["])
def test_another_host_is_not_served(host: str) -> None:
    assert demo().get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8765/static/?", "localhost/sign-in", "[::1]x", "a@b"])
@pytest.mark.parametrize("address", ["/", "/customers/14911", "/api/v1/past", "/static/app.css"])
def test_a_host_that_is_no_name_opens_nothing(host: str, address: str) -> None:
    answer = served().get(address, headers={"host": host})
    assert answer.status_code == 421
    assert "14911" not in answer.text


def test_a_path_is_read_as_it_was_sent() -> None:
    sent = served().get("/customers/a%3Fb?from=list")
    assert sent.headers["location"].endswith("then=%2Fcustomers%2Fa%253Fb%3Ffrom%3Dlist")
    assert demo().get("/%3F/static/").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["localhost:8765", "LOCALHOST", "[::1]:8765", "127.0.0.1"])
def test_this_computer_has_several_names(host: str) -> None:
    assert demo().get("/levels", headers={"host": host}).status_code == 200


def test_the_demo_answers_on_this_computer_only() -> None:
    stranger = demo()
    stranger.client = "192.0.2.7"
    assert stranger.get("/").status_code == 403
    with pytest.raises(UsageError, match="this computer only"):
        make_app(RememberedAnswers(), secrets=SECRETS, demo=True, port=PORT, hosts=("shop.test",))


def test_a_served_shop_answers_to_the_names_it_was_given() -> None:
    asking = served(hosts=("Shop.test",))
    for host in ("shop.test", "Shop.Test:80"):
        assert asking.get("/sign-in", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_nobody_sees_a_page_without_signing_in(address: str) -> None:
    answer = served().get(address)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?then=")


def test_the_printed_address_signs_in_and_hides_the_token() -> None:
    asking = served()
    answer = asking.get("/customers?q=1&token=right-token")
    assert answer.headers["location"] == "/customers?q=1"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert asking.get("/customers").status_code == 200


def test_the_form_signs_in_and_goes_where_one_wanted() -> None:
    asking = served()
    fields = {"token": " right-token ", "then": "/plans"}
    assert asking.post("/sign-in", data=fields).headers["location"] == "/plans"
    assert asking.get("/plans").status_code == 200


@pytest.mark.parametrize("then", ["https://evil.test", "//evil.test", "/\\evil.test", "/\nx"])
def test_signing_in_never_leads_to_another_site(then: str) -> None:
    answer = served().post("/sign-in", data={"token": "right-token", "then": then})
    assert answer.headers["location"] == "/"


def test_a_wrong_token_is_said_so() -> None:
    asking = served()
    answer = asking.get("/?token=wrong")
    assert answer.headers["location"] == "/sign-in?wrong=1"
    assert "set-cookie" not in answer.headers
    page = asking.get("/sign-in?wrong=1")
    assert page.status_code == 401
    assert "That is not the token." in page.text


def test_the_owner_stands_in_the_book() -> None:
    answers = RememberedAnswers()
    asking = owner(answers)
    asking.send_form("/plans", "/plans")
    asking.send_form("/plans", "/plans/p_0001/apply")
    assert answers.done[0].by == "owner"


def test_the_theme_is_kept_and_the_page_comes_back() -> None:
    asking = demo()
    answer = asking.send_form("/data", "/theme", theme="dark", then="/segments?from=2011-01-01")
    assert answer.headers["location"] == "/segments?from=2011-01-01"
    assert '<html lang="en" data-theme="dark">' in asking.get("/data").text


def test_files_have_their_content_in_the_name_and_are_kept() -> None:
    asking = demo()
    addresses = re.findall(r'"(/static/[^"]+)"', asking.get("/levels").text)
    assert len(addresses) >= 5
    for address in addresses:
        answer = asking.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert asking.get("/static/nothing.css").status_code == 404
    assert asking.get("/static/..%2fweb.py").status_code == 404


def test_a_form_has_an_end() -> None:
    asking = demo()
    asking.get("/")
    assert asking.post("/plans", data={"csrf": "x" * 70_000}).status_code == 413


def test_levels_are_data() -> None:
    answers = RememberedAnswers(levels_=(("gold", "Gold"), *LEVELS))
    page = demo(answers).get("/customers").text
    assert [look.sign for look in looks(answers.levels_).values()] == ["★", "◆", "▲", "●"]
    assert "★ Gold" in page
