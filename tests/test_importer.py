"""A tree of files -> the database: what an import writes, keeps, counts and reports."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command, execute_from_command_line
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from learn import publishing, runs
from learn.importer import Options, import_questions
from learn.models import ImportRun, Question, Redirect, RelatedQuestion, Subject
from learn.reports import Report
from tests import library
from tests.files import CORPUS, FIXTURES, SEED, import_files, question_file, related, write_tree

pytestmark = pytest.mark.django_db

TIDES = "physics/why-do-tides-come-twice-a-day.md"
LEAVES = "biology/why-are-leaves-green.md"
TREE = {
    TIDES: question_file(
        related_article1=related("why-are-leaves-green", "biology"),
        related_article2=related("nowhere-to-be-found"),
    ),
    LEAVES: question_file("Why are leaves green?", subject="Biology", id=None),
}


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that an import may touch, times included."""
    models = (Question, Redirect, RelatedQuestion, Subject)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def what_the_files_say() -> dict[str, list[dict[str, Any]]]:
    """All rows without their keys and times: equal for two imports of the same files."""
    mute = ("id", "subject_id", "question_id", "target_id", "created_at", "updated_at")
    return {
        name: sorted(
            ({key: value for key, value in row.items() if key not in mute} for row in rows),
            key=repr,
        )
        for name, rows in everything().items()
    }


def writes(run: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        run()
    verbs = ("INSERT", "UPDATE", "DELETE", "REPLACE")
    written = [query["sql"] for query in queries if query["sql"].startswith(verbs)]
    told = re.compile("learn_(importrun|auditentry)")  # that there was a run
    return [statement for statement in written if not told.search(statement)]


def tides() -> Question:
    return Question.objects.get(slug="why-do-tides-come-twice-a-day")


def edit(question: Question, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(question, name, value)
    publishing.save([publishing.edition_of(question)])


# ------------------------------------------------------------------------ what is written


def test_a_file_becomes_a_published_question_with_all_it_says(tmp_path):
    run = import_files(write_tree(tmp_path, TREE))

    question = tides()
    assert (run.status, run.stderr, run.counts) == (0, "", {"created": 2})
    assert question.get_absolute_url() == "/learn/physics/questions/why-do-tides-come-twice-a-day"
    assert question.title == "Why do tides come twice a day?"
    assert question.source_id == 4101
    assert question.date.isoformat() == "2025-01-31"
    assert question.posted_text == "Posted on Jan 31, 2025"
    assert question.author == "QuickTakes"
    assert question.seo_title == "QuickTakes | Physics"
    assert question.page_keywords == "tides, Moon, gravity"
    assert question.score == -1.0
    assert (question.status, question.no_index, question.is_edited) == ("published", False, False)
    assert question.answer_html.startswith("<p>Tides are the slow rise and fall of the sea.</p>")
    assert question.source == TREE[TIDES]
    assert question.subject.name == "Physics"


def test_the_same_import_again_changes_nothing_and_writes_nothing(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    before = everything()

    written = writes(lambda: import_files(tree))

    assert written == []
    assert everything() == before


def test_the_same_import_again_counts_everything_as_unchanged(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)

    assert import_files(tree).counts == {"unchanged": 2}


def test_files_with_unknown_keys_marks_and_other_line_ends_are_unchanged_too(tmp_path):
    tree = write_tree(
        tmp_path,
        {
            "physics/crlf.md": question_file().replace("\n", "\r\n"),
            "physics/marked.md": "\ufeff" + question_file(),
            "physics/unknown.md": question_file(level="[1, {2: 3}]".replace("2: 3", "a: 3")),
            "physics/hidden.md": question_file(no_index="True"),
        },
    )
    import_files(tree)
    before = everything()

    assert import_files(tree).counts == {"unchanged": 4}
    assert everything() == before


def test_a_changed_file_updates_its_question_and_no_other(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    before = {question.slug: question for question in Question.objects.all()}
    changed = TREE[TIDES].replace("author: QuickTakes", "author: Ann")

    run = import_files(write_tree(tree, {TIDES: changed}))

    question = tides()
    assert run.counts == {"updated": 1, "unchanged": 1}
    assert (question.author, question.source) == ("Ann", changed)
    assert question.pk == before[question.slug].pk
    assert question.created_at == before[question.slug].created_at
    assert question.updated_at > before[question.slug].updated_at
    leaves = Question.objects.get(slug="why-are-leaves-green")
    assert leaves.updated_at == before[leaves.slug].updated_at


def test_a_changed_file_replaces_its_related_links(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    changed = question_file(related_article3=related("why-are-leaves-green", "biology", "Leaves?"))

    import_files(write_tree(tree, {TIDES: changed}))

    link = tides().related.get()
    assert (link.position, link.title, link.target.slug) == (3, "Leaves?", "why-are-leaves-green")


def test_a_file_that_is_gone_leaves_its_question(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    (tree / LEAVES).unlink()

    assert import_files(tree).counts == {"unchanged": 1}
    assert Question.objects.count() == 2


def test_a_file_that_turns_bad_leaves_its_question_as_it_was(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    before = everything()

    run = import_files(write_tree(tree, {TIDES: "no front matter"}))

    assert (run.status, run.counts) == (1, {"rejected": 1, "unchanged": 1})
    assert everything() == before


def test_a_status_and_a_date_of_publication_set_here_outlive_an_import(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    library.set_status(Question.objects.filter(pk=tides().pk), "archived")

    import_files(write_tree(tree, {TIDES: question_file("Why are there two tides?")}))

    assert (tides().title, tides().status) == ("Why are there two tides?", "archived")


# ------------------------------------------------------------------------- edits and moves


def test_an_edit_made_here_is_kept_and_reported_as_a_conflict(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    edit(tides(), author="Ann")
    before = everything()

    run = import_files(write_tree(tree, {TIDES: question_file(author="Ben")}))

    assert (run.status, run.counts) == (0, {"conflicted": 1, "unchanged": 1})
    assert run.report["conflicts"] == [TIDES]
    assert run.stderr == f"{TIDES}: edited here since its last import; the edit is kept\n"
    assert everything() == before


def test_a_file_that_only_repeats_what_was_imported_is_no_conflict(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    edit(tides(), author="Ann")

    assert import_files(tree).counts == {"unchanged": 2}
    assert tides().author == "Ann"


def test_a_question_that_was_moved_is_not_created_again_at_its_old_address(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    edit(tides(), slug="tides")
    before = everything()

    assert import_files(tree).counts == {"unchanged": 2}
    assert everything() == before
    assert Redirect.objects.get().question == Question.objects.get(slug="tides")


def test_an_edit_that_comes_back_as_a_file_is_no_conflict(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    question = tides()
    question.title = "Edited?"
    publishing.save([publishing.edition_of(question)])

    run = import_files(write_tree(tree, {TIDES: tides().source}))

    assert run.counts == {"unchanged": len(TREE)}
    assert tides().is_edited is False


def test_a_changed_file_at_an_old_address_updates_the_question_where_it_is_now(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    question = tides()
    Redirect.objects.create(subject_slug="physics", slug="an-older-name", question=question)

    run = import_files(
        write_tree(tmp_path / "old", {"physics/an-older-name.md": question_file("New?")})
    )

    question.refresh_from_db()
    assert run.counts == {"updated": 1}
    assert (question.title, question.slug) == ("New?", "why-do-tides-come-twice-a-day")


def test_a_file_at_an_old_address_gives_way_to_the_one_at_the_present_address(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    Redirect.objects.create(subject_slug="physics", slug="an-older-name", question=tides())

    run = import_files(
        write_tree(
            tree,
            {
                TIDES: question_file("New?", related_article1=related("new")),
                "physics/an-older-name.md": question_file("Old?", related_article1=related("old")),
            },
        )
    )

    assert (run.status, run.counts) == (0, {"updated": 1, "unchanged": 2})
    assert run.report["notes"] == [
        "physics/an-older-name.md: its question stands at"
        " /learn/physics/questions/why-do-tides-come-twice-a-day and has its file there;"
        " this one can go"
    ]
    assert tides().title == "New?"


def test_an_old_file_does_not_undo_the_edit_that_came_with_a_move(tmp_path):
    tree = write_tree(tmp_path / "tree", TREE)
    import_files(tree)
    edit(tides(), slug="tides", title="Edited?")
    moved = Question.objects.get(slug="tides")
    import_files(write_tree(tmp_path / "export", {"physics/tides.md": moved.source}))

    run = import_files(tree)

    assert (run.status, run.counts) == (0, {"unchanged": 2})
    assert run.report["notes"] == [
        f"{TIDES}: this is an earlier text of /learn/physics/questions/tides, which stays"
    ]
    moved.refresh_from_db()
    assert (moved.title, moved.is_edited) == ("Edited?", False)


def test_addresses_that_differ_only_by_case_are_told(tmp_path):
    import_files(write_tree(tmp_path / "one", {"physics/tides.md": question_file()}))

    run = import_files(write_tree(tmp_path / "two", {"physics/Tides.md": question_file()}))

    assert run.counts == {"created": 1}
    assert run.report["notes"] == [
        "/learn/physics/questions/tides: 2 addresses differ only by case",
        "1 title stands in several questions: see Duplicates at the editors' desk",
    ]


# ----------------------------------------------------------------------------- addresses


def test_a_file_named_itself_takes_its_address_from_its_url(tmp_path):
    write_tree(tmp_path, {"seed.txt": question_file(answer="It reads at its own address.")})

    run = import_files(tmp_path / "seed.txt")

    assert (run.status, run.counts) == (0, {"created": 1})
    assert tides().get_absolute_url() == "/learn/physics/questions/why-do-tides-come-twice-a-day"
    assert import_files(tmp_path / "seed.txt").counts == {"unchanged": 1}


def test_the_folder_decides_where_the_url_says_something_else(tmp_path):
    import_files(write_tree(tmp_path, {"geography/the-tides.md": question_file()}))

    question = Question.objects.get()
    assert question.get_absolute_url() == "/learn/geography/questions/the-tides"


def test_one_id_under_two_subjects_gives_two_questions(tmp_path):
    files = {"physics/tides.md": question_file(), "geography/tides.md": question_file()}

    assert import_files(write_tree(tmp_path, files)).counts == {"created": 2}
    assert sorted(Question.objects.values_list("subject__slug", "slug", "source_id")) == [
        ("geography", "tides", 4101),
        ("physics", "tides", 4101),
    ]


def test_a_folder_and_a_file_in_it_name_the_file_once(tmp_path):
    tree = write_tree(tmp_path, TREE)

    assert import_files(tree, tree / TIDES).counts == {"created": 2}


def test_the_same_file_named_twice_goes_in_once(tmp_path):
    write_tree(tmp_path, {"seed.txt": question_file()})

    assert import_files(tmp_path / "seed.txt", tmp_path / "seed.txt").counts == {"created": 1}


def test_two_trees_that_hold_the_same_address_are_a_duplicate(tmp_path):
    one = write_tree(tmp_path / "one", {TIDES: question_file("One?")})
    two = write_tree(tmp_path / "two", {TIDES: question_file("Two?")})

    run = import_files(one, two)

    assert (run.status, run.counts) == (1, {"created": 1, "rejected": 1})
    assert [error["code"] for error in run.report["errors"]] == ["duplicate-address"]
    assert tides().title == "One?"


def test_two_files_with_the_same_url_are_a_duplicate(tmp_path):
    write_tree(tmp_path, {"one.txt": question_file("One?"), "two.txt": question_file("Two?")})

    run = import_files(tmp_path / "two.txt", tmp_path / "one.txt")

    assert (run.status, run.counts) == (1, {"created": 1, "rejected": 1})
    assert run.report["errors"] == [
        {
            "file": "two.txt",
            "line": 1,
            "code": "duplicate-address",
            "message": "'one.txt' is the same question,"
            " /learn/physics/questions/why-do-tides-come-twice-a-day",
        }
    ]


def test_two_files_with_the_same_name_and_the_same_url_are_a_duplicate(tmp_path):
    one = write_tree(tmp_path / "one", {"seed.txt": question_file("One?")}) / "seed.txt"
    two = write_tree(tmp_path / "two", {"seed.txt": question_file("Two?")}) / "seed.txt"

    run = import_files(one, two)

    assert (run.status, run.counts) == (1, {"created": 1, "rejected": 1})
    assert [error["code"] for error in run.report["errors"]] == ["duplicate-address"]


# -------------------------------------------------------------------------- related links


@pytest.mark.parametrize("target", ["a-first", "z-last"])
def test_a_related_link_finds_its_question_whatever_the_order(target, tmp_path):
    import_files(
        write_tree(
            tmp_path,
            {
                f"physics/{target}.md": question_file("The target?"),
                "physics/middle.md": question_file(related_article1=related(target)),
            },
        )
    )

    assert RelatedQuestion.objects.get().target == Question.objects.get(slug=target)


def test_a_related_link_finds_a_question_of_a_later_batch(tmp_path):
    files = {
        f"physics/question-{number:03}.md": question_file(
            f"Question {number}?", related_article1=related(f"question-{219 - number:03}")
        )
        for number in range(220)
    }

    import_files(write_tree(tmp_path, files))

    links = RelatedQuestion.objects.select_related("question", "target").order_by("question__slug")
    assert [link.target.slug for link in links] == [
        f"question-{n:03}" for n in reversed(range(220))
    ]


def test_a_related_link_finds_a_question_of_a_later_import(tmp_path):
    import_files(write_tree(tmp_path / "one", TREE))

    import_files(write_tree(tmp_path / "two", {"physics/nowhere-to-be-found.md": question_file()}))

    assert [link.target.slug for link in tides().related.all()] == [
        "why-are-leaves-green",
        "nowhere-to-be-found",
    ]


def test_a_related_link_without_a_question_is_kept_as_it_stands(tmp_path):
    import_files(write_tree(tmp_path, TREE))

    link = tides().related.get(position=2)
    assert (link.source_id, link.title, link.subject_name, link.url, link.target) == (
        4102,
        "A related question?",
        "Physics",
        "/learn/physics/questions/nowhere-to-be-found",
        None,
    )


# ----------------------------------------------------------------------- names of subjects


def subject_of(tmp_path: Path, *names: str | None) -> Subject:
    files = {
        f"computer-science/question-{number}.md": question_file(subject=name)
        for number, name in enumerate(names)
    }
    import_files(write_tree(tmp_path, files))
    return Subject.objects.get(slug="computer-science")


def test_a_subject_takes_the_commonest_spelling_of_its_name(tmp_path):
    subject = subject_of(
        tmp_path, "Computer Science", "Computer science", "computer science", "Computer science"
    )

    assert subject.name == "Computer science"


@pytest.mark.parametrize("names", [("Informatics", "Computing"), ("Computing", "Informatics")])
def test_a_draw_between_two_spellings_ends_the_same_way_in_any_order(names, tmp_path):
    assert subject_of(tmp_path, *names).name == "Informatics"


def test_a_subject_without_a_name_is_called_after_its_folder(tmp_path):
    assert subject_of(tmp_path, None).name == "Computer science"


def test_a_subject_that_was_renamed_here_keeps_its_name(tmp_path):
    subject_of(tmp_path / "one", "Computer science")
    Subject.objects.update(name="Computing")

    assert subject_of(tmp_path / "two", "Other", "Other", "Other").name == "Computing"


# --------------------------------------------------------------------- dry runs and reports


def test_a_dry_run_reports_the_same_numbers_and_writes_nothing(tmp_path):
    import_files(write_tree(tmp_path, {**TREE, "physics/edited.md": question_file("Edited?")}))
    edit(Question.objects.get(slug="edited"), author="Ann")
    tree = write_tree(
        tmp_path,
        {
            TIDES: question_file("Changed?"),
            "physics/edited.md": question_file("Changed too?"),
            "physics/new.md": question_file("New?"),
            "chemistry/new.md": question_file("New?"),
            "physics/bad.md": "no front matter",
        },
    )
    before = everything()

    written = writes(lambda: import_files(tree, dry_run=True))
    dry = import_files(tree, dry_run=True)

    assert written == []
    assert everything() == before
    wet = import_files(tree)
    assert dry.counts == {
        "created": 2, "updated": 1, "unchanged": 1, "conflicted": 1, "rejected": 1,
    }  # fmt: skip
    assert (dry.counts, dry.status) == (wet.counts, wet.status)
    assert dry.report["errors"] == wet.report["errors"]
    assert dry.stdout.startswith("Would be: 2 created, 1 updated, 1 unchanged")


def test_the_report_has_the_keys_that_other_programs_read(tmp_path):
    write_tree(tmp_path, {**TREE, "physics/b.md": "bad", "physics/a.md": question_file(id="x")})

    report = import_files(tmp_path).report

    keys = "created updated unchanged conflicted rejected pruned seconds errors".split()
    assert list(report)[: len(keys)] == keys
    assert (report["created"], report["rejected"], report["pruned"]) == (2, 2, 0)
    assert report["seconds"] > 0
    assert report["errors"] == [
        {
            "file": "physics/a.md",
            "line": 3,
            "code": "wrong-type",
            "message": "'id' is 'x', which is not a whole number",
        },
        {
            "file": "physics/b.md",
            "line": 1,
            "code": "no-front-matter",
            "message": "the file does not begin with a line '---'",
        },
    ]


def test_the_report_is_utf_8(tmp_path):
    write_tree(tmp_path, {"physics/潮汐 😀.md": "bad"})

    assert import_files(tmp_path).report["errors"][0]["file"] == "physics/潮汐 😀.md"


def test_fifty_errors_are_printed_and_all_are_reported(tmp_path):
    write_tree(tmp_path, {f"physics/{number:03}.md": "bad" for number in range(60)})

    run = import_files(tmp_path)

    assert len(run.report["errors"]) == 60
    assert len(run.stderr.splitlines()) == 51
    assert run.stderr.splitlines()[50] == "... and 10 more: see --report FILE"


# ------------------------------------------------------------------------- exit statuses


def exit_status(*arguments: object) -> tuple[int, str]:
    """What the shell sees, without a database: all these fail before they need one."""
    stderr = io.StringIO()
    with contextlib.redirect_stderr(stderr), pytest.raises(SystemExit) as stop:
        execute_from_command_line(["manage.py", "import_questions", *map(str, arguments)])
    return stop.value.code, stderr.getvalue()


def test_status_0_when_every_file_is_in(tmp_path):
    assert import_files(write_tree(tmp_path, TREE)).status == 0


def test_status_1_when_a_file_was_rejected_and_the_others_are_in(tmp_path):
    run = import_files(write_tree(tmp_path, {**TREE, "physics/bad.md": "bad"}))

    assert (run.status, run.counts) == (1, {"created": 2, "rejected": 1})


def test_status_0_for_a_folder_without_files(tmp_path):
    run = import_files(tmp_path)

    assert (run.status, run.counts) == (0, {})


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nowhere",),
        (".", "--workers", "0"),
        (".", "--workers", "two"),
        (".", "--unknown"),
        (".", "--report"),
        (".", "--report", "nowhere/report.json"),
        (".", "--report", "."),
    ],
    ids=" ".join,
)
def test_status_2_for_wrong_usage_before_anything_is_read(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    status, stderr = exit_status(*arguments)

    assert status == 2
    assert stderr.count("Traceback") == 0


def test_wrong_usage_names_the_path_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="nowhere: there is no such file or folder") as caught:
        call_command("import_questions", tmp_path / "nowhere")

    assert caught.value.returncode == 2


def test_a_report_is_written_where_it_was_asked_for(tmp_path):
    tree = write_tree(tmp_path / "tree", TREE)

    call_command("import_questions", tree, report=tmp_path / "report.json", stdout=io.StringIO())

    assert json.loads((tmp_path / "report.json").read_text())["created"] == 2


# ----------------------------------------------------------------------------- processes


def test_two_processes_store_the_same_rows_as_one(tmp_path):
    files = {
        f"{subject}/question-{number:03}.md": question_file(
            f"Question {number} of {subject}?",
            f"It is ${number}x^2$, says *{subject}*.\n\n1. One\n2. Two",
            subject=subject.capitalize(),
            id=number,
            related_article1=related(f"question-{(number * 7) % 125:03}", subject),
        )
        for subject in ("biology", "physics")
        for number in range(125)
    }
    tree = write_tree(tmp_path, {**files, "physics/bad.md": "bad", "biology/bad.md": b"\xff"})
    one = import_questions([tree], Options(workers=1))
    rows = what_the_files_say()
    Question.objects.all().delete()
    Subject.objects.all().delete()

    two = import_questions([tree], Options(workers=2))

    assert (one.created, one.rejected) == (two.created, two.rejected) == (250, 2)
    assert one.errors == two.errors
    assert what_the_files_say() == rows


# --------------------------------------------------------------------------- real libraries


def test_the_project_s_own_library_imports_twice_and_nothing_changes():
    first = import_files(FIXTURES)
    before = everything()

    told = "2 titles stand in several questions: see Duplicates at the editors' desk\n"
    assert (first.status, first.stderr) == (0, told)
    assert first.counts == {"created": len(list(FIXTURES.rglob("*.md")))}
    assert import_files(FIXTURES).counts == {"unchanged": first.report["created"]}
    assert everything() == before


@pytest.mark.skipif(not SEED.exists(), reason="the seed is not beside this checkout")
def test_the_seed_file_imports_with_every_key_and_reads_at_its_url():
    [seed] = SEED.iterdir()

    assert import_files(seed).counts == {"created": 1}

    question = Question.objects.get()
    assert question.source.encode() == seed.read_bytes()
    assert question.get_absolute_url() == (
        "/learn/biology/questions/what-is-the-role-of-the-na--k-pump-in-active-transport"
    )


@pytest.mark.skipif(not CORPUS.exists(), reason="the real corpus is not beside this checkout")
def test_a_subject_of_the_real_corpus_imports_twice_and_nothing_changes(tmp_path):
    tree = tmp_path / "learn"
    tree.mkdir()
    for subject in sorted(CORPUS.iterdir())[:4]:
        (tree / subject.name).mkdir()
        for path in sorted(subject.iterdir())[:100]:
            (tree / subject.name / path.name).write_bytes(path.read_bytes())

    first = import_files(tree)

    assert (first.status, first.report["rejected"]) == (0, 0)
    assert import_files(tree).counts == {"unchanged": first.report["created"]}


# ------------------------------------------------------------------ edits during an import


@contextlib.contextmanager
def once_looked_up(act: Callable[[], object]) -> Iterator[None]:
    """Do something after an import has looked questions up and before it writes."""
    waiting = [act]

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if "imported_digest" in sql and sql.startswith("SELECT") and waiting:
            waiting.pop()()
        return result

    with connection.execute_wrapper(wrapper):
        yield
    assert not waiting


def test_an_edit_made_while_an_import_runs_is_kept(tmp_path):
    tree = write_tree(tmp_path, {TIDES: TREE[TIDES]})
    import_files(tree)
    write_tree(tree, {TIDES: question_file("New?")})
    question = Question.objects.select_related("subject").get(pk=tides().pk)

    with once_looked_up(lambda: edit(question, title="Edited?")):
        report = import_questions([tree])

    assert (report.updated, report.conflicted, tides().title) == (0, 1, "Edited?")


def test_a_question_made_while_an_import_runs_is_kept(tmp_path):
    tree = write_tree(tmp_path, {TIDES: TREE[TIDES]})

    def make() -> None:
        library.question("Mine?", place="physics", slug="why-do-tides-come-twice-a-day")

    with once_looked_up(make):
        report = import_questions([tree])

    assert (report.created, report.conflicted) == (0, 1)
    assert tides().title == "Mine?"


def test_a_second_import_says_who_holds_the_lock(tmp_path):
    ImportRun.objects.create(holder="process 1 on host", source="x")

    with pytest.raises(CommandError, match="another import is running"):
        import_files(write_tree(tmp_path, TREE))

    ImportRun.objects.update(beat_at=timezone.now() - timedelta(minutes=5))
    assert import_files(tmp_path).counts == {"created": len(TREE)}
    states = ImportRun.objects.order_by("id").values_list("state", "created")
    assert list(states) == [("failed", 0), ("done", len(TREE))]


def ended_process() -> int:
    """The id of a process that has ended just now."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_an_import_whose_process_has_ended_holds_no_lock(tmp_path):
    holder = f"process {ended_process()} on {socket.gethostname()}"
    ImportRun.objects.create(holder=holder, source="x")

    assert import_files(write_tree(tmp_path, TREE)).counts == {"created": len(TREE)}
    assert list(ImportRun.objects.order_by("id").values_list("state", flat=True)) == [
        "failed", "done",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "holder",
    [
        f"process {os.getpid()} on {socket.gethostname()}",
        f"process {ended_process()} on another host",
        "somebody",
    ],
    ids=["a process that runs", "one on another machine", "a holder of another kind"],
)
def test_an_import_that_may_still_run_holds_the_lock(holder, tmp_path):
    ImportRun.objects.create(holder=holder, source="x")

    with pytest.raises(CommandError, match=re.escape(f"another import is running ({holder}")):
        import_files(write_tree(tmp_path, TREE))


def left_by_a_killed_import(tmp_path: Path, *spellings: str) -> Subject:
    """A subject as an import leaves it that is killed before it names what is new."""
    subject = subject_of(tmp_path, *spellings)
    Subject.objects.update(name=spellings[0])
    ImportRun.objects.update(state="failed")
    return subject


def test_the_next_import_names_what_a_killed_one_created(tmp_path):
    subject = left_by_a_killed_import(tmp_path, "informatics", "Computing", "Computing")

    import_files(tmp_path)

    subject.refresh_from_db()
    assert subject.name == "Computing"


def test_the_next_import_counts_its_own_files_too(tmp_path):
    left_by_a_killed_import(tmp_path, "informatics")

    assert subject_of(tmp_path, "informatics", "Computing", "Computing").name == "Computing"


def test_a_subject_that_was_renamed_after_a_killed_import_keeps_its_name(tmp_path):
    subject = left_by_a_killed_import(tmp_path, "informatics", "Computing", "Computing")
    Subject.objects.update(name="Bits and bytes")

    import_files(tmp_path)

    subject.refresh_from_db()
    assert subject.name == "Bits and bytes"


def test_a_subject_that_was_there_before_a_killed_import_keeps_its_name(tmp_path):
    subject = subject_of(tmp_path, "informatics", "Computing", "Computing")
    Subject.objects.update(name="informatics")
    write_tree(tmp_path, {"computer-science/new.md": question_file(subject="Computing")})
    import_files(tmp_path)
    ImportRun.objects.filter(created=1).update(state="failed")

    import_files(tmp_path)

    subject.refresh_from_db()
    assert subject.name == "informatics"


# -------------------------------------------------------------------------- runs and outcomes


def outcomes(run: ImportRun) -> list[tuple[str, str, str | None]]:
    rows = run.outcomes.select_related("question")
    return [(row.kind, row.file, row.question and row.question.slug) for row in rows]


def test_a_run_keeps_what_became_of_each_file_that_changed_something(tmp_path):
    tree = write_tree(tmp_path, TREE | {"physics/bad.md": "no front matter"})
    import_files(tree)
    edit(tides(), title="Edited?")
    write_tree(tree, {TIDES: question_file("New?"), LEAVES: question_file("Leaves?")})
    import_files(tree)

    first, second = ImportRun.objects.order_by("id")
    assert sorted(outcomes(first)) == [
        ("created", LEAVES, "why-are-leaves-green"),
        ("created", TIDES, "why-do-tides-come-twice-a-day"),
        ("rejected", "physics/bad.md", None),
    ]
    assert sorted(outcomes(second)) == [
        ("conflicted", TIDES, "why-do-tides-come-twice-a-day"),
        ("rejected", "physics/bad.md", None),
        ("updated", LEAVES, "why-are-leaves-green"),
    ]
    rejected = second.outcomes.get(kind="rejected")
    assert (rejected.code, rejected.line) == ("no-front-matter", 1)
    assert rejected.message == "the file does not begin with a line '---'"


def test_a_run_of_an_unchanged_tree_has_no_outcomes(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    import_files(tree)

    run = ImportRun.objects.get(unchanged=len(TREE))
    assert (run.state, run.outcomes.count()) == ("done", 0)


def test_a_run_says_why_it_was_refused(tmp_path):
    import_files(write_tree(tmp_path, {"physics/bad.md": "no front matter"}), strict=True)

    run = ImportRun.objects.get()
    assert (run.state, run.refusal) == ("failed", "1 file cannot be read: nothing is written")


def test_outcomes_are_kept_for_half_a_year(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    ImportRun.objects.update(started_at=timezone.now() - timedelta(days=200))
    import_files(tree)

    assert [run.outcomes.count() for run in ImportRun.objects.all()] == [0, 0]


def test_a_rehearsal_keeps_its_outcomes_and_changes_nothing_else(tmp_path):
    tree = write_tree(tmp_path, TREE)
    run = runs.prepared("an upload", None, is_rehearsal=True)

    import_questions([tree], Options(dry_run=True), run=run)

    assert Question.objects.count() == 0
    assert (run.state, run.created) == ("done", 2)
    assert sorted(outcomes(run)) == [("created", LEAVES, None), ("created", TIDES, None)]


def test_a_run_that_lost_its_lock_stops(tmp_path):
    run = ImportRun.objects.create(holder="process 1 on host", source="x")
    ImportRun.objects.update(state="failed")

    with pytest.raises(runs.AlreadyRunningError, match="silent for so long"):
        runs.beat(run, Report())


def test_links_that_a_killed_import_left_open_are_closed_by_the_next(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    RelatedQuestion.objects.update(target=None)
    ImportRun.objects.update(state="failed")

    assert import_files(tree).counts == {"unchanged": len(TREE)}
    assert RelatedQuestion.objects.exclude(target=None).count() == 1
