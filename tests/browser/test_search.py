"""What a student's browser does with the search field."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import library
from tests.browser.axe import faults

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(live_server: LiveServer) -> str:
    library.question("How do cell membranes work?", slug="membranes")
    library.question("What is a cell?", "The smallest thing that lives.", slug="cell")
    return live_server.url


def test_the_list_below_the_field_is_used_by_keyboard(page: Page, site: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{site}/learn/physics/topics")
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Search questions")
    expect(field).to_be_focused()
    page.keyboard.type("cel")
    expect(page.get_by_role("option")).to_have_count(2)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status")).to_have_text("2 suggestions, use the arrow keys")
    assert faults(page) == []

    page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("option", selected=True)
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option", selected=True)).to_have_count(0)

    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("cel")
    page.keyboard.type("l mem")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/learn/physics/questions/membranes")
    assert complaints == []


def test_the_last_letters_win_over_a_slow_answer_to_the_first(page: Page, site: str) -> None:
    page.goto(f"{site}/learn/search")
    page.evaluate(
        "() => { const quick = fetch; window.fetch = (url) => new Promise((done) =>"
        " setTimeout(() => done(quick(url)), url.endsWith('q=cell') ? 900 : 0)); }"
    )
    field = page.get_by_role("combobox", name="Search again")
    field.press_sequentially("cell")
    page.wait_for_timeout(200)
    field.press_sequentially(" mem")
    expect(page.get_by_role("option")).to_have_count(1)
    page.wait_for_timeout(1000)
    expect(page.get_by_role("option")).to_have_count(1)


def test_the_list_of_a_subjects_own_field_is_of_that_subject(page: Page, site: str) -> None:
    library.question("Why is a cell small?", place="biology")
    page.goto(f"{site}/learn/physics")
    field = page.get_by_role("combobox", name="Search in Physics")
    expect(field).to_have_attribute("placeholder", "Search in Physics")
    field.press_sequentially("cell")
    expect(page.get_by_role("option")).to_have_count(2)
    page.get_by_role("combobox", name="Search questions").press_sequentially("cell")
    expect(page.get_by_role("option")).to_have_count(3)


def test_search_works_without_javascript_on_a_phone(chromium: Browser, site: str) -> None:
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto(f"{site}/learn/physics")
    field = page.get_by_label("Search questions").locator("input")
    field.click()
    box = field.bounding_box()
    assert box is not None
    assert box["width"] > 300
    field.fill("cel membrane")
    field.press("Enter")
    page.get_by_role("link", name="How do cell membranes work?").click()
    expect(page).to_have_url(f"{site}/learn/physics/questions/membranes")
    context.close()


@pytest.mark.looks
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_results_have_no_fault_that_axe_knows_and_do_not_scroll_sideways(
    chromium: Browser, site: str, scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": 320, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    for query in ("cell", "celk", "zzzz", "", "W" * 150):
        page.goto(f"{site}/learn/search?q={query}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert faults(page) == []
    context.close()
