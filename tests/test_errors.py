"""What a wrong address shows: a search for its words, and the nearest good places."""

from __future__ import annotations

import re

import pytest
from django.test import Client, RequestFactory
from django.views.defaults import server_error
from pytest_django.fixtures import DjangoAssertNumQueries

from learn.models import RelatedQuestion, Status, Subject
from learn.nearest import nearest, nearest_subjects
from tests import library

pytestmark = pytest.mark.django_db

SKY = "why-is-the-sky-blue-at-noon"


def slugs(subject: str, slug: str) -> list[tuple[str, str]]:
    return [(near.subject.slug, near.slug) for near in nearest(subject, slug)]


@pytest.mark.parametrize(
    "asked",
    ["why-is-the-sky-blue-at", "why-is-the-sky-blue-at-nonn", "why-is-the-blue-sky", f"{SKY}-1"],
)
def test_a_cut_or_mistyped_address_finds_its_question(asked: str) -> None:
    library.question(slug=SKY)
    library.question(slug="why-is-grass-green")
    assert slugs("physics", asked) == [("physics", SKY)]


def test_an_address_with_another_subject_finds_its_question() -> None:
    library.question(slug=SKY, place="physics")
    library.subject("biology")
    assert slugs("biology", SKY) == [("physics", SKY)]
    assert slugs("nothing", SKY) == [("physics", SKY)]


def test_words_that_every_question_has_make_none_near() -> None:
    library.question(slug="what-is-the-moon-made-of")
    assert slugs("physics", "what-is-the-speed-of-sound") == []


def test_only_what_can_be_read_is_near() -> None:
    library.question(slug=SKY, status=Status.DRAFT)
    assert slugs("physics", SKY) == []


def test_a_wrong_address_shows_the_nearest_questions_and_searches_for_its_words(
    client: Client,
) -> None:
    library.question("Why is the sky blue?", slug=SKY)
    response = client.get("/learn/physics/questions/why-is-the-sky-%22blue%22")
    page = response.content.decode()
    assert response.status_code == 404
    assert 'value="why is the sky &quot;blue&quot;"' in page
    assert f'href="/learn/physics/questions/{SKY}"' in page
    assert 'href="/learn/physics">All questions in Physics</a>' in page
    assert "Subjects to try" not in page


def test_where_nothing_is_near_the_newest_of_the_subject_are_shown(client: Client) -> None:
    library.question(slug=SKY)
    page = client.get("/learn/physics/questions/something-else").content.decode()
    assert "<h2>Newest in Physics</h2>" in page
    assert f'href="/learn/physics/questions/{SKY}"' in page


def test_a_withdrawn_question_leads_on(client: Client) -> None:
    library.question(slug=SKY, status=Status.ARCHIVED)
    library.question("Near?", slug=f"{SKY}-too")
    response = client.get(f"/learn/physics/questions/{SKY}")
    page = response.content.decode()
    assert response.status_code == 410
    assert f'href="/learn/physics/questions/{SKY}-too"' in page
    assert 'href="/learn/physics">All questions in Physics</a>' in page


def test_a_withdrawn_question_names_what_its_file_related_to(client: Client) -> None:
    clouds = library.question("Why are clouds white?", slug="clouds")
    gone = library.question(slug=SKY, status=Status.ARCHIVED)
    RelatedQuestion.objects.create(question=gone, position=1, target=clouds)
    page = client.get(gone.get_absolute_url()).content.decode()
    assert "Why are clouds white?" in page[page.index(">Related questions<") :]
    assert "Newest in" not in page


def headings(client: Client, path: str) -> list[str]:
    return re.findall(r"<h2>([^<]+)", client.get(path).content.decode())


@pytest.mark.parametrize(
    "asked", ["physic", "Physik", "phys", "physics-homework", "pysics", "PHYSIC/topics"]
)
def test_a_mistyped_subject_is_offered(client: Client, asked: str) -> None:
    library.subject("physics")
    library.subject("music")
    assert headings(client, f"/learn/{asked}") == ["The nearest subject"]


def test_a_question_below_a_mistyped_subject_names_the_subject_too(client: Client) -> None:
    library.question(slug=SKY)
    path = f"/learn/physic/questions/{SKY}"
    assert headings(client, path) == ["The nearest question", "The nearest subject"]


def test_the_likeliest_subject_comes_first_and_only_listed_ones_do(client: Client) -> None:
    slugs = ("marine-biology", "biology", "biochemistry", "biotechnology", "biophysics")
    subjects = [library.subject(slug) for slug in slugs]
    near = nearest_subjects("bio", subjects)
    assert [subject.slug for subject in near] == ["biology", "marine-biology", "biophysics"]
    Subject.objects.update(is_listed=False)
    assert headings(client, "/learn/bio") == []


@pytest.mark.parametrize("asked", ["", "x", "ma", "nothing", "a" * 5000, "und", "%", "\u00e9"])
def test_what_is_like_no_subject_is_near_none(asked: str) -> None:
    subjects = [library.subject(slug) for slug in ("mathematics", "law-and-order", "x-ray")]
    assert nearest_subjects(asked, subjects) == []


@pytest.mark.parametrize(
    "path", ["/nothing", "/learn/nothing", "/learn/a/b/c", "/sitemap-questions-9.xml"]
)
def test_any_other_wrong_address_leads_to_the_subjects(client: Client, path: str) -> None:
    library.question()
    response = client.get(path)
    assert response.status_code == 404
    assert re.findall(r"<h2>([^<]+)", response.content.decode()) == ["Subjects to try"]


def test_a_broken_server_still_offers_a_search(rf: RequestFactory) -> None:
    response = server_error(rf.get("/learn"))
    page = response.content.decode()
    assert response.status_code == 500
    assert "<h1>Something went wrong</h1>" in page
    assert 'action="/learn/search"' in page


def test_a_wrong_address_costs_the_same_queries_in_a_small_subject_and_a_large(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    library.question(slug=f"{SKY}-0")
    for _ in range(2):
        with django_assert_num_queries(7):
            client.get(f"/learn/physics/questions/{SKY}")
        for number in range(30):
            library.question(slug=f"{SKY}-{_}-{number}")
