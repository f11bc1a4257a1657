"""Search as addresses and what they answer."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from learn import search
from learn.caching import PUBLIC
from learn.models import Status
from tests import library

pytestmark = pytest.mark.django_db


def text_of(client: Client, query: str, **more: str) -> str:
    response = client.get("/learn/search", {"q": query, **more})
    assert response.status_code == 200
    return response.content.decode()


def titles(page: str) -> list[str]:
    links = re.findall(r'question-item__title" href="[^"]*">(.*?)</a>', page)
    return [re.sub("</?mark>", "", title) for title in links]


def test_results_show_the_words_in_title_and_answer(client: Client) -> None:
    library.question("Where do <zebras> sleep?", "On grass, as *zebras* & lions do.")
    page = text_of(client, "zebra")
    assert "Where do &lt;<mark>zebras</mark>&gt; sleep?" in page
    assert '<p class="result__passage">On grass, as <mark>zebras</mark> &amp; lions do.' in page
    assert "1 result</h2>" in page


def test_results_are_not_for_search_engines_and_are_kept_like_every_page(client: Client) -> None:
    response = client.get("/learn/search", {"q": "x"})
    assert b'<meta name="robots" content="noindex">' in response.content
    assert response["Cache-Control"] == PUBLIC
    assert "Cookie" not in response.get("Vary", "")


def test_a_query_is_text_and_never_markup(client: Client) -> None:
    page = text_of(client, '"><script>alert(1)</script>')
    assert "<script>alert" not in page
    assert 'value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in page


def test_pages_are_real_links_and_end_with_the_best_200(client: Client) -> None:
    for number in range(45):
        library.question(f"Where do zebras sleep, {number}?")
    pages = [text_of(client, "zebras", page=str(number)) for number in (1, 2, 3)]
    assert [len(titles(page)) for page in pages] == [20, 20, 5]
    assert len({title for page in pages for title in titles(page)}) == 45
    assert 'href="/learn/search?q=zebras&amp;page=3"' in pages[0]


@pytest.mark.parametrize(
    ("number", "nearest"), [("999", "&page=2"), ("abc", ""), ("", ""), ("0", ""), ("-1", "")]
)
def test_a_page_that_is_not_there_leads_to_the_nearest_with_the_query(
    client: Client, number: str, nearest: str
) -> None:
    for _ in range(21):
        library.question("Where do zebras sleep?", place="zoology")
    response = client.get(f"/learn/search?q=zebras+sleep&subject=zoology&page={number}")
    kept = "/learn/search?q=zebras+sleep&subject=zoology"
    assert (response.status_code, response["Location"]) == (302, kept + nearest)
    nothing = client.get("/learn/search", {"q": "qqqq", "page": "7"})
    assert nothing["Location"] == "/learn/search?q=qqqq"


def test_results_can_be_narrowed_to_a_subject(client: Client) -> None:
    for place in ("biology", "biology", "zoology"):
        library.question("Where do zebras sleep?", place=place)
    page = text_of(client, "zebras")
    offered = (
        r'href="/learn/search\?q=zebras(?:&amp;subject=(\w+))?"[^>]*>[\w ]+'
        r'<span class="filter__count">(\d)'
    )
    assert re.findall(offered, page) == [("", "3"), ("biology", "2"), ("zoology", "1")]
    narrowed = text_of(client, "zebras", subject="zoology")
    assert len(titles(narrowed)) == 1
    assert "1 result in Zoology" in narrowed
    assert '<input type="hidden" name="subject" value="zoology">' in narrowed


def test_results_can_be_studied_and_the_links_say_how_many(client: Client) -> None:
    library.question("Where do zebras sleep?")
    links = re.findall(r'href="(/learn/study[^"]+)"[^>]*>(.*?)</a>', text_of(client, "zebras"))
    assert links == [
        ("/learn/study?q=zebras&amp;n=1", "Study with 1 card"),
        ("/learn/study/deck.apkg?q=zebras", "Anki deck, 1 card"),
    ]
    for number in range(25):
        library.question(f"Where do zebras sleep, {number}?", place="zoology")
    links = re.findall(
        r'href="(/learn/study[^"]+)"[^>]*>(.*?)</a>', text_of(client, "zebras", subject="zoology")
    )
    assert links == [
        ("/learn/study?q=zebras&amp;in=zoology&amp;n=20", "Study with 20 cards"),
        ("/learn/study/deck.apkg?q=zebras&amp;in=zoology", "Anki deck, 25 cards"),
    ]


def test_an_unknown_subject_narrows_nothing(client: Client) -> None:
    library.question("Where do zebras sleep?")
    assert len(titles(text_of(client, "zebras", subject="no\0ne"))) == 1


def test_a_mended_mistake_is_told(client: Client) -> None:
    library.question("Where do zebras sleep?")
    page = text_of(client, "zebrs")
    assert "No question has <q>zebrs</q>. These are for <strong>zebras</strong>." in page
    assert titles(page) == ["Where do zebras sleep?"]


def test_what_may_have_been_meant_is_a_link(client: Client) -> None:
    library.question("Where do zebras sleep?")
    library.question("Who wrote this?", "Somebody wrote zebrs.")
    link = '<a href="/learn/search?q=zebras">zebras</a>'
    assert f"Did you mean {link}?" in text_of(client, "zebrs")


def test_nothing_found_leads_to_subjects_and_to_the_newest(client: Client) -> None:
    library.question("Where do zebras sleep?")
    page = text_of(client, "qqqq")
    assert "<h1>Results for <q>qqqq</q></h1>" in page
    assert "Nothing was found. Try fewer" in page
    assert '<a href="/learn/physics">' in page
    assert titles(page) == ["Where do zebras sleep?"]


def test_no_words_are_asked_for_kindly(client: Client) -> None:
    library.question()
    page = text_of(client, "")
    assert "<h1>Search</h1>" in page
    assert "Nothing was found" not in page


def test_what_is_cut_is_told(client: Client) -> None:
    page = text_of(client, "zebra " * 50)
    assert "only its first 10 words, in 200 characters, were looked for" in page


def test_a_long_query_is_shown_once_and_shortened(client: Client) -> None:
    text = ("zebra " * 33).strip()
    page = text_of(client, text)
    main = page[page.index("<main") :]
    shown = f"<h1>Results for <q>{text[:79]}…</q></h1>"
    assert shown in main
    assert text not in main.replace(f'value="{text}"', "")


def test_the_subject_of_a_search_is_visible_also_without_results(client: Client) -> None:
    library.question("Where do zebras sleep?", place="zoology")
    library.subject("biology")
    page = text_of(client, "zebras", subject="biology")
    assert "<h1>Results for <q>zebras</q> in Biology</h1>" in page
    assert 'placeholder="Search in Biology"' in page
    chosen = r'subject=biology" aria-current="true">Biology <span class="filter__count">0<'
    assert re.search(chosen, page)


def test_a_subjects_own_field_names_it_and_asks_for_it_only(client: Client) -> None:
    for place in ("biology", "zoology", "zoology"):
        library.question("Where do zebras sleep?", place=place)
    page = client.get("/learn/zoology").content.decode()
    assert 'placeholder="Search in Zoology"' in page
    everywhere, there, nowhere = (
        client.get("/learn/suggest", {"q": "zeb", **more}).json()["questions"]
        for more in ({}, {"subject": "zoology"}, {"subject": "no\0ne"})
    )
    assert [len(everywhere), len(there), len(nowhere)] == [3, 2, 3]
    assert {question["subject"] for question in there} == {"Zoology"}


def test_results_cost_the_same_queries_for_one_and_for_many(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        library.question(f"Where do zebras sleep, {number}?", place=f"place-{number}")
        if number in (0, 29):
            with django_assert_max_num_queries(7):
                text_of(client, "zebras sleep")


def test_suggestions_are_titles_with_addresses(client: Client) -> None:
    library.question("Where do zebras sleep?", slug="zebras")
    library.question("Where do zebras hide?", status=Status.DRAFT)
    response = client.get("/learn/suggest", {"q": "zeb"})
    assert json.loads(response.content) == {
        "questions": [
            {
                "title": "Where do zebras sleep?",
                "subject": "Physics",
                "url": "/learn/physics/questions/zebras",
            }
        ]
    }
    assert response["Cache-Control"] == "public, max-age=300"
    assert client.get("/learn/suggest").json() == {"questions": []}


def test_a_browser_can_offer_the_search_in_its_own_field(client: Client) -> None:
    home = client.get("/learn").content.decode()
    assert 'rel="search" type="application/opensearchdescription+xml"' in home
    description = client.get("/learn/opensearch.xml")
    assert description["Content-Type"] == "application/opensearchdescription+xml"
    address = "https://learn.example.org/learn/search?q={searchTerms}"
    assert f'template="{address}"' in description.content.decode()


def test_the_home_page_tells_search_engines_how_to_search(client: Client) -> None:
    home = client.get("/learn").content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', home)
    assert found is not None
    action = json.loads(found[1])["potentialAction"]
    assert action["target"]["urlTemplate"] == (
        "https://learn.example.org/learn/search?q={search_term_string}"
    )


@pytest.mark.parametrize("address", ["/learn/search", "/learn/suggest", "/learn/opensearch.xml"])
def test_search_is_only_read(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


def test_every_page_has_the_field(client: Client) -> None:
    library.question(slug="q")
    for address in ("/learn", "/learn/physics", "/learn/physics/questions/q", "/learn/none"):
        assert b'id="site-search" name="q" type="search"' in client.get(address).content


def test_limits_are_what_the_page_says() -> None:
    assert (search.MAX_CHARACTERS, search.MAX_TERMS) == (200, 10)
