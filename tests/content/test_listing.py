"""Folders and files -> the question files among them: what is one, and in which order."""

import os

import pytest

from learn.content import listing
from learn.content.addresses import Address
from learn.content.document import ContentError
from learn.content.listing import SourceFile
from tests.files import question_file, write_tree

TIDES = question_file()


def walked(*paths) -> tuple[list[SourceFile], list[ContentError]]:
    items = list(listing.walk(paths))
    files = [item for item in items if isinstance(item, SourceFile)]
    return files, [item for item in items if isinstance(item, ContentError)]


def found(*paths) -> list[tuple[str, Address | None]]:
    files, errors = walked(*paths)
    assert errors == []
    return [(file.name, file.address) for file in files]


def refused(*paths) -> list[tuple[str, str]]:
    return [(error.file, error.code) for error in walked(*paths)[1]]


# -------------------------------------------------------------------------- listing


def test_the_folder_of_a_file_is_its_subject_and_its_name_the_slug(tmp_path):
    write_tree(tmp_path, {"physics/tides.md": TIDES, "learn/earth-science/sea.md": TIDES})

    assert found(tmp_path) == [
        ("learn/earth-science/sea.md", Address("earth-science", "sea")),
        ("physics/tides.md", Address("physics", "tides")),
    ]


def test_names_are_listed_in_the_same_order_on_every_machine(tmp_path):
    write_tree(tmp_path, dict.fromkeys(("b/z.md", "a-b/z.md", "a/z.md", "a/B.md"), TIDES))

    assert [name for name, _ in found(tmp_path)] == ["a-b/z.md", "a/B.md", "a/z.md", "b/z.md"]


def test_other_files_and_hidden_ones_are_passed_over(tmp_path):
    others = ("README.txt", ".hidden.md", ".git/x.md", "__MACOSX/x.md", "moved.csv", "tides.md.bak")
    write_tree(tmp_path, {"physics/tides.markdown": TIDES, "physics/SEA.MD": TIDES})
    write_tree(tmp_path, {f"physics/{name}": TIDES for name in others})

    assert [name for name, _ in found(tmp_path)] == ["physics/SEA.MD", "physics/tides.markdown"]


def test_a_folder_without_questions_gives_none(tmp_path):
    assert found(tmp_path) == []


def test_a_slug_keeps_its_dots(tmp_path):
    write_tree(tmp_path, {"physics/what-is-v1.5.md": TIDES})

    assert found(tmp_path) == [("physics/what-is-v1.5.md", Address("physics", "what-is-v1.5"))]


def test_a_file_that_stands_in_no_subject_folder_has_no_address_yet(tmp_path):
    write_tree(tmp_path, {"tides.md": TIDES, "seed.txt": TIDES})

    assert found(tmp_path / "tides.md", tmp_path / "seed.txt") == [
        ("seed.txt", None),
        ("tides.md", None),
    ]
    assert found(tmp_path) == [("tides.md", None)]


def test_a_file_named_twice_is_listed_once(tmp_path):
    write_tree(tmp_path, {"physics/tides.md": TIDES})

    assert found(tmp_path, tmp_path) == [("physics/tides.md", Address("physics", "tides"))]


# ------------------------------------------------------------- what is no question file


def test_a_symbolic_link_is_not_followed(tmp_path):
    write_tree(tmp_path, {"outside/secret.md": TIDES, "tree/physics/tides.md": TIDES})
    tree = tmp_path / "tree"
    (tree / "physics" / "secret.md").symlink_to(tmp_path / "outside" / "secret.md")
    (tree / "physics" / "gone.md").symlink_to("nowhere.md")
    (tree / "physics" / "self.md").symlink_to("self.md")
    (tree / "loop").symlink_to(tree)

    assert sorted(refused(tree)) == [
        ("loop", "not-a-file"),
        ("physics/gone.md", "not-a-file"),
        ("physics/secret.md", "not-a-file"),
        ("physics/self.md", "not-a-file"),
    ]
    assert [file.name for file in walked(tree)[0]] == ["physics/tides.md"]


def test_a_link_that_nobody_would_take_for_a_question_is_no_error(tmp_path):
    write_tree(tmp_path, {"LICENSE": "MIT", "physics/tides.md": TIDES})
    (tmp_path / "physics" / "LICENSE").symlink_to("../LICENSE")

    assert refused(tmp_path) == []


def test_a_pipe_and_a_folder_with_a_question_s_name_are_refused(tmp_path):
    write_tree(tmp_path, {"physics/tides.md": TIDES, "physics/folder.md/inside.md": TIDES})
    os.mkfifo(tmp_path / "physics" / "pipe.md")

    files, errors = walked(tmp_path)

    assert [file.name for file in files] == ["physics/tides.md"]
    assert [(error.file, error.code, error.message) for error in errors] == [
        ("physics/folder.md", "not-a-file", "this is a folder"),
        ("physics/pipe.md", "not-a-file", "this is a pipe, socket or device"),
    ]


def test_a_folder_that_cannot_be_listed_is_one_error(tmp_path):
    """Its path is longer than the system takes, which even root cannot get around."""
    write_tree(tmp_path, {"physics/tides.md": TIDES})
    name = "d" * 250
    descriptor = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir(name, dir_fd=descriptor)
        inner = os.open(name, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    os.close(descriptor)

    files, errors = walked(tmp_path)

    assert [file.name for file in files] == ["physics/tides.md"]
    assert [error.code for error in errors] == ["unreadable"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_that_may_not_be_listed_is_one_error(tmp_path):
    write_tree(tmp_path, {"physics/tides.md": TIDES, "secret/x.md": TIDES})
    (tmp_path / "secret").chmod(0)

    assert refused(tmp_path) == [("secret", "unreadable")]


# ---------------------------------------------------------------------------- collisions


def test_names_that_differ_by_case_collide(tmp_path):
    write_tree(tmp_path, {"physics/Tides.md": TIDES, "physics/tides.md": TIDES})

    files, errors = walked(tmp_path)

    assert [file.name for file in files] == ["physics/Tides.md"]
    assert [(error.file, error.code, error.message) for error in errors] == [
        (
            "physics/tides.md",
            "name-collision",
            "its address differs from that of 'physics/Tides.md' only by case or Unicode form",
        )
    ]


def test_subjects_that_differ_by_case_collide(tmp_path):
    write_tree(tmp_path, {"Physics/tides.md": TIDES, "physics/tides.md": TIDES})

    assert refused(tmp_path) == [("physics/tides.md", "name-collision")]


def test_of_two_unicode_forms_the_composed_one_is_taken(tmp_path):
    write_tree(tmp_path, {"physics/caf\u00e9.md": TIDES, "physics/cafe\u0301.md": TIDES})

    assert refused(tmp_path) == [("physics/cafe\u0301.md", "name-collision")]


def test_two_endings_of_one_name_have_the_same_address(tmp_path):
    write_tree(tmp_path, {"physics/tides.md": TIDES, "physics/tides.markdown": TIDES})

    [error] = walked(tmp_path)[1]

    assert (error.file, error.code) == ("physics/tides.md", "duplicate-address")


def test_a_file_below_two_folders_given_is_listed_once(tmp_path):
    write_tree(tmp_path, {"physics/tides.md": TIDES, "biology/leaves.md": TIDES})

    assert [name for name, _ in found(tmp_path / "physics", tmp_path)] == [
        "tides.md",
        "biology/leaves.md",
    ]


def test_one_subject_in_two_places_is_one_subject(tmp_path):
    tree = {"a/physics/tides.md": TIDES, "b/physics/sea.md": TIDES, "c/Physics/Tides.md": TIDES}
    write_tree(tmp_path, tree)

    files, errors = walked(tmp_path)

    assert [file.name for file in files] == ["a/physics/tides.md", "b/physics/sea.md"]
    assert [(error.file, error.code) for error in errors] == [
        ("c/Physics/Tides.md", "name-collision")
    ]
