"""Zip and tar archives of question files, unpacked without trusting them.

Only regular files with a question file's ending come out, each at a path inside the given folder,
whatever the archive says (`../x.md` and `/x.md` are errors). Sizes are counted while unpacking, not
taken from the archive's own claims. Archives inside an archive stay packed.
"""

from __future__ import annotations

import errno
import lzma
import os
import struct
import tarfile
import time
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from learn.content import tarstream, zipdirectory
from learn.content.document import ContentError
from learn.content.frontmatter import MAX_FILE_BYTES
from learn.content.listing import SUFFIXES

Tick = Callable[[], None]

MAX_PATH = 1_000  # bytes of a member's path; the system's own limit is 4,096 with the folder's
MAX_NAME = 255  # bytes of a part of it: the system's limit
MAX_DEPTH = 50  # folders in one another

# What Python's readers raise over a broken archive: RecursionError, a RuntimeError, where headers
# follow one another without end.
_BREAKS = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error, EOFError,
    OSError, ValueError, RuntimeError, OverflowError, LookupError, MemoryError,
)  # fmt: skip


class Limits(NamedTuple):
    """`files`: members of any kind; `size`: bytes of all that is unpacked, or only passed over."""

    files: int = 200_000
    size: int = 2_000_000_000  # twelve times the library


LIMITS = Limits()


@dataclass(slots=True)
class Unpacked:
    """How many question files came out, and what could not be unpacked."""

    files: int = 0
    errors: list[ContentError] = field(default_factory=list)


def is_archive(path: Path) -> bool:
    """Whether a file's content is that of a zip or tar archive."""
    return zipfile.is_zipfile(path) or _is_tar(path)


def look_over(archive: Path, limits: Limits = LIMITS, seconds: float = 5) -> None:
    """Say soon what is wrong with an archive, without unpacking it.

    Raises ContentError where it is broken, encrypted, too large, or holds no question file. A tar
    archive that takes longer than `seconds` is left to `unpack`, which counts all anew.
    """
    until = time.monotonic() + seconds

    def tick() -> None:
        if time.monotonic() > until:
            raise _NoTimeError

    files = size = 0
    try:
        with _breaking(archive):
            for claimed in _sizes(archive, limits, tick):
                files += 1
                size += min(claimed, MAX_FILE_BYTES + 1)
                _check_size(size, limits)
    except _NoTimeError:
        return
    if not files:
        raise empty(archive)


def empty(archive: Path) -> ContentError:
    message = "it holds no question files (.md); archives inside it are not opened"
    return ContentError("no-questions", message, 1, archive.name)


def unpack(
    archive: Path,
    folder: Path,
    limits: Limits = LIMITS,
    tick: Tick = lambda: None,
) -> Unpacked:
    """Unpack the question files of an archive into an empty folder; `tick` is called all the time.

    Raises ContentError for an archive that is broken, encrypted or larger than any library, and
    where the disk is full. What was unpacked by then stays in the folder.
    """
    done, total = Unpacked(), 0
    for member in _members(archive, limits, tick):
        try:
            target = _place(folder, member.name)
            with _breaking(archive):
                content = member.read(MAX_FILE_BYTES + 1)
                total += len(content)
                _check_size(total, limits)
                _write(target, content)
            done.files += 1
        except _LeftOutError as error:
            name = os.fsencode(member.name).decode("utf-8", "backslashreplace")[:MAX_PATH]
            done.errors.append(ContentError("unsafe-path", str(error), 1, name))
    return done


class _NoTimeError(Exception):
    """Looking any longer would keep a person waiting."""


class _LeftOutError(Exception):
    """Why one member is not unpacked."""


class _Member(NamedTuple):
    """A question file in an archive. `read` gives at most so many of its bytes."""

    name: str
    read: Callable[[int], bytes]


def _sizes(archive: Path, limits: Limits, tick: Tick) -> Iterator[int]:
    """The bytes that each question file claims to have."""
    if zipfile.is_zipfile(archive):
        yield from (entry.size for entry in _zip_entries(archive, limits, tick))
        return
    for _, member in _tar_entries(archive, limits, tick):
        yield member.size


def _members(archive: Path, limits: Limits, tick: Tick) -> Iterator[_Member]:
    found = _zip_members if zipfile.is_zipfile(archive) else _tar_members
    with _breaking(archive):
        yield from found(archive, limits, tick)


@contextmanager
def _breaking(archive: Path) -> Iterator[None]:
    """Turn what a broken archive raises into a ContentError that names it."""
    try:
        yield
    except ContentError as error:
        raise ContentError(error.code, error.message, 1, archive.name) from None
    except NotImplementedError:  # Windows packs what is large by "Deflate64"
        message = (
            "it is compressed in a way that cannot be read here: pack it as .zip or .tar.gz anew"
        )
        raise ContentError("broken-archive", message, 1, archive.name) from None
    except _BREAKS as error:
        reason = str(error) or type(error).__name__
        raise ContentError("broken-archive", f"it is damaged: {reason}", 1, archive.name) from None


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.size:
        message = f"its files have more than {limits.size:,} bytes"
        raise ContentError("archive-too-large", message)


def _check_count(count: int, limits: Limits) -> None:
    if count > limits.files:
        message = f"it holds more than {limits.files:,} files and folders"
        raise ContentError("archive-too-large", message)


# ---------------------------------------------------------------------- where a member goes


def _place(folder: Path, name: str) -> Path:
    """The path inside the folder at which a member goes. Raises _LeftOutError."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name or "\0" in name:
        raise _LeftOutError("its path leads out of the archive")
    try:
        parts = [part.encode() for part in path.parts]
    except UnicodeEncodeError:
        raise _LeftOutError("its path is not UTF-8") from None
    if len(name.encode()) > MAX_PATH or len(parts) > MAX_DEPTH or max(map(len, parts)) > MAX_NAME:
        raise _LeftOutError("its path is too long")
    return folder.joinpath(*path.parts)


def _write(target: Path, content: bytes) -> None:
    """Write a new file. Raises _LeftOutError where another one stands in its way."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as stream:
            stream.write(content)
    except OSError as error:
        if error.errno == errno.EEXIST and not target.is_dir() and target.parent.is_dir():
            raise _LeftOutError("the archive holds this path twice") from None
        if error.errno in (errno.EEXIST, errno.ENOTDIR):
            raise _LeftOutError("a file and a folder of the archive have one path") from None
        reason = error.strerror or str(error)
        raise ContentError("not-unpacked", f"it cannot be unpacked: {reason}") from None


def _wanted(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)
    return name.lower().endswith(SUFFIXES) and not hidden


# ---------------------------------------------------------------------- zip and tar


def _zip_entries(archive: Path, limits: Limits, tick: Tick) -> Iterator[zipdirectory.Entry]:
    for count, entry in enumerate(zipdirectory.entries(archive), 1):
        tick()
        _check_count(count, limits)
        if _wanted(entry.name):
            if entry.is_encrypted:
                raise ContentError("broken-archive", "it is encrypted")
            yield entry


def _zip_members(archive: Path, limits: Limits, tick: Tick) -> Iterator[_Member]:
    deque(_zip_entries(archive, limits, tick), maxlen=0)  # now the directory fits into memory
    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            tick()
            if not member.is_dir() and _wanted(member.filename):
                yield _Member(member.filename, _zip_reader(opened, member))


def _zip_reader(opened: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        with opened.open(member) as stream:
            return stream.read(size)

    return read


def _tar_entries(
    archive: Path, limits: Limits, tick: Tick
) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    for count, (opened, member) in enumerate(tarstream.members(archive, limits.size, tick), 1):
        _check_count(count, limits)
        if member.isfile() and _wanted(member.name):
            yield opened, member


def _tar_members(archive: Path, limits: Limits, tick: Tick) -> Iterator[_Member]:
    for opened, member in _tar_entries(archive, limits, tick):
        yield _Member(member.name, _tar_reader(opened, member))


def _tar_reader(opened: tarfile.TarFile, member: tarfile.TarInfo) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        stream: IO[bytes] | None = opened.extractfile(member)
        assert stream
        with stream:
            return stream.read(size)

    return read


def _is_tar(path: Path) -> bool:
    try:
        next(tarstream.members(path, LIMITS.size, lambda: None))
    except (StopIteration, ContentError, *_BREAKS):
        return False
    return True
