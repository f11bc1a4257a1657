"""Who may do what at the editors' desk."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.contrib.auth.models import User
from django.test import Client

from learn import roles
from learn.forms import QuestionForm
from learn.models import Proposal, Question, Status
from tests import library
from tests.conftest import person, signed_in
from tests.test_admin import LIST, change_address, form_of

pytestmark = pytest.mark.django_db


def test_each_role_has_the_permissions_of_the_one_before_it_and_more() -> None:
    granted = [
        person(role.lower(), role).get_all_permissions()
        for role in (roles.VIEWER, roles.EDITOR, roles.PUBLISHER, roles.ADMIN)
    ]
    assert all(less < more for less, more in pairwise(granted))
    assert "learn.publish_question" not in granted[1]
    assert "auth.add_user" in granted[3]


def test_granting_twice_changes_nothing_and_takes_nothing_away() -> None:
    made = person("someone", roles.EDITOR)
    group = made.groups.get()
    group.permissions.clear()
    roles.grant()
    roles.grant()
    assert "learn.change_question" in User.objects.get(pk=made.pk).get_all_permissions()


def test_a_viewer_sees_a_question_and_no_form() -> None:
    viewer = signed_in(person("viewer", roles.VIEWER))
    page = viewer.get(change_address(library.question("Seen?", "So it is."))).content.decode()
    assert "So it is." in page
    assert not any(f"field-{name}" in page for name in QuestionForm.MARKERS)
    assert 'name="_save"' not in page


def test_an_editor_writes_drafts_at_once(writers_desk: Client) -> None:
    question = library.question(status=Status.DRAFT, slug="q")
    data = form_of(writers_desk, change_address(question)) | {"answer": "New.", "slug": "other"}
    writers_desk.post(change_address(question), data)
    question.refresh_from_db()
    assert (question.answer, question.slug, Proposal.objects.count()) == ("New.", "other", 0)


def test_an_editor_cannot_publish(writers_desk: Client) -> None:
    question = library.question(status=Status.DRAFT)
    data = form_of(writers_desk, change_address(question)) | {"status": "published"}
    writers_desk.post(change_address(question), data)
    writers_desk.post(LIST, {"action": "publish", "_selected_action": [question.pk]})
    assert Question.objects.get().status == Status.DRAFT


def test_an_editors_change_of_a_published_question_is_handed_in(
    writers_desk: Client, writer: User, client: Client
) -> None:
    question = library.question(answer="Old.", slug="q")
    data = form_of(writers_desk, change_address(question))
    data |= {"answer": "New.", "slug": "moved", "_propose": "1", "proposal_note": "Clearer."}
    writers_desk.post(change_address(question), data)
    question.refresh_from_db()
    [proposal] = Proposal.objects.waiting()
    assert (question.answer, question.slug) == ("Old.", "q")
    assert (proposal.by, proposal.note, "New." in proposal.text) == (writer, "Clearer.", True)
    assert b"New." not in client.get(question.get_absolute_url()).content


def test_an_editor_goes_on_with_what_was_handed_in(writers_desk: Client) -> None:
    question = library.question("Old?", "Old.")
    data = form_of(writers_desk, change_address(question)) | {"answer": "New."}
    writers_desk.post(change_address(question), data)
    again = form_of(writers_desk, change_address(question))
    assert again["answer"] == "New."
    writers_desk.post(change_address(question), again | {"title": "New?"})
    [proposal] = Proposal.objects.open()
    assert ("New." in proposal.text, "New?" in proposal.text) == (True, True)


def test_a_draft_is_saved_and_submitted_in_one_step(writers_desk: Client, desk: Client) -> None:
    question = library.question(status=Status.DRAFT)
    data = form_of(writers_desk, change_address(question)) | {"answer": "Done.", "_propose": "1"}
    writers_desk.post(change_address(question), data)
    [proposal] = Proposal.objects.waiting()
    assert Question.objects.get().answer == "Done."
    response = desk.post(f"/admin/learn/proposal/{proposal.pk}/change/", {"approve": "1"})
    assert response.status_code == 302
    assert (Question.objects.get().status, Question.objects.get().answer) == (
        Status.PUBLISHED,
        "Done.",
    )


def test_a_publisher_schedules_a_draft(writers_desk: Client, desk: Client) -> None:
    question = library.question(status=Status.DRAFT)
    writers_desk.post(
        change_address(question),
        form_of(writers_desk, change_address(question)) | {"_propose": "1"},
    )
    said = {"approve": "1", "publish_at_0": "2099-01-31", "publish_at_1": "08:00:00"}
    desk.post(f"/admin/learn/proposal/{Proposal.objects.get().pk}/change/", said)
    stored = Question.objects.get()
    assert (stored.status, f"{stored.publish_at:%Y-%m-%d %H:%M}") == (
        Status.PUBLISHED,
        "2099-01-31 08:00",
    )
    assert not stored.is_public


def test_sending_back_needs_a_word_and_shows_it_to_the_editor(
    writers_desk: Client, desk: Client
) -> None:
    question = library.question()
    data = form_of(writers_desk, change_address(question)) | {"answer": "New."}
    writers_desk.post(change_address(question), data)
    address = f"/admin/learn/proposal/{Proposal.objects.get().pk}/change/"
    silent = desk.post(address, {"send_back": "1", "answer": " "})
    assert "Say what is to be done." in silent.content.decode()
    desk.post(address, {"send_back": "1", "answer": "Cite the theorem."})
    page = writers_desk.get(change_address(question)).content.decode()
    assert "Cite the theorem." in page
    assert "1 waiting for you" in page


def test_the_queue_shows_what_waits(writers_desk: Client, desk: Client) -> None:
    question = library.question("Waiting for a word?")
    data = form_of(writers_desk, change_address(question)) | {"answer": "New."}
    writers_desk.post(change_address(question), data)
    for address in ("", "?state=mine"):
        page = desk.get(f"/admin/learn/proposal/{address}").content.decode()
        assert "Waiting for a word?" in page
    assert "1 waiting for you" in page
    assert (
        "Waiting for a word?"
        not in writers_desk.get("/admin/learn/proposal/?state=mine").content.decode()
    )


def test_only_its_author_or_a_publisher_ends_a_proposal(writers_desk: Client) -> None:
    question = library.question()
    data = form_of(writers_desk, change_address(question)) | {"answer": "New."}
    writers_desk.post(change_address(question), data)
    address = f"/admin/learn/proposal/{Proposal.objects.get().pk}/change/"
    other = signed_in(person("other", roles.EDITOR))
    assert other.post(address, {"withdraw": "1"}).status_code == 403
    assert writers_desk.post(address, {"approve": "1"}).status_code == 403
    assert writers_desk.post(address, {"withdraw": "1"}).status_code == 302
    assert Proposal.objects.get().state == Proposal.State.WITHDRAWN


def test_a_proposal_that_somebody_overtook_says_where(writers_desk: Client, desk: Client) -> None:
    question = library.question("Old?")
    data = form_of(writers_desk, change_address(question)) | {"title": "Mine?"}
    writers_desk.post(change_address(question), data)
    desk.post(
        change_address(question), form_of(desk, change_address(question)) | {"title": "Theirs?"}
    )
    address = f"/admin/learn/proposal/{Proposal.objects.get().pk}/change/"
    assert "changed meanwhile as well: title" in desk.get(address).content.decode()
    desk.post(address, {"approve": "1"})
    assert Question.objects.get().title == "Theirs?"


def test_an_editor_restores_versions_of_drafts_only(writers_desk: Client, desk: Client) -> None:
    question = library.question(answer="One.", status=Status.DRAFT)
    desk.post(change_address(question), form_of(desk, change_address(question)) | {"answer": "2."})
    revision = question.revisions.get()
    address = f"/admin/learn/question/{question.pk}/revisions"
    assert writers_desk.post(address, {"revision": revision.pk}).status_code == 302
    Question.objects.update(status=Status.PUBLISHED)
    assert writers_desk.post(address, {"revision": revision.pk}).status_code == 403
