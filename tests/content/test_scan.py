"""Folders and files -> readings: what is a question file, what is not, and in which order."""

import os
import signal

import pytest

from learn.content import scan
from learn.content.addresses import Address
from tests.files import question_file, write_tree

TIDES = question_file()


def found(*paths) -> list[tuple[str, Address | None]]:
    files, errors = scan.find(paths)
    assert errors == []
    return [(file.name, file.address) for file in files]


def refused(*paths) -> list[tuple[str, str]]:
    return [(error.file, error.code) for error in scan.find(paths)[1]]


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
    assert [file.name for file in scan.find([tree])[0]] == ["physics/tides.md"]


def test_a_link_that_nobody_would_take_for_a_question_is_no_error(tmp_path):
    write_tree(tmp_path, {"LICENSE": "MIT", "physics/tides.md": TIDES})
    (tmp_path / "physics" / "LICENSE").symlink_to("../LICENSE")

    assert refused(tmp_path) == []


def test_a_pipe_and_a_folder_with_a_question_s_name_are_refused(tmp_path):
    write_tree(tmp_path, {"physics/tides.md": TIDES, "physics/folder.md/inside.md": TIDES})
    os.mkfifo(tmp_path / "physics" / "pipe.md")

    files, errors = scan.find([tmp_path])

    assert [file.name for file in files] == ["physics/tides.md"]
    assert [(error.file, error.code, error.message) for error in errors] == [
        ("physics/folder.md", "not-a-file", "this is a folder"),
        ("physics/pipe.md", "not-a-file", "this is a pipe, socket or device"),
    ]


def test_a_pipe_named_itself_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    [file], _ = scan.find([tmp_path / "pipe.md"])

    error = scan.read(file).error

    assert (error.file, error.code) == ("pipe.md", "not-a-file")


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

    files, errors = scan.find([tmp_path])

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

    files, errors = scan.find([tmp_path])

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

    [error] = scan.find([tmp_path])[1]

    assert (error.file, error.code) == ("physics/tides.md", "duplicate-address")


# -------------------------------------------------------------------------------- reading


def test_a_reading_holds_all_that_the_file_says(tmp_path):
    write_tree(tmp_path, {"physics/tides.md": TIDES})
    [file], _ = scan.find([tmp_path])

    reading = scan.read(file)

    assert (reading.name, reading.error) == ("physics/tides.md", None)
    assert reading.address == Address("physics", "tides")
    assert reading.source == TIDES
    assert reading.document.title == "Why do tides come twice a day?"
    assert reading.rendered.html.startswith("<p>Tides are the slow rise and fall of the sea.</p>")


def test_a_known_file_is_not_parsed_again(tmp_path):
    write_tree(tmp_path, {"physics/tides.md": TIDES})
    [file], _ = scan.find([tmp_path])
    digest = scan.read(file).digest

    reading = scan.read(file, digest)

    assert (reading.digest, reading.document, reading.error) == (digest, None, None)


def test_a_file_without_a_folder_takes_its_address_from_its_url(tmp_path):
    write_tree(tmp_path, {"seed.txt": TIDES})
    [file], _ = scan.find([tmp_path / "seed.txt"])

    assert scan.read(file).address == Address("physics", "why-do-tides-come-twice-a-day")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (None, "no-address"),
        ("/", "no-address"),
        ("https://evil.example/learn/physics/questions/tides", "no-address"),
        ("/learn/physics/questions/../../etc/passwd", "no-address"),
        ("/learn/physics/questions/", "no-address"),
        ("/learn/../questions/tides", "invalid-slug"),
        ("/learn/physics/questions/..", "invalid-slug"),
        ("/learn/physics/questions/%2e%2e", "invalid-slug"),
        ("/learn/search/questions/tides", "invalid-slug"),
        ("/learn/physics/questions/undefined", "invalid-slug"),
        (f"/learn/physics/questions/{'a' * 201}", "invalid-slug"),
        (f"/learn/{'a' * 201}/questions/tides", "invalid-slug"),
    ],
)
def test_a_url_that_names_no_address_is_refused(tmp_path, url, code):
    write_tree(tmp_path, {"seed.txt": question_file(url=url)})
    [file], _ = scan.find([tmp_path / "seed.txt"])

    assert scan.read(file).error.code == code


def vanish(path):
    path.unlink()


def become_a_folder(path):
    path.unlink()
    path.mkdir()


def become_a_pipe(path):
    path.unlink()
    os.mkfifo(path)


def become_a_link(path):
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def lose_its_folder(path):
    path.unlink()
    path.parent.rmdir()


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (vanish, {"unreadable"}),
        (lose_its_folder, {"unreadable"}),
        (become_a_folder, {"unreadable", "not-a-file"}),
        (become_a_pipe, {"not-a-file"}),
        (become_a_link, {"unreadable", "not-a-file"}),
    ],
)
def test_a_file_that_changes_after_it_was_listed_is_one_error(tmp_path, change, codes):
    write_tree(tmp_path, {"physics/tides.md": TIDES})
    [file], _ = scan.find([tmp_path])

    change(tmp_path / "physics" / "tides.md")

    error = scan.read(file).error
    assert (error.file, error.line, error.code in codes) == ("physics/tides.md", 1, True)


def test_a_file_that_fails_to_open_leaves_no_descriptor_open(tmp_path):
    write_tree(tmp_path, {"physics/tides.md": TIDES})
    [file], _ = scan.find([tmp_path])
    become_a_folder(tmp_path / "physics" / "tides.md")
    before = len(os.listdir("/proc/self/fd"))

    scan.read(file)

    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_one_error(tmp_path):
    write_tree(tmp_path, {"physics/tides.md": TIDES})
    (tmp_path / "physics" / "tides.md").chmod(0)
    [file], _ = scan.find([tmp_path])

    error = scan.read(file).error

    assert (error.code, error.message) == ("unreadable", "Permission denied")


# ------------------------------------------------------------------------------ in parallel


def many_files(tmp_path, count: int = 250) -> list[scan.SourceFile]:
    write_tree(
        tmp_path,
        {
            f"physics/question-{number:03}.md": question_file(f"Question {number}?", id=number)
            if number % 50
            else "no front matter"
            for number in range(count)
        },
    )
    return scan.find([tmp_path])[0]


def test_several_processes_read_the_same_in_the_same_order_as_one(tmp_path):
    files = many_files(tmp_path)

    assert list(scan.read_all(files, {}, workers=2)) == list(scan.read_all(files, {}, workers=1))


def test_known_files_are_told_to_every_worker(tmp_path):
    files = many_files(tmp_path)
    known = {reading.address: reading.digest for reading in scan.read_all(files, {}, workers=1)}

    readings = list(scan.read_all(files, known, workers=2))

    assert [reading.name for reading in readings if reading.document] == []


# ------------------------------------------------------------------- a worker that dies


def dies_on_poison(tasks):
    """What a crash of a C library is to the process that reads."""
    if any("poison" in file.name for file, _ in tasks):
        os.kill(os.getpid(), signal.SIGKILL)
    return scan.read_chunk(tasks)


def test_a_file_that_kills_its_worker_is_one_rejected_file(tmp_path):
    names = [f"physics/tides-{number:03}.md" for number in range(300)]
    poison = ["physics/tides-000-poison.md", "physics/tides-150-poison.md"]
    write_tree(tmp_path, dict.fromkeys([*names, *poison], TIDES))
    files, _ = scan.find([tmp_path])

    readings = list(scan.read_all(files, {}, workers=2, reader=dies_on_poison))

    assert [reading.name for reading in readings] == sorted([*names, *poison])
    assert [(reading.name, reading.error.code) for reading in readings if reading.error] == [
        (name, "worker-died") for name in poison
    ]
