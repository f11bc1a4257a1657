"""A real Chromium, from Debian's package, driven by Playwright."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from learn import roles
from tests.browser.desks import Desk, sign_in
from tests.conftest import person

# Playwright's loop runs in the test's own thread; Django's database work there is not asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where a test failed: what the pages that it had open showed."""
    report = yield
    browser = getattr(item, "funcargs", {}).get("chromium")
    if report.failed and report.when == "call" and browser is not None:
        for page in (page for context in browser.contexts for page in context.pages):
            report.sections.append((f"shown at {page.url}", _text_of(page)))
    return report


def _text_of(page: Page) -> str:
    try:
        return page.locator("body").inner_text(timeout=2_000)[:2_000]
    except Error as error:
        return str(error)


# The one without windows opens a page in a third of the time.
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if path is None:
        if os.environ.get("REQUIRE_CHROMIUM") == "1":
            pytest.fail("there is no Chromium, and REQUIRE_CHROMIUM is set")
        pytest.skip("there is no Chromium (Debian's package chromium-headless-shell)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def answered(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empties the tables of a test only when all that its browsers asked has been answered."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")  # so its end comes after this one's
    yield
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(10)  # it ends with the browser's connection


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def desk_of(chromium: Browser, live_server: LiveServer) -> Iterator[Desk]:
    """Gives a page of a new browser in which a person of a role is signed in."""
    contexts: list[BrowserContext] = []
    broken: list[str] = []  # errors that no script caught: none may be left at the end

    def new_browser(name: str, role: str = roles.PUBLISHER, **options: Any) -> Page:
        person(name, role)
        options = {"viewport": {"width": 1280, "height": 900}} | options
        contexts.append(chromium.new_context(base_url=live_server.url, **options))
        contexts[-1].on("weberror", lambda found: broken.append(f"{found.page.url}: {found.error}"))
        page = contexts[-1].new_page()
        sign_in(page, name)
        return page

    yield new_browser
    for context in contexts:
        for page in context.pages:
            page.goto("about:blank")  # what a page says on leaving comes before the tables go
        context.close()
    assert broken == []
