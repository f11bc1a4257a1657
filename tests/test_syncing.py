"""sync_questions: a tree and the database, both ways."""

from __future__ import annotations

import io
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.management import CommandError, call_command

from learn import publishing
from learn.models import Question, Status
from tests import library
from tests.files import import_files, question_file, write_tree

pytestmark = pytest.mark.django_db


def file(title: str, slug: str) -> str:
    return question_file(title, url=f"/learn/physics/questions/{slug}", file_name=f"{slug}.md")


ONE, TWO, THREE = (f"physics/{slug}.md" for slug in ("one", "two", "three"))
TREE = {ONE: file("One?", "one"), TWO: file("Two?", "two"), THREE: file("Three?", "three")}


class Sync(NamedTuple):
    status: int
    out: list[str]
    err: list[str]


def sync(tree: Path, **options: object) -> Sync:
    out, err = io.StringIO(), io.StringIO()
    status = 0
    try:
        call_command("sync_questions", tree, stdout=out, stderr=err, **options)
    except SystemExit as ended:
        status = int(ended.code or 0)
    except CommandError as error:
        status = error.returncode
        err.write(str(error))
    return Sync(status, out.getvalue().splitlines(), err.getvalue().splitlines())


def edit(standing: str, **columns: object) -> Question:
    question = Question.objects.select_related("subject").get(slug=standing)
    for name, value in columns.items():
        setattr(question, name, value)
    publishing.save([publishing.edition_of(question)])
    return question


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = write_tree(tmp_path / "learn", TREE)
    import_files(tree)
    return tree


def contents(tree: Path) -> dict[str, str]:
    return {
        str(path.relative_to(tree)): path.read_bytes().decode()
        for path in sorted(tree.rglob("*"))
        if path.is_file()
    }


def test_where_nothing_changed_nothing_is_done(tree: Path) -> None:
    assert sync(tree).status == 0
    assert contents(tree) == TREE


def test_what_changed_in_the_tree_is_imported(tree: Path) -> None:
    write_tree(tree, {ONE: file("New?", "one"), "physics/four.md": file("Four?", "four")})

    done = sync(tree)

    assert done.out[0].startswith("1 created, 1 updated, 2 unchanged")
    assert Question.objects.get(slug="one").title == "New?"
    assert Question.objects.filter(slug="four").exists()


def test_what_changed_here_is_written_into_the_tree_and_counts_as_imported(tree: Path) -> None:
    edited = edit("one", title="Edited?")

    done = sync(tree)

    assert (done.status, done.out[0]) == (0, f"written: {ONE}")
    assert contents(tree) == TREE | {ONE: edited.source}
    edited.refresh_from_db()
    assert edited.is_edited is False
    assert sync(tree).out[-1] == "0 written, 0 removed, 0 in conflict"


def test_a_question_made_here_becomes_a_file_beside_the_others(tree: Path) -> None:
    made = library.question("Made?", place="physics", slug="made")
    elsewhere = library.question("Art?", place="art", slug="why")

    sync(tree.parent)

    added = {"physics/made.md": made.source, "art/why.md": elsewhere.source}
    assert contents(tree) == TREE | added


def test_a_change_on_both_sides_is_a_conflict_and_stays_on_both(tree: Path) -> None:
    edit("one", title="Edited?")
    write_tree(tree, {ONE: file("New?", "one")})

    done = sync(tree)

    assert (done.status, done.err) == (1, [f"{ONE}: changed in the tree and here"])
    assert contents(tree)[ONE] == file("New?", "one")
    assert Question.objects.get(slug="one").title == "Edited?"


def test_the_same_change_on_both_sides_is_none(tree: Path) -> None:
    edited = edit("one", title="Edited?")
    write_tree(tree, {ONE: edited.source})

    assert sync(tree).status == 0
    edited.refresh_from_db()
    assert edited.is_edited is False


def test_a_file_that_was_deleted_archives_its_question(tree: Path) -> None:
    (tree / ONE).unlink()

    assert sync(tree).status == 2
    assert sync(tree, yes=True).status == 0
    assert Question.objects.get(slug="one").status == Status.ARCHIVED


def test_a_file_that_was_deleted_while_its_question_was_edited_is_a_conflict(tree: Path) -> None:
    edit("one", title="Edited?")
    (tree / ONE).unlink()

    done = sync(tree)

    assert (done.status, done.err) == (
        1,
        ["/learn/physics/questions/one: its file is gone; it was edited here and stays"],
    )
    assert ONE not in contents(tree)


def test_a_question_that_moved_takes_its_file_along(tree: Path) -> None:
    moved = edit("one", slug="uno", title="Edited?")

    done = sync(tree)

    assert (done.status, done.out[:2]) == (0, ["written: physics/uno.md", f"removed: {ONE}"])
    assert contents(tree) == {TWO: TREE[TWO], THREE: TREE[THREE], "physics/uno.md": moved.source}
    assert sync(tree).out[-1] == "0 written, 0 removed, 0 in conflict"


def test_a_file_at_an_old_address_that_says_something_new_is_not_removed(tree: Path) -> None:
    edit("one", slug="uno")
    write_tree(tree, {ONE: file("New?", "one")})

    done = sync(tree)

    assert done.status == 1
    assert contents(tree)[ONE] == file("New?", "one")


def test_a_dry_run_says_the_same_and_writes_nothing(tree: Path) -> None:
    edit("one", slug="uno")
    write_tree(tree, {TWO: file("New?", "two")})
    before = contents(tree)

    foretold = sync(tree, dry_run=True)

    assert contents(tree) == before
    assert Question.objects.get(slug="two").title == "Two?"
    done = sync(tree)
    assert foretold.out[:2] == done.out[:2] == ["written: physics/uno.md", f"removed: {ONE}"]


def test_a_link_in_the_place_of_a_folder_is_not_followed(tree: Path, tmp_path: Path) -> None:
    library.question("Made?", place="art", slug="made")
    (tmp_path / "outside").mkdir()
    (tree / "art").symlink_to(tmp_path / "outside")

    assert sync(tree).status == 2
    assert list((tmp_path / "outside").iterdir()) == []


def test_an_archived_question_keeps_its_file(tree: Path) -> None:
    library.set_status(Question.objects.filter(slug="one"), Status.ARCHIVED)

    assert sync(tree).status == 0
    assert contents(tree) == TREE
