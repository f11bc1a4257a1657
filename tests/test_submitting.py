"""A question's form sent off: what is handed in, what only saved, and what is said then."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from learn import review, roles
from learn.desk import versions
from learn.models import AuditEntry, Proposal, Question, Status, UnsavedWork
from tests import library
from tests.conftest import person, signed_in
from tests.test_admin import LIST, change_address, form_of
from tests.test_review import changed

pytestmark = pytest.mark.django_db

LATER = {"publish_at_0": "2120-12-01", "publish_at_1": "08:00:00"}
PAST = {"publish_at_0": "2020-12-01", "publish_at_1": "08:00:00"}


def sent(client: Client, question: Question, **fields: str) -> Any:
    """The form as it stands with other fields, and what is answered in the end."""
    data = form_of(client, change_address(question)) | fields
    return client.post(change_address(question), data, follow=True)


def note_in(client: Client, address: str) -> str:
    """The note to the publisher that a form offers."""
    page = client.get(address).content.decode()
    return str(re.findall(r'name="proposal_note" maxlength="500" value="(.*?)"', page)[0])


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_a_published_question_with_nothing_changed_is_not_handed_in(writers_desk: Client) -> None:
    page = sent(writers_desk, library.question(), _propose="1", proposal_note="Please.")
    assert "This is what students read already" in page.content.decode()
    assert 'name="proposal_note" maxlength="500" value="Please."' in page.content.decode()
    assert not Proposal.objects.exists()
    assert not UnsavedWork.objects.exists()
    assert not AuditEntry.objects.filter(verb="handed-in").exists()


def test_a_draft_that_is_handed_in_twice_is_said_to_be(writers_desk: Client) -> None:
    question = library.question(status=Status.DRAFT)
    sent(writers_desk, question, _propose="1")
    again = sent(writers_desk, question, _propose="1")
    assert said(again) == ["Nothing has changed since you handed it in."]
    assert Proposal.objects.count() == 1
    assert AuditEntry.objects.filter(verb="handed-in").count() == 1


def test_a_note_that_is_only_saved_is_said_not_to_be_sent(writers_desk: Client) -> None:
    question = library.question(status=Status.DRAFT)
    page = sent(writers_desk, question, answer="New.", _save="1", proposal_note="Please look.")
    assert said(page)[0] == "Your note was not sent, as this was only saved: “Please look.”"
    assert Question.objects.get().answer == "New."


def test_a_note_that_was_sent_before_is_not_said_to_be_lost(writers_desk: Client) -> None:
    question = library.question(status=Status.DRAFT)
    sent(writers_desk, question, _propose="1", proposal_note="Please look.")
    page = sent(writers_desk, question, answer="New.", _save="1")
    assert len(said(page)) == 1


def test_unsaved_work_offers_its_note_again(writers_desk: Client) -> None:
    question = library.question()
    data = form_of(writers_desk, change_address(question)) | {"title": "", "proposal_note": "Why."}
    writers_desk.post(change_address(question), data)
    address = f"{change_address(question)}?work={UnsavedWork.objects.get().key}"
    assert note_in(writers_desk, address) == "Why."


def test_nobody_is_offered_anothers_note_as_their_own(writers_desk: Client, editor: User) -> None:
    question = library.question()
    review.propose(changed(question, answer="New."), by=editor, note="Because.")
    assert note_in(writers_desk, change_address(question)) == ""


def test_the_first_author_learns_that_another_proposal_stands_for_theirs(
    writers_desk: Client, writer: User
) -> None:
    question = library.question(answer="Old.")
    mine = review.propose(changed(question, answer="Mine."), by=writer)
    kim = person("kim", roles.EDITOR)
    data = form_of(signed_in(kim), change_address(question)) | {"answer": "Kim's."}
    signed_in(kim).post(change_address(question), data)
    form = writers_desk.get(change_address(question)).content.decode()
    assert "It was handed in in place of yours." in form
    listed = writers_desk.get("/admin/learn/proposal/?state=replaced").content.decode()
    assert "Replaced by kim&#x27;s." in listed
    page = writers_desk.get(f"/admin/learn/proposal/{mine.pk}/change/").content.decode()
    assert re.search("<ins>.*Mine.</ins>", page)
    assert "See kim's</a>" in page
    assert "state=replaced" in writers_desk.get("/admin/").content.decode()


# ------------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "draft", **LATER}, "Draft: the time has no effect until it is published."),
        (
            {"status": "published", **LATER},
            "Scheduled: students read it from 1 Dec 2120, 08:00 UTC on.",
        ),
        ({"status": "published", **PAST}, "Students read it now: its time is past."),
    ],
)
def test_a_save_with_a_time_says_what_that_means(
    desk: Client, fields: dict[str, str], words: str
) -> None:
    question = library.question(status=Status.DRAFT)
    assert said(sent(desk, question, **fields, _save="1"))[0] == words
    page = desk.get(change_address(question)).content.decode()
    assert words.split(":")[0] in page or "This time is past" in page


def test_a_time_that_is_past_is_no_news_at_the_next_save(desk: Client) -> None:
    question = library.question(status=Status.DRAFT)
    sent(desk, question, status="published", **PAST, _save="1")
    assert len(said(sent(desk, question, answer="New.", _save="1"))) == 1


def test_the_form_says_that_times_are_utc(desk: Client) -> None:
    page = desk.get(change_address(library.question())).content.decode()
    assert "Empty: at once. Times are UTC." in page


# ------------------------------------------------------------------- new questions


def test_a_new_form_that_is_refused_empty_is_not_kept(desk: Client) -> None:
    assert desk.post(LIST + "add/", form_of(desk, LIST + "add/")).status_code == 200
    assert not UnsavedWork.objects.exists()


def test_unsaved_new_questions_are_told_apart_by_their_words(desk: Client) -> None:
    for fields in ({"title": "Why is it so?"}, {"answer": "Because\r\nit is."}):
        desk.post(LIST + "add/", form_of(desk, LIST + "add/") | fields)
    page = desk.get(LIST + "add/").content.decode()
    assert "<q>Why is it so?</q>" in page
    assert "<q>Because it is.</q>" in page


def test_related_rows_alone_are_work(desk: Client) -> None:
    other = library.question()
    rows = {
        "related-TOTAL_FORMS": "1", "related-0-position": "1", "related-0-target": str(other.pk),
    }  # fmt: skip
    desk.post(LIST + "add/", form_of(desk, LIST + "add/") | rows)
    assert UnsavedWork.objects.count() == 1


def test_a_version_of_a_replaced_proposal_is_found(writer: User) -> None:
    question = library.question(answer="Old.")
    first = review.propose(changed(question, answer="New."), by=writer)
    review.propose(changed(question, answer="Newer."), by=writer)
    version = first.made_at.isoformat()
    assert versions.text_of_version(question, version) == first.text
