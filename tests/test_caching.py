"""What browsers and caches between are told about a page."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from learn import caching, publishing
from learn.models import Question, Status, Subject
from tests import library

pytestmark = pytest.mark.django_db

PAGES = ("/learn", "/learn/physics", "/learn/physics/questions/q", "/learn/physics/topics")


@pytest.fixture
def question() -> Question:
    return library.question("First?", slug="q")


@pytest.mark.parametrize("path", [*PAGES, "/learn/feed", "/sitemap.xml", "/sitemap-subjects.xml"])
def test_a_page_that_has_not_changed_is_not_sent_again(
    client: Client, question: Question, path: str
) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again[name] == first[name]
    assert client.head(path)["ETag"] == first["ETag"]


def _edit(question: Question) -> None:
    question.answer = "Another answer."
    publishing.save([publishing.edition_of(question)])


def _retitle_a_neighbour(question: Question) -> None:
    library.question("Neighbour?", date=question.date)


def _rename_the_subject(question: Question) -> None:
    Subject.objects.update(name="Natural philosophy")


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/learn/physics/questions/q", _edit),
        ("/learn/physics/questions/q", _retitle_a_neighbour),
        ("/learn/physics/questions/q", _rename_the_subject),
        ("/learn/physics", _retitle_a_neighbour),
        ("/learn/physics", _rename_the_subject),
        ("/learn", _retitle_a_neighbour),
        ("/learn", _rename_the_subject),
    ],
)
def test_whatever_a_page_shows_changes_its_tag(
    client: Client, question: Question, path: str, change: Callable[[Question], None]
) -> None:
    asked = {"If-None-Match": client.get(path)["ETag"]}
    change(question)
    assert client.get(path, headers=asked).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_another_release_changes_every_tag(
    client: Client, question: Question, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"If-None-Match": client.get(path)["ETag"]}
    monkeypatch.setattr(caching, "release", lambda: caching.Release("next", timezone.now()))
    assert client.get(path, headers=asked).status_code == 200


def test_a_client_that_knows_only_times_is_told_by_them(client: Client, question: Question) -> None:
    path = "/learn/physics/questions/q"
    later = timezone.now() + datetime.timedelta(hours=1)
    Question.objects.update(updated_at=later)
    since = client.get(path)["Last-Modified"]
    assert client.get(path, headers={"If-Modified-Since": since}).status_code == 304
    Question.objects.update(updated_at=later + datetime.timedelta(seconds=1))
    assert client.get(path, headers={"If-Modified-Since": since}).status_code == 200


def test_a_withdrawn_question_is_no_page_that_has_not_changed(
    client: Client, question: Question
) -> None:
    asked = {"If-None-Match": client.get("/learn/physics/questions/q")["ETag"]}
    library.set_status(Question.objects.all(), Status.ARCHIVED)
    assert client.get("/learn/physics/questions/q", headers=asked).status_code == 410


@pytest.mark.parametrize("path", [*PAGES, "/learn/nothing", "/learn/feed", "/sitemap.xml"])
def test_a_page_is_the_same_for_everybody(
    client: Client, desk: Client, question: Question, path: str
) -> None:
    for asking in (client, desk):
        response = asking.get(path)
        assert response["Vary"] == "Accept-Encoding"
        assert response["Cache-Control"].startswith("public, max-age=0, s-maxage=60")
        assert response.cookies == {}
    assert client.get(path).content == desk.get(path).content


def test_an_address_that_moved_is_not_kept_for_ever(client: Client, question: Question) -> None:
    question.slug = "other"
    publishing.save([publishing.edition_of(question)])
    response = client.get("/learn/physics/questions/q")
    assert (response.status_code, response["Cache-Control"]) == (301, caching.PUBLIC)


def test_what_cannot_be_told_has_no_tag() -> None:
    assert caching.etag("a.html", {"form": object()}) == ""


def test_while_developing_every_page_is_made_anew(
    client: Client, question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"If-None-Match": client.get("/learn")["ETag"]}
    monkeypatch.setattr(settings, "DEBUG", True)
    assert client.get("/learn", headers=asked).status_code == 200


def test_the_desk_is_kept_by_no_shared_cache(desk: Client) -> None:
    assert "public" not in desk.get("/admin/")["Cache-Control"]
