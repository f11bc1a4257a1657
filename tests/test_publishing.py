"""The one writer: what is stored, what a file would say, where links lead."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from learn import publishing
from learn.content import codec
from learn.content.addresses import Address
from learn.content.document import RelatedLink
from learn.content.markdown import RENDERER_VERSION
from learn.models import Question, Redirect, RelatedQuestion, Status
from tests import library

pytestmark = pytest.mark.django_db


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    pairs = zip(before.split("\n"), after.split("\n"), strict=True)
    return [(old, new) for old, new in pairs if old != new]


@pytest.fixture
def imported(fixtures: Path) -> Question:
    """A question of the shipped library, as imported."""
    folder = fixtures / "learn" / "physics"
    call_command("import_questions", folder, stdout=StringIO())
    return Question.objects.select_related("subject").order_by("slug")[0]


def save(question: Question) -> Question:
    publishing.save([publishing.edition_of(question)])
    return Question.objects.select_related("subject").get(pk=question.pk)


def test_an_edit_changes_only_the_lines_of_what_was_edited(imported: Question) -> None:
    before = imported.source
    imported.page_description = "A new description."
    after = save(imported).source
    assert [new for _, new in changed_lines(before, after)] == ["    A new description."]


def test_an_edited_answer_keeps_its_one_line(imported: Question) -> None:
    before = imported.source
    imported.answer = "First $\\nabla f$.\n\nThen `x`."
    after = save(imported).source
    lines = changed_lines(before, after)
    assert [new for _, new in lines] == ["    First $\\nabla f$.\\n\\nThen `x`."]


def test_titles_that_repeat_each_other_change_together(imported: Question) -> None:
    imported.title = "A new title"
    document = codec.parse(save(imported).source)
    assert (document.title, document.article_title, document.question) == ("A new title",) * 3


def test_a_new_address_stands_in_the_file_too(imported: Question) -> None:
    imported.slug = "a-new-slug"
    imported.subject = library.subject("chemistry", "Chemistry")
    document = codec.parse(save(imported).source)
    assert document.url == "/learn/chemistry/questions/a-new-slug"
    assert document.file_name == "a-new-slug.md"
    assert document.subject == "Chemistry"


def test_saving_what_nobody_changed_changes_no_byte(imported: Question) -> None:
    before = imported.source
    assert save(imported).source == before


def test_a_new_question_becomes_a_file_of_the_same_form() -> None:
    question = library.question("Why?", "Because.\nSo.", slug="why", author="QuickTakes")
    document = codec.parse(question.source)
    assert codec.serialise(document) == question.source
    assert question.source == (
        "---\n_schema: default\ndate: 2025-01-31\ntitle: >-\n    Why?\n"
        "article_title: >-\n    Why?\ndate_format: MMM DD, YYYY\npost_on_text: Posted on\n"
        f"seo:\n  page_description: >-\n    {question.page_description}\nauthor: QuickTakes\n"
        "question: >-\n    Why?\nanswer: >-\n    Because.\\nSo.\nsubject: Physics\n"
        "file_name: why.md\nurl: /learn/physics/questions/why\n---\n\n&nbsp;"
    )


def test_everything_that_depends_on_an_answer_is_stored_with_it() -> None:
    question = library.question(answer="## One\n\nWord $x$ and $\\nosuch$.\n\n## Two")
    question.refresh_from_db()
    assert [heading["id"] for heading in question.headings] == ["one", "two"]
    assert [problem["code"] for problem in question.problems] == ["math-error", "short-answer"]
    assert question.problem_count == 2
    assert question.has_math is True
    assert question.answer_text.startswith("One\nWord x and")


def linked() -> tuple[Question, Question]:
    """Two questions, the first with a related link to the second."""
    first, second = library.question(slug="first"), library.question(slug="second")
    link = RelatedLink(None, "Second", "Physics", "/learn/physics/questions/second")
    publishing.save([publishing.edition_of(first, {1: link})])
    return first, second


def test_links_lead_to_questions_that_come_later() -> None:
    first = library.question(slug="first")
    link = RelatedLink(None, "Second", "Physics", "/learn/physics/questions/second")
    publishing.save([publishing.edition_of(first, {1: link})])
    assert RelatedQuestion.objects.get().target is None
    second = library.question(slug="second")
    assert RelatedQuestion.objects.get().target == second


def test_links_survive_an_edit_of_the_question_that_holds_them() -> None:
    first, second = linked()
    first.title = "Another title?"
    publishing.save([publishing.edition_of(first)])
    assert RelatedQuestion.objects.get().target == second


def test_a_link_follows_its_target_to_a_new_address() -> None:
    first, second = linked()
    second.slug = "moved"
    publishing.save([publishing.edition_of(second)])
    assert RelatedQuestion.objects.get().target == second
    publishing.save([publishing.edition_of(first)])
    assert RelatedQuestion.objects.get().target == second


@pytest.mark.parametrize("more", [0, 30])
def test_links_that_wait_for_an_address_follow_its_redirect(more: int) -> None:
    first, target = library.question(), library.question()
    address = Address("physics", "old")
    RelatedQuestion.objects.create(
        question=first, position=1, target_subject=address.subject, target_slug=address.slug
    )
    others = {Address("physics", f"old-{number}"): target.pk for number in range(more)}
    publishing.redirect({address: target.pk} | others)
    assert RelatedQuestion.objects.get().target == target


def test_a_status_is_set_on_many_at_once() -> None:
    questions = [library.question(status=Status.DRAFT) for _ in range(3)]
    publishing.set_statuses({question.pk: (Status.PUBLISHED, "") for question in questions[1:]})
    assert set(Question.objects.published()) == set(questions[1:])


def test_what_an_older_renderer_wrote_is_rendered_again() -> None:
    question = library.question(answer="*New*")
    Question.objects.filter(pk=question.pk).update(answer_html="old", renderer_version=0)
    out = StringIO()
    call_command("rerender_questions", stdout=out)
    question.refresh_from_db()
    assert (out.getvalue(), question.answer_html) == (
        "1 answers rendered again, 0 could not be read\n",
        "<p><em>New</em></p>",
    )
    call_command("rerender_questions", stdout=out)
    assert out.getvalue().endswith("\n0 answers rendered again, 0 could not be read\n")


def test_a_text_that_cannot_be_read_keeps_no_other_from_being_rendered_again() -> None:
    broken, other = library.question("Broken?"), library.question("Other?")
    Question.objects.update(renderer_version=0)
    Question.objects.filter(pk=broken.pk).update(source="no front matter")
    err = StringIO()

    with pytest.raises(SystemExit):
        call_command("rerender_questions", stdout=StringIO(), stderr=err)

    assert err.getvalue().startswith(f"{broken.get_absolute_url()}:1: ")
    other.refresh_from_db()
    assert other.renderer_version == RENDERER_VERSION


def test_a_question_made_where_another_once_stood_is_seen_there(client: Client) -> None:
    first = library.question("First?", slug="tides")
    first.slug = "sea"
    save(first)

    second = library.question("Second?", slug="tides")

    assert b"Second?" in client.get(second.get_absolute_url()).content
    assert Redirect.objects.count() == 0


def test_a_file_that_names_another_address_keeps_it_through_an_edit(imported: Question) -> None:
    source = imported.source.replace("\nfile_name: ", "\nfile_name: once-").replace(
        "\nurl: /learn/physics/questions/", "\nurl: /learn/physics/questions/once-"
    )
    Question.objects.filter(pk=imported.pk).update(source=source)
    imported.refresh_from_db()
    imported.page_description = "A new description."
    after = save(imported).source
    assert [new for _, new in changed_lines(source, after)] == ["    A new description."]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_what_is_being_written_can_be_linked_to_meanwhile() -> None:
    first, target = library.question(), library.question()

    def link() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '5s'")
                RelatedQuestion.objects.create(question=first, position=1, target=target)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as apart:
        assert len(Question.objects.filter(pk__in=[first.pk, target.pk]).locked()) == 2
        apart.submit(link).result()
    assert RelatedQuestion.objects.get().target == target
