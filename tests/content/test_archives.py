"""Archives that mean harm, or are damaged: refused in words, and never a byte out of the folder."""

from __future__ import annotations

import io
import lzma
import resource
import tarfile
import tracemalloc
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from learn.content import archives, zipdirectory
from learn.content.archives import LIMITS, Limits
from learn.content.document import ContentError

TEXT = b"---\ntitle: Why?\n---\n"


def zipped(path: Path, members: Iterable[tuple[str, bytes]]) -> Path:
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # of names that stand twice
        for name, content in members:
            archive.writestr(name, content)
    return path


def tarred(path: Path, members: Iterable[tuple[str, bytes]], mode: str = "w:gz") -> Path:
    options = {"format": tarfile.GNU_FORMAT, "errors": "surrogateescape"}
    with tarfile.open(path, mode, **options) as archive:  # type: ignore[call-overload]
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def unpacked(archive: Path, limits: Limits = LIMITS) -> tuple[list[str], list[str]]:
    """The files that came out, and for each that did not its name and why."""
    folder = archive.parent / "out"
    folder.mkdir()
    done = archives.unpack(archive, folder, limits)
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert done.files == len(files)
    return files, [f"{error.file}: {error.message}" for error in done.errors]


def refusals(archive: Path, limits: Limits = LIMITS) -> list[str]:
    """What a first look and unpacking say against an archive."""
    said = []
    for attempt in (
        lambda: archives.look_over(archive, limits),
        lambda: archives.unpack(archive, archive.parent / "refused", limits),
    ):
        with pytest.raises(ContentError) as refused:
            attempt()
        assert refused.value.file == archive.name
        said.append(refused.value.message)
    return said


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_of_a_path_that_stands_twice_the_first_comes_out_and_the_second_is_told(pack, tmp_path):
    archive = pack(tmp_path / "a", [("x/a.md", TEXT), ("./x//a.md", b"other"), ("x/b.md", TEXT)])

    files, errors = unpacked(archive)

    assert files == ["x/a.md", "x/b.md"]
    assert [error.split(": ")[1] for error in errors] == ["the archive holds this path twice"]
    assert (tmp_path / "out/x/a.md").read_bytes() == TEXT


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_file_where_a_folder_would_stand_costs_only_one_of_them(pack, tmp_path):
    archive = pack(tmp_path / "a", [("x.md", TEXT), ("x.md/a.md", TEXT), ("y/b.md", TEXT)])

    assert unpacked(archive) == (
        ["x.md", "y/b.md"],
        ["x.md/a.md: a file and a folder of the archive have one path"],
    )


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize("name", ["é" * 140 + ".md", "a/" * 60 + "b.md", "ab/" * 400 + "b.md"])
def test_a_path_that_no_disk_takes_costs_only_its_file(pack, name, tmp_path):
    files, errors = unpacked(pack(tmp_path / "a", [(name, TEXT), ("x/a.md", TEXT)]))

    assert (files, errors) == (["x/a.md"], [f"{name[:1000]}: its path is too long"])


def test_a_path_that_is_not_utf_8_costs_only_its_file(tmp_path):
    archive = tarred(tmp_path / "a", [("x/\udcff.md", TEXT), ("x/a.md", TEXT)])

    assert unpacked(archive) == (["x/a.md"], ["x/\\xff.md: its path is not UTF-8"])


def test_a_zip_archive_whose_names_break_their_word_is_refused_in_words(tmp_path):
    archive = zipped(tmp_path / "a.zip", [("x/é.md", TEXT)])
    archive.write_bytes(archive.read_bytes().replace("é".encode(), b"\xff\xff"))

    with pytest.raises(ContentError, match="it is damaged: 'utf-8' codec"):
        archives.unpack(archive, tmp_path / "out")


def test_archives_inside_an_archive_stay_packed(tmp_path):
    inner = zipped(tmp_path / "inner.zip", [("x/a.md", TEXT)])
    archive = zipped(tmp_path / "a.zip", [("x/inner.zip", inner.read_bytes())])

    with pytest.raises(ContentError, match="it holds no question files"):
        archives.look_over(archive)
    assert unpacked(archive) == ([], [])


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_more_entries_than_allowed_are_refused_whatever_they_are(pack, tmp_path):
    archive = pack(tmp_path / "a", [(f"x/{n}.png", b"") for n in range(5)] + [("x/a.md", TEXT)])

    assert refusals(archive, Limits(files=5)) == ["it holds more than 5 files and folders"] * 2
    archives.look_over(archive, Limits(files=6))


def test_the_sum_of_what_is_unpacked_is_bounded(tmp_path):
    members = [(f"x/{n}.md", b"\n" * 500_000) for n in range(5)]
    for archive in (zipped(tmp_path / "a.zip", members), tarred(tmp_path / "a.tgz", members)):
        said = refusals(archive, Limits(size=2_000_000))
        assert {message.split(" more than ")[1] for message in said} == {"2,000,000 bytes"}


def test_what_a_tar_archive_passes_over_counts_too(tmp_path):
    archive = tarred(tmp_path / "a.tgz", [("x/film.mp4", bytes(3_000_000)), ("x/a.md", TEXT)])

    assert (
        refusals(archive, Limits(size=2_000_000)) == ["it unpacks to more than 2,000,000 bytes"] * 2
    )


def test_a_tar_header_that_claims_a_gigabyte_is_not_read(tmp_path):
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 1_000_000_000
    with lzma.open(tmp_path / "a.tar.xz", "wb") as stream:
        stream.write(header.tobuf(tarfile.USTAR_FORMAT) + bytes(50_000_000))

    tracemalloc.start()
    assert not archives.is_archive(tmp_path / "a.tar.xz")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 20_000_000
    assert (
        refusals(tmp_path / "a.tar.xz")
        == ["it is damaged: a header of it is longer than any file's path"] * 2
    )


def test_tar_headers_that_follow_one_another_without_end_are_refused(tmp_path):
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 0
    (tmp_path / "a.tar").write_bytes(header.tobuf(tarfile.USTAR_FORMAT) * 5_000)

    assert all("damaged" in message for message in refusals(tmp_path / "a.tar"))


def test_a_tar_archive_that_breaks_off_is_told_from_one_that_ends(tmp_path):
    archive = tarred(tmp_path / "a.tar", [("x/a.md", TEXT), ("x/b.md", TEXT)], "w")
    data = bytearray(archive.read_bytes())

    archive.write_bytes(data[:1024])
    assert refusals(archive) == ["it is damaged, or its end is missing"] * 2
    data[1024 + 10] ^= 1  # the second header's checksum is wrong
    archive.write_bytes(data)
    assert refusals(archive)[0] == "it is damaged, or its end is missing"


def test_an_encrypted_file_is_told_without_a_password_being_asked(tmp_path):
    archive = zipped(tmp_path / "a.zip", [("x/a.md", TEXT)])
    data = bytearray(archive.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1
    archive.write_bytes(data)

    assert refusals(archive) == ["it is encrypted"] * 2


def test_a_compression_that_no_reader_knows_is_told_as_such(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", [("x/a.md", TEXT)])
    data = bytearray(archive.read_bytes())
    data[8] = data[data.index(b"PK\1\2") + 10] = 9  # Deflate64
    archive.write_bytes(data)

    with pytest.raises(ContentError, match="compressed in a way that cannot be read here"):
        unpacked(archive)


def test_a_directory_of_a_million_entries_costs_no_memory(tmp_path):
    entry = bytearray(46)
    entry[:4] = b"PK\1\2"
    directory = bytes(entry) * 1_000_000
    end = b"PK\5\6" + bytes(8) + len(directory).to_bytes(4, "little") + bytes(6)
    (tmp_path / "a.zip").write_bytes(directory + end)

    tracemalloc.start()
    said = refusals(tmp_path / "a.zip", Limits(files=1_000))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (said, most < 1_000_000) == (["it holds more than 1,000 files and folders"] * 2, True)


@pytest.mark.parametrize("prefix", [b"", b"#!/bin/sh\n"])
@pytest.mark.parametrize("comment", [b"", b"PK of a comment"])
def test_the_directory_is_found_as_zipfile_finds_it(prefix, comment, tmp_path):
    archive = zipped(tmp_path / "a.zip", [("x/a.md", TEXT), ("x/é.md", TEXT * 100)])
    with zipfile.ZipFile(archive, "a") as opened:
        opened.comment = comment
    archive.write_bytes(prefix + archive.read_bytes())

    assert list(zipdirectory.entries(archive)) == [("x/a.md", 20, False), ("x/é.md", 2000, False)]


def test_a_directory_of_more_than_65_535_entries_is_read_whole(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for number in range(65_600):
            archive.writestr(zipfile.ZipInfo(f"{number}"), b"")

    assert sum(1 for _ in zipdirectory.entries(tmp_path / "a.zip")) == 65_600


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The system refuses to write more into a file, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_cannot_be_written_is_told_with_its_reason(tmp_path):
    archive = zipped(tmp_path / "a.zip", [("x/a.md", b"x" * 100_000)])

    with files_of_at_most(50_000), pytest.raises(ContentError) as refused:
        archives.unpack(archive, tmp_path / "out")

    assert refused.value.message == "it cannot be unpacked: File too large"


def test_unpacking_gives_signs_of_life_that_can_stop_it(tmp_path):
    archive = zipped(tmp_path / "a.zip", [(f"x/{n}.md", TEXT) for n in range(9)])

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archives.unpack(archive, tmp_path / "out", tick=stop)
