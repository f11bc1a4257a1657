"""The students' pages, as addresses and what they answer."""

from __future__ import annotations

import datetime
import re

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from learn import publishing
from learn.models import Question, Redirect, Status
from tests import library

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_root_leads_to_the_library(client: Client) -> None:
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/learn")


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("/learn/", "/learn"),
        ("/learn/physics/", "/learn/physics"),
        ("/learn/physics///", "/learn/physics"),
        ("/learn/physics/?page=2", "/learn/physics?page=2"),
        ("/learn/physics/questions/x%0d%0ay/", "/learn/physics/questions/x%0D%0Ay"),
        ("/learn//evil.example/", "/learn//evil.example"),
    ],
)
def test_a_slash_at_the_end_is_taken_away(client: Client, asked: str, location: str) -> None:
    response = client.get(asked)
    assert (response.status_code, response["Location"]) == (301, location)


def test_an_empty_library_says_so(client: Client) -> None:
    assert "There are no subjects yet." in text_of(client, "/learn")


def test_the_home_page_counts_published_questions_only(client: Client) -> None:
    library.question(place="physics")
    library.question(place="physics", status=Status.DRAFT)
    page = text_of(client, "/learn")
    assert "1 question with full answers, in 1 subject." in page
    assert re.findall(r'subject-list__count">(\d+)', page) == ["1"]


def test_a_subject_that_is_not_listed_is_not_on_the_home_page_but_has_its_own(
    client: Client,
) -> None:
    hidden = library.question(place="secret").subject
    type(hidden).objects.filter(pk=hidden.pk).update(is_listed=False)
    assert "/learn/secret" not in re.findall(r'href="(/learn/[^/"]+)"', text_of(client, "/learn"))
    assert client.get("/learn/secret").status_code == 200


def test_a_subject_shows_its_questions_newest_first_in_pages_with_real_links(
    client: Client,
) -> None:
    first = datetime.date(2025, 1, 1)
    for day in range(120):
        library.question(title=f"Day {day:03}?", date=first + datetime.timedelta(days=day))
    page = text_of(client, "/learn/physics?page=2")
    titles = re.findall(r'question-item__title"[^>]*>([^<]+)', page)
    assert titles == [f"Day {day:03}?" for day in range(69, 19, -1)]
    assert re.findall(r'href="(/learn/physics(?:\?page=\d)?)" (?:rel|aria)', page) == [
        "/learn/physics",
        "/learn/physics",
        "/learn/physics?page=2",
        "/learn/physics?page=3",
        "/learn/physics?page=3",
    ]


@pytest.mark.parametrize("number", ["0", "-1", "4", "last", "x", "1e9", "%00", "9" * 5000])
def test_a_page_that_does_not_exist_leads_to_one_that_does(client: Client, number: str) -> None:
    library.question()
    response = client.get(f"/learn/physics?page={number}")
    assert (response.status_code, response["Location"]) == (302, "/learn/physics")


def test_a_question_page_shows_what_its_file_says(client: Client) -> None:
    library.question(
        "Why is the sky <blue>?",
        "Air scatters $\\lambda^{-4}$ & so on.",
        slug="sky",
        author="QuickTakes",
        seo_title="QuickTakes | Physics",
        page_keywords="sky, air",
        page_description="On <scattering>.",
    )
    page = text_of(client, "/learn/physics/questions/sky")
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", page) == ["Why is the sky &lt;blue&gt;?"]
    assert '<div id="answer" class="answer prose"><p>Air scatters <math>' in page
    assert '<time datetime="2025-01-31">Posted on Jan 31, 2025</time>' in page
    assert "<span>QuickTakes</span>" in page
    assert "<title>Why is the sky &lt;blue&gt;? | QuickTakes | Physics</title>" in page
    assert '<meta name="description" content="On &lt;scattering&gt;.">' in page
    assert '<meta name="keywords" content="sky, air">' in page
    address = "https://learn.example.org/learn/physics/questions/sky"
    assert f'<link rel="canonical" href="{address}">' in page
    assert 'name="robots"' not in page


def test_a_date_is_the_same_on_a_page_and_in_lists(client: Client) -> None:
    first = datetime.date(2025, 3, 1)
    question = library.question(slug="q", date=first, date_format="MMM DD, YYYY")
    assert ">Mar 1, 2025</time>" in text_of(client, "/learn/physics")
    assert ">Posted on Mar 1, 2025</time>" in text_of(client, "/learn/physics/questions/q")
    assert "date_format: MMM DD, YYYY\n" in question.source


def test_the_date_follows_the_files_format(client: Client) -> None:
    library.question(slug="q", date_format="dddd, Do MMMM YYYY", post_on_text="Written")
    assert "Written Friday, 31st January 2025" in text_of(client, "/learn/physics/questions/q")


def test_a_question_kept_from_search_engines_says_noindex(client: Client) -> None:
    library.question(slug="q", no_index=True)
    page = text_of(client, "/learn/physics/questions/q")
    assert '<meta name="robots" content="noindex">' in page


def test_a_canonical_address_elsewhere_is_named(client: Client) -> None:
    library.question(slug="q", canonical_url="/learn/chemistry/questions/q")
    page = text_of(client, "/learn/physics/questions/q")
    assert 'rel="canonical" href="https://learn.example.org/learn/chemistry/questions/q"' in page


def test_a_canonical_address_on_another_site_is_named_as_it_is(client: Client) -> None:
    library.question(slug="q", canonical_url="https://other.example/q")
    page = text_of(client, "/learn/physics/questions/q")
    assert 'rel="canonical" href="https://other.example/q"' in page


def test_the_math_font_is_loaded_only_where_there_is_math(client: Client) -> None:
    library.question(slug="with", answer="So $x = 1$.")
    library.question(slug="without", answer="It costs $5 and $6.")
    assert "quicktakes-math.woff2" in text_of(client, "/learn/physics/questions/with")
    assert "quicktakes-math.woff2" not in text_of(client, "/learn/physics/questions/without")


def test_structured_data_cannot_end_its_script(client: Client) -> None:
    library.question("</script><script>alert(1)</script>", slug="q")
    page = text_of(client, "/learn/physics/questions/q")
    assert page.count("</script>") == page.count("<script") == 7


@pytest.mark.parametrize(
    ("columns", "status"),
    [
        ({"status": Status.DRAFT}, 404),
        ({"status": Status.PUBLISHED, "publish_at": 1}, 404),
        ({"status": Status.PUBLISHED, "publish_at": -1}, 200),
        ({"status": Status.ARCHIVED}, 410),
    ],
)
def test_only_published_questions_can_be_read(
    client: Client, columns: dict[str, object], status: int
) -> None:
    if hours := columns.pop("publish_at", 0):
        columns["publish_at"] = timezone.now() + datetime.timedelta(hours=hours)
    library.question(slug="q", **columns)
    assert client.get("/learn/physics/questions/q").status_code == status
    listed = 'href="/learn/physics/questions/q"' in text_of(client, "/learn/physics")
    assert listed == (status == 200)


def test_a_missing_page_says_so_and_leads_on(client: Client) -> None:
    library.question()
    response = client.get("/learn/physics/questions/nothing")
    assert response.status_code == 404
    page = response.content.decode()
    assert "<h1>This page does not exist</h1>" in page
    assert 'href="/learn/physics"' in page
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.parametrize("path", ["/learn/a%00b", "/learn/physics/questions/%00", "/learn/%00/"])
def test_a_nul_in_an_address_is_refused(client: Client, path: str) -> None:
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options"])
def test_pages_can_only_be_read(client: Client, method: str) -> None:
    library.question(slug="q")
    for address in ("/learn", "/learn/physics", "/learn/physics/questions/q"):
        assert getattr(client, method)(address).status_code == 405


def test_an_address_that_changed_leads_to_the_question_for_ever(client: Client) -> None:
    question = library.question(slug="first")
    for slug in ("second", "third"):
        question.slug = slug
        publishing.save([publishing.edition_of(question)])
    question.subject = library.subject("chemistry")
    publishing.save([publishing.edition_of(question)])
    for old in ("first", "second", "third"):
        response = client.get(f"/learn/physics/questions/{old}")
        assert response.status_code == 301
        assert response["Location"] == "/learn/chemistry/questions/third"


def test_an_address_that_is_taken_again_is_no_redirect_any_more(client: Client) -> None:
    question = library.question(slug="first")
    for slug in ("second", "first"):
        question.slug = slug
        publishing.save([publishing.edition_of(question)])
    assert client.get("/learn/physics/questions/first").status_code == 200
    assert [str(redirect) for redirect in Redirect.objects.all()] == [
        "/learn/physics/questions/second"
    ]


def test_neighbours_are_the_questions_before_and_after_in_the_list(client: Client) -> None:
    for day, slug in enumerate(("old", "middle", "new"), 1):
        library.question(slug=slug, title=slug, date=datetime.date(2025, 1, day))
    page = text_of(client, "/learn/physics/questions/middle")
    assert re.findall(r'href="([^"]+)" rel="(prev|next)"', page) == [
        ("/learn/physics/questions/new", "prev"),
        ("/learn/physics/questions/old", "next"),
    ]


def test_a_question_that_is_scheduled_or_archived_is_nobodys_neighbour(client: Client) -> None:
    ahead = timezone.now() + datetime.timedelta(hours=1)
    hidden = ({"publish_at": ahead}, {"status": Status.DRAFT}, {"status": Status.ARCHIVED})
    for day, columns in enumerate(({}, *hidden, {}, *hidden, {}), 1):
        library.question(slug=f"day-{day}", date=datetime.date(2025, 1, day), **columns)
    page = text_of(client, "/learn/physics/questions/day-5")
    assert re.findall(r'href="([^"]+)" rel="(prev|next)"', page) == [
        ("/learn/physics/questions/day-9", "prev"),
        ("/learn/physics/questions/day-1", "next"),
    ]


def test_an_answer_with_three_headings_has_a_list_of_them(client: Client) -> None:
    library.question(slug="two", answer="## A\n\nx\n\n## B\n\ny")
    library.question(slug="three", answer="## A\n\nx\n\n### B\n\ny\n\n## C\n\nz")
    assert "On this page" not in text_of(client, "/learn/physics/questions/two")
    page = text_of(client, "/learn/physics/questions/three")
    assert re.findall(r'__item--(\d)"><a href="#(\w)">', page) == [
        ("2", "a"), ("3", "b"), ("2", "c"),
    ] * 2  # fmt: skip


def test_no_heading_takes_an_id_of_the_page_itself(client: Client) -> None:
    headings = ("Top", "Thanks", "Cite 1", "Helpful question", "Main", "Answer")
    library.question(slug="q", answer="\n\n".join(f"## {heading}" for heading in headings))
    ids = re.findall(r' id="([^"]+)"', text_of(client, "/learn/physics/questions/q"))
    assert len(ids) == len(set(ids))
    assert [anchor for anchor in ids if anchor.endswith("-2") and anchor != "cite-2"] == [
        "top-2", "thanks-2", "cite-1-2", "helpful-question-2", "main-2", "answer-2",
    ]  # fmt: skip


def test_a_page_is_the_same_for_everybody(client: Client) -> None:
    library.question(slug="q")
    client.cookies["voter"] = "x" * 22
    response = client.get("/learn/physics/questions/q")
    assert (response["Vary"], dict(response.cookies)) == ("Accept-Encoding", {})


@pytest.mark.parametrize(
    "address", ["/learn", "/learn/physics/questions/q", "/learn/none", "/learn/sitemap.xml"]
)
def test_head_has_the_length_of_the_page_and_no_body(address: str) -> None:
    """As a server sees it: the test client would take the body away itself."""
    library.question(slug="q")

    def sent(method: str) -> tuple[str, bytes]:
        request = RequestFactory(headers={"Accept-Encoding": "gzip"}).generic(method, address)
        headers: dict[str, str] = {}
        body = WSGIHandler()(request.environ, lambda _, told: headers.update(told))
        return headers["Content-Length"], b"".join(body)

    (length, page), (told, nothing) = sent("GET"), sent("HEAD")
    assert (int(length), nothing) == (len(page), b"")
    assert abs(int(told) - int(length)) < 200  # what is packed has padding of a random length


def test_pages_forbid_what_they_do_not_use(client: Client) -> None:
    library.question(slug="q")
    for address in ("/learn", "/learn/physics", "/learn/physics/questions/q", "/learn/none"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_lists_cost_the_same_queries_for_one_question_and_for_many(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    library.question("Alone?", slug="q")
    library.question()  # beside it
    for _ in range(2):
        with django_assert_num_queries(3):
            client.get("/learn")
        with django_assert_num_queries(4):
            client.get("/learn/physics")
        with django_assert_num_queries(7):
            client.get("/learn/physics/questions/q")
        for place in ("physics", "chemistry", "biology"):
            for _ in range(5):
                library.question(place=place)


def test_the_stored_html_is_the_only_work_that_a_page_has(client: Client) -> None:
    question = library.question(slug="q")
    Question.objects.filter(pk=question.pk).update(answer_html="<p>Stored.</p>")
    assert "<p>Stored.</p>" in text_of(client, "/learn/physics/questions/q")


def test_a_formula_in_a_heading_is_a_formula_in_the_contents_list_too(client: Client) -> None:
    library.question(slug="q", answer="## On $x^2$ & <io>\n\n## Two\n\n## Three")
    page = text_of(client, "/learn/physics/questions/q")
    links = re.findall(r'<a href="#on-x-2-io">(.*?)</a>', page)
    formula = "<math><msup><mi>x</mi><mn>2</mn></msup></math>"
    assert links == [f"On {formula} &amp; &lt;io&gt;"] * 2


@pytest.mark.parametrize(
    ("author", "kind"), [("Jane Doe", "Person"), ("QuickTakes", "Organization")]
)
def test_search_engines_are_told_whether_the_author_is_a_person(
    client: Client, author: str, kind: str
) -> None:
    library.question(slug="q", author=author)
    page = text_of(client, "/learn/physics/questions/q")
    assert f'"author":{{"@type":"{kind}","name":"{author}"}}' in page
