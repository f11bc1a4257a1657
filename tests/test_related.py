"""What a question's page leads on to: its file's links, then questions that are like it."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from learn import related, topics
from learn.models import Question, RelatedQuestion, Status, Topic
from tests import library
from tests.test_pages import text_of

pytestmark = pytest.mark.django_db


def shown(client: Client, slug: str = "q") -> list[str]:
    """The titles of the related questions of a page."""
    page = text_of(client, f"/learn/physics/questions/{slug}")
    section = re.findall(r'<section class="related".*?</section>', page, re.S)
    assert len(section) <= 1
    return re.findall(r'question-item__title"[^>]*>([^<]+)', "".join(section))


def link(question: Question, *targets: Question) -> None:
    RelatedQuestion.objects.bulk_create(
        RelatedQuestion(question=question, position=place, target=target)
        for place, target in enumerate(targets)
    )


def test_questions_that_share_most_topics_come_first_then_those_of_a_rarer_one(
    client: Client,
) -> None:
    for _ in range(3):
        library.question("About sound?", page_keywords="sound")
    library.question("Only light?", page_keywords="light")
    library.question("Only waves?", page_keywords="waves")
    library.question("Both?", page_keywords="Light, waves")
    library.question("Waves, too?", page_keywords="waves")
    library.question(slug="q", page_keywords="light, waves", title="Alone?")
    library.question("Light, too?", page_keywords="light")
    library.question("Another wave?", page_keywords="waves")
    counts = dict(Topic.objects.values_list("name", "question_count"))
    assert (counts["light"], counts["waves"]) == (4, 5)
    assert shown(client) == ["Both?", "Light, too?", "Only light?", "Waves, too?", "Another wave?"]


def test_the_file_s_own_links_stay_first_and_stand_once(client: Client) -> None:
    like = [library.question(f"Light {n}?", page_keywords="light") for n in range(3)]
    elsewhere = library.question("Elsewhere?", place="chemistry")
    question = library.question("Alone?", slug="q", page_keywords="light")
    link(question, elsewhere, like[1], question)
    assert shown(client) == ["Elsewhere?", "Light 1?", "Light 2?", "Light 0?"]


def test_a_file_that_names_enough_is_left_as_it_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    named = [library.question(f"Named {n}?") for n in range(6)]
    for _ in range(3):
        library.question(page_keywords="light")
    question = library.question("Alone?", slug="q", page_keywords="light")
    link(question, *named)
    assert shown(client) == [f"Named {n}?" for n in range(6)]
    own = topics.of_question(question)
    with django_assert_num_queries(2):  # keys, rows
        related.of_question(question, own)


def test_only_what_can_be_read_now_and_stands_in_the_subject_is_suggested(client: Client) -> None:
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    library.question("How do magnets attract iron?", slug="q", page_keywords="light")
    for status in (Status.DRAFT, Status.ARCHIVED):
        library.question("How do magnets attract?", status=status, page_keywords="light")
    library.question("How do magnets attract?", place="chemistry", page_keywords="light")
    library.question("Magnets?", publish_at=tomorrow, page_keywords="light")
    for _ in range(2):
        library.question("Readable?", page_keywords="light")
    assert shown(client) == ["Readable?", "Readable?"]


def test_without_topics_titles_that_share_rare_words_are_suggested_the_likest_first(
    client: Client,
) -> None:
    library.question("Why do magnets attract iron nails?", slug="q")
    library.question("Which metals do magnets attract?")
    library.question("Why do magnets attract iron?")
    library.question("Why do tides rise?")
    assert shown(client) == ["Why do magnets attract iron?", "Which metals do magnets attract?"]


def test_words_that_many_titles_have_suggest_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("learn.search.finding.TELLING", 5)
    for number in range(6):
        library.question(f"Which magnets are number {number}?")
    library.question("Which magnets attract?", slug="q")
    library.question("What can attract magnets?")
    assert shown(client) == ["What can attract magnets?"]


def test_titles_fill_what_topics_leave_open(client: Client) -> None:
    for n in range(2):
        library.question(f"Light {n}?", page_keywords="light")
    library.question("Why do magnets attract iron?")
    library.question("Why do magnets attract nails?", slug="q", page_keywords="light")
    assert shown(client) == ["Light 1?", "Light 0?", "Why do magnets attract iron?"]


def test_a_question_like_no_other_has_no_such_section(client: Client) -> None:
    library.question("Why do tides rise?")
    library.question("Sky?", slug="q")
    library.question("?", slug="wordless")
    assert (shown(client), shown(client, "wordless")) == ([], [])


def test_a_page_keeps_its_etag_while_nothing_changes(client: Client) -> None:
    for number in range(30):
        library.question(f"Why do magnets attract, {number}?", page_keywords="light, waves")
    library.question("Why do magnets attract?", slug="q", page_keywords="light")
    tags = {client.get("/learn/physics/questions/q")["ETag"] for _ in range(3)}
    assert len(tags) == 1


def test_what_is_like_a_question_costs_the_same_queries_for_few_and_for_many(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    def more(count: int) -> None:
        for _ in range(count):
            library.question("Why do magnets attract?", page_keywords="light, waves")

    more(5)
    question = library.question("Alone?", page_keywords="light, waves")
    own, first = topics.of_question(question), Question.objects.order_by("pk")[0]
    for _ in range(2):
        with django_assert_num_queries(3):  # its links, memberships, rows
            assert len(related.of_question(question, own)) == 5
        with django_assert_num_queries(4):  # its links, words, titles, rows
            assert len(related.of_question(first, [])) >= 4
        more(40)


def test_candidates_are_a_few_of_each_topic_however_many_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(related, "BESIDE", 3)
    made = [library.question(page_keywords="light") for _ in range(20)]
    own = topics.of_question(made[10])
    with CaptureQueriesContext(connection) as asked:
        found = related.of_question(made[10], own)
    assert len(found) == 5
    limits = re.findall(r"LIMIT (\d+)\) AS part", asked[1]["sql"])
    assert limits == ["3", "3"]
