"""The index follows what is written, in the same transaction."""

from __future__ import annotations

from importlib import import_module
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from learn import publishing, search
from learn.models import Question, Revision, Status
from learn.search import vocabulary
from tests import library

pytestmark = pytest.mark.django_db


def keys(text: str) -> list[int]:
    results = search.search(text)
    return [] if results.is_mended or not results.has_all else results.keys


def test_what_is_edited_is_found_by_its_new_words_only() -> None:
    question = library.question("Where do zebras sleep?", "On grass.")
    question.title, question.answer = "Where do lions rest?", "On rocks."
    publishing.save([publishing.edition_of(question)])
    assert (keys("lions"), keys("rocks"), keys("zebras"), keys("grass")) == (
        [question.pk],
        [question.pk],
        [],
        [],
    )


def test_what_is_restored_is_found_again() -> None:
    question = library.question("Where do zebras sleep?")
    question.title = "Where do lions rest?"
    publishing.save([publishing.edition_of(question)])
    publishing.save([publishing.restored(Revision.objects.get())])
    assert (keys("zebras"), keys("lions")) == ([question.pk], [])


def test_a_status_counts_at_once() -> None:
    question = library.question("Where do zebras sleep?")
    library.set_status(Question.objects.all(), Status.DRAFT)
    assert keys("zebras") == []
    library.set_status(Question.objects.all(), Status.PUBLISHED)
    assert keys("zebras") == [question.pk]
    publishing.prune([question.pk])
    assert keys("zebras") == []


def test_a_question_that_moved_counts_for_its_new_subject() -> None:
    question = library.question("Where do zebras sleep?")
    question.subject = library.subject("zoology")
    publishing.save([publishing.edition_of(question)])
    assert dict(search.search("zebras").subjects) == {question.subject.pk: 1}


def test_an_imported_library_is_found(fixtures: Path) -> None:
    call_command("import_questions", fixtures, stdout=StringIO())
    missed = [
        title
        for pk, title in Question.objects.published().values_list("pk", "title")
        if pk not in search.search(title).keys[:5]
    ]
    assert missed == []


def test_what_is_rolled_back_is_not_in_the_index() -> None:
    with transaction.atomic():
        library.question("Where do zebras sleep?")
        transaction.set_rollback(True)
    again = library.question("Where do lions rest?")
    assert (keys("zebras"), keys("lions")) == ([], [again.pk])
    assert search.backend().strays() == []


def test_an_answer_that_is_rendered_again_is_found_by_its_new_text() -> None:
    question = library.question(answer="Zebras.")
    Question.objects.update(answer_text="old", renderer_version=0)
    search.refresh([question.pk])
    assert keys("zebras") == []
    call_command("rerender_questions", stdout=StringIO())
    assert keys("zebras") == [question.pk]


def test_rebuilding_makes_the_index_what_the_library_says() -> None:
    lost, renamed, deleted = (library.question(title) for title in ("Lost?", "Old?", "Gone?"))
    search.remove([lost.pk])
    Question.objects.filter(pk=renamed.pk).update(title="New?")
    Question.objects.filter(pk=deleted.pk).delete()
    out = StringIO()
    call_command("rebuild_search", stdout=out)
    assert out.getvalue() == "2 questions indexed\n"
    assert (keys("lost"), keys("new"), keys("old"), keys("gone")) == (
        [lost.pk],
        [renamed.pk],
        [],
        [],
    )
    assert search.backend().strays() == []
    assert vocabulary.numbers(["lost", "new", "old", "gone"]) == {"lost": 1, "new": 1}


def test_the_index_can_be_taken_away_and_made_again() -> None:
    question = library.question("Where do zebras sleep?")
    search.drop()
    search.create()
    assert keys("zebras") == []
    search.rebuild()
    assert keys("zebras") == [question.pk]


def on(vendor: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(connection.vendor != vendor, reason=f"about {vendor}")


@on("sqlite")
def test_what_is_found_is_asked_of_an_index_and_of_no_row() -> None:
    library.question("Where do zebras sleep?")
    with CaptureQueriesContext(connection) as asked:
        search.search("zebras sleep")
    finds = [query["sql"] for query in asked if "MATCH" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {finds[0]}")
        plan = [row[3] for row in cursor.fetchall()]
    assert any("COVERING INDEX question_found (id=?" in step for step in plan), plan


@on("postgresql")
def test_an_index_without_titles_gets_them_from_what_it_has() -> None:
    question = library.question("Where do zebras sleep?", page_keywords="lions")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE learn_search DROP COLUMN title")
        upgrade = import_module("learn.migrations.0021_search_titles")
        upgrade.add_titles(None, SimpleNamespace(connection=connection))
        cursor.execute("SELECT title FROM learn_search")
        assert cursor.fetchall() == [("'do':2 'sleep':4 'where':1 'zebra':3",)]
    assert [suggestion.title for suggestion in search.suggest("zebr")] == [question.title]


@on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_how_an_index_is_asked_holds_for_that_question_only() -> None:
    search.search("zebras")
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_seqscan")
        assert cursor.fetchone() == ("on",)


def test_words_are_counted_once_for_each_new_question() -> None:
    first = library.question("Water, water?", page_keywords="water")
    library.question("More water?")
    publishing.save([publishing.edition_of(first)])
    assert vocabulary.numbers(["water", "more", "fire"]) == {"water": 2, "more": 1}
