"""Handing in and deciding in a browser: what Enter does, and what is said of a time."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from learn import review, roles
from learn.models import Proposal, Status
from tests import library
from tests.browser.desks import Desk, open_form
from tests.conftest import person
from tests.test_review import changed

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_viewers_pages_have_no_broken_script(desk_of: Desk) -> None:
    question = library.question()
    proposal = review.propose(changed(question, title="New?"), by=person("wren", roles.EDITOR))
    page = desk_of("viewer", roles.VIEWER)
    open_form(page, question)
    expect(page.locator(".seo-panel")).to_be_visible()
    page.goto(f"/admin/learn/proposal/{proposal.pk}/change/")
    expect(page.locator(".difference")).to_be_visible()


def test_enter_in_the_note_hands_a_draft_in(desk_of: Desk) -> None:
    page, question = desk_of("wren", roles.EDITOR), library.question(status=Status.DRAFT)
    open_form(page, question)
    page.fill("[name=proposal_note]", "Please look.")
    page.press("[name=proposal_note]", "Enter")
    expect(page.locator(".messagelist")).to_contain_text("Handed in for review")
    assert Proposal.objects.get().note == "Please look."


def test_enter_in_a_time_approves_nothing(desk_of: Desk) -> None:
    question = library.question(status=Status.DRAFT)
    proposal = review.propose(changed(question), by=person("wren", roles.EDITOR))
    page = desk_of("pat")
    page.goto(f"/admin/learn/proposal/{proposal.pk}/change/")
    outlook = page.locator(".outlook")
    expect(outlook).to_have_text("Students read it as soon as it is approved.")
    page.fill("#id_publish_at_0", "2120-12-01")
    page.fill("#id_publish_at_1", "8:00")
    page.press("#id_publish_at_1", "Enter")
    expect(outlook).to_have_text("Scheduled: students read it from 1 Dec 2120, 08:00 UTC on.")
    page.wait_for_timeout(500)
    assert Proposal.objects.get().state == Proposal.State.WAITING
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".messagelist")).to_have_text(
        "The proposal is approved. Scheduled: students read it from 1 Dec 2120, 08:00 UTC on."
    )


def test_what_a_status_and_a_time_mean_is_said_while_they_are_chosen(desk_of: Desk) -> None:
    page, question = desk_of("pat"), library.question(status=Status.DRAFT)
    open_form(page, question)
    outlook = page.locator(".outlook")
    expect(outlook).to_have_text("Draft: students do not see it.")
    page.fill("#id_publish_at_0", "2120-12-01")
    expect(outlook).to_have_text("")
    page.fill("#id_publish_at_1", "08:00")
    expect(outlook).to_have_text("Draft: the time has no effect until it is published.")
    page.select_option("#id_status", "published")
    expect(outlook).to_have_text("Scheduled: students read it from 1 Dec 2120, 08:00 UTC on.")
    page.click(".field-publish_at .datetimeshortcuts >> text=Today")
    page.fill("#id_publish_at_1", "00:00:00")
    expect(outlook).to_have_text("This time is past: students read what is saved here at once.")
    page.select_option("#id_status", "archived")
    expect(outlook).to_have_text("Archived: students cannot read it, whatever the time.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_note_is_a_field_in_one_row_with_the_buttons(desk_of: Desk, scheme: str) -> None:
    page = desk_of("wren", roles.EDITOR, color_scheme=scheme)
    open_form(page, library.question(status=Status.DRAFT))
    look = "e => { const s = getComputedStyle(e); return [s.backgroundColor, s.color, s.cursor]; }"
    note = page.locator("[name=proposal_note]")
    assert note.evaluate(look) == page.locator("#id_slug").evaluate(look)
    row = page.locator(".submit-row").evaluate(
        "row => [...row.children].map(each => { const box = each.getBoundingClientRect();"
        " return Math.round(box.top + box.height / 2); })"
    )
    assert len(set(row)) == 1
    assert note.evaluate("e => e.clientWidth") > 90
