"""Zip and tar archives of question files, unpacked without trusting them.

Only regular files with a question file's ending come out, each at a path inside the given folder,
whatever the archive says (`../x.md` and `/x.md` are errors). Sizes are counted while unpacking, not
taken from the archive's own claims.
"""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from learn.content.document import ContentError
from learn.content.frontmatter import MAX_FILE_BYTES
from learn.content.listing import SUFFIXES

MAX_FILES = 200_000
MAX_BYTES = 2_000_000_000  # of all files together: twelve times the library


def is_archive(path: Path) -> bool:
    """Whether a file's content is that of a zip or tar archive."""
    return zipfile.is_zipfile(path) or tarfile.is_tarfile(path)


def unpack(archive: Path, folder: Path) -> list[ContentError]:
    """Unpack the question files of an archive into a folder; what could not be is returned.

    Raises ContentError for an archive that is broken or larger than any library.
    """
    errors: list[ContentError] = []
    members = _zip_members if zipfile.is_zipfile(archive) else _tar_members
    files = total = 0
    try:
        for name, stream in members(archive):
            files += 1
            if files > MAX_FILES:
                raise ContentError("archive-too-large", f"it holds more than {MAX_FILES:,} files")
            target = _place(folder, name)
            if target is None:
                message = "its path leads out of the archive"
                errors.append(ContentError("unsafe-path", message, 1, name))
                continue
            content = stream.read(MAX_FILE_BYTES + 1)
            total += len(content)
            if total > MAX_BYTES:
                raise ContentError("archive-too-large", f"it holds more than {MAX_BYTES:,} bytes")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise ContentError("broken-archive", str(error), 1, archive.name) from None
    return errors


def _place(folder: Path, name: str) -> Path | None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name or "\0" in name:
        return None
    return folder.joinpath(*path.parts)


def _wanted(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)
    return name.lower().endswith(SUFFIXES) and not hidden


def _zip_members(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            if not member.is_dir() and _wanted(member.filename):
                if member.flag_bits & 1:
                    raise ContentError("broken-archive", "it is encrypted", 1, archive.name)
                with opened.open(member) as stream:
                    yield member.filename, stream


def _tar_members(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(archive) as opened:
        for member in opened:
            if member.isfile() and _wanted(member.name) and (stream := opened.extractfile(member)):
                with stream:
                    yield member.name, stream
