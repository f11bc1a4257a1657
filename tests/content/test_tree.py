"""Folders whose files are compared and replaced whole, and never through a symbolic link."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from learn.content import tree
from learn.content.tree import TreeError


def replace(path: Path, data: bytes) -> None:
    with tree.opened(path.parent) as folder, folder.replacing(path.name) as stream:
        stream.write(data)


def read(path: Path, at_most: int = 100) -> bytes | None:
    with tree.opened(path.parent) as folder:
        return folder.read(path.name, at_most)


def test_what_was_written_is_read(tmp_path):
    replace(tmp_path / "a.md", b"tides")

    assert read(tmp_path / "a.md") == b"tides"
    assert os.listdir(tmp_path) == ["a.md"]


def test_of_a_longer_file_one_byte_more_is_read(tmp_path):
    replace(tmp_path / "a.md", b"tides")

    assert read(tmp_path / "a.md", at_most=3) == b"tide"


def test_no_file_and_no_folder_are_none(tmp_path):
    assert read(tmp_path / "a.md") is None
    with tree.opened(tmp_path / "physics") as folder:
        assert folder is None


def test_a_folder_is_made_where_one_is_wanted(tmp_path):
    for _ in range(2):
        with tree.opened(tmp_path / "physics", create=True) as folder:
            assert folder.read("a.md", 1) is None
    assert (tmp_path / "physics").is_dir()


def test_a_new_file_has_the_rights_that_any_new_file_has(tmp_path):
    (tmp_path / "other.md").touch()

    replace(tmp_path / "a.md", b"tides")

    assert (tmp_path / "a.md").stat().st_mode == (tmp_path / "other.md").stat().st_mode


def test_a_failure_leaves_the_file_that_stood_there_and_no_other(tmp_path):
    replace(tmp_path / "a.md", b"tides")

    def fail_halfway() -> None:
        with tree.opened(tmp_path) as folder, folder.replacing("a.md") as stream:
            stream.write(b"half a fi")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()

    assert read(tmp_path / "a.md") == b"tides"
    assert os.listdir(tmp_path) == ["a.md"]


def leave_temporary(path: Path, seconds_ago: float) -> Path:
    """What a run leaves that is killed while it writes."""
    path.write_bytes(b"half a fi")
    written = time.time() - seconds_ago
    os.utime(path, (written, written))
    return path


def test_what_a_killed_run_left_is_swept_and_nothing_else(tmp_path):
    leave_temporary(tmp_path / ".0123456789abcdef.tmp", seconds_ago=61)
    kept = {
        leave_temporary(tmp_path / ".fedcba9876543210.tmp", seconds_ago=30),  # it may still grow
        leave_temporary(tmp_path / ".tmp", seconds_ago=9_999),
        leave_temporary(tmp_path / "0123456789abcdef.tmp", seconds_ago=9_999),
        leave_temporary(tmp_path / ".0123456789abcdef.tmp.md", seconds_ago=9_999),
    }

    with tree.opened(tmp_path) as folder:
        folder.sweep()

    assert set(tmp_path.iterdir()) == kept


def test_a_file_is_replaced_and_not_written_into(tmp_path):
    replace(tmp_path / "a.md", b"tides")
    os.link(tmp_path / "a.md", tmp_path / "b.md")

    replace(tmp_path / "a.md", b"leaves")

    assert (read(tmp_path / "a.md"), read(tmp_path / "b.md")) == (b"leaves", b"tides")


def test_a_link_in_place_of_a_file_is_not_read(tmp_path):
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "a.md").symlink_to("secret")

    with pytest.raises(TreeError) as caught:
        read(tmp_path / "a.md")

    assert str(caught.value) == f"{tmp_path}/a.md: this is a symbolic link, which is not followed"


def test_a_link_in_place_of_a_folder_is_not_opened(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "physics").symlink_to("there")

    for create in (True, False):
        with pytest.raises(TreeError) as caught, tree.opened(tmp_path / "physics", create=create):
            pass
        assert str(caught.value) == (
            f"{tmp_path}/physics: this is a symbolic link, which is not followed"
        )


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.md")

    with pytest.raises(TreeError, match=r"a\.md: this is not a regular file"):
        read(tmp_path / "a.md")


def test_a_folder_in_place_of_a_file_is_refused(tmp_path):
    (tmp_path / "a.md").mkdir()

    with pytest.raises(TreeError, match=r"a\.md: Is a directory"):
        read(tmp_path / "a.md")


def test_a_file_in_place_of_a_folder_is_refused(tmp_path):
    (tmp_path / "physics").touch()

    with (
        pytest.raises(TreeError, match="physics: Not a directory"),
        tree.opened(tmp_path / "physics", create=True),
    ):
        pass
