"""What a student's browser does with a question's page, with a script and without one."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from learn import publishing
from learn.desk import draft_links
from learn.limits import Limit
from learn.models import Feedback, MistakeReport, Question
from learn.views import feedback as views
from tests import library
from tests.browser.axe import faults

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = """{text}

It begins with $x^2$ and **bold** words, a [link](/learn/physics) and `code`.

## One

{text}

```python
def double(x):
    return 2 * x  # twice "as" much
```

## Two $y$

{text}

| a | b |
|---|---|
| 1 | 2 |

### Two and a half

{text}

$$
\\int_0^1 x\\, dx = \\frac{{1}}{{2}}
$$

## Three

{text}

```
plain
```
""".format(text="\n\n".join(["Some words that fill a line or two of the page. " * 6] * 6))

SHIFTS = (
    "window.shifts = []; new PerformanceObserver(list => { for (const entry of list.getEntries())"
    " if (!entry.hadRecentInput) window.shifts.push(entry.value + ': ' + entry.sources.map("
    " from => from.node && (from.node.outerHTML || from.node.textContent).slice(0, 80))); })"
    ".observe({type: 'layout-shift', buffered: true});"
)


@pytest.fixture(autouse=True)
def fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_votes", Limit(60, seconds=600))
    monkeypatch.setattr(views, "_reports", Limit(5, seconds=600))


@pytest.fixture
def question() -> Question:
    library.question("Before?", date="2025-02-01")
    library.question("After?", date="2025-01-01")
    return library.question("Why does it all work?", ANSWER, slug="q", author="QuickTakes")


@pytest.fixture
def address(live_server: LiveServer, question: Question) -> str:
    return f"{live_server.url}/learn/physics/questions/q"


@pytest.fixture
def context(chromium: Browser, live_server: LiveServer) -> Any:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    yield context
    context.close()


def copied(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


# ----------------------------------------------------------------------- what must hold


@pytest.mark.looks
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_accessible_still_and_asks_nobody_else(
    chromium: Browser, address: str, width: int, scheme: Any
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(SHIFTS)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.goto(address)  # where the math font comes late, its coming moves formulas by a little
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shifts") == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}
    page.locator("details:visible").evaluate_all("all => all.forEach(each => each.open = true)")
    page.locator("[data-bookmark]").click()
    page.locator(".helpful button").first.click()
    expect(page.locator(".thanks")).to_be_visible()
    assert faults(page) == []
    for path in ("/report", "/../../../bookmarks"):
        page.goto(address + path)
        assert faults(page) == []
    context.close()


def test_reading_voting_and_reporting_need_no_javascript(
    chromium: Browser, address: str, question: Question
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    for selector in (".needs-script", "[data-bookmark]", "[data-share]", "#theme-button"):
        expect(page.locator(selector).first).to_be_hidden()
    expect(page.locator(".thanks")).to_be_hidden()
    expect(page.locator("#reported")).to_be_hidden()
    page.get_by_role("button", name="Yes").click()
    expect(page).to_have_url(f"{address}#thanks")
    expect(page.locator(".thanks")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="No", exact=True).click()
    counts = Feedback.objects.get()
    assert (counts.helpful, counts.unhelpful) == (0, 1)
    page.locator(".contents a").last.click()
    expect(page).to_have_url(f"{address}#three")
    page.locator("summary", has_text="Cite").click()
    expect(page.locator("#cite-1")).to_be_visible()
    page.get_by_role("link", name="Report a mistake").click()
    page.get_by_label("What is wrong?").fill("It is the other way round.")
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_url(f"{address}#reported")
    expect(page.locator("#reported")).to_be_in_viewport()
    expect(page.locator(".thanks")).to_be_hidden()
    assert MistakeReport.objects.get().text == "It is the other way round."
    page.goto(address.replace("physics/questions/q", "bookmarks"))
    expect(page.locator("main")).to_contain_text("which needs JavaScript")
    expect(page.locator("#bookmarks-export")).to_be_hidden()
    context.close()


def test_styles_and_scripts_of_a_page_are_small() -> None:
    def weight(*names: str) -> int:
        files = (Path(str(finders.find(f"learn/{name}"))) for name in names)
        return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)

    assert weight("css/learn.css") < 12_000
    assert weight("js/theme.js", "js/marks.js", "js/question.js", "js/bookmarks.js") < 6_000


def test_the_colours_of_code_can_be_told_from_its_ground(
    chromium: Browser, live_server: LiveServer
) -> None:
    code = "```python\n# c\nprint('s', 1)\nimport x\n```"
    library.question(answer=code, slug="code")
    for scheme in ("light", "dark"):
        context = chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{live_server.url}/learn/physics/questions/code")
        colours = {
            kind: page.locator(f".code .{kind}").first.evaluate("e => getComputedStyle(e).color")
            for kind in "cfkns"
        }
        ground = page.locator(".code figcaption").evaluate(
            "e => getComputedStyle(e).backgroundColor"
        )
        assert len(set(colours.values())) == 5
        assert min(contrast(colour, ground) for colour in colours.values()) >= 4.5
        context.close()


def contrast(one: str, other: str) -> float:
    """WCAG's ratio of two colours written as `rgb(r, g, b)`."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(number) / 255 for number in re.findall(r"\d+", colour)[:3]]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(weight * s for weight, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


# --------------------------------------------------------------------- what a script adds


def test_the_section_that_is_read_is_marked_and_nothing_moves(page: Page, address: str) -> None:
    page.add_init_script(SHIFTS)
    page.goto(address)
    marked = page.locator(".contents [aria-current]")
    expect(marked).to_have_count(0)
    for anchor, name in (("two-y", "Two"), ("three", "Three"), ("one", "One")):
        page.evaluate(f"document.getElementById('{anchor}').scrollIntoView()")
        expect(marked).to_have_count(1)
        expect(marked).to_contain_text(name)
    page.evaluate("scrollTo(0, 0)")
    expect(marked).to_have_count(0)
    page.locator(".contents a", has_text="Three").click()
    expect(marked).to_have_text("Three")
    assert page.evaluate("window.shifts") == []


def test_links_code_markdown_and_citations_are_copied(
    page: Page, address: str, question: Question
) -> None:
    page.goto(address)
    said = page.locator(".said")
    page.locator("#three").hover()
    page.locator("#three .heading-link").click()
    expect(said).to_have_text("Link copied")
    assert (page.url, copied(page)) == (f"{address}#three", f"{address}#three")
    page.get_by_role("button", name="Copy code").first.click()
    expect(said).to_have_text("Code copied")
    assert copied(page) == 'def double(x):\n    return 2 * x  # twice "as" much\n'
    page.get_by_role("button", name="Copy as Markdown").click()
    expect(said).to_have_text("Markdown copied")
    assert copied(page).startswith(f"# {question.title}\n\nSome words")
    assert "It begins with $x^2$ and **bold** words" in copied(page)
    page.locator("summary", has_text="Cite").click()
    page.get_by_role("button", name="Copy APA").click()
    expect(said).to_have_text("Citation copied")
    assert copied(page) == page.locator("#cite-1").text_content()
    page.get_by_role("button", name="Share").click()
    assert copied(page) == "https://learn.example.org/learn/physics/questions/q"
    expect(said).to_have_text("", timeout=6000)


def test_a_page_is_shared_by_what_the_device_has_for_it(page: Page, address: str) -> None:
    page.add_init_script("navigator.share = async (what) => { window.shared = what; };")
    page.goto(address)
    page.get_by_role("button", name="Share").click()
    assert page.evaluate("window.shared") == {
        "title": "Why does it all work?",
        "url": "https://learn.example.org/learn/physics/questions/q",
    }


def test_a_vote_stays_on_the_page_and_can_be_changed(page: Page, address: str) -> None:
    page.goto(address)
    yes, no = (page.get_by_role("button", name=name, exact=True) for name in ("Yes", "No"))
    for pressed, other in ((yes, no), (no, yes)):
        pressed.click()
        expect(pressed).to_have_attribute("aria-pressed", "true")
        expect(other).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".thanks")).to_be_visible()
    counts = Feedback.objects.get()
    assert (page.url, counts.helpful, counts.unhelpful) == (address, 0, 1)


def test_a_vote_is_thanked_for_once_and_shown_when_the_page_comes_back(
    page: Page, address: str
) -> None:
    page.goto(address)
    yes, no = (page.get_by_role("button", name=name, exact=True) for name in ("Yes", "No"))
    no.click()
    expect(page.locator(".thanks")).to_be_visible()
    expect(page.locator(".said")).to_be_empty()
    page.reload()
    expect(no).to_have_attribute("aria-pressed", "true")
    expect(yes).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".thanks")).to_be_hidden()
    page.locator(".neighbours a").first.click()
    expect(page.locator("h1")).to_have_text("Before?")
    expect(page.locator("html")).to_have_attribute("data-script", "ready")
    expect(page.locator(".helpful [aria-pressed]")).to_have_count(0)


def test_a_vote_too_many_says_so(page: Page, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_votes", Limit(0, seconds=600))
    page.goto(address)
    page.get_by_role("button", name="Yes").click()
    expect(page.locator(".said")).to_contain_text("Too many votes from your network.")
    expect(page.locator(".thanks")).to_be_hidden()


def test_bookmarks_are_kept_removed_and_carried_in_a_file(
    context: BrowserContext, page: Page, address: str, question: Question, tmp_path: Path
) -> None:
    bookmarks = address.replace("physics/questions/q", "bookmarks")
    page.goto(bookmarks)
    expect(page.locator("#bookmarks-empty")).to_be_visible()
    page.goto(address)
    button = page.get_by_role("button", name="Bookmark")
    button.click()
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.goto(bookmarks)
    listed = page.locator("#bookmarks-list a")
    expect(listed).to_have_text([question.title])
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    file = tmp_path / "bookmarks.json"
    download.value.save_as(file)
    [kept] = json.loads(file.read_text(encoding="utf-8"))["bookmarks"]
    assert (kept["url"], kept["subject"]) == ("/learn/physics/questions/q", "Physics")
    page.get_by_role("button", name="Remove").click()
    expect(listed).to_have_count(0)
    page.set_input_files("#bookmarks-import", file)
    expect(page.locator("#bookmarks-said")).to_have_text("1 added, 0 were there already.")
    expect(listed).to_have_text([question.title])
    page.goto(address)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_file_with_hostile_bookmarks_brings_none(
    page: Page, address: str, tmp_path: Path
) -> None:
    hostile = [
        {"url": "javascript:alert(1)", "title": "x"},
        {"url": "//evil.example/questions/x", "title": "x"},
        {"url": "/learn/a/questions/b", "title": ["x"]},
        None,
        7,
    ]
    page.goto(address.replace("physics/questions/q", "bookmarks"))
    said = page.locator("#bookmarks-said")
    for content in (json.dumps({"bookmarks": hostile}), "[", "{}", '{"bookmarks": {"a": 1}}'):
        file = tmp_path / "bookmarks.json"
        file.write_text(content, encoding="utf-8")
        page.evaluate("document.getElementById('bookmarks-said').textContent = ''")
        page.set_input_files("#bookmarks-import", file)
        expect(said).to_have_text("This file holds no bookmarks.")
    named = [{"url": "/learn/a/questions/b", "title": "<img src=x onerror=alert(1)>"}]
    file.write_text(json.dumps({"bookmarks": named}), encoding="utf-8")
    page.set_input_files("#bookmarks-import", file)
    expect(page.locator("#bookmarks-list a")).to_have_text("<img src=x onerror=alert(1)>")


def test_a_bookmark_follows_a_question_that_moved(
    page: Page, address: str, question: Question
) -> None:
    page.goto(address)
    page.get_by_role("button", name="Bookmark").click()
    question.slug = "moved"
    publishing.save([publishing.edition_of(question)])
    page.goto(address)
    expect(page).to_have_url(re.compile("/questions/moved$"))
    expect(page.get_by_role("button", name="Bookmark")).to_have_attribute("aria-pressed", "true")
    kept = json.loads(page.evaluate("localStorage.getItem('bookmarks')"))
    assert [mark["url"] for mark in kept] == ["/learn/physics/questions/moved"]


def test_a_store_that_is_full_or_broken_breaks_nothing(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("localStorage.setItem('bookmarks', '{broken')")
    page.reload()
    page.get_by_role("button", name="Bookmark").click()
    expect(page.locator(".said")).to_have_text("Bookmark kept in this browser")
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    page.get_by_role("button", name="Bookmark").click()
    expect(page.locator(".said")).to_have_text("This browser keeps no bookmarks for pages.")
    page.get_by_role("button", name="Yes").click()
    expect(page.locator(".thanks")).to_be_visible()


def test_the_script_helps_a_draft_too(page: Page, live_server: LiveServer) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(live_server.url + draft_links.link_to(library.question("?", ANSWER, status="draft")))
    expect(page.get_by_role("button", name="Copy code").first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-script", "ready")
    assert errors == []


def test_a_handout_has_question_answer_and_source_only(page: Page, address: str) -> None:
    page.goto(address)
    page.emulate_media(media="print")
    shown = page.locator("main").inner_text()
    assert shown.startswith("Why does it all work?")
    assert shown.rstrip().endswith("https://learn.example.org/learn/physics/questions/q")
    for word in ("Bookmark", "Copy", "Share", "Was this helpful", "On this page", "Back to top"):
        assert word not in shown
