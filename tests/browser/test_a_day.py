"""An editor's day at the desk and a publisher's, from signing in to having it all undone."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from learn import roles
from learn.models import Question, Status
from tests import library
from tests.browser.desks import Desk, answer_of, png, shown

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = "The **Moon** pulls with $F = G \\frac{m_1 m_2}{r^2}$.\n\n"
TWELVE = "learn/physics/questions/why-do-tides-come-twice-a-day"


def test_from_a_draft_to_a_page_that_moved_and_back(
    desk_of: Desk, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    library.question("Why is the sky blue?")
    question = library.question(
        "Why do tides come twice a day?",
        "Because of the Moon.",
        slug="why-do-tides-come-twice-a-day",
        status=Status.DRAFT,
    )
    wren = desk_of("wren", roles.EDITOR)
    find(wren, "tides day", question)
    write(wren)
    wren.click("[name=_continue]")
    expect(wren.locator(".messagelist")).to_contain_text("was changed successfully")
    assert wren.goto(f"/{TWELVE}").status == 404  # type: ignore[union-attr]

    find(wren, "tides day", question)
    preview = shown(wren).evaluate("e => e.outerHTML")
    wren.fill("[name=proposal_note]", "With a picture now.")
    wren.click("[name=_propose]")
    expect(wren.locator(".messagelist")).to_contain_text("Handed in for review")

    pat = desk_of("pat")
    approve(pat, date="2120-01-01")
    assert pat.goto(f"/{TWELVE}").status == 404  # type: ignore[union-attr]
    pat.goto(f"/admin/learn/question/{question.pk}/change/")
    pat.fill("#id_publish_at_0", "")
    pat.fill("#id_publish_at_1", "")
    with pat.expect_navigation(url="**/question/"):
        pat.click("[name=_save]")
    pat.goto(f"/{TWELVE}")
    assert pat.locator("#answer").evaluate("e => e.outerHTML") == preview
    expect(pat.locator("#answer img")).to_have_js_property("naturalWidth", 60)

    rename(pat, question, "why-tides-come-twice")
    pat.goto(f"/{TWELVE}")
    expect(pat).to_have_url(re.compile("/why-tides-come-twice$"))
    restore_the_oldest(pat, question)
    question.refresh_from_db()
    assert (question.answer, question.slug) == ("Because of the Moon.", "why-tides-come-twice")

    call_command("export_questions", tmp_path / "tree", stdout=io.StringIO())
    replace_in_physics(pat, "the Moon", "our Moon")
    question.refresh_from_db()
    assert question.answer == "Because of our Moon."
    with pytest.raises(SystemExit):
        call_command("export_questions", tmp_path / "tree", check=True, stdout=io.StringIO())
    pat.click("button:has-text('Undo')")
    expect(pat.locator("h1")).to_have_text("Undone: Find and replace")
    call_command("export_questions", tmp_path / "tree", check=True, stdout=io.StringIO())


def find(page: Page, words: str, question: Question) -> None:
    page.goto("/admin/learn/question/")
    page.fill("#searchbar", words)
    page.keyboard.press("Enter")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.get_by_role("link", name=question.title).click()


def write(page: Page) -> None:
    page.fill("#id_answer", ANSWER)
    page.locator("#id_answer").press("Control+End")
    page.get_by_role("button", name="Image").click()
    file = {"name": "photo.png", "mimeType": "image/png", "buffer": png()}
    page.set_input_files("#image-dialog [type=file]", file)
    expect(page.locator("#image-status")).to_contain_text("The image is here.")
    page.fill("#image-alt", "The Moon over a harbour")
    page.locator("#image-dialog [value=insert]").click()
    expect(answer_of(page)).to_have_value(re.compile(re.escape(ANSWER.strip())))
    expect(shown(page).locator("math")).to_have_count(1)
    expect(shown(page).locator("img")).to_have_attribute("alt", "The Moon over a harbour")


def approve(page: Page, date: str) -> None:
    page.goto("/admin/learn/proposal/")
    page.get_by_role("link", name="Why do tides").first.click()
    expect(page.locator("#content-main")).to_contain_text("With a picture now.")
    page.fill("#id_publish_at_0", date)
    page.fill("#id_publish_at_1", "08:00")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".messagelist")).to_be_visible()


def rename(page: Page, question: Question, slug: str) -> None:
    page.goto(f"/admin/learn/question/{question.pk}/change/")
    page.fill("#id_slug", slug)
    with page.expect_navigation(url="**/question/"):
        page.click("[name=_save]")


def restore_the_oldest(page: Page, question: Question) -> None:
    page.goto(f"/admin/learn/question/{question.pk}/revisions")
    with page.expect_navigation():
        page.get_by_role("button", name="Restore this version").last.click()
    expect(page.locator(".messagelist")).to_be_visible()


def replace_in_physics(page: Page, old: str, new: str) -> None:
    page.goto("/admin/learn/question/")
    page.locator("#changelist-filter").get_by_role("link", name="Physics").click()
    page.click(".object-tools >> text=Find and replace")
    page.fill("#id_find", old)
    page.fill("#id_replacement", new)
    page.click("text=Preview")
    expect(page.locator(".counts")).to_contain_text("1 will change")
    page.click("button:has-text('Replace in 1 question')")
    expect(page.locator("h1")).to_have_text("Done: Find and replace")
