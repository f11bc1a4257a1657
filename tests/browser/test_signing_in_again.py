"""A form that was open while its person signed in anew, or somebody else did."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from learn import roles
from learn.models import Question, UnsavedWork
from tests import library
from tests.browser.desks import Desk, open_form, shown, sign_in
from tests.conftest import person

pytestmark = pytest.mark.django_db(transaction=True)


def lose_the_session() -> None:
    """As when it has run out: the server knows it no more, the browser still sends it."""
    Session.objects.all().delete()


def test_what_was_typed_is_kept_and_saved_after_signing_in_in_another_tab(desk_of: Desk) -> None:
    page, question = desk_of("pat"), library.question("Old?", "Old.")
    open_form(page, question)
    expect(shown(page)).to_have_text("Old.")
    lose_the_session()
    page.fill("#id_answer", "Typed before.")
    signed_out = "You are signed out. Sign in in another tab, then go on here."
    for status in (page.locator("#autosave"), page.locator(".answer-editor__status")):
        expect(status).to_contain_text(signed_out, timeout=15_000)
    page.click("[name=_save]")
    expect(page.locator(".not-sent")).to_have_text(f"Nothing was sent. {signed_out}")

    sign_in(page.context.new_page(), "pat")
    page.fill("#id_answer", "Typed after.")
    expect(shown(page)).to_have_text("Typed after.", timeout=15_000)
    expect(page.locator("#autosave")).to_contain_text("Unsaved work kept at", timeout=15_000)
    page.click("[name=_save]")
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    assert Question.objects.get().answer == "Typed after."


def test_a_form_is_saved_at_once_after_signing_in_in_another_tab(desk_of: Desk) -> None:
    page, question = desk_of("pat"), library.question("Old?", "Old.")
    open_form(page, question)
    lose_the_session()
    sign_in(page.context.new_page(), "pat")
    page.fill("#id_answer", "Typed.")
    page.click("[name=_continue]")
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    assert Question.objects.get().answer == "Typed."


def test_what_one_typed_is_not_sent_in_the_name_of_another(desk_of: Desk) -> None:
    page, question = desk_of("pat"), library.question("Old?", "Old.")
    open_form(page, question)
    expect(shown(page)).to_have_text("Old.")
    page.context.clear_cookies()
    person("kim", roles.PUBLISHER)
    sign_in(page.context.new_page(), "kim")
    page.fill("#id_answer", "Pat's.")
    expect(page.locator("#autosave")).to_contain_text(
        "Somebody else is signed in by now.", timeout=15_000
    )
    page.click("[name=_save]")
    expect(page.locator(".not-sent")).to_contain_text("Somebody else is signed in by now.")
    assert Question.objects.get().answer == "Old."
    assert not UnsavedWork.objects.exists()


def test_a_form_that_is_refused_all_the_same_says_how_the_work_is_had_back(desk_of: Desk) -> None:
    page, question = desk_of("pat"), library.question("Old?", "Old.")
    open_form(page, question)
    expect(shown(page)).to_have_text("Old.")
    page.fill("#id_answer", "Not lost.")
    page.evaluate("document.addEventListener('submit', () => {"
                  " question_form.elements.csrfmiddlewaretoken.value = 'x'; })")  # fmt: skip
    page.click("[name=_save]")
    expect(page.locator("h1")).to_have_text("This form was not taken")
    page.get_by_role("link", name="Open the form again").click()
    page.get_by_role("link", name="Continue with it").click()
    expect(page.locator("#id_answer")).to_have_value("Not lost.")
