"""Atom feeds, as a reader takes them."""

from __future__ import annotations

import datetime
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from learn.models import Question, Status, Subject
from tests import library

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "https://learn.example.org"


def feed_of(client: Client, path: str) -> ElementTree.Element:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def texts(feed: ElementTree.Element, path: str) -> list[str]:
    return [
        found.text or ""
        for found in feed.findall("/".join(ATOM + name for name in path.split("/")))
    ]


def test_a_feed_holds_what_atom_asks_for(client: Client) -> None:
    library.question(
        "Is 1 < 2 & 3?", "Yes, **it** is.", slug="q", author="Sam", page_description="On <."
    )
    feed = feed_of(client, "/learn/physics/feed")
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {"alternate": f"{SITE}/learn/physics", "self": f"{SITE}/learn/physics/feed"}
    assert texts(feed, "title") == ["Physics | QuickTakes Learn"]
    assert len(texts(feed, "id")) == len(texts(feed, "updated")) == 1
    assert texts(feed, "entry/title") == ["Is 1 < 2 & 3?"]
    assert texts(feed, "entry/id") == [f"{SITE}/learn/physics/questions/q"]
    assert texts(feed, "entry/author/name") == ["Sam"]
    assert texts(feed, "entry/published") == ["2025-01-31T00:00:00+00:00"]
    assert texts(feed, "entry/summary") == ["On &lt;."]
    assert texts(feed, "entry/content") == ["<p>Yes, <strong>it</strong> is.</p>"]
    content = feed.find(f"{ATOM}entry/{ATOM}content")
    assert content is not None
    assert content.get("type") == "html"


def test_the_librarys_feed_has_the_newest_of_all_listed_subjects(client: Client) -> None:
    for day, place in enumerate(("physics", "biology", "chemistry"), 1):
        library.question(place, place=place, date=datetime.date(2025, 1, day))
    Subject.objects.filter(slug="chemistry").update(is_listed=False)
    assert texts(feed_of(client, "/learn/feed"), "entry/title") == ["biology", "physics"]


def test_a_feed_shows_only_what_can_be_read(client: Client) -> None:
    library.question(status=Status.DRAFT)
    library.question(publish_at=timezone.now() + datetime.timedelta(days=1))
    for path in ("/learn/feed", "/learn/physics/feed"):
        assert texts(feed_of(client, path), "entry/title") == []


def test_an_empty_feed_does_not_change_by_itself(client: Client) -> None:
    assert client.get("/learn/feed").content == client.get("/learn/feed").content


def test_a_character_that_xml_cannot_hold_is_left_out(client: Client) -> None:
    question = library.question(slug="q")
    Question.objects.filter(pk=question.pk).update(title="A\x0bB\uffff?", answer_html="\x01x")
    feed = feed_of(client, "/learn/feed")
    assert texts(feed, "entry/title") == ["AB?"]
    assert texts(feed, "entry/content") == ["x"]


def test_a_feed_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    question = library.question()
    first = client.get("/learn/feed")
    assert client.get("/learn/feed", headers={"If-None-Match": first["ETag"]}).status_code == 304
    since = {"If-Modified-Since": first["Last-Modified"]}
    assert client.get("/learn/feed", headers=since).status_code == 304
    Question.objects.filter(pk=question.pk).update(updated_at=timezone.now())
    assert client.get("/learn/feed", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_page_names_its_feed(client: Client) -> None:
    library.question()
    for page, feed in (("/learn", "/learn/feed"), ("/learn/physics", "/learn/physics/feed")):
        link = 'type="application/atom+xml" title="'
        text = client.get(page).content.decode()
        assert link in text
        assert f'href="{feed}">' in text


def test_a_feed_of_no_subject_is_not_found(client: Client) -> None:
    assert client.get("/learn/nothing/feed").status_code == 404


def test_feeds_cost_the_same_queries_for_one_question_and_many(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(2):
        library.question()
        with django_assert_num_queries(3):
            client.get("/learn/feed")
        with django_assert_num_queries(4):
            client.get("/learn/physics/feed")
        for _ in range(25):
            library.question()
