"""What a day at the editors' desk needs of a browser: previews, marks, images, nothing lost."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from learn import publishing, review, roles
from learn.models import Question, Status, UnsavedWork
from tests import library
from tests.browser.axe import faults
from tests.browser.desks import Desk, answer_of, open_form, png, shown, sign_in
from tests.conftest import person
from tests.test_review import changed

pytestmark = pytest.mark.django_db(transaction=True)

A_BEAT = 21_000  # milliseconds after which the desk asks again who is here


@pytest.fixture
def desk(desk_of: Desk) -> Page:
    return desk_of("pat")


# ------------------------------------------------------------------- the preview


SLOW_PREVIEWS = """(() => {
    const ask = window.fetch;
    Object.assign(window, { underWay: 0, most: 0, asked: 0 });
    window.fetch = async (...sent) => {
        if (!String(sent[0]).endsWith("/preview")) return ask(...sent);
        window.asked += 1;
        window.most = Math.max(window.most, ++window.underWay);
        await new Promise((done) => setTimeout(done, 400));
        const answer = await ask(...sent);
        window.underWay -= 1;
        return answer;
    };
})();"""


def test_one_preview_is_asked_for_at_a_time_and_the_last_text_wins(desk: Page) -> None:
    desk.add_init_script(SLOW_PREVIEWS)
    open_form(desk, library.question(answer="Old."))
    expect(shown(desk)).to_have_text("Old.")
    for number in range(8):
        desk.fill("#id_answer", f"Text {number}.")
        desk.wait_for_timeout(100 if number % 2 else 300)
    expect(shown(desk)).to_have_text("Text 7.", timeout=15_000)
    desk.wait_for_timeout(700)
    expect(shown(desk)).to_have_text("Text 7.")
    assert desk.evaluate("most") == 1
    assert 2 <= desk.evaluate("asked") < 9


def test_a_preview_that_fails_says_so_and_comes_back(desk: Page) -> None:
    open_form(desk, library.question(answer="Old."))
    expect(shown(desk)).to_have_text("Old.")
    desk.context.set_offline(True)
    desk.fill("#id_answer", "Newer.")
    status = desk.locator(".answer-editor__status")
    expect(status).to_have_text(
        "The preview shows an earlier text. The server is out of reach. Your text is not lost."
    )
    expect(shown(desk)).to_have_text("Old.")
    desk.context.set_offline(False)
    expect(shown(desk)).to_have_text("Newer.", timeout=15_000)
    expect(status).to_have_text("")
    desk.context.clear_cookies()
    desk.fill("#id_answer", "Newest.")
    expect(status).to_contain_text("You are signed out.", timeout=15_000)
    expect(answer_of(desk)).to_have_value("Newest.")


def test_the_preview_has_the_widths_and_colours_of_the_page(desk: Page) -> None:
    open_form(desk, library.question(answer="Words. " * 300))
    expect(shown(desk)).to_contain_text("Words.")
    frame = desk.locator(".answer-editor__frame").element_handle().content_frame()  # type: ignore[union-attr]
    assert frame
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    found = []
    for width in ("Phone", "Desktop"):
        for colours in ("Light", "Dark"):
            desk.get_by_role("button", name=width).click()
            desk.get_by_role("button", name=colours, exact=True).click()
            found.append((frame.evaluate("innerWidth"), frame.evaluate(ground)))
            view = desk.locator(".answer-editor__view")
            assert view.evaluate("e => e.scrollHeight > e.clientHeight")
            text, box = shown(desk).bounding_box(), view.bounding_box()
            assert text
            assert box
            assert text["x"] + text["width"] <= box["x"] + box["width"]
    light, dark = "rgb(255, 255, 255)", "rgb(13, 21, 36)"
    assert found == [(390, light), (390, dark), (1280, light), (1280, dark)]
    desk.reload()
    expect(desk.get_by_role("button", name="Dark", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )


def test_a_finding_leads_to_its_place_in_the_text(desk: Page) -> None:
    open_form(desk, library.question(answer="Old."))
    desk.fill("#id_answer", "Many lines.\n\n" * 60 + "Here $\\nosuch{x}$ is wrong.")
    expect(desk.locator("#findings code")).to_have_text("$\\nosuch{x}$")
    expect(desk.locator(".preview-tools__count a")).to_have_text("1 finding")
    desk.get_by_role("button", name="Go there").click()
    chosen = "e => e.value.slice(e.selectionStart, e.selectionEnd)"
    assert desk.locator("#id_answer").evaluate(chosen) == "$\\nosuch{x}$"
    assert desk.locator("#id_answer").evaluate("e => e.scrollTop") > 500


# ------------------------------------------------------------------- marks and formulas


def test_marks_are_set_by_keys_and_taken_back_by_undo(desk: Page) -> None:
    open_form(desk, library.question(answer="one two"))
    field = desk.locator("#id_answer")
    field.evaluate("e => { e.focus(); e.setSelectionRange(4, 7); }")
    desk.keyboard.press("Control+b")
    expect(answer_of(desk)).to_have_value("one **two**")
    desk.keyboard.press("Control+b")
    expect(answer_of(desk)).to_have_value("one two")
    desk.keyboard.press("Control+z")
    desk.keyboard.press("Control+z")
    expect(answer_of(desk)).to_have_value("one two")
    desk.keyboard.press("Control+k")
    desk.keyboard.type("https://example.org")
    expect(answer_of(desk)).to_have_value("one [two](https://example.org)")


@pytest.mark.parametrize(
    ("mark", "before", "after"),
    [
        ("italic", "[a]", "*a*"),
        ("code", "[a]", "`a`"),
        ("code", "[a\nb]", "```\na\nb\n```"),
        ("heading", "x\n[a]\ny", "x\n### a\ny"),
        ("heading", "[### a]", "a"),
        ("list", "[a\nb]", "- a\n- b"),
        ("list", "[- a\n- b]", "a\nb"),
        ("numbers", "[a\nb]", "1. a\n2. b"),
        ("quote", "[a\nb]\nc", "> a\n> b\nc"),
        ("table", "x[]", "x\n\n| First | Second |\n|---|---|\n| one | two |"),
    ],
)
def test_the_toolbar_writes_what_answers_use(
    desk: Page, mark: str, before: str, after: str
) -> None:
    start, end = before.index("["), before.index("]") - 1
    text = before.replace("[", "").replace("]", "")
    open_form(desk, library.question(answer=text))
    select = f"e => {{ e.focus(); e.setSelectionRange({start}, {end}); }}"
    desk.locator("#id_answer").evaluate(select)
    desk.click(f"[data-mark={mark}]")
    expect(answer_of(desk)).to_have_value(after)
    desk.keyboard.press("Control+z")
    expect(answer_of(desk)).to_have_value(text)


def test_a_formula_is_seen_while_it_is_written(desk: Page) -> None:
    open_form(desk, library.question(answer="It is so."))
    desk.locator("#id_answer").evaluate("e => { e.focus(); e.setSelectionRange(8, 8); }")
    desk.keyboard.press("Control+m")
    desk.keyboard.type("\\nosuch")
    status = desk.locator("#math-status")
    expect(status).to_have_text('Unknown command "\\nosuch".')
    desk.fill("#math-tex", "")
    desk.get_by_role("button", name="Fraction").click()
    desk.keyboard.type("a")
    formula = desk.frame_locator(".math-frame").locator("math")
    expect(formula.locator("mfrac")).to_have_count(1)
    expect(status).to_have_text("")
    desk.fill("#math-tex", "\\frac{a}{b}")
    desk.get_by_role("button", name="Insert", exact=True).click()
    expect(answer_of(desk)).to_have_value("It is so$\\frac{a}{b}$.")
    assert desk.evaluate("document.activeElement.id") == "id_answer"
    desk.locator("#id_answer").evaluate("e => e.setSelectionRange(14, 14)")
    desk.keyboard.press("Control+m")
    assert desk.input_value("#math-tex") == "\\frac{a}{b}"
    desk.get_by_label("On a line of its own").check()
    desk.get_by_role("button", name="Insert", exact=True).click()
    expect(answer_of(desk)).to_have_value("It is so\n\n$$\n\\frac{a}{b}\n$$\n\n.")


def test_a_formula_that_would_be_read_as_money_is_written_so_that_it_is_none(desk: Page) -> None:
    open_form(desk, library.question(answer="x"))
    desk.locator("#id_answer").evaluate("e => e.select()")
    desk.keyboard.press("Control+m")
    desk.fill("#math-tex", "5 apples or pears")
    desk.get_by_role("button", name="Insert", exact=True).click()
    expect(answer_of(desk)).to_have_value("\\(5 apples or pears\\)")


# ------------------------------------------------------------------- images


DROP = """([field, bytes, kind]) => {
    const carried = new DataTransfer();
    carried.items.add(new File([new Uint8Array(bytes)], "x.png", { type: kind }));
    const options = { dataTransfer: carried, cancelable: true, bubbles: true };
    field.dispatchEvent(new DragEvent("drop", options));
}"""


def test_an_image_is_dropped_described_and_shown(desk: Page, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    open_form(desk, library.question(answer="See:"))
    field = desk.locator("#id_answer")
    field.evaluate("e => { e.focus(); e.setSelectionRange(4, 4); }")
    desk.evaluate(DROP, [field.element_handle(), list(png()), "image/png"])
    expect(desk.locator("#image-status")).to_contain_text("The image is here.")
    expect(desk.locator("#image-shown")).to_have_js_property("naturalWidth", 60)
    insert = desk.locator("#image-dialog [value=insert]")
    insert.click()
    expect(desk.locator("#image-status")).to_have_text("Say what the image shows.")
    desk.fill("#image-alt", "A [teal] square")
    insert.click()
    [file] = tmp_path.iterdir()
    expect(answer_of(desk)).to_have_value(f"See:![A &#91;teal&#93; square](/media/{file.name})")
    picture = shown(desk).locator("img")
    expect(picture).to_have_attribute("alt", "A [teal] square")
    desk.evaluate(DROP, [field.element_handle(), list(b"<svg/>"), "image/svg+xml"])
    expect(desk.locator("#image-status")).to_have_text(
        "This is no image that can be read. JPEG, PNG, WebP and GIF files are taken."
    )
    desk.keyboard.press("Escape")
    assert desk.input_value("#id_answer").count("![") == 1


def test_an_image_is_chosen_from_the_toolbar(desk: Page, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    open_form(desk, library.question(answer="x"))
    desk.locator("#id_answer").evaluate("e => e.select()")
    desk.get_by_role("button", name="Image").click()
    file = {"name": "photo.png", "mimeType": "image/png", "buffer": png()}
    desk.set_input_files("#image-file", file)  # type: ignore[arg-type]
    expect(desk.locator("#image-status")).to_contain_text("The image is here.")
    desk.keyboard.type("Teal")
    desk.locator("#image-dialog [value=insert]").click()
    expect(answer_of(desk)).to_have_value(re.compile(r"^!\[Teal\]\(/media/"))


# ------------------------------------------------------------------- nothing is lost


def test_what_was_written_before_a_crash_is_there_again(desk: Page) -> None:
    question = library.question(answer="Old.")
    open_form(desk, question)
    desk.fill("#id_answer", "Half a sentence")
    expect(desk.locator("#autosave")).to_contain_text("Unsaved work kept at", timeout=15_000)
    again = desk.context.new_page()
    desk.close()
    open_form(again, question)
    again.get_by_role("link", name="Continue with it").click()
    expect(answer_of(again)).to_have_value("Half a sentence")
    again.click("[name=_save]")
    expect(again.locator(".messagelist")).to_contain_text("was changed successfully")
    open_form(again, question)
    expect(again.get_by_role("link", name="Continue with it")).to_have_count(0)
    assert Question.objects.get().answer == "Half a sentence"


def test_leaving_the_page_keeps_what_no_pause_had_kept_yet(desk: Page) -> None:
    question = library.question(answer="Old.")
    open_form(desk, question)
    desk.fill("#id_answer", "Left at once")
    desk.goto("/admin/")
    open_form(desk, question)
    desk.get_by_role("link", name="Continue with it").first.click()
    expect(answer_of(desk)).to_have_value("Left at once")


def test_what_the_server_did_not_get_is_kept_in_the_browser(desk: Page) -> None:
    question = library.question(answer="Old.")
    open_form(desk, question)
    expect(shown(desk)).to_have_text("Old.")
    desk.context.set_offline(True)
    desk.fill("#id_answer", "Written in a tunnel")
    expect(desk.locator("#autosave")).to_contain_text(
        "Your work is kept in this browser meanwhile.", timeout=15_000
    )
    again = desk.context.new_page()
    desk.close()
    assert not UnsavedWork.objects.exists()
    again.context.set_offline(False)
    open_form(again, question)
    again.get_by_role("link", name="Continue with it").click()
    expect(answer_of(again)).to_have_value("Written in a tunnel")
    again.click("[name=_save]")
    open_form(again, question)
    again.wait_for_timeout(1_000)
    expect(again.locator("#autosave")).to_have_text("")
    assert (
        again.evaluate("Object.keys(localStorage).filter(k => k.startsWith('desk-work')).length")
        == 0
    )


def test_what_a_browser_kept_is_offered_to_nobody_else_and_holds_no_token(
    desk_of: Desk,
) -> None:
    question = library.question(answer="Old.")
    page = desk_of("pat")
    open_form(page, question)
    page.context.set_offline(True)
    page.fill("#id_answer", "Pat's, in a tunnel")
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    kept = "Object.values(localStorage).join()"
    assert "Pat's, in a tunnel" in page.evaluate(kept)
    assert "csrfmiddlewaretoken" not in page.evaluate(kept)
    page.context.set_offline(False)
    UnsavedWork.objects.all().delete()

    page.context.clear_cookies()  # kim takes over the machine
    person("kim", roles.PUBLISHER)
    sign_in(page, "kim")
    with page.expect_response(lambda answer: "presence" in answer.url):
        open_form(page, question)
    expect(page.locator("#autosave")).to_have_text("")
    assert not UnsavedWork.objects.exists()
    assert "Pat's, in a tunnel" in page.evaluate(kept)


def test_unsaved_work_is_offered_and_discarded_without_javascript(
    desk_of: Desk, editor: User
) -> None:
    page = desk_of("quiet", java_script_enabled=False)
    question = library.question(answer="Old.")
    open_form(page, question)
    page.fill("#id_title", " ")
    page.fill("#id_answer", "Refused, not lost")
    page.click("[name=_save]")
    open_form(page, question)
    page.get_by_role("link", name="Continue with it").click()
    expect(answer_of(page)).to_have_value("Refused, not lost")
    open_form(page, question)
    page.get_by_role("button", name="Discard").click()
    expect(page.locator(".messagelist")).to_contain_text("Discarded.")
    expect(page.locator(".answer-editor__side")).to_be_hidden()
    expect(answer_of(page)).to_have_value("Old.")


# ------------------------------------------------------------------- two at once


def test_two_browsers_one_question_and_neither_text_is_lost(desk_of: Desk) -> None:
    question = library.question("Old?", "One.\n\nTwo.\n\nThree.")
    pat, kim = desk_of("pat"), desk_of("kim")
    pat.clock.install()
    open_form(pat, question)
    with kim.expect_response("**/presence"):  # else Pat may ask before Kim has said so
        open_form(kim, question)
    pat.clock.fast_forward(A_BEAT)
    expect(pat.locator("#presence")).to_contain_text("kim has this open")
    pat.fill("#id_answer", "ONE.\n\nPat's two.\n\nThree.")
    kim.fill("#id_answer", "One.\n\nKim's two.\n\nTHREE.")
    kim.click("[name=_continue]")
    expect(kim.locator(".messagelist")).to_contain_text("was changed successfully")
    pat.clock.fast_forward(A_BEAT)
    expect(pat.locator("#presence")).to_contain_text("kim has saved a newer version.")
    pat.click("[name=_save]")
    expect(pat.locator("h1, #content > h1").last).to_have_text("Two versions, one question")
    assert Question.objects.get().answer == "One.\n\nKim's two.\n\nTHREE."
    assert UnsavedWork.objects.get(is_done=False).fields["answer"].startswith("ONE.")
    pat.get_by_label("In other words: Answer, place 1").fill("Kim's and Pat's two.")
    result = pat.frame_locator(".merge__frame").locator("#answer")
    expect(result).to_contain_text("Kim's and Pat's two.")
    assert faults(pat) == []
    pat.get_by_role("button", name="Go on with this").click()
    expect(answer_of(pat)).to_have_value("ONE.\n\nKim's and Pat's two.\n\nTHREE.")
    pat.click("[name=_save]")
    expect(pat.locator(".messagelist")).to_contain_text("was changed successfully")
    assert Question.objects.get().answer == "ONE.\n\nKim's and Pat's two.\n\nTHREE."
    kept = [revision.text for revision in question.revisions.all()]
    assert any("Kim's two." in text for text in kept)


# ------------------------------------------------------------------- for everybody


@pytest.mark.looks
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_that_an_editor_writes_on_has_a_barrier(desk_of: Desk, scheme: str) -> None:
    page = desk_of("pat", color_scheme=scheme)
    question = library.question("Old?", "So $\\nosuch$ it is.", status=Status.DRAFT)
    writer = person("wren", roles.EDITOR)
    public = library.question("Public?")
    proposal = review.propose(changed(public, title="Proposed?"), by=writer)
    publishing.save([changed(public, title="Theirs?")])
    for address in (
        "/admin/",
        "/admin/learn/proposal/",
        "/admin/learn/auditentry/",  # which a publisher may not see
        f"/admin/learn/question/{question.pk}/change/",
        "/admin/learn/question/add/",
        f"/admin/learn/proposal/{proposal.pk}/change/",
        f"/admin/learn/proposal/{proposal.pk}/merge",
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")  # the previews are there
        assert faults(page) == [], address
    open_form(page, question)
    for name in ("Formula", "Image"):
        page.get_by_role("button", name=name).click()
        page.wait_for_load_state("networkidle")
        assert faults(page) == [], name
        page.keyboard.press("Escape")
    page.goto(page.locator(".draft-link").get_attribute("href") or "")
    assert faults(page) == []


def test_a_question_is_edited_by_the_keyboard_alone(desk: Page) -> None:
    question = library.question("Old?", "word")
    open_form(desk, question)
    expect(shown(desk)).to_have_text("word")
    focused = "document.activeElement.id || document.activeElement.dataset.mark"
    desk.focus("#id_title")
    desk.keyboard.press("Control+a")
    desk.keyboard.type("New?")
    desk.keyboard.press("Tab")
    assert desk.evaluate(focused) == "bold"
    desk.keyboard.press("ArrowRight")
    assert desk.evaluate(focused) == "italic"
    desk.keyboard.press("End")
    assert desk.evaluate(focused) == "image"
    desk.keyboard.press("ArrowRight")
    assert desk.evaluate(focused) == "bold"
    desk.keyboard.press("Tab")
    assert desk.evaluate(focused) == "id_answer"
    desk.keyboard.press("Control+a")
    desk.keyboard.press("Shift+Tab")
    desk.keyboard.press("Enter")
    expect(answer_of(desk)).to_have_value("**word**")
    assert desk.evaluate(focused) == "id_answer"
    desk.keyboard.press("End")
    desk.keyboard.press("Control+m")
    desk.keyboard.type("x^2")
    desk.keyboard.press("Control+Enter")
    assert desk.evaluate(focused) == "id_answer"
    seen, reached = [], "document.activeElement.name || document.activeElement.textContent"
    for _ in range(80):
        desk.keyboard.press("Tab")
        seen.append(desk.evaluate(reached))
        if seen[-1] == "_save":
            break
    assert {"Phone", "Dark", "slug", "status", "_save"} <= set(seen)
    desk.keyboard.press("Enter")
    expect(desk.locator(".messagelist")).to_contain_text("was changed successfully")
    assert (Question.objects.get().title, "$x^2$" in Question.objects.get().answer) == (
        "New?",
        True,
    )


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_edit_page_does_not_scroll_sideways(desk_of: Desk, width: int) -> None:
    page = desk_of("pat", viewport={"width": width, "height": 800})
    open_form(page, library.question(answer="$$\n" + "a + " * 80 + "b\n$$\n\n" + "w" * 300))
    expect(shown(page)).to_contain_text("www")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
