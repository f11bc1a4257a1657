"""Votes and reports of mistakes, as forms that need no JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from learn import feedback, publishing
from learn.limits import Limit
from learn.models import Feedback, MistakeReport, Question, Status, Vote
from learn.views import feedback as views
from tests import library

pytestmark = pytest.mark.django_db

ADDRESS = "/learn/physics/questions/q"
OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_votes", Limit(60, seconds=600))
    monkeypatch.setattr(views, "_reports", Limit(5, seconds=600))


@pytest.fixture
def question() -> Question:
    return library.question(slug="q")


def vote(client: Client, choice: str = "yes", headers: dict[str, str] | None = None, **more: Any):
    sent = OWN if headers is None else headers
    return client.post(f"{ADDRESS}/helpful", {"vote": choice}, headers=sent, **more)


def numbers() -> tuple[int, int]:
    counts = Feedback.objects.get()
    return counts.helpful, counts.unhelpful


# -------------------------------------------------------------------------------- votes


def test_a_vote_is_counted_and_leads_back_to_a_word_of_thanks(
    client: Client, question: Question
) -> None:
    response = vote(client)
    assert (response.status_code, response["Location"]) == (303, f"{ADDRESS}#thanks")
    assert numbers() == (1, 0)
    assert 'id="thanks"' in client.get(ADDRESS).content.decode()


def test_a_browser_has_one_vote_and_may_change_it(client: Client, question: Question) -> None:
    seen = []
    for choice in ("yes", "yes", "no", "no", "yes"):
        vote(client, choice)
        seen.append(numbers())
    assert seen == [(1, 0), (1, 0), (0, 1), (0, 1), (1, 0)]
    assert Vote.objects.count() == 1


def test_another_browser_has_its_own_vote(question: Question) -> None:
    for choice in ("yes", "no", "yes"):
        vote(Client(), choice)
    assert numbers() == (2, 1)


def test_only_voting_sets_a_cookie_which_says_nothing_of_anybody(
    client: Client, question: Question
) -> None:
    assert client.get(ADDRESS).cookies == {}
    cookie = vote(client).cookies["voter"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/learn")
    assert len(cookie.value) == 22
    assert vote(client).cookies["voter"].value == cookie.value


def test_what_is_stored_of_a_browser_differs_from_question_to_question(
    client: Client, question: Question
) -> None:
    library.question(slug="other")
    vote(client)
    client.post("/learn/physics/questions/other/helpful", {"vote": "no"}, headers=OWN)
    stored = set(Vote.objects.values_list("voter", flat=True))
    assert len(stored) == 2
    assert client.cookies["voter"].value not in stored


@pytest.mark.parametrize("forged", ["", "x", "a" * 23, "ä" * 22, "' OR 1=1 --          "])
def test_a_cookie_that_is_not_ours_is_replaced(
    client: Client, question: Question, forged: str
) -> None:
    response = vote(client, headers={**OWN, "Cookie": f"voter={forged}"})
    assert (response.status_code, len(response.cookies["voter"].value)) == (303, 22)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://testserver"}, 303),
        ({"Origin": "https://testserver"}, 303),
        ({"Origin": "https://trusted.example"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://testserver.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_only_a_page_of_this_site_can_send_a_vote(
    question: Question, settings: Any, headers: dict[str, str], status: int
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://trusted.example"]
    client = Client(enforce_csrf_checks=True)
    assert vote(client, headers=headers).status_code == status
    assert Vote.objects.count() == (status == 303)


@pytest.mark.parametrize("choice", ["", "maybe", "YES", "\0"])
def test_a_vote_that_is_neither_yes_nor_no_is_refused(
    client: Client, question: Question, choice: str
) -> None:
    assert vote(client, choice).status_code == 403
    assert Feedback.objects.count() == 0


def test_votes_of_one_network_are_limited(
    client: Client, question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_votes", Limit(2, seconds=600))
    assert [vote(Client()).status_code for _ in range(3)] == [303, 303, 429]
    response = vote(Client(), REMOTE_ADDR="192.0.2.9")
    assert (response.status_code, numbers()) == (303, (3, 0))


def test_a_refusal_says_why_and_leads_back(
    client: Client, question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_votes", Limit(0, seconds=600))
    page = vote(client).content.decode()
    assert "Too many votes have come from your network. Please try again in ten minutes." in page
    assert f'href="{ADDRESS}">Back to the question</a>' in page


@pytest.mark.parametrize("status", [Status.DRAFT, Status.ARCHIVED])
def test_what_nobody_can_read_nobody_can_vote_on(client: Client, status: Status) -> None:
    library.question(slug="q", status=status)
    assert vote(client).status_code == 404
    assert client.get(f"{ADDRESS}/report").status_code == 404
    assert client.get(f"{ADDRESS}/markdown").status_code == 404


def test_a_vote_from_a_page_that_has_moved_meanwhile_counts(
    client: Client, question: Question
) -> None:
    question.slug = "moved"
    publishing.save([publishing.edition_of(question)])
    response = vote(client)
    assert response["Location"] == "/learn/physics/questions/moved#thanks"
    assert numbers() == (1, 0)


def test_a_vote_cannot_be_cast_by_a_link(client: Client, question: Question) -> None:
    assert client.get(f"{ADDRESS}/helpful?vote=yes").status_code == 405


def test_a_vote_changes_nothing_about_the_question(client: Client, question: Question) -> None:
    before = Question.objects.filter(pk=question.pk).values().get()
    vote(client)
    assert Question.objects.filter(pk=question.pk).values().get() == before


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.mark.django_db(transaction=True)
def test_votes_at_the_same_time_are_all_counted(threads: ThreadPoolExecutor) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("threads share SQLite's database in memory")
    question = library.question(slug="q")

    def cast(number: int) -> None:
        feedback.vote(question, f"voter {number % 20}", is_helpful=number % 2 == 0)
        connections.close_all()

    list(threads.map(cast, range(40)))
    assert (Vote.objects.count(), numbers()) == (20, (10, 10))


@pytest.mark.parametrize(
    ("helpful", "unhelpful", "expected"),
    [(0, 0, 0.0), (1, 0, 0.21), (5, 0, 0.57), (90, 10, 0.83), (0, 9, 0.0), (1000, 0, 1.0)],
)
def test_the_score_is_what_the_votes_are_sure_of(
    helpful: int, unhelpful: int, expected: float
) -> None:
    assert round(feedback.score(helpful, unhelpful), 2) == expected


def test_the_most_helpful_questions_are_those_with_the_surest_votes() -> None:
    for slug, yes, no in (("few", 4, 0), ("sure", 9, 0), ("mixed", 9, 9), ("hidden", 9, 0)):
        hidden = slug == "hidden"
        question = library.question(slug=slug, status="draft" if hidden else "published")
        for number in range(yes + no):
            feedback.vote(question, str(number), is_helpful=number < yes)
    best = Feedback.objects.most_helpful(10)
    assert [question.slug for question in best] == ["sure", "mixed"]
    assert Feedback.objects.most_helpful(1) == best[:1]


def test_the_home_page_names_the_most_helpful_questions(client: Client) -> None:
    question = library.question("Why is this one so clear?")
    for number in range(5):
        assert "Most helpful" not in client.get("/learn").content.decode()
        feedback.vote(question, str(number), is_helpful=True)
    page = client.get("/learn").content.decode()
    helpful = page[page.index("Most helpful") : page.index("Newest questions")]
    assert "Why is this one so clear?" in helpful


def test_the_most_helpful_questions_are_found_by_an_index_and_at_once(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    question = library.question()
    for number in range(5):
        feedback.vote(question, str(number), is_helpful=True)
    with django_assert_num_queries(1) as asked:
        [best] = Feedback.objects.most_helpful(10)
        assert (best.lead, best.subject.name) == (question.page_description, "Physics")
    if connection.vendor == "sqlite":  # PostgreSQL reads a small table whole
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
            plan = [row[3] for row in cursor.fetchall()]
        assert plan[0] == "SCAN learn_feedback USING INDEX feedback_score"
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan


# ------------------------------------------------------------------------------ reports


def report(client: Client, text: str = "The sign is wrong.", **fields: str):
    return client.post(f"{ADDRESS}/report", {"text": text, **fields}, headers=OWN)


def test_a_report_lands_at_the_desk_and_leads_back_to_a_word_of_its_own(
    client: Client, question: Question
) -> None:
    response = report(client, "In line 2:\r\nthe sign is wrong. ")
    assert (response.status_code, response["Location"]) == (303, f"{ADDRESS}#reported")
    page = client.get(ADDRESS).content.decode()
    assert 'id="reported" tabindex="-1">Your report has reached the editors.</p>' in page
    kept = MistakeReport.objects.get()
    assert (kept.question, kept.text) == (question, "In line 2:\nthe sign is wrong.")
    assert kept.state == MistakeReport.State.OPEN


def test_the_form_says_what_it_is_about_and_is_kept_from_search_engines(
    client: Client, question: Question
) -> None:
    page = client.get(f"{ADDRESS}/report").content.decode()
    assert f'<a href="{ADDRESS}">{question.title}</a>' in page
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  \n ", "Say in a few words what is wrong."),
        ("x" * 2001, "That is longer than 2,000 characters."),
        ("a\0b", "Null characters are not allowed."),
    ],
)
def test_a_report_that_cannot_be_kept_is_given_back_with_the_reason(
    client: Client, question: Question, text: str, message: str
) -> None:
    response = report(client, text)
    page = response.content.decode()
    assert (response.status_code, MistakeReport.objects.count()) == (422, 0)
    assert f'role="alert">{message}</p>' in page
    assert text.replace("\0", "\0") in page


def test_the_longest_report_is_kept_however_its_lines_end(
    client: Client, question: Question
) -> None:
    assert report(client, "x\r\n" * 999 + "yy").status_code == 303
    assert len(MistakeReport.objects.get().text) == 2000


def test_a_report_by_a_machine_is_thanked_for_and_forgotten(
    client: Client, question: Question
) -> None:
    assert report(client, website="https://spam.example").status_code == 303
    assert MistakeReport.objects.count() == 0


def test_the_same_report_twice_is_one(client: Client, question: Question) -> None:
    report(client)
    report(client)
    assert MistakeReport.objects.count() == 1


def test_reports_of_one_network_are_limited_and_other_sites_cannot_send_any(
    client: Client, question: Question
) -> None:
    statuses = [report(client, f"Mistake {number}.").status_code for number in range(6)]
    assert statuses == [303] * 5 + [429]
    foreign = client.post(f"{ADDRESS}/report", {"text": "x"}, headers={"Origin": "https://a.b"})
    assert foreign.status_code == 403
    assert MistakeReport.objects.count() == 5


def test_a_report_too_many_is_given_back_with_the_reason(
    client: Client, question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_reports", Limit(0, seconds=600))
    response = report(client, "The <sign> is wrong.")
    page = response.content.decode()
    why = "Too many reports have come from your network. Please try again in ten minutes."
    assert response.status_code == 429
    assert f'role="alert">{why}</p>' in page
    assert ">The &lt;sign&gt; is wrong.</textarea>" in page
    assert "aria-invalid" not in page


def test_nothing_that_is_stored_names_who_sent_it() -> None:
    assert {field.name for field in MistakeReport._meta.concrete_fields} == {
        "id", "question", "text", "state", "made_at", "done_at", "done_by",
    }  # fmt: skip
    assert {field.name for field in Vote._meta.concrete_fields} == {
        "id", "question", "voter", "is_helpful",
    }  # fmt: skip
