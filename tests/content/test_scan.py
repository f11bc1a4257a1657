"""Question files -> readings: what a file says, or the one error that it is."""

import os
import signal
from pathlib import Path

import pytest

from learn.content import listing, scan
from learn.content.addresses import Address
from tests.files import question_file, write_tree

TIDES = question_file()


def files_in(path: Path) -> list[listing.SourceFile]:
    return [item for item in listing.walk([path]) if isinstance(item, listing.SourceFile)]


def test_a_pipe_named_itself_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    [file] = files_in(tmp_path / "pipe.md")

    error = scan.read(file).error

    assert (error.file, error.code) == ("pipe.md", "not-a-file")


# -------------------------------------------------------------------------------- reading


def test_a_reading_holds_all_that_the_file_says(tmp_path):
    write_tree(tmp_path, {"physics/tides.md": TIDES})
    [file] = files_in(tmp_path)

    reading = scan.read(file)

    assert (reading.name, reading.error) == ("physics/tides.md", None)
    assert reading.address == Address("physics", "tides")
    assert reading.record.source == TIDES
    assert reading.record.title == "Why do tides come twice a day?"
    assert reading.record.answer_html.startswith(
        "<p>Tides are the slow rise and fall of the sea.</p>"
    )


def test_a_file_is_told_from_another_version_of_it_by_its_digest(tmp_path):
    write_tree(tmp_path, {"physics/tides.md": TIDES})
    [file] = files_in(tmp_path)
    digest = scan.read(file).digest

    assert scan.has_digest(file, digest)
    write_tree(tmp_path, {"physics/tides.md": TIDES + "\n"})
    assert not scan.has_digest(file, digest)
    (tmp_path / "physics" / "tides.md").unlink()
    assert not scan.has_digest(file, digest)


def test_a_file_without_a_folder_takes_its_address_from_its_url(tmp_path):
    write_tree(tmp_path, {"seed.txt": TIDES})
    [file] = files_in(tmp_path / "seed.txt")

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
    [file] = files_in(tmp_path / "seed.txt")

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
    [file] = files_in(tmp_path)

    change(tmp_path / "physics" / "tides.md")

    error = scan.read(file).error
    assert (error.file, error.line, error.code in codes) == ("physics/tides.md", 1, True)


def test_a_file_that_fails_to_open_leaves_no_descriptor_open(tmp_path):
    write_tree(tmp_path, {"physics/tides.md": TIDES})
    [file] = files_in(tmp_path)
    become_a_folder(tmp_path / "physics" / "tides.md")
    before = len(os.listdir("/proc/self/fd"))

    scan.read(file)

    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_one_error(tmp_path):
    write_tree(tmp_path, {"physics/tides.md": TIDES})
    (tmp_path / "physics" / "tides.md").chmod(0)
    [file] = files_in(tmp_path)

    error = scan.read(file).error

    assert (error.code, error.message) == ("unreadable", "Permission denied")


# ------------------------------------------------------------------------------ in parallel


def many_files(tmp_path, count: int = 250) -> list[listing.SourceFile]:
    write_tree(
        tmp_path,
        {
            f"physics/question-{number:03}.md": question_file(f"Question {number}?", id=number)
            if number % 50
            else "no front matter"
            for number in range(count)
        },
    )
    return files_in(tmp_path)


def test_several_processes_read_the_same_in_the_same_order_as_one(tmp_path):
    files = many_files(tmp_path)

    assert list(scan.read_all(files, workers=2)) == list(scan.read_all(files, workers=1))


# ------------------------------------------------------------------- a worker that dies


def dies_on_poison(tasks):
    """What a crash of a C library is to the process that reads."""
    if any("poison" in file.name for file in tasks):
        os.kill(os.getpid(), signal.SIGKILL)
    return scan.read_chunk(tasks)


def dies_at_once() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_where_no_worker_can_start_no_file_is_blamed(tmp_path, monkeypatch):
    write_tree(tmp_path, {f"physics/tides-{number:03}.md": TIDES for number in range(130)})
    monkeypatch.setattr(scan, "CHUNK", 1)
    monkeypatch.setattr(scan, "_begin_worker", dies_at_once)

    with pytest.raises(scan.WorkersError, match="end as they start; --workers 1"):
        list(scan.read_all(files_in(tmp_path), workers=2))


def test_a_file_that_kills_its_worker_is_one_rejected_file(tmp_path):
    names = [f"physics/tides-{number:03}.md" for number in range(300)]
    poison = ["physics/tides-000-poison.md", "physics/tides-150-poison.md"]
    write_tree(tmp_path, dict.fromkeys([*names, *poison], TIDES))
    files = files_in(tmp_path)

    readings = list(scan.read_all(files, workers=2, reader=dies_on_poison))

    assert [reading.name for reading in readings] == sorted([*names, *poison])
    assert [(reading.name, reading.error.code) for reading in readings if reading.error] == [
        (name, "worker-died") for name in poison
    ]
