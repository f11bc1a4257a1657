"""A folder whose files are compared and replaced whole, and never through a symbolic link."""

from __future__ import annotations

import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

SILENCE = 60.0  # seconds without a write after which a temporary file is a killed run's
_TEMPORARY = re.compile(r"\.[0-9a-f]{16}\.tmp")


class TreeError(Exception):
    """Why a file or folder cannot be read or written: its path and the reason."""


class Folder:
    """An open folder. Paths are looked up from it, so nothing that moves meanwhile leads out."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path, self._descriptor = path, descriptor

    def read(self, name: str, at_most: int) -> bytes | None:
        """A file's bytes, one more than `at_most` of a longer one; None where there is no file."""
        with _naming(self._path / name):
            try:
                with open(name, "rb", opener=self._open) as stream:
                    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                        raise OSError("this is not a regular file")
                    return stream.read(at_most + 1)
            except FileNotFoundError:
                return None

    def remove(self, name: str) -> None:
        """Remove a file, or do nothing where there is none."""
        with _naming(self._path / name), suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self._descriptor)

    @contextmanager
    def replacing(self, name: str) -> Iterator[IO[bytes]]:
        """A stream that becomes the file when the block ends, and nothing at all if it fails."""
        here, temporary = self._descriptor, f".{secrets.token_hex(8)}.tmp"
        with _naming(self._path / name):
            try:
                with open(temporary, "xb", opener=self._open) as stream:
                    yield stream
                os.replace(temporary, name, src_dir_fd=here, dst_dir_fd=here)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary, dir_fd=here)
                raise

    def sweep(self) -> None:
        """Remove the temporary files that killed runs left; one that still grows stays."""
        with _naming(self._path):
            for name in filter(_TEMPORARY.fullmatch, os.listdir(self._descriptor)):
                with suppress(FileNotFoundError):
                    status = os.stat(name, dir_fd=self._descriptor, follow_symlinks=False)
                    if time.time() - status.st_mtime > SILENCE and stat.S_ISREG(status.st_mode):
                        os.unlink(name, dir_fd=self._descriptor)

    def _open(self, name: str, flags: int) -> int:
        """Open no link, and no pipe that waits for ever."""
        flags |= os.O_NOFOLLOW | os.O_NONBLOCK
        return os.open(name, flags, 0o666, dir_fd=self._descriptor)


@contextmanager
def opened(path: Path, *, create: bool = False) -> Iterator[Folder | None]:
    """The folder at `path`; None where there is none and none is to be made.

    The last name of `path` may not be a symbolic link; what stands before it is the caller's word.
    """
    with _naming(path):
        if create:
            with suppress(FileExistsError):
                os.mkdir(path)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except FileNotFoundError:
            descriptor = None
    if descriptor is None:
        yield None
        return
    try:
        yield Folder(path, descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Turn the system's errors into such as name the path."""
    try:
        yield
    except OSError as error:
        link = "this is a symbolic link, which is not followed" if os.path.islink(path) else ""
        raise TreeError(f"{path}: {link or error.strerror or error}") from None
