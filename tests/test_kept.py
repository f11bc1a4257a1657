"""Pages that a process keeps: as others get them, and never older than what was written."""

from __future__ import annotations

import datetime
import gzip
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from learn import audit, publishing
from learn.models import Question, Status, Verb
from tests import library

pytestmark = pytest.mark.django_db

ADDRESS = "/learn/physics/questions/q"
PACKED = {"Accept-Encoding": "gzip"}


@pytest.fixture(autouse=True)
def pages_are_kept(settings: Any) -> None:
    settings.PAGES_KEPT_SECONDS = 60
    settings.CACHES = {
        **settings.CACHES,
        "pages": {**settings.CACHES["pages"], "TIMEOUT": 60},
    }
    caches["pages"].clear()


@pytest.fixture
def question() -> Question:
    return library.question("Why is the sky blue?", slug="q")


def queries(client: Client, address: str = ADDRESS, **headers: Any) -> tuple[Any, list[str]]:
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address, headers=headers)
    return response, [query["sql"] for query in asked]


def test_a_page_that_is_asked_for_again_costs_one_look_up(
    client: Client, question: Question
) -> None:
    for address in (ADDRESS, "/learn", "/learn/physics", "/learn/physics/topics"):
        first, asked = queries(client, address)
        again, asked_again = queries(client, address)
        assert (len(asked) > 2, len(asked_again)) == (True, 1), address
        assert again.content == first.content
        names = ("Content-Type", "Cache-Control", "ETag", "Last-Modified", "Vary")
        assert [again.get(name) for name in names] == [first.get(name) for name in names]


def test_it_comes_packed_to_who_takes_that(client: Client, question: Question) -> None:
    plain = client.get(ADDRESS)
    packed = client.get(ADDRESS, headers=PACKED)
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["Content-Length"] == str(len(packed.content))
    assert not client.get(ADDRESS).has_header("Content-Encoding")


def test_who_has_it_is_told_so(client: Client, question: Question) -> None:
    tag = client.get(ADDRESS)["ETag"]
    response, asked = queries(client, **{"If-None-Match": tag})
    assert (response.status_code, response["ETag"], len(asked)) == (304, tag, 1)


def test_a_save_is_seen_at_once(client: Client, question: Question) -> None:
    client.get(ADDRESS)
    question.title = "Why is the sea blue?"
    publishing.save([publishing.edition_of(question)])
    assert "Why is the sea blue?" in client.get(ADDRESS).content.decode()


def test_a_status_is_seen_at_once(client: Client, question: Question) -> None:
    client.get(ADDRESS)
    publishing.set_statuses({question.pk: (Status.ARCHIVED, "")})
    assert client.get(ADDRESS).status_code == 410


def test_an_act_at_the_desk_is_seen_at_once(client: Client, question: Question) -> None:
    client.get("/learn/physics")
    question.subject.name = "Natural philosophy"
    question.subject.save()
    audit.record(Verb.CHANGED, question.subject)
    assert "Natural philosophy" in client.get("/learn/physics").content.decode()


def test_a_questions_time_comes(client: Client, question: Question) -> None:
    now = timezone.now()
    later = library.question("Later?", publish_at=now + datetime.timedelta(hours=1))
    assert "Later?" not in client.get("/learn/physics").content.decode()
    Question.objects.filter(pk=later.pk).update(publish_at=now)  # no save: the clock went on
    assert "Later?" in client.get("/learn/physics").content.decode()


def test_pages_of_two_sites_are_two(client: Client, question: Question, settings: Any) -> None:
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["*"], ""
    for host in ("one.example.org", "two.example.org"):
        page = client.get(ADDRESS, headers={"Host": host}).content.decode()
        assert f'<link rel="canonical" href="http://{host}{ADDRESS}">' in page


@pytest.mark.parametrize("address", ["/learn/physics?page=1", "/learn/physics/questions/none"])
def test_what_has_a_query_or_is_not_there_is_not_kept(
    client: Client, question: Question, address: str
) -> None:
    client.get(address)
    assert len(queries(client, address)[1]) > 1


def test_nothing_is_kept_where_that_is_switched_off(
    client: Client, question: Question, settings: Any
) -> None:
    settings.PAGES_KEPT_SECONDS = 0
    client.get(ADDRESS)
    assert len(queries(client)[1]) > 2
