"""What a question said before, and how to have it back."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from learn import publishing
from learn.models import Origin, Question, Revision
from tests import library
from tests.files import import_files, question_file, write_tree

pytestmark = pytest.mark.django_db


def edited(question: Question, by: User | None = None, **columns: object) -> Question:
    for name, value in columns.items():
        setattr(question, name, value)
    publishing.save([publishing.edition_of(question)], by=by)
    return Question.objects.select_related("subject").get(pk=question.pk)


def test_a_change_keeps_what_stood_there_with_who_and_when(editor: User) -> None:
    question = library.question("First?")
    first = question.source, question.updated_at
    question = edited(question, by=editor, title="Second?")
    second = question.source, question.updated_at
    edited(question, title="Third?")

    kept = [(item.text, item.made_at, item.made_by) for item in Revision.objects.order_by("id")]

    assert kept == [(*first, None), (*second, editor)]


def test_a_save_that_changes_nothing_keeps_nothing() -> None:
    edited(library.question("First?"))
    assert not Revision.objects.exists()


def test_a_new_question_has_no_revision() -> None:
    library.question("First?")
    assert not Revision.objects.exists()


def test_imports_keep_what_they_replace(tmp_path) -> None:
    tree = write_tree(tmp_path, {"physics/tides.md": question_file("First?")})
    import_files(tree)
    import_files(write_tree(tree, {"physics/tides.md": question_file("Second?")}))
    import_files(tree)

    revision = Revision.objects.get()

    assert (revision.text, revision.origin) == (question_file("First?"), Origin.IMPORT)


def test_an_earlier_text_is_had_back_to_the_byte(tmp_path) -> None:
    text = question_file("First?").replace("\n", "\r\n")
    import_files(write_tree(tmp_path, {"physics/tides.md": text}))
    question = Question.objects.select_related("subject").get()
    edited(question, title="Second?", answer="Another *answer*.", no_index=True)

    publishing.save([publishing.restored(Revision.objects.get())], origin=Origin.RESTORE)

    question.refresh_from_db()
    assert question.source == text
    assert (question.title, question.no_index) == ("First?", False)
    assert Revision.objects.count() == 2


def test_a_restored_question_keeps_its_present_address() -> None:
    question = library.question("First?", slug="first")
    question = edited(question, slug="second")

    publishing.save([publishing.restored(Revision.objects.get())], origin=Origin.RESTORE)

    question.refresh_from_db()
    assert question.slug == "second"
    assert "url: /learn/physics/questions/second\n" in question.source


def test_text_before_and_after_are_each_stored_once(tmp_path) -> None:
    text = question_file("First?", answer="A long answer, " * 500)
    import_files(write_tree(tmp_path, {"physics/tides.md": text}))
    edited(Question.objects.select_related("subject").get(), title="Second?")

    assert len(Revision.objects.get().packed) < len(text) / 10
