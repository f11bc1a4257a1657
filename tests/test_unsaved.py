"""Unsaved work: what somebody wrote and did not save is there again, and nobody else sees it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from learn import roles
from learn.desk import unsaved
from learn.models import Question, UnsavedWork
from tests import library
from tests.conftest import person, signed_in
from tests.test_admin import LIST, change_address, form_of

pytestmark = pytest.mark.django_db

ADD = LIST + "add/"


def keep(client: Client, data: dict[str, Any], question: Question | None, stamp: int = 1) -> Any:
    """What the form's script sends a few seconds after typing stopped."""
    about = question.pk if question else ""
    address = f"{LIST}work/{data['work']}?stamp={stamp}&question={about}"
    return client.post(address, data)


def opened(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_unsaved_work_is_offered_when_the_form_is_opened_again(desk: Client) -> None:
    question = library.question(answer="Old.")
    data = form_of(desk, change_address(question)) | {"answer": "Half a\r\nsentence"}
    said = keep(desk, data, question).json()
    page = opened(desk, change_address(question))
    assert "You have unsaved work of" in page
    assert f'href="{said["address"]}"' in page
    resumed = form_of(desk, said["address"])
    assert resumed["answer"].replace("\r\n", "\n") == "Half a\nsentence"
    assert "It is not stored until you save it." in opened(desk, said["address"])
    assert Question.objects.get().answer == "Old."


def test_it_is_no_version_and_leaves_with_the_save(desk: Client) -> None:
    question = library.question(answer="Old.")
    data = form_of(desk, change_address(question)) | {"answer": "New."}
    address = keep(desk, data, question).json()["address"]
    assert question.revisions.count() == 0
    assert desk.post(change_address(question), form_of(desk, address)).status_code == 302
    assert Question.objects.get().answer == "New."
    assert "unsaved work" not in opened(desk, change_address(question))
    [row] = UnsavedWork.objects.all()
    assert (row.is_done, row.fields) == (True, {})


def test_a_message_that_comes_after_the_save_brings_nothing_back(desk: Client) -> None:
    question = library.question()
    data = form_of(desk, change_address(question)) | {"answer": "New."}
    desk.post(change_address(question), data)
    assert keep(desk, data, question).json() == {"is_done": True}
    assert not UnsavedWork.objects.filter(is_done=False).exists()


def test_a_message_that_was_overtaken_by_a_later_one_changes_nothing(desk: Client) -> None:
    question = library.question()
    data = form_of(desk, change_address(question))
    keep(desk, data | {"answer": "Later."}, question, stamp=20)
    keep(desk, data | {"answer": "Earlier."}, question, stamp=10)
    assert UnsavedWork.objects.get().fields["answer"] == "Later."


def test_a_new_question_is_kept_with_its_related_rows(desk: Client) -> None:
    other, subject = library.question("Other?"), library.subject("physics")
    data = form_of(desk, ADD) | {"title": "New?", "slug": "new", "answer": "So."}
    data |= {
        "subject": subject.pk, "related-TOTAL_FORMS": "1", "related-0-position": "1",
        "related-0-target": other.pk,
    }  # fmt: skip
    address = keep(desk, data, None).json()["address"]
    page = desk.get(address)
    row = page.context["inline_admin_formsets"][0].formset.forms[0]
    assert str(row["target"].value()) == str(other.pk)
    assert page.context["adminform"].form["title"].value() == "New?"
    assert desk.post(ADD, data).status_code == 302
    assert "unsaved work" not in opened(desk, ADD)


def test_a_form_that_was_refused_is_kept_too(desk: Client) -> None:
    question = library.question()
    data = form_of(desk, change_address(question)) | {"title": "", "answer": "Much work."}
    assert desk.post(change_address(question), data).status_code == 200
    assert UnsavedWork.objects.get().fields["answer"] == "Much work."


def test_work_is_discarded_with_a_way_back(desk: Client) -> None:
    question = library.question()
    data = form_of(desk, change_address(question)) | {"answer": "Half."}
    address = keep(desk, data, question).json()["address"]
    page = desk.post(f"{LIST}work/{data['work']}/discard", follow=True).content.decode()
    assert "You have unsaved work" not in page
    assert f'<a href="{address}">Bring it back</a>' in page
    assert form_of(desk, address)["answer"] == "Half."
    assert "You have unsaved work" in opened(desk, change_address(question))


def test_nobody_sees_or_discards_anothers_work(desk: Client) -> None:
    question = library.question(answer="Old.")
    data = form_of(desk, change_address(question)) | {"answer": "Mine."}
    address = keep(desk, data, question).json()["address"]
    other = signed_in(person("other", roles.ADMIN))
    assert "unsaved work" not in opened(other, change_address(question))
    assert form_of(other, address)["answer"] == "Old."
    assert other.post(f"{LIST}work/{data['work']}/discard").status_code == 404
    keep(other, data | {"answer": "Theirs."}, question, stamp=99)
    assert form_of(desk, address)["answer"] == "Mine."


def test_who_may_not_write_keeps_nothing(client: Client) -> None:
    question = library.question()
    data = {"work": "some-key", "answer": "x"}
    assert keep(client, data, question).status_code == 302
    viewer = signed_in(person("viewer", roles.VIEWER))
    assert keep(viewer, data, question).status_code == 403
    assert keep(viewer, data, None).status_code == 403
    assert not UnsavedWork.objects.exists()


@pytest.mark.parametrize(
    "query", ["", "?stamp=x", "?stamp=-1", "?stamp=1&question=x", "?stamp=1&question=99999"]
)
def test_nonsense_is_not_kept(desk: Client, query: str) -> None:
    assert desk.post(f"{LIST}work/key{query}", {"answer": "x"}).status_code == 404
    assert desk.post(f"{LIST}work/{'k' * 41}?stamp=1", {"answer": "x"}).status_code == 404


def test_what_is_too_large_is_said_to_be(desk: Client) -> None:
    data = {"work": "key", "answer": "x" * unsaved.MAX_CHARACTERS}
    response = keep(desk, data, None)
    assert response.status_code == 413
    assert response.json() == {"message": "This is too large to be kept here."}


def test_old_work_and_what_is_beyond_the_most_make_way(editor: User) -> None:
    old = unsaved.keep(editor, "old", None, {"answer": "old"}, 1)
    UnsavedWork.objects.filter(pk=old.pk).update(
        saved_at=timezone.now() - unsaved.KEPT_FOR - datetime.timedelta(days=1)
    )
    for number in range(unsaved.MAX_KEPT + 1):
        unsaved.keep(editor, f"key-{number}", None, {"answer": "x"}, 1)
    kept = set(UnsavedWork.objects.values_list("key", flat=True))
    assert len(kept) == unsaved.MAX_KEPT
    assert not {"old", "key-0"} & kept


def test_a_null_character_is_kept_out_of_the_database(editor: User) -> None:
    assert unsaved.keep(editor, "key", None, {"answer": "a\0b"}, 1).fields == {"answer": "ab"}
