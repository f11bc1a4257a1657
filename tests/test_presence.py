"""Who else has a question open."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from learn import roles
from learn.desk import presence
from learn.models import Presence, Question, Status
from tests import library
from tests.conftest import person, signed_in
from tests.test_admin import LIST, change_address, form_of

pytestmark = pytest.mark.django_db


def beat(client: Client, question: Question, **said: str) -> str:
    """The words that the form's script shows."""
    question = Question.objects.get(pk=question.pk)
    said = {"version": question.updated_at.isoformat()} | said
    words: str = client.post(f"{LIST}{question.pk}/presence", said).json()["words"]
    return words


@pytest.fixture
def kim() -> Client:
    made = person("kim", roles.PUBLISHER)
    User.objects.filter(pk=made.pk).update(first_name="Kim", last_name="Lee")
    return signed_in(made)


def test_each_sees_the_other_and_not_themselves(desk: Client, kim: Client) -> None:
    question = library.question()
    assert beat(desk, question) == ""
    since = f"{Presence.objects.get().since:%H:%M}"
    assert beat(kim, question) == f"<p><strong>pat</strong> has this open since {since} UTC.</p>"
    assert "<strong>Kim Lee</strong> has this open since" in beat(desk, question)


def test_it_is_shown_when_the_form_is_opened(desk: Client, kim: Client) -> None:
    question = library.question()
    beat(kim, question)
    assert "Kim Lee</strong> has this open" in desk.get(change_address(question)).content.decode()


def test_who_leaves_or_is_not_heard_of_is_gone(desk: Client, kim: Client) -> None:
    question = library.question()
    beat(kim, question)
    assert kim.post(f"{LIST}{question.pk}/presence", {"leave": "1"}).status_code == 204
    assert beat(desk, question) == ""
    beat(kim, question)
    Presence.objects.update(seen_at=timezone.now() - datetime.timedelta(seconds=61))
    assert beat(desk, question) == ""


def test_who_comes_back_is_here_since_then(editor: User) -> None:
    question = library.question()
    presence.arrive(question, editor)
    before = timezone.now() - datetime.timedelta(hours=2)
    Presence.objects.update(since=before, seen_at=before)
    presence.arrive(question, editor)
    assert Presence.objects.get().since > before


def test_a_beat_is_one_statement(
    editor: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    question = library.question()
    presence.arrive(question, editor)
    with django_assert_num_queries(1):
        presence.arrive(question, editor)


def test_a_newer_version_is_announced_before_anybody_saves(desk: Client, kim: Client) -> None:
    question = library.question(answer="Old.")
    version = question.updated_at.isoformat()
    data = form_of(kim, change_address(question)) | {"answer": "New."}
    kim.post(change_address(question), data)
    assert "<strong>Kim Lee has saved a newer version.</strong>" in beat(
        desk, question, version=version
    )


def test_one_who_proposes_is_told_of_a_newer_proposal(writers_desk: Client, desk: Client) -> None:
    question = library.question()
    data = form_of(writers_desk, change_address(question)) | {"answer": "New."}
    writers_desk.post(change_address(question), data)
    version = form_of(writers_desk, change_address(question))["version"]
    assert beat(writers_desk, question, version=version) == ""
    assert "wren has saved a newer version" in beat(writers_desk, question, version="earlier")
    assert "newer version" not in beat(desk, question)


def test_presence_is_for_those_who_write(desk: Client, client: Client) -> None:
    question = library.question(status=Status.DRAFT)
    address = f"{LIST}{question.pk}/presence"
    assert client.post(address).status_code == 302
    assert signed_in(person("viewer", roles.VIEWER)).post(address).status_code == 403
    assert desk.get(address).status_code == 405
    assert desk.post(f"{LIST}999999/presence").status_code == 404
    assert not Presence.objects.exists()


def test_rows_of_yesterday_are_cleared_away(editor: User) -> None:
    question, other = library.question(), library.question()
    presence.arrive(other, editor)
    Presence.objects.update(seen_at=timezone.now() - datetime.timedelta(days=2))
    presence.arrive(question, editor)
    assert list(Presence.objects.values_list("question", flat=True)) == [question.pk]
