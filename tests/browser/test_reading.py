"""What a student's browser does with the pages."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from learn.models import Question
from tests import library

pytestmark = pytest.mark.django_db(transaction=True)

RICH = """Text with $x^2$ and a wide one: $a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9$.

$$
F(x) = \\int_{-\\infty}^{\\infty} f(t)\\, dt + a_n + b_n + c_n + d_n + e_n + f_n + g_n + h_n
$$

### A table

| one | two | three | four | five | six | seven | eight | nine | ten |
|---|---|---|---|---|---|---|---|---|---|
| averylongwords | averylongwords | averylongwords | averylongwords | e | f | g | h | i | j |

### Code

```python
print("a line of code that is much longer than any phone is wide, so that it has to scroll")
```

### A_very_long_word_without_any_place_to_break_it_because_it_is_a_name_of_a_function_in_a_program
"""


@pytest.fixture
def address(live_server: LiveServer) -> str:
    library.question("Why does everything fit?", RICH, slug="rich")
    return f"{live_server.url}/learn/physics/questions/rich"


def test_everything_can_be_read_without_javascript(
    chromium: Browser, live_server: LiveServer, fixtures: Path
) -> None:
    call_command("import_questions", fixtures, stdout=StringIO())
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url)
    page.get_by_role("link", name="Physics").first.click()
    title = page.locator(".question-item__title").first.inner_text()
    page.locator(".question-item__title").first.click()
    expect(page.locator("h1")).to_have_text(title)
    stored = Question.objects.get(title=title)
    words = page.locator("#answer").inner_text().split()
    assert len(words) > 50
    expect(page.locator("#answer math")).to_have_count(stored.answer_html.count("<math"))
    expect(page.locator(".theme-button")).to_be_hidden()
    context.close()


def test_browsing_and_searching_need_no_javascript(
    chromium: Browser, live_server: LiveServer
) -> None:
    for number in range(52):
        keywords = "light" if number < 3 else ""
        library.question(f"Why {number:02} lenses?", "Glass bends.", page_keywords=keywords)
    library.question("Why do eyes have lenses?", place="biology")
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/learn")
    page.get_by_role("link", name="Physics").first.click()
    titles = page.locator(".question-item__title")
    expect(titles.first).to_have_text("Why 51 lenses?")
    page.get_by_role("link", name="A to Z").click()
    expect(titles.first).to_have_text("Why 00 lenses?")
    page.get_by_role("link", name="Next").click()
    expect(titles).to_have_text(["Why 50 lenses?", "Why 51 lenses?"])
    page.locator(".breadcrumbs a").first.click()
    page.get_by_role("link", name="Physics").first.click()
    page.locator(".topic").click()
    expect(titles).to_have_count(3)
    page.get_by_role("searchbox", name="Search questions").fill("lenses")
    page.keyboard.press("Enter")
    page.wait_for_url("**/learn/search?q=lenses")
    expect(titles).to_have_count(20)
    page.get_by_role("link", name="Next").click()
    expect(titles).to_have_count(20)
    page.get_by_role("link", name="Biology").click()
    expect(titles).to_have_text(["Why do eyes have lenses?"])
    titles.first.click()
    expect(page.locator("h1")).to_have_text("Why do eyes have lenses?")
    context.close()


def test_a_page_asks_nobody_but_its_own_server(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}
    assert len(asked) <= 10


@pytest.mark.parametrize(
    ("formula", "fonts"),
    [
        (r"x^2 \le \frac{\alpha}{2} \Rightarrow \sum \vec v", {"math"}),
        (r"\mathfrak{g} \cup x", {"math", "math-more"}),
        (r"\text{São}", {"math", "math-some"}),
        (r"\oint_C a \ne \iiint_V b", {"math"}),
        (r"a \succ b", {"math", "math-some"}),
    ],
)
def test_a_page_loads_what_its_formulas_need_of_the_font(
    page: Page, live_server: LiveServer, formula: str, fonts: set[str]
) -> None:
    library.question(answer=f"Since ${formula}$.", slug="q")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/learn/physics/questions/q")
    page.wait_for_load_state("networkidle")
    files = [url.rpartition("/")[2].split(".")[0] for url in asked if url.endswith(".woff2")]
    assert sorted(files) == sorted(f"quicktakes-{font}" for font in fonts)


def test_large_operators_grow_in_a_display(page: Page, live_server: LiveServer) -> None:
    signs = (r"\int", r"\oint", r"\iint", r"\sum", r"\coprod", r"\bigcup", r"\bigvee", r"\bigoplus")
    answer = "\n\n".join(f"${sign}$ and\n\n$$\n{sign}\n$$" for sign in signs)
    library.question(answer=answer, slug="q")
    page.goto(f"{live_server.url}/learn/physics/questions/q")
    page.evaluate("document.fonts.ready")
    heights = page.locator("#answer mo").evaluate_all(
        "all => all.map((sign) => sign.getBoundingClientRect().height)"
    )
    assert len(heights) == 2 * len(signs)
    for sign, small, large in zip(signs, heights[::2], heights[1::2], strict=True):
        assert large > 1.15 * small, sign


def test_no_page_breaks_its_own_security_policy(
    page: Page, address: str, live_server: LiveServer
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in ("/learn", "/learn/physics", "/learn/physics/questions/rich"):
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_page_scrolls_sideways(
    chromium: Browser, live_server: LiveServer, address: str, width: int, scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    library.question(place="the-art-the-history-and-the-philosophy-of-science")
    paths = ("", "/physics", "/physics/questions/rich", "/none", "/study", "/search?q=fit")
    for path in (f"/learn{each}" for each in paths):
        page.goto(live_server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_a_small_phone_has_the_whole_header_and_whole_words(
    chromium: Browser, live_server: LiveServer, address: str
) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 800}, color_scheme="light")
    page = context.new_page()
    page.goto(f"{live_server.url}/learn")
    nav = page.get_by_role("navigation", name="Site")
    for name in ("Subjects", "Study"):
        expect(nav.get_by_role("link", name=name)).to_be_visible()
    edges = page.evaluate(
        "[...document.querySelectorAll('.brand, .site-header .search, .site-nav a, .theme-button')]"
        ".map(each => each.getBoundingClientRect()).flatMap(box => [box.left, box.right])"
    )
    assert edges == sorted(edges)
    assert edges[-1] <= 320
    room, word = page.evaluate(
        "() => { const field = document.querySelector('.search--large .search__field');"
        " const style = getComputedStyle(field), words = document.createElement('span');"
        " words.textContent = field.placeholder;"
        " words.style.font = getComputedStyle(field, '::placeholder').font;"
        " words.style.alignSelf = 'start'; document.body.append(words);"
        " return [field.clientWidth - parseFloat(style.paddingLeft)"
        " - parseFloat(style.paddingRight), words.getBoundingClientRect().width]; }"
    )
    assert word <= room
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_s_search_is_its_icon_alone_in_forced_colours_too(
    chromium: Browser, live_server: LiveServer, scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": 390, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
        forced_colors="active",
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/learn")
    header = page.locator(".site-header")
    field = page.locator(".site-header .search__field")
    seen = header.screenshot()
    field.evaluate("each => { each.placeholder = ''; }")
    assert header.screenshot() == seen
    field.evaluate("each => { each.value = 'waves'; }")
    assert header.screenshot() == seen
    field.focus()
    assert header.screenshot() != seen
    context.close()


WORDS = "some words that would fill a line of their own"
TABLES = f"""
| a | b | c | d | e |
|---|---|---|---|---|
| {WORDS} | b | c | d | {WORDS} |

| a | b | c | d | e |
|---|---|---|---|---|
| 1 | 2 | 3 | 4 | 5 |

| a | b |
|---|---|
| {WORDS} | {WORDS} |
"""


@pytest.mark.parametrize(("width", "widest"), [(320, 900), (390, 900), (1280, 656)])
def test_text_in_a_table_that_scrolls_in_any_case_has_room(
    chromium: Browser, live_server: LiveServer, width: int, widest: int
) -> None:
    library.question("Why so wide?", TABLES, slug="tables")
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"{live_server.url}/learn/physics/questions/tables")
    room, tables, cells = page.evaluate(
        "[document.querySelector('.table-scroll').clientWidth,"
        " [...document.querySelectorAll('table')].map(each => each.offsetWidth),"
        " [...document.querySelectorAll('table')].map(each => each.rows[1].lastElementChild)"
        ".map(each => each.offsetWidth)]"
    )
    assert room <= tables[0] <= widest
    assert cells[0] >= 9 * 16
    assert tables[1] <= max(room, 5 * 88)
    assert tables[2] == room
    context.close()


def test_pages_with_nothing_beside_their_text_have_it_in_the_middle(
    page: Page, live_server: LiveServer, address: str
) -> None:
    paths = ("physics", "search?q=fit", "search", "study", "bookmarks", "physics/topics", "none")
    short = library.question(slug="short").get_absolute_url()
    for path in (*(f"/learn/{each}" for each in paths), short):
        page.goto(live_server.url + path)
        left, right, width = page.evaluate(
            "(() => { const box = document.querySelector('.page').getBoundingClientRect();"
            " return [box.left, document.documentElement.clientWidth - box.right, box.width]; })()"
        )
        assert (left, width) == (right, 656), path
    page.goto(f"{live_server.url}/learn/physics/questions/rich")
    expect(page.locator(".contents")).to_be_visible()


def test_titles_without_breadcrumbs_begin_at_one_height(
    page: Page, live_server: LiveServer, address: str
) -> None:
    tops = set()
    for path in ("", "/search", "/search?q=fit", "/study", "/bookmarks", "/none"):
        page.goto(f"{live_server.url}/learn{path}")
        tops.add(page.locator("h1").evaluate("each => each.getBoundingClientRect().top"))
    assert len(tops) == 1


def test_formulas_are_set_in_the_font_that_the_page_brings(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    loaded = "[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)"
    assert page.evaluate(loaded) == ["QuickTakes Math"]
    display = page.locator("#answer math[display=block]").first.bounding_box()
    assert display is not None
    assert display["height"] > 20


def test_wide_things_scroll_within_themselves_and_by_keyboard(
    chromium: Browser, address: str
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(address)
    for selector in (".table-scroll", "#answer pre", ".math-display"):
        box = page.locator(selector).first
        assert box.evaluate("e => e.scrollWidth > e.clientWidth")
        assert box.get_attribute("tabindex") == "0"
    context.close()


def test_the_colour_scheme_can_be_chosen_and_is_remembered(page: Page, address: str) -> None:
    page.goto(address)
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    before = page.evaluate(ground)
    page.locator("#theme-button").click()
    after = page.evaluate(ground)
    page.reload()
    assert before != after
    assert page.evaluate(ground) == after
    page.route("**/*.js", lambda route: route.abort())  # the page's own words set it, no file does
    page.reload()
    assert page.evaluate(ground) == after


def test_the_keyboard_reaches_the_answer_first(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))


def test_a_page_does_not_move_while_it_loads(page: Page, address: str) -> None:
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => { for (const e of list.getEntries())"
        " window.shift += e.value; }).observe({type: 'layout-shift', buffered: true});"
    )
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shift") < 0.1
