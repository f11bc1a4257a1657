"""Study: choosing a session, its cards one by one, its end; as addresses and what they answer."""

from __future__ import annotations

import datetime
import re
from html import unescape
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

import learn.migrations
from learn import publishing, study
from learn.models import Question, Status
from tests import library

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def title_in(page: str) -> str:
    return unescape(re.findall(r"<h1[^>]*>(.*?)</h1>", page)[0])


def links_in(page: str) -> dict[str, str]:
    """The addresses of a card's or an end's links by their words."""
    found = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', page)
    return {re.sub("<[^>]+>", "", words).strip(" ←→"): unescape(url) for url, words in found}


def walked(client: Client, address: str) -> list[str]:
    """The titles of a session, one next link after the other."""
    titles: list[str] = []
    while "card=end" not in address:
        page = text_of(client, address)
        titles.append(title_in(page))
        links = links_in(page)
        address = links.get("Next card") or links["To the end"]
    return titles


def questions(count: int, place: str = "physics") -> list[Question]:
    return [library.question(place=place) for _ in range(count)]


# ------------------------------------------------------------------------------- a session


def test_a_session_goes_through_as_many_different_cards_as_it_says(client: Client) -> None:
    questions(12)
    titles = walked(client, "/learn/physics/study?seed=a&n=10")
    assert len(set(titles)) == len(titles) == 10


def test_a_seed_gives_everybody_the_same_session_and_another_seed_another(client: Client) -> None:
    questions(12)
    first = walked(client, "/learn/physics/study?seed=a&n=10")
    assert walked(Client(), "/learn/physics/study?seed=a&n=10") == first
    assert walked(client, "/learn/physics/study?seed=b&n=10") != first


def test_a_session_has_the_cards_that_there_are(client: Client) -> None:
    titles = {question.title for question in questions(3)}
    assert set(walked(client, "/learn/physics/study?seed=a&n=10")) == titles


def test_a_session_that_begins_near_the_rings_end_goes_on_at_its_beginning() -> None:
    for question, place in zip(questions(4), (10, 20, 30, 40), strict=True):
        Question.objects.filter(pk=question.pk).update(shuffle=place)
    places = [place for _, place in Question.objects.published().on_ring(25, 3)]
    assert places == [30, 40, 10]


def test_cards_are_published_questions_of_the_subject_only(client: Client) -> None:
    shown = library.question(place="physics")
    library.question(place="chemistry")
    library.question(status=Status.DRAFT)
    library.question(status=Status.ARCHIVED)
    library.question(publish_at=timezone.now() + datetime.timedelta(hours=1))
    assert walked(client, "/learn/physics/study?seed=a&n=10") == [shown.title]


def test_a_card_shows_its_answer_as_the_questions_page_does_folded(client: Client) -> None:
    library.question("Why <x>?", "So $x = 1$.\n\n| a |\n|---|\n| b |", slug="q")
    card = text_of(client, "/learn/physics/study?seed=a&n=10")
    page = text_of(client, "/learn/physics/questions/q")
    answer = re.compile(r'<div id="answer".*?</table></div></div>', re.S)
    assert answer.findall(card) == answer.findall(page) != []
    assert title_in(card) == "Why <x>?"
    assert '<details class="study-card__turn">' in card
    assert "quicktakes-math.woff2" in card


def test_a_card_says_where_it_stands_and_leads_on_and_back(client: Client) -> None:
    questions(3)
    page = text_of(client, "/learn/physics/study?seed=a&n=10&card=2")
    assert "<span>Card 2 of 3</span>" in page
    assert '<progress class="study__line" max="3" value="2"' in page
    assert re.findall(r"<title>(Card 2 of 3: )", page) == ["Card 2 of 3: "]
    links = links_in(page)
    assert links["Card before"] == "/learn/physics/study?seed=a&n=10&card=1"
    assert links["Next card"] == "/learn/physics/study?seed=a&n=10&card=3"
    assert links["Again"] == "/learn/physics/study?seed=a&n=10&card=3&again=2"
    assert links["Knew it"] == "/learn/physics/study?seed=a&n=10&card=3"


def test_the_end_counts_what_was_missed_and_goes_through_it_again(client: Client) -> None:
    questions(4)
    titles = walked(client, "/learn/physics/study?seed=a&n=10")
    page = text_of(client, "/learn/physics/study?seed=a&n=10&card=end&again=1.3")
    assert title_in(page) == "2 of 4 to go through again"
    links = links_in(page)
    assert links["Again with the missed ones"] == "/learn/physics/study?seed=a&n=10&only=1.3&card=1"
    assert [title for title in links if title in titles] == [titles[0], titles[2]]
    again = walked(client, links["Again with the missed ones"])
    assert again == [titles[0], titles[2]]


def test_missing_a_card_again_keeps_it_for_another_round(client: Client) -> None:
    questions(4)
    page = text_of(client, "/learn/physics/study?seed=a&n=10&only=1.3&card=2")
    assert links_in(page)["Again"] == ("/learn/physics/study?seed=a&n=10&only=1.3&card=end&again=3")
    end = text_of(client, "/learn/physics/study?seed=a&n=10&only=1.3&card=end&again=3")
    assert title_in(end) == "1 of 2 to go through again"
    assert links_in(end)["Again with the missed one"].endswith("&only=3&card=1")


def test_an_end_without_missed_cards_offers_what_comes_next(client: Client) -> None:
    questions(2)
    page = text_of(client, "/learn/physics/study?seed=a&n=10&card=end")
    assert title_in(page) == "2 cards done"
    links = links_in(page)
    assert links["The same cards in another order"] == "/learn/physics/study?n=10"
    assert links["The same cards from the beginning"] == "/learn/physics/study?seed=a&n=10&card=1"
    assert links["These cards as an Anki deck"].startswith("/learn/physics/study/deck.apkg?seed=a")


def test_an_end_offers_cards_drawn_anew_where_there_are_more_than_its_session_had(
    client: Client,
) -> None:
    questions(12)
    links = links_in(text_of(client, "/learn/physics/study?seed=a&n=10&card=end"))
    assert links["10 cards drawn anew"] == "/learn/physics/study?n=10"


@pytest.mark.parametrize(
    "source",
    ["seed=a&n=10", "cards=physics/{slug}&seed=a&n=10", "topic=light&seed=a&n=10"],
)
def test_a_session_is_shared_by_the_address_that_it_begins_at(client: Client, source: str) -> None:
    for _ in range(3):
        slug = library.question(page_keywords="light").slug
    clean = f"/learn/physics/study?{source.format(slug=slug)}"
    begun = walked(client, clean)
    shared = [
        links_in(text_of(client, clean + more))["Link to this sessionCopy the link"]
        for more in ("", "&card=1", "&card=end", "&card=end&again=1.3", "&only=2&card=end")
    ]
    assert shared == [clean] * 5
    assert walked(Client(), shared[0]) == begun
    for inside in ("&card=2&again=1", "&only=2&card=1"):
        assert "data-study-share" not in text_of(client, clean + inside)


def test_cards_that_are_named_are_shared_without_a_seed(client: Client) -> None:
    library.question(slug="sky")
    page = text_of(client, "/learn/study?cards=physics/sky&card=end&again=1")
    assert '<a href="/learn/study?cards=physics/sky" rel="nofollow" data-study-share>' in page


@pytest.mark.parametrize(
    "query",
    ["card=4", "card=0", "card=x", "n=0", "n=51", "again=x", "only=1..2", "card=%00", "card=1e1"],
)
def test_a_card_that_no_session_has_is_not_found(client: Client, query: str) -> None:
    questions(3)
    assert client.get(f"/learn/physics/study?seed=a&{query}").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/learn/none/study",
        "/learn/none/study?n=10",
        "/learn/none/study?seed=a",
        "/learn/study/study",
    ],
)
def test_a_subject_that_does_not_exist_cannot_be_studied(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_session_without_any_card_is_not_found(client: Client) -> None:
    library.subject("physics")
    assert client.get("/learn/physics/study?seed=a&n=10").status_code == 404


@pytest.mark.parametrize("seed", ["%00", "%F0%9F%90%99", "a%26b%3Dc", "%27%22%3E", "+"])
def test_any_text_is_a_seed(client: Client, seed: str) -> None:
    questions(2)
    response = client.get(f"/learn/physics/study?seed={seed}&n=10")
    assert response.status_code == 200
    following = links_in(response.content.decode())["Next card"]
    asked = parse_qs(urlsplit(following).query)["seed"]
    assert asked == parse_qs(f"seed={seed}")["seed"]


# ------------------------------------------------------------------------------- its cost


def test_a_session_costs_the_same_queries_for_few_and_for_many_questions(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    questions(3)
    names = "+".join(f"physics/{slug}" for slug in Question.objects.values_list("slug", flat=True))
    for _ in range(2):
        with django_assert_num_queries(4):
            client.get("/learn/physics/study?seed=a&n=10")
        with django_assert_num_queries(4):
            client.get("/learn/physics/study?seed=a&n=10&card=end&again=1.2")
        with django_assert_num_queries(4):
            client.get(f"/learn/study?cards={names}")
        with django_assert_num_queries(1):
            client.get("/learn/study")
        with django_assert_num_queries(1):
            client.get("/learn/physics/study")
        questions(20)


def test_the_ring_is_read_from_an_index_alone(client: Client) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a question of SQLite's planner; PostgreSQL's asks how many rows there are")
    subject = library.subject("physics")
    keys = subject.questions.published().order_by("shuffle", "id").values_list("pk", "shuffle")
    plan = keys.filter(shuffle__gte=5)[:512].explain()
    assert "USING COVERING INDEX question_subject_shuffle" in plan
    assert "TEMP B-TREE" not in plan


def test_pages_of_study_can_be_cached_by_everybody(client: Client) -> None:
    questions(2)
    for address in (
        "/learn/study",
        "/learn/physics/study",
        "/learn/physics/study?seed=a&n=10",
        "/learn/physics/study?seed=a&n=10&card=end",
    ):
        response = client.get(address)
        assert response.cookies == {}
        assert "Cookie" not in response.get("Vary", "")
        assert "no-store" not in response.get("Cache-Control", "")


# ------------------------------------------------------------------------------- beginning one


def test_each_beginning_has_a_seed_of_its_own_that_nobody_caches(client: Client) -> None:
    questions(2)
    responses = [client.get("/learn/physics/study?n=10") for _ in range(2)]
    assert [response.status_code for response in responses] == [302, 302]
    assert {response["Cache-Control"] for response in responses} == {"no-store"}
    first, second = (response["Location"] for response in responses)
    assert re.fullmatch(r"/learn/physics/study\?seed=[0-9a-f]{6}&n=10", first)
    assert first != second


def test_a_subjects_page_leads_to_its_cards_and_its_deck(client: Client) -> None:
    questions(1)
    links = links_in(text_of(client, "/learn/physics"))
    assert links["Study with cards"] == "/learn/physics/study"
    assert links["Anki deck"] == "/learn/physics/study#anki"


def test_a_subject_offers_sessions_and_its_deck(client: Client) -> None:
    questions(13)
    links = links_in(text_of(client, "/learn/physics/study"))
    assert links["10"] == "/learn/physics/study?n=10"
    assert links["13"] == "/learn/physics/study?n=13"
    assert links["Anki deck, 13 cards"] == "/learn/physics/deck.apkg"


def test_a_large_subject_offers_its_deck_in_parts(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("learn.decks.PART", 2)
    questions(3)
    links = links_in(text_of(client, "/learn/physics/study"))
    assert links["Anki deck, part 1 of 2"] == "/learn/physics/deck.apkg"
    assert links["Anki deck, part 2 of 2"] == "/learn/physics/deck.apkg?part=2"


# ------------------------------------------------------------------------------- a topic


def of_topic(count: int, keywords: str = "Free body") -> set[str]:
    return {library.question(page_keywords=keywords).title for _ in range(count)}


def test_a_topics_page_leads_to_its_cards_and_its_deck_and_says_how_many(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_topic(4)
    links = links_in(text_of(client, "/learn/physics/topics/free-body"))
    assert links["Study with cards"] == "/learn/physics/study?topic=free-body"
    assert links["Anki deck, 4 cards"] == "/learn/physics/deck.apkg?topic=free-body"
    monkeypatch.setattr("learn.views.subjects.MOST_OF_TOPIC", 3)
    assert "Anki deck, 3 of 4 cards" in links_in(text_of(client, "/learn/physics/topics/free-body"))


def test_a_topic_offers_sessions_and_its_deck(client: Client) -> None:
    questions(3)
    of_topic(12)
    page = text_of(client, "/learn/physics/study?topic=free-body")
    assert title_in(page) == "Study Free body in Physics"
    assert '<meta name="robots" content="noindex">' in page
    assert "data-study-subject" not in page  # what is due in a subject is not all on this
    links = links_in(page)
    assert links["Free body"] == "/learn/physics/topics/free-body"
    assert links["10"] == "/learn/physics/study?topic=free-body&n=10"
    assert links["Anki deck, 12 cards"] == "/learn/physics/deck.apkg?topic=free-body"
    begun = client.get(links["10"])["Location"]
    assert re.fullmatch(r"/learn/physics/study\?topic=free-body&seed=[0-9a-f]{6}&n=10", begun)


def test_a_topics_session_has_its_questions_and_ends_at_it(client: Client) -> None:
    questions(5)
    titles = of_topic(4)
    address = "/learn/physics/study?topic=free-body&seed=a&n=10"
    assert set(walked(client, address)) == titles
    assert walked(client, address) == walked(client, address)
    links = links_in(text_of(client, f"{address}&card=end"))
    assert links["Study Free body in Physics"] == "/learn/physics/study?topic=free-body"
    again = "/learn/physics/study?topic=free-body&n=10"
    assert links["The same cards in another order"] == again


def test_a_topics_session_leaves_out_what_is_due_later(client: Client) -> None:
    titles = of_topic(3)
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    library.question(page_keywords="Free body", publish_at=tomorrow)
    assert set(walked(client, "/learn/physics/study?topic=free-body&seed=a&n=10")) == titles


@pytest.mark.parametrize("more", ["", "&n=10", "&seed=a&n=10"])
def test_a_topic_that_a_subject_does_not_have_cannot_be_studied(client: Client, more: str) -> None:
    of_topic(3)
    for topic in ("none", "%00", "x" * 3000):
        assert client.get(f"/learn/physics/study?topic={topic}{more}").status_code == 404


def test_a_topic_costs_the_same_queries_for_few_and_for_many_questions(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    of_topic(3)
    for _ in range(2):
        with django_assert_num_queries(4):
            client.get("/learn/physics/study?topic=free-body")
        with django_assert_num_queries(5):
            client.get("/learn/physics/study?topic=free-body&seed=a&n=10")
        of_topic(20)


# ------------------------------------------------------------------------------- other ways


def test_a_question_leads_to_the_cards_of_its_subject(client: Client) -> None:
    library.question(slug="q")
    links = links_in(text_of(client, "/learn/physics/questions/q"))
    assert links["Practise Physics with cards"] == "/learn/physics/study"


def test_a_subject_without_questions_says_so(client: Client) -> None:
    library.subject("physics")
    page = text_of(client, "/learn/physics/study")
    assert "There are no questions to study in Physics yet." in page
    assert "Start" not in page


def test_a_subject_and_a_number_of_cards_can_be_chosen(client: Client) -> None:
    questions(1)
    questions(1, place="chemistry")
    page = text_of(client, "/learn/study")
    assert re.findall(r'<option value="([^"]+)">([^<]+)', page) == [
        ("chemistry", "Chemistry (1)"),
        ("physics", "Physics (1)"),
    ]
    response = client.get("/learn/study?subject=physics&n=10")
    assert response.status_code == 302
    assert response["Location"].startswith("/learn/physics/study?seed=")
    assert client.get("/learn/study?subject=none&n=10").status_code == 404


def test_an_empty_library_has_nothing_to_study(client: Client) -> None:
    assert "There are no questions to study yet." in text_of(client, "/learn/study")


def test_search_engines_are_told_of_beginnings_and_not_of_every_seed(client: Client) -> None:
    questions(2)
    canonical = '<link rel="canonical" href="https://learn.example.org/learn/physics/study">'
    noindex = '<meta name="robots" content="noindex">'
    heads = [
        (canonical in page, noindex in page)
        for page in (
            text_of(client, "/learn/physics/study"),
            text_of(client, "/learn/physics/study?seed=a&n=10"),
            text_of(client, "/learn/physics/study?seed=a&n=10&card=2"),
            text_of(client, "/learn/physics/study?seed=a&n=10&card=end"),
        )
    ]
    assert heads == [(True, False), (True, False), (True, True), (False, True)]


# ------------------------------------------------------------------------------- named cards


def test_cards_can_be_named_across_subjects_in_an_order(client: Client) -> None:
    library.question("Salt?", place="chemistry", slug="salt")
    library.question("Sky?", slug="sky")
    library.question("Sea?", slug="sea,deep")
    assert walked(client, "/learn/study?cards=physics/sea,deep+chemistry/salt+physics/sky") == [
        "Sea?",
        "Salt?",
        "Sky?",
    ]


def test_named_cards_that_moved_are_followed_and_unreadable_ones_left_out(client: Client) -> None:
    moved = library.question("Moved?", slug="old")
    moved.slug, moved.subject = "new", library.subject("chemistry")
    publishing.save([publishing.edition_of(moved)])
    library.question("Draft?", slug="draft", status=Status.DRAFT)
    address = "/learn/study?cards=physics/old+physics/draft+physics/none+chemistry/new+x"
    assert walked(client, address) == ["Moved?"]


def test_a_list_of_which_nothing_can_be_read_is_not_found(client: Client) -> None:
    for cards in ("", "physics/none", "%00/x", "x" * 3000):
        response = client.get("/learn/study", {"cards": cards})
        assert response.status_code == 404


def test_a_subjects_session_begins_with_the_cards_that_are_named(client: Client) -> None:
    titles = [question.title for question in questions(12)]
    slug = Question.objects.get(title=titles[7]).slug
    begun = client.get(f"/learn/physics/study?n=10&cards=physics/{slug}")["Location"]
    assert begun.startswith(f"/learn/physics/study?cards=physics/{slug}&seed=")
    session = walked(client, begun)
    assert session[0] == titles[7]
    assert len(set(session)) == 10


# ------------------------------------------------------------------------------- the ring


def test_a_questions_place_follows_its_address(client: Client) -> None:
    question = library.question(slug="first")
    question.slug = "second"
    publishing.save([publishing.edition_of(question)])
    assert Question.objects.get().shuffle == study.place_of("physics/second")


def test_questions_from_before_get_the_place_that_new_ones_have() -> None:
    questions(3)
    places = {
        pk: study.place_of(f"physics/{slug}")
        for pk, slug in Question.objects.values_list("pk", "slug")
    }
    Question.objects.update(shuffle=0)
    file = next(Path(learn.migrations.__path__[0]).glob("*_study.py"))
    migration = import_module(f"learn.migrations.{file.stem}")
    migration.place_questions(apps, SimpleNamespace(connection=connection))
    assert dict(Question.objects.values_list("pk", "shuffle")) == places


def test_what_a_search_finds_can_be_studied_and_taken_to_anki(client: Client) -> None:
    for number in range(3):
        library.question(f"Why do magnets attract, case {number}?")
    library.question("Why do tides rise?")
    begun = client.get("/learn/study?q=magnets&n=10")
    address = begun["Location"]
    assert (begun.status_code, begun["Cache-Control"]) == (302, "no-store")
    card = client.get(address)
    assert card.context["length"] == 3
    assert "magnets attract" in card.content.decode()
    assert client.get(address).content == card.content
    deck = client.get("/learn/study/deck.apkg?seed=deck&n=50&q=magnets")
    assert deck["Content-Disposition"] == 'attachment; filename="search-session.apkg"'


def test_a_search_that_finds_nothing_has_no_session(client: Client) -> None:
    assert client.get("/learn/study?q=nothing&seed=a&n=10").status_code == 404
