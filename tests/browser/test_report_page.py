"""The page of a report in a real browser: nothing to complain about, from desk to phone."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.app.remembered_answers import RememberedAnswers
from tierwise.app.report import report_of
from tierwise.app.report_page import page_of

from .conftest import DESK, PHONE


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as a file, opened without any server."""
    found = tmp_path_factory.mktemp("report") / "week.html"
    found.write_text(page_of(report_of(RememberedAnswers(), None)), "utf-8")
    return found


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_it_is_accessible_fits_and_asks_for_nothing(
    browser: Browser, file: Path, window: dict[str, int]
) -> None:
    width, height = window["width"], window["height"]
    context = browser.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=True, offline=True
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    charts = page.locator(".chart svg[role=img]")
    assert [charts.nth(n).is_visible() for n in range(2)] == [width > 640, width <= 640]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    context.close()
