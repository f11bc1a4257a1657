"""What holds for every type of page: axe, a small phone, forced colours, no motion."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from learn import feedback
from learn.models import Status
from tests import library
from tests.browser.axe import faults

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = """A formula $x^2$.

## One

| a | b |
|---|---|
| 1 | 2 |

## Two

```python
print("a line of code that is much longer than any phone is wide, so that it has to scroll")
```

## Three

$$
\\int_0^1 x\\, dx = \\frac{1}{2}
$$
"""
PATHS = (
    "/learn",
    "/learn/physics",
    "/learn/physics/topics",
    "/learn/physics/topics/light",
    "/learn/physics/questions/q",
    "/learn/physics/questions/q/report",
    "/learn/search?q=light",
    "/learn/search?q=zzyzx",
    "/learn/study",
    "/learn/physics/study",
    "/learn/physics/study?topic=light",
    "/learn/physics/study?seed=a&n=10",
    "/learn/physics/study?seed=a&n=10&card=end&again=1",
    "/learn/bookmarks",
    "/learn/_offline",
    "/learn/physics/questions/none",
    "/learn/physics/questions/gone",
    "/learn/_error",
)


@pytest.fixture
def site(live_server: LiveServer) -> str:
    question = library.question("What is light?", ANSWER, slug="q", page_keywords="light")
    for _ in range(3):
        library.question(page_keywords="light", answer="All about light.")
    library.question(slug="gone", status=Status.ARCHIVED)
    feedback.vote(question, "one", is_helpful=True)
    return live_server.url


def shown(page: Page, address: str) -> None:
    """Open a page; the one of an error is shown as it is, because nothing is broken here."""
    if address.endswith("/_error"):
        body = render_to_string("500.html")
        page.route(address, lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(address)
    for turn in page.get_by_text("Show the answer").all():
        turn.click()


@pytest.mark.looks
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits_a_small_phone(
    chromium: Browser, site: str, scheme: Any
) -> None:
    context = chromium.new_context(color_scheme=scheme, bypass_csp=True, service_workers="block")
    page = context.new_page()
    for path in PATHS:
        page.set_viewport_size({"width": 390, "height": 844})
        shown(page, site + path)
        assert (path, faults(page)) == (path, [])
        page.set_viewport_size({"width": 320, "height": 600})
        assert (path, page.evaluate("document.documentElement.scrollWidth")) == (path, 320)
    context.close()


def test_nothing_moves_where_no_motion_is_wanted(chromium: Browser, site: str) -> None:
    context = chromium.new_context(reduced_motion="reduce", service_workers="block")
    page = context.new_page()
    for path in ("/learn", "/learn/physics/questions/q", "/learn/physics/study?seed=a&n=10"):
        shown(page, site + path)
        moving = page.evaluate(
            "[...document.querySelectorAll('*')].filter(each => {"
            " const { transitionDuration, animationName } = getComputedStyle(each);"
            " return transitionDuration !== '0s' || animationName !== 'none'; }).length"
        )
        assert (path, moving) == (path, 0)
    context.close()


def test_forced_colours_leave_what_is_chosen_visible(chromium: Browser, site: str) -> None:
    context = chromium.new_context(forced_colors="active", service_workers="block")
    page = context.new_page()
    shown(page, f"{site}/learn/physics/questions/q")
    button = page.locator("[data-bookmark]")
    before = button.evaluate(LOOK)
    button.click()
    assert button.evaluate(LOOK) != before
    assert page.locator(".said").evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"
    shown(page, f"{site}/learn/physics")
    order = page.locator(".sort a")
    assert order.first.evaluate(LOOK) != order.last.evaluate(LOOK)
    context.close()


LOOK = """element => { const style = getComputedStyle(element), icon = element.querySelector("svg");
  return [style.borderBlockEndWidth, style.outlineStyle, style.fontWeight,
          icon && getComputedStyle(icon).fill].join(); }"""
