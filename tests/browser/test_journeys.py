"""What people do with the pages: by mouse, by keyboard alone, and without JavaScript."""

import re

from playwright.sync_api import Browser, Page, expect

SIGNED = re.compile(r"[+−]\d")


def test_the_slider_answers_while_it_moves(page: Page, home: str) -> None:
    page.goto(home + "/levels")
    slider, premium = page.get_by_role("slider"), page.locator("#border .big").nth(1)
    expect(premium).to_have_text("623")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("spinbutton")).to_have_value("12")
    expect(premium).to_contain_text(SIGNED)
    expect(slider).to_be_focused()
    page.get_by_role("spinbutton").fill("8")
    expect(slider).to_have_value("8")
    expect(page.locator("#border input[name=at]")).to_have_value("8")


def test_the_last_answer_wins(page: Page, home: str) -> None:
    page.goto(home + "/levels")
    page.get_by_role("slider").focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#border input[name=at]")).to_have_value("30")


def test_by_keyboard_alone(page: Page, own_home: str) -> None:
    page.goto(own_home + "/levels")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#border input[name=at]")).to_have_value("10.5")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Save as plan")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/plans/p3")
    apply = page.get_by_role("link", name="Apply…")
    apply.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Apply")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Applied.")
    page.get_by_role("link", name="Undo…").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/plans")


def test_a_slash_finds(page: Page, home: str) -> None:
    page.goto(home + "/customers")
    page.keyboard.press("/")
    expect(page.get_by_label("Find")).to_be_focused()
    page.keyboard.type("14911")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="14911").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Customer 14911")


def test_without_javascript(browser: Browser, own_home: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(own_home + "/levels")
    expect(page.get_by_role("slider")).to_have_count(0)
    page.get_by_role("spinbutton").fill("14")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#border .big").nth(1)).to_contain_text(SIGNED)
    page.get_by_role("button", name="Save as plan").click()
    page.get_by_role("link", name="Apply…").click()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("status")).to_contain_text("Applied.")
    page.goto(own_home + "/levels")
    expect(page.get_by_role("spinbutton")).to_have_value("14")
    page.goto(own_home + "/plans/p3")
    page.get_by_role("link", name="Undo…").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="What was done")).to_be_visible()
    context.close()


def test_a_level_is_set_by_hand(page: Page, own_home: str) -> None:
    page.goto(own_home + "/customers/14911")
    page.get_by_role("combobox", name="Level").select_option("standard")
    page.get_by_label("Reason").fill("asked to be left alone")
    page.get_by_role("button", name="Set level").click()
    expect(page.locator(".level-name")).to_have_text("Standard")
    expect(page.locator(".reason")).to_contain_text("asked to be left alone")
    page.get_by_role("button", name="End it now").click()
    expect(page.get_by_role("button", name="Set level")).to_be_visible()


def test_the_top_of_the_past_is_loaded_when_it_is_looked_for(page: Page, home: str) -> None:
    page.goto(home + "/levels")
    table = page.locator("#stability table")
    expect(table).to_have_count(0)
    page.locator("#stability").scroll_into_view_if_needed()
    expect(table).to_have_count(2, timeout=15_000)
    expect(page.locator("#stability")).to_contain_text("top 13%")
    expect(page).to_have_title(re.compile("^Levels"))


def test_another_value_by_keyboard(page: Page, own_home: str) -> None:
    page.goto(own_home + "/levels")
    page.get_by_role("button", name="Plan with this value: historic").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/plans/p3")
    page.get_by_role("link", name="Apply…").click()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("status")).to_contain_text("Applied.")
    page.goto(own_home + "/levels")
    expect(page.get_by_role("row", name="Historic")).to_contain_text("in use")
    expect(page.get_by_role("button", name="Plan with this value: both")).to_be_visible()


def test_a_type_is_corrected_without_javascript(browser: Browser, own_home: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(own_home + "/levels")
    page.get_by_role("link", name="Who came and went").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How steady the top is")
    page.goto(own_home + "/customers/14911")
    card = page.locator("#types")
    expect(card).to_contain_text("Loyal customer: yes")
    card.get_by_text("Correct Loyal customer").click()
    card.locator("#because-loyal").fill("said goodbye")
    card.get_by_role("button", name="Correct").click()
    expect(card).to_contain_text("Loyal customer: no")
    expect(card).to_contain_text("said goodbye")
    card.get_by_role("button", name="Withdraw").click()
    expect(card).to_contain_text("Loyal customer: yes")
    context.close()
