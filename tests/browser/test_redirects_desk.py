"""What a browser adds to redirects: the answer while a slug is typed, and pages without a fault."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from learn import publishing, roles
from learn.content.addresses import Address
from learn.models import Question
from tests import library
from tests.browser.axe import faults
from tests.conftest import person

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = (
    "learn/redirect/",
    "learn/redirect/add/",
    "learn/redirect/test?address=/learn/x/questions/undefined/learn/art/questions/old/",
    "learn/redirect/import",
    "learn/auditentry/",
)


def sign_in(page: Page, address: str, name: str) -> None:
    page.goto(address + "/admin/")
    page.fill("#id_username", name)
    page.fill("#id_password", "secret")
    with page.expect_navigation():
        page.click("[type=submit]")


def test_what_a_new_slug_does_is_said_while_it_is_typed(
    page: Page, live_server: LiveServer, editor: User
) -> None:
    question = library.question("Why is the sea?", slug="sea")
    library.question("Taken?", slug="taken")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    sign_in(page, live_server.url, "pat")
    page.goto(f"{live_server.url}/admin/learn/question/{question.pk}/change/")
    said = page.locator(".address-check")
    page.fill("#id_slug", "taken")
    expect(said).to_have_text("The address is taken by \u201cTaken?\u201d.")
    page.fill("#id_slug", "ocean")
    expect(said).to_have_text(
        "/learn/physics/questions/ocean is free. /learn/physics/questions/sea will lead here."
    )
    page.fill("#id_slug", "sea")
    expect(said).to_have_text("")
    page.fill("#id_slug", "ocean")
    page.click("[name=_save]")
    page.goto(f"{live_server.url}/admin/learn/redirect/test")
    page.fill("#address", f"{live_server.url}/learn/physics/questions/sea?from=feed")
    page.keyboard.press("Enter")
    expect(page.locator(".hops__status")).to_have_text(["301", "200"])
    assert complaints == []


@pytest.mark.looks
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_have_no_fault_that_axe_finds_and_fit(
    chromium: Browser, live_server: LiveServer, scheme: str, width: int
) -> None:
    person("ada", roles.ADMIN)
    for number in range(3):
        question = library.question(place="art")
        publishing.redirect({Address("art", f"old-{'long-' * 20}{number}"): question.pk})
    publishing.redirect({Address("art", "old"): Question.objects.latest("pk").pk})
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    context = chromium.new_context(**options)  # type: ignore[arg-type]
    page = context.new_page()
    sign_in(page, live_server.url, "ada")
    for address in PAGES:
        page.goto(f"{live_server.url}/admin/{address}")
        too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert (address, faults(page), too_wide) == (address, [], False)
    context.close()


def test_a_redirect_that_was_deleted_is_brought_back_by_its_button(
    page: Page, live_server: LiveServer, editor: User
) -> None:
    publishing.redirect({Address("physics", "tides"): library.question(slug="sea").pk})
    sign_in(page, live_server.url, "pat")
    page.goto(live_server.url + "/admin/learn/redirect/")
    page.check("#result_list tbody [type=checkbox]")
    page.select_option("select[name=action]", "delete_selected")
    page.click("button[name=index]")
    expect(page.locator(".desk-note")).to_contain_text("these addresses answer")
    with page.expect_navigation(url="**/redirect/"):
        page.click("#content [type=submit]")
    expect(page.locator("#result_list")).to_have_count(0)
    assert faults(page) == []
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator("#result_list .field-address")).to_have_text(
        "/learn/physics/questions/tides"
    )
