"""The pages and the API on real shops: the sample, an empty one, a broken one, an unusual one."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.app.asking import Asking, demo, owner, served
from tests.sample_shops import copied, opened
from tierwise.app.words import THIN

from .terminal import Terminal

PAGES = ("/levels", "/border", "/segments", "/customers", "/customers/18102", "/plans", "/data")
CALLS = ("shop", "levels", "concentration", "segments", "customers", "data", "past", "policy")
BEARER = {"authorization": "Bearer right-token"}
DRAFTED = 3  # the exit code of a first read, which writes the mapping
ODD_IDS = ("anna smith", "a/b", "mail@x.org", "日本/東京", "a?b#c%20d", 'o\'hara "q"', "x/override")


def text_of(page: httpx.Response) -> str:
    """What a reader sees, without marks."""
    words = unescape(re.sub(r"<[^>]+>", " ", page.text)).replace(THIN, " ")
    return re.sub(r"\s+", " ", words)


@pytest.fixture
def looking(sample: Path) -> Asking:
    return demo(opened(sample))


@pytest.fixture
def changing(sample: Path, tmp_path: Path) -> Asking:
    return demo(copied(sample, tmp_path / "demo"))


@pytest.fixture
def unusual(shop: Terminal, tmp_path: Path) -> Terminal:
    """Odd customer numbers, and an account that covers two people."""
    people = [f'"{name.replace(chr(34), chr(34) * 2)}",,' for name in ODD_IDS]
    people += ["acme,ACME Corp,", "p1,Person One,acme", "p2,Person Two,acme"]
    buyers = [line.rsplit(",", 2)[0] for line in people if not line.startswith("acme")]
    orders = [f"o{n},{who},2026-01-{n + 10},{10 + n}.00,EUR" for n, who in enumerate(buyers)]
    files = {
        "customers": "\n".join(["customer_id,name,account_id", *people]),
        "orders": "\n".join(["order_id,customer_id,placed_at,total,currency", *orders]),
    }
    for table, content in files.items():
        file = tmp_path / f"{table}.csv"
        file.write_text(content + "\n", "utf-8")
        for done in (DRAFTED, 0):
            assert shop("read", file, "--as", "generic", "--table", table).code == done
    return shop


def test_a_border_is_moved_saved_applied_and_undone(changing: Asking) -> None:
    front = text_of(changing.get("/levels"))
    assert "504 have it now Today's rules: 623 (+119)" in front
    assert "Plan p2 is open" in front
    assert "as of 9 Dec 2011" in front
    saved = changing.send_form("/levels", "/border", level="premium", at="5")
    assert saved.headers["location"] == "/plans/p3"
    plan = text_of(changing.get("/plans/p3"))
    assert "Outlined: now. Filled: planned." in plan
    assert changing.send_form("/plans/p3/apply", "/plans/p3/apply").status_code == 303
    after = text_of(changing.get("/levels"))
    assert "The rules have moved on" not in after
    assert "Premium begins at the top" in after
    assert "who: clv_percentile >= 95" in after
    assert "This plan can no longer be applied." in text_of(changing.get("/plans/p2"))
    assert changing.send_form("/applies/a2/undo", "/applies/a2/undo").status_code == 303
    assert "504 have it now" in text_of(changing.get("/levels"))


def test_a_level_is_set_by_hand_and_ended(changing: Asking) -> None:
    page, fields = "/customers/12354", {"level": "premium", "until": "2012-01-31"}
    sent = changing.send_form(page, f"{page}/override", reason="wrote a book on us", **fields)
    assert sent.status_code == 303
    told = text_of(changing.get(page))
    assert "until 31 Jan 2012, by demo" in told
    assert "wrote a book on us" in told
    assert changing.send_form(page, f"{page}/end-override").status_code == 303
    assert "Set level" in text_of(changing.get(page))


def test_segments_compare_with_any_day_of_the_orders(looking: Asking) -> None:
    assert "between 9 Dec 2010 and 9 Dec 2011" in text_of(looking.get("/segments"))
    assert "between 1 Jun 2011 and 9 Dec 2011" in text_of(looking.get("/segments?from=2011-06-01"))


@pytest.mark.parametrize("day", ["1999-01-01", "2011-12-10", "9999-12-31", "soon"])
def test_a_day_without_orders_is_said_so(looking: Asking, day: str) -> None:
    page = looking.get(f"/segments?from={day}")
    assert page.status_code == 200
    assert day in text_of(page)
    assert "Shown: since 9 Dec 2010." in text_of(page)


def test_the_list_searches_filters_sorts_and_turns_pages(looking: Asking) -> None:
    assert "1–50 of 5 942 customers" in text_of(looking.get("/customers"))
    assert "51–100 of" in text_of(looking.get("/customers?offset=50&sort=name"))
    assert "of 504 customers" in text_of(looking.get("/customers?level=premium&sort=recent"))
    assert "1–1 of 1 customer" in text_of(looking.get("/customers?q=18102&sort=orders"))


def test_nobody_stands_at_a_hundred(looking: Asking) -> None:
    told = text_of(looking.get("/customers/18102"))
    assert "99.99 top 0.1% of buyers" in told
    assert "First response within 1 hour for 95% of tickets, in calendar office" in told


def test_what_asks_for_nothing_does_not_alarm(looking: Asking) -> None:
    page = looking.get("/data")
    assert '<a class="pill ok"' in page.text
    assert "1 problem asks to be looked at; 10 rows were rightly left out" in text_of(page)


def test_the_programs_get_days_as_text(looking: Asking) -> None:
    assert looking.get("/api/v1/data").json()["as_of_day"] == "2011-12-09"
    plan = looking.get("/api/v1/plans/p2").json()["plan"]
    assert (plan["made_at"], plan["as_of_day"]) == ("2026-11-22T02:00:00Z", "2011-12-09")
    assert looking.get("/api/v1/segments?from_day=2011-06-01").json()["from_day"] == "2011-06-01"
    refused = looking.get("/api/v1/segments?from_day=1999-01-01")
    assert refused.status_code == 400
    assert "orders go from 2009-12-01" in refused.json()["error"]


@pytest.mark.parametrize("address", PAGES)
def test_a_shop_without_orders_says_what_to_do(shop: Terminal, address: str) -> None:
    page = demo(opened(shop.project)).get(address)
    assert page.status_code == 200
    assert "tierwise read orders.csv --as shopify-orders" in text_of(page)


@pytest.mark.parametrize("call", CALLS)
def test_a_program_is_told_of_missing_orders(shop: Terminal, call: str) -> None:
    answer = demo(opened(shop.project)).get(f"/api/v1/{call}")
    assert answer.status_code in {200, 409}
    if answer.status_code == 409:
        assert answer.json()["next_step"].startswith("Read some with `tierwise read")


def test_orders_without_customers_are_said_so(shop: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    rows = "order_id,customer_id,placed_at,total,currency\no1,,2026-01-01,5.00,EUR\n"
    file.write_text(rows, "utf-8")
    for done in (DRAFTED, 0):
        assert shop("read", file, "--as", "generic").code == done
    asking = demo(opened(shop.project))
    assert "No order says who bought." in text_of(asking.get("/levels"))
    assert all(asking.get(address).status_code == 200 for address in ("/segments", "/customers"))


@pytest.mark.parametrize("address", PAGES)
def test_a_broken_policy_is_shown_with_its_lines(
    sample: Path, tmp_path: Path, address: str
) -> None:
    shop = copied(sample, tmp_path / "demo")
    asking, text = demo(shop), shop.policy_text()
    line = 1 + text[: text.index("who: clv_percentile")].count("\n")
    broken = text.replace("who: clv_percentile", "who: clv_percentil")
    shop.project.policy_file.write_text(broken, "utf-8")
    page = asking.get(address)
    assert page.status_code == 409
    assert f"policy.yaml:{line}" in page.text
    assert "did you mean clv_percentile" in text_of(page).replace("` ", "")
    assert asking.get("/api/v1/levels").json()["problems"][0]["line"] == line
    shop.project.policy_file.write_text(text, "utf-8")
    assert asking.get(address).status_code == 200


def test_a_level_that_the_policy_no_longer_has(sample: Path, tmp_path: Path) -> None:
    shop = copied(sample, tmp_path / "demo")
    text = shop.policy_text().replace("  plus:\n    label: Plus", "  silver:\n    label: Silver")
    shop.project.policy_file.write_text(text, "utf-8")
    asking = demo(shop)
    front = text_of(asking.get("/levels"))
    assert "plus Show the customers of plus 1 297 have it now Today's rules: 0" in front
    assert "of 1 297 customers" in text_of(asking.get("/customers?level=plus"))
    assert "The policy no longer has this level." in text_of(asking.get("/customers/12354"))
    plan = asking.send_form("/plans", "/plans").headers["location"]
    assert re.search(r"moved 1 297 .* plus 1 297 0 −1 297", text_of(asking.get(plan)))


@pytest.mark.parametrize("name", ODD_IDS)
def test_odd_customer_numbers_have_their_page(unusual: Terminal, name: str) -> None:
    asking = owner(opened(unusual.project))
    address = f"/customers/{quote(name, safe='')}"
    assert address in unescape(asking.get("/customers").text)
    assert name in text_of(asking.get(address))
    fields = {"level": "plus", "reason": "asked", "until": "2026-03-01"}
    sent = asking.send_form(address, f"{address}/override", **fields)
    assert sent.headers["location"] == address
    assert "by owner" in text_of(asking.get(address))


def test_an_account_covers_its_people(unusual: Terminal) -> None:
    asking = demo(opened(unusual.project))
    told = text_of(asking.get("/customers/p1"))
    assert "Covered by account acme" in told
    assert "set that of acme" in told
    fields = {"level": "plus", "reason": "asked", "until": "2026-03-01"}
    refused = asking.send_form("/customers/p1", "/customers/p1/override", **fields)
    assert refused.status_code == 409
    assert "ACME Corp" in text_of(asking.get("/customers?q=person+one"))


def test_signing_in_leads_back_to_the_page(unusual: Terminal) -> None:
    asking, address = served(opened(unusual.project)), "/customers/a%3Fb%23c%2520d"
    answer = asking.get(address)
    assert answer.status_code == 303
    form = asking.get(answer.headers["location"])
    then = re.search(r'name="then" value="([^"]+)"', form.text)
    assert then
    sent = asking.post("/sign-in", data={"token": "right-token", "then": unescape(then[1])})
    assert sent.headers["location"] == address
    assert "a?b#c%20d" in text_of(asking.get(address))
    assert asking.get("/api/v1/shop", headers=BEARER).status_code == 200
