"""The database -> files: what an export writes, leaves alone, compares and refuses."""

from __future__ import annotations

import contextlib
import csv
import datetime
import difflib
import gc
import inspect
import io
import json
import os
import resource
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from zipfile import ZipFile

import pytest
from django.core.management import call_command, execute_from_command_line
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from learn import exporter, publishing
from learn.models import Question, Status
from tests import library
from tests.files import CORPUS, FIXTURES, SEED, import_files, question_file, related, write_tree

pytestmark = pytest.mark.django_db

TIDES = "physics/why-do-tides-come-twice-a-day.md"
LEAVES = "biology/why-are-leaves-green.md"
TREE = {
    TIDES: question_file(related_article1=related("why-are-leaves-green", "biology")),
    LEAVES: question_file(
        "Why are leaves green?",
        subject="Biology",
        file_name="why-are-leaves-green.md",
        url="/learn/biology/questions/why-are-leaves-green",
    ),
}


class Exported(NamedTuple):
    """What a run of `manage.py export_questions` said."""

    status: int
    lines: list[str]
    error: str

    @property
    def summary(self) -> str:
        """The last line without its time."""
        return self.lines[-1].rpartition(" in ")[0]


def export(path: Path, *options: str) -> Exported:
    stdout, status, message = io.StringIO(), 0, ""
    try:
        call_command("export_questions", path, *options, stdout=stdout)
    except CommandError as error:
        status, message = error.returncode, str(error)
    except SystemExit as stop:
        status = int(stop.code or 0)
    return Exported(status, stdout.getvalue().splitlines(), message)


def contents(root: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too, with its bytes; a link with its target."""
    paths = {path.relative_to(root).as_posix(): path for path in root.rglob("*")}
    return {
        name: os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
        for name, path in paths.items()
        if path.is_symlink() or not path.is_dir()
    }


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree that has just been imported."""
    root = write_tree(tmp_path / "tree", TREE)
    import_files(root)
    return root


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where nothing is yet."""
    return tmp_path / "out"


def at(slug: str) -> Question:
    return Question.objects.get(slug=slug)


def tides() -> Question:
    return at("why-do-tides-come-twice-a-day")


def edit(question: Question, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(question, name, value)
    publishing.save([publishing.edition_of(question)])


# ---------------------------------------------------------------------------- byte for byte


def test_an_import_exports_to_the_same_tree(tree, out):
    run = export(out)

    assert (run.status, run.summary) == (0, "2 written, 0 unchanged, 0 extra")
    assert contents(out) == contents(tree)


def test_the_shipped_library_exports_to_the_same_tree(out):
    import_files(FIXTURES)

    export(out)

    assert contents(out) == contents(FIXTURES / "learn")


def test_line_ends_marks_comments_unknown_keys_and_odd_names_are_exported_as_they_came(
    tmp_path, out
):
    tree = write_tree(
        tmp_path / "tree",
        {
            "physics/crlf.md": question_file().replace("\n", "\r\n"),
            "physics/cr.md": question_file().replace("\n", "\r"),
            "physics/marked.md": "\ufeff" + question_file().replace("\n", "\r\n"),
            "physics/comment.md": question_file().replace("author:", "# who\nauthor:"),
            "physics/unknown.md": question_file(level="[1, {a: 3}]"),
            "physics/body.md": question_file() + "\r\nand a mixed\nbody\n\n",
            "physics/潮汐-😀.md": question_file("潮汐？"),
            "ciências/a--b&c'(d),e+f.md": question_file(),
        },
    )
    assert import_files(tree).status == 0

    export(out)

    assert contents(out) == contents(tree)


@pytest.mark.skipif(not SEED.exists(), reason="the seed is not beside this checkout")
def test_the_seed_file_exports_to_the_same_bytes(out):
    [seed] = SEED.iterdir()
    import_files(seed)

    export(out)

    assert list(contents(out).values()) == [seed.read_bytes()]


@pytest.mark.skipif(not CORPUS.exists(), reason="the real corpus is not beside this checkout")
def test_the_real_corpus_exports_to_the_same_tree(out):
    assert import_files(CORPUS).status == 0

    export(out)

    assert contents(out) == contents(CORPUS)
    assert export(CORPUS, "--check").status == 0


def test_an_edit_changes_only_its_own_lines(tree, out):
    edit(tides(), author="Ann")

    export(out)

    before, after = (root.joinpath(TIDES).read_text().split("\n") for root in (tree, out))
    differences = [line for line in difflib.ndiff(before, after) if not line.startswith("  ")]
    assert differences == ["- author: QuickTakes", "+ author: Ann"]
    assert (out / LEAVES).read_bytes() == (tree / LEAVES).read_bytes()


def test_an_edit_that_was_exported_imports_without_a_conflict(tree):
    edit(tides(), author="Ann")

    export(tree)

    assert import_files(tree).counts == {"unchanged": 2}
    assert Question.objects.filter(is_edited=True).count() == 0


def test_a_question_made_here_exports_to_a_file_that_an_import_takes(tree):
    library.question("Why is ice slippery?", slug="why-is-ice-slippery", place="chemistry")

    export(tree)

    assert (tree / "chemistry/why-is-ice-slippery.md").exists()
    assert import_files(tree).counts == {"unchanged": 3}


# ------------------------------------------------------------------------ what is exported


def test_drafts_and_scheduled_questions_are_exported_and_archived_ones_are_not(out):
    library.question(slug="draft", status=Status.DRAFT)
    library.question(slug="published")
    library.question(slug="scheduled", publish_at=timezone.now() + datetime.timedelta(days=9))
    library.question(slug="archived", status=Status.ARCHIVED)

    export(out)

    assert sorted(contents(out)) == [
        "physics/draft.md",
        "physics/published.md",
        "physics/scheduled.md",
    ]


def test_changed_exports_only_what_was_edited_since_its_import(tree, out):
    edit(tides(), author="Ann")

    run = export(out, "--changed")

    assert run.summary == "1 written, 0 unchanged, 0 extra"
    assert list(contents(out)) == [TIDES]


def test_changed_does_not_take_the_files_of_other_questions_for_extra_ones(tree):
    edit(tides(), author="Ann")

    assert export(tree, "--changed").summary == "1 written, 0 unchanged, 0 extra"


def test_changed_exports_nothing_after_an_import(tree, out):
    assert export(out, "--changed").summary == "0 written, 0 unchanged, 0 extra"
    assert contents(out) == {}


def test_only_the_subjects_that_were_asked_for_are_exported(tree, out):
    library.question(slug="ice", place="chemistry")

    export(out, "--subject", "biology", "--subject", "chemistry")

    assert sorted(contents(out)) == [LEAVES, "chemistry/ice.md"]


# -------------------------------------------------------------------- what is in the tree


def test_a_file_that_holds_the_same_bytes_is_not_touched(tree):
    edit(tides(), author="Ann")
    before = (tree / LEAVES).stat()

    run = export(tree)

    after = (tree / LEAVES).stat()
    assert run.summary == "1 written, 1 unchanged, 0 extra"
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_that_begins_with_the_same_bytes_is_replaced(tree, out):
    export(out)
    with (out / TIDES).open("ab") as stream:
        stream.write(b" ")

    assert export(out).summary == "1 written, 1 unchanged, 0 extra"
    assert contents(out) == contents(tree)


def test_files_that_no_question_has_are_counted_and_left_alone(tree):
    write_tree(tree, {"physics/mine.md": "mine", "mine/deep/er.markdown": "mine", "note.txt": "n"})
    before = contents(tree)

    assert export(tree).summary == "0 written, 2 unchanged, 2 extra"
    assert contents(tree) == before


def test_a_moved_question_is_exported_where_it_is_now_and_its_old_file_is_extra(tree):
    edit(tides(), slug="tides")

    run = export(tree)

    assert run.summary == "1 written, 1 unchanged, 1 extra"
    assert (tree / "physics/tides.md").read_bytes() == at("tides").source.encode()
    assert export(tree, "--check").lines[:-1] == [f"extra: {TIDES}"]


# ---------------------------------------------------------------------------------- checks


def test_status_0_when_the_database_and_the_tree_agree(tree):
    run = export(tree, "--check")

    assert (run.status, run.lines[:-1]) == (0, [])
    assert run.summary == "2 equal, 0 missing, 0 differing, 0 extra"


def test_status_1_when_they_differ_and_every_file_is_named(tree):
    write_tree(tree, {"physics/extra.md": question_file(), "alchemy/gold.md": question_file()})
    edit(tides(), author="Ann")
    library.question(slug="ice", place="chemistry")

    run = export(tree, "--check")

    assert run.status == 1
    assert run.lines[:-1] == [
        "missing: chemistry/ice.md",
        f"differing: {TIDES}",
        "extra: alchemy/gold.md",
        "extra: physics/extra.md",
    ]
    assert run.summary == "1 equal, 1 missing, 1 differing, 2 extra"


def test_a_check_writes_nothing(tree):
    edit(tides(), author="Ann")
    library.question(slug="ice", place="chemistry")
    before = contents(tree)

    export(tree, "--check")

    assert contents(tree) == before
    assert not (tree / "chemistry").exists()


def test_a_check_of_one_subject_sees_no_other(tree):
    write_tree(tree, {"biology/extra.md": question_file(), "note.md": question_file()})
    edit(at("why-are-leaves-green"), author="Ann")

    assert export(tree, "--check", "--subject", "physics").status == 0
    assert export(tree, "--check", "--subject", "biology").lines[:-1] == [
        f"differing: {LEAVES}",
        "extra: biology/extra.md",
    ]


def test_the_file_of_an_archived_question_is_extra(tree):
    library.set_status(Question.objects.filter(pk=tides().pk), Status.ARCHIVED)

    assert export(tree, "--check").lines[:-1] == [f"extra: {TIDES}"]


def test_a_tree_agrees_after_its_export(tree):
    edit(tides(), author="Ann")
    library.question(slug="ice", place="chemistry")

    export(tree)

    assert export(tree, "--check").status == 0


# ---------------------------------------------------------------------------- never outside


@pytest.mark.parametrize("slug", ["../outside", "..", "/etc/outside", "a/b", "a\\b", ".hidden"])
def test_a_slug_that_leaves_the_tree_stops_the_export_before_it_begins(slug, tmp_path):
    library.question(slug="a-good-one", place="biology")
    library.question(slug=slug)

    for form in ("files", "zip"):
        run = export(tmp_path / form, "--format", form)
        assert run.status == 2
        assert f"the slug '{slug}' holds a character that an address cannot have" in run.error
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("place", ["..", "../outside", "."])
def test_a_subject_that_leaves_the_tree_stops_it_too(place, out, tmp_path):
    library.question(place=place)

    run = export(out)

    assert run.status == 2
    assert f"the subject '{place}' holds a character that an address cannot have" in run.error
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("check", [(), ("--check",)], ids=["export", "check"])
@pytest.mark.parametrize("name", ["physics", TIDES])
@pytest.mark.parametrize("target", ["outside", "tree/inside", None])
def test_a_symbolic_link_in_the_tree_is_not_followed_even_to_the_same(
    check, name, target, tree, tmp_path
):
    (tree / name).rename(tmp_path / (target or "away"))
    (tree / name).symlink_to(tmp_path / (target or "nowhere"))
    before = contents(tmp_path)

    run = export(tree, *check)

    link = f"{os.path.realpath(tree)}/{name}"
    assert (run.status, run.error) == (
        2,
        f"{link}: this is a symbolic link, which is not followed",
    )
    assert contents(tmp_path) == before


def test_the_tree_itself_may_be_named_by_a_link(tree, out):
    out.symlink_to(tree)

    assert export(out, "--check").status == 0


# --------------------------------------------------------------------- what cannot be written


@pytest.fixture
def readonly() -> Iterator[Path]:
    """A folder that the process may not write to, be it root's or not."""
    with TemporaryDirectory() as folder:
        os.chmod(folder, 0o555)
        privileged = os.geteuid() == 0
        if privileged:
            os.seteuid(65534)
        try:
            yield Path(folder)
        finally:
            if privileged:
                os.seteuid(0)
            os.chmod(folder, 0o755)


@pytest.mark.parametrize("form", ["files", *exporter.FORMS])
def test_a_folder_that_cannot_be_written_is_named(form, tree, readonly):
    run = export(readonly / "out", "--format", form)

    assert (run.status, run.error) == (2, f"{readonly}/out: Permission denied")


def test_a_tree_that_cannot_be_written_is_named(tree, readonly):
    run = export(readonly)

    assert (run.status, run.error) == (2, f"{readonly}/biology: Permission denied")


@contextlib.contextmanager
def disk_full_after(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes, as a full disk would not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_whole_files_only(out):
    for slug in ("a", "b", "c"):
        library.question("Why?", slug=slug)
    export(out)
    before = contents(out)
    for slug, answer in (("a", "Short."), ("b", "Long. " * 5_000), ("c", "Short.")):
        edit(at(slug), answer=answer)

    with disk_full_after(10_000):
        run = export(out)

    assert (run.status, run.error) == (
        2,
        f"{os.path.realpath(out)}/physics/b.md: File too large",
    )
    assert contents(out) == {
        "physics/a.md": at("a").source.encode(),
        "physics/b.md": before["physics/b.md"],
        "physics/c.md": before["physics/c.md"],
    }


@pytest.mark.parametrize("form", exporter.FORMS)
def test_a_full_disk_leaves_the_one_file_that_was_there(form, tmp_path):
    library.question(answer="".join(f"{number**9} " for number in range(20_000)))
    write_tree(tmp_path, {"library": "as it was"})

    with disk_full_after(100):
        run = export(tmp_path / "library", "--format", form)

    assert (run.status, run.error) == (2, f"{os.path.realpath(tmp_path)}/library: File too large")
    assert contents(tmp_path) == {"library": b"as it was"}


@pytest.mark.parametrize("form", ["files", *exporter.FORMS])
def test_what_a_killed_export_left_is_swept_by_the_next(form, tree, tmp_path):
    target = tmp_path / "out" if form == "files" else tmp_path / "out" / "library"
    export(target.parent if form != "files" else target)  # makes the folders
    left = tmp_path / "out" / ("physics" if form == "files" else "") / ".0123456789abcdef.tmp"
    left.write_bytes(b"half a fi")
    os.utime(left, (0, 0))

    assert export(target, "--format", form).status == 0

    assert not left.exists()


@pytest.mark.parametrize("form", ["files", *exporter.FORMS])
def test_an_export_that_fails_leaves_no_query_open(form, tmp_path):
    library.question(answer="".join(f"{number**9} " for number in range(20_000)))

    with disk_full_after(100), pytest.raises(exporter.ExportError) as kept:
        exporter.export_questions(tmp_path / form, form=form)

    assert kept.value
    generators = filter(inspect.isgenerator, gc.get_objects())
    assert [one for one in generators if one.__name__ == "cursor_iter"] == []


# ---------------------------------------------------------------------------- exit statuses


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "the following arguments are required: DIR"),
        (("out", "--format", "pdf"), "argument --format: invalid choice: 'pdf'"),
        (("out", "--unknown"), "unrecognized arguments: --unknown"),
        (("out", "--subject"), "argument --subject: expected one argument"),
        (("out", "--subject", "alchemy"), "there is no subject 'alchemy'"),
        (("out", "--check"), "out: there is no such folder"),
        ((".", "--check", "--format", "zip"), "only a tree of files can be checked"),
        (("file",), "file: this is no folder"),
        (("file", "--check"), "file: this is no folder"),
        (("file/out",), "file/out: Not a directory"),
        ((".", "--format", "zip"), "this is no file"),
        (("out/library.zip", "--format", "zip"), "out: there is no such folder"),
    ],
    ids=" ".join,
)
def test_status_2_for_wrong_usage(arguments, reason, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_tree(tmp_path, {"file": ""})
    stderr = io.StringIO()

    with contextlib.redirect_stderr(stderr), pytest.raises(SystemExit) as stop:
        execute_from_command_line(["manage.py", "export_questions", *arguments])

    assert stop.value.code == 2
    assert reason in stderr.getvalue()
    assert stderr.getvalue().count("Traceback") == 0
    assert contents(tmp_path) == {"file": b""}


def test_status_0_for_a_library_without_questions(out):
    run = export(out)

    assert (run.status, run.summary) == (0, "0 written, 0 unchanged, 0 extra")


# -------------------------------------------------------------------------------- one file


def test_an_archive_holds_the_tree(tree, tmp_path, out):
    run = export(tmp_path / "library.zip", "--format", "zip")

    ZipFile(tmp_path / "library.zip").extractall(out)
    assert run.summary == "2 written, 0 unchanged, 0 extra"
    assert contents(out) == contents(tree)


def test_an_archive_is_the_same_bytes_every_time(tree, tmp_path, monkeypatch):
    export(tmp_path / "one.zip", "--format", "zip")
    edit(tides(), author="Ann")
    edit(tides(), author="QuickTakes")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)

    export(tmp_path / "two.zip", "--format", "zip")

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_an_archive_is_sorted_by_bytes_whatever_the_database_sorts_by(tmp_path):
    for place, slug in (("a-b", "x"), ("a", "é"), ("a", "b"), ("a", "B"), ("a", "b-c")):
        library.question(place=place, slug=slug)

    export(tmp_path / "library.zip", "--format", "zip")

    names = ["a/B.md", "a/b.md", "a/b-c.md", "a/é.md", "a-b/x.md"]
    assert ZipFile(tmp_path / "library.zip").namelist() == names


def lines_of(tmp_path: Path) -> list[dict[str, Any]]:
    export(tmp_path / "library.jsonl", "--format", "jsonl")
    text = (tmp_path / "library.jsonl").read_text(encoding="utf-8")
    return [
        json.loads(line, parse_constant=pytest.fail) for line in text.removesuffix("\n").split("\n")
    ]


def test_a_line_of_json_holds_all_that_a_question_says(tree, tmp_path):
    leaves, line = lines_of(tmp_path)

    assert leaves["title"] == "Why are leaves green?"
    assert line == {
        "address": "/learn/physics/questions/why-do-tides-come-twice-a-day",
        "subject": "physics",
        "slug": "why-do-tides-come-twice-a-day",
        "status": "published",
        "title": "Why do tides come twice a day?",
        "answer": tides().answer,
        "date": "2025-01-31",
        "schema": "default",
        "id": 4101,
        "article_title": "Why do tides come twice a day?",
        "date_format": "MMM DD, YYYY",
        "post_on_text": "Posted on",
        "seo": {
            "title": "QuickTakes | Physics",
            "page_description": "How the Moon and the Sun raise the sea, and why it rises twice.",
            "page_keywords": "tides, Moon, gravity",
            "extra": {},
        },
        "author": "QuickTakes",
        "question": "Why do tides come twice a day?",
        "no_index": None,
        "file_name": "why-do-tides-come-twice-a-day.md",
        "url": "/learn/physics/questions/why-do-tides-come-twice-a-day",
        "canonical_url": "",
        "score": -1.0,
        "related": {
            "1": {
                "id": 4102,
                "title": "A related question?",
                "subject": "Biology",
                "url": "/learn/biology/questions/why-are-leaves-green",
                "extra": {},
            }
        },
        "extra": {},
        "body": "\n&nbsp;",
        "subject_name": "Physics",
    }


def test_json_takes_unknown_keys_and_numbers_without_end(tmp_path):
    file = question_file(score=".inf", level="[1, {a: -.inf}, 潮汐]")
    import_files(write_tree(tmp_path, {"physics/tides.md": file}))

    [line] = lines_of(tmp_path)

    assert (line["score"], line["extra"]) == (None, {"level": [1, {"a": None}, "潮汐"]})


def rows_of(tmp_path: Path) -> list[dict[str, str]]:
    export(tmp_path / "library.csv", "--format", "csv")
    with (tmp_path / "library.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_row_of_the_table_holds_what_a_list_needs(tree, tmp_path):
    assert rows_of(tmp_path)[1] == {
        "subject": "physics",
        "slug": "why-do-tides-come-twice-a-day",
        "title": "Why do tides come twice a day?",
        "date": "2025-01-31",
        "status": "published",
        "no_index": "False",
        "findings": str(tides().problem_count),
        "description": "How the Moon and the Sun raise the sea, and why it rises twice.",
        "keywords": "tides, Moon, gravity",
        "address": "/learn/physics/questions/why-do-tides-come-twice-a-day",
    }


def test_a_table_keeps_commas_quotes_newlines_and_other_scripts(tmp_path):
    library.question('A, "B"; 潮汐 😀?', page_description="one\ntwo")

    [row] = rows_of(tmp_path)

    assert (row["title"], row["description"]) == ('A, "B"; 潮汐 😀?', "one\ntwo")
    assert (tmp_path / "library.csv").read_bytes().startswith(b"\xef\xbb\xbfsubject,slug,")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_runs_no_cell(sign, tmp_path):
    formula = f'{sign}HYPERLINK("https://example.org";"x")'
    library.question(formula, slug=f"{sign.strip()}slug", page_keywords=formula)

    [row] = rows_of(tmp_path)

    assert row["title"] == row["keywords"] == f"'{formula}"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


def test_changed_and_subject_choose_the_rows_of_a_table_too(tree, tmp_path):
    edit(tides(), author="Ann")

    for options in (("--changed",), ("--subject", "physics")):
        export(tmp_path / "library.csv", "--format", "csv", *options)
        text = (tmp_path / "library.csv").read_text(encoding="utf-8-sig")
        assert [line.partition(",")[0] for line in text.splitlines()] == ["subject", "physics"]


# ------------------------------------------------------------------------------------ cost


@pytest.mark.parametrize("form", ["files", *exporter.FORMS])
def test_many_questions_cost_the_queries_of_one(form, tmp_path, monkeypatch):
    monkeypatch.setattr(exporter, "CHUNK", 10)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert export(tmp_path / form, "--format", form).status == 0
        return len(captured)

    library.question()
    one = queries()
    for number in range(30):
        library.question(place=f"subject-{number % 3}")

    assert queries() == one
