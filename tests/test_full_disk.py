"""A disk that is full: a sentence and a status, what was there stays, a later run does the rest.

The database's file is limited by SQLite itself; PostgreSQL is made to fail at a commit with the
error that it has for a full disk; other files meet the system's limit on the size of a file.
"""

from __future__ import annotations

import io
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from learn import publishing
from learn.content.tree import Folder
from learn.models import ImportRun, Question
from tests.files import question_file, write_tree

pytestmark = pytest.mark.django_db(transaction=True)

LAST = "question-599"
FILES = {
    f"physics/question-{n}.md": question_file(f"Question {n}?", "Words of it. " * 500)
    for n in range(300, 600)
}  # 7 MB as rows
AGAIN = "What was stored by then is whole and stays; the same command again does the rest."
FULL = {
    "sqlite": "database or disk is full",
    "postgresql": "could not extend file: No space left on device",
}


@contextmanager
def full_database() -> Iterator[None]:
    """A database with room for some more questions, and not for all of FILES."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")  # pages that other tests freed would give room
            [[pages]] = cursor.execute("PRAGMA page_count").fetchall()
            cursor.execute(f"PRAGMA max_page_count = {pages + 300}")
            try:
                yield
            finally:
                cursor.execute("PRAGMA max_page_count = 4294967294")
            return
        cursor.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF NEW.slug = '{LAST}' THEN RAISE EXCEPTION '{FULL['postgresql']}'"
            " USING ERRCODE = '53100'; END IF; RETURN NEW; END $$;"
            " CREATE CONSTRAINT TRIGGER full_disk AFTER INSERT OR UPDATE ON learn_question"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )
        try:
            yield
        finally:
            cursor.execute("DROP FUNCTION full_disk CASCADE")


@pytest.fixture
def files_of_at_most(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Limit the files that are written from now on; SQLite's own, which are files too, are not."""

    def limit(size: int) -> None:
        replacing = Folder.replacing
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

        @contextmanager
        def limited(folder: Folder, name: str) -> Iterator[IO[bytes]]:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
            try:
                with replacing(folder, name) as stream:
                    yield stream
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

        monkeypatch.setattr(Folder, "replacing", limited)

    return limit


def refusal(*arguments: object, **options: object) -> tuple[int, str]:
    """The status and the sentence with which a command gives up."""
    with pytest.raises(CommandError) as caught:
        call_command(*arguments, stdout=io.StringIO(), stderr=io.StringIO(), **options)
    return caught.value.returncode, str(caught.value)


def run(*arguments: object, **options: object) -> None:
    call_command(*arguments, stdout=io.StringIO(), stderr=io.StringIO(), **options)


def sources() -> dict[str, str]:
    return dict(Question.objects.values_list("slug", "source"))


def edit(slug: str, **columns: object) -> Question:
    question = Question.objects.select_related("subject").get(slug=slug)
    for name, value in columns.items():
        setattr(question, name, value)
    publishing.save([publishing.edition_of(question)])
    return question


OLD = {"physics/old.md": question_file("Old?")}


@pytest.mark.parametrize("command", ["import_questions", "sync_questions"])
def test_a_full_database_is_told_in_words_and_a_later_run_does_the_rest(command, tmp_path):
    tree = write_tree(tmp_path, OLD)
    run("import_questions", tree)
    before = Question.objects.values().get()
    write_tree(tree, FILES)

    with full_database():
        status, sentence = refusal(command, tree, workers=1)

    assert (status, sentence) == (2, f"the database failed: {FULL[connection.vendor]}. {AGAIN}")
    assert Question.objects.values().get(slug="old") == before
    assert all(
        sources()[slug] == FILES[f"physics/{slug}.md"] for slug in sources() if slug != "old"
    )
    assert Question.objects.count() < len(FILES) + 1
    failed = ImportRun.objects.first()
    assert (failed.state, failed.created) == ("failed", Question.objects.count() - 1)
    run(command, tree, workers=1)
    assert sources() == {
        name.removeprefix("physics/").removesuffix(".md"): text
        for name, text in (FILES | OLD).items()
    }
    assert ImportRun.objects.first().state == "done"


def test_a_full_database_refuses_an_edit_and_keeps_the_question(tmp_path):
    run("import_questions", write_tree(tmp_path, {f"physics/{LAST}.md": question_file("Old?")}))
    before = Question.objects.values().get()

    with full_database(), pytest.raises(Exception, match=FULL[connection.vendor]):
        edit(LAST, answer="Long. " * 500_000)

    assert Question.objects.values().get() == before
    edit(LAST, answer="Short.")
    assert Question.objects.get().answer == "Short."


def test_a_report_that_cannot_be_written_leaves_the_one_that_was_there(tmp_path, files_of_at_most):
    tree = write_tree(tmp_path / "tree", {f"physics/{n}.md": "bad" for n in range(50)})
    report = tmp_path / "report.json"
    report.write_text("as it was")

    files_of_at_most(1_000)
    status, sentence = refusal("import_questions", tree, report=report, workers=1)

    assert (status, sentence) == (2, f"{report}: File too large")
    assert report.read_text() == "as it was"
    assert sorted(tmp_path.iterdir()) == [report, tree]


def test_a_tree_that_takes_no_more_stops_a_sync_which_a_later_one_completes(
    tmp_path, monkeypatch, files_of_at_most
):
    files = {f"physics/{slug}.md": question_file(f"{slug}?") for slug in ("a", "b", "c")}
    tree = write_tree(tmp_path, files)
    run("import_questions", tree)
    texts = {
        f"physics/{slug}.md": edit(slug, answer=answer).source
        for slug, answer in (("a", "Short."), ("b", "Long. " * 5_000), ("c", "Short."))
    }

    files_of_at_most(10_000)
    status, sentence = refusal("sync_questions", tree, workers=1)

    assert (status, sentence) == (2, f"{tree}/physics/b.md: File too large")
    assert contents(tree) == files | {"physics/a.md": texts["physics/a.md"]}
    monkeypatch.undo()
    run("sync_questions", tree, workers=1)
    assert contents(tree) == texts


def contents(tree: Path) -> dict[str, str]:
    files = (path for path in tree.rglob("*") if path.is_file())
    return {path.relative_to(tree).as_posix(): path.read_text() for path in files}
