"""Addresses that questions once had: where they lead, and how often they are asked for."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from learn import publishing
from learn.hits import add, hits
from learn.models import Question, Redirect, Status
from learn.tallies import Tally
from tests import library

pytestmark = pytest.mark.django_db


def moved(slug: str, to: str) -> Question:
    question = library.question(slug=slug)
    question.slug = to
    publishing.save([publishing.edition_of(question)])
    return question


BROKEN = "/learn/art/questions/undefined/learn/physics/questions/"


def test_a_broken_link_that_is_often_crawled_leads_to_the_good_address(client: Client) -> None:
    question = library.question(slug="tides")

    response = client.get(BROKEN + "tides")

    assert (response.status_code, response["Location"]) == (301, question.get_absolute_url())


def test_a_broken_link_to_an_old_address_leads_to_the_present_one_at_once(client: Client) -> None:
    moved("tides", to="sea")

    assert client.get(BROKEN + "tides")["Location"] == "/learn/physics/questions/sea"


def test_of_a_link_that_was_broken_again_and_again_the_end_counts(client: Client) -> None:
    library.question(slug="tides")
    twice = "/learn/x/questions/undefined/learn/art/questions/undefined/learn/physics/questions/"

    assert client.get(twice + "tides")["Location"] == "/learn/physics/questions/tides"


@pytest.mark.parametrize(
    "address",
    [BROKEN + "nowhere", "/learn/art/questions/undefined", "/learn/art/questions/undefined/learn/"],
)
def test_a_broken_link_to_nothing_is_not_found(client: Client, address: str) -> None:
    assert client.get(address, follow=True).status_code == 404


@pytest.mark.parametrize("written", ["Physics/questions/Tides", "physics/questions/tides,%20"])
def test_an_address_that_was_written_carelessly_leads_to_the_one_that_is_meant(
    client: Client, written: str
) -> None:
    library.question(slug="tides")
    response = client.get(f"/learn/{written}")
    assert (response.status_code, response["Location"]) == (301, "/learn/physics/questions/tides")


def test_so_does_one_that_the_question_has_left(client: Client) -> None:
    moved("tides", to="sea")
    hits._counts.clear()
    response = client.get("/learn/physics/questions/Tides.html")
    assert (response.status_code, response["Location"]) == (301, "/learn/physics/questions/sea")
    assert hits._counts == {Redirect.objects.get().pk: 1}
    hits._counts.clear()


def test_an_address_cut_behind_its_subject_leads_to_that(client: Client) -> None:
    library.question(slug="tides")
    for cut in (
        "/learn/physics/questions",
        "/learn/physics/questions/",
        "/learn/Physics/questions",
    ):
        answer = client.get(cut, follow=True)
        assert (answer.status_code, answer.request["PATH_INFO"]) == (200, "/learn/physics")
    assert client.get("/learn/nowhere/questions", follow=True).status_code == 404


def test_a_subjects_topics_are_found_in_other_letters(client: Client) -> None:
    library.question(slug="tides")
    assert client.get("/learn/Physics/topics")["Location"] == "/learn/physics/topics"
    assert client.get("/learn/nowhere/topics").status_code == 404


def test_a_post_to_a_broken_link_is_refused(client: Client) -> None:
    library.question(slug="tides")

    assert client.post(BROKEN + "tides").status_code == 405


def test_an_archived_question_whose_place_has_moved_leads_on(client: Client) -> None:
    old, new = library.question(slug="old"), library.question(slug="new")
    library.set_status(Question.objects.filter(pk=old.pk), Status.ARCHIVED)
    publishing.redirect({publishing.edition_of(old).address: new.pk})

    assert client.get(old.get_absolute_url())["Location"] == new.get_absolute_url()


# ----------------------------------------------------------------------------------- hits


def test_a_hit_costs_no_write(client: Client) -> None:
    moved("tides", to="sea")

    with CaptureQueriesContext(connection) as queries:
        assert client.get("/learn/physics/questions/tides").status_code == 301

    assert [query["sql"][:6] for query in queries] == ["SELECT", "SELECT"]


def test_hits_are_written_together(client: Client) -> None:
    hits.write()  # those of other tests
    moved("tides", to="sea")
    for _ in range(3):
        client.get("/learn/physics/questions/tides")

    hits.write()

    redirect = Redirect.objects.get()
    assert redirect.hits == 3
    assert redirect.last_hit_at is not None


def test_hits_that_are_due_are_written_by_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    moved("tides", to="sea")
    redirect = Redirect.objects.get()
    counted = Tally(add)
    counted.count(redirect.pk)
    redirect.refresh_from_db()
    assert redirect.hits == 0

    monkeypatch.setattr("learn.tallies.INTERVAL", 0)
    counted.count(redirect.pk)

    redirect.refresh_from_db()
    assert redirect.hits == 2


@pytest.mark.django_db(transaction=True)
def test_hits_outlive_a_database_that_is_away() -> None:
    moved("tides", to="sea")
    redirect = Redirect.objects.get()
    counted = Tally(add)
    counted.count(redirect.pk)

    def away(*_: object) -> None:
        raise OperationalError("the database is away")

    with connection.execute_wrapper(away):
        counted.write()
    counted.write()

    redirect.refresh_from_db()
    assert redirect.hits == 1
