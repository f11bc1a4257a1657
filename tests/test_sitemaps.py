"""robots.txt and the sitemaps: what search engines are told to read."""

from __future__ import annotations

import datetime
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from learn import sitemaps
from learn.models import Question, Status, Subject
from tests import library

pytestmark = pytest.mark.django_db

SITE = "https://learn.example.org"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    root = ElementTree.fromstring(response.content)
    return [(loc.text or "").removeprefix(SITE) for loc in root.iter(f"{MAP}loc")]


def questions(client: Client) -> list[str]:
    """The questions of all sitemaps that the index names."""
    chunks = [path for path in addresses(client, "/sitemap.xml") if "questions" in path]
    return [path.rpartition("/")[2] for chunk in chunks for path in addresses(client, chunk)]


def test_robots_are_told_where_the_sitemap_is(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain"
    assert response.content.decode() == (
        "User-agent: *\nDisallow: /admin/\nDisallow: /learn/search?\n\n"
        f"Sitemap: {SITE}/sitemap.xml\n"
    )


def test_an_empty_library_has_a_home_page(client: Client) -> None:
    assert addresses(client, "/sitemap.xml") == ["/sitemap-subjects.xml"]
    assert addresses(client, "/sitemap-subjects.xml") == ["/learn"]


def test_subjects_that_are_for_search_engines_are_listed(client: Client) -> None:
    for slug in ("physics", "biology", "hidden", "elsewhere", "unlisted"):
        library.subject(slug)
    Subject.objects.filter(slug="hidden").update(no_index=True)
    Subject.objects.filter(slug="elsewhere").update(canonical_url="/learn/physics")
    Subject.objects.filter(slug="unlisted").update(is_listed=False)
    listed = addresses(client, "/sitemap-subjects.xml")
    assert listed == ["/learn", "/learn/biology", "/learn/physics"]


@pytest.mark.parametrize(
    ("columns", "is_listed"),
    [
        ({}, True),
        ({"no_index": True}, False),
        ({"status": Status.DRAFT}, False),
        ({"status": Status.ARCHIVED}, False),
        ({"canonical_url": "/learn/biology/questions/q"}, False),
        ({"canonical_url": "https://other.example/learn/physics/questions/q"}, False),
        ({"canonical_url": "/learn/physics/questions/q"}, True),
        ({"canonical_url": f"{SITE}/learn/physics/questions/q"}, True),
    ],
)
def test_only_what_is_canonical_and_public_is_listed(
    client: Client, columns: dict[str, object], is_listed: bool
) -> None:
    library.question(slug="q", **columns)
    assert questions(client) == (["q"] if is_listed else [])


def test_every_question_is_in_one_chunk(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "CHUNK", 7)
    made = [library.question() for _ in range(30)]
    for question in made[10:20]:  # a chunk without any
        question.delete()
    expected = [question.slug for question in made if question.pk]
    assert questions(client) == expected


def test_a_question_says_when_it_changed(client: Client) -> None:
    question = library.question(slug="a-<b>-&-ü")
    at = datetime.datetime(2025, 3, 1, 12, 30, tzinfo=datetime.UTC)
    Question.objects.filter(pk=question.pk).update(updated_at=at)
    chunk = client.get(addresses(client, "/sitemap.xml")[1]).content.decode()
    assert "<lastmod>2025-03-01T12:30:00+00:00</lastmod>" in chunk
    assert f"<loc>{SITE}/learn/physics/questions/a-%3Cb%3E-&amp;-%C3%BC</loc>" in chunk
    assert question.get_absolute_url() == "/learn/physics/questions/a-%3Cb%3E-&-%C3%BC"
    index = client.get("/sitemap.xml").content.decode()
    assert "<lastmod>2025-03-01T12:30:00+00:00</lastmod>" in index


def test_a_sitemap_is_sent_again_when_a_questions_time_has_come(client: Client) -> None:
    soon = timezone.now() + datetime.timedelta(days=3650)
    library.question(slug="now")
    later = library.question(slug="later", publish_at=soon)
    first = client.get("/sitemap.xml")
    asked = {"If-None-Match": first["ETag"]}
    assert client.get("/sitemap.xml", headers=asked).status_code == 304
    assert questions(client) == ["now"]
    come = timezone.now()
    Question.objects.filter(pk=later.pk).update(publish_at=come)
    assert client.get("/sitemap.xml", headers=asked).status_code == 200
    assert questions(client) == ["now", "later"]


def test_the_subjects_are_sent_again_when_one_is_renamed(client: Client) -> None:
    library.subject("physics")
    asked = {"If-None-Match": client.get("/sitemap-subjects.xml")["ETag"]}
    assert client.get("/sitemap-subjects.xml", headers=asked).status_code == 304
    library.subject("biology")
    assert client.get("/sitemap-subjects.xml", headers=asked).status_code == 200


def test_sitemaps_cost_the_same_queries_for_one_question_and_many(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(2):
        library.question()
        chunk = addresses(client, "/sitemap.xml")[1]
        with django_assert_num_queries(4):
            client.get("/sitemap.xml")
        with django_assert_num_queries(3):
            client.get(chunk)
        with django_assert_num_queries(1):
            client.get("/sitemap-subjects.xml")
        for _ in range(20):
            library.question()
