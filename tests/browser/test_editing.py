"""What an editor's browser does with the admin."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from learn.models import Question
from tests import library

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = (
    "### Kinetic energy\n\nIt is $E = \\frac{1}{2} m v^2$.\n\n"
    "$$\nF = m a\n$$\n\n| a | b |\n|---|---|\n| $x|y$ | $5 |\n"
)


@pytest.fixture
def desk(page: Page, live_server: LiveServer, editor: User) -> Page:
    """A page that is signed in to the admin."""
    page.goto(live_server.url + "/admin/")
    page.fill("#id_username", "pat")
    page.fill("#id_password", "secret")
    page.click("[type=submit]")
    return page


def test_the_preview_follows_the_text_and_equals_the_page(
    desk: Page, live_server: LiveServer
) -> None:
    question = library.question("Old?", "Old answer.", slug="q")
    complaints: list[str] = []
    desk.on("console", lambda message: complaints.append(message.text))
    desk.goto(f"{live_server.url}/admin/learn/question/{question.pk}/change/")
    preview = desk.frame_locator(".answer-editor__frame")
    expect(preview.locator("#answer")).to_contain_text("Old answer.")
    desk.fill("#id_title", "New & bold?")
    desk.fill("#id_answer", ANSWER)
    expect(preview.locator("#answer")).to_contain_text("Kinetic energy")
    shown = [preview.locator(part).evaluate("e => e.outerHTML") for part in ("h1", "#answer")]
    desk.click("[name=_continue]")
    desk.goto(f"{live_server.url}/learn/physics/questions/q")
    assert [desk.locator(part).evaluate("e => e.outerHTML") for part in ("h1", "#answer")] == shown
    assert complaints == []


def test_tab_leaves_the_answer(desk: Page, live_server: LiveServer) -> None:
    question = library.question("Old?", "Old answer.", slug="q")
    desk.goto(f"{live_server.url}/admin/learn/question/{question.pk}/change/")
    desk.focus("#id_answer")
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.id") != "id_answer"
    assert desk.input_value("#id_answer") == "Old answer."


def test_a_question_is_written_found_and_published(desk: Page, live_server: LiveServer) -> None:
    library.subject("physics")
    desk.goto(f"{live_server.url}/admin/learn/question/add/")
    desk.locator("#id_title").press_sequentially("Why does ice float?")
    expect(desk.locator("#id_slug")).to_have_value("why-does-ice-float")
    desk.click(".field-subject .select2-selection")
    desk.keyboard.type("phy")
    desk.click(".select2-results__option:has-text('Physics')")
    desk.fill("#id_answer", "It is **less dense**.")
    desk.select_option("#id_status", "published")
    desk.click("[name=_save]")
    expect(desk.locator(".messagelist")).to_contain_text("added successfully")
    desk.fill("#searchbar", "ice float")
    desk.keyboard.press("Enter")
    expect(desk.locator("#result_list tbody tr")).to_have_count(1)
    desk.goto(f"{live_server.url}/learn/physics/questions/why-does-ice-float")
    expect(desk.locator("#answer strong")).to_have_text("less dense")
    assert Question.objects.get().updated_by is not None


def test_hostile_text_runs_neither_on_the_page_nor_in_the_preview(
    desk: Page, live_server: LiveServer
) -> None:
    desk.add_init_script("window.ran = []; window.alert = (x) => window.ran.push(x);")
    payloads = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(2)>",
        "<svg onload=alert(3)>",
        "[x](javascript:alert(4))",
        "<math><mtext><img src=x onerror=alert(5)></mtext></math>",
        "$\\text{<img src=x onerror=alert(6)>}$",
        "<a href='jav&#x0A;ascript:alert(7)'>x</a>",
        '```"><img src=x onerror=alert(8)>\nx\n```',
        '![x" onerror="alert(9)](x)',
        "<iframe srcdoc='<script>parent.alert(10)</script>'></iframe>",
        '<a title="$x$" onmouseover=alert(11)>$\\color{red" onload="alert(12)}{x}$</a>',
        "<style>@import 'x'</style><form><button formaction=javascript:alert(13)>x",
    ]
    question = library.question("</title><script>alert(0)</script>", "x", slug="q")
    desk.goto(f"{live_server.url}/admin/learn/question/{question.pk}/change/")
    frame = desk.frame_locator(".answer-editor__frame")
    desk.fill("#id_answer", "\n\n".join([*payloads, "The end of it."]))
    expect(frame.locator("#answer")).to_contain_text("The end of it.")
    assert [frame.evaluate("window.ran") for frame in desk.frames] == [[], [], []]
    desk.click("[name=_continue]")
    desk.goto(f"{live_server.url}/learn/physics/questions/q")
    for link in desk.locator("#answer a").all():
        link.hover()
    assert desk.evaluate("window.ran") == []
    desk.evaluate("alert('the control')")
    assert desk.evaluate("window.ran") == ["the control"]
