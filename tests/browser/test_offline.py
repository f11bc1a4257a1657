"""Reading without a network, in a browser that has been here before."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from learn import publishing
from learn.models import Question, Status
from tests import library

pytestmark = pytest.mark.django_db(transaction=True)

KEPT = (
    "async () => (await (await caches.open('learn-pages')).keys())"
    ".map(request => new URL(request.url)).map(url => url.pathname + url.search)"
)
CONTROLLED = "navigator.serviceWorker.controller !== null"


@pytest.fixture
def question() -> Question:
    library.question("What is heat?", slug="other")
    return library.question("Why is it here?", "Because of $x^2$.", slug="q")


@pytest.fixture
def site(live_server: LiveServer, question: Question) -> str:
    return f"{live_server.url}/learn"


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    yield page
    context.set_offline(False)


def until(page: Page, condition: str) -> None:
    """Wait for it. Playwright's own way is `eval`, which the pages' policy refuses."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"it never came to {condition}")


def wait_until_kept(page: Page, *paths: str) -> None:
    for path in paths:
        until(page, f"async () => (await ({KEPT})()).includes('{path}')")


def test_a_question_is_read_offline_after_one_visit(
    context: BrowserContext, page: Page, site: str
) -> None:
    address = f"{site}/physics/questions/q"
    page.goto(address)  # the very first page: there was no worker yet when it came
    wait_until_kept(page, "/learn/physics/questions/q", "/learn/_offline")
    until(
        page,
        "async () => (await (await caches.open('learn-files')).keys())"
        ".some(file => file.url.includes('woff2'))",
    )
    context.set_offline(True)
    page.goto(f"{address}?utm_source=letter")
    expect(page.locator("h1")).to_have_text("Why is it here?")
    expect(page.locator("#answer math")).to_have_count(1)
    font = "getComputedStyle(document.querySelector('.site-header')).position"
    assert page.evaluate(font) == "relative"  # the styles are there too


def test_what_is_asked_online_is_never_an_older_page(
    context: BrowserContext, page: Page, site: str, question: Question
) -> None:
    address = f"{site}/physics/questions/q"
    page.goto(address)
    until(page, CONTROLLED)
    page.reload()
    wait_until_kept(page, "/learn/physics/questions/q")
    question.answer = "Because of something else."
    publishing.save([publishing.edition_of(question)])
    page.reload()
    expect(page.locator("#answer")).to_have_text("Because of something else.")
    until(
        page,
        "async () => (await (await caches.match('/learn/physics/questions/q')).text())"
        ".includes('something else.</p>')",
    )
    context.set_offline(True)
    page.reload()
    expect(page.locator("#answer")).to_have_text("Because of something else.")
    context.set_offline(False)
    question.status = Status.ARCHIVED
    publishing.save([publishing.edition_of(question)])
    page.reload()
    expect(page.locator("h1")).to_have_text("This question has been withdrawn")
    until(page, f"async () => !(await ({KEPT})()).includes('/learn/physics/questions/q')")


def test_a_page_that_was_not_kept_names_those_that_were(
    context: BrowserContext, page: Page, site: str
) -> None:
    page.goto(f"{site}/physics/questions/q")
    wait_until_kept(page, "/learn/physics/questions/q", "/learn/_offline")
    context.set_offline(True)
    for path in ("physics/questions/other", "search?q=heat", "physics/study"):
        page.goto(f"{site}/{path}")
        expect(page.locator("h1")).to_have_text("You are offline")
        expect(page.locator("#offline-kept a")).to_have_text(["Why is it here?"])
    page.locator("#offline-kept a").click()
    expect(page.locator("h1")).to_have_text("Why is it here?")


def test_no_other_page_is_shown_under_an_address_than_its_own(
    context: BrowserContext, page: Page, site: str
) -> None:
    page.goto(f"{site}/physics?ref=letter")
    until(page, CONTROLLED)
    page.reload()
    wait_until_kept(page, "/learn/physics", "/learn/_offline")
    context.set_offline(True)
    for other in ("?page=5", "?sort=title", "?page=5&utm_source=a", "?href=a"):
        page.goto(f"{site}/physics{other}")
        expect(page.locator("h1")).to_have_text("You are offline")
    for same in ("?", "?utm_source=a&utm_medium=b", "?fbclid=a&gclid=b", "?ref=a"):
        page.goto(f"{site}/physics{same}")
        expect(page.locator("h1")).to_have_text("Physics")


def test_the_page_comes_by_itself_when_the_network_does(
    context: BrowserContext, page: Page, site: str
) -> None:
    page.goto(f"{site}/physics/questions/q")
    until(page, CONTROLLED)
    wait_until_kept(page, "/learn/physics/questions/q", "/learn/_offline")
    context.set_offline(True)
    page.goto(f"{site}/physics/questions/other")
    expect(page.locator("h1")).to_have_text("You are offline")
    page.evaluate("dispatchEvent(new Event('online'))")  # it says so, and is not
    page.wait_for_timeout(300)
    expect(page.locator("h1")).to_have_text("You are offline")
    context.set_offline(False)
    expect(page.locator("h1")).to_have_text("What is heat?")


def test_search_study_and_drafts_are_not_kept(page: Page, site: str) -> None:
    page.goto(site)
    until(page, CONTROLLED)
    for path in (
        "search?q=heat",
        "study",
        "physics/study?seed=a&n=10",
        "physics?sort=title",
        "none",
    ):
        page.goto(f"{site}/{path}")
    page.goto(f"{site}/physics")
    wait_until_kept(page, "/learn/physics")
    assert sorted(page.evaluate(KEPT)) == [
        "/learn", "/learn/_bookmarks", "/learn/_offline", "/learn/physics",
    ]  # fmt: skip


def test_bookmarks_are_kept_beyond_the_pages_that_are(
    context: BrowserContext, page: Page, site: str
) -> None:
    page.goto(f"{site}/physics/questions/q")
    until(page, CONTROLLED)
    page.get_by_role("button", name="Bookmark").click()
    marks = json.loads(page.evaluate("localStorage.getItem('bookmarks')"))
    marks.append({**marks[0], "url": "/learn/physics/questions/other"})  # as from a file
    page.evaluate("text => localStorage.setItem('bookmarks', text)", json.dumps(marks))
    page.goto(f"{site}/bookmarks")
    wait_until_kept(page, "/learn/physics/questions/other")
    # What a long evening leaves behind.
    page.evaluate(
        "async () => { const cache = await caches.open('learn-pages');"
        " for (let i = 0; i < 130; i++)"
        " await cache.put(`/learn/x/questions/${i}`, new Response('')); }"
    )
    page.goto(f"{site}/physics")
    until(page, f"async () => (await ({KEPT})()).length <= 104")
    wait_until_kept(
        page, "/learn/physics/questions/q", "/learn/physics/questions/other", "/learn/physics"
    )
    context.set_offline(True)
    page.goto(f"{site}/physics/questions/other")
    expect(page.locator("h1")).to_have_text("What is heat?")


def test_a_switched_off_worker_takes_all_that_it_kept_along(
    chromium: Browser, page: Page, site: str, settings: object
) -> None:
    page.goto(site)
    until(page, CONTROLLED)
    wait_until_kept(page, "/learn")
    settings.OFFLINE_READING = False  # type: ignore[attr-defined]
    page.evaluate("navigator.serviceWorker.getRegistration('/learn').then(each => each.update())")
    until(page, "async () => (await caches.keys()).length === 0")
    page.goto(site)
    until(page, "async () => (await navigator.serviceWorker.getRegistrations()).length === 0")
