"""Links to drafts and proposals: signed, for seven days, and for nobody's list."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import User
from django.core.signing import TimestampSigner
from django.test import Client
from django.utils import timezone

from learn import publishing, review
from learn.desk import draft_links
from learn.models import Proposal, Question, Status
from tests import library
from tests.test_admin import change_address, form_of

pytestmark = pytest.mark.django_db


def test_a_draft_is_read_as_students_will_read_it(client: Client) -> None:
    question = library.question("Why?", "It is **so**.", status=Status.DRAFT)
    response = client.get(draft_links.link_to(question))
    page = response.content.decode()
    assert response.status_code == 200
    assert f'<div id="answer" class="answer prose">{question.answer_html}</div>' in page
    assert "<strong>A draft.</strong>" in page
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert "application/ld+json" not in page
    assert {name: response[name] for name in ("Cache-Control", "X-Robots-Tag")} == {
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
    }
    assert response["Referrer-Policy"] == "no-referrer"


def test_nobody_votes_on_a_draft_or_passes_it_on(client: Client) -> None:
    library.question()
    question = library.question("Why?", "## One\n\n## Two\n\n## Three", status=Status.DRAFT)
    page = client.get(draft_links.link_to(question)).content.decode()
    assert "On this page" in page
    for word in ("helpful", "data-share", "data-bookmark", "Report a mistake", "Cite", "Next"):
        assert word not in page


def test_what_is_scheduled_says_when(client: Client) -> None:
    at = timezone.now() + datetime.timedelta(days=3)
    question = library.question(publish_at=at)
    page = client.get(draft_links.link_to(question)).content.decode()
    assert f"{at:%H:%M} UTC" in page


def test_what_is_public_by_now_has_its_own_page(client: Client) -> None:
    question = library.question()
    response = client.get(draft_links.link_to(question))
    assert (response.status_code, response["Location"]) == (302, question.get_absolute_url())


def test_a_proposal_is_read_as_it_is_handed_in(client: Client, writer: User, editor: User) -> None:
    question = library.question(answer="Old.")
    question.answer = "New."
    proposal = review.propose(publishing.edition_of(question), by=writer)
    link = draft_links.link_to(proposal)
    page = client.get(link).content.decode()
    assert "<p>New.</p>" in page
    assert "<strong>A proposed change</strong> by wren." in page
    assert Question.objects.get().answer == "Old."
    review.approve(proposal, by=editor)
    assert client.get(link)["Location"] == question.get_absolute_url()
    Proposal.objects.update(state=Proposal.State.WITHDRAWN)
    assert client.get(link).status_code == 410


@pytest.mark.parametrize("token", ["x", "q1", "q1.2.3", "q1.1vNabc.forged", "%00", "q" * 2000])
def test_a_forged_link_says_so_in_words(client: Client, token: str) -> None:
    library.question(status=Status.DRAFT)
    response = client.get(f"/learn/_draft/{token}")
    if token == "%00":
        assert response.status_code == 400
        return
    assert response.status_code == 403
    assert "<h1>This link is not complete</h1>" in response.content.decode()


def test_a_link_that_another_signer_made_is_forged(client: Client) -> None:
    question = library.question(status=Status.DRAFT)
    token = TimestampSigner(sep=".", salt="other").sign(f"q{question.pk}")
    assert client.get(f"/learn/_draft/{token}").status_code == 403


def test_a_link_expires(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    question = library.question(status=Status.DRAFT)
    link = draft_links.link_to(question)
    monkeypatch.setattr(draft_links, "VALID_FOR", datetime.timedelta(seconds=-1))
    response = client.get(link)
    assert response.status_code == 410
    assert "<h1>This link has expired</h1>" in response.content.decode()


@pytest.mark.parametrize("gone", ["archived", "deleted"])
def test_a_link_to_what_is_gone_says_so(client: Client, gone: str) -> None:
    question = library.question(status=Status.DRAFT)
    link = draft_links.link_to(question)
    if gone == "archived":
        library.set_status(Question.objects.all(), Status.ARCHIVED)
    else:
        Question.objects.all().delete()
    assert client.get(link).status_code == 410


def test_the_form_gives_the_link_for_what_is_not_public(desk: Client, writers_desk: Client) -> None:
    draft, public = library.question(status=Status.DRAFT), library.question()
    page = desk.get(change_address(draft)).content.decode()
    assert "See it on the site" in page
    assert "View on site" not in page
    assert "See it on the site" not in desk.get(change_address(public)).content.decode()
    assert "See it on the site" not in writers_desk.get(change_address(public)).content.decode()
    data = form_of(writers_desk, change_address(public)) | {"answer": "New."}
    writers_desk.post(change_address(public), data)
    assert "See it on the site" in writers_desk.get(change_address(public)).content.decode()
    proposal = Proposal.objects.get()
    review_page = desk.get(f"/admin/learn/proposal/{proposal.pk}/change/").content.decode()
    assert "See it on the site" in review_page


def test_no_subject_takes_the_address_of_drafts(desk: Client) -> None:
    response = desk.post("/admin/learn/subject/add/", {"name": "Drafts", "slug": "_draft"})
    assert response.context["adminform"].form.errors["slug"] == ["The slug is reserved."]
