"""What holds for every page: accessible in light and dark, fits a phone, small, no complaints."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from .slow_line import weigh

PAGES = {
    "levels": "/",
    "levels, other border": "/?level=plus&at=25",
    "levels, misread": "/?at=much",
    "segments": "/segments",
    "customers": "/customers",
    "customers, none": "/customers?q=nobody",
    "customer": "/customers/14911",
    "plans": "/plans",
    "plan": "/plans/p_0001",
    "apply": "/plans/p_0001/apply",
    "data": "/data",
    "error": "/nothing",
    "sign-in": "/sign-in?wrong=1",
}
MAIN = ("levels", "segments", "customers", "customer", "plans", "plan", "data")
LARGEST = 100_000
# The promise is one second; the limit leaves room for a busy test machine.
SLOW_LIMIT_MS = 3_000


@pytest.fixture(params=["light", "dark"])
def coloured(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, color_scheme=request.param
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(coloured: Page, home: str, name: str) -> None:
    coloured.goto(home + PAGES[name])
    coloured.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    found = Axe().run(coloured)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_shows_the_whole_page(phone: Page, home: str, name: str) -> None:
    phone.goto(home + PAGES[name])
    phone.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    too_wide = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
    assert phone.evaluate(too_wide) <= 0
    found = Axe().run(phone)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", MAIN)
def test_the_browser_has_nothing_to_complain_of(page: Page, home: str, name: str) -> None:
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(home + PAGES[name])
    page.wait_for_load_state("networkidle")
    assert not said


@pytest.mark.parametrize("name", MAIN)
def test_a_page_is_small_and_quick_on_a_slow_line(page: Page, home: str, name: str) -> None:
    size, took_ms = weigh(page, home + PAGES[name])
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
