"""The page on which a publisher decides: what it shows, and that only a button decides."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from learn import review
from learn.desk import draft_links
from learn.models import Proposal, Question, Status
from tests import library
from tests.test_review import changed

pytestmark = pytest.mark.django_db


def page_of(proposal: Proposal) -> str:
    return f"/admin/learn/proposal/{proposal.pk}/change/"


def decided(desk: Client, proposal: Proposal, **fields: str) -> str:
    """What is said after a decision."""
    response: Any = desk.post(page_of(proposal), fields, follow=True)
    return " ".join(str(message) for message in response.context["messages"])


@pytest.fixture
def draft(writer: User) -> Proposal:
    question = library.question(answer="All **new**.", status=Status.DRAFT)
    return review.propose(changed(question), by=writer)


def test_a_new_draft_is_shown_as_a_page_and_as_text(desk: Client, draft: Proposal) -> None:
    page = desk.get(page_of(draft)).content.decode()
    assert page.count("<iframe") == 1
    assert "its publishing is proposed" in page
    assert "All **new**." in page
    side = desk.get(f"/admin/learn/proposal/{draft.pk}/proposed").content.decode()
    assert "<p>All <strong>new</strong>.</p>" in side


def test_a_change_is_shown_beside_what_there_is(desk: Client, writer: User) -> None:
    proposal = review.propose(changed(library.question(), answer="New."), by=writer)
    assert desk.get(page_of(proposal)).content.decode().count("<iframe") == 2


def test_a_form_without_a_button_decides_nothing(desk: Client, draft: Proposal) -> None:
    page = desk.post(page_of(draft), {"answer": "", "publish_at_0": "2120-01-01"})
    assert "Nothing was decided: press the button" in page.content.decode()
    assert Proposal.objects.get().state == Proposal.State.WAITING


def test_approving_a_draft_says_from_when_on_students_read_it(
    desk: Client, draft: Proposal
) -> None:
    later = {"publish_at_0": "2120-12-01", "publish_at_1": "08:00"}
    assert decided(desk, draft, approve="1", **later) == (
        "The proposal is approved. Scheduled: students read it from 1 Dec 2120, 08:00 UTC on."
    )


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"status": Status.PUBLISHED}, "Students read it now."),
        ({"status": Status.ARCHIVED}, "Archived: students cannot read it."),
        (
            {
                "status": Status.PUBLISHED,
                "publish_at": datetime.datetime(2120, 12, 1, 8, tzinfo=datetime.UTC),
            },
            "Scheduled: students read it from 1 Dec 2120, 08:00 UTC on.",
        ),
    ],
)
def test_approving_a_change_says_who_reads_it(
    desk: Client, writer: User, columns: dict[str, Any], words: str
) -> None:
    proposal = review.propose(changed(library.question(**columns), answer="New."), by=writer)
    assert decided(desk, proposal, approve="1") == f"The proposal is approved. {words}"


def test_the_time_of_a_draft_is_offered_and_so_not_forgotten(desk: Client, writer: User) -> None:
    at = timezone.now().replace(microsecond=0) + datetime.timedelta(days=9)
    question = library.question(status=Status.DRAFT, publish_at=at)
    proposal = review.propose(changed(question), by=writer)
    page = desk.get(page_of(proposal)).content.decode()
    assert f'value="{at:%Y-%m-%d}"' in page
    assert "Scheduled: students read it from" in page
    given = {"publish_at_0": f"{at:%Y-%m-%d}", "publish_at_1": f"{at:%H:%M:%S}"}
    decided(desk, proposal, approve="1", **given)
    assert Question.objects.get().publish_at == at


def test_earlier_proposals_are_named_with_what_was_said(desk: Client, writer: User) -> None:
    question, boss = library.question(), User.objects.create_user("boss")
    first = review.propose(changed(question, answer="New."), by=writer)
    review.send_back(first, by=boss, answer="Cite it.")
    second = review.propose(changed(question, answer="Newer."), by=writer)
    page = desk.get(page_of(second)).content.decode()
    assert f'<a href="{page_of(first)}">wren,' in page
    assert "Cite it." in page


def test_a_link_to_a_proposal_shows_what_stands_for_it(client: Client, writer: User) -> None:
    question = library.question(answer="Old.")
    first = review.propose(changed(question, answer="First."), by=writer)
    link = draft_links.link_to(first)
    review.propose(changed(question, answer="Second."), by=writer)
    assert "Second." in client.get(link).content.decode()
