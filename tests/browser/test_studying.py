"""Study in a student's browser: without JavaScript, by keyboard, by what the browser remembers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import library
from tests.browser.axe import faults

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = "study.today()"
FOCUS = "document.activeElement.id || document.activeElement.className"
ANSWER = """So $x^2$, and

| a | b |
|---|---|
| c | d |

```python
print("a line of code that is much longer than any phone is wide, so that it has to scroll")
```
"""


@pytest.fixture
def study(live_server: LiveServer) -> str:
    """The address of a subject's study; it has three cards."""
    for slug in ("one", "two", "three"):
        library.question(f"What is {slug}?", ANSWER, slug=slug)
    return f"{live_server.url}/learn/physics/study"


def kept(page: Page, key: str = "study") -> Any:
    return json.loads(page.evaluate(f"localStorage.getItem('{key}')") or "null")


def keep(page: Page, value: object, key: str = "study") -> None:
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, json.dumps(value)])


# ------------------------------------------------------------------------------- a session


def test_a_session_can_be_studied_without_javascript(chromium: Browser, study: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(study)
    scripted = page.locator("[data-study-due], [data-study-keys]")
    expect(scripted.filter(visible=True)).to_have_count(0)
    page.get_by_role("link", name="3 cards", exact=True).click()
    for number in (1, 2, 3):
        expect(page.get_by_text(f"Card {number} of 3", exact=True)).to_be_visible()
        expect(page.locator("#answer")).to_be_hidden()
        expect(page.get_by_role("link", name="Again", exact=True)).to_be_hidden()
        page.get_by_text("Show the answer").click()
        expect(page.locator("#answer table")).to_be_visible()
        page.get_by_role("link", name="Again" if number == 2 else "Knew it", exact=True).click()
    expect(page.locator("h1")).to_have_text("1 of 3 to go through again")
    page.get_by_role("link", name="Again with the missed one").click()
    expect(page.get_by_text("Card 1 of 1", exact=True)).to_be_visible()
    context.close()


def shows(page: Page, card: str) -> None:
    """Wait until a card is there and listens to keys, which it does once it has loaded."""
    page.get_by_text(card, exact=True).wait_for()
    page.wait_for_load_state()


def test_a_session_can_be_studied_by_keyboard_alone(page: Page, study: str) -> None:
    page.goto(f"{study}?seed=a&n=10")
    assert page.evaluate(FOCUS) == "study-question"
    page.keyboard.press("1")  # nothing is graded before the answer is seen
    page.keyboard.press("Space")
    expect(page.locator("#answer")).to_be_visible()
    assert page.evaluate(FOCUS) == "study-card__answer"
    page.keyboard.press("2")
    shows(page, "Card 2 of 3")
    page.keyboard.press("ArrowRight")
    shows(page, "Card 3 of 3")
    page.keyboard.press("ArrowLeft")
    shows(page, "Card 2 of 3")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the summary's own way to open
    page.keyboard.press("1")
    shows(page, "Card 3 of 3")
    page.keyboard.press("Space")
    page.keyboard.press("1")
    page.get_by_role("heading", name="2 of 3 to go through again").wait_for()
    page.wait_for_load_state()
    assert page.evaluate(FOCUS) == "study-question"
    today = page.evaluate(TODAY)
    assert sorted(kept(page).values()) == [[0, today], [0, today], [1, today + 1]]


def test_tab_goes_from_the_question_through_the_card(page: Page, study: str) -> None:
    page.goto(f"{study}?seed=a&n=10&card=2")
    page.keyboard.press("Space")
    reached = []
    for _ in range(7):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim().slice(0, 12)"))
    assert reached == [
        "a\nb\n\n\n\n\nc\nd",  # the table and the code scroll
        'print("a lin',
        "This questio",
        "Again",
        "Knew it",
        "← Card befor",
        "Next card →",
    ]


def test_keys_with_another_meaning_keep_it(page: Page, study: str) -> None:
    page.goto(f"{study}?seed=a&n=10&card=2")
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Space")
    page.locator("#answer pre").focus()
    page.keyboard.press("ArrowRight")  # scrolls the code
    page.locator(".study-help summary").focus()
    page.keyboard.press("Space")  # opens it
    expect(page.locator(".study-help .keys")).to_be_visible()
    assert "card=2" in page.url


def test_the_keys_can_be_switched_off_and_stay_so(page: Page, study: str) -> None:
    page.goto(study)
    page.get_by_label("Use these keys").uncheck()
    page.goto(f"{study}?seed=a&n=10")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.locator("#answer")).to_be_hidden()
    assert "card=" not in page.url
    page.goto(study)
    expect(page.get_by_label("Use these keys")).not_to_be_checked()


# ------------------------------------------------------------------------------- what is kept


def test_grades_are_kept_though_a_page_comes_back_as_it_was_left(page: Page, study: str) -> None:
    page.goto(f"{study}?seed=a&n=10")
    for number in (2, 3):
        page.keyboard.press("Space")
        page.keyboard.press("2")
        shows(page, f"Card {number} of 3")
    for number in (2, 1):
        page.go_back()
        shows(page, f"Card {number} of 3")
    page.evaluate("document.querySelector('.study-card__turn').open = true")
    page.keyboard.press("1")
    shows(page, "Card 2 of 3")
    assert sorted(box for box, _ in kept(page).values()) == [0, 1]


def test_cards_that_are_due_come_first(page: Page, study: str) -> None:
    page.goto(study)
    today = page.evaluate(TODAY)
    keep(page, {"physics/three": [1, today - 3], "physics/two": [1, today + 3]})
    page.reload()
    assert page.locator("[data-study-due]").inner_text() == (
        "1 card due today in Physics: they come first."
    )
    page.get_by_role("link", name="3 cards", exact=True).click()
    expect(page.locator("h1")).to_have_text("What is three?")
    expect(page.get_by_text("Card 1 of 3", exact=True)).to_be_visible()


def test_what_is_due_and_what_is_bookmarked_can_be_studied(
    page: Page, study: str, live_server: LiveServer
) -> None:
    page.goto(f"{live_server.url}/learn/study")
    expect(page.locator("[data-study-mine]")).to_be_hidden()
    today = page.evaluate(TODAY)
    keep(page, {"physics/three": [1, today], "physics/two": [1, today - 1]})
    marks = [{"url": f"/learn/physics/questions/{slug}"} for slug in ("one", "three")]
    keep(page, marks, "bookmarks")
    page.reload()
    page.get_by_role("link", name="2 cards due today").click()
    expect(page.locator("h1")).to_have_text("What is two?")
    expect(page.get_by_text("Card 1 of 2", exact=True)).to_be_visible()
    page.goto(f"{live_server.url}/learn/study")
    page.get_by_role("link", name="2 cards bookmarked").click()
    expect(page.locator("h1")).to_have_text("What is three?")  # due, so before the other


def test_the_browser_can_forget(page: Page, study: str, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/learn/study")
    keep(page, {"physics/two": [1, 1]})
    page.reload()
    page.get_by_role("button", name="Forget what I knew").click()
    page.locator("[data-study-mine]").wait_for(state="hidden")
    assert kept(page) is None


def test_whatever_the_browser_kept_a_card_can_be_graded(page: Page, study: str) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(study)
    for text in ("", "nonsense", "null", "7", "[]", '{"physics/one": "x"}'):
        for key in ("study", "bookmarks", "study-keys"):
            page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, text])
        page.goto(study.replace("/physics", ""))
        page.goto(f"{study}?cards=physics/one&seed=a&n=10")
        page.keyboard.press("Space")
        page.keyboard.press("2")
        shows(page, "Card 2 of 3")
        assert (kept(page)["physics/one"][0], errors) == (1, [])


def test_bookmarks_can_be_studied_and_taken_to_anki(
    page: Page, study: str, live_server: LiveServer
) -> None:
    bookmarks = f"{live_server.url}/learn/bookmarks"
    page.goto(bookmarks)
    expect(page.locator("#bookmarks-empty")).to_be_visible()
    expect(page.locator("#bookmarks-cards")).to_be_hidden()
    keep(page, [marked("two"), marked("one")], "bookmarks")
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="Anki deck, 2 cards").click()
    assert download.value.suggested_filename == "cards.apkg"
    page.get_by_role("link", name="Study these").click()
    expect(page.locator("h1")).to_have_text("What is two?")
    expect(page.get_by_text("Card 1 of 2", exact=True)).to_be_visible()
    page.goto(bookmarks)
    for _ in range(2):
        page.get_by_role("button", name="Remove").first.click()
    expect(page.locator("#bookmarks-cards")).to_be_hidden()


def test_of_more_bookmarks_than_a_session_has_cards_the_first_are_studied(
    page: Page, study: str, live_server: LiveServer
) -> None:
    page.goto(study)
    keep(page, [marked(f"q{number}") for number in range(60)], "bookmarks")
    page.goto(f"{live_server.url}/learn/bookmarks")
    expect(page.get_by_role("link", name="Study the first 50")).to_be_visible()
    expect(page.get_by_role("link", name="Anki deck, 50 of 60 cards")).to_be_visible()


def marked(slug: str) -> dict[str, str]:
    return {"url": f"/learn/physics/questions/{slug}", "title": slug, "subject": "Physics"}


# ------------------------------------------------------------------------------- sharing


def test_the_address_of_a_session_is_copied_at_its_start_and_at_its_end(
    page: Page, study: str, live_server: LiveServer
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    for more in ("", "&card=end&again=1.3"):
        page.goto(f"{study}?seed=a&n=10{more}")
        page.evaluate("navigator.clipboard.writeText('')")
        page.get_by_role("link", name="Copy the link").click()
        expect(page.locator(".said")).to_have_text("Link copied")
        assert page.evaluate("navigator.clipboard.readText()") == f"{study}?seed=a&n=10"
        assert page.url == f"{study}?seed=a&n=10{more}"


@pytest.mark.parametrize("broken", ["undefined", "{ writeText: () => Promise.reject() }"])
def test_where_nothing_can_be_copied_the_session_begins_anew(
    page: Page, study: str, broken: str
) -> None:
    page.add_init_script(
        f"Object.defineProperty(navigator, 'clipboard', {{ get: () => ({broken}) }})"
    )
    page.goto(f"{study}?seed=a&n=10&card=end")
    page.get_by_role("link", name="Copy the link").click()
    expect(page).to_have_url(f"{study}?seed=a&n=10")


def test_without_javascript_a_session_has_a_plain_link(chromium: Browser, study: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{study}?seed=a&n=10&card=end&again=1")
    expect(page.get_by_text("Copy the link")).to_be_hidden()
    page.get_by_role("link", name="Link to this session").click()
    expect(page).to_have_url(f"{study}?seed=a&n=10")
    context.close()


def test_space_shows_the_answer_and_then_scrolls_as_the_help_says(page: Page, study: str) -> None:
    page.set_viewport_size({"width": 800, "height": 300})
    page.goto(f"{study}?seed=a&n=10")
    expect(page.locator(".keys tr").first).to_contain_text("turn the card, then scroll down")
    page.keyboard.press("Space")
    expect(page.locator("#answer")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.locator(".study__where")).not_to_be_in_viewport()
    expect(page.locator("#answer")).to_be_visible()


# ------------------------------------------------------------------------------- for everybody


@pytest.mark.looks
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_study_has_no_fault_that_axe_finds_fits_and_can_be_touched(
    chromium: Browser, study: str, width: int, scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(study)
    keep(page, {"physics/three": [1, 1]})
    for address in (
        study.replace("/physics", ""),
        study,
        f"{study}?seed=a&n=10",
        f"{study}?seed=a&n=10&card=2",
        f"{study}?seed=a&n=10&card=end&again=1.3",
    ):
        page.goto(address)
        if "card=2" in address:
            page.keyboard.press("Space")
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.evaluate(
            "[...document.querySelectorAll('main :is(a, button, summary, select, label)')]"
            ".filter(e => e.offsetParent && !e.closest('.answer, .breadcrumbs'))"
            ".filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML)"
        )
        assert [tag for tag in small if "study-subject" not in tag] == []
    context.close()


def test_no_page_of_study_breaks_the_security_policy(page: Page, study: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for address in (study, f"{study}?seed=a&n=10", f"{study}?seed=a&n=10&card=end&again=1"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
    assert complaints == []


def test_a_deck_is_downloaded_from_the_page(page: Page, study: str, settings: Any) -> None:
    page.goto(f"{study}?seed=a&n=10&card=end")
    with page.expect_download() as download:
        page.get_by_role("link", name="These cards as an Anki deck").click()
    assert download.value.suggested_filename == "physics-session.apkg"
