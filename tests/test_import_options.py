"""import_questions: what may be imported, and on which conditions."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command

from learn import publishing
from learn.content.document import ContentError
from learn.models import Question, Redirect, Status
from tests import library
from tests.files import import_files, question_file, write_tree

pytestmark = pytest.mark.django_db

TREE = {
    f"{subject}/{slug}.md": question_file(f"Why {slug}?", url=f"/learn/{subject}/questions/{slug}")
    for subject, slug in [("physics", "one"), ("physics", "two"), ("biology", "three")]
}
BAD = {"physics/bad.md": "no front matter"}


def addresses(**columns: object) -> list[str]:
    questions = Question.objects.filter(**columns).select_related("subject")
    return sorted(f"{question.subject.slug}/{question.slug}" for question in questions)


def edit(slug: str) -> None:
    question = Question.objects.select_related("subject").get(slug=slug)
    question.title = "Edited?"
    publishing.save([publishing.edition_of(question)])


# ------------------------------------------------------------------------ archives


def zipped(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def tarred(path: Path, members: dict[str, str], mode: str) -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, text in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


@pytest.mark.parametrize("mode", ["zip", "w", "w:gz", "w:bz2", "w:xz"])
def test_an_archive_is_imported_like_its_tree(tmp_path, mode):
    members = {f"learn/{name}": text for name, text in TREE.items()} | {"README.txt": "Hi."}
    archive = tmp_path / "library"
    if mode == "zip":
        zipped(archive, members)
    else:
        tarred(archive, members, mode)

    run = import_files(archive)

    assert (run.status, run.counts) == (0, {"created": 3})
    assert addresses() == ["biology/three", "physics/one", "physics/two"]
    assert import_files(write_tree(tmp_path / "tree", TREE)).counts == {"unchanged": 3}


@pytest.mark.parametrize(
    "name", ["../out.md", "a/../../out.md", "/etc/out.md", "..\\out.md", "C:\\out.md"]
)
def test_nothing_leaves_the_archive_s_own_folder(tmp_path, name):
    archive = zipped(tmp_path / "library.zip", {name: question_file(), **TREE})

    run = import_files(archive)

    assert (run.status, run.counts) == (1, {"created": 3, "rejected": 1})
    assert [error["code"] for error in run.report["errors"]] == ["unsafe-path"]
    assert list(tmp_path.rglob("out.md")) == []


def test_links_and_devices_in_an_archive_are_left_out(tmp_path):
    with tarfile.open(tmp_path / "library.tar", "w") as archive:
        for name, kind in (
            ("physics/link.md", tarfile.SYMTYPE),
            ("physics/pipe.md", tarfile.FIFOTYPE),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)

    assert import_files(tmp_path / "library.tar").counts == {}


def test_a_member_that_unpacks_to_a_giant_is_one_rejected_file(tmp_path):
    archive = zipped(tmp_path / "bomb.zip", {"physics/bomb.md": "\n" * 50_000_000, **TREE})

    run = import_files(archive)

    assert run.counts == {"created": 3, "rejected": 1}
    assert [error["code"] for error in run.report["errors"]] == ["too-large"]


def test_a_broken_archive_is_told_apart_from_a_question(tmp_path):
    archive = zipped(tmp_path / "library.zip", TREE)
    data = archive.read_bytes()
    archive.write_bytes(data[:60] + b"\0" * 40 + data[100:])

    with pytest.raises(CommandError) as refused:
        import_files(archive)

    assert (refused.value.returncode, Question.objects.count()) == (2, 0)


@pytest.mark.parametrize("form", ["file", "zip"])
def test_standard_input_is_a_file_or_an_archive(tmp_path, monkeypatch, form):
    if form == "zip":
        data = zipped(tmp_path / "library.zip", TREE).read_bytes()
    else:
        data = TREE["physics/one.md"].encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    run = import_files(Path("-"))

    assert (run.status, run.counts) == (0, {"created": 3 if form == "zip" else 1})


# ------------------------------------------------------------------------ conditions


def test_strict_writes_all_or_nothing(tmp_path):
    tree = write_tree(tmp_path, TREE | BAD)

    run = import_files(tree, strict=True)

    assert (run.status, run.counts) == (1, {"created": 3, "rejected": 1})
    assert "1 file cannot be read: nothing is written" in run.stderr
    assert Question.objects.count() == 0


@pytest.mark.parametrize(
    ("choice", "counts", "title"),
    [
        ("keep", {"conflicted": 1, "unchanged": 1, "updated": 1}, "Edited?"),
        ("overwrite", {"unchanged": 1, "updated": 2}, "New one?"),
        ("fail", {"conflicted": 1, "unchanged": 1, "updated": 1}, "Edited?"),
    ],
)
def test_an_edit_that_meets_a_new_file_is_kept_overwritten_or_stops_all(
    tmp_path, choice, counts, title
):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    edit("one")
    write_tree(
        tree, {f"physics/{slug}.md": question_file(f"New {slug}?") for slug in ("one", "two")}
    )

    run = import_files(tree, on_conflict=choice)

    assert run.counts == counts
    assert Question.objects.get(slug="one").title == title
    assert Question.objects.get(slug="two").title == (
        "Why two?" if choice == "fail" else "New two?"
    )
    assert run.status == (1 if choice == "fail" else 0)


def test_what_vanished_from_the_tree_is_archived(tmp_path):
    tree = write_tree(
        tmp_path, TREE | {f"physics/{n}.md": question_file(f"{n}?") for n in range(20)}
    )
    import_files(tree)
    (tree / "physics" / "two.md").unlink()

    assert import_files(tree, prune=True, dry_run=True).report["pruned"] == 1
    assert addresses(status=Status.ARCHIVED) == []
    run = import_files(tree, prune=True)

    assert (run.status, run.report["pruned"]) == (0, 1)
    assert addresses(status=Status.ARCHIVED) == ["physics/two"]
    assert import_files(tree, prune=True).report["pruned"] == 0


def test_what_an_import_archived_comes_back_as_it_was_with_its_file(tmp_path):
    tree = write_tree(tmp_path, TREE | {"physics/four.md": question_file("Four?")})
    import_files(tree)
    library.set_status(Question.objects.filter(slug="one"), Status.DRAFT)
    files = [tree / "physics" / "one.md", tree / "physics" / "two.md"]
    for file in files:
        file.unlink()
    import_files(tree, prune=True, yes=True)
    assert addresses(status=Status.ARCHIVED) == ["physics/one", "physics/two"]

    run = import_files(write_tree(tree, TREE))

    assert run.counts == {"updated": 2, "unchanged": 2}
    assert addresses(status=Status.DRAFT) == ["physics/one"]
    assert addresses(status=Status.PUBLISHED) == ["biology/three", "physics/four", "physics/two"]
    assert import_files(tree).counts == {"unchanged": 4}


def test_what_an_editor_archived_stays_so_whatever_its_file_does(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    library.set_status(Question.objects.filter(slug="two"), Status.ARCHIVED)

    assert import_files(tree).counts == {"unchanged": 3}
    import_files(write_tree(tree, {"physics/two.md": question_file("New two?")}))
    assert addresses(status=Status.ARCHIVED) == ["physics/two"]


def test_archiving_more_than_a_tenth_must_be_meant(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    (tree / "physics" / "two.md").unlink()

    refused = import_files(tree, prune=True)
    assert (refused.status, addresses(status=Status.ARCHIVED)) == (1, [])
    assert "1 of 3 questions would be archived" in refused.stderr
    assert import_files(tree, prune=True, yes=True).status == 0
    assert addresses(status=Status.ARCHIVED) == ["physics/two"]


def test_pruning_leaves_edits_other_subjects_and_unreadable_files_alone(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    edit("two")
    (tree / "physics" / "two.md").unlink()
    (tree / "biology" / "three.md").unlink()
    write_tree(tree, {"physics/one.md": "broken"})

    run = import_files(tree, prune=True, yes=True)

    assert (run.report["pruned"], addresses(status=Status.ARCHIVED)) == (0, [])
    assert run.report["notes"] == [
        "/learn/physics/questions/two: its file is gone; it was edited here and stays",
        "no file here is of the subject biology: its 1 question stays;"
        " --prune --subject SLUG archives those of one",
    ]


def test_a_subject_of_which_nothing_is_left_is_archived_where_it_is_named(tmp_path: Path) -> None:
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    (tree / "biology" / "three.md").unlink()

    refused = import_files(tree, prune=True, subject=["biology"])
    assert "1 of 1 questions would be archived" in refused.stderr
    assert refused.stdout.startswith("Would be: ")  # nothing is

    run = import_files(tree, prune=True, yes=True, subject=["biology"])
    assert run.report["pruned"] == 1
    assert addresses(status=Status.ARCHIVED) == ["biology/three"]
    assert import_files(tree, prune=True).report["notes"] == []


def test_an_import_says_what_there_is_to_mend_in_what_it_takes_in(tmp_path: Path) -> None:
    tree = write_tree(tmp_path, TREE | {"physics/one.md": question_file("One?", "Of $x^2^2$.")})
    short = "Answers of a few words: 1 file, first physics/one.md"
    math = "Two scripts at one place of a formula: 1 file, first physics/one.md"

    for is_rehearsal in (True, False):
        run = import_files(tree, dry_run=is_rehearsal)
        assert run.report["notes"][:2] == [short, math]
        assert math in run.stderr
    assert import_files(tree).report["notes"] == []

    write_tree(tree, {f"physics/{n}.md": question_file(f"{n}?", "Yes.") for n in ("two", "four")})
    assert import_files(tree).report["notes"] == [
        "Answers of a few words: 2 files, first physics/four.md"
    ]


def test_only_the_named_subjects_are_imported(tmp_path):
    run = import_files(write_tree(tmp_path, TREE), subject=["biology"])

    assert (run.counts, addresses()) == ({"created": 1}, ["biology/three"])


def test_a_subject_that_no_file_has_is_told(tmp_path: Path) -> None:
    run = import_files(write_tree(tmp_path, TREE), subject=["biology", "alchemy"])
    assert "alchemy: none of the files is of this subject" in run.stderr
    assert "biology:" not in run.stderr


def test_new_questions_can_come_in_as_drafts(tmp_path):
    import_files(write_tree(tmp_path, TREE), status="draft")

    assert addresses(status=Status.DRAFT) == ["biology/three", "physics/one", "physics/two"]


def test_only_what_differs_from_a_git_revision_is_imported(tmp_path):
    tree = write_tree(tmp_path, TREE)
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "All"]):
        subprocess.run(["git", "-C", str(tree), *command], check=True)
    write_tree(
        tree, {"physics/two.md": question_file("New?"), "physics/new.md": question_file("Newer?")}
    )

    run = import_files(tree, changed_since="HEAD")

    assert (run.counts, addresses()) == ({"created": 2}, ["physics/new", "physics/two"])
    with pytest.raises(CommandError, match="nowhere") as refused:
        import_files(tree, changed_since="nowhere")
    assert refused.value.returncode == 2


# ------------------------------------------------------------------------ reports


def test_a_report_is_json_junit_or_text_by_its_ending(tmp_path):
    tree = write_tree(tmp_path / "tree", TREE | BAD)
    for ending in ("json", "xml", "txt"):
        with pytest.raises(SystemExit):
            call_command(
                "import_questions",
                tree,
                report=tmp_path / f"report.{ending}",
                dry_run=True,
                stdout=io.StringIO(),
                stderr=io.StringIO(),
            )

    assert json.loads((tmp_path / "report.json").read_text())["rejected"] == 1
    suite = ElementTree.parse(tmp_path / "report.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("4", "1")
    assert [case.get("name") for case in suite] == ["physics/bad.md"]
    text = (tmp_path / "report.txt").read_text().split("\n")
    assert text[0].startswith("3 created, 0 updated, 0 unchanged, 0 conflicted, 1 rejected")
    error = ContentError("no-front-matter", "the file does not begin with a line '---'")
    assert text[1] == "1 \u00d7 no-front-matter, first in physics/bad.md:1"
    assert text[2] == f"physics/bad.md{error}"


# ------------------------------------------------------------------------ moved addresses


def test_moved_addresses_lead_to_where_the_questions_are_now(tmp_path, client):
    moved = tmp_path / "moved.csv"
    moved.write_text(
        "previous_subject,slug,current_subject\nchemistry,one,physics\nphysics,two,biology\n"
        "physics,three,biology\nart,nothing,physics\n"
    )

    run = import_files(write_tree(tmp_path / "tree", TREE), moved=moved)

    assert run.report["redirected"] == 2
    assert run.report["notes"] == [
        "line 3: a question still stands at /learn/physics/questions/two",
        "line 5: there is no question at /learn/physics/questions/nothing",
    ]
    response = client.get("/learn/chemistry/questions/one")
    assert (response.status_code, response["Location"]) == (301, "/learn/physics/questions/one")
    again = import_files(tmp_path / "tree", moved=moved)
    assert (again.report["redirected"], Redirect.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    "text", ["", "a,b,c\n", "previous_subject,slug,current_subject\nx,y\n", "\xff\xfe"]
)
def test_a_broken_list_of_moves_stops_the_import_before_it_begins(tmp_path, text):
    moved = tmp_path / "moved.csv"
    moved.write_bytes(text.encode("latin-1"))

    with pytest.raises(CommandError) as refused:
        import_files(write_tree(tmp_path / "tree", TREE), moved=moved)

    assert (refused.value.returncode, Question.objects.count()) == (2, 0)


def test_pruning_needs_a_tree_in_which_nothing_is_in_doubt(tmp_path):
    tree = write_tree(tmp_path, TREE)
    import_files(tree)
    (tree / "physics" / "two.md").unlink()
    (tree / "physics" / "two.md").symlink_to("one.md")

    run = import_files(tree, prune=True, yes=True)

    assert (run.status, addresses(status=Status.ARCHIVED)) == (1, [])
    assert "(--prune) needs whole folders" in run.stderr
    assert import_files(tree / "physics" / "one.md", prune=True, yes=True).status == 1
