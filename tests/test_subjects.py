"""A subject's pages, its topics', and the order of long lists."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from learn import pagination, publishing
from learn.models import Question, Status, Subject
from tests import library
from tests.test_pages import text_of

pytestmark = pytest.mark.django_db


def titles(page: str) -> list[str]:
    return re.findall(r'question-item__title"[^>]*>([^<]+)', page)


def numbered(count: int, **columns: object) -> None:
    first = datetime.date(2025, 1, 1)
    for day in range(count):
        date = first + datetime.timedelta(days=day // 3)  # some share a day
        library.question(title=f"Number {day:03}?", date=date, **columns)


@pytest.mark.parametrize("sort", ["", "title"])
def test_the_pages_hold_every_question_once_and_in_order(
    client: Client, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    monkeypatch.setattr(pagination.paginated, "__kwdefaults__", {"per_page": 4, "kept": None})
    numbered(27)
    query = f"sort={sort}&" if sort else ""
    pages = [text_of(client, f"/learn/physics?{query}page={number}") for number in range(1, 8)]
    expected = [f"Number {day:03}?" for day in range(27)]
    assert [title for page in pages for title in titles(page)] == (
        expected if sort else expected[::-1]
    )


@pytest.mark.parametrize("written", ["Physics", "PHYSICS", "physicS"])
def test_a_subject_in_other_letters_leads_to_its_address(client: Client, written: str) -> None:
    library.question()
    response = client.get(f"/learn/{written}?page=1&sort=title")
    assert (response.status_code, response["Location"]) == (301, "/learn/physics?page=1&sort=title")
    assert "s-maxage=60" in response["Cache-Control"]  # a subject may be made there


def test_subjects_that_differ_by_their_letters_alone_keep_their_addresses(client: Client) -> None:
    for slug in ("GRE", "gre"):
        library.subject(slug)
        assert client.get(f"/learn/{slug}").status_code == 200
    assert client.get("/learn/Gre")["Location"] in ("/learn/GRE", "/learn/gre")


@pytest.mark.parametrize(
    ("page", "nearest"),
    [("0", ""), ("-1", ""), ("x", ""), ("", ""), ("1e3", ""), ("3", "2"), ("9" * 20, "2")],
)
def test_a_page_that_is_not_there_leads_to_the_nearest(
    client: Client, monkeypatch: pytest.MonkeyPatch, page: str, nearest: str
) -> None:
    monkeypatch.setattr(pagination.paginated, "__kwdefaults__", {"per_page": 2, "kept": None})
    numbered(3)
    response = client.get(f"/learn/physics?sort=title&page={page}")
    address = "/learn/physics?sort=title" + (f"&page={nearest}" if nearest else "")
    assert (response.status_code, response["Location"]) == (302, address)


def test_the_last_page_reads_no_more_of_the_index_than_the_first() -> None:
    numbered(12)
    ordered = Question.objects.published().newest_first()
    with CaptureQueriesContext(connection) as asked:
        pagination.Questions(ordered, 12)[10:12]
    assert "LIMIT 2" in asked[0]["sql"]
    assert "OFFSET" not in asked[0]["sql"]


def test_other_orders_are_not_for_search_engines(client: Client) -> None:
    library.question()
    page = text_of(client, "/learn/physics?sort=title")
    assert '<meta name="robots" content="noindex">' in page
    assert 'rel="canonical"' not in page


def test_each_page_is_its_own_canonical_address_and_names_its_neighbours(client: Client) -> None:
    numbered(101)
    page = text_of(client, "/learn/physics?page=2")
    address = "https://learn.example.org/learn/physics?page=2"
    assert f'<link rel="canonical" href="{address}">' in page
    assert re.findall(r'<link rel="(prev|next)" href="([^"]+)">', page) == [
        ("prev", "/learn/physics"),
        ("next", "/learn/physics?page=3"),
    ]
    sorted_page = text_of(client, "/learn/physics?sort=title&page=2")
    assert re.findall(r'<link rel="(prev|next)" href="([^"]+)">', sorted_page) == [
        ("prev", "/learn/physics?sort=title"),
        ("next", "/learn/physics?sort=title&amp;page=3"),
    ]


@pytest.mark.parametrize("query", ["", "?sort=title"])
def test_the_orders_are_links_and_the_one_in_use_says_so(client: Client, query: str) -> None:
    numbered(2)
    links = re.findall(
        r"<nav class=\"sort\".*?</nav>", text_of(client, f"/learn/physics{query}"), re.S
    )
    assert re.findall(r'href="([^"]+)"', links[0]) == [
        "/learn/physics",
        "/learn/physics?sort=title",
    ]
    assert re.findall(r'aria-current="true" href="([^"]+)"', links[0]) == [f"/learn/physics{query}"]


def test_a_subject_can_be_searched_within(client: Client) -> None:
    numbered(2)
    of_site, within = re.findall(r"<form.*?</form>", text_of(client, "/learn/physics"), re.S)
    assert 'name="subject"' not in of_site
    assert 'action="/learn/search"' in within
    assert 'name="q"' in within
    assert '<input type="hidden" name="subject" value="physics">' in within


def test_a_subject_without_questions_leads_to_the_others(client: Client) -> None:
    library.subject("physics")
    page = text_of(client, "/learn/physics")
    assert "There are no questions in Physics yet." in page
    assert page.count("<form") == 1  # the site's own
    assert titles(page) == []


def test_a_subject_names_its_most_used_topics_on_its_first_page(client: Client) -> None:
    numbered(51, page_keywords=", ".join(f"topic {number}" for number in range(20)))
    page = text_of(client, "/learn/physics")
    assert page.count('class="topic"') == 12
    assert 'href="/learn/physics/topics">All topics</a>' in page
    assert 'class="topic"' not in text_of(client, "/learn/physics?page=2")


def test_a_subject_without_topics_names_none(client: Client) -> None:
    numbered(3)
    assert 'id="topics"' not in text_of(client, "/learn/physics")
    assert "No keyword is shared" in text_of(client, "/learn/physics/topics")


def test_a_subject_without_a_line_of_an_editor_says_what_most_questions_are_about(
    client: Client,
) -> None:
    numbered(3, page_keywords="waves, light")
    library.question(page_keywords="waves")
    assert lede(text_of(client, "/learn/physics")) == ["Questions on waves and light."]
    numbered(3, page_keywords="air")
    numbered(3, page_keywords="sound")
    said = "Questions on waves, air, light and 1 more topic."
    assert lede(text_of(client, "/learn/physics")) == [said]
    numbered(3, page_keywords=", ".join(f"topic {number}" for number in range(1, 15)))
    said = "Questions on waves, air, light and 15 more topics."
    assert lede(text_of(client, "/learn/physics")) == [said]
    Subject.objects.update(introduction="Of all that moves.")
    assert lede(text_of(client, "/learn/physics")) == ["Of all that moves."]


def lede(page: str) -> list[str]:
    return re.findall(r'<p class="lede">([^<]*)', page)


def test_a_subject_without_topics_and_its_further_pages_have_no_line(client: Client) -> None:
    numbered(3)
    assert lede(text_of(client, "/learn/physics")) == []
    numbered(51, page_keywords="waves")
    assert lede(text_of(client, "/learn/physics?page=2")) == []


def test_a_list_of_topics_says_where_it_holds_only_the_most_used(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("learn.topics.MOST", 2)
    monkeypatch.setattr("learn.views.subjects.MOST", 2)
    numbered(3, page_keywords="waves")
    assert "<span>1 topic</span>" in text_of(client, "/learn/physics/topics")
    numbered(3, page_keywords="waves, air, light")
    assert "<span>The 2 most used topics</span>" in text_of(client, "/learn/physics/topics")


@pytest.mark.parametrize(
    ("keyword", "heading"),
    [
        ("waves", "Waves"),
        ("x-ray", "X-ray"),
        ("pH", "pH"),
        ("mRNA vaccines", "mRNA vaccines"),
        ("e", "e"),
        ("Newton&#x27;s laws", "Newton&#x27;s laws"),
        ("3D printing", "3D printing"),
    ],
)
def test_a_topic_is_spelled_alike_wherever_its_page_names_it(
    client: Client, keyword: str, heading: str
) -> None:
    numbered(3, page_keywords=keyword.replace("&#x27;", "'"))
    (path,) = re.findall(r'class="topic" href="([^"]+)"', text_of(client, "/learn/physics"))
    page = text_of(client, path)
    assert re.findall(r"<h1>(.*?)</h1>", page) == [heading]
    assert re.findall(r'aria-current="page">(.*?)</span>', page) == [heading]
    assert f"<title>{heading} in Physics | " in page


def test_all_topics_stand_by_their_letters(client: Client) -> None:
    numbered(3, page_keywords="waves, Air, 3D, atoms")
    page = text_of(client, "/learn/physics/topics")
    assert re.findall(r'letters__letter"[^>]*>(.)<|/topics/([^"]+)"', page) == [
        ("#", ""), ("", "3d"), ("A", ""), ("", "air"), ("", "atoms"), ("W", ""), ("", "waves"),
    ]  # fmt: skip
    assert "<span>4 topics</span>" in page


def test_a_topic_lists_its_questions_newest_first_and_where_it_stands(client: Client) -> None:
    numbered(3, page_keywords="Newton's laws")
    library.question(title="Another?")
    page = text_of(client, "/learn/physics/topics/newtons-laws")
    assert titles(page) == ["Number 002?", "Number 001?", "Number 000?"]
    assert "<span>3 questions in Physics</span>" in page
    crumbs = re.findall(r'<nav class="breadcrumbs".*?</nav>', page, re.S)[0]
    assert re.findall(r'href="([^"]+)"', crumbs) == [
        "/learn",
        "/learn/physics",
        "/learn/physics/topics",
    ]
    address = "https://learn.example.org/learn/physics/topics/newtons-laws"
    assert f'<link rel="canonical" href="{address}">' in page


def test_a_topic_shows_only_what_can_be_read_now(client: Client) -> None:
    numbered(3, page_keywords="light")
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    library.question("Tomorrow?", page_keywords="light", publish_at=tomorrow)
    assert "Tomorrow?" not in text_of(client, "/learn/physics/topics/light")
    Question.objects.update(publish_at=timezone.now())
    assert "Tomorrow?" in text_of(client, "/learn/physics/topics/light")


def test_a_topic_that_no_longer_is_leads_to_its_subject(client: Client) -> None:
    numbered(3, page_keywords="light")
    library.set_status(Question.objects.filter(title="Number 001?"), Status.DRAFT)
    response = client.get("/learn/physics/topics/light")
    assert response.status_code == 404
    assert 'href="/learn/physics">All questions in Physics</a>' in response.content.decode()


def test_many_subjects_on_the_home_page_stand_by_their_letters(client: Client) -> None:
    for number in range(25):
        publishing.subject_for(f"s{number}", f"{'ab'[number % 2]} subject {number}")
    page = text_of(client, "/learn")
    assert re.findall(r'letters__letter">(.)<', page) == ["A", "B"]
    Subject.objects.filter(slug="s0").delete()
    assert "letters__letter" not in text_of(client, "/learn")


def test_a_hidden_subjects_questions_are_not_among_the_newest(client: Client) -> None:
    library.question("Hidden?", place="physics")
    library.question("Shown?", place="biology")
    Subject.objects.filter(slug="physics").update(is_listed=False)
    assert titles(text_of(client, "/learn")) == ["Shown?"]


def test_topic_pages_cost_the_same_queries_for_few_questions_and_many(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    numbered(3, page_keywords="light")
    for _ in range(2):
        with django_assert_num_queries(4):
            client.get("/learn/physics/topics/light")
        with django_assert_num_queries(2):
            client.get("/learn/physics/topics")
        numbered(60, page_keywords="light, waves")
