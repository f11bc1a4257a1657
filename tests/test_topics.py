"""Topics: which keywords become one, and how they follow what happens to questions."""

from __future__ import annotations

import datetime
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from learn import publishing, topics
from learn.importer import Options, import_questions
from learn.models import Question, Status, Subject, Topic, TopicQuestion
from tests import library
from tests.files import question_file

pytestmark = pytest.mark.django_db


def names(subject: str = "physics") -> list[tuple[str, int]]:
    there = Topic.objects.filter(subject__slug=subject).most_used()
    return list(there.values_list("name", "question_count"))


def members(slug: str, subject: str = "physics") -> list[str]:
    there = Question.objects.filter(
        memberships__topic__slug=slug, memberships__topic__subject__slug=subject
    )
    return sorted(there.values_list("slug", flat=True))


def sharing(keywords: str, count: int = 3, **columns: object) -> list[Question]:
    return [library.question(page_keywords=keywords, **columns) for _ in range(count)]


def test_a_keyword_that_three_questions_share_is_a_topic() -> None:
    sharing("light, waves", 2)
    library.question(slug="third", page_keywords="light")
    assert names() == [("light", 3)]
    assert "third" in members("light")
    assert len(members("light")) == 3


def test_spellings_that_differ_by_case_space_or_hyphen_are_one_topic_by_its_commonest() -> None:
    sharing("Problem-solving", 2)
    for keywords in ("problem  solving", "PROBLEM-SOLVING, problem-solving", " Problem-solving "):
        library.question(page_keywords=keywords)
    assert names() == [("Problem-solving", 5)]


def test_a_subject_is_no_topic_of_itself() -> None:
    sharing("Physics, light")
    assert names() == [("light", 3)]


def test_a_keyword_without_a_letter_and_one_that_is_a_sentence_are_no_topics() -> None:
    sharing(f"--, !, , {'long ' * 13}, light")
    assert names() == [("light", 3)]


def test_only_the_first_keywords_of_a_question_count() -> None:
    many = ",".join(f"k{number}" for number in range(topics.PER_QUESTION + 5))
    sharing(many)
    assert Topic.objects.count() == topics.PER_QUESTION
    assert members(f"k{topics.PER_QUESTION}") == []


def test_the_most_used_keywords_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "MOST", 2)
    sharing("b, c, d")
    sharing("b, d", 1)
    assert names() == [("b", 4), ("d", 4)]


@pytest.mark.parametrize(
    ("keyword", "slug"),
    [
        ("Newton's laws", "newtons-laws"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("Schrödinger", "schrodinger"),
        ("量子", "量子"),
    ],
)
def test_a_topic_has_an_address_that_can_be_read(keyword: str, slug: str) -> None:
    sharing(keyword)
    assert [topic.slug for topic in Topic.objects.all()] == [slug]


def test_topics_whose_addresses_would_be_one_have_two_that_stay() -> None:
    sharing("c plus")
    sharing("c+", 4)
    slugs = {topic.name: topic.slug for topic in Topic.objects.all()}
    assert slugs == {"c plus": "c-plus", "c+": "c-plus-2"}
    sharing("c.plus", 6)
    assert dict(Topic.objects.values_list("name", "slug")) == slugs | {"c.plus": "cplus"}


def test_each_subject_has_topics_of_its_own() -> None:
    sharing("light", place="physics")
    sharing("light", 2, place="biology")
    assert (names(), names("biology")) == ([("light", 3)], [])


def test_topics_follow_edits_archiving_and_moves() -> None:
    first, *_ = sharing("light", 5)
    first.page_keywords = "sound"
    publishing.save([publishing.edition_of(first)])
    assert names() == [("light", 4)]
    library.set_status(Question.objects.filter(pk=first.pk + 1), Status.ARCHIVED)
    assert names() == [("light", 3)]
    moved = Question.objects.get(pk=first.pk + 2)
    moved.subject = library.subject("biology")
    publishing.save([publishing.edition_of(moved)])
    assert (names(), TopicQuestion.objects.count()) == ([], 0)
    library.set_status(Question.objects.all(), Status.DRAFT)
    library.set_status(Question.objects.filter(subject__slug="physics"), Status.PUBLISHED)
    assert names() == [("light", 3)]


def test_a_topic_keeps_its_key_while_its_questions_change() -> None:
    first, *_ = sharing("light, waves", 4)
    before = dict(Topic.objects.values_list("name", "pk"))
    first.page_keywords = "waves"
    publishing.save([publishing.edition_of(first)])
    assert dict(Topic.objects.values_list("name", "pk")) == before
    assert names() == [("waves", 4), ("light", 3)]


def test_an_edit_that_changes_no_keyword_costs_two_look_ups(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    question, *_ = sharing("light")
    question.answer = "Another answer."
    edition = publishing.edition_of(question)
    with django_assert_num_queries(2), topics.following([edition]):
        pass


def test_a_question_that_is_due_later_is_in_its_topics_but_does_not_make_one() -> None:
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    sharing("light, later", 2)
    library.question(slug="tomorrow", page_keywords="light, later", publish_at=tomorrow)
    assert names() == []
    library.question(page_keywords="light")
    assert names() == [("light", 3)]
    assert "tomorrow" in members("light")


def test_an_import_makes_the_topics_of_what_it_touched(tmp_path: Path) -> None:
    for number in range(3):
        file = tmp_path / "learn" / "physics" / f"q{number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(question_file(seo={"page_keywords": "light, waves"}), encoding="utf-8")
    import_questions([tmp_path])
    assert names() == [("light", 3), ("waves", 3)]
    file.unlink()
    import_questions([tmp_path], Options(prune=True, prune_anyway=True))
    assert names() == []


def test_a_library_from_before_there_were_topics_gets_them() -> None:
    sharing("light")
    Topic.objects.all().delete()
    out = StringIO()
    call_command("refresh_topics", stdout=out)
    assert (out.getvalue(), names()) == ("1 topics\n", [("light", 3)])


def test_refreshing_costs_the_same_queries_for_few_questions_and_many(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    sharing("light, waves")
    physics = Subject.objects.get(slug="physics")
    for _ in range(2):
        with django_assert_num_queries(7):
            topics.refresh([physics.pk])
        sharing("sound, noise, light", 6)


# ------------------------------------------------------------------------ a question's own


def test_a_question_s_page_names_its_topics_the_most_used_one_first(client: Client) -> None:
    sharing("waves", 4)
    sharing("Light, waves, C+, c plus")
    library.question(slug="q", page_keywords="light, Waves, C+, seldom")
    page = client.get("/learn/physics/questions/q").content.decode()
    shown = re.findall(r'<a class="topic" href="/learn/physics/topics/([^"]+)"', page)
    assert shown == ["waves", "c-plus-2", "light"]
    library.question(slug="none")
    assert 'class="topic"' not in client.get("/learn/physics/questions/none").content.decode()


@pytest.mark.parametrize(
    ("text", "name"),
    [("c-plus", "c plus"), ("c-plus-2", "c+"), ("C+", "c+"), ("C-Plus", "c plus"), ("", "")],
)
def test_a_topic_is_found_by_its_address_or_in_any_spelling(text: str, name: str) -> None:
    sharing("c plus")
    sharing("c+")
    found = topics.named(library.subject("physics").pk, text)
    assert (found.name if found else "") == name


def test_topics_of_a_question_cost_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    question = sharing("a thing, another, one more")[0]
    with django_assert_num_queries(1):
        assert len(topics.of_question(question)) == 3
    without = library.question(page_keywords="")
    with django_assert_num_queries(0):
        assert topics.of_question(without) == []
