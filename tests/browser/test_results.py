"""The panel of results beside the fields, the dialogs' refusals, and a phone's form."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from learn import mapping, publishing
from learn.models import Question
from tests import library
from tests.browser.axe import faults
from tests.browser.desks import Desk, answer_of, open_form

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "/admin/learn/question/add/"
FITS_A_DESK = "Why do tides come twice on most days of the year?"


def test_a_new_question_is_shown_as_a_result_while_it_is_typed(desk_of: Desk) -> None:
    there = library.question(FITS_A_DESK, page_description="Of the Moon.")
    page = desk_of("pat")
    page.goto(NEW)
    page.fill("#id_title", FITS_A_DESK.upper())
    page.fill("#id_page_description", "Of the Moon.")
    expect(page.locator(".seo-result--desk .seo-result__title")).to_have_text(
        f"{FITS_A_DESK.upper()} | QuickTakes Learn"
    )
    alike = page.locator("[data-seo-alike]")
    expect(alike).to_contain_text("The same title stands at")
    expect(alike.get_by_role("link").first).to_have_attribute(
        "href", f"/admin/learn/question/{there.pk}/change/"
    )
    page.fill("#id_title", "Another?")
    page.fill("#id_page_description", "")
    expect(alike).not_to_contain_text("stands at")


def test_the_description_is_taken_from_the_answer_as_it_is_typed(desk_of: Desk) -> None:
    page = desk_of("pat")
    open_form(page, library.question(answer="An old sentence stands here."))
    use = page.get_by_role("button", name="as description")
    page.fill("#id_answer", "The new sentence stands here.")
    use.click()
    expect(page.locator("#id_page_description")).to_have_value("The new sentence stands here.")
    page.fill("#id_answer", "$x$")
    use.click()
    expect(page.locator("[data-seo-use] [role=status]")).to_contain_text("no sentence")


@pytest.mark.parametrize("width", [390, 1280])
def test_what_a_desk_cuts_does_not_hang_on_the_screen(desk_of: Desk, width: int) -> None:
    page = desk_of("pat", viewport={"width": width, "height": 800})
    open_form(page, library.question("Why?"))
    page.fill("#id_title", "Why is the sky blue by day?")
    advice = page.locator("[data-seo-advice]")
    expect(advice).to_contain_text("Title: 46 characters.")
    page.fill("#id_title", "Why is the sky blue by day, " * 4)
    expect(advice).to_contain_text("cut on a desk")


def _sideways(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def test_a_phones_form_stacks_related_questions_and_holds_long_words(desk_of: Desk) -> None:
    target = library.question("Where to?", slug="where")
    question = library.question("W" * 400, slug="why")
    page = desk_of("pat", viewport={"width": 390, "height": 800}, has_touch=True)
    _relate(question, target)
    open_form(page, question)
    assert _sideways(page) == 0
    row = page.locator("#related-group tr.has_original").first
    delete = row.locator("[type=checkbox]")
    expect(delete).to_be_visible()
    for target_ in (
        delete,
        page.locator(".datetimeshortcuts a").first,
        page.locator("#id_no_index"),
    ):
        box = target_.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
        assert box["x"] + box["width"] <= 390
    page.goto("/admin/learn/question/?view=")
    assert _sideways(page) == 0


def _relate(question: Question, target: Question) -> None:
    publishing.save([publishing.edition_of(question, {1: mapping.link_to(target)})])


def test_why_an_image_was_refused_stays_until_another_is_chosen(desk_of: Desk) -> None:
    page = desk_of("pat")
    open_form(page, library.question())
    page.get_by_role("button", name="Image").click()
    bad = {"name": "x.png", "mimeType": "image/png", "buffer": b"no picture"}
    page.locator("#image-file").set_input_files(files=[bad])
    status = page.locator("#image-status")
    expect(status).not_to_have_text("The image is being sent.")
    reason = status.inner_text()
    page.locator("#image-dialog [value=insert]").click()
    expect(status).to_have_text(reason)
    assert reason not in ("", "Choose an image first.")


def test_a_key_inserts_no_formula_that_is_known_to_be_broken(desk_of: Desk) -> None:
    page = desk_of("pat")
    open_form(page, library.question(answer="Old."))
    page.get_by_role("button", name="Formula").click()
    page.fill("#math-tex", "\\nosuch")
    status = page.locator("#math-status")
    expect(status).to_contain_text("nosuch")
    page.press("#math-tex", "Control+Enter")
    expect(status).to_contain_text("Mend it, or choose Insert")
    expect(answer_of(page)).to_have_value("Old.")
    page.fill("#math-tex", "x^2")
    expect(status).to_have_text("")
    page.press("#math-tex", "Control+Enter")
    expect(answer_of(page)).to_have_value("$x^2$Old.")


def test_versions_with_changes_of_place_pass_axe(desk_of: Desk) -> None:
    question = library.question("Why?", slug="why")
    question.answer, question.slug = "Another answer stands here.", "why-so"
    publishing.save([publishing.edition_of(question)])
    page = desk_of("pat")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"/admin/learn/question/{question.pk}/revisions")
        expect(page.locator(".placing")).to_contain_text("/learn/physics/questions/why-so")
        assert faults(page) == []
