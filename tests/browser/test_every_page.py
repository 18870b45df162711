"""What holds for every page: accessible in light and dark, fits a phone, small, no complaints."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.app.remembered_answers import ACCOUNT, LEVELS, NOW, RememberedAnswers
from tests.app.remembered_desk import DeskWorld, fresh, in_step, standing
from tests.app.remembered_value import THIN
from tests.sample_shops import copied
from tierwise.app.answers import Explanation, LevelCount
from tierwise.app.desk_answers import DeskStanding
from tierwise.app.forecast_records import ForecastRow, TypeRow
from tierwise.app.questions import Answers
from tierwise.app.value_report import ValueReport
from tierwise.facts.corrections import TypeCorrection

from .conftest import PHONE
from .slow_line import weigh

PAGES = {
    "today": "/today?by=team",
    "breaches": "/breaches",
    "tickets": "/tickets?outcome=late",
    "ticket": "/tickets/t008308",
    "scorecard": "/metrics",
    "scorecard, sliced": "/metrics?by=team&group=speed",
    "KPI": "/metrics/csat.share?by=channel",
    "rows of a KPI": "/metrics/t.frt/rows",
    "budget": "/budget",
    "voice": "/voice",
    "people": "/people",
    "volume": "/volume",
    "levels": "/levels",
    "levels, misread": "/levels?at=much",
    "segments, no such day": "/segments?from=1999-01-01",
    "customers": "/customers",
    "customers, none": "/customers?q=nobody",
    "customer": "/customers/12358",
    "customer, new": "/customers/12364",
    "customer, best": "/customers/18102",
    "customer, no forecast": "/customers/12382",
    "stability": "/stability",
    "plans": "/plans",
    "plan": "/plans/p2",
    "apply": "/plans/p2/apply",
    "undo": "/applies/a1/undo",
    "desk, none": "/desk",
    "data": "/data",
    "error": "/nothing",
    "sign-in": "/sign-in?wrong=1",
}
# A look at a page takes seconds: one of each form at every change, all of them on the build server.
AT_ONCE = ("today", "KPI", "budget", "levels", "customer", "plan", "error")


def later(*addresses: str) -> tuple[Any, ...]:
    """Pages of which others of the same form are looked at already."""
    return tuple(pytest.param(address, marks=pytest.mark.slow) for address in addresses)


OF_THE_SAMPLE = (*AT_ONCE, *later(*(name for name in PAGES if name not in AT_ONCE)))
PROMISES = (
    *("/today", "/breaches", "/tickets/48216", "/tickets/48217"),
    *later("/today?by=channel&from=soon", "/breaches?cause=hold"),
    *later("/tickets?week=3", "/tickets?q=nothing"),
)
SCORECARD = (
    *("/metrics/t.frt/rows?by=channel&slice=chat", "/people", "/volume"),
    *later("/metrics", "/metrics/csat.share?by=channel", "/budget"),
    *later("/voice?level=premium&gamma=0.69", "/metrics?level=plus", "/voice?from=soon"),
    *later("/metrics?by=category&group=speed", "/metrics/vol.flow?by=agent_id"),
    *later("/metrics/vol.flow/rows", "/metrics/t.frt/rows?level=nobody"),
    *later("/volume?category=delivery"),
)
DESKS = (
    *("/desk", "/desk/plans/dp_1"),
    *later("/desk/push?account=k_1", "/plans", "/desk/plans/nothing"),
)
UNUSUAL = (
    *("/levels", "/customers/14911", "/today", "/metrics/t.frt?by=team", "/voice"),
    *later("/stability", "/plans", "/breaches", "/tickets", "/metrics", "/budget", "/people"),
)
HEAVIEST = (
    "/today",
    "/metrics",
    "/voice",
    "/breaches",
    "/levels",
    "/segments",
    "/customers/18102",
    "/plans/p2",
)
# What the width of the window can break; the other rules look at the same elements again.
OF_THE_LAYOUT = ["scrollable-region-focusable", "target-size", "label"]
LARGEST = 100_000
# The promise is one second; the limit leaves room for a busy test machine.
SLOW_LIMIT_MS = 3_000
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def said_by_hand() -> dict[tuple[str, str], TypeCorrection]:
    told = TypeCorrection("c_1", ACCOUNT, "angry", holds=True, reason=LONG, by="ann", at=NOW)
    return {(ACCOUNT, "angry"): told}


@dataclass(slots=True)
class Unusual(RememberedAnswers):
    """What the sample cannot show.

    Five levels, one the policy no longer has, very long names, a forecast without a hold-out,
    types on little evidence and a correction.
    """

    report: ValueReport = THIN
    follows: bool = False
    corrections: dict[tuple[str, str], TypeCorrection] = field(default_factory=said_by_hand)
    levels_: tuple[tuple[str, str], ...] = (("gold", "Gold"), ("vip", "VIP"), *LEVELS)

    def level_counts(self) -> tuple[LevelCount, ...]:
        (first, *others) = RememberedAnswers.level_counts(self)
        return (*others, replace(first, level="bronze", by_rules=0))

    def explain(self, customer_id: str) -> Explanation | None:
        found = RememberedAnswers.explain(self, customer_id)
        if found is None:
            return None
        return replace(found, level="bronze", name=LONG, covered_by="acme/" + "x" * 120)

    def forecast(self, customer_id: str) -> ForecastRow | None:
        return RememberedAnswers.forecast(self, ACCOUNT)

    def types(self, customer_id: str) -> tuple[TypeRow, ...]:
        return RememberedAnswers.types(self, ACCOUNT)


def look_over(page: Page, address: str) -> None:
    """Axe in light and dark and on a phone, nothing wider than the phone, no complaint."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text))
    page.goto(address)
    assert [
        line for line in said if "404" not in line and "401" not in line and "409" not in line
    ] == []
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    _ask_axe(page)
    page.emulate_media(color_scheme="dark")
    _ask_axe(page, ["color-contrast"])
    page.set_viewport_size(PHONE)
    too_wide = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(too_wide) <= 0
    _ask_axe(page, OF_THE_LAYOUT)


def _ask_axe(page: Page, rules: list[str] | None = None) -> None:
    found = Axe().run(page, options={"runOnly": rules} if rules else None)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", OF_THE_SAMPLE)
def test_every_page_of_the_sample(page: Page, home: str, name: str) -> None:
    look_over(page, home + PAGES[name])


@pytest.mark.parametrize("path", UNUSUAL)
def test_unusual_shops(page: Page, serve: Callable[[Answers], str], path: str) -> None:
    look_over(page, serve(Unusual()) + path)


@pytest.mark.parametrize("path", PROMISES)
def test_every_page_of_promises(page: Page, serve: Callable[[Answers], str], path: str) -> None:
    look_over(page, serve(RememberedAnswers()) + path)


@pytest.mark.parametrize("path", SCORECARD)
def test_every_page_of_kpis(page: Page, serve: Callable[[Answers], str], path: str) -> None:
    look_over(page, serve(RememberedAnswers()) + path)


@pytest.mark.parametrize("path", DESKS)
def test_every_page_of_help_desks(page: Page, serve: Callable[[Answers], str], path: str) -> None:
    look_over(page, serve(RememberedAnswers()) + path)


@pytest.mark.parametrize(
    "standings",
    [
        pytest.param([], marks=pytest.mark.slow),
        [replace(standing(), running=LONG), fresh()],
        pytest.param([in_step()], marks=pytest.mark.slow),
    ],
)
def test_any_number_of_help_desks(
    page: Page, serve: Callable[[Answers], str], standings: list[DeskStanding]
) -> None:
    desks = DeskWorld(standings=standings)
    look_over(page, serve(RememberedAnswers(desk_world=desks)) + "/desk")


def test_a_plan_of_the_desk_needs_no_script(
    browser: Browser, serve: Callable[[Answers], str]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(serve(RememberedAnswers()) + "/desk")
    page.get_by_role("button", name="Make a plan").click()
    page.get_by_label("Type acme to go on").fill("acme2")
    page.get_by_role("button", name="Apply").click()
    assert "Nothing was changed." in page.get_by_role("alert").inner_text()
    page.get_by_label("Type acme to go on").fill("acme")
    page.get_by_role("button", name="Apply").click()
    assert "Applied." in page.get_by_role("status").inner_text()
    page.goto(page.url.rpartition("/desk")[0] + "/desk/push")
    page.get_by_label("Type acme to go on").fill("acme")
    page.get_by_role("button", name="Push 418 levels").click()
    assert page.url.endswith("/desk")
    context.close()


@pytest.mark.parametrize(("width", "lines"), [(1280, 1), (1210, 1), (390, 3)])
def test_the_menu_fits(page: Page, serve: Callable[[Answers], str], width: int, lines: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(serve(RememberedAnswers()) + "/people")
    boxes = [link.bounding_box() for link in page.locator("header nav a").all()]
    assert len({round(box["y"]) for box in boxes if box}) == lines
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    pill, last = page.locator("header .pill").bounding_box(), boxes[-1]
    assert pill
    assert last
    assert pill["y"] < last["y"] or pill["x"] >= last["x"] + last["width"]


def test_a_supposition_needs_no_script(browser: Browser, serve: Callable[[Answers], str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(serve(RememberedAnswers()) + "/voice?level=premium")
    page.get_by_role("slider").press("End")
    page.get_by_role("button", name="Suppose").click()
    assert page.locator("#bias .big").inner_text().endswith("Premium, γ = 2")
    page.get_by_role("link", name="twice").click()
    assert "2 times as readily" in page.locator("#bias").inner_text()
    context.close()


def test_a_shop_without_tickets(page: Page, serve: Callable[[Answers], str]) -> None:
    look_over(page, serve(RememberedAnswers(tickets_read=False)) + "/today")


@pytest.mark.parametrize("path", ["/levels", "/data"])
def test_a_shop_without_orders(page: Page, serve: Callable[[Answers], str], path: str) -> None:
    look_over(page, serve(RememberedAnswers(empty=True)) + path)


def test_a_broken_policy(
    page: Page, serve: Callable[[Answers], str], sample: Path, tmp_path: Path
) -> None:
    shop = copied(sample, tmp_path / "demo")
    text = shop.policy_text().replace("clv_percentile >= 90", "clv_percentil >= 90")
    shop.project.policy_file.write_text(text, "utf-8")
    look_over(page, serve(shop))
    assert page.get_by_role("listitem").first.is_visible()


@pytest.mark.parametrize("path", HEAVIEST)
def test_a_page_is_small_and_quick_on_a_slow_line(page: Page, home: str, path: str) -> None:
    page.request.get(home + path)
    size, took_ms = weigh(page, home + path)
    assert size <= LARGEST
    assert took_ms <= SLOW_LIMIT_MS


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_button_turns_the_colours(browser: Browser, home: str, scheme: Any) -> None:
    context = browser.new_context(color_scheme=scheme, java_script_enabled=False)
    page = context.new_page()
    page.goto(home + "/customers?q=149")
    other = {"light": "dark", "dark": "light"}[scheme]
    page.get_by_role("button", name=f"{other.title()} colours").click()
    assert page.url == home + "/customers?q=149"
    assert page.locator("html").get_attribute("data-theme") == other
    page.get_by_role("button", name=f"{scheme.title()} colours").click()
    assert page.locator("html").get_attribute("data-theme") == scheme
    context.close()
